"""`tone annotate --on spark`: the same annotator over tables of any size, on a Spark cluster."""

from __future__ import annotations

import codecs
import csv
import json
import os
import re
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from importlib import import_module
from pathlib import PurePath
from typing import Any

from ...ontology.errors import SourceError, ToneError
from ..mapping.annotator import Annotator
from . import tables
from .formats import json_line, json_object
from .parquet import arrow_columns, arrow_type, pyarrow
from .rows import (
    CHUNK,
    Counts,
    Row,
    Table,
    answer_rows,
    cell_text,
    check_added,
    check_length,
    escape,
    text_index,
)

FORMATS = ("csv", "tsv", "jsonl", "parquet")
"""Output formats."""

BROKEN, MISSING = "tone_error", "tone_missing"
"""Columns besides those of the input and the answers: of the input, a CSV row that does not fit;
of the output, whether a row has no text, which is only counted."""

_CSV = {"multiLine": True, "quote": '"', "escape": '"', "enforceSchema": False}


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker must know: how rows are read, annotated and written.

    Attributes:
        input_format: one of `tables.INPUT_FORMATS`.
        text_column: the column of the texts.
        header: whether TSV and CSV begin with the names of the columns.
        format: one of `FORMATS`.
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


def annotate_on_spark(job: Job, source: str, output: str, master: str | None) -> Counts:
    """Annotate a table by Spark, and write it as a folder.

    Rows keep their order within a file of the input.

    Args:
        job: without `columns` and `kinds`, which are found here.
        source: a file, a folder or a pattern, anywhere that Spark reads from.
        output: the folder, anywhere that Spark writes to.
        master: where Spark runs; None for what its own configuration says, else this machine.

    Raises:
        ToneError: Spark or Java is not there, the input cannot be read, the output is there
            already, or the job fails; nothing is left of it then.
    """
    with _session(master) as spark, _told(source):
        folder = _Folder(spark, output)
        if folder.exists():
            raise ToneError(f"{output}: is there already; Spark writes only a new folder")
        frame, job = _read(spark, source, job)
        check_added(source, job.columns, [*job.added, MISSING])
        try:
            return _write(_annotated(frame, job), job, output)
        except BaseException as error:
            if "[PATH_ALREADY_EXISTS]" not in str(error):  # else it is another job's
                with suppress(Exception):
                    folder.remove()
            raise


@contextmanager
def _session(master: str | None) -> Iterator[Any]:
    java = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{java}/bin" if java else None) is None:
        where = f" in JAVA_HOME, {java}" if java else ""
        raise ToneError(
            f"Spark needs Java 17 or later, and there is none{where};"
            " on Debian: apt-get install openjdk-17-jre-headless"
        )
    # The workers are to run this Python, not the first on their path.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
    try:
        builder = import_module("pyspark.sql").SparkSession.builder
    except ImportError:
        raise ToneError("--on spark needs pyspark: pip install 'tone-kg[spark]'") from None
    builder.appName("tone annotate")
    builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", str(CHUNK))
    # Points in time pass through as they are, whatever the zone of a machine.
    builder.config("spark.sql.session.timeZone", "UTC")
    builder.config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
    builder.config("spark.ui.showConsoleProgress", str(sys.stderr.isatty()).lower())
    if master is not None:
        builder.master(master)
        if master.startswith("local"):  # nothing of it is of use to other machines
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
            builder.config("spark.driver.host", "127.0.0.1")
            builder.config("spark.driver.bindAddress", "127.0.0.1")
            builder.config("spark.ui.enabled", "false")
    try:
        spark = builder.getOrCreate()
    except _exceptions() as error:
        at = "" if master is None else f" with --master {master}"
        raise ToneError(
            f"Spark does not start{at}; is that right, and can it be reached? ({_cause(error)})"
        ) from None
    try:
        if not spark.sparkContext.getConf().contains("spark.log.level"):
            spark.sparkContext.setLogLevel("OFF")  # what goes wrong is raised as well
        yield spark
    finally:
        spark.stop()


@contextmanager
def _told(source: str) -> Iterator[None]:
    """Make Spark's exceptions errors for people."""
    try:
        yield
    except _exceptions() as error:
        text = str(error)
        if "[PATH_NOT_FOUND]" in text:
            raise ToneError(f"cannot read {source}: no such file or folder") from None
        missing = re.search(r"No module named '?(\w+)", text)
        if missing:
            raise ToneError(
                f"the workers' Python has no {missing[1]}; docs/scale.md says how it gets there"
            ) from None
        raise ToneError(f"Spark failed: {_cause(error)}") from None


def _exceptions() -> tuple[type[Exception], ...]:
    """Return the classes of what Spark raises."""
    errors, protocol = import_module("pyspark.errors"), import_module("py4j.protocol")
    return errors.PySparkException, protocol.Py4JError


def _cause(error: Exception) -> str:
    """Return the line of an exception's text that tells most: a worker's own error, if any."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    for line in lines:
        name, mark, message = line.partition("Error: ")
        if mark and name.startswith(ToneError.__module__):
            return message
    for begin in ("Caused by: ", ": "):  # the second is py4j's, after a line of its own
        causes = [line.removeprefix(begin) for line in lines if line.startswith(begin)]
        if causes:
            return causes[-1]
    return next(iter(lines), "no reason given")


class _Folder:
    """A folder by Spark's own file systems."""

    def __init__(self, spark: Any, name: str) -> None:
        context = spark.sparkContext
        self._path = context._jvm.org.apache.hadoop.fs.Path(name)
        self._system = self._path.getFileSystem(context._jsc.hadoopConfiguration())

    def exists(self) -> bool:
        return bool(self._system.exists(self._path))

    def remove(self) -> None:
        self._system.delete(self._path, True)


