"""Stores: where TONE's graph is asked in SPARQL.

store = open_store()
store.query(check("ASK { tone:Joy a owl:Class }"), "application/sparql-results+json")
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from ...ontology.model import INSTALLED, Link, Ontology, load
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
    StoreFailed,
    StoreTimeout,
    StoreUnreachable,
)
from .embedded import EmbeddedStore
from .guard import Query, QueryMalformed, QueryRefused, QueryTooLong, check
from .operation import GraphWrite, Operation, Update, Written
from .update_guard import check_update
from .writable import JournalFailed, NoSuchGraph, UpdateFailed, WritableStore

__all__ = [
    "GRAPH_TYPES",
    "QUAD_TYPES",
    "RESULT_TYPES",
    "EmbeddedStore",
    "GraphStatistics",
    "GraphWrite",
    "JournalFailed",
    "NoSuchGraph",
    "Operation",
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
    "StoreFailed",
    "StoreTimeout",
    "StoreUnreachable",
    "Update",
    "UpdateFailed",
    "WritableStore",
    "Written",
    "check",
    "check_update",
    "open_store",
]


def open_store(
    root: Path | str | None = None, journal: Path | None = None, **limits: float
) -> EmbeddedStore:
    """Return the embedded store with the served graph in it, open proposals of links included.

    Args:
        root: a folder of sources, the installed package's by default.
        journal: the folder of the journal, if the store is to be writable.
        limits: `seconds`, `max_bytes` and `max_running` of EmbeddedStore.

    Raises:
        SourceError: a source is missing or cannot be read.
        JournalUnusable: the journal builds on other sources, is damaged, or in use.
    """
    ontology = load(root)
    proposals = open_proposals(ontology)
    store = (
        WritableStore(journal, **limits)  # type: ignore[arg-type]
        if journal
        else EmbeddedStore(contents=_digest(ontology, proposals), **limits)  # type: ignore[arg-type]
    )
    store.load(quads(ontology, proposals))
    return store


def _digest(ontology: Ontology, proposals: Sequence[Link]) -> str:
    """Return what tells the served graph from any other: a digest of all that it is made from.

    That is the sources, and the code that makes quads of them: a version does not tell one state
    of a checkout from the next. It takes a hundredth of the time that a digest of the quads does.
    """
    digest = hashlib.sha256(repr(proposals).encode())
    sources = (
        ontology.root / each for each in ("tone-edit.ttl", "terms.tsv", "mappings.sssom.tsv")
    )
    for path in (*sources, *sorted(INSTALLED.glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
