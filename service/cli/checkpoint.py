"""What a run has done so far, kept beside its output until that is whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import click

from ...ontology.errors import ToneError
from .rows import Row

_LENGTH = struct.Struct(">I")


class Checkpoint:
    """The folder `OUTPUT.part`, from which an interrupted run can go on.

    Its file `answers` holds records one after the other: first what the run is, then the answers
    of each chunk of rows with a digest of the rows' texts. A record is its length in 4 bytes, big
    end first, and then JSON, compressed by zlib, whose checksum tells a record that was cut off.
    A run that goes on reads its input from the beginning, and takes the answers from here as long
    as there are any.

    Attributes:
        output: where the output itself is to be written until it is whole.
        rows: how many rows have their answers here, of those that were asked for.
    """

    def __init__(self, folder: Path, file: BinaryIO, run: dict[str, Any], resume: bool) -> None:
        self.output = folder / "output"
        self.rows = 0
        self._folder, self._file = folder, file
        known = self._read() if resume else None
        self._replaying = known is not None
        if known is None:
            self._begin(0)
            self._write(run)
        else:
            self._compare(known, run)

    def answers(self, name: str, rows: list[Row], make: Callable[[], list[Any]]) -> list[Any]:
        """Return the answers of a chunk of rows: those kept, or those that `make` gives.

        Args:
            name: what messages call the input.
            rows: the next rows of the input.
            make: returns what is to be kept of each row, which JSON can hold.

        Raises:
            ToneError: the rows are not those that the interrupted run had in this place.
        """
        facts = json.dumps([[row.text, row.error] for row in rows])
        digest = hashlib.sha256(facts.encode()).hexdigest()
        record = self._next()
        if record is None:
            record = [digest, make()]
            self._write(record)
        elif record[0] != digest:
            raise ToneError(
                f"{name}: rows {self.rows + 1:,} to {self.rows + len(rows):,} are not those of the"
                f" interrupted run; give the same input, or leave out --resume to begin anew"
            )
        self.rows += len(rows)
        answers: list[Any] = record[1]
        return answers

    @property
    def has_answers(self) -> bool:
        """Whether there is anything to go on from."""
        return self.rows > 0 or self._replaying

    def _next(self) -> Any:
        if not self._replaying:
            return None
        end = self._file.tell()
        record = self._read()
        if record is None:
            self._replaying = False
            self._begin(end)
            click.echo(f"tone: {self.rows:,} rows were done already", err=True)
        return record

    def _read(self) -> Any:
        """Return the next record, None where no whole one follows."""
        try:
            (length,) = _LENGTH.unpack(self._file.read(_LENGTH.size))
            return json.loads(zlib.decompress(self._file.read(length)))
        except (struct.error, zlib.error, ValueError):
            return None

    def _write(self, record: Any) -> None:
        data = zlib.compress(json.dumps(record).encode(), 1)
        try:
            self._file.write(_LENGTH.pack(len(data)) + data)
            self._file.flush()
        except OSError as error:
            raise ToneError(f"{self._folder}: cannot be written ({error.strerror})") from None

    def _begin(self, end: int) -> None:
        self._file.seek(end)
        self._file.truncate()

    def _compare(self, known: dict[str, Any], run: dict[str, Any]) -> None:
        differ = [key for key in {**known, **run} if known.get(key) != run.get(key)]
        if differ:
            raise ToneError(
                f"{self._folder} is of a run with "
                + ", ".join(f"{key} {known.get(key)}, not {run.get(key)}" for key in differ)
                + ": give the same options, or leave out --resume to begin anew"
            )


@contextmanager
def checkpoint(output: str, run: dict[str, Any], resume: bool) -> Iterator[Checkpoint]:
    """Give the checkpoint of an output; its folder is removed when the block ends well.

    After an error it stays, if there are answers in it, and standard error says so.

    Args:
        output: the file that is being made.
        run: all that the answers depend on besides the texts, by names for messages.
        resume: whether to go on from what an interrupted run left; else that is dropped.

    Raises:
        ToneError: the output cannot be written, is being written by another run, or the run that
            was interrupted was another one.
    """
    target = os.path.realpath(output) if os.path.islink(output) else output
    folder = Path(f"{target}.part")
    try:
        folder.mkdir(exist_ok=True)
        descriptor = os.open(folder / "answers", os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        name = folder if isinstance(error, FileExistsError | NotADirectoryError) else output
        raise ToneError(f"{name}: cannot be written ({error.strerror})") from None
    file = open(descriptor, "r+b")  # noqa: SIM115 - closed below, whatever the last write says
    kept = None
    try:
        _lock(descriptor, output)
        kept = Checkpoint(folder, file, run, resume)
        yield kept
    except BaseException:
        if kept is not None and kept.has_answers:
            click.echo(f"tone: what is done is in {folder}; --resume goes on from there", err=True)
        elif kept is not None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    else:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        with suppress(OSError):
            file.close()


def _lock(descriptor: int, output: str) -> None:
    """Lock out other runs until the file is closed, where the system has such locks."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ToneError(f"{output}: another run is making it") from None
    except OSError:  # some network drives have no locks
        return
