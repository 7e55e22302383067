"""The normal form: one graph, one text, whoever wrote the file."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from owl_graphs import canonical, garbled, node, ontologies, without
from tone_kg.ontology.errors import SourceError, ToneError
from tone_kg.ontology.model import INSTALLED
from tone_kg.ontology.normal_form import format_file, format_turtle, read_rdf
from tone_kg.ontology.owl_api import convert

REAL = INSTALLED / "tone-edit.ttl"
RDFLIB_SYNTAXES = {"turtle": "ttl", "xml": "rdf", "nt": "nt", "json-ld": "jsonld"}
OWL_SYNTAXES = ("rdf", "ttl", "owx", "ofn", "omn")

quick = settings(deadline=None, max_examples=60)
slow = settings(deadline=None, max_examples=25)


def by_owl_api(triples: list[ox.Triple], syntax: str) -> bytes:
    """An ontology as the OWL API writes it.

    It gets RDF/XML, for its own reader of Turtle (3.4.3) takes a line feed, `\\n`, for an n.
    """
    return convert(ox.serialize(triples, format=ox.RdfFormat.RDF_XML) or b"", syntax)


def carried(triples: list[ox.Triple], syntax: str) -> list[ox.Triple]:
    """What of an ontology survives a syntax of the OWL API.

    Its reader of Manchester syntax (3.4.3) adds the class that stands before `DisjointClasses:` to
    that axiom.
    """
    if syntax != "omn":
        return triples
    disjoint = node("owl:AllDisjointClasses")
    return without(triples, {each.subject for each in triples if each.object == disjoint})


MESSY = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix t: <https://w3id.org/tone/> .
rdfs:label a owl:AnnotationProperty .
t:score a owl:AnnotationProperty .
t:Love a owl:Class ; rdfs:subClassOf t:Emotion, _:both ; rdfs:label "love"@EN .
_:both a owl:Class ; owl:intersectionOf ( _:trust _:joy ) .
_:joy a owl:Restriction ; owl:onProperty t:isComposedOf ; owl:someValuesFrom t:Joy .
_:trust a owl:Restriction ; owl:onProperty t:isComposedOf ; owl:someValuesFrom t:Trust .
[] a owl:Axiom ; t:score 1.0 ; t:method "literature"^^xsd:string ; owl:annotatedTarget _:both ;
   owl:annotatedProperty rdfs:subClassOf ; owl:annotatedSource t:Love .
<https://w3id.org/tone> a owl:Ontology .
"""
NORMAL = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix tone: <https://w3id.org/tone/> .

<https://w3id.org/tone>
    a owl:Ontology ;
    .

tone:score
    a owl:AnnotationProperty ;
    .

tone:Love
    a owl:Class ;
    rdfs:label "love"@en ;
    rdfs:subClassOf tone:Emotion ;
    rdfs:subClassOf [
        a owl:Class ;
        owl:intersectionOf (
            [ a owl:Restriction ; owl:onProperty tone:isComposedOf ; owl:someValuesFrom tone:Joy ]
            [ a owl:Restriction ; owl:onProperty tone:isComposedOf ; owl:someValuesFrom tone:Trust ]
        ) ;
    ] ;
    .

[]
    a owl:Axiom ;
    owl:annotatedSource tone:Love ;
    owl:annotatedProperty rdfs:subClassOf ;
    owl:annotatedTarget [
        a owl:Class ;
        owl:intersectionOf (
            [ a owl:Restriction ; owl:onProperty tone:isComposedOf ; owl:someValuesFrom tone:Joy ]
            [ a owl:Restriction ; owl:onProperty tone:isComposedOf ; owl:someValuesFrom tone:Trust ]
        ) ;
    ] ;
    tone:score 1.0000 ;
    tone:method "literature" ;
    .
