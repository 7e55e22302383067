"""The engines that use models, on models whose every weight is known."""

from __future__ import annotations

import json
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live_server import LiveServer
from small_models import ENGINES, LABELS, write_fusion, write_models
from small_vocabulary import small_ontology, term
from tone_command import tone
from tone_kg.service import Annotator, Answer
from tone_kg.service.mapping.sentences import sentence_spans


def score(answer: Answer, concept: str) -> float:
    return next((each.score for each in answer.concepts if each.id == concept), 0.0)


def test_the_default_engine_is_the_same_through_every_door(service: LiveServer) -> None:
    text = "the train leaves at nine"
    answers = {
        "Python": Annotator().annotate_one(text).to_dict(),
        "command line": json.loads(tone("annotate", text).text),
        "HTTP": service.post_json("/v1/annotate", {"text": text}).json,
        "health": service.get("/health/ready").json,
    }
    engines = {door: answer["engine"] for door, answer in answers.items()}
    assert engines == dict.fromkeys(engines, "transformer")


# What is told


def test_words_that_only_a_model_knows_are_read(annotator: Annotator) -> None:
    assert annotator.annotate_one("the blick").primary == "Sadness"
    answer = annotator.annotate_one("the glorp")
    assert answer.primary == "Joy"
    assert answer.detected == ["Joy"]
    assert (answer.evidence, answer.warnings) == ([], [])


def test_words_that_only_the_lexicon_knows_are_read(annotator: Annotator) -> None:
    answer = annotator.annotate_one("I am heartbroken")
    assert answer.primary == "Sadness"
    assert [each.text for each in answer.evidence] == ["heartbroken"]
    assert score(answer, "Grief") > 0


def test_pairs_of_words_are_read(annotator: Annotator) -> None:
    joy = annotator.annotate_one("glorp not").primaries["Joy"]
    assert annotator.annotate_one("not glorp").primaries["Joy"] < joy - 0.005
    # No pair spans two texts.
    apart, together = annotator.annotate(["not", "glorp"]), annotator.annotate(["glorp"])
    assert apart[1] == together[0]


def test_what_is_no_primary_is_other(annotator: Annotator) -> None:
    answer = annotator.annotate_one("the dax")
    assert answer.other > 0.3
    assert answer.primary == "Neutral"
    assert answer.concepts[0].id == "Curiosity"


def test_the_factor_of_a_label_moves_its_concept_within_the_class_alone(tmp_path: Path) -> None:
    text, within = "blick zix", {"labels": 1.0}
    factors = [10.0 if label == "grief" else 1.0 for label in LABELS]
    plain = write_models(tmp_path / "plain", within_weights=within)
    rare = write_models(tmp_path / "rare", within_weights=within, label_factors=factors)
    before, after = (
        Annotator("linear", models=folder).annotate_one(text) for folder in (plain, rare)
    )
    assert score(after, "Grief") > score(before, "Grief") + 0.1
    assert after.primaries == before.primaries


def test_each_answer_names_its_engine_and_its_models(tmp_path: Path) -> None:
    versions = set()
    folder = write_models(tmp_path)
    for engine in ENGINES:
        found = Annotator(engine, ontology=small_ontology(), models=folder)
        answer = found.annotate_one("glorp")
        assert (answer.engine, answer.model_version) == (engine, found.model_version)
        versions.add(found.model_version)
    write_fusion(folder / "fusion.json", class_bias=[0.1] * 8)
    versions.add(Annotator("linear", ontology=small_ontology(), models=folder).model_version)
    fewer = replace(small_ontology(), terms=small_ontology().terms[1:])
    versions.add(Annotator("linear", ontology=fewer, models=folder).model_version)
    assert len(versions) == 4


def test_probabilities_are_told_where_a_model_has_any(annotator: Annotator) -> None:
    answer = annotator.annotate_one("blick chair", scheme="goemotions", limit=200)
    probabilities = {each.id: each.probability for each in answer.concepts}
    assert answer.scheme is not None
    assert probabilities["Grief"] == answer.scheme["labels"]["grief"]
    assert probabilities["Sadness"] is not None
    assert probabilities["Sadness"] != answer.primaries["Sadness"]
    # Of Suffering no label tells, of Joy the primary's own figure counts, not the label's.
    assert probabilities.get("SadnessProper") is None
    assert probabilities["Joy"] != answer.scheme["labels"]["joy"]


