"""How the scores of models and lexicon become one answer: the formulas, and their parameters.

Training fits the parameters with the same functions. All arrays hold a row a text, and nothing
here depends on the other rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...ontology.concepts import PRIMARIES
from ...ontology.errors import SourceError

VERSION = 1
"""Of the parameters' file."""

CLASSES = (*PRIMARIES, "other", "neutral")
"""Every concept is of one class: its primary, or `other`. `neutral` is the class of no concept."""

OTHER, NO_EMOTION = 6, 7
"""Places of the last two classes."""

NEUTRAL_NODE = "-neutral-"
"""The node that stands for no emotion beside the concepts."""

FLOOR = 1e-4
"""No source is believed to be surer than this, lest one that errs outweigh all others."""

LEXICON_PRIOR = 0.02
"""What each class gets on top of its share by the lexicon, which is often 0."""

LEAST_TOTAL = 1e-9
"""A source that gives a class less says nothing about the kinds within it."""

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Places = NDArray[np.intp]


def sigmoid(logits: Floats) -> Floats:
    """Return the probabilities of logits."""
    return 1 / (1 + np.exp(-np.clip(logits, -500, 500)))


def softmax(logits: Floats) -> Floats:
    """Return probabilities that sum to 1 along the last axis."""
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))


class Groups:
    """Columns that are summed or multiplied by the group that each belongs to.

    Args:
        groups: the group of each column, from 0; a negative one is of no group.
        count: how many groups there are.
    """

    def __init__(self, groups: Sequence[int], count: int = len(CLASSES)) -> None:
        self._order: list[int] = []
        self._starts = []
        for group in range(count):
            # The column after the last one stands first in each group, so that none is empty.
            self._starts.append(len(self._order))
            self._order.append(len(groups))
            self._order += [column for column, each in enumerate(groups) if each == group]

    def sums(self, values: Floats) -> Floats:
        """Return the sum of each group's columns."""
        return np.asarray(np.add.reduceat(self._ordered(values, 0), self._starts, axis=1))

    def products(self, values: Floats) -> Floats:
        """Return the product of each group's columns."""
        return np.asarray(np.multiply.reduceat(self._ordered(values, 1), self._starts, axis=1))

    def _ordered(self, values: Floats, filler: int) -> Floats:
        column = np.full((len(values), 1), filler, values.dtype)
        return np.concatenate([values, column], axis=1)[:, self._order]


def labels_to_classes(labels: Floats, groups: Groups) -> Floats:
    """Return the probability of each class that one of its labels holds, as if independent.

    Args:
        labels: the labels' probabilities.
        groups: the labels by class.
    """
    return _within_floor(1 - groups.products(1 - labels))


def nodes_to_classes(nodes: Floats, groups: Groups) -> Floats:
    """Return the probability of each class from those of its nodes, which sum to 1.

    Args:
        nodes: probabilities of the concepts' own, and of neutral.
        groups: the nodes by class.
    """
    return _within_floor(groups.sums(nodes))


def logits_to_classes(logits: Floats) -> Floats:
    """Return the probability of each class from their logits."""
    return _within_floor(softmax(logits))


def lexicon_to_classes(shares: Floats) -> Floats:
    """Return the probability of each class from the shares by the lexicon, which sum to 1."""
    return (shares + LEXICON_PRIOR) / (1 + len(CLASSES) * LEXICON_PRIOR)


def denied_to_classes(denied: Floats, asserted: Floats, neutral: float) -> Floats:
    """Return for each class a probability that is 0.5 unless the text denies it.

    Args:
        denied: the lexicon's masses of the classes, of negated terms.
        asserted: those of the other terms.
        neutral: the mass of no emotion.
    """
    return _within_floor((1 - denied / (denied + asserted + neutral)) / 2)


def _within_floor(probabilities: Floats) -> Floats:
    return np.clip(probabilities, FLOOR, 1 - FLOOR)


def log_odds(probabilities: Floats) -> Floats:
    """Return the logarithms of the odds."""
    return np.asarray(np.log(probabilities / (1 - probabilities)))


