"""The terminal of a review: what it shows of an offer, and how it asks."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Callable, Sequence

import click

from ..ontology.errors import ToneError, UnknownName
from ..ontology.model import Ontology
from ..ontology.term_text import printable
from .review_kind import ReviewKind
from .selection import Offer


def window() -> tuple[int, int]:
    """Return the terminal's columns and lines as they are now, whatever the environment says."""
    columns, lines = os.get_terminal_size(sys.stdout.fileno())
    return columns or 80, lines or 24


def card(
    kind: ReviewKind, ontology: Ontology, offer: Offer, chosen: Sequence[str], everything: bool
) -> str:
    """Return what a reviewer sees of an offer, cut to the terminal's size unless all is wanted.

    What matters least is left out first. Nothing in it can steer the terminal.
    """
    columns, height = window()
    width = max(columns - 1, 20)
    lines: list[str] = []
    for index, part in enumerate(kind.card(offer, chosen, ontology)):
        wrapped = textwrap.wrap(
            printable(" ".join(part.split())),
            width,
            subsequent_indent="  ",
            break_on_hyphens=False,
        )
        # Without the first two nobody can decide. The line of keys needs room, and the one that
        # says that something is missing.
        if index > 1 and not everything and len(lines) + len(wrapped) > height - 4:
            return "\n".join([*lines, "... (d shows all)"])
        lines += wrapped
    return "\n".join(lines)


class Keyboard:
    """Asks for keys and lines; prompt_toolkit keeps what is typed ahead for the next question."""

    def __init__(self, ontology: Ontology) -> None:
        # It would ask the terminal where the cursor is, and some never answer.
        os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
        try:
            from prompt_toolkit import PromptSession
            from prompt_toolkit.completion import FuzzyWordCompleter
            from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
            from prompt_toolkit.keys import Keys
        except ImportError as error:
            raise ToneError(
                f"{error.name} is needed to review in a terminal: pip install 'tone-kg[vocab]';"
                " or write a sheet with --sheet FILE"
            ) from None
        self.ontology = ontology
        self._lines: PromptSession[str] = PromptSession()
        self._keys: PromptSession[str] = PromptSession()
        self._bindings = KeyBindings()

        @self._bindings.add(Keys.Any)
        @self._bindings.add(Keys.Enter)
        @self._bindings.add(Keys.Escape)
        @self._bindings.add(Keys.BracketedPaste)
        def _(event: KeyPressEvent) -> None:
            event.app.exit(result=event.data if len(event.data) == 1 else "")

        live = [each for each in ontology.concepts.values() if not each.deprecated]
        ids = {each.id.casefold() for each in live}
        names = {each.id: each.id for each in live}
        for each in live:
            labels = (label for label in each.labels.values() if label.casefold() not in ids)
            names.update((label, each.id) for label in labels)
        self._names = names
        self._completer = FuzzyWordCompleter(
            sorted(names),
            meta_dict={name: " > ".join(ontology.path(id)) for name, id in names.items()},
        )

    def key(self, message: str) -> str:
        """Return the one key that is pressed."""
        return self._keys.prompt(message, key_bindings=self._bindings)

    def line(self, message: str, default: str = "") -> str:
        """Return a line that is typed; Ctrl-C gives none."""
        try:
            return self._lines.prompt(message, default=default)
        except KeyboardInterrupt:
            return ""

    def choice(self, message: str, read: Callable[[str], str], default: str = "") -> str:
        """Return what is chosen by typing; empty for nothing.

        Args:
            message: what is asked.
            read: makes a choice of what was typed, or raises `ToneError`; then it is asked again.
            default: what stands there to be changed.
        """
        text = default
        while True:
            _, rows = window()
            try:
                text = self._lines.prompt(
                    message,
                    default=text,
                    completer=self._completer,
                    complete_while_typing=True,
                    reserve_space_for_menu=max(0, min(8, rows - 4)),
                ).strip()
            except KeyboardInterrupt:
                return ""
            if not text:
                return ""
            try:
                return read(text)
            except UnknownName as error:
                begun = {
                    id
                    for name, id in self._names.items()
                    if name.casefold().startswith(text.casefold())
                }
                if len(begun) == 1:
                    return read(begun.pop())
                click.echo(str(error) if not begun else f"several: {', '.join(sorted(begun))}")
            except ToneError as error:
                click.echo(str(error))
