"""The shortest explained path between two emotions, over the hierarchy and the accepted links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import prod
from typing import TYPE_CHECKING

from .answers import WrongEmotions
from .concepts import Link
from .inheritance import accepted_links
from .links import COMPOSED, KINDS, LEADS_TO, OPPOSITE
from .model import Ontology
from .network import IS_A
from .table_rules import concept_problem

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, slots=True)
class PathEdge:
    """One step of a path.

    `kind` is `subClassOf` or one of `links.KINDS`. `link` is None in the hierarchy. `text` says
    the step in words, and names the other parts or the other operand of a link.
    """

    start: str
    end: str
    kind: str
    link: Link | None
    text: str


@dataclass(frozen=True, slots=True)
class EmotionPath:
    """How two emotions hang together: the edges from `start` to `end`, None if they do not."""

    start: str
    end: str
    edges: tuple[PathEdge, ...] | None


def path(ontology: Ontology, start: str, end: str) -> EmotionPath:
    """Return the shortest path between two emotions.

    Every edge counts one, whether of the hierarchy or a link, and is read in both directions: a
    combination is a step from each operand to the result and back. `Emotion` itself, of which
    all are kinds, joins none. Of the paths that are equally short, the one whose links have the
    best product of scores is taken, then the one whose concepts come first by their ids. Between
    two concepts the hierarchy counts before links, a better score before a lesser one, then the
    kinds count in the order of `links.KINDS`, then the id.

    Args:
        ontology: the knowledge.
        start: the id, IRI or label of an emotion.
        end: the same of another one.

    Raises:
        UnknownName: there is no such emotion.
        WrongEmotions: an emotion is deprecated.

    Example:
        >>> from tone_kg.ontology import load, path
        >>> [each.text for each in path(load(), "neglect", "joy").edges]
        ['neglect is a kind of sadness', 'sadness is the opposite of joy']
    """
    import networkx as nx

    first, last = _concept(ontology, "from", start), _concept(ontology, "to", end)
    graph = _graph(ontology)
    try:
        routes: list[list[PathEdge]] = [
            [graph.edges[pair]["edge"] for pair in nx.utils.pairwise(nodes)]
            for nodes in nx.all_shortest_paths(graph, first, last)
        ]
    except nx.NetworkXNoPath:
        return EmotionPath(first, last, None)
    return EmotionPath(first, last, tuple(min(routes, key=_best_route_first)))


def _concept(ontology: Ontology, field: str, name: str) -> str:
    found = ontology.concept(name).id
    if problem := concept_problem(found, ontology.concepts):
        raise WrongEmotions(field, problem)
    return found


def _best_route_first(route: Iterable[PathEdge]) -> tuple[Decimal, list[str]]:
    edges = list(route)
    return -prod(map(_score, edges), start=Decimal(1)), [each.end for each in edges]


def _graph(ontology: Ontology) -> nx.DiGraph[str]:
    """Return the concepts with the best edge between each two, in each direction."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(each.id for each in ontology.concepts.values() if not each.deprecated)
    for edge in sorted(_edges(ontology), key=_best_edge_first):
        if not graph.has_edge(edge.start, edge.end):
            graph.add_edge(edge.start, edge.end, edge=edge)
    return graph


def _best_edge_first(edge: PathEdge) -> tuple[object, ...]:
    order = (IS_A, *KINDS).index(edge.kind)
    link = edge.link.id if edge.link else ""
    return (edge.start, edge.end, edge.link is not None, -_score(edge), order, link)


def _score(edge: PathEdge) -> Decimal:
    return Decimal(1) if edge.link is None else edge.link.evidence.score or Decimal(0)


def _edges(ontology: Ontology) -> Iterator[PathEdge]:
    concepts = ontology.concepts
    for concept in concepts.values():
        if concept.parent in concepts and not concept.deprecated:
            kind, parent = concept.label, concepts[concept.parent].label
            yield PathEdge(concept.id, concept.parent, IS_A, None, f"{kind} is a kind of {parent}")
            text = f"{parent} has the kind {kind}"
            yield PathEdge(concept.parent, concept.id, IS_A, None, text)
    for link in accepted_links(ontology):
        if all(each in concepts for each in (*link.targets, *(link.operands or [link.subject]))):
            yield from _link_edges(ontology, link)


def _link_edges(ontology: Ontology, link: Link) -> Iterator[PathEdge]:
    def label(concept: str) -> str:
        return ontology.concepts[concept].label

    def others(concepts: Iterable[str], concept: str) -> str:
        return " and ".join(label(each) for each in concepts if each != concept)

    whole, target = link.subject, link.targets[0]
    if link.kind == OPPOSITE:
        for start, end in ((whole, target), (target, whole)):
            text = f"{label(start)} is the opposite of {label(end)}"
            yield PathEdge(start, end, OPPOSITE, link, text)
    elif link.kind == COMPOSED:
        for part in link.targets:
            rest = others(link.targets, part)
            text = f"{label(whole)} is composed of {label(part)} together with {rest}"
            yield PathEdge(whole, part, COMPOSED, link, text)
            text = f"{label(part)} together with {rest} is part of {label(whole)}"
            yield PathEdge(part, whole, COMPOSED, link, text)
    else:
        for operand in link.operands:
            rest = others(link.operands, operand)
            text = f"{label(operand)} together with {rest} leads to {label(target)}"
            yield PathEdge(operand, target, LEADS_TO, link, text)
            text = f"{label(target)} results from {label(operand)} together with {rest}"
            yield PathEdge(target, operand, LEADS_TO, link, text)
