"""/sparql on a live server: the protocol, the formats, the dataset, and what is refused."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ElementTree
from urllib.parse import quote, urlencode

import pytest
import rdflib
from live_server import BROWSER, LiveServer
from rdflib.compare import isomorphic
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

JSON_RESULTS = "application/sparql-results+json"
XML_RESULTS = "application/sparql-results+xml"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
GRAPH = "https://w3id.org/tone/graph/"
TONE = "https://w3id.org/tone/"
VOID = rdflib.Namespace("http://rdfs.org/ns/void#")
OPPOSITE = "SELECT ?o WHERE { tone:Joy tone:isOppositeOf ?o }"


def ask(service: LiveServer, query: str, accept: str = JSON_RESULTS, **more: str) -> object:
    """Return the rows of a query's answer, each a dict of strings; or true or false."""
    path = "/sparql?" + urlencode({"query": query, **more})
    answer = service.get(path, accept)
    assert answer.status == 200, answer.text
    if "boolean" in answer.json:
        return answer.json["boolean"]
    return [
        {name: term["value"] for name, term in row.items()}
        for row in answer.json["results"]["bindings"]
    ]


def count(service: LiveServer, query: str, **more: str) -> int:
    rows = ask(service, query, **more)
    assert isinstance(rows, list)
    return int(rows[0]["n"])


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
        assert "POST" in answer.headers["Allow"].split(", ")


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
        assert "(0.001 s)" in answer.problem(503)["detail"]
    answer = service.ask("GET", f"/sparql?{LONG}&timeout=0.001", headers={"Accept": BROWSER})
    assert answer.status == 503
    assert service.get("/sparql?query=ASK%7B%7D&timeout=1000").status == 200


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


# The formats of answers.


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON_RESULTS),
        ("*/*", JSON_RESULTS),
        (XML_RESULTS, XML_RESULTS),
        ("application/xml", "application/xml"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/*", "text/csv"),
        (f"{JSON_RESULTS};q=0.1, {XML_RESULTS};q=0.9", XML_RESULTS),
        (f"{JSON_RESULTS};q=0, */*", XML_RESULTS),
        (f"*/*;q=0.1, {XML_RESULTS}", XML_RESULTS),
        ("text/csv;charset=utf-8;header=present", "text/csv"),
        (BROWSER, "text/html"),
    ],
)
def test_select_comes_in_the_format_asked_for(
    service: LiveServer, accept: str | None, expected: str
) -> None:
    answer = service.get("/sparql?" + urlencode({"query": OPPOSITE}), accept)
    assert (answer.status, answer.type) == (200, expected)
    assert answer.headers["Vary"] == "Accept"


def test_the_result_formats_hold_the_same(service: LiveServer) -> None:
    query = urlencode({"query": 'SELECT ?o ?x ("a,\\"b\\n" AS ?y) { tone:Joy tone:tier ?o }'})
    bindings = service.get("/sparql?" + query, JSON_RESULTS).json["results"]["bindings"]
    assert bindings[0]["o"]["value"] == "1"
    assert "x" not in bindings[0]
    rows = list(csv.reader(io.StringIO(service.get("/sparql?" + query, "text/csv").text)))
    assert rows == [["o", "x", "y"], ["1", "", 'a,"b\n']]
    lines = service.get("/sparql?" + query, "text/tab-separated-values").text.splitlines()
    assert lines[1].split("\t")[0] == "1"
    tree = ElementTree.fromstring(service.get("/sparql?" + query, XML_RESULTS).body)
    namespace = {"s": "http://www.w3.org/2005/sparql-results#"}
    literals = [each.text for each in tree.iterfind(".//s:literal", namespace)]
    assert literals == ["1", 'a,"b\n']


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize(
    ("accept", "expected", "syntax"),
    [
        (None, "text/turtle", "turtle"),
        ("text/turtle", "text/turtle", "turtle"),
        ("application/n-triples", "application/n-triples", "nt"),
        ("text/plain", "text/plain", "nt"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("application/json", "application/json", "json-ld"),
        ("application/n-quads", "application/n-quads", "nt"),
        ("application/trig", "application/trig", "turtle"),
    ],
)
def test_graphs_come_in_the_format_asked_for(
    service: LiveServer, accept: str | None, expected: str, syntax: str
) -> None:
    path = "/sparql?" + urlencode({"query": "CONSTRUCT WHERE { tone:Joy a ?c ; rdfs:label ?l }"})
    answer = service.get(path, accept)
    assert (answer.status, answer.type) == (200, expected)
    graph = rdflib.Graph().parse(data=answer.text, format=syntax)
    reference = rdflib.Graph().parse(
        data=service.get(path, "application/n-triples").text, format="nt"
    )
    assert len(graph) > 1
    assert isomorphic(graph, reference)


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        (OPPOSITE, "csv", "text/csv"),
        (OPPOSITE, "xml", XML_RESULTS),
        ("DESCRIBE tone:Joy", "ttl", "text/turtle"),
        ("DESCRIBE tone:Joy", "jsonld", "application/ld+json"),
        ("DESCRIBE tone:Joy", "nq", "application/n-quads"),
        ("DESCRIBE tone:Joy", "trig", "application/trig"),
        ("ASK {}", "html", "text/html"),
    ],
)
def test_people_choose_a_format_by_parameter(
    service: LiveServer, query: str, name: str, expected: str
) -> None:
    path = "/sparql?" + urlencode({"query": query, "format": name})
    assert service.get(path, BROWSER if name != "html" else None).type == expected


