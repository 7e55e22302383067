"""The ontology as a networkx graph, and as files for the programs that draw such graphs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest
from tone_kg.ontology import load, to_networkx
from tone_kg.ontology.build import build


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
        "score": 0.9999,
        "method": "antonyms | kind | literature | polarity",
        "status": "accepted",
    }
    parts = {part for _, part, link in graph.out_edges("Delight", keys=True)}
    assert {"Joy", "Surprise"} <= parts
    kinds = {(to, kind) for _, to, kind in graph.out_edges("JoyPlusSurprise", data="kind")}
    assert kinds == {("Joy", "hasOperand"), ("Surprise", "hasOperand"), ("Delight", "leadsTo")}


def test_two_loads_give_the_same_graph() -> None:
    first, second = (list(to_networkx(load()).edges(data=True, keys=True)) for _ in range(2))
    assert first == second


# The files for Gephi and Cytoscape.


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("products")
    build(None, out)
    return out


@pytest.fixture(params=["tone.graphml", "tone.gexf"])
def network(files: Path, request: pytest.FixtureRequest) -> nx.MultiDiGraph[str]:
    read = {"tone.graphml": nx.read_graphml, "tone.gexf": nx.read_gexf}[request.param]
    found = read(BytesIO((files / request.param).read_bytes()))
    assert found.is_multigraph()
    assert found.is_directed()
    return found


def test_networkx_reads_the_files_back_as_the_same_network(network: nx.MultiDiGraph[str]) -> None:
    graph = to_networkx(load())
    assert set(network.nodes) == set(graph.nodes)

    def edges(each: nx.MultiDiGraph[str]) -> list[tuple[str, str, str]]:
        return sorted(each.edges(data="kind"))

    assert edges(network) == edges(graph)


def test_nodes_and_edges_have_what_the_programs_show(network: nx.MultiDiGraph[str]) -> None:
    loneliness = network.nodes["Loneliness"]
    assert loneliness["label"] == "loneliness"
    assert (loneliness["type"], loneliness["tier"], loneliness["primary"]) == (
        "emotion",
        3,
        "Sadness",
    )
    assert loneliness["iri"] == "https://w3id.org/tone/Loneliness"
    assert loneliness["definition"] == load().concepts["Loneliness"].definition
    assert not {"tier", "primary"} & set(network.nodes["Trust"])
    both = network.nodes["JoyPlusSurprise"]
    assert (both["type"], both["label"]) == ("combination", "joy + surprise")
    (opposite,) = network.get_edge_data("Joy", "Sadness").values()
    assert (opposite["kind"], opposite["score"]) == ("isOppositeOf", 0.9999)
    assert opposite["weight"] == opposite["score"]
    (stated,) = (each for each in load().links if each.id == "Joy-isOppositeOf-Sadness")
    assert opposite["sources"] == " | ".join(stated.evidence.sources)
    assert opposite["link"] == "https://w3id.org/tone/link/Joy-isOppositeOf-Sadness"
    (kind_of,) = network.get_edge_data("Loneliness", "Neglect").values()
    assert (kind_of["kind"], kind_of["weight"], "score" in kind_of) == ("subClassOf", 1.0, False)


@pytest.mark.parametrize("name", ["tone.graphml", "tone.gexf"])
def test_the_files_are_whole(files: Path, name: str) -> None:
    """Ids are unique, edges join nodes that exist, values have a declared key and its type."""
    root = ElementTree.fromstring((files / name).read_bytes())
    space = root.tag.partition("}")[0] + "}"
    assert root.tag == space + name.partition(".")[2]
    nodes = [each.get("id") for each in root.iter(f"{space}node")]
    edges = list(root.iter(f"{space}edge"))
    assert len(set(nodes)) == len(nodes) > 100
    assert len({each.get("id") for each in edges}) == len(edges) > 100
    assert {each.get(end) for each in edges for end in ("source", "target")} <= set(nodes)
    graphml = name.endswith("graphml")
    keys = list(root.iter(f"{space}{'key' if graphml else 'attribute'}"))
    declared = {each.get("id"): each.get("attr.type" if graphml else "type") for each in keys}
    assert len(declared) == len(keys)
    assert {"string", "long"} <= set(declared.values())
    types = {"string": str, "long": int, "double": float}
    values = list(root.iter(f"{space}{'data' if graphml else 'attvalue'}"))
    assert len(values) > 1000
    for each in values:
        text = each.text if graphml else each.get("value")
        assert text not in (None, "", "None")
        types[str(declared[each.get("key" if graphml else "for")])](text)


def test_the_files_say_nothing_of_the_day_or_the_library(files: Path) -> None:
    text = (files / "tone.gexf").read_text("utf-8")
    assert "lastmodifieddate" not in text
    assert "NetworkX" not in text
    assert f"<creator>TONE {load().version}" in text
