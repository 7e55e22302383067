"""Reading texts whose concepts are known: tables of text, concepts and register.

Those we wrote ourselves are the `texts/*.tsv` of this package.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ...ontology.errors import SourceError
from ...ontology.model import Ontology
from ...ontology.terms import SEPARATOR

OWN = Path(__file__).parent / "texts"
"""The folder of our own texts."""

HEADER = ("text", "concepts", "register")


@dataclass(frozen=True, slots=True)
class ConceptText:
    """A text and the concepts that it expresses, best first; none for a neutral text.

    `register` is the kind of text, such as `diary`; `source` the name of the file it is from.
    """

    text: str
    concepts: tuple[str, ...]
    register: str
    source: str


def read_texts(folder: Path, ontology: Ontology) -> list[ConceptText]:
    """Return the texts of all `*.tsv` of a folder, files by name; a repeated text only once.

    Raises:
        SourceError: there is no file, a file cannot be read, or a row does not have the form or
            names a concept that the ontology lacks.
    """
    paths = sorted(folder.glob("*.tsv"))
    if not paths:
        raise SourceError(folder, None, "holds no tables of texts (*.tsv)")
    found: dict[str, ConceptText] = {}
    for path in paths:
        for each in _read_file(path, ontology):
            found.setdefault(each.text, each)
    return list(found.values())


def is_held_out(text: str) -> bool:
    """Return whether a text is of the fifth that is never trained on, by the hash of its UTF-8."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 5 == 0


def _read_file(path: Path, ontology: Ontology) -> list[ConceptText]:
    try:
        header, *lines = path.read_text("utf-8").split("\n")
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SourceError(path, None, "is not UTF-8") from None
    if tuple(header.split("\t")) != HEADER:
        raise SourceError(path, 1, f"the columns must be {', '.join(HEADER)}")
    texts = []
    for number, line in enumerate(lines, start=2):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) != len(HEADER):
            raise SourceError(path, number, f"{len(cells)} columns, not {len(HEADER)}")
        text, named, register = cells
        concepts = tuple(named.split(SEPARATOR)) if named else ()
        unknown = [each for each in concepts if each not in ontology.concepts]
        if unknown:
            raise SourceError(path, number, f"there is no concept {unknown[0]!r}")
        if not text.strip():
            raise SourceError(path, number, "the text is empty")
        texts.append(ConceptText(text, concepts, register, path.name))
    return texts
