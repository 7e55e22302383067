"""The knowledge in memory: concepts, links, vocabulary and mappings, read from the sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import pyoxigraph as ox

from .concepts import COMBINATION, EMOTION, PRIMARIES, Concept, Evidence, Link
from .errors import UnknownName
from .iris import ONTOLOGY, TONE
from .mappings import Mapping, read_mappings
from .source import SourceGraph, read_source
from .terms import Term, read_terms

__all__ = [
    "COMBINATION",
    "EMOTION",
    "PRIMARIES",
    "Concept",
    "Evidence",
    "Link",
    "Mapping",
    "Ontology",
    "Term",
    "load",
]

INSTALLED = Path(__file__).parent
"""The folder of the sources that this package carries."""


@dataclass(frozen=True)
class Ontology:
    """All of the knowledge. Concepts are in the order of their ids, links of theirs."""

    version: str
    concepts: dict[str, Concept]
    links: tuple[Link, ...]
    terms: tuple[Term, ...]
    mappings: tuple[Mapping, ...]
    root: Path = field(compare=False)

    def concept(self, name: str) -> Concept:
        """Return the concept of an id, IRI or label, whatever the case.

        Raises:
            UnknownName: there is none; the message names the nearest.
        """
        bare = name.removeprefix("tone:").removeprefix(TONE).strip()
        if bare in self.concepts:
            return self.concepts[bare]
        folded = bare.casefold()
        if folded in self._by_name:
            return self.concepts[self._by_name[folded]]
        raise UnknownName("concept", name, self.concepts)

    def path(self, concept: str) -> list[str]:
        """Return the ids from the concept's root below Emotion down to the concept itself."""
        return list(self._paths[concept])

    def primary(self, concept: str) -> str | None:
        """Return the primary that holds a concept, None for extensions outside all of them."""
        root = self._paths[concept][0]
        return root if root in PRIMARIES else None

    def children(self, concept: str) -> list[str]:
        """Return the ids of the concepts directly below a concept, in order."""
        return list(self._children.get(concept, ()))

    def descendants(self, concept: str) -> list[str]:
        """Return the ids of all concepts below a concept, in order."""
        return [each for each in self.concepts if concept in self._paths[each][:-1]]

    @cached_property
    def _paths(self) -> dict[str, tuple[str, ...]]:
        paths: dict[str, tuple[str, ...]] = {}

        def path(concept: str, below: tuple[str, ...] = ()) -> tuple[str, ...]:
            if concept not in paths:
                parent = self.concepts[concept].parent
                if parent is None or parent not in self.concepts or parent in below:
                    paths[concept] = (concept,)
                else:
                    paths[concept] = (*path(parent, (*below, concept)), concept)
            return paths[concept]

        for concept in self.concepts:
            path(concept)
        return paths

    @cached_property
    def _children(self) -> dict[str | None, list[str]]:
        children: dict[str | None, list[str]] = {}
        for concept in self.concepts.values():
            children.setdefault(concept.parent, []).append(concept.id)
        return children

    @cached_property
    def _by_name(self) -> dict[str, str]:
        names = {}
        for concept in self.concepts.values():
            for label in concept.labels.values():
                names[label.casefold()] = concept.id
        names.update((each.casefold(), each) for each in self.concepts)
        return names


def load(root: Path | str | None = None) -> Ontology:
    """Return the knowledge held by a folder's sources, the installed package's by default.

    Args:
        root: a folder that holds `tone-edit.ttl`, `terms.tsv` and `mappings.sssom.tsv`.

    Raises:
        SourceError: a source is missing or cannot be read. Whether it keeps the rules of the
            ontology is for `tone check` to say; what breaks them may be left out here.
    """
    return _load_installed() if root is None else _load(Path(root).resolve())


@cache
def _load_installed() -> Ontology:
    return _load(INSTALLED)


def _load(root: Path) -> Ontology:
    graph = SourceGraph(read_source(root / "tone-edit.ttl"))
    return Ontology(
        version=graph.text(ox.NamedNode(ONTOLOGY), "owl:versionInfo"),
        concepts=graph.concepts(),
        links=graph.links(),
        terms=read_terms(root / "terms.tsv"),
        mappings=read_mappings(root / "mappings.sssom.tsv"),
        root=root,
    )
