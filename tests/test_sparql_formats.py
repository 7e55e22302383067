"""/sparql on a live server: the formats of answers, the service description and the page."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ElementTree
from urllib.parse import urlencode

import pytest
import rdflib
from live_server import BROWSER, LiveServer
from rdflib.compare import isomorphic
from sparql_questions import DIRECT, FORM, GRAPH, JSON_RESULTS, OPPOSITE, XML_RESULTS, count
from virtuoso import over_store

VOID = rdflib.Namespace("http://rdfs.org/ns/void#")


@pytest.fixture(params=["embedded", "virtuoso"])
def service(request: pytest.FixtureRequest) -> LiveServer:
    """The service over each of the stores, which must answer alike but for DEVIATIONS."""
    return over_store(request)


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
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"


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
        ("DESCRIBE tone:Joy", "json", "application/ld+json"),
        ("DESCRIBE tone:Joy", "xml", "application/rdf+xml"),
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


def test_a_format_that_does_not_fit_the_query_is_ignored(service: LiveServer) -> None:
    path = "/sparql?" + urlencode({"query": "ASK {}", "format": "ttl"})
    assert service.get(path).type == JSON_RESULTS
    page = service.get(path, "text/html")
    assert (page.status, page.type) == (200, "text/html")
    service.get(path, "text/turtle").problem(406)


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
        assert (answer.status, answer.headers["Vary"]) == (status, "Accept, Accept-Encoding")


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


def test_it_does_not_call_the_default_graph_the_union_of_all(service: LiveServer) -> None:
    total = count(service, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    default = count(service, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert default < total  # the proposals are outside
    assert "UnionDefaultGraph" not in service.get("/sparql").text


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


def test_the_page_links_to_the_same_query_as_data(service: LiveServer) -> None:
    graph = GRAPH + "links"
    asked = {"query": OPPOSITE, "default-graph-uri": graph, "timeout": "9.5"}
    text = service.get("/sparql?" + urlencode(asked), BROWSER).text
    for name in ("json", "csv"):
        target = "/sparql?" + urlencode({**asked, "format": name})
        assert f'href="{target.replace("&", "&amp;")}"' in text


def test_the_page_escapes_and_links_only_to_the_web(service: LiveServer) -> None:
    query = (
        'SELECT ("<script>alert(1)</script>" AS ?a) (<javascript:alert(1)> AS ?b)'
        " (<http://example.org/?a=1&b=%22> AS ?c) {}"
    )
    text = service.get("/sparql?" + urlencode({"query": query}), BROWSER).text
    assert "<script" not in text
    assert 'href="javascript' not in text
    assert 'href="http://example.org/?a=1&amp;b=%22"' in text
