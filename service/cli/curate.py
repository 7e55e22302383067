"""`tone build`, `tone check` and `tone format`: the work on TONE's own sources."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...ontology.errors import ToneError

if TYPE_CHECKING:
    from ...ontology.check import Finding

SOURCE = "tone-edit.ttl"
"""The source that a curator edits; it stands in the folder `ontology` of a checkout."""

ROOT = click.option(
    "--root",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Checkout to work on. By default the one around the current folder.",
)


def checkout_around(folder: Path) -> Path | None:
    """Return the nearest checkout of TONE that a folder lies in, or is."""
    folder = folder.resolve()
    return next((each for each in (folder, *folder.parents) if _is_checkout(each)), None)


def _is_checkout(folder: Path) -> bool:
    settings = folder / "setup.cfg"
    try:
        return (
            folder.joinpath("ontology", SOURCE).is_file()
            and "name = tone-kg" in settings.read_text("utf-8", "replace").splitlines()
        )
    except OSError:
        return False


def checkout(root: Path | None) -> Path:
    """Return the checkout to work on: the one given, else the one around the current folder.

    Raises:
        ToneError: there is none.
    """
    if root is not None:
        return sources(root).parent
    found = checkout_around(Path.cwd())
    if found is None:
        raise ToneError("no checkout of TONE around this folder: give --root")
    return found


def sources(root: Path | None) -> Path:
    """Return the folder of the sources to read: the checkout's, else the installed ones."""
    from ...ontology.model import INSTALLED

    if root is not None:
        if not _is_checkout(root):
            raise ToneError(f"{root} is no checkout of TONE: it lacks ontology/{SOURCE}")
        return root / "ontology"
    found = checkout_around(Path.cwd())
    return found / "ontology" if found else INSTALLED


def _refuse_installed(path: Path) -> None:
    """Refuse to write into an installed package: an update would undo it."""
    from ...ontology.model import INSTALLED

    package = INSTALLED.parent
    if package.resolve() in path.resolve().parents and not _is_checkout(package):
        raise ToneError(f"{path} belongs to an installed package: work in a checkout of TONE")


@click.command("build", short_help="Write the products: OWL, SKOS, OntoLex, N-Quads, GraphML ...")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder to write into; it is made if it is not there.",
)
@ROOT
def build_command(output: Path, root: Path | None) -> None:
    """Write the products: OWL, SKOS, OntoLex-Lemon, N-Quads (what is served), JSON-LD and networks.

    The networks, GraphML and GEXF, are for programs such as Gephi and Cytoscape.

    The same sources give the same bytes. They are those of the checkout around the current
    folder or of --root; outside of a checkout, those of the installed TONE.
    """
    from ...ontology.build import build
    from ...ontology.model import load
    from ...vocab.links.proposals import open_proposals

    folder = sources(root)
    for path in build(folder, output, open_proposals(load(folder))):
        click.echo(path)


@click.command("check", short_help="Check the ontology and its vocabulary against their rules.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--no-reasoner", is_flag=True, help="Leave out HermiT and the OWL 2 DL profile.")
@ROOT
def check_command(file: Path | None, no_reasoner: bool, root: Path | None) -> None:
    """Check the ontology, its vocabulary and its mappings against their rules.

    Each finding is a line: place, concept, rule, what is wrong. Exit status 1 if there are any.
    With FILE only that ontology file is checked; else the sources of the checkout around the
    current folder or of --root; outside of a checkout, those of the installed TONE.
    """
    from ...ontology.check import check

    if file is not None and root is not None:
        raise click.UsageError("Give either FILE or --root, not both.")
    target = file or sources(root)
    findings = check(target, reasoner=not no_reasoner)
    for finding in findings:
        click.echo(f"{_place(finding)}{finding}")
    if findings:
        count = f"{len(findings):,} finding{'' if len(findings) == 1 else 's'}"
        click.echo(f"tone: {count} in {target}", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"tone: {target} is ok", err=True)


def _place(finding: Finding) -> str:
    if finding.file is None:
        return ""
    # A short name where there is one: `ontology/tone-edit.ttl:12: `, as compilers write it.
    file = min(finding.file, os.path.relpath(finding.file), key=len)
    return f"{file}: " if finding.line is None else f"{file}:{finding.line}: "


@click.command("format", short_help="Bring an ontology file into its normal form.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write another file, which may come from any syntax; by default FILE itself is replaced.",
)
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit status 1 if FILE would change."
)
@ROOT
def format_command(
    file: Path | None, output: Path | None, only_check: bool, root: Path | None
) -> None:
    """Bring an ontology file into its normal form, in which a small edit is a small diff.

    FILE is Turtle and replaced in one step; with --output it may be RDF/XML, JSON-LD or another
    syntax. By default it is ontology/tone-edit.ttl of the checkout around the current folder or
    of --root.
    """
    from ...ontology.normal_form import format_file, format_turtle, read_rdf

    if file is not None and root is not None:
        raise click.UsageError("Give either FILE or --root, not both.")
    if file is None:
        root = root or checkout_around(Path.cwd())
        if root is None:
            raise ToneError("no checkout of TONE around this folder: give a FILE or --root")
        file = sources(root) / SOURCE
    if only_check:
        if format_turtle(read_rdf(file)) != file.read_bytes():
            click.echo(f"tone: {file} is not in its normal form", err=True)
            raise click.exceptions.Exit(1)
        return
    _refuse_installed(output or file)
    changed = format_file(file, output)
    click.echo(f"tone: {output or file} {'written' if changed else 'unchanged'}", err=True)
