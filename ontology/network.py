"""The ontology as a network, for graph algorithms (networkx)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .model import Link, Ontology

if TYPE_CHECKING:
    import networkx as nx

IS_A = "subClassOf"
"""The kind of the edges of the hierarchy, from a concept to its parent."""


def to_networkx(ontology: Ontology) -> nx.MultiDiGraph[str]:
    """Return the concepts, the combinations, and the hierarchy and stated links between them.

    A node is a concept's or a combination's id; a concept has `label`, `tier` and `primary`
    (None where there is none), a combination `label` alone. An edge has its `kind`
    (`subClassOf`, `isOppositeOf`, `isComposedOf`, `hasOperand`, `leadsTo`); those of a link also
    its id as `link`, its `score` in [0, 1] or None, its `method` and its `status`.

    Example:
        >>> from tone_kg.ontology import load, to_networkx
        >>> sorted(to_networkx(load()).successors("Grief"))
        ['SadnessProper']
    """
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(version=ontology.version)
    for concept in ontology.concepts.values():
        primary = ontology.primary(concept.id)
        graph.add_node(concept.id, label=concept.label, tier=concept.tier, primary=primary)
    for concept in ontology.concepts.values():
        if concept.parent is not None:
            graph.add_edge(concept.id, concept.parent, key=IS_A, kind=IS_A)
    for link in ontology.links:
        if link.operands:
            known = (ontology.concepts.get(each) for each in link.operands)
            labels = (each.label for each in known if each)
            graph.add_node(link.subject, label=" + ".join(labels))
            for operand in link.operands:
                graph.add_edge(link.subject, operand, key=link.id, kind="hasOperand")
        for target in link.targets:
            graph.add_edge(link.subject, target, key=link.id, kind=link.kind, **_evidence(link))
    return graph


def _evidence(link: Link) -> dict[str, Any]:
    score = link.evidence.score
    return {
        "link": link.id,
        "score": None if score is None else float(score),
        "method": link.evidence.method,
        "status": link.evidence.status,
    }
