"""Measures of how well texts are mapped: F1, accuracy, calibration, and how sure each figure is.

Texts are rows and classes columns throughout. A text may have several right classes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Places = NDArray[np.intp]

FOLDS = 5
BINS = 15
RESAMPLES = 1000
LEVEL = 0.95
"""Part of the resamples that an interval holds."""

_AT_ONCE = 50
"""Resamples that are in memory at a time."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the ends of its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each class was right (`gold`), answered (`predicted`), and both (`hits`).

    Each is an array whose last axis is the classes.
    """

    gold: Floats
    predicted: Floats
    hits: Floats

    @property
    def precision(self) -> Floats:
        """Hits as a share of the answers, in [0, 1]; 0 for a class never answered."""
        return _ratio(self.hits, self.predicted)

    @property
    def recall(self) -> Floats:
        """Hits as a share of the texts of the class, in [0, 1]; 0 for a class without any."""
        return _ratio(self.hits, self.gold)

    @property
    def f1(self) -> Floats:
        """Harmonic mean of precision and recall, in [0, 1]; 0 where both are."""
        return _ratio(2 * self.hits, self.gold + self.predicted)


def count(gold: Flags, predicted: Flags) -> Counts:
    """Return the counts of each class over all texts."""
    return Counts(*(each.sum(axis=0).astype(float) for each in (gold, predicted, gold & predicted)))


def one_hot(answers: Places, classes: int) -> Flags:
    """Return single answers, given as columns, as flags."""
    flags = np.zeros((len(answers), classes), dtype=bool)
    flags[np.arange(len(answers)), answers] = True
    return flags


def resamples(texts: int, rounds: int = RESAMPLES, seed: int = 0) -> Iterator[Floats]:
    """Yield, a block at a time, how often each resample of the texts holds each of them.

    A resample draws as many texts as there are, with replacement (Efron 1979). The same
    arguments give the same resamples, so that two methods can be compared on each.

    Yields:
        arrays of resamples by texts, `rounds` rows in all.
    """
    generator = np.random.default_rng(seed)
    for first in range(0, rounds, _AT_ONCE):
        number = min(_AT_ONCE, rounds - first)
        drawn = generator.integers(texts, size=(number, texts))
        drawn += texts * np.arange(number)[:, None]
        held = np.bincount(drawn.ravel(), minlength=number * texts)
        yield held.reshape(number, texts).astype(float)


def resampled_counts(gold: Flags, predicted: Flags, rounds: int = RESAMPLES) -> Counts:
    """Return the counts of each class in each resample: resamples by classes."""
    flags = [each.astype(float) for each in (gold, predicted, gold & predicted)]
    blocks = [[drawn @ each for each in flags] for drawn in resamples(len(gold), rounds)]
    return Counts(*(np.concatenate(each) for each in zip(*blocks, strict=True)))


def resampled_means(values: NDArray[np.generic], rounds: int = RESAMPLES) -> Floats:
    """Return the mean of one value a text in each resample."""
    numbers = values.astype(float)
    sums = [drawn @ numbers for drawn in resamples(len(numbers), rounds)]
    means: Floats = np.concatenate(sums) / len(numbers)
    return means


def estimate(value: float, resampled: Floats) -> Estimate:
    """Return a figure with the percentile interval of its values in resamples."""
    low, high = np.quantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(value), float(low), float(high))


def macro(by_class: Floats, gold: Flags) -> Floats:
    """Return the mean of a measure, its last axis the classes, over those that have texts."""
    mean: Floats = by_class[..., gold.any(axis=0)].mean(axis=-1)
    return mean


def share_estimate(right: float, texts: int) -> Estimate:
    """Return a share of right answers with Wilson's interval (1927), which small groups need."""
    z = 1.959963984540054  # of the normal distribution, for `LEVEL`
    share, spread = right / texts, z * z / texts
    middle = (share + spread / 2) / (1 + spread)
    half = (share * (1 - share) * spread + spread * spread / 4) ** 0.5 / (1 + spread)
    return Estimate(share, max(0.0, middle - half), min(1.0, middle + half))


