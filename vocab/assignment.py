"""Which concept a term belongs to, by the embeddings of concepts and of their accepted terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..ontology.errors import ToneError
from ..ontology.model import Concept, Ontology
from .embedding import Embedder
from .sources import Candidate

if TYPE_CHECKING:
    from numpy import ndarray

MIXTURE = {"nearest term": 0.5, "centroid": 0.3, "label + definition": 0.2}
"""The default method: the mean of three cosines with these weights.

They were chosen on one half of the accepted vocabulary, see `tone vocab stats` for the other."""

SUPPORT = 0.3
"""How much a concept's score rises if all of the evidence for a term comes from it.

Like `MIXTURE`, chosen on one half of the accepted vocabulary."""

METHODS = (
    "label",
    "definition",
    "label + definition",
    "centroid",
    "nearest term",
    "nearest 3 terms",
    "nearest 5 terms",
    "nearest 10 terms",
    "mixture",
)
"""The ways to tell how similar a term is to a concept, see `Profiles.similarities`."""
DEFAULT_METHOD = "mixture"

_NEAREST = {"nearest term": 1, "nearest 3 terms": 3, "nearest 5 terms": 5, "nearest 10 terms": 10}
_ROWS = 500
"""Terms compared at once: a bound on memory."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """The concept of the highest score, its similarity, and how far its score is above the next.

    The score is the similarity and `SUPPORT` times the square root of the share of the term's
    evidence that comes from the concept's own terms: the first piece of evidence says most.
    """

    concept: str
    similarity: float
    margin: float
    runner_up: str


class Profiles:
    """What each live concept is known by in one language: label, definition, accepted terms.

    The label counts as one of the terms. Where a concept has no label in the language, its terms
    alone stand for it; its definition is always the English one.
    """

    def __init__(self, ontology: Ontology, embedder: Embedder, lang: str) -> None:
        """Embed the concepts.

        Raises:
            ToneError: the ontology has neither labels nor terms in that language, or the model
                cannot be run.
        """
        import numpy

        self.ontology = ontology
        self.lang = lang
        live = live_concepts(ontology)
        known = known_terms(ontology, lang)
        self.concepts = tuple(each.id for each in live if known[each.id])
        if not self.concepts:
            raise no_vocabulary(lang)
        self.terms = tuple(sorted({term for each in self.concepts for term in known[each]}))
        row = {term: index for index, term in enumerate(self.terms)}
        self.members = numpy.zeros((len(self.terms), len(self.concepts)))
        self._labels = numpy.full(len(self.concepts), -1)
        for column, concept in enumerate(self.concepts):
            self.members[[row[term] for term in known[concept]], column] = 1.0
            label = ontology.concepts[concept].labels.get(lang)
            if label is not None:
                self._labels[column] = row[label]
        self.vectors = embedder.embed(self.terms)
        definitions = [ontology.concepts[each].definition for each in self.concepts]
        labels = [ontology.concepts[each].labels.get(lang, "") for each in self.concepts]
        both = [
            f"{label}: {definition}" if label else definition
            for label, definition in zip(labels, definitions, strict=True)
        ]
        self._definitions = embedder.embed(definitions)
        self._both = embedder.embed(both)

    def similarities(
        self, vectors: ndarray, method: str = DEFAULT_METHOD, left_out: ndarray | None = None
    ) -> ndarray:
        """Return the similarity of each text with each concept, in [-1, 1].

        Args:
            vectors: embeddings, one row a text.
            method: one of `METHODS`. `label`, `definition` and `label + definition` (one text) are
                cosines with those texts; `centroid` is the cosine with the mean of the concept's
                terms; `nearest k terms` is the mean cosine with the k nearest of them; `mixture`
                is the mean of `MIXTURE`'s.
            left_out: which of `terms` not to use, one row of booleans a text. Where a label is
                left out, `label + definition` is the definition alone.
        """
        import numpy

        parts = [
            self._part(
                vectors[start : start + _ROWS],
                method,
                None if left_out is None else left_out[start : start + _ROWS],
            )
            for start in range(0, len(vectors), _ROWS)
        ]
        # The last bits depend on the machine's arithmetic; without them equal is equal.
        return numpy.round(numpy.concatenate(parts), 9) if parts else numpy.zeros((0, 0))

    def supports(self, evidence: Sequence[Iterable[Candidate]]) -> ndarray:
        """Return how much of each term's evidence comes from each concept's terms, in [0, 1].

        A candidate counts once for a seed and a source, divided by its distance from the seed.
        """
        import numpy

        column = {concept: index for index, concept in enumerate(self.concepts)}
        weights = numpy.zeros((len(evidence), len(self.concepts)))
        for row, candidates in enumerate(evidence):
            nearest: dict[tuple[str, str, str], int] = {}
            for each in candidates:
                if each.seed is not None and each.seed.concept in column:
                    key = (each.seed.concept, each.seed.term, each.source)
                    distance = max(each.distance, 1)
                    nearest[key] = min(nearest.get(key, distance), distance)
            for (concept, _, _), distance in nearest.items():
                weights[row, column[concept]] += 1 / distance
        total = weights.sum(axis=1, keepdims=True)
        return weights / numpy.where(total > 0, total, 1.0)

    @property
    def centroids(self) -> ndarray:
        """The mean of each concept's terms, one row a concept, of length 1."""
        return _unit(self.members.T @ self.vectors)

    @property
    def descriptions(self) -> ndarray:
        """Each concept's label and definition as one text, one row a concept, of length 1."""
        return self._both

    def _part(self, vectors: ndarray, method: str, left_out: ndarray | None) -> ndarray:
        import numpy

        if method == "mixture":
            mixed = numpy.zeros((len(vectors), len(self.concepts)))
            for each, weight in MIXTURE.items():
                mixed += weight * self._part(vectors, each, left_out)
            return mixed
        if method == "definition":
            return vectors @ self._definitions.T
        no_label = numpy.broadcast_to(self._labels < 0, (len(vectors), len(self.concepts)))
        if left_out is not None:
            no_label = no_label | left_out[:, self._labels]
        if method == "label + definition":
            alone = vectors @ self._definitions.T
            return numpy.where(no_label, alone, vectors @ self._both.T)
        cosines = vectors @ self.vectors.T
        if method == "label":
            return numpy.where(no_label, 0.0, cosines[:, self._labels])
        if method == "centroid":
            return self._centroid(vectors, left_out)
        if left_out is not None:
            cosines = numpy.where(left_out, numpy.nan, cosines)
        return self._nearest(cosines, _NEAREST[method])

    def _nearest(self, cosines: ndarray, count: int) -> ndarray:
        import numpy

        columns = []
        for column in range(len(self.concepts)):
            own = cosines[:, self.members[:, column] > 0]
            best = -numpy.sort(-own, axis=1)[:, :count]  # NaN comes last
            known = (~numpy.isnan(best)).sum(axis=1)
            columns.append(numpy.nansum(best, axis=1) / numpy.maximum(known, 1))
        return numpy.stack(columns, axis=1)

    def _centroid(self, vectors: ndarray, left_out: ndarray | None) -> ndarray:
        import numpy

        total = self.members.T @ self.vectors
        result = vectors @ _unit(total).T
        if left_out is None:
            return result
        for row, vector in enumerate(vectors):
            out = numpy.flatnonzero(left_out[row])
            touched = numpy.flatnonzero(self.members[out].any(axis=0))
            rest = total[touched] - self.members[out][:, touched].T @ self.vectors[out]
            left = self.members[:, touched].sum(axis=0) - self.members[out][:, touched].sum(axis=0)
            rest[left == 0] = 0.0  # else it is rounding noise
            result[row, touched] = _unit(rest) @ vector
        return result


