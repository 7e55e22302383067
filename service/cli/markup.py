"""Annotations as RDF (W3C Web Annotation) and as W3C EmotionML 1.0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from ...ontology.iris import PREFIXES, TONE, concept_iri
from .rows import Chunk, Table, cell_text, well_formed

OA = "http://www.w3.org/ns/oa#"
EMOTIONML = "http://www.w3.org/2009/10/emotionml"
SHARES = ("neutral", "other")
"""The two shares of an answer that are no concepts; category names in EmotionML."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_turtle(
    chunks: Iterator[Chunk], out: BinaryIO, table: Table, added: dict[str, type]
) -> None:
    """Write one `oa:Annotation` a concept and text, and one a place in the text that speaks of it.

    A mixture is one too, whose body is the link that is behind it.
    Source: https://www.w3.org/TR/annotation-vocab/, https://www.w3.org/TR/annotation-model/
    """
    _write_rdf(chunks, out, table, "ttl")


def write_json_ld(
    chunks: Iterator[Chunk], out: BinaryIO, table: Table, added: dict[str, type]
) -> None:
    """Write the same graph as `write_turtle`, in expanded JSON-LD."""
    _write_rdf(chunks, out, table, "jsonld")


def _write_rdf(chunks: Iterator[Chunk], out: BinaryIO, table: Table, extension: str) -> None:
    import pyoxigraph as ox

    used = ("dcterms", "rdf", "tone", "xsd")
    prefixes = {"oa": OA, **{each: PREFIXES[each] for each in used}}
    format = ox.RdfFormat.from_extension(extension)
    ox.serialize(_triples(chunks, table), out, format, prefixes=prefixes)
    out.write(b"\n")


def _triples(chunks: Iterator[Chunk], table: Table) -> Iterator[Any]:
    import pyoxigraph as ox

    rdf, dcterms = PREFIXES["rdf"], PREFIXES["dcterms"]
    a = ox.NamedNode(rdf + "type")

    def name(local: str) -> ox.NamedNode:
        return ox.NamedNode(OA + local)

    def number(value: int) -> ox.Literal:
        kind = ox.NamedNode(PREFIXES["xsd"] + "nonNegativeInteger")
        return ox.Literal(str(value), datatype=kind)

    def annotation(node: Any, bodies: list[str], target: Any, purpose: str) -> Iterator[Any]:
        yield ox.Triple(node, a, name("Annotation"))
        yield ox.Triple(node, name("motivatedBy"), name(purpose))
        for body in bodies:
            yield ox.Triple(node, name("hasBody"), ox.NamedNode(body))
        yield ox.Triple(node, name("hasTarget"), target)

    for index, row, answer in _answered(chunks):
        text = ox.BlankNode(f"text{index}")
        yield ox.Triple(text, ox.NamedNode(rdf + "value"), ox.Literal(well_formed(answer["text"])))
        identifier = table.id_of(row)
        if identifier is not None:
            literal = ox.Literal(well_formed(cell_text(identifier)))
            yield ox.Triple(text, ox.NamedNode(dcterms + "identifier"), literal)
        for concept in answer["concepts"]:
            node = ox.BlankNode(f"text{index}-{concept['id']}")
            yield from annotation(node, [concept_iri(concept["id"])], text, "classifying")
            decimal = ox.NamedNode(PREFIXES["xsd"] + "decimal")
            score = ox.Literal(f"{concept['score']:.4f}", datatype=decimal)
            yield ox.Triple(node, ox.NamedNode(TONE + "score"), score)
        for mixture in answer["mixtures"]:
            node = ox.BlankNode(f"text{index}-{mixture['link'].removeprefix(TONE + 'link/')}")
            yield from annotation(node, [mixture["link"]], text, "linking")
        for place, evidence in enumerate(answer["evidence"]):
            # A negated feeling is not what the text says: it is no annotation.
            if evidence["negated"] or not evidence["concepts"]:
                continue
            node = ox.BlankNode(f"text{index}-evidence{place}")
            target, where, quote = (
                ox.BlankNode(f"{node.value}-{part}") for part in ("target", "position", "quote")
            )
            bodies = [concept_iri(each) for each in evidence["concepts"]]
            yield from annotation(node, bodies, target, "tagging")
            yield ox.Triple(target, a, name("SpecificResource"))
            yield ox.Triple(target, name("hasSource"), text)
            yield ox.Triple(target, name("hasSelector"), where)
            yield ox.Triple(target, name("hasSelector"), quote)
            yield ox.Triple(where, a, name("TextPositionSelector"))
            yield ox.Triple(where, name("start"), number(evidence["begin"]))
            yield ox.Triple(where, name("end"), number(evidence["end"]))
            yield ox.Triple(quote, a, name("TextQuoteSelector"))
            yield ox.Triple(quote, name("exact"), ox.Literal(well_formed(evidence["text"])))


def write_emotionml(
    chunks: Iterator[Chunk], out: BinaryIO, table: Table, added: dict[str, type]
) -> None:
    """Write one `<emotion>` a text: its concepts and shares as categories, then the text itself.

    Characters that XML cannot hold become U+FFFD. Source: https://www.w3.org/TR/emotionml/
    """
    from ...ontology.model import load

    out.write(
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        + f'<emotionml version="1.0" xmlns="{EMOTIONML}" category-set="#tone">\n'.encode()
        + b'<vocabulary type="category" id="tone">\n'
    )
    for each in (*SHARES, *load().concepts):
        out.write(f'  <item name="{each}"/>\n'.encode())
    out.write(b"</vocabulary>\n")
    for index, row, answer in _answered(chunks):
        attributes = f'id="text{index}" expressed-through="text"'
        out.write(f"<emotion {attributes}>".encode())
        identifier = table.id_of(row)
        if identifier is not None:
            out.write(f"\n  <info>{_content(cell_text(identifier))}</info>".encode())
        values = [(each["id"], each["score"]) for each in answer["concepts"]]
        for name, value in [*values, *((each, answer[each]) for each in SHARES)]:
            out.write(f'\n  <category name="{name}" value="{value:.4f}"/>'.encode())
        out.write(_content(answer["text"]).encode() + b"</emotion>\n")
    out.write(b"</emotionml>\n")


def _content(text: str) -> str:
    # A bare CR would be read back as a line feed.
    return escape(_NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})


def _answered(chunks: Iterator[Chunk]) -> Iterator[tuple[int, Any, dict[str, Any]]]:
    """Yield number, row and answer of the rows that have one; the others are told on stderr."""
    for chunk in chunks:
        for number, pair in enumerate(zip(chunk.rows, chunk.answers, strict=True), chunk.first):
            row, answer = pair
            if answer is not None:
                yield number, row, answer
