"""Every review decision ever taken, `decisions.tsv`: one row a reviewer, term and concept."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ..ontology.errors import SourceError, ToneError
from ..ontology.files import write_atomically
from ..ontology.table_rules import DATE_TIME, LANGUAGE_TAG, PARTS_OF_SPEECH
from ..ontology.term_text import (
    LONGEST_TERM,
    invisible_character,
    printable,
    unprintable_character,
)
from ..ontology.terms import SEPARATOR, escape, keyed_table, read_rows

COLUMNS = (
    "term",
    "lang",
    "pos",
    "decision",
    "concept",
    "proposed",
    "score",
    "weight",
    "similarity",
    "margin",
    "runner_up",
    "source",
    "evidence",
    "reason",
    "reviewer",
    "role",
    "date",
)
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

Item = tuple[str, str, str]
"""What is decided on: one term in one language as one part of speech."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one reviewer says of one term and, unless it is rejected, one concept.

    Attributes:
        term, lang, pos: the item.
        decision: `accept`, `move` or `reject`.
        concept: the concept that the term expresses; empty if rejected.
        proposed: what was offered to the reviewer; empty where the concept is the reviewer's word.
        score: how strongly the term expresses the concept, in [0, 1]; None if the reviewer does
            not say, and for a rejection.
        weight: in (0, 1], below 1 for words that carry the emotion only in some uses; None as for
            `score`.
        similarity, margin, runner_up: as proposed; None and empty where nothing was.
        source, evidence: what the term came from.
        reason: why, for a rejection always.
        reviewer: who decided.
        role: `reviewer` or `adjudicator`, whose word settles a disagreement.
        date: an xsd:dateTime with time zone.
        place: where it was read, `file:line`; empty if nowhere.
    """

    term: str
    lang: str
    pos: str
    decision: str
    concept: str
    proposed: str
    score: Decimal | None
    weight: Decimal | None
    similarity: Decimal | None
    margin: Decimal | None
    runner_up: str
    source: tuple[str, ...]
    evidence: tuple[str, ...]
    reason: str
    reviewer: str
    role: str
    date: str
    place: str = field(default="", compare=False, repr=False)

    @property
    def item(self) -> Item:
        """What is decided on."""
        return (self.term, self.lang, self.pos)

    @property
    def key(self) -> tuple[str, str, str, str, str, str]:
        """What tells one row from another, and the order of the file."""
        return (self.term, self.lang, self.pos, self.reviewer, self.role, self.concept)


class SourceErrors(ToneError):
    """All that is wrong with one or several files; the message has one line for each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(map(printable, problems))
        head = [f"{len(self.problems):,} problems"] if len(self.problems) > 1 else []
        super().__init__("\n".join([*head, *self.problems]))


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Return the decisions of a `decisions.tsv`, in its order; none where there is no file.

    Raises:
        SourceErrors: rows break the format, repeat a key, or accept and reject one item in one
            name. Whether concepts exist is for `replay`.
    """
    decisions = []
    problems = []
    try:
        for line, row in read_rows(path, COLUMNS) if path.exists() else ():
            place = f"{path}:{line}"
            try:
                decision = _from_row(row, place)
            except ValueError as error:
                problems.append(f"{place}: {error}")
                continue
            problems.extend(f"{place}: {each}" for each in decision_problems(decision))
            decisions.append(decision)
    except SourceError as error:
        problems.append(str(error))
    problems.extend(contradictions(decisions))
    if problems:
        raise SourceErrors(problems)
    return tuple(decisions)


def write_decisions(path: Path, decisions: Iterable[Decision]) -> None:
    """Write a `decisions.tsv`, sorted by key, replacing the file in one step.

    Raises:
        ToneError: two decisions have one key; nothing is written.
    """
    write_atomically(path, decisions_table(decisions))


def decisions_table(decisions: Iterable[Decision]) -> bytes:
    """Return decisions as the bytes of a `decisions.tsv`, sorted by key.

    Raises:
        ToneError: two decisions have one key.
    """
    return keyed_table(COLUMNS, ((each.key, _row(each)) for each in decisions), "decisions")


def decision_problems(decision: Decision) -> Iterator[str]:
    """Yield what is wrong with a decision by itself, whatever the ontology says."""
    yield from item_problems(*decision.item)
    yield from _verdict_problems(decision)
    for name in ("score", "weight", "similarity", "margin"):
        value = getattr(decision, name)
        least = -1 if name == "similarity" else 0
        if value is not None and not (value.is_finite() and least <= value <= 1):
            yield f"{name} {value} is not between {least} and 1"
        elif value is not None and round(value, 4) != value:
            yield f"{name} {value} has more than four places"
    if decision.weight == 0:
        yield "weight is 0; reject the term instead"
    if problem := reviewer_problem(decision.reviewer):
        yield problem
    if decision.role not in ROLES:
        yield f"the role is none of {', '.join(ROLES)}"
    if not is_date(decision.date):
        yield f"date {decision.date!r} is no xsd:dateTime with a time zone"
    names = ("concept", "proposed", "runner_up", "reason")
    texts = [*(getattr(decision, name) for name in names), *decision.source, *decision.evidence]
    if any(map(unprintable_character, texts)):
        yield "a control character in one of the columns"


def _verdict_problems(decision: Decision) -> Iterator[str]:
    if decision.decision not in DECISIONS:
        yield f"the decision {decision.decision!r} is none of {', '.join(DECISIONS)}"
    elif decision.decision == REJECT:
        if decision.concept:
            yield "rejected, yet with a concept"
        if not decision.reason.strip():
            yield "rejected without a reason"
        if decision.score is not None or decision.weight is not None:
            yield "rejected, yet with a score or weight"
    else:
        if not decision.concept:
            yield f"{decision.decision} without a concept"
        elif decision.decision == ACCEPT and decision.proposed not in ("", decision.concept):
            yield f"accept of {decision.concept} where {decision.proposed} is proposed; write move"
        elif decision.decision == MOVE and decision.proposed in ("", decision.concept):
            yield "move, yet not from another concept; write accept"


def item_problems(term: str, lang: str, pos: str) -> Iterator[str]:
    """Yield what is wrong with a term, its language or its part of speech."""
    if not term.strip():
        yield "term is empty"
    elif len(term) > LONGEST_TERM:
        yield f"a term of {len(term):,} characters; at most {LONGEST_TERM} are allowed"
    elif control := unprintable_character(term):
        yield f"a control character in the term, U+{ord(control):04X}"
    elif invisible := invisible_character(term):
        yield f"an invisible character in the term, U+{ord(invisible):04X}; take it out"
    elif term != " ".join(term.split()):
        yield "the term has blanks that say nothing"
    elif not unicodedata.is_normalized("NFC", term):
        yield "the term is not in Unicode's composed form (NFC)"
    if not LANGUAGE_TAG.fullmatch(lang):
        yield f"lang {lang!r} is no language tag"
    if pos not in PARTS_OF_SPEECH:
        yield f"pos {pos!r} is none of {', '.join(PARTS_OF_SPEECH)}"


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
            if other.concept == decision.concept:
                yield f"{decision.place}: repeats {other.place}: {', '.join(decision.item)}"
                break
            if not (other.concept and decision.concept):
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
    """Hold the lock on a `decisions.tsv`, so that two reviews lose nothing of each other.

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


def _from_row(row: list[str], place: str) -> Decision:
    fields = dict(zip(COLUMNS, row, strict=True))
    numbers = {
        name: read_number(name, fields.pop(name))
        for name in ("score", "weight", "similarity", "margin")
    }
    lists = {name: values(fields.pop(name)) for name in ("source", "evidence")}
    return Decision(**fields, **numbers, **lists, place=place)  # type: ignore[arg-type]


def values(text: str) -> tuple[str, ...]:
    """Return the values of a field that holds several."""
    return tuple(text.split(SEPARATOR)) if text else ()


def _row(decision: Decision) -> str:
    def places(number: Decimal | None) -> str:
        return "" if number is None else f"{number:.4f}"

    fields = (
        *decision.item,
        decision.decision,
        decision.concept,
        decision.proposed,
        places(decision.score),
        "" if decision.weight is None else f"{decision.weight.normalize():f}",
        places(decision.similarity),
        places(decision.margin),
        decision.runner_up,
        SEPARATOR.join(decision.source),
        SEPARATOR.join(decision.evidence),
        decision.reason,
        decision.reviewer,
        decision.role,
        decision.date,
    )
    return "\t".join(map(escape, fields))
