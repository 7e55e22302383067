"""What became of proposed links: `tone link stats --methods`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from link_checkout import LinkCheckout, link_decision, make_link_checkout
from tone_command import Done, tone

ANTONYMS = ("antonyms 0.5000", "polarity 0.7000")
POLARITY = ("polarity 0.7000",)


@pytest.fixture
def checkout(tmp_path: Path) -> LinkCheckout:
    return make_link_checkout(tmp_path / "checkout", ())


def methods(checkout: LinkCheckout, *arguments: str) -> Done:
    return tone("link", "stats", "--methods", *arguments, cwd=checkout.folder)


def opposite(one: str, other: str) -> str:
    return f"{one}-isOppositeOf-{other}"


def test_each_method_is_told_by_what_people_made_of_its_proposals(checkout: LinkCheckout) -> None:
    accepted, rejected = opposite("Elation", "Gloom"), opposite("Elation", "Woe")
    moved = opposite("Cheerfulness", "Gloom")
    checkout.record(
        link_decision(accepted, accepted, methods=ANTONYMS),
        link_decision(rejected, "", methods=POLARITY),
        link_decision(moved, accepted, methods=POLARITY),
    )
    done = methods(checkout)
    assert done.status == 0
    assert done.text.splitlines() == [
        "| kind | links | decided | accepted | moved | rejected | accepted, % |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| isOppositeOf | all proposals | 3 | 1 | 1 | 1 | 33 |",
        "| isOppositeOf | antonyms | 1 | 1 | 0 | 0 | 100 |",
        "| isOppositeOf | polarity | 3 | 1 | 1 | 1 | 33 |",
    ]


def test_the_adjudicator_has_the_last_word(checkout: LinkCheckout) -> None:
    link = opposite("Elation", "Gloom")
    checkout.record(
        link_decision(link, link),
        link_decision(link, "", "bo"),
        link_decision(link, "", "cy", role="adjudicator"),
    )
    assert "| isOppositeOf | all proposals | 1 | 0 | 0 | 1 | 0 |" in methods(checkout).text


def test_links_of_the_reviewers_own_stand_apart(checkout: LinkCheckout) -> None:
    link = "Nostalgia-isComposedOf-Affection-Gloom"
    checkout.record(link_decision(link, link, proposed="", methods=(), similarity=None))
    assert methods(checkout).text.splitlines()[2:] == [
        "| isComposedOf | reviewers' own | 1 | 1 | 0 | 0 | 100 |",
    ]


def test_the_best_proposals_are_those_of_the_highest_score(checkout: LinkCheckout) -> None:
    sad = ["Gloom", "Woe", "Misery", "Grief", "Despair", "Sorrow", "Agony"]
    glad = ["Elation", "Delight", "Bliss"]
    links = [opposite(one, other) for one in glad for other in sad]
    links = ["-isOppositeOf-".join(sorted(each.split("-isOppositeOf-"))) for each in links]
    checkout.record(
        *(
            link_decision(each, "" if place else each, similarity=Decimal("0.9") - place)
            for each, place in zip(links, map(Decimal, ["0", *["0.1"] * 20]), strict=True)
        )
    )
    text = methods(checkout).text
    assert "| isOppositeOf | all proposals | 21 | 1 | 0 | 20 | 5 |" in text
    assert "| isOppositeOf | best 20 | 20 | 1 | 0 | 19 | 5 |" in text


def test_nothing_decided_is_an_empty_table_and_other_options_are_wrong_use(
    checkout: LinkCheckout,
) -> None:
    assert len(methods(checkout).text.splitlines()) == 2
    refused = methods(checkout, "--between", "ada")
    assert (refused.status, refused.text) == (2, "")
    assert "--methods takes nothing else" in refused.messages
