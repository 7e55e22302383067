"""Links entered into the ontology's source and taken back, and nothing else changed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
from hypothesis import given, settings
from hypothesis import strategies as st
from link_strategies import links
from owl_graphs import garbled
from tone_kg.ontology.concepts import Evidence, Link
from tone_kg.ontology.links import COMPOSED, LEADS_TO, OPPOSITE, make_link
from tone_kg.ontology.model import INSTALLED
from tone_kg.ontology.normal_form import format_turtle, read_rdf
from tone_kg.ontology.source import SourceGraph
from tone_kg.ontology.statements import restated, states_just

SMALL = (Path(__file__).parent / "data" / "small" / "tone-edit.ttl").read_bytes()
CONCEPTS = ["Amusement", "Cheerfulness", "Joy", "Love", "Sadness", "Suffering", "Trust"]
EVIDENCE = Evidence(
    score=Decimal("0.5"),
    method="antonyms | polarity",
    status="accepted",
    reviewer=("ada", "ben"),
    sources=("https://doi.org/10.1/x", "wordnet-3.0"),
)

quick = settings(deadline=None, max_examples=60)


def triples(text: bytes) -> list[ox.Triple]:
    return read_rdf(text, "ttl")


def source(text: bytes) -> SourceGraph:
    return SourceGraph(triples(text))


def link(kind: str, left: str, right: str, **evidence: object) -> Link:
    made = make_link(kind, left.split(), right.split())
    return replace(made, evidence=replace(EVIDENCE, **evidence))  # type: ignore[arg-type]


def enter(*stated: Link, text: bytes = SMALL) -> bytes:
    return restated(triples(text), stated=stated)


def take_back(*gone: Link, text: bytes = SMALL) -> bytes:
    return restated(triples(text), taken_back=gone)


def added_lines(before: bytes, after: bytes) -> str:
    """What came to a text, where no line was lost."""
    lines = iter(after.decode().split("\n"))
    added = []
    for line in before.decode().split("\n"):
        for other in lines:
            if other == line:
                break
            added.append(other)
        else:
            raise AssertionError(f"lost: {line}")
    return "\n".join([*added, *lines]).strip()


def test_a_composition_is_one_axiom_with_its_evidence() -> None:
    text = enter(link(COMPOSED, "Suffering", "Love Trust"))
    assert (
        added_lines(SMALL, text)
        == (
            """\
    rdfs:subClassOf [
        a owl:Class ;
        owl:intersectionOf (
            [ a owl:Restriction ; owl:onProperty tone:isComposedOf ; owl:someValuesFrom tone:Love ]
            [ a owl:Restriction ; owl:onProperty tone:isComposedOf ; owl:someValuesFrom tone:Trust ]
        ) ;
    ] ;
[]
    a owl:Axiom ;
    owl:annotatedSource tone:Suffering ;
    owl:annotatedProperty rdfs:subClassOf ;
    owl:annotatedTarget [
        a owl:Class ;
        owl:intersectionOf (
            [ a owl:Restriction ; owl:onProperty tone:isComposedOf ; owl:someValuesFrom tone:Love ]
            [ a owl:Restriction ; owl:onProperty tone:isComposedOf ; owl:someValuesFrom tone:Trust ]
        ) ;
    ] ;
    tone:score 0.5000 ;
    tone:method "antonyms" ;
    tone:method "polarity" ;
    tone:status "accepted" ;
    tone:reviewer "ada" ;
    tone:reviewer "ben" ;
    dcterms:source "wordnet-3.0" ;
    dcterms:source <https://doi.org/10.1/x> ;
    .
