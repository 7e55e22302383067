"""The n-gram model: scores of a text from its words, pairs of words and parts of words.

A text's vector is the sum over its features, each occurrence counting the feature's weight (idf),
divided by the root of the sum of the squared norms of its words and pairs. All of it is additive
over words and pairs, so what a word contributes to the scores is worked out once. The numbers are
such that the sums are exact in float64: their order, and so a text's neighbours, cannot matter.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...ontology.errors import SourceError

VERSION = 1
"""Of the file's layout."""

Floats = NDArray[np.float64]

_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
_SHORTEST, _LONGEST = 2, 5
"""Lengths of a word's parts."""

_KEPT_WORDS = 1 << 15
_KEPT_LENGTH = 40
"""Words, and the longest of them, whose contribution is kept in memory."""

_GRAIN = 2.0**-16
"""Squared norms are whole multiples of it, which makes their sums exact."""


def words_of(text: str) -> list[str]:
    """Return the words and marks of a text, in lower case."""
    return _TOKEN.findall(text.lower())


def parts_of(word: str) -> list[str]:
    """Return the features of a word, repeats included: itself, and its runs of 2 to 5 characters.

    A space before and after the word counts as a character of it.

    Example:
        >>> parts_of("sad")
        ['wsad', 'c s', 'csa', 'cad', 'cd ', 'c sa', 'csad', 'cad ', 'c sad', 'csad ']
    """
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
        names = arrays["features"].tobytes().decode().split("\n")
        self._place = {name: place for place, name in enumerate(names)}
        idf = arrays["idf"].astype(np.float64)
        self._idf = np.append(idf, 0.0)
        self._squares = np.rint(self._idf**2 / _GRAIN) * _GRAIN
        outputs = arrays["weights"].shape[1]
        # The last row stands for no feature, so that each text has one to begin with.
        self._weights = np.concatenate([arrays["weights"], np.zeros((1, outputs), np.int8)])
        self._scales = arrays["scales"].astype(np.float64)
        self._bias = arrays["bias"].astype(np.float64)
        self._none = np.zeros(outputs + 1)
        self._kept = lru_cache(maxsize=_KEPT_WORDS)(self._contribution)

    @property
    def outputs(self) -> int:
        """How many scores a text gets."""
        return len(self._scales)

    def scores(self, texts: Iterable[str]) -> Floats:
        """Return a row of logits a text."""
        kept, place, nothing = self._kept, self._place.get, len(self._idf) - 1
        rows: list[Floats] = []
        pairs: list[int] = []
        row_starts, pair_starts = [], []
        for text in texts:
            words = words_of(text)
            row_starts.append(len(rows))
            rows.append(self._none)
            rows += [
                kept(word) if len(word) <= _KEPT_LENGTH else self._contribution(word)
                for word in words
            ]
            pair_starts.append(len(pairs))
            pairs.append(nothing)
            pairs += [found for pair in pairs_of(words) if (found := place(pair)) is not None]
        if not row_starts:
            return np.empty((0, self.outputs))
        sums = np.add.reduceat(np.concatenate(rows).reshape(len(rows), -1), row_starts, axis=0)
        of_pairs = np.add.reduceat(
            self._weights[pairs] * self._idf[pairs, None], pair_starts, axis=0
        )
        squares = sums[:, -1] + np.add.reduceat(self._squares[pairs], pair_starts)
        lengths = np.sqrt(np.where(squares > 0, squares, 1))
        return (sums[:, :-1] + of_pairs) * self._scales / lengths[:, None] + self._bias

    def _contribution(self, word: str) -> Floats:
        """Return what a word adds to each score, unscaled, and its squared norm last."""
        counts = Counter(
            found for part in parts_of(word) if (found := self._place.get(part)) is not None
        )
        if not counts:
            return self._none
        places = np.fromiter(counts.keys(), np.intp, len(counts))
        values = self._idf[places] * np.fromiter(counts.values(), np.float64, len(counts))
        sums = (self._weights[places] * values[:, None]).sum(axis=0)
        square = np.rint((values**2).sum() / _GRAIN) * _GRAIN
        return np.append(sums, square)


def _read(path: Path) -> dict[str, NDArray[np.generic]]:
    names = ("version", "features", "idf", "weights", "scales", "bias")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in names}
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, zipfile.BadZipFile, EOFError):
        raise SourceError(path, None, "is no n-gram model") from None
    if int(arrays["version"]) != VERSION:
        raise SourceError(path, None, f"has layout {arrays['version']}; {VERSION} is read here")
    features = arrays["features"].tobytes().count(b"\n") + 1
    outputs = arrays["scales"].shape
    if (
        arrays["idf"].shape != (features,)
        or arrays["weights"].shape != (features, *outputs)
        or arrays["bias"].shape != outputs
    ):
        raise SourceError(path, None, "is no n-gram model: the sizes of its parts do not fit")
    return arrays
