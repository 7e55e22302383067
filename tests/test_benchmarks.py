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
def test_annotate_prints_one_row_for_tone_and_one_for_nrclex(wordnet: Path) -> None:
    small = str(DATA / "goemotions" / "small.tsv")
    ran = run("benchmarks.annotate", small, "--rounds", "1", "--wordnet", str(wordnet))
    assert ran.returncode == 0, ran.stderr
    first, *_ = ran.stdout.splitlines()
    assert first.startswith("4 texts of small.tsv")
    rows = {line.split("  ")[0].strip(): line.split() for line in ran.stdout.splitlines()}
    assert {"TONE lexicon", "NRCLex"} <= rows.keys()
    assert float(rows["TONE lexicon"][4]) == 100.0, "top-1 of four plain sentences"
    assert 0 < float(rows["NRCLex"][3]) <= 100


def test_annotate_names_the_file_and_line_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text((DATA / "goemotions" / "labels.txt").read_text())
    (tmp_path / "bad.tsv").write_text("fine\t27\ta1\nno label\n")
    ran = run("benchmarks.annotate", str(tmp_path / "bad.tsv"))
    assert ran.returncode == 2
    assert "bad.tsv:2:" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_serve_prints_the_time_to_ready_and_the_memory() -> None:
    ran = run("benchmarks.serve", "--rounds", "1")
    assert ran.returncode == 0, ran.stderr
    for figure in ("interpreter start", "command to ready", "memory a worker"):
        assert figure in ran.stdout
