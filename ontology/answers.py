"""What the links answer: where emotions lead when felt together, and what their opposites are.

An answer rests on accepted links alone. Where there is none, the nearest open proposal is told,
marked as one by the status of its link.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, takewhile
from math import prod

from .concepts import Link
from .errors import ToneError
from .inheritance import HeldLink, best_first, held_combinations, held_links
from .links import LEADS_TO, OPPOSITE
from .model import Ontology
from .table_rules import concept_problem

MOST = 3
"""How many emotions can be combined."""

Pair = tuple[str, str]


class WrongEmotions(ToneError):
    """Emotions that exist but of which this cannot be asked; `field` names the parameter."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field


@dataclass(frozen=True, slots=True)
class NearProposal:
    """An open proposal near to what was asked.

    `distance` counts the steps in the tree from the emotions that were asked about to those of
    the link, for all of them together: 0 where they are the same, 1 for a parent or child, 2 for
    a sibling.
    """

    link: Link
    distance: int


@dataclass(frozen=True, slots=True)
class Step:
    """Two emotions, in alphabetical order, and the combination that holds for them."""

    emotions: Pair
    held: HeldLink

    @property
    def result(self) -> str:
        """The id of the emotion that they lead to."""
        return self.held.link.targets[0]


@dataclass(frozen=True, slots=True)
class Dead:
    """A first step of three emotions from which none leads on; `reason` says why."""

    step: Step
    reason: str


@dataclass(frozen=True, slots=True)
class Combined:
    """Where two or three emotions lead together.

    Attributes:
        emotions: the ids of the emotions, in the order asked.
        steps: one for two emotions, two for three; empty where nothing accepted is known.
        dead_ends: for three emotions without steps: what is known of two of them, best first.
        proposal: the nearest open proposal where there are no steps, if any is near.
    """

    emotions: tuple[str, ...]
    steps: tuple[Step, ...]
    dead_ends: tuple[Dead, ...] = ()
    proposal: NearProposal | None = None

    @property
    def result(self) -> str | None:
        """The id of the emotion that all lead to, None if none is known."""
        return self.steps[-1].result if self.steps else None

    @property
    def score(self) -> Decimal | None:
        """The product of the steps' scores, in [0, 1]."""
        return _score(self.steps) if self.steps else None


@dataclass(frozen=True, slots=True)
class Opposites:
    """The opposites of an emotion: accepted ones, best first, else the nearest proposal."""

    emotion: str
    links: tuple[HeldLink, ...]
    proposal: NearProposal | None = None


def combine(
    ontology: Ontology,
    emotions: Sequence[str],
    proposals: Iterable[Link] = (),
    inherited: bool = False,
) -> Combined:
    """Return where emotions lead when they are felt together.

    Three emotions are chained: two lead to a fourth, that and the third one to the result. All
    orders are tried; the best product of scores wins, on a tie the links whose ids come first.

    Args:
        ontology: the knowledge.
        emotions: two or three, by id, IRI or label; none an ancestor of another.
        proposals: open ones, of which the nearest is told where nothing is accepted. Near means
            that each operand is in the same primary's tree, or under the same root, as one of the
            emotions; the fewest steps count, then the better score, then the id.
        inherited: whether combinations of broader emotions count where the emotions themselves
            have none; see `held_combinations`.

    Raises:
        UnknownName: there is no such emotion.
        WrongEmotions: there are too few or too many, or two that cannot be combined.

    Example:
        >>> from tone_kg.ontology import combine, load
        >>> combine(load(), ["joy", "surprise"]).result
        'Delight'
    """
    ids = tuple(ontology.concept(each).id for each in emotions)
    _check_emotions(ontology, ids)
    if len(ids) == 2:
        chains = [[step] for step in _steps(ontology, *ids, inherited)]
        dead_ends: list[Dead] = []
    else:
        chains, dead_ends = _chains(ontology, ids, inherited)
    if chains:
        best = min(chains, key=_best_chain_first)
        return Combined(ids, tuple(best))
    open_pairs = list(combinations(ids, 2))
    if dead_ends:
        dead_ends.sort(key=lambda each: _best_chain_first([each.step]))
        open_pairs = [
            (end.step.result, third)
            for end in dead_ends
            for third in ids
            if third not in end.step.emotions
            and _pair_problem(ontology, end.step.result, third) is None
        ] or open_pairs
    nearest = _nearest_combination(ontology, open_pairs, proposals)
    return Combined(ids, (), tuple(dead_ends), nearest)


