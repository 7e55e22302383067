"""Queries that are wrong, that change, that reach the network, that never end: a live server."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from live_server import LiveServer, live_server

DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"


def holds(service: LiveServer, query: str) -> bool:
    """Return the answer to an ASK query."""
    answer = service.post("/sparql", query, DIRECT)
    assert answer.status == 200, answer.text
    return bool(answer.json["boolean"])


def triples(service: LiveServer) -> int:
    """Return how many triples the graphs hold now."""
    query = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    return int(service.post("/sparql", query, DIRECT).json["results"]["bindings"][0]["n"]["value"])


# What is wrong with a query.


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("SELECT * {\n ?s ?p }", 2),
        ("SELECT * {\r\n\r\n ?s ?p nowhere:x }", 3),
        ("\nSELEKT * {}", 2),
        ("SELECT ?x ?x { BIND(1 AS ?x) }", 1),
        ('SELECT * { ?s ?p "unclosed }', 1),
        ("SELECT * { ?s ?p <http://[> }", 1),
        ("# nothing", 1),
        ("SELECT (1 AS ?\\uD800) {}", 1),
    ],
)
def test_a_malformed_query_is_told_with_its_place(
    service: LiveServer, query: str, line: int
) -> None:
    document = service.get("/sparql?" + urlencode({"query": query})).problem(400, line=line)
    assert document["column"] >= 1


@pytest.mark.parametrize("query", ["ASK { FILTER(tone:f(1)) }", "SELECT (tone:f(1) AS ?x) {}"])
def test_an_unknown_function_is_an_error_of_the_query(service: LiveServer, query: str) -> None:
    document = service.get("/sparql?" + urlencode({"query": query})).problem(400)
    assert "function" in document["detail"]


def test_code_point_escapes_are_decoded_first(service: LiveServer) -> None:
    assert holds(service, r"\u0041SK { tone:J\u006Fy a owl:Class }")
    assert holds(service, r'ASK { FILTER("\u0041\U0001F600" = "A😀" && "\\u0041" != "A") }')


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { tone:a tone:b tone:c }",
        "DELETE WHERE { ?s ?p ?o }",
        "PREFIX a: <http://a/> # SELECT\nDROP ALL",
        "LOAD <http://127.0.0.1/>",
        "CLEAR DEFAULT",
        "WITH <http://g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "ASK {} ; DROP ALL",
    ],
)
def test_nothing_can_be_changed(service: LiveServer, query: str) -> None:
    before = triples(service)
    service.get("/sparql?" + urlencode({"query": query})).problem(400)
    service.post("/sparql", urlencode({"update": query}), FORM).problem(403)
    service.post("/sparql", query, "application/sparql-update").problem(403)
    assert triples(service) == before


# Nothing leaves the machine.


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on loopback, and who came."""
    callers: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, caller = server.accept()
                except OSError:
                    return
                callers.append(str(caller))
                connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", callers


HIDDEN = [
    "SELECT * { SERVICE <URL> { ?x ?y ?z } }",
    "SELECT * { service silent<URL>{ ?x ?y ?z } }",
    "SELECT * { BIND(<URL> AS ?u) SERVICE ?u { ?x ?y ?z } }",
    "SELECT * { GRAPH ?g { OPTIONAL { SERVICE <URL> { ?x ?y ?z } } } }",
    "ASK { FILTER EXISTS { SERVICE <URL> { ?x ?y ?z } } }",
    "PREFIX s: <URL> SELECT * { SERVICE s:x { ?x ?y ?z } }",
    "PREFIX : <URL> SELECT * { SERVICE:x { ?x ?y ?z } }",
    "SELECT * { ?s tone:tier 1SERVICE <URL> { ?x ?y ?z } }",
    "SELECT * { ?s tone:tier 1 .SERVICE<URL>{ ?x ?y ?z } }",
    "SELECT * { ?s owl:deprecated trueSERVICE <URL> { ?x ?y ?z } }",
    'SELECT * { ?s rdfs:label "joy"@en.SERVICE <URL> { ?x ?y ?z } }',
    "SELECT * { # comment\r SERVICE <URL> { ?x ?y ?z }\n }",
    "SELECT * { # comment \\\n SERVICE <URL> { ?x ?y ?z }\n }",
    r"SELECT * { \u0053ERVICE <URL> { ?x ?y ?z } }",
    r"SELECT * { \U00000053\u0045RVICE <URL> { ?x ?y ?z } }",
    # Read as IRIs, `<'>` and `<?b#>` would hide what follows in a string.
    "SELECT * { tone:Joy tone:tier ?b FILTER(1<'>'||?b) SERVICE <URL> { ?x ?y ?z } FILTER('') }",
    "SELECT * { tone:Joy tone:tier ?b FILTER(?b<?b#>'''\n||?b) SERVICE <URL> { ?x ?y ?z }} #'''",
    r"PREFIX e: <http://e/> SELECT * { ?s ?p e:b\#c, ?o . SERVICE <URL> { ?x ?y ?z } }",
    r"PREFIX e: <http://e/> SELECT * { ?s ?p e:b\', ?o . SERVICE <URL> { ?x ?y ?z } } #'",
    "PREFIX e: <http://e/> SELECT * { ?s ?p e:a.b.SERVICE <URL> { ?x ?y ?z } }",
    "SELECT * { ?s ?p '''a\\''''. SERVICE <URL> { ?x ?y ?z } }",
    'SELECT * { ?s ?p "\\\\". SERVICE <URL> { ?x ?y ?z } }',
]


