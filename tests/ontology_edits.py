"""Small edits of an ontology's Turtle, for tests that break a rule."""

from __future__ import annotations

from collections.abc import Callable

PREFIXES = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix tone: <https://w3id.org/tone/> .
"""


def some(link: str, concept: str) -> str:
    return f"[ a owl:Restriction ; owl:onProperty tone:{link} ; owl:someValuesFrom tone:{concept} ]"


def all_of(*members: str) -> str:
    return f"[ a owl:Class ; owl:intersectionOf ( {' '.join(members)} ) ]"


def add(*statements: str, evidence: bool = True) -> Callable[[str], str]:
    """An edit that adds superclasses, each `Subject expression`, with evidence for each."""

    def edit(text: str) -> str:
        for statement in statements:
            subject, _, expression = statement.partition(" ")
            text += f"\ntone:{subject} rdfs:subClassOf {expression} .\n"
            if evidence:
                text += (
                    f"[] a owl:Axiom ; owl:annotatedSource tone:{subject} ; "
                    f"owl:annotatedProperty rdfs:subClassOf ; owl:annotatedTarget {expression} ; "
                    'tone:score 0.9 ; tone:method "test" ; tone:status "accepted" ; '
                    'tone:reviewer "team-a" ; dcterms:source <https://doi.org/10.1/1> .\n'
                )
        return PREFIXES + text

    return edit


def say(turtle: str) -> Callable[[str], str]:
    """An edit that adds statements."""
    return lambda text: f"{PREFIXES}{text}\n{turtle}\n"


def swap(old: str, new: str, count: int = 1) -> Callable[[str], str]:
    """An edit that replaces a text, which must be there."""

    def edit(text: str) -> str:
        assert old in text
        return PREFIXES + text.replace(old, new, count)

    return edit


def opposite(one: str, other: str) -> Callable[[str], str]:
    return add(f"{one} {some('isOppositeOf', other)}", f"{other} {some('isOppositeOf', one)}")


def combination(name: str, operands: tuple[str, ...], result: str) -> Callable[[str], str]:
    members = ["tone:Combination", *(some("hasOperand", each) for each in operands)]
    defined = say(
        f'tone:{name} a owl:Class ; rdfs:label "{name}"@en ; skos:definition "Both."@en ; '
        f"owl:equivalentClass {all_of(*members)} ."
    )
    leads = add(f"{name} {some('leadsTo', result)}")
    return lambda text: leads(defined(text))


def combined(operand: str, result: str) -> Callable[[str], str]:
    return combination("SadnessPlusTrust", (operand, "Trust"), result)