def test_people_choose_a_format_by_file_ending(service: LiveServer) -> None:
    query = urlencode({"query": OPPOSITE})
    assert service.get(f"/sparql.csv?{query}", BROWSER).type == "text/csv"
    assert service.get(f"/sparql.csv?{query}&format=xml").type == XML_RESULTS
    assert service.get(f"/sparql.html?{query}").type == "text/html"
    assert service.post("/sparql.tsv", query, FORM).type == "text/tab-separated-values"
    graph = urlencode({"query": "DESCRIBE tone:Joy"})
    assert service.get(f"/sparql.trig?{graph}").type == "application/trig"
    service.get(f"/sparql.docx?{query}").problem(404)
    answer = service.post("/sparql.csv", "SELECT (<> AS ?iri) {}", DIRECT)
    assert answer.text == f"iri\r\n{service.url}/sparql\r\n"


def test_a_slash_at_the_end_changes_nothing(service: LiveServer) -> None:
    assert service.get("/sparql/?query=ASK%7B%7D").json["boolean"] is True
    assert service.post("/sparql/", "ASK {}", DIRECT).json["boolean"] is True
    assert service.get("/sparql/").type == "text/turtle"
    service.ask("PUT", "/sparql/").problem(405)


def test_formats_that_do_not_exist(service: LiveServer) -> None:
    query = urlencode({"query": "ASK {}"})
    service.get(f"/sparql?{query}", "image/png").problem(406)
    service.get(f"/sparql?{query}", "text/turtle").problem(406)
    service.get(f"/sparql?{query}&format=docx").problem(400, field="format")


def test_problems_vary_by_accept_too(service: LiveServer) -> None:
    for answer, status in (
        (service.get("/sparql?query=no"), 400),
        (service.get("/sparql?query=ASK%7B%7D", "image/png"), 406),
        (service.get("/nowhere"), 404),
        (service.ask("PUT", "/sparql"), 405),
        (service.post("/sparql", "", "text/plain"), 415),
    ):
        assert (answer.status, answer.headers["Vary"]) == (status, "Accept")


# The service about itself.


