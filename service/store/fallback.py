"""A store that answers in another's place while that one cannot."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import pyoxigraph as ox

from .base import (
    GraphStatistics,
    Store,
    StoreBusy,
    StoreDescription,
    StoreFailed,
    StoreTimeout,
    StoreUnreachable,
)
from .guard import Query
from .operation import Operation, Written

PAUSE = 5.0
"""Seconds for which a store that is down or slow is not asked again."""

_Answer = TypeVar("_Answer")


class FallbackStore(Store):
    """Two stores of the same graphs: the second answers what the first cannot.

    Args:
        first: the store that is asked; it may take half of a query's time.
        second: the store that is asked when the first is down, slow, busy, or answers rubbish.
        seconds: how long a query may run, both stores together.
        tell: called when the second answers.
    """

    def __init__(
        self, first: Store, second: Store, seconds: float, tell: Callable[[], None]
    ) -> None:
        self._first, self._second = first, second
        self._seconds = seconds
        self._tell = tell
        self._paused_until = 0.0

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads to the second store, the copy."""
        self._second.load(quads)

    @property
    def writable(self) -> bool:  # type: ignore[override]
        """Whether the first store can be written to."""
        return self._first.writable

    def has_graph(self, iri: str) -> bool:
        """Return whether the store that answers has a graph of that IRI."""
        return self._either(lambda store, _: store.has_graph(iri))

    def write(self, operation: Operation) -> Written:
        """Do an operation that changes the first store; the second stays as it is."""
        return self._first.write(operation)

    def description(self) -> StoreDescription:
        """Return what the store that answers is and holds."""
        return self._either(lambda store, _: store.description())

    def statistics(self) -> dict[str | None, GraphStatistics]:
        """Return the statistics of the store that answers."""
        return self._either(lambda store, _: store.statistics())

    def query(
        self,
        query: Query,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
        seconds: float | None = None,
    ) -> bytes:
        """Return the whole answer to a query, of whichever store; see `Store.query`."""
        allowed = self._seconds if seconds is None else min(seconds, self._seconds)
        deadline = time.monotonic() + allowed

        def ask(store: Store, share: float) -> bytes:
            left = max(deadline - time.monotonic(), 0.001) * share
            return store.query(query, media_type, default_graphs, named_graphs, base, left)

        return self._either(ask)

    def _either(self, ask: Callable[[Store, float], _Answer]) -> _Answer:
        if time.monotonic() >= self._paused_until:
            try:
                return ask(self._first, 0.5)
            except (StoreUnreachable, StoreTimeout):
                self._paused_until = time.monotonic() + PAUSE
            except (StoreFailed, StoreBusy):
                pass
        answer = ask(self._second, 1.0)
        self._tell()
        return answer
