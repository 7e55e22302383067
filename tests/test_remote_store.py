"""The service over another SPARQL server: what it asks, and what it says when that is ill."""

from __future__ import annotations

import base64
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from live_server import BROWSER, Answer, LiveServer, live_server
from sick_store import SickStore, sick_store
from sparql_questions import DIRECT, GRAPH, JSON_RESULTS, OPPOSITE
from tone_command import tone

SETTINGS = {
    "TONE_ENGINE": "lexicon",
    "TONE_QUERY_SECONDS": "1",
    "TONE_QUERY_BYTES": "100000",
    "TONE_QUERY_THREADS": "2",
}
UNITED = {GRAPH + each for each in ("ontology", "links", "vocabulary", "mappings")}


@pytest.fixture(scope="module")
def sick() -> Iterator[SickStore]:
    with sick_store() as store:
        yield store


@pytest.fixture(scope="module")
def remote(sick: SickStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The service over it alone."""
    credentials = {"TONE_STORE_USER": "reader", "TONE_STORE_PASSWORD": "sesame"}
    arguments = ("--store", sick.url)
    with live_server(
        tmp_path_factory.mktemp("remote"), *arguments, **SETTINGS, **credentials
    ) as server:
        yield server
        assert "sesame" not in server.log.read_text()


@pytest.fixture(scope="module")
def fallback(sick: SickStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The service over it, with the embedded store beside."""
    arguments = ("--store", sick.url, "--store-fallback")
    with live_server(tmp_path_factory.mktemp("fallback"), *arguments, **SETTINGS) as server:
        yield server


def ask(server: LiveServer, query: str = OPPOSITE, **more: str) -> Answer:
    return server.get("/sparql?" + urlencode({"query": query, **more}))


def sent(sick: SickStore, server: LiveServer, query: str, **more: str) -> dict[str, list[str]]:
    """Return the parameters that the remote store gets for a query."""
    sick.illness = "healthy"
    sick.asked.clear()
    answer = ask(server, query, **more)
    assert answer.status == 200, answer.text
    [(parameters, _)] = sick.asked
    return parameters


# What is asked.


def test_a_query_is_sent_as_a_form_for_one_format(sick: SickStore, remote: LiveServer) -> None:
    sick.illness = "healthy"
    sick.asked.clear()
    query = "SELECT ?x { ?x ?y 'ü+%' }"
    assert ask(remote, query, format="csv").text == "x\r\nremote\r\n"
    [(parameters, headers)] = sick.asked
    assert parameters["query"] == [query]
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert headers["Accept"] == JSON_RESULTS
    assert ask(remote, "DESCRIBE <x:a>", format="nt").text == '<x:a> <x:b> "remote" .\n'


def test_all_graphs_are_named_unless_the_client_names_some(
    sick: SickStore, remote: LiveServer
) -> None:
    parameters = sent(sick, remote, "SELECT ?x { ?x ?y ?z }")
    assert set(parameters["default-graph-uri"]) == UNITED
    assert set(parameters["named-graph-uri"]) == UNITED | {GRAPH + "proposals"}
    named = sent(sick, remote, "SELECT ?x {}", **{"named-graph-uri": GRAPH + "links"})
    assert named["named-graph-uri"] == [GRAPH + "links"]
    assert not UNITED & set(named["default-graph-uri"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"SELECT ?x FROM <{GRAPH}links> {{}}", {GRAPH + "links"}),
        ("PREFIX g: <https://w3id.org/tone/graph/> SELECT ?x FROM g:links {}", {GRAPH + "links"}),
        (f"BASE <{GRAPH}> SELECT ?x FROM <links> FROM <x> {{}}", {GRAPH + "links"}),
        ("SELECT ?x FROM <http://127.0.0.1/secret> {}", set()),
        ("SELECT ?x FROM <file:///etc/passwd> {}", set()),
        (f"SELECT ?x FROM NAMED <{GRAPH}links> {{}}", set()),
    ],
)
def test_from_chooses_among_the_graphs_that_are_served(
    sick: SickStore, remote: LiveServer, query: str, expected: set[str]
) -> None:
    parameters = sent(sick, remote, query)
    assert set(parameters["default-graph-uri"]) & (UNITED | {GRAPH + "proposals"}) == expected
    assert "FROM" not in parameters["query"][0]
    assert "secret" not in str(parameters)
    assert "passwd" not in str(parameters)


