"""What the ontology holds: concepts, the links between them, and the evidence for those."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .iris import concept_iri, link_iri

PRIMARIES = ("Love", "Joy", "Surprise", "Anger", "Sadness", "Fear")
"""Parrott's primary emotions, in the order of his table."""

EMOTION = "Emotion"
COMBINATION = "Combination"
"""The two roots of the class hierarchy."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a stated link rests on.

    `score` is in [0, 1]; `method` names one method or several (`antonyms | polarity`); `sources`
    are IRIs, or names where a source has none (`wordnet-3.0`).
    """

    score: Decimal | None
    method: str
    status: str
    reviewer: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """An emotion: one class of the ontology.

    `tier` is 1 to 3 (4 under a tertiary), None for an extension directly under Emotion, whose
    `parent` is None too. `labels` holds every language's label, `label` the English one.
    """

    id: str
    label: str
    labels: dict[str, str]
    definition: str
    tier: int | None
    parent: str | None
    schemes: tuple[str, ...]
    sources: tuple[str, ...]
    deprecated: bool
    replaced_by: tuple[str, ...]

    @property
    def iri(self) -> str:
        """The concept's IRI."""
        return concept_iri(self.id)


@dataclass(frozen=True, slots=True)
class Link:
    """A stated dependency between emotions.

    `kind` is `isOppositeOf` (subject and one target), `isComposedOf` (the whole and its parts,
    in alphabetical order) or `leadsTo` (a combination, its `operands` and one result).
    """

    kind: str
    subject: str
    targets: tuple[str, ...]
    evidence: Evidence
    operands: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The link's id, as its IRI ends: `Delight-isComposedOf-Joy-Surprise`."""
        return "-".join((self.subject, self.kind, *self.targets))

    @property
    def iri(self) -> str:
        """The link's IRI."""
        return link_iri(self.id)
