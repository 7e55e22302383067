"""The network of concepts and accepted links as files for Gephi, Cytoscape and the like.

The bytes depend on the sources alone: neither on the day nor on the version of networkx.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from .inheritance import accepted_links
from .iris import ONTOLOGY, concept_iri
from .model import Ontology
from .network import to_networkx
from .terms import SEPARATOR

if TYPE_CHECKING:
    import networkx as nx


def graphml(ontology: Ontology) -> bytes:
    """Return the network as GraphML (http://graphml.graphdrawing.org/specification.html)."""
    from networkx.readwrite.graphml import write_graphml_xml

    # Not `write_graphml`, whose layout varies with whether lxml is installed.
    out = BytesIO()
    write_graphml_xml(_network(ontology), out)
    return out.getvalue() + b"\n"


def gexf(ontology: Ontology) -> bytes:
    """Return the network as GEXF 1.2 (https://gexf.net/1.2/)."""
    from networkx.readwrite.gexf import GEXFWriter

    network = _network(ontology)
    for _, _, key, values in network.edges(keys=True, data=True):
        values["id"] = key
    writer = GEXFWriter(network, version="1.2draft")
    meta = writer.xml.find("meta")
    del meta.attrib["lastmodifieddate"]
    del writer.graph_element.attrib["name"]  # not in the schema of GEXF 1.2
    meta.find("creator").text = f"TONE {ontology.version}, {ONTOLOGY}"
    out = BytesIO()
    writer.write(out)
    return out.getvalue() + b"\n"


def _network(ontology: Ontology) -> nx.MultiDiGraph[str]:
    """Return the network with what the programs show: labels, types, weights; nothing is None."""
    import networkx as nx

    graph = to_networkx(replace(ontology, links=tuple(accepted_links(ontology))))
    links = {link.id: link for link in ontology.links}
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph(name="TONE")
    for node, known in graph.nodes(data=True):
        concept = ontology.concepts.get(node)
        values = {
            "label": known["label"],
            "type": "emotion" if concept else "combination",
            "tier": known.get("tier"),
            "primary": known.get("primary"),
            "iri": concept_iri(node),
            "definition": concept.definition if concept else None,
        }
        network.add_node(node, **_given(values))
    for start, end, known in graph.edges(data=True):
        kind, score = known["kind"], known.get("score")
        link = links.get(known.get("link", ""))
        name = f"{start}-{kind}-{end}" if link is None else link.id
        if link is not None and len(link.targets) > 1:
            name += f".{end}"
        values = {
            "label": kind,
            "kind": kind,
            "weight": 1.0 if score is None else score,
            "score": score,
            "method": known.get("method"),
            "sources": SEPARATOR.join(link.evidence.sources) if link else None,
            "link": link.iri if link else None,
        }
        network.add_edge(start, end, key=name, **_given(values))
    return network


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
