"""The embedded store when it may be written to."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from .base import GraphStatistics, QueryFailed, StoreDescription
from .embedded import EmbeddedStore, malformed, start_thread
from .graph_content import read_graph
from .guard import QueryMalformed, QueryRefused, position
from .journal import Journal, JournalUnusable
from .operation import GraphWrite, Operation, Update, Written
from .rewriting import original

JOURNAL_BYTES = 10_000_000

DERIVING = 100_000
"""Bytes of a log that deriving the default graph costs, so that a start need not do it often."""

_DEFAULT = ox.DefaultGraph()
_PLACE = re.compile(r"error at (\d+):(\d+):")


class UpdateFailed(QueryFailed):
    """What a store holds does not let it do what an operation says: nothing was changed."""


class NoSuchGraph(UpdateFailed):
    """A graph that is to be dropped is not there."""


class JournalFailed(QueryFailed):
    """What was done could not be ended or kept: the process must end, and read its journal anew."""


class WritableStore(EmbeddedStore):
    """Named graphs in the memory of this process, with a journal of what is written to them.

    The default graph that queries see holds the graphs whose union it is (`default_graphs`), and
    besides what was written to it itself. It is kept as a graph of its own, so after a write that
    could make it differ from that it is derived anew: what a write leaves in it and the graphs did
    not hold before, and what the graphs hold then. So what it has from them goes with them alone.

    A query that begins while a write is under way may see the default graph before it is derived.

    Args:
        journal: the journal's folder.
        journal_bytes: bytes of a log, with what its operations cost, beyond which a snapshot
            takes its place.
        limits: see EmbeddedStore.
    """

    writable = True

    def __init__(self, journal: Path, journal_bytes: int = JOURNAL_BYTES, **limits: Any) -> None:
        super().__init__(**limits)
        self._folder = journal
        self._journal_bytes = journal_bytes
        self._writing = threading.Lock()
        self._journal: Journal | None = None
        self._failed = False
        self._cost = 0
        # Blank nodes have other names after each start, so states of two starts are never equal.
        self._started = secrets.token_hex(8)
        self._counted = -1

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Load the sources, or the snapshot in their place, and what the journal has since.

        Raises:
            JournalUnusable: the journal builds on other quads, is damaged, or in use.
        """
        digest = hashlib.sha256()
        sources = list(_digested(quads, digest.update))
        self._journal = Journal(self._folder, digest.hexdigest())
        try:
            self._recover(self._journal, sources)
        except BaseException:
            self.close()
            raise

    def _recover(self, journal: Journal, sources: list[ox.Quad]) -> None:
        if journal.snapshot:
            sources.clear()
            super().load(journal.snapshot_quads())
            for graph in journal.empty:
                self._store.add_graph(ox.NamedNode(graph))
        else:
            super().load(sources)
        for operation in journal.operations():
            try:
                self._perform(operation)
            except (QueryFailed, QueryMalformed):
                raise JournalUnusable(
                    f"{self._folder}: the journal holds an operation that cannot be done again; "
                    "serve it with the version of TONE that wrote it"
                ) from None
            self._cost += self._price(operation)

    @property
    def generation(self) -> int:
        """How many writes there were, since the sources."""
        return self._journal.generation if self._journal else 0

    def state(self) -> str:
        """Return what tells all that the store holds from any other state."""
        return f"{self._started} {self.generation}"

    def description(self) -> StoreDescription:
        """Return the engine's name and version, and the size of each graph, empty ones too."""
        self._recount()
        sizes = {each.value: 0 for each in self._store.named_graphs()}
        known = super().description()
        return StoreDescription(known.name, known.version, {**sizes, **known.graphs})

    def statistics(self) -> dict[str | None, GraphStatistics]:
        """Return what is counted of each graph, when first asked for after a write."""
        self._recount()
        return super().statistics()

    def _recount(self) -> None:
        if self._counted != (generation := self.generation):
            self.count()
            self._counted = generation

    def write(self, operation: Operation) -> Written:
        """Do an operation and write it down; when this returns, a crash will not lose it.

        Raises:
            QueryMalformed: it is not what it should be.
            UpdateFailed: what the store holds does not let it be done; nothing was changed.
            JournalFailed: it could not be written down. The process must end.
        """
        with self._writing:
            journal = self._journal
            if journal is None or self._failed:
                raise JournalFailed("the journal cannot be written; nothing can be changed")
            written = self._perform(operation)
            self._cost += self._price(operation)
            repeatable = isinstance(operation, GraphWrite) or operation.repeatable
            try:
                if repeatable and journal.size + self._cost < self._journal_bytes:
                    journal.append(operation)
                else:
                    self._snapshot(journal)
            except OSError as error:
                self._failed = True
                raise JournalFailed(
                    f"the journal cannot be written ({error.strerror}); what was asked may be "
                    "done or not"
                ) from None
            return written

    def try_alone(self, operation: Operation) -> Written:
        """Do an operation in a thread of its own without writing it down; see `rehearse`."""
        return self._perform(operation)

    def rehearse(self, operation: Operation) -> Written:
        """Do an operation in this thread without writing it down; see `write`.

        This is for a copy of the process, which then ends.

        Raises:
            QueryMalformed, UpdateFailed: as `write` does.
        """
        try:
            if not self._disturbs(operation):
                return self._change(operation)
            with self._deriving():
                return self._change(operation)
        except Exception as error:
            raise _explain(error, operation).with_traceback(None) from None

    def close(self) -> None:
        """Let go of the journal."""
        if self._journal:
            self._journal.close()
            self._journal = None

    def _snapshot(self, journal: Journal) -> None:
        held = {each.value for each in self._store.named_graphs()}
        filled = set()

        def quads() -> Iterator[ox.Quad]:
            for quad in self._store:
                if quad.graph_name != _DEFAULT:
                    filled.add(quad.graph_name.value)
                    yield quad
            for triple in self._own():
                yield ox.Quad(*triple)

        data = list(quads())
        journal.restart(data, sorted(held - filled))
        self._cost = 0

    def _price(self, operation: Operation) -> int:
        return DERIVING * self._disturbs(operation)

    def _disturbs(self, operation: Operation) -> bool:
        """Return whether the default graph may have to be derived anew."""
        if isinstance(operation, Update):
            return not operation.plain
        if operation.graph is None:
            return operation.method != "POST"
        return operation.graph in self._united

    def _perform(self, operation: Operation) -> Written:
        """Do an operation, in a thread whose stack fits it."""
        done: list[Written] = []
        failure: list[Exception] = []

        def run() -> None:
            # Everything happens in this thread: the results of queries must not leave it.
            try:
                done.append(self.rehearse(operation))
            except Exception as error:
                failure.append(error.with_traceback(None))

        size = operation.size if isinstance(operation, Update) else 0
        start_thread(run, size, lambda: None).join()
        if failure:
            raise failure[0]
        return done[0]

    def _change(self, operation: Operation) -> Written:
        if isinstance(operation, GraphWrite):
            return self._write_graph(operation)
        self._store.update(operation.text, base_iri=operation.base, prefixes=self._prefixes)
        return Written()

    def _write_graph(self, operation: GraphWrite) -> Written:
        graph = ox.NamedNode(operation.graph) if operation.graph else _DEFAULT
        exists = operation.graph is None or self._store.contains_named_graph(graph)
        if operation.method == "DELETE":
            if not exists:
                raise NoSuchGraph("there is no such graph")
            self._store.remove_graph(graph)
            return Written()
        quads = [
            ox.Quad(triple.subject, triple.predicate, triple.object, graph)
            for media_type, text in operation.contents
            for triple in read_graph(media_type, text, operation.base)
        ]
        if operation.method == "PUT" and exists:
            self._store.clear_graph(graph)
        if operation.graph:
            self._store.add_graph(graph)
        self._store.extend(quads)
        return Written(created=not exists)

    @contextmanager
    def _deriving(self) -> Iterator[None]:
        """Derive the default graph anew after what the block changes."""
        # These read the store as it is at this moment, whenever they are asked.
        before = [self._graph(each) for each in self._united]
        yield
        try:
            if left := {ox.Triple(*triple) for triple in self._own()}:
                for triple in (quad.triple for quads in before for quad in quads):
                    if triple in left:
                        self._store.remove(ox.Quad(*triple))
            self.unite()
        except Exception:
            self._failed = True
            raise JournalFailed("the default graph could not be derived anew") from None

    def _graph(self, iri: str) -> Iterator[ox.Quad]:
        return self._store.quads_for_pattern(None, None, None, ox.NamedNode(iri))

    def _own(self) -> Iterator[ox.QuerySolution]:
        """Yield the triples of the default graph that are in none of those that it unites."""
        others = " ".join(f"MINUS {{ GRAPH <{each}> {{ ?s ?p ?o }} }}" for each in self._united)
        found = self._store.query(f"SELECT ?s ?p ?o {{ ?s ?p ?o {others} }}")
        assert isinstance(found, ox.QuerySolutions)
        return found


