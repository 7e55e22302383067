"""The vocabulary as a trie of tokens: every form of every term, and the modifying phrases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...ontology.model import Ontology, Term
from .inflection import VERB, inflections, part_of_speech
from .modifiers import INTENSITY, Modifier, Rules, without_apostrophe
from .tokens import is_emoji, is_words, term_tokens

UNIT_MASS = 1_000_000
"""The mass of a term of score 1 and weight 1. Masses are whole numbers, so that sums are exact."""

Tokens = tuple[str, ...]

_STANDS_FOR = {
    "one's": "my your his her our their its ur someone's",
    "oneself": "myself yourself himself herself itself ourselves yourselves themselves themself",
    "someone": "me you him her us them it this that everyone everybody somebody anyone people"
    " myself yourself",
}
_PARTICLES = frozenset(("up", "down", "off", "out", "over", "away", "on", "in", "apart"))
_ENDINGS = frozenset(("less", "ness", "fully", "like", "some", "ment", "able", "ship", "hood"))

PLACEHOLDERS: dict[str, tuple[str, ...]] = {}
"""What a word may stand for in a term: `my` for `one's`, `herself` for `oneself`."""
for _placeholder, _words in _STANDS_FOR.items():
    for _word in _words.split():
        PLACEHOLDERS[_word] = (*PLACEHOLDERS.get(_word, ()), _placeholder)


@dataclass(slots=True)
class Entry:
    """What a form expresses.

    `masses` holds what each concept gains, its ancestors included; `graded` marks comparatives
    and superlatives, `symbol` emoji and emoticons.
    """

    term: str
    concepts: tuple[str, ...]
    masses: tuple[tuple[str, int], ...]
    graded: bool
    symbol: bool


Match = tuple[int, int, Entry | None, Modifier | None]
"""A form in a text: its first token, the token after it, what it says, how it modifies."""


class Node:
    """A place in the trie: what ends here, and what may follow.

    `open` tells that one of the following tokens is a placeholder.
    """

    __slots__ = ("entry", "following", "modifier", "open")

    def __init__(self) -> None:
        self.entry: Entry | None = None
        self.modifier: Modifier | None = None
        self.following: dict[str, Node] | None = None
        self.open = False

    def step(self, token: str) -> Node:
        """Return the node after a token, made if need be."""
        if self.following is None:
            self.following = {}
        node = self.following.get(token)
        if node is None:
            node = self.following[token] = Node()
            self.open = self.open or token in _STANDS_FOR
        return node


class Index:
    """The forms of a vocabulary and of the modifying phrases.

    Args:
        ontology: whose terms to hold; terms of unknown concepts are left out.
        language: the language of the terms; emoji and emoticons are in every language.
        rules: the modifying phrases.
    """

    def __init__(self, ontology: Ontology, language: str, rules: Rules) -> None:
        self._ontology = ontology
        self._forms: dict[Tokens, dict[Term, int]] = {}
        self.emoticons: set[str] = set()
        for term in ontology.terms:
            if term.concept in ontology.concepts:
                self._add(term, language)
        self._add_open_compounds()
        self.root: dict[str, Node] = {}
        self.known: set[str] = set()
        top = Node()
        entries: dict[tuple[Term, ...], Entry] = {}
        for tokens, ranked in self._forms.items():
            best = min(ranked.values())
            terms = tuple(term for term, rank in ranked.items() if rank == best)
            graded = best == _INFLECTED and tokens[0].endswith(("er", "est", "worse", "worst"))
            key = (*terms, terms[0]) if graded else terms
            entry = entries.get(key)
            if entry is None:
                entry = entries[key] = self._entry(terms, graded)
            self._node(top, tokens).entry = entry
        for tokens, modifier in rules.phrases.items():
            node = self._node(top, tokens)
            if node.entry is None or modifier.kind == INTENSITY:
                node.modifier = modifier
        self.root = top.following or {}
        # A phrase may begin with a placeholder: `my heart sinks`.
        for word, placeholders in PLACEHOLDERS.items():
            for placeholder in placeholders:
                if placeholder in self.root and word not in self.root:
                    self.root[word] = self.root[placeholder]
        del self._forms

    def _node(self, top: Node, tokens: Tokens) -> Node:
        node = top
        for token in tokens:
            self.known.add(token)
            node = node.step(token)
        return node

    def _add(self, term: Term, language: str) -> None:
        written = term.term
        if not is_words(written) and not is_emoji(written):
            tokens = term_tokens(written)
            if not (len(tokens) > 1 and all(map(is_emoji, tokens))):
                for emoticon in _with_and_without_nose(written.lower()):
                    self.emoticons.add(emoticon)
                    self._note((emoticon,), term, _LEMMA)
                return
        elif not is_emoji(written) and term.lang != language:
            return
        lemma = tuple(_canonical(token) for token in term_tokens(written))
        if not lemma:
            return
        self._note_spellings(lemma, term, _LEMMA)
        if lemma[0] == "be" and len(lemma) > 2:
            self._note_spellings(lemma[1:], term, _LEMMA)
        for form in inflections(lemma, term.pos):
            self._note_spellings(form, term, _INFLECTED)
        if len(lemma) == 2 and part_of_speech(term.pos) == VERB and lemma[1] in _PARTICLES:
            # `cheered me up`
            for form in (lemma, *inflections(lemma, term.pos)):
                self._note((form[0], "someone", form[1]), term, _INFLECTED)

    def _note_spellings(self, tokens: Tokens, term: Term, rank: int) -> None:
        self._note(tokens, term, rank)
        for spelling in _spellings(tokens):
            self._note(spelling, term, _RESPELT)

    def _note(self, tokens: Tokens, term: Term, rank: int) -> None:
        ranked = self._forms.setdefault(tokens, {})
        ranked[term] = min(rank, ranked.get(term, rank))

    def _add_open_compounds(self) -> None:
        """Add `heart broken` for `heartbroken` where both parts are words of the vocabulary."""
        known = {token for tokens in self._forms for token in tokens if len(token) >= 4}
        for tokens, ranked in list(self._forms.items()):
            word = tokens[0]
            if len(tokens) > 1 or len(word) < 8 or not word.isalpha():
                continue
            for cut in range(4, len(word) - 3):
                first, second = word[:cut], word[cut:]
                if first in known and second in known and second not in _ENDINGS:
                    for term in ranked:
                        self._note((first, second), term, _RESPELT)

    def _entry(self, terms: tuple[Term, ...], graded: bool) -> Entry:
        """Return what terms of one form say: their strongest mass, split over their concepts."""
        strengths: dict[str, int] = {}
        for term in terms:
            score = 1 if term.score is None else term.score
            strength = int(UNIT_MASS * score * term.weight)
            strengths[term.concept] = max(strength, strengths.get(term.concept, 0))
        whole, total = max(strengths.values()), sum(strengths.values())
        masses: dict[str, int] = {}
        for concept, strength in strengths.items():
            mass = strength * whole // total if total else 0
            for each in self._ontology.path(concept):
                masses[each] = masses.get(each, 0) + mass
        strongest = min(terms, key=lambda t: (-strengths[t.concept], t.key))
        return Entry(
            term=strongest.term,
            concepts=tuple(sorted(strengths, key=lambda c: (-strengths[c], c))),
            masses=tuple(masses.items()),
            graded=graded,
            symbol=not is_words(strongest.term),
        )

    def find(self, words: list[str], every: bool = True) -> list[Match]:
        """Return the forms in a text, the longest from each token on, none within another.

        Args:
            words: the tokens of the text.
            every: whether to find words too, or emoji and emoticons alone.
        """
        root = self.root
        found: list[Match] = []
        after = 0
        last = len(words) - 1
        for at in [at for at, word in enumerate(words) if word in root]:
            if at < after or not (every or not words[at][0].isalnum()):
                continue
            node = root[words[at]]
            following = node.following
            if following is not None and at < last and (words[at + 1] in following or node.open):
                longest = _longest(node, words, at + 1)
                if longest is None:
                    continue
                end, node = longest
            elif node.entry is not None or node.modifier is not None:
                end = at + 1
            else:
                continue
            if after == at and found:
                # `terribly` is a term by itself and an intensity before another one.
                begin, _, entry, modifier = found[-1]
                if entry is not None and modifier is not None:
                    found[-1] = (begin, at, None, modifier)
            after = end
            found.append((at, end, node.entry, node.modifier))
        return found


_LEMMA, _INFLECTED, _RESPELT = range(3)
"""How a form comes from its term; where terms share a form, only the nearest count."""


def _longest(node: Node, words: list[str], at: int) -> tuple[int, Node] | None:
    """Return the token after the longest form that goes on from a node, and the form's node."""
    best = (at, node) if node.entry is not None or node.modifier is not None else None
    if node.following is None or at == len(words):
        return best
    word = words[at]
    follower = node.following.get(word)
    if follower is not None:
        best = _longest(follower, words, at + 1) or best
    if not node.open:
        return best
    for placeholder in PLACEHOLDERS.get(word) or (("one's",) if word.endswith("'s") else ()):
        follower = node.following.get(placeholder)
        if follower is not None:
            found = _longest(follower, words, at + 1)
            if found and (best is None or found[0] > best[0]):
                best = found
    return best


