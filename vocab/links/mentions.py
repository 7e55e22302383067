"""Which concepts a text mentions by their accepted terms: definitions and texts of a corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from ...ontology.model import Ontology
from .space import Space

if TYPE_CHECKING:
    from numpy import ndarray

LEAST_WEIGHT = Decimal("0.5")
"""Terms that carry the emotion in fewer of their uses are no mention of it."""

KIND = 0.8
"""What the mention of a kind counts beside one of the concept itself."""

_NEGATED = re.compile(
    r"\b(?:no|not|nor|neither|never|nobody|nothing|without|cannot|\w+n['’]t)\b[^,.;:]*",
    re.IGNORECASE,
)
"""What follows a negation, up to the end of its clause."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

Terms = Mapping[tuple[str, ...], Mapping[str, float]]
"""The words of each term, in small letters: its concepts, and how surely it means each."""


def mention_terms(ontology: Ontology, lang: str) -> dict[tuple[str, ...], dict[str, float]]:
    """Return the terms by which texts in a language are found to mention concepts.

    A label means its concept with certainty, a term as its score times its weight says.
    """
    terms: dict[tuple[str, ...], dict[str, float]] = {}

    def add(text: str, concept: str, sure: float) -> None:
        if words := _words(text):
            means = terms.setdefault(words, {})
            means[concept] = max(means.get(concept, 0.0), sure)

    for term in ontology.terms:
        if term.lang == lang and term.weight >= LEAST_WEIGHT:
            score = Decimal(1) if term.score is None else term.score
            add(term.term, term.concept, float(score * term.weight))
    for concept in ontology.concepts.values():
        if lang in concept.labels:
            add(concept.labels[lang], concept.id, 1.0)
    return terms


def found_terms(text: str, terms: Terms, longest: int) -> Iterator[tuple[str, ...]]:
    """Yield the terms in a text, as their words, from left to right; the longest where several
    begin.

    Terms are found as whole words in dictionary form, whatever the case; negation is not seen.

    Args:
        text: any string.
        terms: as `mention_terms` makes them.
        longest: the most words that a term has.
    """
    words = _words(text)
    begin = 0
    while begin < len(words):
        for end in range(min(begin + longest, len(words)), begin, -1):
            if words[begin:end] in terms:
                yield words[begin:end]
                begin = end
                break
        else:
            begin += 1


def _words(text: str) -> tuple[str, ...]:
    return tuple(match[0].casefold().replace("’", "'") for match in _WORD.finditer(text))


def mentioned_concepts(
    space: Space, lang: str = "en"
) -> tuple[ndarray, dict[tuple[int, int], str]]:
    """Return how surely each concept's label and definition mention each concept or a kind of it.

    Terms of the concept itself and of its own kinds do not count, nor what follows a negation in
    its clause (*without resistance*).

    Returns:
        The certainty in [0, 1], (concepts, concepts), and the words of the mentions by place.
    """
    import numpy

    ontology = space.ontology
    terms = mention_terms(ontology, lang)
    longest = max(map(len, terms), default=0)
    sure = numpy.zeros((len(space.concepts), len(space.concepts)))
    words: dict[tuple[int, int], str] = {}
    for row, concept in enumerate(space.concepts):
        definition = ontology.concepts[concept].definition
        label = ontology.concepts[concept].labels.get(lang, "")
        for term in found_terms(_NEGATED.sub("", f"{label}. {definition}"), terms, longest):
            for meant, strength in sorted(terms[term].items()):
                if meant not in space.index or space.below[space.index[meant], row]:
                    continue
                for high in ontology.path(meant):
                    column = space.index.get(high)
                    value = strength * (1.0 if high == meant else KIND)
                    if column is not None and value > sure[row, column]:
                        sure[row, column] = value
                        words[row, column] = " ".join(term)
    return sure, words
