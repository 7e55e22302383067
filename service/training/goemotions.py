"""Reading GoEmotions as published: a table of texts, label numbers and comment ids.

Demszky et al. 2020, https://doi.org/10.18653/v1/2020.acl-main.372. The data is not part of TONE.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...ontology.errors import SourceError
from ...ontology.model import Ontology
from ..mapping.answer import NEUTRAL

__all__ = ["NEUTRAL", "Example", "primary_of_label", "read_examples", "read_labels"]

SCHEME = "goemotions"
"""The scheme of `ontology/mappings.sssom.tsv` that holds the labels."""


@dataclass(frozen=True, slots=True)
class Example:
    """One text, the classes that count as right for it (primaries, or Neutral), and its labels.

    `labels` are places in `labels.txt`, from 0, in rising order.
    """

    text: str
    gold: frozenset[str]
    labels: tuple[int, ...]


def primary_of_label(ontology: Ontology) -> dict[str, str]:
    """Return the class that each GoEmotions label counts as, by the ontology's mappings.

    A label whose concept lies in no primary, or that has no concept, counts as Neutral.
    """
    classes = {}
    for mapping in ontology.mappings:
        if mapping.scheme == SCHEME:
            primary = ontology.primary(mapping.concept) if mapping.concept else None
            classes[mapping.label] = primary or NEUTRAL
    return classes


def read_labels(folder: Path, ontology: Ontology) -> list[str]:
    """Return the labels of a folder's `labels.txt`, one a line, in their order.

    Raises:
        SourceError: the file is missing or empty, repeats a label, or holds one that the
            ontology's mappings don't.
    """
    path = folder / "labels.txt"
    labels = _read(path).split()
    unmapped = sorted(set(labels) - primary_of_label(ontology).keys())
    if unmapped:
        raise SourceError(path, None, f"no mapping holds {', '.join(unmapped)}")
    if not labels or len(labels) != len(set(labels)):
        raise SourceError(path, None, "repeats a label" if labels else "holds no label")
    return labels


def read_examples(path: Path, ontology: Ontology) -> list[Example]:
    """Return the examples of a GoEmotions file; `labels.txt` must stand beside it.

    Raises:
        SourceError: a file is missing, or a row does not have the data set's form.
    """
    labels = read_labels(path.parent, ontology)
    classes = primary_of_label(ontology)
    examples = []
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if not line:
            continue
        try:
            text, numbers, _ = line.split("\t")
            places = tuple(sorted({int(each) for each in numbers.split(",")}))
            if places[0] < 0:
                raise IndexError
            gold = frozenset(classes[labels[each]] for each in places)
        except (ValueError, IndexError):
            raise SourceError(
                path, number, "not a row of text, label numbers and comment id"
            ) from None
        examples.append(Example(text, gold, places))
    return examples


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SourceError(path, None, "is not UTF-8") from None
