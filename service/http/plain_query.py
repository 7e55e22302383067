"""Answers the plainest requests to /sparql on the event loop, where Flask would take most time.

That is a query alone, asked by GET or POST, whose answer is data. The answers are those that the
routes of `sparql` give; whatever is less plain, or wrong, is left to them.
"""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from granian.rsgi import Scope

from ...ontology.errors import ToneError
from ..settings import Settings
from ..store import Query, check
from ..store.async_pool import AsyncPool
from .app import EVERYWHERE, end_request
from .body import FORM
from .compression import GZIP, IDENTITY, LEAST, acceptable, gzip
from .conditional import REVALIDATE, coded, tag
from .metrics import Metrics
from .negotiation import HTML, choose
from .sparql import DATA, content_type, media_types
from .sparql_request import DIRECT

Answer = tuple[int, list[tuple[str, str]], bytes]
"""A response: its status, headers and body."""

PATH = "/sparql"
_HEADERS = [("Vary", "Accept, Accept-Encoding"), *EVERYWHERE.items()]

QUERY = b"query="

SHORT = 4_096
"""Bytes of a plain query. The event loop answers nobody else while it reads one."""

# Hosts that the routes write as they are: no punycode, no capital, no port that is the usual one.
_HOST = re.compile(
    r"(?!.*xn--)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*"
    r"(:(?!(80|443)\Z)([1-9][0-9]{0,3}|[1-6][0-9]{4}))?"
)
_ODD = frozenset(("content-encoding", "if-none-match", "prefer"))


@dataclass(frozen=True, slots=True)
class PlainQuery:
    """A query, the IRI that its relative ones are resolved by, and how to send its answer.

    Args:
        query: what may be run.
        base: see `Store.query`.
        media_type: what the answer is written in.
        sent_as: the media type that it is sent as.
        codings: content codings that the client takes, best first.
        forwarded: the value of X-Forwarded-For.
        method: GET or POST.
        start: when it came, by `time.perf_counter`.
    """

    query: Query
    base: str
    media_type: str
    sent_as: str
    codings: tuple[str, ...]
    forwarded: str
    method: str
    start: float


class PlainQueries:
    """Answers plain requests for queries.

    Args:
        settings: the service's.
        pool: the store's workers.
        counted: the worker's counters.
    """

    def __init__(self, settings: Settings, pool: AsyncPool, counted: Metrics) -> None:
        self._counted = counted
        self._settings = settings
        self._pool = pool

    def read(self, scope: Scope, body: bytes) -> PlainQuery | None:
        """Return what a request asks; None if it is not plain, or wrong."""
        start = time.perf_counter()
        given = scope.headers.items()
        headers = dict(given)
        if len(headers) != len(given) or not _ODD.isdisjoint(headers):
            return None
        text, base = _query(scope, headers, body), self._base(scope, headers)
        if text is None or base is None:
            return None
        try:
            text = text.removeprefix("\ufeff")
            query = check(text, self._settings.query_length, self._settings.query_depth)
        except ToneError:
            return None
        if query.hits:
            return None
        chosen = _chosen(headers.get("accept"), query.form in ("CONSTRUCT", "DESCRIBE"))
        codings = acceptable(headers.get("accept-encoding"))
        if chosen is None or IDENTITY not in codings:
            return None
        forwarded = headers.get("x-forwarded-for", "")
        return PlainQuery(query, base, *chosen, codings, forwarded, scope.method, start)

    async def answer(self, plain: PlainQuery) -> Answer:
        """Return the status, headers and body of the response.

        Raises:
            ToneError: the store cannot answer the query.
        """
        self._counted.begin()
        keeps = plain.method == "GET" and not plain.query.volatile
        try:
            # The state first: else the tag would be of a later answer if there was a write between.
            state = await self._pool.state() if keeps else None
            result = await self._pool.query(plain.query, plain.media_type, base=plain.base)
        except BaseException:
            self._counted.abandon()
            raise
        coding = plain.codings[0] if len(result) >= LEAST else IDENTITY
        headers = self._headers(plain, coding, state)
        if coding == GZIP:
            result = await asyncio.get_running_loop().run_in_executor(None, gzip, result)
        headers.append(("Content-Length", str(len(result))))
        end_request(self._settings, self._counted, plain.method, PATH, 200, plain.start)
        return 200, headers, result

    def _headers(self, plain: PlainQuery, coding: str, state: str | None) -> list[tuple[str, str]]:
        headers = [("Content-Type", content_type(plain.sent_as)), *_HEADERS]
        if coding == GZIP:
            headers.append(("Content-Encoding", GZIP))
        if plain.method != "GET":
            return headers
        chosen = (plain.media_type, plain.sent_as)
        known = tag(state, plain.query.text, ((), (), plain.base), chosen)
        if known is None:
            return [*headers, ("Cache-Control", "no-store")]
        return [
            *headers,
            ("Cache-Control", REVALIDATE),
            ("ETag", f'"{coded(known, coding)}"'),
        ]

    def _base(self, scope: Scope, headers: dict[str, str]) -> str | None:
        authority = scope.authority
        if ("host" in headers) != (authority is None):
            return None
        host = headers["host"] if authority is None else authority
        if not _is_plain_host(host):
            return None
        return (self._settings.url or f"{scope.scheme}://{host}") + PATH


def has_one_host(scope: Scope) -> bool:
    """Return whether a request names its host once (RFC 9112, section 3.2)."""
    return sum(name == "host" for name, _ in scope.headers.items()) == (scope.authority is None)


@lru_cache(maxsize=256)
def _is_plain_host(host: str) -> bool:
    return _HOST.fullmatch(host) is not None


def _query(scope: Scope, headers: dict[str, str], body: bytes) -> str | None:
    """Return the query of a request that holds nothing else, and little of it."""
    url = scope.query_string
    if max(len(body), len(url)) > SHORT:
        return None
    if scope.method == "GET":
        return None if body else _pair(url.encode())
    if scope.method != "POST" or url:
        return None
    kind = headers.get("content-type", "").lower()
    if kind == FORM:
        return _pair(body)
    if kind == DIRECT or kind == f"{DIRECT}; charset=utf-8":
        with suppress(UnicodeDecodeError):
            return body.decode("utf-8")
    return None


def _pair(form: bytes) -> str | None:
    """Return the value of a form that is a query alone."""
    if not form.startswith(QUERY) or b"&" in form:
        return None
    with suppress(UnicodeDecodeError):
        return unquote_to_bytes(form[len(QUERY) :].replace(b"+", b" ")).decode("utf-8")
    return None


@lru_cache(maxsize=256)
def _chosen(accept: str | None, is_graph: bool) -> tuple[str, str] | None:
    """Return what `sparql` writes an answer in, and what it sends it as; None for a page."""
    if choose(accept, [*DATA, HTML]) == HTML:
        return None
    return media_types(accept, is_graph)
