"""Any SPARQL 1.1 server as the store (https://www.w3.org/TR/sparql11-protocol/).

A query is checked here as the embedded store would, sent as a form by SPARQLWrapper, and its
answer read whole and written here: what a client sees depends as little as can be on the server.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import pyoxigraph as ox
from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

from ...ontology.iris import DEFAULT_GRAPHS, PREFIXES
from ..credentials import Credentials, check_address
from .base import (
    GraphStatistics,
    QueryTimeout,
    ResultTooLarge,
    Store,
    StoreBusy,
    StoreDescription,
    StoreFailed,
    StoreTimeout,
    StoreUnreachable,
)
from .checker import Checker, LocalChecker
from .guard import Query
from .operation import Operation, Update, Written
from .remote_answer import GRAPH_TYPE, RESULTS_TYPE, read_rows, write
from .remote_query import SERVED_GRAPHS, RemoteQuery, prepare
from .remote_write import RemoteWriter
from .transport import Reply, Transport

COUNTED_FOR = 600.0
"""Seconds for which the numbers of a description are kept: another `tone push` may change them."""

ASKED_AGAIN_AFTER = 5.0
"""Seconds for which a server that does not answer is not asked again for its numbers."""

_PATIENCE = 2.0
_GRAPH_FORMS = ("CONSTRUCT", "DESCRIBE")
_STATUSES = {
    401: StoreUnreachable("the remote store does not accept the service's credentials"),
    403: StoreUnreachable("the remote store does not accept the service's credentials"),
    404: StoreUnreachable("there is no SPARQL endpoint at the address of the remote store"),
    408: StoreTimeout("the remote store took longer than it allows; ask for less"),
    429: StoreBusy("the remote store has too much to do; try again in a moment"),
    503: StoreBusy("the remote store has too much to do; try again in a moment"),
    504: StoreTimeout("the remote store took longer than it allows; ask for less"),
}
_TYPE = PREFIXES["rdf"] + "type"


class RemoteStore(Store):
    """The served graphs in a SPARQL 1.1 server, which `tone push` loads.

    Args:
        url: the address of its query endpoint.
        credentials: what it knows the service by.
        seconds: how long a query may run.
        max_bytes: how large its result may be, as the server sends it and as it is given on.
        max_running: how many queries may run at once.
        checker: who tells what is wrong with a query or a write.
        writer: writes to the store, if that is wanted.

    Raises:
        ToneError: the address is none.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials | None = None,
        seconds: float = 30.0,
        max_bytes: int = 50_000_000,
        max_running: int = 4,
        checker: Checker | None = None,
        writer: RemoteWriter | None = None,
    ) -> None:
        self._url = check_address(url)
        self._transport = Transport(credentials)
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._free = threading.BoundedSemaphore(max_running)
        self._checker: Checker = checker or LocalChecker(
            seconds=seconds, max_bytes=max_bytes, max_running=max_running
        )
        self._writer = writer
        self.writable = writer is not None
        self._stamp = self._checker.stamp
        self._server = ""
        self._counting = threading.Lock()
        self._statistics: dict[str | None, GraphStatistics] = {}
        self._counted_at = 0.0
        self._sizes: dict[str, int] | None = None
        self._sized_at = -COUNTED_FOR

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Refuse: `tone push` loads a remote store."""
        raise NotImplementedError("a remote store is loaded by tone push")

    def description(self) -> StoreDescription:
        """Return what the server calls itself, and the size of each graph.

        Raises:
            QueryFailed: the server does not answer soon, or did not a moment ago.
        """
        with self._counting:
            self._forget_what_changed()
            now = time.monotonic()
            if now - self._sized_at > (COUNTED_FOR if self._sizes else ASKED_AGAIN_AFTER):
                self._sizes, self._sized_at = None, now
                with _numbers():
                    what = "?g (COUNT(*) AS ?n)"
                    asked = self._rows(what, _PATIENCE, "GRAPH ?g ", "?s ?p ?o", "?g")
                    self._sizes = {row["g"]: int(row["n"]) for row in asked}
            if self._sizes is None or not (self._sizes or self.writable):
                raise StoreFailed("the remote store does not answer, or tone push did not load it")
        name, _, version = self._server.partition("/")
        return StoreDescription(name or "SPARQL server", version, dict(self._sizes))

    def statistics(self) -> dict[str | None, GraphStatistics]:
        """Return what is counted of each graph, asked for anew every ten minutes.

        Raises:
            QueryFailed: the server does not answer.
        """
        with self._counting:
            self._forget_what_changed()
            if not self._statistics or time.monotonic() - self._counted_at > COUNTED_FOR:
                deadline = time.monotonic() + self._seconds
                with _numbers():
                    self._statistics = {
                        **self._count("", deadline),
                        **self._count("GRAPH ?g ", deadline),
                    }
                self._counted_at = time.monotonic()
            return self._statistics

    def query(
        self,
        query: Query,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
        seconds: float | None = None,
    ) -> bytes:
        """Return the whole answer to a query, written in a media type; see `Store.query`.

        Raises:
            StoreUnreachable, StoreFailed, StoreTimeout, StoreBusy: the server did not answer.
        """
        allowed = self._seconds if seconds is None else min(seconds, self._seconds)
        deadline = time.monotonic() + allowed
        self._checker.check(query, default_graphs, named_graphs, base, allowed)
        prepared = prepare(query, default_graphs, named_graphs, base)
        left = deadline - time.monotonic()
        if left <= 0:
            raise QueryTimeout(f"the query took longer than it may ({allowed:g} s); ask for less")
        answer = write(self._ask(prepared, left, allowed), prepared, media_type)
        if len(answer) > self._max_bytes:
            raise ResultTooLarge(
                f"the result is larger than {self._max_bytes:,} bytes; ask for less, "
                "by LIMIT for instance"
            )
        return answer

    def write(self, operation: Operation) -> Written:
        """Do an operation in the remote store; see `RemoteWriter`.

        Raises:
            QueryMalformed, QueryRefused: it is not what it should be; nothing was sent.
            QueryFailed: it was not done, or perhaps not.
        """
        if self._writer is None:
            return super().write(operation)
        self._checker.check_write(operation)
        try:
            if isinstance(operation, Update):
                return self._writer.update(operation)
            return self._writer.write_graph(operation, self.has_graph(operation.graph or ""))
        finally:
            self._checker.changed()

    def has_graph(self, iri: str) -> bool:
        """Return whether a served graph holds a triple."""
        if iri not in SERVED_GRAPHS:
            return False
        pattern = f"SELECT ?s {{ GRAPH <{iri}> {{ ?s ?p ?o }} }} LIMIT 1"
        asked = RemoteQuery(pattern, "SELECT", (iri,), (iri,))
        return bool(read_rows(self._ask(asked, self._seconds, self._seconds), asked))

    def _forget_what_changed(self) -> None:
        """Let go of numbers from before a write of this service; another's are not known."""
        if (stamp := self._checker.stamp) != self._stamp:
            self._stamp, self._sizes, self._statistics = stamp, None, {}
            self._sized_at = -COUNTED_FOR

    def _ask(self, query: RemoteQuery, seconds: float, allowed: float) -> Reply:
        is_graph = query.form in _GRAPH_FORMS
        client = SPARQLWrapper(self._url, returnFormat=TURTLE if is_graph else JSON)
        client.setMethod(POST)
        client.setOnlyConneg(True)
        client.addCustomHttpHeader("Accept", GRAPH_TYPE if is_graph else RESULTS_TYPE)
        # What is known of the query need not be guessed from its text, as setQuery does.
        client.queryString, client.queryType = query.text, query.form
        for graph in query.default_graphs:
            client.addParameter("default-graph-uri", graph)
        for graph in query.named_graphs:
            client.addParameter("named-graph-uri", graph)
        deadline = time.monotonic() + seconds
        if not self._free.acquire(timeout=seconds):
            raise StoreBusy("too many queries are running; try again in a moment")
        try:
            left = max(deadline - time.monotonic(), 0.0)
            # SPARQLWrapper's own way to send it has no deadline and follows redirects.
            reply = self._transport.send(client._createRequest(), left, self._max_bytes)
        except StoreTimeout:
            raise StoreTimeout(
                f"the remote store took longer than it may ({allowed:g} s); ask for less"
            ) from None
        finally:
            self._free.release()
        self._server = reply.headers.get("Server", "").partition(" ")[0]
        if 300 <= reply.status < 400:
            raise StoreFailed("the remote store sends elsewhere, which is not followed")
        if reply.status != 200:
            known = _STATUSES.get(reply.status)
            raise (
                type(known)(str(known))
                if known
                else StoreFailed(f"the remote store failed on this query (status {reply.status})")
            )
        return reply

    def _rows(
        self, what: str, seconds: float, graph: str, pattern: str, group: str
    ) -> list[dict[str, str]]:
        """Return the rows of a SELECT over all graphs, as strings."""
        text = f"SELECT {what} {{ {graph}{{ {pattern} }} }}" + (
            f" GROUP BY {group}" if group else ""
        )
        asked = RemoteQuery(text, "SELECT", DEFAULT_GRAPHS, SERVED_GRAPHS)
        return read_rows(self._ask(asked, max(seconds, 0.001), seconds), asked)

    def _count(self, graph: str, deadline: float) -> dict[str | None, GraphStatistics]:
        """Return the statistics of the default graph (""), or of each named one (`GRAPH ?g `)."""

        def rows(more: str, counts: str, pattern: str) -> list[dict[str, str]]:
            group = " ".join(each for each in ("?g" if graph else "", more) if each)
            left = deadline - time.monotonic()
            return self._rows(f"{group} {counts}", left, graph, pattern, group)

        properties: dict[str | None, dict[str, int]] = defaultdict(dict)
        for row in rows("?p", "(COUNT(*) AS ?n)", "?s ?p ?o"):
            properties[row.get("g")][row["p"]] = int(row["n"])
        classes: dict[str | None, dict[str, int]] = defaultdict(dict)
        for row in rows("?c", "(COUNT(*) AS ?n)", f"?s <{_TYPE}> ?c FILTER(isIRI(?c))"):
            classes[row.get("g")][row["c"]] = int(row["n"])
        distinct = "(COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
        return {
            row.get("g"): GraphStatistics(
                int(row["n"]),
                int(row["subjects"]),
                int(row["objects"]),
                properties[row.get("g")],
                classes[row.get("g")],
            )
            for row in rows("", f"(COUNT(*) AS ?n) {distinct}", "?s ?p ?o")
        }


@contextmanager
def _numbers() -> Iterator[None]:
    """Raise StoreFailed where an answer lacks the columns or numbers that it should have."""
    try:
        yield
    except (KeyError, ValueError):
        raise StoreFailed("the remote store's answer cannot be read") from None
