"""An engine's answers to texts, as the numbers that are measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...ontology.concepts import PRIMARIES
from ..mapping.annotator import Annotator
from ..mapping.answer import Answer
from .cases import CLASSES, Cases
from .evaluation import Flags, Floats, Places
from .goemotions import SCHEME
from .peers import Peer
from .progress import Progress

FIRST = 3
"""A concept is found if it is among so many first ones of its tier."""
TIERS = (2, 3)
CHUNK = 200
"""Texts that are mapped between two signs of progress."""

Found = dict[int, tuple[str, ...]]
"""The first concepts by tier."""


@dataclass(frozen=True, slots=True)
class Answers:
    """An engine's answers to a list of texts, a row each.

    `shares` are of `CLASSES`, `scores` what classes are told by where several may be right: the
    primaries' probabilities if the engine gives any, else their shares; Neutral's share.
    `detected` are the classes that the engine answers by its own thresholds, Neutral where it
    detects no primary. `labels` and `predicted` are the figures of GoEmotions' labels and those
    over the engine's thresholds, without columns if there were none to ask for. `found` holds
    for each of `TIERS` the first concepts; `found_masked` likewise, where the models' outputs for
    a text's own labels were hidden, None where that was not tried.
    """

    shares: Floats
    scores: Floats
    detected: Flags
    labels: Floats
    predicted: Flags
    found: tuple[Found, ...]
    found_masked: tuple[Found, ...] | None = None

    @property
    def ranks(self) -> Places:
        """The classes of each text, greatest share first; of equal ones Neutral comes first."""
        neutral_first = np.roll(self.shares, 1, axis=1)
        order = np.argsort(-neutral_first, axis=1, kind="stable")
        ranks: Places = (order - 1) % len(CLASSES)
        return ranks


def annotate(annotator: Annotator, cases: Cases, progress: Progress) -> Answers:
    """Return an engine's answers to the texts of cases."""
    texts = [case.text for case in cases.cases]
    rows: list[tuple[Any, ...]] = []
    scheme = SCHEME if cases.labels else None
    for first in range(0, len(texts), CHUNK):
        progress(annotator.engine, first, len(texts))
        # A limit that takes in all primaries.
        answers = annotator.annotate(
            texts[first : first + CHUNK], limit=len(PRIMARIES), scheme=scheme
        )
        rows += [_row(answer, cases.labels) for answer in answers]
    shares, scores, detected, labels, predicted, found = zip(*rows, strict=True)
    return Answers(
        np.array(shares),
        np.array(scores),
        np.array(detected, dtype=bool),
        np.array(labels),
        np.array(predicted, dtype=bool),
        found,
    )


def peer_answers(peer: Peer, cases: Cases, progress: Progress) -> list[str]:
    """Return the class that another mapper answers for each text of cases."""
    answers = []
    for place, case in enumerate(cases.cases):
        progress(peer.name, place, len(cases.cases))
        answers.append(peer.primary(case.text))
    return answers


def _row(answer: Answer, labels: Sequence[str]) -> tuple[Any, ...]:
    neutral = answer.neutral + answer.other
    shares = [*(answer.primaries[each] for each in PRIMARIES), neutral]
    probability = {
        each.id: each.probability for each in answer.concepts if each.probability is not None
    }
    scores = shares
    if probability.keys() & {*PRIMARIES}:
        scores = [*(probability.get(each, 0.0) for each in PRIMARIES), neutral]
    detected = [*(each in answer.detected for each in PRIMARIES), not answer.detected]
    scheme = answer.scheme or {"labels": {}, "predicted": []}
    found = {
        tier: tuple(each.id for each in answer.concepts if each.tier == tier)[:FIRST]
        for tier in TIERS
    }
    return (
        shares,
        scores,
        detected,
        [scheme["labels"][each] for each in labels],
        [each in scheme["predicted"] for each in labels],
        found,
    )
