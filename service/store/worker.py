"""A process that answers queries one after another, within limits that the kernel keeps.

Oxigraph can neither be told to stop nor be given less memory, its recursive parser can overflow
the stack, and SERVICE has no switch. So queries run in a process of their own: forked from one
that holds the graphs, which the two share until either writes to them.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import struct
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...ontology.errors import ToneError
from .base import QueryFailed, QueryTimeout, QueryTooCostly, ResultTooLarge, StoreBusy
from .embedded import Bounded, EmbeddedStore, stack_for, timeout
from .guard import QueryMalformed, QueryRefused, QueryTooLong
from .operation import from_json
from .writable import JournalFailed, NoSuchGraph, UpdateFailed, WritableStore

PID = struct.Struct("!I")
"""What a worker says first: the number of its process."""

REQUEST = struct.Struct("!I")
"""What precedes a request: its length in bytes. It is JSON: a member for each argument."""

ANSWER = struct.Struct("!?? Q")
"""What precedes an answer: is it an error, does the worker leave after it, its length in bytes."""

ERRORS: dict[str, type[ToneError]] = {
    each.__name__: each
    for each in (
        JournalFailed,
        NoSuchGraph,
        QueryFailed,
        QueryMalformed,
        QueryRefused,
        QueryTimeout,
        QueryTooCostly,
        QueryTooLong,
        ResultTooLarge,
        StoreBusy,
        UpdateFailed,
    )
}
"""Errors that an answer can stand for, by the name that its JSON holds."""

BUSY = "no process is left to run this; try again in a moment"
MOST_STACK = 2**30
"""Bytes of a worker's stack. A query that needs more ends its worker, which is told from how."""

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1
_PART = 2**18


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take.

    Args:
        seconds: how long it may run.
        max_bytes: how large its result may be.
        memory: bytes that a worker may hold besides what it shares with the others.
        keep: bytes by which a worker may have grown; one that grew more makes way for another.
        length: characters that it may have.
    """

    seconds: float = 30.0
    max_bytes: int = 50_000_000
    memory: int = 500_000_000
    keep: int = 30_000_000
    length: int = 50_000


def work(store: EmbeddedStore, channel: socket.socket, limits: Limits) -> None:
    """Answer what comes by a channel until it ends; this is for a process made for it.

    Only Linux has all of these limits; elsewhere memory may not be one of them.
    """
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)  # where Oxigraph writes why it aborts
    for each in (signal.SIGALRM, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(each, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.stack_size(min(stack_for(limits.length), MOST_STACK))
    thread = threading.Thread(target=_run, args=(store, channel, limits), daemon=True)
    thread.start()
    thread.join()


def described(error: ToneError) -> bytes:
    """Return an error as the JSON of an answer."""
    place = {name: getattr(error, name, None) for name in ("line", "column")}
    known = {name: each for name, each in place.items() if each is not None}
    return json.dumps({"error": type(error).__name__, "message": str(error), **known}).encode()


def failure(answer: bytes) -> ToneError:
    """Return the error that an answer describes."""
    members = json.loads(answer)
    return ERRORS[members.pop("error")](members.pop("message"), **members)


def ended_by(number: int, seconds: float) -> ToneError:
    """Return what it means that a worker ended before it answered.

    Args:
        number: the signal that ended it; 0 if none did.
        seconds: how long it had.
    """
    if number == signal.SIGALRM:
        return timeout(seconds)
    if number == signal.SIGSEGV:
        return QueryTooLong("the query is nested too deeply")
    if number in (signal.SIGABRT, signal.SIGKILL):
        return QueryTooCostly()
    return StoreBusy(BUSY)


def receive(channel: socket.socket, size: int) -> bytes:
    """Return so many bytes of a channel; none if it has ended."""
    parts = []
    while size and (part := channel.recv(min(size, _PART))):
        parts.append(part)
        size -= len(part)
    return b"" if size else b"".join(parts)


def send(channel: socket.socket, head: bytes, body: bytes) -> None:
    """Send a head and a body: in one piece if they are small."""
    if len(body) < _PART:
        channel.sendall(head + body)
    else:
        channel.sendall(head)
        channel.sendall(body)


def die_with(parent: int) -> None:
    """Let the kernel end this process when its parent ends, where the kernel can.

    Args:
        parent: the number of the process that forked this one.
    """
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _run(store: EmbeddedStore, channel: socket.socket, limits: Limits) -> None:
    try:
        channel.sendall(PID.pack(os.getpid()))
        _confine(limits.memory)
        start = _largest()
        while request := _request(channel):
            error, body = _answer(store, json.loads(request), limits)
            leaves = _largest() - start > limits.keep
            send(channel, ANSWER.pack(error, leaves, len(body)), body)
            if leaves:
                break
    except OSError:
        pass  # nobody waits for the answer any more
    finally:
        os._exit(0)


def _request(channel: socket.socket) -> bytes:
    """Return the next request; nothing if the channel has ended."""
    data = channel.recv(_PART)
    if 0 < len(data) < REQUEST.size:
        data += receive(channel, REQUEST.size - len(data))
    if len(data) < REQUEST.size:
        return b""
    [size] = REQUEST.unpack_from(data)
    missing = REQUEST.size + size - len(data)
    return data[REQUEST.size :] + receive(channel, missing)


def _confine(memory: int) -> None:
    """Let this process open nothing and take no more memory than it may."""
    try:
        with open("/proc/self/statm") as pages:
            size = int(pages.read().split()[0]) * resource.getpagesize()
    except OSError:
        pass  # not Linux
    else:
        resource.setrlimit(resource.RLIMIT_AS, (size + memory, size + memory))
    for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(limit, (0, 0))


def _largest() -> int:
    """Return the most memory that this process has held, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _answer(store: EmbeddedStore, request: dict[str, Any], limits: Limits) -> tuple[bool, bytes]:
    """Return whether a request failed, and the result or the error as JSON."""
    about, seconds = request.pop("about"), request.pop("seconds")
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        if about == "description":
            return False, json.dumps(asdict(store.description())).encode()
        if about == "state":
            return False, json.dumps(store.state()).encode()
        if about == "statistics":
            counted = [(name, asdict(each)) for name, each in store.statistics().items()]
            return False, json.dumps(counted).encode()
        if about == "rehearsal":
            assert isinstance(store, WritableStore)
            written = store.rehearse(from_json(request["operation"]))
            return False, json.dumps(asdict(written)).encode()
        if about == "check":
            EmbeddedStore().check(**request)
            return False, b""
        if about == "check write":
            with suppress(UpdateFailed):
                WritableStore(Path()).rehearse(from_json(request["operation"]))
            return False, b""
        output = Bounded(limits.max_bytes, time.monotonic() + seconds, seconds)
        store.evaluate(**request, output=output)
        return False, output.getvalue()
    except (ToneError, MemoryError) as reason:
        return True, described(reason if isinstance(reason, ToneError) else QueryTooCostly())
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
