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
from .index import Entry
from .tokens import CLAUSE_MARKS, Tokens

WRITER, OTHER = "writer", "other"

_TABLE = Path(__file__).with_name("experiencers.tsv")


_REACH = 20
"""How many tokens from a term are looked at."""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_I = _words("i i'm im i've ive i'd i'll we we're we've we'd we'll")
_THEY = _words(
    "he he's he'd he'll she she's she'd she'll they they're they've they'd they'll theyre"
    " someone somebody"
)
_IS_IN_SUBJECT = _words("i'm im we're he's she's they're theyre")
_BE = _words(
    "am is are was were be been being isn't aren't wasn't weren't ain't isnt arent wasnt werent"
    " feel feels felt feeling look looks looked looking seem seems seemed sound sounds sounded"
    " appear appears appeared become becomes became becoming get gets got getting gotten grow grows"
    " grew grown remain remains remained stay stays stayed"
)
_AUXILIARIES = _words(
    "do does did don't doesn't didn't dont doesnt didnt have has had haven't hasn't hadn't having"
    " will would won't wouldn't shall should shouldn't can could can't cannot couldn't cant may"
    " might must gonna wanna keep keeps kept start starts started stop stops stopped"
)
_NUMBERLESS = _words(
    "did didn't didnt had hadn't will would won't wouldn't shall should shouldn't can could can't"
    " cannot couldn't cant may might must do does don't doesn't"
)
_ADVERBS = _words(
    "not never always so very too quite just still only also even both almost already again ever"
    " often sometimes all kinda sorta pretty super more most much less rather now then once soon"
    " fucking damn bloody sure as well how forever somewhat clearly a bit little no longer"
)
_BEFORE_TO = _words(
    "want wants wanted going used seem seems seemed appear appears appeared begin begins began"
    " begun start starts started come comes came grow grew learn learned learnt try tries tried"
    " have has had about continue continues continued tend tends likely bound"
)
_CAUSES = _words(
    "make makes made making get gets got keep keeps kept keeping leave leaves left leaving drive"
    " drives drove driven driving let lets find finds found see sees saw hear hears heard watch"
    " watched watching help helps helped"
)
_JOINED = _words("and or but yet ,")
_MY, _THEIR = _words("my our mine"), _words("his their theirs hers")
_ME, _THEM = _words("me us myself ourselves"), _words("him them himself herself themselves")
_DETERMINERS = _words(
    "my our his her their your the a an those these some two three four five both many most"
    " several every each no another other that few"
)
_OF_PEOPLE = _words(
    "one two three four some most all both many any few each none half rest lot group crowd couple"
)
_CLAUSE_STARTS = _words(
    "because when while if that and but so though although since whereas where until as after"
    " before then why how"
)
_NO_EXPERIENCER = _words(
    "it it's its this that that's these those there there's here what what's which who who's whom"
    " whose how why when where whether if as than so such the a an you you're u ur your yours one"
    " ones everyone everybody anyone anybody nobody noone none everything nothing something"
    " anything all me us him them her mine myself you'll you've you'd y'all yall my our his hers"
    " their theirs to and or but of in on at by"
    " for with from about like not no never please am i'd i'da maybe"
    " perhaps otherwise instead anyway"
    " heart hearts soul mind brain body face eyes stomach gut voice mood tone side part self look"
    " looks expression atmosphere letter email mail message text post song story book film movie"
    " show words reaction response feeling feelings life day days night morning evening afternoon"
    " week weekend month year time moment today yesterday tonight tomorrow thing things way stuff"
    " place world weather one"
)
_FOLLOWS_LOVE = _words(
    "it this that these those you u her him them my your our his their the a how when being already"
    " so all both guys"
)
_FOLLOWS_SAD = _words("for to that about at with of right today now i we")
_MISSING_I = _words(
    "love hate miss adore dislike appreciate admire dread despise detest loathe regret wish hope"
)
_HAVE = _words("feel feels felt feeling experience experienced has had have having")
_BEFORE_FEELING = _words(
    "a an the such so much no any some more great deep real pure sheer total overwhelming huge"
    " nothing but only this of sense surge wave bit pang flash little lot own big biggest greatest"
    " worst first true inner utter constant old quiet growing"
)
_FULL = _words("with in")
_TITLES = _words("mr mrs ms miss dr captain sir lady lord aunt uncle king queen prince princess")
_ASKS = _words("do don't dont never let's please")
_FILLED = _words("full shook shaking burst wept beside overcome torn red sick")
_PREPOSITIONS = _words(
    "of from with by to for about like than at in on next near behind beside under over between"
)
_ADJECTIVES = _words("own big biggest true great greatest worst best many few more most no")
_DAYS = _words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may"
    " june july august september october november december christmas easter"
)
_FIRST_PERSON = _words("i me my myself")
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
            found = WRITER if before in _I else OTHER if before in _THEY else None
        if found is None:
            clause = _Clause(self._roles, text, tokens, first, after, entry.term)
            found = clause.experiencer(roles)
        if found is WRITER and self._quoted(text, tokens, first):
            return None
        return found

    def _roles_of(self, term: str) -> frozenset[str]:
        roles = self._roles.get(term)
        if roles is not None:
            return roles
        if not _FIRST_PERSON.isdisjoint(term.split()):
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


