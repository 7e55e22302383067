"""Review sheets: written for a spreadsheet, read back as spreadsheets leave them."""

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
from small_vocabulary import small_ontology
from test_decisions import texts
from tone_command import Done, tone
from tone_kg.ontology.table_rules import PARTS_OF_SPEECH
from tone_kg.vocab.decisions import Decision, SourceErrors, read_decisions, write_decisions
from tone_kg.vocab.kinds import TERMS
from tone_kg.vocab.proposals import write_queue
from tone_kg.vocab.selection import Offer
from tone_kg.vocab.sheet import Defaults, read_sheet, write_sheet
from vocabulary_checkout import DATE, Checkout, decision, make_checkout, proposal, sheet

ADA = Defaults(DATE, "ada")
QUEUE = [
    proposal("chirpy", "Cheerfulness", "0.01", flags=("ambiguous-sense",), contexts=("so chirpy",)),
    proposal("=)", "Happiness", "0.02", pos="emoticon", lang="und"),
    proposal("blue", "Sorrow", "0.03"),
    proposal("شوق", "Longing", "0.04", pos="noun", lang="ar"),
    proposal("at my wits' end", "Exasperation", "0.05", pos="phrase"),
]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path / "checkout", QUEUE)


def review(checkout: Checkout, *arguments: str, reviewer: str = "ada") -> Done:
    return tone("vocab", "review", "--reviewer", reviewer, *arguments, cwd=checkout.folder)


def read(text: str | bytes, name: str = "filled.tsv", defaults: Defaults = ADA) -> list[Decision]:
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return list(read_sheet(path, TERMS, small_ontology(), defaults))


def problems(text: str | bytes, name: str = "filled.tsv", defaults: Defaults = ADA) -> list[str]:
    with pytest.raises(SourceErrors) as caught:
        read(text, name, defaults)
    return [each.partition(name)[2].removeprefix(":") for each in caught.value.problems]


def rows_of(path: Path) -> list[dict[str, str]]:
    delimiter = "," if path.suffix == ".csv" else "\t"
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig")), delimiter=delimiter))


@pytest.mark.parametrize("name", ["sheet.tsv", "sheet.csv"])
def test_a_sheet_shows_the_queue_and_takes_decisions(checkout: Checkout, name: str) -> None:
    done = review(checkout, "--sheet", name)
    assert (done.status, done.messages) == (0, f"tone: 5 terms to decide in {name}\n")
    path = checkout.folder / name
    rows = rows_of(path)
    assert tuple(rows[0]) == TERMS.sheet
    assert [each["term"] for each in rows] == ["chirpy", "'=)", "blue", "شوق", "at my wits' end"]
    assert rows[0] | {"definition": "..."} == {
        **{"decision": "", "move_to": "", "score": "", "weight": "", "reason": ""},
        **{"term": "chirpy", "lang": "en", "pos": "adjective", "proposed": "Cheerfulness"},
        **{"path": "Joy > Cheerfulness", "definition": "...", "similarity": "0.6000"},
        **{"margin": "0.0100", "runner_up": "Joy", "flags": "ambiguous-sense"},
        **{"source": "wordnet-3.0", "evidence": "a:00000001 similar to cheerfulness"},
        **{"contexts": "so chirpy", "reviewer": "ada", "role": "reviewer"},
    }
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") == name.endswith(".csv")

    for row in rows:
        row["decision"] = "accept"
    stream = io.StringIO()
    writer = csv.DictWriter(stream, TERMS.sheet, delimiter="," if name.endswith("csv") else "\t")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(stream.getvalue(), "utf-8-sig")
    assert tone("vocab", "apply", name, cwd=checkout.folder).status == 0
    recorded = {each.item[0]: each for each in read_decisions(checkout.decisions, TERMS)}
    for queued in QUEUE:
        taken = recorded[queued.term]
        assert (taken.choice, taken.reviewer) == (queued.concept, "ada")
        assert (taken.margin, taken.evidence) == (queued.margin, queued.evidence)
    assert review(checkout, "--sheet", "more.tsv").messages == (
        "tone: nothing is left for ada to review\n"
    )


