"""The forms of the vocabulary and the modifying phrases as a trie of tokens."""

from __future__ import annotations

from dataclasses import dataclass

from ...ontology.model import Ontology, Term
from .forms import STANDS_FOR, Forms, Tokens
from .modifiers import INTENSITY, Modifier, Rules

UNIT_MASS = 1_000_000
"""The mass of a term of score 1 and weight 1. Masses are whole numbers, so that sums are exact."""


def _placeholders() -> dict[str, Tokens]:
    found: dict[str, Tokens] = {}
    for placeholder, words in STANDS_FOR.items():
        for word in words:
            found[word] = (*found.get(word, ()), placeholder)
    return found


PLACEHOLDERS = _placeholders()
"""What a word may stand for in a term: `my` for `one's`, `her` for that or `someone`."""


@dataclass(slots=True)
class Entry:
    """What a form expresses.

    `masses` holds what each concept gains, its ancestors included; `graded` marks comparatives
    and superlatives; `negatable` is not set for emoji, emoticons and interjections, which stand
    outside the sentence, and `symbol` only for the first two.
    """

    term: str
    concepts: tuple[str, ...]
    masses: tuple[tuple[str, int], ...]
    graded: bool
    negatable: bool
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


class Index:
    """The forms of a vocabulary and of the modifying phrases.

    Args:
        ontology: whose terms to hold; terms of unknown concepts are left out.
        language: the language of the terms; emoji and emoticons are in every language.
        rules: the modifying phrases.

    Attributes:
        known: all words, emoji and emoticons of the forms.
        emoticons: the emoticons among them.
    """

    def __init__(self, ontology: Ontology, language: str, rules: Rules) -> None:
        terms = [term for term in ontology.terms if term.concept in ontology.concepts]
        strengths = [
            int(UNIT_MASS * (1 if term.score is None else term.score) * term.weight)
            for term in terms
        ]
        forms = Forms(terms, language)
        entries: dict[tuple[tuple[int, ...], bool], Entry] = {}
        self.emoticons = forms.emoticons
        self._top = Node()
        for tokens, rows, graded in forms:
            entry = entries.get((rows, graded))
            if entry is None:
                symbol = rows[0] in forms.symbols
                chosen = [(terms[row], strengths[row]) for row in rows]
                entry = entries[rows, graded] = _entry(ontology, chosen, graded, symbol)
            self._node(tokens).entry = entry
        for tokens, modifier in rules.phrases.items():
            node = self._node(tokens)
            if node.entry is None or modifier.kind == INTENSITY:
                node.modifier = modifier
        self.root = self._top.following or {}
        self.known = {token for tokens, _, _ in forms for token in tokens}
        self.known.update(token for tokens in rules.phrases for token in tokens)

    def _node(self, tokens: Tokens) -> Node:
        """Return the place of a form, made if need be."""
        node = self._top
        for token in tokens:
            if node.following is None:
                node.following = {}
            after = node.following.get(token)
            if after is None:
                after = node.following[token] = Node()
                node.open = node.open or token in STANDS_FOR
            node = after
        return node

    def find(self, words: list[str], every: bool = True) -> list[Match]:
        """Return the forms in a text, the longest from each token on, none within another.

        Args:
            words: the tokens of the text.
            every: whether to find words too, or emoji and emoticons alone.
        """
        found: list[Match] = []
        after = 0
        last = len(words) - 1
        for at, node in enumerate(map(self.root.get, words)):
            if node is None or at < after or not (every or not words[at][0].isalnum()):
                continue
            end = at + 1
            if node.following is not None and at < last:
                follower = words[end]
                if follower in node.following or (node.open and _stands_for(follower)):
                    longest = _longest(node, words, end)
                    if longest is None:
                        continue
                    end, node = longest
            entry, modifier = node.entry, node.modifier
            if entry is None and modifier is None:
                continue
            if after == at and found:
                # `terribly` is a term by itself and an intensity before another one.
                begin, _, before, intensity = found[-1]
                if before is not None and intensity is not None:
                    found[-1] = (begin, at, None, intensity)
            after = end
            found.append((at, end, entry, modifier))
        return found


def _stands_for(word: str) -> tuple[str, ...]:
    """Return the placeholders that a word may stand for."""
    return PLACEHOLDERS.get(word) or (("one's",) if word.endswith("'s") else ())


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
    for placeholder in _stands_for(word):
        follower = node.following.get(placeholder)
        if follower is not None:
            found = _longest(follower, words, at + 1)
            if found and (best is None or found[0] > best[0]):
                best = found
    return best


def _entry(ontology: Ontology, terms: list[tuple[Term, int]], graded: bool, symbol: bool) -> Entry:
    """Return what terms of one form say: their greatest strength, split over their concepts."""
    strengths: dict[str, int] = {}
    for term, strength in terms:
        strengths[term.concept] = max(strength, strengths.get(term.concept, 0))
    whole, total = max(strengths.values()), sum(strengths.values())
    masses: dict[str, int] = {}
    for concept, strength in strengths.items():
        mass = strength * whole // total if total else 0
        for each in ontology.path(concept):
            masses[each] = masses.get(each, 0) + mass
    return Entry(
        term=min(terms, key=lambda each: (-each[1], each[0].key))[0].term,
        concepts=tuple(sorted(strengths, key=lambda concept: (-strengths[concept], concept))),
        masses=tuple(masses.items()),
        graded=graded,
        negatable=not symbol and any(term.pos != "interjection" for term, _ in terms),
        symbol=symbol,
    )
