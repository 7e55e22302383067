"""`tone annotate --resume`: an interrupted run goes on, and its output is that of one run."""

from __future__ import annotations

import csv
import subprocess
import time
from pathlib import Path

import pytest
from tone_command import TONE, Done, tone

ROWS = [[str(n), f"I am {'sad' if n % 3 else 'glad'}, and it is day {n}"] for n in range(1200)]
ROWS[7].append("one field too many")
HEADER = ["id", "text"]

ANNOTATE = ("annotate", "--engine", "lexicon")
"""With the fastest engine: nothing here depends on which one answers."""


def write(path: Path, rows: list[list[str]]) -> None:
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])


def annotate(folder: Path, output: str, *options: str) -> Done:
    return tone(*ANNOTATE, "--input", "in.csv", "--output", output, *options, cwd=folder)


def kill(folder: Path, output: str) -> None:
    """Start a run over `in.csv`, and kill it when it has kept answers but not seen the end."""
    whole = (folder / "in.csv").read_bytes()
    options = ("--input", "-", "--input-format", "csv", "--output", output)
    process = subprocess.Popen([TONE, *ANNOTATE, *options], cwd=folder, stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(whole[: len(whole) * 3 // 4])
    process.stdin.flush()
    answers = folder / f"{output}.part" / "answers"
    deadline = time.monotonic() + 300
    while not (answers.exists() and answers.stat().st_size > 1000):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.wait()
    process.stdin.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "in.csv", ROWS)
    return tmp_path


@pytest.mark.parametrize("format", ["csv", "tsv", "jsonl", "json", "parquet", "turtle"])
def test_a_killed_run_goes_on_to_the_same_bytes(format: str, folder: Path) -> None:
    if format == "parquet":
        pytest.importorskip("pyarrow")
    once = annotate(folder, "once", "--format", format)
    # All table formats keep the same answers, and so do all others.
    kill(folder, "again.csv" if format in ("csv", "tsv", "parquet") else "again.jsonl")
    (part,) = folder.glob("again.*.part")
    output = part.stem
    assert not (folder / output).exists()
    done = annotate(folder, output, "--format", format, "--resume")
    assert (done.status, once.status) == (1, 1), "a row has failed"
    messages = done.messages.splitlines()
    messages.remove("tone: 500 rows were done already")
    assert messages == once.messages.splitlines(), "what was odd before is told again"
    assert (folder / output).read_bytes() == (folder / "once").read_bytes()
    assert not part.exists()


@pytest.mark.parametrize("lost", [1, 100, 100_000])
def test_what_was_cut_off_is_done_again(lost: int, folder: Path) -> None:
    annotate(folder, "once.csv")
    kill(folder, "again.csv")
    answers = folder / "again.csv.part" / "answers"
    answers.write_bytes(answers.read_bytes()[:-lost])
    assert annotate(folder, "again.csv", "--resume").status == 1
    assert (folder / "again.csv").read_bytes() == (folder / "once.csv").read_bytes()


def test_another_run_is_not_gone_on_with(folder: Path) -> None:
    kill(folder, "out.csv")
    answers = folder / "out.csv.part" / "answers"
    before = answers.read_bytes()
    for options, problem in {
        ("--profile", "social"): "profile general, not social",
        ("--scheme", "goemotions"): "--scheme None, not goemotions",
        ("--limit", "1"): "--limit None, not 1",
    }.items():
        done = annotate(folder, "out.csv", "--resume", *options)
        assert done.status == 2
        assert f"out.csv.part is of a run with {problem}" in done.messages
    done = annotate(folder, "out.csv", "--resume", "--format", "jsonl")
    assert "out.csv.part is of a run with output a table, not no table" in done.messages
    write(folder / "in.csv", [*ROWS[:3], ["3", "another text"], *ROWS[4:]])
    done = annotate(folder, "out.csv", "--resume")
    assert done.status == 2
    assert "in.csv: rows 1 to 500 are not those of the interrupted run" in done.messages
    assert answers.read_bytes() == before
    assert not (folder / "out.csv").exists()


def test_without_resume_all_begins_anew(folder: Path) -> None:
    kill(folder, "out.csv")
    annotate(folder, "once.csv", "--profile", "social")
    done = annotate(folder, "out.csv", "--profile", "social")
    assert "already" not in done.messages
    assert (folder / "out.csv").read_bytes() == (folder / "once.csv").read_bytes()
    assert not (folder / "out.csv.part").exists()


def test_with_nothing_to_resume_it_just_starts(folder: Path) -> None:
    once, again = annotate(folder, "once.csv"), annotate(folder, "again.csv", "--resume")
    assert again == once
    assert (folder / "again.csv").read_bytes() == (folder / "once.csv").read_bytes()


def test_after_an_error_in_the_input_the_mended_input_is_gone_on_with(folder: Path) -> None:
    annotate(folder, "once.csv")
    whole = (folder / "in.csv").read_bytes()
    (folder / "in.csv").write_bytes(whole.replace(b"day 1100", b"day \xff"))
    done = annotate(folder, "out.csv")
    assert done.status == 2
    assert "what is done is in out.csv.part; --resume goes on from there" in done.messages
    (folder / "in.csv").write_bytes(whole)
    assert "tone: 1,000 rows were" in annotate(folder, "out.csv", "--resume").messages
    assert (folder / "out.csv").read_bytes() == (folder / "once.csv").read_bytes()


def test_two_runs_do_not_make_one_output(folder: Path) -> None:
    pytest.importorskip("fcntl")  # where there are no locks, none is taken
    process = subprocess.Popen(
        [TONE, *ANNOTATE, "--output", "out.csv"], cwd=folder, stdin=subprocess.PIPE
    )
    deadline = time.monotonic() + 300
    while not (folder / "out.csv.part" / "output").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    done = annotate(folder, "out.csv")
    assert (done.status, done.messages) == (2, "tone: out.csv: another run is making it\n")
    process.communicate(b"glad\n")
    assert process.returncode == 0
    assert (folder / "out.csv").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--input", "in.csv", "--resume"],
        ["--input", "in.csv", "--output", "/dev/null", "--format", "csv", "--resume"],
        ["glad", "--output", "out.csv", "--resume"],
    ],
)
def test_resume_needs_an_input_and_an_output(arguments: list[str], folder: Path) -> None:
    done = tone("annotate", *arguments, cwd=folder)
    assert (done.status, done.data) == (2, b"")
    assert "--resume goes with an input and --output FILE" in done.messages


def test_where_no_answers_can_be_kept_is_named(folder: Path) -> None:
    resource = pytest.importorskip("resource")
    done = subprocess.run(
        [TONE, *ANNOTATE, "--input", "in.csv", "--output", "out.csv"],
        cwd=folder,
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5, 5)),
    )
    assert done.returncode == 2
    assert done.stderr == b"tone: out.csv.part: cannot be written (File too large)\n"


def test_what_is_in_the_way_is_named(folder: Path) -> None:
    (folder / "out.csv.part").write_text("mine")
    done = annotate(folder, "out.csv")
    assert (done.status, done.messages) == (
        2,
        "tone: out.csv.part: cannot be written (File exists)\n",
    )
    assert (folder / "out.csv.part").read_text() == "mine"
