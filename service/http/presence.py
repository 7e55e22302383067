"""Whether a client is still there for what it asked."""

from __future__ import annotations

import asyncio

from granian.rsgi import HTTPProtocol, ProtocolClosed  # type: ignore[attr-defined]

WATCH_AFTER = 0.3
"""Seconds between two looks; it is worth its cost to watch a client that is there at both."""


class Presence:
    """Finds out which clients have gone while they wait, on one event loop."""

    def __init__(self) -> None:
        self._stays: set[Stay] = set()
        self._looks = False

    def watch(self, protocol: HTTPProtocol) -> Stay:
        """Return a context that cancels what takes long as soon as its client has gone.

        Leaving it raises ProtocolClosed then.
        """
        return Stay(self, protocol)

    def begin(self, stay: Stay) -> None:
        """Look after a client from now on."""
        self._stays.add(stay)
        if not self._looks:
            self._looks = True
            asyncio.get_running_loop().call_later(WATCH_AFTER, self._look)

    def end(self, stay: Stay) -> None:
        """Look after a client no more."""
        self._stays.discard(stay)

    def _look(self) -> None:
        for stay in self._stays:
            stay.look()
        self._looks = bool(self._stays)
        if self._looks:
            asyncio.get_running_loop().call_later(WATCH_AFTER, self._look)


class Stay:
    """The time that one client waits.

    Args:
        presence: what looks after it.
        protocol: the connection.
    """

    __slots__ = ("_gone", "_presence", "_protocol", "_seen", "_task", "_watcher")

    def __init__(self, presence: Presence, protocol: HTTPProtocol) -> None:
        self._presence = presence
        self._protocol = protocol
        self._seen = self._gone = False
        self._watcher: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._presence.begin(self)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._presence.end(self)
        if self._watcher:
            self._watcher.cancel()
        if self._gone and kind is asyncio.CancelledError:
            raise ProtocolClosed from None

    def look(self) -> None:
        """Watch the connection of a client that waits for the second time."""
        if self._seen and self._watcher is None:
            self._watcher = asyncio.get_running_loop().create_task(self._watch())
        self._seen = True

    async def _watch(self) -> None:
        await self._protocol.client_disconnect()
        self._gone = True
        self._task.cancel()
