"""`tone vocab review` in a real terminal, by the keys that a person presses."""

from __future__ import annotations

import re
import signal
from decimal import Decimal
from pathlib import Path

import pexpect
import pytest
from review_terminal import KEYS, ends, terminal
from tone_command import TONE, tone
from tone_kg.vocab.decisions import read_decisions, write_decisions
from tone_kg.vocab.kinds import TERMS
from tone_kg.vocab.proposals import write_queue
from vocabulary_checkout import Checkout, decision, make_checkout, proposal

QUEUE = [
    proposal("chirpy", "Cheerfulness", "0.01", runner_up="Joviality", flags=("too-general",)),
    proposal("blue", "Joy", "0.02", runner_up="Sorrow", contexts=("a very blue day",)),
    proposal("over the hills", "Elation", "0.03", pos="phrase"),
    proposal("😿", "Sadness", "0.04", pos="emoji", lang="und"),
]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path / "checkout", QUEUE)


def test_one_key_takes_one_decision(checkout: Checkout) -> None:
    with terminal(checkout) as child:
        child.expect("1 of 4: chirpy \\(adjective, en\\)")
        child.expect("= Joy > Cheerfulness \\(similarity 0.6000, margin 0.0100\\)")
        child.expect("runner-up: Joy > Cheerfulness > Joviality")
        child.expect("flags: too-general")
        child.expect("Cheerfulness: [A-Z]")
        child.expect("evidence: a:00000001 similar to cheerfulness \\(wordnet-3.0\\)")
        child.expect("terms of Cheerfulness: cheer up")
        child.expect(KEYS)
        child.send("a")
        child.expect("2 of 4: blue")
        child.expect("- a very blue day")
        child.send("4")
        child.expect("3 of 4: over the hills")
        child.send("r")
        child.expect("reason")
        child.send("1")
        child.expect("4 of 4: 😿")
        child.send("e")
        child.expect("score, 0 to 1:")
        child.send("\x7f\x7f\x7f0,95\r")
        child.expect("weight, 0 to 1:")
        child.send("\r")
        child.expect("that was the last")
        child.send("q")
        assert "tone: 4 decided in" in ends(child)
    recorded = {each.item[0]: each for each in read_decisions(checkout.decisions, TERMS)}
    assert checkout.recorded() == [
        ("blue", "accept", "Joy", "ada"),
        ("chirpy", "accept", "Cheerfulness", "ada"),
        ("over the hills", "reject", "", "ada"),
        ("😿", "accept", "Sadness", "ada"),
    ]
    assert (recorded["blue"].weight, recorded["blue"].margin) == (Decimal("0.4"), Decimal("0.02"))
    assert recorded["over the hills"].reason == "not a feeling"
    assert (recorded["😿"].score, recorded["😿"].weight) == (Decimal("0.95"), Decimal(1))


def test_a_term_is_moved_by_typing_part_of_a_concept(checkout: Checkout) -> None:
    with terminal(checkout) as child:
        child.expect(KEYS)
        child.send("n")
        child.expect("= Joy > Cheerfulness > Joviality, your choice")
        child.expect(KEYS)
        child.send("a")
        child.expect("2 of 4")
        child.expect(KEYS)
        child.send("m")
        child.expect("move to:")
        child.send("Melanch")
        child.expect("Melancholy")
        child.send("\r")
        child.expect("Melancholy, your choice")
        child.expect(KEYS)
        child.send("5")
        child.expect("3 of 4")
        child.expect(KEYS)
        child.send("+")
        child.expect("second concept:")
        child.send("pride\r")
        child.expect("Pride, your choice")
        child.expect(KEYS)
        child.send("a")
        child.expect("4 of 4")
        child.expect(KEYS)
        child.send("m")
        child.expect("move to:")
        child.send("Xyzzy\r")
        child.expect("unknown concept 'Xyzzy'")
        child.expect("move to:.*Xyzzy")
        child.send("\x03")
        child.expect(KEYS)
        child.send("q")
        ends(child)
    assert checkout.recorded() == [
        ("blue", "move", "Melancholy", "ada"),
        ("chirpy", "move", "Joviality", "ada"),
        ("over the hills", "accept", "Elation", "ada"),
        ("over the hills", "accept", "Pride", "ada"),
    ]


