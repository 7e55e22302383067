"""The rules on the tables: the vocabulary and the crosswalks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from .concepts import Concept
from .errors import SourceError
from .findings import Finding
from .mappings import read_mappings
from .term_text import unprintable_character
from .terms import Term, read_terms

PARTS_OF_SPEECH = (
    "noun",
    "adjective",
    "verb",
    "adverb",
    "interjection",
    "phrase",
    "emoji",
    "emoticon",
)
"""The values of `pos`."""

DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})")
"""An xsd:dateTime with its time zone, as `date` holds it."""

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
"""A value of `lang`."""


def check_terms(path: Path, concepts: Mapping[str, Concept]) -> Iterator[Finding]:
    """Yield what breaks the rules in a `terms.tsv`, each with its line.

    Args:
        path: the table.
        concepts: the concepts of the ontology by id.
    """
    try:
        terms = read_terms(path)
    except SourceError as error:
        yield Finding(path.name, "terms", error.problem, str(path), error.line)
        return
    previous = None
    for line, term in enumerate(terms, start=2):
        for problem in _term_problems(term, concepts):
            message = f"{term.term!r} ({term.pos}), line {line}: {problem}"
            yield Finding(term.concept, "terms", message, str(path), line)
        if previous is not None and term.key < previous:
            message = f"{term.term!r}, line {line}: not sorted by term, lang, pos and concept"
            yield Finding(term.concept, "terms-order", message, str(path), line)
        previous = term.key


def _term_problems(term: Term, concepts: Mapping[str, Concept]) -> Iterator[str]:
    if problem := concept_problem(term.concept, concepts):
        yield problem
    if term.runner_up and term.runner_up not in concepts:
        yield f"the runner-up {term.runner_up} does not exist"
    if term.pos not in PARTS_OF_SPEECH:
        yield f"pos is none of {', '.join(PARTS_OF_SPEECH)}"
    if not LANGUAGE_TAG.fullmatch(term.lang):
        yield f"lang {term.lang!r} is no language tag"
    if term.term != " ".join(term.term.split()):
        yield "the term has blanks that say nothing"
    if control := unprintable_character(term.term):
        yield f"a control character in the term, U+{ord(control):04X}"
    if term.score is None:
        yield "no score"
    for name, value in (("score", term.score), ("margin", term.margin), ("weight", term.weight)):
        if value is not None and round(value, 4) != value:
            yield f"{name} {value} has more than four places"
    if term.status != "accepted":
        yield f"the status is {term.status or 'missing'!r}; only accepted terms belong here"
    if not any(term.reviewer):
        yield "no reviewer"
    if not any(term.source):
        yield "no source"
    if not DATE_TIME.fullmatch(term.date):
        yield f"date {term.date!r} is no xsd:dateTime with a time zone"


def check_mappings(path: Path, concepts: Mapping[str, Concept]) -> Iterator[Finding]:
    """Yield what breaks the rules in a `mappings.sssom.tsv`.

    Args:
        path: the table.
        concepts: the concepts of the ontology by id.
    """
    try:
        mappings = read_mappings(path)
    except SourceError as error:
        yield Finding(path.name, "mappings", error.problem, str(path), error.line)
        return
    seen: dict[tuple[str, str], set[str | None]] = {}
    for mapping in mappings:
        label = f"{mapping.scheme}:{mapping.label}"
        subject = mapping.concept or label

        def finding(problem: str, subject: str = subject, label: str = label) -> Finding:
            return Finding(subject, "mappings", f"{label}: {problem}", str(path))

        known = seen.setdefault((mapping.scheme, mapping.label), set())
        if mapping.concept in known:
            yield finding("mapped twice to the same concept")
        known.add(mapping.concept)
        if len(known) > 1 and None in known:
            yield finding("mapped both to a concept and to none")
        if mapping.concept and (problem := concept_problem(mapping.concept, concepts)):
            yield finding(problem)
        if not mapping.justification.startswith("semapv:"):
            yield finding(f"the justification {mapping.justification!r} is no semapv: term")


def concept_problem(concept: str, concepts: Mapping[str, Concept]) -> str | None:
    """Return why nothing can be given to a concept, None if it can."""
    if concept not in concepts:
        return f"the concept {concept} does not exist"
    if concepts[concept].deprecated:
        successors = ", ".join(concepts[concept].replaced_by) or "its successor"
        return f"the concept {concept} is deprecated; use {successors}"
    return None
