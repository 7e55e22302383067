"""Writes the reference of `docs/command-line.md` from the commands' own help.

    python docs/command_line.py [--check]

With --check nothing is written; the exit status is 1 if the file is not what it should be.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tone_kg.service.cli.main import COMMANDS, cli

PAGE = Path(__file__).with_name("command-line.md")
MARK = "<!-- Below this line docs/command_line.py writes what `tone COMMAND --help` says. -->\n"
WIDTH = 88


def reference() -> str:
    """Return the help of `tone` and of each of its commands, as Markdown."""
    parts = []
    top = cli.make_context("tone", [], resilient_parsing=True, terminal_width=WIDTH)
    for name in ("", *COMMANDS):
        context = top
        if name:
            command = cli.get_command(top, name)
            assert command is not None
            context = command.make_context(name, [], parent=top, resilient_parsing=True)
        help = context.get_help()
        parts.append(f"\n### tone {name}".rstrip() + f"\n\n```\n{help}\n```\n")
    return "".join(parts)


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
