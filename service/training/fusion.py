"""Fits what weighs the models against each other: the parameters of `service.mapping.fusion`.

All fits are maximum likelihood by L-BFGS, a few dozen numbers on thousands of texts that no model
was trained on. Weights are never below 0, so that more evidence for a class never lowers it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...ontology.concepts import PRIMARIES
from ..mapping.fusion import (
    LEAST_TOTAL,
    VERSION,
    Floats,
    Groups,
    Parameters,
    labels_to_classes,
    lexicon_to_classes,
    log_odds,
    logits_to_classes,
    nodes_to_classes,
    sigmoid,
    softmax,
)
from .evaluation import Flags
from .targets import Targets

DIGITS = 5
"""Decimals of the parameters in the file."""

TRUST = 0.5
"""How much probabilities are believed when thresholds are fitted; the rest is what is right.

Chosen by cross-fitted figures on GoEmotions' dev.tsv, which are therefore a little too good."""

Sources = dict[str, Floats]
Loss = Callable[[Floats], tuple[float, Floats]]

_LEAST = 1e-4
"""Added to a likelihood that may be 0."""

_ROUNDS = 10
"""Of assigning texts to one of their classes; a few do."""

_GRID = np.arange(-6, 4, 0.1)
"""Log odds that are tried as thresholds."""

_SMOOTHING = 0.3
"""Log odds over which the F1 of thresholds is smoothed."""

_LEAST_WEIGHT = 0.02
"""Of a source that divides a class: it divides alone where the others say nothing."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What the models say of texts, a row a text.

    `labels` and `nodes` are the encoder's logits, None without an encoder; `ngrams` those of the
    n-gram model, labels then classes. `lexicon` are the lexicon engine's shares of the classes,
    `lexicon_nodes` those of the nodes without their kinds, `denied` the classes' probabilities by
    what it found negated.
    """

    labels: Floats | None
    nodes: Floats | None
    ngrams: Floats
    lexicon: Floats
    lexicon_nodes: Floats
    denied: Floats

    def __len__(self) -> int:
        return len(self.ngrams)

    def take(self, rows: NDArray[Any]) -> Signals:
        """Return the signals of some of the texts."""
        return Signals(
            None if self.labels is None else self.labels[rows],
            None if self.nodes is None else self.nodes[rows],
            self.ngrams[rows],
            self.lexicon[rows],
            self.lexicon_nodes[rows],
            self.denied[rows],
        )

    def without_encoder(self) -> Signals:
        """Return the signals that the engine `linear` has."""
        return replace(self, labels=None, nodes=None)


@dataclass(frozen=True, slots=True)
class Gold:
    """What is right for texts, a row a text.

    `classes` are parts that sum to 1; `nodes` the places of the concepts expressed; `labels` 1
    for the labels of a text, None where texts have no labels.
    """

    classes: Floats
    nodes: tuple[tuple[int, ...], ...]
    labels: Floats | None

    def take(self, rows: NDArray[Any]) -> Gold:
        """Return what is right for some of the texts."""
        nodes = tuple(self.nodes[row] for row in rows)
        return Gold(self.classes[rows], nodes, None if self.labels is None else self.labels[rows])


class Model:
    """The fusion with parameters, over signals of many texts.

    Args:
        targets: what the models' outputs stand for.
        parameters: of one engine and profile.
    """

    def __init__(self, targets: Targets, parameters: Parameters) -> None:
        self.parameters = parameters
        self._targets = targets
        self._labels = Groups(targets.label_class.tolist())
        self._nodes = Groups(targets.node_class.tolist())

    def labels(self, signals: Signals) -> Floats:
        """Return the probability of each label."""
        return self.parameters.labels(label_sources(signals, len(self._targets.labels)))

    def class_sources(self, signals: Signals) -> Sources:
        """Return by source the probabilities of the classes."""
        sources = {
            "labels": labels_to_classes(self.labels(signals), self._labels),
            "ngrams": logits_to_classes(signals.ngrams[:, len(self._targets.labels) :]),
            "lexicon": lexicon_to_classes(signals.lexicon),
            "denied": signals.denied,
        }
        if signals.nodes is not None:
            sources["concepts"] = nodes_to_classes(softmax(signals.nodes), self._nodes)
        return sources

    def node_sources(self, signals: Signals) -> Sources:
        """Return by source a value for each node, of which only proportions in a class count."""
        labels = np.zeros((len(signals), len(self._targets.nodes)))
        weighed = self.labels(signals) * self.parameters.label_factors
        for values, node in zip(weighed.T, self._targets.label_node, strict=True):
            labels[:, node] += values
        sources = {"labels": labels, "lexicon": signals.lexicon_nodes}
        if signals.nodes is not None:
            sources["concepts"] = softmax(signals.nodes)
        return sources

    def classes(self, signals: Signals) -> Floats:
        """Return the shares of the classes, which sum to 1."""
        return self.parameters.classes(self.class_sources(signals))

    def primaries(self, signals: Signals) -> Floats:
        """Return the probability of each primary, independent of the others."""
        return self.parameters.primaries(self.class_sources(signals))

    def nodes(self, signals: Signals) -> Floats:
        """Return the share of each node, its kinds included."""
        targets = self._targets
        own = self.parameters.within(
            self.classes(signals), self.node_sources(signals), self._nodes, targets.node_class
        )
        return own @ targets.within

    def within(self, signals: Signals) -> tuple[Sources, Sources]:
        """Return by source each node's share of its class, kinds included, and the sums of these.

        The sum over a class is 1, or 0 where the source says nothing of it.
        """
        shares, sums = {}, {}
        for name, values in self.node_sources(signals).items():
            totals = self._nodes.sums(values)[:, self._targets.node_class]
            said = totals > LEAST_TOTAL
            shares[name] = values / np.where(said, totals, np.inf) @ self._targets.within
            sums[name] = said.astype(float)
        return shares, sums


