"""What makes a negated term count after all: another negation around it, a comparison, an end.

A negation and a term in one clause are for `modifiers`. Beyond it, a negation takes nothing back

- within what nobody or nothing is an exception to: `not a day when I don't miss her`, `nobody who
  wasn't amazed`, `don't think that I'm not jealous` (litotes: R. Quirk and others, "A Comprehensive
  Grammar of the English Language", 1985, section 10.58);
- of a greatest degree: `never laughed so hard`, `couldn't love her more`, `never knew joy like it`;
- that lasts until something: `I wasn't jealous till I saw her`;
- of what could not be done for a feeling: `I couldn't speak for joy`.

Anything not foreseen leaves the negation as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from .function_words import word_set
from .tokens import CLAUSE_MARKS, Span

_OF_DEGREES = word_set(
    "never haven't hasn't hadn't havent hasnt hadnt have has had couldn't couldnt could can't cant"
    " cannot can nobody nobody's nothing none no-one no rarely seldom"
)
"""First words of negations that with a comparison tell of a greatest degree; `no` in `no one`."""

_DEGREES = word_set("more so such")
_HOW = word_set("hard much loud loudly long badly deeply often")
_AFTER_LIKE = word_set("it this that these those him her you them mine ours since")
_IN_PAST = word_set("wasn't weren't didn't hadn't wasnt werent didnt hadnt never")
_WAS = word_set("was were did had")
_UNTIL = word_set("until till til")
_CAN = word_set("can could can't cannot couldn't cant couldnt")
_WAITS = word_set("wait hope ask care wish look go pray fall search vote")
_OPERATORS = word_set(
    "am is are was were do does did have has had will would can could should ever really even"
    " absolutely secretly been be"
)
_SUBJECTS = word_set("i you he she it we they one there anyone")
_RELATIVES = word_set("who that which whom when where whose but")
_NEGATIVE = word_set("no nobody none nothing neither no-one")
_NO_EXCEPTION = word_set(
    "idea reason question doubt way wonder surprise secret point need matter longer more thanks"
    " chance clue"
)
_NOT = word_set("not never hardly rarely seldom scarcely cannot")
_INDEFINITE = word_set("a an one any anyone anybody anything single")
_NEGATES_NOUNS = word_set("no nobody none nothing neither nor no-one zero nowhere")
_SAYS = word_set("think thinking say said saying tell telling claim pretend suppose imagine deny")
_BREAKS = word_set("because so and if as since while though although")

_FARTHEST = 9
"""Tokens that are looked at for the other negation, or half as many for a comparison."""


def cancelled(words: list[str], cues: Sequence[Span], first: int, after: int, graded: bool) -> bool:
    """Tell whether what negates a term takes nothing back.

    Args:
        words: the tokens of the text.
        cues: the negations that reach the term, the nearest first.
        first: the first token of the term.
        after: the token after it.
        graded: whether the term is a comparative or superlative.
    """
    begin, end = cues[0]
    return (
        (_of_degree(words, begin, end) and (graded or _compared(words, end, first, after)))
        or ("so" in words[end:first] and "since" in words[after : after + 3])
        or _lasts(words, begin, end, after)
        or _hinders(words, begin, end, first)
        or _in_negation(words, cues[-1][0])
    )


def _of_degree(words: list[str], begin: int, end: int) -> bool:
    word = words[begin]
    return word in _OF_DEGREES and (word != "no" or words[begin:end] == ["no", "one"])


def _compared(words: list[str], end: int, first: int, after: int) -> bool:
    """Tell whether a degree is compared before a term or after it."""
    if not _DEGREES.isdisjoint(words[end:after]):
        return True
    for at in range(after, min(after + _FARTHEST // 2, len(words))):
        word, following = words[at], words[at + 1] if at + 1 < len(words) else "."
        if word[0] in CLAUSE_MARKS:
            return False
        if (
            (word == "more" and words[at - 1] not in ("any", "no", "once"))
            or word in ("harder", "louder", "deeper")
            or (word == "than" and at == after)
            or (word == "like" and following in _AFTER_LIKE)
            or (word == "so" and (following in _HOW or following[0] in CLAUSE_MARKS))
            or (word == "as" and following in _HOW)
            or (word == "in" and words[first - 1] == "that" and words[at + 2 : at + 3] == ["life"])
        ):
            return True
    return False


def _lasts(words: list[str], begin: int, end: int, after: int) -> bool:
    """Tell whether a negation held only until something."""
    past = not _IN_PAST.isdisjoint(words[begin:end]) or (begin > 0 and words[begin - 1] in _WAS)
    if not past:
        return False
    for word in words[after : after + _FARTHEST // 2]:
        if word in _UNTIL:
            return True
        if word[0] in CLAUSE_MARKS:
            break
    return False


def _hinders(words: list[str], begin: int, end: int, first: int) -> bool:
    """Tell whether a term is what something could not be done for."""
    if _CAN.isdisjoint(words[max(begin - 1, 0) : first]):
        return False
    verb = next((word for word in words[end:first] if word not in _CAN), "for")
    return "for" in words[max(first - 3, end) : first] and verb != "for" and verb not in _WAITS


def _in_negation(words: list[str], begin: int) -> bool:
    """Tell whether the clause of a negation is itself part of a negative one."""
    if words[begin] in _NEGATES_NOUNS:
        return False
    at = begin - 1
    while at >= 0 and words[at] in _OPERATORS:
        at -= 1
    has_subject = at >= 0 and words[at].partition("'")[0] in _SUBJECTS
    if has_subject:
        at -= 1
    elif at > 0 and words[at] not in _RELATIVES:
        # `that my father didn't adore it`
        at = next((each for each in range(at, max(at - 4, -1), -1) if words[each] == "that"), at)
    if at >= 0 and words[at] in _RELATIVES:
        at -= 1
    elif not has_subject:
        return False
    for before in range(at, max(at - _FARTHEST, -1), -1):
        word = words[before]
        if word[0] in CLAUSE_MARKS or word in _BREAKS:
            return False
        if word in _NEGATIVE:
            return before < at and words[before + 1] not in _NO_EXCEPTION
        if word in _NOT or word.endswith("n't") or word in ("dont", "cant", "isnt", "wasnt"):
            clause = words[before + 1 : at + 1]
            return not (_INDEFINITE.isdisjoint(clause) and _SAYS.isdisjoint(clause))
    return False