def test_a_class_is_divided_as_its_labels_say(annotators: dict[str, Annotator]) -> None:
    answer = annotators["linear"].annotate_one("the blick", scheme="goemotions")
    assert answer.scheme is not None
    grief, sadness = (answer.scheme["labels"][each] for each in ("grief", "sadness"))
    expected = answer.primaries["Sadness"] * grief / (grief + sadness)
    assert score(answer, "Grief") == pytest.approx(expected, abs=1e-5)


def test_the_labels_of_goemotions_have_fitted_thresholds(annotator: Annotator) -> None:
    scheme = annotator.annotate_one("blick wug", scheme="goemotions").scheme
    assert scheme is not None
    assert tuple(scheme["labels"]) == LABELS
    assert scheme["thresholds"] == dict(zip(LABELS, (0.1, 0.2, 0.3, 0.4, 0.5, 0.6), strict=True))
    over = {each for each in LABELS if scheme["labels"][each] >= scheme["thresholds"][each]}
    assert set(scheme["predicted"]) == over
    assert {"anger", "grief"} <= over
    assert "neutral" not in over


def test_labels_of_other_schemes_come_from_the_concepts(annotator: Annotator) -> None:
    scheme = annotator.annotate_one("blick", scheme="plutchik").scheme
    assert scheme is not None
    assert scheme["predicted"][0] in ("grief", "sadness")
    assert scheme["thresholds"] is None


def test_detected_primaries_are_those_over_their_thresholds(tmp_path: Path) -> None:
    never = write_models(tmp_path / "never", primary_thresholds=[1.0] * 6)
    always = write_models(tmp_path / "always", primary_thresholds=[0.0] * 6)
    for folder, count in ((never, 0), (always, 6)):
        answer = Annotator("linear", ontology=small_ontology(), models=folder).annotate_one("glorp")
        assert len(answer.detected) == count


def test_two_emotions_of_a_text_are_a_mixture(annotator: Annotator) -> None:
    [mixture] = annotator.annotate_one("the fromp zix").mixtures
    assert (mixture["id"], mixture["of"]) == ("Nostalgia", ["Joy", "Sadness"])
    assert annotator.annotate_one("the fromp").mixtures == []
    # Kinds of the two do not count, nor does too small a share.
    assert annotator.annotate_one("the blick fromp").mixtures == []
    assert annotator.annotate_one("fromp fromp zix").mixtures == []


@pytest.mark.parametrize("engine", ENGINES)
def test_emotions_that_are_not_detected_mix_only_if_words_name_them(
    engine: str, tmp_path: Path
) -> None:
    folder = write_models(tmp_path, primary_thresholds=[1.0] * 6)
    both = (term("wistful", "adjective", each) for each in ("Joy", "Sadness"))
    ontology = replace(small_ontology(), terms=(*small_ontology().terms, *both))
    annotator = Annotator(engine, ontology=ontology, models=folder)
    assert annotator.annotate_one("the fromp zix").mixtures == []
    [mixture] = annotator.annotate_one("joy, and so sad").mixtures
    assert (mixture["id"], mixture["of"]) == ("Nostalgia", ["Joy", "Sadness"])
    assert annotator.annotate_one("happy, and so sad").mixtures == []
    assert annotator.annotate_one("joy, not sad").mixtures == []
    # One word is no mixture, even if it speaks for two emotions.
    assert annotator.annotate_one("wistful").mixtures == []
    assert annotator.annotate_one("wistful, wistful").mixtures != []


# The same answer whatever stands beside a text

PIECES = st.sampled_from(
    [
        *("glorp", "blick", "wug", "dax", "chair", "not", "happy", "heartbroken", "very"),
        *("😂", "İ", "\ud83d", ".", "!", " ", "\n", "https://", "@", "b" * 50),
        "a b c d e f g ",
    ]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES).map(" ".join))


@given(texts=st.lists(TEXTS, max_size=5))
@settings(deadline=None, max_examples=60)
def test_a_text_is_answered_alone_as_in_a_batch(
    annotators: dict[str, Annotator], texts: list[str]
) -> None:
    for annotator in annotators.values():
        together = annotator.annotate(texts, scheme="goemotions", limit=200)
        assert together == [
            annotator.annotate_one(each, scheme="goemotions", limit=200) for each in texts
        ]
        assert together == list(annotator.stream(texts, scheme="goemotions", limit=200))