def test_a_sheet_that_holds_decisions_is_not_written_over(checkout: Checkout) -> None:
    path = checkout.folder / "mine.tsv"
    assert review(checkout, "--sheet", "mine.tsv").status == 0
    assert review(checkout, "--sheet", "mine.tsv").status == 0
    path.write_text(sheet({"term": "blue"}))
    before = path.read_bytes()
    done = review(checkout, "--sheet", "mine.tsv")
    assert (done.status, path.read_bytes()) == (2, before)
    assert done.messages == "tone: mine.tsv holds decisions: write another file, or use --force\n"
    assert review(checkout, "--sheet", "mine.tsv", "--force").status == 0
    assert len(rows_of(path)) == 5


def test_what_may_hold_decisions_is_not_written_over(checkout: Checkout) -> None:
    unclosed = sheet({"term": "blue", "decision": ""}).replace("blue", '"blue')
    for content in ("to do: buy milk", unclosed, "\xff"):
        path = checkout.folder / "notes.csv"
        path.write_text(content, "latin-1")
        assert review(checkout, "--sheet", "notes.csv").status == 2
        assert path.read_text("latin-1") == content


def test_samples_are_random_and_come_again(checkout: Checkout) -> None:
    write_queue(checkout.queue, [proposal(f"word {index}", "Joy") for index in range(50)])

    def drawn(*options: str) -> list[str]:
        assert review(checkout, "--sheet", "s.tsv", *options).status == 0
        return [each["term"] for each in rows_of(checkout.folder / "s.tsv")]

    first = drawn("--sample", "10", "--seed", "7")
    assert first == drawn("--sample", "10", "--seed", "7")
    assert first == sorted(first, key=lambda term: int(term.split()[1]))
    assert len(set(first)) == 10
    assert first != drawn("--sample", "10", "--seed", "8")
    assert set(first) < set(drawn("--sample", "11", "--seed", "7"))
    assert drawn("--limit", "3") == ["word 0", "word 1", "word 2"]
    assert drawn("--sample", "10", "--seed", "7", "--limit", "3") == first[:3]


def test_one_concept_and_those_below_it(checkout: Checkout) -> None:
    assert review(checkout, "--sheet", "s.tsv", "--concept", "sadness").status == 0
    assert [each["term"] for each in rows_of(checkout.folder / "s.tsv")] == ["blue"]
    assert (
        "unknown concept 'sadnes'; did you mean"
        in review(checkout, "--sheet", "s.tsv", "--concept", "sadnes").messages
    )


def test_a_second_pass_sees_nothing_of_the_first(checkout: Checkout) -> None:
    own_word = {"proposed": "", "similarity": None, "margin": None, "runner_up": ""}
    taken = [
        decision("blue", "Sorrow", decision="move", proposed="Gloom", reason="telltale"),
        decision("chirpy", "", proposed="Cheerfulness", reason="telltale"),
        decision("wow", "Amazement", **own_word, evidence=("telltale",)),
        decision("sad", "Sadness", "bo"),
        decision("mad", "Anger", "cy", similarity=None, role="adjudicator"),
    ]
    write_decisions(checkout.decisions, taken, TERMS)
    assert review(checkout, "--sheet", "bo.tsv", "--decided", reviewer="bo").status == 0
    path = checkout.folder / "bo.tsv"
    shown = {row["term"]: (row["proposed"], row["margin"]) for row in rows_of(path)}
    assert shown == {
        "blue": ("Gloom", "0.0500"),
        "chirpy": ("Cheerfulness", "0.0500"),
        "wow": ("", ""),
    }
    assert not any(word in path.read_text() for word in ("telltale", "Sorrow", "Amazement", "ada"))
    everything = review(checkout, "--sheet", "dee.tsv", "--decided", reviewer="dee")
    assert everything.messages == "tone: 4 terms to decide in dee.tsv\n"
    done = review(checkout, "--sheet", "bo.tsv", "--decided", "--concept", "Joy", reviewer="bo")
    assert (done.status, done.messages.splitlines()[-1]) == (
        2,
        "Error: --decided takes neither --queue nor --concept.",
    )


