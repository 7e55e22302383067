"""The engines `linear` and `transformer`: trained models and the lexicon, fused into one answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...ontology.concepts import PRIMARIES
from ...ontology.errors import SourceError
from ...ontology.model import Ontology
from . import fusion
from .answer import Answer, Evidence
from .encoder import Encoder, Known, Scores
from .engines import ENCODER, FILES, FUSION, MODELS, NGRAMS, TOKENIZER, Options
from .explain import Explainer
from .fusion import NO_EMOTION, OTHER, Floats, Whole, read_fusion
from .index import UNIT_MASS
from .languages import has_words
from .lexicon import LexiconEngine, covers
from .mixtures import Mixtures
from .ngrams import NgramModel
from .places import SCHEME, Atlas
from .ranking import Ranking
from .schemes import Scheme
from .settings import read_settings
from .shares import UNITS, Shares
from .tokens import Span

CODE_VERSION = 2
"""Raised with every change of the code that can change an answer."""

Truths = NDArray[np.bool_]

_BLOCK, _BLOCK_CHARACTERS = 256, 100_000
"""Texts that are worked on together, and their characters, unless one text has more; greater
blocks would only take more memory."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What the models and the lexicon say of several texts, a row each.

    Attributes:
        labels: the probability of each GoEmotions label.
        classes: the shares of `fusion.CLASSES`.
        primaries: the probability of each primary, independent of the others.
        own: the share of each concept of the atlas, without that of its kinds.
        named: its share of what the lexicon found, without that of its kinds.
        nodes: the encoder's probabilities of its nodes, if there is an encoder.
        evidence: what the lexicon found in each text.
        cut: whether the encoder read the text in pieces.
    """

    labels: Floats
    classes: Floats
    primaries: Floats
    own: Floats
    named: Floats
    nodes: Floats | None
    evidence: list[list[Evidence]]
    cut: list[bool]


@dataclass(frozen=True, slots=True)
class Units:
    """The shares of several texts in whole millionths, a row each.

    `primaries`, `other` and `neutral` sum to `UNITS`; rounding is down, the rest is neutral's.
    `concepts` are those of the atlas, kinds included; `own` without them.
    """

    primaries: Whole
    other: Whole
    neutral: Whole
    concepts: Whole
    own: Whole


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
        self._neutral = round(UNIT_MASS * settings.neutral_mass)
        self._detected_share = settings.detected_share
        self._mixture_units = round(UNITS * settings.mixture_share)
        self.fusion = read_fusion(folder / FUSION, self.name, profile)
        self._parameters = self.fusion.parameters
        self._ngrams = NgramModel(folder / NGRAMS)
        self._encoder: Encoder | None = None
        if ENCODER in FILES[self.name]:
            self._encoder = Encoder(folder / ENCODER, folder / TOKENIZER)
        self._check_sizes(folder)
        self._check_files(folder)
        self.atlas = Atlas(ontology, self.fusion)
        self._roots = np.array(
            [at for c, at in self.atlas.column.items() if len(ontology.path(c)) == 1], np.intp
        )
        self._outside = np.setdiff1d(self._roots, self.atlas.roots)
        labels = {c: len(PRIMARIES) + at for c, at in self.atlas.label_concepts.items()}
        primaries = {each: at for at, each in enumerate(PRIMARIES)}
        self._ranking = Ranking(ontology, self.atlas.concepts, labels | primaries)
        self._mixtures = Mixtures(ontology)
        self._schemes: dict[str, Scheme] = {}
        self._explainer = Explainer(self)
        self.model_version = (
            f"{self.name}-{CODE_VERSION}-{_digest(folder / FUSION)[:12]}"
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

    def score(
        self, texts: Sequence[str], explain: bool = False, known: Known | None = None
    ) -> Scored:
        """Return what the sources say of texts, fused.

        Args:
            texts: any strings.
            explain: whether evidence tells the rules that fired.
            known: scores of the encoder to use and to add to.
        """
        encoded = self._encoder.scores_of(texts, known) if self._encoder else None
        return self._fused(texts, explain, encoded)

    def score_without(self, text: str, spans: Sequence[Span], known: Known) -> Scored:
        """Return what the sources say of a text without each of some spans, fused.

        Args:
            text: any string.
            spans: begin and end of what to leave out.
            known: scores of the encoder to use and to add to.
        """
        encoder = self._encoder
        encoded = encoder.scores_without(text, spans, known) if encoder else None
        return self._fused([text[:begin] + text[end:] for begin, end in spans], False, encoded)

    def _fused(
        self, texts: Sequence[str], explain: bool, encoded: Sequence[Scores] | None
    ) -> Scored:
        atlas, parameters = self.atlas, self._parameters
        logits = self._ngrams.scores(texts)
        count = len(self.fusion.labels)
        label_logits = {"linear": np.ascontiguousarray(logits[:, :count])}
        masses: list[dict[str, int]] = [{} for _ in texts]
        evidence = [
            self._lexicon.find(text, of_text, explain, True)
            for text, of_text in zip(texts, masses, strict=True)
        ]
        found = atlas.masses_to_columns(masses)
        sources = {
            "ngrams": fusion.logits_to_classes(np.ascontiguousarray(logits[:, count:])),
            "lexicon": fusion.lexicon_to_classes(self._lexicon_shares(found)),
        }
        within = {"lexicon": found}
        nodes = None
        cut = [False] * len(texts)
        if encoded is not None:
            label_logits["encoder"] = np.array([each.labels for each in encoded])
            nodes = fusion.softmax(np.array([each.concepts for each in encoded]))
            cut = [each.cut for each in encoded]
            sources["concepts"] = fusion.nodes_to_classes(nodes, atlas.nodes)
            within["concepts"] = atlas.nodes_to_columns(nodes)
        labels = parameters.labels(label_logits)
        sources["labels"] = fusion.labels_to_classes(labels, atlas.labels)
        within["labels"] = atlas.labels_to_columns(labels * parameters.label_factors)
        classes = parameters.classes(sources)
        own = parameters.within(classes, within, atlas.columns, atlas.column_class)
        primaries = parameters.primaries(sources)
        named = found / (found.sum(axis=1, keepdims=True) + self._neutral)
        return Scored(labels, classes, primaries, own, named, nodes, evidence, cut)

    def units(self, scored: Scored) -> Units:
        """Return the shares of each text in whole millionths, rolled up the hierarchy."""
        atlas = self.atlas
        own = scored.own.copy()
        # What no source divides stays with the primary itself, or else is of no concept.
        rest = np.maximum(scored.classes - atlas.columns.sums(own), 0)
        there = atlas.roots >= 0
        own[:, atlas.roots[there]] += rest[:, : len(PRIMARIES)][:, there]
        nowhere = rest[:, OTHER]
        for missing in np.flatnonzero(~there):
            nowhere = nowhere + rest[:, missing]
        masses = np.rint(own * UNITS).astype(np.int64)
        beside = np.rint(nowhere * UNITS).astype(np.int64)
        neutral = np.rint(scored.classes[:, NO_EMOTION] * UNITS).astype(np.int64)
        total = np.maximum(masses.sum(axis=1) + beside + neutral, 1)
        concepts = atlas.with_kinds(masses) * UNITS // total[:, None]
        primaries = np.where(there, concepts[:, atlas.roots], 0)
        other = beside * UNITS // total + concepts[:, self._outside].sum(axis=1)
        return Units(
            primaries,
            other,
            UNITS - primaries.sum(axis=1) - other,
            concepts,
            masses * UNITS // total[:, None],
        )

    def _block(
        self,
        texts: Sequence[str],
        options: Options,
        scheme: Scheme | None,
        known: Known | None,
    ) -> list[Answer]:
        if options.explain and known is None:
            known = {}
        scored = self.score(texts, options.explain, known)
        units = self.units(scored)
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
        figures = dict(zip(self.fusion.labels, labels.tolist(), strict=True))
        thresholds = dict(
            zip(
                self.fusion.labels,
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

    def _lexicon_shares(self, own: Floats) -> Floats:
        """Return the shares of the classes by the lexicon alone, from own masses of concepts."""
        sums = self.atlas.columns.sums(own)
        sums[:, NO_EMOTION] = self._neutral
        return np.asarray(sums / sums.sum(axis=1, keepdims=True))

    def _check_files(self, folder: Path) -> None:
        for name in FILES[self.name]:
            if name != FUSION and self.fusion.models.get(name) != _digest(folder / name):
                problem = f"was not fitted to the {name} beside it: take both from one training"
                raise SourceError(folder / FUSION, None, problem)

    def _check_sizes(self, folder: Path) -> None:
        labels, nodes = len(self.fusion.labels), len(self.fusion.nodes)
        wanted = labels + len(fusion.CLASSES)
        if self._ngrams.outputs != wanted:
            raise SourceError(
                folder / NGRAMS, None, f"has {self._ngrams.outputs} outputs, not {wanted}"
            )
        if self._encoder is not None and (self._encoder.labels, self._encoder.concepts) != (
            labels,
            nodes,
        ):
            raise SourceError(
                folder / ENCODER, None, f"has not {labels} labels and {nodes} nodes, as {FUSION}"
            )


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


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
