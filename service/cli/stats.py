"""`tone vocab stats`: how good the automatic assignment is, and how far reviewers agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .curate import ROOT, checkout, sources
from .vocab import load_ontology, read_sheets, spare_decisions

if TYPE_CHECKING:
    from ...vocab.sources import Source


@click.command("stats", short_help="Accuracy of the proposals, or agreement of the reviewers.")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--agreement", is_flag=True, help="How far reviewers agree, instead of accuracy.")
@click.option(
    "--between",
    metavar="NAME",
    multiple=True,
    help="A reviewer who counts for --agreement; by default all do.",
)
@click.option(
    "--adjudicate",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a sheet (.tsv or .csv) of the terms on which reviewers differ.",
)
@click.option("--reviewer", metavar="NAME", help="Who filled the sheets that do not say it.")
@click.option("--force", is_flag=True, help="Write the sheet even over one that holds decisions.")
@click.option("--lang", default="en", show_default=True, help="Language, for accuracy.")
@click.option("--model", metavar="NAME|PATH", help="Embedding model, for accuracy.")
@ROOT
def stats_command(
    files: tuple[Path, ...],
    agreement: bool,
    between: tuple[str, ...],
    adjudicate: Path | None,
    reviewer: str | None,
    force: bool,
    lang: str,
    model: str | None,
    root: Path | None,
) -> None:
    """Tell how good the automatic assignment is, or how far reviewers agree.

    Without --agreement: how often each way of assigning finds the accepted concept of a term
    that it has not seen, also with the evidence of the thesauri that expand asks by default.
    With --agreement: Cohen's kappa of two reviewers, Krippendorff's alpha
    of more, over the terms that at least two have decided, in vocab/decisions.tsv and in the
    sheets given; then the terms that need adjudication.
    """
    if agreement:
        _agreement(files, between, adjudicate, reviewer, force, root)
        return
    if files or between or adjudicate or reviewer or force:
        raise click.UsageError("Sheets and reviewers are for --agreement.")
    from ...ontology.model import load
    from ...vocab.accuracy import measure, report_lines
    from ...vocab.embedding import DEFAULT_MODEL, Embedder

    embedder = Embedder(model or DEFAULT_MODEL)
    report = measure(load(sources(root)), embedder, lang, sources=_thesauri(lang))
    click.echo("\n".join(report_lines(report)))


def _thesauri(lang: str) -> list[Source]:
    """Return the thesauri of a language, none with a warning if they are not installed."""
    from ...vocab.sources import MissingSource, open_sources

    try:
        return open_sources((), lang)
    except MissingSource as error:
        click.echo(f"tone: warning: measured without the evidence of thesauri: {error}", err=True)
        return []


def _agreement(
    files: tuple[Path, ...],
    between: tuple[str, ...],
    adjudicate: Path | None,
    reviewer: str | None,
    force: bool,
    root: Path | None,
) -> None:
    from ...ontology.terms import escape
    from ...vocab.agreement import agreement, differing, report_lines
    from ...vocab.selection import decided_by_others
    from ...vocab.sheet import write_sheet
    from ...vocab.verdicts import merge, told

    folder = checkout(root)
    ontology = load_ontology(folder)
    recorded, sheets = read_sheets(folder, ontology, files, None, reviewer, None, None)
    decisions = merge(recorded, sheets).decisions
    click.echo("\n".join(report_lines(agreement(decisions, ontology, between))))
    differ = differing(decisions, between)
    names = sorted({name for said in differ.values() for name in said})
    if adjudicate is not None:
        spare_decisions(adjudicate, force)
        offers = [each for each in decided_by_others(decisions, "") if each.item in differ]
        verdicts = {
            item: {f"verdict of {name}": told(rows) for name, rows in said.items()}
            for item, said in differ.items()
        }
        write_sheet(adjudicate, offers, ontology, role="adjudicator", verdicts=verdicts)
    elif differ:
        click.echo("\n" + "\t".join(("term", "lang", "pos", *names)))
        for item, said in differ.items():
            verdicts_told = (told(said[name], False) if name in said else "" for name in names)
            click.echo("\t".join(map(escape, (*item, *verdicts_told))))
    click.echo(
        f"tone: {len(differ):,} terms need adjudication"
        f"{f': fill in {adjudicate}' if adjudicate and differ else ''}",
        err=True,
    )
