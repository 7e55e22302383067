"""What the links answer in Python: combinations, opposites and paths."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_links import links, small_linked, small_proposals
from tone_kg.ontology import UnknownName, WrongEmotions, combine, load, opposites, path
from tone_kg.ontology.answers import Combined, NearProposal
from tone_kg.ontology.model import Ontology

# Where two emotions lead.


def used(answer: Combined) -> list[str]:
    """The ids of the links behind an answer."""
    return [each.held.link.id for each in answer.steps]


def near(found: NearProposal | None) -> tuple[str, int]:
    """What is proposed, and how far away it is."""
    assert found is not None
    assert found.link.evidence.status == "proposed"
    return found.link.id, found.distance


@pytest.mark.parametrize(
    "emotions", [("Joy", "Surprise"), ("surprise", "tone:Joy"), (" JOY ", "surprise")]
)
def test_two_emotions_lead_to_a_third_whatever_their_order(emotions: tuple[str, str]) -> None:
    answer = combine(load(), emotions)
    assert (answer.result, str(answer.score)) == ("Delight", "0.9285")
    (step,) = answer.steps
    assert step.emotions == ("Joy", "Surprise")
    assert step.held.link.iri == "https://w3id.org/tone/link/JoyPlusSurprise-leadsTo-Delight"
    assert step.held.link.evidence.sources == ("urn:isbn:9780060452353",)
    assert step.held.inherited_from is None


def test_combinations_of_broader_emotions_count_only_when_asked_for() -> None:
    assert combine(small_linked(), ["Bliss", "Rage"]).steps == ()
    answer = combine(small_linked(), ["Bliss", "Rage"], inherited=True)
    assert answer.result == "Pride"
    assert answer.steps[0].emotions == ("Bliss", "Rage")
    assert answer.steps[0].held.inherited_from == "AngerPlusJoy"


def test_the_nearest_broader_emotions_count() -> None:
    def leads(*emotions: str) -> str | None:
        return combine(small_linked(), emotions, inherited=True).result

    assert leads("Disgust", "Grief") == "Remorse", "not Envy, of anger and sadness"
    assert leads("Fear", "Joy") == "Guilt", "its own, not one of cheerfulness"
    assert leads("Fear", "Amusement") == "Relief", "of cheerfulness, which is nearer than joy"


def test_of_equally_near_combinations_the_better_score_counts_then_the_id() -> None:
    def leads(one: str, other: str) -> str | None:
        rows = f"FearPlusCheerfulness-leadsTo-Awe {one} | HorrorPlusJoy-leadsTo-Relief {other}"
        stated = replace(small_linked(), links=links(rows, "accepted"))
        return combine(stated, ["Bliss", "Panic"], inherited=True).result

    assert leads("0.5", "0.9") == "Relief"
    assert leads("0.9", "0.5") == "Awe"
    assert leads("0.5", "0.5") == "Awe", "CheerfulnessPlusFear comes before HorrorPlusJoy"


CONCEPTS = st.sampled_from(sorted(small_linked().concepts))


@given(CONCEPTS, CONCEPTS)
def test_an_inherited_combination_is_one_of_the_emotions_or_their_ancestors(
    one: str, other: str
) -> None:
    ontology = small_linked()
    try:
        answer = combine(ontology, [one, other], inherited=True)
    except WrongEmotions:
        assert one in ontology.path(other) or other in ontology.path(one)
        return
    assert used(combine(ontology, [other, one], inherited=True)) == used(answer)
    fitting = [
        {first, second}
        for first in ontology.path(one)
        for second in ontology.path(other)
        if any({first, second} == set(link.operands) for link in ontology.links)
    ]
    assert bool(answer.steps) == bool(fitting)
    for step in answer.steps:
        assert set(step.held.link.operands) in fitting


# Three emotions.


def test_three_emotions_are_chained_and_the_best_product_wins() -> None:
    answer = combine(small_linked(), ["Trust", "Fear", "Joy"])
    # joy + trust -> love, + fear -> jealousy: 0.9 * 0.5; fear + trust first: 0.8 * 0.6.
    assert used(answer) == ["FearPlusTrust-leadsTo-Submission", "JoyPlusSubmission-leadsTo-Awe"]
    assert answer.steps[1].emotions == ("Joy", "Submission")
    assert (answer.result, str(answer.score)) == ("Awe", "0.48")
    for emotions in (["Joy", "Fear", "Trust"], ["Fear", "Trust", "Joy"]):
        assert combine(small_linked(), emotions).steps == answer.steps


def test_of_equally_good_chains_the_first_by_its_links_wins() -> None:
    rows = """JoyPlusTrust-leadsTo-Love 0.5 | FearPlusLove-leadsTo-Jealousy 0.8
    FearPlusTrust-leadsTo-Submission 0.8 | JoyPlusSubmission-leadsTo-Awe 0.5"""
    tied = replace(small_linked(), links=links(rows, "accepted"))
    assert combine(tied, ["Joy", "Trust", "Fear"]).result == "Awe"


def test_a_chain_that_leads_no_further_says_what_was_found() -> None:
    answer = combine(small_linked(), ["Joy", "Boredom", "Trust"])
    assert (answer.result, answer.steps, answer.score) == (None, (), None)
    (end,) = answer.dead_ends
    assert end.step.result == "Love"
    assert end.reason == "no accepted combination of Love and Boredom"


def test_a_result_that_is_a_kind_of_the_third_emotion_leads_no_further() -> None:
    rows = "AngerPlusTrust-leadsTo-Amusement 0.9"
    ontology = replace(small_linked(), links=links(rows, "accepted"))
    (end,) = combine(ontology, ["Anger", "Trust", "Joy"]).dead_ends
    assert end.reason == "Amusement is a kind of Joy: who feels it feels both already"


# Where nothing is accepted.


def test_the_proposal_for_the_very_emotions_is_told_and_marked() -> None:
    answer = combine(small_linked(), ["Fear", "Boredom"], small_proposals())
    assert answer.steps == ()
    assert near(answer.proposal) == ("BoredomPlusFear-leadsTo-Confusion", 0)
    assert combine(small_linked(), ["Joy", "Trust"], small_proposals()).proposal is None


def test_else_the_nearest_proposal_in_the_tree_is_told() -> None:
    def nearest(*emotions: str) -> NearProposal | None:
        return combine(small_linked(), emotions, small_proposals()).proposal

    assert near(nearest("Boredom", "Nervousness")) == ("BoredomPlusFear-leadsTo-Confusion", 1)
    assert near(nearest("Boredom", "Terror")) == ("BoredomPlusPanic-leadsTo-Dread", 2)
    assert near(nearest("Boredom", "Horror")) == ("BoredomPlusPanic-leadsTo-Dread", 1), "by score"


def test_for_three_emotions_the_proposal_is_for_the_step_that_is_missing() -> None:
    rows = "FearPlusTrust-leadsTo-Panic 0.9"
    ontology = replace(small_linked(), links=links(rows, "accepted"))
    answer = combine(ontology, ["Fear", "Trust", "Boredom"], small_proposals())
    assert [each.step.result for each in answer.dead_ends] == ["Panic"]
    assert near(answer.proposal) == ("BoredomPlusPanic-leadsTo-Dread", 0)


def test_nothing_is_proposed_across_trees() -> None:
    assert combine(small_linked(), ["Curiosity", "Trust"], small_proposals()).proposal is None


@pytest.mark.parametrize(
    ("emotions", "problem"),
    [
        ([], "0 emotions given; two or three can be combined"),
        (["Joy"], "one emotion given"),
        (["Joy", "Trust", "Fear", "Anger"], "4 emotions given"),
        (["Joy", "joy"], "Joy is named twice"),
        (["Joy", "Bliss"], "Bliss is a kind of Joy"),
        (["Bliss", "Anger", "Joy"], "Bliss is a kind of Joy"),
    ],
)
def test_what_cannot_be_combined(emotions: list[str], problem: str) -> None:
    with pytest.raises(WrongEmotions, match=problem) as caught:
        combine(small_linked(), emotions)
    assert caught.value.field == "emotions"


def test_unknown_emotions_are_told_their_neighbours() -> None:
    for ask in (combine, opposites):
        with pytest.raises(UnknownName, match="unknown concept 'Greif'; did you mean Grief"):
            ask(load(), ["Greif", "Joy"] if ask is combine else "Greif")  # type: ignore[operator]
    with pytest.raises(UnknownName, match="did you mean Grief"):
        path(load(), "Joy", "Greif")


def deprecated() -> Ontology:
    """The ontology without glee, which bliss replaces."""
    concepts = dict(small_linked().concepts)
    concepts["Glee"] = replace(
        concepts["Glee"], deprecated=True, replaced_by=("Bliss",), parent=None
    )
    return replace(small_linked(), concepts=concepts)


def test_deprecated_emotions_are_refused_with_their_successor() -> None:
    problem = "Glee is deprecated; use Bliss"
    for field, ask in (
        ("emotions", lambda: combine(deprecated(), ["Glee", "Anger"])),
        ("emotion", lambda: opposites(deprecated(), "Glee")),
        ("from", lambda: path(deprecated(), "Glee", "Joy")),
        ("to", lambda: path(deprecated(), "Joy", "Glee")),
    ):
        with pytest.raises(WrongEmotions, match=problem) as caught:
            ask()
        assert caught.value.field == field


# Opposites.


def test_opposites_are_told_best_first() -> None:
    found = opposites(small_linked(), "hope").links
    assert [each.link.targets[0] for each in found] == ["Boredom", "Despair"]
    assert [each.link.targets for each in opposites(load(), "Joy").links] == [("Sadness",)]


def test_opposites_are_inherited_down_but_not_climbed_and_not_turned_round() -> None:
    def of(emotion: str, inherited: bool = True) -> list[tuple[str, str | None]]:
        found = opposites(small_linked(), emotion, inherited=inherited).links
        return [(each.link.targets[0], each.inherited_from) for each in found]

    assert of("Bliss", inherited=False) == []
    assert of("Bliss") == [("Sadness", "Joy")]
    assert of("Grief") == [("Joy", "Sadness")]
    assert of("Sadness") == [("Joy", None)], "bliss, which has it for an opposite, is not its own"
    assert of("Optimism") == [("Sadness", "Joy")], "those of hope, a kind of it, are not climbed"
    assert of("Hope") == [("Boredom", None), ("Despair", None)], "its own shadow those of joy"


def test_the_best_proposal_is_told_where_no_opposite_is_accepted() -> None:
    ontology = replace(small_linked(), links=links("Joy-isOppositeOf-Sadness 1", "accepted"))

    def proposal(emotion: str) -> NearProposal | None:
        return opposites(ontology, emotion, small_proposals()).proposal

    assert near(proposal("Boredom")) == ("Boredom-isOppositeOf-Interest", 0)
    assert near(proposal("Curiosity")) == ("Boredom-isOppositeOf-Curiosity", 0)
    assert near(proposal("Cheerfulness")) == ("Agony-isOppositeOf-Bliss", 1)
    assert proposal("Trust") is None
    assert proposal("Joy") is None, "its opposite is accepted"


# Paths.


def told(ontology: Ontology, start: str, end: str) -> list[str] | None:
    edges = path(ontology, start, end).edges
    return None if edges is None else [each.text for each in edges]


def test_a_path_is_the_shortest_and_explains_each_step() -> None:
    (edge,) = path(load(), "joy", "sadness").edges or ()
    assert (edge.start, edge.end, edge.kind) == ("Joy", "Sadness", "isOppositeOf")
    assert edge.link is not None
    assert edge.link.id == "Joy-isOppositeOf-Sadness"
    assert edge.text == "joy is the opposite of sadness"
    ontology = small_linked()
    assert told(ontology, "Bliss", "Cheerfulness") == ["bliss is a kind of cheerfulness"]
    assert told(ontology, "Cheerfulness", "Bliss") == ["cheerfulness has the kind bliss"]
    assert told(ontology, "Bliss", "Agony") == [
        "bliss is a kind of cheerfulness",
        "cheerfulness is a kind of joy",
        "joy is the opposite of sadness",
        "sadness has the kind suffering",
        "suffering has the kind agony",
    ]


def test_compositions_and_combinations_are_steps_both_ways_that_name_the_others() -> None:
    ontology = small_linked()
    assert told(ontology, "Anger", "Pride") == ["anger together with joy leads to pride"]
    assert told(ontology, "Pride", "Anger") == ["pride results from anger together with joy"]
    assert told(ontology, "Trust", "Love") == ["trust together with joy is part of love"]
    assert told(ontology, "Love", "Trust") == ["love is composed of trust together with joy"]


def test_of_two_links_the_better_score_counts() -> None:
    rows = "Love-isComposedOf-Joy-Trust 0.8 | JoyPlusTrust-leadsTo-Love 0.9"
    better = replace(small_linked(), links=links(rows, "accepted"))
    assert told(better, "Trust", "Love") == ["trust together with joy leads to love"]


def test_of_equally_short_paths_the_better_product_counts_then_the_names() -> None:
    def middle(rows: str) -> str:
        ontology = replace(small_linked(), links=links(rows, "accepted"))
        first, _ = path(ontology, "Trust", "Boredom").edges or ()
        return first.end

    low, high = "Curiosity-isOppositeOf-Trust", "Boredom-isOppositeOf-Curiosity"
    other = "Interest-isOppositeOf-Trust 0.6 | Boredom-isOppositeOf-Interest 0.6"
    assert middle(f"{low} 0.5 | {high} 0.7 | {other}") == "Interest"
    assert middle(f"{low} 0.9 | {high} 0.5 | {other}") == "Curiosity"
    assert middle(f"{low} 0.6 | {high} 0.6 | {other}") == "Curiosity"


def test_no_path_and_no_step() -> None:
    assert path(small_linked(), "Joy", "Confusion").edges is None
    assert path(small_linked(), "joy", "Joy").edges == ()


def test_proposals_join_nothing() -> None:
    ontology = small_linked()
    both = replace(ontology, links=(*ontology.links, *small_proposals()))
    assert path(both, "Boredom", "Interest").edges is None
    assert combine(both, ["Boredom", "Fear"]).steps == ()
    assert opposites(both, "Curiosity").links == ()
