"""A SPARQL 1.1 server in a few lines: queries, updates and the Graph Store Protocol."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox


class SmallStore:
    """Where it is, what it holds, what was written, and after how many writes it fails."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.store = ox.Store()
        self.writes: list[str] = []
        self.fails_after: int | None = None
        self.changed = lambda: None

    def graphs(self) -> dict[str, ox.Dataset]:
        """Return each graph by its IRI, with its blank nodes in canonical form."""
        found = {}
        for name in self.store.named_graphs():
            dataset = ox.Dataset(self.store.quads_for_pattern(None, None, None, name))
            dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
            found[str(name.value)] = dataset
        return found


@contextmanager
def small_store() -> Iterator[SmallStore]:
    """Start it empty on a free port of loopback, and stop it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.small = small = SmallStore(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield small
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *arguments: Any) -> None:
        pass

    def do_POST(self) -> None:
        small = self._small()
        body = self._body()
        if self.path.startswith("/data"):
            self._add(body, replace=False)
            return
        form = parse_qs(body.decode())
        if self.path == "/query":
            default, named = (
                [ox.NamedNode(each) for each in form[f"{kind}-graph-uri"]]
                for kind in ("default", "named")
            )
            results = small.store.query(form["query"][0], default_graph=default, named_graphs=named)
            if isinstance(results, ox.QueryTriples):
                lines = ox.serialize(results, format=ox.RdfFormat.N_TRIPLES)
                self._send(200, lines or b"", "application/n-triples")
            else:
                answer = results.serialize(format=ox.QueryResultsFormat.JSON)
                self._send(200, answer or b"")
        elif self._writes("update"):
            small.store.update(form["update"][0])
            small.changed()
            self._send(204)

    def do_PUT(self) -> None:
        self._add(self._body(), replace=True)

    def _add(self, body: bytes, replace: bool) -> None:
        if self._writes("PUT" if replace else "POST"):
            graph = self._graph()
            store = self._small().store
            held = store.contains_named_graph(graph)
            if replace:
                store.remove_graph(graph)
            store.load(body, format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
            self._send(204 if held else 201)

    def do_DELETE(self) -> None:
        if self._writes("DELETE"):
            held = self._small().store.contains_named_graph(self._graph())
            self._small().store.remove_graph(self._graph())
            self._send(204 if held else 404)

    def _small(self) -> SmallStore:
        small: SmallStore = self.server.small  # type: ignore[attr-defined]
        return small

    def _graph(self) -> ox.NamedNode:
        return ox.NamedNode(parse_qs(urlsplit(self.path).query)["graph"][0])

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _writes(self, kind: str) -> bool:
        small = self._small()
        if small.fails_after is not None and len(small.writes) >= small.fails_after:
            self._send(500)
            return False
        small.writes.append(kind)
        return True

    def _send(
        self,
        status: int,
        body: bytes = b"",
        content_type: str = "application/sparql-results+json",
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
