"""From decisions to the vocabulary: verdicts, conflicts, rows of `terms.tsv`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from ..ontology.concepts import Concept
from ..ontology.table_rules import concept_problem
from ..ontology.terms import SEPARATOR, Term
from .decisions import (
    ADJUDICATOR,
    MOVE,
    REVIEWER,
    SCORE,
    WEIGHT,
    Decision,
    Item,
    SourceErrors,
    moment,
)

TEAM = "team"
"""The source of a term that rests on a reviewer's word."""
REJECTED = "rejected"
"""How the verdict that holds no concept is written."""

_OFFERED = ("proposed", "similarity", "margin", "runner_up", "source", "evidence")

Verdict = frozenset[str]
"""The concepts that an item expresses; none if it is rejected."""


@dataclass(frozen=True)
class Merged:
    """Decisions after others came in: all of them, and how many were added and replaced."""

    decisions: tuple[Decision, ...]
    added: int
    revised: int


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


def by_item(decisions: Iterable[Decision]) -> dict[Item, dict[tuple[str, str], list[Decision]]]:
    """Return the decisions of each item by (role, reviewer)."""
    items: dict[Item, dict[tuple[str, str], list[Decision]]] = {}
    for decision in decisions:
        said = items.setdefault(decision.item, {})
        said.setdefault((decision.role, decision.reviewer), []).append(decision)
    return items


def verdict(decisions: Iterable[Decision]) -> Verdict:
    """Return what one reviewer's decisions of one item say together."""
    return frozenset(each.concept for each in decisions if each.concept)


def merge(
    recorded: Iterable[Decision], sheets: Iterable[Iterable[Decision]], revise: bool = False
) -> Merged:
    """Add the decisions of sheets to those recorded, in whatever order they come.

    What says the same as the reviewer's recorded decision, whatever the date, changes nothing;
    what says less of a concept that the reviewer gave before, leaves the rest as it was.

    Args:
        recorded: the decisions on file.
        sheets: those that come in; each sheet has all that a reviewer says of an item.
        revise: let a sheet replace what the same reviewer said of the item in the same role.

    Raises:
        SourceErrors: a reviewer says two things of an item, in two sheets or, without `revise`,
            in a sheet and before.
    """
    problems = []
    new: dict[Item, dict[tuple[str, str], list[Decision]]] = {}
    for sheet in sheets:
        for item, said in by_item(sheet).items():
            for author, rows in said.items():
                other = new.setdefault(item, {}).setdefault(author, rows)
                if _saying(other) != _saying(rows):
                    problems.append(f"{_contradiction(rows, other)}: keep one of them")
                new[item][author] = min(other, rows, key=repr)
    items = by_item(recorded)
    added = revised = 0
    for item, said in new.items():
        before = items.setdefault(item, {})
        for author, rows in said.items():
            old = before.get(author)
            if old is None:
                added += len(rows)
            elif _saying(old) == _saying(rows := [_completed(row, old) for row in rows]):
                continue
            elif revise:
                revised += len(rows)
            else:
                problems.append(f"{_contradiction(rows, old)}: to replace that, use --revise")
                continue
            before[author] = rows
    if problems:
        raise SourceErrors(problems)
    merged = (row for said in items.values() for rows in said.values() for row in rows)
    return Merged(tuple(sorted(merged, key=lambda each: each.key)), added, revised)


def _completed(row: Decision, before: list[Decision]) -> Decision:
    """Return a reviewer's decision with what it leaves open as the same reviewer said it before.

    Where it tells of no evidence, that is the evidence of the same concept or proposal: the queue,
    which knows it, does not hold what was decided once.
    """
    same = next((each for each in before if each.concept == row.concept), None)
    known = [each for each in before if row.proposed and each.proposed == row.proposed]
    offered = same or next(iter(known), None)
    if offered and row.proposed in ("", offered.proposed) and not (row.source or row.evidence):
        row = replace(
            row,
            decision=same.decision if same else row.decision,
            **{name: getattr(offered, name) for name in _OFFERED},
        )
    if same is None:
        return row
    return replace(
        row,
        score=same.score if row.score is None else row.score,
        weight=same.weight if row.weight is None else row.weight,
        reason=row.reason or same.reason,
    )


def _contradiction(rows: list[Decision], other: list[Decision]) -> str:
    first = rows[0]
    return (
        f"{first.place}: {first.reviewer} says {told(rows)} of {_name(first.item)} and has said"
        f" {told(other)} at {other[0].place}"
    )


