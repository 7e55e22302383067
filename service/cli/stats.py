"""`tone vocab stats`: how good the automatic assignment is, and how far reviewers agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .curate import ROOT, checkout, sources
from .reviews import between_options, read_sheets, tell_agreement
from .vocab import open_terms

if TYPE_CHECKING:
    from ...vocab.sources import Source


@click.command("stats", short_help="Accuracy of the proposals, or agreement of the reviewers.")
@click.option("--agreement", is_flag=True, help="How far reviewers agree, instead of accuracy.")
@between_options("term")
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
    from ...ontology.model import load

    if agreement:
        from ...vocab.kinds import TERMS
        from ...vocab.verdicts import merge

        folder = checkout(root)
        ontology = load(folder / "ontology")
        recorded, sheets = read_sheets(
            TERMS,
            folder,
            ontology,
            files,
            lambda: open_terms(folder, needed=False),
            reviewer=reviewer,
        )
        decisions = merge(recorded, sheets).decisions
        tell_agreement(TERMS, ontology, decisions, between, adjudicate, force)
        return
    if files or between or adjudicate or reviewer or force:
        raise click.UsageError("Sheets and reviewers are for --agreement.")
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
