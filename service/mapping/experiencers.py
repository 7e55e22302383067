"""Whose emotion a word tells of: the writer's or somebody else's.

The one who feels is the experiencer (FrameNet's frames of emotion; C. J. Fillmore, "The case for
case", 1968). Which argument of a word that is, its class tells (B. Levin, "English Verb Classes and
Alternations", 1993, section 31): the subject of `love` and of `afraid`, the object of `annoy`. The
table `experiencers.tsv` has the words in these roles:

- `state`: its subject feels, and only who feels can be its subject (`Tomasz was amazed`),
- `mood`: its subject feels if it is somebody, but things are so too (`a calm sea`),
- `verb`: its subject feels (`they love it`),
- `object`: its object feels (`it annoys her`); a participle after `be` or `feel` is a state,
- `within`: who feels stands inside the phrase (`broke my heart`),
- `feeling`: who feels has it (`her grief`, `he felt grief`, `he shook with grief`),
- `person`, `people`: who can feel, one and several.

A phrase has the role of its first word if it has none of its own. Only what stands before the word
in its clause is looked at, and the object after it; anything not foreseen is not told.
"""

from __future__ import annotations

from pathlib import Path

from ...ontology.terms import read_rows
from .clauses import OTHER, WRITER, Clause
from .function_words import (
    ADJECTIVES,
    ASKS,
    BE,
    BEFORE_FEELING,
    DETERMINERS,
    FILLED,
    FIRST_PERSON,
    FOLLOWS_LOVE,
    FOLLOWS_SAD,
    FULL,
    HAVE,
    I_OR_WE,
    IS_IN_SUBJECT,
    JOINED,
    ME,
    MISSING_I,
    MY,
    NUMBERLESS,
    THEIR,
    THEM,
    THEY,
)
from .index import Entry
from .tokens import Tokens

_TABLE = Path(__file__).with_name("experiencers.tsv")

_HEADS = frozenset(("state", "mood", "verb", "object"))


class Experiencers:
    """Tells whose emotion a term in a text tells of."""

    def __init__(self) -> None:
        self._roles: dict[str, frozenset[str]] = {}
        self._of_term: dict[str, frozenset[str]] = {}
        for _, (word, role) in read_rows(_TABLE, ("word", "role")):
            self._roles[word] = self._roles.get(word, frozenset()) | {role}

    def of(self, text: str, tokens: Tokens, first: int, after: int, entry: Entry) -> str | None:
        """Return `writer` or `other`, or None where it cannot be told.

        Args:
            text: the text.
            tokens: its tokens.
            first: the first token of the term.
            after: the token after it.
            entry: the term.
        """
        if not entry.negatable:
            # Emoji and interjections are the writer's own.
            return None if self._quoted(text, tokens, first) else WRITER
        roles = self._of_term.get(entry.term)
        if roles is None:
            roles = self._of_term[entry.term] = self._roles_of(entry.term)
        if not roles:
            return None
        found = None
        if first and "verb" in roles and "object" not in roles:
            # Most often the subject stands right before its verb.
            before = tokens.words[first - 1]
            found = WRITER if before in I_OR_WE else OTHER if before in THEY else None
        if found is None:
            clause = _Predicate(self._roles, text, tokens, first, after, entry.term)
            found = clause.experiencer(roles)
        if found is WRITER and self._quoted(text, tokens, first):
            return None
        return found

    def _roles_of(self, term: str) -> frozenset[str]:
        roles = self._roles.get(term)
        if roles is not None:
            return roles
        if not FIRST_PERSON.isdisjoint(term.split()):
            return frozenset((WRITER,))  # `break up with me`
        head, _, rest = term.partition(" ")
        return self._roles.get(head, frozenset()) & _HEADS if rest else frozenset()

    @staticmethod
    def _quoted(text: str, tokens: Tokens, first: int) -> bool:
        """Tell whether a token stands in quotation marks, where others may be speaking."""
        if '"' not in text and "“" not in text:
            return False
        before = text[: tokens.span(first, first + 1)[0]]
        return before.count('"') % 2 == 1 or before.rfind("“") > before.rfind("”")


