"""`tone combine`, `tone opposite` and `tone path`: what the links between emotions answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .graph import FORMAT, print_json, with_evidence

if TYPE_CHECKING:
    from ...ontology.model import Link, Ontology

INHERITED = click.option(
    "--inherited",
    is_flag=True,
    help="Count links of broader emotions where the emotions themselves have none.",
)


@click.command("combine", short_help="Show where two or three emotions lead together.")
@click.argument("emotions", nargs=-1, required=True, metavar="EMOTION EMOTION [EMOTION]")
@INHERITED
@FORMAT
def combine_command(emotions: tuple[str, ...], inherited: bool, format_: str) -> None:
    """Show where two or three emotions lead when they are felt together.

    Each is an id, IRI or label, in quotes if it has a blank. Three are chained: two lead to a
    fourth, that and the third one to the result; the chain with the best product of scores is
    shown. Where no combination is accepted, the nearest open proposal is shown, and the exit
    status is 1.
    """
    from .. import link_answers

    ontology, proposals = _knowledge()
    answer = link_answers.combine(ontology, emotions, proposals, inherited)
    if format_ == "json":
        print_json(answer)
    else:
        for each in answer["edges"]:
            _show(each["text"], each)
        for each in answer["dead_ends"]:
            _show(f"{each['text']}, but: {each['reason']}", each)
        _show_proposal(answer)
    _leave(answer, answer["accepted"])


@click.command("opposite", short_help="Show the opposites of an emotion.")
@click.argument("emotion", nargs=-1, required=True)
@INHERITED
@FORMAT
def opposite_command(emotion: tuple[str, ...], inherited: bool, format_: str) -> None:
    """Show the opposites of an emotion, given by its id, IRI or label.

    Where no opposite is accepted, the nearest open proposal is shown, and the exit status is 1.
    """
    from .. import link_answers

    ontology, proposals = _knowledge()
    answer = link_answers.opposite(ontology, " ".join(emotion), proposals, inherited)
    if format_ == "json":
        print_json(answer)
    else:
        for each in answer["opposites"]:
            source = each["inherited_from"]
            _show(each["concept"]["label"] + (f", inherited from {source}" if source else ""), each)
        _show_proposal(answer)
    _leave(answer, answer["accepted"])


@click.command("path", short_help="Show how two emotions hang together.")
@click.argument("start")
@click.argument("end")
@FORMAT
def path_command(start: str, end: str, format_: str) -> None:
    """Show the shortest path between two emotions, over the hierarchy and the accepted links.

    Each emotion is an id, IRI or label. Exit status 1 if no path joins them.
    """
    from ...ontology.model import load
    from .. import link_answers

    answer = link_answers.path(load(), start, end)
    if format_ == "json":
        print_json(answer)
    else:
        for each in answer["edges"]:
            _show(each["text"], each["link"])
    _leave(answer, answer["found"])


def _knowledge() -> tuple[Ontology, tuple[Link, ...]]:
    from ...ontology.model import load
    from ...vocab.links.proposals import open_proposals

    ontology = load()
    return ontology, open_proposals(ontology)


def _show(text: str, link: dict[str, Any] | None) -> None:
    click.echo(text)
    if link is not None:
        click.echo(f"  {with_evidence(link['id'], link)}")


def _show_proposal(answer: dict[str, Any]) -> None:
    if proposal := answer["proposal"]:
        _show(f"proposed only: {proposal['text']}", proposal)


def _leave(answer: dict[str, Any], answered: bool) -> None:
    if not answered:
        click.echo(f"tone: {answer['message']}", err=True)
        raise click.exceptions.Exit(1)
