"""Review in a terminal: one key a decision, each of them on disk before the next is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from ..ontology.errors import ToneError
from ..ontology.model import Ontology
from ..ontology.term_text import printable
from .decisions import (
    REVIEWER,
    SCORE,
    WEIGHT,
    Decision,
    decision_problems,
    locked,
    now,
    read_decisions,
    read_number,
    write_decisions,
)
from .review_kind import ReviewKind
from .screen import Keyboard, card, window
from .selection import Offer

_HELP = {
    "a": "accept what is shown{weight}",
    "1": "1-9    accept with weight 0.1-0.9: the term carries the feeling only in some uses",
    "e": "accept with a {numbers} that you type",
    "m": "move: choose another {choice}, then accept it as above",
    "n": "take the runner-up as the {choice}, then accept it as above",
    "+": "add a second {choice}, then accept both as above",
    "r": "reject, with a reason",
    "s": "skip: it comes again in the next review",
    "u": "undo: take back the {choice} chosen, else the last decision",
    "d": "show everything about this {noun}",
    "q": "quit; every decision is on disk already",
}
"""What each key does; `1` stands for all the digits."""

_KEYS = {
    "a": "a accept",
    "1": "1-9 weight",
    "m": "m move",
    "n": "n runner-up",
    "+": "+ second",
    "r": "r reject",
    "s": "s skip",
    "u": "u undo",
    "?": "? help",
    "q": "q quit",
}


@dataclass
class Outcome:
    """What a review ended with: how many decided, skipped, and left."""

    decided: int = 0
    skipped: int = 0
    left: int = 0


class Journal:
    """Writes one reviewer's decisions into a record, each at once.

    Others may write into it at the same time: before each decision is added it is read again
    under its lock, unless it is the very file that was written last.
    """

    def __init__(self, path: Path, kind: ReviewKind, reviewer: str) -> None:
        self.path = path
        self.kind = kind
        self.reviewer = reviewer
        self._written: tuple[tuple[int, ...], list[Decision]] | None = None

    def add(self, rows: Sequence[Decision]) -> bool:
        """Record what was decided of one item; False if that happened elsewhere meanwhile.

        Raises:
            ToneError: the decision cannot be recorded as it is, or the file cannot be written.
        """
        for row in rows:
            for problem in decision_problems(row, self.kind):
                raise ToneError(problem)
        with locked(self.path):
            recorded = self._recorded()
            if any(self._is_own(each, rows[0]) for each in recorded):
                return False
            self._write([*recorded, *rows])
        return True

    def take_back(self, rows: Sequence[Decision]) -> None:
        """Remove what `add` recorded, unless it was changed since."""
        with locked(self.path):
            recorded = self._recorded()
            own = [each for each in recorded if self._is_own(each, rows[0])]
            if sorted(own, key=lambda each: each.key) == sorted(rows, key=lambda each: each.key):
                self._write([each for each in recorded if each not in own])

    def _recorded(self) -> list[Decision]:
        if self._written and self._written[0] == _identity(self.path):
            return self._written[1]
        return list(read_decisions(self.path, self.kind))

    def _write(self, decisions: list[Decision]) -> None:
        self._written = None
        write_decisions(self.path, decisions, self.kind)
        self._written = (_identity(self.path), decisions)

    def _is_own(self, recorded: Decision, row: Decision) -> bool:
        return (recorded.item, recorded.reviewer, recorded.role) == (
            row.item,
            self.reviewer,
            REVIEWER,
        )


def _identity(path: Path) -> tuple[int, ...]:
    """Return what differs once a file was written or replaced; nothing where there is none."""
    if not path.exists():
        return ()
    state = path.stat()
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns)


def review(
    path: Path, kind: ReviewKind, ontology: Ontology, offers: Sequence[Offer], reviewer: str
) -> Outcome:
    """Ask about each offer in the terminal until all are answered or the reviewer quits.

    Args:
        path: the record to write into.
        kind: what is reviewed.
        ontology: the concepts, and the accepted terms that are shown beside them.
        offers: what to ask about, in order.
        reviewer: in whose name.

    Raises:
        ToneError: there is no terminal, prompt_toolkit is not installed, or the decisions cannot
            be written; those taken before are on disk.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ToneError(
            "this is no terminal: write a sheet with --sheet FILE, fill it in, and read it back"
            f" with tone {kind.command} apply"
        )
    return _Review(Journal(path, kind, reviewer), ontology, offers, Keyboard(ontology)).run()


