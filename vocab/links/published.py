"""Links that publications state, `published-links.tsv`: cited data, entered by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...ontology.concepts import Link
from ...ontology.errors import SourceError, ToneError
from ...ontology.links import COMPOSED, LEADS_TO, OPPOSITE, link_problems, make_link, read_link
from ...ontology.model import Ontology
from ...ontology.terms import read_rows

FILE = "published-links.tsv"
COLUMNS = ("link", "relation", "source", "work", "statement")
RELATIONS = ("opposite", "mixture", "appraisal", "sequence")

STATED = 0.9
"""The score of one publication's statement; less than certain, for its concepts are its author's
and may differ from ours. Several are combined as a noisy-or."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a publication states: `source` is its IRI, `work` its reference."""

    link: Link
    relation: str
    source: str
    work: str
    statement: str


def read_published(path: Path, ontology: Ontology) -> tuple[Statement, ...]:
    """Return the statements of a `published-links.tsv`.

    Raises:
        SourceError: the file is missing or breaks its format, or names no concept.
    """
    if not path.exists():
        raise SourceError(path, None, "is missing: restore it from the repository (git checkout)")
    statements: list[Statement] = []
    seen: dict[tuple[str, str, str], int] = {}
    for line, row in read_rows(path, COLUMNS):
        name, relation, source, work, statement = row
        if relation not in RELATIONS:
            problem = f"the relation {relation!r} is none of {', '.join(RELATIONS)}"
            raise SourceError(path, line, problem)
        if not source or not work or not statement:
            raise SourceError(path, line, "source, work and statement must be filled in")
        try:
            link = read_link(name, ontology)
        except ToneError as error:
            raise SourceError(path, line, str(error)) from None
        if (link.kind == OPPOSITE) != (relation == "opposite"):
            raise SourceError(path, line, f"{link.id} is no link of the relation {relation!r}")
        key = (link.id, relation, source)
        if key in seen:
            raise SourceError(path, line, f"repeats line {seen[key]}")
        seen[key] = line
        statements.append(Statement(link, relation, source, work, statement))
    return tuple(statements)


def stated_links(statements: Iterable[Statement], ontology: Ontology) -> dict[str, list[Statement]]:
    """Return what supports each link, by its id, sources in order.

    A mixture says both what the whole is made of and what its parts lead to. Statements that the
    rules of links exclude (Plutchik's contempt is anger and disgust, here a kind of anger) are
    left out.
    """
    support: dict[str, list[Statement]] = {}
    for each in statements:
        links = [each.link]
        if each.relation == "mixture" and each.link.kind == COMPOSED:
            links.append(make_link(LEADS_TO, each.link.targets, [each.link.subject]))
        elif each.relation == "mixture" and each.link.kind == LEADS_TO:
            links.append(make_link(COMPOSED, each.link.targets, each.link.operands))
        for link in links:
            if next(link_problems(link, ontology), None) is None:
                support.setdefault(link.id, []).append(each)
    return {
        link: sorted(found, key=lambda each: (each.source, each.statement))
        for link, found in sorted(support.items())
    }


def published_score(sources: int) -> float:
    """Return the score of a link that so many publications state: 1 - (1 - 0.9)^n."""
    return 1 - (1 - STATED) ** sources
