"""Writes to another SPARQL server through the service that stands before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest
from live_server import LiveServer, live_server
from small_store import SmallStore, small_store
from sparql_questions import GRAPH, ask
from tone_command import tone
from virtuoso import CREDENTIALS, virtuoso
from writable_service import (
    BEARER,
    NTRIPLES,
    SMALL,
    TOKEN,
    TURTLE,
    UPDATE,
    do,
    graph,
    put,
    send,
    send_form,
    values,
)

LINKS, PROPOSALS = GRAPH + "links", GRAPH + "proposals"
JOHN = '<http://e/john> <http://e/name> "John" .\n'
JANE = '<http://e/jane> <http://e/name> "Jane" .\n'
NAMES = "SELECT ?x { ?s <http://e/name> ?x }"
SETTINGS = {"TONE_ROOT": str(SMALL), "TONE_TOKEN": TOKEN, "TONE_ENGINE": "lexicon"}


def over_small(small: SmallStore, *ways: str) -> tuple[str, ...]:
    """Return the options for a service over a small store that is written to in some ways."""
    paths = {"update": "/update", "graph": "/data"}
    options = ["--writable", "--store", small.url + "/query"]
    for way in ways:
        options += [f"--store-{way}-url", small.url + paths[way]]
    return tuple(options)


@pytest.fixture(scope="module", params=["update", "both", "virtuoso"])
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """The service over a store without TONE in it."""
    folder = tmp_path_factory.mktemp("over")
    with ExitStack() as opened:
        if request.param == "virtuoso":
            server = opened.enter_context(virtuoso(folder / "database"))
            options: tuple[str, ...] = ("--writable", "--store", server.query_url)
            options += tuple(each.replace("--", "--store-") for each in server.writing)
        else:
            ways = ("update",) if request.param == "update" else ("update", "graph")
            options = over_small(opened.enter_context(small_store()), *ways)
        yield opened.enter_context(live_server(folder, *options, **SETTINGS, **CREDENTIALS))


def content(service: LiveServer, path: str) -> set[str]:
    answer = service.get(path, NTRIPLES)
    assert answer.status == 200, answer.text
    return {line + "\n" for line in answer.text.splitlines()}


def clear(service: LiveServer) -> None:
    for name in (LINKS, PROPOSALS):
        do(service, f"DROP SILENT GRAPH <{name}>")


# Updates.


def test_what_an_update_writes_is_read_and_deleted(service: LiveServer) -> None:
    clear(service)
    text = 'INSERT DATA {{ GRAPH <{}> {{ <http://e/s> <http://e/name> "a+b %41 ü😀" }} }}'
    do(service, text.format(LINKS))
    assert values(service, NAMES) == ["a+b %41 ü😀"]
    assert send_form(service, "/sparql", update=text.format(PROPOSALS)).status == 204
    assert values(service, "SELECT ?x { GRAPH ?x { ?s <http://e/name> ?y } }") == [LINKS, PROPOSALS]
    do(service, f"DELETE WHERE {{ GRAPH <{LINKS}> {{ ?s ?p ?o }} }}")
    assert values(service, NAMES) == []
    assert values(service, "SELECT ?x { GRAPH ?x { ?s ?p ?o } }") == [PROPOSALS]


def test_what_an_update_leaves_undeclared_is_as_in_queries(service: LiveServer) -> None:
    clear(service)
    do(service, f"INSERT DATA {{ GRAPH <{LINKS}> {{ tone:Joy rdfs:label 'joy' ; <p> <> }} }}")
    assert values(service, "SELECT ?x { ?x rdfs:label 'joy' ; <p> <> }") == [
        "https://w3id.org/tone/Joy"
    ]
    assert values(service, "SELECT ?x { ?s <p> ?x }") == [service.url + "/sparql"]


def test_patterns_of_an_update_see_the_served_graphs(service: LiveServer) -> None:
    clear(service)
    other = "http://e/other"
    for name in (LINKS, PROPOSALS, other):
        do(service, f"INSERT DATA {{ GRAPH <{name}> {{ <{name}> <http://e/is> 1 }} }}")
    insert = f"INSERT {{ GRAPH <{PROPOSALS}> {{ ?s <http://e/name> 'x' }} }} WHERE "
    copied = f"SELECT ?x {{ GRAPH <{PROPOSALS}> {{ ?x <http://e/name> 'x' }} }}"
    do(service, insert + "{ ?s <http://e/is> 1 }")
    assert values(service, copied) == [LINKS]
    do(service, insert + "{ GRAPH ?g { ?s <http://e/is> 1 } }")
    assert values(service, copied) == [LINKS, PROPOSALS]
    do(service, f"DROP SILENT GRAPH <{other}>")


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <http://127.0.0.1:1/>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "DEFINE input:default-graph-uri <x:> CLEAR ALL",
        "INSERT { GRAPH <x:> { ?s ?p ?x } } WHERE { ?s ?p ?o BIND(<sql:f>(?o) AS ?x) }",
        "INSERT { GRAPH <x:> { ?s ?p ?x } } WHERE { ?s ?p ?o BIND(<http://e/f>(?o) AS ?x) }",
        "DROP ALL ; oops",
    ],
)
def test_what_the_embedded_store_refuses_is_not_sent(service: LiveServer, update: str) -> None:
    put(service, "/graph/links", JOHN)
    send(service, update).problem(400)
    assert content(service, "/graph/links") == {JOHN}


# Graphs.


def test_graphs_are_put_filled_and_dropped(service: LiveServer) -> None:
    clear(service)
    assert service.get("/graph/links").status == 404
    assert put(service, "/graph/links", JOHN).status == 201
    assert content(service, "/graph/links") == {JOHN}
    assert put(service, graph(LINKS), JANE).status == 204
    assert content(service, "/graph?default") == {JANE}
    assert service.post("/graph/links", JOHN, TURTLE, **BEARER).status == 204
    assert content(service, "/graph/links") == {JOHN, JANE}
    assert service.ask("DELETE", "/graph/links", headers=BEARER).status == 204
    service.ask("DELETE", "/graph/links", headers=BEARER).problem(404)
    assert service.get("/graph/links").status == 404


def test_a_large_graph_with_blank_nodes_arrives_whole(service: LiveServer) -> None:
    lines = "".join(
        f"_:b{i % 9} <http://e/name> 'n{i}' ; <http://e/of> [] .\n" for i in range(1500)
    )
    put(service, "/graph/links", lines)
    put(service, "/graph/links", lines)
    rows = ask(service, "SELECT ?s (COUNT(*) AS ?n) { ?s <http://e/name> ?o } GROUP BY ?s")
    assert isinstance(rows, list)
    assert sorted(int(row["n"]) for row in rows) == [166] * 3 + [167] * 6
    assert len(values(service, "SELECT ?x { ?s <http://e/of> ?x }")) == 1500


def test_other_graphs_are_refused(service: LiveServer) -> None:
    for path in (graph("http://e/other"), "/graph?default", "/graph/mine"):
        assert "graph/links" in put(service, path, JOHN).problem(400)["detail"]
    put(service, "/graph/links", "<http://e/s> oops .").problem(400, line=1)


# Who may write, and where.


def test_writing_needs_the_token(service: LiveServer) -> None:
    clear(service)
    insert = f"INSERT DATA {{ GRAPH <{LINKS}> {{ <http://e/s> <http://e/name> 1 }} }}"
    for headers in ({}, {"Authorization": "Bearer x"}):
        service.post("/update", insert, UPDATE, **headers).problem(401)
        service.ask("PUT", "/graph/links", JOHN, {"Content-Type": TURTLE, **headers}).problem(401)
    assert values(service, NAMES) == []


def test_a_service_without_an_address_to_write_to_does_not_start() -> None:
    store = ("--store", "http://127.0.0.1:1/sparql")
    done = tone("serve", "--port", "0", "--writable", *store, TONE_TOKEN=TOKEN)
    assert (done.status, len(done.messages.splitlines())) == (2, 1), done.messages
    assert "--store-update-url" in done.messages


def test_a_service_that_is_not_writable_writes_nothing(tmp_path: Path) -> None:
    with small_store() as small:
        options = over_small(small, "update")[1:]
        with live_server(tmp_path, *options, **SETTINGS) as server:
            send(server, "CLEAR ALL").problem(403)
            put(server, "/graph/links", JOHN).problem(403)
        assert small.writes == []


def test_a_store_that_fails_is_told_plainly(tmp_path: Path) -> None:
    with small_store() as small:
        options = over_small(small, "graph")
        with live_server(tmp_path, *options, **SETTINGS) as server:
            assert "Graph Store" in send(server, "CLEAR ALL").problem(400)["detail"]
            small.fails_after = 0
            assert "written or not" in put(server, "/graph/links", JOHN).problem(502)["detail"]
            small.fails_after = None
            assert put(server, "/graph/links", JOHN).status == 201
            assert server.get("/sparql?" + urlencode({"query": NAMES})).status == 200
