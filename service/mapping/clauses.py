"""A word in its clause: what stands before it, and who that may be."""

from __future__ import annotations

from .function_words import (
    ADVERBS,
    AUXILIARIES,
    BE,
    BEFORE_TO,
    CAUSES,
    CLAUSE_STARTS,
    DAYS,
    DETERMINERS,
    I_OR_WE,
    JOINED,
    ME,
    NO_EXPERIENCER,
    OF_PEOPLE,
    PREPOSITIONS,
    THEM,
    THEY,
    TITLES,
)
from .tokens import CLAUSE_MARKS, Tokens

WRITER, OTHER = "writer", "other"

_REACH = 20
"""How many tokens from a term are looked at."""


class Clause:
    """A term in its clause.

    Args:
        roles: of words, as in `experiencers.tsv`.
        text: that the term stands in.
        tokens: of the text.
        first: the first token of the term.
        after: the token after it.
        term: the term as it is listed; the text may have it inflected.
    """

    def __init__(
        self,
        roles: dict[str, frozenset[str]],
        text: str,
        tokens: Tokens,
        first: int,
        after: int,
        term: str,
    ) -> None:
        self._roles = roles
        self._text = text
        self._tokens = tokens
        self._words = tokens.words
        self._first = first
        self._after = after
        self._bare = self._words[first] == term.partition(" ")[0]

    def before_predicate(self, at: int) -> tuple[int, bool]:
        """Return the last token before a predicate, and whether `be` or the like is between."""
        words = self._words
        copula = infinitive = False
        least = at - _REACH
        while at > 0:
            if at < least:
                return -2, copula
            word = words[at - 1]
            if word in BE:
                copula = copula or not infinitive
            elif word == "to":
                if at < 2 or words[at - 2] not in BEFORE_TO:
                    return -2, copula
                infinitive = True
            elif word in JOINED and at > 1 and self.is_state(words[at - 2]):
                at -= 1
            elif not (
                word in AUXILIARIES
                or word in ADVERBS
                or (word in BEFORE_TO and words[at] == "to")
                or (word.endswith("ly") and len(word) > 4 and not self.is_someone(word))
            ):
                break
            at -= 1
        return at - 1, copula

    def of_made_to_feel(self, at: int) -> str | None:
        """Tell who is made to feel: `made me sad`, `left the crowd cold`, `saw him cry`."""
        words = self._words
        word = words[at]
        if word in ME or word in THEM or word == "her":
            if at > 0 and words[at - 1] in CAUSES:
                return WRITER if word in ME else OTHER
            return None
        if not self.is_someone(word):
            return None
        for before in range(at - 1, max(at - 4, -1), -1):
            if words[before] in CAUSES and words[before + 1] in DETERMINERS:
                return OTHER
        return None

    def of_shared_subject(self, at: int) -> str | None:
        """Tell whose second predicate it is: `he came in and was furious`."""
        words = self._words
        begin = at
        while begin > 0 and words[begin - 1][0] not in CLAUSE_MARKS:
            begin -= 1
            if begin < at - _REACH:
                return None
        while begin < at and (words[begin] in ADVERBS or words[begin] in CLAUSE_STARTS):
            begin += 1
        subject = words[begin]
        if begin == at or not (subject in I_OR_WE or subject in THEY):
            return None
        for word in words[begin + 1 : at]:
            if word in I_OR_WE or word in THEY or word in ("who", "that", "which", "you", "it"):
                return None
            if self.is_someone(word):
                return None
        return WRITER if subject in I_OR_WE else OTHER

    def of_antecedent(self, at: int) -> str | None:
        """Tell who `who` stands for."""
        words = self._words
        word = words[at - 1] if at else ""
        if word in ("those", "people"):
            return OTHER
        if at < 2:
            return None
        determiner = words[at - 2]
        own = words[max(at - 6, 0) : at - 2]
        if (
            self.is_someone(word)
            and determiner in ("the", "my", "his", "her", "their", "our")
            and not any(each in I_OR_WE or each == "am" for each in own)
        ):
            return OTHER
        return None

    def of_noun_phrase(self, at: int, word: str, of_anybody: bool) -> str | None:
        """Tell whether a noun phrase that ends with a token is somebody."""
        words = self._words
        if word in NO_EXPERIENCER or not word[0].isalpha() or word in CLAUSE_STARTS:
            if word in ("us", "me") and at > 1 and words[at - 1] == "of":
                return WRITER if words[at - 2] in OF_PEOPLE or words[at - 2] == "part" else None
            if word in ("them", "him", "her") and at > 1 and words[at - 1] == "of":
                return OTHER if words[at - 2] in OF_PEOPLE else None
            if word in ("mine", "hers", "theirs") and at > 1 and words[at - 1] == "of":
                return OTHER if self.is_someone(words[at - 2]) else None
            return None
        if at and (words[at - 1] in I_OR_WE or words[at - 1] in THEY or words[at - 1] == "you"):
            return None  # no noun but a verb: `all I hear is angry people`
        if at and words[at - 1] in CLAUSE_STARTS and not word.endswith("s"):
            of_anybody = False  # `but otherwise was amazed`
        someone = self.is_someone(word)
        begin = self._begin_of_phrase(at)
        if someone and begin is None:
            someone = False
        if not someone and self.is_name(at):
            someone = True
        if not someone and not (of_anybody and not word.endswith("ing")):
            return None
        begin = at if begin is None else begin
        before = words[begin - 1] if begin else "."
        if before in ("and", "or") and begin > 1:
            with_me = words[begin - 2]
            return None if with_me in ME or with_me in I_OR_WE else OTHER
        if before == "of" and begin > 1:
            if words[begin - 2] in OF_PEOPLE or self.is_someone(words[begin - 2]):
                return OTHER
            return None
        if before in PREPOSITIONS:
            return OTHER if of_anybody and self._has_head(begin - 1) else None
        return OTHER

    def _begin_of_phrase(self, at: int) -> int | None:
        """Return where the noun phrase that ends with a token begins, None if that is not told."""
        words = self._words
        for begin in range(at - 1, max(at - 4, -1), -1):
            word = words[begin]
            if word == "this":
                return None
            if word in DETERMINERS or (word.endswith("'s") and self.is_someone(word[:-2])):
                return begin
            if word in CLAUSE_STARTS or word[0] in CLAUSE_MARKS or word in PREPOSITIONS:
                return begin + 1 if begin == at - 1 else None
        return at if at == 0 else None

    def _has_head(self, at: int) -> bool:
        """Tell whether a noun that may feel stands before a preposition: `a boy at the stop`."""
        words = self._words
        return at > 0 and self.is_someone(words[at - 1])

    def starts(self, at: int) -> bool:
        """Tell whether a sentence starts after a token."""
        return at < 0 or self._words[at][0] in ".!?…\n"

    def stands_first(self, at: int) -> bool:
        """Tell whether a sentence or clause starts with a token, alone or after a determiner."""
        words = self._words
        if at and words[at - 1] in DETERMINERS:
            at -= 1
        return at == 0 or words[at - 1][0] in CLAUSE_MARKS or words[at - 1] in CLAUSE_STARTS

    def told_alone(self, follows: frozenset[str]) -> bool:
        """Tell whether what follows a term without subject leaves the writer as its subject."""
        words, at = self._words, self._after
        following = words[at : at + _REACH]
        end = next((each for each in following if each[0] in ".!?…\n"), ".")
        if end == "?":
            return False
        return (
            at >= len(words)
            or words[at][0] in ".!…\n"
            or words[at] in follows
            or at > self._first + 1
        )

    def is_state(self, word: str) -> bool:
        """Tell whether a word is a state or mood of its subject."""
        roles = self._roles.get(word, ())
        return "state" in roles or "mood" in roles

    def is_someone(self, word: str) -> bool:
        """Tell whether a word names who can feel."""
        roles = self._roles.get(word, ())
        return "person" in roles or "people" in roles

    def is_name(self, at: int) -> bool:
        """Tell whether a token is written as a name, where words are not capitalised anyway."""
        words = self._words
        begin, end = self._tokens.span(at, at + 1)
        written = self._text[begin:end]
        if not written[:1].isupper() or written[1:].lower() != written[1:] or words[at] in DAYS:
            return False
        begin, end = self._tokens.span(self._first, self._first + 1)
        if at == 0 or words[at - 1][0] in CLAUSE_MARKS or not self._text[begin:end].islower():
            return False
        if (
            at == 1
            or words[at - 2][0] in CLAUSE_MARKS
            or words[at - 1] in TITLES
            or self.is_someone(words[at - 1])
        ):
            return True
        begin, end = self._tokens.span(at - 1, at)
        return not self._text[begin:end][:1].isupper()
