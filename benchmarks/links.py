"""How well the methods of `tone link propose` recover links that Plutchik states.

    python -m benchmarks.links [--corpus FILE] [--check docs/links.md]

What publications state is no input here; it is only what the methods are measured against. Prints
Markdown tables. With --check nothing is printed but the lines that the document lacks, and the exit
status is 1 if there are any.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy
from numpy import ndarray
from tone_kg.ontology import load
from tone_kg.ontology.concepts import Link
from tone_kg.ontology.errors import ToneError
from tone_kg.ontology.links import COMPOSED, LEADS_TO, OPPOSITE, link_problems, make_link
from tone_kg.ontology.model import Ontology
from tone_kg.vocab.assignment import Profiles
from tone_kg.vocab.embedding import DEFAULT_MODEL, Embedder
from tone_kg.vocab.links import compositions, opposites
from tone_kg.vocab.links.candidates import MIXED, OTHER_TIER, SAME_TIER
from tone_kg.vocab.links.corpus import Finding, count_corpus, over_represented, read_corpus
from tone_kg.vocab.links.methods import CompositionScores, OppositeScores
from tone_kg.vocab.links.propose import ask_thesauri, require_libraries, score_all
from tone_kg.vocab.links.published import FILE, read_published
from tone_kg.vocab.links.recovery import Ranks, composition_ranks, opposite_ranks
from tone_kg.vocab.links.space import VECTORS, Space, make_space, percentiles

ROOT = Path(__file__).parents[1]
PLUTCHIK = ("https://doi.org/10.1511/2001.4.344", "urn:isbn:9780060452353")
BASIC = ("Joy", "Sadness", "Trust", "Disgust", "Fear", "Anger", "Surprise", "Anticipation")
BEST = (1, 5, 10)
SHUFFLES = 5
SEED = 1


def known_links(ontology: Ontology) -> tuple[list[Link], list[Link], list[Link]]:
    """Return Plutchik's opposites, his dyads, and those of them that the rules exclude."""
    stated = read_published(ROOT / "vocab" / FILE, ontology)
    links = [each.link for each in stated if each.source in PLUTCHIK]
    dyads = [link for link in links if link.kind == COMPOSED]
    excluded = [link for link in dyads if next(link_problems(link, ontology), "")]
    return (
        [link for link in links if link.kind == OPPOSITE],
        [link for link in dyads if link not in excluded],
        excluded,
    )


