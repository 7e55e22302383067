"""Labels of other emotion schemes, from the concepts they are mapped to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...ontology.concepts import PRIMARIES
from ...ontology.errors import UnknownName
from ...ontology.model import Ontology
from .shares import UNITS, Shares

NEUTRAL = "neutral"
"""The label for no emotion, in those schemes that have one."""

LEAST_PROBABILITY = 0.5
"""From which a label is predicted that has no fitted threshold."""


class Scheme:
    """One scheme's labels, as far as the concepts that they are mapped to can tell them.

    A label holds its concepts and their kinds, without what lies in the concepts of narrower
    labels. A label mapped to no concept has no figure of its own, but `neutral` takes the share
    of no emotion; concepts that no label covers are left out.

    Args:
        name: the scheme.
        ontology: whose mappings to use.

    Raises:
        UnknownName: no mapping is to that scheme; the message lists those there are.
    """

    def __init__(self, name: str, ontology: Ontology) -> None:
        schemes = sorted({mapping.scheme for mapping in ontology.mappings})
        if name not in schemes:
            raise UnknownName("scheme", name, schemes)
        self.name = name
        labels: dict[str, set[str]] = {}
        for mapping in ontology.mappings:
            if mapping.scheme == name:
                concepts = labels.setdefault(mapping.label, set())
                if mapping.concept in ontology.concepts:
                    concepts.add(mapping.concept)
        mapped = {concept for concepts in labels.values() for concept in concepts}
        nearest = {concept: _nearest(ontology, concept, mapped) for concept in mapped}
        self._labels: list[tuple[str, list[_Part]]] = []
        for label, concepts in sorted(labels.items()):
            narrower = {concept for concept, above in nearest.items() if above in concepts}
            roots = sorted({ontology.path(concept)[0] for concept in concepts})
            parts = [
                (root, _under(ontology, root, concepts), _under(ontology, root, narrower))
                for root in roots
            ]
            self._labels.append((label, parts))

    def answer(
        self, shares: Shares, least: float, probabilities: Mapping[str, float] | None = None
    ) -> dict[str, Any]:
        """Return the `scheme` part of an answer.

        Without `probabilities` a label's figure is its share of the text, no probability. With
        them it is the probability that the text expresses one of the label's primaries and that
        what it expresses is of the label: 1 - the product over those primaries p of
        1 - P(p) * (the label's share of p). Concepts of no primary count with their share. No
        thresholds are fitted for either.

        Args:
            shares: of the text.
            least: the share from which a label is predicted, where there are no probabilities;
                the best label always is.
            probabilities: of each primary, independent of the others; None if the engine has
                none.
        """
        figures = {}
        for label, parts in self._labels:
            if parts:
                figures[label] = _figure(shares, parts, probabilities)
            else:
                figures[label] = shares.neutral / UNITS if label == NEUTRAL else 0.0
        if probabilities is not None:
            least = LEAST_PROBABILITY
        best = max(figures.values())
        predicted = [
            label
            for label, figure in sorted(figures.items(), key=lambda each: (-each[1], each[0]))
            if figure > 0 and (figure == best or (figure >= least and label != NEUTRAL))
        ]
        return {
            "name": self.name,
            "labels": figures,
            "thresholds": None,
            "predicted": predicted,
        }


_Part = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A root of the hierarchy, what a label holds under it, and what narrower labels take of that."""


def _figure(shares: Shares, parts: list[_Part], probabilities: Mapping[str, float] | None) -> float:
    units = shares.concepts
    total, absent = 0, 1.0
    for root, concepts, narrower in parts:
        held = sum([units.get(c, 0) for c in concepts]) - sum([units.get(c, 0) for c in narrower])
        total += held
        if held and probabilities is not None:
            chance = held / UNITS
            if root in PRIMARIES:
                chance = probabilities[root] * held / units[root]
            absent *= 1.0 - chance
    return total / UNITS if probabilities is None else round(1.0 - absent, 6)


def _nearest(ontology: Ontology, concept: str, mapped: set[str]) -> str | None:
    """Return the closest mapped ancestor of a concept."""
    above = [each for each in ontology.path(concept)[:-1] if each in mapped]
    return above[-1] if above else None


def _under(ontology: Ontology, root: str, concepts: set[str]) -> tuple[str, ...]:
    return tuple(sorted(each for each in concepts if ontology.path(each)[0] == root))
