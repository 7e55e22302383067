"""Runs `tone serve` as users do, and asks it over a socket."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TONE = Path(sys.executable).with_name("tone")
_READY = re.compile(r"TONE is ready at (http://\S+)/\n")
_PATIENCE = 60.0

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
"""What browsers send as Accept."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def type(self) -> str:
        return self.headers.get_content_type()

    def problem(self, status: int, **members: Any) -> dict[str, Any]:
        """Check that the answer is a problem document with these members; return it."""
        assert (self.status, self.type) == (status, "application/problem+json"), self.text
        document: dict[str, Any] = self.json
        assert document["status"] == status
        assert {"type", "title", "detail"} <= set(document)
        assert {name: document.get(name) for name in members} == members
        return document


@dataclass
class LiveServer:
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60,
        chunked: bool = False,
        source: str = "127.0.0.1",
    ) -> Answer:
        address = urlsplit(self.url)
        assert address.hostname
        connection = http.client.HTTPConnection(
            address.hostname, address.port, timeout=timeout, source_address=(source, 0)
        )
        try:
            data = body.encode() if isinstance(body, str) else body
            sent = iter([data]) if chunked and data is not None else data
            connection.request(method, path, sent, dict(headers or {}), encode_chunked=chunked)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path: str, accept: str | None = None) -> Answer:
        return self.ask("GET", path, headers={} if accept is None else {"Accept": accept})

    def post(self, path: str, body: bytes | str, content_type: str, **headers: str) -> Answer:
        return self.ask("POST", path, body, {"Content-Type": content_type, **headers})

    def post_json(self, path: str, value: Any) -> Answer:
        return self.post(path, json.dumps(value), "application/json")

    def workers(self) -> list[int]:
        """Return the process ids of the workers that answer requests."""
        children = _children(self.process.pid)
        return [each for each in children if os.getpgid(each) != each]

    def holder(self) -> int:
        """Return the id of the process that holds the store."""
        [keeper] = set(_children(self.process.pid)) - set(self.workers())
        return (_children(keeper) or [0])[0]

    def query_workers(self) -> list[int]:
        """Return the process ids of the workers that answer queries."""
        return _children(self.holder())


def _children(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children")
    return [int(each) for each in children.read_text().split()]


@contextmanager
def live_server(folder: Path, *arguments: str, **environment: str) -> Iterator[LiveServer]:
    """Start the service on a free port of loopback, and stop it as Ctrl-C does."""
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [TONE, "serve", "--port", "0", "--workers", "1", *arguments],
            stderr=output,
            stdout=output,
            env={**os.environ, **environment},
        )
    try:
        deadline = time.monotonic() + _PATIENCE
        while not (ready := _READY.search(log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.02)
        yield LiveServer(ready[1], process, log)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0, log.read_text()
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
