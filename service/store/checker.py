"""Tells what is wrong with a query or a write before a remote store sees it.

Oxigraph cannot only parse: it takes some queries up at once, costly ones too though there is
nothing to ask. So a process that can be stopped does it (`PooledStore`), where there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from .embedded import EmbeddedStore
from .guard import Query
from .operation import Operation
from .remote_answer import GRAPH_TYPE, RESULTS_TYPE
from .writable import UpdateFailed, WritableStore


class Checker(Protocol):
    """Who tells it. All processes of a service share the stamp."""

    @property
    def stamp(self) -> int:
        """A number that grows with each change of the store."""

    def changed(self) -> None:
        """Let the stamp grow."""

    def check(
        self,
        query: Query,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        base: str | None,
        seconds: float,
    ) -> None:
        """Raise QueryMalformed or QueryFailed if the engine would not take a query."""

    def check_write(self, operation: Operation) -> None:
        """Raise QueryMalformed, QueryRefused or QueryFailed if it would not take a write."""


class LocalChecker:
    """Does it in this process: what is too costly is left to run.

    Args:
        limits: see EmbeddedStore.
    """

    def __init__(self, **limits: float) -> None:
        self._store = EmbeddedStore(**limits)  # type: ignore[arg-type]
        self.stamp = 0

    def changed(self) -> None:
        """Let the stamp grow."""
        self.stamp += 1

    def check(
        self,
        query: Query,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        base: str | None,
        seconds: float,
    ) -> None:
        """See Checker."""
        is_graph = query.form in ("CONSTRUCT", "DESCRIBE")
        kind = GRAPH_TYPE if is_graph else RESULTS_TYPE
        self._store.query(query, kind, default_graphs, named_graphs, base, seconds)

    def check_write(self, operation: Operation) -> None:
        """See Checker."""
        with suppress(UpdateFailed):
            WritableStore(Path()).try_alone(operation)
