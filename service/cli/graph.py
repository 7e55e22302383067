"""`tone lookup` and `tone show`: the knowledge, a term or a concept at a time."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import click


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their columns' names, aligned, on standard output."""
    lines = [list(columns), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def print_json(value: Any) -> None:
    """Print a value as JSON on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


FORMAT = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of the output; json has the fields of the HTTP service.",
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
    from .. import records
    from ..term_index import TermIndex

    ontology = load()
    wanted = " ".join(term)
    found = [records.term(ontology, each) for each in TermIndex(ontology).find(wanted)]
    if format_ == "json":
        print_json(found)
    elif found:
        columns = ("term", "pos", "concept", "path", "score", "weight", "status", "source")
        print_table(columns, map(_term_line, found))
    if not found:
        click.echo(f"tone: {wanted!r} is not in the vocabulary", err=True)
        raise click.exceptions.Exit(1)


def _term_line(term: dict[str, Any]) -> list[str]:
    concept = term["concept"]
    return [
        term["term"],
        term["pos"],
        concept["id"],
        " > ".join(concept["path"]),
        "" if term["score"] is None else f"{term['score']:.4f}",
        f"{term['weight']:g}",
        term["status"],
        " | ".join(term["source"]),
    ]


@click.command("show", short_help="Show a concept and all that is known of it.")
@click.argument("concept", nargs=-1, required=True)
@FORMAT
def show_command(concept: tuple[str, ...], format_: str) -> None:
    """Show a concept, given by its id, IRI or label, and all that is known of it.

    That is its place, definition, children, links with their evidence, terms, and the labels of
    other schemes that are mapped onto it, all from the installed TONE.
    """
    from ...ontology.model import load
    from .. import records
    from ..term_index import TermIndex

    ontology = load()
    found, terms = ontology.concept(" ".join(concept)), TermIndex(ontology)
    fields = records.full(ontology, terms, found, inherited=False)
    fields["terms"] = [records.term(ontology, each) for each in terms.of(found.id)]
    if format_ == "json":
        print_json(fields)
    else:
        _print_concept(fields)


def _print_concept(fields: dict[str, Any]) -> None:
    tier = f", tier {fields['tier']}" if fields["tier"] else ""
    click.echo(f"{fields['label']} ({fields['id']}{tier})")
    click.echo(fields["iri"])
    if fields["deprecated"]:
        _print("DEPRECATED", f"use {', '.join(fields['replaced_by']) or 'nothing'} instead")
    _print("path", " > ".join(fields["path"]))
    _print("means", fields["definition"])
    _print("children", ", ".join(_ids(fields["children"])))
    for link in fields["opposites"]:
        _print("opposite", with_evidence(link["concept"]["id"], link))
    for link in fields["compositions"]:
        _print("made of", with_evidence(" + ".join(_ids(link["parts"])), link))
    for link in fields["part_of"]:
        _print("part of", with_evidence(link["whole"]["id"], link))
    for link in [*fields["combinations"], *fields["results_from"]]:
        stated = f"{' + '.join(_ids(link['operands']))} leads to {link['result']['id']}"
        _print("combines", with_evidence(stated, link))
    _print("schemes", ", ".join(fields["schemes"]))
    _print("sources", ", ".join(fields["sources"]))
    _print("mappings", ", ".join(map(_mapping, fields["mappings"])))
    _print("terms", ", ".join(each["term"] for each in fields["terms"]))


def _ids(concepts: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in concepts]


def with_evidence(stated: str, link: dict[str, Any]) -> str:
    """Return what a link's record states, with its evidence in brackets."""
    score = [] if link["score"] is None else [f"score {link['score']:.4f}"]
    return f"{stated} ({', '.join([*score, link['method'], link['status'], *link['sources']])})"


def _mapping(mapping: dict[str, Any]) -> str:
    return f"{mapping['scheme']} {mapping['label']} ({mapping['predicate']})"


def _print(name: str, text: str) -> None:
    if text:
        head = name.ljust(11)
        indent = " " * len(head)
        whole = textwrap.TextWrapper(98, head, indent, break_long_words=False)
        whole.break_on_hyphens = False
        click.echo(whole.fill(text))