def sentences(count: int) -> list[str]:
    words = ["glorp", "blick", "wug", "dax", "chair", "the", "not", "happy", "sad", "so", "zork"]
    rng = np.random.default_rng(3)
    return [" ".join(rng.choice(words, rng.integers(1, 12))) for _ in range(count)]


def test_large_batches_and_threads_change_nothing(annotator: Annotator) -> None:
    texts = sentences(600)
    alone = [annotator.annotate_one(each) for each in texts]
    assert annotator.annotate(texts) == alone
    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(annotator.annotate, [texts[at::8] for at in range(8)]))
    for at, part in enumerate(parts):
        assert part == alone[at::8]


def test_words_never_met_before_are_worked_out_once_and_rightly(models: Path) -> None:
    texts = [f"glorp w{at} x{at}" for at in range(3_000)]  # more than are kept at first
    fresh = Annotator("linear", ontology=small_ontology(), models=models)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(fresh.annotate_one, texts))
    first = found[0].primaries
    assert all(each.primaries == first for each in found)
    other = Annotator("linear", ontology=small_ontology(), models=models)
    for text in ("not glorp", "so zork and not glorp"):
        assert fresh.annotate_one(text) == other.annotate_one(text)


@given(TEXTS)
@settings(deadline=None, max_examples=60)
def test_shares_sum_to_1_and_roll_up(annotators: dict[str, Annotator], text: str) -> None:
    for annotator in annotators.values():
        answer = annotator.annotate_one(text, limit=1000)
        assert json.loads(json.dumps(answer.to_dict()))["text"] == text
        shares = [*answer.primaries.values(), answer.other, answer.neutral]
        assert abs(sum(shares) - 1) < 1e-9
        assert all(0 <= share <= 1 for share in shares)
        scores = {each.id: each.score for each in answer.concepts}
        for concept, its in scores.items():
            below = sum(scores.get(kind, 0) for kind in small_ontology().children(concept))
            assert its >= below - 1e-9
            assert answer.primaries.get(concept, its) == its


def test_concepts_are_listed_as_options_ask(annotator: Annotator) -> None:
    text = "glorp blick wug happy guilty"
    whole = annotator.annotate_one(text, limit=1000).concepts
    order = [(-each.score, len(each.path), each.id) for each in whole]
    assert order == sorted(order)
    for tier in (1, 2, 3):
        of_tier = [each for each in whole if each.tier == tier]
        assert annotator.annotate_one(text, tier=tier, limit=2).concepts == of_tier[:2]
    least = whole[3].score
    over = annotator.annotate_one(text, limit=1000, threshold=least).concepts
    assert over == [each for each in whole if each.score >= least]
    assert annotator.annotate_one(text, limit=0).concepts == []


# Texts that are hard to read


@pytest.mark.parametrize(
    "text", ["", " \n", "...", "12:30", "https://example.org/glorp", "@glorp", "🪑", "\u202e\u0000"]
)
def test_a_text_without_words_is_neutral(annotator: Annotator, text: str) -> None:
    answer = annotator.annotate_one(text)
    assert (answer.neutral, answer.detected, answer.concepts) == (1, [], [])
    assert [each["code"] for each in answer.warnings] == ["nothing_found"]
    assert answer.engine == annotator.engine


def test_of_another_language_only_emoji_are_read(annotator: Annotator) -> None:
    answer = annotator.annotate_one("glorp 😂", language="fr")
    assert [each.text for each in answer.evidence] == ["😂"]
    assert "language_not_covered" in [each["code"] for each in answer.warnings]
    assert annotator.annotate_one("glorp", language="fr").neutral == 1


def test_all_of_a_long_text_is_read(annotators: dict[str, Annotator]) -> None:
    annotator = annotators["transformer"]
    filler = "a b c d e f g . " * 60
    for text in (filler + "blick", "blick . " + filler, filler.replace(".", "") + "blick"):
        answer = annotator.annotate_one(text)
        assert [each["code"] for each in answer.warnings] == ["text_cut"]
        plain = annotator.annotate_one(text.replace("blick", "a"))
        assert score(answer, "Grief") > score(plain, "Grief")
    assert annotators["linear"].annotate_one(filler + "blick").warnings == []
    assert annotator.annotate_one("a " * 120 + "blick").warnings == []


