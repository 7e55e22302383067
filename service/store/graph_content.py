"""Graphs that clients send: read as triples, within limits that the engine lacks."""

from __future__ import annotations

import re
from xml.parsers import expat

import pyoxigraph as ox

from .guard import QueryMalformed, QueryRefused

MAX_NESTING = 1_000
"""Elements of RDF/XML that may be open at once; the engine's time grows with their square."""

MAX_GROWTH = 10
"""How many times as large its entities may make an RDF/XML document."""

_PLACE = re.compile(r"at line (\d+)(?: column (\d+))?")


def read_graph(media_type: str, text: str, base: str | None) -> list[ox.Triple]:
    """Return the triples of a graph; its blank nodes get names that are nowhere else.

    Args:
        media_type: one of GRAPH_TYPES.
        text: the graph.
        base: the IRI that relative ones are resolved by.

    Raises:
        QueryMalformed: it is not what the media type says.
        QueryRefused: it is RDF/XML that nests too deep, or grows too large by entities.
    """
    if media_type == "application/rdf+xml":
        _check_xml(text)
    try:
        return [
            quad.triple
            for quad in ox.parse(
                text,
                format=ox.RdfFormat.from_media_type(media_type),
                base_iri=base,
                without_named_graphs=True,
                rename_blank_nodes=True,
            )
        ]
    except SyntaxError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place else error.lineno
        column = int(place[2]) if place and place[2] else None
        raise _malformed(media_type, line, column) from None


def _malformed(media_type: str, line: int | None, column: int | None) -> QueryMalformed:
    where = f" at line {line}" if line else ""
    where += f", column {column}" if line and column else ""
    return QueryMalformed(f"the graph is not {media_type}{where}", line or None, column)


def _check_xml(text: str) -> None:
    depth = 0
    entities: dict[str, str] = {}
    parser = expat.ParserCreate()

    def start(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_NESTING:
            raise QueryRefused(f"the graph nests more than {MAX_NESTING:,} elements")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    def declare(name: str, _: bool, value: str | None, *more: object) -> None:
        if value is None or "&" in value:
            raise QueryRefused("an entity of the graph is in another file or holds an entity")
        entities[name] = value
        size = sum(len(each) * text.count(f"&{name};") for name, each in entities.items())
        if size > MAX_GROWTH * len(text):
            raise QueryRefused(f"its entities make the graph more than {MAX_GROWTH} times as large")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = declare
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise _malformed("application/rdf+xml", error.lineno, error.offset + 1) from None
