"""Making the products from the sources: same sources, same bytes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from .errors import ToneError
from .inheritance import accepted_links
from .iris import (
    GRAPH_LINKS,
    GRAPH_MAPPINGS,
    GRAPH_ONTOLOGY,
    GRAPH_PROPOSALS,
    GRAPH_VOCABULARY,
    ONTOLOGY,
    PREFIXES,
    expand,
)
from .jsonld import write_jsonld
from .model import INSTALLED, Link, load
from .network_files import gexf, graphml
from .normal_form import format_turtle
from .served_graph import (
    SCHEME,
    Statement,
    hierarchy_triples,
    link_triples,
    mapping_triples,
    ontology_triples,
    proposal_triples,
    vocabulary_triples,
)
from .source import read_source

PRODUCTS = (
    "tone.owl",
    "tone.ttl",
    "tone-skos.ttl",
    "tone-lexicon.ttl",
    "tone-full.nq",
    "tone.jsonld",
    "tone.graphml",
    "tone.gexf",
)
"""The files that `build` makes, in order."""

_SOURCE = "ontology/tone-edit.ttl"
_SOURCE_FOLDERS = ("ontology", "vocab", "service")
_SOURCE_FILES = ("tone-edit.ttl", "decisions.tsv")
"""What tells a folder of sources from one for products."""


def _nodes(*names: str) -> tuple[ox.NamedNode, ...]:
    return tuple(ox.NamedNode(expand(name)) for name in names)


_TYPE, _SKOS_CONCEPT, _LEXICON = _nodes("rdf:type", "skos:Concept", "lime:Lexicon")
_HEADER = _nodes("dcterms:creator", "dcterms:license", "dcterms:modified", "owl:versionInfo")
_KEPT = _nodes("dcterms:source", "dcterms:isReplacedBy", "owl:deprecated", "tone:tier")


def build(root: Path | str | None, out: Path | str, proposals: Iterable[Link] = ()) -> list[Path]:
    """Write all products into a folder and return their paths; a failure leaves the old ones.

    Args:
        root: the folder of the sources, the installed package's by default.
        out: the folder to write to, made if it is missing; it must not hold sources.
        proposals: open links, for their graph in `tone-full.nq`.

    Raises:
        SourceError: a source is missing or cannot be read.
        ToneError: the folder holds sources, lies in the installed package or cannot be written.
    """
    out = Path(out)
    _refuse_sources(out)
    ontology = load(root)
    source = read_source(ontology.root / "tone-edit.ttl")
    owl_text = format_turtle(_triples(ontology_triples(ontology, source)))
    owl = _ordered(owl_text)
    hierarchy = _triples(hierarchy_triples(ontology))
    vocabulary = _triples(vocabulary_triples(ontology))
    mappings = _triples(mapping_triples(ontology))
    lexicons = [each.subject for each in vocabulary if each.object == _LEXICON]
    graphs = (
        (GRAPH_ONTOLOGY, owl),
        (GRAPH_ONTOLOGY, hierarchy),
        (GRAPH_LINKS, _triples(link_triples(accepted_links(ontology)))),
        (GRAPH_VOCABULARY, vocabulary),
        (GRAPH_MAPPINGS, mappings),
        (GRAPH_PROPOSALS, _triples(proposal_triples(proposals))),
    )
    products = {
        "tone.owl": _rdf_xml(owl),
        "tone.ttl": owl_text,
        "tone-skos.ttl": format_turtle([*_skos(owl, hierarchy), *mappings]),
        "tone-lexicon.ttl": format_turtle(
            [*vocabulary, *(each for lexicon in lexicons for each in _about(owl, lexicon))]
        ),
        "tone-full.nq": _n_quads(graphs),
        "tone.jsonld": write_jsonld(owl),
        "tone.graphml": graphml(ontology),
        "tone.gexf": gexf(ontology),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".tone-", dir=out) as folder:
            for name in PRODUCTS:
                (Path(folder) / name).write_bytes(products[name])
            for name in PRODUCTS:
                os.replace(Path(folder) / name, out / name)
    except OSError as error:
        raise ToneError(f"{out}: cannot be written ({error.strerror})") from None
    return [out / name for name in PRODUCTS]


def _refuse_sources(out: Path) -> None:
    """Raise `ToneError` if a folder is no place for products."""
    out = out.resolve()
    for folder in (out, *out.parents):
        of_checkout = folder.name in _SOURCE_FOLDERS and (folder.parent / _SOURCE).exists()
        if of_checkout or any(folder.joinpath(each).exists() for each in _SOURCE_FILES):
            raise ToneError(f"{out}: holds sources; name another folder for the products")
    package = INSTALLED.resolve().parent
    if package.name == "tone_kg" and out.is_relative_to(package):
        raise ToneError(f"{out}: lies in the installed package; name another folder")


def _triples(statements: Iterable[Statement]) -> list[ox.Triple]:
    return [ox.Triple(*statement) for statement in statements]


def _ordered(text: bytes) -> list[ox.Triple]:
    """Return the triples of a text in its order, with blank nodes named by that order."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def name(node: Any) -> Any:
        if isinstance(node, ox.BlankNode):
            return names.setdefault(node, ox.BlankNode(f"b{len(names)}"))
        return node

    return [
        ox.Triple(name(each.subject), each.predicate, name(each.object))
        for each in ox.parse(text, format=ox.RdfFormat.TURTLE)
    ]


def _rdf_xml(triples: list[ox.Triple]) -> bytes:
    """Return RDF/XML whose namespaces stand in alphabetical order (pyoxigraph's vary)."""
    used = {name: iri for name, iri in PREFIXES.items() if any(_within(t, iri) for t in triples)}
    data = ox.serialize(triples, format=ox.RdfFormat.RDF_XML, prefixes=used) or b""
    head, root, body = data.partition(b"<rdf:RDF ")
    attributes, end, body = body.partition(b">")
    return head + root + b" ".join(sorted(attributes.split())) + end + body


def _within(triple: ox.Triple, namespace: str) -> bool:
    """Say whether a triple names something of a namespace as an element of RDF/XML."""
    classes = (triple.object,) if triple.predicate == _TYPE else ()
    named = (triple.predicate, *(each for each in classes if isinstance(each, ox.NamedNode)))
    return any(each.value.startswith(namespace) for each in named)


def _skos(owl: list[ox.Triple], hierarchy: list[ox.Triple]) -> list[ox.Triple]:
    """Return the concepts as SKOS alone, with what the ontology's header says of the whole."""
    concepts = {each.subject for each in hierarchy if each.object == _SKOS_CONCEPT}
    of_concepts = [
        each
        for each in owl
        if each.subject in concepts
        and (each.predicate.value.startswith(PREFIXES["skos"]) or each.predicate in _KEPT)
    ]
    return [*of_concepts, *hierarchy, *_about(owl, ox.NamedNode(SCHEME))]


def _about(owl: list[ox.Triple], product: Any) -> list[ox.Triple]:
    """Return the header's creator, licence and version, said of a product."""
    header = ox.NamedNode(ONTOLOGY)
    return [
        ox.Triple(product, each.predicate, each.object)
        for each in owl
        if each.subject == header and each.predicate in _HEADER
    ]


def _n_quads(graphs: Iterable[tuple[str, list[ox.Triple]]]) -> bytes:
    quads = (
        ox.Quad(each.subject, each.predicate, each.object, ox.NamedNode(name))
        for name, triples in graphs
        for each in triples
    )
    return ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
