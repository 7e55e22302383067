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

_UNREADABLE = "the remote store's answer cannot be read"


def read_rows(reply: Reply, query: RemoteQuery) -> ox.QuerySolutions | ox.QueryBoolean:
    """Return the rows of a SELECT, each checked when it is taken, or the answer to an ASK.

    Raises:
        StoreFailed: the answer is none, or is not whole.
    """
    _check(reply, is_graph=False)
    body = _NODE_ID.sub(rb"\1", reply.body)
    if query.all_variables:
        body = _VARIABLES.sub(_in_order, body, count=1)
    try:
        results = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if query.form != "ASK" or isinstance(results, ox.QueryBoolean):
            if (query.form == "ASK") != isinstance(results, ox.QueryBoolean):
                raise StoreFailed(_UNREADABLE)
            return results
        if [each.value for each in results.variables] != [_ASK_COLUMN]:
            raise StoreFailed(_UNREADABLE)
        holds = json.dumps({"head": {}, "boolean": bool(list(results))})
        return ox.parse_query_results(holds, format=ox.QueryResultsFormat.JSON)
    except (ValueError, SyntaxError, TypeError, KeyError):
        raise StoreFailed(_UNREADABLE) from None


def write(reply: Reply, query: RemoteQuery, media_type: str) -> bytes:
    """Return an answer in a media type of RESULT_TYPES, GRAPH_TYPES or QUAD_TYPES.

    Raises:
        StoreFailed: the answer is none, or is not whole.
    """
    if query.form in ("SELECT", "ASK"):
        rows = read_rows(reply, query)
        format = ox.QueryResultsFormat.from_media_type(media_type)
        try:
            return rows.serialize(format=format) or b""
        except (ValueError, SyntaxError, RuntimeError, OSError):
            raise StoreFailed(_UNREADABLE) from None
    _check(reply, is_graph=True)
    try:
        # Turtle contains N-Triples.
        quads = ox.parse(reply.body, format=ox.RdfFormat.TURTLE)
        triples = (each.triple for each in quads)
        graph_format = ox.RdfFormat.from_media_type(media_type)
        return ox.serialize(triples, format=graph_format, prefixes=PREFIXES) or b""
    except (ValueError, SyntaxError, RuntimeError, OSError):
        raise StoreFailed(_UNREADABLE) from None


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
