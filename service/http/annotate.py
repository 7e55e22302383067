"""POST /v1/annotate and /v1/annotate/batch: texts to concepts.

A text is answered and forgotten: it reaches no log, no error message and no cache.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from flask import Blueprint, Response, request

from ...ontology.errors import ToneError, UnknownName
from ..mapping.annotator import Annotator, InvalidOption
from ..mapping.engines import ENGINES, MissingModel
from ..mapping.settings import PROFILES
from .body import read_body
from .context import Context, context
from .jsontext import is_unicode, parse, shown
from .negotiation import choose
from .problems import Problem, failure, unacceptable

JSON = "application/json"
JSON_LINES = ("application/x-ndjson", "application/jsonl", "application/jsonlines")
"""JSON Lines, https://jsonlines.org, has no registered media type; these are in use."""

OPTIONS = ("language", "tier", "limit", "threshold", "explain", "scheme", "echo")
FIELDS = ("engine", "profile", *OPTIONS)
ROW_FIELDS = ("id", "text")

PIECE = 16
"""Rows of a batch that are answered in one turn; then other batches have theirs."""

_log = logging.getLogger("tone.errors")

blueprint = Blueprint("annotate", __name__, url_prefix="/v1/annotate")

Fields = dict[str, Any]


@blueprint.post("")
def annotate() -> Response:
    """Return the answer for one text."""
    accepted = _accepted([JSON])
    fields = _object(_body([JSON]), ("text", *FIELDS))
    if "text" not in fields:
        raise Problem(400, "text is missing", field="text")
    text = fields.pop("text")
    shared = context()
    _check_text(text, shared.settings.text_limit)
    return _respond(answers(shared, [text], fields)[0], accepted)


@blueprint.post("/batch")
def annotate_batch() -> Response:
    """Return the answers for many texts, in order; a bad row has an error in its place."""
    shared = context()
    if request.mimetype in JSON_LINES:
        accepted = _accepted([request.mimetype, *JSON_LINES])
        fields = {name: _value(name, text) for name, text in _url_parameters().items()}
        lines = [line for line in _body(JSON_LINES).split(b"\n") if line.strip()]
        pieces = _batch(shared, [_line(line) for line in lines], fields, "lines")
        return _stream((b"\n".join([*piece, b""]) for piece in pieces), accepted)
    accepted = _accepted([JSON])
    fields = _object(_body([JSON, *JSON_LINES]), ("texts", *FIELDS))
    rows = fields.pop("texts", None)
    if not isinstance(rows, list):
        raise Problem(400, "texts must be a list of texts", field="texts")
    pieces = _batch(shared, rows, fields, "texts")
    joined = (b", " * (at > 0) + b", ".join(piece) for at, piece in enumerate(pieces))
    return _stream(chain([b'{"results": ['], joined, [b"]}\n"]), accepted)


