"""The short way of plain queries gives the answers that the routes give, to the byte."""

from __future__ import annotations

import http.client
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, urlsplit

import pytest
from live_server import BROWSER, LiveServer

DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
Headers = tuple[tuple[str, str], ...]

QUERIES = [
    "SELECT (<> AS ?x) ?l { tone:Joy rdfs:label ?l }",
    "ASK { tone:Joy a owl:Class }",
    "CONSTRUCT WHERE { tone:Joy rdfs:label ?l }",
    "DESCRIBE <https://w3id.org/tone/link/Joy-isOppositeOf-Sadness>",
    "\ufeffASK {}",
    "SELECT ('a+b%20é😀&=;' AS ?x) {}",
    "SELECT * { ?s ?p",
    "ASK { nowhere:x ?p ?o }",
    "ASK { SERVICE <http://127.0.0.1/> {} }",
    "SELECT (SUM(?x) AS ?y) { VALUES ?x { 1 } } # " + "x" * 5_000,
    "INSERT DATA { <a:b> <a:b> <a:b> }",
    "\n",
    "",
]
ACCEPTS: list[Headers] = [
    (),
    *(
        (("Accept", each),)
        for each in (
            "*/*",
            "application/json",
            "application/xml",
            "text/csv;q=0.5, text/tab-separated-values",
            "text/*",
            "text/turtle, application/sparql-results+xml;q=0.1",
            "application/n-quads",
            "text/plain",
            "application/json;q=0, */*;q=0.1",
            "*/*;q=0",
            "image/png",
            "nonsense",
            "",
            "text/html",
            BROWSER,
        )
    ),
    (("Accept", "application/xml"), ("Accept", "application/json")),
]
HOSTS = (
    *("tone.example", "tone.example:8000", "tone.example:80", "tone.example:443", "TONE.example"),
    *("tone.example:080", "tone.example:65536", "tone.example:60000", "xn--bcher-kva.example"),
    *(
        "a..b",
        "-",
        "[::1]",
        "[::1]:80",
        "127.0.0.1:8000",
        "tone example",
        "",
        "a" * 64 + ".example",
    ),
)
REQUESTS: dict[str, tuple[str, str, bytes | None, Headers]] = {
    "two bodies' types": (
        "POST",
        "",
        b"ASK{}",
        (("Content-Type", DIRECT), ("Content-Type", "a/b")),
    ),
    "capitals": ("POST", "", b"ASK{}", (("Content-Type", "Application/SPARQL-query"),)),
    "a charset": ("POST", "", b"ASK{}", (("Content-Type", DIRECT + "; charset=UTF-8"),)),
    "another charset": ("POST", "", b"ASK{}", (("Content-Type", DIRECT + "; charset=latin-1"),)),
    "no type": ("POST", "", b"ASK{}", ()),
    "no UTF-8": ("POST", "", b"ASK{}#\xff", (("Content-Type", DIRECT),)),
    "no UTF-8 in a form": ("POST", "", b"query=ASK{}%23%ff", (("Content-Type", FORM),)),
    "no UTF-8 in the URL": ("GET", "?query=ASK{}%23%ff", None, ()),
    "another parameter": ("GET", "?query=ASK{}&format=csv", None, ()),
    "the parameter twice": ("GET", "?query=ASK{}&query=ASK{}", None, ()),
    "the query in both places": ("POST", "?query=ASK{}", b"ASK{}", (("Content-Type", DIRECT),)),
    "a parameter in the URL": ("POST", "?a=b", b"query=ASK{}", (("Content-Type", FORM),)),
    "a semicolon": ("POST", "", b"query=ASK{};a=b", (("Content-Type", FORM),)),
    "a body with GET": ("GET", "?query=ASK{}", b"ASK{}", (("Content-Type", DIRECT),)),
    "a name in capitals": ("GET", "?Query=ASK{}", None, ()),
    "an escaped name": ("GET", "?%71uery=ASK{}", None, ()),
    "HEAD": ("HEAD", "?query=ASK{}", None, ()),
    "PUT": ("PUT", "?query=ASK{}", None, ()),
    "the address in full": ("GET", "http://other.example:80/sparql?query=ASK{}", None, ()),
}


def answer(
    service: LiveServer,
    method: str,
    target: str,
    body: bytes | None,
    headers: Iterable[tuple[str, str]],
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return the status, the headers and the body of an answer, but for the date."""
    address = urlsplit(service.url)
    assert address.hostname
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        told = sorted((name.lower(), value) for name, value in response.getheaders())
        return response.status, [each for each in told if each[0] != "date"], response.read()
    finally:
        connection.close()


def check(
    service: LiveServer, method: str, target: str, body: bytes | None, headers: Headers
) -> None:
    """Check that a request is answered alike by the short way and by the long one."""
    path = target if target.startswith("http:") else "/sparql" + target
    if not any(name == "Host" for name, _ in headers):
        headers = (("Host", "tone.example"), *headers)
    # A preference that means nothing keeps a request off the short way.
    by_route = answer(service, method, path, body, (*headers, ("Prefer", "nothing")))
    assert answer(service, method, path, body, headers) == by_route


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[:12])
def test_every_media_type_is_chosen_alike(service: LiveServer, query: str) -> None:
    for accept in ACCEPTS:
        check(service, "GET", "?query=" + quote(query), None, accept)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[:12])
def test_every_way_to_ask_is_read_alike(service: LiveServer, query: str) -> None:
    check(service, "GET", "?query=" + quote_plus(query), None, ())
    check(service, "POST", "", query.encode(), (("Content-Type", DIRECT),))
    check(service, "POST", "", ("query=" + quote_plus(query)).encode(), (("Content-Type", FORM),))


@pytest.mark.parametrize("host", HOSTS)
def test_relative_addresses_are_resolved_alike(service: LiveServer, host: str) -> None:
    check(service, "GET", "?query=" + quote(QUERIES[0]), None, (("Host", host),))


@pytest.mark.parametrize(("method", "target", "body", "headers"), REQUESTS.values(), ids=REQUESTS)
def test_odd_requests_are_answered_alike(
    service: LiveServer, method: str, target: str, body: bytes | None, headers: Headers
) -> None:
    check(service, method, target, body, headers)
