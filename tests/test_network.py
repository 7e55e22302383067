"""The ontology as a networkx graph."""

from __future__ import annotations

import networkx as nx
from tone_kg.ontology import load, to_networkx


def test_the_hierarchy_leads_from_a_concept_to_its_primary() -> None:
    graph = to_networkx(load())
    assert nx.shortest_path(graph, "Loneliness", "Sadness") == ["Loneliness", "Neglect", "Sadness"]
    assert graph.nodes["Loneliness"] == {"label": "loneliness", "tier": 3, "primary": "Sadness"}
    assert graph.nodes["Trust"]["primary"] is None


def test_links_are_edges_with_their_evidence() -> None:
    graph = to_networkx(load())
    (opposite,) = graph.get_edge_data("Joy", "Sadness").values()
    assert opposite == {
        "kind": "isOppositeOf",
        "link": "Joy-isOppositeOf-Sadness",
        "score": 1.0,
        "method": "literature",
        "status": "accepted",
    }
    parts = {part for _, part, kind in graph.out_edges("Love", data="kind")}
    assert parts == {"Joy", "Trust"}
    kinds = {(to, kind) for _, to, kind in graph.out_edges("JoyPlusTrust", data="kind")}
    assert kinds == {("Joy", "hasOperand"), ("Trust", "hasOperand"), ("Love", "leadsTo")}


def test_two_loads_give_the_same_graph() -> None:
    first, second = (list(to_networkx(load()).edges(data=True, keys=True)) for _ in range(2))
    assert first == second
