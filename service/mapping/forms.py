"""Every way in which the terms of a vocabulary may be written in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from ...ontology.model import Term
from .inflection import PHRASE, VERB, inflections, part_of_speech
from .modifiers import with_not, without_apostrophe
from .tokens import Folded, is_emoji, is_words, term_tokens

Tokens = tuple[str, ...]

STANDS_FOR: dict[str, Tokens] = {
    "one's": ("my", "your", "his", "her", "our", "their", "its", "ur", "someone's"),
    "oneself": (
        *("myself", "yourself", "himself", "herself", "itself"),
        *("ourselves", "yourselves", "themselves", "themself"),
    ),
    "someone": (
        *("me", "you", "him", "her", "us", "them", "people"),
        *("everyone", "everybody", "somebody", "anyone", "myself", "yourself"),
    ),
}
"""The placeholders of terms (`break one's heart`) with the words that they stand for."""

LEMMA, INFLECTED, RESPELT = range(3)
"""How a form comes from its term; where terms share a form, only the nearest count."""

_PARTICLES = frozenset(("up", "down", "off", "out", "over", "away", "on", "apart"))
_ENDINGS = frozenset(("less", "ness", "fully", "like", "some", "ment", "able", "ship", "hood"))
_AMERICAN = re.compile(r"(?<=...)iz(?=(?:e|es|ed|er|ing|ation|ations)$)")
_GRADED = frozenset(("better", "best", "worse", "worst"))


class Forms:
    """The forms of a vocabulary's terms.

    Args:
        terms: the vocabulary.
        language: the language of the words to take; emoji and emoticons are in every language.

    Attributes:
        emoticons: those among the terms, with and without a nose.
        symbols: the rows of `terms` that are emoji or emoticons.
    """

    def __init__(self, terms: Iterable[Term], language: str) -> None:
        self.emoticons: set[str] = set()
        self.symbols: set[int] = set()
        self._rows: dict[Tokens, list[tuple[int, int]]] = {}
        for row, term in enumerate(terms):
            self._add(row, term, language)
        self._add_open_compounds()
        self._add_compounds_within()

    def __iter__(self) -> Iterator[tuple[Tokens, tuple[int, ...], bool]]:
        """Yield each form with the rows of its terms and whether it is a comparative."""
        for tokens, ranked in self._rows.items():
            if len(ranked) == 1:
                [(nearest, row)] = ranked
                rows: tuple[int, ...] = (row,)
            else:
                nearest = min(ranked)[0]
                rows = tuple(dict.fromkeys(row for rank, row in ranked if rank == nearest))
            first = tokens[0]
            graded = nearest == INFLECTED and first.endswith(("er", "est"))
            yield tokens, rows, graded or first in _GRADED

    def _add(self, row: int, term: Term, language: str) -> None:
        written = term.term
        tokens = term_tokens(written)
        if not is_words(written):
            self.symbols.add(row)
            if not tokens or not all(map(is_emoji, tokens)):
                for emoticon in _with_and_without_nose(Folded(written).text):
                    self.emoticons.add(emoticon)
                    self._note((emoticon,), LEMMA, row)
            else:
                self._note(tokens, LEMMA, row)
        elif term.lang == language or term.pos == "emoticon":
            # `XD` is spelt like a word.
            self._add_words(row, tuple(map(_canonical, tokens)), term.pos)

    def _add_words(self, row: int, lemma: Tokens, pos: str) -> None:
        inflected = list(inflections(lemma, pos))
        self._note_spellings(lemma, LEMMA, row)
        for form in inflected:
            self._note_spellings(form, INFLECTED, row)
        if lemma[0] == "be" and len(lemma) > 2:
            # `over the moon` says as much without `be`.
            self._note_spellings(lemma[1:], LEMMA, row)
        for word in STANDS_FOR.get(lemma[0], ()):
            self._note_spellings((word, *lemma[1:]), LEMMA, row)
        verbal = part_of_speech(pos) in (VERB, PHRASE)
        if verbal and len(lemma) == 2 and lemma[1] in _PARTICLES:
            # `cheered me up`
            for first, particle in (lemma, *inflected):
                self._note((first, "someone", particle), INFLECTED, row)

    def _note_spellings(self, tokens: Tokens, rank: int, row: int) -> None:
        self._note(tokens, rank, row)
        for spelling in _spellings(tokens):
            self._note(spelling, RESPELT, row)

    def _note(self, tokens: Tokens, rank: int, row: int) -> None:
        ranked = self._rows.get(tokens)
        if ranked is None:
            self._rows[tokens] = [(rank, row)]
        else:
            ranked.append((rank, row))

    def _add_open_compounds(self) -> None:
        """Add `heart broken` for `heartbroken` where both parts are words of the vocabulary."""
        known = {token for tokens in self._rows for token in tokens if len(token) >= 4}
        known -= _ENDINGS
        for tokens in list(self._rows):
            word = tokens[0]
            if len(tokens) > 1 or len(word) < 8:
                continue
            for cut in range(4, len(word) - 3):
                if word[cut:] in known and word[:cut] in known:
                    for _, row in self._rows[tokens]:
                        self._note((word[:cut], word[cut:]), RESPELT, row)

    def _add_compounds_within(self) -> None:
        """Add `low selfesteem` for `low self-esteem` where `selfesteem` is a form by itself.

        A text's hyphenated word is read as such a form before phrases are looked for.
        """
        for tokens in list(self._rows):
            if len(tokens) < 3:
                continue
            for at in range(len(tokens) - 1):
                joined = tokens[at] + tokens[at + 1]
                if (joined,) in self._rows:
                    for _, row in self._rows[tokens]:
                        self._note((*tokens[:at], joined, *tokens[at + 2 :]), RESPELT, row)


def _canonical(token: str) -> str:
    """Return the placeholder that a dictionary's own placeholder means."""
    if token in ("somebody", "sb", "smb"):
        return "someone"
    return "one's" if token in ("someone's", "somebody's") else token


def _spellings(tokens: Tokens) -> Iterator[Tokens]:
    """Yield other ways to write a form."""
    last = tokens[-1]
    if len(tokens) > 1:
        joined = "".join(tokens)
        if len(tokens) <= 3 and joined.isalpha():
            yield (joined,)
    else:
        joined = last
    if "'" in joined:
        bare = tuple(without_apostrophe(token) or token for token in tokens)
        if bare != tokens:
            yield bare
    if "n't" in joined or "cannot" in tokens:
        yield tuple(part for token in tokens for part in with_not(token) or (token,))
    if "iz" in last:
        british = _AMERICAN.sub("is", last)
        if british != last:
            yield (*tokens[:-1], british)
    if not joined.isascii():
        yield tuple(map(_without_accents, tokens))


def _without_accents(token: str) -> str:
    letters = unicodedata.normalize("NFD", token)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)) or token


def _with_and_without_nose(emoticon: str) -> Iterator[str]:
    yield emoticon
    if len(emoticon) == 2 and emoticon[0] in ":;=" and emoticon[1] in ")(dp/\\|o*":
        yield f"{emoticon[0]}-{emoticon[1]}"
    elif len(emoticon) == 3 and emoticon[0] in ":;=" and emoticon[1] == "-":
        yield emoticon[0] + emoticon[2]