def _digested(quads: Iterable[ox.Quad], update: Callable[[bytes], None]) -> Iterator[ox.Quad]:
    """Yield quads, and feed a digest that does not depend on the names of blank nodes."""
    names: dict[Any, str] = {}
    for quad in quads:
        for term in quad:
            if isinstance(term, ox.BlankNode):
                update(names.setdefault(term, f"_:b{len(names)}").encode())
            else:
                update(str(term).encode())
            update(b" ")
        update(b"\n")
        yield quad


def _explain(error: BaseException, operation: Operation) -> Exception:
    if isinstance(error, QueryFailed | QueryMalformed | QueryRefused):
        return error
    if not isinstance(operation, Update):
        return _failed()
    message = str(error)
    if isinstance(error, SyntaxError):
        return malformed(_message(operation, message), "update")
    if "custom function" in message:
        return QueryMalformed("the update calls a function that does not exist here")
    if message.endswith(("already exists", "does not exist")):
        return UpdateFailed(f"{message[:1].lower()}{message[1:]}; nothing was changed")
    return _failed()


def _failed() -> QueryFailed:
    return QueryFailed("the store could not do this update; nothing was changed")


def _message(operation: Update, message: str) -> str:
    """Return what the engine says, with the place in the text that the client sent."""
    place = _PLACE.match(message)
    if operation.sent is None or place is None:
        return message
    lines = operation.text.split("\n")[: int(place[1]) - 1]
    offset = sum(len(line) + 1 for line in lines) + int(place[2]) - 1
    for shifts in reversed(operation.shifts):
        offset = original(offset, shifts)
    line, column = position(operation.sent, offset)
    return f"error at {line}:{column}:{message[place.end() :]}"
