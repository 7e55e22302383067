"""Class expressions of OWL, as a node and the triples that hang on it."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from .concepts import COMBINATION, Link
from .iris import concept_iri, expand
from .links import COMPOSED
from .source import RDF_FIRST, RDF_REST, RDF_TYPE, Subject

Expression = tuple[Subject, list[ox.Triple]]


def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(expand(name))


def named(concept: str) -> Expression:
    """Return the class of a concept, given by its id."""
    return ox.NamedNode(concept_iri(concept)), []


def some(kind: str, concept: str) -> Expression:
    """Return `isOppositeOf some Joy`, given the ids of the property and the concept."""
    node = ox.BlankNode()
    return node, [
        ox.Triple(node, RDF_TYPE, _node("owl:Restriction")),
        ox.Triple(node, _node("owl:onProperty"), ox.NamedNode(concept_iri(kind))),
        ox.Triple(node, _node("owl:someValuesFrom"), ox.NamedNode(concept_iri(concept))),
    ]


def all_of(members: Sequence[Expression]) -> Expression:
    """Return the intersection of some expressions."""
    node = ox.BlankNode()
    rest: Subject = _node("rdf:nil")
    triples = [triple for _, theirs in members for triple in theirs]
    for member, _ in reversed(members):
        cell = ox.BlankNode()
        triples += [ox.Triple(cell, RDF_FIRST, member), ox.Triple(cell, RDF_REST, rest)]
        rest = cell
    triples.append(ox.Triple(node, RDF_TYPE, _node("owl:Class")))
    triples.append(ox.Triple(node, _node("owl:intersectionOf"), rest))
    return node, triples


def said_of_subject(link: Link) -> Expression:
    """Return the superclass by which a link is stated of its subject."""
    parts = [some(link.kind, each) for each in link.targets]
    return all_of(parts) if link.kind == COMPOSED else parts[0]


def combination(link: Link) -> Expression:
    """Return what defines the combination that a link `leadsTo` is stated of."""
    return all_of([named(COMBINATION), *(some("hasOperand", each) for each in link.operands)])
