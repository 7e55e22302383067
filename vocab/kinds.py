"""The kinds of review: of terms, which people give to concepts, and of links between concepts."""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property

from ..ontology.errors import ToneError
from ..ontology.links import link_problems, read_link
from ..ontology.model import Ontology
from ..ontology.table_rules import LANGUAGE_TAG, PARTS_OF_SPEECH, concept_problem
from ..ontology.term_text import LONGEST_TERM, invisible_character, unprintable_character

Item = tuple[str, ...]
"""What is decided on: a term with its language and part of speech, or a link by its id."""

_FIELDS = {"concept": "choice", "accepted": "choice", "combined": "similarity"}


class ReviewKind(ABC):
    """What the review of one kind of thing has of its own; all else is the same for all kinds.

    Attributes:
        noun: what messages call an item: `term`, `link`.
        choice_noun: what messages call that which an item is given: `concept`, `link`.
        file: the record's name in the folder `vocab`.
        item: the columns that tell the item.
        columns: all columns of the record.
    """

    noun: str
    choice_noun: str
    file: str
    item: tuple[str, ...]
    columns: tuple[str, ...]

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
    def missing(self, choice: str, ontology: Ontology) -> str | None:
        """Return what a choice names that does not exist, as a message; None if all does."""

    @abstractmethod
    def choice_problems(self, choice: str, ontology: Ontology) -> Iterator[str]:
        """Yield why a choice cannot be accepted."""


class _Terms(ReviewKind):
    noun = "term"
    choice_noun = "concept"
    file = "decisions.tsv"
    item = ("term", "lang", "pos")
    columns = (
        *item,
        "decision",
        "concept",
        "proposed",
        "score",
        "weight",
        "similarity",
        "margin",
        "runner_up",
        "source",
        "evidence",
        "reason",
        "reviewer",
        "role",
        "date",
    )

    def offered(self, item: Item, proposed: str) -> str:
        return proposed

    def item_problems(self, item: Item) -> Iterator[str]:
        term, lang, pos = item
        if not term.strip():
            yield "term is empty"
        elif len(term) > LONGEST_TERM:
            yield f"a term of {len(term):,} characters; at most {LONGEST_TERM} are allowed"
        elif control := unprintable_character(term):
            yield f"a control character in the term, U+{ord(control):04X}"
        elif invisible := invisible_character(term):
            yield f"an invisible character in the term, U+{ord(invisible):04X}; take it out"
        elif term != " ".join(term.split()):
            yield "the term has blanks that say nothing"
        elif not unicodedata.is_normalized("NFC", term):
            yield "the term is not in Unicode's composed form (NFC)"
        if not LANGUAGE_TAG.fullmatch(lang):
            yield f"lang {lang!r} is no language tag"
        if pos not in PARTS_OF_SPEECH:
            yield f"pos {pos!r} is none of {', '.join(PARTS_OF_SPEECH)}"

    def missing(self, choice: str, ontology: Ontology) -> str | None:
        return None if choice in ontology.concepts else f"the concept {choice} does not exist"

    def choice_problems(self, choice: str, ontology: Ontology) -> Iterator[str]:
        if problem := concept_problem(choice, ontology.concepts):
            yield problem


class _Links(ReviewKind):
    noun = "link"
    choice_noun = "link"
    file = "link-decisions.tsv"
    item = ("link",)
    columns = (
        *item,
        "decision",
        "accepted",
        "proposed",
        "score",
        "combined",
        "methods",
        "source",
        "evidence",
        "reason",
        "reviewer",
        "role",
        "date",
    )

    def offered(self, item: Item, proposed: str) -> str:
        return item[0]

    def item_problems(self, item: Item) -> Iterator[str]:
        if not item[0].strip():
            yield "link is empty"
        elif control := unprintable_character(item[0]):
            yield f"a control character in the link, U+{ord(control):04X}"

    def missing(self, choice: str, ontology: Ontology) -> str | None:
        try:
            link = read_link(choice, ontology)
        except ToneError as error:
            return str(error)
        return None if link.id == choice else f"the link {choice} is written {link.id}"

    def choice_problems(self, choice: str, ontology: Ontology) -> Iterator[str]:
        if problem := self.missing(choice, ontology):
            yield problem
        else:
            link = read_link(choice, ontology)
            yield from (f"{choice}: {problem}" for problem in link_problems(link, ontology))


TERMS: ReviewKind = _Terms()
"""Terms, each given to one or more concepts; recorded in `decisions.tsv`."""
LINKS: ReviewKind = _Links()
"""Links between emotions, each right as it is, instead of another, or not; `link-decisions.tsv`."""
