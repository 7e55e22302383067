"""The embedded store, asked through processes that can be stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ...ontology.errors import ToneError
from .base import GraphStatistics, Store, StoreBusy, StoreDescription
from .embedded import timeout
from .guard import Query
from .holder import CHANGED, END, LEASE, WRITE, socket_in
from .operation import Operation, Written, to_json
from .stamp import Stamp
from .worker import (
    ANSWER,
    BUSY,
    PID,
    REQUEST,
    Limits,
    ended_by,
    failure,
    receive,
    send,
)

GRACE = 5.0
"""Seconds after which a worker that should have ended is ended."""

_WRITES = 10
"""Writes that one may have to wait for, each of them as long as a query may run."""


class Asker:
    """Who waits for an answer in another thread, and may stop waiting."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._channel: socket.socket | None = None
        self.left = False

    def leave(self) -> None:
        """Stop waiting: the query is given up."""
        with self._changing:
            self.left = True
            if self._channel is not None:
                self._channel.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def waiting(self, channel: socket.socket) -> Iterator[None]:
        """Say which connection is to be cut in the meantime.

        Raises:
            ConnectionAbortedError: the asker has left.
        """
        with self._changing:
            if self.left:
                raise ConnectionAbortedError
            self._channel = channel
        try:
            yield
        finally:
            with self._changing:
                self._channel = None


ASKER: ContextVar[Asker | None] = ContextVar("asker", default=None)
"""For whom this thread asks, if they may leave."""


@dataclass(slots=True)
class Lease:
    """A worker of one's own.

    Args:
        channel: the connection to it.
        stamp: the store's when it was asked for: the worker knows no later changes.
        worker: the number of its process; None until it has said so.
    """

    channel: socket.socket
    stamp: int
    worker: int | None = None

    def end(self) -> None:
        """End the worker, which may be at work, and hang up."""
        if self.worker is not None:
            with suppress(ProcessLookupError):
                os.kill(self.worker, signal.SIGKILL)
        self.channel.close()


