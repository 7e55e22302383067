"""The language of a text, as far as it matters whether it is English."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Protocol
from unicodedata import normalize

from ...ontology.model import Ontology

ENGLISH = "en"
UNKNOWN = "und"
"""The tag of BCP 47 for a language that cannot be told."""

COMMON = frozenset(
    """
    about after again against always and any anyone anything are away because been before being
    best better both bought but could did didn do does doesn don dont down each else ever
    every everyone everything feel few first from get getting give go goes going gone good got
    great happy have having here hers how if isn it its just keep know last left let life like
    little lol long love make many maybe more morning most much must my myself need never new next
    nice night nobody nothing off oh ok okay omg one only other our out people please pls put quite
    really right said same say says see she should since some someone something still stop such
    sure take tell than thank thanks that thats the their them then there these they thing things
    think this those though thought through time today told tomorrow tonight too took two under
    until up used very way week well went were what when where which while who whole why will wish
    with without won work would wow year years yes yesterday yet you your ur im ive us
    """.split()  # noqa: SIM905
)
"""Common English words that are rare in other languages that use the Latin alphabet."""

ENGLISH_FROM = 8
"""A text in which one word of so many is common English is English."""

SURE_FROM = 0.3
"""The probability from which a text counts as of another language. On English texts written for
TONE one in 7,000 reaches it, of comments in GoEmotions one in 2,300; of 89 short sentences in 52
other languages all but one do."""

NAMED_FROM = 0.5
"""The probability from which that language is named."""

_HEAD = 2_000
"""Characters that are looked at: enough to tell."""

_WORD = re.compile(r"[^\W\d_]+")
_LATIN_TO = 0x24F
"""The last of the Latin letters that most languages make do with."""

_NEAR_ENGLISH = ("pcm", "zxx")
"""Nigerian Pidgin, which English slang is taken for, and "no language"."""


def language_of(text: str, english: Collection[str] = ()) -> str:
    """Return the language of a text as a BCP 47 tag.

    A text counts as English unless it plainly is not: hardly any word of it is common English,
    no more than half are in `english`, and a classifier of 138 languages (Lui & Baldwin 2012,
    https://aclanthology.org/P12-3005, as trained for py3langid) is sure enough. So does a text
    without words, and a single word in Latin letters, which languages share too often, or
    letters that stand alone, as in emoticons.

    Args:
        text: any string; its first 2,000 characters are looked at.
        english: more English words, in lower case.
    """
    head = text[:_HEAD]
    pieces = head.lower().split()
    if len(COMMON.intersection(pieces)) * ENGLISH_FROM >= len(pieces):
        return ENGLISH  # Most texts end here, in a few microseconds.
    # Letters in circles or in bold are letters, a link or a name says nothing.
    if not head.isascii():
        head = normalize("NFKC", head)
    head = _without_addresses(head)
    words = _WORD.findall(head.lower())
    common = sum(map(COMMON.__contains__, words))
    known = sum(map(english.__contains__, words))
    if common * ENGLISH_FROM >= len(words) or known * 2 > len(words):
        return ENGLISH
    if all(len(word) == 1 for word in words):
        return ENGLISH
    if len(words) == 1 and ord(words[0][0]) <= _LATIN_TO:
        return ENGLISH
    language, probability = _classifier().classify(" ".join(head.split()))
    if language == ENGLISH or probability < SURE_FROM:
        return ENGLISH
    return language if probability >= NAMED_FROM else UNKNOWN


def english_words(ontology: Ontology) -> frozenset[str]:
    """Return the words of a vocabulary's English terms."""
    terms = (term.term.lower() for term in ontology.terms if term.lang == ENGLISH)
    return frozenset(word for term in terms for word in _WORD.findall(term))


def has_words(text: str) -> bool:
    """Tell whether a text has words, other than in addresses and names of users."""
    return _WORD.search(_without_addresses(text)) is not None


def _without_addresses(text: str) -> str:
    """Return a text without addresses and names of users."""
    if not ("@" in text or "://" in text or "www." in text):
        return text
    # One pattern for addresses would take the square of the length of a long run of letters.
    return " ".join(
        piece
        for piece in text.split()
        if not ("@" in piece or "://" in piece or piece.startswith("www."))
    )


class _Classifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]:
        """Return the likeliest language and its probability."""


@cache
def _classifier() -> _Classifier:
    from py3langid.langid import (  # type: ignore[import-untyped]
        MODEL_FILE,
        LanguageIdentifier,
    )

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([each for each in identifier.labels if each not in _NEAR_ENGLISH])
    classifier: _Classifier = identifier
    return classifier
