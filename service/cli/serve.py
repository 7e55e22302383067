"""`tone serve`: the HTTP service."""

from __future__ import annotations

import click

from ..mapping.engines import DEFAULT_ENGINE


@click.command("serve", short_help="Start the HTTP service.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port."
)
@click.option(
    "--store",
    metavar="URL",
    help="SPARQL endpoint to ask instead of the embedded store; tone push loads it.",
)
@click.option(
    "--store-fallback",
    is_flag=True,
    default=None,
    help="Let the embedded store answer while the other one cannot.",
)
@click.option("--store-update-url", metavar="URL", help="Its update endpoint, for --writable.")
@click.option(
    "--store-graph-url", metavar="URL", help="Its Graph Store Protocol endpoint, for --writable."
)
@click.option(
    "--engine",
    metavar="NAME",
    help=f"Engine that maps texts if a request names none; by default {DEFAULT_ENGINE}.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), help="Processes that answer; by default one a core."
)
@click.option(
    "--writable",
    is_flag=True,
    default=None,
    help="Take updates and writes to graphs from those who hold the token in TONE_TOKEN.",
)
@click.option(
    "--journal",
    metavar="FOLDER",
    help="Folder that keeps what is written; by default tone/journal in the user's state folder.",
)
def serve_command(
    host: str,
    port: int,
    store: str | None,
    store_fallback: bool | None,
    store_update_url: str | None,
    store_graph_url: str | None,
    engine: str | None,
    workers: int | None,
    writable: bool | None,
    journal: str | None,
) -> None:
    """Start the HTTP service: pages, /sparql, /v1/annotate and the other reads of /v1.

    It listens on this machine only, until --host says otherwise. Stop it with Ctrl-C. Another
    store knows it by TONE_STORE_USER and TONE_STORE_PASSWORD, or by TONE_STORE_TOKEN.
    """
    from ..http.server import serve

    serve(
        host=host,
        port=port,
        store=store,
        store_fallback=store_fallback,
        store_update_url=store_update_url,
        store_graph_url=store_graph_url,
        engine=engine,
        workers=workers,
        writable=writable,
        journal=journal,
    )