class PooledStore(Store):
    """The store that a `Holder` holds; each query has a worker of its own while it runs.

    How many run at once is up to who asks.

    Args:
        folder: the holder's.
        limits: the same that the holder was given.
        writable: whether the store is.
        idle: workers that are kept for the next query.
    """

    def __init__(self, folder: Path, limits: Limits, writable: bool = False, idle: int = 4) -> None:
        self.writable = writable
        self.address = socket_in(folder)
        self._stamp = Stamp(folder)
        self._limits = limits
        self._most = idle
        self._idle: list[Lease] = []
        self._known: dict[str, tuple[int, Any]] = {}

    @property
    def stamp(self) -> int:
        """A number that grows with each change of the store."""
        return self._stamp.value

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

    def check(
        self,
        query: Query,
        default_graphs: Sequence[str],
        named_graphs: Sequence[str],
        base: str | None,
        seconds: float,
    ) -> None:
        """Raise if the engine would not take a query; nothing of the store is looked at."""
        graphs = {"default_graphs": default_graphs, "named_graphs": named_graphs}
        request = _request(about="check", text=query.text, base=base, seconds=seconds, **graphs)
        self._ask(request, seconds)

    def check_write(self, operation: Operation) -> None:
        """Raise if the engine would not take a write; nothing of the store is looked at."""
        seconds = self._limits.seconds
        members = {"about": "check write", "operation": to_json(operation)}
        self._ask(_request(seconds=seconds, **members), seconds)

    def changed(self) -> None:
        """Let the stamp grow: a store that this one stands before has changed."""
        with suppress(OSError), socket.socket(socket.AF_UNIX) as channel:
            channel.settimeout(GRACE)
            channel.connect(self.address)
            channel.sendall(CHANGED)
            channel.recv(1)

    def seconds(self, wanted: float | None) -> float:
        """Return how long a query may run, whose client wants to wait so long."""
        most = self._limits.seconds
        return most if wanted is None else min(wanted, most)

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Refuse: the holder has loaded what there is."""
        raise NotImplementedError("the holder of the store loads it")

    def write(self, operation: Operation) -> Written:
        """Do an operation that changes the store; see `WritableStore.write`."""
        request = json.dumps(to_json(operation)).encode()
        try:
            with socket.socket(socket.AF_UNIX) as channel:
                # It may wait for others, is tried, and then done.
                channel.settimeout(_WRITES * self._limits.seconds + GRACE)
                channel.connect(self.address)
                send(channel, WRITE + REQUEST.pack(len(request)), request)
                failed, _, size = ANSWER.unpack(_whole(channel, ANSWER.size))
                answer = _whole(channel, size)
        except OSError:
            raise StoreBusy("this may be written or not; look before you ask again") from None
        if failed:
            raise failure(answer)
        return Written(**json.loads(answer))

    def known_state(self) -> str | None:
        """Return what `state` told already of the store as it is; None if nobody asked."""
        known = self._known.get("state")
        return known[1] if known and known[0] == self.stamp else None

    def state(self) -> str | None:
        """Return what tells all that the store holds from any other state."""
        state: str | None = self._told("state")
        return state

    def description(self) -> StoreDescription:
        """Return what the store is and holds."""
        return StoreDescription(**self._told("description"))

    def statistics(self) -> dict[str | None, GraphStatistics]:
        """Return the statistics of each graph, counted when first asked for."""
        return {name: GraphStatistics(**each) for name, each in self._told("statistics")}

    def _told(self, about: str) -> Any:
        """Return what a worker tells about the store, which is asked once for each state of it."""
        stamp = self.stamp
        known = self._known.get(about)
        if known is None or known[0] != stamp:
            seconds = self._limits.seconds
            told = json.loads(self._ask(_request(about=about, seconds=seconds), seconds))
            known = self._known[about] = (stamp, told)
        return known[1]

    def _ask(self, request: bytes, seconds: float) -> bytes:
        asker = ASKER.get() or Asker()
        lease = self._take(seconds)
        try:
            with asker.waiting(lease.channel):
                lease.channel.settimeout(seconds + GRACE)
                send(lease.channel, REQUEST.pack(len(request)), request)
                if lease.worker is None:
                    [lease.worker] = PID.unpack(_whole(lease.channel, PID.size))
                failed, leaves, size = ANSWER.unpack(_whole(lease.channel, ANSWER.size))
                answer = _whole(lease.channel, size)
        except TimeoutError:
            # A worker ends by itself in time; this one could not.
            lease.end()
            raise timeout(seconds) from None
        except OSError:
            if asker.left:
                lease.end()
            lease.channel.close()
            raise self.reason(lease.worker, seconds) from None
        except BaseException:
            lease.end()
            raise
        self._give(lease, leaves)
        if failed:
            raise failure(answer)
        return answer

    def _take(self, seconds: float) -> Lease:
        """Return a worker that waits for a query, and knows the store as it is."""
        stamp = self.stamp
        while self._idle:
            with suppress(IndexError):  # another thread may have taken it
                lease = self._idle.pop()
                if lease.stamp == stamp and _waits(lease.channel):
                    return lease
                lease.channel.close()
        return self._connect(stamp, seconds)

    def _give(self, lease: Lease, leaves: bool = False) -> None:
        """Take a worker back."""
        if leaves or len(self._idle) >= self._most:
            lease.channel.close()
        else:
            self._idle.append(lease)

    def _connect(self, stamp: int, seconds: float) -> Lease:
        channel = socket.socket(socket.AF_UNIX)
        channel.settimeout(seconds)
        try:
            channel.connect(self.address)
            channel.sendall(LEASE)
        except OSError:
            channel.close()
            raise StoreBusy(BUSY) from None
        return Lease(channel, stamp)

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
        return ended_by(number, seconds)


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


def _waits(channel: socket.socket) -> bool:
    """Return whether the other end of an idle channel is still there."""
    channel.settimeout(0)
    try:
        channel.recv(1)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def _whole(channel: socket.socket, size: int) -> bytes:
    if data := receive(channel, size):
        return data
    if size:
        raise ConnectionResetError
    return b""
