"""The answer to one text: the same object in Python, JSON, tables and RDF."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

from ...ontology.concepts import PRIMARIES
from ...ontology.errors import ToneError
from ...ontology.terms import SEPARATOR

NEUTRAL = "Neutral"
"""The seventh class beside the six primaries."""

TOP = 3
ROW_COLUMNS = (
    "tone_primary",
    "tone_neutral",
    "tone_other",
    *(f"tone_{primary}" for primary in PRIMARIES),
    *(f"tone_top{rank}" for rank in range(1, TOP + 1)),
    *(f"tone_score{rank}" for rank in range(1, TOP + 1)),
    "tone_detected",
    "tone_mixtures",
    "tone_error",
)
"""The columns that table output adds to those of its input."""


class Record:
    """A part of an answer: its fields are attributes, or items as in the JSON object."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __getitem__(self, name: str) -> Any:
        if name not in self.__dataclass_fields__:
            raise KeyError(name)
        return getattr(self, name)


@dataclass(slots=True)
class ConceptScore(Record):
    """A concept found in a text.

    `score` is its share of the text, its kinds included; `probability` that the text expresses
    it, independent of others, None where the engine is not calibrated.
    """

    id: str
    iri: str
    label: str
    tier: int | None
    path: tuple[str, ...]
    score: float
    probability: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object."""
        return {
            "id": self.id,
            "iri": self.iri,
            "label": self.label,
            "tier": self.tier,
            "path": list(self.path),
            "score": self.score,
            "probability": self.probability,
        }


@dataclass(slots=True)
class Evidence(Record):
    """A span of the text that expresses concepts, or would if it were not negated.

    `begin` and `end` count code points, end exclusive. `cues` are the rules that fired, each
    with its own span; None unless an explanation was asked for. `weight` is set for what bore on
    a model's answer: how much of its concepts' share is lost without it; `text` and `term` of
    such evidence are None where the text was asked not to be echoed. `experiencer` is whose
    emotion it is, `writer` or `other`; None where that cannot be told.
    """

    begin: int
    end: int
    text: str | None
    term: str | None
    concepts: tuple[str, ...]
    negated: bool
    intensity: float
    source: str
    cues: list[dict[str, Any]] | None = None
    weight: float | None = None
    experiencer: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object.

        It has `cues` and `weight` only with an explanation, and lacks `text` and `term` where
        they are None.
        """
        fields: dict[str, Any] = {
            "begin": self.begin,
            "end": self.end,
            "text": self.text,
            "term": self.term,
            "concepts": list(self.concepts),
            "negated": self.negated,
            "intensity": self.intensity,
            "source": self.source,
            "experiencer": self.experiencer,
        }
        if self.text is None:
            del fields["text"], fields["term"]
        if self.cues is not None:
            fields["cues"] = self.cues
        if self.weight is not None:
            fields["weight"] = self.weight
        return fields


@dataclass(slots=True)
class Answer(Record):
    """What a text expresses: shares of the primaries, concepts, and the evidence for them.

    `mixtures` are emotions that two others of the text lead to by a stated combination, strongest
    first: `{"id": "Delight", "of": ["Joy", "Surprise"], "link": IRI of the link}`. `primaries`,
    `other` and `neutral` sum to 1. `text` is None where it was asked not to be echoed.
    `explanation` is what a model's answer rests on, None unless it was asked for. Fields are named
    as in the JSON object that `to_dict` returns.
    """

    text: str | None
    engine: str
    profile: str
    model_version: str
    ontology_version: str
    language: str
    primaries: dict[str, float]
    other: float
    neutral: float
    detected: list[str]
    concepts: list[ConceptScore]
    evidence: list[Evidence]
    mixtures: list[dict[str, Any]]
    warnings: list[dict[str, str]]
    scheme: dict[str, Any] | None
    explanation: dict[str, Any] | None = None

    @property
    def primary(self) -> str:
        """The strongest of the six primaries and `Neutral`, for which `other` counts too."""
        best, share = NEUTRAL, self.neutral + self.other
        for name, each in self.primaries.items():
            if each > share:
                best, share = name, each
        return best

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object.

        It lacks `text` where that was not to be echoed, and `explanation` where there is none.
        """
        fields = {
            "text": self.text,
            "engine": self.engine,
            "profile": self.profile,
            "model_version": self.model_version,
            "ontology_version": self.ontology_version,
            "language": self.language,
            "primaries": dict(self.primaries),
            "other": self.other,
            "neutral": self.neutral,
            "detected": list(self.detected),
            "concepts": [concept.to_dict() for concept in self.concepts],
            "evidence": [evidence.to_dict() for evidence in self.evidence],
            "mixtures": list(self.mixtures),
            "warnings": list(self.warnings),
            "scheme": self.scheme,
        }
        if self.text is None:
            del fields["text"]
        if self.explanation is not None:
            fields["explanation"] = self.explanation
        return fields

    def to_row(self) -> dict[str, Any]:
        """Return the answer as one flat row, its columns as in `ROW_COLUMNS`.

        `tone_top1` to `tone_top3` are the most specific of `concepts`, best first: those of
        which no narrower concept is among them.
        """
        row = dict.fromkeys(ROW_COLUMNS)
        row["tone_primary"] = self.primary
        row["tone_neutral"] = self.neutral
        row["tone_other"] = self.other
        for primary, share in self.primaries.items():
            row[f"tone_{primary}"] = share
        broader = {above for concept in self.concepts for above in concept.path[:-1]}
        specific = [concept for concept in self.concepts if concept.id not in broader]
        for rank, concept in enumerate(specific[:TOP], start=1):
            row[f"tone_top{rank}"] = concept.id
            row[f"tone_score{rank}"] = concept.score
        row["tone_detected"] = SEPARATOR.join(self.detected)
        row["tone_mixtures"] = SEPARATOR.join(
            f"{each['id']} ({' + '.join(each['of'])})" for each in self.mixtures
        )
        return row


def error_row(message: str) -> dict[str, Any]:
    """Return the row of a text that could not be mapped: only `tone_error` is filled."""
    return dict.fromkeys(ROW_COLUMNS) | {"tone_error": message}


def to_frame(answers: Answer | Iterable[Answer | Mapping[str, Any]]) -> Any:
    """Return answers as a pandas data frame, one row a text, in order.

    Args:
        answers: one answer or several, or rows that `Answer.to_row` or `error_row` made.

    Raises:
        ToneError: pandas is not installed.
    """
    try:
        pandas = import_module("pandas")
    except ImportError:
        raise ToneError(
            "a data frame needs pandas, which pip install 'tone-kg[tables]' provides"
        ) from None
    rows: Sequence[Mapping[str, Any]] = [
        each.to_row() if isinstance(each, Answer) else each
        for each in ([answers] if isinstance(answers, Answer) else answers)
    ]
    return pandas.DataFrame(rows, columns=list(ROW_COLUMNS))
