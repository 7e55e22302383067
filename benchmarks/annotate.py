"""Speed and accuracy of the engines against NRCLex and a plain sentence encoder, on the same texts.

    python -m benchmarks.annotate FILE [--rounds N] [--limit N] [--cores N] [--engine NAME ...]
                                  [--models DIR] [--profile NAME] [--wordnet DIR]

FILE is one that `tone evaluate` reads. All run on the same cores, in turn, round by round; ratios
are taken within each round, since a machine's speed drifts. An answer is all that an engine
answers: shares, concepts and evidence. The plain encoder is all-MiniLM-L6-v2 by
sentence-transformers and torch, called once for all texts, as it comes; it makes vectors only.
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
from tone_kg.service.mapping.engines import ENGINES, MissingModel
from tone_kg.service.training.cases import CLASSES, read_cases
from tone_kg.service.training.evaluation import count, one_hot
from tone_kg.service.training.peers import WORDNET, NRCLexPeer
from tone_kg.vocab.embedding import Embedder

NRCLEX = "NRCLex"
MINILM = "MiniLM by torch"

Classify = Callable[[Sequence[str]], Sequence[str] | None]


def tone(engine: str, profile: str, models: Path | None) -> Classify:
    """Return an engine as a function from texts to primaries."""
    annotator = Annotator(engine, profile, models=models)
    return lambda texts: [answer.primary for answer in annotator.annotate(texts)]


def minilm(cores: int) -> Classify:
    """Return the plain encoder; it maps nothing."""
    path = Embedder(use_cache=False).path
    try:
        import torch
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ToneError(f"{error.name} is not installed: pip install 'tone-kg[vocab]'") from None
    torch.set_num_threads(cores)
    model = SentenceTransformer(str(path), device="cpu", local_files_only=True)

    def encode(texts: Sequence[str]) -> None:
        model.encode(list(texts), show_progress_bar=False)

    return encode


def rate(classify: Classify, texts: Sequence[str]) -> float:
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
    parser.add_argument("--cores", type=int, default=1, help="cores that all may use (1)")
    parser.add_argument("--engine", nargs="+", choices=ENGINES, default=[*ENGINES], help="(all)")
    parser.add_argument("--models", type=Path, help="folder of the models (those installed)")
    parser.add_argument("--profile", default="general", help="(general)")
    parser.add_argument("--wordnet", type=Path, default=WORDNET, help=f"folder ({WORDNET})")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cores])
    runs: dict[str, Classify] = {}
    try:
        cases = read_cases(options.file, load()).cases[: options.limit]
        peer = NRCLexPeer(options.wordnet)
        for engine in options.engine:
            try:
                runs[f"TONE {engine}"] = tone(engine, options.profile, options.models)
            except MissingModel as error:
                print(f"without {engine}: {error}", file=sys.stderr)
    except ToneError as error:
        parser.error(str(error))
    if not cases:
        parser.error("no texts to measure")
    runs[NRCLEX] = lambda texts: [peer.primary(text) for text in texts]
    try:
        runs[MINILM] = minilm(options.cores)
    except ToneError as error:
        print(f"without {MINILM}: {error}", file=sys.stderr)

    texts = [case.text for case in cases]
    gold = np.array([[each in case.classes for each in CLASSES] for case in cases])
    predictions = {name: classify(texts) for name, classify in runs.items()}
    rates = [
        {name: rate(classify, texts) for name, classify in runs.items()}
        for _ in range(options.rounds)
    ]

    cores = "one core" if options.cores == 1 else f"{options.cores} cores"
    print(f"{len(texts)} texts of {options.file.name}, {cores}, {options.rounds} rounds")
    print(f"NRCLex runs with the WordNet of {options.wordnet} and an unlearned NLTK Punkt")
    print(f"{'':18}{'texts/s':>9}{'macro-F1':>10}{'top-1':>7}", *(f"{c:>9}" for c in CLASSES))
    for name, predicted in predictions.items():
        line = f"{name:18}{statistics.median(round_[name] for round_ in rates):9.0f}"
        if predicted is not None:
            flags = one_hot(np.array([CLASSES.index(each) for each in predicted]), len(CLASSES))
            f1, top1 = count(gold, flags).f1, (gold & flags).any(axis=1).mean()
            line += f"{100 * f1.mean():10.1f}{100 * top1:7.1f} "
            line += " ".join(f"{100 * each:9.1f}" for each in f1)
        print(line)
    for name in runs:
        for other in (NRCLEX, MINILM):
            if name.startswith("TONE ") and other in runs:
                ratios = sorted(round_[name] / round_[other] for round_ in rates)
                print(
                    f"{name} / {other}: {statistics.median(ratios):.2f} times "
                    f"(rounds from {ratios[0]:.2f} to {ratios[-1]:.2f})"
                )


if __name__ == "__main__":
    sys.exit(main())
