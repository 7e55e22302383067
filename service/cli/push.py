"""`tone push`: the served graphs into a remote store."""

from __future__ import annotations

from pathlib import Path

import click

from .progress import Progress


@click.command("push", short_help="Load the knowledge graph into another SPARQL server.")
@click.argument("url")
@click.option("--update-url", metavar="URL", help="Its update endpoint.")
@click.option("--graph-url", metavar="URL", help="Its Graph Store Protocol endpoint.")
@click.option("--force", is_flag=True, help="Load even if the same is there already.")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the sources; by default those installed.",
)
def push_command(
    url: str, update_url: str | None, graph_url: str | None, force: bool, root: Path | None
) -> None:
    """Load what `tone serve` serves into the SPARQL server at URL, its query endpoint.

    At least one of --update-url and --graph-url is needed. With both, and with --update-url
    alone, readers never see a part of a graph. Credentials come from the environment:
    TONE_STORE_USER and TONE_STORE_PASSWORD, or TONE_STORE_TOKEN.

    Nothing is done if the same was pushed before; a push that broke off is completed by the next.
    Exit status 1: the server took everything, and yet does not hold it.
    """
    from ...ontology.model import load
    from ...ontology.served_graph import quads
    from ...vocab.links.proposals import open_proposals
    from ..settings import Settings
    from ..store.push import Pusher, PushIncomplete, make_release

    pusher = Pusher(url, update_url, graph_url, Settings.read().credentials)
    ontology = load(root)
    release = make_release(ontology.version, quads(ontology, open_proposals(ontology)))
    progress = Progress()
    try:
        changed = pusher.push(release, progress.show, force)
    except PushIncomplete as error:
        progress.clear()
        click.echo(f"tone: {error}", err=True)
        raise click.exceptions.Exit(1) from None
    finally:
        progress.clear()
    triples = sum(map(len, release.graphs.values()))
    done = "pushed" if changed else "already there:"
    click.echo(f"tone: {done} {triples:,} triples, {release.digest[:16]}", err=True)
