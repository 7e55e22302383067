"""The SPARQL 1.1 Protocol, queries only (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template, request

from ...ontology.errors import ToneError
from ..store import (
    GRAPH_TYPES,
    QUAD_TYPES,
    RESULT_TYPES,
    QueryFailed,
    QueryMalformed,
    QueryRefused,
    QueryTimeout,
    QueryTooCostly,
    QueryTooLong,
    ResultTooLarge,
    StoreBusy,
    StoreFailed,
    StoreTimeout,
    StoreUnreachable,
)
from . import conditional, sparql_page
from .context import context, public_url
from .description import service_description
from .negotiation import HTML, choose
from .problems import Problem, respond, unacceptable
from .sparql_request import (
    SparqlRequest,
    endpoint,
    names_no_query,
    preferred_wait,
    read_format,
    read_request,
)
from .update import asks_update, update

ALIASES = {
    "application/json": ("application/sparql-results+json", "application/ld+json"),
    "application/xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "text/xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "application/x-turtle": (None, "text/turtle"),
    "text/plain": (None, "application/n-triples"),
}
"""Other media types that clients ask for: what they mean for results, and for graphs."""

DATA = (*RESULT_TYPES, *GRAPH_TYPES, *QUAD_TYPES, *ALIASES)
"""Every media type that an answer can be sent as, pages apart."""

_SUFFIXES = ", ".join(
    f"'.{each}'"
    for each in (*(RESULT_TYPES | GRAPH_TYPES | QUAD_TYPES).values(), HTML.partition("/")[2])
)
"""What may follow the endpoint's path, as a route has it."""

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"])
@blueprint.route("/sparql/", methods=["GET", "POST"])
@blueprint.route(f"/sparql<any({_SUFFIXES}):ending>", methods=["GET", "POST"])
def sparql(ending: str = "") -> Response:
    """Answer a query; without one, describe the service, or show a browser the query page.

    Args:
        ending: a file ending, which means the same as the parameter `format`.
    """
    if context().store.writable and asks_update():
        response = update()
    elif request.method != "POST" and names_no_query():
        response = _introduction(read_format(ending.removeprefix(".")))
    else:
        asked = read_request(ending.removeprefix("."))
        wait = preferred_wait()
        if wait and wait == asked.seconds and wait <= context().settings.query_seconds:
            g.applied = f"wait={wait}"
        response = _show(asked) if _wants_page(asked) else _answer(asked)
    response.vary.add("Accept")
    return response


@blueprint.after_request
def tell_preference(response: Response) -> Response:
    """Say that a preference was followed, whether the query was answered in that time or not."""
    if "applied" in g:
        response.headers["Preference-Applied"] = g.applied
    return response


@blueprint.app_errorhandler(QueryMalformed)
@blueprint.app_errorhandler(QueryRefused)
@blueprint.app_errorhandler(QueryFailed)
def handle_query_error(error: ToneError) -> Response:
    """Answer a query that cannot be run, is not run, or failed."""
    return respond(query_problem(error))


def query_problem(error: ToneError) -> Problem:
    """Return the problem that an error of the store means for a client."""
    places = {}
    if isinstance(error, QueryMalformed | QueryRefused):
        places = {"line": error.line, "column": error.column}
    known = {name: place for name, place in places.items() if place is not None}
    statuses = {
        QueryTooLong: 413,
        QueryTimeout: 503,
        StoreBusy: 503,
        ResultTooLarge: 400,
        QueryTooCostly: 400,
        StoreUnreachable: 502,
        StoreFailed: 502,
        StoreTimeout: 504,
    }
    usual = 500 if isinstance(error, QueryFailed) else 400
    return Problem(statuses.get(type(error), usual), str(error), **known)


def _wants_page(asked: SparqlRequest) -> bool:
    if asked.format is not None:
        return asked.format == HTML
    return choose(request.headers.get("Accept"), [*DATA, HTML]) == HTML


def _answer(asked: SparqlRequest) -> Response:
    query = context().check(asked.query)
    is_graph = query.form in ("CONSTRUCT", "DESCRIBE")
    chosen = media_types(request.headers.get("Accept"), is_graph, asked.format, HTML)
    if chosen is None:
        raise unacceptable([*_types(is_graph), HTML])
    media_type, sent_as = chosen
    if media_type == HTML:  # `format` does not fit the query, and the client takes pages only
        return _show(asked)
    state = None if query.volatile else context().store.state()
    if same := conditional.unchanged(state, query.text, asked.scope[:3], chosen):
        return same
    body = context().query(query, media_type, *asked.scope)
    return Response(body, content_type=content_type(sent_as))


def _types(is_graph: bool) -> list[str]:
    return [*GRAPH_TYPES, *QUAD_TYPES] if is_graph else [*RESULT_TYPES]


def media_types(
    accept: str | None, is_graph: bool, wanted: str | None = None, *more: str
) -> tuple[str, str] | None:
    """Return the media type to write an answer in, and the one to send it as.

    Args:
        accept: the value of the request's Accept.
        is_graph: whether the answer is a graph.
        wanted: what the parameter `format` stands for.
        more: other media types on offer.

    Returns:
        None if the client takes none of them.
    """
    offers = {each: each for each in (*_types(is_graph), *more)}
    for alias, meanings in ALIASES.items():
        if meaning := meanings[is_graph]:
            offers[alias] = meaning
    if wanted in offers:
        return offers[wanted], offers[wanted]
    sent_as = choose(accept, offers)
    return None if sent_as is None else (offers[sent_as], sent_as)


def content_type(media_type: str) -> str:
    """Return the value of Content-Type for an answer in a media type."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _introduction(wanted: str | None) -> Response:
    chosen = media_types(request.headers.get("Accept"), True, wanted, HTML)
    if chosen is None:
        raise Problem(400, "query is missing", field="query")
    media_type, sent_as = chosen
    if media_type == HTML:
        return Response(render_template("sparql.html", examples=sparql_page.EXAMPLES))
    store = context().store
    update_endpoint = public_url() + "/update" if store.writable else None
    body = service_description(endpoint(), store.statistics(), media_type, update_endpoint)
    return Response(body, content_type=content_type(sent_as))


def _show(asked: SparqlRequest) -> Response:
    """Return the query page with the answer, or with what is wrong with the query."""
    problem, result = None, None
    try:
        query = context().check(asked.query)
        if query.volatile:
            conditional.never_keep()
        result = sparql_page.result(context(), query, asked)
    except (QueryMalformed, QueryRefused, QueryFailed) as error:
        problem = query_problem(error)
    page = render_template(
        "sparql.html",
        examples=sparql_page.EXAMPLES,
        query=asked.query,
        problem=problem.document() if problem else None,
        result=result,
        downloads=sparql_page.downloads(asked, result),
    )
    return Response(page, problem.status if problem else 200, mimetype=HTML)
