"""Reviews in a real terminal, by the keys that a person presses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pexpect
from link_checkout import LinkCheckout
from tone_command import TONE
from vocabulary_checkout import Checkout

KEYS = "help"
"""What every line that asks for a key has, however narrow the window."""


@contextmanager
def terminal(
    checkout: Checkout | LinkCheckout,
    *arguments: str,
    group: str = "vocab",
    reviewer: str = "ada",
    size: tuple[int, int] = (40, 110),
    command: str | None = None,
    **environment: str,
) -> Iterator[pexpect.spawn]:
    """A review in a terminal of so many lines and columns: `tone vocab review`, or links."""
    words = [group, "review", "--reviewer", reviewer, *arguments]
    child = pexpect.spawn(
        command or str(TONE),
        [] if command else words,
        cwd=checkout.folder,
        env={**os.environ, "TERM": "xterm-256color", **environment},
        dimensions=size,
        encoding="utf-8",
        timeout=20,
    )
    # A person is slower than the terminal anyway.
    child.delaybeforesend = None
    try:
        yield child
    finally:
        child.close(force=True)


def ends(child: pexpect.spawn) -> str:
    """Wait for the end of a review; return what it said last."""
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, child.before
    last: str = child.before
    assert "Traceback" not in last
    return last
