"""Reading GoEmotions as published: a table of texts, label numbers and comment ids.

Demszky et al. 2020, https://doi.org/10.18653/v1/2020.acl-main.372. The data is not part of TONE.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tone_kg.ontology import Ontology, SourceError

NEUTRAL = "Neutral"


@dataclass(frozen=True, slots=True)
class Example:
    """One text and the classes that count as right for it: primaries, or Neutral."""

    text: str
    gold: frozenset[str]


def primary_of_label(ontology: Ontology) -> dict[str, str]:
    """Return the class that each GoEmotions label counts as, by the ontology's mappings.

    A label whose concept lies in no primary, or that has no concept, counts as Neutral.
    """
    classes = {}
    for mapping in ontology.mappings:
        if mapping.scheme == "goemotions":
            primary = ontology.primary(mapping.concept) if mapping.concept else None
            classes[mapping.label] = primary or NEUTRAL
    return classes


def read_examples(path: Path, ontology: Ontology) -> list[Example]:
    """Return the examples of a GoEmotions file; `labels.txt` must stand beside it.

    Raises:
        SourceError: a file is missing, or a row does not have the data set's form.
    """
    try:
        labels = (path.parent / "labels.txt").read_text("utf-8").split()
        lines = path.read_text("utf-8").split("\n")
    except OSError as error:
        raise SourceError(error.filename, None, f"cannot be read ({error.strerror})") from None
    classes = primary_of_label(ontology)
    unmapped = [label for label in labels if label not in classes]
    if unmapped:
        raise SourceError(
            path.parent / "labels.txt", None, f"no mapping holds {', '.join(unmapped)}"
        )
    examples = []
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            text, numbers, _ = line.split("\t")
            gold = frozenset(classes[labels[int(each)]] for each in numbers.split(","))
        except (ValueError, IndexError):
            raise SourceError(
                path, number, "not a row of text, label numbers and comment id"
            ) from None
        examples.append(Example(text, gold))
    return examples
