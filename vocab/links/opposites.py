"""Which concepts are opposites: antonyms, polarity, similarity of kind, and all three."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from ..antonyms import Row, antonym_rows
from ..offers import seeds_of
from ..senses import SenseJudge
from ..sources import ANTONYM, Source, WordNet
from .space import Space, either, percentiles, unit

if TYPE_CHECKING:
    from numpy import ndarray

    from ...ontology.model import Ontology

PLEASANT = ("Joy", "Love")
UNPLEASANT = ("Sadness", "Anger", "Fear")
"""The families whose vocabularies are the poles of polarity; Surprise can be either."""

SAME_WORD = ("antonym", "derivation > antonym", "pertainym > antonym")
"""The paths in WordNet from a term to an antonym of it or of a word derived from it."""

NEEDED = 0.5
"""What polarity and kind together count beside antonyms: opposites need both, but many pairs that
have both are no opposites."""

TermPair = tuple[tuple[str, str], tuple[str, str]]
"""Two terms that are antonyms, each with its concept: ((concept, term), (concept, term))."""


def find_antonyms(
    ontology: Ontology, sources: Sequence[Source], lang: str, judge: SenseJudge
) -> dict[TermPair, tuple[str, ...]]:
    """Return the pairs of known terms that are antonyms, with the names of the sources.

    In WordNet also antonyms of derived words count (*sorrowful*: *sorrow*, whose antonym is
    *joy*). A pair that is found from both sides is one.

    Raises:
        ToneError: there are no known terms in the language, or a source or the model fails.
    """
    seeds = seeds_of(ontology, lang)
    found = []
    for source in sources:
        depth = 2 if isinstance(source, WordNet) else 1
        for each in source.candidates(seeds, depth):
            if each.relation == ANTONYM and (depth == 1 or _path(each.evidence) in SAME_WORD):
                found.append(each)
    pairs: dict[TermPair, set[str]] = {}
    for row in antonym_rows(ontology, lang, found, judge):
        pairs.setdefault(_pair(row), set()).add(row[5])
    return {pair: tuple(sorted(names)) for pair, names in sorted(pairs.items())}


def _path(evidence: str) -> str:
    """Return the relations of WordNet's evidence: `n:07527352 antonym (from n:07532440 woe)`."""
    return evidence.partition(" ")[2].partition(" (from ")[0]


def _pair(row: Row) -> TermPair:
    term, _, concept, antonym, antonym_concept, *_ = row
    first, second = sorted([(concept, term.casefold()), (antonym_concept, antonym.casefold())])
    return first, second


def antonym_counts(pairs: Iterable[TermPair], concepts: Sequence[str], below: ndarray) -> ndarray:
    """Return how many pairs of antonyms the vocabularies of each two concepts hold.

    Args:
        pairs: antonyms, each pair once.
        concepts: ids, one a row.
        below: whether the concept of the row is that of the column or below it. A concept's
            vocabulary holds that of its kinds.
    """
    import numpy

    row = {concept: index for index, concept in enumerate(concepts)}
    own = numpy.zeros((len(concepts), len(concepts)))
    counted = Counter((first[0], second[0]) for first, second in pairs)
    for (first, second), count in counted.items():
        if first in row and second in row:
            own[row[first], row[second]] += count
            own[row[second], row[first]] += count
    families = below.T.astype(float)
    total: ndarray = families @ own @ families.T
    return total


def antonymy(counts: ndarray, sizes: ndarray, pairs: tuple[ndarray, ndarray]) -> ndarray:
    """Return how strongly vocabularies are opposed by antonyms, in [0, 1).

    The density is the number of pairs of antonyms, divided by the geometric mean of the sizes of
    the two vocabularies; the score is d / (d + m), where m is the median density of the pairs of
    concepts that have any.

    Args:
        counts: pairs of antonyms of each two concepts, (concepts, concepts).
        sizes: terms in each vocabulary, kinds included.
        pairs: rows of the pairs of concepts that could be opposites.
    """
    import numpy

    density = counts / numpy.sqrt(numpy.outer(sizes, sizes))
    positive = density[pairs][density[pairs] > 0]
    middle = float(numpy.median(positive)) if len(positive) else 1.0
    return density / (density + middle)


