"""The reads of /v1: concepts and terms, listed and searched, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request

from ...ontology.model import Concept
from .. import records
from .context import context
from .jsontext import shown
from .negotiation import choose
from .problems import Problem, unacceptable

JSON = "application/json"
DEFAULT_PAGE = 100
MAX_TIER = 4

blueprint = Blueprint("v1", __name__, url_prefix="/v1")


@blueprint.get("/concepts")
def list_concepts() -> Response:
    """Return the concepts that fit the filters, a page of them, and how many there are."""
    shared = context()
    options = parameters("tier", "q", "lang", "offset", "limit")
    tier = _whole(options, "tier", None, 1, MAX_TIER)
    offset = _whole(options, "offset", 0, 0, None)
    limit = _whole(options, "limit", DEFAULT_PAGE, 1, shared.settings.page_limit)
    sought, lang = options.get("q", "").strip().casefold(), options.get("lang")
    found = [
        each
        for each in shared.ontology.concepts.values()
        if (tier is None or each.tier == tier)
        and (lang is None or lang in each.labels)
        and _mentions(each, sought, lang)
    ]
    page = found[offset:][:limit]
    return respond(
        {
            "total": len(found),
            "offset": offset,
            "limit": limit,
            "concepts": [records.summary(shared.ontology, each) for each in page],
        }
    )


@blueprint.get("/concepts/<concept>")
def show_concept(concept: str) -> Response:
    """Return all that is known of a concept, given by its id or label."""
    shared = context()
    inherited = flag(parameters("inherited"), "inherited")
    found = shared.ontology.concept(concept)
    return send(shared.concept_json(found.id, inherited))


@blueprint.get("/concepts/<concept>/terms")
def list_terms(concept: str) -> Response:
    """Return the terms that express a concept, best first."""
    shared = context()
    lang = parameters("lang").get("lang")
    found = shared.ontology.concept(concept)
    terms = [each for each in shared.terms.of(found.id) if lang is None or each.lang == lang]
    return respond(
        {
            "concept": records.brief(shared.ontology, found.id),
            "total": len(terms),
            "terms": [records.term(shared.ontology, each) for each in terms],
        }
    )


@blueprint.get("/terms/<path:term>")
def show_term(term: str) -> Response:
    """Return the concepts that a term expresses, best first."""
    shared = context()
    lang = parameters("lang").get("lang")
    found = shared.terms.find(term, lang)
    if not found:
        raise Problem(404, "the vocabulary holds no such term, nor one that this is a form of")
    begin = json.dumps({"term": term, "total": len(found)}, ensure_ascii=False).removesuffix("}")
    concepts = ", ".join(map(shared.term_json, found))
    return send(f'{begin}, "concepts": [{concepts}]}}\n')


@blueprint.get("/search")
def search() -> Response:
    """Return labels and terms that are like a text, best first, a page of them."""
    shared = context()
    options = parameters("q", "lang", "offset", "limit")
    offset = _whole(options, "offset", 0, 0, None)
    limit = _whole(options, "limit", DEFAULT_PAGE, 1, shared.settings.page_limit)
    if not (sought := options.get("q", "").strip()):
        raise Problem(400, "q is missing", field="q")
    found = shared.search.find(sought, options.get("lang"))
    page = found[offset:][:limit]
    return respond(
        {
            "total": len(found),
            "offset": offset,
            "limit": limit,
            "results": [records.match(shared.ontology, each) for each in page],
        }
    )


def respond(value: Any) -> Response:
    """Return a value as JSON, if the client takes JSON."""
    return send(json.dumps(value, ensure_ascii=False) + "\n")


def send(text: str | bytes) -> Response:
    """Return what is JSON already, if the client takes JSON."""
    if choose(request.headers.get("Accept"), [JSON]) is None:
        raise unacceptable([JSON])
    return Response(text, mimetype=JSON)


def parameters(*names: str) -> dict[str, str]:
    """Return the parameters of the URL.

    Raises:
        Problem: one is unknown, given twice, or no valid UTF-8.
    """
    values = {}
    for name, given in request.args.lists():
        if name not in names:
            expected = ", ".join(names)
            raise Problem(400, f"unknown parameter; known: {expected}", field=shown(name))
        if len(given) > 1:
            raise Problem(400, f"{name} is given {len(given)} times", field=name)
        values[name] = given[0]
    return values


def _whole(options: dict[str, str], name: str, default: Any, least: int, most: int | None) -> Any:
    if name not in options:
        return default
    text = options[name]
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    if value is None or value < least or (most is not None and value > most):
        bounds = f"from {least} to {most}" if most is not None else f"of {least} or more"
        raise Problem(400, f"{name} must be a whole number {bounds}", field=name)
    return value


def flag(options: dict[str, str], name: str) -> bool:
    """Return a parameter that is true or false, false where it is not given.

    Raises:
        Problem: it is neither.
    """
    text = options.get(name, "false").lower()
    if text not in ("true", "false"):
        raise Problem(400, f"{name} must be true or false", field=name)
    return text == "true"


def _mentions(concept: Concept, sought: str, lang: str | None) -> bool:
    labels: Sequence[str] = (
        list(concept.labels.values()) if lang is None else [concept.labels.get(lang, "")]
    )
    texts = [concept.id, concept.definition, *labels]
    return not sought or any(sought in each.casefold() for each in texts)
