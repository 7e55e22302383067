"""What texts that hold two emotions are labelled with: a corpus of texts with emotion labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...ontology.errors import SourceError, ToneError
from ...ontology.model import Ontology
from ..sources.rows import read_lines
from .mentions import found_terms, mention_terms
from .space import Space

if TYPE_CHECKING:
    from numpy import ndarray

LEAST_TEXTS = 5
"""How many texts must hold terms of both concepts."""

LEAST_TOGETHER = 3
"""How many of them must have the label."""

FALSE_DISCOVERIES = 0.05
"""Which share of the findings may be chance (Benjamini-Hochberg)."""

Labelled = tuple[str, frozenset[str]]
"""A text and the concepts that its labels stand for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A concept that is found more often in texts that hold two others than in all texts.

    Attributes:
        first, second, result: rows of the concepts.
        texts: how many texts hold terms of both, and none of the result.
        together: how many of these are labelled with the result.
        expected: how many would be by chance.
        pmi: pointwise mutual information of the label and the pair, in bits.
        npmi: the same, normalised: 1 if one never comes without the other.
        q: the p-value, adjusted for the number of tests.
    """

    first: int
    second: int
    result: int
    texts: int
    together: int
    expected: float
    pmi: float
    npmi: float
    q: float


def read_corpus(
    path: Path, ontology: Ontology, scheme: str, labels: Path | None = None
) -> Iterator[Labelled]:
    """Yield the texts of a corpus in the form of GoEmotions, with the concepts of their labels.

    The form: a text, the numbers of its labels parted by commas, and anything else, parted by
    tabs; the labels' names stand in a file, one a line, and are counted from 0. What the labels
    mean is taken from the crosswalk of `scheme`.

    Args:
        path: the texts.
        ontology: holds the crosswalks.
        scheme: the scheme of the labels.
        labels: the names of the labels; by default `labels.txt` beside the texts.

    Raises:
        MissingSource: a file is not there.
        SourceError: a file is empty, a row has no such label, or the crosswalk no such name.
    """
    meant = {each.label: each.concept for each in ontology.mappings if each.scheme == scheme}
    if not meant:
        raise ToneError(f"no crosswalk of the scheme {scheme!r} in mappings.sssom.tsv")
    names_of = labels or path.with_name("labels.txt")
    names = [line.strip() for line in read_lines(names_of, "utf-8")]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise SourceError(names_of, 1, "empty; it must name the labels, one a line")
    for line, name in enumerate(names, start=1):
        if name not in meant:
            raise SourceError(names_of, line, f"{name!r} is no label of {scheme} in the crosswalk")
    line = 0
    for line, row in enumerate(read_lines(path, "utf-8", forgiving=True), start=1):
        text, tab, rest = row.partition("\t")
        numbers = rest.partition("\t")[0].split(",")
        if not tab or not all(each.isdecimal() and int(each) < len(names) for each in numbers):
            problem = f"expected a text, a tab and numbers of labels from 0 to {len(names) - 1}"
            raise SourceError(path, line, problem)
        concepts = (meant[names[int(each)]] for each in numbers)
        yield text, frozenset(each for each in concepts if each is not None)
    if not line:
        raise SourceError(path, 1, "empty; a corpus has a text and its labels in each line")


def count_corpus(
    texts: Iterable[Labelled], space: Space, lang: str = "en"
) -> tuple[ndarray, ndarray]:
    """Return which concepts each text holds a term of, and which it is labelled with.

    A concept is held where a term of it or of its kinds is; terms of several concepts count for
    none. A text is labelled with what its labels stand for, not with what is above that.

    Returns:
        Two arrays of booleans of shape (texts, concepts).
    """
    import numpy

    every = mention_terms(space.ontology, lang)
    terms = {words: means for words, means in every.items() if len(means) == 1}
    longest = max(map(len, every), default=0)
    held: list[list[int]] = []
    labelled: list[list[int]] = []
    for text, labels in texts:
        # Terms of several concepts are found as well: what they are made of is no mention.
        found = [words for words in found_terms(text, every, longest) if words in terms]
        concepts = {concept for words in found for concept in terms[words]}
        held.append(sorted(space.index[each] for each in concepts if each in space.index))
        labelled.append(sorted(space.index[each] for each in labels if each in space.index))
    marks = [numpy.zeros((len(held), len(space.concepts)), dtype=bool) for _ in range(2)]
    for array, rows in zip(marks, (held, labelled), strict=True):
        for row, columns in enumerate(rows):
            array[row, columns] = True
    return marks[0] @ space.below, marks[1]


def over_represented(
    held: ndarray,
    labelled: ndarray,
    pairs: tuple[ndarray, ndarray],
    *,
    own_words: bool = False,
    beyond_either: bool = True,
) -> list[Finding]:
    """Return the labels that are over-represented in texts that hold terms of two concepts.

    For each pair and each label: a one-sided hypergeometric test (Fisher's exact test) of the label
    among the pair's texts against all texts, adjusted for the number of tests (Y. Benjamini and
    Y. Hochberg, Controlling the false discovery rate, 1995). Texts that hold a term of the label's
    own concept are left out: there its own words explain the label. It must also be more frequent
    in the pair's texts than in those of either concept: else one of them explains it.

    Args:
        held: which concepts each text holds a term of, booleans (texts, concepts).
        labelled: which concepts each text is labelled with, of the same shape.
        pairs: rows of the concepts to look at together.
        own_words: do not leave out the texts that hold a term of the label's concept.
        beyond_either: ask that neither concept alone explains the label.
    """
    import numpy
    from scipy.stats import false_discovery_control, hypergeom  # type: ignore[import-untyped]

    tested: list[tuple[int, int, tuple[ndarray, ...]]] = []
    for result in map(int, numpy.flatnonzero(labelled.any(axis=0))):
        others = numpy.full(len(held), True) if own_words else ~held[:, result]
        counts, wanted = held[others].astype(float), labelled[others, result]
        every = (counts.T @ counts)[pairs]
        at = numpy.flatnonzero(every >= LEAST_TEXTS)
        one, other, both = pairs[0][at], pairs[1][at], every[at]
        together = (counts[wanted].T @ counts[wanted])[one, other]
        alone = counts[wanted].sum(axis=0) / numpy.maximum(counts.sum(axis=0), 1)
        least = numpy.maximum(alone[one], alone[other]) if beyond_either else 0.0
        p = hypergeom.sf(together - 1, len(counts), wanted.sum(), both)
        expected = both * wanted.mean()
        stronger = together / both > least
        tested.append((result, len(counts), (one, other, both, together, expected, stronger, p)))
    if not any(len(columns[0]) for _, _, columns in tested):
        return []
    every_p = numpy.concatenate([columns[-1] for _, _, columns in tested])
    adjusted = map(float, false_discovery_control(every_p))
    findings = []
    for result, total, columns in tested:
        for row in zip(*columns, strict=True):
            first, second, in_texts, hits, by_chance, more, _ = row
            q = next(adjusted)
            if q > FALSE_DISCOVERIES or hits < LEAST_TOGETHER or not more:
                continue
            pmi = float(numpy.log2(hits / by_chance))
            most = -float(numpy.log2(hits / total))
            findings.append(
                Finding(
                    first=int(first),
                    second=int(second),
                    result=result,
                    texts=int(in_texts),
                    together=int(hits),
                    expected=float(by_chance),
                    pmi=pmi,
                    npmi=min(pmi / most, 1.0) if most > 0 else 1.0,
                    q=q,
                )
            )
    return findings
