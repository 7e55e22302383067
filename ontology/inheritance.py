"""Which accepted links hold for an emotion: those stated of it, and those that it inherits.

A link is inherited as it was stated, with the same target: it is not climbed on the target's side
and not turned round. Links stated of a concept shadow those of the same kind that it would inherit.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from .concepts import Link
from .links import LEADS_TO
from .model import Ontology

ACCEPTED = "accepted"
"""The status of the terms and links that are stated; all others are proposals."""


@dataclass(frozen=True, slots=True)
class HeldLink:
    """A link that holds for an emotion, or for two emotions felt together.

    `inherited_from` is the id of the broader concept or combination that the link is stated of,
    None where it is stated of the very emotion or emotions.
    """

    link: Link
    inherited_from: str | None = None


def accepted_links(ontology: Ontology) -> list[Link]:
    """Return the links that are stated, in the order of their ids."""
    return [link for link in ontology.links if link.evidence.status == ACCEPTED]


def held_links(
    ontology: Ontology, concept: str, kind: str, inherited: bool = False
) -> list[HeldLink]:
    """Return the accepted links of a kind that hold for a concept, in the order of their ids.

    Args:
        ontology: the knowledge.
        concept: the id of the opposite, of the whole, or of an operand.
        kind: one of `links.KINDS`.
        inherited: whether, where the concept states none, those of the nearest broader concept
            that does count too.
    """
    links = [link for link in accepted_links(ontology) if link.kind == kind]
    levels = reversed(ontology.path(concept)) if inherited else [concept]
    for level in levels:
        found = [each for each in links if level in (each.operands or (each.subject,))]
        if found:
            return [HeldLink(each, None if level == concept else level) for each in found]
    return []


def held_combinations(
    ontology: Ontology, one: str, other: str, inherited: bool = False
) -> list[HeldLink]:
    """Return the accepted combinations of two emotions, best first.

    Args:
        ontology: the knowledge.
        one: the id of an emotion.
        other: the id of another one, neither of them an ancestor of the other.
        inherited: whether, where the two state none, combinations of broader emotions count:
            those whose operands are reached in the fewest steps up the tree, both operands'
            steps together.

    On a tie the better score comes first, then the link's id in alphabetical order.
    """
    levels = [list(reversed(ontology.path(each))) if inherited else [each] for each in (one, other)]
    # Where both emotions have ancestors in common, a pair can be reached in two ways.
    steps: dict[tuple[str, ...], int] = {}
    for (up, first), (across, second) in product(*map(enumerate, levels)):
        pair = tuple(sorted((first, second)))
        steps[pair] = min(up + across, steps.get(pair, up + across))
    fitting = [
        (steps[link.operands], link)
        for link in accepted_links(ontology)
        if link.kind == LEADS_TO and link.operands in steps
    ]
    nearest = min((distance for distance, _ in fitting), default=0)
    return [
        HeldLink(link, link.subject if distance else None)
        for distance, link in sorted(fitting, key=lambda each: best_first(each[1]))
        if distance == nearest
    ]


def best_first(link: Link) -> tuple[object, ...]:
    """Return a key that sorts links: the better score first, then the id."""
    return (-(link.evidence.score or 0), link.id)
