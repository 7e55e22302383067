"""What the lexicon engine says of texts, as the fusion is fitted to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...ontology.concepts import PRIMARIES
from ...ontology.model import Ontology
from ..mapping.engines import Options
from ..mapping.fusion import CLASSES, OTHER, Floats, denied_to_classes
from ..mapping.index import UNIT_MASS
from ..mapping.lexicon import LexiconEngine
from ..mapping.settings import read_settings
from .targets import Targets


def lexicon_signals(
    ontology: Ontology, targets: Targets, profile: str, texts: Sequence[str]
) -> tuple[Floats, Floats, Floats]:
    """Return what the lexicon says of texts, as `Signals` has it.

    Returns:
        The shares of the classes, those of the nodes without their kinds, and the classes'
        probabilities by what is denied.
    """
    engine = LexiconEngine(profile, ontology)
    classes = np.zeros((len(texts), len(CLASSES)))
    nodes = np.zeros((len(texts), len(targets.nodes)))
    answers = engine.annotate(texts, Options(limit=len(targets.nodes), echo=False))
    for row, answer in enumerate(answers):
        classes[row] = [*answer.primaries.values(), answer.other, answer.neutral]
        for concept in answer.concepts:
            nodes[row, targets.place[concept.id]] += concept.score
            if len(concept.path) > 1:
                nodes[row, targets.place[concept.path[-2]]] -= concept.score
    masses = np.zeros((2, len(texts), len(CLASSES)))
    for row, text in enumerate(texts):
        found: tuple[dict[str, int], dict[str, int]] = {}, {}
        engine.find(text, found[0], False, True, found[1])
        for which, of_text in enumerate(found):
            for name, mass in of_text.items():
                if len(ontology.path(name)) == 1:
                    at = PRIMARIES.index(name) if name in PRIMARIES else OTHER
                    masses[which, row, at] += mass
    neutral = round(UNIT_MASS * read_settings(profile).neutral_mass)
    return classes, np.maximum(nodes, 0), denied_to_classes(masses[1], masses[0], neutral)
