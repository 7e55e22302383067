"""`tone build`, `check`, `format`, and the command itself: help, version, wrong use."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from tone_command import tone

ROOT = Path(__file__).parents[1]
COMMANDS = (
    *("annotate", "build", "check", "format", "lookup", "query", "serve", "show"),
    "vocab",
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the parts of a checkout that curators' commands look at."""
    folder = tmp_path / "checkout"
    (folder / "docs").mkdir(parents=True)
    shutil.copy(ROOT / "setup.cfg", folder)
    ignored = shutil.ignore_patterns("*.py", "__pycache__", "rules")
    shutil.copytree(ROOT / "ontology", folder / "ontology", ignore=ignored)
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_build_gives_the_same_bytes_whatever_the_hash_seed(checkout: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        done = tone("build", "-o", tmp_path / seed, cwd=checkout / "docs", PYTHONHASHSEED=seed)
        assert (done.status, done.messages) == (0, "")
        assert [Path(line).name for line in done.text.splitlines()] == [
            *("tone.owl", "tone.ttl", "tone-skos.ttl"),
            *("tone-lexicon.ttl", "tone-full.nq", "tone.jsonld"),
            *("tone.graphml", "tone.gexf"),
        ]
    assert digests(tmp_path / "1") == digests(tmp_path / "2")


def test_build_takes_the_sources_of_the_checkout_around(checkout: Path, tmp_path: Path) -> None:
    source = checkout / "ontology" / "tone-edit.ttl"
    source.write_text(source.read_text().replace('"joy"@en', '"joyousness"@en'))
    for options, cwd in ((("--root", checkout), tmp_path), ((), checkout / "docs")):
        tone("build", "-o", tmp_path / "out", *options, cwd=cwd)
        graph = rdflib.Graph().parse(tmp_path / "out" / "tone.owl", format="xml")
        joy = rdflib.URIRef("https://w3id.org/tone/Joy")
        assert str(graph.value(joy, rdflib.RDFS.label)) == "joyousness"
        shutil.rmtree(tmp_path / "out")


def test_build_never_writes_among_sources(checkout: Path) -> None:
    before = digests(checkout / "ontology")
    done = tone("build", "-o", "ontology", cwd=checkout)
    assert (done.status, done.text) == (2, "")
    assert "holds sources" in done.messages
    assert digests(checkout / "ontology") == before


def test_check_passes_the_sources(checkout: Path) -> None:
    done = tone("check", "--no-reasoner", cwd=checkout)
    assert (done.status, done.text) == (0, ""), done.text
    assert done.messages.endswith("is ok\n")


def test_check_gives_a_line_a_finding_with_concept_and_rule(checkout: Path) -> None:
    source = checkout / "ontology" / "tone-edit.ttl"
    source.write_text(source.read_text().replace('"joy"@en', '"fear"@en'))
    done = tone("check", "--no-reasoner", cwd=checkout)
    assert done.status == 1
    lines = done.text.splitlines()
    assert any("Fear: label-shared: " in line for line in lines)
    assert all(line.startswith("ontology/tone-edit.ttl") for line in lines)
    assert f"tone: {len(lines)} finding" in done.messages
    alone = tone("check", source, "--no-reasoner")
    assert alone.status == 1
    assert "Fear: label-shared: " in alone.text


def test_format_brings_a_file_into_its_normal_form(checkout: Path, tmp_path: Path) -> None:
    source = checkout / "ontology" / "tone-edit.ttl"
    normal = source.read_bytes()
    triples = list(ox.parse(path=source, format=ox.RdfFormat.TURTLE))
    disordered = ox.serialize(reversed(triples), format=ox.RdfFormat.TURTLE)
    source.write_bytes(disordered)

    done = tone("format", "--check", cwd=checkout)
    assert (done.status, done.text) == (1, "")
    assert "is not in its normal form" in done.messages
    assert source.read_bytes() == disordered

    assert tone("format", cwd=checkout).status == 0
    assert source.read_bytes() == normal
    assert tone("format", "--check", "ontology/tone-edit.ttl", cwd=checkout).status == 0
    assert "unchanged" in tone("format", "--root", checkout, cwd=tmp_path).messages


def test_format_reads_other_syntaxes_into_a_turtle_file(checkout: Path) -> None:
    tone("build", "-o", "products", cwd=checkout)
    refused = tone("format", "products/tone.owl", cwd=checkout)
    assert refused.status == 2
    assert "name an output that ends in .ttl" in refused.messages
    assert tone("format", "products/tone.owl", "-o", "new.ttl", cwd=checkout).status == 0
    assert (checkout / "new.ttl").read_bytes() == (checkout / "products/tone.ttl").read_bytes()


def test_format_leaves_a_broken_file_alone(checkout: Path) -> None:
    (checkout / "broken.ttl").write_text("@prefix : <http://example.org/> .\n:a :b\n")
    done = tone("format", "broken.ttl", cwd=checkout)
    assert (done.status, done.text) == (2, "")
    assert done.messages.startswith("tone: broken.ttl:3")
    assert (checkout / "broken.ttl").read_text().endswith(":a :b\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["format"], "no checkout of TONE around this folder"),
        (["check", "--root", "."], "is no checkout of TONE"),
        (["check", "none.ttl", "--no-reasoner"], "none.ttl: cannot be read"),
        (["check", "a.ttl", "--root", "."], "either FILE or --root"),
        (["build"], "Missing option '-o'"),
        (["bulid"], "No such command 'bulid'"),
        (["serve", "--port", "99999"], "99999 is not in the range"),
    ],
)
def test_wrong_use_is_explained(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = tone(*arguments, cwd=tmp_path)
    assert (done.status, done.text) == (2, "")
    assert message in done.messages


def test_help_and_version() -> None:
    assert tone("--version").text.startswith("tone ")
    assert all(f"\n  {each} " in tone("--help").text for each in COMMANDS)
    for each in COMMANDS:
        done = tone(each, "--help")
        assert (done.status, done.messages) == (0, "")
        assert done.text.startswith(f"Usage: tone {each} ")
    assert tone().status == 2


def test_the_page_on_the_command_line_says_what_the_help_says() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "command_line.py", "--check"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