def test_what_a_query_leaves_undeclared_is_written_into_it(
    sick: SickStore, remote: LiveServer
) -> None:
    [query] = sent(sick, remote, "SELECT ?x { ?x tone:tier ?y ; <z> 1 }")["query"]
    assert "PREFIX tone: <https://w3id.org/tone/>" in query
    assert f"BASE <{remote.url}/sparql>" in query
    own = "PREFIX tone: <x:> SELECT ?x { ?x tone:tier ?y }"
    assert sent(sick, remote, own)["query"] == [own]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { ?x ?y <",
        "DEFINE input:inference 'x' SELECT ?x { ?x ?y ?z }",
        "SELECT ?x { ?x bif:contains 'joy' }",
        "SELECT ?x { ?x <bif:contains> 'joy' }",
        "PREFIX b: <sql:> SELECT ?x { ?x b:f 'joy' }",
        "SELECT (<x:f>(1) AS ?x) {}",
        "SELECT ?x { ?x ?y ?z FILTER tone:f(?z) }",
        "SELECT ?x { ?x ?y ?z } ORDER BY ?x <x:f>(?z)",
        "SELECT ?x { ?x ?y ?z } OPTION (QUIETCAST)",
        "SELECT ?x { ?x ?y ?z OPTION (transitive) }",
        "SELECT ?x { SERVICE <http://127.0.0.1/> { ?x ?y ?z } }",
    ],
)
def test_what_the_embedded_store_refuses_never_gets_there(
    sick: SickStore, remote: LiveServer, query: str
) -> None:
    sick.illness = "healthy"
    sick.asked.clear()
    ask(remote, query).problem(400)
    assert sick.asked == []


def test_what_only_looks_like_an_extension_is_let_through(
    sick: SickStore, remote: LiveServer
) -> None:
    for query in (
        "SELECT ?x { ?x tone:list (1 2) ; tone:tier (3) }",
        "SELECT (xsd:integer('1') AS ?x) {}",
        "SELECT ?x { ?x ?y 'bif:contains DEFINE <x:f>(1)' } # sql:",
    ):
        sent(sick, remote, query)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { BIND('x' AS ?v0) "
        + " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40))
        + " }",
        "SELECT * { "
        + " ".join(f"VALUES ?{each} {{ {' 1' * 1000} }}" for each in "abcd")
        + " } ORDER BY ?a",
    ],
    ids=["doubling", "product"],
)
def test_what_is_costly_without_any_data_harms_nobody(
    sick: SickStore, remote: LiveServer, query: str
) -> None:
    sick.illness = "healthy"
    sick.asked.clear()
    workers = remote.workers()
    assert ask(remote, query).status in (400, 503)
    assert sick.asked == []
    assert ask(remote).status == 200
    assert remote.workers() == workers


def test_a_mistake_has_its_line_and_column(remote: LiveServer) -> None:
    problem = ask(remote, "SELECT *\n{ ?s ?p }").problem(400)
    assert (problem["line"], problem["column"]) == (2, 10)


def test_a_password_is_sent_only_when_it_is_asked_for(sick: SickStore, remote: LiveServer) -> None:
    sick.illness, sick.code = "status", 401
    sick.asked.clear()
    detail = ask(remote).problem(502)["detail"]
    assert "credentials" in detail
    assert all("Authorization" not in headers for _, headers in sick.asked)


def test_a_token_is_sent_with_every_query(sick: SickStore, tmp_path: Path) -> None:
    sick.illness = "healthy"
    settings = {"TONE_STORE": sick.url, "TONE_STORE_TOKEN": "sesame"}
    with live_server(tmp_path, **SETTINGS, **settings) as server:
        sick.asked.clear()
        assert ask(server).status == 200
        assert [headers["Authorization"] for _, headers in sick.asked] == ["Bearer sesame"]
        assert "sesame" not in server.log.read_text()


# What it says when the remote store is ill.


@pytest.mark.parametrize(
    ("illness", "status"),
    [
        ("slow", 504),
        ("dripping", 504),
        ("dripping_headers", 504),
        ("closing", 502),
        ("breaking_off", 502),
        ("html", 502),
        ("rubbish", 502),
        ("other_json", 502),
        ("deep_json", 502),
        ("truncated", 502),
        ("redirecting", 502),
        ("partial", 502),
        ("endless", 400),
    ],
)
def test_an_ill_store_is_told_plainly(
    sick: SickStore, remote: LiveServer, illness: str, status: int
) -> None:
    sick.illness = illness
    for answer in (ask(remote), ask(remote, "ASK {}")):
        detail = answer.problem(status)["detail"]
        assert "127.0.0.1" not in detail
    browser = remote.get("/sparql?" + urlencode({"query": OPPOSITE}), BROWSER)
    assert (browser.status, browser.type) == (status, "text/html")
    sick.illness = "healthy"
    assert ask(remote).status == 200


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, 502), (403, 502), (404, 502), (429, 503), (500, 502), (503, 503), (504, 504)],
)
def test_its_errors_are_told_without_what_it_says(
    sick: SickStore, remote: LiveServer, status: int, expected: int
) -> None:
    sick.illness, sick.code = "status", status
    detail = ask(remote).problem(expected)["detail"]
    assert "secret" not in detail


