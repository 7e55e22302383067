"""The rules of links: what Python finds wrong before a link is entered, `tone check` finds."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_strategies import links
from tone_kg.ontology import load
from tone_kg.ontology.check import graph_findings, rules
from tone_kg.ontology.concepts import Link
from tone_kg.ontology.iris import expand
from tone_kg.ontology.links import joint_problems, link_problems, read_link
from tone_kg.ontology.model import INSTALLED
from tone_kg.ontology.normal_form import read_rdf
from tone_kg.ontology.statements import both_ways, restated

ONTOLOGY = load()
LINK_RULES = {
    rule.name
    for rule in rules()
    if rule.name.startswith(("combination-", "composition-", "opposite-"))
}
FAMILIES = [
    *("Joy", "Cheerfulness", "Amusement", "Delight", "Optimism", "Hope", "Pride"),
    *("Sadness", "Shame", "Guilt", "Trust", "Love"),
]
"""Concepts of which many are each other's ancestors, so that random links break rules."""


def tree() -> list[ox.Triple]:
    """The classes of TONE and their parents, without links."""
    bare = restated(read_rdf(INSTALLED / "tone-edit.ttl"), taken_back=ONTOLOGY.links)
    kept = {ox.NamedNode(expand(each)) for each in ("rdf:type", "rdfs:subClassOf", "rdfs:label")}
    return [
        each
        for each in read_rdf(bare, "ttl")
        if each.predicate in kept and isinstance(each.subject, ox.NamedNode)
    ]


TREE = tree()


def found_by_rules(made: Iterable[Link]) -> set[str]:
    """The concepts of which `tone check` finds that a link breaks a rule."""
    triples = read_rdf(restated(TREE, stated=made), "ttl")
    return {each.concept for each in graph_findings(triples, only=LINK_RULES)}


def found_by_python(made: list[Link]) -> set[str]:
    """The concepts of which one of the links is said that breaks a rule."""
    wrong = {link.id: link for link in made if any(link_problems(link, ONTOLOGY))}
    wrong.update((link.id, link) for link, _ in joint_problems(made, ONTOLOGY))
    return {axiom.subject for link in wrong.values() for axiom in both_ways(link)}


@settings(deadline=None, max_examples=40)
@given(st.lists(links(FAMILIES, distinct=False), max_size=8, unique_by=lambda each: each.id))
def test_links_are_wrong_to_python_where_they_are_wrong_to_the_rules(made: list[Link]) -> None:
    assert found_by_python(made) == found_by_rules(made)


def read(*texts: str) -> list[Link]:
    return [read_link(each, ONTOLOGY) for each in texts]


@pytest.mark.parametrize(
    ("links", "problems"),
    [
        (
            ["Love isComposedOf Joy + Trust", "Trust isComposedOf Love + Fear"],
            ["Love, Trust are composed of each other, in a circle"] * 2,
        ),
        (
            [
                "Trust isComposedOf Love + Fear",
                "Love isComposedOf Awe + Guilt",
                "Guilt isComposedOf Sadness + Trust",
                "Pride isComposedOf Trust + Anger",
            ],
            ["Guilt, Love, Trust are composed of each other, in a circle"] * 3,
        ),
        (["Delight isComposedOf Joy + Surprise", "Joy isComposedOf Love + Trust"], []),
        (
            ["Anger + Joy leadsTo Pride", "Anger + Joy leadsTo Awe", "Anger + Fear leadsTo Awe"],
            ["AngerPlusJoy leads to Awe and to Pride; a combination has one result"] * 2,
        ),
    ],
    ids=["two", "three", "an ancestor", "two results"],
)
def test_links_that_break_a_rule_together(links: list[str], problems: list[str]) -> None:
    assert [problem for _, problem in joint_problems(read(*links), ONTOLOGY)] == problems