def test_the_queue_must_be_there(checkout: Checkout) -> None:
    checkout.queue.unlink()
    done = review(checkout, "--sheet", "s.tsv")
    assert done.messages == f"tone: {checkout.queue} is missing: tone vocab expand writes it\n"
    assert review(checkout, "--sheet", "s.tsv", "--queue", "no.tsv").status == 2


# What spreadsheets make of a sheet: the same three decisions each time.
PLAIN = (
    "term\tlang\tpos\tproposed\tdecision\tmove_to\tscore\tweight\treason\n"
    "chirpy\ten\tadjective\tCheerfulness\taccept\t\t0.9\t0.7\t\n"
    "blue\ten\tadjective\tJoy\tmove\tSorrow\t\t\t\n"
    "=)\tund\temoticon\tJoy\treject\t\t\t\tnot a feeling\n"
)


def semicolons(text: str) -> str:
    return text.replace("\t", ";").replace("0.9", "0,9").replace("0.7", "0,7")


def other_columns(text: str) -> str:
    rows = [line.split("\t") for line in text.splitlines()]
    rows = [[f"note {at}", *reversed(row), "x" * at] for at, row in enumerate(rows)]
    rows[0][-1] = "My Notes"
    rows[0] = [cell.replace("move_to", " Move To ").replace("term", "TERM") for cell in rows[0]]
    return "\n".join("\t".join(row) for row in rows)


def blank_lines(text: str) -> str:
    return "\n\t\t\t\n" + text.replace("\n", "\n\n  \t \n")


def cased(text: str) -> str:
    for old, new in (
        *(("accept", " A "), ("move\t", "Moved\t"), ("reject", "REJECT"), ("Sorrow", " sorrow ")),
        *(("adjective", " Adjective"), ("chirpy", "\u00a0chirpy  ")),
    ):
        text = text.replace(old, new)
    return text


MANGLED: dict[str, tuple[str, bytes]] = {
    "as it was": (".tsv", PLAIN.encode()),
    "byte order mark": (".tsv", PLAIN.encode("utf-8-sig")),
    "DOS line ends": (".tsv", PLAIN.replace("\n", "\r\n").encode()),
    "old Mac line ends": (".tsv", PLAIN.replace("\n", "\r").encode()),
    "UTF-16, as Excel's Unicode text": (".tsv", PLAIN.encode("utf-16")),
    "commas": (".csv", PLAIN.replace("\t", ",").encode()),
    "semicolons and decimal commas": (".csv", semicolons(PLAIN).encode("utf-8-sig")),
    "tabs in a .csv": (".csv", PLAIN.encode()),
    "columns moved and added": (".tsv", other_columns(PLAIN).encode()),
    "blank lines": (".tsv", blank_lines(PLAIN).encode()),
    "blanks and other cases": (".tsv", cased(PLAIN).encode()),
    "a protected formula": (".tsv", PLAIN.replace("=)", "'=)").encode()),
    "everything quoted": (
        ".csv",
        "\r\n".join(
            ",".join(f'"{cell}"' for cell in line.split("\t")) for line in PLAIN.splitlines()
        ).encode(),
    ),
    "a line end in a cell": (".tsv", PLAIN.replace("not a feeling", '"not a\nfeeling"').encode()),
    "last cells cut off": (".tsv", PLAIN.replace("\t\t\t\n", "\n").encode()),
}


