"""How annotated tables are written: JSON, JSON Lines, CSV, TSV, Parquet (RDF and XML beside)."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from ...ontology.errors import ToneError
from ...ontology.files import replacing
from .rows import Chunk, Row, Table, cell_text, encode, escape

TABLE_FORMATS = ("csv", "tsv", "parquet")
EXTENSIONS = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".ttl": "turtle",
    ".jsonld": "jsonld",
    ".emotionml": "emotionml",
    ".xml": "emotionml",
}

Writer = Callable[[Iterator[Chunk], BinaryIO, Table, dict[str, type]], None]
"""Writes chunks with answers; the last argument names the columns to add and their types."""


def format_of(name: str) -> str:
    """Return the output format that a file's extension stands for.

    Raises:
        ToneError: the extension is not known.
    """
    extension = PurePath(name).suffix.lower()
    if extension not in EXTENSIONS:
        known = ", ".join(EXTENSIONS)
        raise ToneError(
            f"{name}: the extension does not tell the format (known: {known}); give --format"
        )
    return EXTENSIONS[extension]


def writer(format: str) -> Writer:
    """Return what writes a format."""
    if format in ("turtle", "jsonld", "emotionml"):
        from . import markup

        return {
            "turtle": markup.write_turtle,
            "jsonld": markup.write_json_ld,
            "emotionml": markup.write_emotionml,
        }[format]
    if format == "parquet":
        from .parquet import write_parquet

        return write_parquet
    return {
        "json": _write_json,
        "jsonl": _write_json_lines,
        "csv": _write_csv,
        "tsv": _write_tsv,
    }[format]


def is_replaced(path: str | None) -> bool:
    """Whether an output is a file that is replaced at the end; /dev/null and pipes are not."""
    return path is not None and (not Path(path).exists() or Path(path).is_file())


@contextmanager
def output(path: str | None, temporary: Path | None = None) -> Iterator[BinaryIO]:
    """Give a stream for a file, or for standard output; on an error the file stays as it was.

    Args:
        path: the file; None for standard output.
        temporary: where the bytes of a file are until they are all there.

    Raises:
        ToneError: the file cannot be written.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with replacing(path, temporary) if is_replaced(path) else open(path, "wb") as stream:
        yield stream


def json_object(table: Table, row: Row, answer: Any, number: int | None) -> dict[str, Any]:
    """Return what stands for a row in JSON.

    Args:
        table: that of the row, which tells whether it has an id.
        row: as it was read.
        answer: its JSON object; None if it could not be annotated.
        number: its place in the table, from 0; None if that is not known.
    """
    value = table.id_of(row)
    if isinstance(value, float) and not math.isfinite(value):
        value = None  # JSON has no such number
    found = {} if value is None else {"id": value}
    if answer is not None:
        return {**found, **answer}
    index = {} if number is None else {"index": number}
    error = {"title": "The row was not annotated", "detail": row.error}
    return {**found, **index, "error": error}


def json_line(value: dict[str, Any]) -> bytes:
    """Return a JSON object as a line, without the line's end."""
    return encode(json.dumps(value, ensure_ascii=False, default=cell_text))


def _objects(chunks: Iterator[Chunk], table: Table) -> Iterator[dict[str, Any]]:
    for chunk in chunks:
        pairs = zip(chunk.rows, chunk.answers, strict=True)
        for number, (row, answer) in enumerate(pairs, chunk.first):
            yield json_object(table, row, answer, number)


def _write_json_lines(
    chunks: Iterator[Chunk], out: BinaryIO, table: Table, added: dict[str, type]
) -> None:
    for each in _objects(chunks, table):
        out.write(json_line(each) + b"\n")


def _write_json(
    chunks: Iterator[Chunk], out: BinaryIO, table: Table, added: dict[str, type]
) -> None:
    separator = "["
    for each in _objects(chunks, table):
        text = json.dumps(each, ensure_ascii=False, indent=2, default=cell_text)
        out.write(encode(separator + "\n" + text))
        separator = ","
    out.write(b"[]\n" if separator == "[" else b"\n]\n")


def write_one_json(
    chunks: Iterator[Chunk], out: BinaryIO, table: Table, added: dict[str, type]
) -> None:
    """Write the answer to a single text as the one JSON object of the file."""
    for each in _objects(chunks, table):
        out.write(encode(json.dumps(each, ensure_ascii=False, indent=2) + "\n"))


def _write_csv(
    chunks: Iterator[Chunk], out: BinaryIO, table: Table, added: dict[str, type]
) -> None:
    # The line end of RFC 4180: with it the writer quotes both CR and LF within a field.
    buffer = io.StringIO(newline="")
    lines = csv.writer(buffer, lineterminator="\r\n")
    lines.writerow([*table.columns, *added])
    for chunk in chunks:
        for row, answer in zip(chunk.rows, chunk.answers, strict=True):
            lines.writerow(map(cell_text, [*row.cells, *answer]))
        out.write(encode(buffer.getvalue()))
        buffer.seek(0)
        buffer.truncate()
    out.write(encode(buffer.getvalue()))


def _write_tsv(
    chunks: Iterator[Chunk], out: BinaryIO, table: Table, added: dict[str, type]
) -> None:
    out.write(encode("\t".join(map(escape, [*table.columns, *added])) + "\n"))
    for chunk in chunks:
        for row, answer in zip(chunk.rows, chunk.answers, strict=True):
            cells = [row.raw] if row.raw is not None else map(_tsv_cell, row.cells)
            more = map(_tsv_cell, answer)
            out.write(encode("\t".join([*cells, *more]) + "\n"))


def _tsv_cell(value: Any) -> str:
    return escape(cell_text(value))
