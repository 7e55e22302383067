"""Hits of texts inside SPARQL: their triples become data of the query before a store sees it.

    ?hit tone:annotates "I miss her" ; tone:expresses ?e ; tone:score ?s

A hit is one concept that a text expresses, or one label or term that a search for it finds. What a
query says of hits stands for triples of the default graph that no store holds; each basic graph
pattern gets them as VALUES, so that every SPARQL 1.1 store answers the same.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...ontology.iris import PREFIXES, TONE
from .guard import QueryMalformed, QueryTooLong
from .hit_plan import ASKING, EXPRESSES, FOUND, SCORE, Plan, Table, Text
from .patterns import Reader


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit of a text.

    Args:
        name: what tells it from the others of its text; a part of an IRI.
        concept: the IRI of the concept.
        score: a decimal number, from 0 to 1.
        found: the IRI of what a search found.
    """

    name: str
    concept: str
    score: str
    found: str | None = None


Finder = Callable[[Sequence[Text]], list[list[Hit]]]
"""Returns the hits of each text."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A query with the hits in it, and from where each piece of its text came.

    Args:
        text: the query that a store can answer; each line is the line that it was.
        original: the query as it was.
        pieces: where a piece begins in the text, and in the original.
    """

    text: str
    original: str
    pieces: list[tuple[int, int]]

    def placed(self, error: QueryMalformed) -> QueryMalformed:
        """Return an error of the text as one of the original: with the column that is there."""
        if error.line is None or error.column is None:
            return error
        start = 0
        for _ in range(error.line - 1):
            start = self.text.find("\n", start) + 1
        at = start + error.column - 1
        index = bisect_right(self.pieces, (at, len(self.original)))
        begin, origin = self.pieces[index - 1]
        end = self.pieces[index][1] if index < len(self.pieces) else len(self.original)
        there = min(origin + at - begin, end)
        column = there - self.original.rfind("\n", 0, there)
        message = str(error).replace(
            f"line {error.line}, column {error.column}", f"line {error.line}, column {column}"
        )
        return QueryMalformed(message, error.line, column)


def rewrite(
    text: str, base: str | None, find: Finder, max_texts: int, max_length: int
) -> Rewritten | None:
    """Return a query with the hits of its texts in it.

    Args:
        text: a query that `guard.check` let through.
        base: the IRI that its relative ones are resolved by.
        find: finds the hits of texts; it is called once, when all else is known to be right.
        max_texts: how many different texts a query may hold.
        max_length: characters that it may have with the hits in it.

    Returns:
        None if the query asks for no hits.

    Raises:
        QueryMalformed: the query is not SPARQL.
        QueryRefused: hits are asked for where they cannot be given.
        QueryTooLong: it holds too many texts or hits, or is nested too deeply.
    """
    reader = Reader(text, PREFIXES, base)
    if not reader.names(ASKING):
        return None
    try:
        plan = Plan(reader, max_texts)
    except RecursionError:
        raise QueryTooLong("the query nests more brackets than can be read") from None
    hits = dict(zip(plan.texts, find(list(plan.texts)), strict=True)) if plan.texts else {}
    return _carried_out(text, plan, hits, max_length)


def _carried_out(
    source: str, plan: Plan, hits: dict[Text, list[Hit]], max_length: int
) -> Rewritten:
    """Return a query with tables of these hits in it."""
    changes = [(start, 0, end, "") for start, end in plan.removed]
    room = max_length - len(source)
    for table in plan.tables:
        rows = [
            (TONE + f"hit/{plan.texts[text]}-{hit.name}", hit)
            for text in table.texts
            for hit in hits[text]
        ]
        values = _values(table, rows) + " "
        room -= len(values)
        if room < 0:
            raise QueryTooLong(
                f"with the hits of its texts the query has more than {max_length:,} characters"
            )
        changes.append((table.start, -1, table.start, values))
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    length = at = 0

    def add(text: str, origin: int) -> None:
        nonlocal length
        pieces.append((length, origin))
        parts.append(text)
        length += len(text)

    for start, _, end, new in sorted(changes, key=lambda each: each[:2]):
        add(source[at:start], at)
        add(new or _blank(source[start:end]), start)
        at = end
    add(source[at:], at)
    return Rewritten("".join(parts), source, pieces)


def _values(table: Table, rows: list[tuple[str, Hit]]) -> str:
    columns = [table.variable] if table.variable else []
    columns += [node.token.value for _, node in table.wanted if node.kind == "variable"]
    columns = list(dict.fromkeys(columns))
    found = [row for iri, hit in rows if (row := _row(table, iri, hit)) is not None]
    if columns:
        data = " ".join(f"({' '.join(row[each] for each in columns)})" for row in found)
        return f"VALUES ({' '.join('?' + each for each in columns)}) {{ {data} }}"
    # Not every store takes VALUES without variables.
    return " UNION ".join(["{}"] * len(found)) or "FILTER(false)"


def _row(table: Table, iri: str, hit: Hit) -> dict[str, str] | None:
    """Return the values of a hit by variable, None if it is not what is wanted."""
    row = {table.variable: f"<{iri}>"} if table.variable else {}
    for predicate, node in table.wanted:
        value = {EXPRESSES: hit.concept, FOUND: hit.found, SCORE: hit.score}[predicate]
        if value is None:
            return None
        term = value if predicate == SCORE else f"<{value}>"
        if node.kind == "variable":
            if row.setdefault(node.token.value, term) != term:
                return None
        elif node.iri and node.iri != value:
            return None
    return row


def _blank(text: str) -> str:
    """Return nothing but the line ends of a text, and a space in place of the rest."""
    return re.sub(r"[^\r\n]+", " ", text)
