"""Review in a terminal: one key a decision, each of them on disk before the next is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import click

from ..ontology.errors import ToneError
from ..ontology.model import Ontology
from ..ontology.table_rules import concept_problem
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
from .kinds import TERMS
from .screen import Card, Keyboard, window
from .selection import Offer

REASONS = {
    "1": "not a feeling",
    "2": "another sense is meant",
    "3": "judges without naming a feeling",
    "4": "a topic or cause",
    "5": "too general",
    "6": "rare or archaic",
    "7": "vulgar or insulting",
    "8": "not a term of the language",
    "9": "a feeling of no concept here",
}
"""The reasons of a rejection that take one key."""

_HELP = """\
a      accept the concept shown, with weight 1
1-9    accept with weight 0.1-0.9: the term carries the feeling only in some uses
e      accept with a score and weight that you type
m      move: choose another concept, then accept it as above
n      take the runner-up as the concept, then accept it as above
+      add a second concept, then accept both as above
r      reject, with a reason
s      skip: it comes again in the next review
u      undo: take back the concept chosen, else the last decision
d      show everything about this term
q      quit; every decision is on disk already"""

_KEYS = (
    "a accept  1-9 weight  m move  n runner-up  + second  r reject  s skip  u undo  ? help  q quit",
    "a 1-9 e m n + r s u d q  ? help",
    "? help",
)
"""What is asked, the longest that the terminal's width allows."""


@dataclass
class Outcome:
    """What a review ended with: how many decided, skipped, and left."""

    decided: int = 0
    skipped: int = 0
    left: int = 0


class Journal:
    """Writes one reviewer's decisions into a `decisions.tsv`, each at once.

    Others may write into it at the same time: before each decision is added it is read again
    under its lock, unless it is the very file that was written last.
    """

    def __init__(self, path: Path, reviewer: str) -> None:
        self.path = path
        self.reviewer = reviewer
        self._written: tuple[tuple[int, ...], list[Decision]] | None = None

    def add(self, rows: Sequence[Decision]) -> bool:
        """Record what was decided of one item; False if that happened elsewhere meanwhile.

        Raises:
            ToneError: the decision cannot be recorded as it is, or the file cannot be written.
        """
        for row in rows:
            for problem in decision_problems(row, TERMS):
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
        return list(read_decisions(self.path, TERMS))

    def _write(self, decisions: list[Decision]) -> None:
        self._written = None
        write_decisions(self.path, decisions, TERMS)
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


def review(path: Path, ontology: Ontology, offers: Sequence[Offer], reviewer: str) -> Outcome:
    """Ask about each offer in the terminal until all are answered or the reviewer quits.

    Args:
        path: the `decisions.tsv` to write into.
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
            " with tone vocab apply"
        )
    return _Review(Journal(path, reviewer), ontology, offers, Keyboard(ontology)).run()


class _Review:
    def __init__(
        self, journal: Journal, ontology: Ontology, offers: Sequence[Offer], keyboard: Keyboard
    ) -> None:
        self.journal = journal
        self.ontology = ontology
        self.offers = offers
        self.keyboard = keyboard
        self.card = Card(ontology)
        self.chosen: list[str] = []
        self.done: list[list[Decision]] = []
        """For each offer behind us what was recorded; nothing if it was skipped."""

    def run(self) -> Outcome:
        try:
            while len(self.done) < len(self.offers) or self._goes_back():
                offer = self.offers[len(self.done)]
                self.chosen = [offer.proposed] if offer.proposed else []
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

    def _show(self, offer: Offer, everything: bool = False) -> None:
        head = f"{len(self.done) + 1} of {len(self.offers)}"
        click.echo("\n" + self.card.text(offer, self.chosen, head, everything))

    def _answered(self, offer: Offer) -> bool:
        """Ask for one key; return whether to go on to the next offer, or back to the last."""
        width, _ = window()
        keys = next((each for each in _KEYS if len(each) + 1 < width), _KEYS[-1])
        key = self.keyboard.key(f"{keys} ")
        if key == "a":
            return self._accept(offer, None, WEIGHT)
        if key in "123456789" and key:
            return self._accept(offer, None, Decimal(key) / 10)
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
        return actions[key](offer) if key in actions else False

    def _accept(self, offer: Offer, score: Decimal | None, weight: Decimal) -> bool:
        if not self.chosen:
            click.echo("no concept is proposed: choose one with m")
            return False
        for concept in self.chosen:
            if problem := concept_problem(concept, self.ontology.concepts):
                click.echo(problem)
                return False
        strength = "" if score is None else f", score {score}"
        said = f"{' + '.join(self.chosen)}{strength}, weight {weight}"
        return self._record(offer, said, score=score, weight=weight)

    def _accept_with_numbers(self, offer: Offer) -> bool:
        numbers = []
        for name, default in (("score", SCORE), ("weight", WEIGHT)):
            text = self.keyboard.line(f"{name}, 0 to 1: ", str(default))
            try:
                number = read_number(name, text.strip().replace(",", "."))
            except ValueError as error:
                click.echo(str(error))
                return False
            if number is None:
                return False
            numbers.append(number)
        return self._accept(offer, *numbers)

    def _reject(self, offer: Offer) -> bool:
        for line in (*(f"{key} {reason}" for key, reason in REASONS.items()), "t another reason"):
            click.echo(line)
        key = self.keyboard.key("reason (any other key: back) ")
        reason = REASONS.get(key, "")
        if key == "t":
            reason = " ".join(self.keyboard.line("reason: ").split())
        if not reason:
            return False
        self.chosen = []
        return self._record(offer, f"rejected: {reason}", reason=reason)

    def _record(self, offer: Offer, said: str, **verdict: object) -> bool:
        rows = offer.decide(TERMS, self.chosen, self.journal.reviewer, date=now(), **verdict)  # type: ignore[arg-type]
        wrong = next((each for row in rows for each in decision_problems(row, TERMS)), None)
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

    def _move(self, offer: Offer) -> bool:
        concept = self.keyboard.concept("move to: ")
        return self._choose(offer, [concept] if concept else self.chosen)

    def _add_concept(self, offer: Offer) -> bool:
        concept = self.keyboard.concept("second concept: ")
        return self._choose(offer, list(dict.fromkeys([*self.chosen, *filter(None, [concept])])))

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
        proposed = [offer.proposed] if offer.proposed else []
        if len(self.done) < len(self.offers) and self.chosen != proposed:
            self.chosen = proposed
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
        click.echo(_HELP)
        return False

    def _quit(self, offer: Offer) -> bool:
        raise _Quit


class _Quit(Exception):
    pass
