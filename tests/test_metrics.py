"""/metrics on a live server: what Prometheus reads."""

from __future__ import annotations

import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from live_server import LiveServer, live_server

_SAMPLE = re.compile(r'(\w+)(?:\{((?:\w+="(?:[^"\\\n]|\\.)*",?)*)\})? (\S+)')
JOY = 'tone_requests_total{route="/v1/concepts/<concept>",status="200"}'


def samples(service: LiveServer) -> dict[str, float]:
    """Return the samples by their names and labels; every line must be a sample or a comment."""
    answer = service.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    found = {}
    for line in answer.text.splitlines():
        if not line.startswith(("# HELP ", "# TYPE ")):
            sample = _SAMPLE.fullmatch(line)
            assert sample, line
            found[line.rpartition(" ")[0]] = float(sample[3])
    return found


def test_requests_are_counted_by_route_and_status(service: LiveServer) -> None:
    before = samples(service)
    for path in ("/v1/concepts/Joy", "/v1/concepts/Grief", "/v1/concepts/zyzzyva"):
        service.get(path)
    service.ask("PUT", "/sparql")
    service.post("/v1/annotate/batch", '{"texts": ["joy"]}', "application/json")
    after = samples(service)
    route = 'route="/v1/concepts/<concept>"'
    for name, number in (
        (f'tone_requests_total{{{route},status="200"}}', 2),
        (f'tone_requests_total{{{route},status="404"}}', 1),
        ('tone_requests_total{route="(no route)",status="405"}', 1),
        ('tone_requests_total{route="/v1/annotate/batch",status="200"}', 1),
        (f"tone_request_seconds_count{{{route}}}", 3),
        (f'tone_request_seconds_bucket{{{route},le="+Inf"}}', 3),
    ):
        assert after[name] - before.get(name, 0) == number, name
    assert after[f"tone_request_seconds_sum{{{route}}}"] > 0
    assert after["tone_requests_in_flight"] == 1  # the one that asks


def test_buckets_count_what_took_no_longer(service: LiveServer) -> None:
    service.get("/v1/concepts/Joy")
    found = samples(service)
    begin = 'tone_request_seconds_bucket{route="/v1/concepts/<concept>"'
    buckets = [number for name, number in found.items() if name.startswith(begin)]
    assert len(buckets) > 10
    assert buckets == sorted(buckets)


def test_nothing_that_a_client_sends_is_told(service: LiveServer) -> None:
    for path in ("/v1/terms/heartbroken", "/sparql?query=heartbroken", "/heartbroken"):
        service.get(path)
    assert "heartbroken" not in service.get("/metrics").text


def test_every_worker_tells_of_all(tmp_path: Path) -> None:
    with live_server(tmp_path, "--workers", "2", TONE_ENGINE="lexicon") as server:
        workers = server.workers()
        assert len(workers) == 2
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(server.get, ["/v1/concepts/Joy"] * 40))
        assert {samples(server)[JOY] for _ in range(8)} == {40}
        # Nor is anything lost when a worker is replaced.
        os.kill(workers[0], signal.SIGKILL)
        deadline = time.monotonic() + 60
        while set(server.workers()) == {workers[1]} or workers[0] in server.workers():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        for _ in range(10):
            server.get("/v1/concepts/Joy")
        assert {samples(server)[JOY] for _ in range(8)} == {50}
