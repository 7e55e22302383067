"""The command `tone`: its commands, each imported when it is called, and how it reports errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from io import TextIOWrapper

import click

from ...ontology.errors import ToneError

COMMANDS = {
    "annotate": "annotate",
    "build": "curate",
    "check": "curate",
    "combine": "questions",
    "evaluate": "evaluate",
    "format": "curate",
    "link": "link",
    "lookup": "graph",
    "opposite": "questions",
    "path": "questions",
    "push": "push",
    "query": "query",
    "serve": "serve",
    "show": "graph",
    "train": "train",
    "vocab": "vocab",
}
"""Each command and the module of this package that holds it."""

FAILED = 1
"""Exit status: the thing checked fails, or some rows failed."""
WRONG_USE = 2
"""Exit status: wrong use, or input that cannot be read."""
INTERRUPTED = 130
"""Exit status: stopped by Ctrl-C, as shells report it."""
BROKEN_PIPE = 141
"""Exit status: the reader of the output went away, as shells report it."""


class LazyGroup(click.Group):
    """Commands that are imported when they are called.

    `modules` names for each command the module of this package that holds it as `NAME_command`.
    """

    modules: Mapping[str, str] = {}

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names in their order, without importing anything."""
        return list(self.modules)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import and return a command, None if there is none of that name."""
        if name not in self.modules:
            return None
        module = import_module(f".{self.modules[name]}", __package__)
        command: click.Command = getattr(module, f"{name}_command")
        return command


class _Commands(LazyGroup):
    modules = COMMANDS


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"tone {version('tone-kg')}")
        context.exit()


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 done, 1 what was checked fails or some rows failed, 2 wrong use or bad"
    " input. Data goes to standard output, all else to standard error.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """TONE: an emotion ontology, its vocabulary, and texts mapped onto it."""


def main() -> None:
    """Run the command line: errors become one line on standard error and an exit status."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # whatever the locale says
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    status = _run()
    try:
        if status != BROKEN_PIPE:
            sys.stdout.flush()
    except BrokenPipeError:
        status = BROKEN_PIPE
    except OSError as error:
        status = status or _tell(error)
    if status:  # what is still unwritten has nowhere to go
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def _open_closed_streams() -> None:
    """Give a stream for each standard one that the caller closed (`<&-`), Python's None.

    Nothing is read from that input, messages go nowhere, and data written to such an output is an
    error, not lost unseen.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: SIM115 - open until the process ends
    if sys.stdout is None:
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115


def _run() -> int:
    try:
        with cli.make_context("tone", sys.argv[1:]) as context:
            cli.invoke(context)
        return 0
    except click.exceptions.Exit as exit:
        return exit.exit_code
    except click.UsageError as error:
        error.show()
        return WRONG_USE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return BROKEN_PIPE
    except (ToneError, click.ClickException, OSError) as error:
        return _tell(error)


def _tell(error: ToneError | click.ClickException | OSError) -> int:
    """Say on standard error what went wrong; return the exit status."""
    if isinstance(error, OSError):
        name = f": {error.filename}" if error.filename else ""
        problem = f"{error.strerror or error}{name}"
    else:
        problem = error.format_message() if isinstance(error, click.ClickException) else str(error)
    click.echo(f"tone: {problem}", err=True)
    return WRONG_USE
