"""Mixtures: two emotions of one text that lead to a third."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import rdflib
from live_server import live_server
from small_links import links, small_linked
from small_vocabulary import term
from tone_command import tone
from tone_kg.ontology import Ontology
from tone_kg.service import Annotator

LEXICON = ("--engine", "lexicon")
LINK = "https://w3id.org/tone/link/"


def knowledge(rows: str = "") -> Ontology:
    """The few links, or others, with words for a few more concepts."""
    words = {"joyful": "Joy", "furious": "Fury"}
    more = tuple(term(text, "adjective", concept) for text, concept in words.items())
    ontology = replace(small_linked(), terms=(*small_linked().terms, *more))
    return replace(ontology, links=links(rows, "accepted")) if rows else ontology


def mixtures(text: str, ontology: Ontology | None = None, **options: object) -> list[str]:
    """The mixtures of a text as `Pride of Anger, Joy`."""
    answer = Annotator("lexicon", ontology=ontology or knowledge()).annotate_one(text, **options)  # type: ignore[arg-type]
    return [f"{each['id']} of {', '.join(each['of'])}" for each in answer.mixtures]


def test_two_emotions_of_a_text_are_named_with_what_they_lead_to() -> None:
    answer = Annotator("lexicon", ontology=knowledge()).annotate_one("angry and joyful")
    assert answer.to_dict()["mixtures"] == [
        {"id": "Pride", "of": ["Anger", "Joy"], "link": LINK + "AngerPlusJoy-leadsTo-Pride"}
    ]


def test_one_emotion_or_none_is_no_mixture() -> None:
    for text in ("", "angry", "angry and furious", "not joyful but angry", "hungry"):
        assert mixtures(text) == []


def test_kinds_of_an_emotion_do_not_count_for_it() -> None:
    assert mixtures("furious and joyful") == mixtures("angry and proud") == []
    assert mixtures("furious, angry and angry, joyful and joyful") == ["Pride of Anger, Joy"]


def test_an_emotion_with_too_small_a_share_is_not_probable() -> None:
    assert mixtures("joyful and angry") == ["Pride of Anger, Joy"]
    assert mixtures("joyful and angry, angry, angry") == []
    assert mixtures("joyful, sad and angry all at once") == []


def test_the_strongest_comes_first_then_the_id() -> None:
    equal = "joyful! sad! angry!"
    assert mixtures(equal) == ["Pride of Anger, Joy", "Envy of Anger, Sadness"]
    sadder = "joyful " * 5 + "sad " * 4 + "sad! " + "angry " * 4 + "angry!"
    assert mixtures(sadder) == ["Envy of Anger, Sadness", "Pride of Anger, Joy"]


def test_proposed_combinations_are_not_named() -> None:
    proposed = replace(knowledge(), links=links("AngerPlusJoy-leadsTo-Pride 0.9", "proposed"))
    assert mixtures("angry and joyful", proposed) == []


def test_filters_of_concepts_leave_the_mixtures() -> None:
    for options in ({"tier": 3}, {"limit": 0}, {"threshold": 1.0}):
        assert mixtures("angry and joyful", **options) == ["Pride of Anger, Joy"]


def test_the_version_of_the_model_changes_with_the_combinations() -> None:
    one = Annotator("lexicon", ontology=knowledge()).model_version
    assert Annotator("lexicon", ontology=knowledge()).model_version == one
    assert (
        Annotator("lexicon", ontology=knowledge("AngerPlusJoy-leadsTo-Awe 1")).model_version != one
    )


# The formats: with the installed ontology.

TEXT = "She was joyful and surprised."
DELIGHT = LINK + "JoyPlusSurprise-leadsTo-Delight"


def test_a_table_has_a_column_for_them() -> None:
    for text, cell in ((TEXT, "Delight (Joy + Surprise)"), ("sad", "")):
        (row,) = csv.DictReader(
            io.StringIO(tone("annotate", *LEXICON, text, "--format", "csv").text)
        )
        assert row["tone_mixtures"] == cell


def test_rdf_points_to_the_link_behind_them() -> None:
    data = tone("annotate", *LEXICON, TEXT, "--format", "turtle").data
    graph = rdflib.Graph().parse(data=data, format="turtle")
    oa = rdflib.Namespace("http://www.w3.org/ns/oa#")
    (node,) = graph.subjects(oa.hasBody, rdflib.URIRef(DELIGHT))
    assert graph.value(node, oa.motivatedBy) == oa.linking
    text = graph.value(node, oa.hasTarget)
    assert str(graph.value(text, rdflib.RDF.value)) == TEXT


def test_they_are_in_json_of_the_command_and_the_service(tmp_path: Path) -> None:
    expected = [{"id": "Delight", "of": ["Joy", "Surprise"], "link": DELIGHT}]
    assert json.loads(tone("annotate", *LEXICON, TEXT).text)["mixtures"] == expected
    with live_server(tmp_path, *LEXICON) as service:
        assert service.post_json("/v1/annotate", {"text": TEXT}).json["mixtures"] == expected
        batch = service.post_json("/v1/annotate/batch", {"texts": ["sad", TEXT]}).json["results"]
        assert [each["mixtures"] for each in batch] == [[], expected]
        page = service.post("/", "text=joyful+and+surprised", "application/x-www-form-urlencoded")
    assert '<a href="/link/JoyPlusSurprise-leadsTo-Delight">evidence</a>' in page.text
