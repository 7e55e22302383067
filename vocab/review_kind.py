"""What the review of one kind of thing has of its own; all else is the same for all kinds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ..ontology.model import Ontology

if TYPE_CHECKING:
    from .selection import Offer

Item = tuple[str, ...]
"""What is decided on: a term with its language and part of speech, or a link by its id."""

OTHER = "other"
"""The part of a review that holds what lies in no part of its own."""

_FIELDS = {"concept": "choice", "accepted": "choice", "combined": "similarity"}


class ReviewKind(ABC):
    """What is reviewed, and how people see and decide it.

    Attributes:
        noun: what messages call an item: `term`, `link`.
        choice_noun: what messages call that which an item is given: `concept`, `link`.
        command: the group of commands: `vocab`, `link`.
        file: the record's name in the folder `vocab`.
        item: the columns that tell the item.
        columns: all columns of the record.
        sheet: the columns of a review sheet; `needed` those without which it says nothing.
        keys: the keys of the terminal that make sense.
        reasons: the reasons of a rejection that take one key.
        levels: on what reviewers may agree.
        parts: the parts in which agreement is told, `OTHER` only where something lies there.
    """

    noun: str
    choice_noun: str
    command: str
    file: str
    item: tuple[str, ...]
    columns: tuple[str, ...]
    sheet: tuple[str, ...]
    needed: tuple[str, ...]
    keys: str
    reasons: Mapping[str, str]
    levels: tuple[str, ...]
    parts: tuple[str, ...]

    @cached_property
    def fields(self) -> dict[str, str]:
        """The fields of a `Decision` that the record holds beside the item, by column."""
        return {name: _FIELDS.get(name, name) for name in self.columns[len(self.item) :]}

    def column(self, field: str) -> str:
        """Return the record's column that holds a field of a `Decision`."""
        return next((column for column, name in self.fields.items() if name == field), field)

    @abstractmethod
    def offered(self, item: Item, proposed: str) -> str:
        """Return what a reviewer who accepts says yes to; empty where nothing is on offer."""

    @abstractmethod
    def item_problems(self, item: Item) -> Iterator[str]:
        """Yield what is wrong with an item by itself, whatever the ontology says."""

    @abstractmethod
    def read_item(self, cells: Mapping[str, str], ontology: Ontology) -> Item:
        """Return the item of a sheet's row, as people may write it; `ToneError` if it is none."""

    @abstractmethod
    def read_choice(self, text: str, item: Item, ontology: Ontology) -> str:
        """Return the choice that a person names for an item; `ToneError` if it is none."""

    @abstractmethod
    def choice_problems(self, choice: str, ontology: Ontology) -> Iterator[str]:
        """Yield why a choice cannot be accepted."""

    @abstractmethod
    def missing(self, choice: str, ontology: Ontology) -> str | None:
        """Return what a choice names that does not exist, as a message; None if all does."""

    @abstractmethod
    def concepts(self, choice: str, ontology: Ontology) -> list[str]:
        """Return the concepts that a choice names and that exist."""

    @abstractmethod
    def part(self, choice: str, ontology: Ontology) -> str:
        """Return the part of the review in which a choice lies; `ToneError` if it is none."""

    @abstractmethod
    def words(self, choice: str, ontology: Ontology) -> str:
        """Return a choice as people say it."""

    @abstractmethod
    def sheet_cells(self, offer: Offer, ontology: Ontology) -> dict[str, str]:
        """Return the cells that tell a sheet's reader about an offer, beside what is recorded."""

    @abstractmethod
    def card(self, offer: Offer, chosen: Sequence[str], ontology: Ontology) -> Iterator[str]:
        """Yield what the terminal shows of an offer, what matters most first.

        Args:
            offer: the first two parts must tell it.
            chosen: what the reviewer is about to accept.
            ontology: tells about the concepts, and the accepted terms of each.
        """
