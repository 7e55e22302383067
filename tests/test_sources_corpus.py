"""A corpus as a source: what is frequent in it, the contexts shown, and what is refused."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tone_kg.ontology.errors import SourceError
from tone_kg.vocab.sources import Candidate, Corpus, CorpusLayout, MissingSource

# Sentences of our own: idioms whose words never part, and words that meet by chance.
TEXTS = [
    "I was over the moon about the news of the day!",
    "She is over the moon. The news was good :)",
    "They were Over The Moon, the end of the day was near :)",
    "The cat of the day: the one on the mat 😀",
    "All of the news, all of the day, the cat, the mat 😀",
    "He’s fed up of it. He's fed up, the cat is fed up too :))",
    *(f"the {thing}, of {thing}s" for thing in ("tree", "house", "car", "road", "hill", "sea") * 5),
]


def corpus(folder: Path, content: str | bytes, name: str = "own.txt", **layout) -> Corpus:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Corpus(path, "en", CorpusLayout(**{"min_count": 2, **layout}))


def found(corpus: Corpus) -> dict[str, Candidate]:
    return {each.term: each for each in corpus.candidates([], 1)}


@pytest.fixture
def own(tmp_path: Path) -> dict[str, Candidate]:
    return found(corpus(tmp_path, "\n".join(TEXTS), min_count=3))


def test_frequent_words_are_counted_whatever_their_case(own: dict[str, Candidate]) -> None:
    assert own["over"] == Candidate(
        term="over",
        lang="en",
        pos="",
        relation="frequent",
        seed=None,
        source="corpus:own",
        evidence="3 times",
        distance=0,
        contexts=tuple(TEXTS[:3]),
    )
    assert "good" not in own  # once


def test_words_that_only_serve_grammar_are_no_terms(tmp_path: Path) -> None:
    lines = (
        "I could've told my cat\nI could've, don't you, my cat, blah\nour yay, don't, blah yay\n"
    )
    assert found(corpus(tmp_path, lines)).keys() & set(lines.split()) == {"cat", "blah", "yay"}
    spanish = Corpus(tmp_path / "own.txt", "es", CorpusLayout(min_count=2))
    assert "my" in found(spanish)  # the list is of English words


def test_phrases_are_kept_whose_words_attract_each_other(own: dict[str, Candidate]) -> None:
    assert own["over the moon"].evidence == "3 times"
    assert own["fed up"].evidence == "3 times"
    assert "of the" not in own


def test_every_part_of_a_phrase_must_attract_the_rest(tmp_path: Path) -> None:
    own = found(corpus(tmp_path, "fed up the\n" * 3 + "fed up\n" * 10 + "the tree\n" * 100))
    assert "fed up" in own
    assert "fed up the" not in own


def test_mere_parts_of_a_longer_phrase_are_left_out(tmp_path: Path) -> None:
    idiom = "at my wits' end\n" * 3
    assert [term for term in found(corpus(tmp_path, idiom)) if " " in term] == ["at my wits end"]
    assert "wits end" in found(corpus(tmp_path, idiom + "wits' end\n" * 3))


def test_how_much_words_must_attract_each_other_can_be_chosen(tmp_path: Path) -> None:
    everything = found(corpus(tmp_path, "\n".join(TEXTS), min_association=-1))
    assert "of the" in everything


def test_emoji_and_emoticons_are_terms_of_their_own_kind(own: dict[str, Candidate]) -> None:
    assert (own[":)"].pos, own[":)"].lang) == ("emoticon", "und")
    assert own[":)"].evidence == "3 times"  # :)) too
    assert "😀" not in own


def test_the_most_frequent_comes_first(tmp_path: Path) -> None:
    own = corpus(tmp_path, "sad. sad. glad. glad. happy. happy. happy\n")
    assert list(found(own)) == ["happy", "glad", "sad"]


def test_an_apostrophe_is_one_however_it_is_written(tmp_path: Path) -> None:
    assert "can't stand" in found(corpus(tmp_path, "I can’t stand it\nwe can't stand him\n"))


def test_phrases_do_not_go_over_the_end_of_a_clause(tmp_path: Path) -> None:
    assert "happy sad" not in found(corpus(tmp_path, "happy. sad\nhappy, sad\nhappy 7 sad\n"))


def test_addresses_placeholders_and_numbers_are_no_words(tmp_path: Path) -> None:
    text = "see https://tone.example/joy @joy joy@tone.example [NAME] 4ever 2024\n"
    assert list(found(corpus(tmp_path, text * 3))) == ["see"]


def test_contexts_are_three_short_pieces_of_different_texts(tmp_path: Path) -> None:
    long = "word " * 40
    texts = [f"{n} {long}chirpy {long}" for n in range(5)] + ["chirpy"] * 3
    contexts = found(corpus(tmp_path, "\n".join(texts)))["chirpy"].contexts
    assert len(set(contexts)) == len(contexts) <= 3
    assert all("chirpy" in each and len(each) <= 80 for each in contexts)
    assert contexts[0].startswith("…")
    assert contexts[0].endswith("…")


@pytest.mark.parametrize(
    ("name", "content", "layout"),
    [
        ("own.tsv", "fed up\t3\tx1\nfed up\t4\tx2\n", {}),
        ("own.tsv", "3\tfed up\n4\tfed up\n", {"text": "2"}),
        ("own.tsv", "id\ttext\n1\tfed up\n2\tfed up\n", {}),
        ("own.csv", 'id,said\n1,"fed up"\n2,"fed up"\n', {"text": "said"}),
        ("own.csv", 'id;said\n1;"fed up"\n2;"fed up"\n', {"text": "2", "header": True}),
        ("own.txt", "fed up\nfed up\n", {}),
        ("own.txt", "fed up\r\nfed up", {}),
        ("own.txt", "fed up\u0085\nfed\xa0up\n".encode("latin-1"), {"encoding": "latin-1"}),
    ],
)
def test_texts_are_lines_or_a_column(
    tmp_path: Path, name: str, content: str | bytes, layout: dict
) -> None:
    assert list(found(corpus(tmp_path, content, name, **layout))) == ["fed", "fed up", "up"]


def test_control_characters_in_running_text_are_blanks(tmp_path: Path) -> None:
    own = found(corpus(tmp_path, "so\x1b[31m happy\u202e\nso happy\n"))
    assert own["happy"].contexts == ("so [31m happy", "so happy")


@pytest.mark.parametrize(
    ("name", "content", "layout", "line", "problem"),
    [
        ("own.txt", "", {}, 1, "holds no text"),
        ("own.txt", "...\n123\n", {}, 1, "holds no text"),
        ("own.tsv", "", {}, 1, "holds no text"),
        ("own.txt", "ok\nalegría\n".encode("latin-1"), {}, 2, "not utf-8"),
        ("own.txt", "ok\n\0\0\n", {}, 2, "zero byte"),
        ("own.tsv", "a\tb\nc\n", {"text": "2"}, 2, "1 columns where column 2 is wanted"),
        ("own.tsv", "a\tb\n", {"text": "said"}, 1, "has no column 'said', but a, b"),
    ],
)
def test_a_broken_corpus_is_refused_with_its_place(
    tmp_path: Path, name: str, content: str | bytes, layout: dict, line: int, problem: str
) -> None:
    with pytest.raises(SourceError) as refused:
        corpus(tmp_path, content, name, **layout)
    assert str(refused.value).startswith(f"{tmp_path / name}:{line}: ")
    assert problem in str(refused.value)


def test_a_missing_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingSource, match=r"nowhere\.txt is missing"):
        Corpus(tmp_path / "nowhere.txt", "en", CorpusLayout())


lines = st.lists(st.sampled_from(["aa", "bb", "cc", "dd"]), max_size=8)


@given(texts=st.lists(lines, min_size=1, max_size=20).filter(any))
def test_counts_are_those_of_all_runs_of_words(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]]
) -> None:
    """Counting level by level finds what counting everything does."""
    runs = Counter(
        " ".join(text[at : at + length])
        for text in texts
        for length in range(1, 5)
        for at in range(len(text) - length + 1)
    )
    content = "\n".join(map(" ".join, texts))
    own = found(corpus(tmp_path_factory.mktemp("own"), content, min_association=-2))
    for term, each in own.items():
        assert each.evidence == f"{runs[term]:,} times"
        assert runs[term] >= 2
        assert each.contexts
    for term, count in runs.items():
        longer = [each for each in own if f" {term} " in f" {each} " and each != term]
        if count >= 2 and term not in own:
            assert any(runs[each] >= 0.9 * count for each in longer)


@given(content=st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    message = f"{folder}"
    try:
        list(corpus(folder, content, "own.csv", min_count=1).candidates([], 1))
    except SourceError as error:
        message = str(error)
    assert message.startswith(f"{folder}")
