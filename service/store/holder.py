"""The process that holds the embedded store and forks the workers that answer queries.

It is forked itself before any thread runs, and never runs one: so every fork of it is a whole
process. Whoever connects to its socket talks to a worker of their own until they hang up.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import selectors
import shutil
import signal
import socket
import struct
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ...ontology.errors import ToneError
from .embedded import EmbeddedStore
from .operation import from_json
from .stamp import Stamp
from .worker import (
    ANSWER,
    PID,
    REQUEST,
    Limits,
    described,
    die_with,
    ended_by,
    receive,
    send,
    work,
)
from .writable import JournalFailed

LEASE, END, WRITE, CHANGED = b"L", b"E", b"W", b"C"
"""What a connection begins with.

It wants a worker, or to know how the one of a number ended, or something written: that follows as
a request does, and is answered as one is. Or another store has changed, for which the stamp stands.
"""

_BACKLOG = 512
_PATIENCE = 1.0
_PAUSE = 0.1
_REMEMBERED = 1000
_UNLOADED = 3


class Holder:
    """A process that holds a store. It ends with this one, or when its store cannot be loaded.

    Args:
        load: returns the store; it runs in the process, while this one goes on.
        limits: what a query may take.
        writable: whether the store changes, so that a process that takes another's place must
            load it anew.

    Attributes:
        folder: where its socket and its stamp are; see `socket_in` and `Stamp`. Who connects
            before the store is loaded waits.
        ended: whether the process is known to have ended.
    """

    def __init__(
        self, load: Callable[[], EmbeddedStore], limits: Limits, writable: bool = False
    ) -> None:
        self.ended = False
        self._keeper = 0
        self.folder = folder = Path(tempfile.mkdtemp(prefix="tone-"))
        owner = os.getpid()
        atexit.register(self._stop, owner, folder)
        stamp = Stamp.make(folder)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(socket_in(folder))
            listener.listen(_BACKLOG)
            self._keeper = os.fork()
            if self._keeper == 0:
                _end_with(lambda: _keep(load, listener, stamp, limits, writable, owner))

    def wait(self) -> None:
        """Wait until the process has ended."""
        with suppress(ChildProcessError):
            os.waitpid(self._keeper, 0)
        self.ended = True

    def _stop(self, owner: int, folder: Path) -> None:
        if os.getpid() == owner:
            if self._keeper:
                with suppress(ProcessLookupError):
                    os.killpg(self._keeper, signal.SIGKILL)
            shutil.rmtree(folder, ignore_errors=True)


def socket_in(folder: Path) -> str:
    """Return the address of the socket in a holder's folder."""
    return str(folder / "store")


def _end_with(run: Callable[[], None]) -> None:
    """Run what a forked process is for, and end it."""
    status = 1
    try:
        run()
        status = 0
    except ToneError as error:
        print(f"tone: {error}", file=sys.stderr, flush=True)
        status = _UNLOADED
    finally:
        os._exit(status)


