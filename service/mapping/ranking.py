"""The concepts of many texts at once, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
        names = [concepts[at] for at in order]
        self._facts = [
            (name, found.iri, found.label, found.tier, paths[name])
            for name in names
            for found in [ontology.concepts[name]]
        ]
        self._probability: Places = np.array([probability.get(name, -1) for name in names], np.intp)
        ranks: dict[int | None, list[int]] = {}
        for rank, facts in enumerate(self._facts):
            ranks.setdefault(facts[3], []).append(rank)
        self._tiers: list[tuple[int | None, Places, Places]] = [
            (tier, np.array(of_tier, np.intp), np.array(order, np.intp)[of_tier])
            for tier, of_tier in ranks.items()
        ]

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
        count = len(self._facts)
        # A whole number for each concept, the less the better: its share, then its rank on a tie.
        kept = [np.empty((len(units), 0), np.int64)]
        for each, ranks, columns in self._tiers:
            if tier is None or each == tier:
                numbers = (UNITS - units[:, columns]) * count + ranks
                kept.append(np.sort(numbers, axis=1)[:, :limit])
        best = np.sort(np.concatenate(kept, axis=1), axis=1)
        shares = UNITS - best // count
        # A share of exactly the threshold is kept, as division gives it back.
        enough = (shares > 0) & (shares / UNITS >= threshold)
        of_row, _ = np.nonzero(enough)
        found = (best % count)[enough]
        known = self._probability[found]
        told = np.full(len(found), None, object)
        told[known >= 0] = probabilities[of_row, known][known >= 0]
        facts = self._facts
        concepts = []
        for at, score, chance in zip(
            found.tolist(), (shares[enough] / UNITS).tolist(), told.tolist(), strict=True
        ):
            name, iri, label, its_tier, path = facts[at]
            concepts.append(ConceptScore(name, iri, label, its_tier, path, score, chance))
        ends = np.cumsum(enough.sum(axis=1)).tolist()
        return [concepts[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
