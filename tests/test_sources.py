"""Sources of vocabulary, opened by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_wordnet import write_wordnet
from tone_kg.ontology.errors import ToneError, UnknownName
from tone_kg.vocab.sources import (
    CorpusLayout,
    MissingSource,
    Seed,
    TableLayout,
    default_specs,
    open_sources,
)

THESAURI = Path(__file__).parent / "data" / "thesauri"


def test_each_kind_is_opened_in_the_order_named(tmp_path: Path) -> None:
    words, texts = tmp_path / "words.tsv", tmp_path / "texts.txt"
    words.write_text("1\tchirpy\n")
    texts.write_text("so happy\nso happy\n")
    sources = open_sources(
        [
            f"corpus:{texts}",
            f"table:{words}",
            f"wordnet:{write_wordnet(tmp_path)}",
            f"mythes:{THESAURI / 'th_en_US_v2.dat'}",
            f"table:{words}",
        ],
        "en",
        table=TableLayout(term="2"),
        corpus=CorpusLayout(min_count=2),
    )
    assert [source.name for source in sources] == [
        "corpus:texts",
        "table:words",
        "wordnet-3.0",
        "mythes-en-us",
    ]
    for source in sources:
        assert list(source.candidates([Seed("sorrow", "", "Sorrow"), Seed("happy", "", "Joy")], 1))


def test_without_a_name_the_languages_thesauri_are_asked() -> None:
    assert default_specs("en") == ("mythes", "wordnet")
    assert default_specs("en-GB") == ("mythes", "wordnet")
    assert default_specs("es") == ("mythes",)


def test_a_table_may_name_concepts_of_the_installed_ontology(tmp_path: Path) -> None:
    (tmp_path / "own.tsv").write_text("term\tcategory\nchirpy\tcheerfulness\n")
    [source] = open_sources([f"table:{tmp_path / 'own.tsv'}"], "en")
    [candidate] = source.candidates([], 1)
    assert candidate.seed == Seed("", "", "Cheerfulness")


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="'wordnets'; known: mythes, wordnet, table, corpus"):
        open_sources(["wordnets"], "en")


@pytest.mark.parametrize("kind", ["table", "corpus"])
def test_a_source_without_its_file_is_refused(kind: str) -> None:
    with pytest.raises(ToneError, match=f"the source {kind} needs a file: {kind}:FILE"):
        open_sources([kind], "en")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("mythes:/nowhere/th_en_US.dat", "/nowhere/th_en_US.dat is missing"),
        ("wordnet:/nowhere", "/nowhere/index.noun is missing: install Debian's package wordnet-b"),
        ("table:/nowhere.tsv", "/nowhere.tsv is missing"),
        ("corpus:/nowhere.txt", "/nowhere.txt is missing"),
    ],
)
def test_a_missing_file_is_named(spec: str, message: str) -> None:
    with pytest.raises(MissingSource, match=message):
        open_sources([spec], "en")


def test_a_thesaurus_of_another_language_is_refused() -> None:
    with pytest.raises(ToneError, match=r"th_es_ES_v2\.dat is of the language 'es', not 'en'"):
        open_sources([f"mythes:{THESAURI / 'th_es_ES_v2.dat'}"], "en")


def test_a_thesaurus_named_otherwise_is_of_the_language_asked(tmp_path: Path) -> None:
    (tmp_path / "own.dat").write_text("UTF-8\nhappy|1\n(adj)|glad\n")
    [source] = open_sources([f"mythes:{tmp_path / 'own.dat'}"], "en")
    assert source.name == "mythes:own"
    assert [each.term for each in source.candidates([Seed("happy", "", "Joy")], 1)] == ["glad"]


def test_wordnet_speaks_no_other_language() -> None:
    with pytest.raises(ToneError, match="WordNet is English, not 'es'"):
        open_sources(["wordnet"], "es")
