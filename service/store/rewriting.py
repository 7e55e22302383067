"""Changes to the text of an update, and where a place of the changed text was before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from ...ontology.iris import PREFIXES
from .guard import _CLOSING, _OPENING, PROLOGUE, QueryMalformed, position, read_tokens

Edit = tuple[int, int, str]
"""What stands in the place of the characters from one offset to another."""

Shifts = tuple[tuple[int, int, int], ...]
"""Of each edit the offset in the changed text, the characters there, and those before."""

NAME = re.compile(
    r"(?P<prefix>(?:(?:[\w-]|[^\x00-\x7f])(?:\.+(?=[\w-]|[^\x00-\x7f]))?)*)"
    r":(?P<local>(?:(?:[\w:%-]|\\.|[^\x00-\x7f])(?:\.+(?=[\w:%\\-]|[^\x00-\x7f]))?)*)"
)
"""A prefixed name (https://www.w3.org/TR/sparql11-query/#rPrefixedName), dots and all."""

_ESCAPE = re.compile(r"\\(.)")


def edited(text: str, edits: Iterable[Edit]) -> tuple[str, Shifts]:
    """Return a text with edits made, none of which overlap, and how they shift it."""
    pieces, shifts, done, length = [], [], 0, 0
    for begin, end, new in sorted(edits):
        pieces += [text[done:begin], new]
        length += begin - done
        shifts.append((length, len(new), end - begin))
        length += len(new)
        done = end
    return "".join([*pieces, text[done:]]), tuple(shifts)


def original(offset: int, shifts: Shifts) -> int:
    """Return where a place of a changed text was in the text before."""
    moved = 0
    for begin, new, old in shifts:
        if offset < begin:
            break
        if offset < begin + new:
            return begin + moved
        moved += old - new
    return offset + moved


def late_declarations(text: str, base: str | None) -> list[Edit]:
    """Return the edits of an update that take out PREFIX and BASE between its operations.

    The standard allows them there (https://www.w3.org/TR/sparql11-query/#rUpdate), Oxigraph does
    not. Names and relative IRIs that depend on them are written out in full.

    Raises:
        QueryMalformed: a declaration is none, or a name or IRI is not valid.
    """
    edits: list[Edit] = []
    declared = dict(PREFIXES)
    late: set[str] = set()
    depth, after, rebased = 0, False, False
    tokens = _tokens(text)
    for kind, match in tokens:
        value = match.group()
        word = value.upper() if kind == "word" else ""
        if value in _OPENING:
            depth += 1
        elif value in _CLOSING:
            depth -= 1
        elif depth == 0 and value == ";":
            after = True
        elif depth == 0 and word in PROLOGUE:
            prefix = next(tokens, ("", match))[1].group() if word == "PREFIX" else ""
            end_kind, end = next(tokens, ("", match))
            if end_kind != ("string" if word == "VERSION" else "iri"):
                raise _malformed(text, match.start())
            if word == "PREFIX":
                declared[prefix[:-1]] = _resolve(text, end, base)
                late |= {prefix[:-1]} if after else set()
            elif word == "BASE":
                base = _resolve(text, end, base)
                rebased = rebased or after
            if after:
                edits.append((match.start(), end.end(), ""))
        elif kind == "name" and match["prefix"] in late:
            iri = declared[match["prefix"]] + _ESCAPE.sub(r"\1", match["local"])
            try:
                edits.append((match.start(), match.end(), str(ox.NamedNode(iri))))
            except ValueError:  # an escape must not end the IRI
                raise _malformed(text, match.start()) from None
        elif kind == "iri" and rebased:
            edits.append((match.start(), match.end(), f"<{_resolve(text, match, base)}>"))
    return edits


def _tokens(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield tokens with their kinds; names may hold dots, which those of `guard` do not."""
    place = 0
    for token in read_tokens(text):
        if token.start() < place or token.lastgroup == "comment":
            continue
        name = NAME.match(text, token.start()) if token.lastgroup in ("name", "word") else None
        place = (name or token).end()
        yield ("name", name) if name else (str(token.lastgroup), token)


def _resolve(text: str, iri: re.Match[str], base: str | None) -> str:
    try:
        [quad] = ox.parse(f"{iri.group()} <a:> <a:> .", format=ox.RdfFormat.TURTLE, base_iri=base)
    except (SyntaxError, ValueError):
        raise _malformed(text, iri.start()) from None
    return str(quad.subject.value)


def _malformed(text: str, start: int) -> QueryMalformed:
    line, column = position(text, start)
    return QueryMalformed(f"the update is malformed at line {line}, column {column}", line, column)
