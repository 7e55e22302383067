"""Writes by the Graph Store Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pyoxigraph as ox
from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import MethodNotAllowed

from ...ontology.iris import DEFAULT_GRAPHS, GRAPH_PROPOSALS, TONE
from ..store import GRAPH_TYPES, GraphWrite
from .bearer import check_writer
from .body import read_body, read_pairs
from .context import context, public_url
from .problems import Problem
from .sparql_request import check_charset

GRAPHS = (*DEFAULT_GRAPHS, GRAPH_PROPOSALS)
PREFIX = TONE + "graph/"
MULTIPART = "multipart/form-data"
_METHODS = ["PUT", "POST", "DELETE"]

blueprint = Blueprint("graph_store", __name__)


def named_graph() -> str | None:
    """Return the IRI of the graph that the URL names, None for the default graph.

    https://www.w3.org/TR/sparql11-http-rdf-update/#indirect-graph-identification

    Raises:
        Problem: it does not name exactly one.
    """
    pairs = read_pairs(request.query_string, "the query string of the URL")
    if len(pairs) != 1 or pairs[0][0] not in ("graph", "default"):
        raise Problem(400, "name one graph, by graph=IRI or by default", field="graph")
    [(name, iri)] = pairs
    return iri if name == "graph" else None


def check_graph(iri: str) -> None:
    """Raise Problem if there is no graph of that IRI."""
    store = context().store
    if store.writable:
        if not store.has_graph(iri):
            raise Problem(404, "there is no such graph")
    elif iri not in GRAPHS:
        raise Problem(404, f"there is no such graph; there are {', '.join(GRAPHS)}")


@blueprint.route("/graph", methods=[*_METHODS, "PATCH"])
def write_named_graph() -> Response:
    """Write the graph that the URL names; POST to the bare address makes one."""
    _check()
    if request.method == "POST" and not request.query_string:
        name = secrets.token_hex(16)
        response = _write(PREFIX + name)
        response.headers["Location"] = f"{public_url()}/graph/{name}"
        return response
    graph = named_graph()
    if graph is not None:
        _check_iri(graph)
    return _write(graph)


@blueprint.route("/graph/<graph>", methods=[*_METHODS, "PATCH"])
def write_graph(graph: str) -> Response:
    """Write the graph of that name."""
    _check()
    if graph.endswith(tuple("." + ending for ending in GRAPH_TYPES.values())):
        raise Problem(400, "the name ends as those of formats do", field="graph")
    _check_iri(PREFIX + graph)
    return _write(PREFIX + graph)


def _check() -> None:
    check_writer("the graphs can only be read here")
    if request.method == "PATCH":
        raise MethodNotAllowed(["GET", "HEAD", "OPTIONS", *_METHODS])


def _check_iri(graph: str) -> None:
    try:
        ox.NamedNode(graph)
    except ValueError:
        detail = "the name of the graph is not an absolute IRI"
        raise Problem(400, detail, field="graph") from None


def _write(graph: str | None) -> Response:
    contents = () if request.method == "DELETE" else tuple(_contents())
    base = graph or f"{public_url()}/graph?default"
    written = context().store.write(GraphWrite(request.method, graph, base, contents))
    return Response(status=201 if written.created else 204)


def _contents() -> Iterator[tuple[str, str]]:
    """Yield the media type and the text of each part of the body."""
    if request.mimetype == MULTIPART and request.method == "POST":
        read_body()  # kept, and within the limits
        parts: list[FileStorage] = [each for _, each in request.files.items(multi=True)]
        if not parts:
            raise Problem(400, "the body holds no file")
        for part in parts:
            yield _readable(part.mimetype), _decode(part.read())
    else:
        media_type = _readable(request.mimetype)
        check_charset()
        yield media_type, _decode(read_body())


def _readable(media_type: str) -> str:
    if media_type not in GRAPH_TYPES:
        raise Problem(415, f"a graph is sent as {', '.join(GRAPH_TYPES)}")
    return media_type


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(400, f"the graph is not UTF-8 at byte {error.start}") from None
