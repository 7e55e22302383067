"""Content codings (https://www.rfc-editor.org/rfc/rfc9110#section-8.4): gzip, or none.

zlib is a part of Python and lets other threads run meanwhile. Brotli and Zstandard would each be
one more package to install, for a few per cent.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

from flask import Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from .problems import Problem

GZIP, IDENTITY = "gzip", "identity"

LEAST = 1024
"""Bytes from which an answer is compressed, unless the client takes it in no other way."""

LEVEL = 3
"""zlib's level: a result of 1 MB takes 2 ms as with level 1, and becomes 4 % of its size.

Level 6 takes 11 ms for 3 %.
"""

_WINDOW = zlib.MAX_WBITS | 16  # of gzip; its header has no time, so that equal data stays equal
_TEXT = ("json", "xml", "jsonl", "jsonlines", "ndjson", "n-triples", "n-quads", "trig")


@lru_cache(maxsize=64)
def acceptable(accept_encoding: str | None) -> tuple[str, ...]:
    """Return the codings on offer that a client takes, the one that it likes best first.

    Args:
        accept_encoding: the value of the request's Accept-Encoding; None takes no coding.

    Example:
        >>> acceptable("br, gzip;q=0.5")
        ('gzip', 'identity')
        >>> acceptable("gzip;q=0.1, identity")
        ('identity', 'gzip')
        >>> acceptable("*;q=0")
        ()
    """
    if accept_encoding is None:
        return (IDENTITY,)
    given = {name.lower(): q for name, q in parse_accept_header(accept_encoding, Accept)}
    others = given.get("*")
    gzip = given.get(GZIP, given.get("x-gzip", others or 0))
    # Not to compress is always possible, if need be, unless the client says that it is not.
    identity = given.get(IDENTITY, 0.0001 if others is None else others)
    wanted = [each for each in ((gzip, GZIP), (identity, IDENTITY)) if each[0]]
    return tuple(name for _, name in sorted(wanted, key=lambda each: -each[0]))


def accepted() -> tuple[str, ...]:
    """Return the codings on offer that the client of this request takes, the best one first.

    Raises:
        Problem: it takes none.
    """
    found = acceptable(request.headers.get("Accept-Encoding"))
    if not found:
        raise Problem(406, f"answers come in the codings {GZIP} and {IDENTITY}")
    return found


def choose(response: Response) -> str:
    """Return the coding in which a response is to be sent."""
    codings = acceptable(request.headers.get("Accept-Encoding"))
    if response.status_code in (204, 206, 304) or "Content-Encoding" in response.headers:
        return IDENTITY
    if IDENTITY not in codings:
        return GZIP if codings else IDENTITY
    small = not response.is_streamed and len(response.get_data()) < LEAST
    return IDENTITY if small or not _is_text(response.mimetype) else codings[0]


def compress(response: Response) -> None:
    """Compress a response: piece by piece if it is made while it is sent."""
    if response.is_streamed:
        response.response = _pieces(response.iter_encoded())
    else:
        response.set_data(gzip(response.get_data()))
    response.headers["Content-Encoding"] = GZIP


def gzip(data: bytes) -> bytes:
    """Return data compressed."""
    return zlib.compress(data, LEVEL, _WINDOW)


def _pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    compressor = zlib.compressobj(LEVEL, wbits=_WINDOW)
    for piece in pieces:
        # A client can read what it has been sent so far.
        yield compressor.compress(piece) + compressor.flush(zlib.Z_SYNC_FLUSH)
    yield compressor.flush()


def _is_text(media_type: str | None) -> bool:
    media_type = media_type or ""
    return media_type.startswith("text/") or media_type.endswith(_TEXT)
