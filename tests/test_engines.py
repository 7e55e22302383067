"""The engines that use models, on models whose every weight is known."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live_server import live_server
from small_models import LABELS, write_fusion, write_models, write_ngrams
from small_vocabulary import small_ontology, term
from tone_command import tone
from tone_kg.ontology.errors import SourceError, ToneError
from tone_kg.service import Annotator, Answer
from tone_kg.service.mapping.engines import MODELS
from tone_kg.service.mapping.explain import word_spans
from tone_kg.service.mapping.sentences import sentence_spans

ENGINES = ("linear", "transformer")
TEXTS_FOLDER = Path(__file__).parents[1] / "service" / "training" / "texts"
Make = Callable[..., Annotator]


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def annotators(models: Path) -> dict[str, Annotator]:
    return {each: Annotator(each, ontology=small_ontology(), models=models) for each in ENGINES}


@pytest.fixture(params=ENGINES)
def annotator(request: pytest.FixtureRequest, annotators: dict[str, Annotator]) -> Annotator:
    return annotators[request.param]


def score(answer: Answer, concept: str) -> float:
    return next((each.score for each in answer.concepts if each.id == concept), 0.0)


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
    # Kinds of the two do not count.
    assert annotator.annotate_one("the glorp zix").mixtures == []


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


# Explanations


def test_the_words_that_carry_an_answer_are_told(annotator: Annotator) -> None:
    text = "so the chair, blick and happy!"
    answer = annotator.annotate_one(text, explain=True)
    carried = [each for each in answer.evidence if each.weight is not None]
    best = carried[0]
    assert (best.text, best.source, best.concepts) == ("blick", annotator.engine, ("Grief",))
    assert text[best.begin : best.end] == best.term == "blick"
    without = annotator.annotate_one(text.replace("blick", ""))
    fall = answer.primaries["Sadness"] - without.primaries["Sadness"]
    assert best.weight == pytest.approx(fall, abs=1e-5)
    weights = [each.weight for each in carried if each.weight is not None]
    assert weights == sorted(weights, reverse=True)
    assert "happy" not in [each.text for each in carried]
    assert "weight" in best.to_dict()
    assert [each.text for each in answer.evidence if each.weight is None] == ["happy"]


def test_an_explanation_is_given_only_on_demand(annotator: Annotator) -> None:
    answer = annotator.annotate_one("happy blick")
    assert answer.explanation is None
    assert "explanation" not in answer.to_dict()
    assert all("weight" not in each.to_dict() for each in answer.evidence)
    explained = annotator.annotate_one("happy blick", explain=True)
    plain = replace(explained, explanation=None, evidence=answer.evidence)
    assert plain == answer


def test_an_explanation_tells_the_runner_up_and_the_prototype(
    annotators: dict[str, Annotator],
) -> None:
    for engine, annotator in annotators.items():
        answer = annotator.annotate_one("blick blick wug", explain=True)
        explanation = answer.explanation
        assert explanation is not None
        shares = sorted(
            [*answer.primaries.items(), ("Neutral", round(answer.neutral + answer.other, 6))],
            key=lambda each: -each[1],
        )
        found = [(explanation[each]["id"], explanation[each]["score"]) for each in KINDS]
        assert found == shares[:2]
        prototype = explanation["nearest_prototype"]
        assert prototype is None if engine == "linear" else prototype["id"] == "Grief"
        assert explanation["sentences"] == []


KINDS = ("top", "runner_up")


def test_an_explanation_tells_what_each_sentence_expresses(annotator: Annotator) -> None:
    text = "The glorp! Dr. Wu saw a blick.\nhappy 😂"
    explanation = annotator.annotate_one(text, explain=True).explanation
    assert explanation is not None
    told = [(each["text"], each["top"]["id"]) for each in explanation["sentences"]]
    assert told == [
        ("The glorp!", "Joy"),
        ("Dr. Wu saw a blick.", "Sadness"),
        ("happy 😂", "Joy"),
    ]
    for each in explanation["sentences"]:
        assert text[each["begin"] : each["end"]] == each["text"]


def test_an_explanation_repeats_no_sentence_of_a_text_that_is_not_echoed(
    annotator: Annotator,
) -> None:
    text = "The glorp! The chair."
    explained = annotator.annotate_one(text, explain=True, echo=False).to_dict()
    places = [(each["begin"], each["end"]) for each in explained["explanation"]["sentences"]]
    assert places == [(0, 10), (11, 21)]
    assert "The chair." not in json.dumps(explained)


def test_on_a_tie_neutral_leads_in_explanations_too(tmp_path: Path) -> None:
    bias = [-50.0] * 8
    bias[1] = bias[7] = 0.0
    folder = write_models(tmp_path, class_weights={}, class_bias=bias)
    annotator = Annotator("linear", ontology=small_ontology(), models=folder)
    answer = annotator.annotate_one("a chair", explain=True)
    assert (answer.primaries["Joy"], answer.neutral, answer.primary) == (0.5, 0.5, "Neutral")
    assert answer.explanation is not None
    assert answer.explanation["top"] == {"id": "Neutral", "score": 0.5}


def test_a_text_over_the_limit_is_explained_by_sentence(models: Path) -> None:
    text = "The chair. What a blick. The chair."
    annotator = Annotator(
        "linear", ontology=small_ontology(), models=models, explain_limit=len(text) - 1
    )
    carried = [
        each.text for each in annotator.annotate_one(text, explain=True).evidence if each.weight
    ]
    assert carried[0] == "What a blick."


def test_a_long_text_is_explained_in_few_parts(models: Path) -> None:
    text = "The chair. " * 119 + "What a blick."
    annotator = Annotator("linear", ontology=small_ontology(), models=models, explain_limit=100)
    explained = annotator.annotate_one(text, explain=True)
    carried = [each for each in explained.evidence if each.weight]
    assert carried[0].text.endswith("What a blick.")
    assert carried[0].text.startswith("The chair.")
    assert explained.explanation is not None
    assert len(explained.explanation["sentences"]) == 120


@pytest.mark.skipif(not (MODELS / "linear.npz").is_file(), reason="no models are installed")
def test_without_the_words_that_are_told_less_is_left_than_without_others() -> None:
    texts = [
        line.split("\t")[0]
        for line in (TEXTS_FOLDER / "events.tsv").read_text("utf-8").split("\n")[1:120]
        if line
    ]
    annotator = Annotator("linear")
    rng = np.random.default_rng(5)
    falls, random_falls = [], []
    for text, answer in zip(texts, annotator.annotate(texts, explain=True), strict=True):
        told = [(each.begin, each.end) for each in answer.evidence if each.weight is not None][:2]
        words = word_spans(text)
        if answer.primary == "Neutral" or len(told) < 2 or len(words) < 6:
            continue
        others = [words[at] for at in rng.choice(len(words), 2, replace=False)]
        left = annotator.annotate([_without(text, told), _without(text, others)])
        share = answer.primaries[answer.primary]
        falls.append(share - left[0].primaries[answer.primary])
        random_falls.append(share - left[1].primaries[answer.primary])
    assert len(falls) > 20
    assert np.mean(falls) > 2 * np.mean(random_falls)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for begin, end in sorted(spans, reverse=True):
        text = text[:begin] + text[end:]
    return text


def test_a_class_is_divided_as_its_labels_say(annotators: dict[str, Annotator]) -> None:
    answer = annotators["linear"].annotate_one("the blick", scheme="goemotions")
    assert answer.scheme is not None
    grief, sadness = (answer.scheme["labels"][each] for each in ("grief", "sadness"))
    expected = answer.primaries["Sadness"] * grief / (grief + sadness)
    assert score(answer, "Grief") == pytest.approx(expected, abs=1e-5)


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


# Models that are missing or broken


@pytest.mark.parametrize("engine", ENGINES)
def test_a_missing_model_is_told(engine: str, tmp_path: Path) -> None:
    with pytest.raises(ToneError, match=rf"engine {engine} needs linear.npz, .*tone train"):
        Annotator(engine, models=tmp_path)
    done = tone("annotate", "--engine", engine, "glorp", TONE_MODELS=str(tmp_path))
    assert (done.status, done.text) == (2, "")
    assert "needs linear.npz" in done.messages
    done = tone("serve", "--engine", engine, "--port", "0", TONE_MODELS=str(tmp_path))
    assert done.status == 2
    assert "needs linear.npz" in done.messages


def test_a_service_without_a_model_says_so_without_its_folders(tmp_path: Path) -> None:
    with live_server(tmp_path, TONE_MODELS=str(tmp_path / "none")) as service:
        answer = service.post_json("/v1/annotate", {"text": "glorp", "engine": "linear"})
        problem = answer.problem(400, field="engine")
        assert "not installed" in problem["detail"]
        assert str(tmp_path) not in answer.text
        assert service.post_json("/v1/annotate", {"text": "happy"}).status == 200


def test_a_service_with_a_broken_model_says_so_without_its_folders(
    models: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    for each in models.iterdir():
        (folder / each.name).write_bytes(each.read_bytes())
    (folder / "fusion.json").write_text("{")
    with live_server(tmp_path, TONE_MODELS=str(folder)) as service:
        for path, body in (
            ("/v1/annotate", {"text": "glorp"}),
            ("/v1/annotate/batch", {"texts": ["glorp"]}),
        ):
            answer = service.post_json(path, body | {"engine": "linear"})
            problem = answer.problem(500, field="engine")
            assert problem["detail"] == "the engine linear cannot be loaded here"
            assert str(folder) not in answer.text


def test_a_service_uses_the_models_that_it_is_given(models: Path, tmp_path: Path) -> None:
    with live_server(tmp_path, TONE_MODELS=str(models), TONE_ENGINE="linear") as service:
        answer = service.post_json("/v1/annotate", {"text": "what a blick"}).json
        expected = Annotator("linear", models=models).annotate_one("what a blick")
        assert answer == json.loads(json.dumps(expected.to_dict()))


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("linear.npz", b"PK\x03\x04 no archive", "is no n-gram model"),
        ("linear.npz", b"", "is no n-gram model"),
        ("encoder.onnx", b"no model", "is no encoder"),
        ("tokenizer.json", b"{}", "is no tokenizer"),
        ("fusion.json", b"{", "is not JSON"),
        ("fusion.json", b'{"version": 2}', "version 1"),
        ("fusion.json", b'{"version": 1}', "has no 'labels'"),
    ],
)
def test_a_broken_file_is_told(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    folder = write_models(tmp_path)
    (folder / name).write_bytes(content)
    with pytest.raises(SourceError, match=problem) as raised:
        Annotator("transformer", ontology=small_ontology(), models=folder)
    assert str(raised.value).startswith(str(folder / name))


@pytest.mark.parametrize(
    "change",
    [
        {"version": np.array([1, 2])},
        {"version": np.array("one", object)},
        {"features": np.frombuffer(b"wglorp\xff", np.uint8)},
        {"idf": np.array(["high"])},
        {"scales": np.array(["high"])},
        {"scales": np.full(len(LABELS) + 8, np.nan, np.float32)},
    ],
)
def test_a_part_of_the_n_gram_model_that_is_wrong_is_told(
    tmp_path: Path, change: dict[str, object]
) -> None:
    folder = write_models(tmp_path)
    write_ngrams(folder / "linear.npz", **change)
    with pytest.raises(SourceError, match="is no n-gram model"):
        Annotator("linear", ontology=small_ontology(), models=folder)


def test_one_array_is_no_n_gram_model(tmp_path: Path) -> None:
    folder = write_models(tmp_path)
    with (folder / "linear.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(SourceError, match="is no n-gram model"):
        Annotator("linear", ontology=small_ontology(), models=folder)


def test_parameters_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    folder = write_models(tmp_path, class_bias=[float("nan")] * 8)
    with pytest.raises(SourceError, match="class_bias has a value that is no finite number"):
        Annotator("linear", ontology=small_ontology(), models=folder)
    write_models(folder, label_weights={"linear": float("inf")})
    with pytest.raises(SourceError, match="label_weights has a value that is no finite number"):
        Annotator("linear", ontology=small_ontology(), models=folder)
    (folder / "fusion.json").write_text("[" * 100_000)
    with pytest.raises(SourceError, match="is not JSON"):
        Annotator("linear", ontology=small_ontology(), models=folder)


def test_a_tokenizer_that_does_not_fit_the_encoder_is_told(tmp_path: Path) -> None:
    folder = write_models(tmp_path)
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    words = tokenizer["model"]["vocab"]
    words["glorp"] = 1_000
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(SourceError, match=r"encoder.onnx: does not run on .*tokenizer.json"):
        Annotator("transformer", ontology=small_ontology(), models=folder)
    del words["[CLS]"]
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(SourceError, match=r"tokenizer.json: has no \[CLS\] and \[SEP\]"):
        Annotator("transformer", ontology=small_ontology(), models=folder)


def test_models_that_do_not_fit_together_are_told(tmp_path: Path) -> None:
    folder = write_models(tmp_path)
    write_ngrams(folder / "linear.npz", version=np.int64(2))
    with pytest.raises(SourceError, match="layout 2"):
        Annotator("linear", ontology=small_ontology(), models=folder)
    write_ngrams(folder / "linear.npz", bias=np.zeros(3, np.float32))
    with pytest.raises(SourceError, match="sizes"):
        Annotator("linear", ontology=small_ontology(), models=folder)
    write_ngrams(folder / "linear.npz")
    write_fusion(folder / "fusion.json", label_bias=[0.0])
    with pytest.raises(SourceError, match="label_bias has not 6 values"):
        Annotator("linear", ontology=small_ontology(), models=folder)


def test_serving_needs_nothing_of_training(models: Path) -> None:
    code = (
        "import sys\n"
        "for name in ('torch', 'transformers', 'sklearn', 'scipy', 'onnx', 'pandas'):\n"
        "    sys.modules[name] = None\n"
        "if sys.argv[2] == 'linear':\n"
        "    sys.modules['onnxruntime'] = sys.modules['tokenizers'] = None\n"
        "from tone_kg.service import Annotator\n"
        "print(Annotator(sys.argv[2], models=sys.argv[1]).annotate_one('the blick').primary)"
    )
    for engine in ENGINES:
        command = [sys.executable, "-c", code, models, engine]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.stdout == "Sadness\n", done.stderr
