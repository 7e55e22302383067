"""The products of `tone build`: what they say, who can read them, and that they never vary."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import owlready2
import pyoxigraph as ox
import pytest
import rdflib
from owl_graphs import canonical, node
from tone_kg.ontology import load
from tone_kg.ontology.build import PRODUCTS, build
from tone_kg.ontology.iris import DEFAULT_GRAPHS, GRAPH_ONTOLOGY, GRAPH_VOCABULARY, PREFIXES
from tone_kg.ontology.model import INSTALLED
from tone_kg.ontology.normal_form import format_turtle, read_rdf
from tone_kg.ontology.owl_api import convert, profile_violations
from tone_kg.ontology.reasoning import unsatisfiable_classes
from tone_kg.ontology.served_graph import quads
from tone_kg.ontology.terms import Term, write_terms

NETWORKS = (".graphml", ".gexf")
LABELS = {each: node(f"skos:{each}") for each in ("prefLabel", "altLabel", "hiddenLabel")}


def term(text: str, pos: str, concept: str, weight: str = "1", **changed: object) -> Term:
    values: dict[str, object] = {
        "term": text,
        "lang": "en",
        "pos": pos,
        "concept": concept,
        "score": Decimal("0.95"),
        "margin": Decimal("0.2"),
        "runner_up": "",
        "weight": Decimal(weight),
        "source": ("own", "https://wordnet.princeton.edu/"),
        "evidence": (),
        "status": "accepted",
        "reviewer": ("team-a",),
        "date": "2026-11-21T00:00:00Z",
    }
    return Term(**{**values, **changed})  # type: ignore[arg-type]


TERMS = (
    term("heartbroken", "adjective", "Grief"),
    term("broken heart", "noun", "Grief"),
    term("mirth", "noun", "Amusement"),
    term("glow", "noun", "Bliss", weight="0.5"),
    term("torn", "noun", "Anguish"),
    term("torn", "adjective", "Agony"),
    term("joy", "noun", "Joy"),
    term("Joy", "verb", "Glee"),
    term(":'(", "emoticon", "Sorrow", source=("own",)),
    term('a "b" \\ 😀 / ü?', "phrase", "Elation", score=None, margin=None, date=""),
    term("maybe", "adverb", "Hope", status="proposed"),
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """TONE's own ontology and mappings with a small vocabulary that holds every kind of term."""
    folder = tmp_path_factory.mktemp("sources")
    for name in ("tone-edit.ttl", "mappings.sssom.tsv"):
        shutil.copy(INSTALLED / name, folder / name)
    write_terms(folder / "terms.tsv", TERMS)
    return folder


