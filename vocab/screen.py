"""The terminal of a review: what it shows of an offer, and how it asks."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterator, Sequence

import click

from ..ontology.errors import ToneError, UnknownName
from ..ontology.model import Ontology
from ..ontology.term_text import printable
from .selection import Offer


def window() -> tuple[int, int]:
    """Return the terminal's columns and lines as they are now, whatever the environment says."""
    columns, lines = os.get_terminal_size(sys.stdout.fileno())
    return columns or 80, lines or 24


class Card:
    """What a reviewer sees of an offer."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self._known: dict[tuple[str, str], dict[str, None]] = {}
        for term in sorted(ontology.terms, key=lambda term: (-(term.score or 0), term.term)):
            self._known.setdefault((term.concept, term.lang), {})[term.term] = None

    def text(self, offer: Offer, chosen: Sequence[str], head: str, everything: bool = False) -> str:
        """Return the card, cut to the terminal's size unless everything is wanted.

        What matters least is left out first. Nothing in it can steer the terminal.
        """
        columns, height = window()
        width = max(columns - 1, 20)
        parts = [
            textwrap.wrap(
                printable(" ".join(part.split())),
                width,
                subsequent_indent="  ",
                break_on_hyphens=False,
            )
            for part in self._parts(offer, chosen, head)
        ]
        lines: list[str] = []
        for index, part in enumerate(parts):
            # Without term and concept nobody can decide. The line of keys needs room, and the one
            # that says that something is missing.
            if index > 1 and not everything and len(lines) + len(part) > height - 4:
                return "\n".join([*lines, "... (d shows all)"])
            lines += part
        return "\n".join(lines)

    def _parts(self, offer: Offer, chosen: Sequence[str], head: str) -> Iterator[str]:
        term, lang, pos = offer.item
        yield f"{head}: {term} ({pos}, {lang})"
        measured = (("similarity", offer.similarity), ("margin", offer.margin))
        numbers = ", ".join(f"{name} {value:.4f}" for name, value in measured if value is not None)
        for concept in chosen:
            own = "" if concept == offer.proposed else ", your choice"
            yield f"= {self._path(concept)}{own}" + (f" ({numbers})" if numbers and not own else "")
        if not chosen:
            yield "= no concept is proposed"
        if offer.runner_up and offer.runner_up not in chosen:
            yield f"runner-up: {self._path(offer.runner_up)}"
        if offer.flags:
            yield f"flags: {', '.join(offer.flags)}"
        for concept in chosen:
            if concept in self.ontology.concepts:
                yield f"{concept}: {self.ontology.concepts[concept].definition}"
        if offer.evidence:
            yield f"evidence: {'; '.join(offer.evidence)} ({', '.join(offer.source)})"
        for concept in chosen:
            if known := self._known.get((concept, lang)):
                yield f"terms of {concept}: {', '.join(list(known)[:12])}"
        for context in offer.contexts:
            yield f"- {context}"

    def _path(self, concept: str) -> str:
        if concept not in self.ontology.concepts:
            return concept
        return " > ".join(self.ontology.path(concept))


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

    def concept(self, message: str) -> str:
        """Return the id of a concept that is chosen by typing part of it; empty for none."""
        text = ""
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
                return self.ontology.concept(text).id
            except UnknownName as error:
                begun = {
                    id
                    for name, id in self._names.items()
                    if name.casefold().startswith(text.casefold())
                }
                if len(begun) == 1:
                    return begun.pop()
                click.echo(str(error) if not begun else f"several: {', '.join(sorted(begun))}")
