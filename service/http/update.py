"""Updates by the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/#update-operation)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ..store import JournalFailed, NoSuchGraph, UpdateFailed, check_update
from .bearer import check_writer
from .body import FORM, read_body, read_pairs
from .context import context
from .problems import Problem, respond
from .sparql_request import READ_ONLY, UPDATE, check_charset, endpoint, read_direct, url_pairs

blueprint = Blueprint("update", __name__)


@blueprint.post("/update")
def update() -> Response:
    """Do an update."""
    check_writer(READ_ONLY)
    pairs = url_pairs()
    if any(name in ("query", "update") for name, _ in pairs):
        raise Problem(400, "an update comes in the body, not in the URL", field="update")
    if request.mimetype in (FORM, UPDATE):
        check_charset()
    if request.mimetype == FORM:
        pairs += read_pairs(read_body(), "the body")
    elif request.mimetype == UPDATE:
        pairs.append(("update", read_direct()))
    else:
        raise Problem(415, f"an update is posted as {UPDATE} or {FORM}")
    if any(name == "query" for name, _ in pairs):
        raise Problem(400, "a query and an update cannot be sent together", field="query")

    def values(name: str) -> tuple[str, ...]:
        return tuple(value for each, value in pairs if each == name)

    texts = values("update")
    if len(texts) != 1:
        problem = f"update is given {len(texts)} times" if texts else "update is missing"
        raise Problem(400, problem, field="update")
    text = texts[0].removeprefix("\ufeff")
    if not text.strip():
        raise Problem(400, "update is empty", field="update")
    settings = context().settings
    operation = check_update(
        text,
        endpoint(),
        values("using-graph-uri"),
        values("using-named-graph-uri"),
        settings.query_length,
        settings.query_depth,
    )
    context().store.write(operation)
    return Response(status=204)


def asks_update() -> bool:
    """Return whether a request to the endpoint for queries holds an update."""
    if request.method != "POST":
        return False
    if request.mimetype != FORM:
        return request.mimetype == UPDATE
    return any(name == "update" for name, _ in read_pairs(read_body(), "the body"))


@blueprint.app_errorhandler(NoSuchGraph)
def handle_missing(error: NoSuchGraph) -> Response:
    """Answer a write that needs a graph that is not there."""
    return respond(Problem(404, str(error)))


@blueprint.app_errorhandler(UpdateFailed)
def handle_conflict(error: UpdateFailed) -> Response:
    """Answer an update that what the store holds does not allow."""
    return respond(Problem(409, str(error)))


@blueprint.app_errorhandler(JournalFailed)
def handle_journal(error: JournalFailed) -> Response:
    """Answer a write that could not be kept."""
    return respond(Problem(500, str(error)))
