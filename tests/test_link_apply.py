"""`tone link apply`: from filled sheets and recorded decisions to links of `tone-edit.ttl`."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from link_checkout import (
    BY_HAND,
    COMBINATION,
    COMPOSITION,
    OPPOSITE,
    LinkCheckout,
    link_decision,
    make_link_checkout,
)
from ontology_edits import opposite
from tone_command import TONE, Done, tone
from tone_kg.ontology import load
from tone_kg.ontology.check import check
from tone_kg.ontology.concepts import Evidence
from tone_kg.ontology.normal_form import format_file, read_rdf
from tone_kg.ontology.owl_api import convert
from tone_kg.ontology.statements import restated
from tone_kg.vocab.decisions import SourceErrors, read_decisions
from tone_kg.vocab.kinds import LINKS
from tone_kg.vocab.links.replay import replay_links

SHIPPED = Path(__file__).parents[1]
BACK = "SadnessProper-isOppositeOf-Cheerfulness"
MACHINE = Evidence(
    score=Decimal("0.6"),
    method="antonyms | polarity",
    status="accepted",
    reviewer=("ada",),
    sources=("https://doi.org/10.1/1", "wordnet-3.0"),
)


@pytest.fixture
def checkout(tmp_path: Path) -> LinkCheckout:
    return make_link_checkout(tmp_path / "checkout")


def apply(checkout: LinkCheckout, *arguments: str | Path) -> Done:
    return tone("link", "apply", *arguments, cwd=checkout.folder)


def test_filled_sheets_become_decisions_and_statements(checkout: LinkCheckout) -> None:
    before = checkout.links()
    filled = checkout.sheet(
        f"""
        link ; proposed ; decision ; score ; move_to ; reason
        {OPPOSITE} ; {OPPOSITE} ; accept ; 0.9 ; ;
        {COMPOSITION} ; {COMPOSITION} ; accept ; ; ;
        {COMBINATION} ; {COMBINATION} ; reject ; ; ; the result does not follow
        """
    )
    done = apply(checkout, filled, "--reviewer", "ada", "--date", "2026-11-21")
    assert (done.status, done.text) == (0, "")
    assert done.messages.splitlines() == [
        "tone: 3 decisions came in: 3 new, 0 revised, 0 known already",
        f"tone: {checkout.source}: 2 links by decision, 2 added, 0 changed, 0 removed;"
        f" {len(BY_HAND)} kept as written by hand",
    ]
    assert checkout.recorded() == [
        (COMBINATION, "reject", "", "ada"),
        (OPPOSITE, "accept", OPPOSITE, "ada"),
        (COMPOSITION, "accept", COMPOSITION, "ada"),
    ]
    assert checkout.links().keys() - before.keys() == {OPPOSITE, BACK, COMPOSITION}
    assert checkout.link(COMPOSITION).evidence == MACHINE
    for each in (OPPOSITE, BACK):
        assert checkout.link(each).evidence == replace(MACHINE, score=Decimal("0.9"))
    assert checkout.open() == []
    assert not check(checkout.source.parent, reasoner=False)

    written = checkout.bytes()
    again = apply(checkout, filled, "--reviewer", "ada", "--date", "2027-01-01")
    assert "3 decisions came in: 0 new, 0 revised, 3 known already" in again.messages
    assert "0 added, 0 changed, 0 removed" in again.messages
    assert apply(checkout).status == 0
    assert checkout.bytes() == written


def test_several_reviewers_in_any_order_make_one_statement(tmp_path: Path) -> None:
    made = []
    for seed, order in (("1", (0, 1, 2)), ("2", (2, 0, 1))):
        checkout = make_link_checkout(tmp_path / seed)
        said = [("ada", "0.9", "reviewer"), ("bo", "0.7", "reviewer"), ("cy", "0.8", "adjudicator")]
        sheets = [
            checkout.sheet(
                f"""
                link ; proposed ; decision ; score ; reviewer ; role
                {COMBINATION} ; {COMBINATION} ; accept ; {score} ; {name} ; {role}
                """,
                f"{name}.tsv",
            )
            for name, score, role in said
        ]
        options = ("--date", "2026-11-21")
        done = tone(
            *("link", "apply", *(sheets[each] for each in order), *options),
            cwd=checkout.folder,
            PYTHONHASHSEED=seed,
        )
        assert done.status == 0
        evidence = checkout.link(COMBINATION).evidence
        assert (evidence.reviewer, evidence.score) == (("ada", "bo", "cy"), Decimal("0.8"))
        made.append(checkout.bytes())
    assert made[0] == made[1]


def test_a_link_of_a_reviewers_own_rests_on_the_review(checkout: LinkCheckout) -> None:
    filled = checkout.sheet(
        f"""
        link ; decision ; move_to
        amusement isOppositeOf boredom ; accept ;
        {OPPOSITE} ; move ; Happiness, Sorrow
        """
    )
    assert apply(checkout, filled, "--reviewer", "ada").status == 0
    own = checkout.link("Amusement-isOppositeOf-Boredom").evidence
    assert (own.score, own.method, own.sources) == (Decimal("0.8"), "review", ("team",))
    moved = checkout.link("Happiness-isOppositeOf-Sorrow").evidence
    assert (moved.score, moved.method, moved.sources) == (Decimal("0.8"), "review", ("team",))
    assert OPPOSITE not in checkout.links()
    assert checkout.open() == [COMBINATION, COMPOSITION]


def test_a_revised_decision_changes_its_link_and_takes_it_back(checkout: LinkCheckout) -> None:
    before = checkout.source.read_bytes()
    for said, score, expected in (
        ("accept ; 0.9 ;", Decimal("0.9"), "1 added, 0 changed, 0 removed"),
        ("accept ; 0.5 ;", Decimal("0.5"), "0 added, 1 changed, 0 removed"),
        ("reject ; ; rare", None, "0 added, 0 changed, 1 removed"),
    ):
        filled = checkout.sheet(f"link ; decision ; score ; reason\n{COMBINATION} ; {said}")
        done = apply(checkout, filled, "--reviewer", "ada", "--revise")
        assert expected in done.messages
        stated = checkout.links().get(COMBINATION)
        assert (stated.evidence.score if stated else None) == score
    assert checkout.source.read_bytes() == before


def test_decisions_since_the_source_was_made_leave_its_links_the_decisions_own(
    checkout: LinkCheckout,
) -> None:
    before = checkout.source.read_bytes()
    first = link_decision(COMBINATION, COMBINATION)
    checkout.record(first)
    assert apply(checkout).status == 0
    second = link_decision(COMBINATION, COMBINATION, "bo", score=Decimal("0.4"))
    checkout.record(first, second)
    assert "0 added, 1 changed, 0 removed" in apply(checkout).messages
    evidence = checkout.link(COMBINATION).evidence
    assert (evidence.reviewer, evidence.score) == (("ada", "bo"), Decimal("0.4"))
    checkout.record(first, second, link_decision(COMBINATION, "", "cy", role="adjudicator"))
    assert "0 added, 0 changed, 1 removed" in apply(checkout).messages
    assert checkout.source.read_bytes() == before


def test_what_a_curator_wrote_is_kept_and_told(checkout: LinkCheckout) -> None:
    checkout.record(link_decision(COMPOSITION, COMPOSITION, score=Decimal("0.9")))
    assert apply(checkout).status == 0
    text = checkout.source.read_text("utf-8")
    text = text.replace("tone:score 0.9000", "tone:score 0.3000")
    checkout.source.write_text(opposite("Amusement", "Boredom")(text), "utf-8")
    format_file(checkout.source)
    written = checkout.source.read_bytes()
    checkout.record(
        link_decision(COMPOSITION, COMPOSITION, score=Decimal("0.9")),
        link_decision("Joy-isOppositeOf-Sadness", ""),
    )
    done = apply(checkout)
    assert done.status == 0
    assert done.messages.splitlines()[:2] == [
        f"tone: {COMPOSITION} is kept as it was written by hand, though the decisions give it"
        " other evidence",
        "tone: Joy-isOppositeOf-Sadness is kept as it was written by hand, though"
        f" {checkout.decisions}:3 says rejected",
    ]
    kept = len(BY_HAND) + 2
    assert f"0 links by decision, 0 added, 0 changed, 0 removed; {kept} kept" in done.messages
    assert checkout.source.read_bytes() == written


def test_a_link_of_many_reviewers_can_be_changed_by_hand(checkout: LinkCheckout) -> None:
    names = [f"reviewer-{number}" for number in range(40)]
    checkout.record(*(link_decision(COMPOSITION, COMPOSITION, name) for name in names))
    assert apply(checkout).status == 0
    text = checkout.source.read_text("utf-8")
    checkout.source.write_text(text.replace("tone:score 0.6000", "tone:score 0.3000"), "utf-8")
    assert f"{COMPOSITION} is kept as it was written by hand" in apply(checkout).messages


def test_an_opposite_of_a_combination_is_not_taken_for_that_of_an_operand(
    checkout: LinkCheckout,
) -> None:
    text = checkout.source.read_text("utf-8")
    checkout.source.write_text(opposite("AngerPlusTrust", "Joy")(text), "utf-8")
    checkout.record(link_decision("Anger-isOppositeOf-Joy", ""))
    done = apply(checkout)
    assert done.status == 0
    assert "Anger-isOppositeOf-Joy" not in done.messages


def test_a_link_that_is_only_deleted_from_the_file_comes_back(checkout: LinkCheckout) -> None:
    without = checkout.source.read_bytes()
    checkout.record(link_decision(OPPOSITE, OPPOSITE))
    assert apply(checkout).status == 0
    written = checkout.source.read_bytes()
    checkout.source.write_bytes(without)
    assert "1 added, 0 changed, 0 removed" in apply(checkout).messages
    assert checkout.source.read_bytes() == written


def test_a_file_that_protege_saved_gets_the_same_links(tmp_path: Path) -> None:
    plain, saved = (make_link_checkout(tmp_path / each) for each in ("plain", "saved"))
    rdf = ox.serialize(read_rdf(plain.source), format=ox.RdfFormat.RDF_XML) or b""
    saved.source.write_bytes(convert(rdf, "ttl"))
    assert saved.source.read_bytes() != plain.source.read_bytes()
    for checkout in (plain, saved):
        checkout.record(*(link_decision(each, each) for each in (OPPOSITE, COMBINATION)))
        assert "2 added, 0 changed, 0 removed" in apply(checkout).messages
    assert saved.source.read_bytes() == plain.source.read_bytes()


def test_a_dry_run_lists_what_would_change(checkout: LinkCheckout) -> None:
    checkout.record(link_decision(OPPOSITE, OPPOSITE), link_decision(COMPOSITION, COMPOSITION))
    assert apply(checkout).status == 0
    checkout.record(
        link_decision(OPPOSITE, OPPOSITE),
        link_decision(OPPOSITE, OPPOSITE, "bo", score=Decimal("0.5")),
        link_decision(COMBINATION, COMBINATION),
        link_decision(COMPOSITION, COMPOSITION),
        link_decision(COMPOSITION, "", "cy", role="adjudicator"),
    )
    before = checkout.bytes()
    done = apply(checkout, "--dry-run")
    lines = done.text.splitlines()
    assert lines[:3] == [
        f"added\t{COMBINATION}\t0.6000\tantonyms | polarity",
        f"changed\t{OPPOSITE}\t0.5000\tantonyms | polarity",
        f"removed\t{COMPOSITION}\t0.6000\tantonyms | polarity",
    ]
    assert "kept\tJoy-isOppositeOf-Sadness\t1.0000\tliterature" in lines[3:]
    assert done.messages.endswith(f"{len(BY_HAND)} kept as written by hand (nothing is written)\n")
    assert checkout.bytes() == before


WRONG = {
    "an opposite of its own parent": (
        ["Amusement isOppositeOf Cheerfulness"],
        "2: Amusement-isOppositeOf-Cheerfulness: Amusement is a kind of Cheerfulness",
    ),
    "one part": (
        ["Grief isComposedOf Longing"],
        "2: Grief-isComposedOf-Longing: fewer than two different parts",
    ),
    "an unknown concept": (
        ["Greif isComposedOf Longing + Shock"],
        "2: unknown concept 'Greif'; did you mean Grief",
    ),
    "parts of each other": (
        ["Longing isComposedOf Hope + Shock", "Hope isComposedOf Longing + Trust"],
        "3: Hope-isComposedOf-Longing-Trust: Hope, Longing are composed of each other",
    ),
    "a part that the curator composed of the whole": (
        ["Trust isComposedOf Love + Relief"],
        "2: Trust-isComposedOf-Love-Relief: Love, Trust are composed of each other",
    ),
    "two results": (
        ["Grief + Joy leadsTo Awe", "Grief + Joy leadsTo Hope"],
        "2: GriefPlusJoy-leadsTo-Awe: GriefPlusJoy leads to Awe and to Hope",
    ),
    "another result than the curator's": (
        ["Joy + Trust leadsTo Hope"],
        "2: JoyPlusTrust-leadsTo-Hope: JoyPlusTrust leads to Hope and to Love",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_link_is_told_with_its_line_and_nothing_is_written(
    name: str, checkout: LinkCheckout
) -> None:
    links, problem = WRONG[name]
    filled = checkout.sheet("\n".join(["link ; decision", *(f"{each} ; accept" for each in links)]))
    before = checkout.bytes()
    done = apply(checkout, filled, "--reviewer", "ada")
    assert done.status == 2
    assert done.messages.startswith("tone: nothing is written: ")
    assert f"{filled}:{problem}" in done.messages
    assert checkout.bytes() == before


def test_reviewers_who_differ_are_told_and_nothing_is_written(checkout: LinkCheckout) -> None:
    checkout.record(link_decision(OPPOSITE, OPPOSITE), link_decision(OPPOSITE, "", "bo"))
    before = checkout.bytes()
    done = apply(checkout)
    assert done.status == 2
    assert f"{checkout.decisions}:3: needs adjudication: bo says rejected" in done.messages
    assert checkout.bytes() == before


def test_what_only_tone_check_can_find_is_told_with_the_line(checkout: LinkCheckout) -> None:
    """The label of the new combination is that of another concept; its definition goes too."""
    text = checkout.source.read_text("utf-8")
    known = '    rdfs:label "hope"@en ;\n'
    text = text.replace(known, f'{known}    skos:altLabel "anger + anxiety"@en ;\n')
    start = text.index("    skos:definition", text.index("tone:Hope\n"))
    checkout.source.write_text(text[:start] + text[text.index("\n", start) + 1 :], "utf-8")
    checkout.record(link_decision(OPPOSITE, OPPOSITE), link_decision(COMBINATION, COMBINATION))
    before = checkout.bytes()
    done = apply(checkout)
    assert done.status == 2
    assert done.messages == (
        f"tone: nothing is written: {checkout.decisions}:2: AngerPlusAnxiety: label-shared: the"
        " label is shared by several concepts: anger + anxiety of AngerPlusAnxiety, Hope\n"
    )
    assert checkout.bytes() == before


def test_a_broken_rule_is_told_at_the_decision_that_breaks_it(checkout: LinkCheckout) -> None:
    """Another link of the same emotion is stated already."""
    known = link_decision(OPPOSITE, OPPOSITE, place="decisions:2")
    ontology = load(checkout.source.parent)
    before = replay_links([known], [known], ontology, checkout.source.read_bytes())
    link = "Cheerfulness-isOppositeOf-Grief"
    broken = link_decision(link, link, methods=(" 0.5",), place="decisions:3")
    with pytest.raises(SourceErrors) as caught:
        replay_links([known, broken], [known], ontology, before.source)
    assert [each.partition(": ")[0] for each in caught.value.problems] == ["decisions:3"] * 2


def test_what_cannot_be_written_leaves_all_files_as_they_were(checkout: LinkCheckout) -> None:
    checkout.record(link_decision(OPPOSITE, OPPOSITE))
    filled = checkout.sheet(f"link ; decision ; reviewer\n{COMPOSITION} ; accept ; bo")
    before = checkout.bytes()
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 100; exec "$@"', "sh", TONE, "link", "apply", filled],
        cwd=checkout.folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr == f"tone: {checkout.source}: cannot be written (File too large)\n"
    assert checkout.bytes() == before


def test_the_recorded_decisions_make_the_links_that_are_shipped() -> None:
    ontology = load(SHIPPED / "ontology")
    decisions = read_decisions(SHIPPED / "vocab" / LINKS.file, LINKS)
    shipped = (SHIPPED / "ontology" / "tone-edit.ttl").read_bytes()
    made = replay_links(decisions, decisions, ontology, shipped)
    assert made.source == shipped
    assert (made.added, made.changed, made.removed, made.overruled) == ((), (), (), {})
    bare = restated(read_rdf(shipped, "ttl"), taken_back=made.links)
    assert replay_links(decisions, (), ontology, bare).source == shipped
