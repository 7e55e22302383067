"""What a client of the SPARQL endpoint asks, by any of the three ways of the protocol."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request
from werkzeug.http import parse_list_header

from ..store import GRAPH_TYPES, QUAD_TYPES, RESULT_TYPES
from .body import FORM, read_body, read_pairs
from .context import context, public_url
from .negotiation import HTML
from .problems import Problem

DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
READ_ONLY = "this endpoint only answers queries"

FORMATS = {
    **{name: media_type for media_type, name in (RESULT_TYPES | GRAPH_TYPES | QUAD_TYPES).items()},
    # Of results as well as of graphs, so these come last.
    "json": "application/json",
    "xml": "application/xml",
    "turtle": "text/turtle",
    "n3": "text/turtle",
    "rdf+xml": "application/rdf+xml",
    "json-ld": "application/ld+json",
    "html": HTML,
}
"""Values of the parameter `format`. One that does not fit the form of the query is ignored."""

_CHARSETS = ("utf-8", "us-ascii")
"""The protocol has UTF-8 alone, of which ASCII is a part."""

_NUMBER = re.compile(r"([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_WAIT = re.compile(r'("?)(?P<seconds>[0-9]{1,9})\1', re.ASCII)


@dataclass(frozen=True, slots=True)
class SparqlRequest:
    """What a client asks.

    Args:
        query: the text of the query.
        base: the IRI that its relative ones are resolved by: the endpoint's address.
        default_graphs: IRIs of the graphs whose union is the default graph, if any are named.
        named_graphs: IRIs of the graphs that GRAPH can reach, if any are named.
        format: the media type that `format` stands for.
        seconds: how long the client would have the query run, if it says so.
    """

    query: str
    base: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None
    seconds: float | None

    @property
    def scope(self) -> tuple[tuple[str, ...], tuple[str, ...], str, float | None]:
        """What `Store.query` takes after the media type."""
        return self.default_graphs, self.named_graphs, self.base, self.seconds


def read_request(ending: str = "") -> SparqlRequest:
    """Return what the client asks: GET, POST of a form, or POST of the query itself.

    Args:
        ending: a name of FORMATS, which counts where the parameter `format` names none.

    Raises:
        Problem: the request is not one of these, or does not hold exactly one query.
    """
    pairs = url_pairs()
    if request.method == "POST":
        if request.mimetype in (FORM, DIRECT):
            check_charset()
        if request.mimetype == FORM:
            pairs += read_pairs(read_body(), "the body")
        elif request.mimetype == DIRECT:
            if any(name == "query" for name, _ in pairs):
                raise Problem(400, "the query is in the body and in the URL", field="query")
            pairs.append(("query", read_direct()))
        elif request.mimetype == UPDATE:
            raise Problem(403, READ_ONLY)
        else:
            raise Problem(415, f"a query is posted as {DIRECT} or {FORM}")
    names = [name for name, _ in pairs]
    if "update" in names:
        if context().store.writable:
            raise Problem(400, "an update comes by POST, in the body", field="update")
        raise Problem(403, READ_ONLY, field="update")
    if names.count("query") != 1:
        count = names.count("query")
        problem = f"query is given {count} times" if count else "query is missing"
        raise Problem(400, problem, field="query")

    def values(name: str) -> tuple[str, ...]:
        return tuple(value for each, value in pairs if each == name)

    query = values("query")[0].removeprefix("\ufeff")
    if not query.strip():
        raise Problem(400, "query is empty", field="query")
    return SparqlRequest(
        query,
        endpoint(),
        values("default-graph-uri"),
        values("named-graph-uri"),
        _format(pairs, ending),
        _seconds(values("timeout")),
    )


def names_no_query() -> bool:
    """Return whether the URL holds no parameter but perhaps a format."""
    return all(name == "format" for name, _ in url_pairs())


def read_format(ending: str = "") -> str | None:
    """Return the media type that the URL asks for by the parameter `format` or by an ending.

    Raises:
        Problem: there is no such format.
    """
    return _format(url_pairs(), ending)


def _format(pairs: list[tuple[str, str]], ending: str) -> str | None:
    given = [*(value for name, value in pairs if name == "format"), ending]
    wanted = [each.strip().lower() for each in given if each.strip()]
    if wanted and wanted[0] not in FORMATS:
        raise Problem(400, f"unknown format; known: {', '.join(FORMATS)}", field="format")
    return FORMATS[wanted[0]] if wanted else None


def url_pairs() -> list[tuple[str, str]]:
    """Return the parameters of the URL."""
    return read_pairs(request.query_string, "the query string of the URL")


def _seconds(timeouts: tuple[str, ...]) -> float | None:
    """Return the least time that a client gives a query, by `timeout` and by Prefer."""
    given = []
    for timeout in timeouts:
        given.append(float(timeout) if _NUMBER.fullmatch(timeout.strip()) else 0.0)
        if not 0 < given[-1] < float("inf"):
            raise Problem(400, "timeout must be a positive number of seconds", field="timeout")
    if wait := preferred_wait():
        given.append(wait)
    return min(given, default=None)


def preferred_wait() -> int | None:
    """Return the seconds of `Prefer: wait=` (https://www.rfc-editor.org/rfc/rfc7240#section-4.3).

    A preference that cannot be followed is ignored, as the standard asks.
    """
    for preference in parse_list_header(request.headers.get("Prefer", "")):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "wait":  # the first one counts
            wait = _WAIT.fullmatch(value.strip())
            return int(wait["seconds"]) if wait else None
    return None


def endpoint() -> str:
    """Return the address of the endpoint, whichever of its addresses is asked."""
    return public_url() + "/sparql"


def check_charset() -> None:
    """Raise Problem if the body is in a charset that is not read here."""
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in _CHARSETS:
        raise Problem(415, f"the charset must be one of {', '.join(_CHARSETS)}")


def read_direct() -> str:
    """Return the body as a text.

    Raises:
        Problem: it is not UTF-8.
    """
    try:
        return read_body().decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, f"the body is not UTF-8 at byte {error.start}") from None
