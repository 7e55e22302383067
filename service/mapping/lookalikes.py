"""Words that only look like emotions: names, and formulas of politeness.

- `Mr Love`, `Cape Disappointment`, `the Happy Prince`, `a boat called Serenity`: a capital within a
  sentence, beside another one or after what names things; `Joy Adeyemi`, `Joy rang`: one at its
  begin, of a word that is also a given name;
- `I'd be glad to`, `we regret that`, `pleased to inform you`, `I'm afraid the office is shut`: what
  is polite to say (P. Brown, S. C. Levinson, "Politeness", 1987).

Anything not foreseen is what it looks like.
"""

from __future__ import annotations

from .function_words import ADVERBS, BE, I_OR_WE, word_set
from .tokens import Tokens

_TITLES = word_set("mr mrs ms dr prof mx")
_NAMING = word_set(
    "called named titled marked entitled hms uss ss aunt uncle sister brother baron lady sir"
    " captain cape mount boat ship ferry yacht pub horse band film novel album track musical planet"
)
_BEFORE_NAMES = word_set("the at near by via of from aboard and in to with")
_NO_NAME_AFTER = ADVERBS | BE | I_OR_WE | word_set("such absolutely sheer merry feeling oh god my")
_GREETED = word_set(
    "new birthday christmas xmas easter holidays anniversary halloween thanksgiving diwali eid"
    " father's mother's valentine's fathers mothers valentines friday monday hour days retirement"
)
_GREETINGS = word_set("happy merry jolly joyful joyous cheers congrats congratulations")
_GIVEN = word_set("joy felicity mercy serenity bliss hope glad merry")
_CALLS = word_set(
    "called rang phoned rings phones texted emailed messaged said says asked told tells works"
    " worked lives lived booked moved signed ordered wants wanted takes took teaches runs won't"
)
_NEVER_NAMES = word_set("thanks lol wow haha omg sorry unfortunately congratulations congrats")
_PLACES = word_set(
    "street road lane avenue hill valley park house hospital clinic school hotel island bay bridge"
    " field square station farm division club society ltd inc management theatre cinema pub"
)
_CALLED = word_set("love hate miss hope fear trust thank sorry poor dear dearest sweet damn wish")
_WOULD = word_set(
    "would should will i'd we'd you'd they'd he'd she'd i'll we'll you'll they'll it'd"
)
_TO_TELL = word_set(
    "inform advise announce confirm say tell meet note learn assist help send wait"
    " resend provide answer discuss explain forward"
)
_TOLD = word_set("pleased delighted glad regret")
_OFFERED = word_set("pleased delighted glad happy grateful interested obliged honoured appreciated")
_OF_US = word_set("i'm im we're")
_PLAIN = word_set(
    "is are was were can't cannot cant don't dont doesn't doesnt didn't didnt have has had haven't"
    " hasn't isn't isnt aren't wasn't weren't must need needs no only"
)
TELLING = _TOLD | _OFFERED | {"afraid"}
"""A word that is none of these, and begins with no capital, is no lookalike."""

_MAY_BE = word_set("of to for and will it'll they'll might may would could should shall")
_MOST_CAPITALS = 0.5
"""Of more words with a capital, as in a headline, none tells a name."""


def is_lookalike(text: str, tokens: Tokens, first: int, after: int) -> bool:
    """Tell whether a term of words stands for no emotion.

    Args:
        text: any string.
        tokens: its tokens.
        first: the first token of the term.
        after: the token after it.
    """
    words = tokens.words
    begin, end = tokens.span(first, after)
    if text[begin].isupper() and text[begin:end].istitle() and _is_name(text, tokens, first, after):
        return True
    word = words[first]
    if word == "afraid":
        return _is_regret(words, first, after)
    end = first + 1  # terms are `glad` and `glad to`
    following = words[end] if end < len(words) else "."
    if following in ("to", "if") and word in _OFFERED and _is_supposed(words, first):
        return True
    if word not in _TOLD:
        return False
    if following == "to":
        return not _TO_TELL.isdisjoint(words[end + 1 : end + 2])
    return word == "regret" and following in ("that", "any") and words[first - 1] == "we"


def _is_name(text: str, tokens: Tokens, first: int, after: int) -> bool:
    words = tokens.words
    at = first - 2 if first > 1 and words[first - 1] == "." else first - 1
    if at >= 0 and words[at] in _TITLES:
        return True
    word = words[first]
    if after - first > 1 or word in _NEVER_NAMES:
        return False
    following = words[after] if after < len(words) else "."
    before = _written(text, tokens, first - 1, " ") if first else ""
    next_one = _written(text, tokens, after, "")
    named = (
        next_one.istitle()
        and following not in I_OR_WE
        and text[tokens.span(first, after)[1]] == " "
    )
    if named and word in _GREETINGS and following in _GREETED:
        return False
    if not before:
        if word in _GIVEN and (following in _CALLS or (named and word not in _CALLED)):
            return True
        return named and following in _PLACES
    apart = text[tokens.span(first, after)[0] - 1] != " "
    if apart or words[first - 1] in _NO_NAME_AFTER or _is_headline(text):
        return False
    if words[first - 1] in _NAMING or before.istitle() or named:
        return True
    return words[first - 1] in _BEFORE_NAMES and word not in _CALLED and word not in _GREETINGS


def _written(text: str, tokens: Tokens, at: int, gap: str) -> str:
    """Return a token as it is written, nothing if it is no word or ends not before a gap."""
    if at >= len(tokens.words) or not tokens.words[at][0].isalpha():
        return ""
    begin, end = tokens.span(at, at + 1)
    return text[begin:end] if not gap or text[end : end + 1] == gap else ""


def _is_headline(text: str) -> bool:
    words = [word for word in text.split()[1:] if word[0].isalpha()]
    return sum(word[0].isupper() for word in words) > _MOST_CAPITALS * len(words)


def _is_supposed(words: list[str], first: int) -> bool:
    """Tell whether somebody would only be so: `I'd be glad to`, `I'd be surprised if`."""
    at = first - 1
    while at >= 0 and words[at] in ADVERBS:
        at -= 1
    return at > 0 and words[at] == "be" and not _WOULD.isdisjoint(words[max(at - 2, 0) : at])


def _is_regret(words: list[str], first: int, after: int) -> bool:
    """Tell whether `afraid` only regrets what is the case: `I'm afraid the office is shut`."""
    if not first or not (
        words[first - 1] in _OF_US
        or words[max(first - 2, 0) : first] in (["i", "am"], ["we", "are"])
    ):
        return False
    subject = first - 1 - (words[first - 1] in ("am", "are"))
    if subject > 0 and words[subject - 1] == "," and words[after : after + 1] in ([], ["."]):
        return True  # `it's full, I'm afraid`
    if words[after : after + 1] == ["if"]:
        return False
    for at in range(after + 1, min(after + 5, len(words))):
        word = words[at]
        if word in _PLAIN:
            return words[at + 1 : at + 2] not in (["going"], ["gonna"], ["about"])
        if not word[0].isalpha() or word in _MAY_BE:
            return False
    return False
