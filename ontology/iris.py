"""The IRIs of TONE: how concepts, links, entries, schemes and graphs are named."""

from __future__ import annotations

from urllib.parse import quote

ONTOLOGY = "https://w3id.org/tone"
TONE = "https://w3id.org/tone/"

GRAPH_ONTOLOGY = TONE + "graph/ontology"
GRAPH_LINKS = TONE + "graph/links"
GRAPH_VOCABULARY = TONE + "graph/vocabulary"
GRAPH_MAPPINGS = TONE + "graph/mappings"
GRAPH_PROPOSALS = TONE + "graph/proposals"
DEFAULT_GRAPHS = (GRAPH_ONTOLOGY, GRAPH_LINKS, GRAPH_VOCABULARY, GRAPH_MAPPINGS)
"""The named graphs whose union is the default graph."""

PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "lexinfo": "http://www.lexinfo.net/ontology/3.0/lexinfo#",
    "lime": "http://www.w3.org/ns/lemon/lime#",
    "obo": "http://purl.obolibrary.org/obo/",
    "ontolex": "http://www.w3.org/ns/lemon/ontolex#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "tone": TONE,
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The prefixes that TONE's files and its SPARQL endpoint use."""


def expand(name: str) -> str:
    """Return the IRI of a prefixed name (`rdfs:label`) whose prefix is one of `PREFIXES`."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def concept_iri(concept: str) -> str:
    """Return the IRI of a concept, a combination or a property from its id (`Joy`)."""
    return TONE + concept


def link_iri(link: str) -> str:
    """Return the IRI of a stated link from its id (`Joy-isOppositeOf-Sadness`)."""
    return f"{TONE}link/{link}"


def _encode(text: str) -> str:
    return text if text.isalnum() and text.isascii() else quote(text, safe="-._~")


def entry_iri(term: str, lang: str, pos: str) -> str:
    """Return the IRI of a term's lexical entry; the term is percent-encoded."""
    return f"{TONE}lexicon/{lang}/{_encode(term)}-{_encode(pos)}"


def sense_iri(term: str, lang: str, pos: str, concept: str) -> str:
    """Return the IRI of the sense in which a term expresses a concept."""
    return f"{entry_iri(term, lang, pos)}-{concept}"


def scheme_iri(name: str) -> str:
    """Return the IRI of another emotion scheme (`parrott`, `plutchik`, `goemotions`)."""
    return f"{TONE}scheme/{_encode(name)}"


def scheme_label_iri(name: str, label: str) -> str:
    """Return the IRI of one label of another emotion scheme."""
    return f"{scheme_iri(name)}/{_encode(label)}"
