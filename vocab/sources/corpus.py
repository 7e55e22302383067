"""A corpus as a source: its frequent words, phrases, emoji and emoticons, with contexts."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log
from pathlib import Path

from ...ontology.errors import SourceError
from ...ontology.term_text import LONGEST_TERM, without_controls, without_invisible
from .base import Candidate, Seed
from .rows import TABLE_SUFFIXES, find_column, read_lines, read_table
from .text import EMOJI, EMOTICON, is_english, sign_pos

LONGEST_PHRASE = 4
"""In words."""

CONTEXTS = 3
CONTEXT_LENGTH = 80
"""How many contexts a term has, and how many characters each at most."""

_WORD = r"[^\W_]+(?:'[^\W_]+)*"
_ADDRESS = r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.\w[\w.-]*|@\w+|\[[A-Z]+\]"
_TOKEN = re.compile(
    rf"(?P<other>{_ADDRESS}|\w*\d\w*)"
    rf"|(?P<sign>(?<![\w:/]){EMOTICON}(?![\w/\\])|{EMOJI})"
    rf"|(?P<word>{_WORD})"
    r"|(?P<break>[.!?,;:…()\[\]{}–—/|])"
)
_ENGLISH = """
a about after against all although am among an and any anybody anyone anything are as at be because
been before being between both but by can could did do does doing done during each either every
everybody everyone everything few for from had has have having he her here hers herself him himself
his how i if in into is it its itself just many may me might mine more most much must my myself
neither nobody none nor not of on onto or other our ours ourselves shall she should since so some
somebody someone something such than that the their theirs them themselves then there these they
this those though through till to too towards until upon us very was we were what whatever when
where whether which while who whom whose why will with within without won't would you your yours
yourself yourselves
"""
_FUNCTION_WORDS = frozenset(_ENGLISH.split())
_LOOKALIKES = str.maketrans(dict.fromkeys("’‘ʼ＇`´′", "'") | dict.fromkeys("‐‑", "-"))
_STYLE = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_REPEATED_MOUTH = re.compile(r"([)(DPO\]\[])\1+$")


@dataclass(frozen=True, slots=True)
class CorpusLayout:
    """Where the texts are, and what is frequent.

    Attributes:
        text: the column of a table's texts, a name in the header or a number from 1; by default
            the column called `text`, without a header the first.
        header: whether a table's first row holds names; None: if the column is asked for by
            name, or the row has a cell `text`.
        min_count: how often a word, phrase or sign must occur.
        min_association: how much a phrase's parts must attract each other, as normalised
            pointwise mutual information: 0 if they meet by chance, 1 if they never part.
        delimiter: None: by the file's name, comma or semicolon for `.csv`, else tab.
        encoding: of the file.
    """

    text: str | None = None
    header: bool | None = None
    min_count: int = 5
    min_association: float = 0.35
    delimiter: str | None = None
    encoding: str = "utf-8"


class Corpus:
    """A corpus: a table with a column of texts (`.tsv`, `.csv`), or a file of a text a line.

    English words that only serve grammar (*my*, *about*, *could've*) are not offered by themselves.
    Phrases of 2 to 4 words are offered if, wherever they are parted in two, the parts attract
    each other (normalised pointwise mutual information; G. Bouma, Normalized (pointwise) mutual
    information in collocation extraction, GSCL 2009), unless nearly all of their occurrences are
    within one longer phrase. They are found level by level: a phrase is counted only where
    both of its shorter parts are frequent (R. Agrawal and R. Srikant, Fast algorithms for mining
    association rules, VLDB 1994), so that memory grows with the frequent ones.

    Args:
        path: the file.
        lang: the language of its texts; emoji and emoticons are `und`.
        layout: where the texts are, and what is frequent.

    Raises:
        MissingSource: the file is not there.
        SourceError: it holds no text, lacks the column, or is not in its encoding.
    """

    def __init__(self, path: Path, lang: str, layout: CorpusLayout) -> None:
        self.name = f"corpus:{path.stem}"
        self._path = path
        self._lang = lang
        self._layout = layout
        self._counts = self._count()

    def candidates(self, seeds: Sequence[Seed], depth: int) -> Iterator[Candidate]:
        """Yield the frequent terms, the most frequent first, whatever the seeds; see `Source`."""
        ordered = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        contexts = self._contexts()
        for words, count in ordered:
            term = " ".join(words)
            pos = sign_pos(term)
            yield Candidate(
                term=term,
                lang="und" if pos else self._lang,
                pos=pos,
                relation="frequent",
                seed=None,
                source=self.name,
                evidence=f"{count:,} times",
                distance=0,
                contexts=tuple(contexts.get(words, ())),
            )

    def _texts(self) -> Iterator[str]:
        layout = self._layout
        if self._path.suffix.lower() not in TABLE_SUFFIXES and layout.text is None:
            for text in read_lines(self._path, layout.encoding, forgiving=True):
                yield _plain(text)
            return
        rows = read_table(self._path, layout.encoding, layout.delimiter, forgiving=True)
        column = -1
        for line, row in rows:
            if column < 0:
                column, is_header = self._column(row)
                if is_header:
                    continue
            if column >= len(row):
                problem = f"{len(row)} columns where column {column + 1} is wanted"
                raise SourceError(self._path, line, f"{problem}; is another delimiter used?")
            yield _plain(row[column])

    def _column(self, first: list[str]) -> tuple[int, bool]:
        """Return the index of the texts' column, and whether the first row is a header."""
        layout = self._layout
        names = [cell.strip().casefold() for cell in first]
        by_name = bool(layout.text) and not str(layout.text).isdecimal()
        is_header = layout.header
        if is_header is None:
            is_header = by_name or "text" in names
        if layout.text:
            return find_column(self._path, first if is_header else None, layout.text), is_header
        return (names.index("text") if is_header and "text" in names else 0), is_header

    def _count(self) -> dict[tuple[str, ...], int]:
        numbers: dict[str, int] = {}
        stream = array("I", [0])
        signs: Counter[str] = Counter()
        for text in self._texts():
            for kind, token, _, _ in _tokens(text):
                if kind == "word":
                    stream.append(numbers.setdefault(token, len(numbers) + 1))
                    continue
                stream.append(0)
                if kind == "sign":
                    signs[token] += 1
            stream.append(0)
        if not numbers and not signs:
            raise SourceError(self._path, 1, "holds no text")
        minimum = self._layout.min_count
        grams = _frequent(stream, list(numbers), minimum)
        total = len(stream) - stream.count(0)
        kept = _phrases(grams, total, self._layout.min_association)
        kept |= {
            words: n for words, n in grams.items() if len(words) == 1 and self._is_term(*words)
        }
        return kept | {(sign,): n for sign, n in signs.items() if n >= minimum}

    def _is_term(self, word: str) -> bool:
        """Return whether a word can be a term by itself."""
        if len(word) == 1 or not is_english(self._lang):
            return len(word) > 1
        stems = {word, word.partition("'")[0], word.removesuffix("'t"), word.removesuffix("n't")}
        return stems.isdisjoint(_FUNCTION_WORDS)

    def _contexts(self) -> dict[tuple[str, ...], list[str]]:
        """Return short pieces of the first texts that each term stands in, by its words."""
        contexts: dict[tuple[str, ...], list[str]] = {words: [] for words in self._counts}
        wanted = set(contexts)
        for text in self._texts():
            tokens = list(_tokens(text))
            for at in range(len(tokens)):
                for end in range(at + 1, min(at + LONGEST_PHRASE, len(tokens)) + 1):
                    words = tuple(token for _, token, _, _ in tokens[at:end])
                    if words not in wanted:
                        continue
                    piece = _piece(text, tokens[at][2], tokens[end - 1][3])
                    if piece not in contexts[words]:
                        contexts[words].append(piece)
                    if len(contexts[words]) == CONTEXTS:
                        wanted.remove(words)
        return contexts


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", text).translate(_LOOKALIKES)
    return " ".join(without_invisible(without_controls(text)).split())


def _tokens(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield kind (word, sign, other or break), token as it is counted, and where it stands."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        token = match[0]
        if kind == "word":
            token = token.lower()
            if len(token) > LONGEST_TERM:
                kind = "other"
        elif kind == "sign":
            token = _REPEATED_MOUTH.sub(r"\1", _STYLE.sub("", token) or token)
        yield kind, token, match.start(), match.end()


def _frequent(stream: array[int], words: list[str], minimum: int) -> dict[tuple[str, ...], int]:
    """Return the count of each frequent word and phrase of a stream of word numbers.

    A 0 in the stream parts what belongs to no one phrase; number 1 is the first of `words`.
    """
    counts = Counter(stream)
    del counts[0]
    names: dict[int, tuple[str, ...]] = {
        n: (words[n - 1],) for n, count in counts.items() if count >= minimum
    }
    found = {name: counts[n] for n, name in names.items()}
    current = array("I", (n if n in names else 0 for n in stream))
    for _ in range(LONGEST_PHRASE - 1):
        pairs: Counter[tuple[int, int]] = Counter(
            pair for pair in zip(current, islice(current, 1, None), strict=False) if all(pair)
        )
        numbers: dict[tuple[int, int], int] = {}
        longer: dict[int, tuple[str, ...]] = {}
        for pair, count in pairs.items():
            if count >= minimum:
                numbers[pair] = len(numbers) + 1
                longer[len(numbers)] = name = names[pair[0]] + names[pair[1]][-1:]
                found[name] = count
        following = zip(current, islice(current, 1, None), strict=False)
        current = array("I", (numbers.get(pair, 0) for pair in following))
        names = longer
    return found


def _phrases(
    counts: dict[tuple[str, ...], int], total: int, least: float
) -> dict[tuple[str, ...], int]:
    """Return the phrases whose parts attract each other, without mere parts of a longer one."""
    kept = {
        words: count
        for words, count in counts.items()
        if len(words) > 1 and _association(words, counts, total) >= least
    }
    parts = {
        part
        for words, count in kept.items()
        for part in (words[1:], words[:-1])
        if len(part) > 1 and count >= 0.9 * counts[part]
    }
    return {words: count for words, count in kept.items() if words not in parts}


def _association(words: tuple[str, ...], counts: dict[tuple[str, ...], int], total: int) -> float:
    """Return the least normalised pointwise mutual information over all ways to part a phrase."""
    together = counts[words] / total
    if together >= 1:
        return 1.0
    return min(
        log(together * total * total / (counts[words[:cut]] * counts[words[cut:]])) / -log(together)
        for cut in range(1, len(words))
    )


def _piece(text: str, begin: int, end: int) -> str:
    """Return a term with as much of the text around it as a context may hold."""
    room = max(CONTEXT_LENGTH - (end - begin), 0)
    first = max(0, min(begin - room // 2, len(text) - CONTEXT_LENGTH))
    last = min(len(text), first + CONTEXT_LENGTH)
    piece = text[first:last]
    if first > 0:
        piece = "…" + piece[1:]
    if last < len(text):
        piece = piece[:-1] + "…"
    return piece.strip()
