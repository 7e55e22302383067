"""How often the automatic assignment finds the concept that the reviewers chose.

Each term of the accepted vocabulary is tested as if it were new: all rows of the same written
term are left out of every concept, and so is a label that is written alike. In the stricter
variant its word family is left out too (every term and label that shares a stem with it), since
*happy*, *happily* and *happiness* vouch for each other. Terms of several concepts are right with
any of them.

Accuracy at n for tier k: each concept stands for its ancestor of tier k, or for itself if it lies
higher; the answer is right if the accepted one is among the n best different ones. Extensions
directly under Emotion stand for themselves at every tier. The last pair of figures is for the
exact concept.

With sources the evidence that they give for a term counts as in an expansion (`mixture +
evidence`), but none that starts from a term that is left out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ..ontology.errors import ToneError
from ..ontology.model import Ontology
from .assignment import DEFAULT_METHOD, METHODS, Profiles, scores
from .embedding import Embedder
from .offers import gather
from .senses import SenseJudge, unread
from .sources import Candidate, Source

if TYPE_CHECKING:
    from numpy import ndarray

WITH_EVIDENCE = f"{DEFAULT_METHOD} + evidence"
"""How an expansion assigns terms."""

WORD = "word"
FAMILY = "family"
LEVELS = ("tier 1", "tier 2", "tier 3", "concept")
BEST = (1, 3)
BANDS = (0.0, 0.01, 0.02, 0.04, 0.08, 0.16)
"""Where the bands of margins begin."""

Nodes = tuple[str, ...]
"""What a concept stands for at each of `LEVELS`."""

_STEMMERS = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
}
_ENGLISH = """
a an and as at be by do down feel for from get give go have i in into it make my no not of off on
one one's oneself or out over someone take that the to up with you your
"""
_FUNCTION_WORDS = frozenset(_ENGLISH.split())
"""They do not make two English phrases a family."""


@dataclass(frozen=True, slots=True)
class Row:
    """Shares of right answers: for each of `LEVELS` one for each of `BEST`."""

    left_out: str
    method: str
    shares: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A method's answers whose margin is at least `least` and below the next band's."""

    left_out: str
    method: str
    least: float
    terms: int
    primary: float
    concept: float


@dataclass(frozen=True, slots=True)
class Report:
    """What `measure` found over so many terms, of which the sources reach `reached`."""

    lang: str
    model: str
    sources: tuple[str, ...]
    terms: int
    reached: int
    rows: tuple[Row, ...]
    bands: tuple[Band, ...]


def measure(
    ontology: Ontology,
    embedder: Embedder,
    lang: str = "en",
    *,
    sources: Sequence[Source] = (),
    methods: Sequence[str] = METHODS,
    held_out_only: bool = True,
) -> Report:
    """Return how often each method finds the accepted concept of terms it has not seen.

    Args:
        ontology: whose accepted vocabulary is the measure.
        embedder: the model.
        lang: the language of the terms.
        sources: whose evidence to weigh as well; without any, only embeddings are compared.
        methods: which of `assignment.METHODS` to compare.
        held_out_only: test only the half of the vocabulary on which nothing was chosen, as the
            weights of the default method were on the other (see `is_held_out`).

    Raises:
        ToneError: there are no terms to test in that language, or a source or the model fails.
    """
    profiles = Profiles(ontology, embedder, lang)
    accepted: dict[str, set[str]] = {}
    for term in ontology.terms:
        if term.lang == lang and term.concept in profiles.concepts:
            accepted.setdefault(term.term, set()).add(term.concept)
    tested = sorted(each for each in accepted if is_held_out(each) or not held_out_only)
    if not tested:
        raise ToneError(f"no accepted terms in the language {lang!r} to measure against")
    row = {term: index for index, term in enumerate(profiles.terms)}
    vectors = profiles.vectors[[row[term] for term in tested]]
    nodes = [_nodes(ontology, concept) for concept in profiles.concepts]
    gold = [[_nodes(ontology, each) for each in sorted(accepted[term])] for term in tested]
    evidence = _evidence(profiles, embedder, sources, tested)
    reached = [index for index, each in enumerate(evidence) if each]
    rows: list[Row] = []
    bands: list[Band] = []
    for variant in (WORD, FAMILY):
        left_out = _left_out(tested, profiles.terms, lang, variant)
        for method in methods:
            similarities = profiles.similarities(vectors, method, left_out)
            rows.append(Row(variant, method, _shares(_ranked(similarities), nodes, gold)))
            if method == DEFAULT_METHOD:
                bands += _bands(variant, method, similarities, nodes, gold)
        if not reached:
            continue
        similarities = profiles.similarities(vectors, DEFAULT_METHOD, left_out)
        kept = _known_evidence(evidence, profiles.terms, left_out)
        weighed = scores(similarities, profiles.supports(kept))
        rows.append(Row(variant, WITH_EVIDENCE, _shares(_ranked(weighed), nodes, gold)))
        reached_gold = [gold[index] for index in reached]
        bands += _bands(variant, WITH_EVIDENCE, weighed[reached], nodes, reached_gold)
    names = tuple(each.name for each in sources)
    return Report(lang, embedder.name, names, len(tested), len(reached), tuple(rows), tuple(bands))


