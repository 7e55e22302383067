"""Validators and conditional requests (https://www.rfc-editor.org/rfc/rfc9110#section-13).

Every answer to GET and HEAD that may be kept has an ETag. That of an answer of the store is told
before it is made, by what the store holds and what is asked; that of another is a digest of it.
Both are the same on every replica. A client asks each time whether what it keeps is still right.
"""

from __future__ import annotations

import hashlib

from flask import Response, g, request

from . import compression

REVALIDATE = "no-cache"
"""What may be kept is asked for again each time: the graph can be another one at any moment."""


def never_keep() -> None:
    """Say that the answer can be another one each time, so that nobody is to keep it."""
    g.tag = None


def unchanged(state: str | None, *asked: object) -> Response | None:
    """Take what determines the answer that is about to be made; return 304 if the client has it.

    Args:
        state: what `Store.state` says; None if nobody is to keep the answer.
        asked: all else on which the answer depends; each has a `repr` of its own.
    """
    if request.method not in ("GET", "HEAD"):
        return None
    g.tag = known = tag(state, *asked)
    for coding in compression.accepted() if known else ():
        name = coded(known or "", coding)
        # "*" would be any answer, and there is none yet.
        if _holds(name, any_will_do=False):
            return _not_modified(name)
    return None


def tag(state: str | None, *asked: object) -> str | None:
    """Return the ETag of an answer that is not compressed; see `unchanged`."""
    return state and _digest(repr((state, *asked)).encode())


def finish(response: Response) -> Response:
    """Compress a response and give it its ETag; return 304 in its place if the client has it."""
    if response.direct_passthrough:  # a file
        response.direct_passthrough = False
        response.get_data()
    coding = compression.choose(response)
    name = _name(response, coding)
    varying = response.headers.get("Vary")
    if name and _holds(name, any_will_do=True):
        response = _not_modified(name)
    else:
        if name:
            response.headers["ETag"] = f'"{name}"'
        if coding != compression.IDENTITY:
            compression.compress(response)
    response.headers["Vary"] = f"{varying}, Accept-Encoding" if varying else "Accept-Encoding"
    return response


def _name(response: Response, coding: str) -> str | None:
    """Return the ETag of a response, and say in it whether it may be kept; None if it has none."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        return None
    known = g.get("tag", "")
    if known is None:
        response.headers["Cache-Control"] = "no-store"
    keeps = response.headers.get("Cache-Control") != "no-store"
    if not keeps or (response.is_streamed and not known):
        return None
    response.headers["Cache-Control"] = REVALIDATE
    return coded(known or _digest(response.get_data()), coding)


def coded(known: str, coding: str) -> str:
    """Return the ETag of an answer in a coding, by that of the one that is not compressed."""
    return known if coding == compression.IDENTITY else f"{known}-{coding}"


def _holds(name: str, any_will_do: bool) -> bool:
    """Return whether If-None-Match names an ETag, by the weak comparison, or any one by `*`."""
    if "If-None-Match" not in request.headers:
        return False
    held = request.if_none_match
    return held.is_strong(name) or held.is_weak(name) or (any_will_do and held.star_tag)


def _not_modified(name: str) -> Response:
    response = Response(status=304)
    del response.headers["Content-Type"]
    response.headers["ETag"] = f'"{name}"'
    response.headers["Cache-Control"] = REVALIDATE
    return response


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=12).hexdigest()
