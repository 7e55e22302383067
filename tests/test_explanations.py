"""Explanations by the engines that use models: what an answer rests on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_models import write_models
from small_vocabulary import small_ontology
from tone_kg.service import Annotator
from tone_kg.service.mapping.engines import MODELS
from tone_kg.service.mapping.explain import word_spans

TEXTS_FOLDER = Path(__file__).parents[1] / "service" / "training" / "texts"


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