class _Predicate(Clause):
    """A term that may be said of somebody."""

    def experiencer(self, roles: frozenset[str]) -> str | None:
        if WRITER in roles:
            return WRITER
        words, first, after = self._words, self._first, self._after
        if "within" in roles or ("object" in roles and after - first > 1):
            found = self._first_of(words[first + 1 : after])
            if found or "within" in roles:
                return found
        if "feeling" in roles and (found := self._owner()):
            return found
        participle = words[first].endswith(("ed", "en", "hurt", "upset"))
        moved = "object" in roles or (participle and "verb" not in roles)
        if moved and (found := self._object()):
            return found
        if "state" in roles or "mood" in roles or ("object" in roles and participle):
            found = self._of_state("mood" not in roles)
            if found:
                return found
        if "verb" in roles and (found := self._of_verb(participle)):
            return found
        return self._of_feeling() if "feeling" in roles else None

    @staticmethod
    def _first_of(words: list[str]) -> str | None:
        """Return who the first pronoun of some words stands for."""
        for word in words:
            if word in ME or word in MY:
                return WRITER
            if word in THEM or word in THEIR or word == "her":
                return OTHER
        return None

    def _of_state(self, of_anybody: bool) -> str | None:
        words, first = self._words, self._first
        at, copula = self.before_predicate(first)
        if at == -2:
            return None
        if self.starts(at):
            asks = "be" in words[at + 1 : first]  # `be happy`
            return WRITER if not asks and self.told_alone(FOLLOWS_SAD) else None
        word = words[at]
        if "am" in words[at + 1 : first]:
            return WRITER
        asked = at > 0 and words[at - 1] in BE
        if word in I_OR_WE:
            return WRITER if copula or asked or word in IS_IN_SUBJECT else None
        if word in THEY:
            return OTHER if copula or asked or word in IS_IN_SUBJECT else None
        if not copula:
            if word.endswith("'s") and self.is_someone(word[:-2]):
                return self.of_noun_phrase(at, word[:-2], of_anybody)
            return self.of_made_to_feel(at)
        if word in JOINED:
            return self.of_shared_subject(at)
        if word == "who":
            return self.of_antecedent(at)
        return self.of_noun_phrase(at, word, of_anybody)

    def _of_verb(self, participle: bool) -> str | None:
        words, first, after = self._words, self._first, self._after
        verb = words[first]
        at, copula = self.before_predicate(first)
        if at == -2:
            return None
        going = verb.endswith("ing") or after - first > 1
        if participle and (copula or (after < len(words) and words[after] == "by")):
            return None  # `he is loved`
        if copula and not going:
            return None
        if self.starts(at):
            between = words[at + 1 : first]
            asks = self._bare and verb not in MISSING_I and not verb.endswith("n't")
            if asks or not ASKS.isdisjoint(between):
                return None  # `cheer up`, `don't worry`
            return WRITER if self.told_alone(FOLLOWS_LOVE) else None
        word = words[at]
        if word in I_OR_WE:
            return WRITER
        if word in THEY:
            return OTHER
        if found := self.of_made_to_feel(at):
            return found
        if word in JOINED:
            return self.of_shared_subject(at)
        if word == "who":
            return self.of_antecedent(at)
        if going and not copula and not verb.endswith("s"):
            return None
        between = words[at + 1 : first]
        numberless = "to" in between or not NUMBERLESS.isdisjoint(between)
        if self._bare and not numberless and "person" in self._roles.get(word, ()):
            return None  # `a friend love` is no clause
        third = verb.endswith("s") and not verb.endswith("ss") and after < len(words)
        return self.of_noun_phrase(
            at,
            word,
            third
            and words[after] in FOLLOWS_LOVE
            and not words[at].endswith("ing")
            and word not in ADJECTIVES
            and self.stands_first(at),
        )

    def _of_feeling(self) -> str | None:
        """Tell who feels, has or is filled with a feeling."""
        words = self._words
        at = self._first - 1
        while at >= 0 and words[at] in BEFORE_FEELING:
            at -= 1
        if at < 1:
            return None
        if words[at] in FULL and at == self._first - 1:
            verb = words[at - 1]
            if not (verb.endswith(("ed", "ing")) or verb in FILLED):
                return None
            at -= 1
        elif words[at] not in HAVE:
            return None
        at, _ = self.before_predicate(at)
        if at < 0 or self.starts(at):
            return None
        word = words[at]
        if word in I_OR_WE:
            return WRITER
        if word in THEY:
            return OTHER
        return self.of_noun_phrase(at, word, False)

    def _owner(self) -> str | None:
        """Tell whose a feeling is by a possessive before it."""
        words = self._words
        at = self._first - 1
        if at > 0 and (words[at] in BEFORE_FEELING or self.is_state(words[at])):
            at -= 1
        if at < 0:
            return None
        word = words[at]
        if word in MY:
            return WRITER
        if word in THEIR or word == "her":
            return OTHER
        if word.endswith("'s") and (self.is_someone(word[:-2]) or self.is_name(at)):
            return OTHER
        return None

    def _object(self) -> str | None:
        """Tell who stands right after a verb."""
        words, at = self._words, self._after
        if at >= len(words):
            return None
        before, copula = self.before_predicate(self._first)
        has_copula = copula or (before >= 0 and words[before] in IS_IN_SUBJECT)
        if has_copula and not words[self._first].endswith("ing"):
            return None  # `I'm annoyed my friends left`
        word = words[at]
        if self._first and words[self._first - 1] in DETERMINERS:
            return None  # `a surprise`
        if word in ME:
            return WRITER
        if word in THEM or word == "her":
            return OTHER
        if word in DETERMINERS and word not in ("that", "no"):
            at += 1
            if at + 1 < len(words) and not self.is_someone(words[at]):
                at += 1
            following = words[at + 1] if at + 1 < len(words) else "."
            if at < len(words) and self.is_someone(words[at]) and not following.endswith("'s"):
                return OTHER
        return None
