"""Classification measures for one answer a text where several may be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def f1_by_class(
    gold: Sequence[frozenset[str]], predicted: Sequence[str], classes: Iterable[str]
) -> dict[str, float]:
    """Return each class's F1 in [0, 1].

    A text counts for every class that is right for it, so that with one answer a text some
    recall is out of reach; this is the multi-label F1 of the one-hot answers.
    """
    scores = {}
    for name in classes:
        pairs = list(zip(gold, predicted, strict=True))
        hits = sum(answer == name and name in right for right, answer in pairs)
        answered = sum(answer == name for answer in predicted)
        right = sum(name in right for right in gold)
        scores[name] = 2 * hits / (answered + right) if answered + right else 0.0
    return scores


def top1_accuracy(gold: Sequence[frozenset[str]], predicted: Sequence[str]) -> float:
    """Return the share of texts whose answer is among the right classes."""
    hits = sum(answer in right for right, answer in zip(gold, predicted, strict=True))
    return hits / len(gold) if gold else 0.0
