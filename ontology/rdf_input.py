"""Reading RDF and OWL files of any syntax as triples."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from .errors import SourceError

RDF_SYNTAXES = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "xml": ox.RdfFormat.RDF_XML,
    "owl": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "json": ox.RdfFormat.JSON_LD,
}
"""The RDF syntaxes by the ending of a file's name."""

OWL_SYNTAXES = ("owx", "ofn", "omn")
"""OWL/XML, functional and Manchester syntax: the OWL API reads them."""


def read_rdf(source: Path | str | bytes, syntax: str | None = None) -> list[ox.Triple]:
    """Return the triples of an RDF or OWL document.

    Args:
        source: a file, or the document itself as bytes.
        syntax: one of the endings `ttl nt rdf xml owl jsonld json owx ofn omn`; by default the
            file's own.

    Raises:
        SourceError: the document cannot be read or breaks its syntax; the message names the line
            where that is known.
        ToneError: it is in a syntax of OWL's own, and the packages that read those are missing.
    """
    if isinstance(source, bytes):
        name, data = "input", source
    else:
        name = str(source)
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise SourceError(name, None, f"cannot be read ({error.strerror})") from None
    if syntax is None:
        syntax = Path(name).suffix.removeprefix(".").lower()
    if syntax == "owl" and b"<rdf:RDF" not in data:
        syntax = "owx" if b"<Ontology" in data else "ofn" if b"Ontology(" in data else "omn"
    if syntax == "omn":
        _refuse_disjoint_classes(name, data)
    if syntax in OWL_SYNTAXES:
        from .owl_api import convert

        data, syntax = convert(data, "rdf", name, syntax), "rdf"
    if syntax not in RDF_SYNTAXES:
        known = " ".join(f".{each}" for each in (*RDF_SYNTAXES, *OWL_SYNTAXES))
        raise SourceError(name, None, f"unknown syntax {syntax!r}; name the file {known}")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        quads = list(ox.parse(data, format=RDF_SYNTAXES[syntax]))
    except SyntaxError as error:
        raise SourceError(name, error.lineno, error.msg) from None
    if any(quad.graph_name != ox.DefaultGraph() for quad in quads):
        raise SourceError(name, None, "holds named graphs; an ontology is one graph")
    return [quad.triple for quad in quads]


def _refuse_disjoint_classes(name: str, data: bytes) -> None:
    """Raise at what the OWL API's reader of Manchester syntax (3.4.3) gets wrong.

    It adds the class that stands before `DisjointClasses:` to those that are disjoint.
    """
    for number, line in enumerate(data.splitlines(), start=1):
        if line.lstrip().startswith(b"DisjointClasses:"):
            problem = "DisjointClasses cannot be read rightly from Manchester syntax"
            raise SourceError(name, number, f"{problem}; save the file as Turtle or RDF/XML")
