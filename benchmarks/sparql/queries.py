"""The data that every server is given, the queries, and the answers that they must have."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from tone_kg.ontology.iris import DEFAULT_GRAPHS

from benchmarks.serve import TONE

SEED = 1
SMALL = 6_000
"""How many different texts a client goes through; a server that caches texts gains nothing."""

MEDIUM = 2_000
ROWS = 2_400
"""How many rows a medium result has."""

CHECKED = {"small": 20, "term": 20, "medium": 4}
"""How many answers of a server are compared before it is timed."""

JSON = "application/sparql-results+json"

PREFIXES = """\
PREFIX ontolex: <http://www.w3.org/ns/lemon/ontolex#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX tone: <https://w3id.org/tone/>
"""
LABEL = "SELECT ?concept WHERE { ?concept skos:hiddenLabel %s }"
TERM = (
    "SELECT ?concept ?score WHERE { "
    "?e ontolex:canonicalForm/ontolex:writtenRep %s ; ontolex:sense ?s . "
    "?s ontolex:reference ?concept ; tone:score ?score }"
)
TABLE = (
    "SELECT ?term ?concept WHERE { "
    "?e ontolex:canonicalForm/ontolex:writtenRep ?term ; ontolex:denotes ?concept }"
)

Rows = Counter[frozenset[tuple[str, str]]]
Answer = Callable[[str], bytes]


@dataclass(frozen=True)
class Data:
    """What the service's default graph holds, as one file, and a store that answers from it.

    Args:
        file: the triples as N-Triples.
    """

    file: Path

    @classmethod
    def build(cls, folder: Path) -> Data:
        """Build the served graph in a folder, and unite the graphs of the default graph."""
        subprocess.run([TONE, "build", "-o", folder], check=True, stdout=subprocess.DEVNULL)
        united = {
            f"{quad.triple} .\n"
            for quad in ox.parse(path=folder / "tone-full.nq")
            if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value in DEFAULT_GRAPHS
        }
        file = folder / "default.nt"
        file.write_text("".join(sorted(united)), encoding="utf-8")
        return cls(file)

    @cached_property
    def store(self) -> ox.Store:
        """The reference: the library itself, without any server."""
        store = ox.Store()
        store.bulk_load(path=self.file, format=ox.RdfFormat.N_TRIPLES)
        return store

    def answer(self, text: str) -> bytes:
        """Return the reference's answer to a query, as JSON."""
        results = self.store.query(text)
        assert isinstance(results, ox.QuerySolutions)
        written = results.serialize(format=ox.QueryResultsFormat.JSON)
        assert written is not None
        return written

    def queries(self) -> dict[str, list[str]]:
        """Return the texts of each size, in an order that is always the same."""
        found = json.loads(self.answer(PREFIXES + "SELECT ?l { ?c skos:hiddenLabel ?l }"))
        labels = sorted(
            {
                row["l"]["value"]
                for row in found["results"]["bindings"]
                if row["l"].get("xml:lang") == "en"
            }
        )
        rows = len(self._table)
        offsets = [SEED + at * (rows - ROWS) // MEDIUM for at in range(MEDIUM)]
        literals = [json.dumps(label, ensure_ascii=False) + "@en" for label in labels]
        draw = random.Random(SEED).sample
        return {
            "small": [
                PREFIXES + LABEL % each for each in draw(literals, min(SMALL, len(literals)))
            ],
            "term": [PREFIXES + TERM % each for each in draw(literals, min(SMALL, len(literals)))],
            "medium": [
                f"{PREFIXES}{TABLE} OFFSET {each} LIMIT {ROWS}" for each in draw(offsets, MEDIUM)
            ],
        }

    @cached_property
    def _table(self) -> list[frozenset[tuple[str, str]]]:
        return list(rows_of(self.answer(PREFIXES + TABLE)).elements())

    def differences(self, answer: Answer, queries: dict[str, list[str]]) -> list[str]:
        """Return what is wrong with a server's answers; nothing if they are the reference's.

        A page of a table that is in no order may hold any of its rows, but only these, and as
        many as it is asked for.

        Args:
            answer: asks the server.
            queries: texts of each size.
        """
        wrong = []
        lookups = [text for size in ("small", "term") for text in queries[size][: CHECKED[size]]]
        for text in lookups:
            if rows_of(answer(text)) != rows_of(self.answer(text)):
                wrong.append(f"other rows than expected: {text}")
        if rows_of(answer(PREFIXES + TABLE)) != Counter(self._table):
            wrong.append(f"other rows than expected: {TABLE}")
        known = set(self._table)
        for text in queries["medium"][: CHECKED["medium"]]:
            page = rows_of(answer(text))
            if page.total() != ROWS or not page.keys() <= known:
                wrong.append(f"{page.total()} rows, not {ROWS} of the table: {text}")
        return wrong


def rows_of(answer: bytes) -> Rows:
    """Return the rows of a SELECT result in JSON, each with how often it is there."""
    bindings: Iterable[dict[str, Any]] = json.loads(answer)["results"]["bindings"]
    return Counter(
        frozenset((name, _plain(term)) for name, term in row.items()) for row in bindings
    )


def _plain(term: dict[str, str]) -> str:
    """Return a term as text, the same for the ways in which servers write it."""
    if term["type"] == "uri":
        return f"<{term['value']}>"
    try:
        value = f"{Decimal(term['value']).normalize():f}" if "datatype" in term else term["value"]
    except InvalidOperation:
        value = term["value"]
    return f'"{value}"@{term.get("xml:lang", "")}'
