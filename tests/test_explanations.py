"""Explanations by the engines that use models: what an answer rests on."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_models import ENGINES, write_models
from small_vocabulary import small_ontology
from tone_kg.service import Annotator
from tone_kg.service.mapping.explain import word_spans

OPEN = Path(__file__).parent / "challenge" / "open"
MANUAL = Path(__file__).parents[1] / "docs" / "http.md"


def test_the_manual_shows_an_explanation_as_it_is() -> None:
    manual = MANUAL.read_text("utf-8")
    request, shown = re.search(
        r"-d '([^']*\"engine\": \"lexicon\"[^']*)'\n```\n\n```json\n(.*?)```", manual, re.DOTALL
    ).groups()  # type: ignore[union-attr]
    given = json.loads(request)
    annotator = Annotator(given.pop("engine"))
    answer = annotator.annotate_one(given.pop("text"), **given).to_dict()
    assert json.loads(shown) == {each: answer[each] for each in ("evidence", "explanation")}


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


def test_no_words_of_a_text_that_is_not_echoed_are_quoted_by_models(models: Path) -> None:
    text = "The blick zyzzyva. What a glorp!"
    for limit in (2_000, 10):  # by word, by sentence
        annotator = Annotator(
            "linear", ontology=small_ontology(), models=models, explain_limit=limit
        )
        explained = annotator.annotate_one(text, explain=True, echo=False).to_dict()
        assert "weight" in explained["evidence"][0]
        for word in ("blick", "zyzzyva", "glorp"):
            assert word not in json.dumps(explained)


def test_an_explanation_tells_what_each_sentence_carries_of_the_whole(
    annotator: Annotator,
) -> None:
    text = "The chair. What a blick! The chair. So happy."
    whole = annotator.annotate_one(text, explain=True)
    assert whole.explanation is not None
    sentences = whole.explanation["sentences"]
    best = max(sentences, key=lambda each: each["weight"])
    assert best["text"] == "What a blick!"
    without = annotator.annotate_one(text.replace(best["text"], ""))
    fall = whole.primaries["Sadness"] - without.primaries["Sadness"]
    assert best["weight"] == pytest.approx(fall, abs=1e-4)


@pytest.mark.parametrize(
    ("text", "runner_up", "count"),
    [
        ("happy", "Neutral", 0),
        ("😂", "Neutral", 0),
        ("...", None, 0),
        ("", None, 0),
        ("the chair", None, 0),
        ("Das ist ein ganz normaler Satz. 😂", "Neutral", 2),
        ("So sad. Happy, happy, happy!", "Sadness", 2),
        ("The chair. " * 29 + "So happy!", "Neutral", 30),
    ],
)
def test_all_engines_explain_all_texts(
    text: str, runner_up: str | None, count: int, annotators: dict[str, Annotator]
) -> None:
    lexicon = Annotator("lexicon", ontology=small_ontology())
    for annotator in (lexicon, *annotators.values()):
        answer = annotator.annotate_one(text, explain=True)
        explanation = answer.explanation
        assert explanation is not None
        assert explanation["top"]["id"] == answer.primary
        assert len(explanation["sentences"]) == count
        if annotator is lexicon:
            second = explanation["runner_up"]
            assert (second and second["id"]) == runner_up


def test_words_of_long_texts_are_those_of_the_parts_that_carry_most(
    annotator: Annotator,
) -> None:
    text = "a b c d e f g. " * 40 + "a b blick d e. " + "a b c d e f g. " * 40
    answer = annotator.annotate_one(text, explain=True)
    [best, *others] = [each for each in answer.evidence if each.weight is not None]
    assert best.text == "blick"
    assert best.weight is not None
    assert text[best.begin : best.end] == "blick"
    without = annotator.annotate_one(text.replace("blick ", "")).primaries["Sadness"]
    assert best.weight == pytest.approx(answer.primaries["Sadness"] - without, abs=0.01)
    assert others == []


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


def own_texts() -> list[str]:
    """Texts that no model was trained on."""
    return [
        line.split("\t")[0]
        for path in sorted(OPEN.glob("*.tsv"))
        for line in path.read_text("utf-8").split("\n")[1:]
        if line
    ]


def texts_of_few_words() -> list[str]:
    """Texts of the words that the small models know, among others."""
    rng = np.random.default_rng(7)
    words = ["glorp", "blick", "wug", "fromp", "zix", *["the", "so", "and", "saw", "one", "a"] * 2]
    return [" ".join(rng.choice(words, 9)) for _ in range(200)]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("of_package", [False, True])
def test_without_the_words_that_are_told_less_is_left_than_without_others(
    engine: str, of_package: bool, annotators: dict[str, Annotator]
) -> None:
    annotator = Annotator(engine) if of_package else annotators[engine]
    texts = own_texts() if of_package else texts_of_few_words()
    rng = np.random.default_rng(5)
    falls, random_falls = [], []
    for text, answer in zip(texts, annotator.annotate(texts, explain=True), strict=True):
        told = [(each.begin, each.end) for each in answer.evidence if each.weight is not None][:2]
        words = [each for each in word_spans(text) if each not in told]
        if answer.primary == "Neutral" or not told or len(words) < 4:
            continue
        others = [words[at] for at in rng.choice(len(words), len(told), replace=False)]
        left = annotator.annotate([_without(text, told), _without(text, others)])
        share = answer.primaries[answer.primary]
        falls.append(share - left[0].primaries[answer.primary])
        random_falls.append(share - left[1].primaries[answer.primary])
    assert len(falls) >= 100
    assert np.mean(falls) > np.mean(random_falls) + 0.2
    assert np.mean(np.greater(falls, random_falls)) > 0.85


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for begin, end in sorted(spans, reverse=True):
        text = text[:begin] + text[end:]
    return text
