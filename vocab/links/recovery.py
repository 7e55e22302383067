"""How well scores recover links that are known: the ranks that these get among all others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import ndarray


@dataclass(frozen=True)
class Ranks:
    """The ranks of known answers, one a question: 1 is the best; of equals the last counts.

    An answer that scores 0 is not found: its rank is that of the last candidate. `candidates` are
    how many answers each question has.
    """

    ranks: tuple[int, ...]
    candidates: tuple[int, ...]

    def within(self, best: int) -> int:
        """Return how many answers are among so many best ones."""
        return sum(rank <= best for rank in self.ranks)

    def chance(self, best: int) -> float:
        """Return how many would be, were the candidates in random order."""
        return sum(min(best / count, 1.0) for count in self.candidates)

    @property
    def middle(self) -> float:
        """The median rank."""
        return float(median(self.ranks))

    @property
    def middle_by_chance(self) -> float:
        """The median rank that random order would give."""
        return float(median((count + 1) / 2 for count in self.candidates))


def rank(scores: ndarray, answer: int, allowed: ndarray) -> tuple[int, int]:
    """Return the rank of an answer among those allowed, and how many are.

    Args:
        scores: one a candidate; higher is better, 0 or less is nothing.
        answer: the index of the right one.
        allowed: which candidates count, booleans; the right one counts in any case.
    """
    import numpy

    own = round(float(scores[answer]), 9)
    rivals = allowed.copy()
    rivals[answer] = False
    count = int(rivals.sum()) + 1
    if own <= 0:
        return count, count
    return int((numpy.round(scores[rivals], 9) >= own).sum()) + 1, count


def opposite_ranks(scores: ndarray, related: ndarray, pairs: Iterable[tuple[int, int]]) -> Ranks:
    """Return the ranks of opposites: of either one among all candidates for the other.

    Args:
        scores: of each two concepts, (concepts, concepts).
        related: which two cannot be opposites, booleans of the same shape.
        pairs: rows of the known opposites; each is asked about from both sides.
    """
    asked = [rank(scores[a], b, ~related[a]) for i, j in pairs for a, b in ((i, j), (j, i))]
    return _ranks(asked)


def composition_ranks(
    scores: ndarray, allowed: ndarray, known: Sequence[tuple[int, int]]
) -> tuple[Ranks, Ranks]:
    """Return the ranks of known compositions: of the pair for its whole, of the whole for its pair.

    Args:
        scores: of each concept with each pair of parts, (concepts, pairs).
        allowed: which compositions the rules of links allow, booleans of the same shape.
        known: (row of the whole, index of the pair) of each.
    """
    pairs = _ranks(rank(scores[whole], pair, allowed[whole]) for whole, pair in known)
    wholes = _ranks(rank(scores[:, pair], whole, allowed[:, pair]) for whole, pair in known)
    return pairs, wholes


def _ranks(asked: Iterable[tuple[int, int]]) -> Ranks:
    found = list(asked)
    return Ranks(tuple(rank for rank, _ in found), tuple(count for _, count in found))
