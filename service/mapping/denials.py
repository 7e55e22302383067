"""What stands after a term and takes it back: an answer, an object, an end.

Negation is mostly said before what it negates (`modifiers`), but not always:

- `Am I jealous? Hardly.`: the question's answer is one of `ANSWERS`;
- `They thought I was nervous. I wasn't.`: a clause of the same subject and a negated auxiliary
  alone; after others' opinion also `Wrong.`;
- `It surprised no one.`: the object is nobody;
- `Panic over.`, `the anger soon faded`: it is said to have ended.
"""

from __future__ import annotations

from .function_words import word_set
from .tokens import CLAUSE_MARKS, Span

ANSWERS = word_set("no nope nah hardly never wrong not")
"""Words that deny what was asked or thought before, if they stand alone."""

_LONGER_ANSWERS = (
    ("not", "a", "bit"),
    ("not", "at", "all"),
    ("not", "in", "the", "least"),
    ("not", "in", "the", "slightest"),
    ("not", "one", "bit"),
    ("not", "me"),
    ("not", "really"),
    ("not", "remotely"),
    ("not", "exactly"),
    ("far", "from", "it"),
    ("anything", "but"),
    ("on", "the", "contrary"),
    ("quite", "the", "opposite"),
    ("quite", "the", "contrary"),
    ("me", "?"),
)
_NOBODY = word_set("nobody none noone no-one")
_AFTER_NOBODY = word_set(
    "in at on among around here there else but except anymore of with by any at this that"
)
_ENDED = word_set("over gone past passed faded vanished evaporated subsided lifted ebbed")
_ENDED_BEFORE = word_set("wore worn burnt burned melted died")
_OFF = word_set("off away down")
_UNTIL_ENDED = word_set(
    "is was are were has had have been being all now soon finally slowly quickly already long"
    " then gradually eventually of it that at about them"
)
_AFTER_OVER = word_set("now by when and but with so at for before after")
_NEGATED = word_set(
    "isn't aren't wasn't weren't don't doesn't didn't won't wouldn't can't couldn't haven't hasn't"
    " hadn't isnt arent wasnt werent dont doesnt didnt wont wouldnt cant couldnt"
)
_AUXILIARIES = word_set("am is are was were do does did will would can could have has had")
_PRONOUNS = word_set("i you he she it we they")
_OPINIONS = word_set(
    "assume assumed assumes thought think thinks said say says told expect expected expects suppose"
    " supposed believe believed reckon reckoned guess guessed figured warned predicted"
)
_ASKS_FOR_MORE = word_set("why how what who when where which whose what's who's how's")
_SENTENCE_END = ".!?…\n"

_REACH = 20
"""Tokens after a term that are looked at."""

TRIGGERS = frozenset(
    {*ANSWERS, *_NOBODY, *_ENDED, *_OFF, *_NEGATED, "far", "contrary", "opposite", "anything", "me"}
)
"""A text with none of these words denies nothing in this way."""


def denial(words: list[str], first: int, after: int) -> Span | None:
    """Return the first token of what takes a term back, and the token after it; None if nothing.

    Args:
        words: the tokens of the text.
        first: the first token of the term.
        after: the token after it.
    """
    shout = words[after - 1] == "at"  # `I screamed at nobody`
    found = (None if shout else _object(words, after)) or _end(words, after)
    if found:
        return found
    for at in range(after, min(after + _REACH, len(words))):
        mark = words[at][0]
        if mark in _SENTENCE_END:
            begin = at + 1
            if mark == "?":
                asks_for_more = words[_begin_of_sentence(words, first)] in _ASKS_FOR_MORE
                answer = None if asks_for_more else _answer(words, begin)
            elif _OPINIONS.isdisjoint(words[_begin_of_sentence(words, first) : first]):
                answer = None
            else:
                answer = _answer(words, begin + (words[begin : begin + 1] == ["but"]))
            return answer or _ellipsis(words, first, begin)
        if mark in CLAUSE_MARKS or words[at] == "but":
            if found := _ellipsis(words, first, at + 1):
                return found
        elif words[at].partition("'")[0] in _PRONOUNS and words[at] != "it":
            return None  # a clause of its own, which the denial may be of
    return None


def _object(words: list[str], at: int) -> Span | None:
    end = at + 1 if words[at : at + 1] and words[at] in _NOBODY else at + 2
    if end == at + 2 and words[at:end] != ["no", "one"]:
        return None
    if end < len(words) and words[end][0] not in CLAUSE_MARKS and words[end] not in _AFTER_NOBODY:
        return None
    return at, end


def _end(words: list[str], begin: int) -> Span | None:
    at = begin
    while at < min(begin + 5, len(words)) and words[at] in _UNTIL_ENDED:
        at += 1
    if at >= len(words):
        return None
    if words[at] in _ENDED_BEFORE and words[at + 1 : at + 2] and words[at + 1] in _OFF:
        return at, at + 2
    if words[at] not in _ENDED:
        return None
    if words[at] in ("over", "gone", "past", "lifted", "passed") and not _stops(words, at + 1):
        following = words[at + 1]
        if at == begin or following not in _AFTER_OVER:
            return None
    return at, at + 1


def _answer(words: list[str], at: int) -> Span | None:
    for phrase in _LONGER_ANSWERS:
        if tuple(words[at : at + len(phrase)]) == phrase:
            return at, at + len(phrase)
    if words[at : at + 1] and words[at] in ANSWERS and _stops(words, at + 1):
        return at, at + 1
    return None


def _ellipsis(words: list[str], first: int, at: int) -> Span | None:
    """Return a clause of the term's subject and a negated auxiliary, and nothing more."""
    pronoun, mark, rest = (words[at] if at < len(words) else "").partition("'")
    if pronoun not in _PRONOUNS or pronoun != _subject(words, first):
        return None
    following = words[at + 1 : at + 3]
    if mark and rest != "not":
        end = at + 2 if following[:1] == ["not"] else None
    elif following and following[0] in _NEGATED:
        end = at + 2
    else:
        negated = len(following) == 2 and following[0] in _AUXILIARIES and following[1] == "not"
        end = at + 3 if negated else None
    return (at, end) if end is not None and _stops(words, end) else None


def _subject(words: list[str], first: int) -> str | None:
    for at in range(first - 1, max(first - 8, -1), -1):
        if words[at][0] in _SENTENCE_END:
            return None
        pronoun = words[at].partition("'")[0]
        if pronoun in _PRONOUNS:
            return pronoun
    return None


def _begin_of_sentence(words: list[str], at: int) -> int:
    while at and words[at - 1][0] not in _SENTENCE_END:
        at -= 1
    return at


def _stops(words: list[str], at: int) -> bool:
    return at >= len(words) or words[at][0] in CLAUSE_MARKS
