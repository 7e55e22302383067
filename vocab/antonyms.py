"""Antonyms among the known terms, for links between the concepts that they express."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from ..ontology.files import write_atomically
from ..ontology.model import Ontology
from ..ontology.terms import escape
from .assignment import known_terms
from .senses import SenseJudge, unread
from .sources import Candidate

COLUMNS = ("term", "lang", "concept", "antonym", "antonym_concept", "source", "evidence")

Row = tuple[str, ...]
"""One of `COLUMNS`."""


def antonym_rows(
    ontology: Ontology,
    lang: str,
    antonyms: Sequence[Candidate],
    judge: SenseJudge,
    scope: Collection[str] | None = None,
) -> tuple[Row, ...]:
    """Return the antonyms that are themselves known terms of another concept, as `COLUMNS`.

    Args:
        ontology: concepts and accepted terms.
        lang: the language of the terms.
        antonyms: what sources offer.
        judge: tells which of their senses are about feeling; others do not count.
        scope: ids of the concepts to start from, all by default.

    Raises:
        ToneError: the model cannot be run.
    """
    concepts_of: dict[str, list[str]] = {}
    for concept, terms in known_terms(ontology, lang).items():
        for term in terms:
            concepts_of.setdefault(term.casefold(), []).append(concept)
    known = [each for each in antonyms if each.term.casefold() in concepts_of]
    judge.read(unread(known))
    rows = {
        (
            each.seed.term,
            each.lang,
            each.seed.concept,
            each.term,
            concept,
            each.source,
            each.evidence,
        )
        for each in judge.about_feeling(known)
        if each.seed and (scope is None or each.seed.concept in scope)
        for concept in concepts_of[each.term.casefold()]
        if concept != each.seed.concept
    }
    return tuple(sorted(rows))


def write_antonyms(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write antonym pairs as a table of `COLUMNS`, replacing the file in one step."""
    lines = ["\t".join(map(escape, row)) for row in (COLUMNS, *rows)]
    write_atomically(path, "\n".join([*lines, ""]).encode("utf-8"))
