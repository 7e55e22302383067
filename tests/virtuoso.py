"""Runs Debian's Virtuoso on loopback with a small database of its own, loaded by `tone push`."""

from __future__ import annotations

import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from live_server import LiveServer
from tone_command import tone

ABSENT = "Virtuoso is not installed (apt-get install virtuoso-opensource)"
CREDENTIALS = {"TONE_STORE_USER": "dba", "TONE_STORE_PASSWORD": "dba"}
"""Of a new database, which only this machine reaches and which is thrown away."""

DEVIATIONS = {
    "test_the_default_graph_is_the_union_of_the_four": (
        "a triple in two of the graphs counts twice in their union"
    ),
}
"""Tests of the endpoint that Virtuoso 7.2.5 fails, with the reason, by the test's name or id."""

_PATIENCE = 240.0
_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
CheckpointInterval = 0
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
ThreadsPerQuery = 1
DirsAllowed = .
VADInstallDir = .
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = .
ServerThreads = 8
MaxKeepAlives = 8
KeepAliveTimeout = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 1000000
"""


@dataclass(frozen=True)
class Virtuoso:
    url: str

    @property
    def query_url(self) -> str:
        return self.url + "/sparql"

    @property
    def writing(self) -> tuple[str, ...]:
        """The options by which `tone push` reaches it."""
        graph_store = self.url + "/sparql-graph-crud-auth"
        return ("--update-url", self.url + "/sparql-auth", "--graph-url", graph_store)


@contextmanager
def shared_virtuoso(folder: Path) -> Iterator[Virtuoso]:
    """Share one Virtuoso with the graph in it among the processes that test at once.

    Args:
        folder: one that they all know. The first starts Virtuoso, the last to leave stops it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    running = folder / "running"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if running.exists():
            url, process, users = running.read_text().split()
        else:
            server, started = start(folder / "database")
            try:
                push(server)
            except BaseException:
                os.kill(started, signal.SIGKILL)
                raise
            url, process, users = server.url, str(started), "0"
        running.write_text(f"{url} {process} {int(users) + 1}")
    try:
        yield Virtuoso(url)
    finally:
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            url, process, users = running.read_text().split()
            if int(users) > 1:
                running.write_text(f"{url} {process} {int(users) - 1}")
            else:
                running.unlink()
                stop(int(process), folder / "database")


@contextmanager
def virtuoso(folder: Path) -> Iterator[Virtuoso]:
    """Start an empty Virtuoso with its database in a new folder, and stop it."""
    server, process = start(folder)
    try:
        yield server
    finally:
        stop(process, folder)


def start(folder: Path) -> tuple[Virtuoso, int]:
    """Start an empty Virtuoso with its database in a new folder; return its process id too."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip(ABSENT)
    port, sql_port = _free_ports(2)
    folder.mkdir(parents=True, exist_ok=True)
    ini = folder / "virtuoso.ini"
    ini.write_text(_INI.format(port=port, sql_port=sql_port))
    log = folder / "output"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "+configfile", ini.name, "+foreground"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + _PATIENCE
        while not _answers(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        return Virtuoso(f"http://127.0.0.1:{port}"), process.pid
    except BaseException:
        stop(process.pid, folder)
        raise


def stop(process: int, folder: Path) -> None:
    """End a Virtuoso at once: an orderly end would write what is thrown away."""
    os.kill(process, signal.SIGKILL)
    with suppress(ChildProcessError):  # another process started it
        os.waitpid(process, 0)
    shutil.rmtree(folder, ignore_errors=True)


def over_store(request: pytest.FixtureRequest) -> LiveServer:
    """Return the service over the store that a test's parameter names.

    What DEVIATIONS lists must fail there, so that the list stays true.
    """
    server: LiveServer
    if request.param == "embedded":
        server = request.getfixturevalue("embedded_service")
        return server
    name = request.node.name.replace("virtuoso-", "").replace("[virtuoso]", "")
    reason = DEVIATIONS.get(name) or DEVIATIONS.get(name.partition("[")[0])
    if reason:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    server = request.getfixturevalue("virtuoso_service")
    return server


def push(server: Virtuoso) -> None:
    """Load TONE into it by the command."""
    done = tone("push", server.query_url, *server.writing, **CREDENTIALS)
    assert done.status == 0, done.messages


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/sparql?query=ASK%7B%7D")
        return connection.getresponse().status == 200
    connection.close()
    return False


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
