"""`tone vocab expand`, with the real model, on thesauri small enough to know every term."""

from __future__ import annotations

from pathlib import Path

import pytest
from ontology_edits import PREFIXES
from small_wordnet import write_wordnet
from tone_command import Done, tone
from tone_kg.ontology.terms import write_terms
from tone_kg.vocab.decisions import write_decisions
from tone_kg.vocab.kinds import TERMS
from tone_kg.vocab.proposals import Proposal, read_queue
from vocabulary_checkout import Checkout, decision, make_checkout

THESAURI = Path(__file__).parent / "data" / "thesauri"
DEBIAN_WORDNET = Path("/usr/share/wordnet")
DEBIAN_MYTHES = Path("/usr/share/mythes/th_en_US_v2.dat")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One cache for all of these tests: loading the model takes seconds."""
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = make_checkout(tmp_path / "checkout")
    checkout.queue.unlink()
    return checkout


@pytest.fixture
def wordnet(tmp_path: Path) -> str:
    (tmp_path / "wordnet").mkdir()
    return f"wordnet:{write_wordnet(tmp_path / 'wordnet')}"


MYTHES = f"mythes:{THESAURI / 'th_en_US_v2.dat'}"


def expand(
    checkout: Checkout, cache: str, *arguments: str | Path, sources: tuple[str, ...] = (MYTHES,)
) -> Done:
    named = [part for source in sources for part in ("--source", source)]
    environment = {"XDG_CACHE_HOME": cache}
    return tone("vocab", "expand", *named, *arguments, cwd=checkout.folder, **environment)


def queue(checkout: Checkout) -> dict[str, Proposal]:
    return {each.term: each for each in read_queue(checkout.queue)}


def test_the_terms_of_thesauri_become_proposals(
    checkout: Checkout, cache: str, wordnet: str
) -> None:
    done = expand(checkout, cache, sources=(MYTHES, wordnet))
    assert (done.status, done.text) == (0, ""), done.messages
    assert done.messages.splitlines() == [
        "tone: mythes-en-us offers 10 terms",
        "tone: wordnet-3.0 offers 7 terms",
        "tone: 5 are decided already, 5 are not about feeling",
        f"tone: 6 proposals written to {checkout.queue} (flagged: already-decided 1)",
        f"tone: 4 antonyms written to {checkout.queue.with_name('antonyms.tsv')}",
    ]
    sorrowful = queue(checkout)["sorrowful"]
    assert sorrowful.concept == "Sorrow"
    assert sorrowful.source == ("mythes-en-us", "wordnet-3.0")
    assert "sad (adjective, sense 1) > synonym" in sorrowful.evidence
    assert queue(checkout)["heartbreak"].runner_up == "Sorrow"


def test_what_is_most_doubtful_comes_first(checkout: Checkout, cache: str, wordnet: str) -> None:
    expand(checkout, cache, "--depth", "2", sources=(MYTHES, wordnet))
    margins = [each.margin for each in read_queue(checkout.queue)]
    assert margins == sorted(margins)
    assert margins[0] < margins[-1]


def test_senses_that_are_no_feeling_lead_nowhere(
    checkout: Checkout, cache: str, wordnet: str
) -> None:
    # "sad" leads to "blue", which is also a colour ("bluish", "chromatic") and clothing.
    expand(checkout, cache, "--depth", "3", sources=(MYTHES, wordnet))
    assert not {"bluish", "chromatic", "small", "short"} & queue(checkout).keys()
    assert {"sorrowfully", "broken up", "gladsome"} <= queue(checkout).keys()


def test_a_word_whose_usual_sense_is_another_is_flagged(
    checkout: Checkout, cache: str, wordnet: str
) -> None:
    expand(checkout, cache, "--depth", "2", sources=(MYTHES,))
    assert "blue" not in queue(checkout)
    words = checkout.folder / "words.tsv"
    words.write_text("term\tpos\tcategory\nblue\tnoun\tsadness\nsorrowing\tverb\tsadness\n")
    expand(checkout, cache, sources=(f"table:{words}", wordnet))
    assert queue(checkout)["blue"].flags == ("ambiguous-sense", "not-an-emotion")
    assert "ambiguous-sense" not in queue(checkout)["sorrowing"].flags


def test_antonyms_of_known_terms_are_kept_for_links(
    checkout: Checkout, cache: str, wordnet: str
) -> None:
    expand(checkout, cache, sources=(MYTHES, wordnet))
    antonyms = checkout.queue.with_name("antonyms.tsv").read_text()
    rows = [line.split("\t") for line in antonyms.splitlines()]
    names = ["term", "lang", "concept", "antonym", "antonym_concept", "source", "evidence"]
    assert rows[0] == names
    assert rows[3] == [
        *("happy", "en", "Happiness", "unhappy", "Unhappiness", "mythes-en-us"),
        "happy (adjective, sense 1) > antonym",
    ]
    assert "unhappy" not in queue(checkout)


def test_the_same_inputs_give_the_same_bytes(
    checkout: Checkout, cache: str, wordnet: str, tmp_path: Path
) -> None:
    found = []
    for seed, options in (("1", ["--no-cache"]), ("2", []), ("3", [])):
        named = ["--source", MYTHES, "--source", wordnet, "--depth", "2", *options]
        environment = {"PYTHONHASHSEED": seed, "XDG_CACHE_HOME": str(tmp_path / "own")}
        done = tone("vocab", "expand", *named, cwd=checkout.folder, **environment)
        assert done.status == 0, done.messages
        antonyms = checkout.queue.with_name("antonyms.tsv")
        found.append((checkout.queue.read_bytes(), antonyms.read_bytes()))
    assert found[0] == found[1] == found[2]


def test_what_is_decided_does_not_come_back(checkout: Checkout, cache: str) -> None:
    expand(checkout, cache)
    assert {"glad", "cheerful"} <= queue(checkout).keys()
    write_decisions(checkout.decisions, [decision("glad", "Joy"), decision("cheerful", "")], TERMS)
    done = expand(checkout, cache)
    assert not {"glad", "cheerful"} & queue(checkout).keys()
    assert "tone: 4 are decided already, 5 are not about feeling" in done.messages


def test_a_decided_term_as_another_part_of_speech_or_form_is_flagged(
    checkout: Checkout, cache: str
) -> None:
    as_noun = decision("Glad", "", pos="noun")
    write_decisions(checkout.decisions, [as_noun, decision("cheer-ful", "")], TERMS)
    expand(checkout, cache)
    assert queue(checkout)["glad"].flags == ("already-decided",)
    assert queue(checkout)["cheerful"].flags == ("already-decided",)
    assert queue(checkout)["sorrowful"].flags == ()


def test_one_concept_asks_only_its_terms_and_those_below(checkout: Checkout, cache: str) -> None:
    expand(checkout, cache)
    whole = queue(checkout)
    expand(checkout, cache, "--concept", "sadness")
    part = queue(checkout)
    assert part.keys() == {"sorrowful"}
    assert part["sorrowful"] == whole["sorrowful"]


def test_a_table_brings_its_own_terms(checkout: Checkout, cache: str) -> None:
    table = checkout.folder / "own.csv"
    table.write_text(
        "word,feeling,intensity\nexam nerves,anxiety,0.8\nmidterm blues,sadness,0.9\n"
        "exam nerves,anxiety,0.8\nover the sun,joy,0.1\n"
    )
    columns = ["--category-column", "feeling", "--score-column", "intensity", "--min-score", "0.5"]
    done = expand(checkout, cache, *columns, sources=(f"table:{table}",))
    assert f"tone: {table}: repeated rows merged" in done.messages
    found = queue(checkout)
    assert {term: each.concept for term, each in found.items()} == {
        "exam nerves": "Anxiety",
        "midterm blues": "Sadness",
    }
    assert found["exam nerves"].evidence == ("listed as anxiety, score 0.8",)
    assert {each.pos for each in found.values()} == {"phrase"}


def test_a_corpus_brings_frequent_terms_near_known_ones_with_contexts(
    checkout: Checkout, cache: str
) -> None:
    corpus = checkout.folder / "posts.txt"
    lines = [f"such a heartbreaking {place} | rain 😢 on {place}" for place in "abc"]
    corpus.write_text("\n".join(lines))
    done = expand(checkout, cache, "--min-count", "3", sources=(f"corpus:{corpus}",))
    assert done.status == 0, done.messages
    found = queue(checkout)
    assert found.keys() == {"heartbreaking", "😢"}
    assert (found["😢"].lang, found["😢"].pos) == ("und", "emoji")
    assert found["heartbreaking"].evidence == ("3 times",)
    assert len(found["heartbreaking"].contexts) == 3
    assert "such a heartbreaking a / rain" in found["heartbreaking"].contexts[0]


def test_another_language_needs_its_labels_in_the_ontology(checkout: Checkout, cache: str) -> None:
    spanish = (f"mythes:{THESAURI / 'th_es_ES_v2.dat'}",)
    done = expand(checkout, cache, "--lang", "es", sources=spanish)
    assert (done.status, checkout.queue.exists()) == (2, False)
    assert done.messages == (
        "tone: no concept has a label or a term in the language 'es': add labels in it to the"
        " ontology first (rdfs:label in ontology/tone-edit.ttl)\n"
    )
    source = checkout.folder / "ontology" / "tone-edit.ttl"
    labels = 'tone:Joy rdfs:label "alegría"@es . tone:Sadness rdfs:label "tristeza"@es .'
    source.write_text(f"{PREFIXES}{source.read_text()}\n{labels}\n")
    done = expand(checkout, cache, "--lang", "es", sources=spanish)
    assert done.status == 0, done.messages
    found = queue(checkout)
    assert found["júbilo"].concept == "Joy"
    assert (found["júbilo"].lang, found["júbilo"].pos) == ("es", "noun")
    antonyms = checkout.queue.with_name("antonyms.tsv").read_text()
    assert "alegría\tes\tJoy\ttristeza\tSadness\tmythes-es" in antonyms


@pytest.mark.parametrize(
    ("sources", "arguments", "message"),
    [
        (("thesaurus",), [], "unknown source 'thesaurus'; known: mythes, wordnet, table, corpus"),
        (("mythes:/no/such.dat",), [], "/no/such.dat is missing: Debian's packages mythes-*"),
        (("wordnet:/no/such",), [], "wordnet-base"),
        ((MYTHES,), ["--concept", "Joyy"], "unknown concept 'Joyy'; did you mean"),
        ((MYTHES,), ["--model", "no-model"], "unknown model 'no-model': give a folder"),
        ((MYTHES,), ["--lang", "de"], "is of the language 'en', not 'de'"),
        ((MYTHES,), ["--depth", "0"], "Invalid value for '--depth'"),
        ((MYTHES,), ["-o", "no/such/queue.tsv"], "no/such is no folder to write queue.tsv into"),
        (("table:own.tsv",), [], "own.tsv:3: control character U+0007; take it out"),
        (("table:long.tsv",), [], "long.tsv:2: a term of 10,000 characters; 100 is the most"),
        (("table:empty.tsv",), [], "empty.tsv:1: holds no terms"),
    ],
)
def test_bad_input_is_told_in_one_line_and_nothing_is_written(
    checkout: Checkout, cache: str, sources: tuple[str, ...], arguments: list[str], message: str
) -> None:
    (checkout.folder / "own.tsv").write_text("term\nok\nbell\a\n")
    (checkout.folder / "long.tsv").write_text(f"term\n{'a' * 10_000}\n")
    (checkout.folder / "empty.tsv").write_text("term\n")
    before = checkout.bytes()
    done = expand(checkout, cache, *arguments, sources=sources)
    assert (done.status, done.text) == (2, "")
    last = done.messages.splitlines()[-1]
    assert message in last
    assert checkout.bytes() == before


def test_a_deprecated_concept_names_its_successor(checkout: Checkout, cache: str) -> None:
    source = checkout.folder / "ontology" / "tone-edit.ttl"
    old = (
        'tone:Gladsomeness a owl:Class ; rdfs:label "gladsomeness"@en ; owl:deprecated true ;'
        " dcterms:isReplacedBy tone:Joy ; obo:IAO_0100001 tone:Joy ."
    )
    source.write_text(f"{PREFIXES}{source.read_text()}\n{old}\n")
    done = expand(checkout, cache, "--concept", "Gladsomeness")
    assert (done.status, checkout.queue.exists()) == (2, False)
    assert done.messages == "tone: the concept Gladsomeness is deprecated: use Joy\n"


def test_outside_of_a_checkout_one_must_be_named(
    checkout: Checkout, cache: str, tmp_path: Path
) -> None:
    done = tone("vocab", "expand", cwd=tmp_path)
    assert (done.status, done.messages) == (
        2,
        "tone: no checkout of TONE around this folder: give --root\n",
    )
    named = ["--root", checkout.folder, "-o", "mine.tsv", "--source", MYTHES]
    done = tone("vocab", "expand", *named, cwd=tmp_path, XDG_CACHE_HOME=cache)
    assert done.status == 0, done.messages
    assert (tmp_path / "mine.tsv").exists()
    assert not checkout.queue.exists()


@pytest.mark.skipif(
    not (DEBIAN_WORDNET.exists() and DEBIAN_MYTHES.exists()),
    reason="Debian's packages mythes-en-us and wordnet-base are not installed",
)
def test_the_real_thesauri_around_one_concept(checkout: Checkout, cache: str) -> None:
    write_terms(checkout.terms, [])  # the labels alone are quickly done
    done = expand(checkout, cache, "--concept", "Jealousy", sources=("mythes", "wordnet"))
    assert done.status == 0, done.messages
    enviousness = queue(checkout)["enviousness"]
    assert (enviousness.concept, enviousness.runner_up) == ("Envy", "Jealousy")
    assert enviousness.source == ("mythes-en-us", "wordnet-3.0")
    assert "envy (noun, sense 1) > synonym" in enviousness.evidence
    assert "n:07549716 synonym (from n:07549716 envy)" in enviousness.evidence
