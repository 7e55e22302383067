"""`tone annotate --on spark`: row for row the answers of a run without Spark."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from small_models import write_models
from tone_command import Done, tone

# Spark is an extra of its own, and needs Java besides: CI has both, by the README's "Full tests".
needs_spark = pytest.mark.skipif(
    find_spec("pyspark") is None or shutil.which("java") is None,
    reason="needs pip install '.[spark]' and Java 17 (apt-get install openjdk-17-jre-headless)",
)
MASTER = ("--on", "spark", "--master", "local[2]")
HARD = [
    "I am glad, and glorp",
    "so sad\tand blick",
    '"quoted" :\'(',
    "two\nlines",
    r"C:\new\table \\ ¯\_(ツ)_/¯",
    " kept ",
    "=1+1",
    "👩🏽‍🚀 e\u0301 NULL",
    "je suis tellement triste aujourd'hui mon ami",
    "\\",
    "sad " * 5001,
    "",
]
TSV = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n"})


def write_tables(folder: Path) -> None:
    """Write the same hard texts, and some broken rows, in each format."""
    rows = [[str(n), text, HARD[-n]] for n, text in enumerate(HARD)]
    with open(folder / "in.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", "text", "other one"], *rows])
        file.write("97,short\r\n98,sad,long,longer\r\n,,\r\n")
    lines = ["\t".join(cell.translate(TSV) for cell in row) for row in rows]
    broken = ["97\tshort", "98\tsad\tlong\tlonger", "", "id\ttext\tother one", "99\t\\x\tlast\r"]
    text = "\n".join(["id\ttext\tother one", *lines, *broken])
    (folder / "in.tsv").write_text(text, "utf-8", newline="")
    records = [{"id": n, "text": t, "n": n if n % 3 else 0.5} for n, t in enumerate(HARD)]
    kept = ['{"text": 5}', "no json", '"just sad"', "", "[1]", '{"text": null, "late": [1]}']
    text = "\n".join([*map(json.dumps, records), *kept])
    (folder / "in.jsonl").write_text(text, "utf-8")


def rows_of(path: Path) -> list[Any]:
    """Read an output: a file, or the files of a folder in order."""
    files = sorted(path.glob("part-*")) if path.is_dir() else [path]
    return [row for file in files for row in _rows(file, path.suffix)]


def _rows(file: Path, suffix: str) -> Iterable[Any]:
    if suffix == ".parquet":
        import pyarrow.parquet as pq

        return pq.read_table(file).to_pylist()
    with open(file, encoding="utf-8", newline="") as stream:
        if suffix == ".csv":
            return list(csv.DictReader(stream))
        lines = stream.read().split("\n")[:-1]
    if suffix == ".tsv":
        return lines[1:]
    # Spark does not know the number of a row that failed.
    return [{k: v for k, v in json.loads(line).items() if k != "index"} for line in lines]


def both(folder: Path, source: str, suffix: str, *options: str, **environment: str) -> list[Any]:
    """Annotate with and without Spark, check that all is the same, and return the rows."""
    command = ("annotate", "--input", source, *options)
    local = tone(*command, "--output", f"local{suffix}", cwd=folder, **environment)
    done = tone(*command, *MASTER, "--output", f"spark{suffix}", cwd=folder, **environment)
    assert done.status == local.status, done.messages
    rows = rows_of(folder / f"spark{suffix}")
    assert rows == rows_of(folder / f"local{suffix}")
    assert told(done) == [each for each in told(local) if f"{source}:" not in each]
    return rows


def told(done: Done) -> list[str]:
    """What `tone` itself says: Java writes to standard error as well."""
    return [line for line in done.messages.splitlines() if line.startswith("tone:")]


@needs_spark
@pytest.mark.parametrize(
    ("source", "suffix", "failed"),
    [
        ("in.csv", ".parquet", 3),
        ("in.tsv", ".tsv", 3),
        ("in.jsonl", ".csv", 4),
        ("in.jsonl", ".jsonl", 4),
    ],
)
def test_rows_are_those_of_a_run_without_spark(
    source: str, suffix: str, failed: int, tmp_path: Path
) -> None:
    write_tables(tmp_path)
    rows = both(tmp_path, source, suffix, "--engine", "lexicon")
    if suffix == ".jsonl":
        errors = [row for row in rows if "error" in row]
    elif suffix == ".tsv":
        errors = [row for row in rows if row.rpartition("\t")[2]]
    else:
        errors = [row for row in rows if row["tone_error"]]
    assert len(errors) == failed


@needs_spark
@pytest.mark.parametrize("engine", ["linear", "transformer"])
def test_models_answer_in_the_workers_as_they_do_here(engine: str, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    models = str(write_models(tmp_path / "models"))
    (tmp_path / "in").mkdir()
    for part, texts in enumerate((HARD[:6], HARD[6:])):  # rows of one file keep their order
        table = {"when": pa.array(range(6), pa.timestamp("us", "UTC")), "text": texts}
        pq.write_table(pa.table(table), tmp_path / "in" / f"{part}.parquet")
    whole = pa.concat_tables(pq.read_table(each) for each in sorted((tmp_path / "in").iterdir()))
    pq.write_table(whole, tmp_path / "in.parquet")
    options = ("--engine", engine, "--scheme", "goemotions")
    rows = both(tmp_path, "in.parquet", ".parquet", *options, TONE_MODELS=models)
    assert [row["text"] for row in rows] == HARD
    command = ("annotate", "--input", "in", "--input-format", "parquet", "--output", "out.parquet")
    done = tone(*command, *MASTER, *options, cwd=tmp_path, TONE_MODELS=models)
    assert done.status == 1
    again = rows_of(tmp_path / "out.parquet")
    assert sorted(again, key=lambda row: HARD.index(row["text"])) == rows


@needs_spark
def test_what_goes_wrong_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,review\n1,sad\n")
    (tmp_path / "there.csv").mkdir()
    for options, message in {
        ("in.csv", "out.csv"): "in.csv: has no column 'text'; its columns are: id, review",
        ("none.csv", "out.csv"): "cannot read none.csv: no such file or folder",
        ("in.csv", "there.csv"): "there.csv: is there already; Spark writes only a new folder",
    }.items():
        source, output = options
        done = tone("annotate", "--input", source, "--output", output, *MASTER, cwd=tmp_path)
        assert (done.status, done.data) == (2, b"")
        assert any(message in each for each in told(done)), done.messages
    assert not (tmp_path / "out.csv").exists()


@needs_spark
def test_workers_without_the_package_are_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("sad\n")
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S "$@"\n')
    bare.chmod(0o755)
    options = ("--input", "in.txt", "--output", "out.csv", *MASTER)
    done = tone("annotate", *options, cwd=tmp_path, PYSPARK_PYTHON=str(bare))
    assert done.status == 2
    [message] = told(done)
    assert message.startswith("tone: the workers' Python has no "), message
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sad", "--on", "spark"], "--on spark goes with --input and --output"),
        (["--input", "in.csv", "--on", "spark"], "--on spark goes with --input and --output"),
        (["--input", "in.csv", "--output", "o.ttl", "--on", "spark"], "--on spark writes csv, tsv"),
        (["--input", "in", "--output", "o.csv", "--on", "spark"], "Give --input-format"),
        (["--input", "in.csv", "--master", "yarn"], "--master goes with --on spark"),
    ],
)
def test_wrong_use_is_told(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = tone("annotate", *arguments, cwd=tmp_path)
    assert done.status == 2
    assert message in done.messages


def test_without_java_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("sad\n")
    options = ("--input", "in.txt", "--output", "out.csv", "--on", "spark")
    done = tone("annotate", *options, cwd=tmp_path, JAVA_HOME=os.devnull)
    assert (done.status, told(done)) == (
        2,
        [
            "tone: Spark needs Java 17 or later, and there is none in JAVA_HOME, /dev/null;"
            " on Debian: apt-get install openjdk-17-jre-headless"
        ],
    )
