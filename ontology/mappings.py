"""The crosswalks to other emotion schemes, `mappings.sssom.tsv` (SSSOM, https://w3id.org/sssom)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from .errors import SourceError
from .iris import TONE

NO_MATCH = "sssom:NoTermFound"
MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one label of another scheme relates to a concept.

    `predicate` is a SKOS mapping relation from the label to the concept (`broadMatch`: the
    concept is the broader one); `concept` is None where TONE holds none.
    """

    scheme: str
    label: str
    predicate: str
    concept: str | None
    justification: str
    author: str
    comment: str


def read_mappings(path: Path) -> tuple[Mapping, ...]:
    """Return the mappings of an SSSOM TSV file, in its order.

    Raises:
        SourceError: the file is missing, not UTF-8, lacks a column that is required, or a row
            names no known scheme label, SKOS match or TONE concept.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise SourceError(path, None, f"not UTF-8 at byte {error.start}") from None
    columns: list[str] | None = None
    schemes: dict[str, str] = {}
    mappings = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line:
            continue
        if line.startswith("#"):
            prefix, found, iri = line[1:].strip().partition(": ")
            iri = iri.strip().strip("\"'")
            if found and iri.startswith(TONE + "scheme/"):
                schemes[prefix] = iri.removeprefix(TONE + "scheme/").rstrip("/")
            continue
        fields = line.split("\t")
        if columns is None:
            columns = fields
            missing = [name for name in REQUIRED if name not in columns]
            if missing:
                raise SourceError(path, number, f"the header lacks {', '.join(missing)}")
            continue
        if len(fields) != len(columns):
            raise SourceError(
                path, number, f"{len(fields)} fields where {len(columns)} are expected"
            )
        row = dict(zip(columns, fields, strict=True))
        mappings.append(_mapping(path, number, row, schemes))
    if columns is None:
        raise SourceError(path, 1, f"no header; it must name at least {', '.join(REQUIRED)}")
    return tuple(mappings)


def _mapping(path: Path, line: int, row: dict[str, str], schemes: dict[str, str]) -> Mapping:
    prefix, _, label = row["subject_id"].partition(":")
    if prefix not in schemes or not label:
        raise SourceError(
            path,
            line,
            f"subject_id {row['subject_id']!r} is no label of a scheme in the curie_map",
        )
    match_prefix, _, predicate = row["predicate_id"].partition(":")
    if match_prefix != "skos" or predicate not in MATCHES:
        raise SourceError(
            path,
            line,
            f"predicate_id {row['predicate_id']!r} is none of skos:{', skos:'.join(MATCHES)}",
        )
    concept: str | None = None
    if row["object_id"] != NO_MATCH:
        object_prefix, _, concept = row["object_id"].partition(":")
        if object_prefix != "tone" or not concept:
            raise SourceError(
                path,
                line,
                f"object_id {row['object_id']!r} is neither a tone: concept nor {NO_MATCH}",
            )
    return Mapping(
        scheme=schemes[prefix],
        label=unquote(label),
        predicate=predicate,
        concept=concept,
        justification=row["mapping_justification"],
        author=row.get("author_label", ""),
        comment=row.get("comment", ""),
    )
