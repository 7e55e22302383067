"""What takes a term back other than a negation before it: an answer, an object, an end, an `if`.

Negation is mostly said before what it negates (`modifiers`), but not always:

- `Am I jealous? Hardly.`, `Do I envy him? I don't.`: the answer to a question is one of `ANSWERS`,
  or the same subject with a negated auxiliary;
- `They thought I was nervous. I wasn't.`, `He asked if I was sad. I said no.`: so is the reply to
  an opinion or a question told;
- `It surprised no one.`: the object of a verb is nobody;
- `Panic over.`, `the anger soon faded`, `my fear of dogs has worn off`: it is said to have ended;
- `If I were angry I'd tell you.`: a state is only supposed.

Anything not foreseen takes nothing back.
"""

from __future__ import annotations

from .function_words import ADVERBS, BE, IS_IN_SUBJECT, word_set
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
_ENDED = word_set("over gone past passed faded vanished evaporated subsided lifted ebbed ended")
_FADES = word_set("faded vanished evaporated subsided ebbed ended passed")
_ENDED_BEFORE = word_set("wore worn burnt burned melted died dried drained cooled fizzled")
_OFF = word_set("off away down out up")
_LEFT = word_set("me him her us them")
_OF_WHAT = word_set("of about over for at in with before between towards toward i he she we they")
_OWNED = word_set("the my his her their our your that this all any old")
_UNTIL_ENDED = word_set(
    "is was are were has had have been now soon finally slowly quickly already long gradually"
    " eventually"
)
_AFTER_OVER = word_set("now by when and but with so at for before after")
_AFTER_FADED = word_set("after when by as once before with")
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
_ASKED = word_set("ask asks asked asking wondered wonders")
_SAID = word_set("said says say told reckons")
_NO = word_set("no not nope never")
_REALLY = word_set("really honestly actually just truly simply certainly definitely")
_SUPPOSES = BE | word_set(
    "'re you're we're they're he's she's it's i'm ur i'd you'd he'd she'd been"
)
_NOT_SUPPOSED = word_set("as what even only ask asks asked")
_STATES = BE | IS_IN_SUBJECT
_SENTENCE_END = ".!?…\n"

_REACH = 20
"""Tokens after a term that are looked at."""

TRIGGERS = frozenset(
    {
        *ANSWERS,
        *_NOBODY,
        *_ENDED,
        *_ENDED_BEFORE,
        *_NEGATED,
        *("far", "contrary", "opposite", "anything", "me", "left", "if"),
    }
)
"""A text with none of these words denies nothing in this way."""


def denial(words: list[str], first: int, after: int) -> Span | None:
    """Return the first token of what takes a term back, and the token after it; None if nothing.

    Args:
        words: the tokens of the text.
        first: the first token of the term.
        after: the token after it.
    """
    found = _condition(words, first) or _object(words, first, after) or _end(words, first, after)
    if found:
        return found
    begin = _begin_of_sentence(words, first)
    opinion = not _OPINIONS.isdisjoint(words[begin:first]) or _is_asked(words[begin:first])
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


def _is_asked(before: list[str]) -> bool:
    """Tell whether a question is told of: `he asked if I was sad`."""
    return any(
        word in _ASKED and not {"if", "whether"}.isdisjoint(before[at + 1 : at + 4])
        for at, word in enumerate(before)
    )


def _condition(words: list[str], first: int) -> Span | None:
    """Return the `if` of a state that is only supposed: `if I were angry`, `if he seems sad`."""
    at = first - 1
    while at > 0 and words[at] != "not" and (words[at] in ADVERBS or words[at].endswith("ly")):
        at -= 1
    if at < 1 or words[at] not in _SUPPOSES:
        return None
    for before in range(at, max(at - 4, -1), -1):
        word = words[before]
        if word == "if":
            fits = before == 0 or words[before - 1] not in _NOT_SUPPOSED
            fits = fits and words[before + 1] != "anything"
            return (before, before + 1) if fits else None
        if word[0] in CLAUSE_MARKS or word in _OPINIONS or word.endswith("n't"):
            break
    return None


def _end(words: list[str], first: int, after: int) -> Span | None:
    """Return what says that an emotion has ended, right after it or what it is of."""
    found = _ends(words, after)
    if found or after >= len(words):
        return found
    before = words[max(first - 3, 0) : first]
    if _OWNED.isdisjoint(before) and not any(word.endswith("'s") for word in before):
        return None
    if words[after] == "left" and words[after + 1 : after + 2] and words[after + 1] in _LEFT:
        return (after, after + 2) if _leaves(words, after + 2) else None
    if words[after] not in _OF_WHAT:
        return None
    for at in range(after + 1, min(after + 6, len(words))):
        if words[at][0] in CLAUSE_MARKS:
            break
        if words[at] in _ENDED_BEFORE or words[at] in _UNTIL_ENDED or words[at] == "ended":
            return _ends(words, at)
    return None


def _ends(words: list[str], begin: int) -> Span | None:
    at = begin
    while at < min(begin + 5, len(words)) and words[at] in _UNTIL_ENDED:
        at += 1
    if at >= len(words):
        return None
    following = words[at + 1] if at + 1 < len(words) else "."
    if words[at] in _ENDED_BEFORE and following in _OFF:
        return at, at + 2
    if words[at] not in _ENDED:
        return None
    if not _stops(words, at + 1):
        if words[at] in _FADES:
            fits = at > begin or following in _AFTER_FADED
        else:
            fits = at > begin and following in _AFTER_OVER
        if not fits:
            return None
    return at, at + 1


def _leaves(words: list[str], at: int) -> bool:
    """Tell whether nothing is left behind: `the fear left me when`, not `left me cold`."""
    return _stops(words, at) or words[at] in _AFTER_FADED or words[at : at + 2] == ["the", "moment"]


def _answer(words: list[str], at: int) -> Span | None:
    for phrase in _LONGER_ANSWERS:
        end = at + len(phrase)
        if tuple(words[at:end]) == phrase and (phrase[-1] == "?" or _stops(words, end)):
            return at, end
    if words[at : at + 1] and words[at] in ANSWERS and _stops(words, at + 1):
        return at, at + 1
    for said in range(at, min(at + 4, len(words) - 1)):
        if words[said] in _SAID:
            told = words[said + 1] in _NO and _stops(words, said + 2)
            return (said, said + 2) if told else None
        if words[said][0] in CLAUSE_MARKS:
            break
    return None


def _ellipsis(words: list[str], first: int, at: int) -> Span | None:
    """Return a clause of the term's subject and a negated auxiliary, and nothing more."""
    pronoun, mark, rest = (words[at] if at < len(words) else "").partition("'")
    if pronoun not in _PRONOUNS or pronoun != _subject(words, first):
        return None
    begin = at
    if at + 1 < len(words) and words[at + 1] in _REALLY:
        at += 1
    following = words[at + 1 : at + 3]
    if mark and rest != "not":
        end = at + 2 if following[:1] == ["not"] else None
    elif following and following[0] in _NEGATED:
        end = at + 2
    else:
        negated = len(following) == 2 and following[0] in _AUXILIARIES and following[1] == "not"
        end = at + 3 if negated else None
    return (begin, end) if end is not None and _stops(words, end) else None


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
