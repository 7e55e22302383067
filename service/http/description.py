"""What the endpoint says of itself (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from ...ontology.iris import PREFIXES
from ..store import GraphStatistics

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


def service_description(
    endpoint: str,
    statistics: dict[str | None, GraphStatistics],
    media_type: str,
    update: str | None = None,
) -> bytes:
    """Return the service description.

    Args:
        endpoint: the address of the endpoint.
        statistics: what is asked there: see `Store.statistics`.
        media_type: one of GRAPH_TYPES or QUAD_TYPES.
        update: the address for updates, if there are any; the endpoint takes them too.
    """
    body = ox.serialize(
        [*_triples(endpoint, statistics), *_updates(endpoint, update)],
        format=ox.RdfFormat.from_media_type(media_type),
        prefixes={"sd": SD, "void": PREFIXES["void"], "tone": PREFIXES["tone"]},
    )
    return body or b""


def _triples(endpoint: str, statistics: dict[str | None, GraphStatistics]) -> Iterator[ox.Triple]:
    service, dataset, default = ox.NamedNode(endpoint), ox.BlankNode("d"), ox.BlankNode("u")
    yield ox.Triple(service, _TYPE, _sd("Service"))
    yield ox.Triple(service, _sd("endpoint"), service)
    yield ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    for name in RESULT_FORMATS:
        yield ox.Triple(service, _sd("resultFormat"), ox.NamedNode(FORMAT + name))
    yield ox.Triple(service, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, _TYPE, _sd("Dataset"))
    yield ox.Triple(dataset, _sd("defaultGraph"), default)
    if None in statistics:
        yield from _graph(default, statistics[None])
    names = sorted(name for name in statistics if name is not None)
    for number, name in enumerate(names):
        named, graph = ox.BlankNode(f"n{number}"), ox.BlankNode(f"g{number}")
        yield ox.Triple(dataset, _sd("namedGraph"), named)
        yield ox.Triple(named, _TYPE, _sd("NamedGraph"))
        yield ox.Triple(named, _sd("name"), ox.NamedNode(name))
        yield ox.Triple(named, _sd("graph"), graph)
        yield from _graph(graph, statistics[name])


def _updates(endpoint: str, update: str | None) -> Iterator[ox.Triple]:
    if update is None:
        return
    for service in (ox.NamedNode(endpoint), ox.NamedNode(update)):
        yield ox.Triple(service, _TYPE, _sd("Service"))
        yield ox.Triple(service, _sd("endpoint"), service)
        yield ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Update"))
        yield ox.Triple(service, _sd("feature"), _sd("EmptyGraphs"))


def _graph(graph: ox.BlankNode, counted: GraphStatistics) -> Iterator[ox.Triple]:
    """Yield what a graph is and holds; the partitions say it of each property and class."""
    yield ox.Triple(graph, _TYPE, _sd("Graph"))
    yield ox.Triple(graph, _TYPE, _void("Dataset"))
    for name, number in (
        ("triples", counted.triples),
        ("distinctSubjects", counted.subjects),
        ("distinctObjects", counted.objects),
        ("properties", len(counted.properties)),
        ("classes", len(counted.classes)),
    ):
        yield ox.Triple(graph, _void(name), ox.Literal(number))
    for kind, unit, parts in (
        ("property", "triples", counted.properties),
        ("class", "entities", counted.classes),
    ):
        for index, (iri, number) in enumerate(sorted(parts.items())):
            part = ox.BlankNode(f"{graph.value}{kind}{index}")
            yield ox.Triple(graph, _void(kind + "Partition"), part)
            yield ox.Triple(part, _void(kind), ox.NamedNode(iri))
            yield ox.Triple(part, _void(unit), ox.Literal(number))


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)


def _void(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["void"] + name)
