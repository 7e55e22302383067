"""From the scores of all methods to the links that people are asked to decide on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from ...ontology.concepts import Link
from ...ontology.links import (
    COMPOSED,
    KINDS,
    LEADS_TO,
    OPPOSITE,
    joint_problems,
    link_problems,
    make_link,
)
from ...ontology.model import Ontology
from ...ontology.terms import SEPARATOR
from .candidates import (
    FLAGS,
    Candidate,
    Published,
    combination_candidates,
    composition_candidates,
    opposite_candidates,
)
from .corpus import Finding
from .methods import CompositionScores, OppositeScores
from .proposals import LinkProposal

MOST = 200
"""How many proposals of a kind are made, the best ones."""
MOST_OF_ONE = 5
"""How many compositions one concept has at most, and how many combinations lead to one; those
that are published do not count."""

MACHINE = "machine"
"""The source of what rests on embeddings and definitions alone."""


def propose_links(
    opposites: OppositeScores,
    compositions: CompositionScores,
    published: Published,
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
    ontology = opposites.space.ontology
    stated = [
        make_link(each.kind, each.operands or (each.subject,), each.targets) for each in taken
    ]
    known = {*(each.id for each in stated), *decided}
    proposals: list[LinkProposal] = []
    for kind in KINDS:
        if kind not in kinds:
            continue
        if kind == OPPOSITE:
            candidates = list(opposite_candidates(opposites, published))
        else:
            alone, candidates = composition_candidates(compositions, published)
            if kind == LEADS_TO:
                candidates = combination_candidates(
                    compositions, alone, stated, published, findings, corpus
                )
        before = [each for each in stated if each.kind == kind]
        fresh = [each for each in candidates if each.link.id not in known]
        proposals += map(_proposal, _best(fresh, before, ontology))
    return proposals


def _best(
    candidates: Iterable[Candidate], before: Iterable[Link], ontology: Ontology
) -> list[Candidate]:
    """Return the best of one kind of link that say something new beside those before."""
    before = list(before)
    links = list(before)
    count: Counter[str] = Counter()
    best: list[Candidate] = []
    for each in sorted(candidates, key=lambda each: (-round(each.score, 4), each.link.id)):
        is_published = "literature" in each.methods
        end = each.link.subject if each.link.kind == COMPOSED else each.link.targets[0]
        if len(best) == MOST:
            break
        if _breaks_rules(each.link, before, ontology) or any(
            _says(link, each.link, ontology, is_published) for link in links
        ):
            continue
        if each.link.kind != OPPOSITE and not is_published:
            if count[end] == MOST_OF_ONE:
                continue
            count[end] += 1
        links.append(each.link)
        best.append(each)
    return best


def _breaks_rules(link: Link, stated: Sequence[Link], ontology: Ontology) -> bool:
    """Return whether a link breaks a rule, by itself or together with those that are stated."""
    if any(link_problems(link, ontology)):
        return True
    return any(other.id == link.id for other, _ in joint_problems([*stated, link], ontology))


def _says(known: Link, link: Link, ontology: Ontology, exactly: bool) -> bool:
    """Return whether a link says nothing new beside a known one of its kind.

    It says nothing new if it is inherited from that (stated on ancestors, same targets). Of
    compositions of one whole, or combinations with one result, whose parts lie along the same
    branches only the first says anything new, unless a part must be the known one `exactly`.
    """

    def below(low: str, high: str) -> bool:
        return high in ontology.path(low)

    def along(one: str, other: str) -> bool:
        return below(one, other) or below(other, one)

    if link.kind == OPPOSITE:
        one, other = ((each.subject, each.targets[0]) for each in (link, known))
        return any(
            below(one[i], other[j]) and one[1 - i] == other[1 - j] for i in (0, 1) for j in (0, 1)
        )
    if link.kind == COMPOSED:
        if link.targets == known.targets and below(link.subject, known.subject):
            return True
        ours, theirs = link.targets, known.targets
        return (
            not exactly
            and link.subject == known.subject
            and any(
                along(ours[0], theirs[j]) and along(ours[1], theirs[k])
                for j in range(len(theirs))
                for k in range(len(theirs))
                if j != k
            )
        )
    if link.targets != known.targets:
        return False
    ours, theirs = link.operands, known.operands
    same = below if exactly else along
    return any(same(ours[0], theirs[j]) and same(ours[1], theirs[1 - j]) for j in (0, 1))


def _proposal(each: Candidate) -> LinkProposal:
    return LinkProposal(
        link=each.link.id,
        score=_places(each.score),
        methods=tuple(f"{name} {_places(score)}" for name, score in each.methods.items()),
        kinds=_kinds_text(each.holds),
        flags=tuple(flag for flag in FLAGS if flag in each.flags),
        source=tuple(sorted(each.sources or {MACHINE})),
        evidence=tuple(seen.replace(SEPARATOR, ", ") for seen in each.evidence),
    )


def _kinds_text(holds: Sequence[bool]) -> str:
    """Return for how many kinds a link makes sense, as people read it; empty if there are none."""
    if not holds:
        return ""
    return "all" if all(holds) else f"{sum(holds)} of {len(holds)}"


def _places(score: float) -> Decimal:
    # Without the last bits, which depend on the machine's arithmetic, halves round the same way.
    return Decimal(f"{round(score, 9):.4f}")
