"""What the lexicon engine finds in text, and what it makes of it."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from small_vocabulary import annotate, small_ontology, term
from tone_kg.service import Annotator


def found(text: str) -> list[str]:
    """The pieces of the text that are evidence, a negated one after a `not`."""
    evidence = annotate(text).evidence
    return [f"not {each.text}" if each.negated else each.text for each in evidence]


def terms(text: str) -> list[str]:
    return [each.term for each in annotate(text).evidence]


# Finding terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("happy and sad, happy again", ["happy", "sad", "happy"]),
        ("She grieves. They grieved, still grieving", ["grieves", "grieved", "grieving"]),
        ("happier, the happiest", ["happier", "happiest"]),
        ("sadder than the saddest", ["sadder", "saddest"]),
        ("he cried, she cries, we are crying", ["cried", "cries", "crying"]),
        ("I wept", ["wept"]),
        ("she saw red, sowing seed red with dust", ["saw red"]),
        ("I felt down", ["felt down"]),
        ("hugged, hugging; regretted", ["hugged", "hugging", "regretted"]),
        ("panicked and panicking", ["panicked", "panicking"]),
        ("agonising, agonized", ["agonising", "agonized"]),
        ("pangs of guilt, tears, broken hearts", ["pangs of guilt", "tears", "broken hearts"]),
        ("love's end", ["love's"]),
        ("shades of grey, a happily ending", []),
    ],
)
def test_inflected_forms_are_found(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("he broke my heart", "break one's heart"),
        ("it breaks Anna's heart", "break one's heart"),
        ("I hate myself", "hate oneself"),
        ("you are driving me crazy", "drive someone crazy"),
        ("that cheered us up", "cheer up"),
        ("that cracks me up", "crack up"),
        ("she cheered up", "cheer up"),
        ("I'm in tears", "be in tears"),
        ("left in tears", "be in tears"),
        ("my heart sinks", "one's heart sinks"),
        ("am over the moon", "over the moon"),
        ("couldn't stand it", "can't stand"),
    ],
)
def test_phrases_bend_to_their_sentence(text: str, term: str) -> None:
    assert terms(text) == [term]


@pytest.mark.parametrize(
    "text",
    [
        *("heartbroken", "heart-broken", "Heartbroken", "HEARTBROKEN", "#heartbroken"),
        *("#Heartbroken", "heart\u00adbroken", "heartbrokennn", "“heartbroken”"),
    ],
)
def test_a_word_is_found_however_it_is_spelt(text: str) -> None:
    assert terms(text) == ["heartbroken"]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("over-joyed", "overjoyed"),
        ("over-the-moon", "over the moon"),
        ("overthemoon", "over the moon"),
        ("a broken-heart", "broken heart"),
        ("I cant stand it", "can't stand"),
        ("I can’t stand it", "can't stand"),
        ("I can´t stand it", "can't stand"),
        ("I can not stand it", "can't stand"),
        ("I could not stand it", "can't stand"),
        ("naive", "naïve"),
        ("nai\u0308ve", "naïve"),
        ("wooow", "wow"),
        ("yaaay", "yay"),
        ("I looove it", "love"),
        ("hahahaha", "haha"),
        ("bwahahah", "haha"),
        ("#InLove", "in love"),
        ("#inlove", "in love"),
        ("#SoVeryHappy", "happy"),
        ("𝗵𝗮𝗽𝗽𝘆 😂", "😂"),
    ],
)
def test_variants_of_spelling_are_one_term(text: str, term: str) -> None:
    assert terms(text) == [term]


def test_an_open_compound_is_found_where_both_parts_are_known() -> None:
    ontology = small_ontology()
    compound = (term("heart", "noun", "Love"), term("broken", "adjective", "Sadness"))
    annotator = Annotator("lexicon", ontology=replace(ontology, terms=ontology.terms + compound))
    [evidence] = annotator.annotate_one("heart broken").evidence
    assert evidence.term == "heartbroken"


def test_a_term_itself_goes_before_a_form_of_another() -> None:
    ontology = small_ontology()
    both = (term("please", "verb", "Pleasure"), term("pleased", "adjective", "Happiness"))
    annotator = Annotator("lexicon", ontology=replace(ontology, terms=both))
    [pleased, pleases] = annotator.annotate_one("pleased; it pleases").evidence
    assert (pleased.term, pleased.concepts) == ("pleased", ("Happiness",))
    assert (pleases.term, pleases.concepts) == ("please", ("Pleasure",))


def test_the_longest_term_wins_and_words_are_used_once() -> None:
    assert found("a broken heart, in love, love") == ["broken heart", "in love", "love"]
    assert found("cheer, up") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("😂😂", ["😂", "😂"]),
        ("nice👍🏽!", ["👍🏽"]),
        ("❤ and ❤️", ["❤", "❤️"]),
        ("🤦‍♀️ 🤦🏽‍♂️ 🤦🏽‍♂️‍➡️", ["🤦‍♀️", "🤦🏽‍♂️", "🤦🏽‍♂️‍➡️"]),
        ("😮‍💨", ["😮‍💨"]),
        ("👍‍🌈 ❤️‍🔥", []),
        (":) :-) :))) ok:)", [":)", ":-)", ":)))", ":)"]),
        (":'( :’(", [":'(", ":’("]),
        ("<3 :D :d d: D:", ["<3", ":D", ":d", "d:", "D:"]),
        ("T_T ^^", ["T_T", "^^"]),
        ("bad :/", [":/"]),
        ("https://example.org/:) mail:/x a@happy.org @happy www.happy.com", []),
        ("1:) 2:3 8<3x at 10:D4 c:/dir (see 5:)", []),
    ],
)
def test_emoji_and_emoticons(text: str, expected: list[str]) -> None:
    assert found(text) == expected


# Offsets


@pytest.mark.parametrize(
    "text",
    [
        "👩‍❤️‍👨 then happy",
        "cafe\u0301 nai\u0308ve happy",
        "İstanbul İİ happy",
        "hap\u200bpy",
        "\ud800 happy",
        "ｆｕｌｌ happy 😂",
        "… ‘happy’",
        "sa\u0301d happy",
    ],
)
def test_offsets_count_code_points_of_the_text_as_given(text: str) -> None:
    evidence = annotate(text).evidence
    assert evidence
    for each in evidence:
        assert text[each.begin : each.end] == each.text
    assert any(each.term == "happy" for each in evidence)


def test_a_composed_and_a_decomposed_text_say_the_same() -> None:
    text = "naïve and happy"
    decomposed = unicodedata.normalize("NFD", text)
    assert annotate(text).primaries == annotate(decomposed).primaries
    assert annotate(decomposed).evidence[0].text == unicodedata.normalize("NFD", "naïve")


# Negation


@pytest.mark.parametrize(
    "text",
    [
        *("not happy", "I am not very happy", "isn't happy", "isnt happy", "isn’t happy"),
        *("it isn't that sad", "she isn't this angry usually", "that wasn't that joy"),
        *("don´t be sad", "don′t be sad", "I haven't been happy", "I can't be happy", "shan't cry"),
        *("never felt joy", "never in my life have I felt joy", "nobody is happy", "no joy"),
        *("I can't say I'm angry", "I don't think he's happy", "I no longer love you"),
        *("don't feel guilty", "not really that sad", "hardly happy", "without fear"),
        *("nothing to fear", "far from happy", "a total lack of joy", "neither happy"),
        *("not at all happy", "I don't have no joy", "never happy", "NOT HAPPY", "not unhappy"),
        *("not anxious or afraid", "neither happy nor sad", "not happy and proud"),
        *("rather sick than happy, instead of happy",),
    ],
)
def test_a_negated_term_is_evidence_that_counts_for_nothing(text: str) -> None:
    answer = annotate(text)
    negated = [each for each in answer.evidence if each.negated]
    assert negated
    if "than happy" not in text:
        assert negated == answer.evidence
        assert answer.neutral == 1
        assert answer.concepts == answer.detected == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I was not happy, I felt heartbroken", ["not happy", "heartbroken"]),
        ("not happy but proud", ["not happy", "proud"]),
        ("I'm not sad. Happy!", ["not sad", "Happy"]),
        ("not now; happy", ["happy"]),
        ("not here (happy)", ["happy"]),
        ("I did not go because I was sad", ["sad"]),
        ("I don't know why I'm sad", ["sad"]),
        ("no, I love it", ["love"]),
        ("no it was a joy", ["joy"]),
        ("without you I'm sad", ["sad"]),
        ("he does not love sad films", ["not love", "not sad"]),
        ("they don't hug the sad", ["not hug", "sad"]),
        ("they don't hug people who cry", ["not hug", "cry"]),
        ("not one of all the people in this long street is happy", ["happy"]),
        ("not only happy", ["happy"]),
        ("I can't wait, happy", ["happy"]),
        ("can't help but love it", ["love"]),
        ("I can not help but love it", ["love"]),
        ("I do not know why I'm sad", ["sad"]),
        ("couldn't be happier", ["happier"]),
        ("I could not be more proud", ["proud"]),
        ("I've never been so happy", ["happy"]),
        ("never been this sad", ["sad"]),
        ("I haven't been this happy in years", ["happy"]),
        ("he hasn't been so angry, hadnt been so sad", ["angry", "sad"]),
        ("they had not been this proud", ["proud"]),
        ("I can't be any happier, can not get more proud", ["happier", "proud"]),
        ("never happier", ["happier"]),
        ("no wonder she is sad", ["sad"]),
        ("no doubt happy", ["happy"]),
        ("why not be happy", ["happy"]),
        ("never not happy", ["happy"]),
        ("not without joy", ["joy"]),
        ("nothing but joy", ["joy"]),
        ("isn't she happy", ["happy"]),
        ("isn't that sad? And wasn't that a joy?", ["sad", "joy"]),
        ("I can't stand it", ["can't stand"]),
        ("I can't 😂", ["😂"]),
        ("that isn't it haha", ["haha"]),
        ("try not to cry", ["cry"]),
    ],
)
def test_what_a_negation_does_not_reach_counts(text: str, expected: list[str]) -> None:
    assert found(text) == expected


# Intensity


@pytest.mark.parametrize(
    ("text", "intensity"),
    [
        ("happy", 1.0),
        ("very happy", 1.5),
        ("so happy", 1.25),
        ("sooo happy", 1.25),
        ("slightly happy", 0.5),
        ("a little bit happy", 0.5),
        ("kind of happy", 0.75),
        ("terribly happy", 1.5),
        ("very very very happy", 2.0),
        ("happy!", 1.2),
        ("so HAPPY today", 1.5),
        ("ALL HAPPY", 1.0),
        ("happyyy", 1.2),
        ("very, happy", 1.0),
    ],
)
def test_intensity_is_a_factor(text: str, intensity: float) -> None:
    assert [each.intensity for each in annotate(text).evidence] == [intensity]


def test_a_more_intense_term_holds_more_of_the_text() -> None:
    weak, plain, strong = (
        annotate(text).primaries["Joy"] for text in ("a bit happy", "happy", "very happy")
    )
    assert weak < plain < strong


def test_an_adverb_is_a_term_by_itself_and_an_intensity_before_another() -> None:
    assert terms("it ended terribly") == ["terribly"]
    assert terms("terribly sad") == ["sad"]


def test_an_explanation_names_the_rules_that_fired() -> None:
    text = "I am NOT very happy!"
    [evidence] = annotate(text, explain=True).evidence
    assert evidence.cues is not None
    assert [(cue["rule"], cue["text"]) for cue in evidence.cues] == [
        ("negation", "NOT"),
        ("intensity", "very"),
        ("emphasis", "happy"),
    ]
    for cue in evidence.cues:
        assert text[cue["begin"] : cue["end"]] == cue["text"]
    assert "cues" not in annotate(text).to_dict()["evidence"][0]


# The vocabulary that is shipped


def test_the_example_of_the_documentation() -> None:
    answer = Annotator("lexicon").annotate_one(
        "I was not happy, I felt heartbroken and utterly alone."
    )
    negated = {each.text: each.negated for each in answer.evidence}
    assert answer.concepts[0].id == answer.primary == "Sadness"
    assert negated["happy"] is True
    assert negated["heartbroken"] is False
    assert negated["alone"] is False


def test_every_term_of_the_vocabulary_is_found_as_written() -> None:
    annotator = Annotator("lexicon")
    missed = []
    for each in annotator.ontology.terms:
        evidence = annotator.annotate_one(each.term).evidence
        if [piece.text for piece in evidence] not in ([each.term], [each.term.rstrip("!?. ")]):
            missed.append((each.term, [piece.text for piece in evidence]))
    assert missed == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr Proud and Mrs. Angry called", []),
        ("Mr Smith is proud. Angry, too", ["proud", "Angry"]),
        ("the dr. is PROUD", ["PROUD"]),
        ("I'm afraid it's closed, and I’m afraid so", []),
        ("I'm afraid of it", ["afraid"]),
        ("I'm afraid", ["afraid"]),
    ],
)
def test_names_and_polite_phrases_are_no_emotions(text: str, expected: list[str]) -> None:
    assert found(text) == expected
