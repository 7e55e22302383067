"""What the links answer, as JSON objects: the same for REST and the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..ontology.answers import Combined, NearProposal, Opposites, Step
from ..ontology.answers import combine as combine_emotions
from ..ontology.answers import opposites as opposites_of
from ..ontology.model import Link, Ontology
from ..ontology.paths import PathEdge
from ..ontology.paths import path as path_between
from .records import Record, brief, combination_link, link, number, opposite_link

INHERITED_HINT = " Broader emotions have one: ask for inherited links too."


def combine(
    ontology: Ontology, emotions: Sequence[str], proposals: Iterable[Link], inherited: bool
) -> Record:
    """Return where emotions lead together, with the links behind it; see `answers.combine`.

    `accepted` is false where there is no answer but the nearest proposal, or only one to a part
    of the question (`dead_ends`).
    """
    found = combine_emotions(ontology, emotions, proposals, inherited)
    message = _combined_text(ontology, found)
    if not (found.steps or inherited) and combine_emotions(ontology, emotions, (), True).steps:
        message += INHERITED_HINT
    return {
        "emotions": [brief(ontology, each) for each in found.emotions],
        "inherited": inherited,
        "accepted": bool(found.steps),
        "result": brief(ontology, found.result) if found.result else None,
        "score": number(found.score),
        "edges": [_step(ontology, each) for each in found.steps],
        "dead_ends": [
            {**_step(ontology, each.step), "reason": each.reason} for each in found.dead_ends
        ],
        "proposal": _near(ontology, found.proposal),
        "message": message,
    }


def opposite(
    ontology: Ontology, emotion: str, proposals: Iterable[Link], inherited: bool
) -> Record:
    """Return an emotion's opposites with the links behind them; see `answers.opposites`."""
    found = opposites_of(ontology, emotion, proposals, inherited)
    message = _opposites_text(ontology, found)
    if not (found.links or inherited) and opposites_of(ontology, emotion, (), True).links:
        message += INHERITED_HINT
    return {
        "emotion": brief(ontology, found.emotion),
        "inherited": inherited,
        "accepted": bool(found.links),
        "opposites": [opposite_link(ontology, each) for each in found.links],
        "proposal": _near(ontology, found.proposal),
        "message": message,
    }


def path(ontology: Ontology, start: str, end: str) -> Record:
    """Return the shortest explained path between two emotions; see `paths.path`."""
    found = path_between(ontology, start, end)
    ends = f"{_label(ontology, found.start)} and {_label(ontology, found.end)}"
    edges = found.edges or ()
    if found.edges is None:
        message = f"No path joins {ends}: they are in trees that no accepted link joins."
    else:
        message = _sentence("; ".join(each.text for each in edges) or f"{ends} are the same")
    return {
        "from": brief(ontology, found.start),
        "to": brief(ontology, found.end),
        "found": found.edges is not None,
        "length": None if found.edges is None else len(edges),
        "edges": [_path_edge(ontology, each) for each in edges],
        "message": message,
    }


def _step(ontology: Ontology, step: Step) -> Record:
    return {
        "emotions": [brief(ontology, each) for each in step.emotions],
        **combination_link(ontology, step.held),
        "text": _step_text(ontology, step),
    }


def _path_edge(ontology: Ontology, edge: PathEdge) -> Record:
    return {
        "from": brief(ontology, edge.start),
        "to": brief(ontology, edge.end),
        "kind": edge.kind,
        "text": edge.text,
        "link": link(edge.link) if edge.link else None,
    }


def _near(ontology: Ontology, near: NearProposal | None) -> Record | None:
    if near is None:
        return None
    return {
        **link(near.link),
        "accepted": False,
        "distance": near.distance,
        "emotions": [brief(ontology, each) for each in near.link.operands or (near.link.subject,)],
        "result": brief(ontology, near.link.targets[0]),
        "text": _proposal_text(ontology, near.link),
    }


def _combined_text(ontology: Ontology, found: Combined) -> str:
    if found.steps:
        return _sentence("; ".join(_step_text(ontology, each) for each in found.steps))
    asked = [_label(ontology, each) for each in found.emotions]
    told = f"No accepted combination of {', '.join(asked[:-1])} and {asked[-1]} is known."
    if found.dead_ends:
        known = "; ".join(_step_text(ontology, each.step) for each in found.dead_ends)
        told += f" Of two of them: {known}."
    return told + _proposal_sentence(ontology, found.proposal)


def _opposites_text(ontology: Ontology, found: Opposites) -> str:
    label = _label(ontology, found.emotion)
    if not found.links:
        told = f"No accepted opposite of {label} is known."
        return told + _proposal_sentence(ontology, found.proposal)
    names = " and ".join(_label(ontology, each.link.targets[0]) for each in found.links)
    source = found.links[0].inherited_from
    as_kind = f", as every {_label(ontology, source)} is" if source else ""
    return _sentence(f"{label} is the opposite of {names}{as_kind}")


def _step_text(ontology: Ontology, step: Step) -> str:
    one, other = (_label(ontology, each) for each in step.emotions)
    text = f"{one} and {other} together lead to {_label(ontology, step.result)}"
    if step.held.inherited_from:
        broader = " and ".join(_label(ontology, each) for each in step.held.link.operands)
        text += f", as {broader} do"
    return text


def _proposal_sentence(ontology: Ontology, near: NearProposal | None) -> str:
    if near is None:
        return ""
    steps = f", {near.distance} step{'' if near.distance == 1 else 's'} away in the tree"
    text = _proposal_text(ontology, near.link)
    return f" The nearest open proposal{steps if near.distance else ''}: {text}."


def _proposal_text(ontology: Ontology, link: Link) -> str:
    target = _label(ontology, link.targets[0])
    if link.operands:
        operands = " and ".join(_label(ontology, each) for each in link.operands)
        return f"{operands} together lead to {target}"
    return f"{_label(ontology, link.subject)} is the opposite of {target}"


def _label(ontology: Ontology, concept: str) -> str:
    return ontology.concepts[concept].label


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
