"""How well an engine maps texts whose right answers are known: all figures together."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ...ontology.model import Ontology
from .answers import TIERS, Answers
from .cases import CLASSES, Cases
from .evaluation import (
    Calibration,
    Estimate,
    Flags,
    Places,
    calibration,
    confusion,
    count,
    cross_fitted,
    estimate,
    macro,
    one_hot,
    resampled_counts,
    resampled_means,
    share_estimate,
)

PARROTT = "parrott"
"""The scheme of Parrott's own concepts."""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class: texts of it, texts answered with it, and figures of these answers in [0, 1].

    `threshold_f1` is the F1 of answering with each class over a threshold.
    """

    name: str
    texts: int
    answered: int
    precision: float
    recall: float
    f1: Estimate
    threshold_f1: float


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label of GoEmotions: its texts, and the F1 with thresholds fitted here and the engine's."""

    name: str
    texts: int
    f1: float
    engine_f1: float


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of GoEmotions, and the means over those that have texts."""

    macro_f1: Estimate
    engine_macro_f1: Estimate
    rows: tuple[LabelRow, ...]


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """A concept: texts that have it as their only one, and the share in which it is found.

    `masked` is that share where the models' outputs for the text's own label were hidden.
    """

    name: str
    parrott: bool
    texts: int
    found: float
    masked: float | None


@dataclass(frozen=True, slots=True)
class Tier:
    """The concepts of a tier; `found` is the mean over them, `parrott_found` over Parrott's own.

    `masked` and `parrott_masked` are the means of what the rows have of these.
    """

    tier: int
    texts: int
    found: float
    parrott_found: float | None
    masked: float | None
    parrott_masked: float | None
    rows: tuple[ConceptRow, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of texts, and the share in which exactly the right classes come first."""

    name: str
    texts: int
    right: Estimate


@dataclass(frozen=True, slots=True)
class PeerRow:
    """A peer's figures, and how far the engine's are above them on the same resamples."""

    name: str
    macro_f1: Estimate
    top1: Estimate
    macro_f1_gain: Estimate
    top1_gain: Estimate
    f1: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of an engine on a list of cases; those of classes are for `CLASSES`.

    `top1` is the share of texts whose strongest class is right, `macro_f1` the mean F1 of these
    single answers over the classes that have texts. `threshold_macro_f1` is that of all classes
    over a threshold that is fitted on the other folds, `detected_macro_f1` over the engine's own.
    `confusion` has a row for each right class and a column for each answer, in texts.
    `cross_fitted` tells whether the answers are by parameters that were fitted on the other folds,
    and not those of the model that is named.
    """

    data: str
    texts: int
    engine: str
    profile: str
    model_version: str
    cross_fitted: bool
    macro_f1: Estimate
    top1: Estimate
    threshold_macro_f1: Estimate
    detected_macro_f1: Estimate
    classes: tuple[ClassRow, ...]
    confusion: tuple[tuple[float, ...], ...]
    calibration: Calibration
    labels: Labels | None
    tiers: tuple[Tier, ...]
    groups: tuple[Group, ...]
    peers: tuple[PeerRow, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object; fields are named as here."""
        return asdict(self)


