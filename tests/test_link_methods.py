"""The methods that links are proposed by, each on numbers small enough to check by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy
import pytest
from fixed_embedder import FixedEmbedder
from hypothesis import given
from hypothesis import strategies as st
from small_vocabulary import small_ontology
from small_wordnet import write_wordnet
from tone_kg.ontology import load
from tone_kg.vocab.assignment import Profiles
from tone_kg.vocab.links import compositions, opposites
from tone_kg.vocab.links.corpus import over_represented
from tone_kg.vocab.links.mentions import found_terms, mention_terms, mentioned_concepts
from tone_kg.vocab.links.recovery import composition_ranks, opposite_ranks
from tone_kg.vocab.links.space import Space, either, percentiles, tail_shares, unit
from tone_kg.vocab.senses import SenseJudge
from tone_kg.vocab.sources import ANTONYM, Candidate, Seed, WordNet

ALL_PAIRS = (numpy.array([0, 0, 1]), numpy.array([1, 2, 2]))
"""The pairs of three concepts."""


def turned(*degrees: float) -> numpy.ndarray:
    """Return vectors of length 1 in a plane, at these angles."""
    angles = numpy.radians(degrees)
    return numpy.stack([numpy.cos(angles), numpy.sin(angles)], axis=1)


class Thesaurus:
    """A source that knows some antonyms."""

    name = "ours"

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def candidates(self, seeds: Sequence[Seed], depth: int) -> Iterator[Candidate]:
        for seed in seeds:
            for term, antonym in self.pairs:
                if seed.term == term:
                    yield Candidate(
                        antonym, "en", seed.pos, ANTONYM, seed, self.name, f"{term} > antonym", 1
                    )


@pytest.fixture(scope="module")
def judge() -> SenseJudge:
    embedder = FixedEmbedder({})
    return SenseJudge(Profiles(small_ontology(), embedder, "en"), embedder)  # type: ignore[arg-type]


def test_a_pair_of_antonyms_that_is_found_from_both_sides_counts_once(judge: SenseJudge) -> None:
    sources = [Thesaurus(("happy", "sad"), ("sad", "happy"), ("happy", "unknown"))]
    found = opposites.find_antonyms(small_ontology(), sources, "en", judge)
    assert found == {(("Happiness", "happy"), ("Sadness", "sad")): ("ours",)}


def test_antonyms_of_derived_words_are_found_in_wordnet(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    ontology = small_ontology()
    terms = tuple(
        replace(each, term={"heartbroken": "sorrowful", "overjoyed": "gladness"}[each.term])
        for each in ontology.terms
        if each.term in ("heartbroken", "overjoyed")
    )
    ontology = replace(ontology, terms=terms)
    embedder = FixedEmbedder({})
    wordnet = WordNet(write_wordnet(tmp_path_factory.mktemp("wordnet")))
    judge = SenseJudge(Profiles(ontology, embedder, "en"), embedder)  # type: ignore[arg-type]
    found = opposites.find_antonyms(ontology, [wordnet], "en", judge)
    assert (("Elation", "gladness"), ("Grief", "sorrowful")) in found


def test_antonyms_of_kinds_count_for_what_is_above_them() -> None:
    # The third concept is a kind of the first.
    below = numpy.array([[1, 0, 0], [0, 1, 0], [1, 0, 1]], dtype=bool)
    pairs = [(("A", "glad"), ("B", "sad")), (("B", "low"), ("C", "high"))]
    counts = opposites.antonym_counts(pairs, ("A", "B", "C"), below)
    assert counts[0, 1] == counts[1, 0] == 2
    assert counts[2, 1] == 1


def test_antonyms_are_weighed_by_the_size_of_the_vocabularies() -> None:
    counts = numpy.array([[0, 4, 4], [4, 0, 0], [4, 0, 0]])
    scores = opposites.antonymy(counts, numpy.array([20.0, 20.0, 2000.0]), ALL_PAIRS)
    assert scores[0, 1] > 0.5 > scores[0, 2] > 0
    assert scores[1, 2] == 0


def test_polarity_tells_on_which_side_a_concept_lies() -> None:
    vectors = turned(0, 10, -10, 180, 170, 190, 20, 160)
    poles = numpy.array([1, 1, 1, 0, 0, 0, -1, -1])
    pleasant = opposites.polarity(vectors, poles)
    assert (pleasant > 0.5).tolist() == [True] * 3 + [False] * 3 + [True, False]
    assert ((pleasant > 0) & (pleasant < 1)).all()


def test_no_concept_vouches_for_its_own_polarity() -> None:
    vectors = turned(0, 10, -10, 180, 170, 190, 80)
    as_pleasant = opposites.polarity(vectors, numpy.array([1, 1, 1, 0, 0, 0, 1]))
    as_unpleasant = opposites.polarity(vectors, numpy.array([1, 1, 1, 0, 0, 0, 0]))
    assert as_pleasant[6] == as_unpleasant[6]


def test_one_of_two_opposites_is_pleasant() -> None:
    opposed = opposites.opposition(numpy.array([0.9, 0.2, 0.9]))
    assert opposed[0, 1] == opposed[1, 0] == pytest.approx(0.9 * 0.8 + 0.1 * 0.2)
    assert opposed[0, 2] == pytest.approx(2 * 0.9 * 0.1)


def test_opposites_are_of_the_same_kind() -> None:
    # Along x they are pleasant or not, joy and sadness are of one kind, boredom is of another.
    joy, sadness, boredom = [1, 1, 0], [-1, 1, 0], [0.3, 0, 1]
    vectors = unit(numpy.array([joy, sadness, boredom]))
    kind = opposites.similarity_of_kind(vectors, numpy.array([1.0, 0, 0]), ALL_PAIRS)
    assert kind[0, 1] == 1
    assert kind[0, 1] > kind[0, 2]
    unpleasant = opposites.opposition(numpy.array([0.9, 0.1, 0.1]))
    scores = opposites.combined(numpy.zeros((3, 3)), unpleasant, kind)
    assert scores[0, 1] > scores[0, 2]


def test_a_composition_agrees_better_than_either_part() -> None:
    vectors = turned(0, 90, 45, 5)
    agreement, gain = compositions.composed_agreement(vectors, numpy.triu_indices(4, 1))
    assert agreement[2, 0] == pytest.approx(1)
    assert gain[2, 0] == pytest.approx(1 - numpy.cos(numpy.radians(45)))
    possible = numpy.ones(agreement.shape, dtype=bool)
    scores = compositions.agreement_scores(agreement, gain, possible)
    assert scores[2, 0] == scores[2].max() > 0
    assert gain[3, 0] < 0
    assert scores[3, 0] == 0


def test_what_is_impossible_scores_nothing() -> None:
    agreement, gain = compositions.composed_agreement(turned(0, 90, 45), ALL_PAIRS)
    possible = numpy.ones(agreement.shape, dtype=bool)
    possible[2, 0] = False
    assert compositions.agreement_scores(agreement, gain, possible)[2, 0] == 0


def space_of(*concepts: str) -> Space:
    return Space(load(), concepts, numpy.eye(len(concepts)))


def test_a_definition_mentions_concepts_by_their_terms() -> None:
    space = space_of("Awe", "Fear", "Surprise", "Joy")
    sure, words = mentioned_concepts(space)
    assert sure[0].tolist() == [0, 1, 1, 0]
    assert words[0, 1] == "fear"
    pairs = (numpy.array([1, 1]), numpy.array([2, 3]))
    assert compositions.mention_scores(sure, pairs)[0].tolist() == [1, 0]


def test_a_definition_does_not_mention_what_it_denies_nor_the_concept_itself() -> None:
    ontology = load()
    concepts = dict(ontology.concepts)
    definition = "Grief without hope, and not from fear, but love and no joy."
    concepts["Grief"] = replace(concepts["Grief"], definition=definition)
    changed = replace(ontology, concepts=concepts)
    space = Space(changed, ("Fear", "Grief", "Hope", "Joy", "Love"), numpy.eye(5))
    assert mentioned_concepts(space)[0][1].tolist() == [0, 0, 0, 0, 1]


def test_the_longest_term_is_found() -> None:
    terms = mention_terms(small_ontology(), "en")
    found = list(found_terms("A broken heart, a pang of GUILT; guilt-ridden?", terms, 4))
    assert found == [("broken", "heart"), ("pang", "of", "guilt"), ("guilt",)]


@given(st.text())
def test_any_text_can_be_searched_for_terms(text: str) -> None:
    terms = mention_terms(small_ontology(), "en")
    assert all(words in terms for words in found_terms(text, terms, 4))


def texts(*rows: tuple[str, str, int]) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Return marks for texts, given as concepts held, concepts labelled, and how many texts."""
    held, labelled = [], []
    for holds, labels, count in rows:
        held += [[letter in holds for letter in "ABC"]] * count
        labelled += [[letter in labels for letter in "ABC"]] * count
    return numpy.array(held), numpy.array(labelled)


