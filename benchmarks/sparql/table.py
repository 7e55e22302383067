"""The figures of a run, and the tables that show them."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .load import CONNECTIONS, Load
from .recovery import Recovery
from .servers import Oxigraph, RdflibEndpoint, Tone, Virtuoso

MIB = 2**20
BARS = {
    (RdflibEndpoint.name, "small"): 25.0,
    (RdflibEndpoint.name, "medium"): 25.0,
    (Virtuoso.name, "small"): 3.0,
    (Virtuoso.name, "medium"): 8.0,
    (Oxigraph.name, "small"): 0.30,
    (Oxigraph.name, "medium"): 1.0,
}
"""How many times a peer's rate the service is to reach."""


@dataclass
class Figures:
    """What a run measured.

    Args:
        workers: workers of the service.
        rounds: how often each was measured.
        seconds: how long each time.
        triples: the size of the data.
        sizes: the kinds of SPARQL queries.
        versions: each server's, by its name.
        loads: what came of each round, by server and kind of request.
        starts: seconds from the command to the first answer of a query.
        memories: bytes of each process of a server after the load, the largest first.
        recoveries: what came of hostile queries, by their kind.
    """

    workers: int
    rounds: int
    seconds: int
    triples: int
    sizes: Sequence[str]
    versions: dict[str, str] = field(default_factory=dict)
    loads: dict[str, dict[str, list[Load]]] = field(default_factory=dict)
    starts: list[float] = field(default_factory=list)
    memories: dict[str, list[int]] = field(default_factory=dict)
    recoveries: dict[str, Recovery] = field(default_factory=dict)

    def add(self, server: str, kind: str, came: Load) -> None:
        """Add what came of a round."""
        self.loads.setdefault(server, {}).setdefault(kind, []).append(came)

    def ratio(self, peer: str, kind: str) -> float:
        """Return the median, over the rounds, of the service's rate over a peer's."""
        pairs = zip(self.loads[Tone.name][kind], self.loads[peer][kind], strict=True)
        return statistics.median(own.rate / other.rate for own, other in pairs)


Table = tuple[str, list[str], list[list[str]]]


def as_text(figures: Figures) -> str:
    """Return the tables for a terminal."""
    lines = [_introduction(figures)]
    for title, head, rows in _tables(figures):
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        lines += ["", title]
        for row in (head, *rows):
            first, *others = (
                f"{cell:<{width}}" if at == 0 else f"{cell:>{width}}"
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            lines.append("  ".join([first, *others]).rstrip())
    return "\n".join(lines)


def as_markdown(figures: Figures) -> str:
    """Return the tables for a document."""
    lines = [_introduction(figures)]
    for title, head, rows in _tables(figures):
        lines += ["", f"**{title}**", "", _cells(head), _cells(["---", *["---:"] * len(head[1:])])]
        lines += map(_cells, rows)
    return "\n".join(lines) + "\n"


def _introduction(figures: Figures) -> str:
    return (
        f"{figures.triples:,} triples; {CONNECTIONS} connections, {figures.rounds} rounds of "
        f"{figures.seconds} s in turn, TONE with {figures.workers} workers; "
        "median (least to most)"
    )


def _tables(figures: Figures) -> Iterable[Table]:
    rows = [
        [server, kind, *_rate(loads)]
        for kind in _kinds(figures)
        for server, kinds in figures.loads.items()
        if (loads := kinds.get(kind))
    ]
    yield (
        "Answers a second",
        ["server", "request", "per second", "p50 ms", "p99 ms", "failed"],
        rows,
    )
    ratios = []
    for (peer, size), bar in BARS.items():
        if peer in figures.loads and all(came.rate for came in figures.loads[peer][size]):
            ratio = figures.ratio(peer, size)
            ratios.append([peer, size, f"{ratio:.2f}", f"{bar:g}", "yes" if ratio >= bar else "no"])
    if ratios:
        yield "TONE's rate over a peer's", ["peer", "request", "times", "aim", "reached"], ratios
    if figures.starts:
        seconds = f"{statistics.median(figures.starts):.2f} s"
        yield (
            "Command to first answer of a query",
            ["starts", "median"],
            [[str(len(figures.starts)), seconds]],
        )
    yield (
        "Memory after the load (PSS)",
        ["server", "MiB", "processes", "largest MiB"],
        [
            [server, _mib(sum(sizes)), str(len(sizes)), _mib(sizes[0])]
            for server, sizes in figures.memories.items()
        ],
    )
    yield (
        "Hostile queries",
        ["query", "status", "cut after", "next answer", "MiB before", "MiB after", "returned in"],
        [[kind, *_recovery(came)] for kind, came in figures.recoveries.items()],
    )
    yield "Versions", ["server", "version"], [list(each) for each in figures.versions.items()]


def _kinds(figures: Figures) -> list[str]:
    return list(figures.loads[Tone.name])


def _rate(loads: Sequence[Load]) -> list[str]:
    rates = [each.rate for each in loads]
    return [
        f"{statistics.median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f})",
        f"{statistics.median(each.p50 for each in loads):.1f}",
        f"{statistics.median(each.p99 for each in loads):.1f}",
        str(sum(each.failed for each in loads)),
    ]


def _recovery(came: Recovery) -> list[str]:
    return [
        ", ".join(str(each or "closed") for each in came.statuses),
        f"{came.cut:.2f} s",
        f"{came.answer:.0f} ms",
        _mib(came.before),
        _mib(came.after),
        "not" if came.returned is None else f"{1000 * came.returned:.0f} ms",
    ]


def _mib(size: int) -> str:
    return f"{size / MIB:.0f}"


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
