"""Whether a client is still there for what it asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from granian.rsgi import HTTPProtocol, ProtocolClosed  # type: ignore[attr-defined]

WATCH_AFTER = 0.5
"""Seconds after which it is worth its cost to find out that the client of a query has gone."""


@contextmanager
def while_present(protocol: HTTPProtocol) -> Iterator[None]:
    """Cancel what takes long as soon as its client has gone.

    Raises:
        ProtocolClosed: the client has gone.
    """
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    watchers: list[asyncio.Task[None]] = []
    gone = False

    async def watch() -> None:
        nonlocal gone
        await protocol.client_disconnect()
        gone = True
        task.cancel()

    timer = loop.call_later(WATCH_AFTER, lambda: watchers.append(loop.create_task(watch())))
    try:
        yield
    except asyncio.CancelledError:
        if gone:
            raise ProtocolClosed from None
        raise
    finally:
        timer.cancel()
        for each in watchers:
            each.cancel()