def _read(spark: Any, source: str, job: Job) -> tuple[Any, Job]:
    """Return the input as a data frame, and the job with what it says of the columns."""
    if job.input_format == "parquet":
        frame = spark.read.parquet(source)
        index = text_index(source, frame.columns, job.text_column)
        kind = frame.schema[index].dataType.simpleString()
        if kind != "string":
            raise SourceError(source, None, f"column {job.text_column!r} is {kind}, not text")
        return frame, replace(job, columns=tuple(frame.columns))
    if job.input_format == "csv":
        columns = spark.read.csv(source, header=job.header, **_CSV).columns
        if not columns:
            raise SourceError(source, None, "is empty")
        if not job.header:
            columns = [str(each) for each in range(1, len(columns) + 1)]
        text_index(source, columns, job.text_column)
        # Quoted, since names may hold anything.
        names = [*columns, BROKEN]
        schema = ", ".join("`{}` string".format(each.replace("`", "``")) for each in names)
        frame = spark.read.csv(
            source, schema, header=job.header, columnNameOfCorruptRecord=BROKEN, **_CSV
        )
        return frame, _with_columns(job, columns)
    frame = (
        spark.read.option("lineSep", "\n")
        .text(source)
        .selectExpr(
            "cast(value as binary) as value",
            "_metadata.file_path as path",
            "_metadata.file_block_start as start",
        )
    )
    if job.input_format == "lines":
        text_index(source, ["text"], job.text_column)
        return frame, _with_columns(job, ["text"])
    if job.input_format == "tsv":
        first = frame.first()
        if first is None:
            raise SourceError(source, None, "is empty; its first line should name the columns")
        line = (
            first.value.removeprefix(codecs.BOM_UTF8).removesuffix(b"\r").decode("utf-8", "replace")
        )
        columns = tables.tsv_row(1, line).cells
        if not job.header:
            columns = [str(each) for each in range(1, len(columns) + 1)]
        text_index(source, columns, job.text_column)
        return frame, _with_columns(job, columns)
    kinds: dict[str, str] = {}
    head = frame if job.added else frame.limit(tables.LOOKAHEAD)
    for row in head.mapInArrow(partial(_kinds, job), "kinds string").collect():
        for key, kind in json.loads(row.kinds).items():
            tables.add_kind(kinds, key, kind)
    columns = list(kinds) or [job.text_column]
    text_index(source, columns, job.text_column)
    named = ["string" if kind == "null" else kind for kind in kinds.values()]
    return frame, replace(job, columns=tuple(columns), kinds=tuple(named))


def _with_columns(job: Job, columns: list[str]) -> Job:
    return replace(job, columns=tuple(columns), kinds=("string",) * len(columns))


def _annotated(frame: Any, job: Job) -> Any:
    types = import_module("pyspark.sql.types")
    kinds = {"bool": types.BooleanType(), "int": types.LongType(), "float": types.DoubleType()}
    text = types.StringType()
    if not job.added:
        fields = [("value", text), (BROKEN, text)]
    elif job.is_text:
        fields = [(name, text) for name in (*job.columns, *job.added)]
    else:
        if job.kinds is None:
            fields = [(each.name, each.dataType) for each in frame.schema]
        else:
            fields = [(c, kinds.get(k, text)) for c, k in zip(job.columns, job.kinds, strict=True)]
        fields += [(name, kinds.get(kind.__name__, text)) for name, kind in job.added.items()]
    fields.append((MISSING, kinds["bool"]))
    schema = types.StructType([types.StructField(*each) for each in fields])
    return frame.mapInArrow(partial(_annotate, job), schema)


def _write(frame: Any, job: Job, output: str) -> Counts:
    seen = import_module("pyspark.sql").Observation("rows")
    f = import_module("pyspark.sql.functions")
    frame = frame.observe(
        seen,
        f.count(f.lit(1)).alias("rows"),
        f.count_if(f.col(BROKEN) != "").alias("failed"),
        f.count_if(f.col(MISSING)).alias("missing"),
    ).drop(MISSING)
    if job.format == "parquet":
        frame.write.parquet(output)
    elif job.format == "jsonl":
        frame.select("value").write.text(output)
    else:
        quoting = {"quote": '"', "escape": '"', "quoteAll": True}
        frame.write.csv(
            output,
            header=True,
            emptyValue="",
            nullValue="",
            ignoreLeadingWhiteSpace=False,
            ignoreTrailingWhiteSpace=False,
            **(quoting if job.format == "csv" else {"sep": "\t", "quote": "", "escape": ""}),
        )
    return Counts(**seen.get)


# What follows runs in the workers, on Arrow batches.


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


def _annotate(job: Job, batches: Iterator[Any]) -> Iterator[Any]:
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


def _kinds(job: Job, batches: Iterator[Any]) -> Iterator[Any]:
    """Yield the kinds of the columns of JSON Lines."""
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
