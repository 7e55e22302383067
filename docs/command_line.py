"""Writes the reference of `docs/command-line.md` from the commands' own help.

    python docs/command_line.py [--check]

With --check nothing is written; the exit status is 1 if the file is not what it should be.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from tone_kg.service.cli.main import cli

PAGE = Path(__file__).with_name("command-line.md")
MARK = "<!-- Below this line docs/command_line.py writes what `tone COMMAND --help` says. -->\n"
WIDTH = 88


def reference() -> str:
    """Return the help of `tone` and of each of its commands and theirs, as Markdown."""
    top = cli.make_context("tone", [], resilient_parsing=True, terminal_width=WIDTH)
    return "".join(_sections(cli, top))


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"\n### {context.command_path}\n\n```\n{context.get_help()}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            inner = below.make_context(name, [], parent=context, resilient_parsing=True)
            yield from _sections(below, inner)


def main() -> None:
    """Write the page, or check it."""
    page = PAGE.read_text("utf-8")
    written, mark, _ = page.partition(MARK)
    wanted = written + mark + reference()
    if not mark:
        sys.exit(f"{PAGE.name} lacks the line {MARK}")
    if "--check" in sys.argv[1:]:
        sys.exit(None if page == wanted else f"{PAGE.name} is out of date: run {__file__}")
    PAGE.write_text(wanted, "utf-8")


if __name__ == "__main__":
    main()
