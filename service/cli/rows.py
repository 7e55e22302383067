"""Rows of texts on their way from an input to an output, whatever the formats of the two."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from ...ontology.errors import SourceError, ToneError
from ...ontology.terms import SEPARATOR

CHUNK = 500
"""Rows that are read, annotated and written at a time."""
SCHEME_COLUMN = "tone_scheme"
"""Added where another scheme was asked for: the labels predicted, joined as `tone_detected`."""


@dataclass(slots=True)
class Row:
    """One row: its cells in the order of the table's columns, and the text among them.

    `line` is where it starts in its file, or its number where the format knows no lines; `error`
    says why it cannot be annotated; `raw` is a TSV line as it stood, so that it passes unchanged.
    """

    line: int
    cells: list[Any]
    text: str | None
    error: str | None = None
    raw: str | None = None


@dataclass(slots=True)
class Chunk:
    """Consecutive rows; `first` counts the rows before them; `batch` is their Arrow original.

    `answers` are what the rows gain: the cells of the columns that are added to a table, else the
    answer's JSON object, None for a row that has none.
    """

    first: int
    rows: list[Row]
    batch: Any = None
    answers: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A table open for reading: `kinds` are the columns' types, `progress` tells done and total.

    Kinds are Arrow types for Parquet; elsewhere `string`, `bool`, `int`, `float`, or `json` for
    what is mixed or nested. `size` is the number of rows, where it is known beforehand.
    """

    name: str
    columns: list[str]
    kinds: list[Any]
    chunks: Iterator[Chunk]
    progress: Callable[[], tuple[int, int | None]] = lambda: (0, None)
    size: int | None = None

    def id_of(self, row: Row) -> Any:
        """Return the row's value in the column `id`, None if there is no such column."""
        return row.cells[self.columns.index("id")] if "id" in self.columns else None


def text_index(name: str, columns: list[str], column: str | None, default: str = "text") -> int:
    """Return where the text column stands.

    Raises:
        SourceError: it is missing, or there are two; the message lists the columns found.
    """
    wanted = column or default
    if columns.count(wanted) != 1:
        problem = "has no column" if wanted not in columns else "has more than one column"
        found = ", ".join(columns)
        raise SourceError(
            name, None, f"{problem} {wanted!r}; its columns are: {found} (choose: --text-column)"
        )
    return columns.index(wanted)


@dataclass(slots=True)
class Counts:
    """How many rows there were, how many of them failed, and how many had no text."""

    rows: int = 0
    failed: int = 0
    missing: int = 0


def check_added(name: str, columns: Collection[str], added: Collection[str]) -> None:
    """Raise an error if a table, called by its name, has columns that annotation adds.

    Raises:
        ToneError: the message names them.
    """
    clash = [each for each in columns if each in added]
    if clash:
        raise ToneError(
            f"{name} already has the columns {', '.join(clash)}, which the annotation would add:"
            " rename or drop them"
        )


def answer_rows(
    rows: list[Row], annotator: Any, options: dict[str, Any], added: Collection[str]
) -> list[Any]:
    """Return what annotation adds to each row: cells if columns are added, else a JSON object.

    Args:
        rows: a row with an `error` is not annotated; one without a text is an empty text.
        annotator: an `Annotator`.
        options: for its method `annotate`.
        added: the names of the columns.
    """
    found = iter(
        annotator.annotate([row.text or "" for row in rows if row.error is None], **options)
    )
    answers = [None if row.error else next(found) for row in rows]
    if not added:
        return [None if answer is None else answer.to_dict() for answer in answers]
    return [_cells(*each, added) for each in zip(rows, answers, strict=True)]


def _cells(row: Row, answer: Any, added: Collection[str]) -> list[Any]:
    if answer is None:
        return [row.error if name == "tone_error" else None for name in added]
    values = answer.to_row()
    if SCHEME_COLUMN in added:
        values[SCHEME_COLUMN] = SEPARATOR.join(answer.scheme["predicted"])
    return [values.get(name) for name in added]


def check_length(row: Row, longest: int) -> None:
    """Make an error of a text of more characters than may be."""
    if row.error is None and row.text is not None and len(row.text) > longest:
        row.error = f"a text of {len(row.text):,} characters; at most {longest:,}"


def escape(value: str) -> str:
    r"""Return a TSV field for a value: tab, line ends and backslash become `\t \n \r \\`."""
    return value.translate(_ESCAPE)


def unescape(field: str) -> str:
    r"""Return the value of a TSV field; a backslash before any other character is itself."""
    return _ESCAPED.sub(lambda match: _UNESCAPE[match[0]], field) if "\\" in field else field


_ESCAPE = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_UNESCAPE = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}
_ESCAPED = re.compile(r"\\[\\tnr]")


def cell_text(value: Any) -> str:
    """Return a cell as the text formats write it: nothing for null, JSON for what is nested."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value)


def encode(text: str) -> bytes:
    r"""Return UTF-8; a lone surrogate, which UTF-8 cannot hold, becomes its `\udcff` escape."""
    return text.encode("utf-8", "backslashreplace")


def well_formed(text: str) -> str:
    """Return text without lone surrogates, escaped as `encode` does."""
    return encode(text).decode()