"""


def test_a_messy_file_and_its_normal_form(tmp_path: Path) -> None:
    file = tmp_path / "edit.ttl"
    file.write_text(MESSY, "utf-8")
    assert format_file(file) is True
    assert file.read_text("utf-8") == NORMAL
    assert format_file(file) is False


@quick
@given(ontologies())
def test_the_graph_is_kept(triples: list[ox.Triple]) -> None:
    text = format_turtle(triples)
    assert canonical(read_rdf(text, "ttl")) == canonical(triples)


@quick
@given(ontologies())
def test_formatting_twice_changes_nothing(triples: list[ox.Triple]) -> None:
    text = format_turtle(triples)
    assert format_turtle(read_rdf(text, "ttl")) == text


@quick
@given(ontologies(), st.integers(0, 1000))
def test_one_ontology_has_one_text_however_it_is_stated(
    triples: list[ox.Triple], seed: int
) -> None:
    assert format_turtle(garbled(triples, seed)) == format_turtle(triples)


@pytest.mark.parametrize("syntax", RDFLIB_SYNTAXES)
@slow
@given(triples=ontologies(), seed=st.integers(0, 1000))
def test_one_text_after_rdflib(syntax: str, triples: list[ox.Triple], seed: int) -> None:
    graph = rdflib.Graph()
    graph.parse(ox.serialize(garbled(triples, seed), format=ox.RdfFormat.N_TRIPLES), format="nt")
    written = graph.serialize(format=syntax, encoding="utf-8")
    assert format_turtle(read_rdf(written, RDFLIB_SYNTAXES[syntax])) == format_turtle(triples)


@pytest.mark.parametrize("syntax", OWL_SYNTAXES)
@slow
@given(triples=ontologies(), seed=st.integers(0, 1000))
def test_one_text_after_the_owl_api(syntax: str, triples: list[ox.Triple], seed: int) -> None:
    triples = carried(triples, syntax)
    written = by_owl_api(garbled(triples, seed), syntax)
    assert format_turtle(read_rdf(written, syntax)) == format_turtle(triples)


@pytest.mark.parametrize("syntax", RDFLIB_SYNTAXES)
def test_tones_own_source_after_rdflib(syntax: str) -> None:
    graph = rdflib.Graph().parse(REAL)
    written = graph.serialize(format=syntax, encoding="utf-8")
    assert format_turtle(read_rdf(written, RDFLIB_SYNTAXES[syntax])) == REAL.read_bytes()


@pytest.mark.parametrize("syntax", OWL_SYNTAXES)
def test_tones_own_source_after_the_owl_api(syntax: str) -> None:
    triples = carried(read_rdf(REAL), syntax)
    written = by_owl_api(triples, syntax)
    assert format_turtle(read_rdf(written, syntax)) == format_turtle(triples)


def test_a_score_changed_is_a_line_changed() -> None:
    text = REAL.read_text("utf-8")
    edited = text.replace("tone:score 1.0000", "tone:score 0.9", 1)
    lines = format_turtle(read_rdf(edited.encode(), "ttl")).decode().splitlines()
    changed = [pair for pair in zip(text.splitlines(), lines, strict=True) if pair[0] != pair[1]]
    assert changed == [("    tone:score 1.0000 ;", "    tone:score 0.9000 ;")]


def test_a_concept_moved_is_a_line_changed() -> None:
    text = REAL.read_text("utf-8")
    edited = text.replace("rdfs:subClassOf tone:Longing ", "rdfs:subClassOf tone:Affection ", 1)
    lines = format_turtle(read_rdf(edited.encode(), "ttl")).decode().splitlines()
    changed = [new for old, new in zip(text.splitlines(), lines, strict=True) if old != new]
    assert changed == ["    rdfs:subClassOf tone:Affection ;"]


def test_the_order_of_a_property_chain_is_kept() -> None:
    text = b"""@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix t: <https://w3id.org/tone/> .
        t:c owl:propertyChainAxiom ( t:b t:a ) ."""
    assert b"tone:b\n        tone:a" in format_turtle(read_rdf(text, "ttl"))


def test_another_syntax_needs_an_output(tmp_path: Path) -> None:
    source = tmp_path / "tone.rdf"
    source.write_bytes(ox.serialize(read_rdf(REAL), format=ox.RdfFormat.RDF_XML) or b"")
    with pytest.raises(ToneError, match=r"tone\.rdf: the normal form is Turtle; name an output"):
        format_file(source)
    assert format_file(source, tmp_path / "tone.ttl") is True
    assert (tmp_path / "tone.ttl").read_bytes() == REAL.read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("bad.ttl", "<urn:a> <urn:b>\n  nonsense .", r"bad\.ttl:2: "),
        ("bad.nt", "<urn:a> <urn:b> <urn:c>", r"bad\.nt:1: "),
        ("bad.owx", "<?xml version='1.0'?>\n<Ontology>\n<nonsense", r"bad\.owx:3: "),
        ("bad.ofn", "Ontology(\n nonsense(", r"bad\.ofn:\d: "),
        ("bad.txt", "", r"bad\.txt: unknown syntax 'txt'"),
        (
            "bad.jsonld",
            '{"@context": "https://example.org/context.jsonld", "urn:a": "b"}',
            r"bad\.jsonld: ",
        ),
        ("graphs.jsonld", '{"@id": "urn:g", "@graph": [{"@id": "urn:a", "urn:b": 1}]}', "named"),
    ],
)
def test_a_file_that_cannot_be_read_is_left_alone(
    tmp_path: Path, name: str, content: str, problem: str
) -> None:
    file, output = tmp_path / name, tmp_path / "output.ttl"
    file.write_text(content)
    output.write_text("what was there")
    with pytest.raises(SourceError, match=problem):
        format_file(file, output)
    assert output.read_text() == "what was there"
    assert file.read_text() == content


def test_a_link_stays_a_link_and_the_file_keeps_its_mode(tmp_path: Path) -> None:
    file, link = tmp_path / "real.ttl", tmp_path / "link.ttl"
    file.write_text(MESSY)
    file.chmod(0o640)
    link.symlink_to(file.name)
    assert format_file(link) is True
    assert link.is_symlink()
    assert file.read_text() == NORMAL
    assert file.stat().st_mode & 0o777 == 0o640


def test_an_output_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToneError, match=r"none/out\.ttl: cannot be written \(No such file"):
        format_file(REAL, tmp_path / "none" / "out.ttl")


def test_blank_nodes_nested_too_deep_are_refused(tmp_path: Path) -> None:
    content = "<urn:a> <urn:p> " + "[ <urn:p> " * 2000 + "1" + " ]" * 2000 + " ."
    file = tmp_path / "edit.ttl"
    file.write_text(content)
    with pytest.raises(ToneError, match=r"edit\.ttl: blank nodes are nested"):
        format_file(file)
    assert file.read_text() == content


def test_disjoint_classes_in_manchester_syntax_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "saved.omn"
    file.write_bytes(by_owl_api(read_rdf(REAL), "omn"))
    output = tmp_path / "edit.ttl"
    with pytest.raises(SourceError, match=r"saved\.omn:\d+: DisjointClasses cannot be read"):
        format_file(file, output)
    assert not output.exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.ttl: cannot be read \(No such file"):
        format_file(tmp_path / "none.ttl")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("<urn:a> <urn:b> _:x . _:x <urn:b> _:y . _:y <urn:b> _:x .", "contains itself"),
        ("_:x <urn:b> _:y . _:y <urn:b> _:x .", "contains itself"),
        ("<urn:a> <urn:b> _:x . <urn:c> <urn:b> _:x . _:x <urn:b> 1 .", "more than once"),
    ],
)
def test_blank_nodes_that_are_no_trees_are_refused(
    tmp_path: Path, content: str, problem: str
) -> None:
    file = tmp_path / "edit.ttl"
    file.write_text(content)
    with pytest.raises(ToneError, match=f"edit.ttl: a blank node .*{problem}"):
        format_file(file)
    assert file.read_text() == content
