"""`tone lookup`, `show` and `query`: the knowledge on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import rdflib
from tone_command import tone


@pytest.mark.parametrize("term", ["heartbroken", "HeartBroken", " HEARTBROKEN "])
def test_lookup_shows_the_concepts_of_a_term_with_score_source_and_status(term: str) -> None:
    done = tone("lookup", term)
    head, first, *_ = done.text.splitlines()
    assert head.split() == ["term", "pos", "concept", "path", "score", "weight", "status", "source"]
    assert first.startswith("heartbroken")
    assert "Sadness > " in first
    assert " accepted " in first


def test_lookup_in_json_has_all_fields() -> None:
    (found, *_) = json.loads(tone("lookup", "heartbroken", "--format", "json").text)
    assert found["concept"]["path"][0] == "Sadness"
    assert found["source"]
    assert {"margin", "runner_up", "weight", "evidence", "status", "reviewer", "date"} <= set(found)
    assert 0 < found["score"] <= 1


def test_lookup_finds_inflected_forms_and_emoticons() -> None:
    assert "grieve" in tone("lookup", "grieved").text
    assert "Sadness" in tone("lookup", ":'(").text


@pytest.mark.parametrize("term", ["heart-broken", "heart broken", "Heart‑Broken"])
def test_lookup_finds_a_term_whatever_its_hyphens(term: str) -> None:
    assert tone("lookup", term).text == tone("lookup", "heartbroken").text


def test_lookup_finds_a_term_whatever_its_apostrophes() -> None:
    assert tone("lookup", "cant wait").text == tone("lookup", "can't wait").text


def test_lookup_of_an_unknown_term() -> None:
    done = tone("lookup", "zyzzyva")
    assert (done.status, done.text) == (1, "")
    assert done.messages == "tone: 'zyzzyva' is not in the vocabulary\n"
    assert json.loads(tone("lookup", "zyzzyva", "--format", "json").text) == []


def test_show_tells_all_of_a_concept() -> None:
    lines = tone("show", "Joy").text.splitlines()
    assert lines[:3] == ["joy (Joy, tier 1)", "https://w3id.org/tone/Joy", "path       Joy"]
    shown = "\n".join(lines)
    for part in (
        "children   Approval, Cheerfulness",
        "opposite   Sadness (score 0.9999, antonyms | kind | literature | polarity, accepted,\n"
        "           https://doi.org/10.1109/MIS.2020.2992799, https://doi.org/10.1511/2001.4.344,",
        "part of    Delight",
        "combines   Joy + Surprise leads to Delight",
        "schemes    parrott",
        "mappings   ekman joy",
        "goemotions joy",
        "terms      ",
    ):
        assert part in shown


@pytest.mark.parametrize("name", ["Grief", "grief", "GRIEF", "https://w3id.org/tone/Grief"])
def test_show_takes_ids_labels_and_iris(name: str) -> None:
    shown = json.loads(tone("show", name, "--format", "json").text)
    assert shown["id"] == "Grief"
    assert shown["path"] == ["Sadness", "SadnessProper", "Grief"]
    assert any(each["term"] == "heartbroken" for each in shown["terms"])


def test_show_offers_what_is_close_to_an_unknown_concept() -> None:
    done = tone("show", "Greif")
    assert (done.status, done.text) == (2, "")
    assert done.messages.startswith("tone: unknown concept 'Greif'; did you mean Grief")


OPPOSITE = "SELECT ?o WHERE { tone:Joy tone:isOppositeOf ?o }"


def test_query_prints_a_table_and_the_formats_of_the_standard(tmp_path: Path) -> None:
    assert tone("query", OPPOSITE).text == "o\ntone:Sadness\n"
    answer = json.loads(tone("query", OPPOSITE, "--format", "json").text)
    assert answer["results"]["bindings"][0]["o"]["value"] == "https://w3id.org/tone/Sadness"
    (row,) = csv.DictReader(io.StringIO(tone("query", OPPOSITE, "--format", "csv").text))
    assert row == {"o": "https://w3id.org/tone/Sadness"}
    assert "<https://w3id.org/tone/Sadness>" in tone("query", OPPOSITE, "--format", "tsv").text
    assert "<sparql" in tone("query", OPPOSITE, "--format", "xml").text
    assert tone("query", "ASK { tone:Joy a owl:Class }").text == "true\n"


@pytest.mark.parametrize(
    ("format", "parser"),
    [("turtle", "turtle"), ("ntriples", "nt"), ("rdfxml", "xml"), ("jsonld", "json-ld")],
)
def test_query_gives_graphs(format: str, parser: str) -> None:
    query = "CONSTRUCT WHERE { tone:Joy rdfs:label ?label }"
    graph = rdflib.Graph().parse(data=tone("query", query, "--format", format).data, format=parser)
    joy = rdflib.URIRef("https://w3id.org/tone/Joy")
    assert set(graph) == {(joy, rdflib.RDFS.label, rdflib.Literal("joy", lang="en"))}


def test_query_reads_a_file_and_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text(OPPOSITE)
    from_file = tone("query", "--file", "q.rq", cwd=tmp_path)
    from_pipe = tone("query", "--file", "-", input=OPPOSITE)
    assert from_file.text == from_pipe.text == "o\ntone:Sadness\n"


def test_query_tells_where_it_is_malformed(tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("SELECT ?s\nWHERE { ?s ?p }")
    done = tone("query", "--file", "q.rq", cwd=tmp_path)
    assert (done.status, done.text) == (2, "")
    assert done.messages.startswith("tone: q.rq: the query is malformed at line 2, column 1")
    assert "line 1, column 1" in tone("query", "SELEC ?s").messages


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["INSERT DATA { tone:Joy a tone:Fear }"], "INSERT is an update"),
        (["SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }"], "SERVICE is not available"),
        ([OPPOSITE, "--format", "turtle"], "--format turtle does not fit SELECT"),
        (["DESCRIBE tone:Joy", "--format", "csv"], "--format csv does not fit DESCRIBE"),
        ([OPPOSITE, "--file", "q.rq"], "Give a QUERY, or --file FILE"),
        ([], "Give a QUERY, or --file FILE"),
        (["--file", "none.rq"], "cannot read none.rq: No such file"),
    ],
)
def test_query_refuses(arguments: list[str], message: str) -> None:
    done = tone("query", *arguments)
    assert (done.status, done.text) == (2, "")
    assert message in done.messages
