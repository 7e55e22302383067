"""Tables of texts, read a chunk at a time: TSV, CSV, JSON Lines, plain lines, Parquet."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import PurePath
from typing import Any, BinaryIO

from ...ontology.errors import SourceError, ToneError
from .rows import CHUNK, Chunk, Row, Table, text_index, unescape

INPUT_FORMATS = ("tsv", "csv", "jsonl", "lines", "parquet")
EXTENSIONS = {
    ".tsv": "tsv",
    ".tab": "tsv",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".txt": "lines",
    "": "lines",
    ".parquet": "parquet",
    ".pq": "parquet",
}
MAX_LINE = 16 * 1024 * 1024
"""Bytes of one line or characters of one field: more is taken for a broken file."""
LOOKAHEAD = 1000
"""Records of a JSON Lines stream that are looked at to find its columns."""


def format_of(name: str) -> str:
    """Return the input format that a file's extension stands for.

    Raises:
        ToneError: the extension is not known.
    """
    extension = PurePath(name).suffix.lower()
    if name == "-":
        return "lines"
    if extension not in EXTENSIONS:
        known = ", ".join(each for each in EXTENSIONS if each)
        raise ToneError(
            f"{name}: the extension does not tell the format (known: {known}); give --input-format"
        )
    return EXTENSIONS[extension]


def table_of_texts(texts: Iterable[str]) -> Table:
    """Return texts as a table of one column, `text`."""
    rows = (Row(number, [text], text) for number, text in enumerate(texts, 1))
    return Table("arguments", ["text"], ["string"], _chunks(rows))


def open_table(
    stream: BinaryIO,
    name: str,
    format: str,
    *,
    text_column: str | None = None,
    header: bool = True,
    every_column: bool = True,
    size: int | None = None,
) -> Table:
    """Return a table that is read from a stream as its chunks are taken.

    Args:
        stream: the bytes; UTF-8 for the text formats, with or without a byte order mark.
        name: what messages call the file.
        format: one of `INPUT_FORMATS`.
        text_column: the column that holds the texts: `text` by default, the first without header.
        header: whether the first row of TSV and CSV names the columns; else they are `1`, `2` ...
        every_column: whether all columns are wanted; if not, JSON Lines are read only once.
        size: the length of the stream in bytes, for the progress bar.

    Raises:
        SourceError: the file is not of that format, is not UTF-8, or lacks the text column. Most
            of it is found while the chunks are taken.
    """
    if format == "parquet":
        from .parquet import open_parquet

        return open_parquet(stream, name, text_column)
    rows: Iterator[Row]
    if format == "lines":
        rows = (
            Row(line, [text], text)
            for line, text in ((n, _stripped(each)) for n, each in _lines(stream, name))
        )
        columns, kinds = ["text"], ["string"]
        text_index(name, columns, text_column)
    elif format == "jsonl":
        columns, kinds, rows = _json_lines(stream, name, text_column or "text", every_column)
    else:
        records = _tsv_records(stream, name) if format == "tsv" else _csv_records(stream, name)
        columns, rows = _with_header(records, name, text_column, header)
        kinds = ["string"] * len(columns)

    def progress() -> tuple[int, int | None]:
        return (stream.tell(), size) if size is not None else (0, None)

    return Table(name, columns, kinds, _chunks(rows), progress)


def _chunks(rows: Iterable[Row]) -> Iterator[Chunk]:
    rows, first = iter(rows), 0
    while chunk := list(islice(rows, CHUNK)):
        yield Chunk(first, chunk)
        first += len(chunk)


def _lines(stream: BinaryIO, name: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE + 1), b""), 1):
        if number == 1:
            if line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise SourceError(name, 1, "is UTF-16; convert it: iconv -f UTF-16 -t UTF-8")
            line = line.removeprefix(codecs.BOM_UTF8)
            if not line:
                return
        if len(line) > MAX_LINE:
            raise SourceError(name, number, "a line of more than 16 MB; is this the right format?")
        try:
            yield number, line.decode()
        except UnicodeDecodeError as error:
            problem = f"byte {error.start + 1} is not UTF-8; convert the file, if it is Latin-1 by"
            raise SourceError(name, number, f"{problem}: iconv -f LATIN1 -t UTF-8") from None


def _stripped(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r")


def _tsv_records(stream: BinaryIO, name: str) -> Iterator[Row]:
    for number, line in _lines(stream, name):
        yield tsv_row(number, _stripped(line))


def tsv_row(number: int, raw: str) -> Row:
    """Return a line of TSV as a row."""
    return Row(number, [unescape(each) for each in raw.split("\t")], None, None, raw)


def _csv_records(stream: BinaryIO, name: str) -> Iterator[Row]:
    csv.field_size_limit(MAX_LINE)
    reader = csv.reader((line for _, line in _lines(stream, name)), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if "end of data" in str(error) or "limit" in str(error):
                raise SourceError(name, line, "a quote opened here is never closed") from None
            yield Row(line, [], None, f"not CSV: {error}")
        else:
            if cells is None:
                return
            yield Row(line, cells or [""], None)


def _with_header(
    records: Iterator[Row], name: str, text_column: str | None, header: bool
) -> tuple[list[str], Iterator[Row]]:
    first = next(records, None)
    if first is None:
        if header:
            raise SourceError(name, None, "is empty; its first line should name the columns")
        return ["1"], iter(())
    if first.error:
        raise SourceError(name, first.line, first.error)
    width = len(first.cells)
    columns = first.cells if header else [str(each) for each in range(1, width + 1)]
    index = text_index(name, columns, text_column, "text" if header else "1")

    def rows() -> Iterator[Row]:
        for row in records if header else chain((first,), records):
            if fitted(row, width, index):
                yield row

    return columns, rows()


def fitted(row: Row, width: int, index: int) -> bool:
    """Find a row's text, and bring it to the width of its table, which is an error of the row.

    Returns:
        False for a blank line between rows of several columns, which holds no data.
    """
    if row.error is None and len(row.cells) != width:
        if row.cells == [""]:
            return False
        row.error = f"{len(row.cells)} fields where the header has {width}"
        row.raw = None
    row.cells = (row.cells + [""] * width)[:width]
    row.text = row.cells[index] or None
    return True


def _json_lines(
    stream: BinaryIO, name: str, text_column: str, every_column: bool
) -> tuple[list[str], list[str], Iterator[Row]]:
    def records() -> Iterator[tuple[int, Any]]:
        for number, line in _lines(stream, name):
            record = json_record(line, text_column)
            if record is not None:
                yield number, record

    whole = every_column and stream.seekable()
    if whole:
        start = stream.tell()
        kinds = json_kinds(record for _, record in records())
        stream.seek(start)
        rest = records()
    else:
        source = records()
        head = list(islice(source, LOOKAHEAD))
        kinds = json_kinds(record for _, record in head)
        rest = chain(head, source)
    columns = list(kinds)
    if columns:
        text_index(name, columns, text_column)

    def rows() -> Iterator[Row]:
        for number, record in rest:
            row = json_row(number, record, columns, text_column)
            unknown = record.keys() - kinds.keys() if every_column and row.error is None else ()
            if unknown:
                names = ", ".join(sorted(unknown))
                row.error = f"columns that the first {LOOKAHEAD} records do not have: {names}"
            yield row

    return columns, ["string" if each == "null" else each for each in kinds.values()], rows()


def json_record(line: str, text_column: str) -> dict[str, Any] | str | None:
    """Return the object of a line of JSON Lines, why it has none, or None for a blank line."""
    if not line.strip():
        return None
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        return f"not JSON: {error.msg}"
    except RecursionError:
        return "not JSON: nested too deeply"
    except ValueError:  # Python's limit of digits
        return "not JSON: a number that is too long"
    if isinstance(record, str):
        return {text_column: record}
    return record if isinstance(record, dict) else "neither a JSON object nor a string"


def json_row(
    number: int, record: dict[str, Any] | str, columns: list[str], text_column: str
) -> Row:
    """Return what `json_record` gave as a row."""
    if isinstance(record, str):
        return Row(number, [None] * len(columns), None, record)
    row = Row(number, [record.get(each) for each in columns], record.get(text_column))
    if not isinstance(row.text, str | None):
        row.error, row.text = f"{text_column!r} is not a text", None
    return row


def json_kinds(records: Iterable[dict[str, Any] | str]) -> dict[str, str]:
    """Return every key in order of its first occurrence, with the kind that fits all values."""
    kinds: dict[str, str] = {}
    for record in records:
        if isinstance(record, dict):
            for key, value in record.items():
                add_kind(kinds, key, _json_kind(value))
    return kinds


def add_kind(kinds: dict[str, str], key: str, kind: str) -> None:
    """Make a key's kind fit for values of one more kind; `null` is that of no value yet."""
    old = kinds.get(key, "null")
    if "null" in (kind, old):
        kinds[key] = old if kind == "null" else kind
    elif kind != old:
        kinds[key] = "float" if {kind, old} == {"int", "float"} else "json"


def _json_kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        return "json"
    return {bool: "bool", int: "int", float: "float", str: "string"}.get(type(value), "json")
