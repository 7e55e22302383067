"""Pages for people, and the same resources as linked data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response as BaseResponse

from ...ontology.errors import UnknownName
from ...ontology.iris import DEFAULT_GRAPHS, GRAPH_PROPOSALS, ONTOLOGY, TONE
from ...ontology.model import PRIMARIES, Ontology
from .. import records
from ..store import GRAPH_TYPES
from . import annotate, conditional
from .body import FORM, read_body, read_pairs
from .context import context
from .graph_store import PREFIX, check_graph, named_graph
from .links import link, shorten
from .negotiation import HTML, choose
from .problems import Problem, unacceptable
from .sparql import content_type

ENDINGS = {"." + ending: media_type for media_type, ending in GRAPH_TYPES.items()}
EXAMPLE = "I was not happy, I felt heartbroken and utterly alone."
RESULTS = "application/sparql-results+json"

blueprint = Blueprint("pages", __name__)


blueprint.add_app_template_global(link)
blueprint.add_app_template_global(shorten)


@blueprint.app_context_processor
def version() -> dict[str, str]:
    """Give every page the version of the ontology."""
    return {"version": context().ontology.version}


@blueprint.get("/")
def start() -> str:
    """Show what TONE is, a form to try it, and the tree of concepts."""
    return _start_page(EXAMPLE)


@blueprint.post("/")
def try_text() -> Response:
    """Show the answer for a text from the form; it comes by POST to stay out of addresses."""
    if request.mimetype != FORM:
        raise Problem(415, f"the form is posted as {FORM}; for JSON there is /v1/annotate")
    shared = context()
    text = dict(read_pairs(read_body(), "the form")).get("text", "")
    limit = shared.settings.text_limit
    if len(text) > limit:
        raise Problem(413, f"the text has {len(text):,} characters; {limit:,} are allowed")
    answer = annotate.answers(shared, [text], {"explain": True})[0]
    response = Response(_start_page(text, answer), mimetype=HTML)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/concepts/<name>")
def show_concept(name: str) -> BaseResponse:
    """Show a concept as a page, or describe it in RDF, as the client likes."""
    shared = context()
    ontology = shared.ontology
    local, media_type = _split(name)
    if local in ontology.concepts:
        if media_type := media_type or _negotiate():
            return _data(_describe_concept(TONE + local), media_type, f"/concepts/{local}")
        concept = ontology.concepts[local]
        page = render_template(
            "concept.html",
            concept=records.full(ontology, shared.terms, concept, inherited=True),
            path=[records.brief(ontology, each) for each in ontology.path(local)],
            terms=[records.term(ontology, each) for each in shared.terms.of(local)],
            formats=_formats(f"/concepts/{local}"),
        )
        return _page(page, f"/concepts/{local}", TONE + local)
    try:
        found = ontology.concept(local)
    except UnknownName:
        # The classes that are no emotions: Emotion, Combination, the combinations.
        if local.isalnum() and (response := _resource(TONE + local, name, "/concepts/")):
            return response
        raise
    return redirect(f"/concepts/{found.id}{name.removeprefix(local)}", 302)


@blueprint.get("/ontology", defaults={"ending": ""})
@blueprint.get("/ontology<any('.ttl', '.nt', '.rdf', '.jsonld'):ending>")
def show_ontology(ending: str) -> BaseResponse:
    """Show the ontology's header as a page, or give all of the ontology in RDF."""
    if media_type := ENDINGS.get(ending) or _negotiate():
        return _data(_whole(DEFAULT_GRAPHS[0]), media_type, "/ontology")
    page = _resource_page(ONTOLOGY, "/ontology")
    if page is None:
        raise Problem(404, "the ontology has no header")
    return page


@blueprint.get("/graph")
def show_named_graph() -> Response:
    """Give the graph that the parameters name, as the Graph Store Protocol says.

    https://www.w3.org/TR/sparql11-http-rdf-update/#indirect-graph-identification
    """
    iri = named_graph()
    if iri is None:
        return _data("CONSTRUCT WHERE { ?s ?p ?o }", _negotiate_data(), "/graph?default")
    check_graph(iri)
    if iri.startswith(PREFIX):
        return _graph(iri)
    return _data(_whole(iri), _negotiate_data(), "/graph?graph=" + quote(iri, safe=""))


@blueprint.get("/graph/<graph>")
def show_graph(graph: str) -> Response:
    """Give the graph of that name."""
    local, media_type = _split(graph)
    check_graph(PREFIX + local)
    return _graph(PREFIX + local, media_type)


@blueprint.get("/<path:path>")
def show_resource(path: str) -> BaseResponse:
    """Show any other resource of TONE: a link, an entry, a sense, a scheme, a property."""
    # This route takes every path, also those of routes that are for POST only.
    adapter = current_app.create_url_adapter(request)
    allowed = {*adapter.allowed_methods()} - {"GET", "HEAD"} if adapter else set()
    if "POST" in allowed:
        raise MethodNotAllowed(sorted(allowed))
    local, _ = _split(path)
    ontology = context().ontology
    if local in ontology.concepts:
        return redirect(f"/concepts/{path}", 303)
    if local == ontology.version:
        return redirect("/ontology" + path.removeprefix(local), 303)
    # What follows the kind and the language or scheme is one segment; it may hold a slash.
    iri = TONE + "/".join(quote(each, safe="-._~") for each in local.split("/", 2))
    response = _resource(iri, path, "/")
    if response is None:
        raise Problem(404, "there is nothing here; /docs lists what there is")
    return response


def _graph(iri: str, media_type: str | None = None) -> Response:
    return _data(_whole(iri), media_type or _negotiate_data(), "/" + iri.removeprefix(TONE))


