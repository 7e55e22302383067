"""WordNet as a source: relations, senses, usage labels, and what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_wordnet import SYNSETS, write_wordnet
from tone_kg.ontology.errors import SourceError, ToneError
from tone_kg.vocab.sources import Candidate, MissingSource, Seed, WordNet
from tone_kg.vocab.sources.wordnet import FOLDER


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wordnet(tmp_path_factory.mktemp("wordnet"))


@pytest.fixture(scope="module")
def wordnet(folder: Path) -> WordNet:
    return WordNet(folder)


def around(wordnet: WordNet, term: str, pos: str = "noun", depth: int = 1) -> dict[str, Candidate]:
    """Return what WordNet offers for one seed, by term."""
    found = wordnet.candidates([Seed(term, pos, "Sorrow")], depth)
    return {candidate.term: candidate for candidate in found}


def offset(folder: Path, name: str) -> int:
    """Return where the synset of a name begins in its file."""
    synset = SYNSETS[name]
    suffix = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}[synset.part]
    data = (folder / f"data.{suffix}").read_text()
    return data[: data.index(f"| {synset.gloss}")].rindex("\n") + 1


def test_the_relations_of_a_noun(wordnet: WordNet) -> None:
    assert {term: each.relation for term, each in around(wordnet, "sorrow").items()} == {
        "grief": "synonym",
        "heartbreak": "hyponym",
        "sorrowful": "derivation",
        "grieve": "derivation",
        "joyless": "attribute",
        "gladness": "antonym",
    }


def test_the_relations_of_an_adjective(wordnet: WordNet) -> None:
    found = around(wordnet, "sorrowful", "adjective")
    assert {term: each.relation for term, each in found.items()} == {
        "sorrow": "derivation",
        "grief": "derivation",
        "woebegone": "similar",
        "broken up": "similar",
        "mournful": "also-see",
        "sorrowfully": "derivation",
    }
    assert found["sorrowfully"].pos == "adverb"
    assert found["broken up"].pos == "phrase"  # no noun phrase


def test_an_adverb_leads_to_its_adjective(wordnet: WordNet) -> None:
    assert list(around(wordnet, "sorrowfully", "adverb")) == ["sorrowful"]


def test_a_candidate_says_whence_it_comes(wordnet: WordNet, folder: Path) -> None:
    source, target = offset(folder, "sorrow"), offset(folder, "woebegone")
    assert around(wordnet, "sorrow", depth=2)["woebegone"] == Candidate(
        term="woebegone",
        lang="en",
        pos="adjective",
        relation="similar",
        seed=Seed("sorrow", "noun", "Sorrow"),
        source="wordnet-3.0",
        evidence=f"a:{target:08} derivation > similar (from n:{source:08} sorrow)",
        distance=2,
        gloss="affected by grief",
    )


def test_depth_is_counted_in_relations(wordnet: WordNet) -> None:
    assert "woe" not in around(wordnet, "sorrow", depth=1)
    assert around(wordnet, "sorrow", depth=2)["woe"].distance == 2
    assert "sorrowfully" in around(wordnet, "sorrow", depth=2)


def test_nothing_is_reached_through_an_antonym(wordnet: WordNet) -> None:
    assert "grief" not in around(wordnet, "gladness", depth=3)
    assert around(wordnet, "gladness", depth=3)["sorrow"].relation == "antonym"


def test_the_gloss_is_the_definition_without_examples_and_their_authors(wordnet: WordNet) -> None:
    assert around(wordnet, "sorrow")["grief"].gloss == "a feeling of great sadness"


def test_a_seed_of_a_known_part_of_speech_means_nothing_else(wordnet: WordNet) -> None:
    assert list(around(wordnet, "sorrow", "verb")) == ["grieve", "grief"]
    assert "grieve" in around(wordnet, "sorrow", "phrase")  # phrases are of any kind


@pytest.mark.parametrize(
    ("term", "feeling"),
    [
        ("grief", True),  # noun.feeling
        ("grieve", True),  # verb.emotion
        ("sorrowful", True),  # derived from a noun.feeling
        ("joyless", True),  # a value of one
        ("mournful", None),  # adj.all holds adjectives of all kinds
    ],
)
def test_what_wordnet_files_under_feelings(
    wordnet: WordNet, term: str, feeling: bool | None
) -> None:
    assert around(wordnet, "sorrow", depth=2)[term].feeling is feeling


def test_the_adverb_of_a_feeling_is_one(wordnet: WordNet) -> None:
    assert around(wordnet, "sorrowful", "adjective")["sorrowfully"].feeling is True


def test_what_is_filed_under_things_is_no_feeling(wordnet: WordNet) -> None:
    assert [sense.feeling for sense in wordnet.senses("shit")] == [False]


def test_usage_labels_come_from_pointers_and_glosses(wordnet: WordNet) -> None:
    assert wordnet.senses("shit")[0].labels == ("slang", "vulgar")
    assert wordnet.senses("woful")[0].labels == ("archaic",)
    assert wordnet.senses("woe")[0].labels == ()


def test_the_senses_of_a_word_come_most_usual_first(wordnet: WordNet, folder: Path) -> None:
    senses = wordnet.senses("blue")
    assert [(sense.gloss, sense.count) for sense in senses] == [
        ("of the color of the clear sky", 48),
        ("blue clothing", 9),
        ("filled with melancholy", 7),
    ]
    assert senses[1].pos == "noun"
    assert senses[1].lexname == "noun.artifact"
    assert senses[1].synset == f"n:{offset(folder, 'blue clothing'):08}"


def test_an_inflected_word_has_the_senses_of_its_base_form(wordnet: WordNet) -> None:
    assert wordnet.senses("griefs") == wordnet.senses("grief")
    assert wordnet.senses("sorrows")
    assert wordnet.senses("saudade") == []


def test_a_term_of_several_words_is_known(wordnet: WordNet) -> None:
    assert [sense.pos for sense in wordnet.senses("Broken up")] == ["adjective"]


def test_only_english_is_spoken(folder: Path) -> None:
    with pytest.raises(ToneError, match="WordNet is English, not 'es'"):
        WordNet(folder, "es")


def test_a_missing_database_names_the_package_and_the_other_way(tmp_path: Path) -> None:
    with pytest.raises(MissingSource, match=r"wordnet-base.*wordnet:DIR"):
        WordNet(tmp_path)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of the database, to be broken."""
    return write_wordnet(tmp_path)


