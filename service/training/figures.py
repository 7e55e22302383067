"""How well a fusion maps texts, each told by parameters that were fitted without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...ontology.concepts import PRIMARIES
from ..mapping.fusion import Floats, Parameters
from .evaluation import FOLDS, Flags, best_threshold, calibration, count, folds, macro, one_hot
from .fusion import Gold, Model, Signals, fit
from .targets import Targets

_SEVEN = len(PRIMARIES) + 1
"""Classes that are measured: the primaries, and Neutral, which `other` counts as."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of an engine with a profile, in [0, 1], cross-fitted.

    `labels` is the macro-F1 of the GoEmotions labels over their thresholds, None for texts
    without any; `detected` that of primaries and Neutral over theirs; `best` that of the one best
    class; `top1` how often that class is right; `error` the expected calibration error of its
    share.
    """

    engine: str
    profile: str
    texts: int
    labels: float | None
    detected: float
    best: float
    top1: float
    error: float

    def __str__(self) -> str:
        labels = "" if self.labels is None else f"labels {100 * self.labels:.1f}, "
        return (
            f"{self.engine}, {self.profile}, {self.texts:,} texts: {labels}"
            f"primaries and neutral {100 * self.detected:.1f} by thresholds,"
            f" {100 * self.best:.1f} by the best; best right {100 * self.top1:.1f};"
            f" calibration error {self.error:.3f}"
        )


def cross_fitted(
    engine: str,
    profile: str,
    targets: Targets,
    signals: Signals,
    gold: Gold,
    labels: Parameters | None = None,
) -> Figures:
    """Return the figures of an engine and a profile, fitted on the other four fifths each time.

    Args:
        engine: its name.
        profile: its name.
        targets: what the models' outputs stand for.
        signals: of the texts that the profile is fitted to.
        gold: what is right for them.
        labels: as for `fusion.fit`.
    """
    fold = folds(len(signals))
    classes = np.zeros((len(signals), _SEVEN))
    detected = np.zeros((len(signals), _SEVEN), bool)
    predicted = np.zeros((len(signals), len(targets.labels)), bool)
    right = seven(gold.classes) > 0
    for each in range(FOLDS):
        here, there = np.flatnonzero(fold == each), np.flatnonzero(fold != each)
        parameters = fit(targets, signals.take(there), gold.take(there), labels)
        model = Model(targets, parameters)
        neutral = seven(model.classes(signals.take(there)))[:, -1]
        threshold = best_threshold(neutral, right[there, -1])
        of_fold = signals.take(here)
        classes[here] = seven(model.classes(of_fold))
        detected[here, :-1] = model.primaries(of_fold) >= parameters.primary_thresholds
        detected[here, -1] = classes[here, -1] >= threshold
        predicted[here] = model.labels(of_fold) >= parameters.label_thresholds
    best = classes.argmax(1)
    hits = right[np.arange(len(best)), best]
    return Figures(
        engine,
        profile,
        len(signals),
        None if gold.labels is None else _macro_f1(gold.labels > 0, predicted),
        _macro_f1(right, detected),
        _macro_f1(right, one_hot(best, _SEVEN)),
        float(hits.mean()),
        calibration(classes.max(1), hits, rounds=1).error,
    )


def seven(classes: Floats) -> Floats:
    """Return shares of the primaries and Neutral from those of all classes."""
    primaries = classes[:, : len(PRIMARIES)]
    return np.concatenate([primaries, classes[:, len(PRIMARIES) :].sum(1, keepdims=True)], 1)


def _macro_f1(gold: Flags, predicted: Flags) -> float:
    return float(macro(count(gold, predicted).f1, gold))
