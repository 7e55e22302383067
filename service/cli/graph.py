"""`tone lookup` and `tone show`: the knowledge, a term or a concept at a time."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ...ontology.model import Concept, Evidence, Ontology, Term

KINDS = {"isOppositeOf": "opposite of", "isComposedOf": "composed of", "leadsTo": "leads to"}


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their columns' names, aligned, on standard output."""
    lines = [list(columns), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output, decimals as numbers."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{value!r} is not for JSON")


FORMAT = click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of the output.",
)


@click.command("lookup", short_help="Show which concepts a term expresses.")
@click.argument("term", nargs=-1, required=True)
@FORMAT
def lookup_command(term: tuple[str, ...], format_: str) -> None:
    """Show which concepts a term expresses, with score, source and status.

    The term is looked up in the vocabulary of the installed TONE, whatever its case, hyphens and
    apostrophes; if it is not there, the terms are shown that it is an inflected form of. Exit
    status 1 if there is none either.
    """
    from ...ontology.model import load
    from ..http.terms import TermIndex

    ontology = load()
    wanted = " ".join(term)
    found = TermIndex(ontology).find(wanted)
    if format_ == "json":
        print_json([_term_fields(ontology, each) for each in found])
    elif found:
        columns = ("term", "pos", "concept", "path", "score", "weight", "status", "source")
        print_table(columns, (_term_line(ontology, each) for each in found))
    if not found:
        click.echo(f"tone: {wanted!r} is not in the vocabulary", err=True)
        raise click.exceptions.Exit(1)


def _term_line(ontology: Ontology, term: Term) -> list[str]:
    path = " > ".join(ontology.path(term.concept))
    score = "" if term.score is None else str(term.score)
    source = " | ".join(term.source)
    return [term.term, term.pos, term.concept, path, score, str(term.weight), term.status, source]


def _term_fields(ontology: Ontology, term: Term) -> dict[str, Any]:
    concept = ontology.concepts[term.concept]
    return {
        "term": term.term,
        "lang": term.lang,
        "pos": term.pos,
        "concept": {
            "id": concept.id,
            "iri": concept.iri,
            "label": concept.label,
            "tier": concept.tier,
            "path": ontology.path(concept.id),
        },
        "score": term.score,
        "margin": term.margin,
        "runner_up": term.runner_up or None,
        "weight": term.weight,
        "source": term.source,
        "evidence": term.evidence,
        "status": term.status,
        "reviewer": term.reviewer,
        "date": term.date,
    }


@click.command("show", short_help="Show a concept and all that is known of it.")
@click.argument("concept", nargs=-1, required=True)
@FORMAT
def show_command(concept: tuple[str, ...], format_: str) -> None:
    """Show a concept, given by its id, IRI or label, and all that is known of it.

    That is its place, definition, children, links with their evidence, terms, and the labels of
    other schemes that are mapped onto it, all from the installed TONE.
    """
    from ...ontology.model import load

    ontology = load()
    fields = concept_fields(ontology, ontology.concept(" ".join(concept)))
    if format_ == "json":
        print_json(fields)
    else:
        _print_concept(fields)


def concept_fields(ontology: Ontology, concept: Concept) -> dict[str, Any]:
    """Return all that is known of a concept, ready for JSON."""
    links = [
        {
            "id": link.id,
            "iri": link.iri,
            "kind": link.kind,
            "subject": link.subject,
            "operands": link.operands,
            "targets": link.targets,
            **_evidence(link.evidence),
        }
        for link in ontology.links
        if concept.id in (link.subject, *link.operands, *link.targets)
        # An opposition is stated both ways: the concept's own statement is enough.
        and not (link.kind == "isOppositeOf" and link.subject != concept.id)
    ]
    return {
        "id": concept.id,
        "iri": concept.iri,
        "label": concept.label,
        "labels": concept.labels,
        "definition": concept.definition,
        "tier": concept.tier,
        "primary": ontology.primary(concept.id),
        "path": ontology.path(concept.id),
        "parent": concept.parent,
        "children": ontology.children(concept.id),
        "deprecated": concept.deprecated,
        "replaced_by": concept.replaced_by,
        "schemes": concept.schemes,
        "sources": concept.sources,
        "links": links,
        "terms": [
            {"term": t.term, "lang": t.lang, "pos": t.pos, "score": t.score, "weight": t.weight}
            for t in ontology.terms
            if t.concept == concept.id
        ],
        "mappings": [
            {"scheme": m.scheme, "label": m.label, "predicate": m.predicate}
            for m in ontology.mappings
            if m.concept == concept.id
        ],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "score": evidence.score,
        "method": evidence.method,
        "status": evidence.status,
        "reviewer": evidence.reviewer,
        "sources": evidence.sources,
    }


def _print_concept(fields: dict[str, Any]) -> None:
    tier = f", tier {fields['tier']}" if fields["tier"] else ""
    click.echo(f"{fields['label']} ({fields['id']}{tier})\n{fields['iri']}")
    if fields["deprecated"]:
        click.echo(f"DEPRECATED; use instead: {', '.join(fields['replaced_by']) or 'nothing'}")
    click.echo("path      " + " > ".join(fields["path"]))
    _print_list("", [fields["definition"]], first="means     ")
    _print_list("children", fields["children"])
    _print_list("schemes", fields["schemes"])
    _print_list("sources", fields["sources"])
    for link in fields["links"]:
        left = " + ".join(link["operands"]) or link["subject"]
        stated = f"{left} {KINDS[link['kind']]} {' + '.join(link['targets'])}"
        details = [link["method"], link["status"], *link["sources"]]
        if link["score"] is not None:
            details.insert(0, f"score {link['score']}")
        _print_list("link", [f"{stated} ({'; '.join(details)})"])
    _print_list(
        "mappings", [f"{m['scheme']} {m['label']} {m['predicate']}" for m in fields["mappings"]]
    )
    _print_list("terms", [each["term"] for each in fields["terms"]])


def _print_list(name: str, values: Sequence[str], first: str | None = None) -> None:
    text = ", ".join(values)
    if text:
        options: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
        head = first or name.ljust(10)
        click.echo(
            textwrap.fill(text, 98, initial_indent=head, subsequent_indent=" " * 10, **options)
        )
