"""The vocabulary by the forms in which its terms are written."""

from __future__ import annotations

from ..ontology.model import Ontology, Term
from .mapping.inflection import inflections
from .mapping.tokens import term_tokens

Key = tuple[str, ...]

EMOTICON = "emoticon"
"""The part of speech of terms that hold no words: `:(` is told from `;(` by its marks."""


class TermIndex:
    """Finds terms whatever their case, hyphens and apostrophes, and by inflected forms."""

    def __init__(self, ontology: Ontology) -> None:
        self._written: dict[str, list[Term]] = {}
        self._terms: dict[Key, list[Term]] = {}
        self._solid: dict[str, list[Term]] = {}
        self._inflected: dict[Key, list[Term]] = {}
        self._by_concept: dict[str, list[Term]] = {}
        for term in ontology.terms:
            if term.status != "accepted":
                continue
            self._written.setdefault(term.term.casefold(), []).append(term)
            if term.pos != EMOTICON and (key := term_tokens(term.term)):
                self._terms.setdefault(key, []).append(term)
                self._solid.setdefault(_solid(key), []).append(term)
                for form in dict.fromkeys(inflections(key, term.pos)):
                    self._inflected.setdefault(form, []).append(term)
            self._by_concept.setdefault(term.concept, []).append(term)
        for terms in self._by_concept.values():
            terms.sort(key=_best_first)

    def find(self, text: str, lang: str | None = None) -> list[Term]:
        """Return the terms that a text is, else those that it is a form of; best first.

        Args:
            text: a term or an inflected form of one.
            lang: only terms of this language.
        """
        key = term_tokens(text)
        for terms in (
            self._written.get(text.casefold(), ()),
            self._terms.get(key, ()),
            self._solid.get(_solid(key), ()),
            self._inflected.get(key, ()),
        ):
            if found := [each for each in terms if lang is None or each.lang == lang]:
                return sorted(found, key=_best_first)
        return []

    def of(self, concept: str) -> list[Term]:
        """Return the terms that express a concept, by its id; best first."""
        return self._by_concept.get(concept, [])


def _solid(key: Key) -> str:
    """Return a term as one word: `heart-broken` and `heartbroken`, `can't` and `cant` are one."""
    return "".join(key).replace("'", "")


def _best_first(term: Term) -> tuple[object, ...]:
    return (-(term.score or 0), term.term, term.concept)
