"""The answer to a text: shares, concepts, its forms as data, warnings, and wrong use."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from small_vocabulary import annotate, small_annotator, small_ontology
from tone_kg.ontology import ToneError
from tone_kg.ontology.concepts import PRIMARIES
from tone_kg.service import Annotator, to_frame

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
            "experiencer": "writer",
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
            "experiencer": "writer",
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
    assert Annotator("lexicon", ontology=small_ontology()).model_version == version
    changed = replace(small_ontology(), terms=small_ontology().terms[1:])
    assert Annotator("lexicon", ontology=changed).model_version != version


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
    assert len(to_frame(small_annotator().annotate_one("happy"))) == 1


# Warnings


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("The train leaves at nine.", "no term"),
        ("http://happy.example/", "no words"),
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
