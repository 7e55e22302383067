"""The lexicon engine: the reviewed vocabulary found in text, negation and intensity by rule."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...ontology.model import Ontology
from .answer import Answer, Evidence
from .engines import Options
from .index import UNIT_MASS, Entry, Index
from .modifiers import CONCORD, CUES, DEGREE, INTENSITY, Modifier, read_rules
from .schemes import Scheme
from .settings import read_settings
from .shares import UNITS, Hierarchy
from .tokens import Folded, Span, Tokeniser

LANGUAGE = "en"
RULES_VERSION = 1
"""Raised with every change of the code that can change an answer."""

SOURCE = "lexicon"


class Match:
    """A form found in the text: tokens `begin` to `end`, what it says or how it modifies."""

    __slots__ = ("begin", "end", "entry", "modifier")

    def __init__(
        self, begin: int, end: int, entry: Entry | None, modifier: Modifier | None
    ) -> None:
        self.begin = begin
        self.end = end
        self.entry = entry
        self.modifier = modifier


class LexiconEngine:
    """Finds every vocabulary term in a text and adds up what the terms express.

    A concept's mass is the sum over its terms of score times weight times intensity; a term of
    several concepts is split over them. Shares are masses over their total and a constant
    neutral mass. Negated terms are evidence without mass.

    Args:
        profile: which column of `settings.tsv` to use.
        ontology: the concepts, vocabulary and mappings.
    """

    name = "lexicon"

    def __init__(self, profile: str, ontology: Ontology) -> None:
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
        self._schemes: dict[str, Scheme] = {}
        self.model_version = _model_version(ontology)

    def annotate(self, texts: Sequence[str], options: Options) -> list[Answer]:
        """Return an answer for each text, in order."""
        scheme = self._scheme(options.scheme) if options.scheme is not None else None
        covered = options.language.replace("_", "-").partition("-")[0].lower() in ("en", "eng")
        return [self._annotate(text, options, scheme, covered) for text in texts]

    def _scheme(self, name: str) -> Scheme:
        if name not in self._schemes:
            self._schemes[name] = Scheme(name, self._ontology)
        return self._schemes[name]

    def _annotate(
        self, text: str, options: Options, scheme: Scheme | None, covered: bool
    ) -> Answer:
        masses: dict[str, int] = {}
        evidence = self._evidence(text, masses, options.explain, covered)
        shares = self._hierarchy.shares(masses, self._neutral)
        warnings = []
        if not covered:
            warnings.append(
                {
                    "code": "language_not_covered",
                    "message": "The lexicon covers English; only emoji and emoticons were read.",
                }
            )
        if not masses:
            warnings.append({"code": "nothing_found", "message": _why_nothing(text, evidence)})
        return Answer(
            text=text if options.echo else None,
            engine=self.name,
            profile=self.profile,
            model_version=self.model_version,
            ontology_version=self._ontology.version,
            language=options.language,
            primaries={name: units / UNITS for name, units in shares.primaries.items()},
            other=shares.other / UNITS,
            neutral=shares.neutral / UNITS,
            detected=[n for n, units in shares.primaries.items() if units >= self._detected],
            concepts=self._hierarchy.best(shares, options.tier, options.limit, options.threshold)
            if masses
            else [],
            evidence=evidence,
            mixtures=[],
            warnings=warnings,
            scheme=scheme.answer(shares, self._settings.detected_share) if scheme else None,
        )

    def _evidence(
        self, text: str, masses: dict[str, int], explain: bool, covered: bool
    ) -> list[Evidence]:
        """Return the evidence of a text, adding the mass of each concept to `masses`."""
        words, spans, folded = self._tokeniser(text)
        matches, cues = self._matches(words, covered)
        evidence = []
        for at, match in enumerate(matches):
            entry = match.entry
            if entry is None:
                continue
            begin, end = folded.original(spans[match.begin][0], spans[match.end - 1][1])
            negations = self._negations(words, matches, at) if cues and not entry.symbol else []
            percent, intensities = self._intensity(words, matches, at)
            emphatic = not entry.symbol and self._is_emphatic(
                text, begin, end, words, spans, folded, match
            )
            if emphatic:
                percent = percent * self._emphasis // 100
            percent = max(self._least, min(self._most, percent))
            if not negations:
                for concept, mass in entry.masses:
                    if percent != 100:
                        mass = mass * percent // 100
                    masses[concept] = masses.get(concept, 0) + mass
            detail: list[dict[str, Any]] | None = None
            if explain:
                detail = [
                    _cue(rule, text, spans, folded, cue)
                    for rule, found in (("negation", negations), ("intensity", intensities))
                    for cue in found
                ]
                if emphatic:
                    detail.append(
                        {"rule": "emphasis", "begin": begin, "end": end, "text": text[begin:end]}
                    )
            evidence.append(
                Evidence(
                    begin,
                    end,
                    text[begin:end],
                    entry.term,
                    entry.concepts,
                    bool(negations),
                    percent / 100,
                    SOURCE,
                    detail,
                )
            )
        return evidence

    def _matches(self, words: list[str], covered: bool) -> tuple[list[Match], bool]:
        """Return what is found, longest first from the left, and whether a negation is there."""
        longest, root = self._index.longest, self._index.root
        matches: list[Match] = []
        cues = False
        after = 0
        for at, word in enumerate(words):
            if word not in root or at < after or not (covered or not word[0].isalnum()):
                continue
            found = longest(words, at)
            if found is None:
                continue
            after, node = found
            entry, modifier = node.entry, node.modifier
            if modifier is not None:
                if entry is not None and modifier.kind != INTENSITY:
                    modifier = None
                elif modifier.kind in CUES:
                    cues = True
            matches.append(Match(at, after, entry, modifier))
        # `terribly` is a term by itself and an intensity before another one.
        for earlier, later in zip(matches[-2::-1], matches[:0:-1], strict=True):
            if earlier.entry is not None and earlier.modifier is not None:
                if later.begin == earlier.end and (
                    later.entry is not None or later.modifier is not None
                ):
                    earlier.entry = None
                else:
                    earlier.modifier = None
        return matches, cues

    def _negations(self, words: list[str], matches: list[Match], at: int) -> list[Match]:
        """Return the negations that reach a term; none where they cancel."""
        rules = self._rules
        begin = matches[at].begin
        found: list[Match] = []
        cancelling, concord = 0, False
        later = begin
        for match in reversed(matches[:at]):
            if begin - match.end > self._reach or not rules.reaches(words, match.end, later):
                break
            later = match.end
            modifier = match.modifier
            if match.entry is not None:
                if not rules.joins(words, match.end, begin):
                    break
            elif modifier is not None and modifier.kind in CUES:
                if modifier.kind == DEGREE and self._is_compared(words, match, matches[at]):
                    continue
                found.append(match)
                if modifier.kind == CONCORD:
                    concord = True
                else:
                    cancelling += 1
        return found if concord or cancelling % 2 else []

    def _is_compared(self, words: list[str], cue: Match, term: Match) -> bool:
        if term.entry is not None and term.entry.graded:
            return True
        return any(word in self._rules.comparisons for word in words[cue.end : term.begin])

    def _intensity(
        self, words: list[str], matches: list[Match], at: int
    ) -> tuple[int, list[Match]]:
        """Return a term's intensity in percent and the modifiers right before it."""
        percent = 100
        found: list[Match] = []
        begin = matches[at].begin
        for match in reversed(matches[:at]):
            modifier = match.modifier
            if match.end != begin or modifier is None or modifier.kind != INTENSITY:
                break
            percent = percent * modifier.percent // 100
            begin = match.begin
            found.append(match)
        return percent, found

    def _is_emphatic(
        self,
        text: str,
        begin: int,
        end: int,
        words: list[str],
        spans: list[Span],
        folded: Folded,
        match: Match,
    ) -> bool:
        """Tell whether a term is in capitals in a text that is not, lengthened, or before `!`."""
        if match.end < len(words) and words[match.end][0] == "!":
            return True
        written = text[begin:end]
        if written.isupper() and len(written) > 2 and not text.isupper():
            return True
        if match.end - match.begin > 1:
            return False
        first, last = spans[match.begin]
        return last - first > len(words[match.begin]) and "-" not in folded.text[first:last]


def _cue(rule: str, text: str, spans: list[Span], folded: Folded, match: Match) -> dict[str, Any]:
    begin, end = folded.original(spans[match.begin][0], spans[match.end - 1][1])
    return {"rule": rule, "begin": begin, "end": end, "text": text[begin:end]}


def _why_nothing(text: str, evidence: list[Evidence]) -> str:
    if not text.strip():
        return "The text is empty."
    if evidence:
        return "All terms found in the text are negated."
    return "The text holds no term of the vocabulary."


def _model_version(ontology: Ontology) -> str:
    """Return a version that changes with the vocabulary, the rule tables or the code."""
    digest = hashlib.sha256()
    for term in ontology.terms:
        digest.update(
            f"{term.term}\t{term.lang}\t{term.pos}\t{term.concept}\t{term.score}\t"
            f"{term.weight}\n".encode()
        )
    for table in sorted(Path(__file__).parent.glob("*.tsv")):
        digest.update(table.read_bytes())
    return f"lexicon-{RULES_VERSION}-{digest.hexdigest()[:12]}"
