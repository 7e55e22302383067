"""Writes by the SPARQL 1.1 Graph Store HTTP Protocol on a live server."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from live_server import Answer, LiveServer
from sparql_questions import GRAPH
from writable_service import (
    BEARER,
    NTRIPLES,
    TURTLE,
    do,
    graph,
    put,
    values,
    writable_service,
)

IRI = "http://e/graph"
JOHN = '<http://e/john> <http://e/name> "John" .\n'
JANE = '<http://e/jane> <http://e/name> "Jane" .\n'
NAMES = f"SELECT ?x {{ GRAPH <{IRI}> {{ ?s <http://e/name> ?x }} }}"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("writable")
    with writable_service(folder, folder / "journal") as server:
        yield server


def post(service: LiveServer, path: str, body: bytes | str, content_type: str = TURTLE) -> Answer:
    return service.post(path, body, content_type, **BEARER)


def delete(service: LiveServer, path: str) -> Answer:
    return service.ask("DELETE", path, headers=BEARER)


def content(service: LiveServer, path: str) -> set[str]:
    answer = service.get(path, NTRIPLES)
    assert answer.status == 200, answer.text
    return {line + "\n" for line in answer.text.splitlines()}


def test_put_makes_or_replaces_a_graph(service: LiveServer) -> None:
    do(service, "CLEAR ALL ; DROP SILENT GRAPH <http://e/graph>")
    assert service.get(graph(IRI)).status == 404
    assert put(service, graph(IRI), JOHN).status == 201
    assert content(service, graph(IRI)) == {JOHN}
    assert put(service, graph(IRI), JANE).status == 204
    assert content(service, graph(IRI)) == {JANE}
    assert values(service, NAMES) == ["Jane"]
    head = service.ask("HEAD", graph(IRI))
    assert (head.status, head.body) == (200, b"")


def test_an_empty_graph_is_there(service: LiveServer) -> None:
    assert put(service, graph(IRI), "").status in (201, 204)
    assert content(service, graph(IRI)) == set()
    assert put(service, graph("http://e/new-and-empty"), "").status == 201
    assert service.get(graph("http://e/new-and-empty"), TURTLE).status == 200


def test_post_adds_to_a_graph(service: LiveServer) -> None:
    do(service, "DROP ALL")
    assert post(service, graph(IRI), JOHN).status == 201
    assert post(service, graph(IRI), JANE).status == 204
    assert post(service, graph(IRI), "").status == 204
    assert content(service, graph(IRI)) == {JOHN, JANE}


def test_post_to_the_store_itself_makes_a_graph(service: LiveServer) -> None:
    answer = post(service, "/graph", JOHN)
    assert answer.status == 201
    assert answer.headers["Location"].startswith(service.url + "/graph/")
    path = urlsplit(answer.headers["Location"]).path
    assert content(service, path) == {JOHN}
    assert path != urlsplit(post(service, "/graph", JOHN).headers["Location"]).path
    assert delete(service, path).status == 204
    assert service.get(path).status == 404


def test_delete_drops_a_graph(service: LiveServer) -> None:
    put(service, graph(IRI), JOHN)
    assert delete(service, graph(IRI)).status == 204
    assert service.get(graph(IRI)).status == 404
    delete(service, graph(IRI)).problem(404)
    assert values(service, NAMES) == []


def test_the_default_graph(service: LiveServer) -> None:
    do(service, "DROP ALL")
    assert put(service, "/graph?default", JOHN).status == 204
    assert post(service, "/graph?default", JANE).status == 204
    assert content(service, "/graph?default") == {JOHN, JANE}
    assert put(service, "/graph?default", JANE).status == 204
    assert content(service, "/graph?default") == {JANE}
    assert delete(service, "/graph?default").status == 204
    assert content(service, "/graph?default") == set()


def test_a_public_graph_is_a_part_of_the_default_graph(service: LiveServer) -> None:
    do(service, "DROP ALL")
    put(service, "/graph?default", JANE)
    assert put(service, "/graph/links", JOHN).status == 201
    assert content(service, graph(GRAPH + "links")) == {JOHN}
    assert content(service, "/graph/links.nt") == {JOHN}
    assert content(service, "/graph?default") == {JOHN, JANE}
    assert delete(service, "/graph/links").status == 204
    assert content(service, "/graph?default") == {JANE}
    assert service.get("/graph/links").status == 404


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/turtle", '@prefix e: <http://e/> . e:john e:name "Jöhn" .'),
        ("text/turtle; charset=UTF-8", '\ufeff<http://e/john> <http://e/name> "Jöhn" .'),
        ("application/n-triples", '<http://e/john> <http://e/name> "Jöhn" .'),
        ("application/ld+json", '{"@id": "http://e/john", "http://e/name": "Jöhn"}'),
        (
            "application/rdf+xml",
            '<!DOCTYPE r [<!ENTITY j "Jöhn">]><r:RDF xmlns:e="http://e/"'
            ' xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            '<r:Description r:about="http://e/john" e:name="&j;"/></r:RDF>',
        ),
    ],
)
def test_every_format_is_read(service: LiveServer, content_type: str, body: str) -> None:
    assert put(service, graph(IRI), body, content_type).status in (201, 204)
    assert content(service, graph(IRI)) == {JOHN.replace("o", "ö", 2).replace("jöhn", "john")}


def test_parts_of_a_form_are_one_graph(service: LiveServer) -> None:
    do(service, "DROP ALL")
    parts = "".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.ttl"\r\n'
        f"Content-Type: text/turtle; charset=utf-8\r\n\r\n{body}\r\n"
        for name, body in (("a", JOHN), ("b", JANE))
    )
    form = "multipart/form-data; boundary=edge"
    assert post(service, graph(IRI), parts + "--edge--\r\n", form).status == 201
    assert content(service, graph(IRI)) == {JOHN, JANE}
    post(service, graph(IRI), "--edge--\r\n", form).problem(400)
    put(service, graph(IRI), parts + "--edge--\r\n", form).problem(415)


def test_relative_iris_are_resolved_by_the_graph_s(service: LiveServer) -> None:
    put(service, graph("http://e/a/b"), "<> <c> <#d> .")
    expected = "<http://e/a/b> <http://e/a/c> <http://e/a/b#d> .\n"
    assert content(service, graph("http://e/a/b")) == {expected}


def test_blank_nodes_of_two_requests_are_two(service: LiveServer) -> None:
    do(service, "DROP ALL")
    for _ in range(2):
        post(service, graph(IRI), "_:a <http://e/name> 'x' .")
    assert len(content(service, graph(IRI))) == 2


@pytest.mark.parametrize(
    ("body", "content_type", "line"),
    [
        ("<http://e/s> <http://e/p> 1 .\n oops", TURTLE, 2),
        (JOHN + "<http://e/s> <p> 1 .", NTRIPLES, 2),
        ('<html>\n<p x="&nope;">', "application/rdf+xml", 2),
        (JOHN, "application/rdf+xml", 1),
        ('{"@id": "http://e/s",', "application/ld+json", 1),
        ('{"@context": "http://127.0.0.1:1/", "name": "x"}', "application/ld+json", None),
        ('{"@id": "http://e/g", "@graph": {"@id": "a:", "b:c": 1}}', "application/ld+json", None),
    ],
)
def test_a_malformed_graph_changes_nothing(
    service: LiveServer, body: str, content_type: str, line: int | None
) -> None:
    put(service, graph(IRI), JANE)
    for answer in (
        put(service, graph(IRI), body, content_type),
        post(service, graph(IRI), body, content_type),
    ):
        answer.problem(400, **({"line": line} if line else {}))
    assert content(service, graph(IRI)) == {JANE}


def test_xml_neither_grows_nor_nests_without_end(service: LiveServer) -> None:
    head = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
    nested = head + "<r:Description><e:p>" * 50_000
    put(service, graph(IRI), nested, "application/rdf+xml").problem(400)
    lines = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(10))
    laughs = f'<!DOCTYPE r [<!ENTITY a0 "ha">{lines}]>{head}<r:Description e:p="&a10;"/></r:RDF>'
    put(service, graph(IRI), laughs, "application/rdf+xml").problem(400)
    large = f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]>{head}'
    large += f'<r:Description e:p="{"&a;" * 50_000}"/></r:RDF>'
    put(service, graph(IRI), large, "application/rdf+xml").problem(400)
    outside = f'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>{head}'
    outside += "<r:Description><e:p>&a;</e:p></r:Description></r:RDF>"
    put(service, graph(IRI), outside, "application/rdf+xml").problem(400)


def test_what_is_no_graph_is_refused(service: LiveServer) -> None:
    for content_type in ("text/plain", "application/json", "application/n-quads", ""):
        put(service, graph(IRI), JOHN, content_type).problem(415)
    put(service, graph(IRI), JOHN, TURTLE + "; charset=utf-16").problem(415)
    put(service, graph(IRI), b"<a:> <b:> '\xff' .", TURTLE).problem(400)
    for path in ("/graph?graph=relative", "/graph?graph=", "/graph/a%20b", "/graph/links.ttl"):
        put(service, path, JOHN).problem(400, field="graph")
    for path in ("/graph", "/graph?x=1", "/graph?default&graph=http://e/g"):
        put(service, path, JOHN).problem(400, field="graph")
        delete(service, path).problem(400, field="graph")
    answer = service.ask("PATCH", graph(IRI), "", BEARER)
    answer.problem(405)
    assert {"GET", "PUT", "POST", "DELETE"} <= set(answer.headers["Allow"].split(", "))
