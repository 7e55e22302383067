"""What a reviewer should know of a proposal before deciding."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from .sources.text import is_english

AMBIGUOUS = "ambiguous-sense"
"""The word's most usual sense, or another that was met on the way, is not about feeling."""
NOT_EMOTION = "not-an-emotion"
"""It is only just similar enough to any concept to be proposed."""
VULGAR = "vulgar"
"""A source labels it as vulgar or as a slur."""
ARCHAIC = "archaic"
"""A source labels it as archaic or rare."""
GENERAL = "too-general"
"""It was reached from concepts of many primaries, or only as a wider term."""
DECIDED = "already-decided"
"""It is a form or spelling of a term that is decided, or that term as another part of speech."""

FLAGS = (AMBIGUOUS, NOT_EMOTION, VULGAR, ARCHAIC, GENERAL, DECIDED)
"""In the order in which a row has them."""

_OF_LABEL = {"vulgar": VULGAR, "slur": VULGAR, "archaic": ARCHAIC, "rare": ARCHAIC}
_VOWELS = "aeiou"


def label_flags(labels: Iterable[str]) -> set[str]:
    """Return the flags that follow from a source's usage labels (`Candidate.labels`)."""
    return {_OF_LABEL[label] for label in labels if label in _OF_LABEL}


class Forms:
    """Finds words that are mere forms of known ones: *shoe-in* of *shoe in*, *hurts* of *hurt*.

    Spelling is compared without case, blanks, hyphens and apostrophes; regular inflections and
    British spellings are known for English.
    """

    def __init__(self, terms: Iterable[str], lang: str) -> None:
        self._english = is_english(lang)
        self._known = {self._spelling(term) for term in terms}

    def __contains__(self, term: str) -> bool:
        spelling = self._spelling(term)
        if spelling in self._known:
            return True
        return self._english and any(base in self._known for base in _bases(spelling))

    def _spelling(self, term: str) -> str:
        spelling = re.sub(r"[\s'’-]+", "", unicodedata.normalize("NFC", term).casefold())
        if self._english:
            spelling = re.sub(r"(?<=[a-z]{2})our", "or", spelling)
            spelling = re.sub(r"is(?=e[ds]?$|ing$|ation$)", "iz", spelling)
        return spelling or term


def _bases(word: str) -> Iterator[str]:
    """Yield what an English word could be a regular inflection of."""
    for ending in ("s", "es", "ed", "d", "ing", "er", "est"):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        yield stem
        if ending in ("ing", "ed", "er", "est"):
            yield f"{stem}e"
            if stem[-1] == stem[-2] and stem[-1] not in _VOWELS:
                yield stem[:-1]
        if stem.endswith("i") and ending in ("es", "ed", "er", "est"):
            yield f"{stem[:-1]}y"
