"""What clients may keep: ETag, If-None-Match and 304; and content codings, on a live server."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from urllib.parse import urlencode

import pytest
from live_server import BROWSER, LiveServer, live_server
from sparql_questions import DIRECT, FORM, OPPOSITE
from tone_kg.ontology.model import INSTALLED

LARGE = "/sparql?" + urlencode({"query": "SELECT * { ?s tone:tier ?t }"})
SMALL = "/sparql?" + urlencode({"query": OPPOSITE})
KEPT = [
    SMALL,
    LARGE,
    "/sparql?" + urlencode({"query": "DESCRIBE tone:Joy"}),
    "/sparql",
    "/graph/links",
    "/graph?default",
    "/ontology.nt",
    "/concepts/Joy.ttl",
    "/link/Joy-isOppositeOf-Sadness.nt",
    "/v1/concepts?tier=1",
    "/v1/concepts/Joy?inherited=true",
    "/v1/terms/heartbroken",
    "/v1/path?from=Grief&to=Joy",
    "/openapi.json",
    "/static/style.css",
]


def tag(service: LiveServer, path: str, **headers: str) -> str:
    answer = service.ask("GET", path, headers=headers)
    assert answer.status == 200, answer.text
    return str(answer.headers["ETag"])


# Validators.


@pytest.mark.parametrize("path", KEPT)
def test_a_client_that_has_the_answer_is_told_so(service: LiveServer, path: str) -> None:
    first = service.get(path)
    assert first.headers["ETag"].startswith('"')
    assert first.headers["Cache-Control"] == "no-cache"
    for method in ("GET", "HEAD"):
        again = service.ask(method, path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status, again.body) == (304, b"")
        for name in ("ETag", "Vary", "Cache-Control", "Access-Control-Allow-Origin"):
            assert again.headers[name] == first.headers[name], name
        for name in ("Content-Type", "Content-Length", "Content-Encoding"):
            assert name not in again.headers


def test_pages_are_kept_too(service: LiveServer) -> None:
    for path in ("/", "/concepts/Joy", "/docs", LARGE):
        headers = {"Accept": BROWSER}
        found = tag(service, path, **headers)
        answer = service.ask("GET", path, headers={**headers, "If-None-Match": found})
        assert answer.status == 304
        assert service.ask("GET", path, headers={"If-None-Match": found}).status in (200, 304)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("{}", 304),
        ("W/{}", 304),
        ('"x", {}', 304),
        ('W/"x,y" , W/{}', 304),
        ("*", 304),
        ('"x"', 200),
        ("", 200),
        ("nonsense", 200),
    ],
)
@pytest.mark.parametrize("path", [SMALL, "/v1/concepts/Joy"])
def test_the_ways_to_name_what_a_client_has(
    service: LiveServer, path: str, written: str, status: int
) -> None:
    headers = {"If-None-Match": written.format(tag(service, path))}
    assert service.ask("GET", path, headers=headers).status == status


def test_answers_that_differ_have_different_tags(service: LiveServer) -> None:
    graph = "https://w3id.org/tone/graph/links"
    query = urlencode({"query": "SELECT (<> AS ?x) { ?s ?p ?o } LIMIT 1"})
    asked = [
        (f"/sparql?{query}", {}),
        (f"/sparql?{query}&format=csv", {}),
        (f"/sparql?{query}", {"Accept": "application/json"}),
        (f"/sparql?{query}&default-graph-uri={graph}", {}),
        (f"/sparql?{query}&named-graph-uri={graph}", {}),
        (f"/sparql?{query}+", {}),
        (f"/sparql?{query}", {"Host": "other.example"}),
        ("/v1/concepts/Joy", {}),
        ("/v1/concepts/Bliss", {}),
        ("/v1/concepts/Bliss?inherited=true", {}),
    ]
    tags = [tag(service, path, **headers) for path, headers in asked]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (NOW() AS ?x) {}",
        "SELECT (rand() AS ?x) {}",
        "SELECT (UUID() AS ?x) (STRUUID() AS ?y) {}",
        "SELECT (BNODE() AS ?x) {}",
        r"SELECT (\u004eOW() AS ?x) {}",
        "SELECT * { ?s tone:tier ?t } ORDERBYRAND()",
        "CONSTRUCT { [] rdfs:label ?l } { tone:Joy rdfs:label ?l }",
        "CONSTRUCT { _:b rdfs:label ?l } { tone:Joy rdfs:label ?l }",
    ],
)
def test_an_answer_that_is_another_one_each_time_has_no_tag(
    service: LiveServer, query: str
) -> None:
    path = "/sparql?" + urlencode({"query": query})
    for accept in ("*/*", BROWSER):
        answer = service.ask("GET", path, headers={"If-None-Match": "*", "Accept": accept})
        assert (answer.status, answer.headers["ETag"]) == (200, None)
        assert answer.headers["Cache-Control"] == "no-store"


def test_names_of_functions_are_told_from_other_names(service: LiveServer) -> None:
    query = 'SELECT ?now { ?now tone:hasOperand ?rand FILTER("now()" != str(?rand)) } LIMIT 1'
    assert tag(service, "/sparql?" + urlencode({"query": query}))


@pytest.mark.parametrize("query", ["SELECT ?", "SELECT * { ?s ?p }", "SELECT (tone:f() AS ?x) {}"])
@pytest.mark.parametrize("held", ["*", '"x"'])
def test_a_query_that_is_wrong_is_never_unchanged(
    service: LiveServer, query: str, held: str
) -> None:
    path = "/sparql?" + urlencode({"query": query})
    answer = service.ask("GET", path, headers={"If-None-Match": held})
    answer.problem(400)
    assert answer.headers["ETag"] is None


def test_what_is_posted_is_always_answered(service: LiveServer) -> None:
    headers = {"If-None-Match": "*"}
    for answer in (
        service.post("/sparql", OPPOSITE, DIRECT, **headers),
        service.post("/sparql", urlencode({"query": OPPOSITE}), FORM, **headers),
        service.post("/v1/annotate", '{"text": "joy"}', "application/json", **headers),
    ):
        assert (answer.status, answer.headers["ETag"]) == (200, None)


def test_the_health_is_never_kept(service: LiveServer) -> None:
    for path in ("/health/live", "/health/ready"):
        answer = service.ask("GET", path, headers={"If-None-Match": "*"})
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")


def test_replicas_have_the_same_tags_until_a_source_differs(
    service: LiveServer, tmp_path: Path
) -> None:
    blank = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o FILTER isBlank(?o) }"})
    paths = [LARGE, blank, "/graph/ontology", "/v1/concepts/Joy"]
    public = {"Host": "tone.example"}
    folders = tmp_path / "ontology", tmp_path / "vocab"
    for folder in folders:
        shutil.copytree(INSTALLED.parent / folder.name, folder)
    with live_server(tmp_path, TONE_ROOT=str(folders[0]), TONE_ENGINE="lexicon") as replica:
        for path in paths:
            one, other = (each.ask("GET", path, headers=public) for each in (service, replica))
            assert one.headers["ETag"] == other.headers["ETag"]
            assert one.body == other.body
    terms = folders[0] / "terms.tsv"
    lines = terms.read_text("utf-8").splitlines(keepends=True)
    terms.write_text("".join(lines[:-1]), "utf-8")
    with live_server(tmp_path, TONE_ROOT=str(folders[0]), TONE_ENGINE="lexicon") as changed:
        headers = {**public, "If-None-Match": tag(service, LARGE, **public)}
        assert changed.ask("GET", LARGE, headers=headers).status == 200


# Codings.


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("br, gzip;q=0.1", "gzip"),
        ("*", "gzip"),
        ("identity;q=0", None),
        ("gzip, identity;q=0", "gzip"),
        ("*;q=0.1, identity;q=0", "gzip"),
        ("gzip;q=0.5, identity;q=0.6", None),
        ("gzip;q=0", None),
        ("gzip;q=0, *", None),
        ("gzip;q=0.0, *;q=0", None),
        ("identity", None),
        ("br, zstd, deflate", None),
        ("", None),
        (None, None),
    ],
)
def test_an_answer_comes_in_a_coding_that_the_client_takes(
    service: LiveServer, accepted: str | None, coding: str | None
) -> None:
    headers = {} if accepted is None else {"Accept-Encoding": accepted}
    answer = service.ask("GET", LARGE, headers=headers)
    if accepted in ("identity;q=0", "gzip;q=0.0, *;q=0"):
        answer.problem(406)
        return
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, coding)
    body = gzip.decompress(answer.body) if coding else answer.body
    assert body == service.get(LARGE).body
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        (LARGE, "application/sparql-results+xml"),
        (LARGE, "text/csv"),
        (LARGE, BROWSER),
        ("/graph/links", "text/turtle"),
        ("/graph/links", "application/n-triples"),
        ("/sparql?query=DESCRIBE%20tone%3AJoy", "application/n-quads"),
        ("/v1/concepts/Joy", "application/json"),
        ("/openapi.json", "*/*"),
        ("/static/style.css", "*/*"),
        ("/concepts/Joy", BROWSER),
    ],
)
def test_every_kind_of_answer_is_compressed(service: LiveServer, path: str, accept: str) -> None:
    plain = service.get(path, accept)
    packed = service.ask("GET", path, headers={"Accept": accept, "Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.body) == plain.body
    assert int(packed.headers["Content-Length"]) == len(packed.body) < len(plain.body)
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    assert packed.headers["ETag"] != plain.headers["ETag"]
    head = service.ask("HEAD", path, headers={"Accept": accept, "Accept-Encoding": "gzip"})
    for name in ("Content-Encoding", "Content-Type", "ETag", "Vary"):
        assert head.headers[name] == packed.headers[name]
    if not path.startswith("/graph"):  # the length of a whole graph is not told by HEAD
        assert head.headers["Content-Length"] == packed.headers["Content-Length"]


def test_equal_answers_are_compressed_to_equal_bytes(service: LiveServer) -> None:
    headers = {"Accept-Encoding": "gzip"}
    one, two = (service.ask("GET", LARGE, headers=headers) for _ in range(2))
    assert one.body == two.body
    assert one.body[4:8] == bytes(4)  # no time: RFC 1952, section 2.3.1


def test_each_coding_has_a_tag_of_its_own(service: LiveServer) -> None:
    for path in (LARGE, "/v1/concepts/Joy"):
        plain, packed = tag(service, path), tag(service, path, **{"Accept-Encoding": "gzip"})
        for held, accepted, status in (
            (packed, "gzip", 304),
            (packed, "identity", 200),
            (plain, "identity", 304),
        ):
            headers = {"If-None-Match": held, "Accept-Encoding": accepted}
            answer = service.ask("GET", path, headers=headers)
            assert (answer.status, answer.headers["ETag"] == held) == (status, status == 304)


def test_small_answers_are_sent_as_they_are(service: LiveServer) -> None:
    for path in (SMALL, "/v1/terms/nope", "/health/live"):
        answer = service.ask("GET", path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] is None
        assert json.loads(answer.body)
    headers = {"Accept-Encoding": "gzip, identity;q=0"}
    packed = service.ask("GET", SMALL, headers=headers)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == service.get(SMALL).body


def test_posted_texts_and_batches_are_compressed(service: LiveServer) -> None:
    packed = {"Accept-Encoding": "gzip"}
    text = json.dumps({"text": "I felt heartbroken and utterly alone.", "explain": True})
    lines = "".join(f'"so happy {number}"\n' for number in range(40))
    for path, body, content_type in (
        ("/v1/annotate", text, "application/json"),
        ("/v1/annotate/batch", lines, "application/x-ndjson"),
        ("/v1/annotate/batch", '{"texts": ["joy", "grief"]}', "application/json"),
    ):
        answer = service.post(path, body, content_type, **packed)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(answer.body) == service.post(path, body, content_type).body