def _keep(
    load: Callable[[], EmbeddedStore],
    listener: socket.socket,
    stamp: Stamp,
    limits: Limits,
    writable: bool,
    parent: int,
) -> None:
    """See to it that a process serves the store.

    Raises:
        ToneError: the store cannot be loaded.
    """
    os.setpgid(0, 0)
    die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    store = None if writable else _settled(load())
    keeper = os.getpid()
    while True:
        server = os.fork()
        if server == 0:
            die_with(keeper)
            _end_with(lambda: _Server(store or _settled(load()), listener, stamp, limits).run())
        _, status = os.waitpid(server, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _UNLOADED:
            return  # it has said why
        stamp.grow()
        time.sleep(_PAUSE)


def _settled(store: EmbeddedStore) -> EmbeddedStore:
    """Return a store whose objects the garbage collector leaves alone, so that they stay shared."""
    gc.collect()
    gc.freeze()
    return store


@dataclass(slots=True)
class _Write:
    """An operation that a client has asked for.

    Args:
        connection: where the answer goes.
        operation: the operation as JSON.
        channel: the connection to the worker that tries it.
        worker: the number of that one's process.
    """

    connection: socket.socket
    operation: bytes
    channel: socket.socket | None = None
    worker: int = 0


class _Server:
    """Forks a worker for each connection, and does what is written, one after the other."""

    def __init__(
        self, store: EmbeddedStore, listener: socket.socket, stamp: Stamp, limits: Limits
    ) -> None:
        self._store = store
        self._listener = listener
        self._stamp = stamp
        self._limits = limits
        self._ends: dict[int, int] = {}
        self._writes: deque[_Write] = deque()
        self._selector = selectors.DefaultSelector()

    def run(self) -> None:
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self._listener.setblocking(False)
        for each in (self._listener, reader):
            self._selector.register(each, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._listener:
                    with suppress(OSError):
                        self._serve(self._listener.accept()[0])
                elif key.fileobj == reader:
                    os.read(reader, 4096)
                else:
                    self._finish(self._writes.popleft())
            self._reap()

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                self._ends[found[0]] = found[1]
        while len(self._ends) > _REMEMBERED:
            del self._ends[next(iter(self._ends))]

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(_PATIENCE)
        kind = connection.recv(1)
        if kind == WRITE and (length := receive(connection, REQUEST.size)):
            operation = receive(connection, *REQUEST.unpack(length))
            self._writes.append(_Write(connection, operation))
            if len(self._writes) == 1:
                self._rehearse(self._writes[0])
            return
        with connection:
            if kind == LEASE:
                self._fork(connection)
            elif kind == CHANGED:
                self._stamp.grow()
                connection.sendall(CHANGED)
            elif kind == END and (number := receive(connection, PID.size)):
                connection.sendall(PID.pack(self._end(*PID.unpack(number))))

    def _fork(self, channel: socket.socket) -> int:
        parent = os.getpid()
        worker = os.fork()
        if worker == 0:
            signal.set_wakeup_fd(-1)
            self._selector.close()
            self._listener.close()
            for each in self._writes:
                each.connection.close()
                if each.channel:  # else who tries a write never sees that it is done with
                    each.channel.close()
            channel.settimeout(None)
            die_with(parent)
            _end_with(lambda: work(self._store, channel, self._limits))
        return worker

    def _end(self, worker: int) -> int:
        """Return the signal that a worker ended by, 0 if by none."""
        if worker not in self._ends:
            with suppress(ChildProcessError):
                self._ends[worker] = os.waitpid(worker, 0)[1]
        status = self._ends.pop(worker, 0)
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0

    def _rehearse(self, write: _Write) -> None:
        """Let a worker try what is to be written, so that it alone can come to harm."""
        write.channel, theirs = socket.socketpair()
        with theirs:
            write.worker = self._fork(theirs)
        head = f'{{"about": "rehearsal", "seconds": {self._limits.seconds}, "operation": '
        request = head.encode() + write.operation + b"}"
        with suppress(OSError):  # then the answer tells why
            write.channel.settimeout(_PATIENCE)
            receive(write.channel, PID.size)
            send(write.channel, REQUEST.pack(len(request)), request)
        # What comes next is the answer, for which nobody else has to wait.
        self._selector.register(write.channel, selectors.EVENT_READ)

    def _finish(self, write: _Write) -> None:
        """Do what a worker has tried, if that went well, and begin with the next one."""
        assert write.channel is not None
        self._selector.unregister(write.channel)
        failed, answer, broken = True, b"", False
        with write.channel as channel:
            try:
                failed, _, size = ANSWER.unpack(receive(channel, ANSWER.size))
                answer = receive(channel, size)
            except (OSError, struct.error):
                answer = described(ended_by(self._end(write.worker), self._limits.seconds))
        if not failed:
            try:
                self._store.write(from_json(json.loads(write.operation)))
            except ToneError as error:
                failed, answer = True, described(error)
                broken = isinstance(error, JournalFailed)
            self._stamp.grow()
        with write.connection, suppress(OSError):
            send(write.connection, ANSWER.pack(failed, False, len(answer)), answer)
        if broken:
            os._exit(1)  # the next one reads what the journal holds
        if self._writes:
            self._rehearse(self._writes[0])
