"""Asks a server as fast as it answers: wrk (https://github.com/wg/wrk), which needs no turn of it.

A client in Python would be slower than some of the servers.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .queries import JSON

CONNECTIONS = 8

SCRIPT = """\
local paths = {
%s
}
local requests, at = {}, 0
function init()
  for i, path in ipairs(paths) do
    requests[i] = wrk.format("GET", path, {["Accept"] = "%s"})
  end
end
function request()
  at = at %% #requests + 1
  return requests[at]
end
function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"requests": %%d, "microseconds": %%d, "failed": %%d, "p50": %%d, ' ..
    '"p99": %%d}\\n', summary.requests, summary.duration, failed,
    latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True)
class Load:
    """What came of asking a server for some seconds: answers a second, latencies in ms."""

    rate: float
    p50: float
    p99: float
    failed: int


def script(file: Path, paths: Sequence[str], accept: str = JSON) -> Path:
    """Write the wrk script that asks for paths in turn, again and again; return the file."""
    file.write_text(SCRIPT % (",\n".join(map(json.dumps, paths)), accept), encoding="utf-8")
    return file


def load(wrk: str, url: str, requests: Path, seconds: int) -> Load:
    """Return what came of asking a server over several connections that are kept.

    Args:
        wrk: the program.
        url: the server's address, without a path.
        requests: what `script` wrote.
        seconds: how long to ask.
    """
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "60s"]
    command += ["-s", str(requests), url]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(ran.stdout.splitlines()[-1])
    return Load(
        (found["requests"] - found["failed"]) / found["microseconds"] * 1e6,
        found["p50"] / 1000,
        found["p99"] / 1000,
        found["failed"],
    )
