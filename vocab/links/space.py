"""Concepts as vectors, and what methods share: pairs, percentiles, scores combined."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ...ontology.model import Ontology
from ..assignment import Profiles

if TYPE_CHECKING:
    from numpy import ndarray

VECTORS = ("terms + description", "terms", "description")
"""The ways to make a vector of a concept, see `concept_vectors`; the first is the default."""


def concept_vectors(centroids: ndarray, descriptions: ndarray, kind: str = VECTORS[0]) -> ndarray:
    """Return one vector of length 1 a concept.

    What all concepts have in common (they are all feelings) is taken out of both parts before
    they are added: cosines of raw sentence embeddings are all high.

    Args:
        centroids: means of the embeddings of the concepts' terms, (concepts, dimensions).
        descriptions: embeddings of `label: definition`, of the same shape.
        kind: one of `VECTORS`.
    """
    if kind == "terms":
        return centred(centroids)
    if kind == "description":
        return centred(descriptions)
    return unit(centred(centroids) + centred(descriptions))


def centred(vectors: ndarray) -> ndarray:
    """Return vectors less their mean, each of length 1."""
    centre: ndarray = vectors.mean(axis=0)
    return unit(vectors - centre)


def unit(vectors: ndarray) -> ndarray:
    """Return vectors of length 1; a zero stays one."""
    import numpy

    length = numpy.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / numpy.where(length > 0, length, 1.0)


def percentiles(values: ndarray, baseline: ndarray) -> ndarray:
    """Return which share of a baseline each value reaches or exceeds, in [0, 1].

    Args:
        values: of any shape.
        baseline: values of random pairs, one dimension.
    """
    import numpy

    # Without the last bits, which depend on the machine's arithmetic, equal is equal.
    ordered = numpy.sort(numpy.round(baseline, 9))
    below = numpy.searchsorted(ordered, numpy.round(values, 9), side="right")
    return below / max(len(ordered), 1)


def tail_shares(values: ndarray, baseline: ndarray) -> ndarray:
    """Return which share of a baseline is at least each value: its empirical p-value, in [0, 1].

    Args:
        values: of any shape.
        baseline: values of random pairs, one dimension.
    """
    import numpy

    ordered = numpy.sort(numpy.round(baseline, 9))
    below = numpy.searchsorted(ordered, numpy.round(values, 9), side="left")
    return 1 - below / max(len(ordered), 1)


def either(*scores: ndarray) -> ndarray:
    """Return the noisy-or of independent scores in [0, 1]: 1 - (1 - a)(1 - b)..."""
    miss = 1 - scores[0]
    for score in scores[1:]:
        miss = miss * (1 - score)
    return 1 - miss


@dataclass(frozen=True)
class Space:
    """The concepts as the methods see them: their vectors, families and places in the tree.

    `vectors` has one row a concept, in the order of `concepts`, which is that of the ids.
    """

    ontology: Ontology
    concepts: tuple[str, ...]
    vectors: ndarray

    @cached_property
    def index(self) -> dict[str, int]:
        """Each concept's row."""
        return {concept: row for row, concept in enumerate(self.concepts)}

    @cached_property
    def below(self) -> ndarray:
        """Whether the concept of the row is that of the column or below it, booleans."""
        import numpy

        found = numpy.zeros((len(self.concepts), len(self.concepts)), dtype=bool)
        for row, concept in enumerate(self.concepts):
            for high in self.ontology.path(concept):
                if high in self.index:
                    found[row, self.index[high]] = True
        return found

    @cached_property
    def related(self) -> ndarray:
        """Whether two concepts are one, or one is a kind of the other, booleans."""
        return self.below | self.below.T

    @cached_property
    def roots(self) -> ndarray:
        """The row of the topmost ancestor of each concept: its family."""
        import numpy

        return numpy.array([self.index[self.ontology.path(each)[0]] for each in self.concepts])

    @cached_property
    def tiers(self) -> ndarray:
        """Each concept's depth in the tree; 1 for those directly under Emotion."""
        import numpy

        return numpy.array([len(self.ontology.path(each)) for each in self.concepts])

    @cached_property
    def pairs(self) -> tuple[ndarray, ndarray]:
        """Rows of the two of all pairs of concepts that are not related: the random pairs."""
        import numpy

        first, second = numpy.triu_indices(len(self.concepts), 1)
        kept = ~self.related[first, second]
        return first[kept], second[kept]

    @cached_property
    def _pair_numbers(self) -> dict[tuple[int, int], int]:
        first, second = (rows.tolist() for rows in self.pairs)
        return {pair: number for number, pair in enumerate(zip(first, second, strict=True))}

    def pair(self, one: str, other: str) -> int:
        """Return the place in `pairs` of two concepts that are not related, given by ids."""
        first, second = sorted((self.index[one], self.index[other]))
        return self._pair_numbers[first, second]

    def is_related(self, one: str, other: str) -> bool:
        """Return whether two concepts, given by ids, are one or one is a kind of the other."""
        return bool(self.related[self.index[one], self.index[other]])

    def children(self, row: int) -> list[int]:
        """Return the rows of the kinds directly below a concept."""
        below = self.ontology.children(self.concepts[row])
        return [self.index[each] for each in below if each in self.index]


def make_space(profiles: Profiles, kind: str = VECTORS[0]) -> Space:
    """Return the space of the concepts that profiles hold, by one of `VECTORS`."""
    vectors = concept_vectors(profiles.centroids, profiles.descriptions, kind)
    return Space(profiles.ontology, profiles.concepts, vectors)
