"""Emotions that are taken back, and negations that take nothing back."""

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
        ("She asked if I was lonely. I said no, I have a dog.", {"lonely": "said no"}),
        ("Is the cat in pain? The vet says not.", {"in pain": "says not"}),
        ("You'd think I'd be furious, but I'm really not.", {"furious": "I'm really not"}),
        ("The excitement about the phone wore off in a day.", {"excitement": "wore off"}),
        ("The nightmares ended when we moved.", {"nightmares": "ended"}),
        ("Dad's temper left him with age.", {"temper": "left him"}),
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
        "I'm sad she left him.",
        "It hurt that he left me with the bill.",
        "She asked me to love him. I said nothing.",
        "My anger about it grew.",
        "The fear left me cold.",
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


@pytest.mark.parametrize(
    "text",
    [
        "I used to hate olives.",
        "If I were angry I'd tell you.",
        "If the dog seems nervous, give it the blanket.",
        "I stopped worrying about the mole.",
        "I'm long past caring.",
        "The last thing I feel is anger.",
        "I'd be lying if I said I was pleased.",
        "It would be wrong to say that they were lonely.",
        "He is the opposite of calm.",
        "Without the slightest regret he left.",
        "I am not proud of it or ashamed.",
        "It wasn't love and it wasn't hate.",
        "No, I'm not angry.",
        "no i'm not scared",
    ],
)
def test_what_is_negated_counts_for_nothing(annotator: Annotator, text: str) -> None:
    answer = annotator.annotate_one(text)
    assert answer.evidence
    assert {each.negated for each in answer.evidence} == {True}


@pytest.mark.parametrize(
    ("text", "primary"),
    [
        # Twice negated.
        ("Nobody on the boat was not afraid.", "Fear"),
        ("There isn't a day when I don't miss her.", "Love"),
        ("Not a day goes by that I'm not sorry.", "Sadness"),
        ("There was no one who wasn't amazed.", "Surprise"),
        ("Don't think for a minute that I'm not jealous.", "Anger"),
        ("I'd be lying if I said I wasn't scared.", "Fear"),
        ("I won't pretend I wasn't sad.", "Sadness"),
        ("I don't deny that I hate him.", "Anger"),
        ("She's never been anything but tender.", "Love"),
        ("None of us was without fear.", "Fear"),
        ("Who wouldn't be amazed?", "Surprise"),
        ("It's hard not to love her.", "Love"),
        ("I haven't stopped shaking with fear.", "Fear"),
        # Of a greatest degree.
        ("I have never been so happy.", "Joy"),
        ("I couldn't be happier.", "Joy"),
        ("Nothing scares me more than spiders.", "Fear"),
        ("I've never known terror like it.", "Fear"),
        ("I couldn't love her more.", "Love"),
        ("Nobody was more amazed than me.", "Surprise"),
        ("I've rarely been so angry.", "Anger"),
        # Until something, or for it.
        ("I wasn't jealous till I saw her number.", "Anger"),
        ("I couldn't speak for joy.", "Joy"),
        # Phrases that negate nothing.
        ("I can't wait!", "Joy"),
        ("Not only sad but heartbroken.", "Sadness"),
        ("No wonder I'm furious.", "Anger"),
        ("I was not a little surprised.", "Surprise"),
        ("It is no small grief to us.", "Sadness"),
        ("I'm no stranger to grief.", "Sadness"),
        # No such condition, and no such end.
        ("What if he's angry?", "Anger"),
        ("If anything I'm delighted.", "Joy"),
        ("I got used to being sad.", "Sadness"),
        ("The stopped clock made me sad.", "Sadness"),
    ],
)
def test_what_only_looks_negated_counts(annotator: Annotator, text: str, primary: str) -> None:
    assert annotator.annotate_one(text).primary == primary


@pytest.mark.parametrize("text", ["He didn't feel no joy.", "I don't have no fear, never did."])
def test_a_negation_said_twice_is_one(annotator: Annotator, text: str) -> None:
    assert annotator.annotate_one(text).primary == "Neutral"


@pytest.mark.parametrize(
    "text",
    [
        "Joy Adeyemi takes over on Monday.",
        "Joy called about the invoice.",
        "We camped at Cape Disappointment.",
        "The boat is called Serenity.",
        "The Happy Prince is a story by Wilde.",
        "Left at Hope Street, please.",
        "Thunder 98; the Rage play away on Thursday.",
        "I'm afraid the office is shut on Friday.",
        "He's in a meeting, I'm afraid.",
        "I'd be glad to send you the form.",
        "I would be grateful if you could forward it.",
        "We regret that the lift is out of order.",
        "Pleased to inform you that it has arrived.",
    ],
)
def test_a_word_that_only_looks_like_an_emotion_is_no_evidence(
    annotator: Annotator, text: str
) -> None:
    assert annotator.annotate_one(text).evidence == []


@pytest.mark.parametrize(
    "text",
    [
        "Joy filled the room.",
        "Happy New Year!",
        "I am so Happy today",
        "we felt Joy",
        "Glad I could come.",
        "What Joy There Is In Small Things",
        "I'm afraid of the dark.",
        "I'm afraid it will explode.",
        "I'm afraid if he comes.",
        "I'm glad to be home.",
        "We regret it bitterly.",
        "So pleased to hear you are well.",
    ],
)
def test_what_is_no_name_and_no_formula_is_evidence(annotator: Annotator, text: str) -> None:
    assert any(not each.negated for each in annotator.annotate_one(text).evidence)


@pytest.mark.parametrize("engine", ["linear", "transformer"])
def test_what_is_denied_lowers_what_the_models_say(engine: str) -> None:
    models = Annotator(engine)
    for text, primary in (
        ("Nobody's crying over the old microwave.", "Sadness"),
        ("Am I jealous? Hardly. I'm thrilled for her.", "Anger"),
        ("Nobody in the waiting room was tense.", "Fear"),
    ):
        answer = models.annotate_one(text)
        assert answer.primary != primary or answer.primaries[primary] < 0.5
