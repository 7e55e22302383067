"""What the service counts, for Prometheus to read.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format

Workers are processes. Their counters are parts of one shared memory, so that whichever worker
answers tells of all. A worker that takes another's place goes on with the counters of a part that
nobody holds: they never fall. No label comes from a request but its route and status.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import suppress
from http import HTTPStatus

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
NO_ROUTE = "(no route)"

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds that bound the buckets of the histogram; the last one has no bound."""

PARTS = 256
"""Workers that may count at the same time."""

_STATUSES = {each.value: index for index, each in enumerate(HTTPStatus)}
_CLAIMED, _IN_FLIGHT, _FIRST = 0, 1, 2
_BUCKETS = len(_STATUSES)
_SUM = _BUCKETS + len(BOUNDS) + 1
_WIDTH = _SUM + 1
"""Of a route: a count by each status, one by each bucket, and the sum of the seconds."""


def share() -> str:
    """Return where the workers of this process can share counters; "" where it has no such place.

    It lasts as long as this process does.
    """
    if not hasattr(os, "memfd_create"):
        return ""
    return f"/proc/{os.getpid()}/fd/{os.memfd_create('tone-metrics')}"


class Metrics:
    """The counters of one worker, and a view of those of the others.

    Args:
        routes: all that requests are counted by; any other one is NO_ROUTE.
        shared: what `share` returned, or "" to count this process alone.
    """

    def __init__(self, routes: Sequence[str], shared: str = "") -> None:
        self._routes = {each: at for at, each in enumerate(sorted({*routes, NO_ROUTE}))}
        self._length = _FIRST + _WIDTH * len(self._routes)
        self._lock = threading.Lock()
        part, file, parts = 0, -1, 1
        if shared:
            with suppress(OSError):  # then this process counts alone
                opened = os.open(shared, os.O_RDWR)
                os.ftruncate(opened, 8 * self._length * PARTS)
                file, parts, part = opened, PARTS, _claim(opened)
        self._all = memoryview(mmap.mmap(file, 8 * self._length * parts)).cast("d")
        self._mine = self._all[part * self._length :][: self._length]
        self._mine[_CLAIMED] = 1
        self._mine[_IN_FLIGHT] = 0

    def begin(self) -> None:
        """Count a request as being answered."""
        with self._lock:
            self._mine[_IN_FLIGHT] += 1

    def end(self, route: str, status: int, seconds: float) -> None:
        """Count a request as answered."""
        first = _FIRST + _WIDTH * self._routes.get(route, self._routes[NO_ROUTE])
        with self._lock:
            self._mine[_IN_FLIGHT] -= 1
            self._mine[first + _STATUSES.get(status, _STATUSES[500])] += 1
            self._mine[first + _BUCKETS + bisect_left(BOUNDS, seconds)] += 1
            self._mine[first + _SUM] += seconds

    def abandon(self) -> None:
        """Count a request as not being answered any more; whoever answers it counts it anew."""
        with self._lock:
            self._mine[_IN_FLIGHT] -= 1

    def text(self) -> str:
        """Return what all workers have counted, in the format of Prometheus."""
        return "".join(f"{line}\n" for line in self._lines(self._total()))

    def _total(self) -> list[float]:
        total = [0.0] * self._length
        for begin in range(0, len(self._all), self._length):
            part = self._all[begin : begin + self._length]
            if not part[_CLAIMED]:  # parts are claimed in their order
                break
            total = [one + other for one, other in zip(total, part, strict=True)]
        return total

    def _lines(self, total: list[float]) -> Iterator[str]:
        yield "# HELP tone_requests_total Requests answered."
        yield "# TYPE tone_requests_total counter"
        for route, counts in self._by_route(total):
            for status, at in _STATUSES.items():
                if counts[at]:
                    yield f'tone_requests_total{{{route},status="{status}"}} {counts[at]:.0f}'
        yield "# HELP tone_request_seconds Time to answer, once a thread has taken the request."
        yield "# TYPE tone_request_seconds histogram"
        for route, counts in self._by_route(total):
            count = 0.0
            for bound, number in zip((*BOUNDS, "+Inf"), counts[_BUCKETS:_SUM], strict=True):
                count += number
                yield f'tone_request_seconds_bucket{{{route},le="{bound}"}} {count:.0f}'
            yield f"tone_request_seconds_sum{{{route}}} {counts[_SUM]:.6f}"
            yield f"tone_request_seconds_count{{{route}}} {count:.0f}"
        yield "# HELP tone_requests_in_flight Requests being answered."
        yield "# TYPE tone_requests_in_flight gauge"
        yield f"tone_requests_in_flight {total[_IN_FLIGHT]:.0f}"

    def _by_route(self, total: list[float]) -> Iterator[tuple[str, list[float]]]:
        """Yield the label and the counts of each route that was asked for."""
        for route, at in self._routes.items():
            counts = total[_FIRST + _WIDTH * at :][:_WIDTH]
            if any(counts):
                yield 'route="{}"'.format(route.replace("\\", r"\\").replace('"', r"\"")), counts


def _claim(file: int) -> int:
    """Return a part that nobody holds; it is this process's until it ends."""
    for part in range(PARTS):
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, part)
            return part
        except OSError:
            pass
    raise RuntimeError(f"more than {PARTS} workers count")
