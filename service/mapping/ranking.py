"""The concepts of many texts at once, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

import numpy as np

from ...ontology.model import Ontology
from .answer import ConceptScore
from .fusion import Floats, Places, Whole
from .shares import UNITS


class Ranking:
    """What the order of concepts depends on, looked up once.

    Args:
        ontology: whose concepts are scored.
        concepts: their ids, in the order of the columns of shares.
        probability: for a concept whose probability is told, its column among those.
    """

    def __init__(
        self, ontology: Ontology, concepts: Sequence[str], probability: Mapping[str, int]
    ) -> None:
        paths = {concept: tuple(ontology.path(concept)) for concept in concepts}
        # On a tie the broader concept comes first, then the id decides.
        order = sorted(
            range(len(concepts)), key=lambda at: (len(paths[concepts[at]]), concepts[at])
        )
        self._order: Places = np.array(order, np.intp)
        names = [concepts[at] for at in order]
        self._facts = [
            (name, found.iri, found.label, found.tier, paths[name])
            for name in names
            for found in [ontology.concepts[name]]
        ]
        self._tiers = sorted({each[3] for each in self._facts}, key=lambda tier: tier or 0)
        self._tier: Places = np.array([self._tiers.index(each[3]) for each in self._facts], np.intp)
        self._probability: Places = np.array([probability.get(name, -1) for name in names], np.intp)

    def best(
        self, units: Whole, probabilities: Floats, tier: int | None, limit: int, threshold: float
    ) -> list[list[ConceptScore]]:
        """Return the concepts of each text, best first, on a tie the broader, then by id.

        Args:
            units: the share of each concept in millionths, a row a text.
            probabilities: those that the columns given for concepts name.
            tier: only this tier, all if None.
            limit: how many of each tier; those without a tier are one more group.
            threshold: the least score.
        """
        texts = len(units)
        columns = units[:, self._order]
        ranked = np.argsort(-columns, axis=1, kind="stable")
        rows = np.arange(texts)[:, None]
        shares = columns[rows, ranked]
        # A share of exactly the threshold is kept, as division gives it back.
        enough = (shares > 0) & (shares / UNITS >= threshold)
        keep = np.zeros_like(enough)
        tiers = self._tier[ranked]
        for at, each in enumerate(self._tiers):
            if tier is None or each == tier:
                of_tier = enough & (tiers == at)
                keep |= of_tier & (np.cumsum(of_tier, axis=1) <= limit)
        of_row, rank = np.nonzero(keep)
        found = ranked[of_row, rank]
        known = self._probability[found]
        told = np.where(known >= 0, probabilities[of_row, known], np.nan).tolist()
        best: list[list[ConceptScore]] = [[] for _ in range(texts)]
        facts = self._facts
        scores = (shares[of_row, rank] / UNITS).tolist()
        for row, concept, score, probability in zip(
            of_row.tolist(), found.tolist(), scores, told, strict=True
        ):
            name, iri, label, its_tier, path = facts[concept]
            best[row].append(
                ConceptScore(
                    name,
                    iri,
                    label,
                    its_tier,
                    path,
                    score,
                    None if isnan(probability) else probability,
                )
            )
        return best
