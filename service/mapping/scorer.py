"""What the models and the lexicon say of texts together, as numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...ontology.concepts import PRIMARIES
from ...ontology.errors import SourceError
from ...ontology.model import Ontology
from . import fusion
from .answer import Evidence
from .encoder import Encoder, Known, Scores
from .engines import ENCODER, FILES, FUSION, NGRAMS, TOKENIZER
from .fusion import NO_EMOTION, OTHER, Floats, Whole, read_fusion
from .lexicon import LexiconEngine
from .ngrams import NgramModel
from .places import Atlas
from .shares import UNITS
from .tokens import Span


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


class Scorer:
    """Scores texts by the models of an engine and the lexicon, fused.

    Args:
        engine: the engine's name.
        profile: which of the fitted parameters to use.
        ontology: the concepts and mappings.
        lexicon: finds the evidence.
        neutral: the mass of no emotion, in the lexicon's units.
        folder: of the models.

    Raises:
        SourceError: a file of the models is missing or broken.
    """

    def __init__(
        self,
        engine: str,
        profile: str,
        ontology: Ontology,
        lexicon: LexiconEngine,
        neutral: int,
        folder: Path,
    ) -> None:
        self._lexicon = lexicon
        self._neutral = neutral
        self.fusion = read_fusion(folder / FUSION, engine, profile)
        self.fusion_digest = _digest(folder / FUSION)
        self._ngrams = NgramModel(folder / NGRAMS)
        self._encoder: Encoder | None = None
        if ENCODER in FILES[engine]:
            self._encoder = Encoder(folder / ENCODER, folder / TOKENIZER)
        self._check_sizes(folder)
        self._check_files(folder, FILES[engine])
        self.atlas = Atlas(ontology, self.fusion)
        roots = [at for c, at in self.atlas.column.items() if len(ontology.path(c)) == 1]
        self._outside = np.setdiff1d(np.array(roots, np.intp), self.atlas.roots)

    def of_texts(
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

    def without(self, text: str, spans: Sequence[Span], known: Known) -> Scored:
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
        atlas, parameters = self.atlas, self.fusion.parameters
        logits = self._ngrams.scores(texts)
        count = len(self.fusion.labels)
        label_logits = {"linear": np.ascontiguousarray(logits[:, :count])}
        masses: list[dict[str, int]] = [{} for _ in texts]
        denied: list[dict[str, int]] = [{} for _ in texts]
        evidence = [
            self._lexicon.find(text, of_text, explain, True, of_denied)
            for text, of_text, of_denied in zip(texts, masses, denied, strict=True)
        ]
        found = atlas.masses_to_columns(masses)
        sources = {
            "ngrams": fusion.logits_to_classes(np.ascontiguousarray(logits[:, count:])),
            "lexicon": fusion.lexicon_to_classes(self._lexicon_shares(found)),
            "denied": fusion.denied_to_classes(
                atlas.columns.sums(atlas.masses_to_columns(denied)),
                atlas.columns.sums(found),
                self._neutral,
            ),
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

    def _lexicon_shares(self, own: Floats) -> Floats:
        """Return the shares of the classes by the lexicon alone, from own masses of concepts."""
        sums = self.atlas.columns.sums(own)
        sums[:, NO_EMOTION] = self._neutral
        return np.asarray(sums / sums.sum(axis=1, keepdims=True))

    def _check_files(self, folder: Path, names: Sequence[str]) -> None:
        for name in names:
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


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