def walk(folder: Path) -> None:
    wordnet = WordNet(folder)
    seeds = [Seed(word, "", "Sorrow") for synset in SYNSETS.values() for word in synset.names]
    list(wordnet.candidates(seeds, 3))
    wordnet.senses("blue")


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "problem"),
    [
        ("index.noun", "grief n 1 0 1", "grief n 2 0 1", 5, "no line of a WordNet index"),
        ("index.noun", "grief n 1 0", "grief n one 0", 5, "no line of a WordNet index"),
        ("index.adj", "blue a", "bl\x00ue\xff a", 2, "not UTF-8"),
        ("data.noun", "n 02 sorrow 0", "n 99 sorrow 0", 2, "no synset can be read"),
        ("data.noun", "n 01 woe 0", "n 0x woe 0", 4, "no synset can be read"),
        ("data.noun", "01 heartbreak", "01 hearts", 3, "no synset can be read"),  # not in the index
        ("data.noun", "great sad", "great  sad", 2, "no synset can be read"),  # all moved by one
        ("data.adj", "n 0101", "n 0107", 2, "points to a word that its synset lacks"),
        ("cntlist.rev", "1 48", "1 often", 3, "is no sense key"),
    ],
)
def test_a_broken_line_is_refused_with_its_place(
    broken: Path, file: str, old: str, new: str, line: int, problem: str
) -> None:
    path = broken / file
    data = path.read_bytes()
    assert old.encode() in data
    path.write_bytes(data.replace(old.encode(), new.encode("latin-1"), 1))
    with pytest.raises(SourceError) as refused:
        walk(broken)
    assert str(refused.value).startswith(f"{path}:{line}: ")
    assert problem in str(refused.value)


@pytest.mark.parametrize("file", ["index.noun", "data.adv"])
def test_a_file_that_ends_within_a_line_is_refused(broken: Path, file: str) -> None:
    lines = (broken / file).read_bytes().splitlines(keepends=True)
    (broken / file).write_bytes(b"".join(lines)[:-1])
    with pytest.raises(SourceError, match=rf"{file}:{len(lines)}: .*truncated"):
        WordNet(broken)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_file_cut_anywhere_is_refused_or_lacks_only_what_was_cut(
    broken: Path, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(sorted(broken.glob("*.*[!cv]"))))
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    message = f"{broken}"
    try:
        walk(broken)
    except ToneError as error:
        message = str(error)
    finally:
        path.write_bytes(whole)
    assert message.startswith(f"{broken}")


def test_the_order_does_not_depend_on_the_hash_seed(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tone_kg.vocab.sources import Seed, WordNet\n"
        "seeds = [Seed(term, '', 'X') for term in ('sorrow', 'sorrowful', 'blue')]\n"
        "print(list(WordNet(Path(sys.argv[1])).candidates(seeds, 3)))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program, folder],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1


@pytest.mark.skipif(not (FOLDER / "data.noun").exists(), reason="wordnet-base is missing")
def test_debians_wordnet_is_read() -> None:
    wordnet = WordNet()
    found = around(wordnet, "sorrow", depth=2)
    assert {"grief", "heartbreak", "sorrowful", "sorrowfully", "mournful"} <= found.keys()
    assert {each.source for each in found.values()} == {"wordnet-3.0"}
    assert wordnet.senses("blue")[0].gloss.startswith("of the color")
    mood = around(wordnet, "melancholy", "noun", depth=2)["blue"]
    assert mood.gloss == "filled with melancholy and despondency"
