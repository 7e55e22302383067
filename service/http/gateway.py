"""Takes in requests whole and hands them to the app's threads, so that none can stop the others.

Granian calls it by RSGI (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md)
on an event loop. A client that is slow to send or to read costs a connection, never a thread. What
waits is bounded: a request for which there is no room is refused at once. Batches have threads of
their own, which take turns among them a piece at a time.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from granian.rsgi import (  # type: ignore[attr-defined]
    HTTPProtocol,
    ProtocolClosed,
    ProtocolError,
    Scope,
)
from werkzeug.wrappers import Response

from ..settings import Settings
from .problems import REFUSAL, Problem

BATCH = "/v1/annotate/batch"
HEALTH = "/health/"

SMALL_BODY = 65_536
"""Bytes of a body that may arrive on every connection at once; larger ones are counted."""


class Lane:
    """Threads for one kind of request, and how many of these there may be at once.

    Only the event loop's thread may ask for a place or give it back.
    """

    def __init__(self, name: str, threads: int, places: int) -> None:
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self.free = places

    def enter(self) -> bool:
        """Take a place if there is one."""
        if self.free <= 0:
            return False
        self.free -= 1
        return True

    def leave(self) -> None:
        """Give a place back."""
        self.free += 1


class Gateway:
    """An RSGI application around a WSGI one.

    Args:
        app: the service.
        settings: how much may be worked on, wait and arrive at once.
    """

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._requests = Lane("request", settings.threads, settings.threads + settings.waiting)
        self._batches = Lane("batch", settings.batch_threads, settings.batches)
        # Refusals and health must be answered when all else is taken; each takes no time.
        self._express = Lane("express", 1, sys.maxsize)
        self._large_bodies = settings.threads + settings.batches

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        environ = _environ(scope)
        large = _is_large(environ)
        refusal = None
        body = b""
        parts = _parts(protocol)
        if large and self._large_bodies <= 0:
            refusal = Problem(
                503, "too many large requests are here already; try again in a moment"
            )
            large = False
        self._large_bodies -= large
        try:
            try:
                if refusal is None:
                    body = await self._body(environ, parts)
            except Problem as problem:
                refusal = problem
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            await self._answer(environ, refusal, protocol)
        except (ProtocolError, ProtocolClosed):
            pass  # the client went away
        finally:
            self._large_bodies += large
        # A client that expects 100 knows by the answer that it need not send.
        if refusal is not None and "HTTP_EXPECT" not in environ:
            await self._discard(parts)

    async def _answer(
        self, environ: dict[str, Any], refusal: Problem | None, protocol: HTTPProtocol
    ) -> None:
        lane = self._lane(environ)
        if refusal is None and not lane.enter():
            refusal = Problem(503, "the service has too much to do; try again in a moment")
        if refusal is not None:
            environ[REFUSAL] = refusal
            lane = self._express
            lane.enter()
        try:
            if lane is self._batches:
                await self._stream(lane, environ, protocol)
            else:
                protocol.response_bytes(*await self._run(lane, self._whole, environ))
        finally:
            lane.leave()

    def _lane(self, environ: dict[str, Any]) -> Lane:
        if environ["PATH_INFO"].startswith(HEALTH):
            return self._express
        is_batch = environ["PATH_INFO"] == BATCH and environ["REQUEST_METHOD"] == "POST"
        return self._batches if is_batch else self._requests

    async def _body(self, environ: dict[str, Any], parts: AsyncIterator[bytes]) -> bytes:
        """Return the body of a request.

        Raises:
            Problem: it is too large, too slow, or shorter than declared.
        """
        length = _length(environ)
        if length == 0:
            return b""
        limit, seconds = self._settings.body_limit, self._settings.body_seconds
        body = bytearray()
        if length is None or length <= limit:
            try:
                async with asyncio.timeout(seconds):
                    async for part in parts:
                        body += part
                        if len(body) > limit:
                            break
            except TimeoutError:
                detail = f"the body of the request did not arrive within {seconds:g} seconds"
                raise Problem(408, detail) from None
        if max(length or 0, len(body)) > limit:
            raise Problem(413, "the body of the request is larger than the service takes")
        if length is not None and len(body) < length:
            raise Problem(400, f"the body has {len(body):,} bytes, not {length:,} as declared")
        return bytes(body)

    async def _discard(self, parts: AsyncIterator[bytes]) -> None:
        """Take in the rest of a body, and drop it.

        Clients that send all before they read would miss the answer if the connection ended.
        """
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                async for _ in parts:
                    pass
        except (TimeoutError, ProtocolError, ProtocolClosed):
            pass

    async def _stream(self, lane: Lane, environ: dict[str, Any], protocol: HTTPProtocol) -> None:
        """Send a response piece by piece, each made in its turn among those of the lane."""
        response = await self._run(lane, self._start, environ)
        try:
            headers = response.headers.to_wsgi_list()
            if response.content_length is not None:
                protocol.response_bytes(response.status_code, headers, b"".join(response.response))
                return
            transport = protocol.response_stream(response.status_code, headers)
            pieces = iter(response.response)
            while piece := await self._run(lane, next, pieces, b""):
                async with asyncio.timeout(self._settings.body_seconds):
                    await transport.send_bytes(piece)
        except (TimeoutError, ProtocolError, ProtocolClosed):
            pass  # the client reads no further
        finally:
            await self._run(lane, response.close)

    async def _run(self, lane: Lane, function: Callable[..., Any], *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(lane.pool, function, *arguments)

    def _whole(self, environ: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
        response = Response.from_app(self._app, environ, buffered=True)
        return response.status_code, response.headers.to_wsgi_list(), response.get_data()

    def _start(self, environ: dict[str, Any]) -> Response:
        return Response.from_app(self._app, environ)


async def _parts(protocol: HTTPProtocol) -> AsyncIterator[bytes]:
    """Yield a body as it arrives; unlike the protocol, this can be left off and gone on with."""
    async for part in protocol:
        yield part


def _length(environ: dict[str, Any]) -> int | None:
    """Return the bytes of a request's body; None if only its end will tell."""
    if "CONTENT_LENGTH" in environ and "HTTP_TRANSFER_ENCODING" not in environ:
        return int(environ["CONTENT_LENGTH"])
    # HTTP/2 needs no header to tell that there is a body (RFC 9113, section 8.1).
    http2 = environ["SERVER_PROTOCOL"] == "HTTP/2" and environ["REQUEST_METHOD"] == "POST"
    return None if http2 or "HTTP_TRANSFER_ENCODING" in environ else 0


def _is_large(environ: dict[str, Any]) -> bool:
    length = _length(environ)
    return length is None or length > SMALL_BODY


def _environ(scope: Scope) -> dict[str, Any]:
    """Return a request as WSGI has it (https://peps.python.org/pep-3333/), without its body."""
    server, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # WSGI could not tell it from the header with a hyphen
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = "HTTP_" + key
        environ[key] = f"{environ[key]},{value}" if environ.get(key) else value
    if scope.authority:  # stands above the header (RFC 9112, section 3.2.2)
        environ["HTTP_HOST"] = scope.authority
    return environ
