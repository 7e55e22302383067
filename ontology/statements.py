"""Links as statements of the source: entered with their evidence, and taken back.

A link is a superclass axiom with an annotated axiom beside it (docs/ontology.md); opposites are
two of each, one a way, and a combination is a class that is defined by its operands.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from .concepts import Link
from .expressions import Expression, combination, said_of_subject
from .iris import concept_iri, expand
from .links import LEADS_TO, OPPOSITE
from .normal_form import format_turtle
from .served_graph import evidence_triples
from .source import (
    EQUIVALENT,
    RDF_TYPE,
    SUBCLASS,
    SourceGraph,
    Subject,
    Value,
)

Annotation = tuple[ox.NamedNode, Value]


def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(expand(name))


_LABEL, _DEFINITION = _node("rdfs:label"), _node("skos:definition")
_CLASS, _AXIOM = _node("owl:Class"), _node("owl:Axiom")
_SOURCE, _PROPERTY, _TARGET = (
    _node(f"owl:annotated{each}") for each in ("Source", "Property", "Target")
)
_AXIOM_ITSELF = {RDF_TYPE, _SOURCE, _PROPERTY, _TARGET}
_EVIDENCE = {
    _node(each)
    for each in ("tone:score", "tone:method", "tone:status", "tone:reviewer", "dcterms:source")
}


def restated(
    triples: Iterable[ox.Triple], stated: Iterable[Link] = (), taken_back: Iterable[Link] = ()
) -> bytes:
    """Return the source with some links taken out and others entered, in its normal form.

    All else stays as it is. An opposite is entered and taken out both ways. A combination is made
    with its result, and goes with it. What a curator annotated an axiom with beside the evidence
    is kept while the link is stated.

    Args:
        triples: those of a `tone-edit.ttl`.
        stated: links with the evidence that they are to have; one that is there already gets it.
        taken_back: links that are to go; one that is not there changes nothing.

    Raises:
        ToneError: the graph has no normal form (see `format_turtle`).
    """
    edit = _Edit(SourceGraph(triples))
    for each in _axioms(taken_back):
        edit.take_back(each)
    for each in _axioms(stated):
        edit.state(each)
    edit.drop_what_is_left_over()
    return format_turtle(edit.triples())


def _axioms(links: Iterable[Link]) -> Iterable[Link]:
    """Return the axioms of links as links, each once; of two for one axiom the later counts."""
    return {axiom.id: axiom for link in links for axiom in both_ways(link)}.values()


def states_just(source: SourceGraph, link: Link) -> bool:
    """Return whether a source states a link with exactly its evidence and says no more of it.

    Args:
        source: read from a file in its normal form, so that equal numbers are equal.
        link: an opposite is looked for both ways.
    """
    return all(_states_just(source, each) for each in both_ways(link))


def _states_just(source: SourceGraph, link: Link) -> bool:
    axioms = source.annotated_axioms(link)
    if not source.expressions(link) or len(axioms) != 1:
        return False
    said = {each[1:] for each in evidence_triples(axioms[0], link.evidence)}
    return set(_annotations(source, axioms[0])) == said


def both_ways(link: Link) -> list[Link]:
    """Return the axioms of a link, each as a link: an opposite and its reverse, else itself."""
    if link.kind != OPPOSITE or link.targets == (link.subject,):
        return [link]
    return [link, Link(OPPOSITE, link.targets[0], (link.subject,), link.evidence)]


def _annotations(source: SourceGraph, axiom: Subject) -> list[Annotation]:
    """Return what an annotated axiom says of the axiom."""
    said = source.by_subject.get(axiom, {}).items()
    return [(name, each) for name, values in said if name not in _AXIOM_ITSELF for each in values]


class _Edit:
    """A source while links are entered and taken out."""

    def __init__(self, source: SourceGraph) -> None:
        self.source = source
        self.labels = {each.id: each.label for each in source.concepts().values()}
        self.results_lost: set[ox.NamedNode] = set()
        self.used = self._objects()

    def take_back(self, link: Link) -> None:
        subject = _concept(link.subject)
        self._clear(link)
        if link.kind == LEADS_TO:
            self._remove(subject, _DEFINITION, self._definition(link))
            self.results_lost.add(subject)

    def state(self, link: Link) -> None:
        subject = _concept(link.subject)
        beside = [each for each in self._clear(link) if each[0] not in _EVIDENCE]
        if link.kind == LEADS_TO:
            self._define(subject, link)
        self._add_expression(subject, SUBCLASS, said_of_subject(link))
        axiom = ox.BlankNode()
        self._add(axiom, RDF_TYPE, _AXIOM)
        self._add(axiom, _SOURCE, subject)
        self._add(axiom, _PROPERTY, SUBCLASS)
        self._add_expression(axiom, _TARGET, said_of_subject(link))
        evidence = [each[1:] for each in evidence_triples(axiom, link.evidence)]
        for predicate, value in dict.fromkeys([*beside, *evidence]):
            self._add(axiom, predicate, value)

    def drop_what_is_left_over(self) -> None:
        """Remove combinations that lead to nothing any more, and expressions that nothing uses."""
        by_subject = self.source.by_subject
        gone = {each for each in self.results_lost if not self.source.values(each, SUBCLASS)}
        for subject in list(by_subject):
            if subject in gone or gone.intersection(self.source.values(subject, _SOURCE)):
                del by_subject[subject]
        while orphans := (self.used & by_subject.keys()) - self._objects():
            for orphan in orphans:
                del by_subject[orphan]

    def triples(self) -> Iterable[ox.Triple]:
        for subject, said in self.source.by_subject.items():
            for predicate, values in said.items():
                yield from (ox.Triple(subject, predicate, value) for value in values)

    def _clear(self, link: Link) -> list[Annotation]:
        """Remove the axiom of a link and return what it was annotated with."""
        annotations: list[Annotation] = []
        for expression in self.source.expressions(link):
            self._remove(_concept(link.subject), SUBCLASS, expression)
        for axiom in self.source.annotated_axioms(link):
            annotations += _annotations(self.source, axiom)
            self.source.by_subject.pop(axiom, None)
        return annotations

    def _define(self, subject: ox.NamedNode, link: Link) -> None:
        """Say what the source does not yet say of a combination."""
        self._add(subject, RDF_TYPE, _CLASS)
        for predicate, text in ((_LABEL, self._label(link)), (_DEFINITION, self._definition(link))):
            stated = self.source.values(subject, predicate)
            if not any(isinstance(each, ox.Literal) and each.language == "en" for each in stated):
                self._add(subject, predicate, text)
        if not self.source.values(subject, EQUIVALENT):
            self._add_expression(subject, EQUIVALENT, combination(link))

    def _label(self, link: Link) -> ox.Literal:
        return ox.Literal(" + ".join(map(self._name, link.operands)), language="en")

    def _definition(self, link: Link) -> ox.Literal:
        together = " together with ".join(map(self._name, link.operands))
        text = f"{together[:1].upper()}{together[1:]}; leads to {self._name(link.targets[0])}."
        return ox.Literal(text, language="en")

    def _name(self, concept: str) -> str:
        return self.labels.get(concept, concept)

    def _add_expression(
        self, subject: Subject, predicate: ox.NamedNode, expression: Expression
    ) -> None:
        node, triples = expression
        self._add(subject, predicate, node)
        for each in triples:
            self._add(each.subject, each.predicate, each.object)

    def _add(self, subject: Subject, predicate: ox.NamedNode, value: Value) -> None:
        values = self.source.by_subject.setdefault(subject, {}).setdefault(predicate, [])
        if value not in values:
            values.append(value)

    def _remove(self, subject: Subject, predicate: ox.NamedNode, value: Value) -> None:
        values = self.source.by_subject.get(subject, {}).get(predicate, [])
        if value in values:
            values.remove(value)

    def _objects(self) -> set[Subject]:
        """Return the blank nodes that something is said to be or have."""
        return {
            value
            for said in self.source.by_subject.values()
            for values in said.values()
            for value in values
            if isinstance(value, ox.BlankNode)
        }


def _concept(name: str) -> ox.NamedNode:
    return ox.NamedNode(concept_iri(name))
