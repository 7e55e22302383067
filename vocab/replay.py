"""From decisions on terms to the vocabulary: rows of `terms.tsv`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..ontology.model import Ontology
from ..ontology.terms import Term
from .decisions import (
    MOVE,
    SCORE,
    WEIGHT,
    Decision,
    moment,
)
from .kinds import TERMS
from .review_kind import Item
from .verdicts import Settled, lowest, settle

TEAM = "team"
"""The source of a term that rests on a reviewer's word."""


@dataclass(frozen=True)
class Replayed:
    """The vocabulary that decisions make, and what differs from the one before.

    `kept` counts the terms of items that nobody has decided.
    """

    terms: tuple[Term, ...]
    added: tuple[Term, ...]
    changed: tuple[Term, ...]
    removed: tuple[Term, ...]
    kept: int


def replay(decisions: Iterable[Decision], ontology: Ontology, terms: Iterable[Term]) -> Replayed:
    """Return the vocabulary that decisions make, in whatever order they come.

    The score and weight of a term are the lowest that those give who decide, or else the others.

    Args:
        decisions: all decisions on terms, as `settle` takes them.
        ontology: the concepts.
        terms: the vocabulary before; rows of items that nobody has decided are kept.

    Raises:
        SourceErrors: as `settle` does.
    """
    items = settle(decisions, TERMS, ontology)
    made = {term.key: term for each in items.values() for term in _terms(each)}
    old = {term.key: term for term in terms}
    kept = {key: term for key, term in old.items() if key[:3] not in items}
    new = {**kept, **made}
    return Replayed(
        terms=tuple(sorted(new.values(), key=lambda term: term.key)),
        added=_ordered(new[key] for key in new.keys() - old.keys()),
        changed=_ordered(new[key] for key in new.keys() & old.keys() if new[key] != old[key]),
        removed=_ordered(old[key] for key in old.keys() - new.keys()),
        kept=len(kept),
    )


def _terms(settled: Settled) -> Iterator[Term]:
    for concept in sorted(settled.choices):
        rows = [row for row in settled.rows if row.choice == concept]
        others = [row for row in settled.rows if row.choice and row.choice not in settled.choices]
        yield _term(settled.item, concept, rows, others)


def _term(item: Item, concept: str, rows: list[Decision], others: list[Decision]) -> Term:
    """Return the row that decisions for a concept make, those of the role that decides first.

    `others` are decisions for concepts that were not chosen; where a term has no evidence but
    theirs, it was moved from those concepts.
    """
    moved = {row.proposed for row in rows if row.decision == MOVE}
    source = {each for row in rows for each in row.source}
    evidence = {each for row in rows for each in row.evidence}
    if not evidence and others:
        source.update(each for row in others for each in row.source)
        evidence.update(each for row in others for each in row.evidence)
        moved.update(row.choice for row in others)
    if moved or not source:
        source.add(TEAM)
    evidence.update(f"moved from {each}" for each in moved)
    measured = sorted(
        (row.margin, row.runner_up)
        for row in rows
        if row.proposed == concept and row.margin is not None
    )
    margin, runner_up = measured[0] if measured else (None, min(moved, default=""))
    term, lang, pos = item
    return Term(
        term=term,
        lang=lang,
        pos=pos,
        concept=concept,
        score=lowest("score", rows, SCORE),
        margin=margin,
        runner_up=runner_up,
        weight=lowest("weight", rows, WEIGHT),
        source=tuple(sorted(source)),
        evidence=tuple(sorted(evidence)),
        status="accepted",
        reviewer=tuple(sorted({row.reviewer for row in rows})),
        date=max((row.date for row in rows), key=lambda date: (moment(date), date)),
    )


def _ordered(terms: Iterable[Term]) -> tuple[Term, ...]:
    return tuple(sorted(terms, key=lambda term: term.key))
