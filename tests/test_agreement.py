"""`tone vocab stats --agreement`: how far reviewers agree, and what needs adjudication."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from small_vocabulary import small_ontology
from tone_command import Done, tone
from tone_kg.ontology.errors import ToneError
from tone_kg.vocab.agreement import (
    Figure,
    agreement,
    cohens_kappa,
    differing,
    krippendorffs_alpha,
)
from tone_kg.vocab.decisions import Decision, write_decisions
from tone_kg.vocab.kinds import TERMS
from vocabulary_checkout import Checkout, decision, make_checkout, sheet


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path / "checkout")


def stats(checkout: Checkout, *arguments: str, **environment: str) -> Done:
    return tone("vocab", "stats", *arguments, cwd=checkout.folder, **environment)


def test_kappa_of_cohens_own_example() -> None:
    """Cohen 1960, table 1: two judges, three categories, 200 cases."""
    counts = [[50, 26, 24], [24, 4, 32], [6, 30, 4]]
    pairs = [
        (str(one), str(other))
        for one, row in enumerate(counts)
        for other, count in enumerate(row)
        for _ in range(count)
    ]
    assert cohens_kappa(pairs) == pytest.approx((0.29 - 0.35) / (1 - 0.35))


def test_alpha_of_krippendorffs_own_examples() -> None:
    """Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), parts A and C."""
    assert krippendorffs_alpha(zip("0100000010", "1110010000", strict=True)) == pytest.approx(
        0.095, abs=5e-4
    )
    observers = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
    units = [[value for value in unit if value != "."] for unit in zip(*observers, strict=True)]
    assert krippendorffs_alpha(units) == pytest.approx(0.743, abs=5e-4)


def test_one_category_only_defines_nothing() -> None:
    assert cohens_kappa([("a", "a"), ("a", "a")]) is None
    assert cohens_kappa([]) is None
    assert krippendorffs_alpha([["a", "a"], ["a", "a", "a"], ["b"]]) is None
    assert krippendorffs_alpha([]) is None


def said(reviewer: str, verdicts: str) -> list[Decision]:
    """Decisions of a line like `blue Sorrow, sad -, fun Joy+Enjoyment`; `-` rejects."""
    rows = []
    for verdict in verdicts.split(", "):
        term, _, concepts = verdict.rpartition(" ")
        for concept in concepts.split("+"):
            rows.append(decision(term, concept.strip("-"), reviewer))
    return rows


ADA = said("ada", "blue Sorrow, sad Sadness, mad Anger, odd -, fun Joy+Enjoyment, only Joy")
BO = said("bo", "blue Gloom, sad Sadness, mad -, odd -, fun Enjoyment+Joy")


def figures(rows: list[Decision], part: str, *reviewers: str) -> dict[str, Figure]:
    found = agreement(rows, TERMS, small_ontology(), reviewers).figures
    return {each.level: each for each in found if each.part == part}


def test_agreement_is_on_concepts_on_primaries_and_on_accepting() -> None:
    overall = figures([*ADA, *BO], "all")
    assert {each.items for each in overall.values()} == {5}
    # Of blue, sad, mad, odd, fun they agree on all but blue and mad.
    assert overall["concept"].raw == pytest.approx(3 / 5)
    assert overall["concept"].coefficient == pytest.approx((3 / 5 - 4 / 25) / (1 - 4 / 25))
    assert overall["primary"].raw == pytest.approx(4 / 5)
    assert overall["accepted"].raw == pytest.approx(4 / 5)
    # By hand: ada accepts 4 of 5, bo 3 of 5.
    expected = 4 / 5 * 3 / 5 + 1 / 5 * 2 / 5
    assert overall["accepted"].coefficient == pytest.approx((4 / 5 - expected) / (1 - expected))


def test_a_primary_holds_what_anybody_said_or_was_proposed() -> None:
    anger = figures([*ADA, *BO], "Anger")
    assert anger["concept"].items == 1
    assert anger["concept"].raw == 0
    sadness = figures([*ADA, *BO], "Sadness")
    assert (sadness["concept"].items, sadness["concept"].raw) == (2, 0.5)
    assert (sadness["primary"].raw, sadness["primary"].coefficient) == (1, None)
    joy = figures([*ADA, *BO], "Joy")
    # A rejection of what was proposed for Joy counts there too.
    assert joy["concept"].items == 3
    assert figures([*ADA, *BO], "Love")["concept"] == Figure("Love", "concept", 0, None, None)
    curious = [decision("odd one", "Curiosity", name) for name in ("ada", "bo")]
    assert figures(curious, "other")["concept"].items == 1


def test_an_adjudicator_is_no_reviewer() -> None:
    settled = decision("blue", "Sorrow", "cy", role="adjudicator")
    assert figures([*ADA, *BO, settled], "all") == figures([*ADA, *BO], "all")
    assert [item[0] for item in differing([*ADA, *BO])] == ["blue", "mad"]
    assert [item[0] for item in differing([*ADA, *BO, settled])] == ["mad"]


def test_three_reviewers_have_alpha_and_each_two_kappa() -> None:
    third = said("cy", "blue Sorrow, sad Fear")
    found = agreement([*ADA, *BO, *third], TERMS, small_ontology())
    assert found.reviewers == ("ada", "bo", "cy")
    overall = {each.level: each for each in found.figures if each.part == "all"}
    # Pairs of verdicts: blue 1 of 3 agree, sad 1 of 3, mad 0, odd 1, fun 1.
    assert overall["concept"].raw == pytest.approx(4 / 9)
    assert [each.reviewers for each in found.pairs] == [("ada", "bo"), ("ada", "cy"), ("bo", "cy")]
    assert found.pairs[0].figures == agreement([*ADA, *BO], TERMS, small_ontology()).figures
    two = agreement([*ADA, *BO, *third], TERMS, small_ontology(), ["ada", "bo"])
    assert two.figures == found.pairs[0].figures
    assert not two.pairs


def test_there_must_be_two_reviewers() -> None:
    with pytest.raises(ToneError, match="no item is decided by two reviewers"):
        agreement(ADA, TERMS, small_ontology())


def test_the_command_prints_figures_and_what_needs_adjudication(checkout: Checkout) -> None:
    write_decisions(checkout.decisions, [*ADA, *BO], TERMS)
    done = stats(checkout, "--agreement")
    assert (done.status, done.messages) == (0, "tone: 2 terms need adjudication\n")
    lines = done.text.splitlines()
    assert lines[:6] == [
        "Cohen's kappa: ada, bo",
        "",
        "| part | on | items | agree, % | kappa |",
        "| --- | --- | --- | --- | --- |",
        "| all | concept | 5 | 60.0 | 0.524 |",
        "| all | primary | 5 | 80.0 | 0.722 |",
    ]
    assert "| Love | concept | 0 |  | undefined |" in lines
    assert "| Sadness | primary | 2 | 100.0 | undefined |" in lines
    assert lines[-4:] == [
        "",
        "term\tlang\tpos\tada\tbo",
        "blue\ten\tadjective\tSorrow\tGloom",
        "mad\ten\tadjective\tAnger\trejected",
    ]


def test_differences_of_a_new_sheet_are_adjudicated_and_applied(checkout: Checkout) -> None:
    write_decisions(checkout.decisions, ADA, TERMS)
    rows = [
        {"term": "blue", "proposed": "Sorrow", "decision": "m", "move_to": "gloom", "score": "0.7"},
        {"term": "mad", "decision": "reject", "reason": "also insane"},
    ]
    text = sheet(*({**row, "reviewer": "bo"} for row in rows))
    checkout.folder.joinpath("bo.tsv").write_text(text)
    assert tone("vocab", "apply", "bo.tsv", cwd=checkout.folder).status == 2
    done = stats(checkout, "--agreement", "bo.tsv", "--adjudicate", "differ.tsv")
    assert done.messages == "tone: 2 terms need adjudication: fill in differ.tsv\n"
    path = checkout.folder / "differ.tsv"
    found = list(csv.DictReader(io.StringIO(path.read_text()), delimiter="\t"))
    assert [(each["term"], each["proposed"], each["role"]) for each in found] == [
        ("blue", "Sorrow", "adjudicator"),
        ("mad", "Anger", "adjudicator"),
    ]
    assert found[0]["verdict of ada"] == "Sorrow (score 0.8000, weight 1)"
    assert found[0]["verdict of bo"] == "Gloom (score 0.7)"
    assert found[1]["verdict of bo"] == "rejected: also insane"
    for each in found:
        each["decision"] = "accept"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]), delimiter="\t")
        writer.writeheader()
        writer.writerows(found)
    refused = stats(checkout, "--agreement", "bo.tsv", "--adjudicate", "differ.tsv")
    assert (
        refused.messages == "tone: differ.tsv holds decisions: write another file, or use --force\n"
    )
    sheets = ("bo.tsv", "differ.tsv", "--reviewer", "cy")
    done = tone("vocab", "apply", *sheets, cwd=checkout.folder)
    assert done.status == 0, done.messages
    assert checkout.term("mad").reviewer == ("ada", "cy")
    assert stats(checkout, "--agreement").messages == "tone: 0 terms need adjudication\n"


def test_the_figures_do_not_hang_on_the_hash_seed(checkout: Checkout) -> None:
    third = said("cy", "blue Sorrow, sad Fear, fun -")
    write_decisions(checkout.decisions, [*ADA, *BO, *third], TERMS)
    one, other = (stats(checkout, "--agreement", PYTHONHASHSEED=seed).text for seed in "12")
    assert one == other
    assert one.startswith("Krippendorff's alpha (nominal): ada, bo, cy\n")


def test_a_reviewer_whom_nobody_knows_is_told(checkout: Checkout) -> None:
    write_decisions(checkout.decisions, [*ADA, *BO], TERMS)
    names = ("--between", "ada", "--between", "bo", "--between", "bob")
    done = stats(checkout, "--agreement", *names)
    assert done.status == 2
    assert done.messages == "tone: unknown reviewer 'bob'; known: ada, bo\n"


def test_what_is_for_agreement_needs_it(checkout: Checkout) -> None:
    done = stats(checkout, "--adjudicate", "x.tsv")
    assert (done.status, done.messages.splitlines()[-1]) == (
        2,
        "Error: Sheets and reviewers are for --agreement.",
    )


def test_without_nltk_it_says_what_to_install(checkout: Checkout, tmp_path: Path) -> None:
    stub = tmp_path / "stub" / "nltk"
    stub.mkdir(parents=True)
    stub.joinpath("__init__.py").write_text("raise ModuleNotFoundError('no', name='nltk')")
    write_decisions(checkout.decisions, [*ADA, *BO], TERMS)
    done = stats(checkout, "--agreement", PYTHONPATH=str(stub.parent))
    assert (done.status, done.messages) == (
        2,
        "tone: nltk is needed to measure agreement: pip install 'tone-kg[vocab]'\n",
    )
