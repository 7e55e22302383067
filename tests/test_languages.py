"""Texts in other languages: told from English ones, and never guessed at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from live_server import LiveServer
from tone_command import tone
from tone_kg.ontology.terms import read_rows
from tone_kg.service import Annotator
from tone_kg.service.mapping.answer import Answer

CHECKOUT = Path(__file__).parent.parent
FOREIGN = [
    (language, text)
    for _, (language, text) in read_rows(
        CHECKOUT / "tests" / "data" / "languages.tsv", ("lang", "text")
    )
]
ENGLISH = [
    text
    for path in sorted((CHECKOUT / "service" / "training" / "texts").glob("*.tsv"))
    for _, (text, _, _) in read_rows(path, ("text", "concepts", "register"))
]
GERMAN = "Ich bin heute so traurig, ich könnte nur noch weinen."


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(engine="lexicon")


def is_flagged(answer: Answer) -> bool:
    return any(each["code"] == "language_not_covered" for each in answer.warnings)


def test_other_languages_are_told(annotator: Annotator) -> None:
    answers = annotator.annotate([text for _, text in FOREIGN])
    missed = [answer.text for answer in answers if not is_flagged(answer)]
    assert len(missed) <= len(FOREIGN) * 0.03, missed
    named = [
        answer.language == language for answer, (language, _) in zip(answers, FOREIGN, strict=True)
    ]
    assert sum(named) >= len(FOREIGN) * 0.8


def test_english_is_not_taken_for_another_language(annotator: Annotator) -> None:
    flagged = [each.text for each in annotator.annotate(ENGLISH) if is_flagged(each)]
    assert len(flagged) < len(ENGLISH) * 0.001, flagged


@pytest.mark.parametrize("text", [GERMAN, "我今天很难过", "C'est vraiment horrible, une fatalité"])
def test_words_of_another_language_say_nothing(annotator: Annotator, text: str) -> None:
    answer = annotator.annotate_one(text, scheme="ekman")
    assert answer.neutral == 1
    assert (answer.concepts, answer.detected, answer.evidence) == ([], [], [])
    assert is_flagged(answer)
    emoji = annotator.annotate_one(text + " 😭")
    assert [each.text for each in emoji.evidence] == ["😭"]
    assert emoji.primary == "Sadness"


@pytest.mark.parametrize(
    "text",
    [
        *("sad", "bravo", "😭😭", "", "12:30", "https://example.de/ich-bin-so-traurig"),
        *(
            "(ノ◕ヮ◕)ノ*:・゚✧ new bike day",
            "Dinner: ramen 拉麺, gyoza 餃子",
            "She said “je ne sais quoi” to them.",
        ),
        *("𝓘 𝓪𝓶 𝓼𝓸 𝓱𝓪𝓹𝓹𝔂", "NO WAY", "@traurig @weinen"),
    ],
)
def test_what_is_not_plainly_foreign_is_read_as_english(annotator: Annotator, text: str) -> None:
    answer = annotator.annotate_one(text)
    assert answer.language == "en"
    assert not is_flagged(answer)


def test_the_caller_knows_better(annotator: Annotator) -> None:
    answer = annotator.annotate_one(GERMAN + " happy", language="en")
    assert (answer.language, answer.primary) == ("en", "Joy")
    assert not is_flagged(answer)
    other = annotator.annotate_one("I am happy", language="de")
    assert (other.language, other.neutral) == ("de", 1)


def test_each_text_of_a_batch_is_told_by_itself(annotator: Annotator) -> None:
    texts = ["I am happy", GERMAN, "so sad today", "我爱你", ""]
    alone = [annotator.annotate_one(text).to_dict() for text in texts]
    assert [each.to_dict() for each in annotator.annotate(texts)] == alone
    assert [each.to_dict() for each in annotator.stream(texts)] == alone
    assert [each["language"] for each in alone] == ["en", "de", "en", "und", "en"]


def test_the_command_line_and_http_tell_it_too(service: LiveServer) -> None:
    answer = json.loads(tone("annotate", GERMAN).text)
    assert (answer["language"], answer["warnings"][0]["code"]) == ("de", "language_not_covered")
    assert json.loads(tone("annotate", GERMAN, "--language", "en").text)["language"] == "en"
    over_http = service.post_json("/v1/annotate", {"text": GERMAN}).json
    assert over_http == answer
    stated = service.post_json("/v1/annotate", {"text": GERMAN, "language": "en"}).json
    assert stated["language"] == "en"
