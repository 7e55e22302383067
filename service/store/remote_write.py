"""Writes to a remote store: by SPARQL Update, by the Graph Store Protocol, or by what there is.

https://www.w3.org/TR/sparql11-protocol/#update-operation,
https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import quote, urlencode
from urllib.request import Request

import pyoxigraph as ox

from ..credentials import Credentials, check_address
from .base import QueryFailed, StoreBusy, StoreFailed, StoreTimeout, StoreUnreachable
from .graph_content import read_graph
from .guard import QueryRefused
from .operation import GraphWrite, Update, Written
from .push import insertions
from .remote_query import SERVED_GRAPHS, prepare_update
from .transport import Reply, Transport
from .writable import NoSuchGraph, UpdateFailed

_FORM = "application/x-www-form-urlencoded"
_MAX_BYTES = 1_000_000
_LARGE = 10_000
_UNKNOWN = "this may be written or not; look before you ask again"


class RemoteWriter:
    """Writes to one store.

    Args:
        update_url: the address of its update endpoint, if any.
        graph_store_url: that of its Graph Store Protocol, if any.
        credentials: what it knows the service by.
        seconds: how long it may take for one request.

    Raises:
        ToneError: an address is none.
    """

    def __init__(
        self,
        update_url: str,
        graph_store_url: str,
        credentials: Credentials | None,
        seconds: float,
    ) -> None:
        self._update_url = update_url and check_address(update_url)
        self._graph_store_url = graph_store_url and check_address(graph_store_url)
        self._transport = Transport(credentials)
        self._seconds = seconds

    def update(self, operation: Update) -> Written:
        """Do an update.

        Raises:
            QueryRefused, QueryMalformed: it holds what the remote store shall not see.
            QueryFailed: it was not done, or perhaps not.
        """
        if not self._update_url:
            raise QueryRefused(
                "the remote store takes no updates here; write whole graphs by the Graph Store "
                "Protocol"
            )
        self._update(prepare_update(operation))
        return Written()

    def write_graph(self, operation: GraphWrite, exists: bool) -> Written:
        """Put, fill or drop a graph.

        Args:
            operation: what is done.
            exists: whether the graph holds a triple.

        Raises:
            QueryRefused: it is not one of the served graphs.
            NoSuchGraph: it is to be dropped, and is not there.
            QueryFailed: it was not done, or perhaps not.
        """
        graph = operation.graph
        if graph not in SERVED_GRAPHS:
            raise QueryRefused(
                f"the remote store can be written to in these graphs: {', '.join(SERVED_GRAPHS)}"
            )
        triples = [
            triple
            for media_type, text in operation.contents
            for triple in read_graph(media_type, text, operation.base)
        ]
        if operation.method == "DELETE" and not exists:
            raise NoSuchGraph("there is no such graph")
        if operation.method != "POST" and not triples:
            self._drop(graph)
        elif self._graph_store_url:
            body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
            address, content_type = self._graph_address(graph), "application/n-triples"
            self._send(operation.method, address, body, content_type)
        else:
            # What shares a blank node is in one update; so is the end of what was there before.
            before = f"DROP SILENT GRAPH <{graph}> ;\n" if operation.method == "PUT" else ""
            for text in insertions(graph, triples):
                self._update(before + text)
                before = ""
        return Written(created=not exists and bool(triples))

    def _drop(self, graph: str) -> None:
        if self._graph_store_url:
            self._send("DELETE", self._graph_address(graph), None, "", (404,))
        else:
            self._update(f"DROP SILENT GRAPH <{graph}>")

    def _update(self, text: str) -> None:
        self._send("POST", self._update_url, urlencode([("update", text)]).encode("ascii"), _FORM)

    def _graph_address(self, graph: str) -> str:
        mark = "&" if "?" in self._graph_store_url else "?"
        return f"{self._graph_store_url}{mark}graph={quote(graph, safe='')}"

    def _send(
        self, method: str, url: str, body: bytes | None, content_type: str, also: Iterable[int] = ()
    ) -> Reply:
        headers = {"Accept": "*/*"} | ({"Content-Type": content_type} if content_type else {})
        request = Request(url, body, headers, method=method)
        if body and len(body) > _LARGE:
            # Lets a server ask for credentials first: Virtuoso hangs up on a large body.
            with suppress(QueryFailed):
                self._transport.send(Request(url, method="HEAD"), self._seconds, _MAX_BYTES)
        try:
            reply = self._transport.send(request, self._seconds, _MAX_BYTES, once=True)
        except StoreUnreachable:
            raise
        except StoreTimeout:
            raise StoreTimeout(f"the remote store did not answer in time; {_UNKNOWN}") from None
        except QueryFailed:
            raise StoreFailed(f"the remote store's answer broke off; {_UNKNOWN}") from None
        status = reply.status
        if status in (401, 403):
            raise StoreUnreachable("the remote store does not accept the service's credentials")
        if status == 409:
            raise UpdateFailed("what the remote store holds does not allow this")
        if status in (429, 503):
            raise StoreBusy(f"the remote store has too much to do; {_UNKNOWN}")
        if not 200 <= status < 300 and status not in also:
            raise StoreFailed(f"the remote store refuses this (status {status}); {_UNKNOWN}")
        return reply
