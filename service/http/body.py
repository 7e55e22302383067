"""The bodies of requests: read whole, and as forms."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import request

from .problems import Problem

FORM = "application/x-www-form-urlencoded"
"""https://url.spec.whatwg.org/#application/x-www-form-urlencoded"""

MAX_PARAMETERS = 1_000


def read_body() -> bytes:
    """Return the body of the request, whole.

    Raises:
        RequestEntityTooLarge: it is larger than the settings allow.
        Problem: it is compressed.
    """
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding != "identity":
        raise Problem(415, "the body is compressed; send it as it is")
    return request.get_data()


def read_pairs(data: bytes, where: str) -> list[tuple[str, str]]:
    """Return the names and values of a form or of a URL's query string, in order.

    Args:
        data: as it was sent.
        where: what the data is, for the problem.

    Raises:
        Problem: it is not UTF-8, or has more than MAX_PARAMETERS.
    """
    try:
        return parse_qsl(
            data.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except UnicodeDecodeError:
        raise Problem(400, f"{where} is not UTF-8") from None
    except ValueError:
        raise Problem(400, f"{where} has more than {MAX_PARAMETERS:,} parameters") from None
