"""Questions in SPARQL to a live server."""

from __future__ import annotations

from urllib.parse import urlencode

from live_server import LiveServer

JSON_RESULTS = "application/sparql-results+json"
XML_RESULTS = "application/sparql-results+xml"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
GRAPH = "https://w3id.org/tone/graph/"
TONE = "https://w3id.org/tone/"
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
