"""What a store is: the one interface behind which TONE's graph is asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ...ontology.errors import ToneError
from .guard import Query
from .operation import Operation, Written

RESULT_TYPES = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
"""Media types of SELECT and ASK results, best first, with their short names.

https://www.w3.org/TR/sparql11-results-json/, https://www.w3.org/TR/rdf-sparql-XMLres/,
https://www.w3.org/TR/sparql11-results-csv-tsv/
"""

GRAPH_TYPES = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
}
"""Media types of graphs, best first, with their file endings.

https://www.w3.org/TR/turtle/, https://www.w3.org/TR/n-triples/,
https://www.w3.org/TR/rdf-syntax-grammar/, https://www.w3.org/TR/json-ld11/
"""

QUAD_TYPES = {
    "application/n-quads": "nq",
    "application/trig": "trig",
}
"""Media types of datasets, in which a graph can be written too, with their file endings.

https://www.w3.org/TR/n-quads/, https://www.w3.org/TR/trig/
"""


class QueryFailed(ToneError):
    """The store could not answer a query that it accepted."""


class QueryTimeout(QueryFailed):
    """A query ran longer than it may."""


class ResultTooLarge(QueryFailed):
    """A result grew larger than it may."""


class QueryTooCostly(QueryFailed):
    """A query needed more memory than it may have."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or "the query needs more memory than it may have; ask for less")


class StoreBusy(QueryFailed):
    """As many queries are running as may run at once."""


class StoreUnreachable(QueryFailed):
    """A remote store cannot be reached, or does not let the service in."""


class StoreFailed(QueryFailed):
    """A remote store failed on a query, or its answer is none."""


class StoreTimeout(QueryTimeout):
    """A remote store did not answer in the time that it has."""


@dataclass(frozen=True, slots=True)
class StoreDescription:
    """What a store is and holds: the number of triples in each named graph."""

    name: str
    version: str
    graphs: dict[str, int]


@dataclass(frozen=True, slots=True)
class GraphStatistics:
    """What VoID counts of a graph (https://www.w3.org/TR/void/#statistics).

    Args:
        triples: how many there are.
        subjects: how many different ones they have.
        objects: how many different ones they have.
        properties: the number of triples of each property, by its IRI.
        classes: the number of instances of each class, by its IRI.
    """

    triples: int
    subjects: int
    objects: int
    properties: dict[str, int]
    classes: dict[str, int]


class Store(ABC):
    """A set of named graphs that answers SPARQL queries; few can be written to.

    The default graph of a query is the union of the graphs that the store was opened with as
    such; a query may name others of the store by FROM and FROM NAMED, and the caller by
    `default_graphs` and `named_graphs`, which count more. Nothing is ever fetched: a graph that
    the store does not hold is empty.
    """

    writable = False
    """Whether `write` can be called."""

    @abstractmethod
    def query(
        self,
        query: Query,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
        seconds: float | None = None,
    ) -> bytes:
        """Return the whole answer to a query, written in a media type.

        Args:
            query: a query that `guard.check` let through.
            media_type: one of RESULT_TYPES for SELECT and ASK, of GRAPH_TYPES or QUAD_TYPES for
                the others.
            default_graphs: IRIs of the graphs whose union is the default graph.
            named_graphs: IRIs of the graphs that GRAPH can reach.
            base: the IRI that relative ones are resolved by, unless the query has a BASE.
            seconds: how long the query may run, if that is less than the store allows.

        Raises:
            QueryMalformed: the query is not SPARQL.
            QueryFailed: it could not be answered; the subclasses say why.
        """

    def state(self) -> str | None:
        """Return what tells all that the store holds, and how it writes it, from any other state.

        While it stays the same, a query that is not `volatile` has the same answer, byte for byte,
        on every replica. None if the store cannot tell: then no answer is ever taken for unchanged.
        """
        return None

    @abstractmethod
    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads to the store, before it is asked for the first time."""

    @abstractmethod
    def description(self) -> StoreDescription:
        """Return what the store is and holds."""

    @abstractmethod
    def statistics(self) -> dict[str | None, GraphStatistics]:
        """Return the statistics of each named graph by its IRI, of the default graph by None."""

    def has_graph(self, iri: str) -> bool:
        """Return whether there is a graph of that IRI."""
        return iri in self.description().graphs

    def write(self, operation: Operation) -> Written:
        """Do an operation that changes the store; see `WritableStore.write`."""
        raise QueryFailed("this store cannot be written to")
