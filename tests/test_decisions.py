"""`vocab/decisions.tsv`: what is read, what is refused, and what comes back."""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tone_kg.ontology.errors import ToneError
from tone_kg.ontology.table_rules import PARTS_OF_SPEECH
from tone_kg.vocab.decisions import (
    Decision,
    SourceErrors,
    locked,
    read_decisions,
    write_decisions,
)
from tone_kg.vocab.kinds import TERMS
from vocabulary_checkout import decision

_PRINTABLE = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf"])


def texts(least: int = 0) -> st.SearchStrategy[str]:
    """Text of one line with single blanks, as the columns hold it."""
    clean = st.text(_PRINTABLE, min_size=least, max_size=30).map(
        lambda text: unicodedata.normalize("NFC", " ".join(text.split()))
    )
    return clean.filter(lambda text: len(text) >= least and " | " not in f" {text} ")


PLACES = st.decimals(0, 1, places=4)


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    concept = draw(st.sampled_from(["Joy", "Grief", ""]))
    proposed = draw(st.sampled_from(["Joy", "Grief", ""]))
    kind = "accept" if proposed in ("", concept) else "move"
    return Decision(
        item=(
            draw(texts(1)),
            draw(st.sampled_from(["en", "es", "und", "pt-BR"])),
            draw(st.sampled_from(PARTS_OF_SPEECH)),
        ),
        decision=kind if concept else "reject",
        choice=concept,
        proposed=proposed,
        score=draw(st.none() | PLACES) if concept else None,
        weight=draw(st.none() | st.decimals("0.0001", 1, places=4)) if concept else None,
        similarity=draw(st.none() | PLACES),
        margin=draw(st.none() | PLACES),
        runner_up=draw(st.sampled_from(["", "Fear"])),
        source=tuple(draw(st.lists(texts(1), max_size=3))),
        evidence=tuple(draw(st.lists(texts(1), max_size=3))),
        reason=draw(texts(1)),
        reviewer=draw(st.sampled_from(["ada", "bo", "team-a"])),
        role=draw(st.sampled_from(["reviewer", "adjudicator"])),
        date=draw(st.datetimes()).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0"),
    )


def one_word_each(given: list[Decision]) -> list[Decision]:
    """Keep the first of what one reviewer says of an item in one role."""
    return list({(*each.item, each.reviewer, each.role): each for each in given}.values())


@given(st.lists(decisions(), max_size=8).map(one_word_each))
def test_decisions_come_back_as_they_were_written(taken: list[Decision]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "decisions.tsv")
        write_decisions(path, taken, TERMS)
        assert list(read_decisions(path, TERMS)) == sorted(taken, key=lambda each: each.key)
        data = path.read_bytes()
        write_decisions(path, reversed(read_decisions(path, TERMS)), TERMS)
        assert path.read_bytes() == data


def test_no_file_is_no_decisions(tmp_path: Path) -> None:
    assert read_decisions(tmp_path / "decisions.tsv", TERMS) == ()


