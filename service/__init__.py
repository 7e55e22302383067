"""TONE: text mapping, stores, SPARQL, REST and the command line."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .mapping.annotator import Annotator
    from .mapping.answer import Answer, to_frame

__all__ = ["Annotator", "Answer", "to_frame"]

_HOME = {
    "Annotator": ".mapping.annotator",
    "Answer": ".mapping.answer",
    "to_frame": ".mapping.answer",
}


def __getattr__(name: str) -> Any:
    """Import what the package exports when it is first asked for, so that nobody else waits."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name], __name__), name)
