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
    "a link is written Joy-isOppositeOf-Sadness, Delight-isComposedOf-Joy-Surprise or"
    " JoyPlusSurprise-leadsTo-Delight"
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
        text: a link's id or IRI, or the same with blanks and plus signs: `Joy + Surprise
            leadsTo Delight`; concepts by id or label.
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
    """Yield the rules that a link breaks by itself; `joint_problems` has those of links together.

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


def joint_problems(links: Iterable[Link], ontology: Ontology) -> Iterator[tuple[Link, str]]:
    """Yield the rules that links break together, each with every link that has a part in it.

    Args:
        links: all that are to be stated; their concepts exist.
        ontology: the tree that they stand in.
    """
    import networkx as nx

    links = sorted(links, key=lambda link: link.id)
    results: dict[str, list[str]] = {}
    parts: nx.DiGraph[str] = nx.DiGraph()
    for link in links:
        if link.kind == LEADS_TO:
            results.setdefault(link.subject, []).extend(link.targets)
        elif link.kind == COMPOSED:
            parts.add_edges_from((link.subject, part) for part in _other_parts(link, ontology))
    circles = {
        concept: circle
        for circle in nx.strongly_connected_components(parts)
        if len(circle) > 1
        for concept in circle
    }
    for link in links:
        if link.kind == LEADS_TO and len(set(results[link.subject])) > 1:
            several = " and to ".join(sorted(set(results[link.subject])))
            yield link, f"{link.subject} leads to {several}; a combination has one result"
        circle = circles.get(link.subject, set())
        if link.kind == COMPOSED and circle.intersection(_other_parts(link, ontology)):
            yield link, f"{', '.join(sorted(circle))} are composed of each other, in a circle"


def _other_parts(link: Link, ontology: Ontology) -> list[str]:
    """Return the parts of a composition that are no ancestor of the whole, nor the whole."""
    return [part for part in link.targets if part not in ontology.path(link.subject)]


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
