"""What a concept is made of: agreement of embeddings, and what its definition mentions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .space import either, tail_shares

if TYPE_CHECKING:
    from numpy import ndarray

LIKELY = 0.5
"""What agreement counts beside the definition: synonyms agree as well as parts do."""


def composed_agreement(vectors: ndarray, pairs: tuple[ndarray, ndarray]) -> tuple[ndarray, ndarray]:
    """Return how well each concept agrees with each pair's sum, and by how much better.

    The first is cos(c, a + b); the second is that less the better of cos(c, a) and cos(c, b).

    Args:
        vectors: one row of length 1 a concept.
        pairs: rows of the parts, (first, second), each of length n.

    Returns:
        Two arrays of shape (concepts, n).
    """
    import numpy

    first, second = pairs
    cosines = vectors @ vectors.T
    length = numpy.sqrt(numpy.maximum(2 + 2 * cosines[first, second], 1e-12))
    agreement = (cosines[:, first] + cosines[:, second]) / length
    return agreement, agreement - numpy.maximum(cosines[:, first], cosines[:, second])


def agreement_scores(agreement: ndarray, gain: ndarray, possible: ndarray) -> ndarray:
    """Return the score of each composition by its embedding, in [0, 1].

    Two shares are empirical p-values: that of the random pairs of this concept that agree at least
    as well with it, and that of all random compositions that gain at least as much by the second
    part. Both must be small, so the greater one counts (intersection-union test); the score is its
    logarithm, as a share of that of the least p-value there can be, one in the number of pairs.
    Where nothing is gained it is 0: one part alone explains as much.

    Args:
        agreement: as `composed_agreement` has it, (concepts, pairs).
        gain: the same.
        possible: which are compositions that the rules of links allow, booleans of that shape.
    """
    import numpy

    by_gain = tail_shares(gain, gain[possible])
    least = 1 / max(int(possible.sum(axis=1).max()), 2)
    scores = numpy.zeros(agreement.shape)
    for row in range(len(agreement)):
        own = agreement[row][possible[row]]
        p = numpy.maximum(tail_shares(agreement[row], own), by_gain[row])
        scores[row] = numpy.log(numpy.clip(p, least, 1)) / numpy.log(least)
    return numpy.where(possible & (numpy.round(gain, 9) > 0), scores, 0.0)


def mention_scores(mentioned: ndarray, pairs: tuple[ndarray, ndarray]) -> ndarray:
    """Return the score of each composition by the concept's definition, in [0, 1].

    It is the geometric mean of how surely both parts are mentioned: 0 where one is not.

    Args:
        mentioned: how surely the text of the row's concept mentions the column's, or a kind of it.
        pairs: rows of the parts.
    """
    import numpy

    return numpy.sqrt(mentioned[:, pairs[0]] * mentioned[:, pairs[1]])


def combined(agreement: ndarray, mention: ndarray) -> ndarray:
    """Return the scores of both methods as one: the noisy-or of half of the agreement and the
    mention."""
    return either(LIKELY * agreement, mention)
