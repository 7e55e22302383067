"""WordNet (https://wordnet.princeton.edu) as a source of vocabulary."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ...ontology.errors import SourceError, ToneError
from .base import ANTONYM, Candidate, Seed
from .text import is_english, vocabulary_pos
from .wordnet_files import line_of, open_reader, version_of

FOLDER = Path("/usr/share/wordnet")
"""Where Debian's package wordnet-base puts the database."""

FEELING_FILES = frozenset({"noun.feeling", "verb.emotion"})
"""The lexicographer files of senses that are feelings."""

OTHER_FILES = frozenset(
    {
        "noun.animal",
        "noun.artifact",
        "noun.body",
        "noun.food",
        "noun.group",
        "noun.location",
        "noun.object",
        "noun.plant",
        "noun.quantity",
        "noun.shape",
        "noun.substance",
        "noun.time",
        "verb.weather",
    }
)
"""Those of senses that are none. The others hold both: *bliss* is noun.state, *sad* adj.all."""

_POS = {"n": "noun", "v": "verb", "a": "adjective", "s": "adjective", "r": "adverb"}
_LETTERS = {"noun": "n", "verb": "v", "adjective": "a", "adverb": "r"}

_USAGE = {
    "archaism": "archaic",
    "colloquialism": "colloquial",
    "dialect": "regional",
    "disparagement": "disparaging",
    "ethnic_slur": "slur",
    "euphemism": "euphemistic",
    "formality": "formal",
    "irony": "ironic",
    "obscenity": "vulgar",
    "regionalism": "regional",
    "slang": "slang",
    "street_name": "slang",
    "trope": "figurative",
    "vulgarism": "vulgar",
}
_GLOSS_WORDS = {
    "archaic": "archaic",
    "coarse": "vulgar",
    "colloquial": "colloquial",
    "derogatory": "disparaging",
    "disparaging": "disparaging",
    "ethnic slur": "slur",
    "euphemism": "euphemistic",
    "formal": "formal",
    "informal": "colloquial",
    "informally": "colloquial",
    "literary": "formal",
    "obscene": "vulgar",
    "obsolete": "archaic",
    "offensive": "slur",
    "old-fashioned": "archaic",
    "pejorative": "disparaging",
    "poetic": "formal",
    "rare": "rare",
    "slang": "slang",
    "vulgar": "vulgar",
}
_QUOTED_FROM = re.compile(r"[;\s]*; ?- .*")
"""The author of a quotation, which NLTK leaves behind in the definition."""
_LEADING_NOTE = re.compile(r"\(([^)]*)\)")
_TERM_FOR = re.compile(r"\b(\w+) (?:\w+ )?(?:terms?|words?|names?|expressions?) (?:for|of|used)\b")


@dataclass(frozen=True, slots=True)
class Sense:
    """One sense of a term.

    Attributes:
        pos: noun, verb, adjective or adverb, for terms of several words too.
        synset: its id in this version of WordNet, as `n:07516354`.
        gloss: the definition.
        lexname: the lexicographer file, as `noun.feeling`.
        count: how often the sense was met in WordNet's own tagged texts.
        feeling: whether WordNet files the sense under feelings; None if it can't say.
        labels: usage labels in TONE's words.
    """

    pos: str
    synset: str
    gloss: str
    lexname: str
    count: int
    feeling: bool | None
    labels: tuple[str, ...]


