"""The journal: what was written to a store since its sources, kept so that a crash loses nothing.

In a folder there are `journal-N.log` and, for N above 1, `snapshot-N.nq` that it builds on. The
log is lines of the CRC-32 of a JSON object and the object; the first one is the header. A line is
whole if it ends and the sum is right. JSON holds no line end and no NUL, so what a crash cut off,
or left as blocks never written, is told from other damage.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ...ontology.errors import ToneError
from .operation import Operation, from_json, to_json

VERSION = 1
PATIENCE = 5.0
"""Seconds to wait for a service that is ending to let go of its journal."""

_NAME = re.compile(r"journal-([0-9]{6})\.log")
_OURS = re.compile(r"(journal-[0-9]{6}\.log|snapshot-[0-9]{6}\.nq)(\.new)?")


class JournalUnusable(ToneError):
    """A journal that cannot be begun with; the message says why and what to do."""


class Journal:
    """A journal, locked for this process and those that it forks.

    Args:
        folder: where it is; it is made if it is not there.
        sources: what tells the sources that it builds on from any others.

    Raises:
        JournalUnusable: another service uses it, it is damaged, or builds on other sources.

    Attributes:
        generation: how many writes there were, since the sources.
        size: the bytes of the log.
        empty: IRIs of the graphs that the snapshot cannot show, since they are empty.
    """

    def __init__(self, folder: Path, sources: str) -> None:
        self._folder = folder
        self._sources = sources
        self.empty: list[str] = []
        self.generation = 0
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                self._wait_for_lock()
                self._open()
            except BaseException:
                os.close(self._lock)
                raise
        except OSError as error:
            raise JournalUnusable(
                f"{folder}: the journal cannot be used ({error.strerror})"
            ) from None

    def _wait_for_lock(self) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise JournalUnusable(
                        f"{self._folder}: another service writes this journal; stop it, or name "
                        "another folder by --journal"
                    ) from None
                time.sleep(0.02)

    def _open(self) -> None:
        names = map(_NAME.fullmatch, os.listdir(self._folder))
        found = [int(name[1]) for name in names if name]
        self._number = max(found, default=0)
        if not found:
            self._begin(1, None)
        self._read()
        kept = {self._log.name, self.snapshot.name if self.snapshot else ""}
        for name in os.listdir(self._folder):
            if _OURS.fullmatch(name) and name not in kept:
                os.unlink(self._folder / name)
        self._file = os.open(self._log, os.O_WRONLY | os.O_APPEND)
        if os.fstat(self._file).st_size > self.size:
            os.ftruncate(self._file, self.size)
            os.fsync(self._file)

    @property
    def _log(self) -> Path:
        return self._folder / f"journal-{self._number:06}.log"

    @property
    def snapshot(self) -> Path | None:
        """The N-Quads that the log builds on, None if it builds on the sources."""
        return self._folder / f"snapshot-{self._number:06}.nq" if self._digest else None

    def _read(self) -> None:
        header, *records = self._lines()
        if header.get("version") != VERSION:
            raise JournalUnusable(f"{self._log}: another version of TONE wrote this journal")
        if header["sources"] != self._sources:
            raise JournalUnusable(
                f"{self._log}: the journal builds on other sources than those to be served; serve "
                "those, or name another folder by --journal to begin without what was written"
            )
        self.empty, self._digest = header["empty"], header["snapshot"]
        self.generation = header["generation"] + len(records)
        self._records = records

    def _lines(self) -> Iterator[dict[str, Any]]:
        """Yield the whole lines; `size` is where they end."""
        self.size = 0
        data = self._log.read_bytes()
        for line in data.splitlines(keepends=True):
            if not _is_whole(line):
                is_last = self.size + len(line) == len(data)
                torn = b"\0" in line or not (line.endswith(b"\n") or _is_whole(line[:-1] + b"\n"))
                if self.size and is_last and torn:
                    return
                raise JournalUnusable(
                    f"{self._log}: damaged at byte {self.size:,}; restore the file, or, to lose "
                    f"all that was written from there on, cut it: truncate -s {self.size} FILE"
                )
            self.size += len(line)
            yield json.loads(line[9:])
        if not data:
            raise JournalUnusable(f"{self._log}: damaged at byte 0: it is empty")

    def operations(self) -> list[Operation]:
        """Return what is to be applied to the snapshot or the sources, in order."""
        records, self._records = self._records, []
        return [from_json(each) for each in records]

    def snapshot_quads(self) -> Iterable[ox.Quad]:
        """Return the quads of the snapshot.

        Raises:
            JournalUnusable: it is damaged or not there.
        """
        assert self.snapshot is not None
        try:
            data = self.snapshot.read_bytes()
        except OSError as error:
            raise JournalUnusable(f"{self.snapshot}: {error.strerror}; restore the file") from None
        if hashlib.sha256(data).hexdigest() != self._digest:
            raise JournalUnusable(f"{self.snapshot}: the snapshot is damaged; restore the file")
        return ox.parse(data, format=ox.RdfFormat.N_QUADS)

    def append(self, operation: Operation) -> None:
        """Write an operation down; when this returns, a crash will not lose it.

        Raises:
            OSError: it could not be written. The process must end: what the file holds is known
                when it is read again.
        """
        self.size += _write(self._file, _line(to_json(operation)))
        os.fsync(self._file)
        self.generation += 1

    def restart(self, quads: Iterable[ox.Quad], empty: list[str]) -> None:
        """Put a snapshot, which holds one write more, in the place of all before.

        Args:
            quads: all that the store holds.
            empty: IRIs of its empty graphs.

        Raises:
            OSError: see `append`.
        """
        data = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
        self.generation += 1
        self.empty = empty
        old = [self._log, self.snapshot]
        self._write_whole(self._folder / f"snapshot-{self._number + 1:06}.nq", data)
        self._begin(self._number + 1, hashlib.sha256(data).hexdigest())
        os.close(self._file)
        self._file = os.open(self._log, os.O_WRONLY | os.O_APPEND)
        for each in old:
            if each is not None:
                with suppress(OSError):
                    os.unlink(each)

    def _begin(self, number: int, digest: str | None) -> None:
        header = {
            "version": VERSION,
            "sources": self._sources,
            "snapshot": digest,
            "generation": self.generation,
            "empty": self.empty,
        }
        line = _line(header)
        self._number, self._digest, self.size = number, digest, len(line)
        self._write_whole(self._log, line)

    def _write_whole(self, path: Path, data: bytes) -> None:
        """Write a file so that it is there whole or not at all, and stays."""
        temporary = path.with_name(path.name + ".new")
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def close(self) -> None:
        """Let go of the journal; nothing can be written any more."""
        os.close(self._file)
        os.close(self._lock)


def _line(value: dict[str, Any]) -> bytes:
    text = json.dumps(value, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _is_whole(line: bytes) -> bool:
    return line.endswith(b"\n") and line[:9] == b"%08x " % zlib.crc32(line[9:-1])


def _write(file: int, data: bytes) -> int:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
    return len(data)
