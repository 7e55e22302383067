"""Reading texts whose right answers are known, in any of the layouts that can be measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ...ontology.concepts import PRIMARIES
from ...ontology.errors import SourceError
from ...ontology.model import Ontology
from ...ontology.terms import SEPARATOR
from ..mapping.answer import NEUTRAL
from . import goemotions
from .texts import is_held_out

CLASSES = (*PRIMARIES, NEUTRAL)
"""What a text is counted as; concepts of no primary count as Neutral."""

LABELS = "labels.txt"
SAME = ("exactMatch", "closeMatch")
"""Mappings by which a label names a concept, and not only a part of it or more than it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A text and what is right for it.

    `classes` are some of `CLASSES`; `concepts` ids, none where they are not known; `labels` those
    of GoEmotions. `group` is what the text is counted with, None where there are no groups.
    """

    text: str
    classes: tuple[str, ...]
    concepts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases in the order of their file, its name, and the labels that they may have."""

    name: str
    cases: tuple[Case, ...]
    labels: tuple[str, ...] = ()


def read_cases(path: Path, ontology: Ontology) -> Cases:
    """Return the cases of a file or of all tables (`*.tsv`) of a folder, by name.

    A table names its columns in the first line: `text`; `expected`, classes, or `concepts`, ids,
    none for a neutral text; with `expected` perhaps `concept`, ids too. Several values are joined
    by ` | `, other columns do not count, nothing is quoted. Each table is a group. A file without
    such a line has GoEmotions' layout, `labels.txt` beside it.

    Raises:
        SourceError: a file cannot be read, a row does not have the form or names a class or
            concept that there is not, or there are no texts.
    """
    paths = sorted(path.glob("*.tsv")) if path.is_dir() else [path]
    if not paths:
        raise SourceError(path, None, "holds no tables (*.tsv)")
    tables = {each: _lines(each) for each in paths}
    labels: tuple[str, ...] = ()
    if path.is_dir() or _columns(tables[path]):
        cases = [case for each in paths for case in _table(each, tables[each], ontology)]
    elif not (path.parent / LABELS).exists():
        raise SourceError(
            path,
            1,
            f"neither columns named text and expected or concepts, nor {LABELS} beside the file",
        )
    else:
        labels = tuple(goemotions.read_labels(path.parent, ontology))
        cases = list(_goemotions(path, labels, ontology))
    if not cases:
        raise SourceError(path, None, "holds no texts")
    return Cases(path.resolve().name, tuple(cases), labels)


def held_out(cases: Cases) -> Cases:
    """Return the cases of the fifth that is never trained on, by the hash of their texts.

    Raises:
        SourceError: there are none.
    """
    kept = tuple(case for case in cases.cases if is_held_out(case.text))
    if not kept:
        raise SourceError(cases.name, None, "holds no texts of the fifth that is held out")
    return replace(cases, name=f"{cases.name}, held out", cases=kept)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").split("\n")
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SourceError(path, None, "is not UTF-8") from None


def _columns(lines: list[str]) -> list[str]:
    """Return the names of a table's columns, none if its first line names no such columns."""
    columns = lines[0].split("\t")
    return columns if "text" in columns and {"expected", "concepts"} & {*columns} else []


def _table(path: Path, lines: list[str], ontology: Ontology) -> Iterator[Case]:
    columns = _columns(lines)
    if not columns:
        raise SourceError(path, 1, "the columns must be text, and expected or concepts")
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise SourceError(path, number, f"{len(cells)} columns, not {len(columns)}")
        row = dict(zip(columns, cells, strict=True))
        concepts = _values(row.get("concepts", row.get("concept", "")))
        unknown = [each for each in concepts if each not in ontology.concepts]
        if unknown:
            raise SourceError(path, number, f"there is no concept {unknown[0]!r}")
        if "expected" in row:
            classes = _values(row["expected"])
            wrong = [each for each in classes if each not in CLASSES]
            if wrong or not classes:
                known = ", ".join(CLASSES)
                raise SourceError(path, number, f"expected is none of {known}: {row['expected']!r}")
        else:
            classes = tuple(ontology.primary(each) or NEUTRAL for each in concepts) or (NEUTRAL,)
        yield Case(row["text"], tuple(dict.fromkeys(classes)), concepts, group=path.stem)


def _values(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(SEPARATOR)) if cell else ()


def _goemotions(path: Path, labels: tuple[str, ...], ontology: Ontology) -> Iterator[Case]:
    named = {
        each.label: each.concept
        for each in ontology.mappings
        if each.scheme == goemotions.SCHEME and each.predicate in SAME and each.concept
    }
    for example in goemotions.read_examples(path, ontology):
        own = tuple(labels[place] for place in example.labels)
        concepts = [named[each] for each in own if each in named]
        yield Case(
            example.text,
            tuple(each for each in CLASSES if each in example.gold),
            tuple(concepts) if len(own) == 1 else (),
            own,
        )
