"""Search among the labels of concepts and the terms of the vocabulary, by parts and misspelt."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from unicodedata import combining, normalize

from ..ontology.iris import sense_iri
from ..ontology.model import Ontology, Term
from .mapping.tokens import term_tokens
from .term_index import EMOTICON

LEAST_LIKENESS = 0.3
"""The share of trigrams in common from which texts are alike, as in PostgreSQL's pg_trgm:
https://www.postgresql.org/docs/current/pgtrgm.html"""

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Match:
    """What a search found.

    Args:
        text: the label or the term.
        lang: its language.
        concept: the id of the concept that it names or expresses.
        term: the term; None for a label.
        score: 1 where it is what was sought, above 0.5 where it or a word of it begins so, else
            half the likeness.
    """

    text: str
    lang: str
    concept: str
    term: Term | None
    score: float

    @property
    def kind(self) -> str:
        """`concept` for a label, `term` for a term."""
        return "concept" if self.term is None else "term"


class SearchIndex:
    """Labels of concepts that are not deprecated, and accepted terms.

    Case, hyphens, apostrophes and accents do not matter.
    """

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._held: dict[str, list[tuple[str, str, str, Term | None]]] = {}
        for concept in ontology.concepts.values():
            for lang, label in () if concept.deprecated else concept.labels.items():
                self._held.setdefault(_plain(label), []).append((label, lang, concept.id, None))
        for term in ontology.terms:
            if term.status == "accepted":
                entry = (term.term, term.lang, term.concept, term)
                words = _plain(term.term) if term.pos != EMOTICON else ""
                self._held.setdefault(words or term.term.casefold(), []).append(entry)
        self._sizes: dict[str, int] = {}
        self._texts: dict[str, list[str]] = {}
        for text in self._held:
            grams = _trigrams(text)
            self._sizes[text] = len(grams)
            for gram in grams:
                self._texts.setdefault(gram, []).append(text)

    def find(self, sought: str, lang: str | None = None) -> list[Match]:
        """Return what is like a text, best first.

        On a tie concepts come first, then the better supported terms, then by text and concept.

        Args:
            sought: a label, a term, the begin of one, or one misspelt.
            lang: only what is in this language.
        """
        plain = _plain(sought)
        scores: dict[str, float] = {}
        # As words, as one word, and as marks.
        for form in dict.fromkeys((plain, plain.replace(" ", ""), sought.strip().casefold())):
            for each, score in self._scores(form):
                scores[each] = max(score, scores.get(each, 0))
        found = [
            Match(text, its, concept, term, score)
            for each, score in scores.items()
            for text, its, concept, term in self._held[each]
            if lang is None or its == lang
        ]
        return sorted(found, key=_best_first)

    def _scores(self, sought: str) -> list[tuple[str, float]]:
        grams = _trigrams(sought)
        common = Counter(text for gram in grams for text in self._texts.get(gram, ()))
        scores = []
        for text, count in common.items():
            likeness = count / (len(grams) + self._sizes[text] - count)
            share = len(sought) / len(text)
            if text == sought:
                score = 1.0
            elif text.startswith(sought):
                score = 0.75 + share / 4
            elif f" {sought}" in text:
                score = 0.5 + share / 4
            elif sought in text:
                score = max(likeness, share) / 2
            elif likeness >= LEAST_LIKENESS:
                score = likeness / 2
            else:
                continue
            scores.append((text, round(score, 4)))
        return scores


def found_iri(match: Match, concept_iri: str) -> str:
    """Return the IRI of what a search found: the concept, or the sense of the term."""
    term = match.term
    if term is None:
        return concept_iri
    return sense_iri(term.term, term.lang, term.pos, term.concept)


def _plain(text: str) -> str:
    """Return a text without what does not matter."""
    letters = "".join(each for each in normalize("NFD", text) if not combining(each))
    return " ".join(term_tokens(letters)).replace("'", "")


def _trigrams(text: str) -> set[str]:
    """Return every three characters of its words, two blanks before each and one after."""
    return {
        padded[at : at + 3]
        for word in _WORD.findall(text)
        for padded in [f"  {word} "]
        for at in range(len(padded) - 2)
    }


def _best_first(match: Match) -> tuple[object, ...]:
    support = 0 if match.term is None else match.term.score or 0
    return (-match.score, match.kind, -support, match.text, match.lang, match.concept)
