"""What a model's answer rests on: the words without which it would be another one.

Each word is left out in turn (occlusion: M. D. Zeiler, R. Fergus, "Visualizing and understanding
convolutional networks", ECCV 2014; for words J. Li, W. Monroe, D. Jurafsky, "Understanding neural
networks through representation erasure", 2016, arXiv:1612.08220), and the whole engine, lexicon
included, scores what remains.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from .answer import NEUTRAL, Answer, Evidence
from .fusion import NEUTRAL_NODE, NO_EMOTION, Floats
from .sentences import sentence_spans
from .tokens import Span

if TYPE_CHECKING:
    from .encoder import Known
    from .engines import Options
    from .model_engine import ModelEngine
    from .scorer import Scored

LEAST_WEIGHT = 0.02
"""A word without which the share falls by less is not named."""

MOST_PARTS = 50
"""Parts of a long text that are left out in turn; more sentences are taken together."""

MOST_WORDS = 80
"""Words of a text that are left out in turn; of more, those of the parts that carry the answer."""

_PART_WORDS = 20
"""The most words of a part that comes before its words."""

Falls = Callable[[list[Span]], list[float]]
"""How much the share of an answer's strongest emotion falls without each of some spans."""

_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


class Explainer:
    """Adds to answers what they rest on.

    Args:
        engine: which gave them.
    """

    def __init__(self, engine: ModelEngine) -> None:
        self._engine = engine

    def explain(
        self,
        text: str,
        answer: Answer,
        scored: Scored,
        row: int,
        options: Options,
        known: Known,
    ) -> None:
        """Add the words that carry an answer to its evidence, and its `explanation`.

        Args:
            text: that was annotated.
            answer: to it.
            scored: of it and others.
            row: the text's row there.
            options: of the request; texts longer than its `explain_limit` are explained by
                sentence, or several together, not by word.
            known: the encoder's scores, to use and to add to.
        """
        classes = scored.classes[row]
        top = int(classes[:NO_EMOTION].argmax())

        def falls(spans: list[Span]) -> list[float]:
            without = self._engine.scorer.without(text, spans, known).classes[:, top]
            return [float(classes[top] - each) for each in without]

        concept = self._strongest(scored.own[row], top)
        if concept is not None:
            sentences = sentence_spans(text)
            if len(text) > options.explain_limit:
                spans = _parts(sentences)
            else:
                spans = _words(text, sentences, falls)
            answer.evidence += [
                Evidence(
                    begin,
                    end,
                    text[begin:end] if options.echo else None,
                    text[begin:end] if options.echo else None,
                    (concept,),
                    False,
                    1.0,
                    self._engine.name,
                    [],
                    weight,
                    _experiencer(answer.evidence, begin, end),
                )
                for begin, end, weight in _carrying(spans, falls)
            ]
        answer.explanation = explanation(
            text,
            answer,
            options,
            lambda texts, alone: self._engine.annotate(texts, alone, known),
            falls,
            self._prototype(scored.nodes, row),
        )

    def _strongest(self, own: Floats, of_class: int) -> str | None:
        """Return the concept of a class with the greatest share of its own."""
        atlas = self._engine.atlas
        shares = np.where(atlas.column_class == of_class, own, -1.0)
        best = int(shares.argmax()) if len(shares) else -1
        return atlas.concepts[best] if best >= 0 and shares[best] > 0 else None

    def _prototype(self, nodes: Floats | None, row: int) -> dict[str, Any] | None:
        """Return the concept whose learned prototype is nearest to the encoded text."""
        if nodes is None:
            return None
        best = int(nodes[row].argmax())
        node = self._engine.scorer.fusion.nodes[best]
        return {
            "id": NEUTRAL if node == NEUTRAL_NODE else node,
            "probability": round(float(nodes[row, best]), 6),
        }