def label_sources(signals: Signals, labels: int) -> Sources:
    """Return by model the logits of the labels."""
    sources = {"linear": signals.ngrams[:, :labels]}
    return sources if signals.labels is None else sources | {"encoder": signals.labels}


def fit(
    targets: Targets, signals: Signals, gold: Gold, labels: Parameters | None = None
) -> Parameters:
    """Return the parameters of one engine and profile.

    Args:
        targets: what the models' outputs stand for.
        signals: of texts that no model was trained on; with the encoder's for its engine.
        gold: what is right for them.
        labels: whose parameters of labels to use where the texts have no labels.
    """
    weights: Mapping[str, float]
    if gold.labels is not None:
        weights, bias = _fit_logits(label_sources(signals, len(targets.labels)), gold.labels > 0)
        factors = _rounded((len(gold.labels) + 1) / (gold.labels.sum(0) + 1))
    elif labels is not None:
        weights, bias = labels.label_weights, labels.label_bias
        factors = labels.label_factors
    else:
        raise ValueError("neither texts with labels nor parameters of labels")
    nothing = np.zeros(0)
    parameters = Parameters(weights, bias, nothing, factors, {}, nothing, {}, nothing, nothing, {})
    if gold.labels is not None:
        cuts = thresholds(Model(targets, parameters).labels(signals), gold.labels > 0)
    else:
        assert labels is not None
        cuts = labels.label_thresholds
    parameters = replace(parameters, label_thresholds=cuts)

    sources = Model(targets, parameters).class_sources(signals)
    weights, bias = _fit_shares(sources, gold.classes)
    parameters = replace(parameters, class_weights=weights, class_bias=bias)

    has = gold.classes[:, : len(PRIMARIES)] > 0
    odds = {name: log_odds(each)[:, : len(PRIMARIES)] for name, each in sources.items()}
    weights, bias = _fit_logits(odds, has)
    parameters = replace(parameters, primary_weights=weights, primary_bias=bias)
    cuts = thresholds(Model(targets, parameters).primaries(signals), has)
    parameters = replace(parameters, primary_thresholds=cuts)
    return replace(parameters, within_weights=_fit_within(targets, parameters, signals, gold))


def _fit_logits(sources: Mapping[str, Floats], gold: Flags) -> tuple[dict[str, float], Floats]:
    """Fit probabilities of several things at once, a weight a source and a bias a thing."""
    stack = np.stack(list(sources.values()))

    def loss(x: Floats) -> tuple[float, Floats]:
        logits = np.tensordot(x[: len(stack)], stack, 1) + x[len(stack) :]
        wrong = sigmoid(logits) - gold
        value = np.logaddexp(0, logits).sum() - logits[gold].sum()
        slopes = np.concatenate([np.tensordot(stack, wrong, 2), wrong.sum(0)])
        return value / len(gold), slopes / len(gold)

    x = _minimise(loss, len(stack), gold.shape[1])
    return _named(sources, x), _rounded(x[len(stack) :])


def _fit_shares(sources: Mapping[str, Floats], parts: Floats) -> tuple[dict[str, float], Floats]:
    """Fit shares that sum to 1, a weight a source and a bias a class.

    A text of several classes counts, in the end, for the one of them that gets the largest share:
    so a share is the chance that its class is among the right ones.
    """
    stack = np.log(np.stack(list(sources.values())))
    wanted, x = parts, _fit_softmax(stack, parts)
    for _ in range(_ROUNDS):
        logits = np.tensordot(x[: len(stack)], stack, 1) + x[len(stack) :]
        likeliest = np.where(parts > 0, logits, -np.inf).argmax(1)
        before, wanted = wanted, np.eye(parts.shape[1])[likeliest]
        if np.array_equal(before, wanted):
            break
        x = _fit_softmax(stack, wanted)
    bias = x[len(stack) :]
    return _named(sources, x), _rounded(bias - bias.mean())


