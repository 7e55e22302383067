"""Review sheets of links: written, filled in, read back; and the record of decisions on links."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_checkout import LinkCheckout, link_decision, link_sheet, make_link_checkout
from link_offers import FEAR, JOY, LOVE, OPEN, PRIDE
from small_vocabulary import small_ontology
from test_decisions import PLACES, texts
from tone_command import Done, tone
from tone_kg.vocab.decisions import Decision, SourceErrors, read_decisions, write_decisions
from tone_kg.vocab.kinds import LINKS
from tone_kg.vocab.selection import Offer, link_offers
from tone_kg.vocab.sheet import Defaults, read_sheet, write_sheet
from vocabulary_checkout import DATE

ADA = Defaults(DATE, "ada")


@pytest.fixture
def checkout(tmp_path: Path) -> LinkCheckout:
    return make_link_checkout(tmp_path / "checkout", OPEN)


def review(checkout: LinkCheckout, *arguments: str, reviewer: str = "ada") -> Done:
    words = ("link", "review", "--reviewer", reviewer, "--sheet", "sheet.tsv", *arguments)
    return tone(*words, cwd=checkout.folder)


def rows_of(checkout: LinkCheckout) -> list[dict[str, str]]:
    text = checkout.folder.joinpath("sheet.tsv").read_text()
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


def links_of(checkout: LinkCheckout) -> list[str]:
    return [each["link"] for each in rows_of(checkout)]


def read(text: str, defaults: Defaults = ADA) -> list[Decision]:
    with TemporaryDirectory() as folder:
        path = Path(folder, "filled.tsv")
        path.write_text(text)
        return list(read_sheet(path, LINKS, small_ontology(), defaults))


def problems(text: str) -> list[str]:
    with pytest.raises(SourceErrors) as caught:
        read(text)
    return [each.partition("filled.tsv:")[2] for each in caught.value.problems]


def test_a_sheet_shows_what_a_reviewer_must_know(checkout: LinkCheckout) -> None:
    assert review(checkout).messages == "tone: 4 links to decide in sheet.tsv\n"
    rows = rows_of(checkout)
    assert tuple(rows[0]) == LINKS.sheet
    # By kind, the best score first.
    assert [each["link"] for each in rows] == [JOY, FEAR, LOVE, PRIDE]
    assert [each["in_words"] for each in rows] == [
        "cheerfulness is the opposite of grief",
        "fear is the opposite of hope",
        "passion is composed of joy and trust",
        "anger plus joy leads to pride",
    ]
    joy = rows[0]
    assert joy["definitions"].startswith("Cheerfulness: ")
    assert " | Grief: " in joy["definitions"]
    assert joy | {"definitions": ""} == {
        **{"decision": "", "move_to": "", "score": "", "reason": "", "definitions": ""},
        **{"link": JOY, "in_words": "cheerfulness is the opposite of grief", "proposed": JOY},
        **{"paths": "Joy > Cheerfulness | Sadness > SadnessProper > Grief", "combined": "0.8000"},
        **{"methods": "antonyms 0.5000 | polarity 0.7000", "kinds": "4 of 6", "flags": ""},
        **{"source": "wordnet-3.0", "evidence": "cheerful antonym sad"},
        **{"reviewer": "ada", "role": "reviewer"},
    }


def test_only_what_is_asked_for_and_not_yet_decided(checkout: LinkCheckout) -> None:
    write_decisions(checkout.decisions, [link_decision(JOY, JOY)], LINKS)
    review(checkout)
    assert links_of(checkout) == [FEAR, LOVE, PRIDE]
    review(checkout, reviewer="bo")
    assert links_of(checkout) == [JOY, FEAR, LOVE, PRIDE]
    review(checkout, "--kind", "leadsto")
    assert links_of(checkout) == [PRIDE]
    review(checkout, "--concept", "joy", reviewer="bo")
    assert links_of(checkout) == [JOY, FEAR, LOVE, PRIDE]
    review(checkout, "--concept", "trust")
    assert links_of(checkout) == [LOVE]
    review(checkout, "--limit", "1")
    assert links_of(checkout) == [FEAR]
    review(checkout, "--sample", "2", "--seed", "1")
    assert len(links_of(checkout)) == 2
    done = review(checkout, "--concept", "trst")
    assert done.status == 2
    assert done.messages.startswith("tone: unknown concept 'trst'; did you mean Trust")


def test_a_second_pass_sees_nothing_of_the_first(checkout: LinkCheckout) -> None:
    own = link_decision("Guilt-isOppositeOf-Pride", "Guilt-isOppositeOf-Pride", proposed="")
    own = replace(own, similarity=None, methods=(), source=(), evidence=("telltale",))
    moved = link_decision(JOY, "Joy-isOppositeOf-Sadness", reason="telltale")
    write_decisions(checkout.decisions, [own, moved, link_decision(LOVE, "", "bo")], LINKS)
    assert review(checkout, "--decided", reviewer="bo").status == 0
    shown = {row["link"]: (row["proposed"], row["combined"]) for row in rows_of(checkout)}
    assert shown == {JOY: (JOY, "0.6000"), "Guilt-isOppositeOf-Pride": ("", "")}
    text = checkout.folder.joinpath("sheet.tsv").read_text()
    assert not any(word in text for word in ("telltale", "Joy-isOppositeOf-Sadness", "ada"))


def test_a_sheet_that_holds_decisions_is_not_written_over(checkout: LinkCheckout) -> None:
    path = checkout.folder / "sheet.tsv"
    path.write_text(link_sheet({"link": JOY}))
    before = path.read_bytes()
    assert review(checkout).status == 2
    assert path.read_bytes() == before
    assert review(checkout, "--force").status == 0


def test_a_proposal_of_an_unknown_concept_is_told_with_its_line(checkout: LinkCheckout) -> None:
    path = checkout.folder / "vocab" / "link-proposals.tsv"
    path.write_text(path.read_text().replace("Hope", "Hoep"))
    assert review(checkout).messages == (
        f"tone: {path}:4: unknown concept 'Hoep'; did you mean Hope?\n"
    )


def test_accepting_moving_and_rejecting() -> None:
    rows = [
        {"link": JOY, "proposed": JOY, "combined": "0,8", "methods": "antonyms 0.5000"},
        {"link": LOVE, "proposed": LOVE, "decision": "m", "move_to": "love, trust, joy"},
        {"link": PRIDE, "proposed": PRIDE, "decision": "Rejected", "reason": "no anger in it"},
        {"link": FEAR, "proposed": FEAR, "score": "0.9", "decision": ""},
    ]
    joy, love, pride = read(link_sheet(*rows))
    assert (joy.decision, joy.choice, joy.proposed) == ("accept", JOY, JOY)
    assert (joy.similarity, joy.methods, joy.score) == (Decimal("0.8"), ("antonyms 0.5000",), None)
    assert (love.decision, love.choice) == ("move", "Love-isComposedOf-Joy-Trust")
    assert (pride.decision, pride.choice, pride.reason) == ("reject", "", "no anger in it")


def test_a_link_of_ones_own_is_one_more_proposal_under_its_usual_id() -> None:
    source = "https://doi.org/10.1511/2001.4.344"
    rows = [
        {"link": "sadness isOppositeOf joy", "score": "0.9", "source": source},
        {"link": "Joy + Anger leadsTo triumph"},
        {"link": "Pride-isOppositeOf-Guilt", "decision": "reject", "reason": "not always"},
        {"link": "Love-isComposedOf-Joy-Trust", "decision": "move", "move_to": LOVE},
    ]
    taken = read(link_sheet(*rows))
    assert [(*each.item, each.decision, each.choice, each.proposed) for each in taken] == [
        ("Joy-isOppositeOf-Sadness", "accept", "Joy-isOppositeOf-Sadness", ""),
        ("AngerPlusJoy-leadsTo-Triumph", "accept", "AngerPlusJoy-leadsTo-Triumph", ""),
        ("Guilt-isOppositeOf-Pride", "reject", "", ""),
        ("Love-isComposedOf-Joy-Trust", "move", LOVE, ""),
    ]
    assert (taken[0].score, taken[0].source) == (Decimal("0.9"), (source,))


def test_what_a_sheet_lost_comes_from_the_open_proposals(tmp_path: Path) -> None:
    checkout = make_link_checkout(tmp_path / "checkout", OPEN)
    path = checkout.folder / "vocab" / "link-proposals.tsv"
    queue = {each.item: each for each in link_offers(path, small_ontology())}
    text = link_sheet({"link": "grief-isoppositeof-cheerfulness"})
    [taken] = read(text, Defaults(DATE, "ada", queue=queue))
    assert (taken.choice, taken.proposed, taken.similarity) == (JOY, JOY, Decimal("0.8"))
    assert taken.methods == ("antonyms 0.5000", "polarity 0.7000")
    assert taken.evidence == ("cheerful antonym sad",)


def test_every_broken_row_is_told_with_its_line() -> None:
    rows: dict[str, dict[str, str]] = {
        "decision 'maybe' is none of accept, move, reject": {"link": JOY, "decision": "maybe"},
        "unknown concept 'Joyy'; did you mean Joy?": {"link": "Joyy-isOppositeOf-Fear"},
        "'Joy and Fear' is no link: a link is written": {"link": "Joy and Fear"},
        "link is empty": {"link": ""},
        "Joy-isOppositeOf-Jubilation: Jubilation is a kind of Joy: opposites never lie along": {
            "link": "Joy-isOppositeOf-Jubilation"
        },
        "Love-isComposedOf-Joy: fewer than two different parts": {"link": "Love-isComposedOf-Joy"},
        "Contempt-isComposedOf-Anger-Disgust: the part Disgust is a kind of the part Anger": {
            "link": "Contempt-isComposedOf-Anger-Disgust"
        },
        "move_to: unknown concept 'Xyzzy'": {
            "link": LOVE,
            "decision": "m",
            "move_to": "Xyzzy, Joy",
        },
        "move_to: 'joy, fear, hope' names 3 concepts; a pair of opposites has two": {
            **{"link": FEAR, "decision": "m", "move_to": "joy, fear, hope"}
        },
        "the operand Pride is the result itself": {
            **{"link": PRIDE, "decision": "m", "move_to": "AngerPlusPride-leadsTo-Pride"}
        },
        "move, but move_to is empty": {"link": "Anger-isOppositeOf-Fear", "decision": "move"},
        "moved from Hate-isOppositeOf-Love to itself; write accept": {
            **{"link": "Hate-isOppositeOf-Love", "decision": "move", "move_to": "love, hate"}
        },
        "move_to is filled in, yet Joy-isOppositeOf-Sadness is accepted; write move": {
            **{"link": "Joy-isOppositeOf-Sadness", "move_to": "Fear, Hope"}
        },
        "rejected without a reason": {"link": "Joy-isOppositeOf-Fear", "decision": "reject"},
        f"{LOVE} is proposed for Love-isComposedOf-Joy-Trust; it must be the same or empty": {
            **{"link": "Love-isComposedOf-Joy-Trust", "proposed": LOVE}
        },
        "score 1.5 is not between 0 and 1": {"link": "Hope-isOppositeOf-Despair", "score": "1.5"},
        "methods: 'antonyms' is no method with its score, such as 'antonyms 0.6120'": {
            **{"link": "Hope-isOppositeOf-Grief", "methods": "antonyms | kind 0.5"}
        },
        "combined -0.5 is not between 0 and 1": {
            **{"link": "Trust-isOppositeOf-Disgust", "combined": "-0.5"}
        },
    }
    told = problems(link_sheet(*rows.values()))
    assert len(told) == len(rows)
    for line, (problem, found) in enumerate(zip(rows, told, strict=True), start=2):
        assert found.startswith(f"{line}: ")
        assert problem in found


def test_one_link_written_in_two_ways_is_told() -> None:
    rows = [{"link": "Joy-isOppositeOf-Sadness"}, {"link": "Sadness-isOppositeOf-Joy"}]
    assert problems(link_sheet(*rows)) == ["3: repeats line 2: Joy-isOppositeOf-Sadness"]


def offered() -> list[Offer]:
    """The open proposals as they are offered."""
    with TemporaryDirectory() as folder:
        checkout = make_link_checkout(Path(folder, "checkout"), OPEN)
        path = checkout.folder / "vocab" / "link-proposals.tsv"
        return link_offers(path, small_ontology())


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_a_sheet_gives_back_what_it_was_given(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"sheet{suffix}"
    given = offered()
    write_sheet(path, given, LINKS, small_ontology(), reviewer="ada")
    delimiter = "," if suffix == ".csv" else "\t"
    text = path.read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    for row in rows[1:]:
        row[0] = "accept"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    taken = read_sheet(path, LINKS, small_ontology(), ADA)
    assert list(taken) == [
        each for offer in given for each in offer.decide(LINKS, offer.item, "ada", date=DATE)
    ]


METHODS = st.sampled_from(["antonyms 0.5000", "kind 1.0000", "polarity 0"])
LINK_IDS = st.sampled_from([each.link for each in OPEN])


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    link = draw(LINK_IDS)
    choice = draw(LINK_IDS | st.just(""))
    return link_decision(
        link,
        choice,
        reviewer=draw(st.sampled_from(["ada", "bo"])),
        role=draw(st.sampled_from(["reviewer", "adjudicator"])),
        proposed=draw(st.sampled_from([link, ""])),
        score=draw(st.none() | PLACES) if choice else None,
        similarity=draw(st.none() | PLACES),
        methods=tuple(draw(st.lists(METHODS, max_size=3))),
        source=tuple(draw(st.lists(texts(1), max_size=2))),
        evidence=tuple(draw(st.lists(texts(1), max_size=2))),
        reason=draw(texts(1)),
    )


@settings(deadline=None)
@given(
    st.lists(decisions(), max_size=6, unique_by=lambda each: (each.item, each.reviewer, each.role))
)
def test_the_record_comes_back_as_it_was_written(taken: list[Decision]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "link-decisions.tsv")
        write_decisions(path, taken, LINKS)
        assert path.read_text().splitlines()[0].split("\t") == [
            *("link", "decision", "accepted", "proposed", "score", "combined", "methods"),
            *("source", "evidence", "reason", "reviewer", "role", "date"),
        ]
        assert list(read_decisions(path, LINKS)) == sorted(taken, key=lambda each: each.key)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"choice": LOVE}, f"accept of {LOVE} where {JOY} is proposed; write move"),
        ({"decision": "move"}, "move, yet not from another link; write accept"),
        ({"choice": ""}, "accept without a link"),
        ({"proposed": LOVE}, f"{LOVE} is proposed for {JOY}; it must be the same or empty"),
        ({"decision": "reject", "reason": "no"}, "rejected, yet with a link"),
        (
            {"decision": "reject", "choice": "", "reason": "no", "score": Decimal("0.5")},
            "rejected, yet with a score",
        ),
        ({"similarity": Decimal(2)}, "combined 2.0000 is not between 0 and 1"),
        ({"item": ("",)}, "link is empty"),
        ({"methods": ("\x07",)}, "a control character in one of the columns"),
    ],
)
def test_what_is_wrong_in_the_record_is_told_with_its_line(
    tmp_path: Path, wrong: dict[str, object], told: str
) -> None:
    path = tmp_path / "link-decisions.tsv"
    write_decisions(path, [replace(link_decision(JOY, JOY), **wrong)], LINKS)  # type: ignore[arg-type]
    with pytest.raises(SourceErrors) as caught:
        read_decisions(path, LINKS)
    assert f"{path}:2: {told}" in caught.value.problems
