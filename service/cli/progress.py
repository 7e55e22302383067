"""How far a long command has come, told on the terminal."""

from __future__ import annotations

import sys
import time

import click


class Progress:
    """A line on the terminal, renewed five times a second; nothing where there is no terminal."""

    def __init__(self) -> None:
        self.next, self.shown, self.terminal = 0.0, False, sys.stderr.isatty()

    def show(self, stage: str, done: int, total: int | None) -> None:
        """Tell a stage's name, how much of it is done and how much there is, if that is known."""
        if self.terminal and time.monotonic() >= self.next:
            share = f"{done / total:4.0%}" if total else ""
            click.echo(f"\r{stage} {share}".ljust(40), err=True, nl=False)
            self.next, self.shown = time.monotonic() + 0.2, True

    def clear(self) -> None:
        """Take the line away."""
        if self.shown:
            click.echo("\r" + " " * 40 + "\r", err=True, nl=False)
