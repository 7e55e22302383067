"""Several reviewers of links: how far they agree, who settles it, and what is accepted."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from link_checkout import LinkCheckout, link_decision, link_sheet, make_link_checkout
from link_offers import FEAR, JOY, LOVE, OPEN, PRIDE
from small_vocabulary import small_ontology
from tone_command import Done, tone
from tone_kg.service.cli.reviews import read_sheets
from tone_kg.vocab.decisions import Decision, SourceErrors, write_decisions
from tone_kg.vocab.kinds import LINKS
from tone_kg.vocab.verdicts import accepted, lowest, merge, settle

LOWER = "Joy-isOppositeOf-Sadness"
ADA = [
    link_decision(JOY, JOY, place="a:1"),
    link_decision(FEAR, "", place="a:2"),
    link_decision(LOVE, LOVE, place="a:3"),
    link_decision(PRIDE, "", place="a:4"),
]
BO = [
    link_decision(JOY, LOWER, "bo", place="b:1"),
    link_decision(FEAR, "", "bo", place="b:2"),
    link_decision(LOVE, LOVE, "bo", place="b:3"),
    link_decision(PRIDE, PRIDE, "bo", place="b:4"),
]


@pytest.fixture
def checkout(tmp_path: Path) -> LinkCheckout:
    checkout = make_link_checkout(tmp_path / "checkout", OPEN)
    write_decisions(checkout.decisions, ADA, LINKS)
    return checkout


def stats(checkout: LinkCheckout, *arguments: str, **environment: str) -> Done:
    return tone("link", "stats", *arguments, cwd=checkout.folder, **environment)


def verdicts(*decisions: Decision) -> dict[str, set[str]]:
    settled = settle(decisions, LINKS, small_ontology())
    return {item[0]: set(each.choices) for item, each in settled.items()}


def test_agreement_is_on_the_very_link_and_on_accepting(checkout: LinkCheckout) -> None:
    write_decisions(checkout.decisions, [*ADA, *BO], LINKS)
    done = stats(checkout, "--between", "ada", "--between", "bo")
    assert (done.status, done.messages) == (0, "tone: 2 links need adjudication\n")
    # Verdicts: JOY and LOWER, rejected twice, LOVE twice, rejected and PRIDE.
    assert done.text.splitlines() == [
        "Cohen's kappa: ada, bo",
        "",
        "| part | on | items | agree, % | kappa |",
        "| --- | --- | --- | --- | --- |",
        "| all | link | 4 | 50.0 | 0.385 |",
        "| all | accepted | 4 | 75.0 | 0.500 |",
        "| isOppositeOf | link | 2 | 50.0 | 0.333 |",
        "| isOppositeOf | accepted | 2 | 100.0 | 1.000 |",
        "| isComposedOf | link | 1 | 100.0 | undefined |",
        "| isComposedOf | accepted | 1 | 100.0 | undefined |",
        "| leadsTo | link | 1 | 0.0 | 0.000 |",
        "| leadsTo | accepted | 1 | 0.0 | 0.000 |",
        "",
        "link\tada\tbo",
        f"{PRIDE}\trejected\t{PRIDE}",
        f"{JOY}\t{JOY}\t{LOWER}",
    ]


def test_three_reviewers_have_alpha_whatever_the_hash_seed(checkout: LinkCheckout) -> None:
    third = [link_decision(JOY, JOY, "cy"), link_decision(LOVE, "", "cy")]
    write_decisions(checkout.decisions, [*ADA, *BO, *third], LINKS)
    one, other = (stats(checkout, PYTHONHASHSEED=seed).text for seed in "12")
    assert one == other
    assert one.startswith("Krippendorff's alpha (nominal): ada, bo, cy\n")


def test_differences_are_adjudicated_in_a_sheet(checkout: LinkCheckout) -> None:
    rows = [
        {"link": JOY, "decision": "move", "move_to": "joy, sadness", "reviewer": "bo"},
        {"link": PRIDE, "score": "0.7", "reviewer": "bo"},
    ]
    checkout.folder.joinpath("bo.tsv").write_text(link_sheet(*rows))
    done = stats(checkout, "bo.tsv", "--adjudicate", "differ.tsv")
    assert done.messages == "tone: 2 links need adjudication: fill in differ.tsv\n"
    path = checkout.folder / "differ.tsv"
    found = list(csv.DictReader(io.StringIO(path.read_text()), delimiter="\t"))
    assert [(each["link"], each["proposed"], each["role"]) for each in found] == [
        (PRIDE, PRIDE, "adjudicator"),
        (JOY, JOY, "adjudicator"),
    ]
    assert found[0]["verdict of ada"] == "rejected: not opposed"
    assert found[0]["verdict of bo"] == f"{PRIDE} (score 0.7)"
    assert found[1]["verdict of bo"] == LOWER
    for each in found:
        each["decision"] = "accept"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]), delimiter="\t")
        writer.writeheader()
        writer.writerows(found)
    refused = stats(checkout, "bo.tsv", "--adjudicate", "differ.tsv")
    assert (refused.status, "holds decisions" in refused.messages) == (2, True)
    done = stats(checkout, "bo.tsv", "differ.tsv", "--reviewer", "cy")
    assert done.messages == "tone: 0 links need adjudication\n"


def test_broken_sheets_and_records_are_told_together(checkout: LinkCheckout) -> None:
    text = checkout.decisions.read_text()
    checkout.decisions.write_text(text.replace(f"{LOVE}\taccept\t{LOVE}", f"{LOVE}\taccept\t"))
    checkout.folder.joinpath("bo.tsv").write_text(link_sheet({"link": "Joy-isOppositeOf-Jy"}))
    done = stats(checkout, "bo.tsv", "--reviewer", "bo")
    assert done.status == 2
    assert done.messages.splitlines() == [
        "tone: 2 problems",
        f"{checkout.decisions}:5: accept without a link",
        "bo.tsv:2: unknown concept 'Jy'; did you mean Joy?",
    ]


def test_a_verdict_is_what_reviewers_agree_on_or_the_adjudicators() -> None:
    assert verdicts(*ADA, *BO[1:3]) == {JOY: {JOY}, FEAR: set(), LOVE: {LOVE}, PRIDE: set()}
    settled = [
        link_decision(JOY, LOWER, "cy", role="adjudicator"),
        link_decision(PRIDE, PRIDE, "cy", role="adjudicator", score=Decimal("0.4")),
    ]
    assert verdicts(*BO, *ADA, *settled) == {
        **{JOY: {LOWER}, FEAR: set(), LOVE: {LOVE}, PRIDE: {PRIDE}}
    }
    rows = accepted(settle([*ADA, *BO, *settled], LINKS, small_ontology()))
    assert {link: [each.reviewer for each in found] for link, found in rows.items()} == {
        **{LOWER: ["cy", "bo"], LOVE: ["ada", "bo"], PRIDE: ["cy", "bo"]}
    }
    assert lowest("score", rows[PRIDE], Decimal(1)) == Decimal("0.4")
    assert lowest("score", rows[LOVE], Decimal("0.7")) == Decimal("0.7")


def test_reviewers_who_differ_are_told_with_their_places() -> None:
    with pytest.raises(SourceErrors) as caught:
        verdicts(*ADA, *BO)
    assert caught.value.problems == (
        f"b:4: needs adjudication: bo says {PRIDE} of {PRIDE} and ada rejected at a:4",
        f"b:1: needs adjudication: bo says {LOWER} of {JOY} and ada {JOY} at a:1",
    )


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("Joy-isOppositeOf-Sadnes", "unknown concept 'Sadnes'; did you mean Sadness"),
        ("Sadness-isOppositeOf-Joy", "the link Sadness-isOppositeOf-Joy is written Joy-"),
        ("Joy-isOppositeOf-Pride", "Joy-isOppositeOf-Pride: Pride is a kind of Joy: opposites"),
    ],
)
def test_only_links_that_keep_the_rules_are_accepted(choice: str, told: str) -> None:
    with pytest.raises(SourceErrors) as caught:
        verdicts(link_decision(JOY, choice, place="a:1"))
    assert caught.value.problems[0].startswith(f"a:1: {told}")


def test_several_links_may_be_moved_to_one() -> None:
    other = "Cheerfulness-isOppositeOf-Suffering"
    rows = [link_decision(each, LOWER) for each in (JOY, other)]
    found = accepted(settle(rows, LINKS, small_ontology()))
    assert {link: [each.item[0] for each in said] for link, said in found.items()} == {
        LOWER: [JOY, other]
    }


def test_a_link_that_is_rejected_is_not_put_in_the_place_of_another() -> None:
    rows = [link_decision(JOY, LOWER, place="a:1"), link_decision(LOWER, "", place="a:2")]
    with pytest.raises(SourceErrors) as caught:
        accepted(settle(rows, LINKS, small_ontology()))
    assert caught.value.problems == (
        f"a:1: {LOWER} is accepted in place of {JOY}, yet its own verdict is rejected at a:2",
    )


def test_a_revised_decision_keeps_what_the_machine_said_of_the_link() -> None:
    revised = link_decision(
        *(JOY, LOWER),
        similarity=None,
        methods=(),
        source=(),
        evidence=(),
    )
    [row] = merge([ADA[0]], [[revised]], revise=True).decisions
    assert (row.decision, row.choice, row.methods) == ("move", LOWER, ADA[0].methods)
    assert (row.similarity, row.evidence) == (ADA[0].similarity, ADA[0].evidence)


def test_what_is_decided_is_known_to_later_sheets_though_no_longer_open(tmp_path: Path) -> None:
    checkout = make_link_checkout(tmp_path / "checkout", [])
    write_decisions(checkout.decisions, ADA, LINKS)
    sheet = checkout.folder / "bo.tsv"
    sheet.write_text(link_sheet({"link": JOY, "decision": "move", "move_to": LOWER}))
    _, [[row]] = read_sheets(
        LINKS, checkout.folder, small_ontology(), [sheet], lambda: [], reviewer="bo"
    )
    assert (row.proposed, row.similarity) == (JOY, ADA[0].similarity)
    assert (row.methods, row.evidence) == (ADA[0].methods, ADA[0].evidence)
