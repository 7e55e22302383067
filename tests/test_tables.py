"""Tables of texts: what is written can be read again, and what is broken is told."""

from __future__ import annotations

import csv
import io
import json
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tone_kg.ontology import ToneError
from tone_kg.service.cli import formats, tables

HARD = [
    ":'(",
    "a | b",
    "tab\there",
    "=HYPERLINK(1+1)",
    '"quoted"',
    "it's \"both\", 'twice'",
    "two\nlines",
    "two\r\nlines",
    "old\rMac",
    r"C:\new\table \\ ¯\_(ツ)_/¯ \\o/",
    " kept ",
    "\u2028\x85\x0b\x1c are no line ends",
    "👩🏽‍🚀 e\u0301",
    "#N/A",
    "NULL",
    "\\",
    "\x00\x01",
]


def read(data: bytes, format: str, **options: Any) -> tables.Table:
    return tables.open_table(io.BytesIO(data), "file", format, **options)


def rows(table: tables.Table) -> list[tables.Row]:
    return list(chain.from_iterable(chunk.rows for chunk in table.chunks))


def write(table: tables.Table, format: str) -> bytes:
    """Write a table whose answers only repeat the texts."""

    def answer(row: tables.Row) -> Any:
        return {"text": row.text} if format in ("json", "jsonl") else [row.text or "", row.error]

    def answered() -> Any:
        for chunk in table.chunks:
            chunk.answers = [answer(row) for row in chunk.rows]
            yield chunk

    out = io.BytesIO()
    formats.writer(format)(answered(), out, table, {"tone_echo": str, "tone_error": str})
    return out.getvalue()


CELLS = st.one_of(st.text(), st.sampled_from(HARD), st.text("\\tnr\t\n\r\",'| "))
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1)
)


@pytest.mark.parametrize("format", ["tsv", "csv", "parquet", "jsonl"])
@settings(deadline=None)
@given(cells=TABLES)
def test_cells_pass_through_unchanged_and_in_order(format: str, cells: list[list[str]]) -> None:
    columns = ["text", *(f"c{each}" for each in range(1, len(cells[0])))]
    chunk = tables.Chunk(0, [tables.Row(n, row, row[0]) for n, row in enumerate(cells)])
    table = tables.Table("made", columns, ["string"] * len(columns), iter([chunk]))
    written = write(table, format)

    again = read(written, format)
    if format == "jsonl":  # holds the answers, not the table
        assert [row.text for row in rows(again)] == [row[0] for row in cells]
        return
    assert again.columns == [*columns, "tone_echo", "tone_error"]
    kept = [row.cells[: len(columns)] for row in rows(again)]
    assert kept == cells


@settings(deadline=None)
@given(cells=TABLES)
def test_tsv_of_others_passes_byte_by_byte(cells: list[list[str]]) -> None:
    # Whatever others mean by a backslash: what is not ours to read is not ours to change.
    lines = [
        "\t".join(c.translate(dict.fromkeys(map(ord, "\t\r\n"))) for c in row) for row in cells
    ]
    columns = ["text", *(f"c{each}" for each in range(1, len(cells[0])))]
    data = "\n".join(["\t".join(columns), *lines, ""]).encode("utf-8")
    kept = write(read(data, "tsv"), "tsv").decode().split("\n")[1:-1]
    full = [line for line in lines if line or len(columns) == 1]
    assert len(kept) == len(full)
    assert all(new.startswith(old + "\t") for new, old in zip(kept, full, strict=True))


@settings(deadline=None)
@given(cells=TABLES)
def test_csv_of_pythons_own_writer_is_read(cells: list[list[str]]) -> None:
    columns = ["text", *(f"c{each}" for each in range(1, len(cells[0])))]
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([columns, *cells])
    data = out.getvalue().encode("utf-8")
    assert [row.cells for row in rows(read(data, "csv"))] == cells


