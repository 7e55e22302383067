"""What the page of a query's answer shows."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from ..store import GRAPH_TYPES, QUAD_TYPES, RESULT_TYPES, Query
from .context import Context
from .links import link, shorten
from .sparql_request import SparqlRequest

SHOWN_ROWS = 1_000
"""Rows that the page shows; it says so when there are more."""

EXAMPLES = {
    "Tertiary kinds of joy": "SELECT ?c WHERE { ?c rdfs:subClassOf+ tone:Joy ; tone:tier 3 }",
    "The opposite of joy": "SELECT ?o WHERE { tone:Joy tone:isOppositeOf ?o }",
    "What emotions are composed of": "SELECT ?whole ?part WHERE { ?whole tone:isComposedOf ?part }",
    "Combinations and what they lead to": (
        "SELECT ?a ?b ?c WHERE {\n"
        "  ?k a tone:Combination ; tone:hasOperand ?a, ?b ; tone:leadsTo ?c\n"
        "  FILTER(str(?a) < str(?b))\n}"
    ),
    "What a text expresses": (
        "SELECT ?concept ?score WHERE {\n"
        '  ?hit tone:annotates "I miss her so much" ; tone:expresses ?concept ; tone:score ?score\n'
        "} ORDER BY DESC(?score)"
    ),
    "Terms and labels like “heartbr”": (
        "SELECT ?found ?concept ?score WHERE {\n"
        '  ?hit tone:matches "heartbr" ; tone:found ?found ;\n'
        "       tone:expresses ?concept ; tone:score ?score\n"
        "} ORDER BY DESC(?score)"
    ),
    "What “heartbroken” expresses": (
        "SELECT ?concept ?score WHERE {\n"
        '  ?e ontolex:canonicalForm/ontolex:writtenRep "heartbroken"@en ; ontolex:sense ?s .\n'
        "  ?s ontolex:reference ?concept ; tone:score ?score\n}"
    ),
}
"""Queries to begin with, by what they ask."""

Result = dict[str, Any]


def result(shared: Context, query: Query, asked: SparqlRequest) -> Result:
    """Return the answer to a query, ready for the page's template."""
    if query.form in ("CONSTRUCT", "DESCRIBE"):
        return {"graph": shared.query(query, "text/turtle", *asked.scope).decode("utf-8")}
    answer = json.loads(shared.query(query, "application/sparql-results+json", *asked.scope))
    if "boolean" in answer:
        return {"boolean": answer["boolean"]}
    names, rows = answer["head"]["vars"], answer["results"]["bindings"]
    return {
        "columns": names,
        "total": len(rows),
        "rows": [[_cell(row.get(name)) for name in names] for row in rows[:SHOWN_ROWS]],
    }


def downloads(asked: SparqlRequest, shown: Result | None) -> dict[str, str]:
    """Return the addresses of the same answer in each data format, by the format's name."""
    if shown is None:
        return {}
    formats = GRAPH_TYPES | QUAD_TYPES if "graph" in shown else RESULT_TYPES
    dataset = [("default-graph-uri", each) for each in asked.default_graphs]
    dataset += [("named-graph-uri", each) for each in asked.named_graphs]
    if asked.seconds is not None:
        dataset.append(("timeout", f"{asked.seconds:g}"))
    return {
        name: "/sparql?" + urlencode([("query", asked.query), *dataset, ("format", name)])
        for name in formats.values()
    }


def _cell(term: dict[str, Any] | None) -> dict[str, str | None]:
    """Return what a cell shows: a text, a link if it is an IRI, and a note on a literal."""
    if term is None:
        return {"text": "", "link": None, "note": None}
    if term["type"] == "uri":
        return {"text": shorten(term["value"]), "link": link(term["value"]), "note": None}
    if term["type"] == "bnode":
        return {"text": "_:" + term["value"], "link": None, "note": None}
    if not isinstance(term["value"], str):
        return {"text": json.dumps(term["value"], ensure_ascii=False), "link": None, "note": None}
    note = term.get("xml:lang") or shorten(term.get("datatype", ""))
    return {"text": term["value"], "link": None, "note": note or None}
