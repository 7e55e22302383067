"""TONE's SPARQL endpoint beside other servers that hold the same data.

    python -m benchmarks.sparql [--peers NAME ...] [--peers-folder FOLDER] [--workers N]
                                [--rounds N] [--seconds N] [--markdown FILE] [--json FILE]

Every server is checked for giving the same rows, and then asked in turn, round after round, so
that what else the machine does meets them all. Client and servers share its processors. README.md
says how to install the other servers; those that are not installed are left out.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from .load import load, script
from .queries import Data
from .recovery import HOSTILE, recovery
from .servers import PEERS, Server, find, running, tone
from .table import Figures, as_markdown, as_text

REST = {
    "GET /v1/concepts/Joy": "/v1/concepts/Joy",
    "GET /v1/terms/heartbroken": "/v1/terms/heartbroken",
}


def main() -> None:
    """Run the benchmark and print what it measured."""
    options = _options()
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk is not installed; see benchmarks/sparql/README.md")
    servers: list[Server] = [tone(["--workers", str(options.workers)])]
    for name in options.peers:
        peer = find(name, options.peers_folder)
        if peer:
            servers.append(peer)
        else:
            print(f"{name} is not installed and left out", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="tone-sparql-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        data = Data.build(folder)
        queries = data.queries()
        figures = Figures(
            options.workers, options.rounds, options.seconds, len(data.store), list(queries)
        )
        figures.starts = [_start(options.workers, data, folder) for _ in range(options.starts)]
        for server in servers:
            stack.enter_context(running(server, data, folder))
            _check(server, data, queries)
            figures.versions[server.name] = server.version()
        service = servers[0]
        requests = {
            (server, size): script(
                folder / f"{server.port}-{size}.lua", [server.request_path(each) for each in texts]
            )
            for size, texts in queries.items()
            for server in servers
        }
        for kind, path in REST.items():
            name = folder / f"{kind.rpartition('/')[2]}.lua"
            requests[service, kind] = script(name, [path], "application/json")
        for round_ in range(options.rounds + 1):
            for (server, kind), asked in requests.items():
                came = load(wrk, server.url, asked, options.seconds if round_ else 1)
                server.settle()  # or the next one shares the processors with it
                if round_:  # the first finds nothing in the caches
                    figures.add(server.name, kind, came)
        figures.memories = {server.name: server.memories() for server in servers}
        for server in servers[1:]:
            server.stop()
        for kind, query in HOSTILE.items():
            figures.recoveries[kind] = recovery(
                service, query, queries["small"][0], options.hostile
            )
    print(as_text(figures))
    if options.markdown:
        options.markdown.write_text(as_markdown(figures), encoding="utf-8")
    if options.json:
        options.json.write_text(
            json.dumps(asdict(figures), indent=2, default=str) + "\n", encoding="utf-8"
        )


def _start(workers: int, data: Data, folder: Path) -> float:
    """Return the seconds from the command to the first answer of a query."""
    with tempfile.TemporaryDirectory(dir=folder) as own:
        start = time.monotonic()
        with running(tone(["--workers", str(workers)]), data, Path(own)):
            return time.monotonic() - start


def _check(server: Server, data: Data, queries: dict[str, list[str]]) -> None:
    """Exit if a server's answers are not those that they must be."""
    if wrong := data.differences(server.ask, queries):
        raise SystemExit(f"{server.name}: {len(wrong)} wrong answers; the first: {wrong[0]}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sparql",
        description=__doc__.partition("\n")[0] if __doc__ else "",
    )
    parser.add_argument(
        "--peers", nargs="*", choices=PEERS, default=list(PEERS), help="other servers (all)"
    )
    parser.add_argument(
        "--peers-folder",
        type=Path,
        default=Path("build/sparql-peers"),
        help="virtual environment with the other servers (build/sparql-peers)",
    )
    parser.add_argument("--workers", type=int, default=2, help="workers of TONE (2)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds to measure (5)")
    parser.add_argument("--seconds", type=int, default=5, help="seconds of each measurement (5)")
    parser.add_argument("--starts", type=int, default=3, help="starts of TONE to measure (3)")
    parser.add_argument("--hostile", type=int, default=8, help="hostile queries sent at once (8)")
    parser.add_argument("--markdown", type=Path, help="also write the tables to this file")
    parser.add_argument("--json", type=Path, help="also write all figures to this file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
