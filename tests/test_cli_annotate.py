"""`tone annotate`: texts in, emotion concepts out, in every format, with errors for people."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import time
import xml.etree.ElementTree as ET
from contextlib import suppress
from pathlib import Path

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tone_command import TONE, tone
from tone_kg.ontology.concepts import PRIMARIES

LEXICON = ("--engine", "lexicon")
"""Where the exact answer matters, or the speed."""

EXAMPLE = "I was not happy, I felt heartbroken and utterly alone."
EML = "{http://www.w3.org/2009/10/emotionml}"
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")
CONCEPTS = rdflib.Namespace("https://w3id.org/tone/")


def test_one_text_gives_one_answer_in_json() -> None:
    done = tone("annotate", EXAMPLE, "--explain")
    answer = json.loads(done.text)
    assert (done.status, done.messages) == (0, "")
    assert answer["detected"] == ["Sadness"]
    assert max(answer["primaries"], key=answer["primaries"].get) == "Sadness"
    found = {
        each["text"]: each["negated"] for each in answer["evidence"] if each["source"] == "lexicon"
    }
    assert found == {"happy": True, "heartbroken": False, "alone": False}


def test_several_texts_give_a_list_in_order() -> None:
    texts = ["sad", "", "😀 glad"]
    assert [each["text"] for each in json.loads(tone("annotate", *texts).text)] == texts
    lines = tone("annotate", *texts, "--format", "jsonl").text.splitlines()
    assert [json.loads(each)["text"] for each in lines] == texts


def test_a_pipe_holds_a_text_a_line() -> None:
    done = tone("annotate", input="glad\r\n\nsad")
    assert [json.loads(each)["text"] for each in done.text.splitlines()] == ["glad", "", "sad"]
    dashes = ("--input", "-", "--output", "-")
    assert tone("annotate", *dashes, input="glad\r\n\nsad").data == done.data
    assert (tone("annotate").data, tone("annotate", "--format", "json").text) == (b"", "[]\n")


def test_options_reach_the_engine() -> None:
    first, *_ = json.loads(tone("annotate", EXAMPLE, "--tier", "3", "--limit", "1").text)[
        "concepts"
    ]
    assert first["tier"] == 3
    answer = json.loads(tone("annotate", EXAMPLE, "--threshold", "1", "--profile", "social").text)
    assert (answer["concepts"], answer["profile"]) == ([], "social")
    scheme = json.loads(tone("annotate", "thanks", "--scheme", "goemotions").text)["scheme"]
    assert scheme["name"] == "goemotions"
    row = tone("annotate", "thanks", "--scheme", "goemotions", "--format", "csv").text
    (read,) = csv.DictReader(io.StringIO(row))
    assert read["tone_scheme"] == " | ".join(scheme["predicted"])


CSV = 'id,text,note\r\n1,"I am, so, happy",=1+1\r\n2,"so ""sad"" :\'(","two\r\nlines"\r\n'


def rows_of(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_tables_keep_their_columns_and_gain_those_of_the_answer(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(CSV, newline="")
    done = tone("annotate", "--input", "in.csv", "--output", "out.csv", cwd=tmp_path)
    assert (done.status, done.data, done.messages) == (0, b"", "")
    before, after = rows_of(tmp_path / "in.csv"), rows_of(tmp_path / "out.csv")
    assert [{name: row[name] for name in before[0]} for row in after] == before
    assert list(after[0]) == [
        *("id", "text", "note", "tone_primary", "tone_neutral", "tone_other"),
        *(f"tone_{each}" for each in PRIMARIES),
        *("tone_top1", "tone_top2", "tone_top3", "tone_score1", "tone_score2", "tone_score3"),
        *("tone_detected", "tone_mixtures", "tone_error"),
    ]
    assert [row["tone_primary"] for row in after] == ["Joy", "Sadness"]
    for row in after:
        shares = [float(row[f"tone_{each}"]) for each in ("neutral", "other", *PRIMARIES)]
        assert sum(shares) == pytest.approx(1)


@pytest.mark.parametrize("format", ["csv", "tsv", "parquet"])
def test_every_table_format_is_read_as_it_is_written(format: str, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(CSV, newline="")
    tone("annotate", "--input", "in.csv", "--output", f"once.{format}", cwd=tmp_path)
    again = tone("annotate", "--input", f"once.{format}", "--output", "x.csv", cwd=tmp_path)
    assert again.status == 2
    assert "already has the columns tone_primary, tone_neutral" in again.messages
    assert not (tmp_path / "x.csv").exists()
    done = tone("annotate", "--input", f"once.{format}", cwd=tmp_path)
    answers = [json.loads(each) for each in done.text.splitlines()]
    assert [each["text"] for each in answers] == ["I am, so, happy", 'so "sad" :\'(']
    assert [each["id"] for each in answers] == ["1", "2"]


def test_parquet_is_typed_and_goes_through_pipes(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    lines = '{"text": "sad", "n": 1}\n{"text": null, "n": null}\n'
    options = ("--input", "-", "--input-format", "jsonl", "--format", "parquet")
    done = tone("annotate", *options, input=lines)
    table = pq.read_table(io.BytesIO(done.data))
    assert table["n"].to_pylist() == [1, None]
    assert table["tone_primary"].to_pylist() == ["Sadness", "Neutral"]
    assert table["tone_Sadness"].type == "double"
    options = ("--input", "-", "--input-format", "parquet", "--text-column", "tone_primary")
    again = tone("annotate", *options, input=done.data)
    assert [json.loads(each)["text"] for each in again.text.splitlines()] == ["Sadness", "Neutral"]


def test_a_table_without_header_and_another_text_column(tmp_path: Path) -> None:
    (tmp_path / "in.tsv").write_text("so sad\t25\tx\n")
    done = tone("annotate", "--input", "in.tsv", "--no-header", cwd=tmp_path)
    assert json.loads(done.text)["text"] == "so sad"
    done = tone("annotate", "--input", "in.tsv", cwd=tmp_path)
    assert (done.status, done.data) == (2, b"")
    assert "its columns are: so sad, 25, x (choose: --text-column)" in done.messages


def test_bad_rows_fail_alone(tmp_path: Path) -> None:
    long = "sad " * 5001
    lines = ['{"id": "a", "text": "sad"}', '{"id": "b", "text": 5}', "no json", json.dumps(long)]
    (tmp_path / "in.jsonl").write_text("\n".join([*lines, '{"id": "e"}', '{"text": "glad"}']))
    done = tone("annotate", "--input", "in.jsonl", cwd=tmp_path)
    answers = [json.loads(each) for each in done.text.splitlines()]
    assert done.status == 1
    assert [each.get("text") for each in answers] == ["sad", None, None, None, "", "glad"]
    assert [each.get("index") for each in answers] == [None, 1, 2, 3, None, None]
    assert answers[1]["id"] == "b"
    assert answers[3]["error"]["detail"] == "a text of 20,004 characters; at most 20,000"
    assert answers[4]["warnings"]
    assert done.messages.splitlines() == [
        "tone: in.jsonl:2: 'text' is not a text",
        "tone: in.jsonl:3: not JSON: Expecting value",
        "tone: in.jsonl:4: a text of 20,004 characters; at most 20,000",
        "tone: warning: 1 of 6 rows of in.jsonl have no text; they are annotated as empty texts",
        "tone: 3 of 6 rows failed",
    ]
    table = tone("annotate", "--input", "in.jsonl", "--format", "csv", cwd=tmp_path)
    errors = [row["tone_error"] for row in csv.DictReader(io.StringIO(table.text))]
    assert [bool(each) for each in errors] == [False, True, True, True, False, False]
    assert table.status == 1


def test_messages_do_not_repeat_texts(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text('id,text\n1,secret,more\n2,"secret"x\n')
    done = tone("annotate", "--input", "in.csv", "--output", "out.jsonl", cwd=tmp_path)
    assert done.status == 1
    assert "secret" not in done.messages


def test_an_error_leaves_the_output_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(b"text\n" + b"glad\n" * 3000 + b"caf\xe9\n")
    (tmp_path / "out.csv").write_text("before")
    done = tone("annotate", *LEXICON, "--input", "in.csv", "--output", "out.csv", cwd=tmp_path)
    assert done.status == 2
    assert "tone: in.csv:3002: byte 4 is not UTF-8" in done.messages
    assert (tmp_path / "out.csv").read_text() == "before"
    (tmp_path / "in.csv").write_bytes(b"text\ncaf\xe9\n")
    done = tone("annotate", *LEXICON, "--input", "in.csv", "--output", "out.csv", cwd=tmp_path)
    assert done.messages.startswith("tone: in.csv:2: byte 4 is not UTF-8")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_a_file_may_be_replaced_by_its_own_annotation(tmp_path: Path) -> None:
    path = tmp_path / "real.csv"
    path.write_text(CSV, newline="")
    path.chmod(0o640)
    (tmp_path / "link.csv").symlink_to("real.csv")
    done = tone("annotate", "--input", "link.csv", "--output", "link.csv", cwd=tmp_path)
    assert done.status == 0, done.messages
    assert "tone_primary" in rows_of(path)[0]
    assert (tmp_path / "link.csv").is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x", "--engine", "magic"], "unknown engine 'magic'; known: lexicon"),
        (["x", "--profile", "magic"], "unknown profile 'magic'; known: general, social"),
        (["x", "--profile", ""], "unknown profile ''; known: general, social"),
        (["x", "--scheme", "magic"], "unknown scheme 'magic'; known: ekman, goemotions"),
        (["x", "--scheme", "goemotions", "--format", "turtle"], "--scheme does not fit"),
        (["x", "--explain", "--format", "csv"], "--explain does not fit"),
        (["x", "--explain", "--format", "turtle"], "--explain does not fit"),
        (["x", "--tier", "4"], "4 is not in the range"),
        (["x", "--threshold", "2"], "2.0 is not in the range"),
        (["x", "--format", "xlsx"], "'xlsx' is not one of"),
        (["x", "--input", "f.csv"], "either TEXT arguments or an input"),
        (["x", "--output", "out.xlsx"], "give --format"),
        (
            ["x", "--output", "no/folder/out.csv"],
            "out.csv: cannot be written (No such file",
        ),
        (["--input", "none.csv"], "cannot read none.csv: No such file"),
        (["--input", "."], "cannot read .: Is a directory"),
        (["--input", "book.xlsx"], "give --input-format"),
    ],
)
def test_wrong_use_is_told_before_anything_is_written(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"PK")
    done = tone("annotate", *arguments, cwd=tmp_path)
    assert (done.status, done.data) == (2, b"")
    assert message in done.messages


TEXTS = st.lists(st.text() | st.text("\x00\x08\r\n\ufffe]>&<\"'😀é|=\t"), min_size=1, max_size=3)


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(texts=TEXTS)
def test_emotionml_is_valid_xml_for_any_text(texts: list[str]) -> None:
    lines = "\n".join(map(json.dumps, texts))
    options = ("--input", "-", "--input-format", "jsonl", "--format", "emotionml")
    document = ET.fromstring(tone("annotate", *options, input=lines).data)
    emotions = list(document.iter(f"{EML}emotion"))
    assert len(emotions) == len(texts)
    assert all(each.find(f"{EML}category") is not None for each in emotions)


def test_emotionml_names_the_concepts_and_holds_the_text() -> None:
    options = ("--input", "-", "--input-format", "jsonl", "--format", "emotionml")
    row = r'{"id": "<7>", "text": "so\r\nsad \u0000"}'
    document = ET.fromstring(tone("annotate", *LEXICON, *options, input=row).data)
    assert document.tag == f"{EML}emotionml"
    names = {each.get("name") for each in document.iter(f"{EML}item")}
    assert document.get("category-set") == "#" + str(document.find(f"{EML}vocabulary").get("id"))
    (emotion,) = document.iter(f"{EML}emotion")
    categories = {
        each.get("name"): float(each.get("value")) for each in emotion if each.get("name")
    }
    assert set(categories) <= names
    assert categories["Sadness"] + categories["neutral"] == pytest.approx(1, abs=0.001)
    assert emotion[-1].tail == "so\r\nsad \ufffd"
    assert emotion.find(f"{EML}info").text == "<7>"


@pytest.mark.parametrize(("format", "parser"), [("turtle", "turtle"), ("jsonld", "json-ld")])
def test_rdf_says_which_concept_stands_where(format: str, parser: str) -> None:
    text = '😀 not happy: "heartbroken"'
    graph = rdflib.Graph().parse(
        data=tone("annotate", *LEXICON, text, "--format", format).data, format=parser
    )
    (source,) = graph.subjects(rdflib.RDF.value, rdflib.Literal(text))
    whole = {graph.value(each, OA.hasBody) for each in graph.subjects(OA.hasTarget, source)}
    assert {CONCEPTS.Sadness, CONCEPTS.SadnessProper, CONCEPTS.Grief} <= whole
    places = [
        (int(graph.value(each, OA.start)), int(graph.value(each, OA.end)))
        for each in graph.subjects(rdflib.RDF.type, OA.TextPositionSelector)
    ]
    quotes = {str(each) for each in graph.objects(None, OA.exact)}
    assert "heartbroken" in quotes
    assert "happy" not in quotes, "a negated feeling is not annotated"
    assert quotes == {text[begin:end] for begin, end in places}


def test_any_bytes_and_any_locale_end_in_utf8() -> None:
    done = tone("annotate", "café 😀", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert (done.status, json.loads(done.text)["text"]) == (0, "café 😀")
    broken = subprocess.run([TONE, "annotate", b"caf\xe9"], capture_output=True)
    assert (broken.returncode, broken.stderr) == (0, b"")
    assert json.loads(broken.stdout)["text"] == "caf\udce9"
    for format in ("csv", "turtle", "emotionml", "parquet"):
        options = ("--input", "-", "--input-format", "jsonl", "--format", format)
        assert tone("annotate", *options, input=rb'"half \ud83d"').status == 0


@pytest.mark.parametrize("format", ["csv", "jsonl", "turtle", "emotionml"])
def test_memory_does_not_grow_with_the_file(format: str, tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        path.write_text("id,text\n" + "".join(f'{n},"{EXAMPLE} {n}"\n' for n in range(rows)))
        command = [
            TONE,
            "annotate",
            *LEXICON,
            "--input",
            path,
            "--format",
            format,
            "-o",
            os.devnull,
        ]
        process = subprocess.Popen(list(map(str, command)))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return usage.ru_maxrss * 1024

    assert peak(8000) < peak(500) + 5_000_000


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "in.txt"
    path.write_text("so sad\n" * 20000)
    process = subprocess.Popen(
        [TONE, "annotate", *LEXICON, "--input", path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141


def test_ctrl_c_stops_quietly(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    process = subprocess.Popen(
        [TONE, "annotate", "--output", out],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell that runs the tests in the background has them ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdin is not None
    process.stdin.write(b"so sad\n" * 100)
    process.stdin.flush()
    deadline = time.monotonic() + 30
    while not Path(f"{out}.part", "output").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=30)
    assert (process.returncode, messages) == (130, b"")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("closed", "status", "message"),
    [
        ("<&-", 0, ""),
        ("happy 2>&-", 0, ""),
        ("happy >&-", 2, "tone: Bad file descriptor\n"),
        ("happy --output out.json >&-", 0, ""),
    ],
)
def test_closed_streams(closed: str, status: int, message: str, tmp_path: Path) -> None:
    command = f"{TONE} annotate {closed}"
    done = subprocess.run(command, shell=True, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (status, message)


def test_a_terminal_without_text_is_wrong_use() -> None:
    terminal, child = pty.openpty()
    done = subprocess.run([TONE, "annotate"], stdin=child, capture_output=True, timeout=30)
    os.close(child)
    os.close(terminal)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Give a TEXT" in done.stderr


def test_progress_is_shown_on_a_terminal_when_it_takes_long(tmp_path: Path) -> None:
    terminal, child = pty.openpty()
    process = subprocess.Popen(
        [TONE, "annotate", *LEXICON, "--output", tmp_path / "out.csv"],
        stdin=subprocess.PIPE,
        stderr=child,
    )
    os.close(child)
    assert process.stdin is not None
    fed = 0
    while not select.select([terminal], [], [], 0.2)[0]:
        process.stdin.write(b"so sad\n" * 100)
        process.stdin.flush()
        fed += 100
        assert fed < 60_000, "nothing was shown for minutes"
    process.stdin.close()
    shown = b""
    with suppress(OSError):  # Linux says EIO where a terminal's last process has ended.
        while part := os.read(terminal, 10_000):
            shown += part
    os.close(terminal)
    assert process.wait(30) == 0
    counts = [int(each.replace(b",", b"")) for each in re.findall(rb"\r([\d,]+) texts", shown)]
    assert counts
    assert all(0 < each <= fed for each in counts)
