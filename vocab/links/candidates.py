"""Links that some method speaks for, with what it saw, before the best are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...ontology.concepts import Link
from ...ontology.links import COMPOSED, LEADS_TO, OPPOSITE, make_link
from .corpus import Finding
from .methods import CompositionScores, OppositeScores
from .opposites import antonyms_between
from .published import Statement, published_score

if TYPE_CHECKING:
    from numpy import ndarray

SAME_TIER = 0.98
"""Which share of random pairs an opposite of the same tier must reach."""
OTHER_TIER = 0.99
"""The same for two concepts of different tiers."""
MIXED = 0.999
"""Which share of random compositions a composition must reach."""

HOLDS = 0.5
"""A link makes sense for a kind whose score is at least that of the middle of random pairs."""
EXAMPLES = 4
"""How many pairs of antonyms are told at most."""

OTHER_TIERS = "other-tier"
SAME_POLARITY = "same-polarity"
FEW_KINDS = "few-kinds"
FLAGS = (OTHER_TIERS, SAME_POLARITY, FEW_KINDS)
"""What a proposal may be flagged with."""

Published = Mapping[str, Sequence[Statement]]
"""The statements of publications by the id of the link."""


@dataclass
class Candidate:
    """A link and what speaks for it.

    Attributes:
        link: the link.
        score: what all methods say together, in [0, 1].
        methods: the score of each, in the order in which they are told; none that says nothing.
        evidence: what they saw, for people.
        holds: for each kind of the concepts, whether the link makes sense for it.
        flags: some of `FLAGS`.
        sources: where the evidence is from.
    """

    link: Link
    score: float = 0.0
    methods: dict[str, float] = field(default_factory=dict)
    evidence: list[str] = field(default_factory=list)
    holds: Sequence[bool] = ()
    flags: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)

    def support(self, method: str, score: float, evidence: Iterable[str]) -> None:
        """Add a method that speaks for the link, as a noisy-or."""
        self.methods[method] = score
        self.score = 1 - (1 - self.score) * (1 - score)
        self.evidence += evidence

    def weigh_kinds(self) -> None:
        """Lower the score of a link that makes no sense for most kinds: lower ones go before."""
        if 2 * sum(self.holds) < len(self.holds):
            self.flags.add(FEW_KINDS)
            self.score *= sum(self.holds) / len(self.holds)

    def support_published(self, statements: Sequence[Statement]) -> None:
        """Add what publications state."""
        if statements:
            sources = {each.source for each in statements}
            told = (f"{each.relation}: {each.statement} ({each.work})" for each in statements)
            self.support("literature", published_score(len(sources)), told)
            self.sources |= sources


def opposite_candidates(scores: OppositeScores, published: Published) -> Iterator[Candidate]:
    """Yield the pairs that score above the thresholds, and those that are published."""
    import numpy

    space = scores.space
    baseline = numpy.round(scores.combined[space.pairs], 9)
    same, other = (float(numpy.quantile(baseline, share)) for share in (SAME_TIER, OTHER_TIER))
    for i, j in zip(*map(numpy.ndarray.tolist, space.pairs), strict=True):
        link = make_link(OPPOSITE, [space.concepts[i]], [space.concepts[j]])
        score = float(scores.combined[i, j])
        one_tier = space.tiers[i] == space.tiers[j]
        if round(score, 9) < (same if one_tier else other) and link.id not in published:
            continue
        each = Candidate(link, score)
        for name in ("antonyms", "polarity", "kind"):
            own = float(getattr(scores, name)[i, j])
            if own > 0:
                each.methods[name] = own
        if not one_tier:
            each.flags.add(OTHER_TIERS)
        if scores.polarity[i, j] < HOLDS:
            each.flags.add(SAME_POLARITY)
        _tell_antonyms(each, scores, i, j)
        pleasant = (f"{space.concepts[row]} {scores.pleasant[row]:.2f}" for row in (i, j))
        each.evidence.append(f"probability of being pleasant: {', '.join(pleasant)}")
        nearer = f"{100 * scores.kind[i, j]:.1f}% of random pairs"
        each.evidence.append(f"polarity apart, as alike as or more alike than {nearer}")
        kinds = [(kind, j) for kind in space.children(i)] + [
            (kind, i) for kind in space.children(j)
        ]
        each.holds = [_opposed(scores, kind, whole) for kind, whole in kinds]
        each.weigh_kinds()
        each.support_published(published.get(link.id, ()))
        yield each


def _tell_antonyms(each: Candidate, scores: OppositeScores, i: int, j: int) -> None:
    """Tell the antonyms between two concepts and their kinds, those of their own terms first."""
    space = scores.space
    count = int(scores.counts[i, j])
    if not count:
        return
    families = [{space.concepts[row] for row in space.below[:, top].nonzero()[0]} for top in (i, j)]
    own = {space.concepts[i], space.concepts[j]}
    found = antonyms_between(scores.pairs, *families)
    found.sort(key=lambda pair: (-len(own & {pair[0][0], pair[1][0]}), pair))
    examples = ", ".join(f"{first[1]} - {second[1]}" for first, second in found[:EXAMPLES])
    noun = "pair" if count == 1 else "pairs"
    each.evidence.append(f"{count} {noun} of antonyms: {examples}")
    for first, second in found:
        pair = (first, second) if (first, second) in scores.pairs else (second, first)
        each.sources.update(scores.pairs[pair])


def _opposed(scores: OppositeScores, i: int, j: int) -> bool:
    if scores.space.related[i, j]:
        return False
    likely = min(scores.polarity[i, j], scores.kind[i, j]) >= HOLDS
    return bool(likely or scores.antonyms[i, j] > 0)


def composition_candidates(
    scores: CompositionScores, published: Published
) -> tuple[list[Candidate], list[Candidate]]:
    """Return the compositions that score above the threshold, and those that are published.

    Returns:
        What the methods say without publications, and with what these state.
    """
    import numpy

    space = scores.space
    baseline = numpy.round(scores.combined[scores.possible], 9)
    least = float(numpy.quantile(baseline, MIXED))
    above = scores.possible & (numpy.round(scores.combined, 9) >= least)
    places = {(int(whole), int(pair)) for whole, pair in numpy.argwhere(above)}
    alone, every = [], []
    for name in published:
        concept, kind, *parts = name.split("-")
        if kind == COMPOSED and len(parts) == 2:
            places.add((space.index[concept], space.pair(*parts)))
        elif kind == COMPOSED:  # of more parts, at which no other method looks
            every.append(Candidate(make_link(COMPOSED, [concept], parts)))
    for whole, pair in sorted(places):
        machine = _composition(scores, whole, pair)
        if machine.methods:
            alone.append(machine)
        each = _composition(scores, whole, pair)
        each.holds = [_agrees(scores.agreement, kind, pair) for kind in space.children(whole)]
        each.weigh_kinds()
        every.append(each)
    for each in every:
        each.support_published(published.get(each.link.id, ()))
    return alone, every


def _composition(scores: CompositionScores, whole: int, pair: int) -> Candidate:
    """Return a composition with what embedding and definition say of it."""
    space = scores.space
    parts = [int(rows[pair]) for rows in space.pairs]
    link = make_link(COMPOSED, [space.concepts[whole]], [space.concepts[part] for part in parts])
    each = Candidate(link, float(scores.combined[whole, pair]))
    if scores.agreed[whole, pair] > 0:
        each.methods["agreement"] = float(scores.agreed[whole, pair])
        each.evidence.append(
            f"cosine with both {scores.agreement[whole, pair]:.2f},"
            f" {scores.gain[whole, pair]:.2f} more than with the better alone"
        )
    if scores.mentioned[whole, pair] > 0:
        each.methods["definition"] = float(scores.mentioned[whole, pair])
        words = ", ".join(repr(scores.words[whole, part]) for part in parts)
        each.evidence.append(f"the definition mentions {words}")
    return each


def _agrees(agreement: ndarray, whole: int, pair: int) -> bool:
    """Return whether a pair agrees with a concept at least as well as the middle of all pairs."""
    import numpy

    return bool(agreement[whole, pair] >= numpy.quantile(agreement[whole], HOLDS))


def combination_candidates(
    scores: CompositionScores,
    compositions: Iterable[Candidate],
    stated: Iterable[Link],
    published: Published,
    findings: Iterable[Finding],
    corpus: str,
) -> list[Candidate]:
    """Return what two concepts may lead to.

    Args:
        scores: of the compositions.
        compositions: those that the methods found without publications.
        stated: links that are stated; compositions among them are proposed as combinations.
        published: statements of publications.
        findings: of the corpus.
        corpus: its name.
    """
    space = scores.space
    found: dict[str, Candidate] = {}

    def candidate(operands: Iterable[str], result: str) -> Candidate:
        link = make_link(LEADS_TO, operands, [result])
        return found.setdefault(link.id, Candidate(link))

    for each in compositions:
        combination = candidate(each.link.targets, each.link.subject)
        combination.support("composition", each.score, each.evidence)
    for link in stated:
        if link.kind == COMPOSED and len(link.targets) == 2:
            combination = candidate(link.targets, link.subject)
            combination.score = 0.0
            combination.support("composition", 1.0, [f"{link.id} is stated"])
    for finding in findings:
        operands = (space.concepts[finding.first], space.concepts[finding.second])
        combination = candidate(operands, space.concepts[finding.result])
        seen = (
            f"of {finding.texts} texts with terms of both {finding.together} are labelled so,"
            f" {finding.expected:.1f} expected (PMI {finding.pmi:.2f} bits, q = {finding.q:.2g})"
        )
        combination.support("corpus", finding.npmi, [seen])
        combination.sources.add(corpus)
    for name, statements in published.items():
        _, kind, *results = name.split("-")
        if kind == LEADS_TO:
            link = statements[0].link
            candidate(link.operands or link.targets, results[0])
    for each in found.values():
        result = space.index[each.link.targets[0]]
        each.holds = [
            _agrees(scores.agreement, result, space.pair(kind, other))
            for operand, other in (each.link.operands, each.link.operands[::-1])
            for kind in space.ontology.children(operand)
            if kind in space.index and not space.is_related(kind, other)
        ]
        each.weigh_kinds()
        each.support_published(published.get(each.link.id, ()))
    return list(found.values())
