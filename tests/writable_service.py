"""A service that can be written to, and the ways to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from live_server import Answer, LiveServer, live_server
from sparql_questions import FORM, ask

SMALL = Path(__file__).parent / "data" / "small"
TOKEN = "s3cret.token~+/-_=="
BEARER = {"Authorization": f"Bearer {TOKEN}"}
UPDATE = "application/sparql-update"
TURTLE = "text/turtle"
NTRIPLES = "application/n-triples"


@contextmanager
def writable_service(
    folder: Path, journal: Path, root: Path = SMALL, workers: int = 1, **environment: str
) -> Iterator[LiveServer]:
    """Start a writable service over a few sources, with a journal of its own."""
    environment = {"TONE_ROOT": str(root), "TONE_TOKEN": TOKEN, **environment}
    arguments = ("--writable", "--journal", str(journal), "--engine", "lexicon", "--workers")
    with live_server(folder, *arguments, str(workers), **environment) as server:
        yield server


def send(
    service: LiveServer, update: str, path: str = "/update", **parameters: str | list[str]
) -> Answer:
    """Send an update as the body of a request."""
    path += "?" + urlencode(parameters, doseq=True) if parameters else ""
    return service.post(path, update, UPDATE, **BEARER)


def send_form(service: LiveServer, path: str = "/update", **form: str | list[str]) -> Answer:
    """Send a form, such as one of an update."""
    return service.post(path, urlencode(form, doseq=True), FORM, **BEARER)


def do(service: LiveServer, update: str, **parameters: str | list[str]) -> None:
    """Send an update that must be done."""
    answer = send(service, update, **parameters)
    assert (answer.status, answer.body) == (204, b""), answer.text


def put(service: LiveServer, path: str, body: bytes | str, content_type: str = TURTLE) -> Answer:
    return service.ask("PUT", path, body, {"Content-Type": content_type, **BEARER})


def graph(iri: str) -> str:
    """Return the address of a graph by its IRI."""
    return "/graph?graph=" + quote(iri, safe="")


def values(service: LiveServer, query: str) -> list[Any]:
    """Return the values of ?x in the answer to a query, sorted."""
    rows = ask(service, query)
    assert isinstance(rows, list)
    return sorted(row["x"] for row in rows)