@dataclass(frozen=True, slots=True)
class Parameters:
    """What is fitted for an engine and a kind of text.

    A weight that is absent is 0. Sources of classes are `labels` (from label probabilities),
    `concepts` (the encoder's nodes), `ngrams` (class logits of the n-gram model), `lexicon` and
    `denied` (what the lexicon found negated).
    Biases and thresholds have one value a label, class or primary. `label_factors` are what the
    labels' probabilities are multiplied by before they divide a class, 1 / the frequency of each:
    among its kinds a rare one is not to lose its place for its rarity alone.
    """

    label_weights: Mapping[str, float]
    label_bias: Floats
    label_thresholds: Floats
    label_factors: Floats
    class_weights: Mapping[str, float]
    class_bias: Floats
    primary_weights: Mapping[str, float]
    primary_bias: Floats
    primary_thresholds: Floats
    within_weights: Mapping[str, float]

    def labels(self, scores: Mapping[str, Floats]) -> Floats:
        """Return the labels' probabilities.

        Args:
            scores: their logits by the models that have any, `encoder` and `linear`.
        """
        total = np.zeros_like(next(iter(scores.values()))) + self.label_bias
        for name in sorted(scores):
            total += self.label_weights.get(name, 0.0) * scores[name]
        return sigmoid(total)

    def classes(self, sources: Mapping[str, Floats]) -> Floats:
        """Return the shares of the classes, which sum to 1.

        Args:
            sources: by name, each the probabilities of the classes.
        """
        total = np.zeros_like(next(iter(sources.values()))) + self.class_bias
        for name in sorted(sources):
            total += self.class_weights.get(name, 0.0) * np.log(sources[name])
        return softmax(total)

    def primaries(self, sources: Mapping[str, Floats]) -> Floats:
        """Return the probability of each primary, independent of the others.

        Args:
            sources: as for `classes`.
        """
        count = len(PRIMARIES)
        total = np.zeros((len(next(iter(sources.values()))), count)) + self.primary_bias
        for name in sorted(sources):
            odds = log_odds(np.ascontiguousarray(sources[name][:, :count]))
            total += self.primary_weights.get(name, 0.0) * odds
        return sigmoid(total)

    def within(
        self, classes: Floats, sources: Mapping[str, Floats], groups: Groups, column_class: Places
    ) -> Floats:
        """Return the own share of each concept: its class's, divided as the sources say.

        Each source divides a class in proportion to its values; one without any there is left
        out. What no source divides is in no column of the result.

        Args:
            classes: the shares of the classes.
            sources: by name (`concepts`, `labels`, `lexicon`), each a value a column, 0 or more.
            groups: the columns by class.
            column_class: the class of each column.
        """
        divided = np.zeros_like(next(iter(sources.values())))
        weights = np.zeros_like(classes)
        for name in sorted(sources):
            weight = self.within_weights.get(name, 0.0)
            if not weight:
                continue
            totals = groups.sums(sources[name])
            there = totals > LEAST_TOTAL
            factors = np.where(there, weight / np.where(there, totals, 1), 0)
            divided += sources[name] * factors[:, column_class]
            weights += weight * there
        shares = np.where(weights > 0, classes / np.where(weights > 0, weights, 1), 0)
        return np.asarray(divided * shares[:, column_class])


@dataclass(frozen=True, slots=True)
class Fusion:
    """The file of the parameters.

    `labels` and `nodes` name the models' outputs in order; `paths` gives each node's broader
    concepts, from its primary down to itself. `models` are the files that the parameters were
    fitted to, by name, with the SHA-256 of each.
    """

    labels: tuple[str, ...]
    nodes: tuple[str, ...]
    paths: Mapping[str, Sequence[str]]
    parameters: Parameters
    models: Mapping[str, str]


def read_fusion(path: Path, engine: str, profile: str) -> Fusion:
    """Return the parameters of an engine and a profile.

    Raises:
        SourceError: the file is missing, not of the form, or has none for them.
    """
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError):
        raise SourceError(path, None, "is not JSON") from None
    if not isinstance(content, dict) or content.get("version") != VERSION:
        raise SourceError(path, None, f"is not of version {VERSION} of the fusion's parameters")
    try:
        labels, nodes = tuple(content["labels"]), tuple(content["concepts"])
        parameters = _parameters(content["engines"][engine][profile], len(labels))
        paths = {node: tuple(content["paths"].get(node, (node,))) for node in nodes}
        models = dict(content["models"])
    except KeyError as error:
        raise SourceError(
            path, None, f"has no {error.args[0]!r} for engine {engine}, profile {profile}"
        ) from None
    except (TypeError, ValueError, AttributeError) as error:
        raise SourceError(path, None, f"is not as it should be: {error}") from None
    return Fusion(labels, nodes, paths, parameters, models)


def _parameters(given: Mapping[str, Any], labels: int) -> Parameters:
    sizes = {"label": labels, "class": len(CLASSES), "primary": len(PRIMARIES)}
    values: dict[str, Any] = {}
    for name in Parameters.__dataclass_fields__:
        if name.endswith("_weights"):
            values[name] = {source: float(weight) for source, weight in given[name].items()}
        else:
            values[name] = np.array(given[name], np.float64)
            wanted = sizes[name.partition("_")[0]]
            if values[name].shape != (wanted,):
                raise ValueError(f"{name} has not {wanted} values")
        numbers = values[name].values() if name.endswith("_weights") else values[name]
        if not all(map(isfinite, numbers)):
            raise ValueError(f"{name} has a value that is no finite number")
    return Parameters(**values)
