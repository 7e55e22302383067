"""JSON as a client sends it, read strictly (https://www.rfc-editor.org/rfc/rfc8259)."""

from __future__ import annotations

import json
from typing import Any

from .problems import Problem


def parse(data: bytes) -> Any:
    """Return the value of a JSON text.

    Raises:
        Problem: it is not UTF-8, not JSON, nests too deeply, or an object repeats a name; `line`
            and `column` say where, if that is known.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(400, f"the body is not UTF-8 at byte {error.start}") from None
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise Problem(
            400,
            f"the body is not JSON at line {error.lineno}, column {error.colno}: {error.msg}",
            line=error.lineno,
            column=error.colno,
        ) from None
    except RecursionError:
        raise Problem(400, "the JSON of the body nests too deeply") from None
    except ValueError:
        raise Problem(400, "the JSON of the body holds a number that is too long") from None


def is_unicode(text: str) -> bool:
    """Return whether a string can be written as UTF-8: a lone surrogate (`\\ud800`) cannot."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def shown(field: str) -> str:
    """Return what a problem repeats of a field's name."""
    return field[:80] if is_unicode(field) else "?"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Problem(400, "an object of the body names this field twice", field=shown(twice))
    return values


def _constant(name: str) -> None:
    raise Problem(400, f"{name} is not JSON")
