"""`tone query`: the served graph in SPARQL, without a server."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import click

from ...ontology.errors import ToneError
from .graph import print_table
from .rows import escape

RESULT_FORMATS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPH_FORMATS = {
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
SECONDS = 600.0
"""How long a query may run here: the public endpoint allows less."""
MAX_BYTES = 2**30
"""How large its answer may be."""

_LOCAL = re.compile(r"[A-Za-z_][\w-]*")


@click.command("query", short_help="Ask the knowledge graph in SPARQL.")
@click.argument("query", required=False)
@click.option(
    "-f", "--file", metavar="FILE", help="Read the query from a file; - is standard input."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", *RESULT_FORMATS, *GRAPH_FORMATS]),
    help="Format of the answer. For SELECT and ASK: table (the default), json, xml, csv, tsv."
    " For CONSTRUCT and DESCRIBE: turtle (the default), ntriples, rdfxml, jsonld.",
)
def query_command(query: str | None, file: str | None, format_: str | None) -> None:
    """Ask the knowledge graph of the installed TONE in SPARQL 1.1.

    The usual prefixes (tone, skos, rdfs, owl, ontolex and more) are declared already, for
    example: SELECT ?o WHERE { tone:Joy tone:isOppositeOf ?o }
    """
    if (query is None) == (file is None):
        raise click.UsageError("Give a QUERY, or --file FILE.")
    from ..store import QueryMalformed, check, open_store
    from ..text_hits import open_hits

    name = "standard input" if file == "-" else file
    try:
        checked = check(query if query is not None else _read(str(file)))
        graph = checked.form in ("CONSTRUCT", "DESCRIBE")
        format_ = format_ or ("turtle" if graph else "table")
        if graph != (format_ in GRAPH_FORMATS):
            raise click.UsageError(f"--format {format_} does not fit {checked.form}.")
        media_type = {**RESULT_FORMATS, **GRAPH_FORMATS}.get(format_, RESULT_FORMATS["json"])
        store = open_store(seconds=SECONDS, max_bytes=MAX_BYTES)
        answer = open_hits().query(store, checked, media_type)
    except QueryMalformed as error:
        where = f"{name}: " if name else ""
        place = f" (line {error.line}, column {error.column})" if error.line else ""
        raise ToneError(f"{where}{error}{'' if 'column' in str(error) else place}") from None
    if format_ == "table":
        _print(json.loads(answer))
    else:
        sys.stdout.buffer.write(answer if answer.endswith(b"\n") else answer + b"\n")
        sys.stdout.buffer.flush()


def _read(file: str) -> str:
    try:
        if file == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig")
        with open(file, "rb") as stream:
            return stream.read().decode("utf-8-sig")
    except OSError as error:
        raise ToneError(f"cannot read {file}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ToneError(f"{file}: byte {error.start + 1} is not UTF-8") from None


def _print(answer: dict[str, Any]) -> None:
    if "boolean" in answer:
        click.echo("true" if answer["boolean"] else "false")
        return
    variables = answer["head"]["vars"]
    rows = answer["results"]["bindings"]
    print_table(variables, ([_cell(row.get(name)) for name in variables] for row in rows))
    click.echo(f"tone: {len(rows):,} row{'' if len(rows) == 1 else 's'}", err=True)


def _cell(term: dict[str, Any] | None) -> str:
    from ...ontology.iris import PREFIXES

    if term is None:
        return ""
    value = str(term.get("value", ""))
    if term["type"] == "bnode":
        return f"_:{value}"
    if term["type"] != "uri":
        return escape(value)
    for prefix, namespace in PREFIXES.items():
        if value.startswith(namespace) and _LOCAL.fullmatch(value[len(namespace) :]):
            return f"{prefix}:{value[len(namespace) :]}"
    return f"<{value}>"