"""
        ).strip()
    )


def test_opposites_are_stated_both_ways() -> None:
    opposite = link(OPPOSITE, "Love", "Suffering")
    stated = source(enter(opposite)).links()
    both = {each.id: each.evidence for each in stated if each.evidence == EVIDENCE}
    assert list(both) == ["Love-isOppositeOf-Suffering", "Suffering-isOppositeOf-Love"]
    assert take_back(opposite, text=enter(opposite)) == SMALL


def test_a_combination_is_made_with_its_result_and_goes_with_it() -> None:
    combination = link(LEADS_TO, "Sadness Trust", "Suffering")
    text = enter(combination)
    assert b'rdfs:label "sadness + trust"@en' in text
    assert b'skos:definition "Sadness together with trust; leads to suffering."@en' in text
    assert take_back(combination, text=text) == SMALL


def test_a_combination_changes_its_result_and_keeps_what_a_curator_said_of_it() -> None:
    before, after = (link(LEADS_TO, "Sadness Trust", each) for each in ("Suffering", "Love"))
    german = b'    rdfs:label "Trauer + Vertrauen"@de ;\n'
    english = b'    rdfs:label "sadness + trust"@en ;\n'
    text = enter(before).replace(english, german + english)
    changed = restated(triples(text), stated=[after], taken_back=[before])
    assert changed == enter(after).replace(english, german + english)


def test_what_stands_beside_the_evidence_stays_while_the_link_is_stated() -> None:
    comment = b'    rdfs:comment "seen at work"@en ;\n'
    first, other = link(OPPOSITE, "Love", "Suffering"), link(OPPOSITE, "Amusement", "Sadness")
    score = b"    tone:score 0.5000 ;\n"
    text = enter(first, other).replace(score, score + comment, 1)
    text = format_turtle(triples(text))
    kept = enter(
        *(replace(each, evidence=replace(EVIDENCE, score=Decimal(1))) for each in (first, other)),
        text=text,
    )
    assert comment in kept
    assert kept.count(b"tone:score 0.5000") == 0
    assert not states_just(source(text), other)
    assert states_just(source(text), first)
    assert take_back(first, other, text=text) == SMALL


def test_links_are_told_apart_by_their_evidence() -> None:
    text = enter(link(OPPOSITE, "Love", "Suffering"))
    assert states_just(source(text), link(OPPOSITE, "Suffering", "Love"))
    for changed in (
        {"score": Decimal("0.4999")},
        {"method": "antonyms"},
        {"reviewer": ("ada",)},
        {"sources": ("wordnet-3.0",)},
        {"status": "proposed"},
    ):
        assert not states_just(source(text), link(OPPOSITE, "Love", "Suffering", **changed))
    assert not states_just(source(text), link(OPPOSITE, "Love", "Trust"))


def test_tones_own_links_are_stated_as_they_would_be_entered() -> None:
    text = (INSTALLED / "tone-edit.ttl").read_bytes()
    own = source(text).links()
    assert own
    assert all(states_just(source(text), each) for each in own)
    bare = take_back(*own, text=text)
    assert b"Plus" not in bare
    assert not source(bare).links()
    assert enter(*own, text=bare) == text


@quick
@given(st.lists(links(CONCEPTS), unique_by=lambda each: each.id))
def test_all_else_stays_and_the_links_can_be_taken_back(made: list[Link]) -> None:
    known = {each.id for each in source(SMALL).links()}
    results = {each.subject for each in source(SMALL).links() if each.operands}
    made = [each for each in made if each.id not in known and each.subject not in results]
    text = enter(*made)
    added_lines(SMALL, text)
    assert {each.id for each in source(text).links()} >= known | {each.id for each in made}
    assert all(states_just(source(text), each) for each in made)
    assert take_back(*made, text=text) == SMALL
    assert enter(*made, text=text) == text


@quick
@given(links(CONCEPTS), st.integers(0, 1000))
def test_it_does_not_matter_who_wrote_the_file(made: Link, seed: int) -> None:
    own = source(SMALL).links()[0]
    messy = garbled(triples(SMALL), seed)
    assert restated(messy, [made], [own]) == restated(triples(SMALL), [made], [own])
