"""Search among labels and terms, on a live server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from live_server import LiveServer, live_server
from tone_kg.ontology import load


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The service with the engine that starts at once."""
    with live_server(tmp_path_factory.mktemp("lexicon"), TONE_ENGINE="lexicon") as server:
        yield server


def search(service: LiveServer, q: str, **options: object) -> list[dict[str, Any]]:
    answer = service.get("/v1/search?" + urlencode({"q": q, **options}))
    assert answer.status == 200, answer.text
    results: list[dict[str, Any]] = answer.json["results"]
    return results


def test_what_is_sought_comes_first_then_what_begins_so_then_what_is_like_it(
    lexicon: LiveServer,
) -> None:
    found = search(lexicon, "grief")
    assert found[0] == {
        "label": "grief",
        "lang": "en",
        "kind": "concept",
        "score": 1.0,
        "concept": {
            "id": "Grief",
            "iri": "https://w3id.org/tone/Grief",
            "label": "grief",
            "tier": 3,
        },
        "term": None,
    }
    assert found[1]["kind"] == "term"
    assert found[1]["term"] == {
        "iri": "https://w3id.org/tone/lexicon/en/grief-noun-Grief",
        "term": "grief",
        "lang": "en",
        "pos": "noun",
    }
    scores = {each["label"]: each["score"] for each in found[1:]}
    begins = {label for label in scores if label.startswith("grief")}
    inside = {label for label in scores if " grief" in label}
    assert begins > {"grief"}
    assert all(scores[label] > 0.75 for label in begins)
    assert inside
    assert all(0.5 < scores[label] < 0.75 for label in inside)
    assert set(scores) > begins | inside
    assert all(0 < scores[label] <= 0.5 for label in set(scores) - begins - inside)
    assert [each["score"] for each in found] == sorted(
        (each["score"] for each in found), reverse=True
    )


@pytest.mark.parametrize(
    ("sought", "label"),
    [
        ("HEARTBROKEN", "heartbroken"),
        ("broken-hearted", "brokenhearted"),
        ("can’t stand", "can't stand"),
        ("mélancholy", "melancholy"),
        (":(", ":("),
        ("<3", "<3"),
        ("😀", "😀"),
        ("  grief ", "grief"),
    ],
)
def test_how_it_is_written_does_not_matter(lexicon: LiveServer, sought: str, label: str) -> None:
    best = search(lexicon, sought)[0]
    assert (best["label"], best["score"]) == (label, 1.0)


@pytest.mark.parametrize(
    ("sought", "label"),
    [("melancoly", "melancholy"), ("hapy", "happy"), ("frustation", "frustration")],
)
def test_what_is_misspelt_is_found(lexicon: LiveServer, sought: str, label: str) -> None:
    assert search(lexicon, sought)[0]["label"] == label


def test_every_label_is_found_by_itself(lexicon: LiveServer) -> None:
    for concept in list(load().concepts.values())[::10]:
        best = search(lexicon, concept.label, limit=1)[0]
        assert (best["kind"], best["concept"]["id"]) == ("concept", concept.id)


def test_results_come_page_by_page(lexicon: LiveServer) -> None:
    whole = search(lexicon, "joy")
    pages = [search(lexicon, "joy", offset=at, limit=7) for at in range(0, len(whole), 7)]
    assert [each for page in pages for each in page] == whole
    page = lexicon.get("/v1/search?q=joy&offset=7&limit=7").json
    assert (page["total"], page["offset"], page["limit"]) == (len(whole), 7, 7)


def test_a_language_can_be_chosen(lexicon: LiveServer) -> None:
    assert search(lexicon, "joy", lang="en") == search(lexicon, "joy")
    assert search(lexicon, "joy", lang="xx") == []


@pytest.mark.parametrize("sought", ["qxqxq", "日本", "#", "x" * 5_000])
def test_what_is_like_nothing_has_no_results(lexicon: LiveServer, sought: str) -> None:
    assert lexicon.get("/v1/search?" + urlencode({"q": sought})).json == {
        "total": 0,
        "offset": 0,
        "limit": 100,
        "results": [],
    }


@pytest.mark.parametrize(
    ("parameters", "field"),
    [("", "q"), ("?q=", "q"), ("?q=+", "q"), ("?q=a&limit=0", "limit"), ("?q=a&tier=1", "tier")],
)
def test_wrong_parameters_are_named(lexicon: LiveServer, parameters: str, field: str) -> None:
    lexicon.get("/v1/search" + parameters).problem(400, field=field)
