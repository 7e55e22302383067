"""What the lexicon engine finds in text, and what it makes of it."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace

import pytest
from small_vocabulary import small_annotator, small_ontology, term
from tone_kg.ontology import ToneError
from tone_kg.ontology.concepts import PRIMARIES
from tone_kg.service import Annotator, Answer, to_frame


def annotate(text: str, **options: object) -> Answer:
    return small_annotator().annotate_one(text, **options)  # type: ignore[arg-type]


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
    annotator = Annotator(ontology=replace(ontology, terms=ontology.terms + compound))
    [evidence] = annotator.annotate_one("heart broken").evidence
    assert evidence.term == "heartbroken"


def test_a_term_itself_goes_before_a_form_of_another() -> None:
    ontology = small_ontology()
    both = (term("please", "verb", "Pleasure"), term("pleased", "adjective", "Happiness"))
    annotator = Annotator(ontology=replace(ontology, terms=both))
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
        ("🤦‍♀️ 🤦🏽‍♂️", ["🤦‍♀️", "🤦🏽‍♂️"]),
        ("😮‍💨", ["😮‍💨"]),
        ("❤️‍🔥", ["❤️‍🔥"]),
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
        ("couldn't be happier", ["happier"]),
        ("I could not be more proud", ["proud"]),
        ("I've never been so happy", ["happy"]),
        ("never been this sad", ["sad"]),
        ("never happier", ["happier"]),
        ("no wonder she is sad", ["sad"]),
        ("no doubt happy", ["happy"]),
        ("why not be happy", ["happy"]),
        ("never not happy", ["happy"]),
        ("not without joy", ["joy"]),
        ("nothing but joy", ["joy"]),
        ("isn't she happy", ["happy"]),
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


# Shares and concepts


def test_one_term_shares_the_text_with_what_is_neutral() -> None:
    answer = annotate("heartbroken")
    sadness = answer.primaries["Sadness"]
    assert answer.detected == ["Sadness"]
    assert sum(answer.primaries.values()) == sadness
    assert sadness + answer.neutral == pytest.approx(1, abs=1e-9)
    assert [(each.id, each.tier, each.score) for each in answer.concepts] == [
        ("Sadness", 1, sadness),
        ("SadnessProper", 2, sadness),
        ("Grief", 3, sadness),
    ]
    assert answer.concepts[2].path == ("Sadness", "SadnessProper", "Grief")
    assert answer.concepts[2].iri == "https://w3id.org/tone/Grief"
    assert answer.concepts[2].probability is None


def test_a_term_of_several_concepts_is_split_over_them() -> None:
    answer = annotate("bittersweet")
    assert answer.evidence[0].concepts == ("Joy", "Sadness")
    assert answer.primaries["Joy"] == pytest.approx(2 * answer.primaries["Sadness"], abs=1e-5)
    assert 1 - answer.neutral < annotate("happy").primaries["Joy"]


def test_concepts_of_no_primary_are_other() -> None:
    answer = annotate("curious")
    assert answer.other == answer.concepts[0].score > 0
    assert answer.primary == "Neutral"
    assert [(each.id, each.tier) for each in answer.concepts] == [("Curiosity", None)]


def test_weak_words_alone_lose_to_neutral() -> None:
    answer = annotate("terribly")
    assert answer.neutral > answer.primaries["Fear"] > 0
    assert answer.primary == "Neutral"
    assert answer.detected == []


def test_two_feelings_can_be_there_at_once() -> None:
    assert annotate("happy and afraid").detected == ["Joy", "Fear"]


MANY = "happy, proud, overjoyed, in love, heartbroken, alone, guilty, curious, naïve"


def test_the_limit_counts_for_each_tier() -> None:
    tiers = [each.tier for each in annotate(MANY, limit=2).concepts]
    assert sorted(tiers, key=str) == [1, 1, 2, 2, 3, 3, None, None]
    assert annotate(MANY, limit=0).concepts == []


def test_a_tier_and_a_threshold_choose_concepts() -> None:
    assert {each.tier for each in annotate(MANY, tier=3).concepts} == {3}
    scores = [each.score for each in annotate(MANY, limit=50).concepts]
    assert scores == sorted(scores, reverse=True)
    least = scores[3]
    chosen = annotate(MANY, limit=50, threshold=least)
    assert [each.score for each in chosen.concepts] == [s for s in scores if s >= least]
    assert chosen.primaries == annotate(MANY).primaries


def test_ties_are_told_apart_by_depth_and_id() -> None:
    tied = [each.id for each in annotate("alone, guilty, sad", limit=9).concepts]
    assert tied == ["Sadness", "Neglect", "Shame", "Guilt", "Loneliness"]


# The answer as data


def test_the_json_object_is_the_documented_one() -> None:
    answer = annotate("I was not happy, I felt heartbroken.")
    assert list(answer.to_dict()) == [
        *("text", "engine", "profile", "model_version", "ontology_version", "language"),
        *("primaries", "other", "neutral", "detected", "concepts", "evidence", "mixtures"),
        *("warnings", "scheme"),
    ]
    assert list(answer.to_dict()["primaries"]) == list(PRIMARIES)
    assert list(answer.to_dict()["concepts"][0]) == [
        *("id", "iri", "label", "tier", "path", "score", "probability")
    ]
    assert answer.to_dict()["evidence"] == [
        {
            "begin": 10,
            "end": 15,
            "text": "happy",
            "term": "happy",
            "concepts": ["Happiness"],
            "negated": True,
            "intensity": 1.0,
            "source": "lexicon",
        },
        {
            "begin": 24,
            "end": 35,
            "text": "heartbroken",
            "term": "heartbroken",
            "concepts": ["Grief"],
            "negated": False,
            "intensity": 1.0,
            "source": "lexicon",
        },
    ]
    assert json.loads(json.dumps(answer.to_dict())) == answer.to_dict()
    assert (answer.engine, answer.profile, answer.language) == ("lexicon", "general", "en")
    assert answer.ontology_version == small_ontology().version


def test_parts_of_an_answer_read_like_its_json() -> None:
    answer = annotate("heartbroken")
    assert answer["concepts"][0]["id"] == answer.concepts[0].id
    assert answer.evidence[0]["term"] == "heartbroken"
    with pytest.raises(KeyError):
        answer["to_dict"]


def test_the_text_is_left_out_where_it_is_not_to_be_echoed() -> None:
    answer = annotate("so happy", echo=False)
    assert answer.text is None
    assert "text" not in answer.to_dict()


def test_the_model_version_changes_with_the_vocabulary() -> None:
    version = small_annotator().model_version
    assert annotate("x").model_version == version
    assert Annotator(ontology=small_ontology()).model_version == version
    changed = replace(small_ontology(), terms=small_ontology().terms[1:])
    assert Annotator(ontology=changed).model_version != version


def test_a_row_is_flat_and_names_the_most_specific_concepts() -> None:
    row = annotate("very heartbroken and afraid").to_row()
    assert row["tone_primary"] == "Sadness"
    assert (row["tone_top1"], row["tone_top2"], row["tone_top3"]) == ("Grief", "Fear", None)
    assert row["tone_score1"] > row["tone_score2"]
    assert row["tone_score3"] is None
    assert row["tone_detected"] == "Sadness | Fear"
    assert row["tone_error"] is None


def test_answers_become_a_data_frame() -> None:
    pytest.importorskip("pandas")
    frame = to_frame(small_annotator().annotate(["happy", "", "sad"]))
    assert list(frame["tone_primary"]) == ["Joy", "Neutral", "Sadness"]
    assert list(frame.columns)[:4] == ["tone_primary", "tone_neutral", "tone_other", "tone_Love"]
    assert len(to_frame([])) == 0


# Warnings


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("The train leaves at nine.", "no term"),
        ("http://happy.example/", "no term"),
        ("not happy", "negated"),
    ],
)
def test_an_answer_without_a_concept_says_why(text: str, why: str) -> None:
    answer = annotate(text)
    assert answer.neutral == 1
    [warning] = answer.warnings
    assert warning["code"] == "nothing_found"
    assert why in warning["message"]


def test_another_language_is_not_guessed_at() -> None:
    answer = annotate("happy 😂", language="de")
    assert [each.text for each in answer.evidence] == ["😂"]
    assert [each["code"] for each in answer.warnings] == ["language_not_covered"]
    assert answer.language == "de"
    for english in ("en", "en-GB", "EN_us"):
        assert annotate("happy", language=english).warnings == []


# Foreign schemes


def test_a_scheme_gets_a_figure_for_each_label() -> None:
    scheme = annotate("I love you, heartbroken", scheme="goemotions").scheme
    assert scheme is not None
    assert list(scheme) == ["name", "labels", "thresholds", "predicted"]
    assert len(scheme["labels"]) == 28
    assert scheme["thresholds"] is None
    assert set(scheme["predicted"]) == {"grief", "love"}
    # The more specific label has it.
    assert scheme["labels"]["grief"] > scheme["labels"]["sadness"] == 0
    assert annotate("", scheme="goemotions").scheme["predicted"] == ["neutral"]  # type: ignore[index]


# Wrong use


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"tier": 0}, "tier"),
        ({"tier": 4}, "tier"),
        ({"tier": True}, "tier"),
        ({"tier": "1"}, "tier"),
        ({"limit": -1}, "limit"),
        ({"limit": 1.5}, "limit"),
        ({"threshold": 2}, "threshold"),
        ({"threshold": float("nan")}, "threshold"),
        ({"language": 5}, "language"),
        ({"language": ""}, "language"),
        ({"explain": "yes"}, "explain"),
        ({"echo": 1}, "echo"),
        ({"scheme": 1}, "scheme"),
        ({"scheme": "zodiac"}, "goemotions"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, object], named: str) -> None:
    for call in (annotate, small_annotator().stream):
        with pytest.raises(ToneError, match=named):
            call("happy", **options)  # type: ignore[arg-type, operator]


@pytest.mark.parametrize(
    ("choice", "known"), [({"engine": "oracle"}, "lexicon"), ({"profile": "poems"}, "social")]
)
def test_a_wrong_engine_or_profile_lists_what_exists(choice: dict[str, str], known: str) -> None:
    with pytest.raises(ToneError, match=known):
        Annotator(**choice, ontology=small_ontology())  # type: ignore[arg-type]


def test_a_text_that_is_no_string_is_told_by_its_place() -> None:
    with pytest.raises(ToneError, match="text 1: is missing"):
        small_annotator().annotate(["happy", None])  # type: ignore[list-item]
    stream = small_annotator().stream(["happy", 3.5])  # type: ignore[list-item]
    assert next(stream).primary == "Joy"
    with pytest.raises(ToneError, match="text 1: is not a string but float"):
        next(stream)
    with pytest.raises(ToneError, match="annotate_one"):
        small_annotator().annotate("happy")


# The vocabulary that is shipped


def test_the_example_of_the_documentation() -> None:
    answer = Annotator().annotate_one("I was not happy, I felt heartbroken and utterly alone.")
    negated = {each.text: each.negated for each in answer.evidence}
    assert answer.concepts[0].id == answer.primary == "Sadness"
    assert negated["happy"] is True
    assert negated["heartbroken"] is False
    assert negated["alone"] is False


def test_every_term_of_the_vocabulary_is_found_as_written() -> None:
    annotator = Annotator()
    missed = []
    for each in annotator.ontology.terms:
        evidence = annotator.annotate_one(each.term).evidence
        if [piece.text for piece in evidence] not in ([each.term], [each.term.rstrip("!?. ")]):
            missed.append((each.term, [piece.text for piece in evidence]))
    assert missed == []
