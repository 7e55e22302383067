"""Text to tokens: words, emoji, emoticons and clause marks, with their place in the text.

A token is a normalised string (lower case, NFC, straight apostrophes, emoji without variation
selectors and skin tones); its span counts code points of the text as it was given.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, pairwise, product
from typing import TypeVar

Span = tuple[int, int]
T = TypeVar("T")

CLAUSE_MARKS = frozenset(".!?,;:…()[]{}–—-\n")
"""A token that begins with one of these ends a clause."""

_WORD = r"[^\W_]+(?:'[^\W_]+)*"
_MARKS = r"[.!?,;:…()\[\]{}–—]|(?<=\s)-+(?=\s)|\n[^\S\n]*\n"
_EMOJI_BASE = (
    r"[\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\U0001f000-\U0001faff]"
)
_EMOJI_TAIL = r"[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*"
_EMOJI = rf"{_EMOJI_BASE}{_EMOJI_TAIL}(?:\u200d{_EMOJI_BASE}{_EMOJI_TAIL})*"

_ADDRESS = re.compile(r"(?:https?|ftp)://\S*|www\.\S+|[\w.+-]+@[\w-]+\.\w[\w.-]*|@\w+")
_EMOJI_TOKEN = re.compile(_EMOJI)
_EMOJI_STYLE = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_EMOJI_POSE = re.compile("\u200d[♀♂➡]")
"""What a ZWJ sequence adds to a person: their sex, and which way they face."""
_WORDS_ONLY = re.compile(rf"{_WORD}'?(?:[\s-]+{_WORD}'?)*[.!?]*")
_PLAIN = re.compile(rf"{_WORD}|{_MARKS}|{_EMOJI}")

_INVISIBLE = re.compile("[\u00ad\u0300-\u036f\u200b\u200c\u2060\ufeff]")
_LOOKALIKES = dict.fromkeys("’‘ʼ＇`´′", "'") | dict.fromkeys("‐‑", "-")
_COMMON = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.,'!?\")(-/[]")
_LENGTHENED = re.compile(r"([a-z])\1\1")
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")
_LAUGH = re.compile(r"[bmuw]*a?h+([aeiou])[aeiou]*(?:h+[aeiou]+)+h*")
_HUMP = re.compile(r"[A-Z]?[a-z']+|[A-Z]+(?![a-z])|\d+")


class Folded:
    """A text in the form that tokens are found in, able to point back into the original.

    Args:
        text: any string.
    """

    __slots__ = ("_begins", "_ends", "text")

    def __init__(self, text: str) -> None:
        self._begins: list[int] | None = None
        self._ends: list[int] | None = None
        if text.isascii():
            self.text = text.lower()
            if "`" in text:
                self.text = self.text.replace("`", "'")
            return
        straight = text
        for mark, plain in _LOOKALIKES.items():
            straight = straight.replace(mark, plain)
        folded = straight.lower()
        # Lower case only ever lengthens a text, so an equal length means letter by letter.
        if (
            len(folded) != len(text)
            or _INVISIBLE.search(folded)
            or not unicodedata.is_normalized("NFC", folded)
        ):
            folded = self._fold_clusters(straight)
        self.text = folded

    def _fold_clusters(self, text: str) -> str:
        """Fold each base character with its combining marks by itself, noting where it stood."""
        pieces: list[str] = []
        begins: list[int] = []
        ends: list[int] = []
        begin = 0
        while begin < len(text):
            end = begin + 1
            while end < len(text) and (
                unicodedata.combining(text[end]) or text[end] in "\u00ad\u200b\u200c\u2060\ufeff"
            ):
                end += 1
            cluster = unicodedata.normalize("NFC", text[begin:end].lower())
            piece = _INVISIBLE.sub("", cluster)
            pieces.append(piece)
            begins.extend([begin] * len(piece))
            ends.extend([end] * len(piece))
            begin = end
        self._begins, self._ends = begins, ends
        return "".join(pieces)

    def original(self, begin: int, end: int) -> Span:
        """Return the span of the original text that a span of the folded one stands for."""
        if self._begins is None or self._ends is None:
            return begin, end
        return self._begins[begin], self._ends[end - 1]


def is_emoji(term: str) -> bool:
    """Tell whether a term is one emoji, ZWJ sequences and skin tones included."""
    return _EMOJI_TOKEN.fullmatch(term) is not None


def is_words(term: str) -> bool:
    """Tell whether a term is made of words, not an emoji or emoticon."""
    return _WORDS_ONLY.fullmatch(Folded(term.strip()).text) is not None


def term_tokens(term: str) -> tuple[str, ...]:
    """Return the tokens that stand for a vocabulary term made of words or emoji."""
    folded = Folded(term.strip().rstrip("!?.") or term).text
    return tuple(_EMOJI_STYLE.sub("", m[0]) or m[0] for m in _PLAIN.finditer(folded))


def emoticon_pattern(emoticon: str) -> str:
    """Return the regular expression that finds one emoticon in folded text.

    Its last character may be repeated. What stands around it must not make it something else:
    a ratio (`1:3`), a list (`8)`), a path, code.
    """
    first, last = emoticon[0], emoticon[-1]
    body = re.escape(emoticon) + re.escape(last) + "*"
    if first.isdigit() and last == ")":
        return rf"(?<=\s){body}(?=\s*(?:\n|$))"
    if first not in ":;":
        before = r"(?<!\S)"
    elif last.isalnum():
        before = r"(?<![\w:;])"
    else:
        before = r"(?<![\d:;])"
    return rf"{before}{body}(?![\w/\\])"


class Tokens:
    """The tokens of a text, `words`, able to tell where they stand in the original.

    `lengthened` holds the places of those that were written with letters repeated.

    Args:
        folded: the text.
        words: its tokens.
        spans: where they stand in the folded text; if not given, each stands where it is found
            first after the one before it.
    """

    __slots__ = ("_folded", "_spans", "lengthened", "words")

    def __init__(self, folded: Folded, words: list[str], spans: list[Span] | None = None) -> None:
        self.words = words
        self.lengthened: Collection[int] = ()
        self._folded = folded
        self._spans = [] if spans is None else spans

    def span(self, first: int, after: int) -> Span:
        """Return where the tokens from `first` to before `after` stand in the original text."""
        spans = self._spans
        if after > len(spans):
            end = spans[-1][1] if spans else 0
            find = self._folded.text.find
            for word in self.words[len(spans) : after]:
                begin = find(word, end)
                end = begin + len(word)
                spans.append((begin, end))
        return self._folded.original(spans[first][0], spans[after - 1][1])


class Kept(dict[str, T]):
    """What is worked out of pieces of texts, kept in memory for those met lately.

    Args:
        work_out: what gives a piece's value.
    """

    MOST, LONGEST = 1 << 15, 40
    """How many values are kept, and the characters of the longest piece that has its value kept."""

    def __init__(self, work_out: Callable[[str], T]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, piece: str) -> T:
        value = self._work_out(piece)
        if len(piece) <= self.LONGEST:
            if len(self) >= self.MOST:
                self.clear()
            self[piece] = value
        return value


class Tokeniser:
    """Splits text into tokens.

    Args:
        emoticons: the emoticons to know, as they are in folded text; other marks only end clauses.
        known: the words that the vocabulary and the rules know, to undo spelling by ear
            (`sooo`), to join `over-joyed`, and to leave known hashtags whole.
    """

    def __init__(self, emoticons: Iterable[str], known: Collection[str]) -> None:
        ordered = sorted(set(emoticons), key=lambda e: (-len(e), e))
        self._emoticons = frozenset(ordered)
        self._known = known
        self._full = re.compile(
            "|".join(
                (
                    *_guarded([each for each in ordered if each[0].isalnum()]),
                    _WORD,
                    *_guarded([each for each in ordered if not each[0].isalnum()]),
                    _MARKS,
                    _EMOJI,
                )
            )
        )
        # Most texts hold no character that an emoticon needs: they take a pattern that is a few
        # times faster and finds the same.
        self._pieces = Kept(self._words_of_piece)
        telling, self._untold = _telling(ordered)
        self._telling = re.compile(f"[{''.join(map(re.escape, telling))}]" if telling else "(?!)")

    def __call__(self, text: str) -> Tokens:
        """Return the tokens of a text."""
        folded = Folded(text)
        plain = folded.text
        addressed = "@" in plain or "://" in plain or "www." in plain
        special = self._is_special(plain)
        if not (addressed or special or "\n" in plain):
            pieces = list(map(self._pieces.__getitem__, plain.split()))
            if None not in pieces:
                return Tokens(folded, list(chain.from_iterable(pieces)))  # type: ignore[arg-type]
        if addressed:
            plain = _ADDRESS.sub(lambda address: " " * len(address[0]), plain)
            special = self._is_special(plain)
        matches = list((self._full if special else _PLAIN).finditer(plain))
        words = [match[0] for match in matches]
        spans = [match.span() for match in matches]
        if special:
            self._each(words, self._emoticon)
        if not plain.isascii():
            self._each(words, self._emoji)
        if "-" in plain:
            self._join_hyphens(words, spans, plain)
        if "#" in plain:
            self._split_hashtags(words, spans, text, folded)
        tokens = Tokens(folded, words, spans)
        if _LENGTHENED.search(plain) or "hah" in plain or "heh" in plain:
            written = words.copy()
            self._each(words, self._shorten)
            tokens.lengthened = [at for at, word in enumerate(words) if word != written[at]]
        return tokens

    def _words_of_piece(self, piece: str) -> tuple[str, ...] | None:
        """Return the tokens of a piece if they are as written, whatever stands around it.

        Each begins with a character that begins a token wherever it stands, a hyphen aside.
        """
        if "#" in piece or "hah" in piece or "heh" in piece or _LENGTHENED.search(piece):
            return None
        words = tuple(_PLAIN.findall(piece))
        if "-" in piece and (not words or any(a + b in self._known for a, b in pairwise(words))):
            return None
        if not piece.isascii() and any(self._emoji(word) != word for word in words):
            return None
        return words

    def _is_special(self, plain: str) -> bool:
        """Tell whether a text may hold an emoticon."""
        if self._telling.search(plain):
            return True
        for each in self._untold:  # noqa: SIM110 (three times faster than any())
            if each in plain:
                return True
        return False

    @staticmethod
    def _each(words: list[str], change: Callable[[str], str]) -> None:
        for at, word in enumerate(words):
            words[at] = change(word)

    def _emoticon(self, word: str) -> str:
        """Undo a repeated last character: `:)))` is `:)`."""
        if word in self._emoticons or word[0].isalpha() or len(word) < 3:
            return word
        short = word.rstrip(word[-1]) + word[-1]
        return short if short in self._emoticons else word

    def _emoji(self, word: str) -> str:
        """Undo what only styles an emoji; any other ZWJ sequence is an emoji of its own."""
        if word.isascii() or not _EMOJI_TOKEN.match(word):
            return word
        word = _EMOJI_STYLE.sub("", word) or word
        if word in self._known or "\u200d" not in word:
            return word
        return _EMOJI_POSE.sub("", word)

    def _shorten(self, word: str) -> str:
        """Undo lengthening: `sooo` is `so`, `happyyy` `happy`, `hahahah` `haha`."""
        if word in self._known or not word[0].isalpha():
            return word
        laugh = _LAUGH.fullmatch(word)
        if laugh and 2 * f"h{laugh[1]}" in self._known:
            return 2 * f"h{laugh[1]}"
        runs = list(_LONG_RUN.finditer(word))
        if not runs or len(runs) > 4:
            return word
        return next((each for each in _shortened(word, runs) if each in self._known), word)

    def _join_hyphens(self, words: list[str], spans: list[Span], plain: str) -> None:
        """Read `over-joyed` as the one word `overjoyed` where only that one is known."""
        at = len(words) - 2
        while at >= 0:
            (begin, end), (next_begin, next_end) = spans[at], spans[at + 1]
            if plain[end:next_begin] == "-" and words[at] + words[at + 1] in self._known:
                words[at : at + 2] = [words[at] + words[at + 1]]
                spans[at : at + 2] = [(begin, next_end)]
            at -= 1

    def _split_hashtags(
        self, words: list[str], spans: list[Span], text: str, folded: Folded
    ) -> None:
        """Split `#SoHappy` at its capitals."""
        for at in range(len(words) - 1, -1, -1):
            begin, end = spans[at]
            if words[at] in self._known or begin == 0 or folded.text[begin - 1] != "#":
                continue
            written = text[slice(*folded.original(begin, end))]
            humps = list(_HUMP.finditer(written))
            if len(humps) > 1 and len(written) == end - begin and written.isascii():
                words[at : at + 1] = [hump[0].lower() for hump in humps]
                spans[at : at + 1] = [(begin + h.start(), begin + h.end()) for h in humps]


def _shortened(word: str, runs: list[re.Match[str]]) -> Iterator[str]:
    """Yield the word with each long run as two letters or one, two first."""
    for lengths in product((2, 1), repeat=len(runs)):
        pieces, at = [], 0
        for run, length in zip(runs, lengths, strict=True):
            pieces += [word[at : run.start()], run[1] * length]
            at = run.end()
        yield "".join(pieces) + word[at:]


def _guarded(emoticons: list[str]) -> list[str]:
    """Return one pattern for emoticons, tried only where one of them can begin."""
    if not emoticons:
        return []
    firsts = "".join(sorted({re.escape(each[0]) for each in emoticons}))
    return [f"(?=[{firsts}])(?:{'|'.join(map(emoticon_pattern, emoticons))})"]


def _telling(emoticons: list[str]) -> tuple[list[str], list[str]]:
    """Return few uncommon characters of which most emoticons hold one, and the other emoticons."""
    rest = [each for each in emoticons if not _COMMON.issuperset(each)]
    telling = []
    while rest:
        counts = Counter(character for each in rest for character in {*each} - _COMMON)
        best = min(counts, key=lambda character: (-counts[character], character))
        telling.append(best)
        rest = [each for each in rest if best not in each]
    return telling, [each for each in emoticons if _COMMON.issuperset(each)]
