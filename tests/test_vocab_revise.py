"""Decisions that come again: revised, overruled, by several people, and when writing fails."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from ontology_edits import say
from tone_command import TONE, Done, tone
from tone_kg.vocab.decisions import read_decisions, write_decisions
from tone_kg.vocab.kinds import TERMS
from vocabulary_checkout import DATE, Checkout, decision, make_checkout, sheet


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path / "checkout")


def revise(checkout: Checkout, *rows: dict[str, str]) -> Done:
    path = checkout.folder / "mine.tsv"
    path.write_text(sheet(*rows))
    words = ("--reviewer", "ada", "--date", "2026-11-21")
    return tone("vocab", "apply", path, *words, "--revise", cwd=checkout.folder)


@pytest.mark.parametrize(
    "concept", [{"proposed": "Joy"}, {"proposed": "", "move_to": "Joy"}], ids=["offered", "named"]
)
def test_what_a_revision_leaves_empty_stays(checkout: Checkout, concept: dict[str, str]) -> None:
    before = decision("blue", "Joy", score=Decimal("0.9"), reason="seen often")
    write_decisions(checkout.decisions, [before], TERMS)
    done = revise(checkout, {"term": "blue", "weight": "0.3", **concept})
    assert "1 decisions came in: 0 new, 1 revised, 0 known already" in done.messages
    [revised] = read_decisions(checkout.decisions, TERMS)
    assert revised == replace(before, weight=Decimal("0.3"), date="2026-11-21T00:00:00Z")
    term = checkout.term("blue")
    assert (term.source, term.evidence) == (before.source, before.evidence)
    recorded = checkout.bytes()
    done = revise(checkout, {"term": "blue", "weight": "0.3", **concept})
    assert "0 revised, 1 known already" in done.messages
    assert checkout.bytes() == recorded


def test_a_term_that_is_moved_later_keeps_the_evidence_of_the_proposal(checkout: Checkout) -> None:
    write_decisions(checkout.decisions, [decision("blue", "Joy", score=Decimal("0.9"))], TERMS)
    revise(checkout, {"term": "blue", "decision": "move", "move_to": "Sorrow | Gloom"})
    for row in read_decisions(checkout.decisions, TERMS):
        assert (row.decision, row.proposed, row.score) == ("move", "Joy", None)
        assert (row.source, row.margin) == (("wordnet-3.0",), Decimal("0.05"))
    assert checkout.vocabulary()["blue"] == ["Gloom", "Sorrow"]


def test_evidence_of_one_concept_does_not_speak_for_another(checkout: Checkout) -> None:
    write_decisions(checkout.decisions, [decision("blue", "Joy", proposed="")], TERMS)
    revise(checkout, {"term": "blue", "proposed": "", "move_to": "Sorrow"})
    assert checkout.term("blue").source == ("team",)
    assert checkout.term("blue").evidence == ()


def test_a_rejection_revised_to_an_acceptance_and_back(checkout: Checkout) -> None:
    before = decision("blue", "", reason="a colour")
    write_decisions(checkout.decisions, [before], TERMS)
    revise(checkout, {"term": "blue"})
    assert checkout.vocabulary()["blue"] == ["Joy"]
    revise(checkout, {"term": "blue", "decision": "reject", "reason": "a colour"})
    assert "blue" not in checkout.vocabulary()
    assert read_decisions(checkout.decisions, TERMS) == (
        replace(before, date="2026-11-21T00:00:00Z"),
    )


def test_an_adjudicator_settles_what_was_given_to_a_concept_deprecated_since(
    checkout: Checkout,
) -> None:
    source = checkout.terms.with_name("tone-edit.ttl")
    retired = (
        "tone:Jollity a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy tone:Joviality ."
    )
    source.write_text(say(retired)(source.read_text()))
    old = decision("jolly", "Jollity")
    settled = decision("jolly", "Joviality", "bo", role="adjudicator")
    write_decisions(checkout.decisions, [old, settled], TERMS)
    assert tone("vocab", "apply", cwd=checkout.folder).status == 0
    assert checkout.vocabulary()["jolly"] == ["Joviality"]
    write_decisions(
        checkout.decisions, [replace(old, choice="Jolity", proposed=""), settled], TERMS
    )
    done = tone("vocab", "apply", cwd=checkout.folder)
    assert f"{checkout.decisions}:2: concept: the concept Jolity does not exist" in done.messages


def test_one_sheet_may_hold_the_rows_of_several_people(checkout: Checkout) -> None:
    rows = [{"term": "blue", "reviewer": name} for name in ("ada", "bo")]
    path = checkout.folder / "all.tsv"
    path.write_text(sheet(*rows))
    assert tone("vocab", "apply", path, cwd=checkout.folder).status == 0
    assert checkout.term("blue").reviewer == ("ada", "bo")
    path.write_text(sheet(*rows, {"term": "blue", "reviewer": "bo", "role": "reviewer"}))
    done = tone("vocab", "apply", path, cwd=checkout.folder)
    assert done.messages == (
        f"tone: nothing is written: {path}:4: repeats line 3: blue, en, adjective\n"
    )


def test_where_the_vocabulary_cannot_be_written_nothing_is_recorded(checkout: Checkout) -> None:
    path = checkout.folder / "mine.tsv"
    path.write_text(sheet({"term": "blue"}))
    before = checkout.bytes()
    # 512 bytes a block: room for the decision and not for the vocabulary.
    shell = f"ulimit -f 2; exec {TONE} vocab apply mine.tsv --reviewer ada --date {DATE}"
    done = subprocess.run(
        ["bash", "-c", shell], cwd=checkout.folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 2
    assert done.stderr == f"tone: {checkout.terms}: cannot be written (File too large)\n"
    assert checkout.bytes() == before