def _canonical(token: str) -> str:
    """Return the placeholder that a dictionary's own placeholder means."""
    if token in ("somebody", "sb", "smb"):
        return "someone"
    return "one's" if token in ("someone's", "somebody's") else token


def _spellings(tokens: Tokens) -> Iterator[Tokens]:
    """Yield other ways to write a form."""
    bare = tuple(without_apostrophe(token) or token for token in tokens)
    if bare != tokens:
        yield bare
    if len(tokens) in (2, 3) and all(token.isalpha() for token in tokens):
        yield ("".join(tokens),)
    last = tokens[-1]
    british = re.sub(r"iz(e|es|ed|er|ing|ation|ations)$", r"is\1", last)
    if british != last and len(last) > 5:
        yield (*tokens[:-1], british)
    plain = tuple(_without_accents(token) for token in tokens)
    if plain != tokens:
        yield plain


def _without_accents(token: str) -> str:
    if token.isascii():
        return token
    letters = unicodedata.normalize("NFD", token)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)) or token


def _with_and_without_nose(emoticon: str) -> Iterable[str]:
    yield emoticon
    if len(emoticon) == 2 and emoticon[0] in ":;=" and emoticon[1] in ")(dp/\\|o*":
        yield f"{emoticon[0]}-{emoticon[1]}"
    elif len(emoticon) == 3 and emoticon[0] in ":;=" and emoticon[1] == "-":
        yield emoticon[0] + emoticon[2]
