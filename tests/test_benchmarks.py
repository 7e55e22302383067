"""The benchmarks run from a checkout and print what they measured."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.sparql.queries import Data

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


def test_sparql_measures_the_service_and_leaves_out_peers_that_are_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("wrk") is None:
        pytest.skip("wrk is not installed")
    monkeypatch.setenv("TONE_ENGINE", "lexicon")
    table, figures = tmp_path / "table.md", tmp_path / "figures.json"
    ran = run(
        "benchmarks.sparql",
        *("--peers", "rdflib-endpoint", "--peers-folder", str(tmp_path / "nothing")),
        *("--workers", "1", "--rounds", "1", "--seconds", "1", "--starts", "1", "--hostile", "1"),
        *("--markdown", str(table), "--json", str(figures)),
    )
    assert ran.returncode == 0, ran.stderr
    assert "rdflib-endpoint is not installed" in ran.stderr
    rows = [line.split() for line in ran.stdout.splitlines()]
    for request in ("small", "term", "medium"):
        assert any(row[:2] == ["TONE", request] for row in rows), ran.stdout
    for part in ("/v1/concepts/Joy", "/v1/terms/heartbroken", "first answer", "string doubling"):
        assert part in ran.stdout
        assert part in table.read_text()
    loads = json.loads(figures.read_text())["loads"]["TONE"]
    assert all(came[0]["failed"] == 0 for came in loads.values()), loads


def test_sparql_tells_answers_that_differ_from_the_reference(tmp_path: Path) -> None:
    data = Data.build(tmp_path)
    queries = data.queries()
    assert data.differences(data.answer, queries) == []
    wrong = data.differences(lambda text: data.answer(text.replace("2400", "2399")), queries)
    assert len(wrong) == 4
    assert wrong[0].startswith("2399 rows, not 2400")
    nothing = b'{"head": {"vars": []}, "results": {"bindings": []}}'
    assert len(data.differences(lambda _: nothing, queries)) == 45
