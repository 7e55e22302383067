"""MyThes thesauri as a source: what is read of them, how far it is walked, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tone_kg.ontology.errors import SourceError, ToneError
from tone_kg.vocab.sources import Candidate, MissingSource, MyThes, Seed
from tone_kg.vocab.sources.mythes import FOLDERS, find_mythes

THESAURI = Path(__file__).parent / "data" / "thesauri"
ENGLISH = THESAURI / "th_en_US_v2.dat"
SPANISH = THESAURI / "th_es_ES_v2.dat"
GERMAN = THESAURI / "th_de_DE_v2.dat"


def around(path: Path, lang: str, term: str, pos: str = "", depth: int = 1) -> dict[str, Candidate]:
    """Return what a thesaurus offers for one seed, by term."""
    found = MyThes(path, lang).candidates([Seed(term, pos, "Joy")], depth)
    return {candidate.term: candidate for candidate in found}


def test_each_member_of_a_meaning_is_offered_with_its_relation() -> None:
    found = around(ENGLISH, "en", "happy")
    assert {term: each.relation for term, each in found.items()} == {
        "glad": "similar",
        "cheerful": "related",
        "gladness": "related",
        "unhappy": "antonym",
        "well-chosen": "synonym",
        "fitting": "similar",
    }


def test_a_candidate_says_whence_it_comes() -> None:
    assert around(ENGLISH, "en", "happy")["fitting"] == Candidate(
        term="fitting",
        lang="en",
        pos="adjective",
        relation="similar",
        seed=Seed("happy", "", "Joy"),
        source="mythes-en-us",
        evidence="happy (adjective, sense 2) > similar",
        distance=1,
        gloss="happy, well-chosen, fitting",
    )


def test_the_gloss_tells_the_meanings_apart() -> None:
    found = around(ENGLISH, "en", "blue")
    assert found["chromatic"].gloss == "blue, bluish, chromatic"
    assert found["sad"].gloss == "blue, low, down in the mouth, sad"


@pytest.mark.parametrize(
    ("seed", "term", "pos"),
    [
        ("blue", "low", "adjective"),
        ("blue", "down in the mouth", "phrase"),
        ("hearten", "cheer up", "phrase"),
        ("sad", "seasonal affective disorder", "noun"),
        ("happy", "gladness", "noun"),  # related across parts of speech
    ],
)
def test_parts_of_speech_are_the_vocabularys(seed: str, term: str, pos: str) -> None:
    assert around(ENGLISH, "en", seed)[term].pos == pos


def test_a_seed_of_a_known_part_of_speech_means_nothing_else() -> None:
    assert "depression" in around(ENGLISH, "en", "sad")
    assert "depression" not in around(ENGLISH, "en", "sad", "adjective")
    assert "depression" in around(ENGLISH, "en", "sad", "phrase")  # phrases are of any kind


def test_a_second_step_goes_on_from_the_meaning_that_mentions_the_first() -> None:
    found = around(ENGLISH, "en", "happy", depth=2)
    merry = found["merry"]
    assert merry.distance == 2
    assert merry.evidence == (
        "happy (adjective, sense 1) > related > cheerful (adjective, sense 1) > synonym"
    )
    assert "bright" not in found  # cheerful's other meaning


def test_nothing_is_reached_through_an_antonym_or_a_generic_term() -> None:
    assert "sorrowful" not in around(ENGLISH, "en", "glad", depth=3)  # of sad, its antonym
    assert "embolden" in around(ENGLISH, "en", "cheer up", depth=2)
    assert "cheerful" not in around(ENGLISH, "en", "gladness", depth=3)


def test_words_are_found_whatever_their_case() -> None:
    assert "Jubel" in around(GERMAN, "de", "Freude")


def test_spanish_is_read_in_its_encoding() -> None:
    found = around(SPANISH, "es", "alegría")
    assert list(found) == ["júbilo", "regocijo", "jovialidad", "jarana", "coña", "tristeza"]
    assert {each.source for each in found.values()} == {"mythes-es"}
    assert found["júbilo"].pos == "noun"
    assert found["jovialidad"].pos == ""  # the file does not say
    assert found["tristeza"].relation == "antonym"


def test_notes_become_usage_labels() -> None:
    spanish, german = around(SPANISH, "es", "alegría"), around(GERMAN, "de", "Freude")
    assert spanish["regocijo"].labels == ("rare",)
    assert spanish["jarana"].labels == ("figurative",)
    assert spanish["coña"].labels == ("vulgar",)
    assert german["Wonne"].labels == ("archaic", "formal")
    assert german["Gaudi"].labels == ("colloquial",)
    assert around(GERMAN, "de", "Wut")["Scheißwut"].labels == ("vulgar",)


def test_a_note_and_a_relation_can_stand_together() -> None:
    term = around(GERMAN, "de", "Freude")["Gemütsregung"]
    assert (term.relation, term.labels) == ("generic", ("technical",))


def test_what_may_be_left_out_of_a_term_is_left_out() -> None:
    assert "Anwandlung" in around(GERMAN, "de", "Freude")
    assert list(around(GERMAN, "de", "freuen")) == [
        "jauchzen",
        "sich ein Loch in den Bauch freuen",
    ]


def test_a_word_with_two_entries_has_the_meanings_of_both() -> None:
    assert list(around(GERMAN, "de", "Jubel")) == ["Freude", "Jauchzen", "Beifall"]


def test_a_word_that_is_not_there_has_no_candidates() -> None:
    assert around(ENGLISH, "en", "saudade", depth=3) == {}


def installed(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).write_text("UTF-8\n")
    return [folder / "not there", folder]


@pytest.mark.parametrize(
    ("lang", "name"),
    [
        ("en", "th_en_US_v2.dat"),
        ("en-AU", "th_en_AU_v2.dat"),
        ("es", "th_es_ES_v2.dat"),
        ("es-MX", "th_es_AR_v2.dat"),  # none of that country: the first
        ("gl", "th_gl_ES_v2.dat"),
    ],
)
def test_the_thesaurus_of_the_languages_own_country_is_found_first(
    tmp_path: Path, lang: str, name: str
) -> None:
    folders = installed(
        tmp_path,
        "th_en_AU_v2.dat",
        "th_en_US_v2.dat",
        "th_es_AR_v2.dat",
        "th_es_ES_v2.dat",
        "th_gl_ES_v2.dat",
    )
    assert find_mythes(lang, folders).name == name


@pytest.mark.parametrize(
    ("lang", "package"), [("en", "mythes-en-us"), ("fr", "mythes-fr"), ("pt-BR", "mythes-pt-br")]
)
def test_a_missing_thesaurus_names_the_package_and_the_other_way(
    tmp_path: Path, lang: str, package: str
) -> None:
    with pytest.raises(MissingSource, match=rf"package {package}, or name a file: mythes:PATH"):
        find_mythes(lang, [tmp_path])


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "th_en_US_v2.dat"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        ("", 1, "first line must name an encoding"),
        ("happy|1\n(adj)|glad\n", 1, "first line must name an encoding"),
        ("UTF-8\n", 1, "holds no words"),
        ("UTF-8\nhappy|2\n(adj)|glad\n", 2, "2 meanings, but the file ends"),
        ("UTF-8\nhappy|1\n(adj)|gla", 3, "truncated"),
        ("UTF-8\nhappy|1\n(adj)|glad\n(adj)|merry\n", 4, "expected a word and its number"),
        ("UTF-8\nhappy|2\n(adj)|glad\nsad|1\n(adj)|blue\n", 4, "expected a meaning of 'happy'"),
        ("UTF-8\nhappy\n(adj)|glad\n", 2, "expected a word and its number"),
        ("UTF-8\nhappy|1\n(adj)|gl\x07ad\n", 3, "control character U+0007"),
        (f"UTF-8\nhappy|1\n(adj)|{'x' * 10_000}\n", 3, "a term of more than 500 characters"),
        ("UTF-8\nhappy|1\n(adj)|\u202edalg\n", 3, "control character U+202E"),
        ("UTF-8\nfelicità|1\n-|gioia\n".encode("latin-1"), 2, "not in the encoding UTF-8"),
        ("ISO8859-1\nalegría|1\n-|júbilo\n", 1, "says ISO8859-1, but the file is UTF-8"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(
    tmp_path: Path, content: str | bytes, line: int, problem: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(SourceError) as refused:
        MyThes(path, "en")
    assert str(refused.value).startswith(f"{path}:{line}: ")
    assert problem in str(refused.value)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(MissingSource, match=r"/nowhere/th_en_US_v2.dat is missing"):
        MyThes(Path("/nowhere/th_en_US_v2.dat"), "en")


def test_windows_line_ends_and_marks_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbfUTF-8\r\nhappy|1\r\n(adj)|glad\r\n")
    assert list(around(path, "en", "happy")) == ["glad"]


def test_what_is_too_long_for_a_term_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, f"UTF-8\nhappy|1\n(adj)|{'as happy as ' * 20}can be|glad\n")
    assert list(around(path, "en", "happy")) == ["glad"]


def refusal(path: Path) -> ToneError | None:
    try:
        MyThes(path, "en")
    except ToneError as error:
        return error
    return None


@given(cut=st.integers(0, ENGLISH.stat().st_size - 1))
def test_a_file_cut_anywhere_is_refused_or_lacks_only_what_was_cut(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = written(tmp_path_factory.mktemp("cut"), ENGLISH.read_bytes()[:cut])
    error = refusal(path)
    if error:
        assert str(error).startswith(f"{path}:")
    else:
        whole = around(ENGLISH, "en", "blue")
        assert around(path, "en", "blue").keys() in ({}, whole.keys())


@given(content=st.binary() | st.text().map(lambda text: f"UTF-8\n{text}\n".encode()))
def test_any_bytes_are_read_or_refused_with_their_place(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = written(tmp_path_factory.mktemp("any"), content)
    assert str(refusal(path) or f"{path}:").startswith(f"{path}:")


@pytest.mark.skipif(not (FOLDERS[0] / "th_en_US_v2.dat").exists(), reason="mythes-en-us is missing")
def test_debians_english_thesaurus_is_read() -> None:
    path = find_mythes("en")
    found = around(path, "en", "happy", "adjective")
    assert {"glad", "cheerful", "elated", "felicitous"} <= found.keys()
    assert found["unhappy"].relation == "antonym"
    assert {each.source for each in found.values()} == {"mythes-en-us"}


@pytest.mark.skipif(not (FOLDERS[0] / "th_es_ES_v2.dat").exists(), reason="mythes-es is missing")
def test_debians_spanish_thesaurus_is_read() -> None:
    path = find_mythes("es")
    assert path.name == "th_es_ES_v2.dat"  # of twenty countries' names for one file
    assert {"júbilo", "felicidad", "regocijo"} <= around(path, "es", "alegría").keys()
