"""The embedded store's workers, asked from an event loop."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress

from .base import StoreBusy
from .embedded import timeout
from .guard import Query
from .holder import LEASE
from .pooled import GRACE, PooledStore, query_request
from .worker import ANSWER, BUSY, PID, REQUEST, failure

_LOOK = 1.0
"""Seconds between two looks at what is late."""


class AsyncPool:
    """Workers of one event loop.

    Args:
        store: the store to ask.
        idle: workers that are kept for the next query.
    """

    def __init__(self, store: PooledStore, idle: int) -> None:
        self._store = store
        self._most = idle
        self._idle: list[_Worker] = []
        self._late: dict[_Worker, float] = {}
        self._looks = False

    async def query(
        self,
        query: Query,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
        seconds: float | None = None,
    ) -> bytes:
        """Return the whole answer to a query, written in a media type; see `Store.query`."""
        seconds = self._store.seconds(seconds)
        request = query_request(query, media_type, default_graphs, named_graphs, base, seconds)
        worker = self._waiting() or await self._connect()
        try:
            self._expect(worker, seconds + GRACE)
            failed, leaves, answer = await worker.ask(request)
        except ConnectionError:
            reason = self._store.reason
            loop = asyncio.get_running_loop()
            raise await loop.run_in_executor(None, reason, worker.number, seconds) from None
        except TimeoutError:
            worker.end()
            raise timeout(seconds) from None
        except BaseException:
            worker.end()
            raise
        finally:
            self._late.pop(worker, None)
        if leaves or len(self._idle) >= self._most:
            worker.close()
        else:
            self._idle.append(worker)
        if failed:
            raise failure(answer)
        return answer

    async def state(self) -> str | None:
        """Return what tells all that the store holds from any other state."""
        if (known := self._store.known_state()) is not None:
            return known
        return await asyncio.get_running_loop().run_in_executor(None, self._store.state)

    def _expect(self, worker: _Worker, seconds: float) -> None:
        """Give a worker up that has not answered in time."""
        loop = asyncio.get_running_loop()
        self._late[worker] = loop.time() + seconds
        if not self._looks:
            self._looks = True
            loop.call_later(_LOOK, self._look)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        for worker, late in self._late.items():
            if loop.time() > late:
                worker.give_up()
        self._looks = bool(self._late)
        if self._looks:
            loop.call_later(_LOOK, self._look)

    def _waiting(self) -> _Worker | None:
        """Return a worker that waits for a query, and knows the store as it is."""
        while self._idle:
            worker = self._idle.pop()
            if worker.stamp == self._store.stamp:
                return worker
            worker.close()
        return None

    async def _connect(self) -> _Worker:
        loop = asyncio.get_running_loop()
        stamp = self._store.stamp
        try:
            _, worker = await loop.create_unix_connection(
                lambda: _Worker(stamp, self._forget), self._store.address
            )
        except OSError:
            raise StoreBusy(BUSY) from None
        return worker

    def _forget(self, worker: _Worker) -> None:
        if worker in self._idle:
            self._idle.remove(worker)


class _Worker(asyncio.Protocol):
    """A worker, from this side of the connection to it.

    Args:
        stamp: the store's when it was asked for: the worker knows no later changes.
        forget: told when the connection is lost.
    """

    def __init__(self, stamp: int, forget: Callable[[_Worker], None]) -> None:
        self.stamp = stamp
        self.number: int | None = None
        self._forget = forget
        self._answer: asyncio.Future[tuple[bool, bool, bytes]] | None = None
        self._parts: list[bytes] = []
        self._missing = PID.size

    async def ask(self, request: bytes) -> tuple[bool, bool, bytes]:
        """Return whether a request failed, whether the worker leaves now, and the answer.

        Raises:
            ConnectionError: the worker ended before it answered.
            TimeoutError: it was given up.
        """
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(REQUEST.pack(len(request)) + request)
        try:
            return await self._answer
        finally:
            self._answer = None

    def close(self) -> None:
        """Hang up, which ends a worker that waits for a query."""
        self._transport.close()

    def end(self) -> None:
        """End a worker that may be at work; one that has not begun sees that nobody waits."""
        if self.number is not None and not self._transport.is_closing():
            with suppress(ProcessLookupError):
                os.kill(self.number, signal.SIGKILL)
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(LEASE)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget(self)
        self._fail(ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        self._parts.append(data)
        self._missing -= len(data)
        if self._missing > 0:
            return
        data = b"".join(self._parts) if len(self._parts) > 1 else data
        if self.number is None:
            [self.number] = PID.unpack_from(data)
            data = data[PID.size :]
        size = 0
        if len(data) >= ANSWER.size:
            failed, leaves, size = ANSWER.unpack_from(data)
        self._missing = ANSWER.size + size - len(data)
        self._parts = [data]
        if self._missing == 0:
            self._parts, self._missing = [], ANSWER.size
            if self._answer and not self._answer.done():
                self._answer.set_result((failed, leaves, data[ANSWER.size :]))

    def give_up(self) -> None:
        """Wait for the answer no longer."""
        self._fail(TimeoutError())

    def _fail(self, error: Exception) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(error)
