"""The graph that is served: the ontology, its links, its vocabulary and its mappings, as quads.

Each part is a function from the knowledge to triples, in an order that depends on the sources
alone; the products of `tone build` are made from the same parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import pyoxigraph as ox

from .inheritance import ACCEPTED, accepted_links
from .iris import (
    GRAPH_LINKS,
    GRAPH_MAPPINGS,
    GRAPH_ONTOLOGY,
    GRAPH_PROPOSALS,
    GRAPH_VOCABULARY,
    TONE,
    concept_iri,
    entry_iri,
    expand,
    scheme_iri,
    scheme_label_iri,
    sense_iri,
)
from .labels import skos_labels
from .model import Evidence, Link, Ontology
from .source import read_source
from .terms import SEPARATOR
from .turtle import decimal

SCHEME = scheme_iri("tone")
"""TONE itself as a SKOS concept scheme."""

_PARTS_OF_SPEECH = ("noun", "adjective", "verb", "adverb", "interjection")
_TERM_TYPES = {"phrase": "phraseologicalUnit", "emoji": "symbol", "emoticon": "symbol"}


@cache
def _tone(name: str) -> ox.NamedNode:
    return ox.NamedNode(concept_iri(name))


@cache
def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(expand(name))


_TYPE = _node("rdf:type")

_Subject = ox.NamedNode | ox.BlankNode | ox.Triple
Statement = tuple[_Subject, ox.NamedNode, _Subject | ox.Literal]
"""Subject, predicate and object: a plain tuple, which is far faster than `ox.Triple`."""


def quads(ontology: Ontology, proposals: Iterable[Link] = ()) -> Iterator[ox.Quad]:
    """Yield the quads of the named graphs: accepted terms and links, and proposals apart.

    Args:
        ontology: the knowledge; its source is read again for what the model leaves out.
        proposals: open links, for the graph of proposals.

    Raises:
        SourceError: the source cannot be read.
    """
    source = read_source(ontology.root / "tone-edit.ttl")
    for name, triples in (
        (GRAPH_ONTOLOGY, _named(ontology_triples(ontology, source))),
        (GRAPH_ONTOLOGY, hierarchy_triples(ontology)),
        (GRAPH_LINKS, link_triples(accepted_links(ontology))),
        (GRAPH_VOCABULARY, vocabulary_triples(ontology)),
        (GRAPH_MAPPINGS, mapping_triples(ontology)),
        (GRAPH_PROPOSALS, proposal_triples(proposals)),
    ):
        graph = ox.NamedNode(name)
        for subject, predicate, value in triples:
            yield ox.Quad(subject, predicate, value, graph)


def _named(triples: Iterable[Statement]) -> Iterator[Statement]:
    """Name blank nodes by their order, so that every replica answers with the same names."""
    names: dict[_Subject | ox.Literal, ox.BlankNode] = {}

    def name(node: Any) -> Any:
        if isinstance(node, ox.BlankNode):
            return names.setdefault(node, ox.BlankNode(f"b{len(names)}"))
        return node

    for subject, predicate, value in triples:
        yield name(subject), predicate, name(value)


def ontology_triples(ontology: Ontology, source: list[ox.Triple]) -> Iterator[Statement]:
    """Yield what `tone.owl` says: the source and the SKOS labels made from the vocabulary."""
    accepted = [each for each in ontology.terms if each.status == ACCEPTED]
    for triple in (*source, *skos_labels(source, accepted)):
        yield triple.subject, triple.predicate, triple.object


def hierarchy_triples(ontology: Ontology) -> Iterator[Statement]:
    """Yield the hierarchy in SKOS; the concepts directly under Emotion are its top."""
    scheme = ox.NamedNode(SCHEME)
    yield scheme, _TYPE, _node("skos:ConceptScheme")
    yield scheme, _node("dcterms:title"), ox.Literal("TONE", language="en")
    schemes = {each for concept in ontology.concepts.values() for each in concept.schemes}
    for name in sorted(schemes):
        node = ox.NamedNode(scheme_iri(name))
        yield node, _TYPE, _node("skos:ConceptScheme")
        yield node, _node("dcterms:title"), ox.Literal(name)
    for concept in ontology.concepts.values():
        node = _tone(concept.id)
        yield node, _TYPE, _node("skos:Concept")
        yield node, _node("skos:inScheme"), scheme
        if concept.deprecated:
            continue
        if concept.parent is None:
            yield node, _node("skos:topConceptOf"), scheme
            yield scheme, _node("skos:hasTopConcept"), node
        else:
            yield node, _node("skos:broader"), _tone(concept.parent)
            yield _tone(concept.parent), _node("skos:narrower"), node


def link_triples(links: Iterable[Link]) -> Iterator[Statement]:
    """Yield each stated link as a node with its evidence, and the direct triples beside it."""
    direct: dict[Statement, None] = {}
    for link in links:
        direct.update(dict.fromkeys(_direct_triples(link)))
        yield from _link_node(link)
    yield from direct


def proposal_triples(proposals: Iterable[Link]) -> Iterator[Statement]:
    """Yield each proposal as a node with its evidence: nothing is stated directly.

    A combination that nobody accepted is no class, so the operands stand on the link's node.
    """
    for link in proposals:
        yield from _link_node(link)
        for operand in link.operands:
            yield ox.NamedNode(link.iri), _node("tone:hasOperand"), _tone(operand)


def _link_node(link: Link) -> Iterator[Statement]:
    node = ox.NamedNode(link.iri)
    yield node, _TYPE, _node("tone:Link")
    yield node, _node("rdf:subject"), _tone(link.subject)
    yield node, _node("rdf:predicate"), _tone(link.kind)
    target = _node("tone:hasPart" if link.kind == "isComposedOf" else "rdf:object")
    for each in link.targets:
        yield node, target, _tone(each)
    yield from evidence_triples(node, link.evidence)


def _direct_triples(link: Link) -> Iterator[Statement]:
    subject = _tone(link.subject)
    for each in link.targets:
        yield subject, _tone(link.kind), _tone(each)
    if link.kind == "leadsTo":
        yield subject, _TYPE, _node("tone:Combination")
        for each in link.operands:
            yield subject, _node("tone:hasOperand"), _tone(each)
            for other in link.operands:
                if other != each:
                    yield _tone(each), _node("tone:plus"), _tone(other)


def evidence_triples(node: _Subject, evidence: Evidence) -> Iterator[Statement]:
    """Yield the evidence of a link on the node that stands for it, one triple a method."""
    if evidence.score is not None:
        yield node, _node("tone:score"), _decimal(evidence.score, 4)
    for method in filter(None, evidence.method.split(SEPARATOR)):
        yield node, _node("tone:method"), ox.Literal(method)
    if evidence.status:
        yield node, _node("tone:status"), ox.Literal(evidence.status)
    for reviewer in evidence.reviewer:
        yield node, _node("tone:reviewer"), ox.Literal(reviewer)
    for source in evidence.sources:
        yield node, _node("dcterms:source"), _source(source)


def vocabulary_triples(ontology: Ontology) -> Iterator[Statement]:
    """Yield the vocabulary in OntoLex-Lemon: an entry a term, a sense a concept of it."""
    text = cache(ox.Literal)
    entries: set[str] = set()
    lexicons: dict[str, ox.NamedNode] = {}
    for term in ontology.terms:
        if term.status != ACCEPTED:
            continue
        iri = entry_iri(term.term, term.lang, term.pos)
        entry = ox.NamedNode(iri)
        if iri not in entries:
            entries.add(iri)
            if term.lang not in lexicons:
                lexicon = lexicons[term.lang] = ox.NamedNode(f"{TONE}lexicon/{term.lang}")
                yield lexicon, _TYPE, _node("lime:Lexicon")
                yield lexicon, _node("lime:language"), text(term.lang)
            yield lexicons[term.lang], _node("lime:entry"), entry
            yield entry, _TYPE, _node("ontolex:LexicalEntry")
            if " " in term.term:
                yield entry, _TYPE, _node("ontolex:MultiwordExpression")
            elif term.pos in _PARTS_OF_SPEECH:
                yield entry, _TYPE, _node("ontolex:Word")
            if term.pos in _PARTS_OF_SPEECH:
                yield entry, _node("lexinfo:partOfSpeech"), _node(f"lexinfo:{term.pos}")
            elif term.pos in _TERM_TYPES:
                kind = _node(f"lexinfo:{_TERM_TYPES[term.pos]}")
                yield entry, _node("lexinfo:termType"), kind
            form = ox.NamedNode(iri + "-form")
            yield entry, _node("ontolex:canonicalForm"), form
            written = ox.Literal(term.term, language=term.lang)
            yield form, _node("ontolex:writtenRep"), written
        sense = ox.NamedNode(sense_iri(term.term, term.lang, term.pos, term.concept))
        yield entry, _node("ontolex:sense"), sense
        yield entry, _node("ontolex:denotes"), _tone(term.concept)
        yield sense, _TYPE, _node("ontolex:LexicalSense")
        yield sense, _node("ontolex:reference"), _tone(term.concept)
        if term.score is not None:
            yield sense, _node("tone:score"), _decimal(term.score, 4)
        if term.margin is not None:
            yield sense, _node("tone:margin"), _decimal(term.margin, 4)
        yield sense, _node("tone:weight"), _decimal(term.weight, 1)
        yield sense, _node("tone:status"), text(term.status)
        for reviewer in term.reviewer:
            yield sense, _node("tone:reviewer"), text(reviewer)
        for source in term.source:
            yield sense, _node("dcterms:source"), _source(source)
        if term.date:
            yield sense, _node("dcterms:modified"), _date(term.date)


def mapping_triples(ontology: Ontology) -> Iterator[Statement]:
    """Yield the labels of other schemes with their SKOS matches to concepts."""
    schemes: set[str] = set()
    labels: set[tuple[str, str]] = set()
    for mapping in ontology.mappings:
        scheme = ox.NamedNode(scheme_iri(mapping.scheme))
        label = ox.NamedNode(scheme_label_iri(mapping.scheme, mapping.label))
        if mapping.scheme not in schemes:
            schemes.add(mapping.scheme)
            yield scheme, _TYPE, _node("skos:ConceptScheme")
            yield scheme, _node("dcterms:title"), ox.Literal(mapping.scheme)
        if (mapping.scheme, mapping.label) not in labels:
            labels.add((mapping.scheme, mapping.label))
            yield label, _TYPE, _node("skos:Concept")
            yield label, _node("skos:inScheme"), scheme
            written = ox.Literal(mapping.label, language="en")
            yield label, _node("skos:prefLabel"), written
        if mapping.concept is not None:
            yield label, _node(f"skos:{mapping.predicate}"), _tone(mapping.concept)


@cache
def _decimal(value: Decimal, places: int) -> ox.Literal:
    return ox.Literal(decimal(value, places), datatype=_node("xsd:decimal"))


@cache
def _date(value: str) -> ox.Literal:
    return ox.Literal(value, datatype=_node("xsd:dateTime"))


@cache
def _source(source: str) -> ox.NamedNode | ox.Literal:
    """Return where something is from: an IRI if it is one, else its name."""
    is_iri = source.startswith(("https://", "http://", "urn:")) and " " not in source
    return ox.NamedNode(source) if is_iri else ox.Literal(source)
