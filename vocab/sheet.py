"""Review sheets: TSV or CSV that people fill in a spreadsheet, written and read back."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ..ontology.errors import ToneError
from ..ontology.files import write_atomically
from ..ontology.model import Ontology
from ..ontology.terms import SEPARATOR
from .cells import is_csv, protect, read_cells
from .decisions import (
    ACCEPT,
    DECISIONS,
    MOVE,
    REJECT,
    REVIEWER,
    ROLES,
    Decision,
    SourceErrors,
    decision_problems,
    read_number,
    values,
)
from .review_kind import Item, ReviewKind
from .selection import Offer

_WORDS = {word: each for each in DECISIONS for word in (each[0], each, f"{each}ed", f"{each}d")}


@dataclass(frozen=True)
class Defaults:
    """What counts for rows of a sheet that do not say it themselves.

    A `role` that is given must be that of all rows. `queue` holds what is proposed by item, where
    a sheet lost the columns that tell about it.
    """

    date: str
    reviewer: str = ""
    role: str = ""
    queue: Mapping[Item, Offer] | None = None


def write_sheet(
    path: Path,
    offers: Iterable[Offer],
    kind: ReviewKind,
    ontology: Ontology,
    *,
    reviewer: str = "",
    role: str = REVIEWER,
    verdicts: Mapping[Item, Mapping[str, str]] | None = None,
) -> None:
    """Write a sheet to be filled in, replacing the file in one step.

    Args:
        path: ends in `.tsv`, or in `.csv` for one that begins with the mark by which Excel knows
            UTF-8.
        offers: the rows.
        kind: what is reviewed.
        ontology: tells about the concepts.
        reviewer: who will fill it in, if that is known.
        role: in which role.
        verdicts: further columns of an item by their names.

    Raises:
        ToneError: the file cannot be written, or has another extension.
    """
    verdicts = verdicts or {}
    extra = sorted({name for columns in verdicts.values() for name in columns})
    commas = is_csv(path)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter="," if commas else "\t", lineterminator="\n")
    writer.writerow([*kind.sheet, *extra])
    for offer in offers:
        columns = verdicts.get(offer.item, {})
        cells = {
            **dict(zip(kind.item, offer.item, strict=True)),
            **kind.sheet_cells(offer, ontology),
            "proposed": offer.proposed,
            kind.column("similarity"): _places(offer.similarity),
            "margin": _places(offer.margin),
            "runner_up": offer.runner_up,
            "methods": SEPARATOR.join(offer.methods),
            "kinds": offer.kinds,
            "flags": SEPARATOR.join(offer.flags),
            "source": SEPARATOR.join(offer.source),
            "evidence": SEPARATOR.join(offer.evidence),
            "contexts": SEPARATOR.join(offer.contexts),
            "reviewer": reviewer,
            "role": role,
            **columns,
        }
        writer.writerow([protect(cells.get(name, "")) for name in (*kind.sheet, *extra)])
    mark = codecs.BOM_UTF8 if commas else b""
    write_atomically(path, mark + stream.getvalue().encode("utf-8"))


def _places(number: Decimal | None) -> str:
    return "" if number is None else f"{number:.4f}"


def read_sheet(
    path: Path, kind: ReviewKind, ontology: Ontology, defaults: Defaults
) -> tuple[Decision, ...]:
    """Return the decisions of a sheet that people filled in; rows without one are left out.

    It may have gone through a spreadsheet: any order of columns, further columns, blank rows,
    comma, semicolon or tab between cells, decimal commas, UTF-8 or UTF-16 with their marks,
    decisions as words or first letters in any case, concepts by id or label, links as
    `read_link` takes them.

    Raises:
        SourceErrors: every row that cannot be understood, with its line and column.
    """
    decisions: list[Decision] = []
    problems: list[str] = []
    seen: dict[tuple[Item, str, str], int] = {}
    for line, cells in read_cells(path, kind.needed, problems):
        if not cells["decision"]:
            if cells.get("move_to"):
                problems.append(f"{path}:{line}: move_to is filled in, but decision is not")
            continue
        place = f"{path}:{line}"
        row = _Row(cells, kind, ontology, defaults)
        rows = row.decisions(place)
        if row.problems:
            problems.extend(f"{place}: {each}" for each in row.problems)
            continue
        first = seen.setdefault((rows[0].item, rows[0].reviewer, rows[0].role), line)
        if first != line:
            problems.append(f"{place}: repeats line {first}: {', '.join(rows[0].item)}")
            continue
        wrong = dict.fromkeys(each for said in rows for each in decision_problems(said, kind))
        problems.extend(f"{place}: {each}" for each in wrong)
        decisions.extend(rows)
    if problems:
        raise SourceErrors(problems)
    return tuple(decisions)


def holds_decisions(path: Path, kind: ReviewKind) -> bool:
    """Return whether a file is there that may hold somebody's decisions.

    So may every file that cannot be read as a sheet.
    """
    if not path.exists():
        return False
    problems: list[str] = []
    try:
        filled = any(cells["decision"] for _, cells in read_cells(path, kind.needed, problems))
    except SourceErrors:
        return True
    return filled or bool(problems)


class _Row:
    """A filled row of a sheet; `problems` gains what cannot be understood, without its place."""

    def __init__(
        self, cells: Mapping[str, str], kind: ReviewKind, ontology: Ontology, defaults: Defaults
    ) -> None:
        self.cells = cells
        self.kind = kind
        self.ontology = ontology
        self.defaults = defaults
        self.problems: list[str] = []

    def decisions(self, place: str) -> list[Decision]:
        """Return what the row says: a decision for each of its choices; none if it has problems."""
        said = self.cells["decision"]
        word = _WORDS.get(said.casefold(), "")
        if not word:
            self.problems.append(f"decision {said!r} is none of {', '.join(DECISIONS)}")
        offer, targets = self._offer_and_targets()
        score, weight = self._number("score"), self._number("weight")
        reviewer, role = self._reviewer(), self._role()
        offered = self.kind.offered(offer.item, offer.proposed)
        if not self.problems:
            self.problems.extend(self._mistakes(word, offered, targets))
        if self.problems:
            return []
        return offer.decide(
            self.kind,
            [] if word == REJECT else targets or [offered],
            reviewer,
            score=score,
            weight=weight,
            reason=self.cells.get("reason", ""),
            role=role,
            date=self.defaults.date,
            place=place,
        )

    def _mistakes(self, word: str, offered: str, targets: list[str]) -> Iterator[str]:
        noun = self.kind.choice_noun
        if word == REJECT and targets:
            yield "move_to is filled in, yet the decision is reject"
        if word == ACCEPT and targets and offered:
            yield f"move_to is filled in, yet {offered} is accepted; write move, and both {noun}s"
        if word == ACCEPT and not targets and not offered:
            yield f"accept, but no {noun} is proposed; name one in move_to"
        if word == MOVE and not targets:
            yield "move, but move_to is empty"
        if word == MOVE and targets == [offered]:
            yield f"moved from {offered} to itself; write accept"
        if len(set(targets)) < len(targets):
            yield f"move_to names a {noun} twice"
        for choice in targets or ([offered] if word == ACCEPT and offered else []):
            yield from self.kind.choice_problems(choice, self.ontology)

    def _offer_and_targets(self) -> tuple[Offer, list[str]]:
        """Return what was offered, by the sheet's word, else the queue's; and `move_to`."""
        kind, cells = self.kind, self.cells
        try:
            item = kind.read_item(cells, self.ontology)
        except ToneError as error:
            self.problems.append(str(error))
            return Offer(("",) * len(kind.item)), []
        proposed = "".join(self._choices("proposed", item)[:1])
        runner_up = "".join(self._choices("runner_up", item)[:1])
        queued = (self.defaults.queue or {}).get(item, Offer(item))
        if not proposed and kind.offered(item, "") == queued.proposed:
            proposed = queued.proposed
        if queued.proposed != proposed:
            queued = Offer(item)
        similarity, margin = self._number("similarity"), self._number("margin")
        offer = Offer(
            item,
            proposed,
            queued.similarity if similarity is None else similarity,
            queued.margin if margin is None else margin,
            runner_up or queued.runner_up,
            methods=self._values("methods") or queued.methods,
            source=self._values("source") or queued.source,
            evidence=self._values("evidence") or queued.evidence,
        )
        return offer, self._choices("move_to", item)

    def _choices(self, column: str, item: Item) -> list[str]:
        found = []
        for text in self.cells.get(column, "").split(SEPARATOR.strip()):
            try:
                if column in self.kind.sheet and text.strip():
                    found.append(self.kind.read_choice(text.strip(), item, self.ontology))
            except ToneError as error:
                self.problems.append(f"{column}: {error}")
        return found

    def _values(self, column: str) -> tuple[str, ...]:
        return values(self.cells.get(column, "")) if column in self.kind.columns else ()

    def _number(self, field: str) -> Decimal | None:
        column = self.kind.column(field)
        if column not in self.kind.columns:
            return None
        try:
            return read_number(column, self.cells.get(column, "").replace(",", "."))
        except ValueError as error:
            self.problems.append(str(error))
            return None

    def _reviewer(self) -> str:
        name = self.cells.get("reviewer") or self.defaults.reviewer
        if not name:
            self.problems.append(
                "no reviewer is named; give --reviewer NAME or fill the column reviewer"
            )
        return name

    def _role(self) -> str:
        role, wanted = self.cells.get("role") or self.defaults.role or REVIEWER, self.defaults.role
        if role not in ROLES:
            self.problems.append(f"the role {role!r} is none of {', '.join(ROLES)}")
        elif wanted and role != wanted:
            self.problems.append(f"the role of this row is {role!r}, not {wanted!r}")
        return role
