"""What a reviewer is shown, never what other reviewers decided, and what comes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..ontology.links import KINDS
from ..ontology.model import Ontology
from .decisions import ACCEPT, MOVE, REJECT, REVIEWER, Decision
from .links.proposals import read_with_links
from .proposals import Proposal
from .review_kind import Item, ReviewKind


@dataclass(frozen=True, slots=True)
class Offer:
    """An item as a reviewer gets it.

    `proposed` is empty where no machine proposed anything; the rest tells about the proposal.
    `kinds`, `flags` and `contexts` are for the reviewer and go no further.
    """

    item: Item
    proposed: str = ""
    similarity: Decimal | None = None
    margin: Decimal | None = None
    runner_up: str = ""
    methods: tuple[str, ...] = ()
    kinds: str = ""
    flags: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()

    def decide(
        self,
        kind: ReviewKind,
        choices: Sequence[str],
        reviewer: str,
        *,
        score: Decimal | None = None,
        weight: Decimal | None = None,
        reason: str = "",
        role: str = REVIEWER,
        date: str,
        place: str = "",
    ) -> list[Decision]:
        """Return what a reviewer decided, a row for each choice.

        Args:
            kind: what is reviewed.
            choices: the concepts that the term expresses, or the links that are right; none if
                the item is rejected.
            reviewer, role, reason, date, place: as in `Decision`.
            score, weight: for each of the choices, None where the reviewer does not say; of no
                meaning for a rejection.
        """
        offered = kind.offered(self.item, self.proposed)
        return [
            self._decision(
                kind,
                choice,
                beside=choice != offered and offered in choices,
                score=score if choice else None,
                weight=weight if choice else None,
                reason=reason,
                reviewer=reviewer,
                role=role,
                date=date,
                place=place,
            )
            for choice in choices or [""]
        ]

    def _decision(self, kind: ReviewKind, choice: str, beside: bool, **said: Any) -> Decision:
        # A choice beside the one proposed is the reviewer's own word, not a move away from it,
        # and nothing that came with the proposal speaks for it.
        offer = Offer(self.item) if beside else self
        kept = ACCEPT if kind.offered(offer.item, offer.proposed) in ("", choice) else MOVE
        return Decision(
            item=self.item,
            decision=kept if choice else REJECT,
            choice=choice,
            proposed=offer.proposed,
            similarity=offer.similarity,
            margin=offer.margin,
            runner_up=offer.runner_up,
            methods=offer.methods,
            source=offer.source,
            evidence=offer.evidence,
            **said,
        )


def term_offers(queue: Iterable[Proposal]) -> list[Offer]:
    """Return the proposals of terms as they are offered to reviewers, in the queue's order."""
    return [
        Offer(
            each.item,
            each.concept,
            each.similarity,
            each.margin,
            each.runner_up,
            flags=each.flags,
            source=each.source,
            evidence=each.evidence,
            contexts=each.contexts,
        )
        for each in queue
    ]


def link_offers(path: Path, ontology: Ontology) -> list[Offer]:
    """Return the open proposals of links as they are offered: by kind, the best score first.

    Raises:
        SourceError: the file breaks the format, or a proposal is no link between concepts.
    """
    offers = []
    for each, link in read_with_links(path, ontology):
        offer = Offer(
            (link.id,),
            link.id,
            each.score,
            methods=each.methods,
            kinds=each.kinds,
            flags=each.flags,
            source=each.source,
            evidence=each.evidence,
        )
        offers.append((KINDS.index(link.kind), -each.score, link.id, offer))
    return [offer for *_, offer in sorted(offers, key=lambda each: each[:3])]


def undecided(offers: Iterable[Offer], decisions: Iterable[Decision], reviewer: str) -> list[Offer]:
    """Return the offers that a reviewer has not decided, in their order."""
    own = {each.item for each in decisions if each.reviewer == reviewer}
    return [each for each in offers if each.item not in own]


def decided_by_others(decisions: Sequence[Decision], reviewer: str) -> list[Offer]:
    """Return the items that others have reviewed and this reviewer has not, for a blind pass.

    Something is proposed only where it was the machine's, with a similarity: another reviewer's
    choice would give away what that reviewer thought, and so would its evidence.
    """
    own = {each.item for each in decisions if each.reviewer == reviewer}
    offers: dict[Item, Offer] = {}
    for each in sorted(decisions, key=lambda each: each.key):
        if each.item in own or each.role != REVIEWER:
            continue
        offer = Offer(each.item)
        if each.similarity is not None:
            offer = Offer(
                each.item,
                each.proposed,
                each.similarity,
                each.margin,
                each.runner_up,
                each.methods,
                source=each.source,
                evidence=each.evidence,
            )
        known = offers.get(each.item)
        if known is None or known.similarity is None:
            offers[each.item] = offer
    return list(offers.values())


def within(
    offers: Iterable[Offer], kind: ReviewKind, ontology: Ontology, concept: str
) -> list[Offer]:
    """Return the offers that are about a concept or one below it."""
    wanted = {concept, *ontology.descendants(concept)}
    return [
        each
        for each in offers
        if not wanted.isdisjoint(kind.concepts(kind.offered(each.item, each.proposed), ontology))
    ]


def sample(offers: Sequence[Offer], size: int, seed: int) -> list[Offer]:
    """Return a random sample, in the order given.

    It is drawn by a hash of seed and item: the same on every machine, and what comes to the
    offers later replaces few of those drawn.
    """

    def rank(offer: Offer) -> bytes:
        return hashlib.sha256("\t".join((str(seed), *offer.item)).encode("utf-8")).digest()

    drawn = {each.item for each in sorted(offers, key=rank)[:size]}
    return [each for each in offers if each.item in drawn]