class _Clause:
    """A term in its clause."""

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
            if word in _ME or word in _MY:
                return WRITER
            if word in _THEM or word in _THEIR or word == "her":
                return OTHER
        return None

    # The parts of a clause

    def _before(self, at: int) -> tuple[int, bool]:
        """Return the last token before a predicate, and whether `be` or the like is between."""
        words = self._words
        copula = infinitive = False
        least = at - _REACH
        while at > 0:
            if at < least:
                return -2, copula
            word = words[at - 1]
            if word in _BE:
                copula = copula or not infinitive
            elif word == "to":
                if at < 2 or words[at - 2] not in _BEFORE_TO:
                    return -2, copula
                infinitive = True
            elif word in _JOINED and at > 1 and self._is_state(words[at - 2]):
                at -= 1
            elif not (
                word in _AUXILIARIES
                or word in _ADVERBS
                or (word in _BEFORE_TO and words[at] == "to")
                or (word.endswith("ly") and len(word) > 4 and not self._is_someone(word))
            ):
                break
            at -= 1
        return at - 1, copula

    def _of_state(self, of_anybody: bool) -> str | None:
        words, first = self._words, self._first
        at, copula = self._before(first)
        if at == -2:
            return None
        if self._starts(at):
            asks = "be" in words[at + 1 : first]  # `be happy`
            return WRITER if not asks and self._told_alone(_FOLLOWS_SAD) else None
        word = words[at]
        if "am" in words[at + 1 : first]:
            return WRITER
        asked = at > 0 and words[at - 1] in _BE
        if word in _I:
            return WRITER if copula or asked or word in _IS_IN_SUBJECT else None
        if word in _THEY:
            return OTHER if copula or asked or word in _IS_IN_SUBJECT else None
        if not copula:
            if word.endswith("'s") and self._is_someone(word[:-2]):
                return self._noun_phrase(at, word[:-2], of_anybody)
            return self._made(at)
        if word in _JOINED:
            return self._shared(at)
        if word == "who":
            return self._antecedent(at)
        return self._noun_phrase(at, word, of_anybody)

    def _of_verb(self, participle: bool) -> str | None:
        words, first, after = self._words, self._first, self._after
        verb = words[first]
        at, copula = self._before(first)
        if at == -2:
            return None
        going = verb.endswith("ing") or after - first > 1
        if participle and (copula or (after < len(words) and words[after] == "by")):
            return None  # `he is loved`
        if copula and not going:
            return None
        if self._starts(at):
            between = words[at + 1 : first]
            asks = self._bare and verb not in _MISSING_I and not verb.endswith("n't")
            if asks or not _ASKS.isdisjoint(between):
                return None  # `cheer up`, `don't worry`
            return WRITER if self._told_alone(_FOLLOWS_LOVE) else None
        word = words[at]
        if word in _I:
            return WRITER
        if word in _THEY:
            return OTHER
        if found := self._made(at):
            return found
        if word in _JOINED:
            return self._shared(at)
        if word == "who":
            return self._antecedent(at)
        if going and not copula and not verb.endswith("s"):
            return None
        between = words[at + 1 : first]
        numberless = "to" in between or not _NUMBERLESS.isdisjoint(between)
        if self._bare and not numberless and "person" in self._roles.get(word, ()):
            return None  # `a friend love` is no clause
        third = verb.endswith("s") and not verb.endswith("ss") and after < len(words)
        return self._noun_phrase(
            at,
            word,
            third
            and words[after] in _FOLLOWS_LOVE
            and not words[at].endswith("ing")
            and word not in _ADJECTIVES
            and self._stands_first(at),
        )

    def _of_feeling(self) -> str | None:
        """Tell who feels, has or is filled with a feeling."""
        words = self._words
        at = self._first - 1
        while at >= 0 and words[at] in _BEFORE_FEELING:
            at -= 1
        if at < 1:
            return None
        if words[at] in _FULL and at == self._first - 1:
            verb = words[at - 1]
            if not (verb.endswith(("ed", "ing")) or verb in _FILLED):
                return None
            at -= 1
        elif words[at] not in _HAVE:
            return None
        at, _ = self._before(at)
        if at < 0 or self._starts(at):
            return None
        word = words[at]
        if word in _I:
            return WRITER
        if word in _THEY:
            return OTHER
        return self._noun_phrase(at, word, False)

    def _owner(self) -> str | None:
        """Tell whose a feeling is by a possessive before it."""
        words = self._words
        at = self._first - 1
        if at > 0 and (words[at] in _BEFORE_FEELING or self._is_state(words[at])):
            at -= 1
        if at < 0:
            return None
        word = words[at]
        if word in _MY:
            return WRITER
        if word in _THEIR or word == "her":
            return OTHER
        if word.endswith("'s") and (self._is_someone(word[:-2]) or self._is_name(at)):
            return OTHER
        return None

    def _object(self) -> str | None:
        """Tell who stands right after a verb."""
        words, at = self._words, self._after
        if at >= len(words):
            return None
        before, copula = self._before(self._first)
        has_copula = copula or (before >= 0 and words[before] in _IS_IN_SUBJECT)
        if has_copula and not words[self._first].endswith("ing"):
            return None  # `I'm annoyed my friends left`
        word = words[at]
        if self._first and words[self._first - 1] in _DETERMINERS:
            return None  # `a surprise`
        if word in _ME:
            return WRITER
        if word in _THEM or word == "her":
            return OTHER
        if word in _DETERMINERS and word not in ("that", "no"):
            at += 1
            if at + 1 < len(words) and not self._is_someone(words[at]):
                at += 1
            following = words[at + 1] if at + 1 < len(words) else "."
            if at < len(words) and self._is_someone(words[at]) and not following.endswith("'s"):
                return OTHER
        return None

    def _made(self, at: int) -> str | None:
        """Tell who is made to feel: `made me sad`, `left the crowd cold`, `saw him cry`."""
        words = self._words
        word = words[at]
        if word in _ME or word in _THEM or word == "her":
            if at > 0 and words[at - 1] in _CAUSES:
                return WRITER if word in _ME else OTHER
            return None
        if not self._is_someone(word):
            return None
        for before in range(at - 1, max(at - 4, -1), -1):
            if words[before] in _CAUSES and words[before + 1] in _DETERMINERS:
                return OTHER
        return None

    def _shared(self, at: int) -> str | None:
        """Tell whose second predicate it is: `he came in and was furious`."""
        words = self._words
        begin = at
        while begin > 0 and words[begin - 1][0] not in CLAUSE_MARKS:
            begin -= 1
            if begin < at - _REACH:
                return None
        while begin < at and (words[begin] in _ADVERBS or words[begin] in _CLAUSE_STARTS):
            begin += 1
        subject = words[begin]
        if begin == at or not (subject in _I or subject in _THEY):
            return None
        for word in words[begin + 1 : at]:
            if word in _I or word in _THEY or word in ("who", "that", "which", "you", "it"):
                return None
            if self._is_someone(word):
                return None
        return WRITER if subject in _I else OTHER

    def _antecedent(self, at: int) -> str | None:
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
            self._is_someone(word)
            and determiner in ("the", "my", "his", "her", "their", "our")
            and not any(each in _I or each == "am" for each in own)
        ):
            return OTHER
        return None

    def _noun_phrase(self, at: int, word: str, of_anybody: bool) -> str | None:
        """Tell whether a noun phrase that ends with a token is somebody."""
        words = self._words
        if word in _NO_EXPERIENCER or not word[0].isalpha() or word in _CLAUSE_STARTS:
            if word in ("us", "me") and at > 1 and words[at - 1] == "of":
                return WRITER if words[at - 2] in _OF_PEOPLE or words[at - 2] == "part" else None
            if word in ("them", "him", "her") and at > 1 and words[at - 1] == "of":
                return OTHER if words[at - 2] in _OF_PEOPLE else None
            if word in ("mine", "hers", "theirs") and at > 1 and words[at - 1] == "of":
                return OTHER if self._is_someone(words[at - 2]) else None
            return None
        if at and (words[at - 1] in _I or words[at - 1] in _THEY or words[at - 1] == "you"):
            return None  # no noun but a verb: `all I hear is angry people`
        if at and words[at - 1] in _CLAUSE_STARTS and not word.endswith("s"):
            of_anybody = False  # `but otherwise was amazed`
        someone = self._is_someone(word)
        begin = self._begin_of_phrase(at)
        if someone and begin is None:
            someone = False
        if not someone and self._is_name(at):
            someone = True
        if not someone and not (of_anybody and not word.endswith("ing")):
            return None
        begin = at if begin is None else begin
        before = words[begin - 1] if begin else "."
        if before in ("and", "or") and begin > 1:
            with_me = words[begin - 2]
            return None if with_me in _ME or with_me in _I else OTHER
        if before == "of" and begin > 1:
            if words[begin - 2] in _OF_PEOPLE or self._is_someone(words[begin - 2]):
                return OTHER
            return None
        if before in _PREPOSITIONS:
            return OTHER if of_anybody and self._has_head(begin - 1) else None
        return OTHER

    def _begin_of_phrase(self, at: int) -> int | None:
        """Return where the noun phrase that ends with a token begins, None if that is not told."""
        words = self._words
        for begin in range(at - 1, max(at - 4, -1), -1):
            word = words[begin]
            if word == "this":
                return None
            if word in _DETERMINERS or (word.endswith("'s") and self._is_someone(word[:-2])):
                return begin
            if word in _CLAUSE_STARTS or word[0] in CLAUSE_MARKS or word in _PREPOSITIONS:
                return begin + 1 if begin == at - 1 else None
        return at if at == 0 else None

    def _has_head(self, at: int) -> bool:
        """Tell whether a noun that may feel stands before a preposition: `a boy at the stop`."""
        words = self._words
        return at > 0 and self._is_someone(words[at - 1])

    # Single tokens

    def _starts(self, at: int) -> bool:
        """Tell whether a sentence starts after a token."""
        return at < 0 or self._words[at][0] in ".!?…\n"

    def _stands_first(self, at: int) -> bool:
        """Tell whether a sentence or clause starts with a token, alone or after a determiner."""
        words = self._words
        if at and words[at - 1] in _DETERMINERS:
            at -= 1
        return at == 0 or words[at - 1][0] in CLAUSE_MARKS or words[at - 1] in _CLAUSE_STARTS

    def _told_alone(self, follows: frozenset[str]) -> bool:
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

    def _is_state(self, word: str) -> bool:
        roles = self._roles.get(word, ())
        return "state" in roles or "mood" in roles

    def _is_someone(self, word: str) -> bool:
        roles = self._roles.get(word, ())
        return "person" in roles or "people" in roles

    def _is_name(self, at: int) -> bool:
        """Tell whether a token is written as a name, where words are not capitalised anyway."""
        words = self._words
        begin, end = self._tokens.span(at, at + 1)
        written = self._text[begin:end]
        if not written[:1].isupper() or written[1:].lower() != written[1:] or words[at] in _DAYS:
            return False
        begin, end = self._tokens.span(self._first, self._first + 1)
        if at == 0 or words[at - 1][0] in CLAUSE_MARKS or not self._text[begin:end].islower():
            return False
        if (
            at == 1
            or words[at - 2][0] in CLAUSE_MARKS
            or words[at - 1] in _TITLES
            or self._is_someone(words[at - 1])
        ):
            return True
        begin, end = self._tokens.span(at - 1, at)
        return not self._text[begin:end][:1].isupper()
