"""From the scores of all methods to the links that people are asked to decide on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from ...ontology.concepts import Link
from ...ontology.links import COMPOSED, KINDS, LEADS_TO, OPPOSITE, link_problems, make_link
from ...ontology.terms import SEPARATOR
from .compositions import LIKELY
from .corpus import Finding
from .methods import CompositionScores, OppositeScores
from .opposites import antonyms_between
from .proposals import LinkProposal
from .published import Statement, published_score
from .space import Space, kinds_text

if TYPE_CHECKING:
    from numpy import ndarray

SAME_TIER = 0.98
"""Which share of random pairs an opposite of the same tier must exceed."""
OTHER_TIER = 0.99
"""The same for two concepts of different tiers."""
MIXED = 0.999
"""Which share of random compositions a composition must exceed."""

MOST = 200
"""How many proposals of a kind are made, the best ones."""
MOST_OF_ONE = 5
"""How many compositions one concept has at most, and how many combinations lead to one; those
that are published do not count."""

HOLDS = 0.5
"""A link makes sense for a kind whose score is at least that of the middle of random pairs."""
EXAMPLES = 4

OTHER_TIERS = "other-tier"
SAME_POLARITY = "same-polarity"
FEW_KINDS = "few-kinds"
FLAGS = (OTHER_TIERS, SAME_POLARITY, FEW_KINDS)
"""What a proposal may be flagged with."""

MACHINE = "machine"
"""The source of what rests on embeddings and definitions alone."""


@dataclass
class _Candidate:
    """A link and what speaks for it: `methods` by name, in the order in which they are told."""

    link: Link
    score: float
    methods: dict[str, float]
    holds: Sequence[bool] = ()
    flags: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    evidence: list[str] = field(default_factory=list)

    def support(self, statements: Sequence[Statement]) -> None:
        """Add what publications state."""
        sources = sorted({each.source for each in statements})
        if not sources:
            return
        self.methods["published"] = published_score(len(sources))
        self.score = 1 - (1 - self.score) * (1 - self.methods["published"])
        self.sources.update(sources)
        self.evidence += [f"{each.relation}: {each.statement} ({each.work})" for each in statements]

    def weigh_kinds(self) -> None:
        """Lower the score of a link that makes no sense for most kinds: lower ones go before."""
        if self.holds and 2 * sum(self.holds) < len(self.holds):
            self.flags.add(FEW_KINDS)
            self.score *= sum(self.holds) / len(self.holds)


def propose_links(
    opposites: OppositeScores,
    compositions: CompositionScores,
    published: Mapping[str, Sequence[Statement]],
    findings: Sequence[Finding] = (),
    corpus: str = "",
    *,
    taken: Iterable[Link] = (),
    decided: Iterable[str] = (),
    kinds: Sequence[str] = KINDS,
) -> list[LinkProposal]:
    """Return the links that nobody has stated or decided on, the best ones of each kind.

    Args:
        opposites: scores of all pairs.
        compositions: scores of all compositions.
        published: statements of publications by link, see `published.stated_links`.
        findings: what a corpus shows, see `corpus.over_represented`.
        corpus: the corpus's name.
        taken: links that are stated; neither they nor what is inherited from them is proposed.
        decided: ids of links on which people have decided.
        kinds: which kinds of link to propose.
    """
    space = opposites.space
    stated = [make_link(each.kind, *_sides(each)) for each in taken]
    known = {*(each.id for each in stated), *decided}
    mixed = _mixtures(compositions, published)
    made = {
        OPPOSITE: lambda: _opposites(opposites, published),
        COMPOSED: lambda: mixed,
        LEADS_TO: lambda: _combinations(compositions, mixed, stated, published, findings, corpus),
    }
    proposals: list[LinkProposal] = []
    for kind in KINDS:
        if kind not in kinds:
            continue
        kept = [each for each in stated if each.kind == kind]
        count: dict[str, int] = {}
        chosen = 0
        for each in sorted(made[kind](), key=lambda each: (-round(each.score, 4), each.link.id)):
            if chosen == MOST:
                break
            if each.link.id in known or next(link_problems(each.link, space.ontology), ""):
                continue
            is_published = "published" in each.methods
            end = each.link.subject if kind == COMPOSED else each.link.targets[0]
            if any(_says(one, each.link, space, is_published) for one in kept):
                continue
            if kind != OPPOSITE and not is_published:
                if count.get(end, 0) == MOST_OF_ONE:
                    continue
                count[end] = count.get(end, 0) + 1
            kept.append(each.link)
            proposals.append(_proposal(each))
            chosen += 1
    return proposals


def _sides(link: Link) -> tuple[Sequence[str], Sequence[str]]:
    return (link.operands or (link.subject,)), link.targets


def _says(known: Link, link: Link, space: Space, exactly: bool) -> bool:
    """Return whether a link says nothing new beside one that is known.

    It says nothing new if it is inherited from that (stated on ancestors, same targets). Of
    compositions of one whole, or combinations with one result, whose parts lie along the same
    branches only the first says anything new, but where `exactly` they must be the same.
    """

    def below(low: str, high: str) -> bool:
        return high in space.ontology.path(low)

    if link.kind == OPPOSITE:
        (a, b), (c, d) = ((each.subject, each.targets[0]) for each in (known, link))
        return any(
            (below(low, high) and same == other)
            for high, same in ((a, b), (b, a))
            for low, other in ((c, d), (d, c))
        )
    if link.kind == COMPOSED:
        if link.targets == known.targets and below(link.subject, known.subject):
            return True
        if exactly or link.subject != known.subject:
            return False
        ours, theirs = link.targets, known.targets
    else:
        if link.targets != known.targets:
            return False
        ours, theirs = link.operands, known.operands
        if exactly:
            return any(below(ours[0], theirs[i]) and below(ours[1], theirs[1 - i]) for i in (0, 1))
    along = [[below(x, y) or below(y, x) for y in theirs] for x in ours]
    return (along[0][0] and along[1][1]) or (along[0][1] and along[1][0])


def _proposal(each: _Candidate) -> LinkProposal:
    return LinkProposal(
        link=each.link.id,
        score=_places(each.score),
        methods=tuple(f"{name} {_places(score)}" for name, score in each.methods.items()),
        kinds=kinds_text(each.holds),
        flags=tuple(flag for flag in FLAGS if flag in each.flags),
        source=tuple(sorted(each.sources or {MACHINE})),
        evidence=tuple(each_one.replace(SEPARATOR, ", ") for each_one in each.evidence),
    )


def _places(score: float) -> Decimal:
    # Without the last bits, which depend on the machine's arithmetic, halves round the same way.
    return Decimal(f"{round(score, 9):.4f}")


def _opposites(
    scores: OppositeScores, published: Mapping[str, Sequence[Statement]]
) -> list[_Candidate]:
    import numpy

    space = scores.space
    baseline = numpy.round(scores.combined[space.pairs], 9)
    same, other = (float(numpy.quantile(baseline, share)) for share in (SAME_TIER, OTHER_TIER))
    candidates = []
    for i, j in zip(*space.pairs, strict=True):
        link = make_link(OPPOSITE, [space.concepts[i]], [space.concepts[j]])
        score = float(scores.combined[i, j])
        one_tier = space.tiers[i] == space.tiers[j]
        statements = published.get(link.id, ())
        if round(score, 9) < (same if one_tier else other) and not statements:
            continue
        methods = {
            "antonyms": float(scores.antonyms[i, j]),
            "polarity": float(scores.polarity[i, j]),
            "kind": float(scores.kind[i, j]),
        }
        each = _Candidate(link, score, {name: s for name, s in methods.items() if s > 0})
        if not one_tier:
            each.flags.add(OTHER_TIERS)
        if scores.polarity[i, j] < HOLDS:
            each.flags.add(SAME_POLARITY)
        _tell_antonyms(each, scores, int(i), int(j))
        names = ", ".join(f"{space.concepts[row]} {scores.pleasant[row]:.2f}" for row in (i, j))
        each.evidence.append(f"probability of being pleasant: {names}")
        nearer = f"{100 * scores.kind[i, j]:.1f}% of random pairs"
        each.evidence.append(f"polarity apart, as alike as or more alike than {nearer}")
        each.holds = [_opposed(scores, child, int(j)) for child in space.children(i)] + [
            _opposed(scores, child, int(i)) for child in space.children(j)
        ]
        each.weigh_kinds()
        each.support(statements)
        candidates.append(each)
    return candidates


def _tell_antonyms(each: _Candidate, scores: OppositeScores, i: int, j: int) -> None:
    count = int(scores.counts[i, j])
    if not count:
        return
    space = scores.space
    families = [{space.concepts[row] for row in space.below[:, top].nonzero()[0]} for top in (i, j)]
    found = antonyms_between(scores.pairs, *families)
    own = {space.concepts[i], space.concepts[j]}
    found.sort(key=lambda pair: (-len(own & {pair[0][0], pair[1][0]}), pair))
    examples = ", ".join(f"{first[1]} - {second[1]}" for first, second in found[:EXAMPLES])
    noun = "pair" if count == 1 else "pairs"
    each.evidence.append(f"{count} {noun} of antonyms: {examples}")
    for first, second in found:
        key = (first, second) if (first, second) in scores.pairs else (second, first)
        each.sources.update(scores.pairs[key])


def _opposed(scores: OppositeScores, i: int, j: int) -> bool:
    if scores.space.related[i, j]:
        return False
    likely = min(scores.polarity[i, j], scores.kind[i, j]) >= HOLDS
    return bool(likely or scores.antonyms[i, j] > 0)


def _mixtures(
    scores: CompositionScores, published: Mapping[str, Sequence[Statement]]
) -> list[_Candidate]:
    import numpy

    space = scores.space
    first, second = space.pairs
    least = float(numpy.quantile(numpy.round(scores.combined[scores.possible], 9), MIXED))
    wanted = numpy.argwhere(scores.possible & (numpy.round(scores.combined, 9) >= least))
    places = {(int(whole), int(pair)) for whole, pair in wanted}
    number = {pair: n for n, pair in enumerate(zip(first.tolist(), second.tolist(), strict=True))}
    for name in published:
        places.update(_place(name, space, number))
    candidates = _of_many_parts(published)
    for whole, pair in sorted(places):
        parts = int(first[pair]), int(second[pair])
        link = make_link(
            COMPOSED, [space.concepts[whole]], [space.concepts[part] for part in parts]
        )
        methods = {
            "agreement": float(scores.agreed[whole, pair]),
            "definition": float(scores.mentioned[whole, pair]),
        }
        score = float(scores.combined[whole, pair])
        each = _Candidate(link, score, {name: s for name, s in methods.items() if s > 0})
        if methods["agreement"]:
            each.evidence.append(
                f"cosine with both {scores.agreement[whole, pair]:.2f},"
                f" {scores.gain[whole, pair]:.2f} more than with the better alone"
            )
        if methods["definition"]:
            words = ", ".join(repr(scores.words[whole, part]) for part in parts)
            each.evidence.append(f"the definition mentions {words}")
        each.holds = [_agrees(scores.agreement, child, pair) for child in space.children(whole)]
        each.weigh_kinds()
        each.support(published.get(link.id, ()))
        candidates.append(each)
    return candidates


def _of_many_parts(published: Mapping[str, Sequence[Statement]]) -> list[_Candidate]:
    """Return the published compositions of more than two parts, which no other method looks at."""
    candidates = []
    for name, statements in published.items():
        whole, kind, *parts = name.split("-")
        if kind == COMPOSED and len(parts) > 2:
            each = _Candidate(make_link(COMPOSED, [whole], parts), 0.0, {})
            each.support(statements)
            candidates.append(each)
    return candidates


def _place(name: str, space: Space, number: Mapping[tuple[int, int], int]) -> set[tuple[int, int]]:
    """Return the rows of whole and pair of a composition's id; none for another link."""
    whole, kind, *parts = name.split("-")
    if kind != COMPOSED or len(parts) != 2:
        return set()
    rows = sorted(space.index[part] for part in parts)
    pair = number.get((rows[0], rows[1]))
    return set() if pair is None else {(space.index[whole], pair)}


