"""What a model's answer rests on: the words without which it would be another one.

Each word is left out in turn (occlusion: M. D. Zeiler, R. Fergus, "Visualizing and understanding
convolutional networks", ECCV 2014; for words J. Li, W. Monroe, D. Jurafsky, "Understanding neural
networks through representation erasure", 2016, arXiv:1612.08220), and the whole engine, lexicon
included, scores what remains.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .answer import NEUTRAL, Answer, Evidence
from .fusion import NEUTRAL_NODE, NO_EMOTION, Floats
from .sentences import sentence_spans
from .tokens import Span

if TYPE_CHECKING:
    from .encoder import Known
    from .engines import Options
    from .model_engine import ModelEngine, Scored

LEAST_WEIGHT = 0.02
"""A word without which the share falls by less is not named."""

MOST_PARTS = 50
"""Parts of a long text that are left out in turn; more sentences are taken together."""

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
        sentences = sentence_spans(text)
        spans = word_spans(text) if len(text) <= options.explain_limit else _parts(sentences)
        top = int(scored.classes[row, :NO_EMOTION].argmax())
        concept = self._strongest(scored.own[row], top)
        if concept is not None:
            weights = self._weights(text, spans, scored.classes[row], top, known)
            answer.evidence += [
                Evidence(
                    begin,
                    end,
                    text[begin:end],
                    text[begin:end],
                    (concept,),
                    False,
                    1.0,
                    self._engine.name,
                    [],
                    weight,
                )
                for weight, (begin, end) in sorted(
                    zip(weights, spans, strict=True), key=lambda each: (-each[0], each[1])
                )
                if weight >= LEAST_WEIGHT
            ]
        first, second = _ranked(answer)[:2]
        answer.explanation = {
            "top": _named(first),
            "runner_up": _named(second),
            "nearest_prototype": self._prototype(scored.nodes, row),
            "sentences": self._sentences(text, sentences, options, known)
            if len(sentences) > 1
            else [],
        }

    def _weights(
        self, text: str, spans: list[Span], classes: Floats, top: int, known: Known
    ) -> list[float]:
        """Return how much the share of a class falls without each span."""
        if not spans:
            return []
        rest = [text[:begin] + text[end:] for begin, end in spans]
        without = self._engine.score(rest, False, known).classes[:, top]
        return [round(float(classes[top] - each), 6) for each in without]

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
        node = self._engine.fusion.nodes[best]
        return {
            "id": NEUTRAL if node == NEUTRAL_NODE else node,
            "probability": round(float(nodes[row, best]), 6),
        }

    def _sentences(
        self, text: str, spans: list[Span], options: Options, known: Known
    ) -> list[dict[str, Any]]:
        """Return what each sentence expresses by itself."""
        alone = replace(
            options, tier=None, limit=1, threshold=0.0, explain=False, scheme=None, echo=False
        )
        answers = self._engine.annotate([text[begin:end] for begin, end in spans], alone, known)
        return [
            {
                "begin": begin,
                "end": end,
                **({"text": text[begin:end]} if options.echo else {}),
                "top": _named(_ranked(answer)[0]),
                "concepts": [each.id for each in answer.concepts],
            }
            for (begin, end), answer in zip(spans, answers, strict=True)
        ]


def word_spans(text: str) -> list[Span]:
    """Return begin and end of each word, number and symbol of a text, without punctuation."""
    return [
        match.span()
        for match in _WORD.finditer(text)
        if not unicodedata.category(match[0][0]).startswith("P") or match[0][0] == "_"
    ]


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
