"""Loads the served graphs into a remote store, and notes there which ones they are.

Each graph is loaded under another name, `GRAPH/next`, and moved to its own when all are whole,
so that readers never see a part of one. Last comes the record, the graph `graph/release`: it holds
the digest of what was loaded, by which a push knows that there is nothing to do. What a broken
push left is loaded over by the next.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode
from urllib.request import Request

import pyoxigraph as ox

from ...ontology.errors import ToneError
from ...ontology.iris import PREFIXES, TONE
from ..credentials import Credentials, check_address
from .base import QueryFailed
from .remote_answer import RESULTS_TYPE, read_rows
from .remote_query import SERVED_GRAPHS, RemoteQuery
from .transport import Reply, Transport

RECORD = TONE + "graph/release"
"""IRI of the graph that says what was pushed, and of the node in it that stands for that."""

CHUNK = 1_000
"""Triples of one INSERT DATA: Virtuoso fails at some thousands."""

_MAX_BYTES = 1_000_000
_RDF = PREFIXES["rdf"]
_DCTERMS = PREFIXES["dcterms"]
_VOID = PREFIXES["void"]

Tell = Callable[[str, int, int], None]
"""Is told a stage's name, how many triples of it are done, and of how many."""


class PushIncomplete(ToneError):
    """A store took everything, and yet does not hold it."""


@dataclass(frozen=True, slots=True)
class Release:
    """What is pushed: the triples of each named graph, and the digest of them all."""

    version: str
    digest: str
    graphs: dict[str, list[ox.Triple]]


def make_release(version: str, quads: Iterable[ox.Quad]) -> Release:
    """Return what is pushed of the quads, as the embedded store would serve them.

    Numbers are in their canonical form, and blank nodes have the names that
    https://www.w3.org/TR/rdf-canon/ gives them, so the same knowledge has the same digest.
    """
    store = ox.Store()
    store.bulk_extend(quads)
    digest = hashlib.sha256()
    graphs = {}
    for name in SERVED_GRAPHS:
        dataset = ox.Dataset(store.quads_for_pattern(None, None, None, ox.NamedNode(name)))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        rows = sorted((str(each.triple), each.triple) for each in dataset)
        graphs[name] = [triple for _, triple in rows]
        for text, _ in rows:
            digest.update(f"{text} <{name}> .\n".encode())
    return Release(version, digest.hexdigest(), graphs)


