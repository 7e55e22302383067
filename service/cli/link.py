"""`tone link`: proposal, review and record of the links between emotions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .curate import ROOT, checkout
from .main import LazyGroup
from .reviews import (
    Asked,
    between_options,
    read_sheets,
    review_options,
    run_review,
    tell_agreement,
)

if TYPE_CHECKING:
    from ...ontology.model import Ontology
    from ...vocab.selection import Offer

COMMANDS = {"apply": "link_apply", "propose": "propose", "review": "link", "stats": "link"}
"""Each subcommand and the module of this package that holds it."""


class _Subcommands(LazyGroup):
    modules = COMMANDS


@click.group("link", cls=_Subcommands, short_help="Propose, review and record links.")
def link_command() -> None:
    """Join emotions: `propose` finds links, `review` asks people, `apply` records.

    The checkout's vocab/link-proposals.tsv holds what nobody has decided yet, and
    vocab/link-decisions.tsv every decision ever taken; the links of ontology/tone-edit.ttl are
    made from those.
    """


@click.command("review", short_help="Decide on proposed links, in the terminal or in a sheet.")
@review_options("the open proposals")
@click.option(
    "--kind",
    metavar="KIND",
    type=click.Choice(["isOppositeOf", "isComposedOf", "leadsTo"], case_sensitive=False),
    help="Only links of this kind: isOppositeOf, isComposedOf, leadsTo.",
)
@ROOT
def review_command(kind: str | None, root: Path | None, **options: Any) -> None:
    """Decide on the open proposals of links that the reviewer has not decided yet.

    In the terminal one key takes a decision, and it is in vocab/link-decisions.tsv before the
    next link is shown. With --sheet the links are written into a table for a spreadsheet: fill
    the column `decision` with accept, move or reject, `move_to` with the link that is right
    instead (Joy-isOppositeOf-Sadness, or only its concepts with commas: Joy, Sadness), and where
    you want `score` and `reason`. A row with a link of your own is one more proposal. What other
    reviewers decided is never shown.
    """
    from ...ontology.model import load
    from ...vocab.kinds import LINKS

    folder = checkout(root)
    ontology = load(folder / "ontology")

    def only(offer: Offer) -> bool:
        return kind is None or LINKS.part(offer.item[0], ontology) == kind

    run_review(
        LINKS,
        folder,
        ontology,
        Asked(**options),
        lambda: open_links(folder, ontology),
        only,
    )


@click.command("stats", short_help="How far reviewers agree, and what became of proposals.")
@between_options("link")
@click.option(
    "--methods",
    is_flag=True,
    help="Tell instead what became of the proposals on record: how many of each method's were"
    " accepted.",
)
@ROOT
def stats_command(
    methods: bool,
    files: tuple[Path, ...],
    between: tuple[str, ...],
    adjudicate: Path | None,
    reviewer: str | None,
    force: bool,
    root: Path | None,
) -> None:
    """Tell how far reviewers agree on links, and on which they do not.

    Cohen's kappa of two reviewers, Krippendorff's alpha of more, over the links that at least
    two have decided, in vocab/link-decisions.tsv and in the sheets given; then the links that
    need adjudication. With --methods: what people decided on the proposals of each method.
    """
    from ...ontology.model import load
    from ...vocab.kinds import LINKS
    from ...vocab.verdicts import merge, settle

    if methods and (files or between or adjudicate or reviewer or force):
        raise click.UsageError("--methods takes nothing else.")
    folder = checkout(root)
    ontology = load(folder / "ontology")
    recorded, sheets = read_sheets(
        LINKS, folder, ontology, files, lambda: open_links(folder, ontology), reviewer=reviewer
    )
    decisions = merge(recorded, sheets).decisions
    if methods:
        from ...vocab.links.outcomes import outcome_lines, outcomes

        found = outcomes(settle(decisions, LINKS, ontology).values())
        click.echo("\n".join(outcome_lines(found)))
        return
    tell_agreement(LINKS, ontology, decisions, between, adjudicate, force)


def open_links(folder: Path, ontology: Ontology) -> list[Offer]:
    """Return the open proposals of links of a checkout; none where there is no file.

    Raises:
        SourceError: the file breaks the format, or a proposal is no link between concepts.
    """
    from ...vocab.links.proposals import FILE
    from ...vocab.selection import link_offers

    return link_offers(folder / "vocab" / FILE, ontology)
