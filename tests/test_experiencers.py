"""Whose emotion a piece of evidence tells of."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from tone_kg.service import Annotator

TABLE = Path(__file__).parent / "data" / "experiencers.tsv"
OTHERS = Path(__file__).parent / "challenge" / "open" / "others_emotions.tsv"


@pytest.fixture(scope="module")
def lexicon() -> Annotator:
    return Annotator("lexicon")


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


@pytest.mark.parametrize(("half", "least"), [("tuned", 0.95), ("held out", 0.9)])
def test_what_is_told_is_right_and_most_is_told(
    lexicon: Annotator, half: str, least: float
) -> None:
    told, asked = 0, 0
    for row in rows(TABLE):
        if row["half"] != half:
            continue
        answer = lexicon.annotate_one(row["text"], language="en")
        [evidence] = [each for each in answer.evidence if row["term"] in each.text]
        # A wrong mark is worse than none.
        assert evidence.experiencer in (row["experiencer"] or None, None), row["text"]
        asked += bool(row["experiencer"])
        told += evidence.experiencer is not None
    assert told >= least * asked


def test_emotions_of_others_are_marked(lexicon: Annotator) -> None:
    found = [
        each.experiencer
        for row in rows(OTHERS)
        for each in lexicon.annotate_one(row["text"], language="en").evidence
    ]
    assert "writer" not in found
    assert found.count("other") > 0.8 * len(found)


@pytest.mark.parametrize(
    ("text", "experiencer"),
    [
        ("they love it", "other"),
        ("THEY LOVE IT", "other"),
        ("I think they love it", "other"),
        ("if you love it", None),
        ("I don’t love it", "writer"),
        ("they don't love it", "other"),
        ("they love it and I love it", "other"),
        ("", None),
    ],
)
def test_capitals_negation_and_other_clauses(
    lexicon: Annotator, text: str, experiencer: str | None
) -> None:
    evidence = lexicon.annotate_one(text, language="en").evidence
    assert next((each.experiencer for each in evidence), None) == experiencer


def test_it_is_in_the_answer_with_or_without_explanation(lexicon: Annotator) -> None:
    for explain in (False, True):
        answer = lexicon.annotate_one("They love it.", explain=explain).to_dict()
        assert answer["evidence"][0]["experiencer"] == "other"
    answer = lexicon.annotate_one("The love of money.").to_dict()
    assert answer["evidence"][0]["experiencer"] is None


def test_words_that_carry_a_models_answer_are_marked_too(models: Path) -> None:
    annotator = Annotator("linear", models=models)
    answer = annotator.annotate_one("they are happy", explain=True)
    marks = {(each.source, each.text): each.experiencer for each in answer.evidence}
    assert marks["lexicon", "happy"] == marks["linear", "happy"] == "other"
