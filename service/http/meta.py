"""What the service says of itself: its health, its contract and its documentation."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, current_app, render_template

from ...ontology.iris import DEFAULT_GRAPHS
from ..store import QueryFailed
from . import v1
from .context import context
from .metrics import MEDIA_TYPE
from .problems import Problem

blueprint = Blueprint("meta", __name__)


@blueprint.get("/health/live")
def live() -> Response:
    """Say that the process answers."""
    return _of_the_moment({"status": "live"})


@blueprint.get("/health/ready")
def ready() -> Response:
    """Say that the knowledge and the engine are loaded; of a store that is down, no number."""
    shared = context()
    if not shared.is_ready:
        raise Problem(503, "the engine is not loaded yet")
    try:
        graphs = shared.store.description().graphs
        triples = sum(graphs.get(each, 0) for each in DEFAULT_GRAPHS)
    except QueryFailed:
        triples = None
    return _of_the_moment(
        {
            "status": "ready",
            "ontology_version": shared.ontology.version,
            "engine": shared.engine,
            "concepts": len(shared.ontology.concepts),
            "terms": len(shared.ontology.terms),
            "triples": triples,
        }
    )


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return what all workers of this service have counted, for Prometheus."""
    text = current_app.extensions["tone-metrics"].text()
    return Response(text, content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def _of_the_moment(value: dict[str, Any]) -> Response:
    response = v1.respond(value)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Return the contract of the HTTP service (https://spec.openapis.org/oas/v3.1.0)."""
    return v1.respond(contract())


@blueprint.get("/docs")
def docs() -> str:
    """Show the contract as a page."""
    return render_template("docs.html", contract=contract(), resolve=_resolve)


@cache
def contract() -> dict[str, Any]:
    """Return the contract, read from `openapi.json`."""
    text = files(__package__).joinpath("openapi.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _resolve(value: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference within the contract stands for, or the value itself."""
    while "$ref" in value:
        found: Any = contract()
        for name in value["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        value = found
    return value
