"""Emotions that are taken back by what stands after them."""

from __future__ import annotations

import pytest
from tone_kg.service import Annotator


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator("lexicon")


def denied(annotator: Annotator, text: str) -> dict[str, str]:
    """The terms of a text that something after them takes back, with what does so."""
    found = {}
    for each in annotator.annotate_one(text, explain=True).evidence:
        for cue in each.cues or []:
            if cue["rule"] == "negation" and cue["begin"] >= each.end:
                assert each.negated
                found[each.text] = cue["text"]
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Am I jealous of her? Hardly.", {"jealous of": "Hardly"}),
        ("Worried? Not in the least, the surgeon is good.", {"Worried": "Not in the least"}),
        ("Was he angry? No, he was on the phone.", {"angry": "No"}),
        ("Disappointed with silver? Me?", {"Disappointed": "Me?"}),
        ("Do I envy him? I don't.", {"envy": "I don't"}),
        ("They assumed I was nervous. I wasn't, I had slept.", {"nervous": "I wasn't"}),
        ("You thought she'd be angry, but she wasn't.", {"angry": "she wasn't"}),
        ("Everyone said he'd be lonely. Wrong.", {"lonely": "Wrong"}),
        ("The figures surprised no one.", {"surprised": "no one"}),
        ("The delay upset nobody in the queue.", {"upset": "nobody"}),
        ("Panic over, it was in the bag.", {"Panic": "over"}),
        ("Her anger soon faded.", {"anger": "faded"}),
        ("The fear has worn off by now.", {"fear": "worn off"}),
        ("Happy? No", {"Happy": "No"}),
        ("Am I jealous?! Hardly.", {"jealous": "Hardly"}),
        ("They thought I was nervous... I wasn't.", {"nervous": "I wasn't"}),
    ],
)
def test_what_takes_an_emotion_back_is_told(
    annotator: Annotator, text: str, expected: dict[str, str]
) -> None:
    assert denied(annotator, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Why so sad? No, don't tell me.",
        "Are you happy? No answer came.",
        "I was scared. She wasn't.",
        "I love him and he said he'd call. I didn't.",
        "I'm sad nobody came.",
        "I'm happy over the result.",
        "We were angry at nobody's lights being on.",
        "I was furious. No, really.",
        "I love her. Not a day goes by.",
        "I'm so happy it is over.",
        "I'm sad that it burned down.",
        "Glad that it was over.",
        "I love faded jeans.",
        "I enjoyed it over and over again.",
        "I'm sad none of my friends came.",
        "I'm furious no one at work told me.",
        "Sad nobody here likes me.",
        "I love no one but you.",
        "I was furious and wanted to shout, but I didn't.",
        "I love her, but I can't.",
        "I'm so miserable here and want to leave. I can't.",
        "I think I'm depressed. Not really sure what to do.",
        "Is it wrong that I love him? No.",
        "Could I be any happier? No.",
        "Do you know why I'm sad? No.",
        "Will I ever stop loving her? Never.",
        "Am I happy?",
    ],
)
def test_what_only_looks_like_a_denial_takes_nothing_back(annotator: Annotator, text: str) -> None:
    assert denied(annotator, text) == {}


@pytest.mark.parametrize("text", ["I'm not sad? No.", "Isn't she angry? No."])
def test_what_is_negated_already_is_not_denied_again(annotator: Annotator, text: str) -> None:
    evidence = annotator.annotate_one(text, explain=True).evidence
    assert sum(len(each.cues or []) for each in evidence) <= 1


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("We have stopped being amazed by it.", True),
        ("I got over my fear.", True),
        ("Nobody's crying.", True),
        ("I couldn't stop crying.", False),
        ("How do I stop feeling so lonely?", False),
        ("I just want to get rid of this anxiety.", False),
        ("I gave up in despair.", False),
        ("I got over excited.", False),
        ("My heart stopped with fear.", False),
    ],
)
def test_an_emotion_that_has_ended_counts_for_nothing(
    annotator: Annotator, text: str, negated: bool
) -> None:
    assert {each.negated for each in annotator.annotate_one(text).evidence} == {negated}
