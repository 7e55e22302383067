"""A table of the user's own as a source: a list of words, or an emotion lexicon they hold."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...ontology.errors import SourceError, ToneError, UnknownName
from ...ontology.model import Ontology
from ...ontology.table_rules import PARTS_OF_SPEECH
from ...ontology.term_text import LONGEST_TERM, without_invisible
from .base import Candidate, Seed
from .rows import find_column, read_table
from .text import sign_pos, vocabulary_pos

TERM_NAMES = ("term", "word")
"""What the column of the terms is called where no option names it."""
_OTHER_NAMES = {"pos": ("pos",), "category": ("category", "emotion"), "score": ("score",)}

_POS = {
    "a": "adjective",
    "adj": "adjective",
    "adv": "adverb",
    "n": "noun",
    "r": "adverb",
    "s": "adjective",
    "v": "verb",
    "interj": "interjection",
    **{each: each for each in PARTS_OF_SPEECH},
}
_LEMMA_WITH_POS = re.compile(r"(.+)#([a-z])")
"""How DepecheMood writes its terms: `afraid#a`."""
_MATCHES = ("exactMatch", "closeMatch", "broadMatch")
"""The matches under which what expresses the label expresses the concept too."""


@dataclass(frozen=True, slots=True)
class TableLayout:
    """Which column of a table holds what: each a name in the header or a number from 1.

    Attributes:
        term: by default the column called `term` or `word`, without a header the first.
        pos: the part of speech.
        category: the label of a concept or of `scheme`. Several, parted by commas, are columns
            that each stand for the category they are called and hold its score.
        score: a number; it only stands in the evidence.
        min_score: rows below are left out.
        scheme: the scheme of `ontology/mappings.sssom.tsv` that the categories belong to.
        concepts: the concepts of categories that are neither concepts nor the scheme's labels.
        header: whether the first row holds names; None: if a column is asked for by name, or the
            row has a cell `term` or `word`.
        delimiter: None: by the file's name, comma or semicolon for `.csv`, else tab.
        encoding: of the file.
    """

    term: str | None = None
    pos: str | None = None
    category: str | None = None
    score: str | None = None
    min_score: float | None = None
    scheme: str | None = None
    concepts: Mapping[str, str] = field(default_factory=dict)
    header: bool | None = None
    delimiter: str | None = None
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class _Columns:
    term: int
    pos: int | None
    score: int | None
    category: int | None
    wide: tuple[tuple[int, str], ...]


class Table:
    """A table of terms.

    `notes` says, for the user, what was left out or merged. Nothing of the table's content is
    kept anywhere but in the candidates.

    Args:
        path: a TSV or CSV file.
        lang: the language of its terms; emoji and emoticons are `und`.
        layout: which column holds what.
        ontology: whose concepts the categories name.

    Raises:
        MissingSource: the file is not there.
        SourceError: the table is empty, lacks a column, or a row breaks the layout.
        UnknownName: there is no such scheme or concept.
    """

    def __init__(self, path: Path, lang: str, layout: TableLayout, ontology: Ontology) -> None:
        self.name = f"table:{path.stem}"
        self.notes: list[str] = []
        self._path = path
        self._lang = lang
        self._layout = layout
        self._ontology = ontology
        self._labels: dict[str, str | None] = {}
        if layout.scheme:
            self._labels = _scheme_labels(ontology, layout.scheme)
        self._labels |= {
            category.casefold(): ontology.concept(concept).id
            for category, concept in layout.concepts.items()
        }
        self._candidates = self._read()

    def candidates(self, seeds: Sequence[Seed], depth: int) -> Iterator[Candidate]:
        """Yield the table's terms in its order, whatever the seeds; see `Source`."""
        yield from self._candidates

    def _read(self) -> list[Candidate]:
        found: dict[tuple[str, str, str], Candidate] = {}
        unknown: dict[str, None] = {}
        rows = merged = stems = 0
        columns: _Columns | None = None
        for line, row in read_table(self._path, self._layout.encoding, self._layout.delimiter):
            if columns is None:
                columns, is_header = self._columns(row)
                if is_header:
                    continue
            rows += 1
            term, pos = self._term(line, row, columns)
            if "*" in term and not sign_pos(term):
                stems += 1
                continue
            for category, score in self._categories(line, row, columns):
                minimum = self._layout.min_score
                if minimum is not None and (score is None or score < minimum):
                    continue
                concept = self._concept(line, category) if category else ""
                if concept is None:
                    unknown[category] = None
                    continue
                candidate = self._candidate(term, pos, category, concept, score)
                key = (candidate.term, candidate.pos, concept)
                if key in found:
                    merged += 1
                    earlier = found[key]
                    if candidate.evidence not in earlier.evidence.split("; "):
                        evidence = f"{earlier.evidence}; {candidate.evidence}"
                        found[key] = replace(earlier, evidence=evidence)
                else:
                    found[key] = candidate
        self._note(rows, merged, stems, list(unknown), bool(found))
        return list(found.values())

    def _columns(self, first: list[str]) -> tuple[_Columns, bool]:
        """Return the columns, and whether the first row is a header."""
        layout = self._layout
        names = [cell.strip().casefold() for cell in first]
        wanted = [layout.term, layout.pos, layout.score, *(layout.category or "").split(",")]
        is_header = layout.header
        if is_header is None:
            by_name = any(name and not name.strip().isdecimal() for name in wanted)
            is_header = by_name or any(name in names for name in TERM_NAMES)
        header = first if is_header else None

        def column(name: str | None, usual: Sequence[str]) -> int | None:
            if name:
                return find_column(self._path, header, name)
            if header is None:
                return None
            return next((names.index(each) for each in usual if each in names), None)

        term = column(layout.term, TERM_NAMES)
        wide: list[tuple[int, str]] = []
        category = None
        if layout.category and "," in layout.category:
            for name in layout.category.split(","):
                at = find_column(self._path, header, name.strip())
                wide.append((at, header[at].strip() if header else name.strip()))
        else:
            category = column(layout.category, _OTHER_NAMES["category"])
        if layout.min_score is not None and not (layout.score or wide):
            raise ToneError("a least score needs the column of the scores as well")
        pos, score = (
            column(getattr(layout, each), _OTHER_NAMES[each]) for each in ("pos", "score")
        )
        return _Columns(term or 0, pos, score, category, tuple(wide)), is_header

    def _cell(self, line: int, row: list[str], column: int) -> str:
        if column >= len(row):
            problem = f"{len(row)} columns where column {column + 1} is wanted"
            raise SourceError(self._path, line, f"{problem}; is another delimiter used?")
        return row[column].strip()

    def _term(self, line: int, row: list[str], columns: _Columns) -> tuple[str, str]:
        term = self._cell(line, row, columns.term)
        if "\n" in term or "\t" in term:
            raise SourceError(self._path, line, "a term goes over more than one line or cell")
        if len(term) > LONGEST_TERM:
            problem = f"a term of {len(term):,} characters; {LONGEST_TERM} is the most"
            raise SourceError(self._path, line, problem)
        term = unicodedata.normalize("NFC", " ".join(without_invisible(term).split()))
        pos = ""
        if columns.pos is not None:
            pos = _POS.get(self._cell(line, row, columns.pos).lower().rstrip("."), "")
        with_pos = _LEMMA_WITH_POS.fullmatch(term)
        if with_pos and with_pos[2] in _POS:
            term, pos = with_pos[1], _POS[with_pos[2]]
        if not term:
            raise SourceError(self._path, line, "the term is empty")
        return term, sign_pos(term) or vocabulary_pos(term, pos)

    def _categories(
        self, line: int, row: list[str], columns: _Columns
    ) -> Iterator[tuple[str, float | None]]:
        """Yield each category of a row with its score; an empty one where the table has none."""
        if columns.wide:
            for at, name in columns.wide:
                yield name, self._number(line, self._cell(line, row, at))
            return
        score = None
        if columns.score is not None:
            score = self._number(line, self._cell(line, row, columns.score))
        yield "" if columns.category is None else self._cell(line, row, columns.category), score

    def _number(self, line: int, written: str) -> float | None:
        if not written:
            return None
        try:
            number = float(written)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise SourceError(self._path, line, f"the score {written[:40]!r} is not a number")
        return number

    def _concept(self, line: int, category: str) -> str | None:
        """Return the id of the concept that a category stands for, None if none does."""
        mapped = self._labels.get(category.casefold(), category)
        if mapped is None:
            return None
        try:
            concept = self._ontology.concept(mapped)
        except UnknownName:
            return None
        if concept.deprecated:
            successor = " or ".join(concept.replaced_by) or "no other concept"
            problem = f"{category!r} is the deprecated concept {concept.id}: use {successor}"
            raise SourceError(self._path, line, problem)
        return concept.id

    def _candidate(
        self, term: str, pos: str, category: str, concept: str, score: float | None
    ) -> Candidate:
        said = [f"listed as {category}" if category else "listed"]
        if score is not None:
            said.append(f"score {score:g}")
        return Candidate(
            term=term,
            lang="und" if pos in ("emoji", "emoticon") else self._lang,
            pos=pos,
            relation="listed",
            seed=Seed("", "", concept) if concept else None,
            source=self.name,
            evidence=", ".join(said),
            distance=0,
        )

    def _note(self, rows: int, merged: int, stems: int, unknown: list[str], found: bool) -> None:
        if not rows:
            raise SourceError(self._path, 1, "holds no terms")
        notes = []
        if unknown:
            names = ", ".join(unknown[:10]) + (" ..." if len(unknown) > 10 else "")
            notes.append(f"left out, as they stand for no concept: {names}")
        if merged:
            notes.append(f"repeated rows merged: {merged:,}")
        if stems:
            notes.append(f"stems with * left out, as the vocabulary holds words: {stems:,}")
        if not found:
            why = "; ".join(notes) or "all lie below the least score"
            raise SourceError(self._path, None, f"no row is left to take terms from ({why})")
        self.notes = [f"{self._path}: {note}" for note in notes]


def _scheme_labels(ontology: Ontology, scheme: str) -> dict[str, str | None]:
    """Return the concept that each label of another scheme lies within, None where none does."""
    schemes = sorted({mapping.scheme for mapping in ontology.mappings})
    if scheme not in schemes:
        raise UnknownName("scheme", scheme, schemes)
    labels: dict[str, str | None] = {}
    for mapping in ontology.mappings:
        if mapping.scheme == scheme:
            concept = mapping.concept if mapping.predicate in _MATCHES else None
            label = mapping.label.casefold()
            labels[label] = labels.get(label) or concept
    return labels
