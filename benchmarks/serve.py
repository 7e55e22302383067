"""Start and memory of the service: from the command to the first ready answer.

    python -m benchmarks.serve [--workers N] [--rounds N]

Memory is each process's proportional set size (PSS), which counts shared pages once; Linux only.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

MIB = 2**20
TONE = Path(sys.executable).with_name("tone")
GIVE_UP_AFTER = 60.0


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(server: subprocess.Popen[bytes], port: int) -> None:
    """Return once the service answers that it is ready; exit if it ends or takes too long."""
    deadline = time.monotonic() + GIVE_UP_AFTER
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=1).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)
    raise SystemExit("the service did not get ready")


def descendants(pid: int) -> list[int]:
    """Return the process ids below a process."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that ended meanwhile
            for child in (task / "children").read_text().split():
                found += [int(child), *descendants(int(child))]
    return found


def memory(pid: int) -> int:
    """Return a process's proportional set size in bytes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def interpreter_start() -> float:
    """Return the seconds that Python itself takes to start."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Run the benchmark and print what it measured."""
    parser = argparse.ArgumentParser(description="Start and memory of the service.")
    parser.add_argument("--workers", type=int, default=1, help="server workers (1)")
    parser.add_argument("--rounds", type=int, default=5, help="starts to measure (5)")
    options = parser.parse_args()
    starts, bare, workers, total = [], [], [], []
    for _ in range(options.rounds):
        bare.append(interpreter_start())
        port = free_port()
        start = time.perf_counter()
        server = subprocess.Popen(
            [TONE, "serve", "--port", str(port), "--workers", str(options.workers)],
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until_ready(server, port)
            starts.append(time.perf_counter() - start)
            below = sorted(map(memory, descendants(server.pid)), reverse=True)
            workers += below[: options.workers]
            total.append(sum(below) + memory(server.pid))
        finally:
            server.terminate()
            server.wait()
    print(f"{options.rounds} starts, {options.workers} workers; medians")
    print(f"interpreter start      {statistics.median(bare):7.2f} s")
    print(f"command to ready       {statistics.median(starts):7.2f} s")
    print(f"memory a worker        {statistics.median(workers) / MIB:7.0f} MiB")
    print(f"memory of all          {statistics.median(total) / MIB:7.0f} MiB")


if __name__ == "__main__":
    main()