def test_the_longest_text_and_word_have_an_answer(annotator: Annotator) -> None:
    for text in ("glorp" * 4_000, "glorp " * 3_333, "x@" * 10_000):
        answer = annotator.annotate_one(text)
        shares = [*answer.primaries.values(), answer.other, answer.neutral]
        assert sum(shares) == pytest.approx(1)


@pytest.mark.parametrize("run", [".", ".?", "a. ", " ", "\u3000", "\n", ".'"])
def test_long_runs_of_marks_and_space_are_cut_into_sentences(run: str) -> None:
    # Each takes hours where the time grows with the square of the length.
    text = "glorp" + run * 1_000_000 + "blick"
    spans = sentence_spans(text)
    assert text[spans[0][0] :].startswith("glorp")
    assert text[: spans[-1][1]].endswith("blick")


def test_long_texts_of_a_batch_take_the_memory_of_few(annotators: dict[str, Annotator]) -> None:
    texts = ["! " * 10_000] * 8
    peaks = []
    for count in (8, 64):
        tracemalloc.start()
        annotators["linear"].annotate([f"glorp{each}" for each in texts] * (count // 8), echo=False)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]


# Ontologies that differ from the one trained with


@pytest.mark.parametrize("engine", ENGINES)
def test_a_concept_that_is_gone_leaves_its_share_to_its_parent(engine: str, models: Path) -> None:
    whole = small_ontology()
    concepts = {name: each for name, each in whole.concepts.items() if name != "Grief"}
    edited = replace(whole, concepts=concepts)
    before = Annotator(engine, ontology=whole, models=models).annotate_one("blick", limit=200)
    after = Annotator(engine, ontology=edited, models=models).annotate_one("blick", limit=200)
    parent = whole.path("Grief")[-2]
    assert score(before, "Grief") > 0.1
    assert score(after, parent) == pytest.approx(score(before, parent), abs=1e-5)
    assert after.primaries["Sadness"] == pytest.approx(before.primaries["Sadness"], abs=1e-5)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_concept_that_is_new_gets_what_the_lexicon_finds(engine: str, models: Path) -> None:
    whole = small_ontology()
    new = replace(whole.concepts["Grief"], id="Mourning", labels={"en": "mourning"})
    edited = replace(
        whole,
        concepts=dict(sorted({**whole.concepts, "Mourning": new}.items())),
        terms=(*whole.terms, term("bereft", "adjective", "Mourning")),
    )
    annotator = Annotator(engine, ontology=edited, models=models)
    assert score(annotator.annotate_one("bereft"), "Mourning") > 0.1
    assert score(annotator.annotate_one("blick", limit=200), "Mourning") == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_concept_that_moved_counts_where_it_is_now(engine: str, models: Path) -> None:
    whole = small_ontology()
    moved = replace(whole.concepts["Grief"], parent="Fear")
    edited = replace(whole, concepts={**whole.concepts, "Grief": moved})
    before = Annotator(engine, ontology=whole, models=models).annotate_one("heartbroken blick")
    after = Annotator(engine, ontology=edited, models=models).annotate_one("heartbroken blick")
    assert after.primaries["Fear"] > before.primaries["Fear"]
    assert score(after, "Grief") <= after.primaries["Fear"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_primary_that_is_gone_is_other(engine: str, models: Path) -> None:
    whole = small_ontology()
    concepts = {n: each for n, each in whole.concepts.items() if whole.primary(n) != "Sadness"}
    edited = replace(whole, concepts=concepts)
    answer = Annotator(engine, ontology=edited, models=models).annotate_one("blick", limit=200)
    assert answer.primaries["Sadness"] == 0
    assert answer.other > 0.3
    assert abs(sum([*answer.primaries.values(), answer.other, answer.neutral]) - 1) < 1e-9


def test_an_ontology_without_mappings_still_has_an_answer(models: Path) -> None:
    edited = replace(small_ontology(), mappings=())
    answer = Annotator("transformer", ontology=edited, models=models).annotate_one("blick")
    assert answer.primary == "Sadness"
