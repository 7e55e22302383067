"""Answers of a remote store: read whole, then written as the embedded store writes its own."""

from __future__ import annotations

import json
import re

import pyoxigraph as ox

from ...ontology.iris import PREFIXES
from .base import StoreFailed
from .remote_query import RemoteQuery
from .transport import Reply

RESULTS_TYPE = "application/sparql-results+json"
GRAPH_TYPE = "application/n-triples"
_ANSWER_TYPES = {
    False: (RESULTS_TYPE, "application/json"),
    True: (GRAPH_TYPE, "text/plain", "text/turtle"),
}
"""What the two kinds of answers may say that they are: a graph, or not."""

# Virtuoso's names of blank nodes are none that a result may hold.
_NODE_ID = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://')
_VARIABLES = re.compile(rb'"vars"\s*:\s*(\[[^\]]*\])')
# Virtuoso 7 answers ASK by a table of this column, which has a row if it holds.
_ASK_COLUMN = "__ASK_RETVAL"
_PARTIAL = ("X-SQL-State", "X-SPARQL-MaxRows")
"""Headers by which Virtuoso says that it left off early: a time or a number of rows was reached."""

_WRONG = (SyntaxError, ValueError, TypeError, KeyError, RuntimeError, OSError)
_UNREADABLE = "the remote store's answer cannot be read"


def read_rows(reply: Reply, query: RemoteQuery) -> list[dict[str, str]]:
    """Return the rows of a SELECT, each with the value of every variable that is bound.

    Raises:
        StoreFailed: the answer is none, or is not whole.
    """
    _check(reply, is_graph=False)
    rows = _rows(_body(reply, query))
    if rows is None:
        raise StoreFailed(_UNREADABLE)
    return rows


def write(reply: Reply, query: RemoteQuery, media_type: str) -> bytes:
    """Return an answer in a media type of RESULT_TYPES, GRAPH_TYPES or QUAD_TYPES.

    Raises:
        StoreFailed: the answer is none, or is not whole.
    """
    is_graph = query.form in ("CONSTRUCT", "DESCRIBE")
    _check(reply, is_graph)
    if is_graph:
        written = _graph(reply.body, media_type)
    else:
        written = _results(_body(reply, query), query.form == "ASK", media_type)
    if written is None:
        raise StoreFailed(_UNREADABLE)
    return written


# Oxigraph's results must not leave the thread that made them, as they would by the traceback of
# an error raised where they are; so these return None instead.


def _rows(body: bytes) -> list[dict[str, str]] | None:
    try:
        results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if not isinstance(results, ox.QuerySolutions):
            return None
        names = [each.value for each in results.variables]
        return [
            {name: row[name].value for name in names if row[name] is not None} for row in results
        ]
    except _WRONG:
        return None


def _results(body: bytes, is_ask: bool, media_type: str) -> bytes | None:
    try:
        results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if is_ask and isinstance(results, ox.QuerySolutions):
            if [each.value for each in results.variables] != [_ASK_COLUMN]:
                return None
            holds = json.dumps({"head": {}, "boolean": bool(list(results))})
            results = ox.parse_query_results(holds, format=ox.QueryResultsFormat.JSON)
        if is_ask != isinstance(results, ox.QueryBoolean):
            return None
        return results.serialize(format=ox.QueryResultsFormat.from_media_type(media_type))
    except _WRONG:
        return None


def _graph(body: bytes, media_type: str) -> bytes | None:
    try:
        # Turtle contains N-Triples.
        triples = (each.triple for each in ox.parse(body, format=ox.RdfFormat.TURTLE))
        graph_format = ox.RdfFormat.from_media_type(media_type)
        return ox.serialize(triples, format=graph_format, prefixes=PREFIXES)
    except _WRONG:
        return None


def _body(reply: Reply, query: RemoteQuery) -> bytes:
    body = _NODE_ID.sub(rb"\1", reply.body)
    return _VARIABLES.sub(_in_order, body, count=1) if query.all_variables else body


def _check(reply: Reply, is_graph: bool) -> None:
    """Raise StoreFailed unless an answer is what was asked for, and all of it."""
    if reply.headers.get_content_type() not in _ANSWER_TYPES[is_graph]:
        raise StoreFailed(_UNREADABLE)
    if any(each in reply.headers for each in _PARTIAL):
        raise StoreFailed("the remote store gave a part of the answer only; ask for less")
    if is_graph and not reply.bounded:
        # A graph in lines has no end of its own: it could have been cut anywhere.
        raise StoreFailed("the remote store does not say where its answer ends")


def _in_order(variables: re.Match[bytes]) -> bytes:
    try:
        names = sorted(json.loads(variables[1]))
    except (ValueError, TypeError):
        return variables[0]
    return b'"vars": ' + json.dumps(names).encode()
