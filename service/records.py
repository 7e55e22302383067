"""Concepts, links and terms as JSON objects, the same for REST and the pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..ontology.model import Concept, Evidence, Link, Ontology, Term
from .term_index import TermIndex

Record = dict[str, Any]

ACCEPTED = "accepted"


def brief(ontology: Ontology, concept: str) -> Record:
    """Return what names a concept, given by its id."""
    found = ontology.concepts[concept]
    return {"id": found.id, "iri": found.iri, "label": found.label, "tier": found.tier}


def summary(ontology: Ontology, concept: Concept) -> Record:
    """Return a concept as lists show it."""
    return {
        **brief(ontology, concept.id),
        "labels": concept.labels,
        "definition": concept.definition,
        "parent": concept.parent,
        "path": ontology.path(concept.id),
        "deprecated": concept.deprecated,
    }


def full(ontology: Ontology, terms: TermIndex, concept: Concept, inherited: bool) -> Record:
    """Return all that is known of a concept.

    Args:
        ontology: the knowledge.
        terms: its vocabulary.
        concept: one of its concepts.
        inherited: whether links of broader concepts count where the concept has none of a kind.
    """
    links = _links(ontology, concept.id, inherited)
    return {
        **summary(ontology, concept),
        "primary": ontology.primary(concept.id),
        "children": [brief(ontology, each) for each in ontology.children(concept.id)],
        "schemes": list(concept.schemes),
        "sources": list(concept.sources),
        "replaced_by": list(concept.replaced_by),
        "opposites": links["opposites"],
        "compositions": links["compositions"],
        "part_of": [
            {**_evidence(link), "whole": brief(ontology, link.subject), **_parts(ontology, link)}
            for link in _stated(ontology, "isComposedOf")
            if concept.id in link.targets
        ],
        "combinations": links["combinations"],
        "results_from": [
            _combination(ontology, link)
            for link in _stated(ontology, "leadsTo")
            if concept.id in link.targets
        ],
        "term_count": len(terms.of(concept.id)),
        "mappings": [
            {
                "scheme": each.scheme,
                "label": each.label,
                "predicate": each.predicate,
                "justification": each.justification,
                "comment": each.comment,
            }
            for each in ontology.mappings
            if each.concept == concept.id
        ],
    }


def term(ontology: Ontology, each: Term) -> Record:
    """Return a term with the concept that it expresses and the evidence for it."""
    return {
        "term": each.term,
        "lang": each.lang,
        "pos": each.pos,
        "concept": {
            **brief(ontology, each.concept),
            "path": ontology.path(each.concept),
        },
        "score": _number(each.score),
        "margin": _number(each.margin),
        "runner_up": each.runner_up or None,
        "weight": _number(each.weight),
        "source": list(each.source),
        "evidence": list(each.evidence),
        "status": each.status,
        "reviewer": list(each.reviewer),
        "date": each.date or None,
    }


def _links(ontology: Ontology, concept: str, inherited: bool) -> dict[str, list[Record]]:
    """Return the links of each kind, a concept's own shadowing inherited ones of that kind."""
    found: dict[str, list[Record]] = {"opposites": [], "compositions": [], "combinations": []}
    levels = list(reversed(ontology.path(concept))) if inherited else [concept]
    for kind, links in found.items():
        for level in levels:
            links += _links_of(ontology, level, kind)
            if links:
                for link in links:
                    link["inherited_from"] = level if level != concept else None
                break
    return found


def _links_of(ontology: Ontology, concept: str, kind: str) -> list[Record]:
    if kind == "opposites":
        return [
            {**_evidence(link), "concept": brief(ontology, link.targets[0])}
            for link in _stated(ontology, "isOppositeOf")
            if link.subject == concept
        ]
    if kind == "compositions":
        return [
            {**_evidence(link), **_parts(ontology, link)}
            for link in _stated(ontology, "isComposedOf")
            if link.subject == concept
        ]
    return [
        _combination(ontology, link)
        for link in _stated(ontology, "leadsTo")
        if concept in link.operands
    ]


def _stated(ontology: Ontology, kind: str) -> list[Link]:
    return [
        each for each in ontology.links if each.kind == kind and each.evidence.status == ACCEPTED
    ]


def _parts(ontology: Ontology, link: Link) -> Record:
    return {"parts": [brief(ontology, each) for each in link.targets]}


def _combination(ontology: Ontology, link: Link) -> Record:
    return {
        **_evidence(link),
        "operands": [brief(ontology, each) for each in link.operands],
        "result": brief(ontology, link.targets[0]),
    }


def _evidence(link: Link) -> Record:
    evidence: Evidence = link.evidence
    return {
        "id": link.id,
        "iri": link.iri,
        "score": _number(evidence.score),
        "method": evidence.method,
        "status": evidence.status,
        "reviewer": list(evidence.reviewer),
        "sources": list(evidence.sources),
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
