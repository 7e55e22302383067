"""Ontologies of every construct that TONE uses, made up by Hypothesis, and ways to garble them."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pyoxigraph as ox
from hypothesis import strategies as st
from tone_kg.ontology.iris import PREFIXES


def node(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


TYPE, FIRST, REST, NIL = map(node, ("rdf:type", "rdf:first", "rdf:rest", "rdf:nil"))
SET_LISTS = (node("owl:intersectionOf"), node("owl:members"))
CLASSES = tuple(node(f"tone:{name}") for name in ("Awe", "Bliss", "Calm", "Combination", "Dread"))
HEADER = node("tone:x").value.removesuffix("/x")
ANNOTATIONS = (
    "skos:definition",
    "tone:tier",
    "tone:score",
    "tone:method",
    "dcterms:source",
    "dcterms:modified",
)
LINKS = ("tone:isOppositeOf", "tone:isComposedOf", "tone:hasOperand", "tone:leadsTo")

# What no XML can hold is left out: control characters, surrogates, non-characters.
TEXT = st.text(
    st.one_of(
        st.sampled_from("ab \"'\\<>&\t\n#;.[]()@^é😀"),
        st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")),
    ),
    max_size=12,
)


@st.composite
def ontologies(draw: st.DrawFn) -> list[ox.Triple]:
    """A graph in OWL 2 DL without repeated or shared blank nodes, literals in canonical form."""
    triples: list[ox.Triple] = []

    def say(subject: object, predicate: str, value: object) -> None:
        triples.append(ox.Triple(subject, node(predicate), value))  # type: ignore[arg-type]

    def restriction(link: str, filler: ox.NamedNode) -> ox.BlankNode:
        blank = ox.BlankNode()
        say(blank, "rdf:type", node("owl:Restriction"))
        say(blank, "owl:onProperty", node(link))
        say(blank, "owl:someValuesFrom", filler)
        return blank

    def a_list(members: Iterable[object]) -> object:
        rest: object = NIL
        for member in reversed(list(members)):
            cell = ox.BlankNode()
            say(cell, "rdf:first", member)
            say(cell, "rdf:rest", rest)
            rest = cell
        return rest

    def intersection(members: Iterable[object]) -> ox.BlankNode:
        blank = ox.BlankNode()
        say(blank, "rdf:type", node("owl:Class"))
        say(blank, "owl:intersectionOf", a_list(members))
        return blank

    def decimal() -> ox.Literal:
        text = f"0.{draw(st.integers(0, 9999)):04d}"
        return ox.Literal(text, datatype=node("xsd:decimal"))

    header = ox.NamedNode(HEADER)
    say(header, "rdf:type", node("owl:Ontology"))
    say(header, "owl:versionIRI", node("tone:1.0.0"))
    for each in ANNOTATIONS:
        say(node(each), "rdf:type", node("owl:AnnotationProperty"))
    for each in LINKS:
        say(node(each), "rdf:type", node("owl:ObjectProperty"))
    say(node("tone:isOppositeOf"), "rdf:type", node("owl:SymmetricProperty"))
    for each in CLASSES:
        say(each, "rdf:type", node("owl:Class"))
    if draw(st.booleans()):
        chain = draw(st.permutations([node(each) for each in LINKS[1:]]))
        say(node("tone:leadsTo"), "owl:propertyChainAxiom", a_list(chain))
    if draw(st.booleans()):
        say(CLASSES[0], "owl:disjointWith", CLASSES[1])
    if draw(st.booleans()):
        members = draw(st.lists(st.sampled_from(CLASSES), min_size=3, unique=True))
        blank = ox.BlankNode()
        say(blank, "rdf:type", node("owl:AllDisjointClasses"))
        say(blank, "owl:members", a_list(sorted(members, key=str)))

    for subject in draw(st.lists(st.sampled_from(CLASSES), unique=True)):
        for language in draw(st.lists(st.sampled_from(("en", "en-gb", "de")), unique=True)):
            say(subject, "rdfs:label", ox.Literal(draw(TEXT), language=language))
        for text in draw(st.lists(TEXT, max_size=2, unique=True)):
            say(subject, "skos:definition", ox.Literal(text))
        if draw(st.booleans()):
            say(subject, "tone:tier", ox.Literal(draw(st.integers(-3, 300))))
        if draw(st.booleans()):
            say(subject, "owl:deprecated", ox.Literal(True))
        if draw(st.booleans()):
            date = draw(st.sampled_from(("2026-11-21T00:00:00Z", "2026-11-21T10:00:00.25+01:00")))
            say(subject, "dcterms:modified", ox.Literal(date, datatype=node("xsd:dateTime")))
        stated = set()
        for kind in draw(st.lists(st.sampled_from(("name", "link", "parts", "both")), max_size=3)):
            fillers = draw(
                st.lists(st.sampled_from(CLASSES), min_size=2, max_size=3, unique=True).map(
                    lambda found: tuple(sorted(found, key=str))
                )
            )
            predicate = "owl:equivalentClass" if kind == "both" else "rdfs:subClassOf"
            if (kind, fillers if kind in ("parts", "both") else fillers[0]) in stated:
                continue
            stated.add((kind, fillers if kind in ("parts", "both") else fillers[0]))

            def expression(kind: str = kind, fillers: tuple[ox.NamedNode, ...] = fillers) -> object:
                if kind == "name":
                    return fillers[0]
                if kind == "link":
                    return restriction("tone:isOppositeOf", fillers[0])
                if kind == "parts":
                    return intersection(restriction("tone:isComposedOf", f) for f in fillers)
                named = [node("tone:Combination")]
                return intersection(named + [restriction("tone:hasOperand", f) for f in fillers])

            say(subject, predicate, expression())
            if draw(st.booleans()):
                axiom = ox.BlankNode()
                say(axiom, "rdf:type", node("owl:Axiom"))
                say(axiom, "owl:annotatedSource", subject)
                say(axiom, "owl:annotatedProperty", node(predicate))
                say(axiom, "owl:annotatedTarget", expression())
                say(axiom, "tone:score", decimal())
                for text in draw(st.lists(TEXT, max_size=2, unique=True)):
                    say(axiom, "tone:method", ox.Literal(text))
                say(axiom, "dcterms:source", ox.NamedNode("urn:isbn:9780863776830"))
    return triples


def garbled(triples: list[ox.Triple], seed: int) -> list[ox.Triple]:
    """The same ontology as other tools might write it.

    Triples and blank nodes in another order and under other names, sets as other lists with type
    `rdf:List`, evidence that shares its expression with the axiom, symmetric axioms turned, other
    forms of the same literals, declarations that OWL does not need.
    """
    chance = random.Random(seed)
    names = {each: ox.BlankNode() for each in sorted(_blanks(triples), key=str)}
    shared = _equal_expressions(triples) if chance.random() < 0.5 else {}
    lists = {t.object: t.predicate for t in triples if t.predicate in SET_LISTS}
    members = {head: _members(triples, head) for head in lists}
    firsts = {}
    for cells in members.values():
        values = [value for _, value in cells]
        chance.shuffle(values)
        firsts.update({cell: value for (cell, _), value in zip(cells, values, strict=True)})
    found = [ox.Triple(node("rdfs:label"), TYPE, node("owl:AnnotationProperty"))]
    for triple in triples:
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        if predicate == FIRST and subject in firsts:
            value = firsts[subject]
        if predicate == REST:
            found.append(ox.Triple(names[subject], TYPE, node("rdf:List")))  # type: ignore[index]
        if predicate == node("owl:disjointWith") and chance.random() < 0.5:
            subject, value = value, subject  # type: ignore[assignment]
        if isinstance(value, ox.Literal):
            value = _other_form(value, chance)
        value = shared.get(value, value)
        found.append(
            ox.Triple(names.get(subject, subject), predicate, names.get(value, value))  # type: ignore
        )
    used = {each.object for each in found}
    orphans = {names[each] for each in shared} - used
    found = without(found, orphans)
    chance.shuffle(found)
    return found


def _other_form(value: ox.Literal, chance: random.Random) -> ox.Literal:
    if value.datatype == node("xsd:decimal"):
        text = value.value.rstrip("0") + "0" * chance.randint(1, 5)
        return ox.Literal(chance.choice(("+", "")) + text, datatype=value.datatype)
    if value.datatype == node("xsd:boolean"):
        return ox.Literal(chance.choice(("1", "true")), datatype=value.datatype)
    if value.datatype == node("xsd:dateTime"):
        text = value.value.replace("Z", chance.choice(("Z", "+00:00", ".00Z")))
        return ox.Literal(text, datatype=value.datatype)
    return value


def _blanks(triples: list[ox.Triple]) -> set[ox.BlankNode]:
    nodes = {each.subject for each in triples}
    return {each for each in nodes if isinstance(each, ox.BlankNode)}


def _members(triples: list[ox.Triple], head: object) -> list[tuple[object, object]]:
    first = {t.subject: t.object for t in triples if t.predicate == FIRST}
    rest = {t.subject: t.object for t in triples if t.predicate == REST}
    cells = []
    while head != NIL:
        cells.append((head, first[head]))  # type: ignore[index]
        head = rest[head]  # type: ignore[index]
    return cells


def _equal_expressions(triples: list[ox.Triple]) -> dict[object, object]:
    """Evidence's copies of an expression, with the expression that its axiom holds."""
    content: dict[object, str] = {}

    def text(value: object) -> str:
        if not isinstance(value, ox.BlankNode):
            return str(value)
        if value not in content:
            pairs = (f"{t.predicate} {text(t.object)}" for t in triples if t.subject == value)
            content[value] = f"[{' ; '.join(sorted(pairs))}]"
        return content[value]

    stated = {
        (t.subject, text(t.object)): t.object
        for t in triples
        if t.predicate in (node("rdfs:subClassOf"), node("owl:equivalentClass"))
    }
    copies = {}
    for triple in triples:
        if triple.predicate == node("owl:annotatedTarget"):
            source = next(
                t.object
                for t in triples
                if t.subject == triple.subject and t.predicate == node("owl:annotatedSource")
            )
            if isinstance(triple.object, ox.BlankNode):
                copies[triple.object] = stated[source, text(triple.object)]
    return copies


def without(triples: list[ox.Triple], orphans: set[ox.BlankNode]) -> list[ox.Triple]:
    """Drop blank nodes that nothing uses any more, with all that hangs on them."""
    while orphans:
        kept = [each for each in triples if each.subject not in orphans]
        lost = {each.object for each in triples if each.subject in orphans}
        used = {each.object for each in kept}
        orphans = {each for each in lost - used if isinstance(each, ox.BlankNode)}
        triples = kept
    return triples


def canonical(triples: Iterable[ox.Triple]) -> set[ox.Quad]:
    """The graph under RDFC-1.0 names: equal for two graphs that say the same."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)
