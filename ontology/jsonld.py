"""The ontology as JSON-LD that reads well: short names by a context, blank nodes nested."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from .iris import PREFIXES
from .turtle import iri

_XSD = PREFIXES["xsd"]
_RDF = PREFIXES["rdf"]


def write_jsonld(triples: Iterable[ox.Triple]) -> bytes:
    """Return a graph whose blank nodes are trees, each used once, as UTF-8 JSON-LD.

    Args:
        triples: the graph; its order is the order of the document.
    """
    by_subject: dict[Any, dict[str, list[Any]]] = {}
    for triple in triples:
        values = by_subject.setdefault(triple.subject, {})
        values.setdefault(triple.predicate.value, []).append(triple.object)
    used = Counter(
        value for values in by_subject.values() for each in values.values() for value in each
    )
    writer = _Writer(by_subject)
    nodes = [
        writer.node(subject)
        for subject in by_subject
        if isinstance(subject, ox.NamedNode) or not used[subject]
    ]
    document = {"@context": writer.context(), "@graph": nodes}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


class _Writer:
    """Turns nodes into JSON and learns which prefixes they use."""

    def __init__(self, by_subject: dict[Any, dict[str, list[Any]]]) -> None:
        self.by_subject = by_subject
        self.prefixes: set[str] = set()

    def context(self) -> dict[str, str]:
        """Return the prefixes used, in alphabetical order."""
        return {name: PREFIXES[name] for name in sorted(self.prefixes)}

    def node(self, subject: Any) -> dict[str, Any]:
        """Return a subject with all its values; a named one begins with `@id`."""
        found: dict[str, Any] = {}
        if isinstance(subject, ox.NamedNode):
            found["@id"] = self.name(subject.value)
        for predicate, values in self.by_subject.get(subject, {}).items():
            if predicate == _RDF + "type":
                found["@type"] = _one([self.name(value.value) for value in values])
            else:
                found[self.name(predicate)] = _one([self.value(value) for value in values])
        return found

    def value(self, value: Any) -> Any:
        """Return an object: a reference, a literal, a list or a nested node."""
        if isinstance(value, ox.Literal):
            return self.literal(value)
        if value == ox.NamedNode(_RDF + "nil"):
            return {"@list": []}
        if isinstance(value, ox.NamedNode):
            return {"@id": self.name(value.value)}
        members = []
        cell = value
        while isinstance(cell, ox.BlankNode):
            pairs = self.by_subject.get(cell, {})
            if set(pairs) != {_RDF + "first", _RDF + "rest"}:
                return self.node(value)
            members.append(self.value(pairs[_RDF + "first"][0]))
            cell = pairs[_RDF + "rest"][0]
        return {"@list": members}

    def literal(self, value: ox.Literal) -> Any:
        """Return a literal: text, integers and booleans as JSON has them."""
        if value.language:
            return {"@value": value.value, "@language": value.language}
        datatype = value.datatype.value
        if datatype == _XSD + "string":
            return value.value
        if datatype == _XSD + "boolean":
            return value.value == "true"
        if datatype == _XSD + "integer":
            return int(value.value)
        return {"@value": value.value, "@type": self.name(datatype)}

    def name(self, value: str) -> str:
        """Return an IRI with a prefix if one fits."""
        short = iri(value)
        if short.startswith("<"):
            return value
        self.prefixes.add(short.partition(":")[0])
        return short


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
