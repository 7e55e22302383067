"""What the commands of `tone vocab` and `tone link` share: options, sheets, reviews, agreement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ...ontology.errors import ToneError

if TYPE_CHECKING:
    from ...ontology.model import Ontology
    from ...vocab.decisions import Decision
    from ...vocab.review_kind import ReviewKind
    from ...vocab.selection import Offer
    from ...vocab.verdicts import Merged

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_PATH = click.Path(path_type=Path)
SHEETS = click.argument("files", nargs=-1, metavar="[FILE]...", type=_PATH)
FORCE = click.option(
    "--force", is_flag=True, help="Write the sheet even over one that holds decisions."
)
FILLED_BY = click.option(
    "--reviewer", metavar="NAME", help="Who filled the sheets that do not say it."
)


@dataclass(frozen=True)
class Asked:
    """What `review_options` ask for."""

    reviewer: str
    sheet: Path | None
    force: bool
    decided: bool
    concept: str | None
    sample: int | None
    seed: int
    limit: int | None


def review_options(offered: str) -> Callable[[Decorated], Decorated]:
    """Return the options of a review, to be taken as the fields of `Asked`.

    Args:
        offered: what there is to review without --decided: `the queue`.
    """
    return _options(
        click.option(
            "--reviewer",
            metavar="NAME",
            required=True,
            help="In whose name the decisions are taken.",
        ),
        click.option(
            "--sheet",
            metavar="FILE",
            type=_PATH,
            help="Write a sheet to fill in (.tsv or .csv) instead of asking; apply reads it back.",
        ),
        FORCE,
        click.option(
            "--decided",
            is_flag=True,
            help=f"Take what others have decided instead of {offered}, for a second pass without"
            " sight of the first.",
        ),
        click.option("--concept", metavar="CONCEPT", help="Only what is about it or below it."),
        click.option(
            "--sample", metavar="N", type=click.IntRange(1), help="Only a random N of them."
        ),
        click.option(
            "--seed", metavar="S", type=int, default=0, show_default=True, help="Which sample."
        ),
        click.option(
            "--limit", metavar="N", type=click.IntRange(1), help="At most the first N of them."
        ),
    )


def apply_options() -> Callable[[Decorated], Decorated]:
    """Return the arguments and options with which filled sheets are recorded."""
    return _options(
        SHEETS,
        FILLED_BY,
        click.option(
            "--role",
            type=click.Choice(["reviewer", "adjudicator"]),
            help="In which role the sheets were filled in; by default reviewer.",
        ),
        click.option(
            "--date", metavar="ISO", help="Day or moment of the decisions; by default now."
        ),
        click.option(
            "--revise", is_flag=True, help="Let sheets replace what the same reviewer said."
        ),
        click.option("--dry-run", is_flag=True, help="Write nothing; list what would change."),
    )


def between_options(noun: str) -> Callable[[Decorated], Decorated]:
    """Return the arguments and options with which agreement is measured.

    Args:
        noun: what is reviewed, as messages call it.
    """
    return _options(
        SHEETS,
        click.option(
            "--between",
            metavar="NAME",
            multiple=True,
            help="A reviewer whose agreement counts; by default all do.",
        ),
        click.option(
            "--adjudicate",
            metavar="FILE",
            type=_PATH,
            help=f"Write a sheet (.tsv or .csv) of the {noun}s on which reviewers differ.",
        ),
        FILLED_BY,
        FORCE,
    )


def _options(*options: Callable[[Any], Any]) -> Callable[[Decorated], Decorated]:
    def add(command: Decorated) -> Decorated:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def run_review(
    kind: ReviewKind,
    folder: Path,
    ontology: Ontology,
    asked: Asked,
    open_offers: Callable[[], Iterable[Offer]],
    wanted: Callable[[Offer], bool] = lambda _: True,
) -> None:
    """Ask a reviewer in the terminal, or write the sheet that was asked for.

    Args:
        kind: what is reviewed.
        folder: the checkout.
        ontology: its knowledge.
        asked: who reviews what and how.
        open_offers: gives what there is to review without --decided.
        wanted: tells which of them to take.
    """
    from ...vocab import selection
    from ...vocab.decisions import read_decisions, reviewer_problem

    path = folder / "vocab" / kind.file
    reviewer = asked.reviewer
    if problem := reviewer_problem(reviewer):
        raise ToneError(problem)
    taken = read_decisions(path, kind)
    if asked.decided:
        offers = selection.decided_by_others(taken, reviewer)
    else:
        offers = selection.undecided(open_offers(), taken, reviewer)
    offers = [each for each in offers if wanted(each)]
    if asked.concept is not None:
        concept = ontology.concept(asked.concept).id
        offers = selection.within(offers, kind, ontology, concept)
    if asked.sample is not None:
        offers = selection.sample(offers, asked.sample, asked.seed)
    offers = offers[: asked.limit]
    if not offers:
        click.echo(f"tone: nothing is left for {reviewer} to review", err=True)
    elif asked.sheet is not None:
        from ...vocab.sheet import write_sheet

        _spare_decisions(asked.sheet, kind, asked.force)
        write_sheet(asked.sheet, offers, kind, ontology, reviewer=reviewer)
        click.echo(f"tone: {len(offers):,} {kind.noun}s to decide in {asked.sheet}", err=True)
    else:
        from ...vocab.review import review

        outcome = review(path, kind, ontology, offers, reviewer)
        click.echo(
            f"tone: {outcome.decided:,} decided in {path}, {outcome.skipped:,} skipped,"
            f" {outcome.left:,} left; tone {kind.command} apply records what it comes to",
            err=True,
        )


def read_sheets(
    kind: ReviewKind,
    folder: Path,
    ontology: Ontology,
    files: Sequence[Path],
    open_offers: Callable[[], Iterable[Offer]],
    *,
    reviewer: str | None = None,
    role: str | None = None,
    date: str | None = None,
) -> tuple[tuple[Decision, ...], list[tuple[Decision, ...]]]:
    """Return the decisions on record and those of each sheet.

    Args:
        kind: what was reviewed.
        folder: the checkout.
        ontology: its knowledge.
        files: the sheets.
        open_offers: gives what is open, for sheets that lost the columns that tell about it.
        reviewer: who filled the sheets that do not say it.
        role: in which role all of them were filled in, if that is given.
        date: the day or moment of their decisions; now, if it is not given.

    Raises:
        ToneError: reviewer or date is none.
        SourceErrors: all that is wrong with any of the files.
    """
    from ...vocab import decisions as records
    from ...vocab.selection import decided_by_others
    from ...vocab.sheet import Defaults, read_sheet

    date = _moment(date) if date is not None else records.now()
    problem = records.reviewer_problem(reviewer) if reviewer is not None else None
    if problem:
        raise ToneError(problem)
    recorded: tuple[Decision, ...] = ()
    sheets = []
    problems: list[str] = []
    try:
        recorded = records.read_decisions(folder / "vocab" / kind.file, kind)
    except records.SourceErrors as error:
        problems.extend(error.problems)
    # What is decided is no longer open, and a sheet may be read again.
    known = (*decided_by_others(recorded, ""), *(open_offers() if files else ()))
    queue = {each.item: each for each in known if each.proposed}
    defaults = Defaults(date, reviewer or "", role or "", queue)
    for file in files:
        try:
            sheets.append(read_sheet(file, kind, ontology, defaults))
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


def tell_merged(sheets: Iterable[Sequence[Decision]], merged: Merged) -> None:
    """Say on standard error what came in with sheets."""
    came = sum(map(len, sheets))
    click.echo(
        f"tone: {came:,} decisions came in: {merged.added:,} new, {merged.revised:,} revised,"
        f" {came - merged.added - merged.revised:,} known already",
        err=True,
    )


def tell_agreement(
    kind: ReviewKind,
    ontology: Ontology,
    decisions: Sequence[Decision],
    between: Sequence[str],
    adjudicate: Path | None,
    force: bool,
) -> None:
    """Print how far reviewers agree; then list what needs adjudication, or write a sheet of it.

    Args:
        kind: what was reviewed.
        ontology: tells about the concepts.
        decisions: of all reviewers.
        between: the reviewers who count; all if it is empty.
        adjudicate: the sheet to write.
        force: write it even over one that holds decisions.
    """
    from ...ontology.terms import escape
    from ...vocab.agreement import agreement, differing, report_lines
    from ...vocab.decisions import ADJUDICATOR
    from ...vocab.selection import decided_by_others
    from ...vocab.sheet import write_sheet
    from ...vocab.verdicts import told

    click.echo("\n".join(report_lines(agreement(decisions, kind, ontology, between))))
    differ = differing(decisions, between)
    names = sorted({name for said in differ.values() for name in said})
    if adjudicate is not None:
        _spare_decisions(adjudicate, kind, force)
        offers = [each for each in decided_by_others(decisions, "") if each.item in differ]
        verdicts = {
            item: {f"verdict of {name}": told(rows) for name, rows in said.items()}
            for item, said in differ.items()
        }
        write_sheet(adjudicate, offers, kind, ontology, role=ADJUDICATOR, verdicts=verdicts)
    elif differ:
        click.echo("\n" + "\t".join((*kind.item, *names)))
        for item, said in differ.items():
            verdicts_told = (told(said[name], False) if name in said else "" for name in names)
            click.echo("\t".join(map(escape, (*item, *verdicts_told))))
    click.echo(
        f"tone: {len(differ):,} {kind.noun}s need adjudication"
        f"{f': fill in {adjudicate}' if adjudicate and differ else ''}",
        err=True,
    )


def _spare_decisions(sheet: Path, kind: ReviewKind, force: bool) -> None:
    """Refuse to write over a sheet that holds decisions, unless that is forced."""
    from ...vocab.sheet import holds_decisions

    if not force and holds_decisions(sheet, kind):
        raise ToneError(f"{sheet} holds decisions: write another file, or use --force")
