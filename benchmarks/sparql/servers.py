"""The servers that are compared: how each is found, started, given the data, and stopped."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.serve import TONE, descendants, free_port, memory

from .queries import JSON, Data

GIVE_UP_AFTER = 120.0
GRAPH = "https://w3id.org/tone"
"""The graph of the data in servers that have no default graph of their own."""

VIRTUOSO_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}
NumberOfBuffers = 85000
MaxDirtyBuffers = 65000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 20
MaxClientConnections = 20
MaxKeepAlives = 20
KeepAliveTimeout = 60
[SPARQL]
DefaultGraph = {graph}
ResultSetMaxRows = 100000
"""


@dataclass(eq=False)
class Server(ABC):
    """One server on loopback.

    Args:
        program: its executable.
        port: the port that it listens on.
        process: what was started.
    """

    program: str
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    name = ""
    path = "/sparql"

    @property
    def url(self) -> str:
        """The server's address, without a path."""
        return f"http://127.0.0.1:{self.port}"

    def request_path(self, query: str) -> str:
        """Return the path that asks a query."""
        return f"{self.path}?{urllib.parse.urlencode({'query': query})}"

    def get(self, path: str, accept: str = JSON, seconds: float = 60) -> bytes:
        """Return what the server answers; raise OSError if it fails."""
        request = urllib.request.Request(self.url + path, headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=seconds) as response:
            return bytes(response.read())

    def ask(self, query: str) -> bytes:
        """Return the JSON that the server answers a query with."""
        return self.get(self.request_path(query))

    @abstractmethod
    def start(self, data: Data, folder: Path) -> None:
        """Start the server in a folder of its own, with the data in it."""

    @abstractmethod
    def version(self) -> str:
        """Return the version of the server."""

    def run(self, folder: Path, *arguments: str | Path, **environment: str) -> None:
        """Start the program; its output goes to a file."""
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [self.program, *arguments],
                cwd=folder,
                stdout=log,
                stderr=log,
                env={**os.environ, **environment},
            )

    def wait(self) -> float:
        """Return how many seconds it took until the server answered a query."""
        assert self.process
        start = time.monotonic()
        while time.monotonic() < start + GIVE_UP_AFTER and self.process.poll() is None:
            try:
                self.get(self.request_path("ASK { ?s ?p ?o }"), seconds=5)
                return time.monotonic() - start
            except OSError:
                time.sleep(0.005)
        raise SystemExit(f"{self.name} did not get ready")

    def processes(self) -> list[int]:
        """Return the ids of the server's processes."""
        assert self.process
        return [self.process.pid, *descendants(self.process.pid)]

    def memories(self) -> list[int]:
        """Return the proportional set size of each process in bytes, the largest first."""
        sizes = []
        for pid in self.processes():
            with suppress(OSError):  # it ended meanwhile
                sizes.append(memory(pid))
        return sorted(sizes, reverse=True)

    def settle(self) -> None:
        """Return when the server works on nothing more, such as answers that no one reads."""
        deadline = time.monotonic() + GIVE_UP_AFTER
        before = -1
        while (worked := sum(map(_ticks, self.processes()))) > before + 1:
            if time.monotonic() > deadline:
                raise SystemExit(f"{self.name} works on though nobody asks")
            before = worked
            time.sleep(0.1)

    def stop(self) -> None:
        """End the server."""
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Tone(Server):
    """The service, as `tone serve` starts it."""

    name = "TONE"
    arguments: Sequence[str] = ()

    def start(self, data: Data, folder: Path) -> None:
        """Start the service; its data is its own."""
        self.run(folder, "serve", "--port", str(self.port), *self.arguments)
        self.wait()

    def version(self) -> str:
        """Return the version of TONE."""
        return _said(self.program, "--version")


class Oxigraph(Server):
    """Oxigraph's own server, with the data in memory, where it is fastest."""

    name = "Oxigraph server"
    path = "/query"

    def start(self, data: Data, folder: Path) -> None:
        """Start the server, and post the data."""
        self.run(folder, "serve", "--bind", f"127.0.0.1:{self.port}")
        self.wait()
        request = urllib.request.Request(
            f"{self.url}/store?default",
            data.file.read_bytes(),
            {"Content-Type": "application/n-triples"},
        )
        urllib.request.urlopen(request, timeout=GIVE_UP_AFTER).close()

    def version(self) -> str:
        """Return the version of Oxigraph."""
        return _said(self.program, "--version")


class Virtuoso(Server):
    """Virtuoso, its database in a folder of its own, with memory for all of it."""

    name = "Virtuoso"

    def start(self, data: Data, folder: Path) -> None:
        """Start the server, and load the data by its bulk loader."""
        sql = free_port()
        ini = VIRTUOSO_INI.format(sql=sql, port=self.port, folder=data.file.parent, graph=GRAPH)
        (folder / "virtuoso.ini").write_text(ini, encoding="utf-8")
        self.run(folder, "+foreground", "+configfile", "virtuoso.ini")
        self.wait()
        isql = Path(self.program).with_name("isql-vt")
        load = (
            f"ld_dir('{data.file.parent}', '{data.file.name}', '{GRAPH}'); "
            "rdf_loader_run(); checkpoint;"
        )
        subprocess.run(
            [isql, f"127.0.0.1:{sql}", "dba", "dba", f"EXEC={load}"],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def version(self) -> str:
        """Return the version of Virtuoso."""
        return _said(self.program, "+help")


class RdflibEndpoint(Server):
    """rdflib-endpoint over rdflib's store in memory."""

    name = "rdflib-endpoint"
    path = "/"

    def start(self, data: Data, folder: Path) -> None:
        """Start the server with the data."""
        self.run(folder, "serve", "--host", "127.0.0.1", "--port", str(self.port), str(data.file))
        self.wait()

    def version(self) -> str:
        """Return the version of rdflib-endpoint."""
        python = Path(self.program).with_name("python")
        code = "from importlib.metadata import version as v; print(v('rdflib-endpoint'))"
        return f"rdflib-endpoint {_said(str(python), '-c', code)}"


PEERS: dict[str, tuple[type[Server], str]] = {
    "oxigraph": (Oxigraph, "oxigraph"),
    "virtuoso": (Virtuoso, "virtuoso-t"),
    "rdflib-endpoint": (RdflibEndpoint, "rdflib-endpoint"),
}
"""The other servers by the names of options, each with its executable."""


def find(name: str, folder: Path) -> Server | None:
    """Return a peer if it is installed: in a virtual environment's folder, or on the PATH."""
    kind, program = PEERS[name]
    found = shutil.which(program, path=str(folder / "bin")) or shutil.which(program)
    return kind(str(Path(found).absolute())) if found else None


def tone(arguments: Sequence[str]) -> Tone:
    """Return the service, to be started with these arguments of `tone serve`."""
    server = Tone(str(TONE))
    server.arguments = arguments
    return server


@contextmanager
def running(server: Server, data: Data, folder: Path) -> Iterator[Server]:
    """Start a server in a folder below this one, and stop it at the end."""
    own = folder / server.name.replace(" ", "-")
    own.mkdir()
    try:
        server.start(data, own)
        yield server
    finally:
        server.stop()


def _ticks(pid: int) -> int:
    """Return the processor time of a process in clock ticks; none if it ended (proc(5))."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _said(*command: str) -> str:
    """Return the first line that says a version in what a program prints."""
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line.strip() for line in (ran.stdout + ran.stderr).splitlines()]
    return next((line for line in lines if any(map(str.isdigit, line))), "unknown version")
