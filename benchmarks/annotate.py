"""Speed and accuracy of the lexicon engine against NRCLex, on the same texts in the same run.

    python -m benchmarks.annotate FILE [--rounds N] [--limit N] [--wordnet DIR]

FILE has GoEmotions' layout. Both run on one core, in turn, round by round; the ratio is taken
within each round, since a machine's speed drifts. Evidence is part of what is timed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tone_kg.ontology import ToneError, load
from tone_kg.ontology.concepts import PRIMARIES
from tone_kg.service import Annotator

from .goemotions import NEUTRAL, read_examples
from .measures import f1_by_class, top1_accuracy
from .nrclex_peer import WORDNET, NRCLexPeer

CLASSES = (*PRIMARIES, NEUTRAL)


def top_class(answer: dict[str, object]) -> str:
    """Return the strongest of the six primaries and Neutral; `other` counts as Neutral."""
    shares = dict(answer["primaries"])  # type: ignore[call-overload]
    shares[NEUTRAL] = answer["neutral"] + answer["other"]  # type: ignore[operator]
    return max(CLASSES, key=lambda name: shares[name])


def rate(classify: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    """Return how many texts a second a function maps."""
    start = time.perf_counter()
    classify(texts)
    return len(texts) / (time.perf_counter() - start)


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("file", type=Path, help="texts in GoEmotions' layout")
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds (5)")
    parser.add_argument("--limit", type=int, help="only the first N texts")
    parser.add_argument("--wordnet", type=Path, default=WORDNET, help=f"folder ({WORDNET})")
    options = parser.parse_args()
    try:
        examples = read_examples(options.file, load())[: options.limit]
    except ToneError as error:
        parser.error(str(error))
    if not examples:
        parser.error(f"{options.file} holds no texts")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    texts = [example.text for example in examples]
    gold = [example.gold for example in examples]
    annotator = Annotator(engine="lexicon")
    peer = NRCLexPeer(options.wordnet)

    def annotate(texts: Sequence[str]) -> list[str]:
        return [top_class(answer.to_dict()) for answer in annotator.annotate(texts)]

    def annotate_peer(texts: Sequence[str]) -> list[str]:
        return [peer.primary(text) for text in texts]

    predictions = {"TONE lexicon": annotate(texts), "NRCLex": annotate_peer(texts)}
    rates = [(rate(annotate, texts), rate(annotate_peer, texts)) for _ in range(options.rounds)]

    print(f"{len(texts)} texts of {options.file.name}, one core, {options.rounds} rounds")
    print(f"NRCLex runs with the WordNet of {options.wordnet} and an unlearned NLTK Punkt")
    print(f"{'':14}{'texts/s':>9}{'macro-F1':>10}{'top-1':>7}", *(f"{c:>9}" for c in CLASSES))
    for column, (name, predicted) in enumerate(predictions.items()):
        f1 = f1_by_class(gold, predicted, CLASSES)
        speed = statistics.median(round_[column] for round_ in rates)
        print(
            f"{name:14}{speed:9.0f}{100 * statistics.mean(f1.values()):10.1f}"
            f"{100 * top1_accuracy(gold, predicted):7.1f}",
            *(f"{100 * f1[c]:9.1f}" for c in CLASSES),
        )
    ratios = sorted(ours / theirs for ours, theirs in rates)
    print(
        f"TONE / NRCLex: {statistics.median(ratios):.1f} times "
        f"(rounds from {ratios[0]:.1f} to {ratios[-1]:.1f})"
    )


if __name__ == "__main__":
    sys.exit(main())
