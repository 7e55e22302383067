"""Cells of tables that have gone through a spreadsheet."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..ontology.errors import SourceError, ToneError
from ..ontology.term_text import printable
from .decisions import SourceErrors

# A spreadsheet takes what begins so for a formula.
_FORMULA = re.compile(r"'*[=+\-@]")
_PROTECTED = re.compile(r"'+[=+\-@]")


def is_csv(path: Path) -> bool:
    """Return whether a sheet is CSV, else TSV, by its extension; raise `ToneError` on others."""
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".tsv"):
        raise ToneError(f"{path}: a sheet ends in .tsv or .csv")
    return suffix == ".csv"


def protect(cell: str) -> str:
    """Return a value as a cell of one line that no spreadsheet takes for a formula."""
    cell = printable(" ".join(cell.split()))
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _clean(cell: str) -> str:
    cell = " ".join(cell.split())
    return cell[1:] if _PROTECTED.match(cell) else cell


def read_cells(
    path: Path, needed: Sequence[str], problems: list[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, cells by column) of each row of a sheet that is not blank.

    Args:
        path: the sheet, as a spreadsheet may have left it.
        needed: the columns it must have.
        problems: gains a message for each row that is broken.

    Raises:
        SourceErrors: it cannot be read at all, or its header lacks or repeats a column.
    """
    is_csv(path)
    header: list[str] | None = None
    for line, row in _rows(_text(path), path, problems):
        cells = [_clean(cell) for cell in row]
        if not any(cells):
            continue
        if header is None:
            header = _header(path, line, cells, needed)
        elif any(cells[len(header) :]):
            problems.append(f"{path}:{line}: more cells than the header has columns")
        else:
            yield line, dict(zip(header, cells + [""] * len(header), strict=False))
    if header is None:
        problems.append(f"{path}:1: empty; a sheet has at least the columns {' '.join(needed)}")


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceErrors([f"{path}: cannot be read ({error.strerror})"]) from None
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if wide else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"not UTF-8 at byte {error.start} of the file; save it as CSV in UTF-8"
        raise SourceErrors([str(SourceError(path, line, problem))]) from None


def _rows(text: str, path: Path, problems: list[str]) -> Iterator[tuple[int, list[str]]]:
    first = text.lstrip().partition("\n")[0]
    # Tabs win: a definition in the header's line is unlikely, a list of separators is not.
    delimiter = "\t" if "\t" in first else max(",;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns = 0
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(f"{path}:{line}: quotation marks that do not close ({error})")
            continue
        columns = max(columns, len(row))
        if any(_swallows_rows(cell, delimiter, columns) for cell in row):
            problems.append(
                f"{path}:{line}: quotation marks around several rows (or a cell of several lines:"
                " make it one)"
            )
        else:
            yield line, row


def _swallows_rows(cell: str, delimiter: str, columns: int) -> bool:
    """Return whether a mark that opens one cell and one that closes another made this one cell."""
    return columns > 1 and len(cell.splitlines()) > 1 and cell.count(delimiter) >= columns - 1


def _header(path: Path, line: int, cells: Sequence[str], needed: Sequence[str]) -> list[str]:
    names = [cell.casefold().replace(" ", "_") for cell in cells]
    lacking = [name for name in needed if name not in names]
    twice = [name for name in dict.fromkeys(names) if name and names.count(name) > 1]
    if lacking or twice:
        what = "lacks" if lacking else "repeats"
        raise SourceErrors([f"{path}:{line}: the header {what} {', '.join(lacking or twice)}"])
    return names