def explanation(
    text: str,
    answer: Answer,
    options: Options,
    annotate: Callable[[list[str], Options], list[Answer]],
    falls: Falls,
    prototype: dict[str, Any] | None,
) -> dict[str, Any]:
    """Return the `explanation` of an answer: what it was nearly, and what each sentence says.

    Args:
        text: that was annotated.
        answer: to it.
        options: of the request.
        annotate: the engine's.
        falls: how much the share of the strongest emotion falls without each of some spans.
        prototype: the concept whose learned prototype is nearest, if the engine has prototypes.
    """
    sentences = sentence_spans(text)
    if len(sentences) < 2:
        sentences = []
    alone = replace(
        options, tier=None, limit=1, threshold=0.0, explain=False, scheme=None, echo=False
    )
    answers = annotate([text[begin:end] for begin, end in sentences], alone)
    weights: list[float | None] = [None] * len(sentences)
    if 0 < len(sentences) <= MOST_PARTS:
        weights = [round(each, 6) for each in falls(sentences)]
    first, second = _ranked(answer)[:2]
    return {
        "top": _named(first),
        "runner_up": _named(second) if second[1] else None,
        "nearest_prototype": prototype,
        "sentences": [
            {
                "begin": begin,
                "end": end,
                **({"text": text[begin:end]} if options.echo else {}),
                "top": _named(_ranked(alone)[0]),
                "concepts": [each.id for each in alone.concepts],
                "weight": weight,
            }
            for (begin, end), alone, weight in zip(sentences, answers, weights, strict=True)
        ],
    }


def _carrying(spans: list[Span], falls: Falls) -> Iterator[tuple[int, int, float]]:
    """Yield the spans that carry an answer, with their weights, the greatest first."""
    weights = [round(each, 6) for each in falls(spans)] if spans else []
    for weight, (begin, end) in sorted(
        zip(weights, spans, strict=True), key=lambda each: (-each[0], each[1])
    ):
        if weight >= LEAST_WEIGHT:
            yield begin, end, weight


def _experiencer(evidence: list[Evidence], begin: int, end: int) -> str | None:
    """Return whose emotion a word tells of if it is in what the lexicon found."""
    return next(
        (each.experiencer for each in evidence if each.begin <= begin and end <= each.end), None
    )


def word_spans(text: str) -> list[Span]:
    """Return begin and end of each word, number and symbol of a text, without punctuation."""
    return [
        match.span()
        for match in _WORD.finditer(text)
        if not unicodedata.category(match[0][0]).startswith("P") or match[0][0] == "_"
    ]


def _words(text: str, sentences: list[Span], falls: Falls) -> list[Span]:
    """Return the words to leave out in turn.

    Of more than `MOST_WORDS`, parts of sentences are left out first, and the words are those of
    the parts without which the share falls the most. What a part carries is what its words do
    (X. Jin et al., "Towards hierarchical importance attribution", ICLR 2020, arXiv:1911.06194).
    """
    words = word_spans(text)
    if len(words) <= MOST_WORDS:
        return words
    parts: list[list[Span]] = []
    ends = iter([end for _, end in sentences])
    end = 0
    for word in words:
        if word[0] >= end or len(parts[-1]) == _PART_WORDS:
            parts.append([])
            while word[0] >= end:
                end = next(ends)
        parts[-1].append(word)
    together = -(-len(parts) // MOST_PARTS)
    parts = [list(chain(*parts[at : at + together])) for at in range(0, len(parts), together)]
    weights = falls([(part[0][0], part[-1][1]) for part in parts])
    chosen: list[Span] = []
    for at in sorted(range(len(parts)), key=lambda at: (-weights[at], at)):
        if chosen and len(chosen) + len(parts[at]) > MOST_WORDS:
            break
        chosen += parts[at]
    return sorted(chosen)


def _parts(sentences: list[Span]) -> list[Span]:
    """Return sentences, as many together as leave `MOST_PARTS` parts at most."""
    together = -(-len(sentences) // MOST_PARTS) or 1
    parts = [sentences[at : at + together] for at in range(0, len(sentences), together)]
    return [(part[0][0], part[-1][1]) for part in parts]


def _ranked(answer: Answer) -> list[tuple[str, float]]:
    """Return the six primaries and Neutral, for which `other` counts too, the strongest first."""
    # On a tie Neutral comes first, as in `Answer.primary`.
    shares = [(NEUTRAL, round(answer.neutral + answer.other, 6)), *answer.primaries.items()]
    return sorted(shares, key=lambda each: -each[1])


def _named(share: tuple[str, float]) -> dict[str, Any]:
    return {"id": share[0], "score": share[1]}
