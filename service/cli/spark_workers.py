"""What the workers of a Spark job do: annotate Arrow batches of its input."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from ...ontology.errors import SourceError, ToneError
from ..mapping.annotator import Annotator
from . import tables
from .formats import json_line, json_object
from .parquet import arrow_columns, arrow_type, pyarrow
from .rows import Row, Table, answer_rows, cell_text, check_length, escape

BROKEN, MISSING = "tone_error", "tone_missing"
"""Columns besides those of the input and the answers: of the input, a CSV row that does not fit;
of the output, whether a row has no text, which is only counted."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker must know: how rows are read, annotated and written.

    Attributes:
        input_format: one of `tables.INPUT_FORMATS`.
        text_column: the column of the texts.
        header: whether TSV and CSV begin with the names of the columns.
        format: one of `spark.FORMATS`.
        engine, profile, models, explain_limit: the arguments of `Annotator`.
        model_version: that of the engine where the job is started; the workers' must be the same.
        text_limit: characters that a text may have.
        options: those of `Annotator.annotate`.
        added: the columns that a table gains, with their types; none for JSON Lines.
        columns: the input's, and `kinds` their types as `rows.Table` has them; None for Parquet,
            whose columns are passed through.
    """

    input_format: str
    text_column: str
    header: bool
    format: str
    engine: str
    profile: str
    models: str | None
    explain_limit: int
    model_version: str
    text_limit: int
    options: dict[str, Any]
    added: dict[str, type]
    columns: tuple[str, ...] = ()
    kinds: tuple[str, ...] | None = None

    @property
    def is_text(self) -> bool:
        """Whether all cells are written as text."""
        return self.format in ("csv", "tsv")


@lru_cache(maxsize=1)
def _annotator(
    engine: str, profile: str, models: str | None, explain_limit: int, version: str
) -> Annotator:
    annotator = Annotator(engine, profile, models=models, explain_limit=explain_limit)
    if annotator.model_version != version:
        raise ToneError(
            f"the workers have the model {annotator.model_version}, and where the job was started"
            f" it is {version}: install the same package and models there"
        )
    return annotator


def annotate_batches(job: Job, batches: Iterator[Any]) -> Iterator[Any]:
    """Yield the batches of the output for those of the input.

    Raises:
        ToneError: the worker has another model than the one that the job was started with.
    """
    annotator = _annotator(
        job.engine, job.profile, job.models, job.explain_limit, job.model_version
    )
    for batch, rows in _rows(job, batches):
        if not rows:
            continue
        for row in rows:
            check_length(row, job.text_limit)
        answers = answer_rows(rows, annotator, job.options, job.added)
        yield _batch(job, batch, rows, answers)


def kinds_of_batches(job: Job, batches: Iterator[Any]) -> Iterator[Any]:
    """Yield the kinds of the columns of JSON Lines, one row of JSON."""
    pa = pyarrow()

    records = (
        tables.json_record(line, job.text_column)
        for batch in batches
        for line, _, _ in _lines(batch, set())
        if isinstance(line, str)
    )
    kinds = tables.json_kinds(record for record in records if record is not None)
    yield pa.RecordBatch.from_pydict({"kinds": [json.dumps(kinds)]})


def _rows(job: Job, batches: Iterator[Any]) -> Iterator[tuple[Any, list[Row]]]:
    index = job.columns.index(job.text_column)
    begun: set[str] = set()
    for batch in batches:
        if job.input_format == "parquet":
            texts = batch.column(index).to_pylist()
            if job.is_text:
                cells = [list(each) for each in zip(*_values(batch), strict=True)]
            else:
                cells = [[] for _ in texts]
            yield batch, [Row(0, *each) for each in zip(cells, texts, strict=True)]
        elif job.input_format == "csv":
            yield batch, list(_csv_rows(job, batch, index))
        else:
            yield batch, list(_line_rows(job, batch, index, begun))


def _values(batch: Any) -> list[list[Any]]:
    return [column.to_pylist() for column in batch.columns]


def _csv_rows(job: Job, batch: Any, index: int) -> Iterator[Row]:
    for *cells, broken in zip(*_values(batch), strict=True):
        row = Row(0, [cell or "" for cell in cells], cells[index] or None)
        if broken is not None:
            try:
                fields = next(csv.reader([broken], strict=True), [])
                row.error = f"{len(fields)} fields where the header has {len(cells)}"
            except csv.Error as error:
                row.error = f"not CSV: {error}"
        yield row


def _line_rows(job: Job, batch: Any, index: int, begun: set[str]) -> Iterator[Row]:
    width = len(job.columns)
    for line, path, first in _lines(batch, begun):
        if isinstance(line, UnicodeDecodeError):
            yield Row(0, [None] * width, None, f"byte {line.start + 1} is not UTF-8")
        elif job.input_format == "lines":
            yield Row(0, [line], line)
        elif job.input_format == "tsv":
            row = tables.tsv_row(0, line)
            if first and job.header:
                if tuple(row.cells) != job.columns:
                    name = PurePath(path).name
                    raise SourceError(name, 1, "its columns are not those of the other files")
            elif tables.fitted(row, width, index):
                yield row
        else:
            record = tables.json_record(line, job.text_column)
            if record is not None:
                yield tables.json_row(0, record, list(job.columns), job.text_column)


def _lines(batch: Any, begun: set[str]) -> Iterator[tuple[str | UnicodeDecodeError, str, bool]]:
    """Yield lines, or why they are not text, with their file and whether they are its first."""
    for line, path, start in zip(*_values(batch), strict=True):
        first = start == 0 and path not in begun
        if first:
            begun.add(path)
            line = line.removeprefix(codecs.BOM_UTF8)
        try:
            yield line.removesuffix(b"\r").decode(), path, first
        except UnicodeDecodeError as error:
            yield error, path, first


def _batch(job: Job, batch: Any, rows: list[Row], answers: list[Any]) -> Any:
    pa = pyarrow()

    missing = pa.array([row.error is None and row.text is None for row in rows])
    if not job.added:
        table = Table("", list(job.columns), [], iter(()))
        if job.kinds is None and "id" in job.columns:
            for row, value in zip(
                rows, batch.column(job.columns.index("id")).to_pylist(), strict=True
            ):
                row.cells = [value if name == "id" else None for name in job.columns]
        elif job.kinds is None:
            table.columns = []
        pairs = zip(rows, answers, strict=True)
        lines = [json_line(json_object(table, *pair, None)).decode() for pair in pairs]
        errors = pa.array([row.error for row in rows], pa.string())
        return pa.RecordBatch.from_arrays(
            [pa.array(lines), errors, missing], ["value", BROKEN, MISSING]
        )
    names = [*job.columns, *job.added]
    if job.is_text:
        written = [_texts(job, row, answer) for row, answer in zip(rows, answers, strict=True)]
        columns = arrow_columns(names, [pa.string()] * len(names), written)
    else:
        if job.kinds is None:
            own = batch.columns
        else:
            kinds = [arrow_type(kind) for kind in job.kinds]
            own = arrow_columns(job.columns, kinds, [row.cells for row in rows])
        more = [arrow_type(kind.__name__) for kind in job.added.values()]
        columns = [*own, *arrow_columns(job.added, more, answers)]
    return pa.RecordBatch.from_arrays([*columns, missing], [*names, MISSING])


def _texts(job: Job, row: Row, answer: list[Any]) -> list[str]:
    if job.format == "csv":
        return [cell_text(each) for each in (*row.cells, *answer)]
    cells = (
        row.raw.split("\t") if row.raw is not None else [escape(cell_text(c)) for c in row.cells]
    )
    return [*cells, *(escape(cell_text(each)) for each in answer)]
