"""Reading `tone-edit.ttl`: from its triples to concepts and links."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyoxigraph as ox

from .concepts import COMBINATION, EMOTION, Concept, Evidence, Link
from .errors import SourceError
from .iris import TONE, expand
from .terms import SEPARATOR

Subject = ox.NamedNode | ox.BlankNode | ox.Triple
Value = Subject | ox.Literal
"""What stands in a triple, before and behind its predicate."""


def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(expand(name))


RDF_TYPE = _node("rdf:type")
RDF_FIRST = _node("rdf:first")
RDF_REST = _node("rdf:rest")
SUBCLASS = _node("rdfs:subClassOf")
EQUIVALENT = _node("owl:equivalentClass")


def read_source(path: Path) -> list[ox.Triple]:
    """Return the triples of a Turtle file.

    Raises:
        SourceError: the file is missing or not Turtle; the message names the line.
    """
    try:
        return [quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)]
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror or error})") from None
    except SyntaxError as error:
        raise SourceError(path, error.lineno, f"not Turtle: {error.msg}") from None


class SourceGraph:
    """The triples of the source, indexed by subject and predicate."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.by_subject: dict[Subject, dict[ox.NamedNode, list[Value]]] = {}
        for triple in triples:
            predicates = self.by_subject.setdefault(triple.subject, {})
            predicates.setdefault(triple.predicate, []).append(triple.object)
        self.axioms = self._annotated_axioms()

    def values(self, subject: Value, name: str | ox.NamedNode) -> list[Value]:
        """Return the objects of a subject and a predicate (`rdfs:label`), in the order read."""
        predicate = _node(name) if isinstance(name, str) else name
        if isinstance(subject, ox.Literal):
            return []
        return self.by_subject.get(subject, {}).get(predicate, [])

    def texts(self, subject: Value, name: str) -> tuple[str, ...]:
        """Return the literals and IRIs among the objects as sorted strings."""
        values = self.values(subject, name)
        return tuple(sorted(v.value for v in values if isinstance(v, ox.Literal | ox.NamedNode)))

    def text(self, subject: Value, name: str) -> str:
        """Return the first of `texts`, empty if there is none."""
        return next(iter(self.texts(subject, name)), "")

    def local(self, node: object) -> str | None:
        """Return the id of a node in TONE's namespace, else None."""
        if isinstance(node, ox.NamedNode) and node.value.startswith(TONE):
            return node.value.removeprefix(TONE)
        return None

    def locals(self, nodes: Iterable[object]) -> tuple[str, ...]:
        """Return the sorted ids of the nodes that lie in TONE's namespace."""
        return tuple(sorted(name for name in map(self.local, nodes) if name))

    def concepts(self) -> dict[str, Concept]:
        """Return all named classes below Emotion, and deprecated ones, by id."""
        concepts = []
        for subject in self.by_subject:
            name = self.local(subject)
            if not name or _node("owl:Class") not in self.values(subject, RDF_TYPE):
                continue
            deprecated = "true" in self.texts(subject, "owl:deprecated")
            parents = self.locals(self.values(subject, SUBCLASS))
            if name in (EMOTION, COMBINATION) or not (parents or deprecated):
                continue
            concepts.append(self._concept(subject, name, parents, deprecated))
        return {concept.id: concept for concept in sorted(concepts, key=lambda each: each.id)}

    def _concept(
        self, subject: Subject, name: str, parents: tuple[str, ...], deprecated: bool
    ) -> Concept:
        labels = {
            value.language or "": value.value
            for value in self.values(subject, "rdfs:label")
            if isinstance(value, ox.Literal)
        }
        definitions = {
            value.language or "": value.value
            for value in self.values(subject, "skos:definition")
            if isinstance(value, ox.Literal)
        }
        tier = self.text(subject, "tone:tier")
        scheme = TONE + "scheme/"
        return Concept(
            id=name,
            label=labels.get("en", name),
            labels=dict(sorted(labels.items())),
            definition=definitions.get("en", ""),
            tier=int(tier) if tier.isdecimal() else None,
            parent=next((each for each in parents if each != EMOTION), None),
            schemes=tuple(
                each.removeprefix(scheme)
                for each in self.texts(subject, "skos:inScheme")
                if each.startswith(scheme)
            ),
            sources=self.texts(subject, "dcterms:source"),
            deprecated=deprecated,
            replaced_by=self.locals(self.values(subject, "dcterms:isReplacedBy")),
        )

    def links(self) -> tuple[Link, ...]:
        """Return all stated dependencies, sorted by id."""
        links = []
        for subject in self.by_subject:
            name = self.local(subject)
            if not name:
                continue
            operands = self._operands(subject)
            for target in self.values(subject, SUBCLASS):
                for kind, targets in self._dependency(target):
                    evidence = self._evidence(subject, target)
                    links.append(Link(kind, name, targets, evidence, operands))
        return tuple(sorted(links, key=lambda link: link.id))

    def expressions(self, link: Link) -> list[Value]:
        """Return the superclass expressions that state a link, whatever its evidence."""
        stated = self.values(ox.NamedNode(TONE + link.subject), SUBCLASS)
        return [each for each in stated if self._key(each) == _said(link)]

    def annotated_axioms(self, link: Link) -> list[Subject]:
        """Return the nodes that carry a link's evidence."""
        return list(self.axioms.get((ox.NamedNode(TONE + link.subject), _said(link)), ()))

    def _dependency(self, node: Value) -> list[tuple[str, tuple[str, ...]]]:
        """Return what a superclass expression says: a kind of link and its targets."""
        if not isinstance(node, ox.BlankNode):
            return []
        kind, filler = self._restriction(node)
        if kind in ("isOppositeOf", "leadsTo") and filler:
            return [(kind, (filler,))]
        parts = [self._restriction(each) for each in self._members(node)]
        if len(parts) > 1 and all(kind == "isComposedOf" and part for kind, part in parts):
            return [("isComposedOf", tuple(sorted(part for _, part in parts if part)))]
        return []

    def _operands(self, subject: Subject) -> tuple[str, ...]:
        for node in self.values(subject, EQUIVALENT):
            members = self._members(node)
            if ox.NamedNode(TONE + COMBINATION) in members:
                parts = [self._restriction(each) for each in members]
                return tuple(sorted(part for kind, part in parts if kind == "hasOperand" and part))
        return ()

    def _restriction(self, node: Value) -> tuple[str | None, str | None]:
        properties = self.locals(self.values(node, "owl:onProperty"))
        fillers = self.locals(self.values(node, "owl:someValuesFrom"))
        return (properties or (None,))[0], (fillers or (None,))[0]

    def _members(self, node: Value) -> list[Value]:
        members: list[Value] = []
        lists = self.values(node, "owl:intersectionOf")
        rest = lists[0] if lists else None
        seen = set()
        while rest is not None and rest not in seen:
            seen.add(rest)
            members += self.values(rest, RDF_FIRST)
            rest = next(iter(self.values(rest, RDF_REST)), None)
        return members

    def _key(self, node: Value) -> object:
        """Return what an axiom's target says, whichever blank nodes say it."""
        dependency = self._dependency(node)
        return tuple(dependency) if dependency else node

    def _annotated_axioms(self) -> dict[object, list[Subject]]:
        """Return the nodes that annotate each axiom, by what the axiom says."""
        axioms: dict[object, list[Subject]] = {}
        for node in self.by_subject:
            if _node("owl:Axiom") not in self.values(node, RDF_TYPE):
                continue
            for source in self.values(node, "owl:annotatedSource"):
                for target in self.values(node, "owl:annotatedTarget"):
                    axioms.setdefault((source, self._key(target)), []).append(node)
        return axioms

    def _evidence(self, subject: Subject, target: Value) -> Evidence:
        nodes = self.axioms.get((subject, self._key(target)))
        if not nodes:
            return Evidence(None, "", "", (), ())
        return Evidence(
            score=_decimal(self.text(nodes[-1], "tone:score")),
            method=SEPARATOR.join(self.texts(nodes[-1], "tone:method")),
            status=self.text(nodes[-1], "tone:status"),
            reviewer=self.texts(nodes[-1], "tone:reviewer"),
            sources=self.texts(nodes[-1], "dcterms:source"),
        )


def _said(link: Link) -> object:
    """Return what an axiom that states a link says, as `SourceGraph` tells axioms apart."""
    return ((link.kind, link.targets),)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None  # `tone check` says what is wrong with it
