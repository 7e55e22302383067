"""Every review decision ever taken: one row a reviewer, item and choice.

Those on terms are in `decisions.tsv`, those on links in `link-decisions.tsv`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from ..ontology.errors import SourceError, ToneError
from ..ontology.files import write_atomically
from ..ontology.table_rules import DATE_TIME
from ..ontology.term_text import printable, unprintable_character
from ..ontology.terms import SEPARATOR, escape, keyed_table, read_rows
from .review_kind import Item, ReviewKind

ACCEPT = "accept"
MOVE = "move"
REJECT = "reject"
DECISIONS = (ACCEPT, MOVE, REJECT)
REVIEWER = "reviewer"
ADJUDICATOR = "adjudicator"
ROLES = (REVIEWER, ADJUDICATOR)
SCORE = Decimal("0.8")
WEIGHT = Decimal(1)
"""The strength and weight of a term about which no reviewer says anything else."""

_PLACES = ("score", "similarity", "margin")
_NUMBERS = (*_PLACES, "weight")
_LISTS = ("methods", "source", "evidence")
_METHOD = re.compile(r"[^\s|]+ (?:0(?:\.\d+)?|1(?:\.0+)?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one reviewer says of one item and, unless it is rejected, one choice.

    A term is given to a concept. A link is right as it is, or another one is in its place. What
    a kind of review does not have is None or empty.

    Attributes:
        item: a term, its language and part of speech; or the id of a link.
        decision: `accept`, `move` or `reject`.
        choice: the concept that the term expresses, or the id of the link that is right; empty
            if rejected.
        proposed: what the machine proposed; empty where there is only the reviewer's word.
        score: how strongly the term expresses the concept, or how sure the link is, in [0, 1];
            None if the reviewer does not say, and for a rejection.
        weight: in (0, 1], below 1 for words that carry the emotion only in some uses; None as for
            `score`.
        similarity: of term and concept, or what all methods say of the link together; None where
            nothing was proposed.
        margin, runner_up: as proposed; None and empty where nothing was.
        methods: each method that proposed the link with its own score: `antonyms 0.6120`.
        source, evidence: what the item came from.
        reason: why, for a rejection always.
        reviewer: who decided.
        role: `reviewer` or `adjudicator`, whose word settles a disagreement.
        date: an xsd:dateTime with time zone.
        place: where it was read, `file:line`; empty if nowhere.
    """

    item: Item
    decision: str
    choice: str
    proposed: str = ""
    score: Decimal | None = None
    weight: Decimal | None = None
    similarity: Decimal | None = None
    margin: Decimal | None = None
    runner_up: str = ""
    methods: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    reason: str = ""
    reviewer: str
    role: str
    date: str
    place: str = field(default="", compare=False, repr=False)

    @property
    def key(self) -> tuple[str, ...]:
        """What tells one row from another, and the order of the file."""
        return (*self.item, self.reviewer, self.role, self.choice)


