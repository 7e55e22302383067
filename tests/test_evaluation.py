"""The measures, against what others compute or what can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tone_kg.service.training.evaluation import (
    best_threshold,
    calibration,
    confusion,
    count,
    cross_fitted,
    estimate,
    folds,
    macro,
    one_hot,
    resampled_counts,
    resampled_means,
    resamples,
    share_estimate,
)

TEXTS, CLASSES = 300, 4


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(5)


def test_precision_recall_and_f1_are_those_of_scikit_learn(random: np.random.Generator) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    gold, predicted = random.random((2, TEXTS, CLASSES)) < 0.3
    predicted[:, 3] = False
    counts = count(gold, predicted)
    precision, recall, f1, texts = metrics.precision_recall_fscore_support(
        gold, predicted, zero_division=0
    )
    np.testing.assert_allclose(counts.precision, precision)
    np.testing.assert_allclose(counts.recall, recall)
    np.testing.assert_allclose(counts.f1, f1)
    np.testing.assert_array_equal(counts.gold, texts)


def test_a_class_without_texts_does_not_count_in_the_mean() -> None:
    gold = np.array([[True, False, False], [True, False, False], [False, True, False]])
    predicted = one_hot(np.array([0, 1, 1]), 3)
    assert macro(count(gold, predicted).f1, gold) == pytest.approx(2 / 3)


def test_figures_of_a_resample_are_those_of_its_texts(random: np.random.Generator) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    gold, predicted = random.random((2, TEXTS, CLASSES)) < 0.3
    resampled = resampled_counts(gold, predicted, rounds=60)
    drawn = np.concatenate(list(resamples(TEXTS, rounds=60)))
    assert drawn.shape == (60, TEXTS)
    assert (drawn.sum(axis=1) == TEXTS).all()
    for row in (0, 59):
        texts = np.repeat(np.arange(TEXTS), drawn[row].astype(int))
        f1 = metrics.f1_score(gold[texts], predicted[texts], average=None, zero_division=0)
        np.testing.assert_allclose(resampled.f1[row], f1)


def test_the_interval_of_a_mean_is_as_wide_as_scipy_finds(random: np.random.Generator) -> None:
    stats = pytest.importorskip("scipy.stats")
    right = random.random(2000) < 0.7
    found = estimate(right.mean(), resampled_means(right))
    other = stats.bootstrap(
        (right.astype(float),), np.mean, method="percentile", n_resamples=1000, rng=random
    ).confidence_interval
    assert found.value == right.mean()
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=0.004)


def test_the_interval_of_a_share_is_wilsons() -> None:
    stats = pytest.importorskip("scipy.stats")
    for right, texts in ((0, 7), (6, 7), (7, 7), (130, 400)):
        other = stats.binomtest(right, texts).proportion_ci(method="wilson")
        found = share_estimate(right, texts)
        assert found.value == right / texts
        assert (found.low, found.high) == pytest.approx((other.low, other.high))


def test_calibration_bins_are_scikit_learns_of_equal_mass(random: np.random.Generator) -> None:
    sklearn = pytest.importorskip("sklearn.calibration")
    scores = random.random(1500)
    right = random.random(1500) < scores**2
    found = calibration(scores, right)
    true, score = sklearn.calibration_curve(right, scores, n_bins=15, strategy="quantile")
    np.testing.assert_allclose([each.right for each in found.bins], true)
    np.testing.assert_allclose([each.score for each in found.bins], score)
    assert found.error == pytest.approx(np.abs(true - score).mean())  # of 100 texts each
    assert found.error > found.chance


def test_what_is_calibrated_stays_below_what_chance_gives(random: np.random.Generator) -> None:
    below = 0
    for _ in range(20):
        scores = random.random(400)
        found = calibration(scores, random.random(400) < scores, rounds=200)
        below += found.error < found.chance
    assert below >= 17  # 19 of 20 in the long run


def test_equal_scores_are_one_whatever_their_order() -> None:
    scores = np.array([0.5] * 40 + [0.9] * 5)  # nine texts a bin
    right = np.array([True] * 10 + [False] * 30 + [True] * 5)
    found = calibration(scores, right, 5)
    assert found == calibration(scores[::-1], right[::-1], 5)
    mixed = abs((4 * 0.5 + 5 * 0.9) / 9 - (4 * 0.25 + 5) / 9)
    assert found.error == pytest.approx((36 * 0.25 + 9 * mixed) / 45)


def test_the_best_threshold_is_the_best_of_all(random: np.random.Generator) -> None:
    for _ in range(20):
        scores = np.round(random.random(40), 1)  # with equal ones
        gold = random.random(40) < scores
        gold[0] = True
        reached = count(gold[:, None], (scores >= best_threshold(scores, gold))[:, None]).f1
        best = max(
            count(gold[:, None], (scores >= least)[:, None]).f1[0] for least in np.unique(scores)
        )
        assert reached[0] == pytest.approx(best)


def test_a_class_without_texts_is_never_answered() -> None:
    assert best_threshold(np.array([0.2, 1.0]), np.array([False, False])) > 1


def test_no_text_has_a_say_in_its_own_threshold(random: np.random.Generator) -> None:
    scores = random.random((100, 2))
    gold = random.random((100, 2)) < scores
    before = cross_fitted(scores, gold)
    own = folds(100) == 2
    gold[own] = ~gold[own]
    after = cross_fitted(scores, gold)
    np.testing.assert_array_equal(before[own], after[own])
    assert (before[~own] != after[~own]).any()


def test_confusion_counts_a_text_once() -> None:
    gold = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 0], [0, 1, 0]], dtype=bool)
    table = confusion(gold, np.array([0, 1, 2, 0]))
    np.testing.assert_allclose(table, [[1, 0, 0.5], [1, 1, 0.5], [0, 0, 0]])
