"""`tone link`: proposal, review and record of the links between emotions."""

from __future__ import annotations

import click

from .main import LazyGroup

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
