"""The store inside the process: Oxigraph in memory (https://pyoxigraph.readthedocs.io)."""

from __future__ import annotations

import io
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pyoxigraph as ox

from ...ontology.iris import DEFAULT_GRAPHS, PREFIXES
from .base import (
    GRAPH_TYPES,
    QUAD_TYPES,
    RESULT_TYPES,
    GraphStatistics,
    QueryFailed,
    QueryTimeout,
    QueryTooCostly,
    ResultTooLarge,
    Store,
    StoreBusy,
    StoreDescription,
)
from .guard import Query, QueryMalformed

STACK = 4 * 2**20
STACK_PER_CHARACTER = 8 * 2**10
"""Bytes of address space for a query's stack; only what is used takes memory.

Oxigraph parses and plans by recursion, and an overflow kills the process. The greediest texts
found, such as `((((`, take about 4 KiB a character.
"""

_RESULT_FORMATS = {
    media_type: ox.QueryResultsFormat.from_media_type(media_type) for media_type in RESULT_TYPES
}
_GRAPH_FORMATS = {
    media_type: ox.RdfFormat.from_media_type(media_type)
    for media_type in (*GRAPH_TYPES, *QUAD_TYPES)
}
_SYNTAX_ERROR = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
# What the engine's parser says besides the tokens that it would have taken.
_REASONS = {
    "Prefix not found": "a prefix is not declared",
    "IRI parsing failed": "an IRI is not valid, or is relative where there is no BASE",
    "Duplicated variable name in SELECT": "SELECT names a variable twice",
    "The SELECT contains a variable that is unbound": (
        "SELECT names a variable that is neither grouped nor aggregated"
    ),
}
_SIZES = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_TYPE = PREFIXES["rdf"] + "type"
_Dataset = tuple[list[Any] | None, list[Any] | None]
_stack_size = threading.Lock()