class Measurement:
    """The scores of all methods in all spaces, and the tables about them."""

    def __init__(self, ontology: Ontology, embedder: Embedder) -> None:
        self.ontology = ontology
        self.profiles = Profiles(ontology, embedder, "en")
        self.antonyms = ask_thesauri(ontology, self.profiles, embedder)
        self.spaces = {kind: make_space(self.profiles, kind) for kind in VECTORS}
        scored = {
            kind: score_all(space, self.profiles, self.antonyms)
            for kind, space in self.spaces.items()
        }
        self.opposites = {kind: scores for kind, (scores, _) in scored.items()}
        self.compositions = {kind: scores for kind, (_, scores) in scored.items()}
        self.opposite_links, self.dyads, self.excluded = known_links(ontology)

    @property
    def space(self) -> Space:
        """The default space."""
        return self.spaces[VECTORS[0]]

    def tables(self) -> Iterator[str]:
        """Yield the lines of all tables that need no corpus."""
        yield from self._opposites()
        yield from self._polarity()
        yield from self._random_pairs()
        yield from self._compositions()
        yield from self._random_compositions()

    def _opposites(self) -> Iterator[str]:
        space, scores = self.space, self.opposites[VECTORS[0]]
        rows = [
            (space.index[link.subject], space.index[link.targets[0]])
            for link in self.opposite_links
        ]
        basic = [pair for pair in rows if all(space.concepts[each] in BASIC for each in pair)]
        yield (
            f"Recovered of Plutchik's {len(rows)} opposites, {len(basic)} of them basic, each asked"
            f" from both sides ({2 * len(rows)} questions, {2 * len(basic)} basic):"
        )
        yield ""
        heads = [f"{name} @{best}" for name in ("basic", "all") for best in BEST]
        yield from _head(["method", *heads, "median rank"])
        methods = dict(self._opposite_methods(scores))
        every: Ranks | None = None
        for name, matrix in methods.items():
            of_basic = opposite_ranks(matrix, space.related, basic)
            every = opposite_ranks(matrix, space.related, rows)
            found = [str(each.within(best)) for each in (of_basic, every) for best in BEST]
            yield _row([name, *found, f"{every.middle:.0f}"])
        assert every is not None
        chance = [f"{each.chance(best):.1f}" for each in (of_basic, every) for best in BEST]
        yield _row(["random order", *chance, f"{every.middle_by_chance:.0f}"])
        yield ""

    def _opposite_methods(self, scores: OppositeScores) -> Iterator[tuple[str, ndarray]]:
        nothing = numpy.zeros_like(scores.kind)
        one = numpy.ones_like(scores.kind)
        yield "antonyms", scores.antonyms
        yield "antonyms, WordNet alone", self._antonymy("wordnet")
        yield "antonyms, MyThes alone", self._antonymy("mythes")
        yield "antonyms, without those of the kinds", self._antonymy("", own=True)
        yield "polarity", scores.polarity
        yield "kind", scores.kind
        yield "combined", scores.combined
        yield "combined without antonyms", opposites.combined(nothing, scores.polarity, scores.kind)
        yield "combined without polarity", opposites.combined(scores.antonyms, one, scores.kind)
        yield "combined without kind", opposites.combined(scores.antonyms, scores.polarity, one)
        for kind in VECTORS[1:]:
            yield f"combined, vectors of {kind} alone", self.opposites[kind].combined
        yield "nearest by plain cosine", percentiles(*self._cosines())

    def _antonymy(self, source: str, own: bool = False) -> ndarray:
        space = self.space
        pairs = [
            pair
            for pair, names in self.antonyms.items()
            if any(name.startswith(source) for name in names)
        ]
        below = numpy.eye(len(space.concepts), dtype=bool) if own else space.below
        counts = opposites.antonym_counts(pairs, space.concepts, below)
        sizes = opposites.sizes_of(self.profiles.members, below)
        return opposites.antonymy(counts, sizes, space.pairs)

    def _cosines(self) -> tuple[ndarray, ndarray]:
        cosines = self.space.vectors @ self.space.vectors.T
        return cosines, cosines[self.space.pairs]

    def _polarity(self) -> Iterator[str]:
        yield (
            "Polarity of the concepts of both poles, each left out in turn: how many are on the"
            " right side, and the mean squared error of the probability (Brier score):"
        )
        yield ""
        yield from _head(["vectors", "concepts", "right", "Brier score", "by chance"])
        for kind, scores in self.opposites.items():
            poles = opposites.poles_of(scores.space)
            known = poles >= 0
            pleasant = scores.pleasant[known]
            right = ((pleasant > 0.5) == (poles[known] == 1)).sum()
            error = ((pleasant - poles[known]) ** 2).mean()
            share = (poles[known] == 1).mean()
            yield _row(
                [
                    kind,
                    str(int(known.sum())),
                    str(int(right)),
                    f"{error:.3f}",
                    f"{share * (1 - share):.3f}",
                ]
            )
        yield ""

    def _random_pairs(self) -> Iterator[str]:
        space, scores = self.space, self.opposites[VECTORS[0]]
        at = (
            [space.index[link.subject] for link in self.opposite_links],
            [space.index[link.targets[0]] for link in self.opposite_links],
        )
        yield (
            f"Scores of the {len(space.pairs[0]):,} pairs of concepts of which none is a kind of"
            f" the other, and of Plutchik's {len(at[0])} opposites:"
        )
        yield ""
        shares = (0.5, 0.95, SAME_TIER, OTHER_TIER)
        heads = [f"random {100 * share:.0f}%" for share in shares]
        last = f"of his above {100 * SAME_TIER:.0f}%"
        yield from _head(["method", *heads, "Plutchik's median", last])
        for name in ("antonyms", "polarity", "kind", "combined"):
            matrix: ndarray = getattr(scores, name)
            baseline = matrix[space.pairs]
            cuts = [float(numpy.quantile(baseline, share)) for share in shares]
            own = matrix[at]
            yield _row(
                [
                    name,
                    *(f"{cut:.4f}" for cut in cuts),
                    f"{float(numpy.median(own)):.4f}",
                    str(int((own > cuts[2]).sum())),
                ]
            )
        yield ""

    def _compositions(self) -> Iterator[str]:
        scores = self.compositions[VECTORS[0]]
        known = [self._place(link) for link in self.dyads]
        allowed = self._allowed()
        left_out = ", ".join(link.subject.lower() for link in self.excluded)
        yield (
            f"Recovered of Plutchik's {len(self.dyads) + len(self.excluded)} dyads but {left_out},"
            " which the rules of links exclude: the rank of the pair among all pairs for its whole,"
            " and of the whole among all for its pair:"
        )
        yield ""
        heads = [f"{name} @{best}" for name in ("pair", "whole") for best in BEST]
        yield from _head(["method", *heads, "median pair", "median whole"])
        both: tuple[Ranks, Ranks] | None = None
        for name, matrix in self._composition_methods(scores):
            both = composition_ranks(matrix, allowed, known)
            found = [str(each.within(best)) for each in both for best in BEST]
            yield _row([name, *found, *(f"{each.middle:,.0f}" for each in both)])
        assert both is not None
        chance = [f"{each.chance(best):.1f}" for each in both for best in BEST]
        yield _row(["random order", *chance, *(f"{each.middle_by_chance:,.0f}" for each in both)])
        yield ""

    def _composition_methods(self, scores: CompositionScores) -> Iterator[tuple[str, ndarray]]:
        positive = numpy.maximum
        yield "cosine with the sum", positive(scores.agreement, 0)
        yield "gain over the better part", positive(scores.gain, 0)
        yield "agreement (both, as p-values)", scores.agreed
        yield "definition", scores.mentioned
        yield "combined", scores.combined
        everywhere = self._allowed()
        anyhow = compositions.agreement_scores(scores.agreement, scores.gain, everywhere)
        yield "agreement, any parts that the rules allow", anyhow
        for kind in VECTORS[1:]:
            yield f"agreement, vectors of {kind} alone", self.compositions[kind].agreed

    def _random_compositions(self) -> Iterator[str]:
        scores = self.compositions[VECTORS[0]]
        known = [self._place(link) for link in self.dyads]
        at = ([whole for whole, _ in known], [pair for _, pair in known])
        possible = scores.possible[at]
        yield (
            f"Scores of the {int(scores.possible.sum()):,} compositions that are looked at, and of"
            f" the {int(possible.sum())} dyads among them:"
        )
        yield ""
        shares = (0.5, 0.95, 0.99, MIXED)
        heads = [f"random {100 * share:.1f}%" for share in shares]
        last = f"of his above {100 * MIXED:.1f}%"
        yield from _head(["method", *heads, "Plutchik's median", last])
        for name, matrix in (
            ("agreement", scores.agreed),
            ("definition", scores.mentioned),
            ("combined", scores.combined),
        ):
            baseline = matrix[scores.possible]
            cuts = [float(numpy.quantile(baseline, share)) for share in shares]
            own = matrix[at][possible]
            yield _row(
                [
                    name,
                    *(f"{cut:.4f}" for cut in cuts),
                    f"{float(numpy.median(own)):.4f}",
                    str(int((own > cuts[3]).sum())),
                ]
            )
        yield ""

    def _place(self, link: Link) -> tuple[int, int]:
        """Return the row of a composition's whole and the place of its pair of parts."""
        return self.space.index[link.subject], self.space.pair(*link.targets)

    def _allowed(self) -> ndarray:
        """Return which compositions the rules of links allow, (concepts, pairs)."""
        first, second = self.space.pairs
        allowed: ndarray = ~(self.space.below[first].T | self.space.below[second].T)
        return allowed

    def corpus(self, path: Path) -> Iterator[str]:
        """Yield the lines of the table about a corpus of labelled texts."""
        space = self.space
        held, labelled = count_corpus(read_corpus(path, self.ontology, "goemotions"), space)
        found = over_represented(held, labelled, space.pairs)
        random = numpy.random.default_rng(SEED)
        shuffled = [
            over_represented(held, labelled[random.permutation(len(labelled))], space.pairs)
            for _ in range(SHUFFLES)
        ]
        everything = over_represented(
            held, labelled, space.pairs, own_words=True, beyond_either=False
        )
        own_words = over_represented(held, labelled, space.pairs, own_words=True)
        either = over_represented(held, labelled, space.pairs, beyond_either=False)
        known = {(link.subject, link.targets) for link in self.dyads}
        labels = {space.concepts[row] for row in numpy.flatnonzero(labelled.any(axis=0))}
        reachable = sum(whole in labels for whole, _ in known)
        yield (
            f"{len(held):,} texts with {len(labels)} labels; {reachable} of the dyads have one of"
            " these as their whole:"
        )
        yield ""
        yield from _head(["findings", "in all", "that the rules allow", "dyads among them"])
        named = {
            "as proposed": found,
            "with texts that hold a term of the label too": own_words,
            "with labels that one of the two explains too": either,
            "with both": everything,
        }
        for name, findings in named.items():
            results = [self._combination(each) for each in findings]
            allowed = [link for link in results if not next(link_problems(link, self.ontology), "")]
            dyads = sum((link.targets[0], link.operands) in known for link in allowed)
            yield _row([name, f"{len(findings):,}", f"{len(allowed):,}", str(dyads)])
        mean = sum(map(len, shuffled)) / SHUFFLES
        yield _row([f"labels shuffled (mean of {SHUFFLES})", f"{mean:.1f}", "", ""])
        yield ""

    def _combination(self, finding: Finding) -> Link:
        concepts = self.space.concepts
        operands = (concepts[finding.first], concepts[finding.second])
        return make_link(LEADS_TO, operands, (concepts[finding.result],))


def _head(cells: Sequence[str]) -> Iterator[str]:
    yield _row(cells)
    yield _row(["---"] * len(cells))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure, and print or compare the tables."""
    parser = argparse.ArgumentParser(description="How well the methods recover known links.")
    parser.add_argument("--corpus", type=Path, help="labelled texts, as of tone link propose")
    parser.add_argument("--check", type=Path, metavar="FILE", help="document with the tables")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="as of tone link propose")
    options = parser.parse_args()
    try:
        require_libraries()
        ontology = load(ROOT / "ontology")
        measurement = Measurement(replace(ontology, links=()), Embedder(options.model))
        lines = list(measurement.tables())
        if options.corpus:
            lines += measurement.corpus(options.corpus)
    except ToneError as error:
        raise SystemExit(f"benchmarks.links: {error}") from None
    if options.check is None:
        print("\n".join(lines))
        return
    there = set(options.check.read_text("utf-8").splitlines())
    lacking = [line for line in lines if line not in there]
    if lacking:
        print("\n".join(lacking))
        print(f"{options.check} lacks these lines", file=sys.stderr)
        raise SystemExit(1)


if __name__ == "__main__":
    main()