def test_two_decisions_of_one_key_are_not_written(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    with pytest.raises(ToneError, match="two decisions for blue, en, adjective, ada"):
        write_decisions(path, [decision("blue", "Joy"), decision("blue", "Joy", date="x")], TERMS)
    assert not path.exists()


WRONG = {
    "the decision 'maybe' is none of accept, move, reject": {"decision": "maybe"},
    "rejected, yet with a concept": {"decision": "reject", "reason": "no"},
    "rejected without a reason": {
        **{"decision": "reject", "concept": ""},
        **{"reason": "", "score": "", "weight": ""},
    },
    "rejected, yet with a score or weight": {
        **{"decision": "reject", "concept": "", "reason": "no"}
    },
    "accept without a concept": {"concept": ""},
    "accept of Joy where Fear is proposed; write move": {"proposed": "Fear"},
    "move, yet not from another concept; write accept": {"decision": "move"},
    "score 1.2 is not between 0 and 1": {"score": "1.2"},
    "score 'high' is not a decimal number": {"score": "high"},
    "score NaN is not between 0 and 1": {"score": "NaN"},
    "weight is 0; reject the term instead": {"weight": "0"},
    "weight 0.12345 has more than four places": {"weight": "0.12345"},
    "similarity -1.5 is not between -1 and 1": {"similarity": "-1.5"},
    "term is empty": {"term": ""},
    "a term of 10,000 characters; at most 100 are allowed": {"term": "x" * 10_000},
    "a control character in the term, U+001B": {"term": "\x1b[31mred"},
    "a control character in the term, U+202E": {"term": "evil \u202etxt"},
    "a control character in the term, U+FFFF": {"term": "no character \uffff"},
    "an invisible character in the term, U+200B; take it out": {"term": "glad\u200b"},
    "the term has blanks that say nothing": {"term": "too  many"},
    "the term is not in Unicode's composed form (NFC)": {"term": "cafe\u0301"},
    "a control character in one of the columns": {"evidence": "\x07"},
    "lang 'English' is no language tag": {"lang": "English"},
    "pos 'nom' is none of": {"pos": "nom"},
    "the name of the reviewer is empty": {"reviewer": ""},
    "reviewer ' ada'": {"reviewer": " ada"},
    "reviewer 'ada  b'": {"reviewer": "ada  b"},
    "reviewer 'ada | bo'": {"reviewer": "ada | bo"},
    "the role is none of reviewer, adjudicator": {"role": "boss"},
    "date '2026-02-30T00:00:00Z' is no xsd:dateTime": {"date": "2026-02-30T00:00:00Z"},
    "date '2026-02-03' is no xsd:dateTime": {"date": "2026-02-03"},
}


@pytest.mark.parametrize("problem", WRONG)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, problem: str) -> None:
    path = tmp_path / "decisions.tsv"
    write_decisions(path, [decision("amiss", "Joy"), decision("blue", "Joy")], TERMS)
    header, first, second = path.read_text().splitlines()
    cells = dict(zip(TERMS.columns, second.split("\t"), strict=True)) | WRONG[problem]
    path.write_text("\n".join([header, first, "\t".join(cells.values()), ""]))
    with pytest.raises(SourceErrors) as caught:
        read_decisions(path, TERMS)
    assert any(each.startswith(f"{path}:3: {problem}") for each in caught.value.problems)
    assert "\x1b" not in str(caught.value)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    blue = decision("blue", "Joy")
    write_decisions(path, [blue, replace(decision("sad", "Fear"), weight=Decimal(0))], TERMS)
    text = path.read_text()
    rejected = decision("blue", "", reviewer="ada", reason="no")
    write_decisions(path, [rejected], TERMS)
    path.write_text(text + path.read_text().splitlines()[1] + "\nbroken\n")
    with pytest.raises(SourceErrors) as caught:
        read_decisions(path, TERMS)
    assert [each.removeprefix(f"{path}:") for each in caught.value.problems] == [
        "3: weight is 0; reject the term instead",
        f"5: 1 fields where {len(TERMS.columns)} are expected",
        f"4: ada both accepts and rejects blue, en, adjective; see {path}:2",
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "blue",
            "<<<<<<< HEAD\nblue",
            ":2: two versions that git could not merge: keep what is right of both",
        ),
        ("\n", "\r\n", ":1: its lines end in CR and LF; save it with LF alone"),
    ],
)
def test_what_git_and_editors_leave_is_told(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    path = tmp_path / "decisions.tsv"
    write_decisions(path, [decision("blue", "Joy")], TERMS)
    path.write_bytes(path.read_bytes().replace(before.encode(), after.encode()))
    with pytest.raises(SourceErrors) as caught:
        read_decisions(path, TERMS)
    assert str(caught.value) == f"{path}{told}"


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"

    def add(index: int) -> None:
        with locked(path):
            write_decisions(
                path, [*read_decisions(path, TERMS), decision(f"word {index}", "Joy")], TERMS
            )

    threads = [threading.Thread(target=add, args=(index,)) for index in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_decisions(path, TERMS)) == 12
    assert [each.name for each in tmp_path.iterdir()] == ["decisions.tsv"]