def answers(shared: Context, texts: list[str], fields: Fields) -> list[Fields]:
    """Return the answers for checked texts.

    Args:
        shared: the service.
        texts: within their limits.
        fields: the request's other fields, any of FIELDS.

    Raises:
        Problem: a field has a value that it cannot have; the problem names it.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    annotator = _annotator(shared, given)
    try:
        found = annotator.annotate(texts, **given)
    except InvalidOption as error:
        raise Problem(400, str(error), field=error.field) from None
    except UnknownName:
        # The message of this error would repeat what the client sent.
        known = sorted({each.scheme for each in shared.ontology.mappings})
        raise Problem(400, f"unknown scheme; known: {', '.join(known)}", field="scheme") from None
    return [each.to_dict() for each in found]


def _annotator(shared: Context, given: Fields) -> Annotator:
    names = {"engine": shared.engine, "profile": shared.settings.profile}
    for field, known in (("engine", tuple(ENGINES)), ("profile", PROFILES)):
        names[field] = given.pop(field, names[field])
        if names[field] not in known:
            raise Problem(400, f"unknown {field}; known: {', '.join(known)}", field=field)
    try:
        return shared.annotator(**names)
    except MissingModel:
        # Which files are missing is for those who run the service.
        detail = f"the engine {names['engine']} is not installed here"
        raise Problem(400, detail, field="engine") from None
    except ToneError as error:
        _log.error("the engine %s cannot be loaded: %s", names["engine"], error)
        detail = f"the engine {names['engine']} cannot be loaded here"
        raise Problem(500, detail, field="engine") from None


def _batch(shared: Context, rows: list[Any], fields: Fields, what: str) -> Iterator[list[bytes]]:
    """Return the results of a batch in order, each as JSON, a piece at a time.

    Each is written at once, since answers in Python take many times the memory of their JSON.
    """
    limit = shared.settings.batch_limit
    if len(rows) > limit:
        raise Problem(
            413, f"{len(rows):,} {what}; {limit:,} are allowed in one batch", field="texts"
        )
    answers(shared, [], fields)  # wrong options spoil all of the batch, not each row
    return (_piece(shared, rows[at : at + PIECE], at, fields) for at in range(0, len(rows), PIECE))


def _piece(shared: Context, rows: list[Any], begin: int, fields: Fields) -> list[bytes]:
    """Return the results of the rows of a batch that begin at an index, each as JSON."""
    results: list[Fields] = []
    texts = []
    for index, row in enumerate(rows, begin):
        name: Fields = {}
        try:
            name, text = _row(row)
            _check_text(text, shared.settings.text_limit)
            texts.append(text)
            results.append(name)
        except Problem as problem:
            results.append(_failed(name, index, problem))
    try:
        found = iter(answers(shared, texts, fields))
    except Exception as error:
        # The response has begun: what fails now must be told in its row, and spoil no other.
        if len(rows) > 1:
            alone = (_piece(shared, [row], at, fields) for at, row in enumerate(rows, begin))
            return list(chain.from_iterable(alone))
        return [_json(_failed(results[0], begin, failure(error)))]
    return [_json(each if "error" in each else each | next(found)) for each in results]


def _failed(name: Fields, index: int, problem: Problem) -> Fields:
    return {"id": name.get("id"), "index": index, "error": problem.document()}


def _json(value: Fields) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _row(row: Any) -> tuple[Fields, Any]:
    """Return what names a row, and its text."""
    if isinstance(row, Problem):
        raise row
    if not isinstance(row, dict):
        return {}, row
    name = row.get("id")
    if name is not None and (
        isinstance(name, bool) or not isinstance(name, str | int) or not is_unicode(str(name))
    ):
        raise Problem(400, "id must be a string or a whole number", field="id")
    # What is wrong with a row is told without losing its id.
    text = row.get("text")
    for field in row:
        if field not in ROW_FIELDS:
            text = Problem(400, "a row has an id and a text only", field=shown(field))
    return {"id": name} if "id" in row else {}, text


def _check_text(text: Any, limit: int) -> None:
    if isinstance(text, Problem):
        raise text
    if text is None:
        raise Problem(400, "text is null", field="text")
    if not isinstance(text, str):
        raise Problem(400, "text must be a string", field="text")
    if len(text) > limit:
        raise Problem(
            413, f"the text has {len(text):,} characters; {limit:,} are allowed", field="text"
        )
    if not is_unicode(text):
        raise Problem(400, "text holds a lone surrogate, which no Unicode text does", field="text")


def _body(media_types: Iterable[str]) -> bytes:
    media_types = list(dict.fromkeys(media_types))
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in media_types or charset not in ("utf-8", "utf8", "us-ascii"):
        raise Problem(415, f"the body must be {' or '.join(media_types)}, in UTF-8")
    return read_body()


def _object(data: bytes, known: Iterable[str]) -> Fields:
    for name in request.args:
        raise Problem(400, "options belong in the body", field=shown(name))
    value = parse(data)
    if not isinstance(value, dict):
        raise Problem(400, "the body must be a JSON object")
    for field in value:
        if field not in known:
            raise Problem(400, f"unknown field; known: {', '.join(known)}", field=shown(field))
    return value


def _url_parameters() -> dict[str, str]:
    values = {}
    for name, given in request.args.lists():
        if name not in FIELDS:
            raise Problem(400, f"unknown parameter; known: {', '.join(FIELDS)}", field=shown(name))
        if len(given) > 1:
            raise Problem(400, f"{name} is given {len(given)} times", field=name)
        values[name] = given[0]
    return values


def _value(name: str, text: str) -> Any:
    """Return a parameter of the URL as JSON would have it: a number, true or false, a string."""
    if name in ("engine", "profile", "language", "scheme"):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _line(line: bytes) -> Any:
    try:
        return parse(line)
    except Problem as problem:
        return problem


def _accepted(media_types: list[str]) -> str:
    accepted = choose(request.headers.get("Accept"), media_types)
    if accepted is None:
        raise unacceptable(media_types)
    return accepted


def _stream(parts: Iterable[bytes], media_type: str) -> Response:
    return Response(parts, content_type=media_type, headers={"Cache-Control": "no-store"})


def _respond(value: Any, media_type: str) -> Response:
    body = json.dumps(value, ensure_ascii=False) + "\n"
    return Response(body, mimetype=media_type, headers={"Cache-Control": "no-store"})