@pytest.mark.parametrize("query", HIDDEN)
def test_service_is_refused_however_it_is_hidden(
    service: LiveServer, listener: tuple[str, list[str]], query: str
) -> None:
    url, callers = listener
    service.post("/sparql", query.replace("URL", url), DIRECT).problem(400)
    assert callers == []


def test_other_ways_out_are_closed_too(
    service: LiveServer, listener: tuple[str, list[str]]
) -> None:
    url, callers = listener
    for query in (
        f"SELECT * FROM <{url}> {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"SELECT * {{ GRAPH <{url}> {{ ?s ?p ?o }} }}",
        f"DESCRIBE <{url}>",
    ):
        assert service.post("/sparql", query, DIRECT).status == 200
    query = urlencode({"query": "ASK { ?s ?p ?o }", "default-graph-uri": url})
    assert service.get("/sparql?" + query).json["boolean"] is False
    service.post("/sparql", f"LOAD <{url}>", DIRECT).problem(400)
    assert callers == []


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?service ?p ?o }",
        'ASK { FILTER(STRLEN("the service { is good") > 1) } # SERVICE',
        "ASK { ?s a <http://www.w3.org/ns/sparql-service-description#Service> }",
        "PREFIX sd: <http://example.org/> ASK { ?s a sd:Service }",
    ],
)
def test_the_word_service_is_no_harm_by_itself(service: LiveServer, query: str) -> None:
    assert service.post("/sparql", query, DIRECT).status == 200


# Queries that would bring the process down.


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 20_000 + "}" * 20_000,
        "SELECT * { FILTER(" + "(" * 5_000 + "1" + ")" * 5_000 + ") }",
        "SELECT * { ?a <p:> " + "[<p:> " * 500 + "1" + "]" * 500 + " }",
        "SELECT * { FILTER(?a<'>'||" + "(" * 500 + "1" + ")" * 500 + "||?b='') }",
        "ASK { ?s ?p '" + "x" * 60_000 + "' }",
        "ASK {} #" + "{" * 1_000_000,
    ],
)
def test_queries_that_are_too_long_or_too_deep_are_refused(service: LiveServer, query: str) -> None:
    service.post("/sparql", query, DIRECT).problem(413)


