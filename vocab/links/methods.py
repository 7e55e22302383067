"""All methods run on the whole ontology: the scores that proposals and measurements start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import compositions, opposites
from .mentions import mentioned_concepts
from .opposites import TermPair
from .space import Space

if TYPE_CHECKING:
    from numpy import ndarray


OPPOSED = 0.5
"""Score of antonyms from which on two concepts are opposites: the median of those with any."""


@dataclass(frozen=True)
class OppositeScores:
    """Scores of all pairs of concepts as opposites: arrays of shape (concepts, concepts).

    `counts` are pairs of antonyms between the vocabularies, kinds included, and `pairs` the
    antonyms themselves with their sources; `pleasant` is one probability a concept.
    """

    space: Space
    pairs: Mapping[TermPair, tuple[str, ...]]
    counts: ndarray
    antonyms: ndarray
    pleasant: ndarray
    polarity: ndarray
    kind: ndarray
    combined: ndarray


@dataclass(frozen=True)
class CompositionScores:
    """Scores of all compositions: arrays of shape (concepts, pairs of `Space.pairs`).

    `possible` says which the rules of links allow and the tree suggests, see `possible_parts`;
    `words` are those by which a concept's definition mentions another, by their rows.
    """

    space: Space
    possible: ndarray
    agreement: ndarray
    gain: ndarray
    agreed: ndarray
    mentioned: ndarray
    words: Mapping[tuple[int, int], str]
    combined: ndarray


def score_opposites(
    space: Space, members: ndarray, antonyms: Mapping[TermPair, tuple[str, ...]]
) -> OppositeScores:
    """Return the scores of all pairs of concepts as opposites.

    Args:
        space: the concepts.
        members: 1 where the term of the row expresses the concept of the column.
        antonyms: see `opposites.find_antonyms`.
    """
    poles = opposites.poles_of(space)
    counts = opposites.antonym_counts(antonyms, space.concepts, space.below)
    sizes = opposites.sizes_of(members, space.below)
    by_antonyms = opposites.antonymy(counts, sizes, space.pairs)
    pleasant = opposites.polarity(space.vectors, poles)
    opposed = opposites.opposition(pleasant)
    axis = opposites.polarity_axis(space.vectors, poles)
    kind = opposites.similarity_of_kind(space.vectors, axis, space.pairs)
    return OppositeScores(
        space=space,
        pairs=antonyms,
        counts=counts,
        antonyms=by_antonyms,
        pleasant=pleasant,
        polarity=opposed,
        kind=kind,
        combined=opposites.combined(by_antonyms, opposed, kind),
    )


def score_compositions(space: Space, antonyms: ndarray) -> CompositionScores:
    """Return the scores of all compositions of two parts.

    Args:
        space: the concepts.
        antonyms: how far concepts are opposed by antonyms, see `OppositeScores`.
    """
    possible = possible_parts(space, antonyms)
    agreement, gain = compositions.composed_agreement(space.vectors, space.pairs)
    agreed = compositions.agreement_scores(agreement, gain, possible)
    sure, words = mentioned_concepts(space)
    mentioned = compositions.mention_scores(sure, space.pairs) * possible
    return CompositionScores(
        space=space,
        possible=possible,
        agreement=agreement,
        gain=gain,
        agreed=agreed,
        mentioned=mentioned,
        words=words,
        combined=compositions.combined(agreed, mentioned),
    )


def possible_parts(space: Space, antonyms: ndarray) -> ndarray:
    """Return which pairs can be the parts of which concept, booleans (concepts, pairs).

    By the rules of links no part is the whole or a kind of it, nor of the other part. Beyond these
    the parts are of two families (two kinds of sadness are no mixture), none lies deeper in the
    tree than the whole, and none is its opposite: embeddings put opposites close together.
    """
    first, second = space.pairs
    of_whole = space.below[first].T | space.below[second].T
    deeper = (space.tiers[first] > space.tiers[:, None]) | (
        space.tiers[second] > space.tiers[:, None]
    )
    one_family = space.roots[first] == space.roots[second]
    opposite = antonyms >= OPPOSED
    against = opposite[:, first] | opposite[:, second]
    possible: ndarray = ~(of_whole | deeper | one_family | against)
    return possible