class _Review:
    def __init__(
        self, journal: Journal, ontology: Ontology, offers: Sequence[Offer], keyboard: Keyboard
    ) -> None:
        self.journal = journal
        self.kind = journal.kind
        self.weighs = "weight" in self.kind.columns
        self.ontology = ontology
        self.offers = offers
        self.keyboard = keyboard
        self.chosen: list[str] = []
        self.done: list[list[Decision]] = []
        """For each offer behind us what was recorded; nothing if it was skipped."""

    def run(self) -> Outcome:
        try:
            while len(self.done) < len(self.offers) or self._goes_back():
                offer = self.offers[len(self.done)]
                self.chosen = self._offered(offer)
                self._show(offer)
                while not self._answered(offer):
                    pass
        except (KeyboardInterrupt, EOFError, _Quit):
            click.echo()
        skipped = sum(not rows for rows in self.done)
        return Outcome(len(self.done) - skipped, skipped, len(self.offers) - len(self.done))

    def _goes_back(self) -> bool:
        key = self.keyboard.key("that was the last: u undo  any other key ends ")
        return key == "u" and self._undo(self.offers[-1])

    def _offered(self, offer: Offer) -> list[str]:
        offered = self.kind.offered(offer.item, offer.proposed)
        return [offered] if offered else []

    def _show(self, offer: Offer, everything: bool = False) -> None:
        shown = card(self.kind, self.ontology, offer, self.chosen, everything)
        click.echo(f"\n{len(self.done) + 1} of {len(self.offers)}: {shown}")

    def _answered(self, offer: Offer) -> bool:
        """Ask for one key; return whether to go on to the next offer, or back to the last."""
        key = self.keyboard.key(f"{self._question()} ")
        if key not in self.kind.keys or not key:
            return False
        if key == "a" or key.isdigit():
            weight = WEIGHT if key == "a" else Decimal(key) / 10
            return self._accept(offer, None, weight if self.weighs else None)
        actions: dict[str, Callable[[Offer], bool]] = {
            "e": self._accept_with_numbers,
            "r": self._reject,
            "m": self._move,
            "n": self._take_runner_up,
            "+": self._add_concept,
            "s": self._skip,
            "u": self._undo,
            "d": self._show_everything,
            "?": self._help,
            "q": self._quit,
        }
        return actions[key](offer)

    def _question(self) -> str:
        """Return what is asked, the longest that the terminal's width allows."""
        known = self.kind.keys
        short = " ".join("1-9" if key == "1" else key for key in _HELP if key in known)
        long = "  ".join(said for key, said in _KEYS.items() if key in known)
        lines = (long, f"{short}  ? help", "? help")
        width, _ = window()
        return next((each for each in lines if len(each) + 1 < width), lines[-1])

    def _accept(self, offer: Offer, score: Decimal | None, weight: Decimal | None) -> bool:
        if not self.chosen:
            click.echo(f"no {self.kind.choice_noun} is proposed: choose one with m")
            return False
        for choice in self.chosen:
            for problem in self.kind.choice_problems(choice, self.ontology):
                click.echo(printable(problem))
                return False
        numbers = (("score", score), ("weight", weight))
        named = " + ".join(self.kind.words(each, self.ontology) for each in self.chosen)
        given = (f"{name} {number}" for name, number in numbers if number is not None)
        said = ", ".join((named, *given))
        return self._record(offer, self.chosen, said, score=score, weight=weight)

    def _accept_with_numbers(self, offer: Offer) -> bool:
        numbers: list[Decimal] = []
        # The machine's score of a link is of the same kind as a reviewer's; that of a term is not.
        own = self.weighs or self.chosen != self._offered(offer) or offer.similarity is None
        score = SCORE if own else offer.similarity
        for name, default in (("score", score), ("weight", WEIGHT))[: 1 + self.weighs]:
            text = self.keyboard.line(f"{name}, 0 to 1: ", str(default))
            try:
                number = read_number(name, text.strip().replace(",", "."))
            except ValueError as error:
                click.echo(str(error))
                return False
            if number is None:
                return False
            numbers.append(number)
        return self._accept(offer, numbers[0], numbers[1] if self.weighs else None)

    def _reject(self, offer: Offer) -> bool:
        reasons = self.kind.reasons
        for line in (*(f"{key} {reason}" for key, reason in reasons.items()), "t another reason"):
            click.echo(line)
        key = self.keyboard.key("reason (any other key: back) ")
        reason = reasons.get(key, "")
        if key == "t":
            reason = " ".join(self.keyboard.line("reason: ").split())
        if not reason:
            return False
        return self._record(offer, [], f"rejected: {reason}", reason=reason)

    def _record(self, offer: Offer, choices: Sequence[str], said: str, **verdict: Any) -> bool:
        rows = offer.decide(self.kind, choices, self.journal.reviewer, date=now(), **verdict)
        wrong = next((each for row in rows for each in decision_problems(row, self.kind)), None)
        if wrong is not None:
            click.echo(printable(wrong))
            return False
        if self.journal.add(rows):
            click.echo(said)
            self.done.append(rows)
        else:
            click.echo(f"{self.journal.reviewer} has decided this elsewhere meanwhile; kept")
            self.done.append([])
        return True

    def _ask(self, offer: Offer, message: str, default: str = "") -> list[str]:
        """Return the choice that is typed, in a list; an empty list for none."""

        def read(text: str) -> str:
            choice = self.kind.read_choice(text, offer.item, self.ontology)
            for problem in self.kind.choice_problems(choice, self.ontology):
                raise ToneError(problem)
            return choice

        return list(filter(None, [self.keyboard.choice(message, read, default)]))

    def _move(self, offer: Offer) -> bool:
        # Of a link that is nearly right one part is changed.
        default = "" if self.weighs else self.chosen[0]
        return self._choose(offer, self._ask(offer, "move to: ", default) or self.chosen)

    def _add_concept(self, offer: Offer) -> bool:
        added = self._ask(offer, "second concept: ")
        return self._choose(offer, list(dict.fromkeys([*self.chosen, *added])))

    def _take_runner_up(self, offer: Offer) -> bool:
        if not offer.runner_up:
            click.echo("there is no runner-up")
            return False
        return self._choose(offer, [offer.runner_up])

    def _choose(self, offer: Offer, concepts: list[str]) -> bool:
        if concepts != self.chosen:
            self.chosen = concepts
            self._show(offer)
        return False

    def _skip(self, offer: Offer) -> bool:
        self.done.append([])
        return True

    def _undo(self, offer: Offer) -> bool:
        offered = self._offered(offer)
        if len(self.done) < len(self.offers) and self.chosen != offered:
            self.chosen = offered
            self._show(offer)
            return False
        if not self.done:
            click.echo("nothing to undo in this review")
            return False
        rows = self.done.pop()
        if rows:
            self.journal.take_back(rows)
        return True

    def _show_everything(self, offer: Offer) -> bool:
        self._show(offer, everything=True)
        return False

    def _help(self, offer: Offer) -> bool:
        for key, text in _HELP.items():
            if key in self.kind.keys:
                said = text.format(
                    weight=", with weight 1" if self.weighs else "",
                    numbers="score and weight" if self.weighs else "score",
                    choice=self.kind.choice_noun,
                    noun=self.kind.noun,
                )
                click.echo(said if key == "1" else f"{key:<7}{said}")
        return False

    def _quit(self, offer: Offer) -> bool:
        raise _Quit


class _Quit(Exception):
    pass
