"""Runs the command `tone` as users do: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TONE = Path(sys.executable).with_name("tone")


@dataclass(frozen=True)
class Done:
    status: int
    data: bytes
    messages: str

    @property
    def text(self) -> str:
        return self.data.decode("utf-8")


def tone(
    *arguments: str | Path, input: str | bytes = b"", cwd: Path | None = None, **environment: str
) -> Done:
    """Return what a call of `tone` ended with; its standard input is a pipe."""
    done = subprocess.run(
        [TONE, *arguments],
        input=input.encode() if isinstance(input, str) else input,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=300,
    )
    messages = done.stderr.decode("utf-8")
    assert "Traceback" not in messages, messages
    return Done(done.returncode, done.stdout, messages)
