"""From decisions on links to the ontology's source: what is stated, taken back and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, product

import pyoxigraph as ox

from ...ontology.check import graph_findings
from ...ontology.concepts import Evidence, Link
from ...ontology.links import LEADS_TO, joint_problems, make_link, read_link
from ...ontology.model import Ontology
from ...ontology.normal_form import format_turtle
from ...ontology.rdf_input import read_rdf
from ...ontology.source import SourceGraph
from ...ontology.statements import both_ways, restated, states_just
from ...ontology.terms import SEPARATOR
from ..decisions import ACCEPT, SCORE, Decision, SourceErrors
from ..kinds import LINKS
from ..replay import TEAM
from ..review_kind import Item
from ..verdicts import Settled, accepted, lowest, settle, told

REVIEW = "review"
"""The method of a link that rests on a reviewer's word."""

Rows = Sequence[Decision]


@dataclass(frozen=True)
class ReplayedLinks:
    """The source that decisions make, and what differs from the one before.

    Attributes:
        source: `tone-edit.ttl` in its normal form.
        links: all links that the decisions state.
        added, changed, removed: as they are after; those removed, as they were before.
        kept: the links that a curator wrote, as they stand.
        overruled: why, for those of `kept` of which decisions say something else.
    """

    source: bytes
    links: tuple[Link, ...]
    added: tuple[Link, ...]
    changed: tuple[Link, ...]
    removed: tuple[Link, ...]
    kept: tuple[Link, ...]
    overruled: Mapping[str, str]


def replay_links(
    decisions: Iterable[Decision], before: Iterable[Decision], ontology: Ontology, source: bytes
) -> ReplayedLinks:
    """Return the source that decisions on links make, in whatever order they come.

    A link of the source is the decisions' own if it says just what some of those who decided on
    it say, and may be changed and taken back; every other one is the curator's and is kept.

    Args:
        decisions: all decisions on links, as `settle` takes them.
        before: the decisions on record until now, some of which may be revised in `decisions`.
        ontology: what the source holds.
        source: a `tone-edit.ttl`, in its normal form or not.

    Raises:
        SourceErrors: as `settle` and `accepted` do, and where the links break rules together or
            the source that they would make breaks rules that it keeps now; with the places of the
            decisions.
        ToneError: the source has no normal form.
    """
    decisions = list(decisions)
    settled = settle(decisions, LINKS, ontology)
    rows = accepted(settled)
    made = {each: link_of(each, theirs, ontology) for each, theirs in rows.items()}
    normal = read_rdf(format_turtle(read_rdf(source, "ttl")), "ttl")
    graph = SourceGraph(normal)
    stated = {each.id: each for each in map(_canonical, graph.links())}
    authors = _by_choice(chain(before, decisions))
    own = {
        each
        for each, link in stated.items()
        if _is_made_by(graph, link, authors.get(each, ()), ontology)
    }
    kept = {each: link for each, link in stated.items() if each not in own}
    result = {each: link for each, link in made.items() if each not in kept}
    if problems := list(_joint_problems(result, kept, rows, ontology)):
        raise SourceErrors(problems)
    removed = {each: stated[each] for each in own - result.keys()}
    changed = {
        each: link
        for each, link in result.items()
        if each in stated and not states_just(graph, link)
    }
    added = {each: link for each, link in result.items() if each not in stated}
    new = [*added.values(), *changed.values()]
    text = restated(normal, stated=new, taken_back=removed.values())
    if (new or removed) and (problems := list(_rule_problems(normal, text, new, rows))):
        raise SourceErrors(problems)
    return ReplayedLinks(
        source=text,
        links=_ordered(result),
        added=_ordered(added),
        changed=_ordered(changed),
        removed=_ordered(removed),
        kept=_ordered(kept),
        overruled=dict(_overruled(graph, kept, made, settled)),
    )


