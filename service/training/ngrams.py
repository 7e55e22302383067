"""Fits the n-gram model: logistic regressions on words, pairs of words and parts of words.

One logistic regression a GoEmotions label (liblinear), and a multinomial one for the classes. The
features are those of `service.mapping.ngrams`, which says what a text's vector is.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..mapping.ngrams import VERSION, pairs_of, parts_of, words_of
from .goemotions import Example
from .progress import Progress
from .targets import Targets
from .texts import ConceptText

LEAST_TEXTS = {"w": 3, "b": 4, "c": 5}
"""A feature is kept if at least so many training texts have it: by kind, word, pair, characters."""

LABEL_C = 3.0
"""Inverse strength of the L2 penalty of the labels' regressions."""

CLASS_C = 3.0
"""The same for the classes."""

LABELLED_WEIGHT = 0.15
"""How much a text of GoEmotions counts in the regression of the classes; one of ours counts 1."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FittedNgrams:
    """A fitted model, as `service.mapping.ngrams` reads it.

    `features` are sorted; `idf` is theirs. `weights` (features, outputs) times `scales` (outputs)
    are the coefficients, `bias` the intercepts; outputs are the labels, then the classes.
    """

    features: tuple[str, ...]
    idf: NDArray[np.float32]
    weights: NDArray[np.int8]
    scales: NDArray[np.float32]
    bias: NDArray[np.float32]

    def to_bytes(self) -> bytes:
        """Return the model as an npz file; the same model gives the same bytes."""
        file = io.BytesIO()
        np.savez_compressed(
            file,
            version=np.int64(VERSION),
            features=np.frombuffer("\n".join(self.features).encode(), np.uint8),
            idf=self.idf,
            weights=self.weights,
            scales=self.scales,
            bias=self.bias,
        )
        return file.getvalue()


def fit_ngrams(
    targets: Targets,
    examples: Sequence[Example],
    texts: Sequence[ConceptText],
    progress: Progress = lambda stage, done, total: None,
) -> FittedNgrams:
    """Fit the model.

    Args:
        targets: what the outputs stand for.
        examples: labelled texts, for the labels and, with little weight, for the classes.
        texts: texts with concepts, for the classes.
        progress: called with a stage's name, how much of it is done and how much there is.
    """
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    everything = [each.text for each in examples] + [each.text for each in texts]
    features, idf = vocabulary(everything)
    matrix = Vectors(features, idf).matrix(everything)
    labelled = matrix[: len(examples)]
    wanted = targets.label_matrix(examples)
    coefficients, intercepts = [], []
    for place in range(len(targets.labels)):
        progress("labels", place, len(targets.labels))
        gold = wanted[:, place] > 0
        if gold.all() or not gold.any():  # nothing to tell apart: the prior alone
            coefficients.append(np.zeros(len(features)))
            intercepts.append(log((gold.sum() + 0.5) / (len(gold) - gold.sum() + 0.5)))
            continue
        model = LogisticRegression(C=LABEL_C, solver="liblinear").fit(labelled, gold)
        coefficients.append(model.coef_[0])
        intercepts.append(model.intercept_[0])
    progress("classes", 0, 1)
    parts = np.concatenate(
        [
            LABELLED_WEIGHT * targets.classes_of_examples(examples),
            targets.classes_of_texts(texts),
        ]
    )
    weights, bias = fit_classes(matrix, parts, CLASS_C)
    return quantised(
        features,
        idf,
        np.concatenate([np.array(coefficients), weights]).T,
        np.concatenate([intercepts, bias]),
    )


def fit_classes(matrix: Any, parts: Floats, c: float) -> tuple[Floats, Floats]:
    """Fit a multinomial logistic regression to texts that may be of several classes in part.

    Args:
        matrix: sparse, a row a text.
        parts: a row a text, how much it counts for each class.
        c: inverse strength of the L2 penalty.

    Returns:
        The coefficients (classes, features) and intercepts (classes). A class that no text is of
        has coefficients 0 and the least intercept.
    """
    from sklearn.linear_model import LogisticRegression

    rows, classes = np.nonzero(parts)
    weights, bias = np.zeros((parts.shape[1], matrix.shape[1])), np.zeros(parts.shape[1])
    there = np.unique(classes)
    if len(there) > 1:
        model = LogisticRegression(C=c, solver="lbfgs", max_iter=300, tol=1e-4)
        model.fit(matrix[rows], classes, sample_weight=parts[rows, classes])
        if len(there) == 2:  # scikit-learn gives two classes one row
            weights[there[1]], bias[there[1]] = model.coef_[0], model.intercept_[0]
        else:
            weights[there], bias[there] = model.coef_, model.intercept_
    missing = np.setdiff1d(np.arange(parts.shape[1]), there)
    bias[missing] = (bias[there].min() if len(there) else 0) - 10
    return weights, bias


def quantised(
    features: Sequence[str], idf: NDArray[np.float32], coefficients: Floats, intercepts: Floats
) -> FittedNgrams:
    """Return the model with coefficients of 8 bits, each output with its own scale.

    Args:
        features: sorted.
        idf: a weight a feature.
        coefficients: (features, outputs).
        intercepts: (outputs).
    """
    scales = (np.abs(coefficients).max(0) / 127).astype(np.float32)
    scales[scales == 0] = 1
    weights = np.clip(np.rint(coefficients / scales.astype(float)), -127, 127).astype(np.int8)
    return FittedNgrams(tuple(features), idf, weights, scales, intercepts.astype(np.float32))


def vocabulary(texts: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Return the features to keep of training texts, sorted, and the weight of each.

    The weight is the smoothed inverse document frequency, ln((1 + texts) / (1 + its texts)) + 1.
    """
    parts = lru_cache(maxsize=None)(parts_of)
    seen: Counter[str] = Counter()
    for text in texts:
        words = words_of(text)
        seen.update({*pairs_of(words), *chain.from_iterable(map(parts, set(words)))})
    kept = tuple(sorted(each for each, count in seen.items() if count >= LEAST_TEXTS[each[0]]))
    idf = [log((1 + len(texts)) / (1 + seen[each])) + 1 for each in kept]
    return kept, np.array(idf, np.float32)


