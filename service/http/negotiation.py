"""Which media type to answer with (https://www.rfc-editor.org/rfc/rfc9110#name-accept)."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

HTML = "text/html"


def choose(accept: str | None, offers: Iterable[str]) -> str | None:
    """Return the media type on offer that a client likes best, None if it takes none.

    Of those that it likes alike, the first on offer is chosen. Parameters do not count.

    Args:
        accept: the value of the request's Accept; None or empty takes anything.
        offers: media types, the service's favourite first.

    Example:
        >>> choose("text/html;q=0.5, text/*;q=0.9", ["text/html", "text/turtle"])
        'text/turtle'
    """
    offers = list(offers)
    if not accept or not accept.strip():
        return offers[0]
    parsed = parse_accept_header(accept, MIMEAccept)
    wanted = MIMEAccept([(value.partition(";")[0].strip(), q) for value, q in parsed])
    best, best_quality = None, 0.0
    for offer in offers:
        quality = wanted.quality(offer)
        if quality > best_quality:
            best, best_quality = offer, quality
    return best


def prefers_page(accept: str | None) -> bool:
    """Return whether a client names HTML and likes it best, as browsers do."""
    return bool(accept) and choose(accept, ["application/json", HTML]) == HTML
