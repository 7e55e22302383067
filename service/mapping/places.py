"""Where the models' outputs belong in an ontology, which may have been edited since training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...ontology.concepts import PRIMARIES
from ...ontology.model import Ontology
from .fusion import NEUTRAL_NODE, NO_EMOTION, OTHER, Floats, Fusion, Groups, Places, Whole

SCHEME = "goemotions"
"""The scheme whose labels the models tell."""

_SAME = ("exactMatch", "closeMatch")


class Atlas:
    """The concepts of an ontology as columns, and where labels and nodes of the models go.

    A node or label of a concept that the ontology lacks goes to the nearest broader concept that
    it has. Concepts that the models don't know get what the lexicon finds.

    Args:
        ontology: whose concepts are scored.
        fusion: names the models' labels and nodes.

    Attributes:
        concepts: their ids; kinds stand right after the concept that they are kinds of.
        column: the place of each.
        column_class: the class of each column.
        columns: the columns by class.
        labels: the labels by class.
        nodes: the nodes by class.
        roots: the column of each primary, -1 where the ontology has none.
        label_concepts: the label that tells the probability of a concept.
    """

    def __init__(self, ontology: Ontology, fusion: Fusion) -> None:
        paths = sorted(tuple(ontology.path(concept)) for concept in ontology.concepts)
        self.concepts = tuple(path[-1] for path in paths)
        self.column = {concept: at for at, concept in enumerate(self.concepts)}
        self.column_class: Places = np.array([_class(path) for path in paths], np.intp)
        self.columns = Groups(self.column_class.tolist())
        self.roots: Places = np.array([self.column.get(each, -1) for each in PRIMARIES], np.intp)
        depth = [len(path) for path in paths]
        self._after: Places = np.array(
            [
                next(
                    (later for later in range(at + 1, len(paths)) if depth[later] <= depth[at]),
                    len(paths),
                )
                for at in range(len(paths))
            ],
            np.intp,
        )
        self._parents: Places = np.array(
            [self.column[path[-2]] if len(path) > 1 else len(paths) for path in paths], np.intp
        )
        mappings = {each.label: each for each in ontology.mappings if each.scheme == SCHEME}
        label_paths: list[tuple[str, ...]] = []
        self.label_concepts: dict[str, int] = {}
        for at, label in enumerate(fusion.labels):
            mapping = mappings.get(label)
            if mapping is None:
                label_paths.append(())
            elif mapping.concept is None:
                label_paths.append((NEUTRAL_NODE,))
            else:
                label_paths.append(tuple(self._path(mapping.concept, ontology, fusion.paths)))
                if mapping.predicate in _SAME and mapping.concept in self.column:
                    self.label_concepts[mapping.concept] = at
        node_paths = [
            self._path(node, ontology, fusion.paths) if node != NEUTRAL_NODE else (node,)
            for node in fusion.nodes
        ]
        self.labels = Groups([_class(path) for path in label_paths])
        self.nodes = Groups([_class(path) for path in node_paths])
        self._label_columns = self._spread(label_paths)
        self._node_columns = self._spread(node_paths)

    def labels_to_columns(self, labels: Floats) -> Floats:
        """Return values of labels as values of columns."""
        return self._to_columns(labels, self._label_columns)

    def nodes_to_columns(self, nodes: Floats) -> Floats:
        """Return values of nodes as values of columns."""
        return self._to_columns(nodes, self._node_columns)

    def masses_to_columns(self, masses: Sequence[Mapping[str, int]]) -> Floats:
        """Return the own mass of each concept for texts, from masses that hold those of kinds."""
        size = len(self.concepts)
        rows = np.repeat(np.arange(len(masses)), [len(of_text) for of_text in masses])
        columns = np.array([self.column[c] for of_text in masses for c in of_text], np.intp)
        given = np.array([mass for of_text in masses for mass in of_text.values()], np.float64)
        values = np.zeros((len(masses), size + 1))  # the last column takes what roots would give
        values[rows, columns] = given
        np.subtract.at(values, (rows, self._parents[columns]), given)
        return np.ascontiguousarray(values[:, :size])

    def with_kinds(self, own: Whole) -> Whole:
        """Return whole values of concepts together with those of their kinds."""
        sums = np.zeros((own.shape[0], own.shape[1] + 1), np.int64)
        np.cumsum(own, axis=1, out=sums[:, 1:])
        return np.asarray(sums[:, self._after] - sums[:, :-1])

    def _to_columns(self, values: Floats, spread: list[tuple[Places, Places]]) -> Floats:
        columns = np.zeros((len(values), len(self.concepts)))
        for into, taken in spread:
            columns[:, into] += values[:, taken]
        return columns

    def _spread(self, paths: Sequence[Sequence[str]]) -> list[tuple[Places, Places]]:
        """Return pairs of columns and what is added to them; no pair names a column twice."""
        rounds: list[tuple[list[int], list[int]]] = []
        count: dict[int, int] = {}
        for at, path in enumerate(paths):
            column = self.column.get(path[-1]) if path else None
            if column is None:
                continue
            turn = count[column] = count.get(column, -1) + 1
            if turn == len(rounds):
                rounds.append(([], []))
            rounds[turn][0].append(column)
            rounds[turn][1].append(at)
        return [(np.array(into, np.intp), np.array(taken, np.intp)) for into, taken in rounds]

    def _path(
        self, concept: str, ontology: Ontology, paths: Mapping[str, Sequence[str]]
    ) -> Sequence[str]:
        """Return the path, in the ontology, of the concept or the nearest broader one it has.

        If it has none, the path is the one that the models were trained with.
        """
        known = paths.get(concept, (concept,))
        for each in (concept, *reversed(known)):
            if each in self.column:
                return ontology.path(each)
        return known


def _class(path: Sequence[str]) -> int:
    """Return the class of what a path leads to, -1 of an empty one."""
    if not path:
        return -1
    if path[0] == NEUTRAL_NODE:
        return NO_EMOTION
    return PRIMARIES.index(path[0]) if path[0] in PRIMARIES else OTHER