def test_undo_takes_back_choices_and_decisions(checkout: Checkout) -> None:
    write_decisions(checkout.decisions, [decision("sad", "Sadness", "bo")], TERMS)
    with terminal(checkout) as child:
        child.expect(KEYS)
        child.send("u")
        child.expect("nothing to undo")
        child.send("n")
        child.expect("Joviality, your choice")
        child.send("u")
        child.expect("= Joy > Cheerfulness \\(similarity")
        child.send("a")
        child.expect("2 of 4")
        assert len(checkout.recorded()) == 2
        child.send("s")
        child.expect("3 of 4")
        child.send("u")
        child.expect("2 of 4")
        child.send("u")
        child.expect("1 of 4")
        assert checkout.recorded() == [("sad", "accept", "Sadness", "bo")]
        for number in "234":
            child.send("1")
            child.expect(f"{number} of 4")
        child.send("1")
        child.expect("that was the last")
        child.send("u")
        child.expect("4 of 4: 😿")
        child.send("?")
        child.expect("every decision is on disk already")
        child.send("rt")
        child.expect("reason:")
        child.send("no tears\r")
        child.expect("that was the last")
        child.send("q")
        ends(child)
    assert [each[:2] for each in checkout.recorded()] == [
        *(("blue", "accept"), ("chirpy", "accept"), ("over the hills", "accept")),
        *(("sad", "accept"), ("😿", "reject")),
    ]


def test_what_was_skipped_comes_again_and_what_was_decided_does_not(checkout: Checkout) -> None:
    with terminal(checkout) as child:
        child.expect(KEYS)
        child.send("sasq")
        assert "1 decided" in (said := ends(child))
        assert "2 skipped, 1 left" in said
    with terminal(checkout, "--limit", "2") as child:
        child.expect("1 of 2: chirpy")
        child.send("s")
        child.expect("2 of 2: over the hills")
        child.send("q")
        ends(child)


@pytest.mark.parametrize("how", ["kill", "Ctrl-C", "Ctrl-D", "the terminal closes"])
def test_an_interrupted_review_loses_nothing(checkout: Checkout, how: str) -> None:
    with terminal(checkout) as child:
        child.expect(KEYS)
        child.send("a")
        child.expect("2 of 4")
        child.expect(KEYS)
        child.send("3")
        child.expect("3 of 4")
        child.expect(KEYS)
        if how == "kill":
            child.kill(signal.SIGKILL)
            child.expect(pexpect.EOF)
        elif how == "the terminal closes":
            child.close(force=True)
        else:
            child.send("\x03" if how == "Ctrl-C" else "\x04")
            assert "2 decided" in ends(child)
    assert [each[0] for each in checkout.recorded()] == ["blue", "chirpy"]
    assert sorted(each.name for each in checkout.decisions.parent.iterdir()) == [
        *("decisions.tsv", "queue.tsv"),
    ]


def test_a_full_disk_is_told_and_loses_nothing(checkout: Checkout) -> None:
    many = [proposal(f"word {index}", "Joy") for index in range(30)]
    write_queue(checkout.queue, many)
    # 512 bytes a block: room for the first decisions only.
    shell = f"bash -c 'ulimit -f 2; exec {TONE} vocab review --reviewer ada'"
    with terminal(checkout, command=shell) as child:
        child.expect(KEYS)
        child.send("a" * 30)
        child.expect("tone: .*decisions.tsv: cannot be written \\(File too large\\)")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 2
    recorded = checkout.recorded()
    assert 1 <= len(recorded) < 30
    assert {each[0] for each in recorded} == {f"word {index}" for index in range(len(recorded))}


def test_two_reviews_at_once_keep_each_others_decisions(checkout: Checkout) -> None:
    with terminal(checkout) as ada, terminal(checkout, reviewer="bo") as bo:
        for child in (ada, bo):
            child.expect("1 of 4")
        for number in "234":
            for child in (ada, bo):
                child.send("a")
            for child in (ada, bo):
                child.expect(f"{number} of 4")
        for child in (ada, bo):
            child.send("q")
            ends(child)
    terms = ["blue", "chirpy", "over the hills"]
    assert [(each[0], each[3]) for each in checkout.recorded()] == [
        (term, name) for term in terms for name in ("ada", "bo")
    ]


def test_what_was_decided_elsewhere_meanwhile_is_kept(checkout: Checkout) -> None:
    with terminal(checkout) as child:
        child.expect(KEYS)
        write_decisions(checkout.decisions, [decision("chirpy", "Joviality")], TERMS)
        child.send("a")
        child.expect("ada has decided this elsewhere meanwhile; kept")
        child.expect("2 of 4")
        child.send("q")
        ends(child)
    assert checkout.recorded() == [("chirpy", "accept", "Joviality", "ada")]