class WordNet:
    """WordNet's database.

    A synset is one sense, so steps go from synset to synset and never leave the sense. All senses
    of a seed are walked; `feeling` and `gloss` are those of the candidate's own synset, for the
    reader to tell which are about feeling. The evidence names that synset, the relations from the
    seed's to it, and the seed's.

    Args:
        folder: the database files (`index.noun`, `data.noun` ...).
        lang: must be English.

    Raises:
        MissingSource: a file is not there.
        SourceError: a file is truncated or broken.
        ToneError: the language is not English, or NLTK is not installed.
    """

    def __init__(self, folder: Path = FOLDER, lang: str = "en") -> None:
        if not is_english(lang):
            raise ToneError(f"WordNet is English, not {lang!r}: take the source mythes instead")
        self.lang = lang
        self._folder = folder
        self._reader = open_reader(folder)
        version = version_of(folder)
        self.name = f"wordnet-{version}" if version else "wordnet"
        self._neighbours = lru_cache(maxsize=100_000)(self._find_neighbours)

    def senses(self, term: str) -> list[Sense]:
        """Return the senses of a term, the most usual first, none if WordNet lacks it.

        The order is that of WordNet's counts, then of its sense numbers. An inflected form that
        is no entry of its own has the senses of its base forms.
        """
        lemmas = self._lemmas(term, "nvar")
        if not lemmas:
            # "sorrowing" is a form of the verb "sorrow", not of the noun.
            bases = [(self._reader.morphy(_key(term), pos), pos) for pos in "nvar"]
            lemmas = [each for base, pos in bases if base for each in self._lemmas(base, pos)]
        senses = [
            Sense(
                pos=_POS[lemma.synset().pos()],
                synset=_id(lemma.synset()),
                gloss=_gloss(lemma.synset()),
                lexname=lemma.synset().lexname(),
                count=self._counts.get(lemma.key(), 0),
                feeling=self._feeling(lemma.synset()),
                labels=_labels(lemma),
            )
            for lemma in lemmas
        ]
        return sorted(senses, key=lambda sense: -sense.count)

    def candidates(self, seeds: Sequence[Seed], depth: int) -> Iterator[Candidate]:
        """Yield the terms around the seeds' synsets, nearest first; see `Source`.

        Antonyms are offered but not walked on from.
        """
        for seed in seeds:
            yield from self._around(seed, depth)

    def _around(self, seed: Seed, depth: int) -> Iterator[Candidate]:
        start = [
            lemma.synset() for lemma in self._lemmas(seed.term, _LETTERS.get(seed.pos, "nvar"))
        ]
        own = _key(seed.term)
        offered: set[tuple[str, str]] = set()
        reached = set(map(_id, start))
        queue = deque((synset, synset, ("synonym",), 1, synset.lemmas()) for synset in start)
        while queue:
            synset, origin, path, distance, lemmas = queue.popleft()
            for lemma in lemmas:
                pos = _POS[synset.pos()]
                term = lemma.name().replace("_", " ")
                if lemma.name().lower() == own or (term, pos) in offered:
                    continue
                offered.add((term, pos))
                yield Candidate(
                    term=term,
                    lang=self.lang,
                    pos=vocabulary_pos(term, pos),
                    relation="derivation" if path[-1] == "pertainym" else path[-1],
                    seed=seed,
                    source=self.name,
                    evidence=f"{_id(synset)} {' > '.join(path)} (from {_id(origin)} {seed.term})",
                    distance=distance,
                    gloss=_gloss(synset),
                    feeling=self._feeling(synset),
                    labels=_labels(lemma),
                )
            walked = () if path == ("synonym",) else path
            if path[-1] == ANTONYM or len(walked) >= depth:
                continue
            for relation, target, targets in self._neighbours(synset):
                if relation == ANTONYM:
                    queue.append((target, origin, (*walked, relation), len(walked) + 1, targets))
                elif _id(target) not in reached:
                    reached.add(_id(target))
                    queue.append((target, origin, (*walked, relation), len(walked) + 1, targets))

    def _lemmas(self, term: str, letters: str) -> list[Any]:
        """Return WordNet's lemmas that are a term, by part of speech, then by sense number."""
        key = _key(term)
        return [lemma for pos in letters for lemma in self._reader.lemmas(key, pos)]

    def _find_neighbours(self, synset: Any) -> list[tuple[str, Any, list[Any]]]:
        """Return (relation, synset, its lemmas that are meant) of all that a synset points to."""
        whole = [
            ("similar", synset.similar_tos()),
            ("also-see", synset.also_sees()),
            ("attribute", synset.attributes()),
            ("hyponym", synset.hyponyms()),
        ]
        # NLTK keeps these in sets, whose order changes with every run.
        found = [
            (name, target, target.lemmas())
            for name, targets in whole
            for target in sorted(targets, key=_id)
        ]
        try:
            for lemma in synset.lemmas():
                for target in lemma.derivationally_related_forms():
                    found.append(("derivation", target.synset(), target.synset().lemmas()))
                if synset.pos() == "r":
                    targets = lemma.pertainyms()
                else:
                    targets = self._adverbs.get((_id(synset), lemma.name()), [])
                for target in targets:
                    found.append(("pertainym", target.synset(), target.synset().lemmas()))
                for target in lemma.antonyms():
                    found.append((ANTONYM, target.synset(), [target]))
        except LookupError:
            path, line = line_of(self._folder, synset.pos(), synset.offset())
            raise SourceError(path, line, "points to a word that its synset lacks") from None
        return found

    @cached_property
    def _adverbs(self) -> dict[tuple[str, str], list[Any]]:
        """The adverbs that are made from each adjective; WordNet points the other way."""
        adverbs: dict[tuple[str, str], list[Any]] = {}
        for synset in self._reader.all_synsets("r"):
            for lemma in synset.lemmas():
                for adjective in lemma.pertainyms():
                    key = (_id(adjective.synset()), adjective.name())
                    adverbs.setdefault(key, []).append(lemma)
        return adverbs

    @cached_property
    def _counts(self) -> dict[str, int]:
        path = self._folder / "cntlist.rev"
        counts = {}
        with self._reader.open(path.name) as file:
            for number, line in enumerate(file, start=1):
                try:
                    key, _, count = line.split()
                    counts[key] = int(count)
                except ValueError:
                    problem = "is no sense key, sense number and count"
                    raise SourceError(path, number, problem) from None
        return counts

    def _feeling(self, synset: Any) -> bool | None:
        """Tell whether WordNet files a sense under feelings.

        Adjectives and adverbs lie in one file each; those count as feelings that are derived from
        a noun or verb filed there.
        """
        if synset.lexname() in FEELING_FILES:
            return True
        if synset.lexname() in OTHER_FILES:
            return False
        if synset.pos() not in "asr":
            return None
        near = [
            target
            for relation, target, _ in self._neighbours(synset)
            if relation in ("derivation", "attribute", "pertainym") and target.pos() != "r"
        ]
        if synset.pos() == "r":
            return True if any(self._feeling(each) for each in near) else None
        return True if any(each.lexname() in FEELING_FILES for each in near) else None


def installed_wordnet(lang: str) -> WordNet | None:
    """Return the system's WordNet, None if it has none that can be read, or for the language."""
    try:
        return WordNet(FOLDER, lang)
    except ToneError:
        return None


def _key(term: str) -> str:
    return term.lower().replace(" ", "_")


def _id(synset: Any) -> str:
    letter = "a" if synset.pos() == "s" else synset.pos()
    return f"{letter}:{synset.offset():08d}"


def _gloss(synset: Any) -> str:
    return _QUOTED_FROM.sub("", synset.definition())


def _labels(lemma: Any) -> tuple[str, ...]:
    """Return the usage labels of a sense: WordNet's pointers, and what its gloss says of it."""
    synset = lemma.synset()
    domains = [*synset.usage_domains(), *(each.synset() for each in lemma.usage_domains())]
    found = {_USAGE.get(domain.name().split(".")[0]) for domain in domains}
    gloss = _gloss(synset)
    note = _LEADING_NOTE.match(gloss)
    words = [note[1], *note[1].split()] if note else []
    found |= {_GLOSS_WORDS.get(word) for word in (*words, *_TERM_FOR.findall(gloss))}
    return tuple(sorted(label for label in found if label))
