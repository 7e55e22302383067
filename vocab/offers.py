"""What sources offer around the known terms, gathered by what is to be decided on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from ..ontology.model import Ontology
from .assignment import live_concepts, no_vocabulary
from .sources import ANTONYM, Candidate, Seed, Source, WordNet, installed_wordnet
from .sources.text import is_english, vocabulary_pos

SEED_WEIGHT = Decimal("0.5")
"""Accepted terms that carry the emotion in fewer of their uses are not walked on from."""

Item = tuple[str, str, str]
"""What is decided on: one term in one language as one part of speech."""
Progress = Callable[[str, int, int], None]
"""Is told a stage's name, how much of it is done and how much there is."""

_WORD_CLASSES = ("noun", "verb", "adjective", "adverb")
_SAME_CLASS = ("synonym", "similar", "hyponym", "generic", "related", ANTONYM)


@dataclass(frozen=True, slots=True)
class Offers:
    """Candidates by item, in the order in which they came; antonyms apart.

    `guessed` are the items whose part of speech no source told.
    """

    items: dict[Item, list[Candidate]]
    guessed: set[Item]
    antonyms: list[Candidate]


def seeds_of(ontology: Ontology, lang: str) -> list[Seed]:
    """Return where sources start: the labels and accepted terms of the live concepts.

    Raises:
        ToneError: there are none in that language.
    """
    live = {each.id: each for each in live_concepts(ontology)}
    seeds = {
        Seed(each.labels[lang], "noun", each.id) for each in live.values() if lang in each.labels
    }
    for term in ontology.terms:
        if term.lang == lang and term.concept in live and term.weight >= SEED_WEIGHT:
            seeds.add(Seed(term.term, term.pos, term.concept))
    if not seeds:
        raise no_vocabulary(lang)
    return sorted(seeds, key=lambda seed: (seed.concept, seed.term, seed.pos))


def gather(
    ontology: Ontology,
    sources: Sequence[Source],
    lang: str,
    depth: int,
    progress: Progress | None = None,
) -> Offers:
    """Return what sources offer around the known terms of all concepts.

    A part of speech that a source does not tell is that of the seed where the relation keeps it,
    else that of the term's most usual sense in WordNet, of the sources or else of the system; else
    several words are a phrase, an English word in -ly is an adverb, and another is a noun.

    Raises:
        ToneError: there are no known terms in that language, or a source fails.
    """
    offers = Offers({}, set(), [])
    seeds = seeds_of(ontology, lang)
    named = next((each for each in sources if isinstance(each, WordNet)), None)
    wordnet = cache(lambda: named or installed_wordnet(lang))
    for number, source in enumerate(sources):
        if progress:
            progress("asking sources", number, len(sources))
        for candidate in source.candidates(seeds, depth):
            if candidate.relation == ANTONYM:
                offers.antonyms.append(candidate)
                continue
            pos = candidate.pos or _pos(candidate, wordnet)
            item = (candidate.term, candidate.lang, pos)
            if not candidate.pos and item not in offers.items:
                offers.guessed.add(item)
            elif candidate.pos:
                offers.guessed.discard(item)
            offers.items.setdefault(item, []).append(candidate)
    return offers


def _pos(candidate: Candidate, installed: Callable[[], WordNet | None]) -> str:
    seed = candidate.seed
    if seed and seed.pos in _WORD_CLASSES and candidate.relation in _SAME_CLASS:
        return vocabulary_pos(candidate.term, seed.pos)
    wordnet = installed()
    senses = wordnet.senses(candidate.term) if wordnet else []
    if senses:
        return vocabulary_pos(candidate.term, senses[0].pos)
    if " " in candidate.term:
        return "phrase"
    return "adverb" if is_english(candidate.lang) and candidate.term.endswith("ly") else "noun"