def replay(
    decisions: Iterable[Decision], concepts: Mapping[str, Concept], terms: Iterable[Term]
) -> Replayed:
    """Return the vocabulary that decisions make, in whatever order they come.

    An item's verdict is the adjudicator's if there is one, else what its reviewers agree on; its
    score and weight are the lowest that those give who decide, or else the others.

    Args:
        decisions: all decisions; none contradicts another of the same reviewer and role.
        concepts: the concepts of the ontology by id.
        terms: the vocabulary before; rows of items that nobody has decided are kept.

    Raises:
        SourceErrors: concepts that do not exist or are deprecated, reviewers who differ where
            nobody has adjudicated, adjudicators who differ.
    """
    problems = []
    made: dict[tuple[str, str, str, str], Term] = {}
    items = by_item(decisions)
    for item, said in items.items():
        deciding = deciding_role(said)
        wrong = [
            each
            for (role, _), rows in said.items()
            for row in rows
            for each in _misnamed(row, role == deciding, concepts)
        ]
        wrong = wrong or list(_differences(item, said, deciding))
        problems.extend(wrong)
        if not wrong:
            made.update((term.key, term) for term in _terms(item, said, deciding))
    if problems:
        raise SourceErrors(problems)
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


def deciding_role(said: Collection[tuple[str, str]]) -> str:
    """Return the role whose word counts among the (role, reviewer) who decided an item."""
    return ADJUDICATOR if any(role == ADJUDICATOR for role, _ in said) else REVIEWER


def _misnamed(row: Decision, decides: bool, concepts: Mapping[str, Concept]) -> Iterator[str]:
    if decides and row.concept and (problem := concept_problem(row.concept, concepts)):
        yield f"{row.place}: {problem}"
    # What was offered once, or chosen and overruled, may be deprecated since.
    for name in ("concept", "proposed", "runner_up"):
        concept = getattr(row, name)
        said = decides and concept == row.concept
        if concept and not said and concept not in concepts:
            yield f"{row.place}: {name}: the concept {concept} does not exist"


def _differences(
    item: Item, said: Mapping[tuple[str, str], list[Decision]], deciding: str
) -> Iterator[str]:
    authors = sorted(author for author in said if author[0] == deciding)
    first = authors[0]
    for other in authors[1:]:
        if verdict(said[other]) != verdict(said[first]):
            what = "adjudicators differ" if deciding == ADJUDICATOR else "needs adjudication"
            yield (
                f"{said[other][0].place}: {what}: {other[1]} says {told(said[other], False)} of"
                f" {_name(item)} and {first[1]} {told(said[first], False)} at"
                f" {said[first][0].place}"
            )


def _terms(
    item: Item, said: Mapping[tuple[str, str], list[Decision]], deciding: str
) -> Iterator[Term]:
    decided = verdict(next(rows for (role, _), rows in said.items() if role == deciding))
    for concept in sorted(decided):
        every = [row for theirs in said.values() for row in theirs]
        rows = [row for row in every if row.concept == concept]
        others = [row for row in every if row.concept and row.concept not in decided]
        yield _term(item, concept, sorted(rows, key=lambda row: row.role != deciding), others)


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
        moved.update(row.concept for row in others)
    if moved or not source:
        source.add(TEAM)
    evidence.update(f"moved from {each}" for each in moved)
    measured = sorted(
        (row.margin, row.runner_up)
        for row in rows
        if row.proposed == concept and row.margin is not None
    )
    margin, runner_up = measured[0] if measured else (None, min(moved, default=""))
    return Term(
        *item,
        concept=concept,
        score=_lowest("score", rows, SCORE),
        margin=margin,
        runner_up=runner_up,
        weight=_lowest("weight", rows, WEIGHT),
        source=tuple(sorted(source)),
        evidence=tuple(sorted(evidence)),
        status="accepted",
        reviewer=tuple(sorted({row.reviewer for row in rows})),
        date=max((row.date for row in rows), key=lambda date: (moment(date), date)),
    )


def _lowest(name: str, rows: list[Decision], default: Decimal) -> Decimal:
    """Return the lowest number that the role that decides gave, else that the others gave."""
    said = [(row.role, number) for row in rows if (number := getattr(row, name)) is not None]
    return min((number for role, number in said if role == said[0][0]), default=default)


def _saying(rows: Iterable[Decision]) -> set[tuple[str, Decimal | None, Decimal | None, str]]:
    return {(row.concept, row.score, row.weight, row.reason) for row in rows}


def told(rows: Iterable[Decision], numbers: bool = True) -> str:
    """Return what one reviewer's decisions of an item say, with or without their numbers."""
    parts = []
    for row in sorted(rows, key=lambda row: row.concept):
        if not row.concept:
            parts.append(f"rejected: {row.reason}" if numbers else REJECTED)
        elif numbers:
            said = (("score", row.score), ("weight", row.weight))
            given = ", ".join(f"{name} {number}" for name, number in said if number is not None)
            parts.append(f"{row.concept} ({given})" if given else row.concept)
        else:
            parts.append(row.concept)
    return SEPARATOR.join(parts)


def _name(item: Item) -> str:
    term, lang, pos = item
    return f"{term!r} ({lang}, {pos})"


def _ordered(terms: Iterable[Term]) -> tuple[Term, ...]:
    return tuple(sorted(terms, key=lambda term: term.key))