def measure(
    cases: Cases,
    answers: Answers,
    ontology: Ontology,
    *,
    engine: str,
    profile: str,
    model_version: str,
    cross_fitted_parameters: bool = False,
    peers: Mapping[str, Sequence[str]] | None = None,
) -> Report:
    """Return the figures of answers.

    Args:
        cases: what is right.
        answers: an engine's, a row a case.
        ontology: whose concepts are counted by tier.
        engine: its name, for the report; `profile` and `model_version` likewise.
        profile: of the engine.
        model_version: of the engine.
        cross_fitted_parameters: whether they are those of `crossfit`, for the report.
        peers: the classes that other mappers answer, one a case.
    """
    gold = np.array([[each in case.classes for each in CLASSES] for case in cases.cases])
    ranks = answers.ranks
    top = ranks[:, 0]
    single = _Single(gold, top)
    others = {
        name: _Single(gold, np.array([CLASSES.index(each) for each in classes]))
        for name, classes in (peers or {}).items()
    }
    fitted = cross_fitted(answers.scores, gold)
    by_class = zip(
        CLASSES,
        single.counts.gold.astype(int).tolist(),
        single.counts.predicted.astype(int).tolist(),
        single.counts.precision.tolist(),
        single.counts.recall.tolist(),
        map(estimate, single.counts.f1, single.resampled.f1.T),
        count(gold, fitted).f1.tolist(),
        strict=True,
    )
    return Report(
        data=cases.name,
        texts=len(gold),
        engine=engine,
        profile=profile,
        model_version=model_version,
        cross_fitted=cross_fitted_parameters,
        macro_f1=estimate(*single.macro_f1),
        top1=estimate(*single.top1),
        threshold_macro_f1=_macro_f1(gold, fitted),
        detected_macro_f1=_macro_f1(gold, answers.detected),
        classes=tuple(ClassRow(*row) for row in by_class),
        confusion=tuple(map(tuple, confusion(gold, top).tolist())),
        calibration=calibration(answers.shares[np.arange(len(gold)), top], single.right),
        labels=_labels(cases, answers) if cases.labels else None,
        tiers=tuple(_tiers(cases, answers, ontology)),
        groups=tuple(_groups(cases, gold, ranks)),
        peers=tuple(
            PeerRow(
                name,
                estimate(*each.macro_f1),
                estimate(*each.top1),
                estimate(*map(operator.sub, single.macro_f1, each.macro_f1)),
                estimate(*map(operator.sub, single.top1, each.top1)),
                tuple(each.counts.f1.tolist()),
            )
            for name, each in others.items()
        ),
    )


class _Single:
    """The figures of one answer a text, over all texts and in each resample."""

    def __init__(self, gold: Flags, answers: Places) -> None:
        predicted = one_hot(answers, len(CLASSES))
        self.right: Flags = np.any(gold & predicted, axis=1)
        self.counts, self.resampled = count(gold, predicted), resampled_counts(gold, predicted)
        self.macro_f1 = float(macro(self.counts.f1, gold)), macro(self.resampled.f1, gold)
        self.top1 = float(self.right.mean()), resampled_means(self.right)


def _macro_f1(gold: Flags, predicted: Flags) -> Estimate:
    resampled = resampled_counts(gold, predicted)
    return estimate(float(macro(count(gold, predicted).f1, gold)), macro(resampled.f1, gold))


def _labels(cases: Cases, answers: Answers) -> Labels:
    gold = np.array([[each in case.labels for each in cases.labels] for case in cases.cases])
    fitted = cross_fitted(answers.labels, gold)
    texts, f1, engine_f1 = gold.sum(0), count(gold, fitted).f1, count(gold, answers.predicted).f1
    rows = zip(cases.labels, texts.tolist(), f1.tolist(), engine_f1.tolist(), strict=True)
    return Labels(
        _macro_f1(gold, fitted),
        _macro_f1(gold, answers.predicted),
        tuple(LabelRow(*row) for row in rows),
    )


def _tiers(cases: Cases, answers: Answers, ontology: Ontology) -> Iterator[Tier]:
    masked = answers.found_masked
    for tier in TIERS:
        places: dict[str, list[int]] = {}
        for place, case in enumerate(cases.cases):
            if len(case.concepts) == 1 and ontology.concepts[case.concepts[0]].tier == tier:
                places.setdefault(case.concepts[0], []).append(place)
        rows = tuple(
            ConceptRow(
                concept,
                PARROTT in ontology.concepts[concept].schemes,
                len(of_concept),
                _mean([concept in answers.found[at][tier] for at in of_concept]),
                _mean([concept in masked[at][tier] for at in of_concept]) if masked else None,
            )
            for concept, of_concept in sorted(places.items())
        )
        own = [row for row in rows if row.parrott]
        if rows:
            yield Tier(
                tier,
                sum(row.texts for row in rows),
                _mean([row.found for row in rows]),
                _mean([row.found for row in own]) if own else None,
                _mean([row.masked for row in rows]) if masked else None,
                _mean([row.masked for row in own]) if masked and own else None,
                rows,
            )


def _mean(values: Sequence[Any]) -> float:
    return float(np.mean(values))


def _groups(cases: Cases, gold: Flags, ranks: Places) -> Iterator[Group]:
    groups: dict[str, list[bool]] = {}
    for case, right, order in zip(cases.cases, gold, ranks, strict=True):
        if case.group is not None:
            first = order[: right.sum()]
            groups.setdefault(case.group, []).append(bool(right[first].all()))
    for name, each in groups.items():
        yield Group(name, len(each), share_estimate(sum(each), len(each)))