def _resource(iri: str, name: str, folder: str) -> BaseResponse | None:
    """Return a resource as a page or data; None if the graph says nothing of it.

    What the served graph does not state may still be proposed.
    """
    local, media_type = _split(name)
    address = folder + quote(local)
    for graphs in ((), (GRAPH_PROPOSALS,)):
        if json.loads(_ask(f"ASK {{ <{iri}> ?p ?o }}", RESULTS, graphs))["boolean"]:
            if media_type := media_type or _negotiate():
                return _data(_describe(iri), media_type, address, graphs)
            return _resource_page(iri, address, graphs)
    return None


def _resource_page(iri: str, address: str, graphs: Sequence[str] = ()) -> Response | None:
    query = f"SELECT ?p ?o {{ <{iri}> ?p ?o FILTER(!isBlank(?o)) }}"
    answer = json.loads(_ask(query, RESULTS, graphs))
    facts = sorted(
        (shorten(row["p"]["value"]), row["o"]["value"], row["o"]["type"] == "uri", row["p"])
        for row in answer["results"]["bindings"]
    )
    page = render_template("resource.html", iri=iri, facts=facts, formats=_formats(address))
    return _page(page, address, iri) if facts else None


def _describe(iri: str) -> str:
    """Return the query for what is said of a resource and of the parts of an entry."""
    return (
        f"DESCRIBE ?n {{ {{ VALUES ?n {{ <{iri}> }} }} UNION"
        f" {{ <{iri}> ontolex:canonicalForm|ontolex:sense ?n }} }}"
    )


def _describe_concept(iri: str) -> str:
    """Return the query for what is said of a concept, its links and its mappings."""
    return (
        f"DESCRIBE ?n {{ {{ VALUES ?n {{ <{iri}> }} }} UNION"
        f" {{ ?n a tone:Link ; rdf:subject|rdf:object|tone:hasPart <{iri}> }} UNION"
        f" {{ ?n skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch"
        f"|skos:relatedMatch <{iri}> }} }}"
    )


def _whole(graph: str) -> str:
    return f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"


def _ask(query: str, media_type: str, graphs: Sequence[str] = ()) -> bytes:
    """Return the answer to a query over some graphs, the default ones if none are named."""
    shared = context()
    return shared.store.query(shared.check(query), media_type, graphs)


def _data(query: str, media_type: str, address: str, graphs: Sequence[str] = ()) -> Response:
    if same := conditional.unchanged(context().store.state(), query, media_type, graphs):
        same.vary.add("Accept")
        return same
    # To measure a graph it would have to be written, so HEAD does not tell its length.
    skip = request.method == "HEAD" and query.startswith("CONSTRUCT")
    body: Iterator[bytes] | bytes = iter(()) if skip else _ask(query, media_type, graphs)
    return _linked(Response(body, content_type=content_type(media_type)), address)


def _page(page: str, address: str, iri: str) -> Response:
    response = _linked(Response(page, mimetype=HTML), address)
    response.headers.add("Link", f'<{iri}>; rel="describes"')
    return response


def _linked(response: Response, address: str) -> Response:
    """Add what says that the resource comes in several formats, and where."""
    response.vary.add("Accept")
    for ending, media_type in ENDINGS.items():
        target = address if "?" in address else address + ending
        value = f'<{context().settings.url}{target}>; rel="alternate"; type="{media_type}"'
        response.headers.add("Link", value)
    return response


def _negotiate() -> str | None:
    """Return the media type of data that the client likes best, None if it prefers a page."""
    offers = [HTML, *GRAPH_TYPES]
    accepted = choose(request.headers.get("Accept"), offers)
    if accepted is None:
        raise unacceptable(offers)
    return None if accepted == HTML else accepted


def _negotiate_data() -> str:
    """Return the media type that the client likes best of something that has no page."""
    accepted = choose(request.headers.get("Accept"), GRAPH_TYPES)
    if accepted is None:
        raise unacceptable([*GRAPH_TYPES])
    return accepted


def _split(name: str) -> tuple[str, str | None]:
    """Return a name without its file ending, and the media type that the ending stands for."""
    for ending, media_type in ENDINGS.items():
        if name.endswith(ending):
            return name.removesuffix(ending), media_type
    return name, None


def _formats(address: str) -> dict[str, str]:
    names = {"ttl": "Turtle", "nt": "N-Triples", "rdf": "RDF/XML", "jsonld": "JSON-LD"}
    return {names[ending]: f"{address}.{ending}" for ending in GRAPH_TYPES.values()}


def _start_page(text: str, answer: dict[str, Any] | None = None) -> str:
    ontology = context().ontology
    outside = [
        each.id
        for each in ontology.concepts.values()
        if each.parent is None and each.id not in PRIMARIES and not each.deprecated
    ]
    return render_template(
        "start.html",
        text=text,
        answer=answer,
        pieces=_pieces(text, answer["evidence"]) if answer else [],
        tree=[_branch(ontology, each) for each in PRIMARIES],
        outside=[records.brief(ontology, each) for each in outside],
        count=len(ontology.concepts),
        terms=len(ontology.terms),
    )


def _branch(ontology: Ontology, concept: str) -> dict[str, Any]:
    below = [_branch(ontology, each) for each in ontology.children(concept)]
    return {**records.brief(ontology, concept), "children": below}


def _pieces(text: str, evidence: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any] | None]]:
    """Return a text cut into pieces, each with the evidence that it is, if any."""
    pieces: list[tuple[str, dict[str, Any] | None]] = []
    done = 0
    for each in sorted(evidence, key=lambda each: (each["begin"], -each["end"])):
        if each["begin"] >= done:
            pieces.append((text[done : each["begin"]], None))
            pieces.append((text[each["begin"] : each["end"]], each))
            done = each["end"]
    return [piece for piece in [*pieces, (text[done:], None)] if piece[0]]
