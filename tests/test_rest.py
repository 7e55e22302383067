"""The reads of /v1 on a live server: concepts and terms."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from live_server import LiveServer
from tone_kg.ontology import load
from tone_kg.ontology.model import PRIMARIES

# Concepts.


def test_concepts_are_listed_page_by_page(service: LiveServer) -> None:
    total = service.get("/v1/concepts").json["total"]
    assert total == len(load().concepts)
    ids = []
    for offset in range(0, total, 50):
        page = service.get(f"/v1/concepts?offset={offset}&limit=50").json
        assert (page["total"], page["offset"], page["limit"]) == (total, offset, 50)
        ids += [each["id"] for each in page["concepts"]]
    assert ids == list(load().concepts)


def test_concepts_are_filtered(service: LiveServer) -> None:
    primaries = service.get("/v1/concepts?tier=1").json["concepts"]
    assert {each["id"] for each in primaries} == set(PRIMARIES)
    assert all(each["definition"] and each["path"] == [each["id"]] for each in primaries)
    found = service.get("/v1/concepts?q=GRIEF").json["concepts"]
    assert "Grief" in {each["id"] for each in found}
    assert service.get("/v1/concepts?q=grief&tier=1&lang=en").json["total"] < len(found)
    assert service.get("/v1/concepts?q=" + quote("日本")).json == {
        "total": 0,
        "offset": 0,
        "limit": 100,
        "concepts": [],
    }


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ("tier=0", "tier"),
        ("tier=x", "tier"),
        ("tier=1.0", "tier"),
        ("tier=%D9%A3", "tier"),
        ("tier=", "tier"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("offset=-1", "offset"),
        ("offset=1&offset=2", "offset"),
        ("page=2", "page"),
    ],
)
def test_wrong_filters_are_named(service: LiveServer, parameters: str, field: str) -> None:
    service.get("/v1/concepts?" + parameters).problem(400, field=field)


def test_a_concept_with_all_that_is_known_of_it(service: LiveServer) -> None:
    joy = service.get("/v1/concepts/Joy").json
    assert (joy["id"], joy["iri"], joy["tier"]) == ("Joy", "https://w3id.org/tone/Joy", 1)
    assert (joy["parent"], joy["path"], joy["primary"]) == (None, ["Joy"], "Joy")
    assert "Cheerfulness" in [each["id"] for each in joy["children"]]
    (opposite,) = joy["opposites"]
    assert opposite["concept"]["id"] == "Sadness"
    assert opposite["id"] == "Joy-isOppositeOf-Sadness"
    assert opposite["sources"] == [
        "https://doi.org/10.1109/MIS.2020.2992799",
        "https://doi.org/10.1511/2001.4.344",
        "mythes-en-us",
        "urn:isbn:9780521353649",
        "wordnet-3.0",
    ]
    assert opposite["status"] == "accepted"
    delight = next(each for each in joy["combinations"] if each["result"]["id"] == "Delight")
    assert [each["id"] for each in delight["operands"]] == ["Joy", "Surprise"]
    mapped = {(each["scheme"], each["label"]) for each in joy["mappings"]}
    assert mapped == {(scheme, "joy") for scheme in ("ekman", "goemotions", "isear", "plutchik")}
    assert joy["term_count"] == service.get("/v1/concepts/Joy/terms").json["total"] > 0
    delight = service.get("/v1/concepts/Delight").json
    assert [each["id"] for each in delight["compositions"][0]["parts"]] == ["Joy", "Surprise"]
    assert delight["results_from"][0]["operands"] == delight["compositions"][0]["parts"]


def test_inherited_links_are_told_only_when_asked_for(service: LiveServer) -> None:
    own = service.get("/v1/concepts/Exhilaration").json
    assert (own["opposites"], own["combinations"]) == ([], [])
    (opposite,) = service.get("/v1/concepts/Exhilaration?inherited=true").json["opposites"]
    assert opposite["concept"]["id"] == "Sadness"
    assert opposite["inherited_from"] == "Joy"
    # Its own links of a kind shadow those that it would inherit.
    for concept in ("Happiness", "Hope"):
        kinds = ("opposites", "compositions", "combinations")
        stated = service.get(f"/v1/concepts/{concept}").json
        inherited = service.get(f"/v1/concepts/{concept}?inherited=true").json
        for kind in kinds:
            if stated[kind]:
                assert inherited[kind] == stated[kind]
    service.get("/v1/concepts/Exhilaration?inherited=yes").problem(400, field="inherited")


@pytest.mark.parametrize("name", ["Grief", "grief", "GRIEF", "tone:Grief", "surprise%20proper"])
def test_a_concept_is_found_by_id_and_label(service: LiveServer, name: str) -> None:
    assert service.get(f"/v1/concepts/{name}").status == 200


@pytest.mark.parametrize("name", ["Greif", "Nope", "%00", "%ff", "..%2f..%2fetc%2fpasswd", "'; --"])
def test_an_unknown_concept(service: LiveServer, name: str) -> None:
    for path in (
        f"/v1/concepts/{quote(name, safe='%')}",
        f"/v1/concepts/{quote(name, safe='%')}/terms",
    ):
        service.get(path).problem(404)


def test_an_unknown_concept_is_told_its_neighbours(service: LiveServer) -> None:
    assert "Grief" in service.get("/v1/concepts/Greif").problem(404)["detail"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/concepts/{}", 404),
        ("/concepts/{}", 404),
        ("/v1/opposite?emotion={}", 404),
        ("/v1/concepts?{}=1", 400),
    ],
)
def test_a_problem_repeats_only_the_beginning_of_a_long_name(
    service: LiveServer, path: str, status: int
) -> None:
    name = "Joy" * 2_000
    answer = service.get(path.format(name))
    answer.problem(status)
    assert name[:60] in answer.text
    assert len(answer.text) < 400


# Terms.


def test_the_terms_of_a_concept(service: LiveServer) -> None:
    answer = service.get("/v1/concepts/Grief/terms").json
    assert answer["concept"]["id"] == "Grief"
    heartbroken = next(each for each in answer["terms"] if each["term"] == "heartbroken")
    assert 0 < heartbroken["score"] <= 1
    assert heartbroken["source"]
    assert heartbroken["status"] == "accepted"
    scores = [each["score"] for each in answer["terms"]]
    assert scores == sorted(scores, reverse=True)
    assert service.get("/v1/concepts/Grief/terms?lang=xx").json["terms"] == []


@pytest.mark.parametrize("term", ["heartbroken", "HEARTBROKEN", "Heartbroken", " heartbroken "])
def test_a_term_is_found_whatever_its_case(service: LiveServer, term: str) -> None:
    answer = service.get("/v1/terms/" + quote(term)).json
    assert "Grief" in [each["concept"]["id"] for each in answer["concepts"]]
    assert answer["concepts"][0]["concept"]["path"][0] == "Sadness"
    assert service.get(f"/v1/terms/{quote(term)}?lang=en").status == 200


def test_inflected_forms_and_symbols_are_found(service: LiveServer) -> None:
    for term in ("grieving", "😭", ":'(", "<3", ":/"):
        answer = service.get("/v1/terms/" + quote(term, safe=""))
        assert answer.status == 200, term
        assert answer.json["concepts"]


@pytest.mark.parametrize("term", ["zyzzyva", "%ff", "a/b/c", "//", "%00", "x" * 5000, "?lang=xx"])
def test_an_unknown_term(service: LiveServer, term: str) -> None:
    document = service.get("/v1/terms/" + term).problem(404)
    assert "zyzzyva" not in document["detail"]
