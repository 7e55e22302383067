"""What a source of vocabulary is asked and what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ...ontology.errors import ToneError

ANTONYM = "antonym"
"""The relation of candidates that are no vocabulary: they are kept for links between concepts."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A term known to express a concept, from which a source starts.

    `pos` is empty where it is not known.
    """

    term: str
    pos: str
    concept: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A term that a source offers, and why.

    Attributes:
        term: as it would stand in the vocabulary: one line, single blanks, dictionary form.
        lang: a BCP 47 language tag.
        pos: one of the vocabulary's parts of speech, empty where the source does not say.
        relation: how it is related to the seed's sense: `synonym`, `similar`, `related`,
            `hyponym`, `derivation`, `attribute`, `also-see`, `generic`, `antonym`; or `listed`
            and `frequent` for terms of a table or corpus, which have no seed term.
        seed: what it was reached from; its `term` is empty where a table names the concept
            itself; None where nothing but the term is known.
        source: the source's name.
        evidence: the path to it, for a person to check: synset, relations, count.
        distance: relation steps from the seed, 1 for a direct one, 0 without seed term.
        gloss: the definition of the sense, or the synonyms that tell it apart where the source
            has no definitions (MyThes), empty where it has neither.
        feeling: whether the source itself files the sense under feelings; None if it can't say.
        labels: usage labels of the source in TONE's words: `vulgar`, `archaic`, `slang` ...
        contexts: short pieces of text with the term, for the reviewer only, never published.
    """

    term: str
    lang: str
    pos: str
    relation: str
    seed: Seed | None
    source: str
    evidence: str
    distance: int
    gloss: str = ""
    feeling: bool | None = None
    labels: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()


class Source(Protocol):
    """A thesaurus, list or corpus that offers terms for concepts."""

    name: str
    """As it is cited in the column `source` of every row that comes from it."""

    def candidates(self, seeds: Sequence[Seed], depth: int) -> Iterator[Candidate]:
        """Yield candidates, in an order that depends on nothing but the source and the seeds.

        Args:
            seeds: the known terms of the concepts, in the source's language.
            depth: how many relation steps to go from a seed, at least 1.

        Raises:
            SourceError: the source is broken at a line.
        """


class MissingSource(ToneError):
    """A source's file is not there; the message says which package or path would provide it."""
