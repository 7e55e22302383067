"""Errors as problem documents (RFC 9457, https://www.rfc-editor.org/rfc/rfc9457).

No problem repeats what a user sent to be mapped, and none tells how the service is built.
"""

from __future__ import annotations

import json
import logging
import traceback
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from ...ontology.answers import WrongEmotions
from ...ontology.errors import ToneError, UnknownName
from .negotiation import prefers_page

MEDIA_TYPE = "application/problem+json"
REFUSAL = "tone.refusal"
"""Name in a request's environment of the problem for which it is refused before it is looked at."""

RETRY_AFTER = "5"
"""Seconds after which a busy service may be asked again."""

_log = logging.getLogger("tone.errors")


class Problem(Exception):
    """An answer that is an error.

    Args:
        status: the HTTP status.
        detail: what is wrong and what to do, for people.
        extra: members of the document besides the standard ones, such as `field`, `line`.
    """

    def __init__(self, status: int, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.extra = extra

    def document(self) -> dict[str, Any]:
        """Return the problem document."""
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }


def unacceptable(offers: list[str]) -> Problem:
    """Return the problem of a request that accepts none of the media types on offer."""
    return Problem(406, f"this resource comes as {', '.join(offers)}")


def respond(problem: Problem) -> Response:
    """Return a problem as a response: a page for browsers, the document for all others."""
    if prefers_page(request.headers.get("Accept")):
        page = render_template("problem.html", problem=problem.document())
        response = Response(page, problem.status, mimetype="text/html")
    else:
        body = json.dumps(problem.document(), ensure_ascii=False)
        response = Response(body, problem.status, mimetype=MEDIA_TYPE)
    response.vary.add("Accept")
    if problem.status in (429, 503):
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def register(app: Flask) -> None:
    """Make an app answer every error with a problem document."""

    @app.before_request
    def refuse() -> None:
        if refusal := request.environ.get(REFUSAL):
            raise refusal

    @app.errorhandler(Problem)
    def handle_problem(problem: Problem) -> Response:
        return respond(problem)

    @app.errorhandler(HTTPException)
    def handle_http(error: HTTPException) -> Response:
        if error.code is None or error.code < 400:
            return error.get_response()  # type: ignore[return-value]
        response = respond(Problem(error.code, _detail(error)))
        for name, value in error.get_headers():
            if name == "Allow":
                response.headers[name] = value
        return response

    @app.errorhandler(UnknownName)
    def handle_unknown(error: UnknownName) -> Response:
        return respond(Problem(404, str(error)))

    @app.errorhandler(WrongEmotions)
    def handle_wrong_emotions(error: WrongEmotions) -> Response:
        return respond(Problem(400, str(error), field=error.field))

    @app.errorhandler(ToneError)
    def handle_tone(error: ToneError) -> Response:
        return respond(Problem(400, str(error)))

    @app.errorhandler(Exception)
    def handle_failure(error: Exception) -> Response:
        return respond(failure(error))


def failure(error: Exception) -> Problem:
    """Log an error that nobody foresaw, and return the problem that it means for a client."""
    # The message may hold a user's text, so only the type and the place are logged.
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = [f"{frame.filename}:{frame.lineno}" for frame in reversed(frames)]
    _log.error("%s at %s", type(error).__name__, " < ".join(places))
    return Problem(500, "the service failed to answer this; the failure was logged")


def _detail(error: HTTPException) -> str:
    if isinstance(error, RequestEntityTooLarge):
        return "the body of the request is larger than the service takes"
    if error.code == 404:
        return "there is nothing here; /docs lists what there is"
    if error.code == 405:
        return f"{request.method} is not possible here"
    return error.description or "the request cannot be answered"
