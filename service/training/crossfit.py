"""An engine's answers to labelled texts by parameters that were fitted without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ...ontology.errors import ToneError
from ...ontology.model import Ontology
from ..mapping.answer import NEUTRAL
from ..mapping.engines import FILES, FUSION, MODELS, check_engine
from ..mapping.fusion import Parameters, read_fusion
from ..mapping.shares import UNITS
from .answers import FIRST, TIERS, Answers, Found
from .cases import Cases
from .evaluation import FOLDS, Flags, Floats, Places, folds
from .figures import seven
from .fusion import Gold, Model, Signals, fit
from .goemotions import Example
from .progress import Progress
from .targets import Targets
from .texts import ConceptText
from .train import need, signals_of

_NO_CHANCE = -50.0
"""The logit of a label that is hidden."""


def cross_fitted_answers(
    engine: str,
    profile: str,
    ontology: Ontology,
    cases: Cases,
    progress: Progress,
    models: Path | None = None,
) -> Answers:
    """Return the answers of an engine, fitted for each fold to the other four.

    The models stay as they are; what is fitted is how they are weighed against each other. The
    profile `general` takes from texts with labels only its parameters of labels: so only these
    are fitted to such texts, and the others are those of the file.

    Args:
        engine: its name.
        profile: of the engine.
        ontology: what the texts are mapped to.
        cases: texts with labels or with concepts.
        progress: is told how far it has come.
        models: the folder of the models; the package's own if None.

    Raises:
        ToneError: nothing is fitted for the engine, a file of its models is missing or broken, a
            library is missing, or the cases are few, or have neither concepts nor labels that the
            models know.
    """
    check_engine(engine, models)
    models = MODELS if models is None else models
    if FUSION not in FILES[engine]:
        raise ToneError(f"the engine {engine} has no parameters that are fitted: no cross-fit")
    fusion = read_fusion(models / FUSION, engine, "social")
    general = read_fusion(models / FUSION, engine, "general").parameters
    targets = Targets(ontology, fusion.labels)
    if fusion.nodes != targets.nodes:
        raise ToneError(f"{models / FUSION} is of other concepts than the ontology: no cross-fit")
    unknown = sorted({*cases.labels} - {*targets.labels})
    if unknown:
        raise ToneError(f"{models / FUSION} has no label {', '.join(unknown)}: no cross-fit")
    need(("scipy",), "--cross-fit")
    if len(cases.cases) < 2 * FOLDS:
        raise ToneError(f"{cases.name} holds too few texts for {FOLDS} folds: no cross-fit")
    gold = _gold(cases, targets)
    texts = [case.text for case in cases.cases]
    files = {name: (models / name).read_bytes() for name in FILES[engine]}
    signals = signals_of(targets, ontology, profile, texts, files, progress)
    labels = [targets.labels.index(each) for each in cases.labels]
    of_labels = None if cases.labels else fusion.parameters
    fold = folds(len(texts))
    parts = []
    for each in range(FOLDS):
        progress("fusion", each, FOLDS)
        here, there = np.flatnonzero(fold == each), np.flatnonzero(fold != each)
        parameters = fit(targets, signals.take(there), gold.take(there), of_labels)
        if cases.labels and profile == "general":
            parameters = replace(
                general,
                label_weights=parameters.label_weights,
                label_bias=parameters.label_bias,
                label_thresholds=parameters.label_thresholds,
                label_factors=parameters.label_factors,
            )
        answers = fused(ontology, targets, parameters, signals.take(here), labels)
        if gold.labels is not None:
            hidden = _without_labels(signals.take(here), gold.labels[here] > 0)
            masked = fused(ontology, targets, parameters, hidden, labels).found
            answers = replace(answers, found_masked=masked)
        parts.append((here, answers))
    return _joined(parts)


def fused(
    ontology: Ontology,
    targets: Targets,
    parameters: Parameters,
    signals: Signals,
    labels: Sequence[int] = (),
) -> Answers:
    """Return what a fusion makes of signals.

    Args:
        ontology: whose concepts are the nodes.
        targets: what the signals stand for.
        parameters: of the fusion.
        signals: of texts.
        labels: which labels to answer with, places among those of the targets.
    """
    model = Model(targets, parameters)
    classes, primaries = seven(model.classes(signals)), model.primaries(signals)
    over = primaries >= parameters.primary_thresholds
    figures = model.labels(signals)
    columns = list(labels)
    return Answers(
        classes,
        np.concatenate([primaries, classes[:, -1:]], axis=1),
        np.concatenate([over, ~over.any(axis=1, keepdims=True)], axis=1),
        figures[:, columns],
        (figures >= parameters.label_thresholds)[:, columns],
        tuple(_found(ontology, targets.nodes, model.nodes(signals))),
    )


def _without_labels(signals: Signals, hidden: Flags) -> Signals:
    """Return signals in which the models give labels no chance, those that are flagged."""
    count = hidden.shape[1]
    ngrams = signals.ngrams.copy()
    ngrams[:, :count][hidden] = _NO_CHANCE
    labels = None if signals.labels is None else np.where(hidden, _NO_CHANCE, signals.labels)
    return replace(signals, labels=labels, ngrams=ngrams)


def _found(ontology: Ontology, nodes: Sequence[str], shares: Floats) -> Iterator[Found]:
    columns = {
        tier: [
            at
            for at, node in enumerate(nodes)
            if node in ontology.concepts and ontology.concepts[node].tier == tier
        ]
        for tier in TIERS
    }
    best = {
        tier: np.argsort(-shares[:, of_tier], axis=1, kind="stable")[:, :FIRST]
        for tier, of_tier in columns.items()
    }
    for row in range(len(shares)):
        yield {
            tier: tuple(
                nodes[columns[tier][at]]
                for at in best[tier][row]
                if shares[row, columns[tier][at]] * UNITS >= 1
            )
            for tier in TIERS
        }


def _gold(cases: Cases, targets: Targets) -> Gold:
    if cases.labels:
        place = {label: at for at, label in enumerate(targets.labels)}
        examples = [
            Example(case.text, frozenset(case.classes), tuple(place[each] for each in case.labels))
            for case in cases.cases
        ]
        return Gold(
            targets.classes_of_examples(examples),
            tuple(tuple(targets.label_node[list(each.labels)]) for each in examples),
            targets.label_matrix(examples),
        )
    if any(not case.concepts and case.classes != (NEUTRAL,) for case in cases.cases):
        raise ToneError(f"{cases.name} names classes and no concepts: no cross-fit")
    texts = [ConceptText(case.text, case.concepts, "", cases.name) for case in cases.cases]
    nodes = tuple(tuple(targets.nodes_of(each)) for each in texts)
    return Gold(targets.classes_of_texts(texts), nodes, None)


def _joined(parts: Sequence[tuple[Places, Answers]]) -> Answers:
    """Return the answers of folds in the order of the texts; each part names its places."""
    order = np.argsort(np.concatenate([places for places, _ in parts]))

    def joined(name: str) -> Any:
        return np.concatenate([getattr(answers, name) for _, answers in parts])[order]

    def found(name: str) -> tuple[Found, ...]:
        all_ = [each for _, answers in parts for each in getattr(answers, name) or ()]
        return tuple(all_[at] for at in order) if all_ else ()

    return Answers(
        joined("shares"),
        joined("scores"),
        joined("detected"),
        joined("labels"),
        joined("predicted"),
        found("found"),
        found("found_masked") or None,
    )