def test_what_was_decided_elsewhere_after_ones_own_decision_is_kept(checkout: Checkout) -> None:
    with terminal(checkout) as child:
        child.expect(KEYS)
        child.send("a")
        child.expect("2 of 4")
        child.expect(KEYS)
        recorded = read_decisions(checkout.decisions, TERMS)
        write_decisions(checkout.decisions, [*recorded, decision("blue", "Sorrow")], TERMS)
        child.send("a")
        child.expect("ada has decided this elsewhere meanwhile; kept")
        child.expect(KEYS)
        child.send("3")
        child.expect("4 of 4")
        child.send("q")
        ends(child)
    assert [each[:3] for each in checkout.recorded()] == [
        ("blue", "accept", "Sorrow"),
        ("chirpy", "accept", "Cheerfulness"),
        ("over the hills", "accept", "Elation"),
    ]


@pytest.mark.parametrize("size", [(24, 80), (10, 40), (5, 20), (3, 12), (0, 0)])
def test_small_windows_do(checkout: Checkout, size: tuple[int, int]) -> None:
    with terminal(checkout, size=size) as child:
        child.expect("1 of 4")
        child.expect("Joy")
        child.send("m")
        child.expect("to:")
        child.send("Grie\r")
        child.expect("choice")
        child.send("a")
        child.expect("2 of 4")
        child.send("d")
        child.expect("very\\s+blue\\s+day")
        child.send("q")
        assert "Window too small" not in ends(child)
    assert checkout.recorded() == [("chirpy", "move", "Grief", "ada")]


def test_a_window_that_is_too_low_says_that_there_is_more(checkout: Checkout) -> None:
    with terminal(checkout, size=(7, 80)) as child:
        child.expect("1 of 4")
        child.expect("= Joy > Cheerfulness")
        child.expect("... \\(d shows all\\)")
        child.send("d")
        child.expect("evidence: ")
        child.expect("terms of Cheerfulness")
        child.send("q")
        ends(child)


def test_a_known_term_of_two_parts_of_speech_is_shown_once(checkout: Checkout) -> None:
    write_queue(checkout.queue, [proposal("aghast", "Fear")])
    with terminal(checkout) as child:
        child.expect("terms of Fear: afraid, fear\\s")
        child.send("q")
        ends(child)


def test_nothing_in_the_queue_can_steer_the_terminal(checkout: Checkout) -> None:
    evil = ("\x1b]0;owned\x07 \x1b[2J gone", "\u202e backwards \x9b31m")
    write_queue(checkout.queue, [proposal("blue", "Joy", evidence=evil, contexts=evil)])
    with terminal(checkout) as child:
        child.expect("1 of 1(.*)help")
        shown = child.match[1]
        assert "owned" in shown
        for control in ("\x1b]0;owned", "\x1b[2J gone", "\x07", "\u202e", "\x9b"):
            assert control not in shown
        child.send("a")
        child.expect("a control character")
        child.send("q")
        ends(child)
    assert checkout.recorded() == []


def test_pasted_text_decides_nothing(checkout: Checkout) -> None:
    with terminal(checkout) as child:
        child.expect(KEYS)
        child.send("\x1b[200~aaaa\x1b[201~")
        child.send("q")
        assert "0 decided" in ends(child)


def test_without_a_terminal_there_are_sheets(checkout: Checkout) -> None:
    done = tone("vocab", "review", "--reviewer", "ada", cwd=checkout.folder)
    assert done.status == 2
    assert done.messages == (
        "tone: this is no terminal: write a sheet with --sheet FILE, fill it in, and read it"
        " back with tone vocab apply\n"
    )


def test_without_prompt_toolkit_it_says_what_to_install(checkout: Checkout, tmp_path: Path) -> None:
    stub = tmp_path / "stub" / "prompt_toolkit"
    stub.mkdir(parents=True)
    stub.joinpath("__init__.py").write_text(
        "raise ModuleNotFoundError('no', name='prompt_toolkit')"
    )
    with terminal(checkout, PYTHONPATH=str(stub.parent)) as child:
        child.expect(pexpect.EOF)
        said = re.sub(r"\s+", " ", child.before)
    assert "prompt_toolkit is needed to review in a terminal: pip install 'tone-kg[vocab]'" in said