class SourceErrors(ToneError):
    """All that is wrong with one or several files; the message has one line for each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(map(printable, problems))
        head = [f"{len(self.problems):,} problems"] if len(self.problems) > 1 else []
        super().__init__("\n".join([*head, *self.problems]))


def read_decisions(path: Path, kind: ReviewKind) -> tuple[Decision, ...]:
    """Return the decisions of a record, in its order; none where there is no file.

    Args:
        path: a `decisions.tsv` or `link-decisions.tsv`.
        kind: what was reviewed.

    Raises:
        SourceErrors: rows break the format, repeat a key, or accept and reject one item in one
            name. Whether concepts exist is for `settle`.
    """
    decisions = []
    problems = []
    try:
        for line, row in read_rows(path, kind.columns) if path.exists() else ():
            place = f"{path}:{line}"
            try:
                decision = _from_row(row, kind, place)
            except ValueError as error:
                problems.append(f"{place}: {error}")
                continue
            problems.extend(f"{place}: {each}" for each in decision_problems(decision, kind))
            decisions.append(decision)
    except SourceError as error:
        problems.append(str(error))
    problems.extend(contradictions(decisions))
    if problems:
        raise SourceErrors(problems)
    return tuple(decisions)


def write_decisions(path: Path, decisions: Iterable[Decision], kind: ReviewKind) -> None:
    """Write a record, sorted by key, replacing the file in one step.

    Raises:
        ToneError: two decisions have one key; nothing is written.
    """
    write_atomically(path, decisions_table(decisions, kind))


def decisions_table(decisions: Iterable[Decision], kind: ReviewKind) -> bytes:
    """Return decisions as the bytes of a record of their kind, sorted by key.

    Raises:
        ToneError: two decisions have one key.
    """
    rows = ((each.key, _row(each, kind)) for each in decisions)
    return keyed_table(kind.columns, rows, "decisions")


def decision_problems(decision: Decision, kind: ReviewKind) -> Iterator[str]:
    """Yield what is wrong with a decision by itself, whatever the ontology says."""
    yield from kind.item_problems(decision.item)
    yield from _verdict_problems(decision, kind)
    for column, name in kind.fields.items():
        value = getattr(decision, name) if name in _NUMBERS else None
        least = -1 if column == "similarity" else 0
        if value is not None and not (value.is_finite() and least <= value <= 1):
            yield f"{column} {value} is not between {least} and 1"
        elif value is not None and round(value, 4) != value:
            yield f"{column} {value} has more than four places"
    for method in decision.methods:
        if not _METHOD.fullmatch(method):
            yield f"methods: {method!r} is no method with its score, such as 'antonyms 0.6120'"
    if decision.weight == 0:
        yield f"weight is 0; reject the {kind.noun} instead"
    if problem := reviewer_problem(decision.reviewer):
        yield problem
    if decision.role not in ROLES:
        yield f"the role is none of {', '.join(ROLES)}"
    if not is_date(decision.date):
        yield f"date {decision.date!r} is no xsd:dateTime with a time zone"
    texts = [decision.choice, decision.proposed, decision.runner_up, decision.reason]
    lists = (decision.methods, decision.source, decision.evidence)
    if any(map(unprintable_character, (*texts, *(each for values in lists for each in values)))):
        yield "a control character in one of the columns"


def _verdict_problems(decision: Decision, kind: ReviewKind) -> Iterator[str]:
    choice, noun = decision.choice, kind.choice_noun
    offered = kind.offered(decision.item, decision.proposed)
    if decision.proposed not in ("", offered):
        yield f"{decision.proposed} is proposed for {offered}; it must be the same or empty"
    if decision.decision not in DECISIONS:
        yield f"the decision {decision.decision!r} is none of {', '.join(DECISIONS)}"
    elif decision.decision == REJECT:
        if choice:
            yield f"rejected, yet with a {noun}"
        if not decision.reason.strip():
            yield "rejected without a reason"
        if decision.score is not None or decision.weight is not None:
            yield f"rejected, yet with a score{' or weight' if 'weight' in kind.columns else ''}"
    elif not choice:
        yield f"{decision.decision} without a {noun}"
    elif decision.decision == ACCEPT and offered not in ("", choice):
        yield f"accept of {choice} where {offered} is proposed; write move"
    elif decision.decision == MOVE and offered in ("", choice):
        yield f"move, yet not from another {noun}; write accept"


def reviewer_problem(name: str) -> str | None:
    """Return what is wrong with the name of a reviewer, None if nothing is."""
    if not name.strip():
        return "the name of the reviewer is empty"
    if name != " ".join(name.split()) or SEPARATOR in name or unprintable_character(name):
        return (
            f"reviewer {name!r}: no blanks at the ends, no two together, no {SEPARATOR!r}, no"
            " control characters"
        )
    return None


def contradictions(decisions: Iterable[Decision]) -> Iterator[str]:
    """Yield where one reviewer in one role says a thing twice, or both accepts and rejects."""
    said: dict[tuple[str, ...], list[Decision]] = {}
    for decision in decisions:
        before = said.setdefault((*decision.item, decision.reviewer, decision.role), [])
        for other in before:
            if other.choice == decision.choice:
                yield f"{decision.place}: repeats {other.place}: {', '.join(decision.item)}"
                break
            if not (other.choice and decision.choice):
                yield (
                    f"{decision.place}: {decision.reviewer} both accepts and rejects"
                    f" {', '.join(decision.item)}; see {other.place}"
                )
                break
        before.append(decision)


def is_date(text: str) -> bool:
    """Return whether a text is an xsd:dateTime with a time zone, of a day that exists."""
    try:
        return bool(DATE_TIME.fullmatch(text)) and bool(moment(text))
    except ValueError:
        return False


def moment(date: str) -> datetime:
    """Return the moment that an xsd:dateTime names, for comparison."""
    return datetime.fromisoformat(date)


def now() -> str:
    """Return this second in UTC as an xsd:dateTime."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def read_number(name: str, text: str) -> Decimal | None:
    """Return the number of a field, None if it is empty; raise `ValueError` if it is none."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        raise ValueError(f"{name} {text!r} is not a decimal number") from None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock on a record of decisions, so that two reviews lose nothing of each other.

    It is the system's advisory lock on the folder, which ends with the process whatever happens;
    where the system has none (Windows, some network drives), nothing is locked.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def item_name(item: Item) -> str:
    """Return an item as messages name it: `'blue' (en, adjective)`."""
    first, *rest = item
    return f"{first!r} ({', '.join(rest)})" if rest else first


def _from_row(row: list[str], kind: ReviewKind, place: str) -> Decision:
    item = tuple(row[: len(kind.item)])
    fields: dict[str, Any] = {}
    for (column, name), text in zip(kind.fields.items(), row[len(item) :], strict=True):
        if name in _NUMBERS:
            fields[name] = read_number(column, text)
        else:
            fields[name] = values(text) if name in _LISTS else text
    return Decision(item=item, **fields, place=place)


def values(text: str) -> tuple[str, ...]:
    """Return the values of a field that holds several."""
    return tuple(text.split(SEPARATOR)) if text else ()


def _row(decision: Decision, kind: ReviewKind) -> str:
    cells = (_cell(name, getattr(decision, name)) for name in kind.fields.values())
    return "\t".join(map(escape, (*decision.item, *cells)))


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in _PLACES:
        return f"{value:.4f}"
    if name == "weight":
        return f"{value.normalize():f}"
    return SEPARATOR.join(value) if name in _LISTS else value
