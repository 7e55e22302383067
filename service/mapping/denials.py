"""What stands after a term and takes it back: an answer, an object, an end.

Negation is mostly said before what it negates (`modifiers`), but not always:

- `Am I jealous? Hardly.`, `Do I envy him? I don't.`: the answer to a question is one of `ANSWERS`,
  or the same subject with a negated auxiliary;
- `They thought I was nervous. I wasn't.`: so is the reply to an opinion;
- `It surprised no one.`: the object of a verb is nobody;
- `Panic over.`, `the anger soon faded`: it is said to have ended.

Anything not foreseen takes nothing back.
"""

from __future__ import annotations

from .function_words import BE, IS_IN_SUBJECT, word_set
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
_AFTER_NOBODY = word_set("in at on among around here there else anymore")
_ENDED = word_set("over gone past passed faded vanished evaporated subsided lifted ebbed")
_FADES = word_set("faded vanished evaporated subsided ebbed")
_ENDED_BEFORE = word_set("wore worn burnt burned melted died")
_OFF = word_set("off away down")
_UNTIL_ENDED = word_set(
    "is was are were has had have been now soon finally slowly quickly already long gradually"
    " eventually"
)
_AFTER_OVER = word_set("now by when and but with so at for before after")
_AFTER_FADED = word_set("after when by as once before")
_NEGATED = word_set(
    "isn't aren't wasn't weren't don't doesn't didn't won't wouldn't can't couldn't haven't hasn't"
    " hadn't isnt arent wasnt werent dont doesnt didnt wont wouldnt cant couldnt"
    " shouldn't needn't ain't"
)
_AUXILIARIES = word_set(
    "am is are was were do does did will would can could have has had should shall"
)
_PRONOUNS = word_set("i you he she it we they")
_OPINIONS = word_set(
    "assume assumed assumes thought think thinks said say says told expect expected expects suppose"
    " supposed believe believed reckon reckoned guess guessed figured warned predicted"
)
_ASKS_FOR_MORE = word_set(
    "why how what who when where which whose what's who's how's that if whether ever any anybody"
    " anyone because stop"
)
"""A question with one of these before the term is not whether there is the emotion."""
_STATES = BE | IS_IN_SUBJECT
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
    found = _object(words, first, after) or _end(words, after)
    if found:
        return found
    begin = _begin_of_sentence(words, first)
    opinion = not _OPINIONS.isdisjoint(words[begin:first])
    for at in range(after, min(after + _REACH, len(words))):
        mark = words[at][0]
        if mark in _SENTENCE_END:
            end = at + 1
            while end < len(words) and words[end][0] in ".!?…":
                end += 1
            if not opinion and not ("?" in words[at:end] and _asks(words, begin, first)):
                return None
            reply = end + (words[end : end + 1] == ["but"])
            return _answer(words, reply) or _ellipsis(words, first, end)
        if mark in CLAUSE_MARKS or words[at] == "but":
            if opinion and (found := _ellipsis(words, first, at + 1)):
                return found
        elif words[at].partition("'")[0] in _PRONOUNS and words[at] != "it":
            return None  # a clause of its own, which the denial may be of
    return None


def _asks(words: list[str], begin: int, first: int) -> bool:
    """Tell whether a sentence that is a question asks whether there is the emotion of a term."""
    before = words[begin:first]
    return _ASKS_FOR_MORE.isdisjoint(before) and (len(before) < 2 or before[0] in _AUXILIARIES)


def _object(words: list[str], first: int, at: int) -> Span | None:
    end = at + 1 if words[at : at + 1] and words[at] in _NOBODY else at + 2
    if end == at + 2 and words[at:end] != ["no", "one"]:
        return None
    if end < len(words) and words[end][0] not in CLAUSE_MARKS and words[end] not in _AFTER_NOBODY:
        return None
    before = words[max(first - 3, _begin_of_sentence(words, first)) : first]
    if not before or not _STATES.isdisjoint(before) or words[at - 1] == "at":
        return None  # `sad nobody here came`, `screamed at nobody`
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
    if not _stops(words, at + 1):
        if words[at] in _FADES:
            fits = at > begin or words[at + 1] in _AFTER_FADED
        else:
            fits = at > begin and words[at + 1] in _AFTER_OVER
        if not fits:
            return None
    return at, at + 1


def _answer(words: list[str], at: int) -> Span | None:
    for phrase in _LONGER_ANSWERS:
        end = at + len(phrase)
        if tuple(words[at:end]) == phrase and (phrase[-1] == "?" or _stops(words, end)):
            return at, end
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