def report_lines(report: Report) -> list[str]:
    """Return a report as lines of Markdown tables, for people and for the documentation."""
    heads = [f"{level} @{best}" for level in LEVELS for best in BEST]
    lines = [
        f"{report.terms:,} terms ({report.lang}), model {report.model}; share of right answers"
        " at 1 and among the best 3, in %"
    ]
    if report.sources:
        lines.append(f"{report.reached:,} of them are reached by {', '.join(report.sources)}")
    titles = {
        WORD: "The tested term left out of its concept",
        FAMILY: "Its word family left out as well",
    }
    for variant, title in titles.items():
        lines += ["", f"{title}:", "", _line(["method", *heads]), _line(["---"] * (len(heads) + 1))]
        for row in report.rows:
            if row.left_out == variant:
                shares = [f"{100 * share:.1f}" for pair in row.shares for share in pair]
                lines.append(_line([row.method, *shares]))
        for method in (DEFAULT_METHOD, WITH_EVIDENCE):
            bands = [
                each for each in report.bands if (each.left_out, each.method) == (variant, method)
            ]
            if bands:
                head = [f"margin ({method})", "terms", "primary", "concept"]
                lines += ["", _line(head), _line(["---"] * 4), *_band_lines(bands)]
    return lines


def _band_lines(bands: Sequence[Band]) -> Iterator[str]:
    for band, following in zip(bands, [*bands[1:], None], strict=True):
        upper = f" to {following.least:.2f}" if following else " or more"
        shares = [f"{100 * share:.1f}" for share in (band.primary, band.concept)]
        yield _line([f"{band.least:.2f}{upper}", f"{band.terms:,}", *shares])
    total = sum(band.terms for band in bands)
    primary = sum(band.primary * band.terms for band in bands) / total
    concept = sum(band.concept * band.terms for band in bands) / total
    yield _line(["all", f"{total:,}", f"{100 * primary:.1f}", f"{100 * concept:.1f}"])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def is_held_out(term: str) -> bool:
    """Return whether a term is in the half of the vocabulary on which nothing is chosen."""
    return hashlib.sha256(term.encode()).digest()[0] % 2 == 1


def _nodes(ontology: Ontology, concept: str) -> Nodes:
    path = ontology.path(concept)
    return (*(path[min(tier, len(path)) - 1] for tier in (1, 2, 3)), concept)