def polarity(vectors: ndarray, poles: ndarray) -> ndarray:
    """Return the probability that each concept is pleasant.

    The axis runs from the mean of the unpleasant concepts to that of the pleasant ones; a logistic
    regression (L2, C = 1) of the pole on the position along it gives the probability. For each
    concept both are made without it, so that none vouches for itself.

    Args:
        vectors: one row a concept.
        poles: 1 for concepts of the pleasant pole, 0 for the unpleasant one, -1 for neither.
    """
    import numpy
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    pleasant = numpy.zeros(len(vectors))
    for row in range(len(vectors)):
        rest = numpy.flatnonzero((poles >= 0) & (numpy.arange(len(vectors)) != row))
        places = vectors @ polarity_axis(vectors[rest], poles[rest])
        centre, spread = places[rest].mean(), places[rest].std()
        scaled = ((places - centre) / (spread or 1.0))[:, None]
        model = LogisticRegression(tol=1e-10).fit(scaled[rest], poles[rest])
        pleasant[row] = model.predict_proba(scaled[[row]])[0, 1]
    return pleasant


def polarity_axis(vectors: ndarray, poles: ndarray) -> ndarray:
    """Return the direction of length 1 from the unpleasant to the pleasant concepts."""
    return unit(vectors[poles == 1].mean(axis=0) - vectors[poles == 0].mean(axis=0))


def opposition(pleasant: ndarray) -> ndarray:
    """Return the probability that just one of each two concepts is pleasant: p(1-q) + q(1-p)."""
    import numpy

    one = numpy.outer(pleasant, 1 - pleasant)
    return one + one.T


def similarity_of_kind(vectors: ndarray, axis: ndarray, pairs: tuple[ndarray, ndarray]) -> ndarray:
    """Return how alike concepts are apart from their polarity, as a share of random pairs.

    The axis of polarity and then the mean are taken out of the vectors; the score is the share of
    pairs whose cosine is not higher: 0.99 is nearer in kind than 99 in 100 random pairs.

    Args:
        vectors: one row a concept.
        axis: direction of length 1, see `polarity_axis`.
        pairs: rows of the pairs of concepts that could be opposites.
    """
    import numpy

    flat = vectors - numpy.outer(vectors @ axis, axis)
    flat = unit(flat - flat.mean(axis=0))
    cosines = flat @ flat.T
    return percentiles(cosines, cosines[pairs])


def combined(antonyms: ndarray, opposed: ndarray, kind: ndarray) -> ndarray:
    """Return the scores of all methods as one: the noisy-or of antonyms and half of the geometric
    mean of polarity and kind."""
    import numpy

    return either(antonyms, NEEDED * numpy.sqrt(opposed * kind))


def poles_of(space: Space) -> ndarray:
    """Return the pole of each concept: 1 pleasant, 0 unpleasant, -1 of neither family."""
    import numpy

    def pole(concept: str) -> int:
        root = space.ontology.path(concept)[0]
        return 1 if root in PLEASANT else 0 if root in UNPLEASANT else -1

    return numpy.array([pole(each) for each in space.concepts])


def sizes_of(members: ndarray, below: ndarray) -> ndarray:
    """Return the number of terms of each concept and its kinds.

    Args:
        members: 1 where the term of the row expresses the concept of the column.
        below: as `antonym_counts` has it.
    """
    sizes: ndarray = ((members @ below.astype(float)) > 0).sum(axis=0).astype(float)
    return sizes


def antonyms_between(
    pairs: Collection[TermPair], first: Collection[str], second: Collection[str]
) -> list[TermPair]:
    """Return the pairs between two sets of concepts, those of the first in front, in order."""
    found = []
    for one, other in pairs:
        if one[0] in first and other[0] in second:
            found.append((one, other))
        elif other[0] in first and one[0] in second:
            found.append((other, one))
    return sorted(found)
