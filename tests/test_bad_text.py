"""Texts that are hardly texts: a clear answer, row error or problem document each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas
import pytest
from live_server import LiveServer
from tone_command import tone
from tone_kg.service import Annotator, to_frame
from tone_kg.service.mapping.annotator import InvalidText

NOTHING = {
    "empty": ("", "is empty"),
    "blanks": (" \t\r\n\u00a0", "is empty"),
    "control characters": ("\x00\x01\x1b\x7f", "cannot be seen"),
    "zero width": ("\u200b\ufeff\u2060", "cannot be seen"),
    "direction marks": ("\u202e\u202d", "cannot be seen"),
    "combining marks": ("\u0301\u0301", "no words"),
    "replacement characters": ("\ufffd\ufffd", "no words"),
    "numbers": ("12:30 1,000", "no words"),
    "punctuation": ("?!... --", "no words"),
    "emoji without emotion": ("🪑🧱", "no words"),
    "an address": ("https://example.org/happy?love=1", "no words"),
    "a bare scheme": ("http://", "no words"),
    "addresses": ("ftp://joy.example www.joy.example happy@joy.example", "no words"),
    "a user": ("@happy", "no words"),
    "one long word": ("x" * 20_000, "no term"),
}
"""Texts that say nothing, and a part of the warning that tells why."""

LEXICON = ("--engine", "lexicon")

SURROGATES = ("\ud83d", "\udc00\ud800", "so sad \ud83d")


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(engine="lexicon")


def check_nothing(answer: dict[str, Any], why: str) -> None:
    assert (answer["neutral"], answer["concepts"], answer["detected"]) == (1, [], [])
    [warning] = answer["warnings"]
    assert warning["code"] == "nothing_found"
    assert why in warning["message"]


@pytest.mark.parametrize(("text", "why"), NOTHING.values(), ids=NOTHING)
def test_a_text_that_says_nothing_is_neutral_and_says_why(
    annotator: Annotator, text: str, why: str
) -> None:
    check_nothing(annotator.annotate_one(text).to_dict(), why)


def test_it_is_the_same_over_http_and_on_the_command_line(
    service: LiveServer, tmp_path: Path
) -> None:
    rows = [{"id": name, "text": text} for name, (text, _) in NOTHING.items()]
    over_http = service.post_json("/v1/annotate/batch", {"texts": rows, "engine": "lexicon"}).json[
        "results"
    ]
    path = tmp_path / "odd.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = tone("annotate", *LEXICON, "--input", path)
    assert done.status == 0, done.messages
    printed = [json.loads(line) for line in done.text.splitlines()]
    assert printed == over_http
    for answer, (text, why) in zip(printed, NOTHING.values(), strict=True):
        assert answer["text"] == text
        check_nothing(answer, why)


@pytest.mark.parametrize(
    ("text", "primary"), [("😂😂😂", "Joy"), ("😭", "Sadness"), (":'(", "Sadness")]
)
def test_emoji_alone_are_read(annotator: Annotator, text: str, primary: str) -> None:
    answer = annotator.annotate_one(text)
    assert (answer.primary, answer.warnings) == (primary, [])


@pytest.mark.parametrize("text", ["so\x00 sad\x07", "\u202eso sad", "\ufeffso sad", "so\u200b sad"])
def test_what_cannot_be_seen_does_not_hide_the_rest(annotator: Annotator, text: str) -> None:
    answer = annotator.annotate_one(text)
    assert answer.primary == "Sadness"
    for each in answer.evidence:
        assert text[each.begin : each.end] == each.text


@pytest.mark.parametrize("text", SURROGATES)
def test_half_a_character_is_no_json(service: LiveServer, text: str) -> None:
    problem = service.post_json("/v1/annotate", {"text": text}).problem(400, field="text")
    assert text not in json.dumps(problem, ensure_ascii=False)
    rows = service.post_json("/v1/annotate/batch", {"texts": ["sad", text, "glad"]}).json["results"]
    assert [each.get("error", {}).get("status") for each in rows] == [None, 400, None]


def test_half_a_character_in_a_file_or_a_string_is_passed_over(
    annotator: Annotator, tmp_path: Path
) -> None:
    path = tmp_path / "halves.jsonl"
    path.write_text("".join(json.dumps(text) + "\n" for text in SURROGATES))
    done = tone("annotate", *LEXICON, "--input", path)
    assert done.status == 0, done.messages
    printed = [json.loads(line) for line in done.text.splitlines()]
    assert printed == [each.to_dict() for each in annotator.annotate(SURROGATES)]
    assert [each["primaries"]["Sadness"] > 0 for each in printed] == [False, False, True]


@pytest.mark.parametrize("missing", [None, float("nan"), pandas.NA, pandas.NaT])
def test_a_missing_text_of_a_data_frame_is_named(annotator: Annotator, missing: Any) -> None:
    frame = pandas.DataFrame({"text": pandas.Series(["sad", missing, "glad"], dtype=object)})
    with pytest.raises(InvalidText, match="text 1: is missing") as caught:
        annotator.annotate(frame["text"])
    assert caught.value.index == 1
    # As the command line does, a missing text may be taken for an empty one.
    answers = annotator.annotate(frame["text"].fillna(""))
    assert list(to_frame(answers)["tone_primary"]) == ["Sadness", "Neutral", "Joy"]


def test_numbers_are_no_texts(annotator: Annotator) -> None:
    with pytest.raises(InvalidText, match="text 0: is not a string but float"):
        annotator.annotate([1.5])  # type: ignore[list-item]


def test_missing_cells_of_a_file_are_empty_texts_and_numbers_are_row_errors(
    tmp_path: Path,
) -> None:
    path = tmp_path / "cells.parquet"
    pandas.DataFrame({"text": ["sad", float("nan"), None]}).to_parquet(path)
    done = tone("annotate", *LEXICON, "--input", path, "--format", "jsonl")
    assert done.status == 0
    assert "2 of 3 rows" in done.messages
    _, *empty = [json.loads(line) for line in done.text.splitlines()]
    for answer in empty:
        check_nothing(answer, "is empty")
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"id": 1, "text": NaN}\n{"id": 2, "text": "sad"}\n')
    done = tone("annotate", *LEXICON, "--input", rows)
    assert done.status == 1
    first, second = [json.loads(line) for line in done.text.splitlines()]
    assert (first["id"], first["index"]) == (1, 0)
    assert "not a text" in first["error"]["detail"]
    assert second["primaries"]["Sadness"] > 0


def test_a_text_over_the_limit_is_a_row_error_or_a_problem(
    service: LiveServer, tmp_path: Path
) -> None:
    long = "sad " * 5_001
    service.post_json("/v1/annotate", {"text": long}).problem(413, field="text")
    path = tmp_path / "long.txt"
    path.write_text(f"{long}\nsad\n")
    done = tone("annotate", *LEXICON, "--input", path)
    assert done.status == 1
    first, second = [json.loads(line) for line in done.text.splitlines()]
    assert "20,004 characters" in first["error"]["detail"]
    assert second["primaries"]["Sadness"] > 0
