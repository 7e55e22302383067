"""`tone vocab`: proposal, review and record of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...ontology.errors import ToneError
from .curate import ROOT, checkout
from .main import LazyGroup

if TYPE_CHECKING:
    from ...ontology.model import Ontology, Term
    from ...vocab.decisions import Decision
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
@click.option(
    "--reviewer", metavar="NAME", required=True, help="In whose name the decisions are taken."
)
@QUEUE
@click.option(
    "--sheet",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a sheet to fill in (.tsv or .csv) instead of asking; apply reads it back.",
)
@click.option("--force", is_flag=True, help="Write the sheet even over one that holds decisions.")
@click.option(
    "--decided",
    is_flag=True,
    help="Take the terms that others have decided instead of the queue, for a second pass"
    " without sight of the first.",
)
@click.option("--concept", metavar="CONCEPT", help="Only what is proposed for it or below it.")
@click.option("--sample", metavar="N", type=click.IntRange(1), help="Only a random N of them.")
@click.option(
    "--seed", metavar="S", type=int, default=0, show_default=True, help="Which random sample."
)
@click.option("--limit", metavar="N", type=click.IntRange(1), help="At most the first N of them.")
@ROOT
def review_command(
    reviewer: str,
    queue: Path | None,
    sheet: Path | None,
    force: bool,
    decided: bool,
    concept: str | None,
    sample: int | None,
    seed: int,
    limit: int | None,
    root: Path | None,
) -> None:
    """Decide on the terms of the review queue that the reviewer has not decided yet.

    In the terminal one key takes a decision, and it is in vocab/decisions.tsv before the next
    term is shown. With --sheet the terms are written into a table for a spreadsheet: fill the
    column `decision` with accept, move or reject, `move_to` with one or more concepts
    (Amusement | Enjoyment), and where you want `score`, `weight` and `reason`. What other
    reviewers decided is never shown.
    """
    from ...vocab import decisions as records
    from ...vocab import selection
    from ...vocab.kinds import TERMS

    if decided and (queue is not None or concept is not None):
        raise click.UsageError("--decided takes neither --queue nor --concept.")
    folder = checkout(root)
    path = folder / "vocab" / "decisions.tsv"
    if problem := records.reviewer_problem(reviewer):
        raise ToneError(problem)
    ontology = load_ontology(folder)
    taken = records.read_decisions(path, TERMS)
    if decided:
        offers = selection.decided_by_others(taken, reviewer)
    else:
        offers = selection.undecided(_offers(folder, queue), taken, reviewer)
    if concept is not None:
        offers = selection.within(offers, ontology, ontology.concept(concept).id)
    if sample is not None:
        offers = selection.sample(offers, sample, seed)
    offers = offers[:limit]
    if not offers:
        click.echo(f"tone: nothing is left for {reviewer} to review", err=True)
    elif sheet is not None:
        _write_sheet(sheet, offers, ontology, reviewer, force)
    else:
        from ...vocab.review import review

        outcome = review(path, ontology, offers, reviewer)
        click.echo(
            f"tone: {outcome.decided:,} decided in {path}, {outcome.skipped:,} skipped,"
            f" {outcome.left:,} left; tone vocab apply makes the vocabulary from it",
            err=True,
        )


def _write_sheet(
    sheet: Path, offers: list[Offer], ontology: Ontology, reviewer: str, force: bool
) -> None:
    from ...vocab.sheet import write_sheet

    spare_decisions(sheet, force)
    write_sheet(sheet, offers, ontology, reviewer=reviewer)
    click.echo(f"tone: {len(offers):,} terms to decide in {sheet}", err=True)


@click.command("apply", short_help="Record filled sheets, and make terms.tsv from all decisions.")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--reviewer", metavar="NAME", help="Who filled the sheets that do not say it.")
@click.option(
    "--role",
    type=click.Choice(["reviewer", "adjudicator"]),
    help="In which role the sheets were filled in; by default reviewer.",
)
@click.option("--date", metavar="ISO", help="Day or moment of the decisions; by default now.")
@click.option("--revise", is_flag=True, help="Let sheets replace what the same reviewer said.")
@click.option("--dry-run", is_flag=True, help="Write nothing; list what would change.")
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
    from ...ontology.terms import terms_table
    from ...vocab import decisions as records
    from ...vocab.kinds import TERMS
    from ...vocab.replay import replay
    from ...vocab.verdicts import merge

    folder = checkout(root)
    path = folder / "vocab" / "decisions.tsv"
    terms = folder / "ontology" / "terms.tsv"
    ontology = load_ontology(folder)
    with records.locked(path):
        try:
            recorded, sheets = read_sheets(folder, ontology, files, queue, reviewer, role, date)
            merged = merge(recorded, sheets, revise)
            made = replay(merged.decisions, ontology, ontology.terms)
        except records.SourceErrors as error:
            raise ToneError(f"nothing is written: {error}") from None
        if not dry_run:
            recorded_bytes = records.decisions_table(merged.decisions, TERMS)
            write_together({path: recorded_bytes, terms: terms_table(made.terms)})
    if dry_run:
        for what in ("added", "changed", "removed"):
            _list_changes(what, getattr(made, what))
    came = sum(map(len, sheets))
    click.echo(
        f"tone: {came:,} decisions came in: {merged.added:,} new, {merged.revised:,} revised,"
        f" {came - merged.added - merged.revised:,} known already",
        err=True,
    )
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


def load_ontology(folder: Path) -> Ontology:
    """Return the knowledge of a checkout."""
    from ...ontology.model import load

    return load(folder / "ontology")


def _offers(folder: Path, queue: Path | None) -> list[Offer]:
    from ...vocab.proposals import read_queue
    from ...vocab.selection import term_offers

    path = queue or folder / "vocab" / "queue.tsv"
    if queue is None and not path.exists():
        raise ToneError(f"{path} is missing: tone vocab expand writes it")
    return term_offers(read_queue(path))


def read_sheets(
    folder: Path,
    ontology: Ontology,
    files: tuple[Path, ...],
    queue: Path | None,
    reviewer: str | None,
    role: str | None,
    date: str | None,
) -> tuple[tuple[Decision, ...], list[tuple[Decision, ...]]]:
    """Return the decisions on record and those of each sheet.

    Raises:
        SourceErrors: all that is wrong with any of the files.
    """
    from ...vocab import decisions as records
    from ...vocab.kinds import TERMS
    from ...vocab.sheet import Defaults, read_sheet

    date = _moment(date) if date is not None else records.now()
    problem = records.reviewer_problem(reviewer) if reviewer is not None else None
    if problem:
        raise ToneError(problem)
    known = queue is not None or (folder / "vocab" / "queue.tsv").exists()
    offers = _offers(folder, queue) if files and known else []
    defaults = Defaults(date, reviewer or "", role or "", {each.item: each for each in offers})
    recorded: tuple[Decision, ...] = ()
    sheets = []
    problems: list[str] = []
    try:
        recorded = records.read_decisions(folder / "vocab" / "decisions.tsv", TERMS)
    except records.SourceErrors as error:
        problems.extend(error.problems)
    for file in files:
        try:
            sheets.append(read_sheet(file, ontology, defaults))
        except records.SourceErrors as error:
            problems.extend(error.problems)
    if problems:
        raise records.SourceErrors(problems)
    return recorded, sheets


def _moment(date: str) -> str:
    from ...vocab.decisions import is_date

    moment = date if "T" in date else f"{date}T00:00:00Z"
    if not is_date(moment):
        raise ToneError(f"--date {date!r} is no day (2026-11-21) or moment with a time zone")
    return moment


def spare_decisions(sheet: Path, force: bool) -> None:
    """Refuse to write over a sheet that holds decisions, unless that is forced."""
    from ...vocab.sheet import holds_decisions

    if not force and holds_decisions(sheet):
        raise ToneError(f"{sheet} holds decisions: write another file, or use --force")
