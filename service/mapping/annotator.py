"""Text to concepts in Python: the door that the command line and the service use too."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import TypedDict, Unpack

from ...ontology.errors import ToneError, UnknownName
from ...ontology.model import Ontology, load
from .answer import Answer
from .engines import DEFAULT_ENGINE, EXPLAIN_LIMIT, Options, load_engine
from .languages import ENGLISH, english_words, language_of
from .settings import PROFILES

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")


class AnswerOptions(TypedDict, total=False):
    """The options of `Annotator.annotate`, which says what each means."""

    language: str | None
    tier: int | None
    limit: int
    threshold: float
    explain: bool
    scheme: str | None
    echo: bool


class InvalidOption(ToneError):
    """An option of `annotate` with a value that it cannot have; `field` names it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field = field


class InvalidText(ToneError):
    """A text that cannot be mapped; `index` is its place among the texts, from 0."""

    def __init__(self, index: int, reason: str) -> None:
        super().__init__(f"text {index}: {reason}")
        self.index = index
        self.reason = reason


class Annotator:
    """Maps text onto the ontology's concepts.

    Args:
        engine: `lexicon`, `linear` or `transformer`, which is the default.
        profile: `general` or `social`, what kind of text the parameters fit.
        ontology: the knowledge to use; the installed package's if None.
        models: the folder of the models to use; the installed package's if None.
        explain_limit: characters up to which a text is explained word by word, not by sentence.

    Raises:
        UnknownName: there is no such engine or profile; the message lists those that exist.
        ToneError: the engine needs a model that is missing or broken.

    Example:
        >>> answer = Annotator().annotate_one("I felt heartbroken.")
        >>> answer.primary
        'Sadness'
    """

    def __init__(
        self,
        engine: str | None = None,
        profile: str = "general",
        ontology: Ontology | None = None,
        models: Path | str | None = None,
        explain_limit: int = EXPLAIN_LIMIT,
    ) -> None:
        if profile not in PROFILES:
            raise UnknownName("profile", str(profile), PROFILES)
        self.profile = profile
        self.ontology = load() if ontology is None else ontology
        self._engine = load_engine(
            DEFAULT_ENGINE if engine is None else engine,
            profile,
            self.ontology,
            None if models is None else Path(models),
        )
        self._explain_limit = explain_limit
        self._english = english_words(self.ontology)
        self.engine = self._engine.name
        self.model_version = self._engine.model_version

    def annotate(
        self,
        texts: Iterable[str],
        *,
        language: str | None = None,
        tier: int | None = None,
        limit: int = 5,
        threshold: float = 0.0,
        explain: bool = False,
        scheme: str | None = None,
        echo: bool = True,
    ) -> list[Answer]:
        """Return one answer for each text, in order.

        Args:
            texts: any strings; an empty one is neutral, with a warning.
            language: what the texts are written in, as a BCP 47 tag. If None each text tells:
                one that is plainly not English gets a warning, and only its emoji are read.
            tier: list only concepts of this tier, 1 to 3.
            limit: how many concepts to list of each tier.
            threshold: the least score of a concept that is listed, 0 to 1.
            explain: say which rules fired for each piece of evidence, and what a model's answer
                rests on.
            scheme: answer also with the labels of this scheme, such as `goemotions`.
            echo: repeat the text in the answer.

        Raises:
            InvalidText: one of the texts is not a string.
            InvalidOption: an option has a value it cannot have.
            UnknownName: there is no such scheme; the message lists those that exist.
        """
        if isinstance(texts, str):
            raise InvalidOption("texts", "is one string; give a list, or call annotate_one")
        options = self._limited(_options(language, tier, limit, threshold, explain, scheme, echo))
        checked = list(texts)
        for index, text in enumerate(checked):
            _check(index, text)
        return self._answers(checked, options, language is None)

    def annotate_one(self, text: str, **options: Unpack[AnswerOptions]) -> Answer:
        """Return the answer for one text; options and errors are those of `annotate`."""
        return self.annotate([text], **options)[0]

    def stream(self, texts: Iterable[str], **options: Unpack[AnswerOptions]) -> Iterator[Answer]:
        """Return an iterator over the answers, in order, that holds one text at a time.

        Options and errors are those of `annotate`; wrong options are told at once.
        """
        self.annotate([], **options)
        tell = options.get("language") is None
        return self._stream(texts, self._limited(_options(**options)), tell)

    def _limited(self, options: Options) -> Options:
        return replace(options, explain_limit=self._explain_limit)

    def _stream(self, texts: Iterable[str], options: Options, tell: bool) -> Iterator[Answer]:
        for index, text in enumerate(texts):
            _check(index, text)
            yield self._answers([text], options, tell)[0]

    def _answers(self, texts: list[str], options: Options, tell: bool) -> list[Answer]:
        """Return the engine's answers, each text in its own language if that is to be told."""
        answers: list[Answer] = []
        for begin in range(0, len(texts) or 1, _AT_ONCE):  # options are checked without texts too
            part = texts[begin : begin + _AT_ONCE]
            with _uncollected():
                answers += self._answers_of_part(part, options, tell)
        return answers

    def _answers_of_part(self, texts: list[str], options: Options, tell: bool) -> list[Answer]:
        languages = [language_of(text, self._english) for text in texts] if tell else []
        others = set(languages) - {ENGLISH}
        if not others:
            return self._engine.annotate(texts, options)
        answers: dict[int, Answer] = {}
        for language in sorted({ENGLISH, *others}):
            places = [at for at, its in enumerate(languages) if its == language]
            found = self._engine.annotate(
                [texts[at] for at in places], replace(options, language=language)
            )
            answers.update(zip(places, found, strict=True))
        return [answers[at] for at in range(len(texts))]


