"""The embedded store, asked through processes that can be stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ...ontology.errors import ToneError
from .base import GraphStatistics, QueryTooCostly, Store, StoreBusy, StoreDescription
from .embedded import timeout
from .guard import Query, QueryTooLong
from .holder import END, LEASE
from .worker import ANSWER, ERRORS, PID, REQUEST, Limits, receive, send

_GRACE = 5.0
"""Seconds after which a worker that should have ended is ended."""

_BUSY = "no process is left to run the query; try again in a moment"


@dataclass(slots=True)
class Lease:
    """A worker of one's own.

    Args:
        channel: the connection to it.
        worker: the number of its process; None until it has said so.
    """

    channel: socket.socket
    worker: int | None = None


class PooledStore(Store):
    """The store that a `Holder` holds; each query has a worker of its own while it runs.

    How many run at once is up to who asks.

    Args:
        address: the holder's.
        limits: the same that the holder was given.
        idle: workers that are kept for the next query.
    """

    def __init__(self, address: Path, limits: Limits, idle: int = 4) -> None:
        self._address = str(address)
        self._limits = limits
        self._most = idle
        self._idle: list[Lease] = []
        self._statistics: dict[str | None, GraphStatistics] | None = None
        self._description: StoreDescription | None = None

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
        seconds = min(seconds or self._limits.seconds, self._limits.seconds)
        return self._ask(
            {
                "about": "query",
                "text": query.text,
                "media_type": media_type,
                "default_graphs": default_graphs,
                "named_graphs": named_graphs,
                "base": base,
            },
            seconds,
        )

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Refuse: the holder has loaded what there is."""
        raise NotImplementedError("the holder of the store loads it")

    def description(self) -> StoreDescription:
        """Return what the store is and holds."""
        if self._description is None:
            answer = json.loads(self._ask({"about": "description"}, self._limits.seconds))
            self._description = StoreDescription(**answer)
        return self._description

    def statistics(self) -> dict[str | None, GraphStatistics]:
        """Return the statistics of each graph, counted when first asked for."""
        if self._statistics is None:
            answer = json.loads(self._ask({"about": "statistics"}, self._limits.seconds))
            self._statistics = {name: GraphStatistics(**each) for name, each in answer}
        return self._statistics

    def _ask(self, request: dict[str, Any], seconds: float) -> bytes:
        body = json.dumps({**request, "seconds": seconds}).encode()
        lease = self._take(seconds)
        try:
            lease.channel.settimeout(seconds + _GRACE)
            send(lease.channel, REQUEST.pack(len(body)), body)
            if lease.worker is None:
                [lease.worker] = PID.unpack(_whole(lease.channel, PID.size))
            failed, leaves, size = ANSWER.unpack(_whole(lease.channel, ANSWER.size))
            answer = _whole(lease.channel, size)
        except TimeoutError:
            # A worker ends by itself in time; this one could not.
            lease.channel.close()
            if lease.worker is not None:
                os.kill(lease.worker, signal.SIGKILL)
            raise timeout(seconds) from None
        except OSError:
            lease.channel.close()
            raise self._reason(lease.worker, seconds) from None
        except BaseException:
            lease.channel.close()
            raise
        self._give(lease, leaves)
        if failed:
            raise failure(json.loads(answer))
        return answer

    def _take(self, seconds: float) -> Lease:
        """Return a worker that waits for a query."""
        while self._idle:
            with suppress(IndexError):  # another thread may have taken it
                lease = self._idle.pop()
                lease.channel.settimeout(0)
                try:
                    lease.channel.recv(1)
                except BlockingIOError:
                    return lease
                except OSError:
                    pass
                lease.channel.close()
        return self._connect(seconds)

    def _give(self, lease: Lease, leaves: bool = False) -> None:
        """Take a worker back."""
        if leaves or len(self._idle) >= self._most:
            lease.channel.close()
        else:
            self._idle.append(lease)

    def _connect(self, seconds: float) -> Lease:
        channel = socket.socket(socket.AF_UNIX)
        channel.settimeout(seconds)
        try:
            channel.connect(self._address)
            channel.sendall(LEASE)
        except OSError:
            channel.close()
            raise StoreBusy(_BUSY) from None
        return Lease(channel)

    def _reason(self, worker: int | None, seconds: float) -> ToneError:
        """Return what it means that a worker ended before it answered."""
        if worker is None:
            return StoreBusy(_BUSY)
        try:
            with socket.socket(socket.AF_UNIX) as channel:
                channel.settimeout(_GRACE)
                channel.connect(self._address)
                channel.sendall(END + PID.pack(worker))
                [number] = PID.unpack(_whole(channel, PID.size))
        except OSError:
            return StoreBusy(_BUSY)
        if number == signal.SIGALRM:
            return timeout(seconds)
        if number == signal.SIGSEGV:
            return QueryTooLong("the query is nested too deeply")
        if number in (signal.SIGABRT, signal.SIGKILL):
            return QueryTooCostly()
        return StoreBusy(_BUSY)


def failure(answer: dict[str, Any]) -> ToneError:
    """Return the error that a worker described."""
    kind = ERRORS[answer.pop("error")]
    return kind(answer.pop("message"), **answer)


def _whole(channel: socket.socket, size: int) -> bytes:
    if data := receive(channel, size):
        return data
    if size:
        raise ConnectionResetError
    return b""