BACKGROUND = (("A", "", 200), ("B", "", 200), ("", "", 2000), ("", "C", 40))


def test_a_label_of_texts_with_both_is_found() -> None:
    marks = texts(("AB", "C", 10), ("AB", "", 10), *BACKGROUND)
    [found] = over_represented(*marks, (numpy.array([0]), numpy.array([1])))
    assert (found.first, found.second, found.result) == (0, 1, 2)
    assert (found.texts, found.together) == (20, 10)
    assert found.expected == pytest.approx(20 * 50 / 2460)
    assert found.pmi == pytest.approx(numpy.log2(10 / found.expected))
    assert found.q < 0.001


@pytest.mark.parametrize(
    ("reason", "rows"),
    [
        ("as rare as in all texts", [("AB", "", 20), *BACKGROUND]),
        ("the label's own words are there", [("ABC", "C", 10), ("AB", "", 10), *BACKGROUND]),
        ("A alone goes with it", [("AB", "C", 10), ("AB", "", 10), ("A", "C", 300), *BACKGROUND]),
        ("too few texts", [("AB", "C", 4), *BACKGROUND]),
        ("two are chance", [("AB", "C", 2), ("AB", "", 10), *BACKGROUND]),
    ],
)
def test_a_label_that_says_nothing_of_both_is_not_found(
    reason: str, rows: list[tuple[str, str, int]]
) -> None:
    assert over_represented(*texts(*rows), (numpy.array([0]), numpy.array([1]))) == [], reason


