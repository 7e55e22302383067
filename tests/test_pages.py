"""Pages and linked data on a live server."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import quote

import pytest
import rdflib
from live_server import BROWSER, Answer, LiveServer
from rdflib import RDF, RDFS, SKOS, Literal, URIRef
from tone_kg.ontology.iris import PREFIXES, TONE

FORM = "application/x-www-form-urlencoded"
T = rdflib.Namespace(TONE)
ONTOLEX = rdflib.Namespace(PREFIXES["ontolex"])
SYNTAX = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
}
ENDINGS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")


class _Page(HTMLParser):
    """What matters of a page: its links, its text, and that its elements are closed."""

    VOID = ("meta", "link", "br", "input")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.names: set[str] = set()
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.links += [value or "" for name, value in attributes if name in ("href", "src")]
        assert not any(name.startswith("on") or name == "style" for name, _ in attributes)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page(answer: Answer) -> _Page:
    """Check that an answer is a page that needs no script and nothing from elsewhere."""
    assert answer.type == "text/html", answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    found = _Page(answer.text)
    assert "script" not in found.names
    return found


def graph(answer: Answer) -> rdflib.Graph:
    assert answer.status == 200, answer.text
    return rdflib.Graph().parse(data=answer.text, format=SYNTAX[answer.type])


def test_the_start_page_leads_to_everything(service: LiveServer) -> None:
    start = page(service.get("/", BROWSER))
    assert {"/sparql", "/docs", "/ontology"} <= set(start.links)
    concepts = service.get("/v1/concepts?limit=1000").json["concepts"]
    assert {f"/concepts/{each['id']}" for each in concepts} <= set(start.links)


def test_no_link_of_the_pages_is_broken(service: LiveServer) -> None:
    todo, seen = ["/"], {"/"}
    deep = 0
    while todo and len(seen) < 400:
        for link in page(service.get(todo.pop(0), BROWSER)).links:
            address = link.partition("#")[0]
            if not address.startswith("/") or address in seen or deep > 300:
                continue
            seen.add(address)
            answer = service.get(address, BROWSER)
            assert answer.status in (200, 303), address
            if answer.type == "text/html" and answer.status == 200 and deep < 25:
                todo.append(address)
                deep += 1


def test_a_text_is_tried_in_the_form(service: LiveServer) -> None:
    text = 'I was not happy, I felt <b>heartbroken</b> & "alone" 😭'
    answer = service.post("/", "text=" + quote(text), FORM)
    shown = page(answer)
    assert text in shown.text
    assert "b" not in shown.names
    assert '<mark class="negated"' in answer.text
    assert "/concepts/Grief" in shown.links
    assert answer.headers["Cache-Control"] == "no-store"
    assert page(service.post("/", "text=", FORM)).text
    assert service.post("/", "text=" + "x" * 20_001, FORM).status == 413
    assert service.post("/", '{"text": "joy"}', "application/json").status == 415


def test_the_page_of_a_concept(service: LiveServer) -> None:
    answer = service.get("/concepts/Grief", BROWSER)
    grief = page(answer)
    concept = service.get("/v1/concepts/Grief").json
    assert concept["definition"] in grief.text
    for above in concept["path"][:-1]:
        assert f"/concepts/{above}" in grief.links
    assert "heartbroken" in grief.text
    assert "goemotions: grief" in grief.text
    assert {f"/concepts/Grief.{ending}" for ending in ENDINGS} <= set(grief.links)
    joy = page(service.get("/concepts/Joy", BROWSER))
    assert {"/concepts/Sadness", "/link/Joy-isOppositeOf-Sadness"} <= set(joy.links)
    inherited = page(service.get("/concepts/Bliss", BROWSER))
    assert "inherited from" in inherited.text


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "text/html"),
        ("*/*", "text/html"),
        (BROWSER, "text/html"),
        *((each, each) for each in SYNTAX),
        ("text/turtle;q=0.5, application/ld+json", "application/ld+json"),
        ("application/rdf+xml, */*;q=0.1", "application/rdf+xml"),
        ("text/html;q=0, text/*", "text/turtle"),
    ],
)
def test_a_concept_comes_in_the_format_asked_for(
    service: LiveServer, accept: str | None, expected: str
) -> None:
    answer = service.get("/concepts/Joy", accept)
    assert (answer.status, answer.type) == (200, expected)
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    links = ", ".join(answer.headers.get_all("Link") or [])
    assert '</concepts/Joy.ttl>; rel="alternate"; type="text/turtle"' in links
    if expected in SYNTAX:
        assert (T.Joy, RDFS.label, Literal("joy", lang="en")) in graph(answer)


@pytest.mark.parametrize(("ending", "media_type"), ENDINGS.items())
def test_a_file_ending_chooses_the_format(
    service: LiveServer, ending: str, media_type: str
) -> None:
    answer = service.get(f"/concepts/Delight.{ending}", BROWSER)
    assert answer.type == media_type
    found = graph(answer)
    assert (T.Delight, T.isComposedOf, T.Surprise) in found
    link = URIRef(TONE + "link/Delight-isComposedOf-Joy-Surprise")
    assert (link, T.hasPart, T.Joy) in found
    assert (link, T.status, Literal("accepted")) in found


def test_what_a_concept_does_not_come_in(service: LiveServer) -> None:
    service.get("/concepts/Joy", "image/png").problem(406)
    service.get("/concepts/Nope", "text/turtle").problem(404)
    missing = service.get("/concepts/Nope", BROWSER)
    assert missing.status == 404
    page(missing)
    hostile = service.get("/concepts/" + quote("<script>alert(1)</script>"), BROWSER)
    assert hostile.status == 404
    assert "script" not in page(hostile).names


@pytest.mark.parametrize("path", ["/concepts/joy", "/concepts/JOY", "/Joy"])
def test_other_names_of_a_concept_lead_to_it(service: LiveServer, path: str) -> None:
    answer = service.get(path)
    assert answer.status in (302, 303)
    assert answer.headers["Location"] == "/concepts/Joy"
    assert service.get(path + ".ttl").headers["Location"] == "/concepts/Joy.ttl"


@pytest.mark.parametrize(
    ("path", "subject", "predicate"),
    [
        ("/link/Joy-isOppositeOf-Sadness", "link/Joy-isOppositeOf-Sadness", T.method),
        ("/scheme/parrott", "scheme/parrott", RDF.type),
        ("/scheme/goemotions/joy", "scheme/goemotions/joy", SKOS.broadMatch),
        ("/isOppositeOf", "isOppositeOf", RDFS.domain),
        ("/concepts/Emotion", "Emotion", RDFS.label),
        ("/concepts/JoyPlusSurprise", "JoyPlusSurprise", T.leadsTo),
        ("/lexicon/en", "lexicon/en", RDF.type),
    ],
)
def test_every_iri_of_tone_leads_somewhere(
    service: LiveServer, path: str, subject: str, predicate: URIRef
) -> None:
    assert page(service.get(path, BROWSER)).text
    for answer in (service.get(path, "text/turtle"), service.get(path + ".nt")):
        assert graph(answer).value(URIRef(TONE + subject), predicate) is not None


def test_every_entry_and_sense_leads_somewhere(service: LiveServer) -> None:
    query = quote(
        "SELECT ?e ?s ?w { ?e ontolex:sense ?s ; ontolex:canonicalForm/ontolex:writtenRep ?w }"
        " ORDER BY strlen(str(?w)) LIMIT 40"
    )
    rows = service.get(f"/sparql?query={query}&format=json").json["results"]["bindings"]
    assert len(rows) == 40
    for row in rows:
        for name in ("e", "s"):
            iri = row[name]["value"]
            answer = service.get("/" + iri.removeprefix(TONE), "application/n-triples")
            assert (URIRef(iri), None, None) in graph(answer)
        entry = service.get("/" + row["e"]["value"].removeprefix(TONE), "text/turtle")
        assert row["w"]["value"] in {
            str(each) for each in graph(entry).objects(None, ONTOLEX.writtenRep)
        }


def test_the_ontology_leads_to_all_of_it(service: LiveServer) -> None:
    assert "CC BY" in page(service.get("/ontology", BROWSER)).text
    whole = graph(service.get("/ontology", "application/n-triples"))
    assert (T.Bliss, RDFS.subClassOf, T.Cheerfulness) in whole
    assert len(graph(service.get("/ontology.ttl"))) == len(whole) > 3000
    links = graph(service.get("/graph/links", "text/turtle"))
    assert (T.Joy, T.isOppositeOf, T.Sadness) in links
    assert (T.Joy, RDFS.label, None) not in links


def test_a_graph_is_named_by_its_path_or_by_its_iri(service: LiveServer) -> None:
    for name in ("links", "proposals"):
        address = "/graph?graph=" + quote(f"{TONE}graph/{name}", safe="")
        for accept in SYNTAX:
            answer = service.get(address, accept)
            assert (answer.status, answer.type) == (200, accept)
            assert answer.headers["Vary"] == "Accept, Accept-Encoding"
        direct = graph(service.get(f"/graph/{name}.nt"))
        assert set(graph(service.get(address, "application/n-triples"))) == set(direct)
        links = ", ".join(answer.headers.get_all("Link") or [])
        assert f'</graph/{name}.ttl>; rel="alternate"' in links
    assert service.ask("HEAD", address).body == b""


def test_the_default_graph_of_the_graph_store(service: LiveServer) -> None:
    answer = service.get("/graph?default", "application/n-triples")
    assert (answer.status, answer.type) == (200, "application/n-triples")
    query = quote("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    rows = service.get(f"/sparql?query={query}&format=json").json["results"]["bindings"]
    assert len(answer.body.splitlines()) == int(rows[0]["n"]["value"])
    head = service.ask("HEAD", "/graph?default=")
    assert (head.status, head.body) == (200, b"")
    assert "Content-Length" not in head.headers
    for each in (answer, head):
        links = ", ".join(each.headers.get_all("Link") or [])
        assert '</graph?default>; rel="alternate"; type="text/turtle"' in links
    assert head.headers["ETag"] == service.get("/graph?default", "text/turtle").headers["ETag"]


@pytest.mark.parametrize("path", ["/graph", "/graph/links", "/concepts/Joy"])
def test_methods_that_are_refused_are_not_offered(service: LiveServer, path: str) -> None:
    assert service.ask("OPTIONS", path).headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/graph", 400),
        ("/graph?x=1", 400),
        ("/graph?default&graph=https://example.org/", 400),
        ("/graph?default&default", 400),
        ("/graph?graph=%ff", 400),
        ("/graph?graph=https://example.org/", 404),
        ("/graph?graph=links", 404),
        ("/graph?graph=", 404),
        ("/graph/nope.ttl", 404),
    ],
)
def test_graphs_that_are_not_there(service: LiveServer, path: str, status: int) -> None:
    service.get(path).problem(status)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/graph/links", "/graph?default", "/graph/new", "/graph"])
def test_graphs_can_only_be_read(service: LiveServer, method: str, path: str) -> None:
    headers = {"Content-Type": "text/turtle"}
    service.ask(method, path, "<a:> <b:> <c:> .", headers).problem(403)


@pytest.mark.parametrize(
    "path",
    [
        *("/nope", "/link/", "/link/nope", "/lexicon/en/nope", "/scheme/x/y/z", "/ontology.docx"),
        *("/%00", "/%ff", "/%3E%3Cscript%3E", "/%7B%7D", "/static/../app.py", "/concepts/"),
        *("/concepts/Joy.docx", "/graph/nope", "/%5C", "/a%22b", "/static/nope.css"),
        "/" + "x" * 20_000,
    ],
)
def test_what_is_not_there(service: LiveServer, path: str) -> None:
    service.get(path).problem(404)
    answer = service.get(path, BROWSER)
    assert answer.status == 404
    page(answer)


def test_the_documentation_shows_the_contract(service: LiveServer) -> None:
    docs = page(service.get("/docs", BROWSER))
    contract = service.get("/openapi.json").json
    for path in contract["paths"]:
        assert path in docs.text


def test_everything_may_be_read_from_other_sites(service: LiveServer) -> None:
    for path in ("/", "/concepts/Joy", "/v1/concepts", "/nope", "/static/style.css"):
        assert service.get(path).headers["Access-Control-Allow-Origin"] == "*"
        assert service.ask("OPTIONS", path).headers["Access-Control-Allow-Origin"] == "*"
    answer = service.ask("OPTIONS", "/v1/annotate", headers={"Origin": "https://example.org"})
    assert answer.status == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
