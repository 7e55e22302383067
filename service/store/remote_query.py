"""A query as it is sent to a remote store: complete in itself, and about our graphs alone.

What is predeclared here is written into the text, the graphs it names by FROM become a dataset
of the protocol, and what would reach the remote's own extensions is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import pyoxigraph as ox

from ...ontology.iris import DEFAULT_GRAPHS, GRAPH_PROPOSALS, PREFIXES, TONE
from .guard import (
    PROLOGUE,
    Query,
    QueryMalformed,
    QueryRefused,
    position,
    read_tokens,
)
from .operation import Update
from .update_guard import with_dataset

SERVED_GRAPHS = (*DEFAULT_GRAPHS, GRAPH_PROPOSALS)
"""IRIs of all named graphs that are served."""

NOTHING = TONE + "graph/nothing"
"""IRI of a graph that no store holds, for a part of a dataset that is to be empty.

Left out, Virtuoso takes all that it has.
"""

_VENDOR = re.compile(r"<(?:bif|sql):|<https?://www\.openlinksw\.com/schemas/", re.IGNORECASE)
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_BEFORE_PREDICATE = frozenset(")];[")


@dataclass(frozen=True, slots=True)
class RemoteQuery:
    """A query for a remote store.

    Args:
        text: what is sent.
        form: one of `guard.FORMS`.
        default_graphs: IRIs of the graphs whose union is the default graph; at least one.
        named_graphs: IRIs of the graphs that GRAPH can reach; at least one.
        all_variables: whether it is a `SELECT *`, for which each store has its own order.
    """

    text: str
    form: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    all_variables: bool = False


def prepare(
    query: Query,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    base: str | None = None,
) -> RemoteQuery:
    """Return what is sent for a query whose syntax is known to be right.

    Args:
        query: the query.
        default_graphs: what the caller names as the default graph; it counts more than FROM.
        named_graphs: what the caller names for GRAPH.
        base: the IRI that relative ones are resolved by.

    Raises:
        QueryMalformed: it calls a function that SPARQL does not have.
        QueryRefused: it holds names of the extensions of a vendor.
    """
    tokens = [each for each in read_tokens(query.text) if each.lastgroup != "comment"]
    start = next(
        each.start()
        for each in tokens
        if each.lastgroup == "word" and each.group().upper() not in PROLOGUE
    )
    prologue = _complete(query.text[:start], tokens, base)
    _refuse_extensions(query.text, tokens, prologue)
    text, given = _without_dataset(query.text, tokens, prologue)
    if default_graphs or named_graphs:
        given = (list(default_graphs), list(named_graphs))
    default, named = (DEFAULT_GRAPHS, SERVED_GRAPHS) if given is None else map(_served, given)
    words = [each.group().upper() for each in tokens if each.start() >= start][:3]
    star = words[:2] == ["SELECT", "*"] or (
        words[:1] == ["SELECT"] and words[1] in ("DISTINCT", "REDUCED") and words[2] == "*"
    )
    return RemoteQuery(prologue + text[start:], query.form, default, named, star)


def prepare_update(update: Update) -> str:
    """Return what is sent for an update whose syntax is known to be right.

    Its patterns see the served graphs, where it does not name others.

    Args:
        update: the update.

    Raises:
        QueryMalformed: it calls a function that SPARQL does not have.
        QueryRefused: it holds names of the extensions of a vendor.
    """
    text = with_dataset(update.text, DEFAULT_GRAPHS, SERVED_GRAPHS)
    tokens = [each for each in read_tokens(text) if each.lastgroup != "comment"]
    words = (each for each in tokens if each.lastgroup == "word")
    first = next((each for each in words if each.group().upper() not in PROLOGUE), None)
    start = first.start() if first else len(text)
    prologue = _complete(text[:start], tokens, update.base)
    _refuse_extensions(text, tokens, prologue)
    return prologue + text[start:]


def _served(graphs: Sequence[str]) -> tuple[str, ...]:
    """Return those of the graphs that are served: a remote store might fetch the others."""
    return tuple(each for each in SERVED_GRAPHS if each in graphs) or (NOTHING,)


def _complete(prologue: str, tokens: list[re.Match[str]], base: str | None) -> str:
    """Return the prologue with what the query uses without declaring it."""
    declared = {
        after.group("prefix")
        for before, after in pairwise(tokens)
        if before.group().upper() == "PREFIX" and after.lastgroup == "name"
    }
    used = {each.group("prefix") for each in tokens if each.lastgroup == "name"}
    needed = "".join(
        f"PREFIX {each}: <{PREFIXES[each]}> " for each in PREFIXES if each in used - declared
    )
    # Virtuoso takes one BASE only: where the query begins with its own, ours has no effect.
    first = [each.group() for each in tokens[:2]]
    if len(first) == 2 and first[0].upper() == "BASE" and _ABSOLUTE.match(first[1]):
        base = None
    relative = any(
        (each.lastgroup == "iri" and not _ABSOLUTE.match(each.group()))
        or (each.lastgroup == "word" and each.group().upper() in ("IRI", "URI"))
        for each in tokens
    )
    return (f"BASE <{base}> " if base and relative else "") + prologue + needed


def _refuse_extensions(text: str, tokens: list[re.Match[str]], prologue: str) -> None:
    """Raise if a query names a vendor's extension or calls a function that SPARQL lacks."""
    values = ["", *(each.group() for each in tokens), ""]
    kinds = ["", *(each.lastgroup for each in tokens), ""]
    in_modifier = False
    for index, token in enumerate(tokens, 1):
        kind, value = kinds[index], values[index]
        if kind == "iri" and _VENDOR.match(value):
            raise QueryRefused(
                "extensions of a vendor are not available here", *position(text, token.start())
            )
        if kind == "word":
            in_modifier = value.upper() in ("BY", "HAVING", "ASC", "DESC")
        elif value in ("{", "}"):
            in_modifier = False
        if kind not in ("iri", "name") or values[index + 1] != "(":
            continue
        # After a subject, a verb and the list that is its object; everything else is a call.
        is_verb = kinds[index - 1] in ("variable", "iri", "name", "string")
        is_verb = is_verb or values[index - 1] in _BEFORE_PREDICATE
        if (in_modifier or not is_verb) and not _is_function(prologue, value):
            raise QueryMalformed(
                "the query calls a function that does not exist here",
                *position(text, token.start()),
            )


