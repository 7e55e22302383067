"""Concepts, links and terms as JSON objects, the same for REST and the pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..ontology.inheritance import HeldLink, accepted_links, held_links
from ..ontology.iris import sense_iri
from ..ontology.links import COMPOSED, KINDS, LEADS_TO, OPPOSITE
from ..ontology.model import Concept, Link, Ontology, Term
from .search import Match
from .term_index import TermIndex

Record = dict[str, Any]


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
    held = {kind: held_links(ontology, concept.id, kind, inherited) for kind in KINDS}
    stated = [each for each in accepted_links(ontology) if concept.id in each.targets]
    return {
        **summary(ontology, concept),
        "primary": ontology.primary(concept.id),
        "children": [brief(ontology, each) for each in ontology.children(concept.id)],
        "schemes": list(concept.schemes),
        "sources": list(concept.sources),
        "replaced_by": list(concept.replaced_by),
        "opposites": [opposite_link(ontology, each) for each in held[OPPOSITE]],
        "compositions": [_composition_link(ontology, each) for each in held[COMPOSED]],
        "part_of": [
            {**link(each), "whole": brief(ontology, each.subject), **_parts(ontology, each)}
            for each in stated
            if each.kind == COMPOSED
        ],
        "combinations": [combination_link(ontology, each) for each in held[LEADS_TO]],
        "results_from": [
            {**link(each), **_combination(ontology, each)}
            for each in stated
            if each.kind == LEADS_TO
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
        "score": number(each.score),
        "margin": number(each.margin),
        "runner_up": each.runner_up or None,
        "weight": number(each.weight),
        "source": list(each.source),
        "evidence": list(each.evidence),
        "status": each.status,
        "reviewer": list(each.reviewer),
        "date": each.date or None,
    }


def match(ontology: Ontology, found: Match) -> Record:
    """Return what a search found."""
    term = found.term
    return {
        "label": found.text,
        "lang": found.lang,
        "kind": found.kind,
        "score": found.score,
        "concept": brief(ontology, found.concept),
        "term": None
        if term is None
        else {
            "iri": sense_iri(term.term, term.lang, term.pos, term.concept),
            "term": term.term,
            "lang": term.lang,
            "pos": term.pos,
        },
    }


def opposite_link(ontology: Ontology, held: HeldLink) -> Record:
    """Return an opposite that holds for a concept."""
    return {**_held(held), "concept": brief(ontology, held.link.targets[0])}


def combination_link(ontology: Ontology, held: HeldLink) -> Record:
    """Return a combination that holds for a concept."""
    return {**_held(held), **_combination(ontology, held.link)}


def link(link: Link) -> Record:
    """Return what a link is called and what it rests on."""
    evidence = link.evidence
    return {
        "id": link.id,
        "iri": link.iri,
        "kind": link.kind,
        "score": number(evidence.score),
        "method": evidence.method,
        "status": evidence.status,
        "reviewer": list(evidence.reviewer),
        "sources": list(evidence.sources),
    }


def number(value: Decimal | None) -> float | None:
    """Return a number as JSON has it."""
    return None if value is None else float(value)


def _composition_link(ontology: Ontology, held: HeldLink) -> Record:
    return {**_held(held), **_parts(ontology, held.link)}


def _held(held: HeldLink) -> Record:
    return {**link(held.link), "inherited_from": held.inherited_from}


def _parts(ontology: Ontology, link: Link) -> Record:
    return {"parts": [brief(ontology, each) for each in link.targets]}


def _combination(ontology: Ontology, link: Link) -> Record:
    return {
        "operands": [brief(ontology, each) for each in link.operands],
        "result": brief(ontology, link.targets[0]),
    }
