"""The lexicon engine: the reviewed vocabulary found in text, negation and intensity by rule."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...ontology.inheritance import accepted_links
from ...ontology.links import LEADS_TO
from ...ontology.model import Ontology
from .answer import Answer, Evidence
from .cancellations import cancelled
from .denials import TRIGGERS, denial
from .engines import Options
from .experiencers import Experiencers
from .index import UNIT_MASS, Index, Match
from .languages import has_words
from .lookalikes import TELLING, is_lookalike
from .mixtures import Mixtures
from .modifiers import CONCORD, CUES, DEGREE, ENDED, INTENSITY, QUESTION, REVERSAL, read_rules
from .schemes import Scheme
from .settings import read_settings
from .shares import UNITS, Hierarchy
from .tokens import Span, Tokeniser

LANGUAGE = "en"
RULES_VERSION = 11
"""Raised with every change of the code that can change an answer."""

SOURCE = "lexicon"

_NONE: list[Match] = []


class LexiconEngine:
    """Finds every vocabulary term in a text and adds up what the terms express.

    A concept's mass is the sum over its terms of score times weight times intensity; a term of
    several concepts is split over them. Shares are masses over their total and a constant
    neutral mass. Negated terms are evidence without mass. Emotions mix that have, without their
    kinds, the share from which a primary counts as detected.

    Args:
        profile: which column of `settings.tsv` to use.
        ontology: the concepts, vocabulary and mappings.
        models: not used.
    """

    name = "lexicon"

    def __init__(self, profile: str, ontology: Ontology, models: Path | None = None) -> None:
        settings = read_settings(profile)
        self.profile = profile
        self._ontology = ontology
        self._neutral = round(UNIT_MASS * settings.neutral_mass)
        self._detected = round(UNITS * settings.detected_share)
        self._settings = settings
        self._reach = settings.reach
        self._emphasis = round(100 * settings.emphasis)
        self._least = round(100 * settings.least_intensity)
        self._most = round(100 * settings.most_intensity)
        self._rules = read_rules()
        self._index = Index(ontology, LANGUAGE, self._rules)
        self._tokeniser = Tokeniser(self._index.emoticons, self._index.known)
        self._hierarchy = Hierarchy(ontology)
        self._experiencers = Experiencers()
        self._mixtures = Mixtures(ontology)
        self._schemes: dict[str, Scheme] = {}
        self.model_version = _model_version(ontology)

    def annotate(self, texts: Sequence[str], options: Options) -> list[Answer]:
        """Return an answer for each text, in order."""
        scheme = self._scheme(options.scheme) if options.scheme is not None else None
        covered = covers(options.language)
        answers = [self._annotate(text, options, scheme, covered) for text in texts]
        if options.explain:
            for text, answer in zip(texts, answers, strict=True):
                answer.explanation = self._explanation(text, answer, options)
        return answers

    def _explanation(self, text: str, answer: Answer, options: Options) -> dict[str, Any]:
        from .explain import explanation  # with numpy, which takes long to load

        def shares(answer: Answer) -> list[float]:
            return [*answer.primaries.values(), answer.other]

        whole = shares(answer)
        top = whole.index(max(whole))

        def falls(spans: list[Span]) -> list[float]:
            rest = [text[:begin] + text[end:] for begin, end in spans]
            return [
                whole[top] - shares(each)[top]
                for each in self.annotate(rest, replace(options, explain=False, scheme=None))
            ]

        return explanation(text, answer, options, self.annotate, falls, None)

    def _scheme(self, name: str) -> Scheme:
        if name not in self._schemes:
            self._schemes[name] = Scheme(name, self._ontology)
        return self._schemes[name]

    def _annotate(
        self, text: str, options: Options, scheme: Scheme | None, covered: bool
    ) -> Answer:
        masses: dict[str, int] = {}
        evidence = self.find(text, masses, options.explain, covered)
        warnings = []
        if not covered:
            warnings.append(
                {
                    "code": "language_not_covered",
                    "message": f"The language {options.language!r} is not covered; only emoji and"
                    " emoticons were read. If the text is English, give the language en.",
                }
            )
        if not masses:
            warnings.append({"code": "nothing_found", "message": _why_nothing(text, evidence)})
        shares = self._hierarchy.shares(masses, self._neutral)
        return Answer(
            text if options.echo else None,
            self.name,
            self.profile,
            self.model_version,
            self._ontology.version,
            options.language,
            {name: units / UNITS for name, units in shares.primaries.items()},
            shares.other / UNITS,
            shares.neutral / UNITS,
            [name for name, units in shares.primaries.items() if units >= self._detected],
            self._hierarchy.best(shares, options.tier, options.limit, options.threshold),
            evidence,
            # One word is no mixture, even if it speaks for two emotions.
            self._mixtures.of(self._mixtures.probable(shares.concepts, self._detected))
            if len(evidence) > 1
            else [],
            warnings,
            scheme.answer(shares, self._settings.detected_share) if scheme else None,
        )

    def find(
        self,
        text: str,
        masses: dict[str, int],
        explain: bool,
        covered: bool,
        denied: dict[str, int] | None = None,
    ) -> list[Evidence]:
        """Return the evidence of a text.

        Args:
            text: any string.
            masses: gains the mass of each concept, that of its kinds included.
            explain: whether the evidence tells which rules fired.
            covered: whether words are read, or emoji and emoticons alone.
            denied: gains the masses that negated terms and lookalikes would have.
        """
        tokens = self._tokeniser(text)
        words = tokens.words
        matches = self._index.find(words, covered)
        may_negate = not self._rules.cue_words.isdisjoint(words)
        may_deny = not TRIGGERS.isdisjoint(words)
        evidence = []
        for at, (first, after, entry, _) in enumerate(matches):
            if entry is None:
                continue
            begin, end = tokens.span(first, after)
            written = text[begin:end]
            suspect = written[0].isupper() or words[first] in TELLING
            if suspect and not entry.symbol and is_lookalike(text, tokens, first, after):
                if denied is not None:
                    for concept, mass in entry.masses:
                        denied[concept] = denied.get(concept, 0) + mass
                continue
            negations: list[Span] = []
            intensities, emphatic = _NONE, False
            if may_negate and entry.negatable:
                negations = self._negations(words, matches, at)
            if may_deny and entry.negatable and not negations:
                taken_back = denial(words, first, after)
                negations = [taken_back] if taken_back else []
            if not entry.symbol:
                emphatic = (
                    (after < len(words) and words[after][0] == "!")
                    or (written.isupper() and len(written) > 2 and not text.isupper())
                    or any(first <= at < after for at in tokens.lengthened)
                )
            percent = self._emphasis if emphatic else 100
            if at and matches[at - 1][1] == first:
                intensities = _intensities(matches, at)
                for _, _, _, modifier in intensities:
                    percent = percent * modifier.percent // 100  # type: ignore[union-attr]
                percent = max(self._least, min(self._most, percent))
            gaining = denied if negations else masses
            if gaining is not None:
                for concept, mass in entry.masses:
                    gaining[concept] = gaining.get(concept, 0) + mass * percent // 100
            cues: list[dict[str, Any]] | None = None
            if explain:
                rules = (
                    ("negation", negations),
                    ("intensity", [(each[0], each[1]) for each in intensities]),
                )
                cues = [
                    _cue(rule, text, tokens.span(cue[0], cue[1]))
                    for rule, found in rules
                    for cue in found
                ]
                if emphatic:
                    cues.append(_cue("emphasis", text, (begin, end)))
            evidence.append(
                Evidence(
                    begin,
                    end,
                    written,
                    entry.term,
                    entry.concepts,
                    bool(negations),
                    percent / 100,
                    SOURCE,
                    cues,
                    None,
                    self._experiencers.of(text, tokens, first, after, entry),
                )
            )
        return evidence

    def _negations(self, words: list[str], matches: list[Match], at: int) -> list[Span]:
        """Return the negations that reach a term, the nearest first; none where they cancel."""
        rules = self._rules
        begin, after, term, _ = matches[at]
        if words[begin] in rules.closers:
            return []  # `not now lol`
        found: list[Span] = []
        negative = concord = False
        later = nearest = begin
        for before in range(at - 1, -1, -1):
            first, end, entry, modifier = matches[before]
            if nearest - end > self._reach or not rules.reaches(words, end, later):
                break
            later = end
            if entry is not None:
                if not rules.joins(words, end, begin):
                    break
            elif modifier is None:
                continue
            elif modifier.kind in CUES or (
                modifier.kind == QUESTION and not rules.asks(words, first)
            ):
                if modifier.kind == DEGREE and (
                    (term is not None and term.graded) or rules.compares(words, end, begin)
                ):
                    continue
                if modifier.kind == ENDED and not (end == begin and words[begin].endswith("ing")):
                    continue
                if found and rules.parts(words, nearest):
                    break
                found.append((first, end))
                nearest = later = first  # so that `but` in `anything but` ends nothing
                if not concord or modifier.kind == REVERSAL:
                    # What stands before `no` or `nobody` is the same negation said twice.
                    negative = not negative
                concord = concord or modifier.kind == CONCORD
        graded = term is not None and term.graded
        return found if negative and not cancelled(words, found, begin, after, graded) else []


def covers(language: str) -> bool:
    """Tell whether texts of a language, given as a BCP 47 tag, are read; emoji always are."""
    return language.replace("_", "-").partition("-")[0].lower() in ("en", "eng")


def _intensities(matches: list[Match], at: int) -> list[Match]:
    """Return the intensities that stand right before a term, the nearest first."""
    found: list[Match] = []
    first = matches[at][0]
    for before in range(at - 1, -1, -1):
        begin, end, entry, modifier = matches[before]
        if end != first or entry is not None or modifier is None or modifier.kind != INTENSITY:
            break
        first = begin
        found.append(matches[before])
    return found


def _cue(rule: str, text: str, span: Span) -> dict[str, Any]:
    begin, end = span
    return {"rule": rule, "begin": begin, "end": end, "text": text[begin:end]}


def _why_nothing(text: str, evidence: list[Evidence]) -> str:
    if not text.strip():
        return "The text is empty."
    if evidence:
        return "All terms found in the text are negated."
    if not any(character.isprintable() and character != " " for character in text):
        return "The text holds only characters that cannot be seen."
    if not has_words(text):
        return "The text holds no words, and no emoji or emoticon of the vocabulary."
    return "The text holds no term of the vocabulary."


def _model_version(ontology: Ontology) -> str:
    """Return a version that changes with vocabulary, combinations, rule tables or code."""
    digest = hashlib.sha256()
    for term in ontology.terms:
        digest.update(
            f"{term.term}\t{term.lang}\t{term.pos}\t{term.concept}\t{term.score}\t"
            f"{term.weight}\n".encode()
        )
    for link in accepted_links(ontology):
        if link.kind == LEADS_TO:
            digest.update(f"{link.id}\n".encode())
    for table in sorted(Path(__file__).parent.glob("*.tsv")):
        digest.update(table.read_bytes())
    return f"lexicon-{RULES_VERSION}-{digest.hexdigest()[:12]}"
