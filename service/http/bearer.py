"""Who may write: whoever holds the token (https://www.rfc-editor.org/rfc/rfc6750)."""

from __future__ import annotations

import hmac
import re

from flask import Blueprint, Response, request

from .context import context
from .problems import Problem, respond

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)

blueprint = Blueprint("bearer", __name__)


class Unauthorized(Problem):
    """A write by somebody who has not shown the token."""

    def __init__(self, detail: str, error: str = "") -> None:
        super().__init__(401, detail)
        self.error = error


def check_writer(detail: str) -> None:
    """Let a request go on if it may write.

    Args:
        detail: what to say where nobody may.

    Raises:
        Problem: the service is not writable, or the request does not hold its token.
    """
    shared = context()
    if not shared.store.writable:
        raise Problem(403, detail)
    header = request.headers.get("Authorization")
    if header is None:
        raise Unauthorized("writing needs the header Authorization: Bearer TOKEN")
    given = _BEARER.fullmatch(header.strip())
    if given is None or not hmac.compare_digest(given[1], shared.settings.token):
        raise Unauthorized("the header Authorization does not hold the token", "invalid_token")


@blueprint.app_errorhandler(Unauthorized)
def handle_unauthorized(problem: Unauthorized) -> Response:
    """Answer with the challenge of RFC 6750, section 3."""
    response = respond(problem)
    error = f', error="{problem.error}"' if problem.error else ""
    response.headers["WWW-Authenticate"] = f'Bearer realm="TONE"{error}'
    return response
