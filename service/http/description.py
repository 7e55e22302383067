"""What the endpoint says of itself (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from ...ontology.iris import DEFAULT_GRAPHS, PREFIXES
from ..store import StoreDescription

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMAT = "http://www.w3.org/ns/formats/"
RESULT_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "N-Quads",
    "TriG",
)
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_VOID_TRIPLES = ox.NamedNode(PREFIXES["void"] + "triples")


def service_description(endpoint: str, store: StoreDescription, media_type: str) -> bytes:
    """Return the service description.

    Args:
        endpoint: the address of the endpoint.
        store: what is asked there.
        media_type: one of GRAPH_TYPES.
    """
    body = ox.serialize(
        _triples(endpoint, store),
        format=ox.RdfFormat.from_media_type(media_type),
        prefixes={"sd": SD, "void": PREFIXES["void"], "tone": PREFIXES["tone"]},
    )
    return body or b""


def _triples(endpoint: str, store: StoreDescription) -> Iterator[ox.Triple]:
    service, dataset, default = ox.NamedNode(endpoint), ox.BlankNode("d"), ox.BlankNode("u")
    yield ox.Triple(service, _TYPE, _sd("Service"))
    yield ox.Triple(service, _sd("endpoint"), service)
    yield ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield ox.Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    for name in RESULT_FORMATS:
        yield ox.Triple(service, _sd("resultFormat"), ox.NamedNode(FORMAT + name))
    yield ox.Triple(service, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, _TYPE, _sd("Dataset"))
    yield ox.Triple(dataset, _sd("defaultGraph"), default)
    yield ox.Triple(default, _TYPE, _sd("Graph"))
    united = sum(store.graphs.get(each, 0) for each in DEFAULT_GRAPHS)
    yield ox.Triple(default, _VOID_TRIPLES, ox.Literal(united))
    for number, (name, size) in enumerate(sorted(store.graphs.items())):
        named, graph = ox.BlankNode(f"n{number}"), ox.BlankNode(f"g{number}")
        yield ox.Triple(dataset, _sd("namedGraph"), named)
        yield ox.Triple(named, _TYPE, _sd("NamedGraph"))
        yield ox.Triple(named, _sd("name"), ox.NamedNode(name))
        yield ox.Triple(named, _sd("graph"), graph)
        yield ox.Triple(graph, _TYPE, _sd("Graph"))
        yield ox.Triple(graph, _VOID_TRIPLES, ox.Literal(size))


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)
