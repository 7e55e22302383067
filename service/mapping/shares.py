"""From masses of concepts to shares of a text that sum to 1 and roll up the hierarchy."""

from __future__ import annotations

from collections.abc import Mapping

from ...ontology.concepts import PRIMARIES
from ...ontology.model import Ontology
from .answer import ConceptScore

UNITS = 1_000_000
"""Shares are whole numbers of millionths until they are given out: exact sums, short decimals."""


class Shares:
    """Shares of one text in millionths: `primaries` in their order, `other`, `neutral`.

    They sum to `UNITS`; rounding is down, the rest is neutral's. `concepts` is the share of each
    concept that has one, ancestors included.
    """

    __slots__ = ("concepts", "neutral", "other", "primaries")

    def __init__(
        self, primaries: dict[str, int], other: int, neutral: int, concepts: dict[str, int]
    ) -> None:
        self.primaries = primaries
        self.other = other
        self.neutral = neutral
        self.concepts = concepts


class Hierarchy:
    """What shares need to know of an ontology, looked up once.

    Args:
        ontology: whose concepts are scored.
    """

    def __init__(self, ontology: Ontology) -> None:
        self._roots = frozenset(c for c in ontology.concepts if len(ontology.path(c)) == 1)
        self._facts = {
            concept.id: (concept.iri, concept.label, concept.tier, tuple(ontology.path(concept.id)))
            for concept in ontology.concepts.values()
        }
        self._order = {concept: (len(facts[3]), concept) for concept, facts in self._facts.items()}

    def shares(self, masses: Mapping[str, int], neutral: int) -> Shares:
        """Return the shares of masses.

        Args:
            masses: whole masses, a concept's own and its descendants' together.
            neutral: the mass that speaks for no emotion, above 0.
        """
        if not masses:
            return Shares(dict.fromkeys(PRIMARIES, 0), 0, UNITS, {})
        roots = self._roots
        total = neutral + sum([mass for concept, mass in masses.items() if concept in roots])
        concepts = {concept: mass * UNITS // total for concept, mass in masses.items()}
        primaries = {primary: concepts.get(primary, 0) for primary in PRIMARIES}
        named = sum(primaries.values())
        outside = sum([concepts[c] for c in concepts if c in roots and c not in primaries])
        return Shares(primaries, outside, UNITS - named - outside, concepts)

    def best(
        self, shares: Shares, tier: int | None, limit: int, threshold: float
    ) -> list[ConceptScore]:
        """Return the concepts of shares, best first, on a tie the broader, then by id.

        Args:
            shares: of one text.
            tier: only this tier, all if None.
            limit: how many of each tier; those without a tier are one more group.
            threshold: the least score.
        """
        order, facts = self._order, self._facts
        counts: dict[int | None, int] = {}
        best = []
        ranked = [(-units, order[concept], concept) for concept, units in shares.concepts.items()]
        ranked.sort()
        for units, _, concept in ranked:
            score = -units / UNITS
            if not units or score < threshold:
                break
            iri, label, its_tier, path = facts[concept]
            count = counts.get(its_tier, 0)
            if count == limit or (tier is not None and tier != its_tier):
                continue
            counts[its_tier] = count + 1
            best.append(ConceptScore(concept, iri, label, its_tier, path, score))
        return best