def test_without_a_query_it_describes_itself(service: LiveServer) -> None:
    graph = rdflib.Graph().parse(data=service.get("/sparql").text, format="turtle")
    found = graph.query(
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>"
        " SELECT ?url ?name { ?s a sd:Service ; sd:endpoint ?url ;"
        " sd:defaultDataset/sd:namedGraph/sd:name ?name }"
    )
    rows = [(str(url), str(name)) for url, name in found]  # type: ignore[misc]
    assert {url for url, _ in rows} == {service.url + "/sparql"}
    united = {GRAPH + each for each in ("ontology", "links", "vocabulary", "mappings")}
    assert {name for _, name in rows} - {GRAPH + "proposals"} == united


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize(
    ("path", "accept", "expected", "syntax"),
    [
        ("/sparql?format=nt", None, "application/n-triples", "nt"),
        ("/sparql?format=ttl", BROWSER, "text/turtle", "turtle"),
        ("/sparql?format=json", None, "application/ld+json", "json-ld"),
        ("/sparql.rdf", None, "application/rdf+xml", "xml"),
        ("/sparql", "application/json", "application/json", "json-ld"),
        ("/sparql", "application/trig", "application/trig", "turtle"),
    ],
)
def test_the_description_comes_in_the_format_asked_for(
    service: LiveServer, path: str, accept: str | None, expected: str, syntax: str
) -> None:
    answer = service.get(path, accept)
    assert (answer.status, answer.type) == (200, expected)
    graph = rdflib.Graph().parse(data=answer.text, format=syntax)
    assert (rdflib.URIRef(service.url + "/sparql"), None, None) in graph


def test_a_format_alone_does_not_excuse_a_missing_query(service: LiveServer) -> None:
    service.get("/sparql?format=docx").problem(400, field="format")
    service.get("/sparql?format=ttl&timeout=1").problem(400, field="query")
    service.get("/sparql", JSON_RESULTS).problem(400, field="query")


@pytest.mark.parametrize(
    "where",
    ["{ ?s ?p ?o }", f"{{ GRAPH <{GRAPH}links> {{ ?s ?p ?o }} }}"],
    ids=["default", "links"],
)
def test_the_description_counts_what_the_graphs_hold(service: LiveServer, where: str) -> None:
    graph = rdflib.Graph().parse(data=service.get("/sparql").text, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    if "GRAPH" in where:
        [named] = graph.subjects(sd.name, rdflib.URIRef(GRAPH + "links"))
        node = graph.value(named, sd.graph)
    else:
        node = next(graph.objects(None, sd.defaultGraph))
    for name, counted in (
        ("triples", "*"),
        ("distinctSubjects", "DISTINCT ?s"),
        ("distinctObjects", "DISTINCT ?o"),
        ("properties", "DISTINCT ?p"),
    ):
        expected = count(service, f"SELECT (COUNT({counted}) AS ?n) {where}")
        assert int(str(graph.value(node, VOID[name]))) == expected > 0
    classes = where.replace("?p ?o", "a ?o FILTER(isIRI(?o))")
    expected = count(service, f"SELECT (COUNT(DISTINCT ?o) AS ?n) {classes}")
    assert int(str(graph.value(node, VOID.classes))) == expected > 0
    for partition, term, unit, pattern in (
        ("propertyPartition", VOID.property, VOID.triples, "?s <IRI> ?o"),
        ("classPartition", VOID["class"], VOID.entities, "?s a <IRI>"),
    ):
        part = next(graph.objects(node, VOID[partition]))
        parts = where.replace("?s ?p ?o", pattern.replace("IRI", str(graph.value(part, term))))
        number = int(str(graph.value(part, unit)))
        assert number == count(service, f"SELECT (COUNT(*) AS ?n) {parts}") > 0


def test_a_browser_gets_a_page_for_queries(service: LiveServer) -> None:
    page = service.get("/sparql", BROWSER)
    assert page.type == "text/html"
    assert '<form method="get" action="/sparql">' in page.text
    answer = service.get("/sparql?" + urlencode({"query": OPPOSITE}), BROWSER)
    assert '<a href="/concepts/Sadness">tone:Sadness</a>' in answer.text
    wrong = service.get("/sparql?" + urlencode({"query": "SELECT <script>"}), BROWSER)
    assert (wrong.status, wrong.type) == (400, "text/html")
    assert "<script" not in wrong.text


def test_the_page_escapes_and_links_only_to_the_web(service: LiveServer) -> None:
    query = (
        'SELECT ("<script>alert(1)</script>" AS ?a) (<javascript:alert(1)> AS ?b)'
        " (<http://example.org/?a=1&b=%22> AS ?c) {}"
    )
    text = service.get("/sparql?" + urlencode({"query": query}), BROWSER).text
    assert "<script" not in text
    assert 'href="javascript' not in text
    assert 'href="http://example.org/?a=1&amp;b=%22"' in text


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
