"""Mixtures: two emotions of one text that lead to a third by a stated combination."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from ...ontology.inheritance import accepted_links, shadowed_by
from ...ontology.links import LEADS_TO
from ...ontology.model import Link, Ontology

_NONE: frozenset[str] = frozenset()


class Mixtures:
    """The stated combinations of an ontology, by their operands."""

    def __init__(self, ontology: Ontology) -> None:
        links = [each for each in accepted_links(ontology) if each.kind == LEADS_TO]
        self._by_pair: dict[frozenset[str], list[Link]] = {}
        for link in links:
            self._by_pair.setdefault(frozenset(link.operands), []).append(link)
        self._operands = frozenset(each for link in links for each in link.operands)
        self._above = {
            each: frozenset(ontology.path(each)) for link in links for each in link.targets
        }
        self._narrower: dict[str, frozenset[str]] = {}
        for broad, narrow in shadowed_by(ontology, links):
            known = self._narrower.get(broad.id, frozenset())
            self._narrower[broad.id] = known | {narrow.id}

    def of(self, shares: Mapping[str, int], least: int) -> list[dict[str, Any]]:
        """Return the mixtures of a text, strongest first.

        Two emotions mix if each has at least a given share and a combination of the two is
        stated. What the text says of the result itself does not count for them: pride and anger
        are no anger and joy. A combination of broader emotions gives way to one of narrower ones
        that is there too: anger and sadness to disgust and sadness. The strength is the lesser
        of the two shares; on a tie the greater one counts, then the link's id.

        Args:
            shares: of each concept in the text, its kinds included.
            least: the share from which an emotion counts as probable, in the same unit.
        """
        operands = self._operands
        probable = [each for each in shares if shares[each] >= least and each in operands]
        if len(probable) < 2:
            return []
        found: dict[str, tuple[int, int, Link]] = {}
        for pair in combinations(probable, 2):
            for link in self._by_pair.get(frozenset(pair), ()):
                result = link.targets[0]
                said, above = shares.get(result, 0), self._above[result]
                lesser, greater = sorted(shares[each] - said * (each in above) for each in pair)
                if lesser >= least:
                    found[link.id] = (lesser, greater, link)
        narrower = self._narrower
        return [
            {"id": link.targets[0], "of": list(link.operands), "link": link.iri}
            for _, _, link in sorted(
                found.values(), key=lambda each: (-each[0], -each[1], each[2].id)
            )
            if narrower.get(link.id, _NONE).isdisjoint(found)
        ]
