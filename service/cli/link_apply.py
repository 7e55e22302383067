"""`tone link apply`: decisions on links, recorded and stated in the ontology."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...ontology.errors import ToneError
from .curate import ROOT, SOURCE, checkout
from .reviews import apply_options, read_sheets, tell_merged

if TYPE_CHECKING:
    from ...ontology.concepts import Link
    from ...vocab.decisions import Decision
    from ...vocab.links.replay import ReplayedLinks


@click.command("apply", short_help="Record filled sheets, and state the links in tone-edit.ttl.")
@apply_options()
@ROOT
def apply_command(
    files: tuple[Path, ...],
    reviewer: str | None,
    role: str | None,
    date: str | None,
    revise: bool,
    dry_run: bool,
    root: Path | None,
) -> None:
    """Record the decisions of sheets, then state the accepted links in ontology/tone-edit.ttl.

    A link's verdict is its adjudicator's if there is one, else what its reviewers agree on. Links
    that a curator wrote or changed by hand are kept as they are, whatever is decided, and named.
    What is decided leaves vocab/link-proposals.tsv. Everything is checked first: broken rows,
    unknown concepts, reviewers who differ and links that break a rule of the ontology are listed
    with file and line, and then nothing is written. The order of the files does not matter, and
    doing it twice changes nothing.
    """
    from ...ontology.files import write_together
    from ...ontology.model import load
    from ...vocab.decisions import SourceErrors, decisions_table, locked
    from ...vocab.kinds import LINKS
    from ...vocab.links.replay import replay_links
    from ...vocab.verdicts import merge
    from .link import open_links

    folder = checkout(root)
    path = folder / "vocab" / LINKS.file
    source = folder / "ontology" / SOURCE
    with locked(path):
        ontology = load(folder / "ontology")
        try:
            recorded, sheets = read_sheets(
                LINKS,
                folder,
                ontology,
                files,
                lambda: open_links(folder, ontology),
                reviewer=reviewer,
                role=role,
                date=date,
            )
            merged = merge(recorded, sheets, revise)
            made = replay_links(merged.decisions, recorded, ontology, source.read_bytes())
        except SourceErrors as error:
            raise ToneError(f"nothing is written: {error}") from None
        contents = {
            path: decisions_table(merged.decisions, LINKS),
            source: made.source,
            **_open_proposals(folder, merged.decisions, made),
        }
        if not dry_run:
            write_together(contents)
    if dry_run:
        for what in ("added", "changed", "removed", "kept"):
            _list_links(what, getattr(made, what))
    for link, why in made.overruled.items():
        click.echo(f"tone: {link} is kept as it was written by hand, though {why}", err=True)
    tell_merged(sheets, merged)
    click.echo(
        f"tone: {source}: {len(made.links):,} links by decision, {len(made.added):,} added,"
        f" {len(made.changed):,} changed, {len(made.removed):,} removed; {len(made.kept):,} kept"
        f" as written by hand{' (nothing is written)' if dry_run else ''}",
        err=True,
    )


def _open_proposals(
    folder: Path, decisions: Iterable[Decision], made: ReplayedLinks
) -> dict[Path, bytes]:
    """Return the table of proposals without those that are decided or stated, if there is one."""
    from ...vocab.links.proposals import FILE, proposals_table, read_proposals

    path = folder / "vocab" / FILE
    if not path.exists():
        return {}
    closed = {each.item[0] for each in decisions}
    closed.update(link.id for link in (*made.links, *made.kept))
    return {path: proposals_table(each for each in read_proposals(path) if each.link not in closed)}


def _list_links(what: str, links: Iterable[Link]) -> None:
    from ...ontology.terms import escape

    for link in links:
        evidence = link.evidence
        score = "" if evidence.score is None else f"{evidence.score:.4f}"
        click.echo("\t".join(map(escape, (what, link.id, score, evidence.method))))