def _unit(vectors: ndarray) -> ndarray:
    import numpy

    length = numpy.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / numpy.where(length > 0, length, 1.0)


def scores(similarities: ndarray, supports: ndarray) -> ndarray:
    """Return what similarities and shares of evidence come to, see `Assigned`."""
    import numpy

    weighed: ndarray = numpy.round(similarities + SUPPORT * numpy.sqrt(supports), 9)
    return weighed


def assign(
    concepts: Sequence[str], similarities: ndarray, supports: ndarray | None = None
) -> list[Assigned]:
    """Return for each row the concept of the highest score; of equals the first of `concepts`.

    Args:
        concepts: the columns.
        similarities: of terms and concepts, as `Profiles.similarities` has them.
        supports: shares of the terms' evidence, as `Profiles.supports` has them.
    """
    import numpy

    scored = similarities if supports is None else scores(similarities, supports)
    order = numpy.argsort(-scored, axis=1, kind="stable")[:, :2]
    assigned = []
    for row, best in enumerate(order):
        first = best[0]
        # A single concept has no rival: its margin is its whole score.
        margin = scored[row, first] - (scored[row, best[1]] if len(best) > 1 else 0.0)
        runner_up = concepts[best[1]] if len(best) > 1 else ""
        similarity = float(similarities[row, first])
        assigned.append(Assigned(concepts[first], similarity, float(margin), runner_up))
    return assigned


def no_vocabulary(lang: str) -> ToneError:
    """Return the error that a language has neither labels nor terms to start from."""
    return ToneError(
        f"no concept has a label or a term in the language {lang!r}: add labels in it to the"
        " ontology first (rdfs:label in ontology/tone-edit.ttl)"
    )


def live_concepts(ontology: Ontology) -> list[Concept]:
    """Return the concepts that terms may be given to, in the order of their ids."""
    return [each for each in ontology.concepts.values() if not each.deprecated]


def known_terms(ontology: Ontology, lang: str) -> dict[str, tuple[str, ...]]:
    """Return for each live concept its label and its terms in a language, sorted."""
    known: dict[str, set[str]] = {each.id: set() for each in live_concepts(ontology)}
    for concept, terms in known.items():
        label = ontology.concepts[concept].labels.get(lang)
        if label:
            terms.add(label)
    for term in ontology.terms:
        if term.lang == lang and term.concept in known:
            known[term.concept].add(term.term)
    return {concept: tuple(sorted(terms)) for concept, terms in known.items()}