@pytest.mark.parametrize("text", HARD)
def test_plain_lines_are_texts_as_they_stand(text: str) -> None:
    line = text.replace("\n", " ").rstrip("\r")
    data = f"first\r\n{line}\n\nlast".encode()
    assert [row.text for row in rows(read(data, "lines"))] == ["first", line, "", "last"]


def test_byte_order_mark_and_dos_line_ends_are_no_content() -> None:
    for format in ("tsv", "csv"):
        separator = "\t" if format == "tsv" else ","
        data = f"\ufeffid{separator}text\r\n1{separator}glad\r\n".encode()
        table = read(data, format)
        assert (table.columns, [r.cells for r in rows(table)]) == (["id", "text"], [["1", "glad"]])


def test_a_row_of_another_width_fails_alone() -> None:
    data = b"id\ttext\n1\tglad\n2\n3\tsad\tmore\n\n4\tmad\n"
    found = [(row.line, row.cells, row.error) for row in rows(read(data, "tsv"))]
    assert found == [
        (2, ["1", "glad"], None),
        (3, ["2", ""], "1 fields where the header has 2"),
        (4, ["3", "sad"], "3 fields where the header has 2"),
        (6, ["4", "mad"], None),
    ]


def test_a_badly_quoted_csv_row_fails_alone_and_an_open_quote_ends_it() -> None:
    found = rows(read(b'text\n"a"b\nglad\n', "csv"))
    assert found[0].error is not None
    assert "not CSV" in found[0].error
    assert found[1].text == "glad"
    with pytest.raises(ToneError, match="file:3: a quote opened here is never closed"):
        rows(read(b'text\nglad\n"sad\nmad\n', "csv"))


def test_without_header_columns_are_numbered() -> None:
    table = read(b"glad\t17\nsad\t25\n", "tsv", header=False)
    assert table.columns == ["1", "2"]
    assert [row.text for row in rows(table)] == ["glad", "sad"]
    table = read(b"17,glad\n", "csv", header=False, text_column="2")
    assert [row.text for row in rows(table)] == ["glad"]


@pytest.mark.parametrize(
    ("format", "data"),
    [("tsv", b"id\treview\n1\tx\n"), ("csv", b"id,review\n"), ("jsonl", b'{"id":1,"review":"x"}')],
)
def test_a_missing_text_column_lists_those_found(format: str, data: bytes) -> None:
    with pytest.raises(ToneError, match=r"no column 'text'; its columns are: id, review"):
        read(data, format)
    read(data, format, text_column="review")


def test_two_text_columns_are_ambiguous() -> None:
    with pytest.raises(ToneError, match="more than one column 'text'"):
        read(b"text,text\na,b\n", "csv")


@pytest.mark.parametrize("format", ["tsv", "csv", "lines", "jsonl"])
def test_bytes_that_are_not_utf8_are_told_with_their_line(format: str) -> None:
    data = b'text\n"fine"\n"caf\xe9"\n' if format != "jsonl" else b'"text"\n"fine"\n"caf\xe9"\n'
    with pytest.raises(ToneError, match="file:3: byte 5 is not UTF-8"):
        rows(read(data, format))
    with pytest.raises(ToneError, match="UTF-16"):
        rows(read("text\nx\n".encode("utf-16"), format))


