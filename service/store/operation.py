"""What changes a writable store, as a value that a journal and a socket can carry."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Update:
    """A request of SPARQL 1.1 Update that `check_update` let through.

    Args:
        text: what is executed: the request with the graphs of its parameters put in.
        base: the IRI that relative ones are resolved by, unless the text has a BASE.
        sent: what the client sent, if that is another text.
        shifts: how one became the other, step by step: see `rewriting.Shifts`.
        size: the characters outside of data blocks, which the stack must fit.
        plain: whether it surely deletes nothing and writes to none of the public graphs.
        repeatable: whether it surely does the same each time.
    """

    text: str
    base: str | None = None
    sent: str | None = None
    shifts: tuple[tuple[tuple[int, int, int], ...], ...] = ()
    size: int = 0
    plain: bool = False
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class GraphWrite:
    """A write of the Graph Store Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/).

    Args:
        method: PUT replaces the graph, POST adds to it, DELETE drops it.
        graph: the IRI of the graph, None for the default graph.
        base: the IRI that relative ones of the content are resolved by.
        contents: media types, of GRAPH_TYPES, each with a text; together they are the graph.
    """

    method: str
    graph: str | None
    base: str | None = None
    contents: tuple[tuple[str, str], ...] = ()


Operation = Update | GraphWrite


@dataclass(frozen=True, slots=True)
class Written:
    """What an operation did: whether it made the graph that it wrote."""

    created: bool = False


def to_json(operation: Operation) -> dict[str, Any]:
    """Return an operation as a JSON object."""
    return {"kind": type(operation).__name__, **asdict(operation)}


def from_json(value: dict[str, Any]) -> Operation:
    """Return the operation that `to_json` wrote."""
    members = {**value}
    if members.pop("kind") == Update.__name__:
        members["shifts"] = tuple(tuple(map(tuple, each)) for each in members["shifts"])
        return Update(**members)
    members["contents"] = tuple((kind, text) for kind, text in members["contents"])
    return GraphWrite(**members)
