"""/sparql on a live server: the protocol, the dataset, and what is refused."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import quote, urlencode, urlsplit

import pytest
from live_server import BROWSER, LiveServer
from sparql_questions import DIRECT, FORM, GRAPH, JSON_RESULTS, OPPOSITE, TONE, ask, count
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    POST,
    POSTDIRECTLY,
    TSV,
    TURTLE,
    XML,
    SPARQLWrapper,
)
from virtuoso import over_store


@pytest.fixture(params=["embedded", "virtuoso"])
def service(request: pytest.FixtureRequest) -> LiveServer:
    """The service over each of the stores, which must answer alike but for DEVIATIONS."""
    return over_store(request)


# The queries that must always work, through the client that most people use.


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "SELECT ?c WHERE { ?c rdfs:subClassOf+ tone:Joy ; tone:tier 3 }",
            {"c": TONE + "Bliss"},
        ),
        (OPPOSITE, {"o": TONE + "Sadness"}),
        (
            "SELECT ?whole ?part WHERE { ?whole tone:isComposedOf ?part }",
            {"whole": TONE + "Delight", "part": TONE + "Surprise"},
        ),
        (
            "SELECT ?a ?b ?c WHERE { ?k a tone:Combination ; tone:hasOperand ?a, ?b ;"
            " tone:leadsTo ?c FILTER(str(?a) < str(?b)) }",
            {"a": TONE + "Joy", "b": TONE + "Surprise", "c": TONE + "Delight"},
        ),
        (
            "SELECT ?concept ?score WHERE { ?e ontolex:canonicalForm/ontolex:writtenRep"
            ' "heartbroken"@en ; ontolex:sense ?s . ?s ontolex:reference ?concept ;'
            " tone:score ?score }",
            {"concept": TONE + "Grief"},
        ),
    ],
)
@pytest.mark.parametrize("method", [(GET, None), (POST, None), (POST, POSTDIRECTLY)])
def test_the_promised_queries_answer_through_sparqlwrapper(
    service: LiveServer, query: str, expected: dict[str, str], method: tuple[str, str | None]
) -> None:
    client = SPARQLWrapper(service.url + "/sparql", returnFormat=JSON)
    client.setQuery(query)
    client.setMethod(method[0])
    if method[1]:
        client.setRequestMethod(method[1])
    rows = [
        {name: term["value"] for name, term in row.items()}
        for row in client.queryAndConvert()["results"]["bindings"]
    ]
    assert any(expected.items() <= row.items() for row in rows)


@pytest.mark.filterwarnings("ignore:Sending Accept header")
@pytest.mark.parametrize("form", ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
@pytest.mark.parametrize("wanted", [JSON, XML, CSV, TSV, TURTLE, JSONLD])
def test_every_form_answers_whatever_format_sparqlwrapper_asks_for(
    service: LiveServer, form: str, wanted: str
) -> None:
    rest = {
        "SELECT": "SELECT * { ?s tone:tier 1 }",
        "ASK": "ASK { ?s tone:tier 1 }",
        "CONSTRUCT": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o ; tone:tier 1 }",
        "DESCRIBE": "DESCRIBE tone:Joy",
    }
    client = SPARQLWrapper(service.url + "/sparql", returnFormat=wanted)
    client.setQuery(rest[form])
    assert client.query().response.read()


# The ways to send a query.


def test_a_query_keeps_its_characters_by_every_way(service: LiveServer) -> None:
    query = 'SELECT ("a+b %41 ü😀" AS ?x) {}'
    encoded = urlencode({"query": query})
    for answer in (
        service.get("/sparql?" + encoded),
        service.get("/sparql?query=" + quote(query)),
        service.post("/sparql", encoded, FORM),
        service.post("/sparql", encoded, FORM + "; charset=UTF-8"),
        service.post("/sparql", query, DIRECT),
        service.ask("POST", "/sparql", query, {"Content-Type": DIRECT}, chunked=True),
        service.post("/sparql", "\ufeff" + query, DIRECT + ';charset="utf-8"'),
        service.post("/sparql", "\ufeff" + query, DIRECT),
        service.get("/sparql?query=" + quote("\ufeff" + query)),
    ):
        assert answer.status == 200, answer.text
        assert answer.json["results"]["bindings"][0]["x"]["value"] == "a+b %41 ü😀"


@pytest.mark.parametrize("charset", ["UTF-8", "us-ascii"])
def test_a_charset_that_utf_8_contains_may_be_named(service: LiveServer, charset: str) -> None:
    assert service.post("/sparql", "ASK {}", f"{DIRECT}; charset={charset}").status == 200
    assert service.post("/sparql", "query=ASK{}", f"{FORM}; charset={charset}").status == 200


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "ebcdic-none"])
def test_another_charset_is_refused(service: LiveServer, charset: str) -> None:
    body = "ASK {}".encode("utf-16" if charset == "utf-16" else "ascii")
    service.post("/sparql", body, f"{DIRECT}; charset={charset}").problem(415)
    service.post("/sparql", "query=ASK{}", f"{FORM}; charset={charset}").problem(415)


@pytest.mark.parametrize("query_string", ["query=", "query=%20", "query=ASK{}&query=ASK{}", "x=1"])
def test_a_query_must_be_given_once(service: LiveServer, query_string: str) -> None:
    service.get("/sparql?" + query_string).problem(400, field="query")


@pytest.mark.parametrize("body", ["", "query=", "query=ASK{}&query=ASK{}", "x=1"])
def test_a_form_must_hold_one_query(service: LiveServer, body: str) -> None:
    service.post("/sparql", body, FORM).problem(400, field="query")


def test_a_direct_query_must_not_stand_in_the_url_too(service: LiveServer) -> None:
    service.post("/sparql?query=ASK%7B%7D", "ASK{}", DIRECT).problem(400, field="query")
    service.post("/sparql", "", DIRECT).problem(400, field="query")


def test_parameters_count_in_the_url_and_in_the_form(service: LiveServer) -> None:
    service.post("/sparql?query=ASK%7B%7D", "query=ASK{}", FORM).problem(400, field="query")
    assert service.post("/sparql?query=ASK%7B%7D", "format=csv", FORM).type == "text/csv"
    assert service.post("/sparql?format=csv", "query=ASK{}", FORM).type == "text/csv"
    path = "/sparql?" + urlencode({"default-graph-uri": "https://example.org/"})
    query = urlencode({"query": "ASK { ?s ?p ?o }"})
    assert service.post(path, query, FORM, Accept=JSON_RESULTS).json["boolean"] is False


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", ""])
def test_another_media_type_is_refused(service: LiveServer, content_type: str) -> None:
    service.post("/sparql", "ASK{}", content_type).problem(415)


@pytest.mark.parametrize(
    ("path", "body", "content_type"),
    [
        ("/sparql?query=%ff", None, ""),
        ("/sparql", "query=%ff", FORM),
        ("/sparql", b"ASK { ?s ?p '\xff' }", DIRECT),
    ],
)
def test_broken_utf_8_is_refused(
    service: LiveServer, path: str, body: str | bytes | None, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    service.ask("POST" if body else "GET", path, body, headers).problem(400)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_with_those_allowed(service: LiveServer, method: str) -> None:
    answer = service.ask(method, "/sparql")
    answer.problem(405)
    assert {"GET", "HEAD", "POST", "OPTIONS"} <= set(answer.headers["Allow"].split(", "))


def test_there_are_no_updates(service: LiveServer) -> None:
    update = "INSERT DATA { tone:a tone:b tone:c }"
    service.post("/update", update, "application/sparql-update").problem(403)
    service.post("/update", urlencode({"update": update}), FORM).problem(403)
    for method in ("GET", "PUT", "DELETE"):
        answer = service.ask(method, "/update?" + urlencode({"update": update}))
        answer.problem(405)
        assert answer.headers["Allow"] == "OPTIONS"


def test_options_and_cors(service: LiveServer) -> None:
    answer = service.ask("OPTIONS", "/sparql", headers={"Origin": "https://example.org"})
    assert answer.status == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    allowed = set(answer.headers["Access-Control-Allow-Headers"].split(", "))
    assert {"Accept", "Authorization", "Content-Type", "If-None-Match", "Prefer"} <= allowed
    for path in ("/sparql?query=ASK%7B%7D", "/sparql?query=no", "/nowhere"):
        headers = service.get(path).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        exposed = set(headers["Access-Control-Expose-Headers"].split(", "))
        assert {"Allow", "ETag", "Link", "Preference-Applied", "Retry-After"} <= exposed


def test_head_sends_no_body(service: LiveServer) -> None:
    answer = service.ask("HEAD", "/sparql?query=ASK%7B%7D")
    assert (answer.status, answer.body) == (200, b"")


def test_relative_iris_are_resolved_by_the_endpoint_s_address(service: LiveServer) -> None:
    for path, query, expected in (
        ("/sparql", "SELECT (<x> AS ?iri) {}", service.url + "/x"),
        ("/sparql", "SELECT (<> AS ?iri) {}", service.url + "/sparql"),
        ("/sparql", "BASE <https://example.org/> SELECT (<x> AS ?iri) {}", "https://example.org/x"),
    ):
        rows = service.post(path, query, DIRECT).json["results"]["bindings"]
        assert rows[0]["iri"]["value"] == expected


@pytest.mark.parametrize("host", ["tone_api:8000", "tone.example", "[::1]:8000", "10.0.0.1"])
def test_the_host_asked_for_is_the_endpoint_s(service: LiveServer, host: str) -> None:
    path = "/sparql?" + urlencode({"query": "SELECT (<x> AS ?iri) {}"})
    rows = service.ask("GET", path, headers={"Host": host}).json["results"]["bindings"]
    assert rows[0]["iri"]["value"] == f"http://{host}/x"


@pytest.mark.parametrize("hosts", [[], ["a.example", "b.example"], ["a.example", "a.example"]])
@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/v1/concepts/Joy"])
def test_a_request_has_one_host(service: LiveServer, path: str, hosts: list[str]) -> None:
    address = urlsplit(service.url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=60)
    connection.putrequest("GET", path, skip_host=True)
    for host in hosts:
        connection.putheader("Host", host)
    connection.endheaders()
    response = connection.getresponse()
    assert (response.status, response.headers.get_content_subtype()) == (400, "problem+json")
    connection.close()


def test_a_host_that_is_none_is_refused(service: LiveServer) -> None:
    answer = service.ask("GET", "/sparql?query=ASK%7B%7D", headers={"Host": "a b"})
    answer.problem(400, field="Host")


# How long a query may run.

LONG = urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?a tone:tier ?t . ?b ontolex:sense ?c }"})


def test_a_client_gives_a_query_less_time(service: LiveServer) -> None:
    for answer in (
        service.get(f"/sparql?{LONG}&timeout=0.001"),
        service.get(f"/sparql?{LONG}&timeout=9&timeout=1e-3"),
        service.post("/sparql", LONG + "&timeout=0.001", FORM),
    ):
        assert answer.status in (503, 504)  # 504 if the store is remote
        assert "(0.001 s)" in answer.problem(answer.status)["detail"]
    answer = service.ask("GET", f"/sparql?{LONG}&timeout=0.001", headers={"Accept": BROWSER})
    assert answer.status in (503, 504)
    assert service.get("/sparql?query=ASK%7B%7D&timeout=1000").status == 200


def test_a_preference_is_followed_also_where_the_query_takes_longer(service: LiveServer) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    path = "/sparql?" + urlencode({"query": query})
    answer = service.ask("GET", path, headers={"Prefer": "wait=1"})
    assert answer.status in (503, 504)  # 504 is of a remote store
    assert answer.headers["Preference-Applied"] == "wait=1"


@pytest.mark.parametrize("timeout", ["0", "-1", "abc", "", "nan", "inf"])
def test_a_timeout_is_a_positive_number(service: LiveServer, timeout: str) -> None:
    path = "/sparql?query=ASK%7B%7D&timeout=" + timeout
    service.get(path).problem(400, field="timeout")


@pytest.mark.parametrize(
    ("prefer", "more", "applied"),
    [
        ("wait=20", "", "wait=20"),
        ('respond-async, Wait="20"; x=y', "", "wait=20"),
        ("wait=1000", "", None),
        ("wait=20", "&timeout=15", None),
        ("wait=soon", "", None),
        ('foo="a, wait=3"', "", None),
        (r'foo="a\", wait=3", WAIT = 4;x="y, wait=5"', "", "wait=4"),
        ("foo; wait=3", "", None),
        ("wait=6, wait=3", "", "wait=6"),
        ("wait", "", None),
        ("wait=0", "", None),
        ("return=minimal", "", None),
    ],
)
def test_a_client_prefers_not_to_wait_long(
    service: LiveServer, prefer: str, more: str, applied: str | None
) -> None:
    path = "/sparql?query=ASK%7B%7D" + more
    answer = service.ask("GET", path, headers={"Prefer": prefer})
    assert (answer.status, answer.headers["Preference-Applied"]) == (200, applied)


# The dataset.


def test_the_default_graph_is_the_union_of_the_four(service: LiveServer) -> None:
    union = count(service, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    query = (
        "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o }"
        f" FILTER(?g != <{GRAPH}proposals>) }} }}"
    )
    assert union == count(service, query) > 10_000
    assert ask(service, "ASK { tone:Joy tone:isOppositeOf ?o ; rdfs:subClassOf ?c }") is True


@pytest.mark.parametrize(
    ("query", "more"),
    [
        (f"SELECT (COUNT(*) AS ?n) FROM <{GRAPH}links> {{ ?s ?p ?o }}", {}),
        (
            f"SELECT (COUNT(*) AS ?n) FROM NAMED <{GRAPH}links> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
            {},
        ),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {"default-graph-uri": GRAPH + "links"}),
        (
            "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
            {"named-graph-uri": GRAPH + "links"},
        ),
        # The request counts more than the query.
        (
            f"SELECT (COUNT(*) AS ?n) FROM <{GRAPH}ontology> {{ ?s ?p ?o }}",
            {"default-graph-uri": GRAPH + "links"},
        ),
    ],
)
def test_a_dataset_of_one_graph(service: LiveServer, query: str, more: dict[str, str]) -> None:
    expected = count(service, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH}links> {{ ?s ?p ?o }} }}")
    assert count(service, query, **more) == expected > 0


@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("SELECT (COUNT(*) AS ?n) FROM <https://example.org/> { ?s ?p ?o }", {}),
        ("SELECT (COUNT(*) AS ?n) FROM <file:///etc/passwd> { ?s ?p ?o }", {}),
        (f"SELECT (COUNT(*) AS ?n) FROM NAMED <{GRAPH}links> {{ ?s ?p ?o }}", {}),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {"default-graph-uri": "https://example.org/"}),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {"named-graph-uri": GRAPH + "links"}),
        (
            "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
            {"default-graph-uri": GRAPH + "links"},
        ),
    ],
)
def test_what_the_dataset_lacks_is_empty(
    service: LiveServer, query: str, more: dict[str, str]
) -> None:
    assert count(service, query, **more) == 0


def test_a_graph_name_must_be_an_iri(service: LiveServer) -> None:
    query = urlencode({"query": "ASK {}", "default-graph-uri": "not an iri"})
    service.get("/sparql?" + query).problem(400)