@lru_cache(maxsize=1000)
def _is_function(prologue: str, name: str) -> bool:
    """Return whether SPARQL as the embedded store has it knows a function of that name."""
    try:
        list(ox.Store().query(f'{prologue} SELECT ({name}("1") AS ?x) {{}}'))  # type: ignore[arg-type]
    except (RuntimeError, ValueError, SyntaxError):
        return False
    return True


def _without_dataset(
    text: str, tokens: list[re.Match[str]], prologue: str
) -> tuple[str, tuple[list[str], list[str]] | None]:
    """Return a query without its FROM clauses, and what they named, None if there are none.

    Should one be overlooked it does no harm: a dataset is always sent, and counts more.
    """
    default: list[str] = []
    named: list[str] = []
    depth, found, kept, begin = 0, False, "", 0
    for index, token in enumerate(tokens):
        value = token.group()
        depth += (value in ("{", "(", "[")) - (value in ("}", ")", "]"))
        if depth > 0 or token.lastgroup != "word" or value.upper() != "FROM":
            continue
        following = tokens[index + 1 : index + 3]
        graphs = default
        if following and following[0].group().upper() == "NAMED":
            graphs, following = named, following[1:]
        if not following or following[0].lastgroup not in ("iri", "name"):
            continue
        graphs.append(_resolve(prologue, following[0].group()))
        kept += text[begin : token.start()] + " "
        begin, found = following[0].end(), True
    return kept + text[begin:], (default, named) if found else None


def _resolve(prologue: str, name: str) -> str:
    """Return the IRI that a name stands for after a prologue."""
    try:
        [row] = ox.Store().query(f"{prologue} SELECT ({name} AS ?iri) {{}}")  # type: ignore[misc]
    except (ValueError, SyntaxError, RuntimeError):
        return NOTHING
    return str(row["iri"].value)