@pytest.mark.parametrize("how", MANGLED)
def test_sheets_are_read_as_spreadsheets_leave_them(how: str) -> None:
    suffix, data = MANGLED[how]
    chirpy, blue, smiley = read(data, f"filled{suffix}")
    assert chirpy.item == ("chirpy", "en", "adjective")
    assert (chirpy.decision, chirpy.choice) == ("accept", "Cheerfulness")
    assert (chirpy.score, chirpy.weight) == (Decimal("0.9"), Decimal("0.7"))
    assert (blue.decision, blue.choice, blue.proposed) == ("move", "Sorrow", "Joy")
    assert (blue.score, blue.weight) == (None, None)
    assert smiley.item == ("=)", "und", "emoticon")
    assert (smiley.decision, smiley.choice, smiley.reason) == ("reject", "", "not a feeling")


def test_only_the_columns_that_matter_are_needed() -> None:
    [taken] = read("decision,term,lang,pos,proposed\na,glad,en,adjective,Joy\n", "f.csv")
    assert taken == replace(
        decision("glad", "Joy", similarity=None, margin=None, runner_up=""),
        score=None,
        weight=None,
        source=(),
        evidence=(),
    )


def test_a_second_concept_is_the_reviewers_own_word() -> None:
    kept, added = read(
        sheet({"term": "fun", "decision": "move", "move_to": "Joy|Enjoyment", "margin": "0.1"})
    )
    assert (kept.decision, kept.choice, kept.proposed) == ("accept", "Joy", "Joy")
    assert (added.decision, added.choice, added.proposed) == ("accept", "Enjoyment", "")
    assert (kept.margin, added.margin) == (Decimal("0.1"), None)


def test_without_a_proposal_the_reviewer_names_the_concept() -> None:
    for word in ("accept", "move"):
        [taken] = read(sheet({"term": "fun", "proposed": "", "decision": word, "move_to": "Joy"}))
        assert (taken.decision, taken.choice, taken.proposed) == ("accept", "Joy", "")


def test_every_broken_row_is_told_with_its_line() -> None:
    rows: dict[str, dict[str, str]] = {
        "decision 'maybe' is none of accept, move, reject": {"decision": "maybe"},
        "proposed: unknown concept 'Joyy'; did you mean Joy?": {"proposed": "Joyy"},
        "move_to: unknown concept 'Xyzzy'": {"decision": "move", "move_to": "Xyzzy"},
        "move, but move_to is empty": {"decision": "move"},
        "moved from Joy to itself; write accept": {"decision": "move", "move_to": "joy"},
        "move_to names a concept twice": {"decision": "move", "move_to": "Fear | fear"},
        "move_to is filled in, yet Joy is accepted; write move, and both concepts": {
            "move_to": "Fear"
        },
        "move_to is filled in, yet the decision is reject": {
            **{"decision": "reject", "move_to": "Fear", "reason": "no"}
        },
        "move_to is filled in, but decision is not": {"decision": "", "move_to": "Fear"},
        "accept, but no concept is proposed; name one in move_to": {"proposed": ""},
        "rejected without a reason": {"decision": "reject"},
        "score 'high' is not a decimal number": {"score": "high"},
        "score 1.5 is not between 0 and 1": {"score": "1,5"},
        "weight is 0; reject the term instead": {"weight": "0"},
        "weight 0.12345 has more than four places": {"weight": "0.12345"},
        "a term of 10,000 characters; at most 100 are allowed": {"term": "x" * 10_000},
        "a control character in the term, U+001B": {"term": "\x1b[2Jgone"},
        "term is empty": {"term": ""},
        "lang 'English' is no language tag": {"lang": "English"},
        "pos 'idiom' is none of noun": {"pos": "idiom"},
        "the role 'boss' is none of reviewer, adjudicator": {"role": "boss"},
    }
    told = problems(sheet(*({"term": f"word {at}", **row} for at, row in enumerate(rows.values()))))
    assert len(told) == len(rows)
    for line, (problem, found) in enumerate(zip(rows, told, strict=True), start=2):
        assert found.startswith(f"{line}: {problem}")
        assert "\x1b" not in found


