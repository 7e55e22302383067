"""Links between emotions by name: how their ids are made and read, and the rules they keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .concepts import Evidence, Link
from .errors import ToneError
from .iris import TONE
from .model import Ontology
from .table_rules import concept_problem

OPPOSITE = "isOppositeOf"
COMPOSED = "isComposedOf"
LEADS_TO = "leadsTo"
KINDS = (OPPOSITE, COMPOSED, LEADS_TO)
"""The three kinds of dependency."""

NO_EVIDENCE = Evidence(None, "", "", (), ())

_KIND = re.compile(rf"[\s-]*\b({'|'.join(KINDS)})\b[\s-]*", re.IGNORECASE)
_KIND_OF = {kind.casefold(): kind for kind in KINDS}
_FORM = (
    "a link is written Joy-isOppositeOf-Sadness, Love-isComposedOf-Joy-Trust or"
    " AngerPlusJoy-leadsTo-Pride"
)


def combination_id(operands: Iterable[str]) -> str:
    """Return the id of the combination of some concepts, given by their ids."""
    return "Plus".join(sorted(operands))


def make_link(kind: str, left: Iterable[str], right: Iterable[str]) -> Link:
    """Return a link without evidence, its concepts in the order of the link's id.

    Args:
        kind: one of `KINDS`.
        left: ids of the operands of `leadsTo`, else of the one concept it is said of.
        right: ids of the opposite, the parts or the result.

    Opposites come in alphabetical order: a pair has one id, whichever is named first.
    """
    left, right = sorted(left), sorted(right)
    if kind == LEADS_TO:
        return Link(kind, combination_id(left), tuple(right), NO_EVIDENCE, tuple(left))
    if kind == OPPOSITE:
        left, right = sorted([left[0], right[0]])[:1], sorted([left[0], right[0]])[1:]
    return Link(kind, left[0], tuple(right), NO_EVIDENCE)


def read_link(text: str, ontology: Ontology) -> Link:
    """Return the link that a text names, without evidence.

    Args:
        text: a link's id or IRI, or the same with blanks and plus signs: `Anger + Joy leadsTo
            Pride`; concepts by id or label.
        ontology: holds the concepts.

    Raises:
        UnknownName: it names a concept that does not exist.
        ToneError: it is no link; whether one keeps the rules is for `link_problems`.
    """
    bare = text.strip().removeprefix(f"{TONE}link/")
    halves = _KIND.split(bare)
    if len(halves) != 3 or not (halves[0] and halves[2]):
        raise ToneError(f"{text!r} is no link: {_FORM}")
    kind = _KIND_OF[halves[1].casefold()]
    left = list(_operands(halves[0], ontology)) if kind == LEADS_TO else [halves[0]]
    right = re.split(r"\s*[-+]\s*", halves[2]) if kind == COMPOSED else [halves[2]]
    ids = [[ontology.concept(name).id for name in side] for side in (left, right)]
    return make_link(kind, *ids)


def _operands(text: str, ontology: Ontology) -> list[str]:
    parts = re.split(r"\s*\+\s*", text)
    if len(parts) > 1:
        return parts
    for match in re.finditer("Plus", text):
        names = [text[: match.start()], text[match.end() :]]
        if all(name in ontology.concepts for name in names):
            return names
    return text.split("Plus")


def link_problems(link: Link, ontology: Ontology) -> Iterator[str]:
    """Yield the rules that a link breaks by itself, whatever other links there are.

    Args:
        link: its concepts exist.
        ontology: the tree that they stand in.
    """
    named = {*link.targets, *(link.operands or [link.subject])}
    for concept in sorted(named):
        if problem := concept_problem(concept, ontology.concepts):
            yield problem
    if link.kind == OPPOSITE:
        yield from _opposite_problems(link, ontology)
    elif link.kind == COMPOSED:
        yield from _parts_problems("part", link.targets, "whole", link.subject, ontology)
    else:
        for result in link.targets:
            yield from _parts_problems("operand", link.operands, "result", result, ontology)
        if len(link.operands) > 2:
            yield f"{len(link.operands)} operands; a combination has two"


def _opposite_problems(link: Link, ontology: Ontology) -> Iterator[str]:
    one, other = link.subject, link.targets[0]
    if one == other:
        yield f"{one} as its own opposite"
    for low, high in ((one, other), (other, one)):
        if high in ontology.path(low)[:-1]:
            yield f"{low} is a kind of {high}: opposites never lie along one branch"


def _parts_problems(
    name: str, parts: tuple[str, ...], whole_name: str, whole: str, ontology: Ontology
) -> Iterator[str]:
    if len(set(parts)) < len(parts):
        yield f"one {name} is named twice"
    if len(set(parts)) < 2:
        yield f"fewer than two different {name}s"
    for part in parts:
        if part == whole:
            yield f"the {name} {part} is the {whole_name} itself"
        elif whole in ontology.path(part):
            yield f"the {name} {part} is a kind of the {whole_name} {whole}"
        for other in parts:
            if part != other and other in ontology.path(part):
                yield f"the {name} {part} is a kind of the {name} {other}; keep one of them"
