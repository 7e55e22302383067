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

from ...ontology.errors import ToneError
from ..settings import Settings
from ..store.async_pool import AsyncPool
from ..store.pooled import ASKER, Asker, PooledStore
from .kept import KeptAnswers
from .plain_query import PATH, Answer, PlainQueries
from .presence import Presence
from .problems import REFUSAL, Problem, failure
from .sparql import query_problem
from .turns import Clients, Turns

BATCH = "/v1/annotate/batch"
HEALTH = "/health/"
QUERIES = ("/sparql", "/update")

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


class _Response(Response):
    default_mimetype = None  # a 304 has no media type, and would be given one


class Gateway:
    """An RSGI application around a WSGI one.

    Args:
        app: the service.
        settings: how much may be worked on, wait and arrive at once.
        store: workers for queries, if there are any.
    """

    def __init__(self, app: Flask, settings: Settings, store: PooledStore | None = None) -> None:
        self._app = app
        self._settings = settings
        self._requests = Lane("request", settings.threads, settings.threads + settings.waiting)
        self._batches = Lane("batch", settings.batch_threads, settings.batches)
        # Who asks has a turn, and there are as many of these as threads.
        self._queries = Lane("query", settings.query_threads, sys.maxsize)
        # Refusals and health must be answered when all else is taken; each takes no time.
        self._express = Lane("express", 1, sys.maxsize)
        self._large_bodies = settings.threads + settings.batches
        self._unread = 0
        self._presence = Presence()
        self._kept = KeptAnswers(app, settings)
        self._clients = Clients(settings.proxies)
        self._turns = Turns(
            settings.query_threads,
            settings.client_queries,
            settings.queries_waiting,
            settings.client_waiting,
            settings.query_seconds,
        )
        pool = AsyncPool(store, settings.query_threads) if store else None
        self._plain = PlainQueries(settings, pool, app.extensions["tone-metrics"]) if pool else None

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        try:
            key = self._kept.key(scope)
            if key and (kept := self._kept.find(key)):
                protocol.response_bytes(*kept)
            elif not (scope.method == "GET" and await self._answer_plain(scope, b"", protocol)):
                answer = await self._receive(scope, protocol)
                if key and answer:
                    self._kept.keep(key, answer)
        except (ProtocolError, ProtocolClosed):
            pass  # the client went away

    async def _receive(self, scope: Scope, protocol: HTTPProtocol) -> Answer | None:
        """Take a request in and answer it; return the answer if it was whole when it was sent."""
        environ = _environ(scope)
        large = _is_large(environ)
        refusal = answer = None
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
            if refusal or not await self._answer_plain(scope, body, protocol):
                environ["wsgi.input"] = io.BytesIO(body)
                environ["CONTENT_LENGTH"] = str(len(body))
                environ.pop("HTTP_TRANSFER_ENCODING", None)
                answer = await self._answer(environ, refusal, protocol)
        finally:
            self._large_bodies += large
        # A client that expects 100 knows by the answer that it need not send.
        if refusal is not None and "HTTP_EXPECT" not in environ:
            await self._discard(parts)
        return answer

    async def _answer_plain(self, scope: Scope, body: bytes, protocol: HTTPProtocol) -> bool:
        """Answer a plain request for a query; return whether it was one."""
        if self._plain is None or scope.path != PATH:
            return False
        if (plain := self._plain.read(scope, body)) is None:
            return False
        client = self._clients.name(_peer(scope), plain.forwarded)
        try:
            with self._presence.watch(protocol):
                if not self._turns.enter_at_once(client):
                    await self._turns.enter(client)
                try:
                    answer = await self._plain.answer(plain)
                finally:
                    self._turns.leave(client)
            self._check_room(answer)
        except ProtocolClosed:
            raise
        except Exception as error:
            await self._answer(_environ(scope), _problem(error), protocol)
        else:
            await self._send(answer, protocol)
        return True

    async def _answer(
        self, environ: dict[str, Any], refusal: Problem | None, protocol: HTTPProtocol
    ) -> Answer | None:
        lane = self._lane(environ)
        client = None
        if lane is self._queries and refusal is None:
            forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
            client = self._clients.name(environ["REMOTE_ADDR"], forwarded)
            try:
                with self._presence.watch(protocol):
                    await self._turns.enter(client)
            except Problem as problem:
                refusal, client = problem, None
        if refusal is None and not lane.enter():
            refusal = Problem(503, "the service has too much to do; try again in a moment")
        if refusal is not None:
            environ[REFUSAL] = refusal
            lane = self._express
            lane.enter()
        try:
            if lane is self._batches:
                await self._stream(lane, environ, protocol)
                return None
            if lane is self._queries:
                with self._presence.watch(protocol):
                    answer = await self._ask(environ)
            else:
                answer = await self._run(lane, self._whole, environ)
        finally:
            lane.leave()
            if client is not None:
                self._turns.leave(client)
        try:
            self._check_room(answer)
        except Problem as problem:
            return await self._answer(environ, problem, protocol)
        await self._send(answer, protocol)
        return answer

    def _check_room(self, answer: Answer) -> None:
        """Raise a problem if a response would be one too many that waits to be read."""
        size = len(answer[2])
        if size <= SMALL_BODY or not self._unread:
            return
        if self._unread + size > self._settings.answer_bytes:
            raise Problem(503, "too many large answers wait to be read; try again in a moment")

    async def _send(self, answer: Answer, protocol: HTTPProtocol) -> None:
        """Send a response; a large one as it is read, so that it can be given up."""
        status, headers, body = answer
        if len(body) <= SMALL_BODY:
            protocol.response_bytes(status, headers, body)
            return
        self._unread += len(body)
        try:
            transport = protocol.response_stream(status, headers)
            for start in range(0, len(body), SMALL_BODY):
                async with asyncio.timeout(self._settings.body_seconds):
                    await transport.send_bytes(body[start : start + SMALL_BODY])
        except (TimeoutError, ProtocolError, ProtocolClosed):
            pass  # the client reads no further
        finally:
            self._unread -= len(body)

    def _lane(self, environ: dict[str, Any]) -> Lane:
        path = environ["PATH_INFO"]
        if path.startswith(HEALTH):
            return self._express
        if path.startswith(QUERIES):
            return self._queries
        is_batch = path == BATCH and environ["REQUEST_METHOD"] == "POST"
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
        ends = 0
        if length is None or length <= limit:
            try:
                async with asyncio.timeout(seconds):
                    async for part in parts:
                        body += part
                        ends += not part
                        if len(body) > limit:
                            break
            except TimeoutError:
                detail = f"the body of the request did not arrive within {seconds:g} seconds"
                raise Problem(408, detail) from None
        if max(length or 0, len(body)) > limit:
            raise Problem(413, "the body of the request is larger than the service takes")
        # Granian ends a body by an empty part. It gives another for an error, and for trailers.
        chunked = "HTTP_TRANSFER_ENCODING" in environ and "HTTP_TRAILER" not in environ
        if chunked and ends > 1:
            raise Problem(400, "the body breaks off, or is not chunked as HTTP has it")
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

    async def _ask(self, environ: dict[str, Any]) -> Answer:
        """Return the response to a query, which is given up if this is cancelled."""
        asker = Asker()

        def answer() -> Answer:
            ASKER.set(asker)
            return self._whole(environ)

        running = asyncio.ensure_future(self._run(self._queries, answer))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            asker.leave()
            await running  # its thread is not free before
            raise

    def _whole(self, environ: dict[str, Any]) -> Answer:
        response = _Response.from_app(self._app, environ, buffered=True)
        return response.status_code, response.headers.to_wsgi_list(), response.get_data()

    def _start(self, environ: dict[str, Any]) -> Response:
        return _Response.from_app(self._app, environ)


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    return query_problem(error) if isinstance(error, ToneError) else failure(error)


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


def _peer(scope: Scope) -> str:
    """Return the address of who sent a request."""
    return scope.client.rpartition(":")[0]


def _environ(scope: Scope) -> dict[str, Any]:
    """Return a request as WSGI has it (https://peps.python.org/pep-3333/), without its body."""
    server, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode("utf-8").decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _peer(scope),
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
