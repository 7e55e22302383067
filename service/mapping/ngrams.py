"""The n-gram model: scores of a text from its words, pairs of words and parts of words.

A text's vector is the sum over its features, each occurrence counting the feature's weight (idf),
divided by the root of the sum of the squared norms of its words and pairs. All of it is additive
over words and pairs, so what a word contributes to the scores is worked out once. The numbers are
such that the sums are exact in float64: their order, and so a text's neighbours, cannot matter.
"""

from __future__ import annotations

import re
import threading
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...ontology.errors import SourceError
from .tokens import Kept

VERSION = 1
"""Of the file's layout."""

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
_SHORTEST, _LONGEST = 2, 5
"""Lengths of a word's parts."""

LONGEST_WORD = 40
"""Characters; a longer word counts as its beginning."""

_KEPT_WORDS = 1 << 15
"""Words whose contribution is kept in memory."""

_GRAIN = 2.0**-16
"""Squared norms are whole multiples of it, which makes their sums exact."""


def words_of(text: str) -> list[str]:
    """Return the words and marks of a text, in lower case."""
    return _TOKEN.findall(text.lower())


def parts_of(word: str) -> list[str]:
    """Return the features of a word, repeats included: itself, and its runs of 2 to 5 characters.

    A space before and after the word counts as a character of it. Of a word longer than
    `LONGEST_WORD` the beginning counts.

    Example:
        >>> parts_of("sad")
        ['wsad', 'c s', 'csa', 'cad', 'cd ', 'c sa', 'csad', 'cad ', 'c sad', 'csad ']
    """
    word = word[:LONGEST_WORD]
    padded = f" {word} "
    size = len(padded)
    return [
        "w" + word,
        *(
            "c" + padded[at : at + length]
            for length in range(_SHORTEST, min(_LONGEST, size - 1) + 1)
            for at in range(size - length + 1)
        ),
    ]


def pairs_of(words: Sequence[str]) -> list[str]:
    """Return the features of neighbouring words, the text's begin and end included.

    Example:
        >>> pairs_of(["so", "sad"])
        ['b^ so', 'bso sad', 'bsad $']
    """
    return [
        f"b{first} {second}" for first, second in zip(["^", *words], [*words, "$"], strict=True)
    ]


class NgramModel:
    """Linear scores of texts. Instances may be shared by threads.

    Args:
        path: an npz file with `version`; `features`, the UTF-8 bytes of all features joined by
            line feeds; `idf` float32 (features); `weights` int8 (features, outputs) and `scales`
            float32 (outputs), whose product are the coefficients; `bias` float32 (outputs).

    Raises:
        SourceError: the file is missing or not of that form.
    """

    def __init__(self, path: Path) -> None:
        arrays = _read(path)
        names = _names(arrays["features"])
        idf = arrays["idf"].astype(np.float64)
        self._scales = arrays["scales"].astype(np.float64)
        self._bias = arrays["bias"].astype(np.float64)
        self._parts = _Parts(names, idf, arrays["weights"])
        self._pairs = _Pairs(names, idf, arrays["weights"])
        self._words = _Words(self._parts, self._pairs)

    @property
    def outputs(self) -> int:
        """How many scores a text gets."""
        return len(self._scales)

    def scores(self, texts: Iterable[str]) -> Floats:
        """Return a row of logits a text."""
        known = self._words
        if len(known) > _KEPT_WORDS:
            known = self._words = _Words(self._parts, self._pairs)
        words: list[int] = []
        starts = []
        for text in texts:
            starts.append(len(words))
            words.append(_BEGIN)
            # No word goes over a space, so the words between two spaces are looked up together.
            words += chain.from_iterable(map(known.pieces.__getitem__, text.lower().split()))
            words.append(_FINISH)
        if not starts:
            return np.empty((0, self.outputs))
        places = np.array(words, np.intp)
        sums = known.rows[places]
        at, pairs = self._pairs.find(known.pair_words[places])
        # The end of a text and the begin of the next one are no pair.
        within = places[at] != _FINISH
        sums[at[within]] += self._pairs.rows[pairs[within]]
        sums = np.add.reduceat(sums, starts, axis=0)
        squares = sums[:, -1:]
        return sums[:, :-1] * self._scales / np.sqrt(np.where(squares > 0, squares, 1)) + self._bias


_BEGIN, _FINISH = 0, 1
"""Places of the begin and end of a text among the words."""


