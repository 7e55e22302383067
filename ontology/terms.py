"""The accepted vocabulary, `terms.tsv`: one row a term-concept pair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

from .errors import SourceError, ToneError
from .files import write_atomically

COLUMNS = (
    "term",
    "lang",
    "pos",
    "concept",
    "score",
    "margin",
    "runner_up",
    "weight",
    "source",
    "evidence",
    "status",
    "reviewer",
    "date",
)
SEPARATOR = " | "
"""Between several values in one field."""

_CONFLICT = ("<<<<<<< ", ">>>>>>> ")
_ESCAPES = {"\\t": "\t", "\\n": "\n", "\\\\": "\\"}
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Term:
    """One way to express a concept, with the evidence for it.

    `score` is how strongly the term expresses the concept, `margin` how far it lies above
    `runner_up`, both in [0, 1]; `weight` in (0, 1] is below 1 for words that carry the emotion
    only in some uses. `date` is an xsd:dateTime.
    """

    term: str
    lang: str
    pos: str
    concept: str
    score: Decimal | None
    margin: Decimal | None
    runner_up: str
    weight: Decimal
    source: tuple[str, ...]
    evidence: tuple[str, ...]
    status: str
    reviewer: tuple[str, ...]
    date: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells one row from another, and the order of the file."""
        return (self.term, self.lang, self.pos, self.concept)


def escape(value: str) -> str:
    r"""Return a value as one field: backslash, tab and newline become `\\`, `\t` and `\n`."""
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def unescape(field: str) -> str:
    """Return the value of a field; raise `ValueError` on an escape that does not exist."""
    if "\\" not in field:
        return field

    def replace(match: re.Match[str]) -> str:
        try:
            return _ESCAPES[match[0]]
        except KeyError:
            raise ValueError(f"unknown escape {match[0]!r}; use \\t, \\n or \\\\") from None

    return _ESCAPED.sub(replace, field)


def read_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, values) of a table in TONE's TSV form.

    The form: UTF-8, LF, a header with exactly `columns`, no quoting, escapes as `escape` makes.

    Raises:
        SourceError: the file is missing, not UTF-8, or a row breaks the form.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from None
    lines = data.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    for number, raw in enumerate(lines, start=1):
        try:
            fields = raw.decode("utf-8").split("\t")
        except UnicodeDecodeError as error:
            raise SourceError(path, number, f"not UTF-8 at byte {error.start}") from None
        if fields[0].startswith(_CONFLICT):
            problem = "two versions that git could not merge: keep what is right of both"
            raise SourceError(path, number, problem)
        if number == 1:
            if raw.endswith(b"\r"):
                raise SourceError(path, 1, "its lines end in CR and LF; save it with LF alone")
            if fields != list(columns):
                raise SourceError(path, 1, f"the header must be: {' '.join(columns)}")
            continue
        if len(fields) != len(columns):
            raise SourceError(
                path, number, f"{len(fields)} fields where {len(columns)} are expected"
            )
        try:
            yield number, [unescape(field) for field in fields]
        except ValueError as error:
            raise SourceError(path, number, str(error)) from None
    if not lines:
        raise SourceError(path, 1, f"empty; the header must be: {' '.join(columns)}")


def _number(path: Path, line: int, name: str, value: str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise SourceError(path, line, f"{name} {value!r} is not a decimal number") from None
    if not number.is_finite() or not 0 <= number <= 1:
        raise SourceError(path, line, f"{name} {value} is not between 0 and 1")
    return number


def _values(field: str) -> tuple[str, ...]:
    return tuple(field.split(SEPARATOR)) if field else ()


def read_terms(path: Path) -> tuple[Term, ...]:
    """Return the terms of a `terms.tsv`, in its order.

    Raises:
        SourceError: the file is missing or a row breaks the format, repeats a key or holds a
            number outside [0, 1]; whether its concept exists is checked by `tone check`.
    """
    terms = []
    seen: dict[tuple[str, str, str, str], int] = {}
    for line, row in read_rows(path, COLUMNS):
        fields = dict(zip(COLUMNS, row, strict=True))
        for name in ("term", "lang", "pos", "concept", "weight"):
            if not fields[name].strip():
                raise SourceError(path, line, f"{name} is empty")
        weight = _number(path, line, "weight", fields["weight"])
        if weight == 0:
            raise SourceError(path, line, "weight is 0; leave the row out instead")
        term = Term(
            term=fields["term"],
            lang=fields["lang"],
            pos=fields["pos"],
            concept=fields["concept"],
            score=_number(path, line, "score", fields["score"]) if fields["score"] else None,
            margin=_number(path, line, "margin", fields["margin"]) if fields["margin"] else None,
            runner_up=fields["runner_up"],
            weight=weight,
            source=_values(fields["source"]),
            evidence=_values(fields["evidence"]),
            status=fields["status"],
            reviewer=_values(fields["reviewer"]),
            date=fields["date"],
        )
        if term.key in seen:
            raise SourceError(path, line, f"repeats line {seen[term.key]}: {', '.join(term.key)}")
        seen[term.key] = line
        terms.append(term)
    return tuple(terms)


def _row(term: Term) -> str:
    values = (
        term.term,
        term.lang,
        term.pos,
        term.concept,
        "" if term.score is None else f"{term.score:.4f}",
        "" if term.margin is None else f"{term.margin:.4f}",
        term.runner_up,
        f"{term.weight.normalize():f}",
        SEPARATOR.join(term.source),
        SEPARATOR.join(term.evidence),
        term.status,
        SEPARATOR.join(term.reviewer),
        term.date,
    )
    return "\t".join(map(escape, values))


def write_terms(path: Path, terms: Iterable[Term]) -> None:
    """Write terms as a `terms.tsv`, sorted by key, replacing the file in one step.

    Raises:
        ToneError: two terms have one key; nothing is written.
    """
    write_atomically(path, terms_table(terms))


def terms_table(terms: Iterable[Term]) -> bytes:
    """Return terms as the bytes of a `terms.tsv`, sorted by key.

    Raises:
        ToneError: two terms have one key.
    """
    return keyed_table(COLUMNS, ((term.key, _row(term)) for term in terms), "rows")


def keyed_table(
    columns: Sequence[str], rows: Iterable[tuple[tuple[str, ...], str]], kind: str
) -> bytes:
    """Return rows as the bytes of a table in TONE's TSV form, sorted by key.

    Args:
        columns: the header.
        rows: the key and the line of each.
        kind: what messages call the rows.

    Raises:
        ToneError: two rows have one key.
    """
    ordered = sorted(rows)
    for (key, _), (following, _) in pairwise(ordered):
        if key == following:
            raise ToneError(f"two {kind} for {', '.join(key)}; keep one")
    lines = ["\t".join(columns), *(line for _, line in ordered), ""]
    return "\n".join(lines).encode("utf-8")
