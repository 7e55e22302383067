"""How far reviewers agree, and on which items they do not.

For two reviewers Cohen's kappa (J. Cohen 1960, A coefficient of agreement for nominal scales,
Educational and Psychological Measurement 20); for more Krippendorff's alpha with nominal
distances (K. Krippendorff 2004, Content Analysis, 2nd edition, chapter 11). Both are computed by
nltk, over the items that at least two of the reviewers have decided. An adjudicator's word is no
verdict of a reviewer and does not count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ..ontology.errors import ToneError, UnknownName
from ..ontology.model import Ontology
from ..ontology.terms import SEPARATOR
from .decisions import ADJUDICATOR, REVIEWER, Decision
from .review_kind import OTHER, Item, ReviewKind
from .verdicts import REJECTED, Verdict, by_item, verdict

ACCEPTED = "accepted"
"""The level on which reviewers agree if all accept an item, whatever they make of it."""
OVERALL = "all"

Verdicts = dict[Item, dict[str, Verdict]]


@dataclass(frozen=True, slots=True)
class Figure:
    """Agreement on one thing in one part of what was reviewed.

    Attributes:
        part: `all`, or the part in which some verdict or the proposal lies: the primary of a
            concept, the kind of a link.
        level: what is the same where reviewers agree: the very choices, the parts in which these
            lie (`primary`), or only that the item is `accepted`.
        items: how many were decided by at least two reviewers.
        raw: the share of pairs of verdicts of one item that agree; None without items.
        coefficient: kappa or alpha; None where it is not defined: there are no items, or all
            verdicts are one and the same.
    """

    part: str
    level: str
    items: int
    raw: float | None
    coefficient: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far some reviewers agree; `pairs` has each two of them where there are more."""

    reviewers: tuple[str, ...]
    figures: tuple[Figure, ...]
    pairs: tuple[Agreement, ...]