def link_of(link: str, rows: Rows, ontology: Ontology) -> Link:
    """Return the link that decisions for it make, with its evidence.

    Its score is the lowest that those give who decide, else the others; else what the methods
    that proposed it say together. A reviewer's own link, or one put in the place of another, rests
    on the review alone: what the methods said was said of the other one.

    Args:
        link: its id.
        rows: the decisions for it, those of the role that decides first.
        ontology: holds its concepts.
    """
    proposed = [row for row in rows if row.decision == ACCEPT and row.proposed]
    methods = {method.rpartition(" ")[0] for row in proposed for method in row.methods} or {REVIEW}
    sources = {source for row in proposed for source in row.source} or {TEAM}
    combined = [row.similarity for row in proposed if row.similarity is not None]
    evidence = Evidence(
        score=lowest("score", rows, min(combined, default=SCORE)),
        method=SEPARATOR.join(sorted(methods)),
        status="accepted",
        reviewer=tuple(sorted({row.reviewer for row in rows})),
        sources=tuple(sorted(sources)),
    )
    return replace(read_link(link, ontology), evidence=evidence)


def _canonical(link: Link) -> Link:
    """Return a stated link as decisions name it: opposites once, in alphabetical order."""
    operands = link.operands if link.kind == LEADS_TO else ()
    named = make_link(link.kind, operands or (link.subject,), link.targets)
    return replace(named, evidence=link.evidence)


def _by_choice(decisions: Iterable[Decision]) -> dict[str, tuple[Decision, ...]]:
    found: dict[str, dict[Decision, None]] = {}
    for row in _deciding_first(decisions):
        found.setdefault(row.choice, {})[row] = None
    return {choice: tuple(rows) for choice, rows in found.items()}


def _is_made_by(graph: SourceGraph, link: Link, rows: Rows, ontology: Ontology) -> bool:
    """Return whether some of the decisions for a link make it just as the source states it.

    That need not be all: those taken since the source was made are no reason to keep it.
    """
    said = {name: [row for row in rows if row.reviewer == name] for name in link.evidence.reviewer}
    # All who are named have a part in it: only which of their own decisions is open.
    some = product(*map(_some_of, said.values())) if said else ()
    return any(
        states_just(graph, link_of(link.id, _deciding_first(chain(*each)), ontology))
        for each in some
    )


def _some_of(rows: Rows) -> list[Rows]:
    """Return all choices of at least one of some decisions, all of them first."""
    return [each for size in range(len(rows), 0, -1) for each in combinations(rows, size)]


def _deciding_first(rows: Iterable[Decision]) -> Rows:
    return sorted(rows, key=lambda each: (each.role, each.key))


def _joint_problems(
    result: Mapping[str, Link],
    kept: Mapping[str, Link],
    rows: Mapping[str, Rows],
    ontology: Ontology,
) -> Iterator[str]:
    """Yield the rules that links break together, at the decisions on them."""
    known = [link for link in kept.values() if not _unknown(link, ontology)]
    for link, problem in joint_problems([*result.values(), *known], ontology):
        if link.id in result:
            yield f"{rows[link.id][0].place}: {link.id}: {problem}"


def _unknown(link: Link, ontology: Ontology) -> bool:
    named = (*(link.operands or (link.subject,)), *link.targets)
    return any(each not in ontology.concepts for each in named)


def _rule_problems(
    before: list[ox.Triple], after: bytes, new: Iterable[Link], rows: Mapping[str, Rows]
) -> Iterator[str]:
    """Yield the rules of `tone check` that a source breaks with `new` links and not without."""
    findings = set(graph_findings(read_rdf(after, "ttl")))
    if findings:
        findings -= set(graph_findings(before))
    places: dict[str, list[str]] = {}
    for link in new:
        for axiom in both_ways(link):
            places.setdefault(axiom.subject, []).append(rows[link.id][0].place)
    for finding in sorted(findings, key=str):
        yield f"{', '.join(places.get(finding.concept, ['tone-edit.ttl']))}: {finding}"


def _overruled(
    graph: SourceGraph,
    kept: Mapping[str, Link],
    made: Mapping[str, Link],
    settled: Mapping[Item, Settled],
) -> Iterator[tuple[str, str]]:
    """Yield the links that a curator wrote of which decisions say something else, and what."""
    for each in kept:
        if each in made and not states_just(graph, made[each]):
            yield each, "the decisions give it other evidence"
        elif (each,) in settled and each not in made:
            rows = settled[each,].rows
            yield each, f"{rows[0].place} says {told(rows[:1], False)}"


def _ordered(links: Mapping[str, Link]) -> tuple[Link, ...]:
    return tuple(link for _, link in sorted(links.items()))