class _Parts:
    """What words contribute, from the features that are no pairs.

    Args:
        names: of all features.
        idf: their weights.
        weights: what each adds to each score, unscaled.
    """

    def __init__(self, names: Sequence[str], idf: Floats, weights: NDArray[np.int8]) -> None:
        self._place = {name: at for at, name in enumerate(names) if name[:1] != "b"}
        self._idf, self._weights = idf, weights
        self.width = weights.shape[1] + 1

    def row(self, word: str) -> Floats:
        """Return what a word adds to each score, unscaled, and its squared norm last."""
        counts = Counter(
            found for part in parts_of(word) if (found := self._place.get(part)) is not None
        )
        places = np.fromiter(counts.keys(), np.intp, len(counts))
        values = self._idf[places] * np.fromiter(counts.values(), np.float64, len(counts))
        return np.append((self._weights[places] * values[:, None]).sum(axis=0), _square(values))


class _Pairs:
    """What pairs of words contribute; arguments as for `_Parts`.

    Attributes:
        words: a number for each word of a pair, from 1; 0 stands for all others.
        rows: what each pair adds to each score, unscaled, and its squared norm last.
    """

    def __init__(self, names: Sequence[str], idf: Floats, weights: NDArray[np.int8]) -> None:
        self.words: dict[str, int] = {}
        number = self.words.setdefault
        pairs = []
        for at, name in enumerate(names):
            if name[:1] == "b":
                first, _, second = name[1:].partition(" ")
                # The order of evaluation numbers the first word before the second.
                pairs.append(
                    (number(first, len(self.words) + 1), number(second, len(self.words) + 1), at)
                )
        self._base = len(self.words) + 1
        pairs.sort()
        table = np.array(pairs, np.int64).reshape(-1, 3)
        # The last key stands for no pair, so that there is always one.
        self._keys = np.append(table[:, 0] * self._base + table[:, 1], self._base**2)
        values = idf[table[:, 2]]
        self.rows = np.empty((len(table), weights.shape[1] + 1))
        self.rows[:, :-1] = weights[table[:, 2]] * values[:, None]
        self.rows[:, -1] = np.rint(values**2 / _GRAIN) * _GRAIN

    def find(self, numbers: Places) -> tuple[Places, Places]:
        """Return where words are the first of a pair, and which row of `rows` that has."""
        keys = numbers[:-1] * self._base + numbers[1:]
        rows = np.searchsorted(self._keys, keys)
        at = np.flatnonzero(self._keys[rows] == keys)
        return at, rows[at]


class _Words(dict[str, int]):
    """Words met so far, numbered; what each contributes is worked out when it is first met.

    Attributes:
        rows: what each word adds to each score, unscaled, and its squared norm last.
        pair_words: the number of each word among those of pairs.
        pieces: the words of what stood between spaces, in lower case.
    """

    def __init__(self, parts: _Parts, pairs: _Pairs) -> None:
        super().__init__()
        self.pieces = Kept(lambda piece: tuple(self[word] for word in _TOKEN.findall(piece)))
        self._parts, self._pairs = parts, pairs
        self._adding = threading.Lock()
        self._count = 2
        self.rows = np.zeros((1 << 12, parts.width))
        self.pair_words = np.zeros(1 << 12, np.int64)
        self.pair_words[[_BEGIN, _FINISH]] = [pairs.words.get("^", 0), pairs.words.get("$", 0)]

    def __missing__(self, word: str) -> int:
        if len(word) > LONGEST_WORD:
            return self[word[:LONGEST_WORD]]
        row, pair_word = self._parts.row(word), self._pairs.words.get(word, 0)
        with self._adding:
            at = self._count
            if at == len(self.rows):
                # Others may be reading the old arrays, which stay as they are.
                self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
                self.pair_words = np.concatenate([self.pair_words, np.zeros_like(self.pair_words)])
            self.rows[at], self.pair_words[at] = row, pair_word
            self._count += 1
            self[word] = at
        return at


def _square(values: Floats) -> float:
    return float(np.rint((values**2).sum() / _GRAIN) * _GRAIN)


def _read(path: Path) -> dict[str, NDArray[Any]]:
    names = ("version", "features", "idf", "weights", "scales", "bias")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in names}
        version = arrays["version"].item()
        features = len(_names(arrays["features"]))
        finite = all(np.isfinite(arrays[name]).all() for name in names[2:])
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from None
    # NumPy reads a file of one array as well, which is no archive: TypeError.
    except (ValueError, TypeError, KeyError, zipfile.BadZipFile, zlib.error, EOFError):
        raise SourceError(path, None, "is no n-gram model") from None
    if version != VERSION:
        raise SourceError(path, None, f"has layout {version}; {VERSION} is read here")
    outputs = arrays["scales"].shape
    if (
        len(outputs) != 1
        or arrays["idf"].shape != (features,)
        or arrays["weights"].shape != (features, *outputs)
        or arrays["bias"].shape != outputs
    ):
        raise SourceError(path, None, "is no n-gram model: the sizes of its parts do not fit")
    if not finite:
        raise SourceError(path, None, "is no n-gram model: not all of its numbers are finite")
    return arrays


def _names(features: NDArray[Any]) -> list[str]:
    return features.tobytes().decode().split("\n")
