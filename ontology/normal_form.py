"""The normal form of an OWL file: one graph, one text, so that a small edit is a small diff.

The text depends on what the graph says in OWL and on nothing else: not on the order of triples,
the names of blank nodes, the syntax read or the library that wrote it. So

- blank nodes are written inline, as trees in the order of their content; one that is used twice
  (OWL API) gets a copy in each place, and copies that repeat under one predicate are one;
- lists are sorted where OWL reads them as sets, and kept where it does not (property chains);
- literals that say the same are written the same: `"x"` and `"x"^^xsd:string`, `1.0` and `1.00`,
  `T12:00:00Z` and `T12:00:00.0+00:00`;
- symmetric axioms between names are stated from the alphabetically first;
- declarations of what OWL itself defines (`rdfs:label`, `xsd:string`) are left out;
- every predicate and its object stand on a line of their own, evidence after what it annotates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from . import turtle
from .concepts import COMBINATION, EMOTION
from .errors import ToneError
from .files import write_atomically
from .iris import PREFIXES, concept_iri, expand
from .rdf_input import read_rdf
from .turtle import ListTree, Tree, Value, line

__all__ = ["format_file", "format_turtle", "read_rdf"]


def _iris(*names: str) -> tuple[str, ...]:
    return tuple(map(expand, names))


_TYPE, _FIRST, _REST, _NIL = _iris("rdf:type", "rdf:first", "rdf:rest", "rdf:nil")
_SOURCE, _PROPERTY, _TARGET = _iris(
    "owl:annotatedSource", "owl:annotatedProperty", "owl:annotatedTarget"
)

_SETS = set(
    _iris(
        "owl:intersectionOf",
        "owl:unionOf",
        "owl:oneOf",
        "owl:members",
        "owl:distinctMembers",
        "owl:disjointUnionOf",
        "owl:hasKey",
    )
)
_SYMMETRIC = set(
    _iris(
        "owl:disjointWith",
        "owl:equivalentClass",
        "owl:equivalentProperty",
        "owl:propertyDisjointWith",
        "owl:sameAs",
        "owl:differentFrom",
        "owl:inverseOf",
    )
)
_EXPRESSIONS = set(
    _iris(
        "rdf:first",
        "owl:onProperty",
        "owl:onProperties",
        "owl:intersectionOf",
        "owl:unionOf",
        "owl:oneOf",
        "owl:complementOf",
        "owl:datatypeComplementOf",
        "owl:inverseOf",
        "owl:onDatatype",
    )
)
"""What makes a blank node an expression, which says the same wherever it is copied."""

_BUILT_IN = tuple(PREFIXES[each] for each in ("owl", "rdf", "rdfs", "xsd"))

_PREDICATES = {
    iri: place
    for place, iri in enumerate(
        _iris(
            "rdf:type",
            "owl:annotatedSource",
            "owl:annotatedProperty",
            "owl:annotatedTarget",
            "owl:onProperty",
            "owl:versionIRI",
            "owl:versionInfo",
            "dcterms:title",
            "dcterms:description",
            "rdfs:label",
            "skos:prefLabel",
            "skos:altLabel",
            "skos:hiddenLabel",
            "skos:definition",
            "rdfs:comment",
            "tone:tier",
            "rdfs:subPropertyOf",
            "owl:equivalentClass",
            "rdfs:subClassOf",
            "owl:disjointWith",
            "rdfs:domain",
            "rdfs:range",
            "tone:score",
            "tone:margin",
            "tone:method",
            "tone:status",
            "tone:reviewer",
            "skos:inScheme",
            "dcterms:source",
        )
    )
}
"""The predicates that come first, in this order; the others follow alphabetically."""

_SECTIONS = _iris("owl:AnnotationProperty", "owl:ObjectProperty", "owl:DatatypeProperty")
_ROOTS = (concept_iri(EMOTION), concept_iri(COMBINATION))


def format_file(path: Path | str, output: Path | str | None = None) -> bool:
    """Write an OWL file in its normal form, in one step, and say whether that changed anything.

    Args:
        path: a file in any syntax that `read_rdf` knows.
        output: the Turtle file to write; by default the file itself, which must be Turtle then.

    Raises:
        SourceError: the file cannot be read; nothing is written.
        ToneError: the file is not Turtle and there is no `output`, or its graph has no normal
            form (see `format_turtle`); nothing is written.
    """
    path = Path(path)
    output = path if output is None else Path(output)
    if output.suffix != ".ttl":
        raise ToneError(f"{output}: the normal form is Turtle; name an output that ends in .ttl")
    triples = read_rdf(path)
    try:
        data = format_turtle(triples)
    except ToneError as error:
        raise ToneError(f"{path}: {error}") from None
    if output.exists() and output.read_bytes() == data:
        return False
    write_atomically(output, data)
    return True


def format_turtle(triples: Iterable[ox.Triple]) -> bytes:
    """Return a graph in its normal form, as UTF-8 Turtle.

    Raises:
        ToneError: a blank node contains itself, or one that is no class expression is used
            twice, so that it cannot be written inline; or blank nodes are nested too deep.
    """
    graph = _Graph(triples)
    try:
        blocks = [turtle.block(text, graph.pairs(node)) for text, node in graph.subjects()]
    except RecursionError:
        raise ToneError("blank nodes are nested hundreds deep; give some of them IRIs") from None
    return turtle.document(blocks).encode("utf-8")


Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class _Graph:
    """The triples by subject, folded to what they say."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.by_subject: dict[Node, list[tuple[str, Node]]] = {}
        self.uses: Counter[Node] = Counter()
        for triple in dict.fromkeys(triples):
            self._add(triple.subject, triple.predicate.value, triple.object)
        self.trees: dict[Node, Value] = {}
        self.open: set[Node] = set()
        for node in self.by_subject:
            self._orient(node)
        for pairs in self.by_subject.values():
            self.uses.update(value for _, value in pairs if isinstance(value, ox.BlankNode))

    def _add(self, subject: Node, predicate: str, value: Node) -> None:
        if isinstance(value, ox.Triple) or isinstance(subject, ox.Triple):
            raise ToneError("it quotes triples, which OWL does not know")
        if predicate == _TYPE and isinstance(value, ox.NamedNode):
            list_type = isinstance(subject, ox.BlankNode) and value.value == expand("rdf:List")
            declared = isinstance(subject, ox.NamedNode) and subject.value.startswith(_BUILT_IN)
            if list_type or (declared and value.value.startswith(_BUILT_IN)):
                return
        if predicate in _SYMMETRIC and _belongs_first(value, subject, predicate):
            subject, value = value, subject
        self.by_subject.setdefault(subject, []).append((predicate, value))

    def _orient(self, node: Node) -> None:
        """Turn the annotation of a symmetric axiom as the axiom itself is turned."""
        pairs = dict(self.by_subject[node])
        source, target = pairs.get(_SOURCE), pairs.get(_TARGET)
        stated = pairs.get(_PROPERTY)
        if (
            isinstance(stated, ox.NamedNode)
            and stated.value in _SYMMETRIC
            and _belongs_first(target, source, stated.value)
        ):
            turn = {_SOURCE: _TARGET, _TARGET: _SOURCE}
            self.by_subject[node] = [(turn.get(p, p), v) for p, v in self.by_subject[node]]

    def subjects(self) -> list[tuple[str, Node]]:
        """Return what is written at the top, as (text, node), in order."""
        named = [each for each in self.by_subject if isinstance(each, ox.NamedNode)]
        order: list[tuple[tuple[int, str, str], str, Node]] = [
            ((*self._section(each), ""), turtle.iri(each.value), each) for each in named
        ]
        seen: set[str] = set()
        for node in self.by_subject:
            if isinstance(node, ox.NamedNode) or self.uses[node]:
                continue
            tree = self._tree(node)
            if tree.line in seen:
                continue
            seen.add(tree.line)
            source = dict(self.by_subject[node]).get(_SOURCE)
            if isinstance(source, ox.NamedNode):
                place = self._section(source)
            else:
                place = (len(_SECTIONS) + 4, "")
            order.append(((*place, tree.line), "[]", node))
        for node in self.by_subject:
            if isinstance(node, ox.BlankNode) and node not in self.trees:
                self._tree(node)
        return [(text, node) for _, text, node in sorted(order, key=lambda each: each[0])]

    def _section(self, subject: ox.NamedNode) -> tuple[int, str]:
        """Return where a subject stands: header, properties, roots, concepts, all by IRI."""
        types = {
            value.value
            for predicate, value in self.by_subject.get(subject, ())
            if predicate == _TYPE and isinstance(value, ox.NamedNode)
        }
        if expand("owl:Ontology") in types:
            return 0, subject.value
        for place, section in enumerate(_SECTIONS, start=1):
            if section in types:
                return place, subject.value
        if subject.value in _ROOTS:
            return len(_SECTIONS) + 1, str(_ROOTS.index(subject.value))
        return len(_SECTIONS) + (2 if expand("owl:Class") in types else 3), subject.value

    def pairs(self, node: Node) -> tuple[tuple[str, Value], ...]:
        """Return the predicates of a node with their values, each once, in order."""
        pairs = {
            (predicate, line(value)): (predicate, value)
            for predicate, value in (
                (predicate, self._value(value, predicate))
                for predicate, value in self.by_subject.get(node, ())
            )
        }
        return tuple(sorted(pairs.values(), key=_pair_key))

    def _value(self, value: Node, predicate: str) -> Value:
        if isinstance(value, ox.BlankNode):
            return self._list(value, as_set=predicate in _SETS) or self._tree(value)
        if isinstance(value, ox.NamedNode) and value.value == _NIL:
            return "()"
        return turtle.term(value, predicate)

    def _list(self, node: ox.BlankNode, as_set: bool) -> ListTree | None:
        """Return a well-formed list that begins at a node, None if there is none."""
        cells: list[Node] = []
        members: list[Node] = []
        cell: Node = node
        while cell != ox.NamedNode(_NIL):
            pairs = self.by_subject.get(cell, [])
            if sorted(predicate for predicate, _ in pairs) != [_FIRST, _REST]:
                return None
            values = dict(pairs)
            if cell in cells or not isinstance(cell, ox.BlankNode):
                return None
            cells.append(cell)
            members.append(values[_FIRST])
            cell = values[_REST]
        self._enter(cells)
        texts = [self._value(member, _FIRST) for member in members]
        self._leave(cells)
        if as_set:
            texts = sorted({line(each): each for each in texts}.values(), key=_value_key)
        found = ListTree(tuple(texts), f"( {' '.join(map(line, texts))} )")
        self.trees.update(dict.fromkeys(cells, found))
        return found

    def _tree(self, node: Node) -> Tree:
        found = self.trees.get(node)
        if isinstance(found, Tree):
            return found
        self._enter([node])
        pairs = self.pairs(node)
        self._leave([node])
        if self.uses[node] > 1 and not _EXPRESSIONS.intersection(each for each, _ in pairs):
            raise ToneError(
                "a blank node that is no class expression is used more than once; give it an IRI"
            )
        inner = " ; ".join(f"{turtle.predicate(p)} {line(v)}" for p, v in pairs)
        tree = Tree(pairs, f"[ {inner} ]" if inner else "[]")
        self.trees[node] = tree
        return tree

    def _enter(self, nodes: list[Node]) -> None:
        for node in nodes:
            if node in self.open:
                raise ToneError("a blank node contains itself; break the cycle or give it an IRI")
            self.open.add(node)

    def _leave(self, nodes: list[Node]) -> None:
        self.open.difference_update(nodes)


def _belongs_first(value: Node | None, subject: Node | None, predicate: str) -> bool:
    """Say whether a symmetric statement is to be turned round: names first, in their order."""
    if not isinstance(value, ox.NamedNode):
        return False
    if isinstance(subject, ox.NamedNode):
        return value.value < subject.value
    return predicate != expand("owl:inverseOf")  # with a blank subject that is an expression


def _value_key(value: Value) -> tuple[bool, str]:
    return not isinstance(value, str), line(value)


def _pair_key(pair: tuple[str, Value]) -> tuple[int, str, bool, str]:
    predicate, value = pair
    return _PREDICATES.get(predicate, len(_PREDICATES)), predicate, *_value_key(value)