@pytest.mark.parametrize("run", ["9", "a-", "1-", "é", "?a-"])
def test_a_query_is_read_in_time_that_grows_as_its_length(service: LiveServer, run: str) -> None:
    """Were it its square, each of these would take minutes, and longer than `post` waits."""
    query = f"ASK {{ FILTER({run * (49_000 // len(run))}1 = 1) }}"
    assert service.post("/sparql", query, DIRECT).status in (200, 400, 503)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 100 + "}" * 100,
        "SELECT * { FILTER(" + "abs(" * 98 + "1" + ")" * 98 + ") }",
        "SELECT * { {}" + "UNION{}" * 7_000 + " }",
        "SELECT * { FILTER(" + "!" * 49_000 + "1) }",
        "SELECT * { FILTER(1" + "*1" * 5_000 + ") }",
        "SELECT * { FILTER(1" + "||1" * 5_000 + ") }",
        "SELECT * { FILTER(1" + " - 1" * 12_000 + ") }",
        "SELECT * { " + "OPTIONAL{} " * 4_500 + " }",
        "SELECT * { " + "MINUS{} " * 6_000 + " }",
        "SELECT * { "
        + "BIND(1 AS ?a)" * 1
        + "".join(f"BIND(1 AS ?v{i})" for i in range(2_500))
        + " }",
        "SELECT * { VALUES ?a {" + "1 " * 24_000 + "} }",
        "SELECT * { ?a <p:>" + "|<p:>" * 9_000 + " ?b }",
    ],
    ids=lambda query: query[:25],
)
def test_the_longest_queries_allowed_do_not_break_the_process(
    service: LiveServer, query: str
) -> None:
    before = service.workers()
    assert service.post("/sparql", query, DIRECT).status in (200, 400, 503)
    assert holds(service, "ASK {}")
    assert service.workers() == before


def test_a_result_that_is_too_large_is_no_partial_answer(service: LiveServer) -> None:
    document = service.post("/sparql", "SELECT * { ?a ?b ?c . ?d ?e ?f }", DIRECT).problem(400)
    assert "LIMIT" in document["detail"]


def test_a_query_that_never_ends_is_cut_and_the_service_lives_on(tmp_path: Path) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with live_server(tmp_path, TONE_QUERY_SECONDS="0.5", TONE_QUERY_THREADS="2") as server:
        before = server.workers()
        for _ in range(3):
            answer = server.post("/sparql?timeout=1000", endless, DIRECT)
            assert "(0.5 s)" in answer.problem(503)["detail"], "a client cannot raise the limit"
            assert int(answer.headers["Retry-After"]) > 0
        answer = server.post("/sparql?timeout=0.1", endless, DIRECT)
        assert "(0.1 s)" in answer.problem(503)["detail"]
        assert holds(server, "ASK {}")
        assert server.workers() == before


def test_a_query_that_eats_the_memory_ends_alone(service: LiveServer) -> None:
    doubled = " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40))
    query = f'SELECT (STRLEN(?v40) AS ?n) {{ BIND("x" AS ?v0) {doubled} }}'
    before = service.workers()
    assert "memory" in service.post("/sparql", query, DIRECT).problem(400)["detail"]
    assert holds(service, "ASK {}")
    assert service.workers() == before


def test_a_store_that_is_killed_comes_back(service: LiveServer) -> None:
    assert holds(service, "ASK {}")
    os.kill(service.holder(), signal.SIGKILL)
    for _ in range(100):
        if service.post("/sparql", "ASK {}", DIRECT).status == 200:
            break
        time.sleep(0.1)
    assert holds(service, "ASK { tone:Joy a owl:Class }")


def test_a_service_whose_store_has_ended_ends_as_failed(tmp_path: Path) -> None:
    """Whoever supervises it can start it anew."""
    with live_server(tmp_path, TONE_ENGINE="lexicon") as server:
        os.kill(os.getpgid(server.holder()), signal.SIGKILL)
        assert server.process.wait(timeout=60) == 1
        assert "the store has ended" in server.log.read_text()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("TONE_QUERY_LENGTH", "20000000"),
        ("TONE_QUERY_SECONDS", "1e12"),
        ("TONE_QUERY_MEMORY", "1"),
    ],
)
def test_limits_may_be_out_of_all_measure(tmp_path: Path, setting: str, value: str) -> None:
    with live_server(tmp_path, TONE_ENGINE="lexicon", **{setting: value}) as server:
        assert holds(server, "ASK { tone:Joy a owl:Class }")


def test_many_clients_at_once(service: LiveServer) -> None:
    answers: list[str] = []

    def client(number: int) -> None:
        path = "/sparql?" + urlencode(
            {"query": f"SELECT ({number} AS ?n) {{ tone:Joy a ?c }} LIMIT 1"}
        )
        answers.append(service.get(path, "text/csv").text)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == sorted(f"n\r\n{number}\r\n" for number in range(40))


def test_problems_are_json_that_says_no_more_than_it_should(service: LiveServer) -> None:
    text = service.get("/sparql?query=SELECT%20secret").text
    assert json.loads(text)["title"] == "Bad Request"
    for word in ("pyoxigraph", "Traceback", "site-packages", "secret"):
        assert word not in text
