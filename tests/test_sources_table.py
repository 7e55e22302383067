"""A table of the user's own as a source: its layouts, its categories, and what is refused."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tone_kg.ontology import load
from tone_kg.ontology.errors import SourceError, ToneError, UnknownName
from tone_kg.vocab.sources import Candidate, MissingSource, Seed, Table, TableLayout

EMOLEX = """\
gloomy\tanger\t0
gloomy\tnegative\t1
gloomy\tsadness\t1
chirpy\tjoy\t1
chirpy\tpositive\t1
chirpy\ttrust\t0
"""
"""The layout of the NRC Emotion Lexicon: no header, a row a term and emotion, 0 or 1."""

VAD = """\
Word\tValence\tArousal\tDominance
gloomy\t0.125\t0.250\t0.180
chirpy\t0.930\t0.710\t0.600
"""
"""The layout of the NRC VAD Lexicon."""


def table(
    folder: Path, content: str | bytes, name: str = "own.tsv", lang: str = "en", **o
) -> Table:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Table(path, lang, TableLayout(**o), load())


def rows(table: Table) -> list[tuple[str, str, str | None, str]]:
    """Return term, part of speech, concept and evidence of each candidate."""
    return [
        (each.term, each.pos, each.seed and each.seed.concept, each.evidence)
        for each in table.candidates([], 1)
    ]


def test_a_list_of_words_names_no_concept(tmp_path: Path) -> None:
    assert next(table(tmp_path, "over the moon\nchirpy\n").candidates([], 1)) == Candidate(
        term="over the moon",
        lang="en",
        pos="",
        relation="listed",
        seed=None,
        source="table:own",
        evidence="listed",
        distance=0,
    )


def test_terms_are_composed_and_hide_nothing(tmp_path: Path) -> None:
    content = "re\u0301gal\nde\u00adlight\u200b\n"
    assert [row[0] for row in rows(table(tmp_path, content, lang="fr"))] == ["régal", "delight"]


def test_columns_are_found_by_their_usual_names(tmp_path: Path) -> None:
    content = "term\tpos\tcategory\tscore\nchirpy\tadj\tJoy\t0.9\nchirp up\tv\tcheerfulness\t\n"
    assert rows(table(tmp_path, content)) == [
        ("chirpy", "adjective", "Joy", "listed as Joy, score 0.9"),
        ("chirp up", "phrase", "Cheerfulness", "listed as cheerfulness"),
    ]


def test_a_candidate_with_a_category_starts_from_its_concept(tmp_path: Path) -> None:
    [candidate] = table(tmp_path, "term\tcategory\nchirpy\tJoy\n").candidates([], 1)
    assert candidate.seed == Seed("", "", "Joy")


def test_nrc_emolex_is_read_by_options(tmp_path: Path) -> None:
    emolex = table(
        tmp_path, EMOLEX, term="1", category="2", score="3", min_score=1, scheme="plutchik"
    )
    assert rows(emolex) == [
        ("gloomy", "", "Sadness", "listed as sadness, score 1"),
        ("chirpy", "", "Joy", "listed as joy, score 1"),
    ]
    assert emolex.notes == [
        f"{tmp_path / 'own.tsv'}: left out, as they stand for no concept: negative, positive"
    ]


def test_nrc_vad_is_read_by_options(tmp_path: Path) -> None:
    vad = table(tmp_path, VAD, term="Word", score="Arousal", min_score=0.5)
    assert rows(vad) == [("chirpy", "", None, "listed, score 0.71")]


def test_depechemood_is_read_by_options(tmp_path: Path) -> None:
    content = "\tAFRAID\tHAPPY\ngloomy#a\t0.6\t0.1\nchirp#v\t0.1\t0.8\n"
    read = table(
        tmp_path,
        content,
        term="1",
        category="AFRAID,HAPPY",
        min_score=0.5,
        concepts={"afraid": "fear", "happy": "Happiness"},
    )
    assert rows(read) == [
        ("gloomy", "adjective", "Fear", "listed as AFRAID, score 0.6"),
        ("chirp", "verb", "Happiness", "listed as HAPPY, score 0.8"),
    ]


def test_the_columns_that_are_categories_name_them(tmp_path: Path) -> None:
    content = "English Word,fear,joy\ngloomy,1,0\nboo,1,1\nlist,0,0\n"
    wide = table(tmp_path, content, "w.csv", term="English Word", category="fear,joy", min_score=1)
    assert rows(wide) == [
        ("gloomy", "", "Fear", "listed as fear, score 1"),
        ("boo", "", "Fear", "listed as fear, score 1"),
        ("boo", "", "Joy", "listed as joy, score 1"),
    ]


def test_a_part_of_speech_may_hang_on_the_term(tmp_path: Path) -> None:
    assert rows(table(tmp_path, "chirp#v\ngloomy#a\n")) == [
        ("chirp", "verb", None, "listed"),
        ("gloomy", "adjective", None, "listed"),
    ]


@pytest.mark.parametrize(
    ("scheme", "category", "concept"),
    [
        (None, "Joy", "Joy"),
        (None, "cheerfulness", "Cheerfulness"),
        ("plutchik", "Trust", "Trust"),
        ("plutchik", "unbelief", "Disbelief"),  # a close match
        ("goemotions", "anger", "Anger"),  # the concept is the broader one
        ("ekman", "joy", "Joy"),  # which also takes in Love
    ],
)
def test_a_category_is_a_concept_or_a_label_of_a_scheme(
    tmp_path: Path, scheme: str | None, category: str, concept: str
) -> None:
    read = table(tmp_path, f"term\tcategory\ngloomy\t{category}\n", scheme=scheme)
    assert [row[2] for row in rows(read)] == [concept]


def test_a_label_wider_than_a_concept_is_not_that_concept(tmp_path: Path) -> None:
    content = "term\tcategory\nchirpy\tjoy\neager\tdesire\n"
    assert [row[2] for row in rows(table(tmp_path, content))] == ["Joy", "Desire"]
    # GoEmotions' label takes in wishes of any sort, the concept is a kind of lust.
    assert [row[2] for row in rows(table(tmp_path, content, scheme="goemotions"))] == ["Joy"]


def test_a_deprecated_category_names_its_successor(tmp_path: Path) -> None:
    ontology = load()
    old = replace(ontology.concepts["Glee"], deprecated=True, replaced_by=("Delight",))
    changed = replace(ontology, concepts={**ontology.concepts, "Glee": old})
    path = tmp_path / "own.tsv"
    path.write_text("term\tcategory\nchirpy\tglee\n")
    with pytest.raises(SourceError, match=rf"{path}:2: .*deprecated concept Glee: use Delight"):
        Table(path, "en", TableLayout(), changed)


def test_repeated_rows_are_merged_and_noted(tmp_path: Path) -> None:
    read = table(tmp_path, "a\tJoy\t0.5\na\tJoy\t0.7\na\tJoy\t0.5\n", category="2", score="3")
    assert rows(read) == [("a", "", "Joy", "listed as Joy, score 0.5; listed as Joy, score 0.7")]
    assert read.notes == [f"{tmp_path / 'own.tsv'}: repeated rows merged: 2"]


def test_stems_are_left_out_and_noted(tmp_path: Path) -> None:
    read = table(tmp_path, "happi*\nchirpy\n:*\n")
    assert [row[0] for row in rows(read)] == ["chirpy", ":*"]
    assert "stems with * left out, as the vocabulary holds words: 1" in read.notes[0]


def test_emoji_and_emoticons_are_of_no_language(tmp_path: Path) -> None:
    signs = ["😀", "🤦🏽‍♀️", ":)", ":'(", "<3", "^_^", "xD"]
    found = list(table(tmp_path, "\n".join(signs)).candidates([], 1))
    assert [each.term for each in found] == signs
    assert {each.lang for each in found} == {"und"}
    assert [each.pos for each in found] == ["emoji"] * 2 + ["emoticon"] * 5


def test_right_to_left_writing_is_read(tmp_path: Path) -> None:
    words = ["سعيد", "من صميم القلب", "שמח", "دل‌شاد"]  # the last with a zero-width non-joiner
    found = list(table(tmp_path, "\n".join(words), lang="ar").candidates([], 1))
    assert [each.term for each in found] == words


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("own.csv", 'term,score\n"a, b",1\n'),
        ("own.csv", 'term;score\r\n"a, b";1\r\n'),
        ("own.csv", '\ufeffterm\tscore\n"a, b"\t1\n'),
        ("own.tsv", "term\tscore\na, b\t1\n"),
        ("own.txt", "term\tscore\na, b\t1\n"),
    ],
)
def test_the_delimiter_follows_from_the_name_and_the_first_line(
    tmp_path: Path, name: str, content: str
) -> None:
    assert rows(table(tmp_path, content, name)) == [("a, b", "", None, "listed, score 1")]


def test_another_delimiter_and_encoding_can_be_given(tmp_path: Path) -> None:
    content = "alegría|Joy\n".encode("latin-1")
    read = table(tmp_path, content, "own.txt", delimiter="|", category="2", encoding="latin-1")
    assert [row[0] for row in rows(read)] == ["alegría"]


def test_a_tab_may_be_written_as_on_a_command_line(tmp_path: Path) -> None:
    read = table(tmp_path, "yay\tJoy\n", "own.csv", delimiter=r"\t", category="2")
    assert rows(read) == [("yay", "", "Joy", "listed as Joy")]


def test_quotes_in_a_tsv_are_part_of_the_term(tmp_path: Path) -> None:
    assert [row[0] for row in rows(table(tmp_path, '"so" happy\n'))] == ['"so" happy']


@pytest.mark.parametrize(
    ("content", "layout", "line", "problem"),
    [
        ("", {}, 1, "holds no terms"),
        ("\n\n", {}, 1, "holds no terms"),
        ("term\tcategory\n", {}, 1, "holds no terms"),
        (f"ok\n{'x' * 10_000}\n", {}, 2, "a term of 10,000 characters; 100 is the most"),
        ("ok\nha\x07ppy\n", {}, 2, "control character U+0007"),
        ("ok\n\u202eyppah\n", {}, 2, "control character U+202E"),
        ("ok\n\0\n", {}, 2, "zero byte"),
        ("ok\nalegría\n".encode("latin-1"), {}, 2, "not utf-8"),
        ("happy\n".encode("utf-16"), {}, 1, "UTF-16; save the file as UTF-8"),
        ("a\tJoy\nb\n", {"category": "2"}, 2, "1 columns where column 2 is wanted"),
        ("a\tb\n", {"category": "kind"}, 1, "has no column 'kind', but a, b"),
        ("a\tJoy\thigh\n", {"category": "2", "score": "3"}, 1, "'high' is not a number"),
        ("a\tJoy\tnan\n", {"category": "2", "score": "3"}, 1, "'nan' is not a number"),
        ("\tJoy\n", {"category": "2"}, 1, "the term is empty"),
        ("a\tJoy\n", {"score": "share", "header": False}, 1, "no header to find the column"),
    ],
)
def test_a_broken_table_is_refused_with_its_place(
    tmp_path: Path, content: str | bytes, layout: dict, line: int, problem: str
) -> None:
    with pytest.raises(SourceError) as refused:
        table(tmp_path, content, **layout)
    assert str(refused.value).startswith(f"{tmp_path / 'own.tsv'}:{line}: ")
    assert problem in str(refused.value)


def test_an_open_quote_is_refused_where_it_opens(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"own.csv:2: cannot be read as a table"):
        table(tmp_path, 'a,b\nc,"d\ne,f\n', "own.csv")


def test_a_term_over_two_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"own.csv:2: a term goes over more than one line"):
        table(tmp_path, 'a\n"b\nc"\n', "own.csv")


def test_a_table_of_which_nothing_is_left_says_why(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no row is left .*all lie below the least score"):
        table(tmp_path, "a\t0.2\n", score="2", min_score=0.5)
    with pytest.raises(SourceError, match=r"no row is left .*stand for no concept: positive"):
        table(tmp_path, "a\tpositive\n", category="2")


def test_wrong_options_are_told(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="unknown scheme 'plutchick'; known: ekman, goemotions"):
        table(tmp_path, EMOLEX, scheme="plutchick")
    with pytest.raises(UnknownName, match="unknown concept 'Joyy'; did you mean Joy"):
        table(tmp_path, EMOLEX, concepts={"joy": "Joyy"})
    with pytest.raises(ToneError, match="unknown encoding 'klingon'"):
        table(tmp_path, EMOLEX, encoding="klingon")
    with pytest.raises(ToneError, match="unknown encoding 'hex'"):
        table(tmp_path, EMOLEX, encoding="hex")  # Python knows it, but not as a text's
    for delimiter in ("ab", "", "\n", '"'):
        with pytest.raises(ToneError, match="the delimiter must be one character"):
            table(tmp_path, EMOLEX, delimiter=delimiter)
    with pytest.raises(ToneError, match="least score needs the column of the scores"):
        table(tmp_path, EMOLEX, min_score=1)
    with pytest.raises(MissingSource, match=r"nowhere\.tsv is missing"):
        Table(tmp_path / "nowhere.tsv", "en", TableLayout(), load())


words = st.text(st.characters(categories=["L"]), min_size=1, max_size=20).map(
    lambda word: unicodedata.normalize("NFC", word)
)


@given(terms=st.lists(words, min_size=1, unique=True).filter(lambda all: "term" not in all))
def test_every_word_of_a_csv_is_offered_once(
    tmp_path_factory: pytest.TempPathFactory, terms: list[str]
) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([["term", "score"], *([term, 1] for term in terms * 2)])
    read = table(tmp_path_factory.mktemp("csv"), written.getvalue(), "own.csv")
    assert [row[0] for row in rows(read)] == terms


@given(content=st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    message = f"{folder}"
    try:
        table(folder, content, "own.csv", category="1")
    except ToneError as error:
        message = str(error)
    assert message.startswith(f"{folder}")
