"""The engines `linear` and `transformer`: trained models and the lexicon, fused into one answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...ontology.concepts import PRIMARIES
from ...ontology.model import Ontology
from .answer import Answer
from .encoder import Known
from .engines import MODELS, Options
from .explain import Explainer
from .fusion import Floats, Whole
from .index import UNIT_MASS
from .languages import has_words
from .lexicon import LexiconEngine, covers
from .mixtures import Mixtures
from .places import SCHEME
from .ranking import Ranking
from .schemes import Scheme
from .scorer import Scored, Scorer, Units
from .settings import read_settings
from .shares import UNITS, Shares

CODE_VERSION = 3
"""Raised with every change of the code that can change an answer."""

Truths = NDArray[np.bool_]

_BLOCK, _BLOCK_CHARACTERS = 256, 100_000
"""Texts that are worked on together, and their characters, unless one text has more; greater
blocks would only take more memory."""


class ModelEngine:
    """Scores texts by trained models and the lexicon together.

    A text without letters, or in a language that is not covered, is the lexicon's alone.

    Args:
        profile: which of the fitted parameters to use.
        ontology: the concepts, vocabulary and mappings.
        models: the folder of the models; the package's own if None.

    Raises:
        SourceError: a file of the models is missing or broken.
    """

    name = ""

    def __init__(self, profile: str, ontology: Ontology, models: Path | None = None) -> None:
        folder = MODELS if models is None else models
        self.profile = profile
        self._ontology = ontology
        self._lexicon = LexiconEngine(profile, ontology)
        settings = read_settings(profile)
        self._detected_share = settings.detected_share
        self._mixture_units = round(UNITS * settings.mixture_share)
        neutral = round(UNIT_MASS * settings.neutral_mass)
        self.scorer = Scorer(self.name, profile, ontology, self._lexicon, neutral, folder)
        self.atlas = self.scorer.atlas
        self._parameters = self.scorer.fusion.parameters
        labels = {c: len(PRIMARIES) + at for c, at in self.atlas.label_concepts.items()}
        primaries = {each: at for at, each in enumerate(PRIMARIES)}
        self._ranking = Ranking(ontology, self.atlas.concepts, labels | primaries)
        self._mixtures = Mixtures(ontology)
        self._schemes: dict[str, Scheme] = {}
        self._explainer = Explainer(self)
        self.model_version = (
            f"{self.name}-{CODE_VERSION}-{self.scorer.fusion_digest[:12]}"
            f"+{self._lexicon.model_version}"
        )

    def annotate(
        self, texts: Sequence[str], options: Options, known: Known | None = None
    ) -> list[Answer]:
        """Return an answer for each text, in order.

        Args:
            texts: any strings.
            options: what the answers should hold.
            known: scores of the encoder to use and to add to.
        """
        scheme = self._scheme(options.scheme) if options.scheme is not None else None
        covered = covers(options.language)
        answers: list[Answer | None] = [None] * len(texts)
        places = []
        for at, text in enumerate(texts):
            if covered and has_words(text):
                places.append(at)
            else:
                [answer] = self._lexicon.annotate([text], options)
                answers[at] = replace(answer, engine=self.name, model_version=self.model_version)
        for block in _blocks(texts, places):
            for at, answer in zip(
                block,
                self._block([texts[at] for at in block], options, scheme, known),
                strict=True,
            ):
                answers[at] = answer
        return [answer for answer in answers if answer is not None]

    def _block(
        self,
        texts: Sequence[str],
        options: Options,
        scheme: Scheme | None,
        known: Known | None,
    ) -> list[Answer]:
        if options.explain and known is None:
            known = {}
        scored = self.scorer.of_texts(texts, options.explain, known)
        units = self.scorer.units(scored)
        detected = scored.primaries >= self._parameters.primary_thresholds
        over = detected.tolist()
        told = self._told(scored, units, detected)
        labels = np.round(scored.labels, 6)
        probabilities = np.round(scored.primaries, 6)
        concepts = self._ranking.best(
            units.concepts,
            np.concatenate([probabilities, labels], axis=1),
            options.tier,
            options.limit,
            options.threshold,
        )
        shares = (units.primaries / UNITS).tolist()
        other, neutral = (units.other / UNITS).tolist(), (units.neutral / UNITS).tolist()
        mixed = (told.sum(axis=1) > 1).tolist()
        answers = []
        for at, text in enumerate(texts):
            whole = self._shares(units, at) if scheme is not None else None
            answers.append(
                Answer(
                    text if options.echo else None,
                    self.name,
                    self.profile,
                    self.model_version,
                    self._ontology.version,
                    options.language,
                    dict(zip(PRIMARIES, shares[at], strict=True)),
                    other[at],
                    neutral[at],
                    [name for name, is_over in zip(PRIMARIES, over[at], strict=True) if is_over],
                    concepts[at],
                    scored.evidence[at],
                    self._mixtures_of(units.own[at], told[at]) if mixed[at] else [],
                    [_TEXT_CUT] if scored.cut[at] else [],
                    self._scheme_answer(scheme, whole, probabilities[at], labels[at])
                    if scheme is not None and whole is not None
                    else None,
                )
            )
        if options.explain:
            for at, answer in enumerate(answers):
                # What a text without some of its words scores is of no use to the next text.
                of_text = dict(known or {})
                self._explainer.explain(texts[at], answer, scored, at, options, of_text)
        return answers

    def _told(self, scored: Scored, units: Units, detected: Truths) -> Truths:
        """Return which emotions of each text, a column each, may be parts of a mixture.

        Models divide a text among emotions that mean nearly the same, so a smaller share of
        theirs is enough than of what the lexicon found, if its primary is detected.
        """
        anyway = np.ones((len(detected), 1), bool)
        by_class = np.concatenate([detected, anyway], axis=1)[:, self.atlas.column_class]
        # One word is no mixture, even if it speaks for two emotions.
        several = np.array([len(each) > 1 for each in scored.evidence])
        return np.asarray(
            (units.own >= self._mixture_units) & by_class
            | (scored.named >= self._detected_share) & several[:, None]
        )

    def _mixtures_of(self, own: Whole, told: Truths) -> list[dict[str, Any]]:
        concepts = self.atlas.concepts
        return self._mixtures.of({concepts[at]: int(own[at]) for at in np.flatnonzero(told)})

    def _shares(self, units: Units, row: int) -> Shares:
        concepts = zip(self.atlas.concepts, units.concepts[row].tolist(), strict=True)
        return Shares(
            dict(zip(PRIMARIES, units.primaries[row].tolist(), strict=True)),
            int(units.other[row]),
            int(units.neutral[row]),
            {concept: share for concept, share in concepts if share},
        )

    def _scheme_answer(
        self, scheme: Scheme, shares: Shares, primaries: Floats, labels: Floats
    ) -> dict[str, Any]:
        if scheme.name != SCHEME:
            probabilities = dict(zip(PRIMARIES, primaries.tolist(), strict=True))
            return scheme.answer(shares, self._detected_share, probabilities)
        figures = dict(zip(self.scorer.fusion.labels, labels.tolist(), strict=True))
        thresholds = dict(
            zip(
                self.scorer.fusion.labels,
                np.round(self._parameters.label_thresholds, 6).tolist(),
                strict=True,
            )
        )
        return {
            "name": scheme.name,
            "labels": figures,
            "thresholds": thresholds,
            "predicted": [
                label
                for label, figure in sorted(figures.items(), key=lambda each: (-each[1], each[0]))
                if figure >= thresholds[label]
            ],
        }

    def _scheme(self, name: str) -> Scheme:
        if name not in self._schemes:
            self._schemes[name] = Scheme(name, self._ontology)
        return self._schemes[name]


class LinearEngine(ModelEngine):
    """The n-gram model and the lexicon."""

    name = "linear"


class TransformerEngine(ModelEngine):
    """The sentence encoder, the n-gram model and the lexicon."""

    name = "transformer"


_TEXT_CUT = {
    "code": "text_cut",
    "message": "The text is too long to be read at once; it was read sentence by sentence.",
}


def _blocks(texts: Sequence[str], places: Sequence[int]) -> Iterator[list[int]]:
    """Yield places of texts, as many together as are worked on together."""
    block: list[int] = []
    characters = 0
    for at in places:
        characters += len(texts[at])
        if block and (len(block) == _BLOCK or characters > _BLOCK_CHARACTERS):
            yield block
            block, characters = [], len(texts[at])
        block.append(at)
    if block:
        yield block
