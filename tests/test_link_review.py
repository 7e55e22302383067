"""`tone link review` in a real terminal, by the keys that a person presses."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pexpect
import pytest
from link_checkout import LinkCheckout, link_proposal, make_link_checkout
from link_offers import FEAR, JOY, LOVE, OPEN, PRIDE
from review_terminal import KEYS, ends, terminal
from tone_command import tone
from tone_kg.vocab.decisions import read_decisions
from tone_kg.vocab.kinds import LINKS


@pytest.fixture
def checkout(tmp_path: Path) -> LinkCheckout:
    return make_link_checkout(tmp_path / "checkout", OPEN)


def test_a_card_says_the_link_in_words_and_what_speaks_for_it(checkout: LinkCheckout) -> None:
    with terminal(checkout, group="link") as child:
        child.expect("1 of 4: cheerfulness is the opposite of grief")
        child.expect(f"= {JOY} \\(combined 0.8000: antonyms 0.5000; polarity 0.7000\\)")
        child.expect("makes sense for their kinds too: 4 of 6")
        child.expect("Joy > Cheerfulness: [A-Z]")
        child.expect("Sadness > SadnessProper > Grief: [A-Z]")
        child.expect("evidence: cheerful antonym sad \\(wordnet-3.0\\)")
        child.expect(KEYS)
        child.send("s")
        child.expect("2 of 4: fear is the opposite of hope")
        child.send("s")
        child.expect("3 of 4: passion is composed of joy and trust")
        child.send("s")
        child.expect("4 of 4: anger plus joy leads to pride")
        child.expect("flags: rare")
        child.send("q")
        assert "0 decided" in ends(child)
    assert checkout.recorded() == []


def test_one_key_takes_one_decision_and_it_is_on_disk(checkout: LinkCheckout) -> None:
    with terminal(checkout, group="link") as child:
        child.expect(KEYS)
        child.send("a")
        child.expect("2 of 4")
        assert checkout.recorded() == [(JOY, "accept", JOY, "ada")]
        child.send("r")
        child.expect("1 not opposed, merely different")
        child.expect("back")
        child.send("1")
        child.expect("3 of 4")
        child.send("e")
        child.expect("score, 0 to 1: .*0.9")
        child.send("\x150,75\r")
        child.expect("passion is composed of joy and trust, score 0.75")
        child.expect("4 of 4")
        child.send("r")
        child.expect("back")
        child.send("t")
        child.expect("reason:")
        child.send("pride needs no anger\r")
        child.expect("that was the last")
        child.send("q")
        assert "4 decided in" in ends(child)
    rows = {each.item[0]: each for each in read_decisions(checkout.decisions, LINKS)}
    accepted = rows[JOY]
    assert (accepted.score, accepted.similarity) == (None, Decimal("0.8"))
    assert accepted.methods == ("antonyms 0.5000", "polarity 0.7000")
    assert accepted.source == ("wordnet-3.0",)
    assert rows[LOVE].score == Decimal("0.75")
    assert rows[FEAR].reason == "not opposed, merely different"
    assert rows[PRIDE].reason == "pride needs no anger"


def retype(child: pexpect.spawn, link: str) -> None:
    """Write another link in the place of the one that stands there."""
    child.expect("move to: ")
    child.expect("\\?25h")  # the terminal shows the cursor again
    child.send(f"\x15{link}\r")


def test_a_link_is_moved_by_typing_another_or_its_concepts(checkout: LinkCheckout) -> None:
    with terminal(checkout, group="link") as child:
        child.expect(KEYS)
        child.send("m")
        # What is moved is there to be changed.
        child.expect(f"move to: .*{JOY}")
        child.send("\x15Joy-isOppositeOf-Jubilaton\r")
        child.expect("unknown concept 'Jubilaton'; did you mean Jubilation")
        retype(child, "Joy - isOppositeOf - Jubilation")
        child.expect("Jubilation is a kind of Joy: opposites never lie along one branch")
        retype(child, "sadness isOppositeOf joy")
        child.expect("= joy is the opposite of sadness \\(Joy-isOppositeOf-Sadness\\), your choice")
        child.expect(KEYS)
        child.send("u")
        child.expect(f"= {JOY} \\(combined")
        child.send("m")
        retype(child, "sadness, joy")
        child.expect("your choice")
        child.expect(KEYS)
        child.send("e")
        # The machine's score is not that of another link.
        child.expect("score, 0 to 1: .*0.8\\b")
        child.send("\x03")
        child.expect(KEYS)
        child.send("a")
        child.expect("2 of 4")
        child.expect(KEYS)
        child.send("m")
        retype(child, "hope")
        child.expect("'hope' is no link: a link is written Joy-isOppositeOf-Sadness")
        retype(child, "")
        child.expect(KEYS)
        child.send("s")
        child.expect("3 of 4")
        child.expect(KEYS)
        child.send("m")
        retype(child, "love, trust, joy")
        child.expect("= love is composed of joy and trust .*your choice")
        child.send("a")
        child.expect("4 of 4")
        child.expect(KEYS)
        child.send("m")
        retype(child, "joy + anger + triumph")
        child.expect("= anger plus joy leads to triumph .*your choice")
        child.send("a")
        child.expect("that was the last")
        child.send("q")
        ends(child)
    assert checkout.recorded() == [
        (PRIDE, "move", "AngerPlusJoy-leadsTo-Triumph", "ada"),
        (JOY, "move", "Joy-isOppositeOf-Sadness", "ada"),
        (LOVE, "move", "Love-isComposedOf-Joy-Trust", "ada"),
    ]


def test_what_makes_no_sense_for_links_is_not_offered(checkout: LinkCheckout) -> None:
    with terminal(checkout, group="link") as child:
        child.expect("a accept  m move  r reject  s skip  u undo  \\? help  q quit")
        child.send("5n+?")
        child.expect("e      accept with a score that you type")
        child.expect("m      move: choose another link")
        shown = child.after
        child.expect("every decision is on disk already")
        shown += child.before
        assert "weight" not in shown
        assert "runner-up" not in shown
        child.send("q")
        ends(child)
    assert checkout.recorded() == []


def test_undo_takes_back_a_decision_and_skipped_links_come_again(checkout: LinkCheckout) -> None:
    with terminal(checkout, group="link") as child:
        child.expect(KEYS)
        child.send("a")
        child.expect("2 of 4")
        child.send("u")
        child.expect("1 of 4")
        assert checkout.recorded() == []
        child.send("s")
        child.expect("2 of 4")
        child.send("a")
        child.expect("3 of 4")
        child.send("q")
        assert "1 decided" in ends(child)
    with terminal(checkout, "--limit", "1", group="link") as child:
        child.expect("1 of 1: cheerfulness is the opposite of grief")
        child.send("q")
        ends(child)


def test_two_reviews_at_once_keep_each_others_decisions(checkout: LinkCheckout) -> None:
    with (
        terminal(checkout, group="link") as ada,
        terminal(checkout, group="link", reviewer="bo") as bo,
    ):
        for number in ("1", "2"):
            for child in (ada, bo):
                child.expect(f"{number} of 4")
                child.send("a")
        for child in (ada, bo):
            child.expect("3 of 4")
            child.send("q")
            ends(child)
    assert [(each[0], each[3]) for each in checkout.recorded()] == [
        (link, name) for link in (JOY, FEAR) for name in ("ada", "bo")
    ]


def test_nothing_in_a_proposal_can_steer_the_terminal(tmp_path: Path) -> None:
    evil = ("\x1b]0;owned\x07 \x1b[2J gone",)
    checkout = make_link_checkout(
        tmp_path / "c", [link_proposal(JOY, evidence=evil, kinds=evil[0])]
    )
    with terminal(checkout, group="link") as child:
        child.expect("1 of 1(.*)help")
        shown = child.match[1]
        assert "owned" in shown
        assert "\x1b]0;owned" not in shown
        assert "\x1b[2J gone" not in shown
        child.send("q")
        ends(child)


def test_without_a_terminal_there_are_sheets(checkout: LinkCheckout) -> None:
    done = tone("link", "review", "--reviewer", "ada", cwd=checkout.folder)
    assert done.status == 2
    assert done.messages == (
        "tone: this is no terminal: write a sheet with --sheet FILE, fill it in, and read it"
        " back with tone link apply\n"
    )