def opposites(
    ontology: Ontology, emotion: str, proposals: Iterable[Link] = (), inherited: bool = False
) -> Opposites:
    """Return the opposites of an emotion.

    Args:
        ontology: the knowledge.
        emotion: an id, IRI or label.
        proposals: open ones, of which the nearest is told where no opposite is accepted: one of
            the emotion itself, else of the nearest in its tree; then the better score counts,
            then the id.
        inherited: whether those of the nearest broader emotion count where it has none itself.

    Raises:
        UnknownName: there is no such emotion.
        WrongEmotions: the emotion is deprecated.

    Example:
        >>> from tone_kg.ontology import load, opposites
        >>> [each.link.targets[0] for each in opposites(load(), "joy").links]
        ['Sadness']
    """
    found = ontology.concept(emotion).id
    if problem := concept_problem(found, ontology.concepts):
        raise WrongEmotions("emotion", problem)
    links = held_links(ontology, found, OPPOSITE, inherited)
    if links:
        return Opposites(found, tuple(sorted(links, key=lambda each: best_first(each.link))))
    near = []
    for link in proposals:
        if link.kind == OPPOSITE:
            sides = [_distance(ontology, found, each) for each in (link.subject, *link.targets)]
            near += [NearProposal(link, each) for each in sides if each is not None]
    return Opposites(found, (), _nearest(near))


def _check_emotions(ontology: Ontology, emotions: tuple[str, ...]) -> None:
    """Raise `WrongEmotions` unless emotions can be combined."""
    if not 2 <= len(emotions) <= MOST:
        number = "one emotion" if len(emotions) == 1 else f"{len(emotions)} emotions"
        raise WrongEmotions("emotions", f"{number} given; two or three can be combined")
    for each in emotions:
        if problem := concept_problem(each, ontology.concepts):
            raise WrongEmotions("emotions", problem)
    for pair in combinations(emotions, 2):
        if problem := _pair_problem(ontology, *pair):
            raise WrongEmotions("emotions", problem)


def _pair_problem(ontology: Ontology, one: str, other: str) -> str | None:
    """Return why two emotions cannot be felt as two."""
    if one == other:
        return f"{one} is named twice: two different emotions combine"
    for low, high in ((one, other), (other, one)):
        if high in ontology.path(low):
            return f"{low} is a kind of {high}: who feels it feels both already"
    return None


def _steps(ontology: Ontology, one: str, other: str, inherited: bool) -> list[Step]:
    pair = (min(one, other), max(one, other))
    return [Step(pair, held) for held in held_combinations(ontology, *pair, inherited)]


def _chains(
    ontology: Ontology, emotions: tuple[str, ...], inherited: bool
) -> tuple[list[list[Step]], list[Dead]]:
    """Return the chains of three emotions, and the first steps that lead no further."""
    chains, dead_ends = [], []
    for third in emotions:
        first = [each for each in emotions if each != third]
        for step in _steps(ontology, first[0], first[1], inherited):
            problem = _pair_problem(ontology, step.result, third)
            following = [] if problem else _steps(ontology, step.result, third, inherited)
            chains += [[step, each] for each in following]
            if not following:
                reason = problem or f"no accepted combination of {step.result} and {third}"
                dead_ends.append(Dead(step, reason))
    return chains, dead_ends


def _score(steps: Iterable[Step]) -> Decimal:
    return prod((each.held.link.evidence.score or Decimal(0) for each in steps), start=Decimal(1))


def _best_chain_first(steps: Sequence[Step]) -> tuple[object, ...]:
    return (
        -_score(steps),
        [each.held.link.id for each in steps],
        [each.emotions for each in steps],
    )


def _nearest_combination(
    ontology: Ontology, pairs: Iterable[Pair], proposals: Iterable[Link]
) -> NearProposal | None:
    pairs, near = list(pairs), []
    for link in proposals:
        if link.kind == LEADS_TO and len(link.operands) == 2:
            for pair in pairs:
                for operands in (link.operands, link.operands[::-1]):
                    found = [
                        _distance(ontology, *each) for each in zip(pair, operands, strict=True)
                    ]
                    steps = [each for each in found if each is not None]
                    if len(steps) == len(found):
                        near.append(NearProposal(link, sum(steps)))
    return _nearest(near)


def _nearest(near: Iterable[NearProposal]) -> NearProposal | None:
    return min(near, key=lambda each: (each.distance, best_first(each.link)), default=None)


def _distance(ontology: Ontology, one: str, other: str) -> int | None:
    """Return the steps between two concepts, up to the nearest that holds both and down again.

    None if they are in different trees: all emotions are emotions, which makes none near.
    """
    paths = ontology.path(one), ontology.path(other)
    shared = takewhile(lambda level: level[0] == level[1], zip(*paths, strict=False))
    common = sum(1 for _ in shared)
    return len(paths[0]) + len(paths[1]) - 2 * common if common else None
