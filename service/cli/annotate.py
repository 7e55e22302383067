"""`tone annotate`: texts from arguments, files or a pipe, mapped onto emotion concepts."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from ...ontology.concepts import PRIMARIES
from ...ontology.errors import ToneError
from ..mapping.engines import DEFAULT_ENGINE
from ..settings import Settings
from . import formats, tables
from .checkpoint import Checkpoint, checkpoint
from .progress import Progress
from .rows import SCHEME_COLUMN, Chunk, Counts, Row, Table, answer_rows, check_added, check_length

if TYPE_CHECKING:
    from ..mapping.annotator import Annotator

FORMATS = ("json", "jsonl", "csv", "tsv", "parquet", "turtle", "jsonld", "emotionml")
REPORTED = 5
"""Failed rows that are named one by one on standard error."""


PROFILE = click.option(
    "--profile",
    metavar="NAME",
    default="general",
    show_default=True,
    help="Kind of text that the engine is fitted to: general or social.",
)


@click.command("annotate", short_help="Map texts onto emotion concepts.")
@click.argument("text", nargs=-1)
@click.option(
    "-i", "--input", "source", metavar="FILE", help="Read the texts from a file; - is a pipe."
)
@click.option(
    "--input-format",
    type=click.Choice(tables.INPUT_FORMATS),
    help="Format of the input. By default its extension tells; a pipe holds lines.",
)
@click.option(
    "--text-column",
    metavar="NAME",
    help="Column that holds the texts. By default text; without a header line, 1.",
)
@click.option(
    "--no-header", is_flag=True, help="The TSV or CSV has no header: columns are 1, 2, 3 ..."
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write to a file, which is replaced only when all is done.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="Format of the output. By default the extension of --output tells; else it is json for"
    " TEXT arguments and jsonl for files and pipes.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on where an interrupted run of the same command stopped. What it did is in"
    " FILE.part beside the --output FILE until that is whole.",
)
@click.option(
    "--on",
    type=click.Choice(["spark"]),
    help="Run as a Spark job: --input and --output are then paths of Spark, and the output a"
    " folder of files.",
)
@click.option(
    "--master",
    metavar="URL",
    help="Where Spark runs, such as local[8], yarn or spark://HOST:7077. By default its own"
    " configuration tells, else it is this machine.",
)
@click.option(
    "--engine",
    metavar="NAME",
    help=f"Engine that maps the texts, by default {DEFAULT_ENGINE};"
    " a wrong name lists those there are.",
)
@PROFILE
@click.option(
    "--language",
    metavar="TAG",
    help="Language of the texts, such as en. By default each text tells; only English is covered.",
)
@click.option("--tier", type=click.IntRange(1, 3), help="Give only the concepts of one tier.")
@click.option(
    "--limit", type=click.IntRange(min=0), help="Give at most so many concepts a tier (default 5)."
)
@click.option(
    "--threshold", type=click.FloatRange(0, 1), help="Give only concepts of at least this score."
)
@click.option(
    "--explain",
    is_flag=True,
    help="Say of each place in the text which rules bore on it, and where; of a model's answer,"
    " which words carry it.",
)
@click.option("--scheme", metavar="NAME", help="Answer in the labels of another scheme too.")
def annotate_command(
    text: tuple[str, ...],
    source: str | None,
    input_format: str | None,
    text_column: str | None,
    no_header: bool,
    output: str | None,
    format_: str | None,
    resume: bool,
    on: str | None,
    master: str | None,
    engine: str | None,
    profile: str,
    **options: Any,
) -> None:
    """Map texts onto emotion concepts.

    The texts are the TEXT arguments, or come from --input: TSV, CSV or Parquet with a column of
    texts, JSON Lines (objects or strings), or plain lines. Without either they are read from a
    pipe, one a line.

    CSV, TSV and Parquet output keep all input columns and add tone_primary, tone_neutral and
    others; JSON has one object a text, with the row's id if the input has a column id. A row that
    cannot be annotated says why in tone_error or "error", and the exit status is 1.
    """
    if text and (source or input_format or text_column or no_header):
        raise click.UsageError("Give either TEXT arguments or an input, not both.")
    if not text and source is None:
        if sys.stdin.isatty():
            raise click.UsageError("Give a TEXT, or --input FILE, or pipe texts in, one a line.")
        source = "-"
    output = None if output == "-" else output
    format_ = format_ or (formats.format_of(output) if output else "json" if text else "jsonl")
    if format_ == "parquet" and output is None and sys.stdout.isatty():
        raise click.UsageError("Parquet is not for a terminal: give --output FILE.")
    if resume and (text or not formats.is_replaced(output)):
        raise click.UsageError("--resume goes with an input and --output FILE.")
    if master is not None and on is None:
        raise click.UsageError("--master goes with --on spark.")
    if on is not None:
        from .spark import FORMATS as SPARK_FORMATS

        if source in (None, "-") or output is None or resume:
            raise click.UsageError("--on spark goes with --input and --output, without --resume.")
        if format_ not in SPARK_FORMATS:
            raise click.UsageError(f"--on spark writes {', '.join(SPARK_FORMATS)}, not {format_}.")
    if options["scheme"] and format_ in ("turtle", "jsonld", "emotionml"):
        raise click.UsageError(f"--scheme does not fit --format {format_}.")
    if options["explain"] and format_ not in ("json", "jsonl"):
        raise click.UsageError(f"--explain does not fit --format {format_}; take json or jsonl.")
    settings = Settings.read()
    options = {name: value for name, value in options.items() if value is not None}
    if on is not None:
        assert source is not None
        assert output is not None
        from .spark import annotate_on_spark
        from .spark_workers import Job

        if not input_format and not PurePath(source).suffix:
            raise click.UsageError(f"What is in {source}? Give --input-format.")
        annotator = _annotator(engine, profile, settings, options)
        job = Job(
            input_format=input_format or tables.format_of(source),
            text_column=text_column or ("1" if no_header else "text"),
            header=not no_header,
            format=format_,
            engine=annotator.engine,
            profile=profile,
            models=settings.models or None,
            explain_limit=settings.explain_limit,
            model_version=annotator.model_version,
            text_limit=settings.text_limit,
            options=options,
            added=_added_columns(options) if format_ in formats.TABLE_FORMATS else {},
        )
        _report(source, annotate_on_spark(job, source, output, master))
        return
    with ExitStack() as stack:
        if text:
            table = tables.table_of_texts(text)
        else:
            assert source is not None
            stream, size = _open(source, stack)
            table = tables.open_table(
                stream,
                "standard input" if source == "-" else source,
                input_format or tables.format_of(source),
                text_column=text_column,
                header=not no_header,
                every_column=format_ in formats.TABLE_FORMATS,
                size=size,
            )
        annotator = _annotator(engine, profile, settings, options)
        added = _added_columns(options) if format_ in formats.TABLE_FORMATS else {}
        check_added(table.name, table.columns, added)
        run = _Run(table, annotator, options, added, settings)
        single = format_ == "json" and len(text) == 1
        write = formats.write_one_json if single else formats.writer(format_)
        kept = None
        if source is not None and output is not None and formats.is_replaced(output):
            kept = stack.enter_context(checkpoint(output, run.facts(), resume))
        shown = output is not None or not sys.stdout.isatty()
        with formats.output(output, kept.output if kept is not None else None) as out:
            write(run.chunks(kept, shown), out, table, added)
    _report(table.name, run.counts)


def _open(source: str, stack: ExitStack) -> tuple[BinaryIO, int | None]:
    if source == "-":
        return sys.stdin.buffer, None
    try:
        stream = stack.enter_context(open(source, "rb"))  # noqa: SIM115
    except OSError as error:
        raise ToneError(f"cannot read {source}: {error.strerror}") from None
    return stream, os.fstat(stream.fileno()).st_size if stream.seekable() else None


def _annotator(
    engine: str | None, profile: str, settings: Settings, options: dict[str, Any]
) -> Annotator:
    from ..mapping.annotator import Annotator

    annotator = Annotator(
        engine, profile, models=settings.models or None, explain_limit=settings.explain_limit
    )
    annotator.annotate([], **options)  # a wrong option is told before anything is written
    return annotator


def _added_columns(options: dict[str, Any]) -> dict[str, type]:
    from ..mapping.answer import ROW_COLUMNS

    names = [*ROW_COLUMNS, SCHEME_COLUMN] if "scheme" in options else ROW_COLUMNS
    shares = {f"tone_{each}" for each in ("neutral", "other", *PRIMARIES)}
    return {
        each: float if each in shares or each.startswith("tone_score") else str for each in names
    }


def _report(name: str, counts: Counts) -> None:
    """Say what was odd; leave with status 1 if rows failed."""
    if counts.missing:
        click.echo(
            f"tone: warning: {counts.missing:,} of {counts.rows:,} rows of {name} have no text;"
            " they are annotated as empty texts",
            err=True,
        )
    if counts.failed:
        click.echo(f"tone: {counts.failed:,} of {counts.rows:,} rows failed", err=True)
        raise click.exceptions.Exit(1)


class _Run:
    """Annotates a table chunk by chunk and keeps count."""

    def __init__(
        self,
        table: Table,
        annotator: Any,
        options: dict[str, Any],
        added: dict[str, type],
        settings: Settings,
    ) -> None:
        self.table, self.annotator, self.options = table, annotator, options
        self.added, self.settings = added, settings
        self.counts = Counts()

    def facts(self) -> dict[str, Any]:
        """Return what the answers depend on besides the texts, by names for messages."""
        return {
            "engine": self.annotator.engine,
            "model version": self.annotator.model_version,
            "profile": self.annotator.profile,
            "TONE_EXPLAIN_LIMIT": self.settings.explain_limit,
            **{f"--{name}": value for name, value in self.options.items()},
            "output": "a table" if self.added else "no table",
        }

    def chunks(self, kept: Checkpoint | None, shown: bool) -> Iterator[Chunk]:
        """Yield the chunks of the table with their answers.

        Args:
            kept: where answers are kept, and taken from if they are there.
            shown: whether the progress may be shown on the terminal.
        """
        progress = Progress()
        for chunk in self.table.chunks:
            for row in chunk.rows:
                self.counts.missing += row.error is None and row.text is None
                check_length(row, self.settings.text_limit)
                self.counts.rows += 1
                if row.error is not None:
                    self._failed(row)
            make = partial(answer_rows, chunk.rows, self.annotator, self.options, self.added)
            chunk.answers = (
                kept.answers(self.table.name, chunk.rows, make) if kept is not None else make()
            )
            yield chunk
            if shown:
                of = "" if self.table.size is None else f" of {self.table.size:,}"
                progress.show(f"{self.counts.rows:,}{of} texts", *self.table.progress())
        progress.clear()

    def _failed(self, row: Row) -> None:
        self.counts.failed += 1
        if self.counts.failed <= REPORTED:
            click.echo(f"tone: {self.table.name}:{row.line}: {row.error}", err=True)