class EmbeddedStore(Store):
    """Named graphs in the memory of this process.

    Args:
        default_graphs: IRIs of the graphs whose union is the default graph.
        prefixes: prefixes that a query need not declare.
        seconds: how long a query may run.
        max_bytes: how large its result may be.
        max_running: how many queries may run at once.
        contents: what tells the quads that will be loaded from any others; see `Store.state`.
    """

    def __init__(
        self,
        default_graphs: Sequence[str] = DEFAULT_GRAPHS,
        prefixes: dict[str, str] = PREFIXES,
        seconds: float = 30.0,
        max_bytes: int = 50_000_000,
        max_running: int = 4,
        contents: str | None = None,
    ) -> None:
        self._store = ox.Store()
        self._united = tuple(default_graphs)
        self._prefixes = dict(prefixes)
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._max_running = max_running
        self._contents = contents
        self._free = threading.BoundedSemaphore(max_running)
        # Threads whose queries were given up, each with the time until which it may run.
        self._overrun: dict[threading.Thread, float] = {}
        self._sizes: dict[str, int] = {}
        self._statistics: dict[str | None, GraphStatistics] = {}
        self._counting = threading.Lock()

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads; their graphs must be named."""
        self._store.bulk_extend(quads)
        self.unite()
        self.count()

    def close(self) -> None:
        """Let go of what the store holds beside its graphs: nothing."""

    def unite(self) -> None:
        """Add to the default graph what the graphs hold whose union it is."""
        # Oxigraph can unite graphs for a query, but then yields twice what two of them say.
        for graph in self._united:
            self._store.update(f"ADD SILENT <{graph}> TO DEFAULT")

    def count(self) -> None:
        """Count the triples of each graph anew."""
        sizes = self._store.query(_SIZES)
        assert isinstance(sizes, ox.QuerySolutions)
        self._sizes = {row["g"].value: int(row["n"].value) for row in sizes}
        self._statistics = {}

    def description(self) -> StoreDescription:
        """Return the engine's name and version, and the size of each graph."""
        return StoreDescription("Oxigraph, embedded", ox.__version__, dict(self._sizes))

    def state(self) -> str | None:
        """Return what tells the loaded quads and the engine's version; see `Store.state`."""
        return f"{self._contents} {ox.__version__}" if self._contents else None

    def statistics(self) -> dict[str | None, GraphStatistics]:
        """Return what is counted of each graph, when first asked for."""
        with self._counting:
            if not self._statistics:
                self._statistics = {
                    **self._count("{ PATTERN }"),
                    **self._count("{ GRAPH ?g { PATTERN } }"),
                }
            return self._statistics

    def _count(self, where: str) -> dict[str | None, GraphStatistics]:
        def rows(counts: str, pattern: str, group: str) -> Iterator[tuple[str | None, Any]]:
            body = where.replace("PATTERN", pattern)
            found = self._store.query(f"SELECT ?g {counts} {body} GROUP BY ?g {group}")
            assert isinstance(found, ox.QuerySolutions)
            for row in found:
                yield row["g"].value if row["g"] else None, row

        total = "(COUNT(*) AS ?n)"
        distinct = "(COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
        properties: dict[str | None, dict[str, int]] = defaultdict(dict)
        for graph, row in rows(f"?p {total}", "?s ?p ?o", "?p"):
            properties[graph][row["p"].value] = int(row["n"].value)
        classes: dict[str | None, dict[str, int]] = defaultdict(dict)
        for graph, row in rows(f"?c {total}", f"?s <{_TYPE}> ?c FILTER(isIRI(?c))", "?c"):
            classes[graph][row["c"].value] = int(row["n"].value)
        return {
            graph: GraphStatistics(
                int(row["n"].value),
                int(row["subjects"].value),
                int(row["objects"].value),
                properties[graph],
                classes[graph],
            )
            for graph, row in rows(f"{total} {distinct}", "?s ?p ?o", "")
        }

    @property
    def exhausted(self) -> bool:
        """Whether every query that may run at once has overrun and cannot be stopped.

        Oxigraph has no way to cancel a query that yields nothing; the process must end. A query
        that was given up early, at its client's wish, has overrun when the store's limit is over.
        """
        for thread in [each for each in self._overrun.copy() if not each.is_alive()]:
            self._overrun.pop(thread, None)
        now = time.monotonic()
        return sum(until <= now for until in self._overrun.copy().values()) >= self._max_running

    def query(
        self,
        query: Query,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
        seconds: float | None = None,
    ) -> bytes:
        """Return the whole answer to a query, written in a media type; see `Store.query`."""
        allowed = self._seconds if seconds is None else min(seconds, self._seconds)
        start = time.monotonic()
        deadline = start + allowed
        if self.exhausted or not self._free.acquire(timeout=allowed):
            raise StoreBusy("too many queries are running; try again in a moment")
        output = Bounded(self._max_bytes, deadline, allowed)
        failure: list[Exception] = []

        def run() -> None:
            # Everything of the query happens in this thread: its results must not leave it.
            try:
                self.evaluate(query.text, media_type, default_graphs, named_graphs, base, output)
            except Exception as error:
                failure.append(error.with_traceback(None))
            finally:
                self._free.release()

        thread = start_thread(run, len(query.text), self._free.release)
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            self._overrun[thread] = start + self._seconds
            raise timeout(allowed)
        if failure:
            raise failure[0]
        return output.getvalue()

    def evaluate(
        self,
        text: str,
        media_type: str,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        base: str | None,
        output: Bounded,
    ) -> None:
        """Write the answer to a query in this thread, whose stack must fit it.

        Args:
            text: a query that `guard.check` let through.
            media_type: see `Store.query`, as for the others.
            default_graphs: IRIs of the graphs whose union is the default graph.
            named_graphs: IRIs of the graphs that GRAPH can reach.
            base: the IRI that relative ones are resolved by.
            output: what the answer is written to.

        Raises:
            QueryMalformed: the query is not SPARQL.
            QueryFailed: it could not be answered.
        """
        try:
            results = self._results(text, default_graphs, named_graphs, base)
            if isinstance(results, ox.QueryTriples):
                graph_format = _GRAPH_FORMATS[media_type]
                ox.serialize(results, output, format=graph_format, prefixes=self._prefixes)
            else:
                results.serialize(output, format=_RESULT_FORMATS[media_type])
        except Exception as error:
            # Without its traceback, whose frames hold the results.
            raise _explain(error).with_traceback(None) from None

    def check(
        self,
        text: str,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        base: str | None,
    ) -> None:
        """Begin to answer a query in this thread, and leave off; see `evaluate`."""
        try:
            self._results(text, default_graphs, named_graphs, base)
        except Exception as error:
            raise _explain(error).with_traceback(None) from None

    def _results(
        self,
        text: str,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        base: str | None,
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        default, named = _dataset(default_graphs, named_graphs)
        return self._store.query(
            text,
            base_iri=base,
            # Oxigraph reads them anew for each query.
            prefixes={name: iri for name, iri in self._prefixes.items() if name + ":" in text},
            default_graph=default,
            named_graphs=named,
        )


class Bounded(io.BytesIO):
    """What a query wrote so far; it stops the query that writes too much or too late.

    Args:
        max_bytes: how much it may write.
        deadline: until when, by `time.monotonic`.
        seconds: how long that was when it began.
    """

    def __init__(self, max_bytes: int, deadline: float, seconds: float) -> None:
        super().__init__()
        self._max_bytes = max_bytes
        self._deadline = deadline
        self._seconds = seconds

    def write(self, data: bytes) -> int:  # type: ignore[override]  # noqa: D102
        if self.tell() + len(data) > self._max_bytes:
            raise ResultTooLarge(
                f"the result is larger than {self._max_bytes:,} bytes; ask for less, "
                "by LIMIT for instance"
            )
        if time.monotonic() > self._deadline:
            raise timeout(self._seconds)
        return super().write(data)


def _explain(error: BaseException) -> Exception:
    if isinstance(error, QueryFailed | QueryMalformed):
        return error
    if isinstance(error, MemoryError):
        return QueryTooCostly()
    if isinstance(error, SyntaxError):
        return malformed(str(error))
    if "custom function" in str(error):
        return QueryMalformed("the query calls a function that does not exist here")
    return QueryFailed("the store could not answer this query")


def timeout(seconds: float) -> QueryTimeout:
    """Return the error of a query that ran longer than so many seconds."""
    return QueryTimeout(f"the query took longer than it may ({seconds:g} s); ask for less")


def start_thread(
    run: Callable[[], None], length: int, give_up: Callable[[], None]
) -> threading.Thread:
    """Return a thread, which runs already, with the stack for a text of so many characters.

    Args:
        run: what it does.
        length: the characters.
        give_up: called if there is no thread to be had.

    Raises:
        StoreBusy: there is none.
    """
    thread = threading.Thread(target=run, name="query", daemon=True)
    try:
        # The size is the whole process's setting, so it is set for this one start only.
        with _stack_size:
            usual = threading.stack_size(stack_for(length))
            try:
                thread.start()
            finally:
                threading.stack_size(usual)
    except RuntimeError:
        give_up()
        raise StoreBusy("no thread is left to run the query; try again in a moment") from None
    return thread


def stack_for(length: int) -> int:
    """Return the bytes of stack for a query of so many characters."""
    return STACK + STACK_PER_CHARACTER * length


def _dataset(default_graphs: Sequence[str], named_graphs: Sequence[str]) -> _Dataset:
    """Return a query's default and named graphs; None leaves both to the query and the store."""
    if not default_graphs and not named_graphs:
        return None, None
    try:
        return [ox.NamedNode(each) for each in default_graphs], [
            ox.NamedNode(each) for each in named_graphs
        ]
    except ValueError:
        raise QueryMalformed("the name of a graph is not an absolute IRI") from None


def malformed(message: str, what: str = "query") -> QueryMalformed:
    """Return the error that the engine's message means for a query or an update."""
    match = _SYNTAX_ERROR.match(message)
    if match is None:
        return QueryMalformed(f"the {what} is not SPARQL")
    line, column = int(match[1]), int(match[2])
    reason = next((each for name, each in _REASONS.items() if name in match[3]), None)
    where = f"the {what} is malformed at line {line}, column {column}"
    return QueryMalformed(f"{where}: {reason}" if reason else where, line, column)
