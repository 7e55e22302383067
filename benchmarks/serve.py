"""The service: its start and memory, how long requests take, and how many it answers a second.

    python -m benchmarks.serve [--engine NAME] [--workers N] [--rounds N] [--requests N]

The requests are texts of TONE's own of at most 30 words and marks, without explanation: one client
asks one after another, then several at once, each on a connection that is kept. What clients do is
part of what is measured. Models are those installed, or in the folder that TONE_MODELS names.
Memory is each process's proportional set size (PSS), which counts shared pages once; Linux only.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from tone_kg.ontology import load
from tone_kg.service.mapping.engines import DEFAULT_ENGINE, ENGINES
from tone_kg.service.training.texts import OWN, read_texts

MIB = 2**20
TONE = Path(sys.executable).with_name("tone")
GIVE_UP_AFTER = 60.0
CLIENTS = 8


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


def short_texts() -> list[str]:
    """Return TONE's own texts of at most 30 words and marks, in an order that mixes their files."""
    texts = [each.text for each in read_texts(OWN, load())]
    short = [text for text in texts if len(re.findall(r"\w+|[^\w\s]", text)) <= 30]
    random.Random(1).shuffle(short)
    return short


def ask(port: int, texts: Sequence[str]) -> list[float]:
    """Map texts one after another; return the seconds that each took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=GIVE_UP_AFTER)
    seconds = []
    for text in texts:
        body = json.dumps({"text": text})
        start = time.perf_counter()
        connection.request("POST", "/v1/annotate", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        seconds.append(time.perf_counter() - start)
        if response.status != 200:
            raise SystemExit(f"the service answered {response.status}")
    connection.close()
    return seconds


def throughput(port: int, texts: Sequence[str]) -> float:
    """Return how many requests a second are answered to several clients."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        start = time.perf_counter()
        list(clients.map(lambda at: ask(port, texts[at::CLIENTS]), range(CLIENTS)))
        return len(texts) / (time.perf_counter() - start)


def main() -> None:
    """Run the benchmark and print what it measured."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument(
        "--engine", choices=ENGINES, default=DEFAULT_ENGINE, help=f"({DEFAULT_ENGINE})"
    )
    parser.add_argument("--workers", type=int, default=1, help="server workers (1)")
    parser.add_argument("--rounds", type=int, default=5, help="starts to measure (5)")
    parser.add_argument("--requests", type=int, default=1000, help="requests to measure (1000)")
    options = parser.parse_args()
    pool = short_texts()
    texts = [pool[at % len(pool)] for at in range(options.requests)]
    starts, bare, workers, total = [], [], [], []
    seconds, rate = [0.0], 0.0
    for round_ in range(options.rounds):
        bare.append(interpreter_start())
        port = free_port()
        start = time.perf_counter()
        server = subprocess.Popen(
            [
                TONE,
                "serve",
                "--port",
                str(port),
                "--workers",
                str(options.workers),
                "--engine",
                options.engine,
            ],
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until_ready(server, port)
            starts.append(time.perf_counter() - start)
            below = sorted(map(memory, descendants(server.pid)), reverse=True)
            workers += below[: options.workers]
            total.append(sum(below) + memory(server.pid))
            if round_ == options.rounds - 1:
                ask(port, texts[:100])  # the first ones find nothing in the caches
                seconds, rate = sorted(ask(port, texts)), throughput(port, texts)
        finally:
            server.terminate()
            server.wait()
    print(f"{options.rounds} starts, {options.workers} workers; medians")
    print(f"interpreter start      {statistics.median(bare):7.2f} s")
    print(f"command to ready       {statistics.median(starts):7.2f} s")
    print(f"memory a worker        {statistics.median(workers) / MIB:7.0f} MiB")
    print(f"memory of all          {statistics.median(total) / MIB:7.0f} MiB")
    print(f"{len(texts)} short texts, engine {options.engine}")
    print(f"one after another, p50 {1000 * seconds[len(seconds) // 2]:7.1f} ms")
    print(f"one after another, p99 {1000 * seconds[len(seconds) * 99 // 100]:7.1f} ms")
    print(f"{CLIENTS} clients at once      {rate:7.0f} requests/s")


if __name__ == "__main__":
    main()
