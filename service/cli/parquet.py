"""Parquet in and out, a chunk at a time; pyarrow is imported only when it is needed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any, BinaryIO

from ...ontology.errors import SourceError, ToneError
from .rows import CHUNK, Chunk, Row, Table, cell_text, text_index, well_formed

ROW_GROUP = 50_000
"""Rows of a row group: what is held in memory."""


def pyarrow() -> Any:
    """Return the package pyarrow.

    Raises:
        ToneError: it is not installed.
    """
    try:
        import_module("pyarrow.parquet")
        return import_module("pyarrow")
    except ImportError:
        raise ToneError("Parquet needs pyarrow: pip install 'tone-kg[tables]'") from None


def open_parquet(stream: BinaryIO, name: str, text_column: str | None) -> Table:
    """Return the table of a Parquet stream; a stream without seeks is first copied to disk.

    Raises:
        SourceError: it is not Parquet, or has no text column.
        ToneError: pyarrow is not installed.
    """
    pa = pyarrow()
    if not stream.seekable():
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - read until the table is
        shutil.copyfileobj(stream, copy)
        stream = copy
    try:
        file = pa.parquet.ParquetFile(stream)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(name, None, f"is not a Parquet file ({_first_line(error)})") from None
    schema = file.schema_arrow
    index = text_index(name, schema.names, text_column)
    kind = schema.types[index]
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if kind not in (pa.string(), pa.large_string(), pa.string_view()):
        raise SourceError(name, None, f"column {schema.names[index]!r} is {kind}, not text")
    done = 0

    def chunks() -> Iterator[Chunk]:
        nonlocal done
        batches = file.iter_batches(batch_size=CHUNK)
        while True:
            try:
                batch = next(batches, None)
                if batch is None:
                    return
                columns = [column.to_pylist() for column in batch.columns]
            except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
                raise SourceError(name, None, f"broken Parquet ({_first_line(error)})") from None
            cells = zip(*columns, strict=True)
            rows = [Row(number, list(c), c[index]) for number, c in enumerate(cells, done + 1)]
            yield Chunk(done, rows, batch)
            done += len(rows)

    size = file.metadata.num_rows
    return Table(name, schema.names, schema.types, chunks(), lambda: (done, size), size)


def write_parquet(
    chunks: Iterator[Chunk], out: BinaryIO, table: Table, added: dict[str, type]
) -> None:
    """Write the rows with the added columns; the columns of a Parquet input keep their types.

    Raises:
        ToneError: a column of a JSON Lines stream changes its type on the way.
    """
    pa = pyarrow()
    kinds = [arrow_type(k) if isinstance(k, str) else k for k in table.kinds]
    more = [arrow_type(k.__name__) for k in added.values()]
    schema = pa.schema(list(zip([*table.columns, *added], [*kinds, *more], strict=True)))

    def batch(chunk: Chunk) -> Any:
        new = arrow_columns(added, more, chunk.answers)
        if chunk.batch is not None:
            own = chunk.batch.columns
        else:
            own = arrow_columns(table.columns, kinds, [row.cells for row in chunk.rows])
        return pa.RecordBatch.from_arrays([*own, *new], schema=schema)

    with pa.parquet.ParquetWriter(_Counted(out), schema) as writer:
        group, rows = [], 0
        for chunk in chunks:
            group.append(batch(chunk))
            rows += len(chunk.rows)
            if rows >= ROW_GROUP:
                writer.write_table(pa.Table.from_batches(group, schema), rows)
                group, rows = [], 0
        if group:
            writer.write_table(pa.Table.from_batches(group, schema), rows)


class _Counted:
    """A stream for pyarrow, which asks where it is; a pipe cannot tell."""

    closed = False

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._position = out, 0

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self._position += len(data)

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        """Leave the stream to who opened it."""


def arrow_type(kind: str) -> Any:
    """Return the Arrow type of a kind of column, as `rows.Table` names them; text for others."""
    pa = pyarrow()
    return {"bool": pa.bool_(), "int": pa.int64(), "float": pa.float64()}.get(kind, pa.string())


def arrow_columns(names: Iterable[str], kinds: list[Any], rows: list[list[Any]]) -> list[Any]:
    """Return rows, at least one, as Arrow columns of these types.

    Raises:
        ToneError: a column has values of another type.
    """
    pa = pyarrow()
    return [_array(pa, *each) for each in zip(names, kinds, zip(*rows, strict=True), strict=True)]


def _array(pa: Any, name: str, kind: Any, values: Iterable[Any]) -> Any:
    if kind == pa.string():
        values = [None if each is None else well_formed(cell_text(each)) for each in values]
    try:
        return pa.array(values, kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        problem = f"column {name!r} is {kind} in the first records and something else later"
        raise ToneError(f"{problem}; give the file by --input, not by a pipe") from None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