def cohens_kappa(pairs: Collection[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa of two people's labels of each item; None where it is not defined."""
    if len({label for pair in pairs for label in pair}) < 2:
        return None
    triples = [(who, item, pair[who]) for item, pair in enumerate(pairs) for who in (0, 1)]
    kappa: float = _task(triples).kappa()
    return kappa


def krippendorffs_alpha(units: Iterable[Collection[str]]) -> float | None:
    """Return Krippendorff's nominal alpha of each item's labels; None where it is not defined.

    Labels are exchangeable between people; an item with fewer than two does not count.
    """
    pairable = [labels for labels in units if len(labels) > 1]
    if len({label for labels in pairable for label in labels}) < 2:
        return None
    triples = [
        (who, item, label)
        for item, labels in enumerate(pairable)
        for who, label in enumerate(labels)
    ]
    alpha: float = _task(triples).alpha()
    return alpha


def agreement(
    decisions: Iterable[Decision],
    kind: ReviewKind,
    ontology: Ontology,
    reviewers: Collection[str] = (),
) -> Agreement:
    """Return how far reviewers agree, overall and per part.

    Args:
        decisions: of any reviewers and roles.
        kind: what was reviewed.
        ontology: tells in which part a choice lies.
        reviewers: who counts; by default everybody.

    Raises:
        ToneError: a reviewer has decided nothing; there are no two reviewers who decided one item;
            or nltk is not installed.
    """
    items = by_item(decisions)
    known = {name for said in items.values() for role, name in said if role == REVIEWER}
    for name in reviewers:
        if name not in known:
            raise UnknownName("reviewer", name, sorted(known))
    verdicts = _verdicts(items, reviewers)
    names = sorted({name for said in verdicts.values() for name in said})
    if len(names) < 2:
        raise ToneError("no item is decided by two reviewers: there is no agreement to measure")
    pairs = [
        _measured(pair, shared, items, kind, ontology)
        for pair in combinations(names, 2)
        if len(names) > 2 and (shared := _shared(verdicts, pair))
    ]
    whole = _measured(names, verdicts, items, kind, ontology)
    return Agreement(whole.reviewers, whole.figures, tuple(pairs))


def differing(
    decisions: Iterable[Decision], reviewers: Collection[str] = ()
) -> dict[Item, dict[str, list[Decision]]]:
    """Return the items that need adjudication, with each reviewer's decisions.

    These are the items whose reviewers differ and that no adjudicator has decided.
    """
    items = by_item(decisions)
    return {
        item: {name: rows for (role, name), rows in sorted(items[item].items()) if role == REVIEWER}
        for item, said in sorted(_verdicts(items, reviewers).items())
        if len(set(said.values())) > 1 and not any(role == ADJUDICATOR for role, _ in items[item])
    }


def report_lines(agreement: Agreement) -> list[str]:
    """Return the figures as lines of Markdown tables, for people and for the documentation."""
    lines: list[str] = []
    for each in (agreement, *agreement.pairs):
        two = len(each.reviewers) == 2
        name = "Cohen's kappa" if two else "Krippendorff's alpha (nominal)"
        head = f"{name}: {', '.join(each.reviewers)}"
        lines += [*([""] if lines else []), head, ""]
        coefficient = "kappa" if two else "alpha"
        lines += [
            f"| part | on | items | agree, % | {coefficient} |",
            "| --- | --- | --- | --- | --- |",
        ]
        for figure in each.figures:
            raw = "" if figure.raw is None else f"{100 * figure.raw:.1f}"
            value = "undefined" if figure.coefficient is None else f"{figure.coefficient:.3f}"
            lines.append(f"| {figure.part} | {figure.level} | {figure.items:,} | {raw} | {value} |")
    return lines


def _verdicts(
    items: Mapping[Item, Mapping[tuple[str, str], list[Decision]]], reviewers: Collection[str]
) -> Verdicts:
    verdicts: Verdicts = {}
    for item, said in items.items():
        theirs = {
            name: verdict(rows)
            for (role, name), rows in said.items()
            if role == REVIEWER and (not reviewers or name in reviewers)
        }
        if len(theirs) > 1:
            verdicts[item] = theirs
    return verdicts


def _shared(verdicts: Verdicts, pair: tuple[str, str]) -> Verdicts:
    return {
        item: {name: said[name] for name in pair}
        for item, said in verdicts.items()
        if said.keys() >= set(pair)
    }


def _measured(
    names: Sequence[str],
    verdicts: Verdicts,
    items: Mapping[Item, Mapping[tuple[str, str], list[Decision]]],
    kind: ReviewKind,
    ontology: Ontology,
) -> Agreement:
    parts = {
        item: _parts([row for name in said for row in items[item][REVIEWER, name]], kind, ontology)
        for item, said in verdicts.items()
    }
    present = frozenset[str]().union(*parts.values())
    figures = []
    for part in (OVERALL, *kind.parts):
        if part == OTHER and OTHER not in present:
            continue
        within = [said for item, said in verdicts.items() if part in (OVERALL, *parts[item])]
        for level in kind.levels:
            units = [
                [_label(said[name], level, kind, ontology) for name in names if name in said]
                for said in within
            ]
            figures.append(_figure(part, level, units, len(names) == 2))
    return Agreement(tuple(names), tuple(figures), ())


def _figure(part: str, level: str, units: list[list[str]], two: bool) -> Figure:
    pairs = [pair for unit in units for pair in combinations(unit, 2)]
    raw = sum(one == other for one, other in pairs) / len(pairs) if pairs else None
    coefficient = cohens_kappa(pairs) if two else krippendorffs_alpha(units)
    return Figure(part, level, len(units), raw, coefficient)


def _label(verdict: Verdict, level: str, kind: ReviewKind, ontology: Ontology) -> str:
    if not verdict:
        return REJECTED
    if level == ACCEPTED:
        return ACCEPTED
    very = level == kind.choice_noun
    return SEPARATOR.join(
        sorted(verdict if very else {kind.part(each, ontology) for each in verdict})
    )


def _parts(rows: Iterable[Decision], kind: ReviewKind, ontology: Ontology) -> frozenset[str]:
    """Return the parts in which some verdict or the proposal of an item lies."""
    choices = {each for row in rows for each in (row.choice, kind.offered(row.item, row.proposed))}
    return frozenset(kind.part(each, ontology) for each in choices if each)


def _task(triples: list[tuple[int, int, str]]) -> Any:
    try:
        from nltk.metrics.agreement import AnnotationTask  # type: ignore[import-untyped]
    except ImportError as error:
        raise ToneError(
            f"{error.name} is needed to measure agreement: pip install 'tone-kg[vocab]'"
        ) from None
    return AnnotationTask(triples)