class Pusher:
    """Pushes into one store.

    Args:
        url: the address of its query endpoint.
        update_url: that of its update endpoint, if any.
        graph_store_url: that of its Graph Store Protocol, if any.
        credentials: what it knows the user by.
        seconds: how long it may take for one request.

    Raises:
        ToneError: an address is none, or none is given to write to.
    """

    def __init__(
        self,
        url: str,
        update_url: str | None = None,
        graph_store_url: str | None = None,
        credentials: Credentials | None = None,
        seconds: float = 600.0,
    ) -> None:
        if not update_url and not graph_store_url:
            raise ToneError("there is no address to write to: give --update-url or --graph-url")
        self._query_url = check_address(url)
        self._update_url = update_url and check_address(update_url)
        self._graph_store_url = graph_store_url and check_address(graph_store_url)
        self._readers, self._writers = Transport(credentials), Transport(credentials)
        self._seconds = seconds

    def push(self, release: Release, tell: Tell, force: bool = False) -> bool:
        """Make the store hold a release; return whether there was anything to do.

        Args:
            release: what it shall hold.
            tell: is told how far it has come.
            force: whether to load even what is there.

        Raises:
            ToneError: the store cannot be reached or refuses something.
            PushIncomplete: it does not hold what it was given.
        """
        if not force and self._digest() == release.digest and not self._lacking(release):
            return False
        # With updates a graph can be moved; without, it can only be replaced in its place.
        suffix = "/next" if self._update_url else ""
        if not self._update_url:
            self._delete(RECORD)
        for name, triples in release.graphs.items():
            self._load(name + suffix, triples, tell)
        if lacking := self._lacking(release, suffix):
            raise PushIncomplete(f"the store took the triples, but does not hold all: {lacking}")
        if self._update_url:
            self._switch(release, suffix)
        else:
            self._put(RECORD, _record(release))
        if lacking := self._lacking(release):
            raise PushIncomplete(f"the store does not hold what was pushed: {lacking}")
        return True

    def _digest(self) -> str | None:
        text = f"SELECT ?o {{ GRAPH <{RECORD}> {{ <{RECORD}> <{_DCTERMS}identifier> ?o }} }}"
        values = [row.get("o") for row in self._ask(text, (RECORD,))]
        return values[0] if len(values) == 1 else None

    def _lacking(self, release: Release, suffix: str = "") -> str:
        """Return which graphs do not have as many triples as they should, as people read it."""
        names = tuple(name + suffix for name in release.graphs)
        text = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
        try:
            sizes = {row["g"]: int(row["n"]) for row in self._ask(text, names)}
        except (KeyError, ValueError):
            raise ToneError("the store's answer cannot be read") from None
        return ", ".join(
            f"{sizes.get(name + suffix, 0):,} of {len(triples):,} in <{name}>"
            for name, triples in release.graphs.items()
            if sizes.get(name + suffix, 0) != len(triples)
        )

    def _ask(self, text: str, graphs: tuple[str, ...]) -> list[dict[str, str]]:
        parameters = [("query", text), *(("default-graph-uri", each) for each in graphs)]
        parameters += [("named-graph-uri", each) for each in graphs]
        reply = self._send(
            self._readers, "POST", self._query_url, _form(parameters), _FORM, RESULTS_TYPE
        )
        asked = RemoteQuery(text, "SELECT", graphs, graphs)
        try:
            return read_rows(reply, asked)
        except QueryFailed:
            raise ToneError("the store's answer cannot be read") from None

    def _load(self, graph: str, triples: list[ox.Triple], tell: Tell) -> None:
        stage = graph.removeprefix(TONE + "graph/")
        tell(stage, 0, len(triples))
        if self._graph_store_url:
            if self._update_url:
                # Also lets a server ask for credentials before it is sent a large body.
                self._delete(graph)
            self._put(graph, triples) if triples else self._delete(graph)
            return
        self._update(f"DROP SILENT GRAPH <{graph}>")
        done = 0
        for text in insertions(graph, triples):
            self._update(text)
            done = min(done + CHUNK, len(triples))
            tell(stage, done, len(triples))

    def _switch(self, release: Release, suffix: str) -> None:
        """Give all graphs their names and write the record: most stores do it at one moment."""
        steps = [f"DROP SILENT GRAPH <{RECORD}>"]
        for name, triples in release.graphs.items():
            if triples:
                steps.append(f"MOVE <{name}{suffix}> TO <{name}>")
            else:
                steps.append(f"DROP SILENT GRAPH <{name}>")
        lines = (ox.serialize(_record(release), format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        steps.append(f"INSERT DATA {{ GRAPH <{RECORD}> {{\n{lines}}} }}")
        self._update(" ;\n".join(steps))

    def _update(self, text: str) -> None:
        assert self._update_url
        body = _form([("update", text)])
        self._send(self._writers, "POST", self._update_url, body, _FORM, "*/*")

    def _put(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        body = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
        self._send(
            self._writers, "PUT", self._graph_address(graph), body, "application/n-triples", "*/*"
        )

    def _delete(self, graph: str) -> None:
        self._send(self._writers, "DELETE", self._graph_address(graph), None, "", "*/*", (404,))

    def _graph_address(self, graph: str) -> str:
        assert self._graph_store_url
        mark = "&" if "?" in self._graph_store_url else "?"
        return f"{self._graph_store_url}{mark}graph={quote(graph, safe='')}"

    def _send(
        self,
        transport: Transport,
        method: str,
        url: str,
        body: bytes | None,
        content_type: str,
        accept: str,
        also: tuple[int, ...] = (),
    ) -> Reply:
        headers = {"Accept": accept} | ({"Content-Type": content_type} if content_type else {})
        request = Request(url, body, headers, method=method)
        try:
            # An INSERT DATA with blank nodes that is sent twice has its effect twice.
            reply = transport.send(request, self._seconds, _MAX_BYTES, once=method == "POST")
        except QueryFailed as error:
            raise ToneError(f"{url}: {error}") from None
        if reply.status in (401, 403):
            raise ToneError(
                f"{url} asks for other credentials (status {reply.status}); set TONE_STORE_USER "
                "and TONE_STORE_PASSWORD, or TONE_STORE_TOKEN"
            )
        if not 200 <= reply.status < 300 and reply.status not in also:
            raise ToneError(f"{url} refuses {method} (status {reply.status})")
        return reply


_FORM = "application/x-www-form-urlencoded"


def _form(parameters: list[tuple[str, str]]) -> bytes:
    return urlencode(parameters).encode("ascii")


def insertions(graph: str, triples: list[ox.Triple]) -> Iterator[str]:
    """Yield the updates that together add triples to a graph, each of about CHUNK of them."""
    for chunk in _chunks(triples):
        lines = (ox.serialize(chunk, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        # Virtuoso takes no blank nodes in INSERT DATA; in a template they mean the same.
        blank = any(map(_blank_nodes, chunk))
        begin, end = ("INSERT", "WHERE {}") if blank else ("INSERT DATA", "")
        yield f"{begin} {{ GRAPH <{graph}> {{\n{lines}}} }} {end}"


def _chunks(triples: list[ox.Triple]) -> Iterator[list[ox.Triple]]:
    """Yield the triples in chunks of about CHUNK; what shares a blank node is in one chunk."""
    parents: dict[ox.BlankNode, ox.BlankNode] = {}

    def root(node: ox.BlankNode) -> ox.BlankNode:
        while parents.setdefault(node, node) != node:
            parents[node] = node = parents[parents[node]]
        return node

    nodes = [_blank_nodes(each) for each in triples]
    for pair in nodes:
        for node in pair:
            parents[root(node)] = root(pair[0])
    groups: dict[ox.BlankNode | int, list[ox.Triple]] = defaultdict(list)
    for index, (triple, pair) in enumerate(zip(triples, nodes, strict=True)):
        groups[root(pair[0]) if pair else index].append(triple)
    chunk: list[ox.Triple] = []
    for group in groups.values():
        if chunk and len(chunk) + len(group) > CHUNK:
            yield chunk
            chunk = []
        chunk += group
    if chunk:
        yield chunk


def _blank_nodes(triple: ox.Triple) -> list[ox.BlankNode]:
    return [each for each in (triple.subject, triple.object) if isinstance(each, ox.BlankNode)]


def _record(release: Release) -> list[ox.Triple]:
    """Return what the record says: the digest, the version, and how many triples a graph has."""
    node, triples = ox.NamedNode(RECORD), []

    def say(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        triples.append(ox.Triple(subject, ox.NamedNode(predicate), value))

    say(node, _RDF + "type", ox.NamedNode(_VOID + "Dataset"))
    say(node, _DCTERMS + "identifier", ox.Literal(release.digest))
    say(node, PREFIXES["owl"] + "versionInfo", ox.Literal(release.version))
    for name, held in release.graphs.items():
        say(node, _VOID + "subset", ox.NamedNode(name))
        say(ox.NamedNode(name), _VOID + "triples", ox.Literal(len(held)))
    return triples