@pytest.fixture(scope="module")
def products(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("products") / "deep" / "out"
    assert [path.name for path in build(sources, out)] == list(PRODUCTS)
    assert sorted(path.name for path in out.iterdir()) == sorted(PRODUCTS)
    return out


@pytest.fixture(scope="module")
def store(products: Path) -> ox.Store:
    """What is served, as `tone build` writes it."""
    store = ox.Store()
    store.bulk_load(path=str(products / "tone-full.nq"), format=ox.RdfFormat.N_QUADS)
    return store


def ask(store: ox.Store, query: str) -> set[tuple[str, ...]]:
    """The answers of a query, IRIs as ids, with the union of the graphs as default graph."""
    solutions = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    return {
        tuple(str(value.value).removeprefix(PREFIXES["tone"]) for value in solution)
        for solution in solutions
    }


def labels(products: Path, kind: str) -> set[tuple[str, str]]:
    return {
        (each.subject.value.removeprefix(PREFIXES["tone"]), each.object.value)  # type: ignore
        for each in read_rdf(products / "tone.ttl")
        if each.predicate == LABELS[kind]
    }


# What they say


def test_all_owl_products_say_the_same(products: Path) -> None:
    turtle = canonical(read_rdf(products / "tone.ttl"))
    assert canonical(read_rdf(products / "tone.owl")) == turtle
    assert canonical(read_rdf(products / "tone.jsonld")) == turtle
    served = ox.parse(path=str(products / "tone-full.nq"), format=ox.RdfFormat.N_QUADS)
    ontology = [each.triple for each in served if each.graph_name == ox.NamedNode(GRAPH_ONTOLOGY)]
    assert len(ontology) > len(turtle)
    assert canonical(ontology) >= {
        each
        for each in turtle
        if not isinstance(each.subject, ox.BlankNode) and not isinstance(each.object, ox.BlankNode)
    }


def test_the_source_is_in_them_as_it_stands(sources: Path, products: Path) -> None:
    generated = set(LABELS.values())
    kept = [each for each in read_rdf(products / "tone.ttl") if each.predicate not in generated]
    assert format_turtle(kept) == (sources / "tone-edit.ttl").read_bytes()


def test_every_class_has_its_label_as_preferred_label(products: Path) -> None:
    stated = {
        (each.subject.value.removeprefix(PREFIXES["tone"]), each.object.value)  # type: ignore
        for each in read_rdf(products / "tone.ttl")
        if each.predicate == node("rdfs:label")
    }
    preferred = labels(products, "prefLabel")
    assert ("Grief", "grief") in preferred
    assert preferred == {(name, label) for name, label in stated if name[0].isupper()}


def test_nouns_of_one_concept_are_alternative_labels_and_the_rest_hidden(products: Path) -> None:
    assert labels(products, "altLabel") == {("Grief", "broken heart"), ("Amusement", "mirth")}
    assert labels(products, "hiddenLabel") == {
        ("Grief", "heartbroken"),
        ("Bliss", "glow"),
        ("Anguish", "torn"),
        ("Agony", "torn"),
        ("Sorrow", ":'("),
        ("Elation", 'a "b" \\ 😀 / ü?'),
    }


def test_no_two_concepts_share_a_label(products: Path) -> None:
    names = labels(products, "prefLabel") | labels(products, "altLabel")
    counted = Counter(label.casefold() for _, label in names)
    assert [label for label, count in counted.items() if count > 1] == []
    assert not {label.casefold() for _, label in labels(products, "hiddenLabel")} & set(counted)


def test_the_skos_product_stands_alone(products: Path) -> None:
    graph = rdflib.Graph().parse(products / "tone-skos.ttl")
    concepts = set(graph.subjects(rdflib.RDF.type, rdflib.SKOS.Concept))
    scheme = rdflib.URIRef("https://w3id.org/tone/scheme/tone")
    ours = {each for each in concepts if (each, rdflib.SKOS.inScheme, scheme) in graph}
    assert len(ours) == len(load().concepts)
    assert all(graph.value(each, rdflib.SKOS.prefLabel) for each in concepts)
    assert graph.value(scheme, rdflib.DCTERMS.license) == rdflib.URIRef(
        "https://creativecommons.org/licenses/by/4.0/"
    )
    for concept in ours:
        top = (concept, rdflib.SKOS.topConceptOf, scheme) in graph
        assert top != bool(graph.value(concept, rdflib.SKOS.broader))
    assert not set(graph.subjects(rdflib.RDF.type, rdflib.OWL.Class))


def test_the_lexicon_is_ontolex(products: Path) -> None:
    graph = rdflib.Graph().parse(products / "tone-lexicon.ttl")
    rows = graph.query(
        """SELECT ?entry ?pos ?concept ?score ?weight ?source WHERE {
             ?lexicon lime:entry ?entry ; lime:language "en" ; dcterms:license ?licence .
             ?entry a ontolex:LexicalEntry, ontolex:MultiwordExpression ; ontolex:sense ?sense ;
               ontolex:canonicalForm/ontolex:writtenRep "broken heart"@en ;
               lexinfo:partOfSpeech ?pos .
             ?sense ontolex:reference ?concept ; tone:score ?score ; tone:weight ?weight ;
               tone:status "accepted" ; tone:reviewer "team-a" ; dcterms:source ?source }""",
        initNs=PREFIXES,
    )
    tone, lexinfo = PREFIXES["tone"], PREFIXES["lexinfo"]
    entry = tone + "lexicon/en/broken%20heart-noun"
    assert {tuple(map(str, row)) for row in rows} == {  # type: ignore[arg-type]
        (entry, lexinfo + "noun", tone + "Grief", "0.9500", "1.0", source)
        for source in ("own", "https://wordnet.princeton.edu/")
    }


def test_only_what_is_accepted_is_served(store: ox.Store) -> None:
    written = ask(store, "SELECT ?w WHERE { ?form ontolex:writtenRep ?w }")
    assert written == {(each.term,) for each in TERMS if each.status == "accepted"}


def test_the_served_graph_is_what_the_build_writes(sources: Path, products: Path) -> None:
    served = {graph: [] for graph in DEFAULT_GRAPHS}  # type: ignore[var-annotated]
    for quad in quads(load(sources)):
        served[quad.graph_name.value].append(quad.triple)  # type: ignore[union-attr]
    built = {graph: [] for graph in DEFAULT_GRAPHS}  # type: ignore[var-annotated]
    for quad in ox.parse(path=str(products / "tone-full.nq"), format=ox.RdfFormat.N_QUADS):
        built[quad.graph_name.value].append(quad.triple)
    for graph in DEFAULT_GRAPHS:
        assert built[graph], graph
        assert canonical(built[graph]) == canonical(served[graph]), graph


def test_the_json_ld_has_short_names_and_nested_nodes(products: Path) -> None:
    document = json.loads((products / "tone.jsonld").read_text("utf-8"))
    assert document["@context"]["tone"] == "https://w3id.org/tone/"
    joy = next(each for each in document["@graph"] if each.get("@id") == "tone:Joy")
    assert joy["@type"] == "owl:Class"
    assert joy["tone:tier"] == 1
    assert {"@id": "tone:Emotion"} in joy["rdfs:subClassOf"]
    assert any("owl:someValuesFrom" in each for each in joy["rdfs:subClassOf"])


# The queries that must always work


def test_query_tertiary_kinds(store: ox.Store) -> None:
    found = ask(store, "SELECT ?c WHERE { ?c rdfs:subClassOf+ tone:Joy ; tone:tier 3 }")
    ontology = load()
    expected = {
        (each,) for each in ontology.descendants("Joy") if ontology.concepts[each].tier == 3
    }
    assert ("Amusement",) in found
    assert found == expected


def test_query_opposites(store: ox.Store) -> None:
    found = ask(store, "SELECT ?o WHERE { tone:Joy tone:isOppositeOf ?o }")
    assert found == {("Sadness",)}


def test_query_compositions(store: ox.Store) -> None:
    found = ask(store, "SELECT ?whole ?part WHERE { ?whole tone:isComposedOf ?part }")
    links = (each for each in load().links if each.kind == "isComposedOf")
    assert {("Delight", "Joy"), ("Delight", "Surprise")} <= found
    assert found == {(link.subject, part) for link in links for part in link.targets}


def test_query_combinations(store: ox.Store) -> None:
    found = ask(
        store,
        """SELECT ?a ?b ?c WHERE {
             ?k a tone:Combination ; tone:hasOperand ?a, ?b ; tone:leadsTo ?c
             FILTER(str(?a) < str(?b)) }""",
    )
    links = [each for each in load().links if each.kind == "leadsTo"]
    assert found == {(*link.operands, *link.targets) for link in links}
    assert ("Joy", "Surprise", "Delight") in found
    plus = ask(store, "SELECT ?a ?b WHERE { ?a tone:plus ?b }")
    assert plus == {pair for link in links for pair in (link.operands, link.operands[::-1])}


def test_query_terms(store: ox.Store) -> None:
    found = ask(
        store,
        """SELECT ?concept ?score WHERE {
             ?e ontolex:canonicalForm/ontolex:writtenRep "heartbroken"@en ; ontolex:sense ?s .
             ?s ontolex:reference ?concept ; tone:score ?score }""",
    )
    assert found == {("Grief", "0.95")}


def test_each_link_is_a_node_with_its_evidence(store: ox.Store) -> None:
    found = ask(
        store,
        """SELECT ?link ?subject ?object ?score ?method ?source WHERE {
             ?link a tone:Link ; rdf:predicate tone:isOppositeOf ; rdf:subject ?subject ;
               rdf:object ?object ; tone:score ?score ; tone:method ?method ;
               tone:status "accepted" ; dcterms:source ?source FILTER(?subject = tone:Joy) }""",
    )
    source = "https://doi.org/10.1511/2001.4.344"
    link = "link/Joy-isOppositeOf-Sadness"
    assert (link, "Joy", "Sadness", "0.9999", "literature", source) in {
        (*row[:3], str(float(row[3])), *row[4:]) for row in found
    }
    parts = ask(store, "SELECT ?p WHERE { ?l rdf:subject tone:Delight ; tone:hasPart ?p }")
    assert {("Joy",), ("Surprise",)} <= parts


def test_labels_of_other_schemes_are_mapped(store: ox.Store) -> None:
    found = ask(
        store,
        """SELECT ?concept WHERE { GRAPH <https://w3id.org/tone/graph/mappings> {
             ?label skos:prefLabel "gratitude"@en ; skos:exactMatch ?concept ;
               skos:inScheme <https://w3id.org/tone/scheme/goemotions> } }""",
    )
    assert found == {("Gratitude",)}


# Who can read them


@pytest.mark.parametrize("name", ["tone.owl", "tone.ttl"])
def test_the_owl_api_reads_them_as_owl_2_dl(products: Path, name: str) -> None:
    data = (products / name).read_bytes()
    assert profile_violations(data) == []
    again = convert(data, "rdf")
    assert format_turtle(read_rdf(again, "rdf")) == (products / "tone.ttl").read_bytes()


def test_hermit_finds_every_class_satisfiable(products: Path) -> None:
    assert unsatisfiable_classes(read_rdf(products / "tone.owl")) == []


def test_owlready2_reads_the_rdf_xml(products: Path) -> None:
    world = owlready2.World()
    ontology = world.get_ontology(f"file://{products / 'tone.owl'}").load(only_local=True)
    concepts = load().concepts
    names = {each.name for each in ontology.classes()}
    assert set(concepts) < names
    joy = ontology.search_one(iri="https://w3id.org/tone/Joy")
    assert joy.label.en == ["joy"]
    assert joy.tier == [1]
    assert any(getattr(each, "property", None) == ontology.isOppositeOf for each in joy.is_a)


@pytest.mark.parametrize("name", [each for each in PRODUCTS if not each.endswith(NETWORKS)])
def test_rdflib_reads_them(products: Path, name: str) -> None:
    dataset = rdflib.Dataset()
    formats = {".owl": "xml", ".nq": "nquads", ".jsonld": "json-ld", ".ttl": "turtle"}
    dataset.parse(products / name, format=formats[Path(name).suffix])
    assert len(list(dataset.quads())) > 100


# That they never vary


def test_same_sources_give_the_same_bytes_in_any_process(
    sources: Path, products: Path, tmp_path: Path
) -> None:
    for seed in ("1", "2"):
        code = f"from tone_kg.ontology.build import build; build({str(sources)!r}, 'out{seed}')"
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
        for name in PRODUCTS:
            assert (tmp_path / f"out{seed}" / name).read_bytes() == (products / name).read_bytes()


def test_the_real_sources_build(tmp_path: Path) -> None:
    ontology = load()
    build(None, tmp_path)
    store = ox.Store()
    store.bulk_load(path=str(tmp_path / "tone-full.nq"), format=ox.RdfFormat.N_QUADS)
    senses = ask(store, "SELECT ?sense WHERE { ?sense a ontolex:LexicalSense }")
    assert len(senses) == len(ontology.terms)
    graph = ox.NamedNode(GRAPH_VOCABULARY)
    assert any(store.quads_for_pattern(None, None, None, graph))
    assert profile_violations((tmp_path / "tone.owl").read_bytes()) == []
    assert unsatisfiable_classes(read_rdf(tmp_path / "tone.owl")) == []
