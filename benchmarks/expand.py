"""Time and memory of a full expansion of the English vocabulary over both thesauri.

    python -m benchmarks.expand [--depth N] [--source SPEC ...]

Runs `tone vocab expand` in processes of their own: first without a cache of embeddings, then
twice with one, empty and full. The bytes must be the same each time. Loading the model is timed
apart: it is part of the first two runs. Memory is the most that a process held (peak resident
set); Linux or macOS. The proposals are those that are still undecided in the checkout.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TONE = Path(sys.executable).with_name("tone")
LOAD = "from tone_kg.vocab.embedding import Embedder; Embedder(use_cache=False).embed(['sad'])"
IN_BYTES = sys.platform == "darwin"
"""There `ru_maxrss` counts bytes, elsewhere KiB."""


def run(command: list[str], cache: Path) -> tuple[float, float, float, str]:
    """Return seconds, seconds of all cores, peak MiB and messages of a command; exit if it fails.

    The second is what remains comparable where other work shares the machine.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, env={**os.environ, "XDG_CACHE_HOME": str(cache)}, text=True
    )
    assert process.stderr is not None
    messages = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(messages)
    memory = usage.ru_maxrss / (2**20 if IN_BYTES else 2**10)
    return seconds, usage.ru_utime + usage.ru_stime, memory, messages


def main() -> None:
    """Run the benchmark and print what it measured."""
    parser = argparse.ArgumentParser(description="Time and memory of a full expansion.")
    parser.add_argument("--depth", type=int, default=1, help="relation steps (1)")
    parser.add_argument(
        "--source", action="append", default=[], help="as of tone vocab expand (both thesauri)"
    )
    options = parser.parse_args()
    named = [part for source in options.source for part in ("--source", source)]
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        queue = Path(folder) / "queue.tsv"
        expand = [str(TONE), "vocab", "expand", "-o", str(queue), "--depth", str(options.depth)]
        measured = {"model alone": run([sys.executable, "-c", LOAD], cache)}
        written = set()
        for name, more in (
            ("without a cache", ["--no-cache"]),
            ("cache, empty", []),
            ("cache, full", []),
        ):
            measured[name] = run([*expand, *named, *more], cache)
            written.add(queue.read_bytes())
    print(measured["cache, full"][3].replace(f"{folder}/", ""), end="")
    print(f"{'':18}{'seconds':>10}{'of all cores':>14}{'peak MiB':>10}")
    for name, (seconds, cores, memory, _) in measured.items():
        print(f"{name:18}{seconds:10.1f}{cores:14.1f}{memory:10.0f}")
    if len(written) > 1:
        raise SystemExit("the runs wrote different bytes")


if __name__ == "__main__":
    main()
