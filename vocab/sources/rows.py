"""Lines and table rows of the user's own files, with their places for error messages."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...ontology.errors import SourceError, ToneError
from ...ontology.term_text import control_character, without_controls
from .base import MissingSource

TABLE_SUFFIXES = (".csv", ".tsv", ".tab")


def read_lines(path: Path, encoding: str, *, forgiving: bool = False) -> Iterator[str]:
    """Yield the lines of a text file without their ends.

    Args:
        forgiving: read control characters as blanks, as running text may hold them.

    Raises:
        MissingSource: the file is not there.
        SourceError: a line is not in the encoding, or holds control characters.
        ToneError: there is no such encoding.
    """
    try:
        "".encode(encoding)
    except (LookupError, ValueError):
        raise ToneError(f"unknown encoding {encoding!r}; give one like utf-8 or latin-1") from None
    try:
        file = open(path, "rb")  # noqa: SIM115 - closed below
    except FileNotFoundError:
        raise MissingSource(f"{path} is missing: name a file that exists") from None
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from None
    with file:
        for number, raw in enumerate(file, start=1):
            if number == 1:
                raw = raw.removeprefix(codecs.BOM_UTF8)
            yield _line(path, number, raw, encoding, forgiving)


def _line(path: Path, number: int, raw: bytes, encoding: str, forgiving: bool) -> str:
    try:
        line = raw.decode(encoding).rstrip("\r\n")
    except UnicodeError:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise SourceError(path, number, "UTF-16; save the file as UTF-8") from None
        raise SourceError(path, number, f"not {encoding}; name the file's encoding") from None
    if "\0" in line:
        raise SourceError(path, number, "holds a zero byte: is it a text file, and UTF-8?")
    control = control_character(line)
    if control is None:
        return line
    if forgiving:
        return without_controls(line)
    raise SourceError(path, number, f"control character U+{ord(control):04X}; take it out")


def read_table(
    path: Path, encoding: str, delimiter: str | None, *, forgiving: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, cells) of each row that is not empty.

    Without a delimiter `.csv` is parted by what its first line holds most of: comma, semicolon or
    tab; every other file by tabs, where quotes mean nothing.

    Raises:
        MissingSource, SourceError, ToneError: as `read_lines` does; also for broken quoting, and
            for a delimiter that can part no cells.
    """
    if delimiter == "\\t":  # as people write a tab on a command line
        delimiter = "\t"
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise ToneError(f"the delimiter must be one character, such as ; or \\t, not {delimiter!r}")
    lines = read_lines(path, encoding, forgiving=forgiving)
    first = next(lines, None)
    if first is None:
        return
    is_csv = path.suffix.lower() == ".csv"
    if delimiter is None:
        delimiter = max(",;\t", key=first.count) if is_csv else "\t"

    def all_lines() -> Iterator[str]:
        yield f"{first}\n"
        for line in lines:
            yield f"{line}\n"

    if is_csv:
        reader = csv.reader(all_lines(), delimiter=delimiter, strict=True)
    else:
        reader = csv.reader(all_lines(), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SourceError(path, number, f"cannot be read as a table ({error})") from None
        if any(cell.strip() for cell in row):
            yield number, row


def find_column(path: Path, header: Sequence[str] | None, name: str) -> int:
    """Return the index of a column that is given by its name in the header or its number from 1.

    Raises:
        SourceError: the header has no such column, or there is none.
    """
    if name.isdecimal() and int(name) > 0:
        return int(name) - 1
    if header is None:
        raise SourceError(path, 1, f"has no header to find the column {name!r} in; give its number")
    folded = [cell.strip().casefold() for cell in header]
    if name.casefold() not in folded:
        raise SourceError(path, 1, f"has no column {name!r}, but {', '.join(header)}")
    return folded.index(name.casefold())
