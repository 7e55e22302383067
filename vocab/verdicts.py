"""From decisions to verdicts, whatever was reviewed: what people say, and where they differ."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ..ontology.model import Ontology
from ..ontology.terms import SEPARATOR
from .decisions import (
    ADJUDICATOR,
    REVIEWER,
    Decision,
    SourceErrors,
    item_name,
)
from .review_kind import Item, ReviewKind

REJECTED = "rejected"
"""How the verdict that holds no concept is written."""

_OFFERED = ("proposed", "similarity", "margin", "runner_up", "methods", "source", "evidence")

Verdict = frozenset[str]
"""What an item is given: concepts, or links that are right in its place; none if rejected."""


@dataclass(frozen=True)
class Merged:
    """Decisions after others came in: all of them, and how many were added and replaced."""

    decisions: tuple[Decision, ...]
    added: int
    revised: int


@dataclass(frozen=True)
class Settled:
    """What people say of one item together.

    Attributes:
        item: what was decided on.
        choices: the verdict.
        rows: all decisions on the item, overruled ones too, those of the role that decides first.
    """

    item: Item
    choices: Verdict
    rows: tuple[Decision, ...]


def by_item(decisions: Iterable[Decision]) -> dict[Item, dict[tuple[str, str], list[Decision]]]:
    """Return the decisions of each item by (role, reviewer)."""
    items: dict[Item, dict[tuple[str, str], list[Decision]]] = {}
    for decision in decisions:
        said = items.setdefault(decision.item, {})
        said.setdefault((decision.role, decision.reviewer), []).append(decision)
    return items


def verdict(decisions: Iterable[Decision]) -> Verdict:
    """Return what one reviewer's decisions of one item say together."""
    return frozenset(each.choice for each in decisions if each.choice)


def merge(
    recorded: Iterable[Decision], sheets: Iterable[Iterable[Decision]], revise: bool = False
) -> Merged:
    """Add the decisions of sheets to those recorded, in whatever order they come.

    What says the same as the reviewer's recorded decision, whatever the date, changes nothing;
    what says less of a choice that the reviewer made before, leaves the rest as it was.

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

    Where it tells of no evidence, that is the evidence of the same choice or proposal: the queue,
    which knows it, does not hold what was decided once.
    """
    same = next((each for each in before if each.choice == row.choice), None)
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
        f"{first.place}: {first.reviewer} says {told(rows)} of {item_name(first.item)} and has said"
        f" {told(other)} at {other[0].place}"
    )


def settle(
    decisions: Iterable[Decision], kind: ReviewKind, ontology: Ontology
) -> dict[Item, Settled]:
    """Return the verdict on each item, in whatever order the decisions come.

    It is the adjudicator's if there is one, else what the reviewers agree on.

    Args:
        decisions: all decisions of the kind; none contradicts another of the same reviewer and
            role.
        kind: what was reviewed.
        ontology: the concepts that choices must name.

    Raises:
        SourceErrors: choices that name what does not exist or that cannot be accepted, reviewers
            who differ where nobody has adjudicated, adjudicators who differ; each with its place.
    """
    problems = []
    settled = {}
    for item, said in sorted(by_item(decisions).items()):
        deciding = deciding_role(said)
        rows = sorted(
            (row for theirs in said.values() for row in theirs),
            key=lambda row: (row.role != deciding, row.key),
        )
        wrong = [
            each for row in rows for each in _misnamed(row, row.role == deciding, kind, ontology)
        ]
        wrong = wrong or list(_differences(item, said, deciding))
        problems.extend(wrong)
        choices = verdict(row for row in rows if row.role == deciding)
        settled[item] = Settled(item, choices, tuple(rows))
    if problems:
        raise SourceErrors(problems)
    return settled


def accepted(settled: Mapping[Item, Settled]) -> dict[str, tuple[Decision, ...]]:
    """Return each choice that some verdict holds, with all decisions for it, deciding role first.

    For items that are choices themselves, as links are: several links may be moved to one.

    Raises:
        SourceErrors: what one verdict puts in the place of an item is refused by the verdict on
            itself.
    """
    found: dict[str, list[Decision]] = {}
    problems = []
    for each in settled.values():
        for choice in sorted(each.choices):
            rows = [row for row in each.rows if row.choice == choice]
            found.setdefault(choice, []).extend(rows)
            own = settled.get((choice,))
            if own is not None and choice not in own.choices:
                problems.append(
                    f"{rows[0].place}: {choice} is accepted in place of {item_name(each.item)},"
                    f" yet its own verdict is {told(own.rows[:1], False)} at {own.rows[0].place}"
                )
    if problems:
        raise SourceErrors(problems)
    return {
        choice: tuple(sorted(rows, key=lambda row: (row.role != ADJUDICATOR, row.key)))
        for choice, rows in sorted(found.items())
    }


def deciding_role(said: Collection[tuple[str, str]]) -> str:
    """Return the role whose word counts among the (role, reviewer) who decided an item."""
    return ADJUDICATOR if any(role == ADJUDICATOR for role, _ in said) else REVIEWER


def _misnamed(row: Decision, decides: bool, kind: ReviewKind, ontology: Ontology) -> Iterator[str]:
    said = row.choice if decides else ""
    if said:
        yield from (f"{row.place}: {each}" for each in kind.choice_problems(said, ontology))
    # What was offered once, or chosen and overruled, may be deprecated since.
    for name in ("choice", "proposed", "runner_up"):
        named = getattr(row, name)
        if named and named != said and (problem := kind.missing(named, ontology)):
            yield f"{row.place}: {kind.column(name)}: {problem}"


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
                f" {item_name(item)} and {first[1]} {told(said[first], False)} at"
                f" {said[first][0].place}"
            )


def lowest(name: str, rows: Sequence[Decision], default: Decimal) -> Decimal:
    """Return the lowest number that the role that decides gave, else that the others gave.

    Args:
        name: the field of the decisions: `score` or `weight`.
        rows: the decisions for one choice, those of the role that decides first.
        default: what counts where nobody gave one.
    """
    said = [(row.role, number) for row in rows if (number := getattr(row, name)) is not None]
    return min((number for role, number in said if role == said[0][0]), default=default)


def _saying(rows: Iterable[Decision]) -> set[tuple[str, Decimal | None, Decimal | None, str]]:
    return {(row.choice, row.score, row.weight, row.reason) for row in rows}


def told(rows: Iterable[Decision], numbers: bool = True) -> str:
    """Return what one reviewer's decisions of an item say, with or without their numbers."""
    parts = []
    for row in sorted(rows, key=lambda row: row.choice):
        if not row.choice:
            parts.append(f"rejected: {row.reason}" if numbers else REJECTED)
        elif numbers:
            said = (("score", row.score), ("weight", row.weight))
            given = ", ".join(f"{name} {number}" for name, number in said if number is not None)
            parts.append(f"{row.choice} ({given})" if given else row.choice)
        else:
            parts.append(row.choice)
    return SEPARATOR.join(parts)
