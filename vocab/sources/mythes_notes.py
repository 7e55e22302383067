"""What the notes and part-of-speech tags of MyThes thesauri mean in TONE's words."""

from __future__ import annotations

import re
from functools import cache

from .base import ANTONYM

# Also the damaged spelling of Antónimo that the Spanish thesaurus has.
_ANTONYM = re.compile(r"ant\.|ant.{1,4}n[iy]m\w*|gegensatz|gegenteil", re.IGNORECASE)

_RELATIONS = {
    "generic term": "generic",
    "oberbegriff": "generic",
    "similar term": "similar",
    "related term": "related",
    "assoziation": "related",
    "unterbegriff": "hyponym",
}

_LABELS = {
    "abwertend": "disparaging",
    "alltagssprachlich": "colloquial",
    "amtsdeutsch": "formal",
    "anticuado": "archaic",
    "arch.": "archaic",
    "coloq.": "colloquial",
    "derb": "vulgar",
    "desp.": "disparaging",
    "despect.": "disparaging",
    "fachspr.": "technical",
    "fam.": "colloquial",
    "fig.": "figurative",
    "geh.": "formal",
    "ironisch": "ironic",
    "ironisierend": "ironic",
    "jugendsprachlich": "slang",
    "norae": "nonstandard",
    "p. us.": "rare",
    "regional": "regional",
    "salopp": "colloquial",
    "scherzhaft": "humorous",
    "selten": "rare",
    "slang": "slang",
    "ugs.": "colloquial",
    "umgangssprachlich": "colloquial",
    "veraltend": "archaic",
    "veraltet": "archaic",
    "verhüllend": "euphemistic",
    "vulg.": "vulgar",
    "vulgär": "vulgar",
    "vulgar": "vulgar",
}

_POS = {
    "a.": "adjective",
    "adj": "adjective",
    "adjectif": "adjective",
    "adjetivo": "adjective",
    "adv": "adverb",
    "adverb": "adverb",
    "adverbe": "adverb",
    "adverbio": "adverb",
    "f": "noun",
    "int": "interjection",
    "interj": "interjection",
    "interjection": "interjection",
    "intr": "verb",
    "intr.-prnl": "verb",
    "m": "noun",
    "nom": "noun",
    "noun": "noun",
    "prnl": "verb",
    "s": "noun",
    "s.f": "noun",
    "s.m": "noun",
    "substantiv": "noun",
    "sustantivo": "noun",
    "tr": "verb",
    "v": "verb",
    "verb": "verb",
    "verbe": "verb",
    "verbo": "verb",
}


def relation_of(note: str) -> str | None:
    """Return the relation that a note behind a term states, None if it is of another kind."""
    if _ANTONYM.fullmatch(note):
        return ANTONYM
    return _RELATIONS.get(note.lower())


def label_of(note: str) -> str | None:
    """Return the usage label that a note behind a term stands for, if any."""
    return _LABELS.get(note.lower())


@cache
def pos_of_tag(tag: str) -> str:
    """Return the part of speech of a meaning's tag, as `(adj)` or `(m. fig.)`; empty if unknown."""
    bare = tag.strip().strip("()").lower()
    first = bare.split(" ")[0].rstrip(".")
    return _POS.get(bare.rstrip("."), _POS.get(first, ""))