def _fit_softmax(stack: Floats, parts: Floats) -> Floats:
    def loss(x: Floats) -> tuple[float, Floats]:
        shares = softmax(np.tensordot(x[: len(stack)], stack, 1) + x[len(stack) :])
        wrong = shares - parts
        value = -(parts * np.log(np.maximum(shares, 1e-300))).sum()
        slopes = np.concatenate([np.tensordot(stack, wrong, 2), wrong.sum(0)])
        return value / len(parts), slopes / len(parts)

    return _minimise(loss, len(stack), parts.shape[1])


def _fit_within(
    targets: Targets, parameters: Parameters, signals: Signals, gold: Gold
) -> dict[str, float]:
    """Fit how the sources divide a class, so that its gold nodes, kinds included, are likely.

    Each node counts the same, however many texts it has.
    """
    shares, sums = Model(targets, parameters).within(signals)
    rows = np.array([row for row, places in enumerate(gold.nodes) for _ in places], int)
    places = np.array([place for each in gold.nodes for place in each], int)
    narrow = targets.depth[places] > 1  # a class as a whole says nothing of how it is divided
    rows, places = rows[narrow], places[narrow]
    if not len(rows):
        return _named(shares, np.full(len(shares), 1 / len(shares)))
    counts = np.bincount(places)
    parts = 1 / counts[places] / (counts > 0).sum()
    said = np.stack([each[rows, places] for each in sums.values()])
    likely = np.stack([each[rows, places] for each in shares.values()]) + _LEAST * said

    def loss(x: Floats) -> tuple[float, Floats]:
        hit, all_ = np.maximum(x @ likely, 1e-300), np.maximum(x @ said, 1e-300)
        slopes = (parts * (said / all_ - likely / hit)).sum(1)
        return float(parts @ (np.log(all_) - np.log(hit))), slopes

    x = _minimise(loss, len(shares), 0)
    x = np.maximum(x / x.sum(), _LEAST_WEIGHT) if x.sum() else np.ones(len(shares))
    return _named(shares, x / x.sum())


def thresholds(probabilities: Floats, gold: Flags, trust: float = TRUST) -> Floats:
    """Return for each column from which probability on to answer with it, for the best F1.

    With few texts of a label, the threshold that is best on them is much by chance, and the one
    that would be best if the probabilities were true can be better on others. So what counts as
    right is a blend of both. The curve of F1 over thresholds is smoothed besides: a text is
    answered with a chance that rises over the threshold as a logistic function of log odds.

    Args:
        probabilities: a column a label.
        gold: of the same shape, which labels a text has.
        trust: how much of the blend is the probabilities, in [0, 1].
    """
    logits = log_odds(np.clip(probabilities, _LEAST, 1 - _LEAST))
    right = (1 - trust) * gold + trust * probabilities
    cuts = []
    for column in range(gold.shape[1]):
        answered = sigmoid((logits[:, column] - _GRID[:, None]) / _SMOOTHING)
        hits = answered @ right[:, column]
        f1 = 2 * hits / (answered.sum(1) + right[:, column].sum() + _LEAST)
        cuts.append(_GRID[np.argmax(f1)])
    return _rounded(sigmoid(np.array(cuts)))


def _minimise(loss: Loss, weights: int, biases: int) -> Floats:
    """Return where a loss is least: weights, never below 0, then biases."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    start = np.concatenate([np.full(weights, 1 / weights), np.zeros(biases)])
    bounds = [(0.0, 20.0)] * weights + [(-20.0, 20.0)] * biases
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000}
    )
    return np.asarray(found.x)


def _named(names: Mapping[str, Any], x: Floats) -> dict[str, float]:
    return dict(zip(names, _rounded(x[: len(names)]).tolist(), strict=True))


def _rounded(values: Floats) -> Floats:
    return np.round(np.asarray(values, float), DIGITS)


def to_bytes(
    targets: Targets,
    engines: Mapping[str, Mapping[str, Parameters]],
    models: Mapping[str, bytes],
) -> bytes:
    """Return `fusion.json`: the parameters by engine and profile, and what they are for.

    Args:
        targets: what the models' outputs stand for.
        engines: the parameters.
        models: the files that they were fitted to, by name.
    """
    content = {
        "version": VERSION,
        "models": {name: hashlib.sha256(models[name]).hexdigest() for name in sorted(models)},
        "labels": targets.labels,
        "concepts": targets.nodes,
        "paths": targets.paths,
        "engines": {
            engine: {profile: _plain(parameters) for profile, parameters in profiles.items()}
            for engine, profiles in engines.items()
        },
    }
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _plain(parameters: Parameters) -> dict[str, Any]:
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in asdict(parameters).items()
    }