_AT_ONCE = 1_024
"""Texts that are annotated without a pause for the collection of garbage."""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Put off the collection of garbage.

    Answers hold no cycles, but they are so many objects that all that is in memory, the vocabulary
    included, would be looked through again and again: a third of the time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _check(index: int, text: object) -> None:
    if not isinstance(text, str):
        # Data frames mark a missing text by None, a NaN, or an object of their own.
        missing = (
            text is None
            or (isinstance(text, float) and isnan(text))
            or type(text).__name__ in ("NAType", "NaTType")
        )
        kind = "missing" if missing else f"not a string but {type(text).__name__}"
        raise InvalidText(index, f"is {kind}")


def _options(
    language: object = None,
    tier: object = None,
    limit: object = 5,
    threshold: object = 0.0,
    explain: object = False,
    scheme: object = None,
    echo: object = True,
) -> Options:
    """Return checked options; the names are what callers and requests call them."""
    if language is not None and not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
        raise InvalidOption("language", 'must be a language tag such as "en"')
    if tier is not None and (not _is_whole(tier) or tier not in (1, 2, 3)):
        raise InvalidOption("tier", "must be 1, 2 or 3")
    if not isinstance(limit, int) or not _is_whole(limit) or limit < 0:
        raise InvalidOption("limit", "must be a whole number, 0 or more")
    if (
        not isinstance(threshold, int | float)
        or isinstance(threshold, bool)
        or not 0 <= threshold <= 1
    ):
        raise InvalidOption("threshold", "must be a number from 0 to 1")
    for name, flag in (("explain", explain), ("echo", echo)):
        if not isinstance(flag, bool):
            raise InvalidOption(name, "must be true or false")
    if scheme is not None and not isinstance(scheme, str):
        raise InvalidOption("scheme", "must be the name of a scheme")
    return Options(
        language=ENGLISH if language is None else str(language),
        tier=tier if isinstance(tier, int) else None,
        limit=limit,
        threshold=threshold,
        explain=bool(explain),
        scheme=scheme,
        echo=bool(echo),
    )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
