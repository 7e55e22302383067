"""A SPARQL server that is ill in every way: slow, dripping, closing, and saying nonsense."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

ROWS = {
    "head": {"vars": ["x"]},
    "results": {"bindings": [{"x": {"type": "literal", "value": "remote"}}]},
}
RESULTS = "application/sparql-results+json"


class SickStore:
    """Where it is, how it answers, and what it was asked.

    `illness` is one of the names of `_Handler`'s methods; `asked` holds the parameters and the
    headers of each request.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.illness = "healthy"
        self.code = 500
        self.asked: list[tuple[dict[str, list[str]], Message]] = []
        self.well = threading.Event()


@contextmanager
def sick_store() -> Iterator[SickStore]:
    """Start it on a free port of loopback, and stop it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.store = store = SickStore(f"http://127.0.0.1:{server.server_port}/sparql")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield store
    finally:
        store.well.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        store: SickStore = self.server.store  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        parameters = parse_qs(body)
        if "COUNT(*)" in parameters["query"][0]:
            # What the service asks for itself, whenever it likes.
            empty = {"head": {"vars": ["g", "n"]}, "results": {"bindings": []}}
            self.send(200, RESULTS, json.dumps(empty).encode())
            return
        store.asked.append((parameters, self.headers))
        with suppress(ConnectionError):
            getattr(self, store.illness)(store)

    def do_GET(self) -> None:
        # Only a redirect that was followed comes here.
        self.send(200, RESULTS, json.dumps(ROWS).encode())

    def log_message(self, format: str, *arguments: Any) -> None:
        pass

    def send(self, status: int, content_type: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    # The ways to answer.

    def healthy(self, store: SickStore) -> None:
        if "n-triples" in self.headers["Accept"]:
            self.send(200, "application/n-triples", b'<x:a> <x:b> "remote" .\n')
        else:
            self.send(200, RESULTS, json.dumps(ROWS).encode())

    def status(self, store: SickStore) -> None:
        self.send(store.code, "text/plain", b"/etc/secret at line 7 of store.c")

    def basic(self, store: SickStore) -> None:
        if "Authorization" in self.headers:
            self.healthy(store)
        else:
            self.send(401, "text/plain", b"", WWW_Authenticate='Basic realm="here"')

    def slow(self, store: SickStore) -> None:
        store.well.wait(60)

    def dripping(self, store: SickStore) -> None:
        self.send_response(200)
        self.send_header("Content-Type", RESULTS)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        while not store.well.wait(0.05):
            self.wfile.write(b" ")

    def dripping_headers(self, store: SickStore) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not store.well.wait(0.05):
            self.wfile.write(b"x")

    def closing(self, store: SickStore) -> None:
        self.close_connection = True

    def breaking_off(self, store: SickStore) -> None:
        self.send_response(200)
        self.send_header("Content-Type", RESULTS)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.wfile.write(json.dumps(ROWS).encode())
        self.close_connection = True

    def html(self, store: SickStore) -> None:
        self.send(200, "text/html", b"<!DOCTYPE html><title>Login</title>")

    def rubbish(self, store: SickStore) -> None:
        self.send(200, RESULTS, b"\x00\xff{nonsense")

    def other_json(self, store: SickStore) -> None:
        self.send(200, RESULTS, b'{"error": "all is well"}')

    def deep_json(self, store: SickStore) -> None:
        self.send(200, RESULTS, b"[" * 100_000)

    def truncated(self, store: SickStore) -> None:
        self.send(200, RESULTS, json.dumps(ROWS).encode()[:-3])

    def endless(self, store: SickStore) -> None:
        self.send_response(200)
        self.send_header("Content-Type", RESULTS)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b'{"head": {"vars": ["x"]}, "results": {"bindings": [')
        until = time.monotonic() + 60
        while time.monotonic() < until:
            self.wfile.write(b'{"x": {"type": "literal", "value": "and on"}},' * 1000)

    def redirecting(self, store: SickStore) -> None:
        self.send(302, "text/plain", b"", Location=store.url)

    def partial(self, store: SickStore) -> None:
        self.send(200, RESULTS, json.dumps(ROWS).encode(), X_SQL_State="S1TAT")

    def lines_without_an_end(self, store: SickStore) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/n-triples")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b'<x:a> <x:b> "remote" .\n')
        self.close_connection = True
