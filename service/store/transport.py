"""HTTP to a remote store: one whole answer before a deadline, or an error that says why not.

Redirects are not followed and proxies of the environment not used: what is sent, credentials
among it, goes to the address that was given and nowhere else.
"""

from __future__ import annotations

import base64
import http.client
import io
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from ..credentials import Credentials
from .base import ResultTooLarge, StoreFailed, StoreTimeout, StoreUnreachable

_PIECE = 2**16
_CONNECT_WITHIN = 10.0
_KEPT_FOR = 5.0
"""Seconds for which a connection is kept: servers let go of theirs after more than that."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. `bounded` says that it told its own length, so that it cannot be cut."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    bounded: bool


class Transport:
    """Sends requests to one host, over connections that it keeps for a while.

    Args:
        credentials: what is sent when the host asks for it; a token is sent at once.
    """

    def __init__(self, credentials: Credentials | None = None) -> None:
        self._credentials = credentials or Credentials()
        self._challenge = ""
        self._passwords = HTTPPasswordMgrWithDefaultRealm()
        self._digest = AbstractDigestAuthHandler(self._passwords)
        self._signing = threading.Lock()
        self._idle: list[tuple[http.client.HTTPConnection, float]] = []

    def send(self, request: Request, seconds: float, max_bytes: int, once: bool = False) -> Reply:
        """Return the whole answer to a request.

        Args:
            request: what is asked; the Authorization is added here.
            seconds: how long all of it may take.
            max_bytes: how large the answer may be.
            once: whether the request must not be sent again when a kept connection was closed.

        Raises:
            StoreUnreachable: there is no connection.
            StoreTimeout: the time is over.
            ResultTooLarge: the answer is larger than it may be.
            StoreFailed: the answer is no HTTP, or broke off.
        """
        deadline = time.monotonic() + seconds
        for attempt in range(2):
            challenge = self._challenge
            self._authorize(request, challenge)
            reply = self._exchange(request, deadline, seconds, max_bytes, once)
            asked = reply.headers.get("WWW-Authenticate", "")
            if reply.status != 401 or not asked or not self._credentials.user or attempt:
                break
            self._challenge = asked
        return reply

    def _exchange(
        self, request: Request, deadline: float, seconds: float, max_bytes: int, once: bool
    ) -> Reply:
        # A kept connection may have been closed meanwhile; then the request was not looked at.
        connection = None if once else self._kept()
        if connection is not None:
            try:
                return self._converse(connection, request, deadline, max_bytes)
            except (http.client.RemoteDisconnected, ConnectionError):
                connection.close()
            except TimeoutError:
                connection.close()
                raise StoreTimeout(_too_slow(seconds)) from None
            except (http.client.HTTPException, OSError, ValueError):
                connection.close()
                raise StoreFailed("the remote store's answer broke off") from None
        connection = _connect(request, min(deadline - time.monotonic(), _CONNECT_WITHIN))
        try:
            return self._converse(connection, request, deadline, max_bytes)
        except TimeoutError:
            connection.close()
            raise StoreTimeout(_too_slow(seconds)) from None
        except (http.client.HTTPException, OSError, ValueError):
            connection.close()
            raise StoreFailed("the remote store's answer broke off") from None
        except BaseException:
            connection.close()
            raise

    def _converse(
        self,
        connection: http.client.HTTPConnection,
        request: Request,
        deadline: float,
        max_bytes: int,
    ) -> Reply:
        assert connection.sock is not None
        connection.sock.settimeout(_left(deadline))
        connection.response_class = _responses(deadline)
        headers = {"Connection": "keep-alive", **dict(request.header_items())}
        body = request.data
        assert body is None or isinstance(body, bytes)
        connection.request(request.get_method(), request.selector, body, headers)
        response = connection.getresponse()
        bounded = response.chunked or response.length is not None
        data = bytearray()
        while piece := response.read(_PIECE):
            data += piece
            if len(data) > max_bytes:
                connection.close()
                raise ResultTooLarge(
                    f"the result is larger than {max_bytes:,} bytes; ask for less, "
                    "by LIMIT for instance"
                )
        if response.length:
            raise http.client.IncompleteRead(b"")
        if response.will_close:
            connection.close()
        else:
            self._idle.append((connection, time.monotonic()))
        return Reply(response.status, response.headers, bytes(data), bounded)

    def _kept(self) -> http.client.HTTPConnection | None:
        while True:
            try:
                connection, since = self._idle.pop()
            except IndexError:
                return None
            if time.monotonic() - since < _KEPT_FOR:
                return connection
            connection.close()

    def _authorize(self, request: Request, challenge: str) -> None:
        """Add the credentials in the way that the host asks for; see RFC 9110, section 11."""
        given = self._credentials
        if given.token:
            request.add_header("Authorization", f"Bearer {given.token}")
            return
        scheme, _, rest = challenge.partition(" ")
        if scheme.lower() == "basic":
            pair = base64.b64encode(f"{given.user}:{given.password}".encode()).decode("ascii")
            request.add_header("Authorization", f"Basic {pair}")
        elif scheme.lower() == "digest":
            fields = parse_keqv_list([each for each in parse_http_list(rest) if "=" in each])
            with self._signing:
                any_realm = None
                self._passwords.add_password(
                    any_realm, request.full_url, given.user, given.password
                )
                value = self._digest.get_authorization(request, fields)
            if value:
                request.add_header("Authorization", f"Digest {value}")


def _connect(request: Request, seconds: float) -> http.client.HTTPConnection:
    secure = request.type == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    if seconds <= 0:
        raise StoreTimeout(_too_slow(0.0))
    connection = kind(request.host, timeout=seconds)
    try:
        connection.connect()
        assert connection.sock is not None
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (OSError, ValueError, http.client.HTTPException):
        connection.close()
        raise StoreUnreachable("the remote store cannot be reached") from None
    return connection


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _too_slow(seconds: float) -> str:
    return f"the remote store took longer than it may ({seconds:g} s); ask for less"


def _responses(deadline: float) -> type[http.client.HTTPResponse]:
    class Response(http.client.HTTPResponse):
        def __init__(self, sock: socket.socket, *more: object, **named: object) -> None:
            super().__init__(_Timed(sock, deadline), *more, **named)  # type: ignore[arg-type]

    return Response


class _Timed:
    """A socket as HTTPResponse sees it: what is read from it must come before the deadline.

    A socket's own timeout is that of one read: bytes that drip would reset it for ever.
    """

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._sock, self._deadline), _PIECE)


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._raw = sock.makefile("rb", buffering=0)
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        self._sock.settimeout(_left(self._deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
