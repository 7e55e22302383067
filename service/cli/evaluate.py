"""`tone evaluate`: how well an engine maps texts whose right answers are known."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .annotate import PROFILE
from .progress import Progress


@click.command("evaluate", short_help="Measure an engine on texts with known answers.")
@click.option(
    "--data",
    required=True,
    metavar="FILE",
    type=click.Path(exists=True, path_type=Path),
    help="Texts and what is right for them, or a folder of such tables.",
)
@click.option(
    "--engine", metavar="NAME", help="Engine to measure; by default that of `tone annotate`."
)
@PROFILE
@click.option(
    "--models",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the engine's models, as `tone train` makes it; by default TONE_MODELS of the"
    " environment, else the installed one.",
)
@click.option(
    "--against",
    metavar="NAME,...",
    help="Other mappers to measure on the same texts: nrclex, empath.",
)
@click.option(
    "--held-out",
    "only_held_out",
    is_flag=True,
    help="Only the fifth of the texts that `tone train` never trains on.",
)
@click.option(
    "--cross-fit",
    is_flag=True,
    help="Fit the engine's parameters anew for each fifth of the texts, on the others.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Format of the figures.",
)
@click.option(
    "--picture",
    metavar="FILE.svg",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw F1 by class, confusion and calibration into a file too.",
)
def evaluate_command(
    data: Path,
    engine: str | None,
    profile: str,
    models: Path | None,
    against: str | None,
    only_held_out: bool,
    cross_fit: bool,
    format_: str,
    picture: Path | None,
) -> None:
    """Measure how well an engine maps texts whose right answers are known.

    FILE is a table with the columns text and expected (Love, Joy, Surprise, Anger, Sadness, Fear
    or Neutral; several joined by " | ") or concepts (ids, none for a neutral text), and perhaps
    concept; a folder of such tables, each counted as a group too; or a file of GoEmotions with
    labels.txt beside it.

    Told are F1 by class, confusion, calibration, labels and concepts as far as the data has them,
    and how sure these figures are. Thresholds are fitted here, for each fifth of the texts on the
    others; --cross-fit does so with all that weighs an engine's models against each other, which
    texts that the engine was fitted to need. Nothing of the texts is shown.
    """
    from ...ontology.errors import ToneError
    from ...ontology.files import write_atomically
    from ..mapping.annotator import Annotator
    from ..settings import Settings
    from ..training.answers import annotate, peer_answers
    from ..training.cases import held_out, read_cases
    from ..training.peers import open_peer
    from ..training.picture import draw
    from ..training.report import measure
    from ..training.report_text import report_lines

    if picture and picture.suffix.lower() != ".svg":
        raise click.UsageError("--picture takes a file that ends in .svg.")
    if picture and not picture.parent.is_dir():
        raise ToneError(f"{picture}: there is no folder {picture.parent}")
    if models is None and (named := Settings.read().models):
        models = Path(named)
    annotator = Annotator(engine, profile, models=models)
    names = dict.fromkeys(name.strip() for name in against.split(",")) if against else {}
    peers = [open_peer(name) for name in names]
    cases = read_cases(data, annotator.ontology)
    if only_held_out:
        cases = held_out(cases)
    progress = Progress()
    try:
        if cross_fit:
            from ..training.crossfit import cross_fitted_answers

            answers = cross_fitted_answers(
                annotator.engine, profile, annotator.ontology, cases, progress.show, models
            )
        else:
            answers = annotate(annotator, cases, progress.show)
        report = measure(
            cases,
            answers,
            annotator.ontology,
            engine=annotator.engine,
            profile=annotator.profile,
            model_version=annotator.model_version,
            cross_fitted_parameters=cross_fit,
            peers={
                f"{peer.name} {peer.version}": peer_answers(peer, cases, progress.show)
                for peer in peers
            },
        )
    finally:
        progress.clear()
    if format_ == "json":
        click.echo(json.dumps(report.to_dict(), indent=2))
    else:
        click.echo("\n".join(report_lines(report)))
    if picture:
        write_atomically(picture, draw(report).encode())
