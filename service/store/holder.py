"""The process that holds the embedded store and forks the workers that answer queries.

It is forked itself before any thread runs, and never runs one: so every fork of it is a whole
process. Whoever connects to its socket talks to a worker of their own until they hang up.
"""

from __future__ import annotations

import atexit
import gc
import os
import selectors
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ...ontology.errors import ToneError
from .embedded import EmbeddedStore
from .worker import PID, Limits, die_with, receive, work

LEASE, END = b"L", b"E"
"""What a connection begins with: it wants a worker, or to know how the one of a number ended."""

_BACKLOG = 512
_PATIENCE = 5.0
_PAUSE = 0.1
_REMEMBERED = 1000


class Holder:
    """A process that holds a store. It ends with this one, or when its store cannot be loaded.

    Args:
        load: returns the store; it runs in the process, while this one goes on.
        limits: what a query may take.

    Attributes:
        address: the socket to connect to. One that connects before the store is loaded waits.
    """

    def __init__(self, load: Callable[[], EmbeddedStore], limits: Limits) -> None:
        folder = Path(tempfile.mkdtemp(prefix="tone-"))
        self.address = folder / "store"
        owner = os.getpid()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.address))
            listener.listen(_BACKLOG)
            self._keeper = os.fork()
            if self._keeper == 0:
                _end_with(lambda: _keep(load, listener, limits, owner))
        atexit.register(self._stop, owner, folder)

    def wait(self) -> None:
        """Wait until the process has ended."""
        with suppress(ChildProcessError):
            os.waitpid(self._keeper, 0)

    def _stop(self, owner: int, folder: Path) -> None:
        if os.getpid() == owner:
            with suppress(ProcessLookupError):
                os.killpg(self._keeper, signal.SIGKILL)
            shutil.rmtree(folder, ignore_errors=True)


def _end_with(run: Callable[[], None]) -> None:
    """Run what a forked process is for, and end it."""
    status = 1
    try:
        run()
        status = 0
    except ToneError as error:
        print(f"tone: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


def _keep(
    load: Callable[[], EmbeddedStore], listener: socket.socket, limits: Limits, parent: int
) -> None:
    """Load the store, and see to it that a process serves it."""
    os.setpgid(0, 0)
    die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    store = load()
    gc.collect()
    gc.freeze()
    keeper = os.getpid()
    while True:
        server = os.fork()
        if server == 0:
            die_with(keeper)
            _end_with(_Server(store, listener, limits).run)
        os.waitpid(server, 0)
        time.sleep(_PAUSE)


class _Server:
    """Forks a worker for each connection."""

    def __init__(self, store: EmbeddedStore, listener: socket.socket, limits: Limits) -> None:
        self._store = store
        self._listener = listener
        self._limits = limits
        self._ends: dict[int, int] = {}
        self._selector = selectors.DefaultSelector()

    def run(self) -> None:
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(reader, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._listener:
                    with suppress(OSError):
                        self._serve(self._listener.accept()[0])
                else:
                    os.read(reader, 4096)
            self._reap()

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                self._ends[found[0]] = found[1]
        while len(self._ends) > _REMEMBERED:
            del self._ends[next(iter(self._ends))]

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(_PATIENCE)
            if (kind := connection.recv(1)) == LEASE:
                self._fork(connection)
            elif kind == END and (number := receive(connection, PID.size)):
                connection.sendall(PID.pack(self._end(*PID.unpack(number))))

    def _fork(self, connection: socket.socket) -> None:
        parent = os.getpid()
        if os.fork() == 0:
            signal.set_wakeup_fd(-1)
            self._selector.close()
            self._listener.close()
            connection.settimeout(None)
            die_with(parent)
            _end_with(lambda: work(self._store, connection, self._limits))

    def _end(self, worker: int) -> int:
        """Return the signal that a worker ended by, 0 if by none."""
        if worker not in self._ends:
            with suppress(ChildProcessError):
                self._ends[worker] = os.waitpid(worker, 0)[1]
        status = self._ends.pop(worker, 0)
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
