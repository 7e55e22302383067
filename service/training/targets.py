"""What the models learn to tell: GoEmotions labels, classes, and places in the ontology."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ...ontology.concepts import PRIMARIES
from ...ontology.model import Ontology
from ..mapping.fusion import CLASSES, NEUTRAL_NODE, NO_EMOTION, OTHER, Floats
from .goemotions import SCHEME, Example
from .texts import ConceptText


class Targets:
    """The outputs of the models for an ontology and a list of labels, and how they relate.

    Attributes:
        labels: the labels, in the order of their outputs.
        nodes: the ids of all concepts in their order, then `NEUTRAL_NODE`.
        label_class: the class of each label, a place in `CLASSES`.
        node_class: the class of each node.
        within: `within[i, j]` is 1 if node i is node j or a kind of it, else 0.
        depth: how many concepts the path of each node has, itself included.
        label_node: the node that each label is mapped to, the neutral one for a label of none.
    """

    def __init__(self, ontology: Ontology, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self.nodes = (*sorted(ontology.concepts), NEUTRAL_NODE)
        self.place = {node: place for place, node in enumerate(self.nodes)}
        self.paths = {node: ontology.path(node) for node in self.nodes[:-1]} | {
            NEUTRAL_NODE: [NEUTRAL_NODE]
        }
        self.node_class = np.array([self._class(ontology, node) for node in self.nodes])
        self.depth = np.array([len(self.paths[node]) for node in self.nodes])
        self.within = np.zeros((len(self.nodes),) * 2)
        for node, path in self.paths.items():
            for above in path:
                self.within[self.place[node], self.place[above]] = 1
        mapped = {each.label: each for each in ontology.mappings if each.scheme == SCHEME}
        concepts = [mapped[label].concept for label in labels]
        self.label_node = np.array([self.place[each or NEUTRAL_NODE] for each in concepts])
        self.label_class = self.node_class[self.label_node]

    @staticmethod
    def _class(ontology: Ontology, node: str) -> int:
        if node == NEUTRAL_NODE:
            return NO_EMOTION
        primary = ontology.primary(node)
        return PRIMARIES.index(primary) if primary else OTHER

    def nodes_of(self, text: ConceptText) -> list[int]:
        """Return the nodes that a text expresses, the neutral one if it names no concept."""
        return [self.place[each] for each in text.concepts or (NEUTRAL_NODE,)]

    def label_matrix(self, examples: Sequence[Example]) -> Floats:
        """Return a row an example, 1 for each of its labels and 0 for the others."""
        matrix = np.zeros((len(examples), len(self.labels)))
        for row, example in enumerate(examples):
            matrix[row, list(example.labels)] = 1
        return matrix

    def nodes_of_texts(self, texts: Sequence[ConceptText]) -> Floats:
        """Return a row of node weights a text, 1 in all, its concepts in equal parts."""
        matrix = np.zeros((len(texts), len(self.nodes)))
        for row, text in enumerate(texts):
            places = self.nodes_of(text)
            matrix[row, places] = 1 / len(places)
        return matrix

    def classes_of_examples(self, examples: Sequence[Example]) -> Floats:
        """Return a row of class weights an example, 1 in all, its labels in equal parts."""
        return self._parts(self.label_class[list(each.labels)] for each in examples)

    def classes_of_texts(self, texts: Sequence[ConceptText]) -> Floats:
        """Return a row of class weights a text, 1 in all, its concepts in equal parts."""
        return self._parts(self.node_class[self.nodes_of(each)] for each in texts)

    @staticmethod
    def _parts(classes: Iterable[NDArray[np.int_]]) -> Floats:
        rows = [np.bincount(each, minlength=len(CLASSES)) / len(each) for each in classes]
        return np.array(rows).reshape(len(rows), len(CLASSES))
