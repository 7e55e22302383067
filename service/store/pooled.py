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

GRACE = 5.0
"""Seconds after which a worker that should have ended is ended."""

BUSY = "no process is left to run the query; try again in a moment"


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
        self.address = str(address)
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
        seconds = self.seconds(seconds)
        request = query_request(query, media_type, default_graphs, named_graphs, base, seconds)
        return self._ask(request, seconds)

    def seconds(self, wanted: float | None) -> float:
        """Return how long a query may run, whose client wants to wait so long."""
        most = self._limits.seconds
        return most if wanted is None else min(wanted, most)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Refuse: the holder has loaded what there is."""
        raise NotImplementedError("the holder of the store loads it")

    def description(self) -> StoreDescription:
        """Return what the store is and holds."""
        if self._description is None:
            answer = self._told("description")
            self._description = StoreDescription(**answer)
        return self._description

    def statistics(self) -> dict[str | None, GraphStatistics]:
        """Return the statistics of each graph, counted when first asked for."""
        if self._statistics is None:
            answer = self._told("statistics")
            self._statistics = {name: GraphStatistics(**each) for name, each in answer}
        return self._statistics

    def _told(self, about: str) -> Any:
        seconds = self._limits.seconds
        return json.loads(self._ask(_request(about=about, seconds=seconds), seconds))

    def _ask(self, request: bytes, seconds: float) -> bytes:
        lease = self._take(seconds)
        try:
            lease.channel.settimeout(seconds + GRACE)
            send(lease.channel, REQUEST.pack(len(request)), request)
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
            raise self.reason(lease.worker, seconds) from None
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
            channel.connect(self.address)
            channel.sendall(LEASE)
        except OSError:
            channel.close()
            raise StoreBusy(BUSY) from None
        return Lease(channel)

    def reason(self, worker: int | None, seconds: float) -> ToneError:
        """Return what it means that a worker ended before it answered.

        Args:
            worker: the number of its process, if known.
            seconds: how long the query could run.
        """
        if worker is None:
            return StoreBusy(BUSY)
        try:
            with socket.socket(socket.AF_UNIX) as channel:
                channel.settimeout(GRACE)
                channel.connect(self.address)
                channel.sendall(END + PID.pack(worker))
                [number] = PID.unpack(_whole(channel, PID.size))
        except OSError:
            return StoreBusy(BUSY)
        if number == signal.SIGALRM:
            return timeout(seconds)
        if number == signal.SIGSEGV:
            return QueryTooLong("the query is nested too deeply")
        if number in (signal.SIGABRT, signal.SIGKILL):
            return QueryTooCostly()
        return StoreBusy(BUSY)


def query_request(
    query: Query,
    media_type: str,
    default_graphs: Sequence[str],
    named_graphs: Sequence[str],
    base: str | None,
    seconds: float,
) -> bytes:
    """Return what to send to a worker for a query; see `Store.query`."""
    return _request(
        about="query",
        text=query.text,
        media_type=media_type,
        default_graphs=default_graphs,
        named_graphs=named_graphs,
        base=base,
        seconds=seconds,
    )


def _request(**members: Any) -> bytes:
    return json.dumps(members).encode()


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
