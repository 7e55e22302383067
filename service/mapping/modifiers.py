"""Words that change what a term near them says: negation, intensity, and what ends their reach.

The table `modifiers.tsv` has these kinds:

- `negation` negates the terms after it; two of them cancel (`never not happy`),
- `concord` negates too, and cancels what comes after it (`nobody is not sad`), but not what comes
  before (`don't feel no joy`),
- `reversal` calls what follows untrue, so that it negates or cancels (`I'd be lying if I said`),
- `degree` negates unless a comparison follows (`couldn't be happier`, `never been so happy`),
- `ended` negates only a verb in -ing right after it (`stopped worrying`, `past caring`),
- `unit` is a phrase that holds a negation and negates nothing (`not only`, `can't wait`),
- `question` is such a phrase at the start of a clause (`isn't that sad?`); after a word it negates
  (`it isn't that sad`),
- `intensity` multiplies the next term's intensity by its value,
- `closer` ends the reach of a negation; so does a `subject`, unless an `opener` comes before it
  (`I don't think he's happy`),
- `coordinator` carries a negation on from one term to the next (`not sad or angry`),
- `comparison` is what a `degree` asks for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ...ontology.terms import read_rows
from .function_words import AUXILIARIES, BE
from .tokens import CLAUSE_MARKS, term_tokens

NEGATION, CONCORD, DEGREE, REVERSAL = "negation", "concord", "degree", "reversal"
ENDED, QUESTION, INTENSITY = "ended", "question", "intensity"
CUES = frozenset((NEGATION, CONCORD, DEGREE, REVERSAL, ENDED))

MOST_BETWEEN = 3
"""How many tokens may stand between two terms that a coordinator joins, itself included."""


_DUMMIES = frozenset(("it", "there", "this", "that"))


@dataclass(frozen=True, slots=True)
class Modifier:
    """A phrase with its kind; `percent` is the factor of an intensity, 100 otherwise."""

    kind: str
    percent: int = 100


@dataclass(frozen=True, slots=True)
class Rules:
    """The phrases that modify, by their tokens, and the words that bound their reach.

    `cue_words` are those that a negation begins with.
    """

    phrases: dict[tuple[str, ...], Modifier] = field(default_factory=dict)
    cue_words: set[str] = field(default_factory=set)
    closers: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)
    openers: set[str] = field(default_factory=set)
    coordinators: set[str] = field(default_factory=set)
    comparisons: set[str] = field(default_factory=set)

    def reaches(self, words: list[str], cue_end: int, term_begin: int) -> bool:
        """Tell whether no clause ends between a negation and a term.

        Args:
            words: the tokens of the text.
            cue_end: the token after the negation.
            term_begin: the first token of the term.
        """
        for at in range(cue_end, term_begin):
            word = words[at]
            if word[0] in CLAUSE_MARKS or word in self.closers:
                return False
            if word in self.subjects and words[at - 1] not in self.openers:
                return False
        return True

    def compares(self, words: list[str], cue_end: int, term_begin: int) -> bool:
        """Tell whether a comparison stands between a negation and a term."""
        return not self.comparisons.isdisjoint(words[cue_end:term_begin])

    def asks(self, words: list[str], begin: int) -> bool:
        """Tell whether a phrase of kind `question` begins a clause."""
        before = words[begin - 1] if begin else "."
        return not before[0].isalnum() or before in self.closers or before in self.coordinators

    def joins(self, words: list[str], end: int, begin: int) -> bool:
        """Tell whether the words between two terms carry a negation of the first to the next."""
        return (
            end == begin
            or (begin - end <= MOST_BETWEEN and words[end] in self.coordinators)
            or words[begin - 1] in ("or", "nor")
        )

    def parts(self, words: list[str], begin: int) -> bool:
        """Tell whether a negation begins a new predicate: `not sad and not happy`."""
        at = begin - 1
        while at > 0 and (words[at] in BE or words[at] in AUXILIARIES or words[at] in _DUMMIES):
            at -= 1
        return at >= 0 and words[at] in self.coordinators


def without_apostrophe(word: str) -> str | None:
    """Return how a contraction is written without its apostrophe, None where that is a word."""
    if word.endswith("n't") or word == "i'm":
        return word.replace("'", "")
    return None


def with_not(word: str) -> tuple[str, ...] | None:
    """Return a negated verb in two words, `can't` as `can not`, None where that is no such verb."""
    if word in _FULL_VERBS:
        return (_FULL_VERBS[word], "not")
    if word.endswith("n't") and word != "ain't":
        return (word.removesuffix("n't"), "not")
    return None


_FULL_VERBS = {"can't": "can", "cannot": "can", "won't": "will", "shan't": "shall"}


def read_rules() -> Rules:
    """Return the rules of `modifiers.tsv`; contractions also without apostrophe or in full."""
    rules = Rules()
    words = {
        "closer": rules.closers,
        "subject": rules.subjects,
        "opener": rules.openers,
        "coordinator": rules.coordinators,
        "comparison": rules.comparisons,
    }
    path = Path(__file__).with_name("modifiers.tsv")
    for _, (phrase, kind, value) in read_rows(path, ("phrase", "kind", "value")):
        if kind in words:
            words[kind].add(phrase)
            continue
        modifier = Modifier(kind, round(100 * float(value or 1)))
        first, *rest = term_tokens(phrase)
        written_out = kind == DEGREE or first in _CONTRACTIONS
        for start in _CONTRACTIONS.get(first, (first,)) if rest else (first,):
            spellings: list[tuple[str, ...]] = [(start,), (without_apostrophe(start) or start,)]
            if written_out and (full := with_not(start)):
                spellings.append(full)
            for spelling in spellings:
                rules.phrases[(*spelling, *rest)] = modifier
                if kind in CUES:
                    rules.cue_words.add("not" if "not" in spelling else spelling[0])
    return rules


_CONTRACTIONS = {
    "can't": ("can't", "cannot", "couldn't"),
    "don't": ("don't", "doesn't", "didn't"),
    "won't": ("won't", "wouldn't"),
}
"""A longer phrase that begins with the first is read with the others and with `not` too.

Those of `be` are not among them: `isn't that` asks, `is not that` denies.
"""
