"""Labels of other emotion schemes, from the shares of the concepts they are mapped to."""

from __future__ import annotations

from typing import Any

from ...ontology.errors import UnknownName
from ...ontology.model import Ontology
from .shares import UNITS, Shares


class Scheme:
    """One scheme's labels, as far as shares of concepts can tell them.

    A label's figure is the share of its concepts without what lies in the concepts of narrower
    labels; a label mapped to no concept but named `neutral` takes the neutral share, with the
    concepts that no label covers left out. The figures are no calibrated probabilities, so there
    are no fitted thresholds either.

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
        self._labels = [
            (
                label,
                tuple(sorted(concepts)),
                tuple(sorted(c for c, above in nearest.items() if above in concepts)),
            )
            for label, concepts in sorted(labels.items())
        ]

    def answer(self, shares: Shares, least: float) -> dict[str, Any]:
        """Return the `scheme` part of an answer.

        Args:
            shares: of the text.
            least: the figure from which a label is predicted; the best one always is.
        """
        units = shares.concepts
        figures = {}
        for label, concepts, narrower in self._labels:
            if concepts:
                held = sum(units.get(c, 0) for c in concepts)
                figures[label] = (held - sum(units.get(c, 0) for c in narrower)) / UNITS
            else:
                figures[label] = shares.neutral / UNITS if label == "neutral" else 0.0
        best = max(figures.values())
        predicted = [
            label
            for label, figure in sorted(figures.items(), key=lambda each: (-each[1], each[0]))
            if figure > 0 and (figure == best or (figure >= least and label != "neutral"))
        ]
        return {
            "name": self.name,
            "labels": figures,
            "thresholds": None,
            "predicted": predicted,
        }


def _nearest(ontology: Ontology, concept: str, mapped: set[str]) -> str | None:
    """Return the closest mapped ancestor of a concept."""
    above = [each for each in ontology.path(concept)[:-1] if each in mapped]
    return above[-1] if above else None
