"""`tone vocab apply`: from filled sheets and recorded decisions to `terms.tsv`."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ontology_edits import say
from small_vocabulary import small_ontology
from tone_command import Done, tone
from tone_kg.ontology.check import check
from tone_kg.ontology.terms import Term
from tone_kg.vocab.decisions import Decision, SourceErrors, read_decisions, write_decisions
from tone_kg.vocab.kinds import TERMS
from tone_kg.vocab.replay import replay
from tone_kg.vocab.verdicts import merge
from vocabulary_checkout import DATE, Checkout, decision, make_checkout, proposal, sheet

ONTOLOGY = small_ontology()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path / "checkout")


def apply(checkout: Checkout, *arguments: str | Path) -> Done:
    return tone("vocab", "apply", *arguments, cwd=checkout.folder)


def test_a_filled_sheet_becomes_decisions_and_vocabulary(checkout: Checkout) -> None:
    filled = checkout.folder / "mine.tsv"
    rows = [
        {"term": "chirpy", "proposed": "Cheerfulness", "score": "0.9", "weight": "0.7"},
        {"term": "blue", "decision": "move", "move_to": "Sorrow"},
        {"term": "merry", "decision": "move", "move_to": "Joy | Cheerfulness"},
        {"term": "happy", "proposed": "Happiness", "decision": "reject", "reason": "trial"},
        {"term": "later", "decision": ""},
    ]
    filled.write_text(sheet(*rows))
    done = apply(checkout, filled, "--reviewer", "ada", "--date", "2026-11-21")
    assert (done.status, done.text) == (0, "")
    assert done.messages.splitlines() == [
        "tone: 5 decisions came in: 5 new, 0 revised, 0 known already",
        f"tone: {checkout.terms}: 62 terms, 4 added, 0 changed, 1 removed;"
        " 58 kept without a decision",
    ]
    assert checkout.recorded() == [
        ("blue", "move", "Sorrow", "ada"),
        ("chirpy", "accept", "Cheerfulness", "ada"),
        ("happy", "reject", "", "ada"),
        ("merry", "accept", "Cheerfulness", "ada"),
        ("merry", "accept", "Joy", "ada"),
    ]
    vocabulary = checkout.vocabulary()
    assert vocabulary["merry"] == ["Cheerfulness", "Joy"]
    assert "happy" not in vocabulary
    assert vocabulary["sad"] == ["Sadness"]
    chirpy = checkout.term("chirpy")
    assert (chirpy.score, chirpy.weight) == (Decimal("0.9"), Decimal("0.7"))
    assert (chirpy.reviewer, chirpy.date) == (("ada",), "2026-11-21T00:00:00Z")
    assert not check(checkout.terms.parent, reasoner=False)


def test_doing_it_twice_changes_nothing(checkout: Checkout) -> None:
    filled = checkout.folder / "mine.csv"
    filled.write_text(sheet({"term": "chirpy", "proposed": "Cheerfulness"}, delimiter=","))
    assert apply(checkout, filled, "--reviewer", "ada").status == 0
    before = checkout.bytes()
    again = apply(checkout, filled, "--reviewer", "ada", "--date", "2027-01-01")
    assert "1 decisions came in: 0 new, 0 revised, 1 known already" in again.messages
    assert apply(checkout).status == 0
    assert checkout.bytes() == before


def test_a_move_tells_where_the_term_came_from(checkout: Checkout) -> None:
    write_decisions(
        checkout.decisions, [decision("blue", "Sorrow", decision="move", proposed="Joy")], TERMS
    )
    assert apply(checkout).status == 0
    blue = checkout.term("blue")
    assert blue.source == ("team", "wordnet-3.0")
    assert blue.evidence == ("a:00000001 similar", "moved from Joy")
    assert (blue.margin, blue.runner_up) == (None, "Joy")


def test_reviewers_who_agree_give_one_row_with_both_names(checkout: Checkout) -> None:
    both = [
        decision("blue", "Joy", score=Decimal("0.9"), evidence=("z", "b")),
        decision(
            *("blue", "Joy", "bo"),
            score=Decimal("0.7"),
            weight=Decimal("0.5"),
            date="2026-05-05T00:00:00Z",
            proposed="",
            source=("team",),
        ),
    ]
    write_decisions(checkout.decisions, both, TERMS)
    assert apply(checkout).status == 0
    blue = checkout.term("blue")
    assert (blue.score, blue.weight) == (Decimal("0.7"), Decimal("0.5"))
    assert (blue.margin, blue.runner_up) == (Decimal("0.05"), "Surprise")
    assert (blue.source, blue.reviewer) == (("team", "wordnet-3.0"), ("ada", "bo"))
    assert blue.evidence == ("a:00000001 similar", "b", "z")
    assert blue.date == "2026-05-05T00:00:00Z"


def test_who_gives_no_score_or_weight_leaves_them_to_others(checkout: Checkout) -> None:
    silent = {"score": None, "weight": None}
    write_decisions(
        checkout.decisions,
        [
            decision("blue", "Joy", **silent),
            decision("blue", "Joy", "bo", score=Decimal(1), weight=Decimal("0.5")),
            decision("glum", "Gloom", **silent),
            decision("mad", "Anger", score=Decimal("0.7"), weight=Decimal("0.4")),
            decision("mad", "Fear", "bo", score=Decimal("0.1")),
            decision("mad", "Anger", "cy", **silent | {"score": Decimal(1)}, role="adjudicator"),
        ],
        TERMS,
    )
    assert apply(checkout).status == 0
    numbers = {term: checkout.term(term) for term in ("blue", "glum", "mad")}
    assert {term: (row.score, row.weight) for term, row in numbers.items()} == {
        "blue": (Decimal(1), Decimal("0.5")),
        "glum": (Decimal("0.8"), Decimal(1)),
        "mad": (Decimal(1), Decimal("0.4")),
    }


def test_reviewers_who_differ_need_an_adjudicator(checkout: Checkout) -> None:
    write_decisions(checkout.decisions, [decision("blue", "Joy"), decision("sad", "Fear")], TERMS)
    filled = checkout.folder / "bo.tsv"
    filled.write_text(
        sheet(
            {"term": "blue", "decision": "reject", "reason": "a colour"},
            {"term": "sad", "proposed": "Sadness"},
        )
    )
    before = checkout.bytes()
    done = apply(checkout, filled, "--reviewer", "bo")
    assert done.status == 2
    assert done.messages.splitlines() == [
        "tone: nothing is written: 2 problems",
        f"{filled}:2: needs adjudication: bo says rejected of 'blue' (en, adjective) and ada Joy"
        f" at {checkout.decisions}:2",
        f"{filled}:3: needs adjudication: bo says Sadness of 'sad' (en, adjective) and ada Fear"
        f" at {checkout.decisions}:3",
    ]
    assert checkout.bytes() == before

    settled = checkout.folder / "settled.tsv"
    author = {"reviewer": "cy", "role": "adjudicator"}
    settled.write_text(
        sheet(
            {"term": "blue", "decision": "move", "move_to": "Sorrow", **author},
            {"term": "sad", "proposed": "Sadness", "score": "1", **author},
        )
    )
    text = filled.read_text().splitlines()
    filled.write_text("\n".join([f"{text[0]}\treviewer", *(f"{row}\tbo" for row in text[1:])]))
    assert apply(checkout, filled, settled).messages.startswith("tone: 4 decisions came in: 4 new")
    assert checkout.vocabulary()["blue"] == ["Sorrow"]
    assert checkout.term("blue").reviewer == ("cy",)
    sad = checkout.term("sad")
    assert (sad.concept, sad.score, sad.reviewer) == ("Sadness", Decimal(1), ("bo", "cy"))


def test_adjudicators_who_differ_are_told(checkout: Checkout) -> None:
    write_decisions(
        checkout.decisions,
        [
            decision("blue", "Joy", role="adjudicator"),
            decision("blue", "Fear", "bo", role="adjudicator"),
        ],
        TERMS,
    )
    assert f"{checkout.decisions}:3: adjudicators differ: bo says Fear" in apply(checkout).messages


def test_whoever_says_something_else_has_to_say_that_it_is_meant(checkout: Checkout) -> None:
    write_decisions(checkout.decisions, [decision("blue", "Joy")], TERMS)
    filled = checkout.folder / "mine.tsv"
    filled.write_text(sheet({"term": "blue", "decision": "reject", "reason": "a colour"}))
    before = checkout.bytes()
    done = apply(checkout, filled, "--reviewer", "ada")
    assert done.status == 2
    assert done.messages == (
        f"tone: nothing is written: {filled}:2: ada says rejected: a colour of 'blue' (en,"
        " adjective) and has said Joy (score 0.8000, weight 1) at"
        f" {checkout.decisions}:2: to replace that, use --revise\n"
    )
    assert checkout.bytes() == before
    done = apply(checkout, filled, "--reviewer", "ada", "--revise")
    assert "1 decisions came in: 0 new, 1 revised, 0 known already" in done.messages
    assert checkout.recorded() == [("blue", "reject", "", "ada")]


def test_two_sheets_of_one_reviewer_must_not_differ(checkout: Checkout) -> None:
    for name, proposed in (("one", "Joy"), ("two", "Fear")):
        text = sheet({"term": "blue", "proposed": proposed})
        checkout.folder.joinpath(f"{name}.tsv").write_text(text)
    done = apply(checkout, "one.tsv", "two.tsv", "--reviewer", "ada", "--revise")
    assert done.status == 2
    assert "two.tsv:2: ada says Fear of 'blue'" in done.messages
    assert "at one.tsv:2: keep one of them" in done.messages


def test_unknown_and_deprecated_concepts_stop_everything(checkout: Checkout) -> None:
    source = checkout.terms.with_name("tone-edit.ttl")
    retired = (
        "tone:Jollity a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy tone:Joviality ."
    )
    source.write_text(say(retired)(source.read_text()))
    taken = [
        decision("blue", "Blueness"),
        decision("sad", "Jollity"),
        decision("mad", "Anger", runner_up="Furor"),
    ]
    write_decisions(checkout.decisions, taken, TERMS)
    before = checkout.bytes()
    done = apply(checkout)
    assert done.status == 2
    assert done.messages.splitlines() == [
        "tone: nothing is written: 3 problems",
        f"{checkout.decisions}:2: the concept Blueness does not exist",
        f"{checkout.decisions}:3: runner_up: the concept Furor does not exist",
        f"{checkout.decisions}:4: the concept Jollity is deprecated; use Joviality",
    ]
    assert checkout.bytes() == before


def test_dry_run_lists_what_would_change(checkout: Checkout) -> None:
    write_decisions(
        checkout.decisions,
        [
            decision("chirpy", "Cheerfulness"),
            decision("happy", "", reason="trial"),
            decision("proud", "Pride", score=Decimal("0.8"), weight=Decimal("0.5")),
        ],
        TERMS,
    )
    before = checkout.bytes()
    done = apply(checkout, "--dry-run")
    assert done.text.splitlines() == [
        "added\tchirpy\ten\tadjective\tCheerfulness\t0.8000\t1",
        "changed\tproud\ten\tadjective\tPride\t0.8000\t0.5",
        "removed\thappy\ten\tadjective\tHappiness\t1.0000\t1",
    ]
    assert "(nothing is written)" in done.messages
    assert checkout.bytes() == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--reviewer", " "), "the name of the reviewer is empty"),
        (("--reviewer", "a | b"), "reviewer 'a | b': no blanks at the ends"),
        (("--date", "yesterday"), "--date 'yesterday' is no day (2026-11-21) or moment"),
        (("--date", "2026-02-30"), "--date '2026-02-30' is no day"),
        (("--root", "/nowhere"), "/nowhere is no checkout of TONE"),
        (("no.tsv",), "nothing is written: no.tsv: cannot be read (No such file or directory)"),
        (("no.xlsx",), "no.xlsx: a sheet ends in .tsv or .csv"),
    ],
)
def test_wrong_use_is_told(checkout: Checkout, options: tuple[str, ...], message: str) -> None:
    before = checkout.bytes()
    done = apply(checkout, *options)
    assert (done.status, done.messages[: len(message) + 6]) == (2, f"tone: {message}")
    assert checkout.bytes() == before


def test_there_must_be_a_checkout_to_write_into(tmp_path: Path) -> None:
    done = tone("vocab", "apply", cwd=tmp_path)
    assert done.messages == "tone: no checkout of TONE around this folder: give --root\n"


def test_the_proposal_comes_from_the_queue_where_the_sheet_lost_it(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path / "checkout", [proposal("chirpy", "Cheerfulness")])
    filled = checkout.folder / "mine.tsv"
    filled.write_text(sheet({"term": "chirpy", "proposed": "Cheerfulness"}))
    assert apply(checkout, filled, "--reviewer", "ada").status == 0
    chirpy = checkout.term("chirpy")
    assert (chirpy.margin, chirpy.runner_up) == (Decimal("0.05"), "Joy")
    assert chirpy.evidence == ("a:00000001 similar to cheerfulness",)


def test_what_ships_is_what_the_decisions_make() -> None:
    done = tone("vocab", "apply", "--dry-run", cwd=Path(__file__).parents[1])
    assert (done.status, done.text) == (0, "")
    assert "0 added, 0 changed, 0 removed; 0 kept without a decision" in done.messages


# One reviewer's word on an item: nothing, a rejection, one concept, or two of them.
VERDICTS = st.sampled_from([(), ("Joy",), ("Grief",), ("Joy", "Grief")])


@st.composite
def agreed(draw: st.DrawFn) -> list[list[Decision]]:
    """Sheets of several reviewers who agree on each item."""
    sheets: list[list[Decision]] = [[], [], []]
    for term in draw(st.sets(st.sampled_from(["blue", "happy", "sad", "mad"]), min_size=1)):
        concepts = draw(VERDICTS)
        for reviewer in draw(st.sets(st.sampled_from(["ada", "bo", "cy"]), min_size=1)):
            rows = [
                decision(
                    term,
                    concept,
                    reviewer,
                    score=draw(st.none() | st.decimals(0, 1, places=1)),
                    weight=draw(st.none() | st.just(Decimal("0.5"))),
                    margin=draw(st.none() | st.decimals(0, 1, places=4)),
                    source=tuple(draw(st.sets(st.sampled_from("xyz")))),
                    date=f"2026-01-0{draw(st.integers(1, 9))}T00:00:00Z",
                )
                for concept in concepts
            ] or [decision(term, "", reviewer)]
            for index in draw(st.sets(st.integers(0, 2), min_size=1)):
                sheets[index].extend(rows)
    return sheets


def made(sheets: list[list[Decision]], terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return replay(merge([], sheets).decisions, ONTOLOGY, terms).terms


@settings(deadline=None)
@given(agreed())
def test_the_order_of_decisions_means_nothing(sheets: list[list[Decision]]) -> None:
    terms = small_ontology().terms
    first = made(sheets, terms)
    for order in itertools.permutations([list(reversed(each)) for each in sheets]):
        assert made(list(order), tuple(reversed(terms))) == first
    one_after_another: tuple[Decision, ...] = ()
    vocabulary = terms
    for each in (*sheets, sheets[0]):
        one_after_another = merge(one_after_another, [each]).decisions
        vocabulary = replay(one_after_another, ONTOLOGY, vocabulary).terms
    assert vocabulary == first


def test_of_two_sheets_that_say_the_same_either_may_come_first() -> None:
    early = [decision("blue", "Joy", date="2026-01-01T00:00:00Z")]
    late = [decision("blue", "Joy", source=("table:mine",))]
    assert merge([], [early, late]) == merge([], [late, early])


@pytest.mark.parametrize("flip", [False, True])
def test_a_conflict_is_one_in_any_order(flip: bool) -> None:
    said = [decision("blue", "Joy", place="a:1"), decision("blue", "Fear", "bo", place="b:1")]
    with pytest.raises(SourceErrors, match="needs adjudication"):
        replay(reversed(said) if flip else said, ONTOLOGY, ())


def test_rows_of_the_record_keep_their_bytes(checkout: Checkout) -> None:
    taken = [decision("blue", "Joy"), replace(decision("aghast", "Horror"), weight=Decimal("0.30"))]
    write_decisions(checkout.decisions, taken, TERMS)
    before = checkout.decisions.read_bytes()
    assert apply(checkout).status == 0
    assert checkout.decisions.read_bytes() == before
    assert DATE in before.decode()
    assert len(read_decisions(checkout.decisions, TERMS)) == 2