def folds(texts: int, number: int = FOLDS) -> Places:
    """Return the fold of each text, from 0: by turns, so that it depends on its place alone."""
    return np.arange(texts) % number


def best_threshold(scores: Floats, gold: Flags) -> float:
    """Return from which score on to answer with a class, so that its F1 is best.

    It lies midway to the next lower score. Infinity where no text is of the class.
    """
    if not gold.any():
        return float("inf")
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    answered = np.arange(1, len(ranked) + 1)
    f1 = 2 * np.cumsum(gold[order]) / (answered + gold.sum())
    f1[:-1][ranked[:-1] == ranked[1:]] = -1  # equal scores are answered together or not at all
    last = int(np.argmax(f1))
    if last + 1 == len(ranked):
        return float(ranked[last])
    return float((ranked[last] + ranked[last + 1]) / 2)


def cross_fitted(scores: Floats, gold: Flags, number: int = FOLDS) -> Flags:
    """Return the classes answered for each text by thresholds fitted on the other folds."""
    fold = folds(len(scores), number)
    predicted = np.zeros(gold.shape, dtype=bool)
    for each in range(number):
        here, there = fold == each, fold != each
        for column in range(gold.shape[1]):
            threshold = best_threshold(scores[there, column], gold[there, column])
            predicted[here, column] = scores[here, column] >= threshold
    return predicted


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts of similar score: how many, their mean score, and the share answered rightly."""

    texts: int
    score: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far scores can be read as the chance of being right.

    `error` is the expected calibration error (Naeini et al. 2015): the mean distance of score and
    share of right answers over bins of equally many texts. It cannot be 0 on few texts, even
    where every score is exactly the chance: `chance` is what 95% of such cases stay below.
    """

    bins: tuple[Bin, ...]
    error: float
    chance: float


def calibration(
    scores: Floats, right: Flags, number: int = BINS, rounds: int = RESAMPLES, seed: int = 0
) -> Calibration:
    """Return how well the scores of single answers are calibrated.

    Args:
        scores: of each text's answer, in [0, 1].
        right: whether the answer is right.
        number: of bins; fewer if there are fewer texts.
        rounds: simulated cases of perfect calibration.
        seed: of the simulation.

    Texts of equal score share their right answers, so that their order plays no part.
    """
    values, place, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    hits = np.bincount(place, weights=right.astype(float))
    bins = np.array([len(each) for each in np.array_split(scores, min(number, len(scores)))])
    part = _overlaps(bins, sizes) / sizes
    mean = (part @ (sizes * values)) / bins

    def error(shares: Floats) -> Floats:
        return (np.abs(shares - mean) * bins).sum(axis=-1) / len(scores)

    shares = (part @ hits) / bins
    generator = np.random.default_rng(seed)
    simulated = []
    for first in range(0, rounds, _AT_ONCE):
        number = min(_AT_ONCE, rounds - first)
        drawn = generator.binomial(sizes, values, (number, len(sizes)))
        simulated.append(error(drawn @ part.T / bins))
    return Calibration(
        tuple(map(Bin, bins.tolist(), mean.tolist(), shares.tolist())),
        float(error(shares)),
        float(np.quantile(np.concatenate(simulated), LEVEL)),
    )


def confusion(gold: Flags, answers: Places) -> Floats:
    """Return how many texts of each class (row) got each answer (column).

    A text with several right classes counts in the row of its answer if that is one of them,
    otherwise in each of its classes' rows in equal parts.
    """
    classes = gold.shape[1]
    answered = one_hot(answers, classes)
    hit: Flags = np.any(gold & answered, axis=1)
    rows = np.where(hit[:, None], answered, gold).astype(float)
    rows /= rows.sum(axis=1, keepdims=True)
    table: Floats = rows.T @ answered.astype(float)
    return table


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _overlaps(first: Places, second: Places) -> Floats:
    """Return how much of each run of the second list of lengths lies in each of the first."""
    ends, others = np.cumsum(first)[:, None], np.cumsum(second)[None, :]
    begin = np.maximum(ends - first[:, None], others - second[None, :])
    return np.maximum(0, np.minimum(ends, others) - begin).astype(float)
