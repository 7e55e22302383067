"""/v1/combine, /v1/opposite and /v1/path: what the links between emotions answer."""

from __future__ import annotations

from flask import Blueprint, Response

from .. import link_answers
from .context import context
from .problems import Problem
from .v1 import flag, parameters, respond

blueprint = Blueprint("links", __name__, url_prefix="/v1")


@blueprint.get("/combine")
def combine() -> Response:
    """Return where two or three emotions lead when they are felt together."""
    shared = context()
    options = parameters("emotions", "inherited")
    emotions = [each.strip() for each in _given(options, "emotions").split(",")]
    if not all(emotions):
        raise Problem(400, "emotions are ids or labels with commas between them", field="emotions")
    inherited = flag(options, "inherited")
    return respond(link_answers.combine(shared.ontology, emotions, shared.proposals, inherited))


@blueprint.get("/opposite")
def opposite() -> Response:
    """Return the opposites of an emotion."""
    shared = context()
    options = parameters("emotion", "inherited")
    emotion, inherited = _given(options, "emotion"), flag(options, "inherited")
    return respond(link_answers.opposite(shared.ontology, emotion, shared.proposals, inherited))


@blueprint.get("/path")
def path() -> Response:
    """Return the shortest explained path from one emotion to another."""
    shared = context()
    options = parameters("from", "to")
    start, end = _given(options, "from"), _given(options, "to")
    return respond(link_answers.path(shared.ontology, start, end))


def _given(options: dict[str, str], name: str) -> str:
    value = options.get(name, "").strip()
    if not value:
        raise Problem(400, f"{name} is missing", field=name)
    return value