def test_repeated_rows_are_told() -> None:
    rows = [{"term": "blue"}, {"term": "sad"}, {"term": " blue "}, {"term": "sad", "decision": ""}]
    assert problems(sheet(*rows)) == ["4: repeats line 2: blue, en, adjective"]


def test_a_reviewer_must_be_named() -> None:
    assert problems(sheet({"term": "blue"}), defaults=Defaults(DATE)) == [
        "2: no reviewer is named; give --reviewer NAME or fill the column reviewer"
    ]
    for defaults in (Defaults(DATE), ADA):
        taken = read(sheet({"term": "blue", "reviewer": "bo"}), defaults=defaults)
        assert [each.reviewer for each in taken] == ["bo"]


def test_a_role_that_is_given_is_that_of_all_rows() -> None:
    text = sheet({"term": "blue", "role": "reviewer"}, {"term": "sad", "role": ""})
    assert problems(text, defaults=Defaults(DATE, "ada", "adjudicator")) == [
        "2: the role of this row is 'reviewer', not 'adjudicator'"
    ]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("f.tsv", b"", ["1: empty; a sheet has at least the columns term lang pos proposed"]),
        ("f.tsv", b"a\tb\n1\t2\n", ["1: the header lacks term, lang, pos, proposed, decision"]),
        ("f.tsv", PLAIN.replace("score", "term").encode(), ["1: the header repeats term"]),
        ("f.tsv", PLAIN.encode() + b"caf\xe9\n", ["5: not UTF-8 at byte"]),
        ("f.tsv", PLAIN.replace("blue\ten", "blue\ten" + "\tx" * 9).encode(), ["3: more cells"]),
        (
            "f.tsv",
            PLAIN.replace("blue", '"blue').encode(),
            ["3: quotation marks that do not close"],
        ),
        ("f.csv", b"PK\x03\x04\x14\x00\x06\x00", ["1: the header lacks term"]),
    ],
)
def test_files_that_are_no_sheets_are_told(name: str, data: bytes, told: list[str]) -> None:
    found = problems(data, name)
    assert len(found) == len(told)
    assert all(one.startswith(other) for one, other in zip(found, told, strict=True))


PLACES = st.decimals(0, 1, places=4)


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    return Offer(
        item=(draw(texts(1)), "en", draw(st.sampled_from(PARTS_OF_SPEECH))),
        proposed=draw(st.sampled_from(["Joy", "Fear"])),
        similarity=draw(st.none() | PLACES),
        margin=draw(st.none() | PLACES),
        runner_up=draw(st.sampled_from(["", "Anger"])),
        source=tuple(draw(st.lists(texts(1), max_size=2))),
        evidence=tuple(draw(st.lists(texts(1), max_size=2))),
        contexts=tuple(draw(st.lists(st.text(), max_size=2))),
    )


@settings(deadline=None)
@given(
    st.lists(offers(), max_size=5, unique_by=lambda each: each.item),
    st.sampled_from([".csv", ".tsv"]),
)
def test_a_sheet_gives_back_what_it_was_given(given: list[Offer], suffix: str) -> None:
    ontology = small_ontology()
    with TemporaryDirectory() as folder:
        path = Path(folder, f"sheet{suffix}")
        write_sheet(path, given, TERMS, ontology, reviewer="ada")
        assert read_sheet(path, TERMS, ontology, ADA) == ()
        text = path.read_text("utf-8-sig")
        delimiter = "," if suffix == ".csv" else "\t"
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        for row in rows[1:]:
            row[0] = "accept"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(rows)
        taken = read_sheet(path, TERMS, ontology, ADA)
    assert list(taken) == [
        each for offer in given for each in offer.decide(TERMS, [offer.proposed], "ada", date=DATE)
    ]
