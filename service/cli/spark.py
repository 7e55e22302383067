"""`tone annotate --on spark`: the same annotator over tables of any size, on a Spark cluster."""

from __future__ import annotations

import codecs
import json
import os
import re
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

from ...ontology.errors import SourceError, ToneError
from . import tables
from .rows import CHUNK, Counts, check_added, text_index
from .spark_workers import BROKEN, MISSING, Job, annotate_batches, kinds_of_batches

FORMATS = ("csv", "tsv", "jsonl", "parquet")
"""Output formats."""

_CSV = {"multiLine": True, "quote": '"', "escape": '"', "enforceSchema": False}


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
    for row in head.mapInArrow(partial(kinds_of_batches, job), "kinds string").collect():
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
    return frame.mapInArrow(partial(annotate_batches, job), schema)


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
