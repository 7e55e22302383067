"""The SKOS labels of concepts, made from `rdfs:label` and from the vocabulary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from .iris import TONE, concept_iri, expand
from .terms import Term

_RDFS_LABEL = ox.NamedNode(expand("rdfs:label"))
_RDF_TYPE = ox.NamedNode(expand("rdf:type"))
_OWL_CLASS = ox.NamedNode(expand("owl:Class"))
_PREFERRED, _ALTERNATIVE, _HIDDEN = (
    ox.NamedNode(expand(each)) for each in ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel")
)


def skos_labels(source: Iterable[ox.Triple], terms: Iterable[Term]) -> list[ox.Triple]:
    """Return the labels to add to the ontology.

    `skos:prefLabel` is the `rdfs:label`. A noun or noun phrase of weight 1 with one concept is a
    `skos:altLabel`, any other term a `skos:hiddenLabel`, by which a search finds the concept.
    Preferred and alternative labels name one concept each; what is such a label of a concept is
    no hidden label of another.

    Args:
        source: the triples of `tone-edit.ttl`.
        terms: the accepted vocabulary; terms of concepts that the source lacks are left out.
    """
    source = list(source)
    classes = {
        triple.subject
        for triple in source
        if triple.predicate == _RDF_TYPE
        and triple.object == _OWL_CLASS
        and isinstance(triple.subject, ox.NamedNode)
        and triple.subject.value.startswith(TONE)
    }
    labels = []
    named: set[tuple[str, str]] = set()
    for triple in source:
        value = triple.object
        if (
            triple.predicate == _RDFS_LABEL
            and triple.subject in classes
            and isinstance(value, ox.Literal)
        ):
            labels.append(ox.Triple(triple.subject, _PREFERRED, value))
            named.add((value.value.casefold(), value.language or ""))

    terms = [each for each in terms if ox.NamedNode(concept_iri(each.concept)) in classes]
    concepts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for term in terms:
        concepts[term.term.casefold(), term.lang].add(term.concept)
    hidden = []
    for term in terms:
        key = (term.term.casefold(), term.lang)
        if key in named:
            continue
        if term.pos == "noun" and term.weight == 1 and len(concepts[key]) == 1:
            labels.append(_label(term, _ALTERNATIVE))
            named.add(key)
        else:
            hidden.append(term)
    labels += [
        _label(term, _HIDDEN) for term in hidden if (term.term.casefold(), term.lang) not in named
    ]
    return list(dict.fromkeys(labels))


def _label(term: Term, kind: ox.NamedNode) -> ox.Triple:
    literal = ox.Literal(term.term, language=term.lang)
    return ox.Triple(ox.NamedNode(concept_iri(term.concept)), kind, literal)