def _evidence(
    profiles: Profiles, embedder: Embedder, sources: Sequence[Source], tested: Sequence[str]
) -> list[list[Candidate]]:
    """Return what sources offer for each term, of senses that are about feeling."""
    if not sources:
        return [[] for _ in tested]
    offers = gather(profiles.ontology, sources, profiles.lang, depth=1)
    wanted: dict[str, list[Candidate]] = {term.casefold(): [] for term in tested}
    for (term, _, _), candidates in offers.items.items():
        if term.casefold() in wanted:
            wanted[term.casefold()] += candidates
    judge = SenseJudge(profiles, embedder)
    judge.read(gloss for candidates in wanted.values() for gloss in unread(candidates))
    return [judge.about_feeling(wanted[term.casefold()]) for term in tested]


def _known_evidence(
    evidence: Sequence[Sequence[Candidate]], terms: Sequence[str], left_out: ndarray
) -> list[list[Candidate]]:
    """Return the evidence but what starts from terms that are left out."""
    column = {term: index for index, term in enumerate(terms)}
    return [
        [each for each in candidates if each.seed and not out[column[each.seed.term]]]
        for candidates, out in zip(evidence, left_out, strict=True)
    ]


def _left_out(tested: Sequence[str], terms: Sequence[str], lang: str, variant: str) -> ndarray:
    import numpy

    if variant == WORD:
        folded = numpy.array([term.casefold() for term in terms])
        return numpy.array([folded == term.casefold() for term in tested])
    families = [_stems(term, lang) for term in terms]
    return numpy.array(
        [[bool(own & family) for family in families] for own in (_stems(t, lang) for t in tested)]
    )


def _stems(term: str, lang: str) -> frozenset[str]:
    """Return the stems of a term's words, function words apart; the term itself if none is left.

    Raises:
        ToneError: nltk is not installed.
    """
    words = re.findall(r"[\w']+", term.casefold())
    content = [word for word in words if word not in _FUNCTION_WORDS]
    return frozenset(map(_stemmer(lang), content)) or frozenset([term.casefold()])


@cache
def _stemmer(lang: str) -> Callable[[str], str]:
    name = _STEMMERS.get(lang.partition("-")[0])
    if name is None:
        return str
    try:
        from nltk.stem.snowball import SnowballStemmer  # type: ignore[import-untyped]
    except ImportError as error:
        raise ToneError(
            f"{error.name} is needed to measure accuracy: pip install 'tone-kg[vocab]'"
        ) from None
    stem: Callable[[str], str] = SnowballStemmer(name).stem
    return stem


def _ranked(similarities: ndarray) -> ndarray:
    import numpy

    return numpy.argsort(-similarities, axis=1, kind="stable")


def _shares(
    ranked: ndarray, nodes: Sequence[Nodes], gold: Sequence[Sequence[Nodes]]
) -> tuple[tuple[float, ...], ...]:
    return tuple(
        tuple(
            sum(
                not {each[level] for each in accepted}.isdisjoint(_best(row, nodes, level, best))
                for row, accepted in zip(ranked, gold, strict=True)
            )
            / len(gold)
            for best in BEST
        )
        for level in range(len(LEVELS))
    )


def _best(row: ndarray, nodes: Sequence[Nodes], level: int, count: int) -> list[str]:
    """Return the first `count` different nodes of a level in a ranking of concepts."""
    found: list[str] = []
    for column in row:
        node = nodes[column][level]
        if node not in found:
            found.append(node)
            if len(found) == count:
                break
    return found


def _bands(
    variant: str,
    method: str,
    scored: ndarray,
    nodes: Sequence[Nodes],
    gold: Sequence[Sequence[Nodes]],
) -> list[Band]:
    import numpy

    ranked = _ranked(scored)
    best = numpy.take_along_axis(scored, ranked[:, :2], axis=1)
    margins = best[:, 0] - best[:, -1]
    bands = []
    for least, following in zip(BANDS, [*BANDS[1:], numpy.inf], strict=True):
        inside = numpy.flatnonzero((margins >= least) & (margins < following))
        if not len(inside):
            continue
        (primary, *_), _, _, (concept, *_) = _shares(
            ranked[inside], nodes, [gold[int(index)] for index in inside]
        )
        bands.append(Band(variant, method, least, len(inside), primary, concept))
    return bands
