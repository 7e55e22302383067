"""Review sheets: TSV or CSV that people fill in a spreadsheet, written and read back."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ..ontology.errors import UnknownName
from ..ontology.files import write_atomically
from ..ontology.model import Ontology
from ..ontology.table_rules import concept_problem
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
from .kinds import TERMS, Item
from .selection import Offer

COLUMNS = (
    "decision",
    "move_to",
    "score",
    "weight",
    "reason",
    "term",
    "lang",
    "pos",
    "proposed",
    "path",
    "definition",
    "similarity",
    "margin",
    "runner_up",
    "flags",
    "source",
    "evidence",
    "contexts",
    "reviewer",
    "role",
)
NEEDED = ("term", "lang", "pos", "proposed", "decision")
"""The columns without which a sheet says nothing."""

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
        ontology: tells about the concepts proposed.
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
    writer.writerow([*COLUMNS, *extra])
    for offer in offers:
        concept = ontology.concepts.get(offer.proposed)
        columns = verdicts.get(offer.item, {})
        cells = {
            **dict(zip(TERMS.item, offer.item, strict=True)),
            "proposed": offer.proposed,
            "path": " > ".join(ontology.path(concept.id)) if concept else "",
            "definition": concept.definition if concept else "",
            "similarity": "" if offer.similarity is None else f"{offer.similarity:.4f}",
            "margin": "" if offer.margin is None else f"{offer.margin:.4f}",
            "runner_up": offer.runner_up,
            "flags": SEPARATOR.join(offer.flags),
            "source": SEPARATOR.join(offer.source),
            "evidence": SEPARATOR.join(offer.evidence),
            "contexts": SEPARATOR.join(offer.contexts),
            "reviewer": reviewer,
            "role": role,
            **columns,
        }
        writer.writerow([protect(cells.get(name, "")) for name in (*COLUMNS, *extra)])
    mark = codecs.BOM_UTF8 if commas else b""
    write_atomically(path, mark + stream.getvalue().encode("utf-8"))


def read_sheet(path: Path, ontology: Ontology, defaults: Defaults) -> tuple[Decision, ...]:
    """Return the decisions of a sheet that people filled in; rows without one are left out.

    It may have gone through a spreadsheet: any order of columns, further columns, blank rows,
    comma, semicolon or tab between cells, decimal commas, UTF-8 or UTF-16 with their marks,
    decisions as words or first letters in any case, concepts by id or label.

    Raises:
        SourceErrors: every row that cannot be understood, with its line and column.
    """
    decisions: list[Decision] = []
    problems: list[str] = []
    seen: dict[tuple[Item, str, str], int] = {}
    for line, cells in read_cells(path, NEEDED, problems):
        if not cells["decision"]:
            if cells.get("move_to"):
                problems.append(f"{path}:{line}: move_to is filled in, but decision is not")
            continue
        place = f"{path}:{line}"
        try:
            rows = _row_decisions(cells, place, ontology, defaults)
        except SourceErrors as error:
            problems.extend(f"{place}: {each}" for each in error.problems)
            continue
        first = seen.setdefault((rows[0].item, rows[0].reviewer, rows[0].role), line)
        if first != line:
            problems.append(f"{place}: repeats line {first}: {', '.join(rows[0].item)}")
            continue
        wrong = dict.fromkeys(each for row in rows for each in decision_problems(row, TERMS))
        problems.extend(f"{place}: {each}" for each in wrong)
        decisions.extend(rows)
    if problems:
        raise SourceErrors(problems)
    return tuple(decisions)


def holds_decisions(path: Path) -> bool:
    """Return whether a file is there that may hold somebody's decisions.

    So may every file that cannot be read as a sheet.
    """
    if not path.exists():
        return False
    problems: list[str] = []
    try:
        filled = any(cells["decision"] for _, cells in read_cells(path, NEEDED, problems))
    except SourceErrors:
        return True
    return filled or bool(problems)


def _row_decisions(
    cells: Mapping[str, str], place: str, ontology: Ontology, defaults: Defaults
) -> list[Decision]:
    """Return what a filled row says: a decision for each of its concepts.

    Raises:
        SourceErrors: it cannot be understood; the problems do not name the place.
    """
    problems: list[str] = []
    word = _WORDS.get(cells["decision"].casefold())
    if word is None:
        problems.append(f"decision {cells['decision']!r} is none of {', '.join(DECISIONS)}")
    proposed = _concept(cells["proposed"], "proposed", ontology, problems)
    targets = _concepts(cells.get("move_to", ""), "move_to", ontology, problems)
    score, weight = (_number(cells, name, problems) for name in ("score", "weight"))
    reviewer = _reviewer(cells, defaults, problems)
    role = _role(cells, defaults, problems)
    offer = _offer(cells, proposed, ontology, defaults, problems)
    if not problems:
        problems.extend(_mistakes(word or "", proposed, targets, ontology))
    if problems:
        raise SourceErrors(problems)
    return offer.decide(
        TERMS,
        [] if word == REJECT else targets or [proposed],
        reviewer,
        score=score,
        weight=weight,
        reason=cells.get("reason", ""),
        role=role,
        date=defaults.date,
        place=place,
    )


def _mistakes(word: str, proposed: str, targets: list[str], ontology: Ontology) -> Iterator[str]:
    if word == REJECT and targets:
        yield "move_to is filled in, yet the decision is reject"
    if word == ACCEPT and targets and proposed:
        yield f"move_to is filled in, yet {proposed} is accepted; write move, and both concepts"
    if word == ACCEPT and not targets and not proposed:
        yield "accept, but no concept is proposed; name one in move_to"
    if word == MOVE and not targets:
        yield "move, but move_to is empty"
    if word == MOVE and targets == [proposed]:
        yield f"moved from {proposed} to itself; write accept"
    if len(set(targets)) < len(targets):
        yield "move_to names a concept twice"
    for concept in targets or ([proposed] if word == ACCEPT and proposed else []):
        if problem := concept_problem(concept, ontology.concepts):
            yield problem


def _concepts(text: str, column: str, ontology: Ontology, problems: list[str]) -> list[str]:
    names = (each.strip() for each in text.split(SEPARATOR.strip()))
    found = [_concept(name, column, ontology, problems) for name in names]
    return [each for each in found if each]


def _concept(name: str, column: str, ontology: Ontology, problems: list[str]) -> str:
    try:
        return ontology.concept(name).id if name else ""
    except UnknownName as error:
        problems.append(f"{column}: {error}")
        return ""


def _number(cells: Mapping[str, str], name: str, problems: list[str]) -> Decimal | None:
    try:
        return read_number(name, cells.get(name, "").replace(",", "."))
    except ValueError as error:
        problems.append(str(error))
        return None


def _reviewer(cells: Mapping[str, str], defaults: Defaults, problems: list[str]) -> str:
    name = cells.get("reviewer") or defaults.reviewer
    if not name:
        problems.append("no reviewer is named; give --reviewer NAME or fill the column reviewer")
    return name


def _role(cells: Mapping[str, str], defaults: Defaults, problems: list[str]) -> str:
    role = cells.get("role") or defaults.role or REVIEWER
    if role not in ROLES:
        problems.append(f"the role {role!r} is none of {', '.join(ROLES)}")
    elif defaults.role and role != defaults.role:
        problems.append(f"the role of this row is {role!r}, not {defaults.role!r}")
    return role


def _offer(
    cells: Mapping[str, str],
    proposed: str,
    ontology: Ontology,
    defaults: Defaults,
    problems: list[str],
) -> Offer:
    """Return what was offered: the sheet's word, else the queue's."""
    item = (unicodedata.normalize("NFC", cells["term"]), cells["lang"], cells["pos"].casefold())
    queued = (defaults.queue or {}).get(item, Offer(item))
    if queued.proposed != proposed:
        queued = Offer(item)
    runner_up = _concept(cells.get("runner_up", ""), "runner_up", ontology, problems)
    similarity, margin = (_number(cells, name, problems) for name in ("similarity", "margin"))
    source, evidence = (values(cells.get(name, "")) for name in ("source", "evidence"))
    return Offer(
        item,
        proposed,
        queued.similarity if similarity is None else similarity,
        queued.margin if margin is None else margin,
        runner_up or queued.runner_up,
        source=source or queued.source,
        evidence=evidence or queued.evidence,
    )
