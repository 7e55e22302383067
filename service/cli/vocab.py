"""`tone vocab`: proposal, review and record of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...ontology.errors import ToneError
from .curate import ROOT, checkout
from .main import LazyGroup
from .reviews import Asked, apply_options, read_sheets, review_options, run_review, tell_merged

if TYPE_CHECKING:
    from ...ontology.model import Term
    from ...vocab.selection import Offer

COMMANDS = {"apply": "vocab", "expand": "expand", "review": "vocab", "stats": "stats"}
"""Each subcommand and the module of this package that holds it."""

QUEUE = click.option(
    "--queue",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The review queue; by default vocab/queue.tsv of the checkout.",
)


class _Subcommands(LazyGroup):
    modules = COMMANDS


@click.group("vocab", cls=_Subcommands, short_help="Propose, review and record vocabulary.")
def vocab_command() -> None:
    """Grow the vocabulary: `expand` proposes terms, `review` asks people, `apply` records.

    The checkout's vocab/decisions.tsv holds every decision ever taken; ontology/terms.tsv is
    made from it.
    """


@click.command("review", short_help="Decide on proposed terms, in the terminal or in a sheet.")
@review_options("the queue")
@QUEUE
@ROOT
def review_command(queue: Path | None, root: Path | None, **options: Any) -> None:
    """Decide on the terms of the review queue that the reviewer has not decided yet.

    In the terminal one key takes a decision, and it is in vocab/decisions.tsv before the next
    term is shown. With --sheet the terms are written into a table for a spreadsheet: fill the
    column `decision` with accept, move or reject, `move_to` with one or more concepts
    (Amusement | Enjoyment), and where you want `score`, `weight` and `reason`. What other
    reviewers decided is never shown.
    """
    from ...ontology.model import load
    from ...vocab.kinds import TERMS

    asked = Asked(**options)
    # The concept of a term that others decided would tell what they think of it.
    if asked.decided and (queue is not None or asked.concept is not None):
        raise click.UsageError("--decided takes neither --queue nor --concept.")
    folder = checkout(root)
    ontology = load(folder / "ontology")
    run_review(TERMS, folder, ontology, asked, lambda: open_terms(folder, queue))


@click.command("apply", short_help="Record filled sheets, and make terms.tsv from all decisions.")
@apply_options()
@QUEUE
@ROOT
def apply_command(
    files: tuple[Path, ...],
    reviewer: str | None,
    role: str | None,
    date: str | None,
    revise: bool,
    dry_run: bool,
    queue: Path | None,
    root: Path | None,
) -> None:
    """Record the decisions of sheets, then make ontology/terms.tsv from all decisions.

    A term's verdict is its adjudicator's if there is one, else what its reviewers agree on.
    Everything is checked first: broken rows, unknown concepts and reviewers who differ are
    listed with file and line, and then nothing is written. The order of the files does not
    matter, and doing it twice changes nothing.
    """
    from ...ontology.files import write_together
    from ...ontology.model import load
    from ...ontology.terms import terms_table
    from ...vocab.decisions import SourceErrors, decisions_table, locked
    from ...vocab.kinds import TERMS
    from ...vocab.replay import replay
    from ...vocab.verdicts import merge

    folder = checkout(root)
    path = folder / "vocab" / TERMS.file
    terms = folder / "ontology" / "terms.tsv"
    ontology = load(folder / "ontology")
    with locked(path):
        try:
            recorded, sheets = read_sheets(
                TERMS,
                folder,
                ontology,
                files,
                lambda: open_terms(folder, queue, needed=False),
                reviewer=reviewer,
                role=role,
                date=date,
            )
            merged = merge(recorded, sheets, revise)
            made = replay(merged.decisions, ontology, ontology.terms)
        except SourceErrors as error:
            raise ToneError(f"nothing is written: {error}") from None
        if not dry_run:
            recorded_bytes = decisions_table(merged.decisions, TERMS)
            write_together({path: recorded_bytes, terms: terms_table(made.terms)})
    if dry_run:
        for what in ("added", "changed", "removed"):
            _list_changes(what, getattr(made, what))
    tell_merged(sheets, merged)
    click.echo(
        f"tone: {terms}: {len(made.terms):,} terms, {len(made.added):,} added,"
        f" {len(made.changed):,} changed, {len(made.removed):,} removed; {made.kept:,} kept"
        f" without a decision{' (nothing is written)' if dry_run else ''}",
        err=True,
    )


def _list_changes(what: str, terms: Iterable[Term]) -> None:
    from ...ontology.terms import escape

    for term in terms:
        cells = (*term.key, str(term.score), str(term.weight))
        click.echo("\t".join((what, *map(escape, cells))))


def open_terms(folder: Path, queue: Path | None = None, needed: bool = True) -> list[Offer]:
    """Return the terms of a review queue.

    Args:
        folder: the checkout.
        queue: another queue than the checkout's.
        needed: whether the checkout must have one.

    Raises:
        ToneError: the queue is missing or breaks the format.
    """
    from ...vocab.proposals import read_queue
    from ...vocab.selection import term_offers

    path = queue or folder / "vocab" / "queue.tsv"
    if queue is None and not path.exists():
        if not needed:
            return []
        raise ToneError(f"{path} is missing: tone vocab expand writes it")
    return term_offers(read_queue(path))
