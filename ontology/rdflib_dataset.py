"""The knowledge as an rdflib dataset, for programs that work with rdflib."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import pyoxigraph as ox

from .errors import UnknownName
from .iris import DEFAULT_GRAPHS, PREFIXES
from .model import Ontology
from .served_graph import quads

if TYPE_CHECKING:
    import rdflib


def to_rdflib(ontology: Ontology, graphs: Collection[str] = DEFAULT_GRAPHS) -> rdflib.Dataset:
    """Return the named graphs that are served as an rdflib dataset, TONE's prefixes bound.

    Queries that name no graph see the union of the graphs, as those of the service do.

    Args:
        ontology: the knowledge.
        graphs: IRIs of the graphs to take; by default those of the service's default graph. That
            of the vocabulary is by far the largest.

    Raises:
        UnknownName: there is no such graph; the message lists those that exist.
        SourceError: the source cannot be read.

    Example:
        >>> from tone_kg.ontology import load, to_rdflib
        >>> links = to_rdflib(load(), ["https://w3id.org/tone/graph/links"])
        >>> [row.o.n3(links.namespace_manager) for row in links.query(
        ...     "SELECT ?o WHERE { tone:Joy tone:isOppositeOf ?o }")]
        ['tone:Sadness']
    """
    import rdflib

    for graph in graphs:
        if graph not in DEFAULT_GRAPHS:
            raise UnknownName("graph", graph, DEFAULT_GRAPHS)
    wanted = {ox.NamedNode(graph) for graph in graphs}
    chosen = (quad for quad in quads(ontology) if quad.graph_name in wanted)
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=ox.serialize(chosen, format=ox.RdfFormat.N_QUADS), format="nquads")
    for prefix, iri in PREFIXES.items():
        dataset.bind(prefix, iri, replace=True)
    return dataset
