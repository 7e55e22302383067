"""What became of proposed links: how many of each method's people accepted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from ...ontology.links import KINDS
from ..verdicts import Settled

ALL = "all proposals"
OWN = "reviewers' own"
"""The links that reviewers brought in."""
BEST = (20, 50, 100)
"""The numbers of best proposals that are looked at."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What people decided on some of the links of a kind.

    Attributes:
        kind: one of `links.KINDS`.
        name: a method, the best proposals by the score of all methods, all, or reviewers' own.
        accepted: how many are right as they are.
        moved: how many gave way to another link.
        rejected: how many did not.
    """

    kind: str
    name: str
    accepted: int
    moved: int
    rejected: int

    @property
    def decided(self) -> int:
        """How many were decided."""
        return self.accepted + self.moved + self.rejected


def outcomes(settled: Iterable[Settled]) -> list[Outcome]:
    """Return what became of the links of each kind: of all, of the best ones and by method.

    Args:
        settled: the verdicts on links.
    """
    found: list[Outcome] = []
    items = list(settled)
    for kind in KINDS:
        links = [each for each in items if f"-{kind}-" in each.item[0]]
        proposed = [each for each in links if any(row.proposed for row in each.rows)]
        own = [each for each in links if each not in proposed]
        ranked = sorted(proposed, key=lambda each: (-_score(each), each.item))
        names = sorted({method for each in proposed for method in _methods(each)})
        groups = [
            (ALL, proposed),
            *((f"best {size}", ranked[:size]) for size in BEST if size < len(ranked)),
            *((name, [each for each in proposed if name in _methods(each)]) for name in names),
            (OWN, own),
        ]
        found += [_outcome(kind, name, group) for name, group in groups if group]
    return found


def outcome_lines(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield outcomes as the lines of a Markdown table."""
    yield "| kind | links | decided | accepted | moved | rejected | accepted, % |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for each in outcomes:
        counts = (each.decided, each.accepted, each.moved, each.rejected)
        share = f"{100 * each.accepted / each.decided:.0f}"
        yield f"| {' | '.join((each.kind, each.name, *map(str, counts), share))} |"


def _outcome(kind: str, name: str, group: Collection[Settled]) -> Outcome:
    accepted = sum(each.item[0] in each.choices for each in group)
    rejected = sum(not each.choices for each in group)
    return Outcome(kind, name, accepted, len(group) - accepted - rejected, rejected)


def _methods(settled: Settled) -> set[str]:
    return {method.rpartition(" ")[0] for row in settled.rows for method in row.methods}


def _score(settled: Settled) -> Decimal:
    return max(row.similarity for row in settled.rows if row.similarity is not None)
