"""`tone train`: the models of the engines `linear` and `transformer`, from labelled texts."""

from __future__ import annotations

import os
from math import isnan
from pathlib import Path

import click

from ...ontology.errors import ToneError
from .curate import ROOT, checkout, checkout_around, sources
from .progress import Progress

ENGINES = ("linear", "transformer")


@click.command("train", short_help="Train the models of the engines linear and transformer.")
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder with labels.txt, train.tsv and dev.tsv in GoEmotions' layout. Texts with"
    " concepts, in its folder texts if there is one, are used instead of TONE's own.",
)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of the models; by default service/mapping/models of the checkout.",
)
@click.option(
    "--engine",
    type=click.Choice([*ENGINES, "all"]),
    default="all",
    show_default=True,
    help="Whose own model to train. The other one is taken from the output folder; without an"
    " encoder there, only the engine linear is made.",
)
@click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(0, 2**32 - 1),
    default=1,
    show_default=True,
    help="Of chance.",
)
@click.option(
    "--epochs",
    metavar="X",
    type=click.FloatRange(0, 100, min_open=True),
    help="Passes of the encoder over the texts.",
)
@ROOT
def train_command(
    data: Path,
    output: Path | None,
    engine: str,
    seed: int,
    epochs: float | None,
    root: Path | None,
) -> None:
    """Train the models of the engines linear and transformer.

    Writes linear.npz, encoder.onnx, tokenizer.json and fusion.json, all or none, and says how
    well they map the texts that they were not trained on: with each fifth of those, parameters
    fitted to the others. The n-gram model takes minutes, the encoder half an hour or more.
    """
    if epochs is not None and engine == "linear":
        raise click.UsageError("--epochs is for the encoder: it does not fit --engine linear.")
    if epochs is not None and isnan(epochs):
        raise click.UsageError("--epochs must be a number.")
    from ...ontology.model import load
    from ..training.train import read_data, train

    if output is None and root is None and checkout_around(Path.cwd()) is None:
        raise ToneError("outside of a checkout of TONE, --output must say where to write")
    folder = output or checkout(root) / "service" / "mapping" / "models"
    _check_folder(folder)
    ontology = load(sources(root))
    read = read_data(data, ontology)
    click.echo(
        f"tone: training on {len(read.train):,} texts with labels and {len(read.texts):,} with"
        f" concepts; fitting on {len(read.dev):,} and {len(read.held_out):,}",
        err=True,
    )
    progress = Progress()
    try:
        trained = train(
            read,
            ontology,
            folder,
            engines=ENGINES if engine == "all" else (engine,),
            seed=seed,
            epochs=epochs,
            progress=progress.show,
        )
    finally:
        progress.clear()
    trained.write(folder)
    for figures in trained.figures:
        click.echo(str(figures))
    for name in sorted(trained.files):
        size = len(trained.files[name]) / 1e6
        click.echo(f"tone: {folder / name} has {size:.1f} MB", err=True)


def _check_folder(folder: Path) -> None:
    """Raise ToneError now, and not after the training, if a folder cannot be written into."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir():
        raise ToneError(f"{there} is no folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ToneError(f"{there}: cannot be written into")