def test_labels_at_random_are_not_found() -> None:
    random = numpy.random.default_rng(0)
    held, labelled = random.random((5000, 20)) < 0.1, random.random((5000, 20)) < 0.05
    assert over_represented(held, labelled, numpy.triu_indices(20, 1)) == []


def test_equal_scores_share_the_last_rank() -> None:
    scores = numpy.array([[0, 0.5, 0.5, 0.1], [0.5, 0, 0, 0], [0.5, 0, 0, 0], [0.1, 0, 0, 0]])
    ranks = opposite_ranks(scores, numpy.eye(4, dtype=bool), [(0, 1)])
    assert ranks.ranks == (2, 1)
    assert (ranks.within(1), ranks.within(2)) == (1, 2)
    assert ranks.candidates == (3, 3)
    assert ranks.chance(1) == pytest.approx(2 / 3)


def test_what_scores_nothing_is_not_recovered() -> None:
    scores = numpy.zeros((3, 3))
    assert opposite_ranks(scores, numpy.eye(3, dtype=bool), [(0, 1)]).ranks == (2, 2)


def test_compositions_are_ranked_by_whole_and_by_pair() -> None:
    scores = numpy.array([[0.9, 0.5, 0.1], [0.95, 0.2, 0.3]])
    allowed = numpy.array([[True, True, True], [False, True, True]])
    pairs, wholes = composition_ranks(scores, allowed, [(0, 1), (0, 0)])
    assert pairs.ranks == (2, 1)
    assert wholes.ranks == (1, 1)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_shares_of_a_baseline(values: list[float]) -> None:
    baseline = numpy.array(values)
    shares, tails = percentiles(baseline, baseline), tail_shares(baseline, baseline)
    assert ((shares > 0) & (shares <= 1)).all()
    assert ((tails > 0) & (tails <= 1)).all()
    assert shares[baseline.argmax()] == 1
    assert tails[baseline.argmin()] == 1


@given(st.floats(0, 1), st.floats(0, 1))
def test_scores_that_agree_are_more_than_either(one: float, other: float) -> None:
    both = float(either(numpy.array(one), numpy.array(other)))
    assert max(one, other) - 1e-9 <= both <= 1
