"""Where another store is, and what it knows the service by."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..ontology.errors import ToneError


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a remote store knows the service by: a user with a password, or a bearer token."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


def check_address(url: str) -> str:
    """Return a store's address if it is one that requests can be sent to.

    Raises:
        ToneError: it is none, or holds credentials, which others could read in it.
    """
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_right = urlsplit(""), False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_right:
        raise ToneError("the address of a store must begin with http:// or https:// and a host")
    if parts.username is not None or parts.password is not None:
        raise ToneError(
            "the address of a store must not hold a password; set TONE_STORE_USER and "
            "TONE_STORE_PASSWORD, or TONE_STORE_TOKEN"
        )
    if parts.fragment or not url.isascii() or any(each <= " " for each in url):
        raise ToneError(
            "the address of a store, http://..., must be plain ASCII without # and spaces"
        )
    return url
