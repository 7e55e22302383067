"""What `tone check` finds in the vocabulary, in the crosswalks and in the folder of sources."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tone_kg.ontology import ToneError
from tone_kg.ontology.check import check
from tone_kg.ontology.normal_form import format_file
from tone_kg.ontology.terms import read_terms, write_terms

SMALL = Path(__file__).parent / "data" / "small"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "sources")
    return tmp_path / "sources"


def in_tables(folder: Path) -> list[str]:
    return [str(each) for each in check(folder, reasoner=False) if each.rule != "parrott-count"]


def test_nothing_is_wrong_with_the_small_tables(folder: Path) -> None:
    assert in_tables(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "Joy",
            "Mirth",
            "Mirth: terms: 'glad' (adjective), line 2: the concept Mirth does not exist",
        ),
        (
            "Joy",
            "Gloom",
            "Gloom: terms: 'glad' (adjective), line 2: the concept Gloom is "
            "deprecated; use Sadness",
        ),
        (
            "0.2000\t\t1",
            "0.2000\tMirth\t1",
            "Joy: terms: 'glad' (adjective), line 2: the runner-up Mirth does not exist",
        ),
        ("0.9000", "", "Joy: terms: 'glad' (adjective), line 2: no score"),
        (
            "0.9000",
            "0.90001",
            "Joy: terms: 'glad' (adjective), line 2: score 0.90001 has more than four places",
        ),
        ("0.9000", "1.9", "terms.tsv: terms: score 1.9 is not between 0 and 1"),
        ("\t1\t", "\t0\t", "terms.tsv: terms: weight is 0; leave the row out instead"),
        (
            "accepted",
            "proposed",
            "Joy: terms: 'glad' (adjective), line 2: the status is 'proposed'; "
            "only accepted terms belong here",
        ),
        ("team-a", "", "Joy: terms: 'glad' (adjective), line 2: no reviewer"),
        ("own", "", "Joy: terms: 'glad' (adjective), line 2: no source"),
        (
            "2026-11-21T00:00:00Z",
            "2026-11-21",
            "Joy: terms: 'glad' (adjective), line 2: date '2026-11-21' is no "
            "xsd:dateTime with a time zone",
        ),
        (
            "adjective",
            "adj",
            "Joy: terms: 'glad' (adj), line 2: pos is none of noun, adjective, "
            "verb, adverb, interjection, phrase, emoji, emoticon",
        ),
        (
            "\ten\t",
            "\tEnglish!\t",
            "Joy: terms: 'glad' (adjective), line 2: lang 'English!' is no language tag",
        ),
        (
            "glad",
            "zeal",
            "Sadness: terms-order: 'weep', line 3: not sorted by term, lang, pos and concept",
        ),
        (
            "glad",
            " glad",
            "Joy: terms: ' glad' (adjective), line 2: the term has blanks that say nothing",
        ),
        (
            "glad",
            "gla\uffffd",
            "Joy: terms: 'gla\\uffffd' (adjective), line 2: a control character in "
            "the term, U+FFFF",
        ),
        (
            "weep\ten\tverb\tSadness",
            "glad\ten\tadjective\tJoy",
            "terms.tsv: terms: repeats line 2: glad, en, adjective, Joy",
        ),
        (
            "date",
            "day",
            "terms.tsv: terms: the header must be: term lang pos concept "
            "score margin runner_up weight source evidence status reviewer date",
        ),
    ],
)
def test_a_wrong_term_is_found(folder: Path, old: str, new: str, expected: str) -> None:
    file = folder / "terms.tsv"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    assert in_tables(folder) == [expected]


def test_a_broken_row_is_found_in_its_place(folder: Path) -> None:
    file = folder / "terms.tsv"
    file.write_text(file.read_text("utf-8").replace("weep\ten\t", "weep\t", 1), "utf-8")
    (finding,) = [each for each in check(folder, reasoner=False) if each.rule == "terms"]
    assert (finding.file, finding.line) == (str(file), 3)
    assert str(finding) == "terms.tsv: terms: 12 fields where 13 are expected"


def test_no_file_is_written_with_two_rows_of_one_key(folder: Path) -> None:
    file = folder / "terms.tsv"
    before = file.read_bytes()
    terms = read_terms(file)
    with pytest.raises(ToneError, match="two rows for glad, en, adjective, Joy; keep one"):
        write_terms(file, [*terms, *terms])
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "tone:Joy",
            "tone:Mirth",
            "Mirth: mappings: goemotions:joy: the concept Mirth does not exist",
        ),
        (
            "tone:Joy",
            "tone:Gloom",
            "Gloom: mappings: goemotions:joy: the concept Gloom is deprecated; use Sadness",
        ),
        (
            "semapv:Manual",
            "Manual",
            "Joy: mappings: goemotions:joy: the justification "
            "'ManualMappingCuration' is no semapv: term",
        ),
        (
            "goemotions:neutral",
            "goemotions:joy",
            "goemotions:joy: mappings: goemotions:joy: mapped both to a concept and to none",
        ),
        (
            "goemotions:neutral\tskos:exactMatch\tsssom:NoTermFound",
            "goemotions:joy\tskos:closeMatch\ttone:Joy",
            "Joy: mappings: goemotions:joy: mapped twice to the same concept",
        ),
    ],
)
def test_a_wrong_mapping_is_found(folder: Path, old: str, new: str, expected: str) -> None:
    file = folder / "mappings.sssom.tsv"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    assert in_tables(folder) == [expected]


def test_a_source_not_in_its_normal_form_is_found(folder: Path) -> None:
    file = folder / "tone-edit.ttl"
    text = file.read_text("utf-8")
    file.write_text(text + "\n", "utf-8")
    problem = "the file is not in its normal form; run `tone format` on it"
    assert in_tables(folder) == [f"tone-edit.ttl: normal-form: {problem}"]
    format_file(file)
    assert in_tables(folder) == []