def test_json_lines_hold_objects_or_texts_and_each_bad_one_fails_alone() -> None:
    data = b'{"id": 1, "text": "glad"}\n"sad"\n\n{"text": null}\n{"text": 5}\n[1]\n{"text"\n'
    found = [(row.line, row.text, row.error) for row in rows(read(data, "jsonl"))]
    assert found == [
        (1, "glad", None),
        (2, "sad", None),
        (4, None, None),
        (5, None, "'text' is not a text"),
        (6, None, "neither a JSON object nor a string"),
        (7, None, "not JSON: Expecting ':' delimiter"),
    ]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("9" * 5000, "a number that is too long"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_cannot_be_read_of_json_is_named(value: str, problem: str) -> None:
    data = f'{{"text": "sad", "n": {value}}}\n{{"text": "glad"}}\n'.encode()
    assert [row.error for row in rows(read(data, "jsonl"))] == [f"not JSON: {problem}", None]


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_an_id_that_json_cannot_hold_is_left_out(format: str) -> None:
    table = read(b'{"text": "sad", "id": NaN}\n{"text": "glad", "id": 1.5}\n', "jsonl")
    written = write(table, format).decode()
    answers = json.loads(written if format == "json" else f"[{','.join(written.splitlines())}]")
    assert answers == [{"text": "sad"}, {"id": 1.5, "text": "glad"}]


def test_a_byte_order_mark_alone_is_an_empty_file() -> None:
    mark = "\ufeff".encode()
    assert rows(read(mark, "lines")) == rows(read(mark, "jsonl")) == []
    for format in ("csv", "tsv"):
        with pytest.raises(ToneError, match="file: is empty"):
            read(mark, format)


def test_json_lines_give_columns_to_keys_that_come_late() -> None:
    late = b'{"text": "a"}\n' * 2000 + b'{"text": "b", "n": 1, "list": [1, "x"], "ok": true}\n'
    table = read(late, "jsonl")
    assert (table.columns, table.kinds) == (
        ["text", "n", "list", "ok"],
        ["string", "int", "json", "bool"],
    )
    last = write(table, "tsv").decode().split("\n")[-2]
    assert last == 'b\t1\t[1, "x"]\ttrue\tb\t'


class Pipe(io.BytesIO):
    def seekable(self) -> bool:
        return False


def test_a_key_that_comes_late_in_a_pipe_is_told_and_not_dropped() -> None:
    late = b'{"text": "a"}\n' * tables.LOOKAHEAD + b'{"text": "b", "n": 1}\n{"text": "c"}\n'
    found = rows(tables.open_table(Pipe(late), "pipe", "jsonl"))
    assert found[-2].error == "columns that the first 1000 records do not have: n"
    assert found[-1].error is None
    wanted = tables.open_table(Pipe(late), "pipe", "jsonl", every_column=False)
    assert not any(row.error for row in rows(wanted)), "only tables need the columns"


def test_parquet_keeps_the_types_of_its_columns() -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    columns = {
        "when": pa.array([1, None], pa.timestamp("ns", "UTC")),
        "text": pa.array(["glad", None]).dictionary_encode(),
        "tags": pa.array([["a"], []], pa.list_(pa.string())),
    }
    source = io.BytesIO()
    pq.write_table(pa.table(columns), source)
    again = pq.read_table(io.BytesIO(write(read(source.getvalue(), "parquet"), "parquet")))
    assert again.select(list(columns)).equals(pa.table(columns))
    assert again["tone_echo"].to_pylist() == ["glad", ""]
    with pytest.raises(ToneError, match=r"'tags' is list<.*>, not text"):
        read(source.getvalue(), "parquet", text_column="tags")
    with pytest.raises(ToneError, match="not a Parquet file"):
        read(b"text\nglad\n", "parquet")


def test_lone_surrogates_are_written_escaped() -> None:
    data = rb'{"text": "half \ud83d"}'
    assert rb'{"text": "half \ud83d"}' in write(read(data, "jsonl"), "jsonl")
    assert rb"half \ud83d" in write(read(data, "jsonl"), "csv")
    assert b"half" in write(read(data, "jsonl"), "parquet")


def test_the_extension_tells_the_format() -> None:
    assert tables.format_of("data/Reviews.TSV") == "tsv"
    assert tables.format_of("-") == tables.format_of("texts") == "lines"
    assert formats.format_of("out.ttl") == "turtle"
    with pytest.raises(ToneError, match=r"book\.xlsx.*--input-format"):
        tables.format_of("book.xlsx")
    with pytest.raises(ToneError, match=r"out\.xlsx.*--format"):
        formats.format_of("out.xlsx")
