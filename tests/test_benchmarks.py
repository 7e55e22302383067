"""The benchmarks run from a checkout and print what they measured."""

import subprocess
import sys
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"
DEBIAN_WORDNET = Path("/usr/share/wordnet")
SMALL_WORDNET = DATA / "wordnet"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "wordnet", [SMALL_WORDNET, *([DEBIAN_WORDNET] if DEBIAN_WORDNET.exists() else [])], ids=str
)
def test_annotate_prints_a_row_for_each_engine_and_peer(wordnet: Path) -> None:
    small = str(DATA / "goemotions" / "small.tsv")
    ran = run("benchmarks.annotate", small, "--rounds", "1", "--wordnet", str(wordnet))
    assert ran.returncode == 0, ran.stderr
    first, *_ = ran.stdout.splitlines()
    assert first.startswith("4 texts of small.tsv")
    rows = {line.split("  ")[0].strip(): line.split() for line in ran.stdout.splitlines()}
    assert {
        "TONE lexicon",
        "TONE linear",
        "TONE transformer",
        "NRCLex",
        "MiniLM by torch",
    } <= rows.keys()
    assert "TONE lexicon / MiniLM by torch:" in ran.stdout
    assert float(rows["TONE lexicon"][4]) == 100.0, "top-1 of four plain sentences"
    assert 0 < float(rows["NRCLex"][3]) <= 100


def test_annotate_names_the_file_and_line_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text((DATA / "goemotions" / "labels.txt").read_text())
    (tmp_path / "bad.tsv").write_text("fine\t27\ta1\nno label\n")
    ran = run("benchmarks.annotate", str(tmp_path / "bad.tsv"))
    assert ran.returncode == 2
    assert "bad.tsv:2:" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_serve_prints_start_memory_and_the_time_of_requests() -> None:
    ran = run("benchmarks.serve", "--rounds", "1", "--requests", "20")
    assert ran.returncode == 0, ran.stderr
    assert "20 short texts, engine transformer" in ran.stdout
    for figure in ("command to ready", "memory a worker", "p50", "p99", "requests/s"):
        assert figure in ran.stdout
