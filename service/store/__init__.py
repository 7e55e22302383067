"""Stores: where TONE's graph is asked in SPARQL.

store = open_store()
store.query(check("ASK { tone:Joy a owl:Class }"), "application/sparql-results+json")
"""

from __future__ import annotations

from pathlib import Path

from ...ontology.model import load
from ...ontology.served_graph import quads
from ...vocab.links.proposals import open_proposals
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
from .embedded import EmbeddedStore
from .guard import Query, QueryMalformed, QueryRefused, QueryTooLong, check

__all__ = [
    "GRAPH_TYPES",
    "QUAD_TYPES",
    "RESULT_TYPES",
    "EmbeddedStore",
    "GraphStatistics",
    "Query",
    "QueryFailed",
    "QueryMalformed",
    "QueryRefused",
    "QueryTimeout",
    "QueryTooCostly",
    "QueryTooLong",
    "ResultTooLarge",
    "Store",
    "StoreBusy",
    "StoreDescription",
    "check",
    "open_store",
]


def open_store(root: Path | str | None = None, **limits: float) -> EmbeddedStore:
    """Return the embedded store with the served graph in it, open proposals of links included.

    Args:
        root: a folder of sources, the installed package's by default.
        limits: `seconds`, `max_bytes` and `max_running` of EmbeddedStore.

    Raises:
        SourceError: a source is missing or cannot be read.
    """
    ontology = load(root)
    store = EmbeddedStore(**limits)  # type: ignore[arg-type]
    store.load(quads(ontology, open_proposals(ontology)))
    return store
