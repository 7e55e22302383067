"""The knowledge as an rdflib dataset."""

from __future__ import annotations

import pytest
from tone_kg.ontology import UnknownName, load, to_rdflib

GRAPH = "https://w3id.org/tone/graph/"
LINKS = [GRAPH + "links"]


def test_rdflib_answers_queries_on_the_links() -> None:
    dataset = to_rdflib(load(), LINKS)
    rows = dataset.query("SELECT ?o WHERE { tone:Joy tone:isOppositeOf ?o }")
    assert [row.o.n3(dataset.namespace_manager) for row in rows] == ["tone:Sadness"]
    graph = f"GRAPH <{LINKS[0]}>"
    asked = f"ASK {{ {graph} {{ tone:Delight tone:isComposedOf tone:Joy }} }}"
    assert dataset.query(asked).askAnswer


def test_the_graphs_asked_for_are_there_and_no_others() -> None:
    two = to_rdflib(load(), [GRAPH + "ontology", *LINKS])
    full = {str(graph.identifier) for graph in two.graphs() if len(graph)}
    assert full == {GRAPH + "ontology", *LINKS}
    grief = "ASK { tone:Grief rdfs:subClassOf+ tone:Sadness . tone:Sadness tone:isOppositeOf ?o }"
    assert two.query(grief).askAnswer, "a query sees the union of the graphs"


def test_a_graph_that_does_not_exist_is_told() -> None:
    with pytest.raises(UnknownName, match=r"unknown graph 'links'.*graph/links"):
        to_rdflib(load(), ["links"])
