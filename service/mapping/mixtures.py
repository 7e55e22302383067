"""Mixtures: two emotions of one text that lead to a third by a stated combination."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from ...ontology.inheritance import accepted_links
from ...ontology.links import LEADS_TO
from ...ontology.model import Link, Ontology


class Mixtures:
    """The stated combinations of an ontology, by their operands."""

    def __init__(self, ontology: Ontology) -> None:
        self._by_pair: dict[frozenset[str], list[Link]] = {}
        for link in accepted_links(ontology):
            if link.kind == LEADS_TO:
                self._by_pair.setdefault(frozenset(link.operands), []).append(link)
        operands = {each for pair in self._by_pair for each in pair}
        self._kinds = {each: ontology.children(each) for each in operands}

    def probable(self, shares: Mapping[str, int], least: int) -> dict[str, int]:
        """Return the emotions with at least a given share of their own, with that share.

        Args:
            shares: of each concept in the text, its kinds included.
            least: the share from which an emotion counts as probable, in the same unit.
        """
        kinds = self._kinds
        great = [each for each, share in shares.items() if share >= least and each in kinds]
        if len(great) < 2:
            return {}
        own = {
            each: shares[each] - sum(shares.get(kind, 0) for kind in kinds[each]) for each in great
        }
        return {each: share for each, share in own.items() if share >= least}

    def of(self, own: Mapping[str, int]) -> list[dict[str, Any]]:
        """Return the mixtures of a text, strongest first.

        Two emotions mix if a combination of the two is stated: what kinds would inherit is too
        broad to be told unasked (embarrassment and amusement are no nostalgia, though sadness and
        joy are). The strength is the lesser of the two shares; on a tie the greater one counts,
        then the link's id.

        Args:
            own: the share of each emotion that may mix, without that of its kinds.
        """
        found = [
            link for pair in combinations(own, 2) for link in self._by_pair.get(frozenset(pair), ())
        ]

        def strongest_first(link: Link) -> tuple[int, int, str]:
            lesser, greater = sorted(own[each] for each in link.operands)
            return -lesser, -greater, link.id

        return [
            {"id": link.targets[0], "of": list(link.operands), "link": link.iri}
            for link in sorted(found, key=strongest_first)
        ]