def _agrees(agreement: ndarray, whole: int, pair: int) -> bool:
    """Return whether a pair agrees with a concept at least as well as the middle of all pairs."""
    import numpy

    return bool(agreement[whole, pair] >= numpy.quantile(agreement[whole], HOLDS))


def _combinations(
    scores: CompositionScores,
    mixed: Sequence[_Candidate],
    stated: Sequence[Link],
    published: Mapping[str, Sequence[Statement]],
    findings: Sequence[Finding],
    corpus: str,
) -> list[_Candidate]:
    space = scores.space
    found: dict[str, _Candidate] = {}

    def candidate(operands: Iterable[str], result: str) -> _Candidate:
        link = make_link(LEADS_TO, operands, [result])
        return found.setdefault(link.id, _Candidate(link, 0.0, {}))

    for mixture in mixed:
        machine = {name: s for name, s in mixture.methods.items() if name != "published"}
        # What publications state is added below, once.
        if machine:
            each = candidate(mixture.link.targets, mixture.link.subject)
            score = 1.0
            for name, own in machine.items():
                score *= 1 - own * (LIKELY if name == "agreement" else 1.0)
            each.methods["composition"] = each.score = 1 - score
            each.evidence += [
                text for text in mixture.evidence if text.startswith(("cosine", "the definition"))
            ]
    for link in stated:
        if link.kind == COMPOSED:
            each = candidate(link.targets, link.subject)
            each.methods["composition"] = each.score = 1.0
            each.evidence.insert(0, f"{link.id} is stated")
    for finding in findings:
        each = candidate(
            (space.concepts[finding.first], space.concepts[finding.second]),
            space.concepts[finding.result],
        )
        each.methods["corpus"] = finding.npmi
        each.score = 1 - (1 - each.score) * (1 - finding.npmi)
        each.sources.add(corpus)
        each.evidence.append(
            f"of {finding.texts} texts with terms of both {finding.together} are labelled so,"
            f" {finding.expected:.1f} expected (PMI {finding.pmi:.2f} bits, q = {finding.q:.2g})"
        )
    for name, statements in published.items():
        head, kind, *results = name.split("-")
        if kind == LEADS_TO:
            candidate(statements_operands(statements, head), results[0])
    first, second = space.pairs
    number = {pair: n for n, pair in enumerate(zip(first.tolist(), second.tolist(), strict=True))}
    for name, each in found.items():
        result = space.index[each.link.targets[0]]
        rows = [space.index[operand] for operand in each.link.operands]
        each.holds = []
        for operand, other in (rows, reversed(rows)):
            for child in space.children(operand):
                low, high = sorted((child, other))
                if (low, high) in number:
                    agrees = _agrees(scores.agreement, result, number[low, high])
                    each.holds = [*each.holds, agrees]
        each.weigh_kinds()
        each.support(published.get(name, ()))
    return list(found.values())


def statements_operands(statements: Sequence[Statement], head: str) -> tuple[str, ...]:
    """Return the concepts of a combination that publications state."""
    link = statements[0].link
    return link.operands or link.targets