def test_a_graph_without_an_end_is_not_passed_on(sick: SickStore, remote: LiveServer) -> None:
    sick.illness = "lines_without_an_end"
    ask(remote, "DESCRIBE <x:a>").problem(502)


def test_a_redirect_is_not_followed(sick: SickStore, remote: LiveServer) -> None:
    sick.illness = "redirecting"
    assert "elsewhere" in ask(remote).problem(502)["detail"]


def test_more_queries_than_may_run_wait_and_are_told(sick: SickStore, remote: LiveServer) -> None:
    sick.illness = "slow"
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}\n"]
    url = remote.url + "/sparql?" + urlencode({"query": "ASK {}"})
    asking = [
        subprocess.Popen([*command, url], stdout=subprocess.PIPE, text=True) for _ in range(6)
    ]
    statuses = [each.communicate(timeout=60)[0].strip() for each in asking]
    assert set(statuses) <= {"503", "504"}
    sick.illness = "healthy"
    assert ask(remote).status == 200


def test_the_service_is_alive_while_its_store_is_not(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    arguments = ("--store", f"http://127.0.0.1:{port}/sparql")
    with live_server(tmp_path, *arguments, **SETTINGS) as server:
        assert "the remote store cannot be reached" in server.log.read_text()
        ready = server.get("/health/ready")
        assert (ready.status, ready.json["triples"]) == (200, None)
        assert "reached" in ask(server).problem(502)["detail"]
        server.get("/sparql").problem(502)
        assert server.get("/v1/concepts/Joy").status == 200


# With the embedded store to fall back on.


@pytest.mark.parametrize(
    "illness", ["slow", "dripping", "closing", "html", "truncated", "redirecting", "status"]
)
def test_the_embedded_store_answers_for_an_ill_one(
    sick: SickStore, fallback: LiveServer, illness: str
) -> None:
    sick.illness, sick.code = illness, 500
    answer = ask(fallback, format="csv")
    assert answer.text == "o\r\nhttps://w3id.org/tone/Sadness\r\n"
    assert answer.headers["Tone-Store"] == "fallback"
    assert "Tone-Store" in answer.headers["Access-Control-Expose-Headers"]
    page = fallback.get("/sparql?" + urlencode({"query": OPPOSITE}), BROWSER)
    assert page.headers["Tone-Store"] == "fallback"
    assert "Tone-Store" not in fallback.get("/v1/concepts/Joy").headers


def test_what_is_wrong_with_a_query_is_no_reason_to_fall_back(
    sick: SickStore, fallback: LiveServer
) -> None:
    sick.illness = "healthy"
    answer = ask(fallback, "SELECT <")
    answer.problem(400)
    assert "Tone-Store" not in answer.headers


def test_a_store_that_is_well_answers_itself(sick: SickStore, tmp_path: Path) -> None:
    sick.illness = "healthy"
    arguments = ("--store", sick.url, "--store-fallback")
    with live_server(tmp_path, *arguments, **SETTINGS) as server:
        answer = server.post("/sparql.csv", "SELECT ?x {}", DIRECT)
        assert answer.text == "x\r\nremote\r\n"
        assert "Tone-Store" not in answer.headers


# Wrong use.


@pytest.mark.parametrize(
    "url", ["tone.example", "ftp://tone.example/", "http://", "http://a:99999/", "http://a/ b"]
)
def test_an_address_that_is_none_is_told_in_one_line(url: str) -> None:
    for arguments in (("serve", "--store", url), ("push", url, "--update-url", "http://a/")):
        done = tone(*arguments)
        assert (done.status, len(done.messages.splitlines())) == (2, 1), done.messages
        assert "http://" in done.messages


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    for arguments in (
        ("serve", "--store", "http://me:sesame@127.0.0.1/"),
        ("push", "http://127.0.0.1/", "--graph-url", "http://me:sesame@127.0.0.1/"),
    ):
        done = tone(*arguments)
        assert done.status == 2
        assert "TONE_STORE_PASSWORD" in done.messages
        assert "sesame" not in done.messages


def test_basic_credentials_answer_a_challenge(tmp_path: Path) -> None:
    expected = "Basic " + base64.b64encode(b"reader:sesame").decode()
    with sick_store() as store:
        store.illness = "basic"
        credentials = {"TONE_STORE_USER": "reader", "TONE_STORE_PASSWORD": "sesame"}
        with live_server(tmp_path, "--store", store.url, **SETTINGS, **credentials) as server:
            assert ask(server, "SELECT ?x {}", format="csv").text == "x\r\nremote\r\n"
        assert store.asked[-1][1]["Authorization"] == expected
