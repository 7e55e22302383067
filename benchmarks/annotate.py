"""Speed and accuracy of the lexicon engine against NRCLex, on the same texts in the same run.

    python -m benchmarks.annotate FILE [--rounds N] [--limit N] [--wordnet DIR]

FILE is one that `tone evaluate` reads. Both run on one core, in turn, round by round; the ratio
is taken within each round, since a machine's speed drifts. Evidence is part of what is timed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from tone_kg.ontology import ToneError, load
from tone_kg.service import Annotator
from tone_kg.service.training.cases import CLASSES, read_cases
from tone_kg.service.training.evaluation import count, one_hot
from tone_kg.service.training.peers import WORDNET, NRCLexPeer


def rate(classify: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    """Return how many texts a second a function maps."""
    start = time.perf_counter()
    classify(texts)
    return len(texts) / (time.perf_counter() - start)


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("file", type=Path, help="texts and what is right for them")
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds (5)")
    parser.add_argument("--limit", type=int, help="only the first N texts")
    parser.add_argument("--wordnet", type=Path, default=WORDNET, help=f"folder ({WORDNET})")
    options = parser.parse_args()
    try:
        cases = read_cases(options.file, load()).cases[: options.limit]
        peer = NRCLexPeer(options.wordnet)
    except ToneError as error:
        parser.error(str(error))
    if not cases:
        parser.error("no texts to measure")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    texts = [case.text for case in cases]
    gold = np.array([[each in case.classes for each in CLASSES] for case in cases])
    annotator = Annotator(engine="lexicon")

    def annotate(texts: Sequence[str]) -> list[str]:
        return [answer.primary for answer in annotator.annotate(texts)]

    def annotate_peer(texts: Sequence[str]) -> list[str]:
        return [peer.primary(text) for text in texts]

    predictions = {"TONE lexicon": annotate(texts), "NRCLex": annotate_peer(texts)}
    rates = [(rate(annotate, texts), rate(annotate_peer, texts)) for _ in range(options.rounds)]

    print(f"{len(texts)} texts of {options.file.name}, one core, {options.rounds} rounds")
    print(f"NRCLex runs with the WordNet of {options.wordnet} and an unlearned NLTK Punkt")
    print(f"{'':14}{'texts/s':>9}{'macro-F1':>10}{'top-1':>7}", *(f"{c:>9}" for c in CLASSES))
    for column, (name, predicted) in enumerate(predictions.items()):
        flags = one_hot(np.array([CLASSES.index(each) for each in predicted]), len(CLASSES))
        f1, top1 = count(gold, flags).f1, (gold & flags).any(axis=1).mean()
        speed = statistics.median(round_[column] for round_ in rates)
        print(
            f"{name:14}{speed:9.0f}{100 * f1.mean():10.1f}{100 * top1:7.1f}",
            *(f"{100 * each:9.1f}" for each in f1),
        )
    ratios = sorted(ours / theirs for ours, theirs in rates)
    print(
        f"TONE / NRCLex: {statistics.median(ratios):.1f} times "
        f"(rounds from {ratios[0]:.1f} to {ratios[-1]:.1f})"
    )


if __name__ == "__main__":
    sys.exit(main())
