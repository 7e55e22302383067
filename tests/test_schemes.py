"""Labels of other emotion schemes: which there are, what they hold, how figures come about."""

from __future__ import annotations

from functools import cache

import pytest
from tone_kg.ontology import load
from tone_kg.ontology.concepts import PRIMARIES
from tone_kg.service import Annotator
from tone_kg.service.mapping.schemes import Scheme
from tone_kg.service.mapping.shares import Hierarchy, Shares

EKMAN = ["anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"]
ISEAR = ["anger", "disgust", "fear", "guilt", "joy", "sadness", "shame"]


@cache
def annotator() -> Annotator:
    return Annotator(engine="lexicon")


def predicted(text: str, scheme: str) -> list[str]:
    found = annotator().annotate_one(text, scheme=scheme).scheme
    assert found is not None
    labels: list[str] = found["predicted"]
    return labels


def shares(*masses: tuple[str, int], neutral: int = 1) -> Shares:
    """Shares of a text with these masses, each without its kinds."""
    ontology = load()
    total: dict[str, int] = {}
    for concept, mass in masses:
        for above in ontology.path(concept):
            total[above] = total.get(above, 0) + mass
    return Hierarchy(ontology).shares(total, neutral)


def figures(scheme: str, given: Shares, **probabilities: float) -> dict[str, float]:
    every = dict.fromkeys(PRIMARIES, 0.0)
    answer = Scheme(scheme, load()).answer(given, 0.5, {**every, **probabilities})
    labels: dict[str, float] = answer["labels"]
    return labels


def test_the_schemes_have_their_labels() -> None:
    for scheme, labels in (("ekman", EKMAN), ("isear", ISEAR)):
        found = annotator().annotate_one("", scheme=scheme).scheme
        assert found is not None
        assert list(found["labels"]) == labels


@pytest.mark.parametrize(
    ("scheme", "text", "label"),
    [
        ("ekman", "I am furious with you", "anger"),
        ("ekman", "that is disgusting", "disgust"),
        ("ekman", "I adore her", "joy"),
        ("ekman", "I am so ashamed", "sadness"),
        ("ekman", "no way, I am astonished", "surprise"),
        ("ekman", "The train leaves at nine.", "neutral"),
        ("isear", "I am so ashamed", "shame"),
        ("isear", "I feel guilty about it", "guilt"),
        ("isear", "how embarrassing", "shame"),
        ("isear", "I felt remorse", "guilt"),
        ("isear", "I am heartbroken", "sadness"),
        ("isear", "I adore her", "joy"),
        ("plutchik", "I felt remorse", "remorse"),
    ],
)
def test_the_lexicon_answers_in_the_labels(scheme: str, text: str, label: str) -> None:
    assert predicted(text, scheme) == [label]


def test_what_a_scheme_cannot_say_is_no_label_of_it() -> None:
    assert predicted("The train leaves at nine.", "isear") == []
    assert predicted("no way, I am astonished", "isear") == []


def test_a_share_counts_for_one_label_only() -> None:
    given = shares(("Disgust", 3), ("Contempt", 1), ("Anger", 2), ("Fury", 2), neutral=2)
    labels = Scheme("ekman", load()).answer(given, 0.3)["labels"]
    assert (labels["disgust"], labels["anger"], labels["neutral"]) == (0.4, 0.4, 0.2)
    assert sum(labels.values()) == pytest.approx(1)


def test_probabilities_go_to_labels_by_what_they_hold_of_a_primary() -> None:
    given = shares(("Disgust", 1), ("Fury", 3), ("Joy", 1), ("Love", 1), ("Trust", 2), neutral=2)
    labels = figures("ekman", given, Anger=0.8, Joy=0.5, Love=0.2)
    assert labels["disgust"] == pytest.approx(0.8 / 4)
    assert labels["anger"] == pytest.approx(0.8 * 3 / 4)
    assert labels["joy"] == pytest.approx(1 - (1 - 0.5) * (1 - 0.2))
    assert labels["neutral"] == pytest.approx(0.2)
    assert labels["fear"] == 0
    assert figures("plutchik", given)["trust"] == pytest.approx(0.2)
    every = dict.fromkeys(PRIMARIES, 0.0) | {"Anger": 0.8, "Joy": 0.5}
    assert Scheme("ekman", load()).answer(given, 0.1, every)["predicted"] == ["anger", "joy"]


def test_nothing_found_has_no_probability() -> None:
    labels = figures("ekman", shares(), Anger=0.1, Joy=0.1)
    assert labels == dict.fromkeys(EKMAN, 0.0) | {"neutral": 1.0}