class Vectors:
    """Turns texts into rows of a sparse matrix over known features.

    Args:
        features: of the columns.
        idf: their weights.
    """

    def __init__(self, features: Sequence[str], idf: NDArray[np.float32]) -> None:
        self._place = {feature: place for place, feature in enumerate(features)}
        self._idf = [float(each) for each in idf]
        self._words: dict[str, tuple[tuple[int, ...], float]] = {}

    def matrix(self, texts: Iterable[str]) -> Any:
        """Return a `scipy.sparse.csr_matrix` of float64, a row a text."""
        from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

        starts: list[int] = [0]
        columns: list[int] = []
        values: list[float] = []
        for text in texts:
            row, squares = self._row(words_of(text))
            length = squares**0.5 or 1.0
            columns.extend(row)
            values.extend(value / length for value in row.values())
            starts.append(len(columns))
        return csr_matrix((values, columns, starts), (len(starts) - 1, len(self._place)))

    def _row(self, words: list[str]) -> tuple[dict[int, float], float]:
        """Return the sum over features by column, and the sum of squared norms of the parts."""
        row: dict[int, float] = {}
        squares = 0.0
        for word in words:
            places, norm = self._word(word)
            squares += norm
            for place in places:
                row[place] = row.get(place, 0.0) + self._idf[place]
        for pair in pairs_of(words):
            place = self._place.get(pair, -1)
            if place >= 0:
                row[place] = row.get(place, 0.0) + self._idf[place]
                squares += self._idf[place] ** 2
        return row, squares

    def _word(self, word: str) -> tuple[tuple[int, ...], float]:
        """Return the columns of a word, repeats included, and the squared norm of their sum."""
        if word not in self._words:
            found = [self._place.get(feature, -1) for feature in parts_of(word)]
            counts = Counter(place for place in found if place >= 0)
            norm = sum((count * self._idf[place]) ** 2 for place, count in counts.items())
            self._words[word] = tuple(counts.elements()), norm
        return self._words[word]
