"""Cells of sheets that a text editor or a spreadsheet spoilt."""

from __future__ import annotations

from pathlib import Path

import pytest
from tone_kg.vocab.cells import read_cells

ROWS = [["decision", "reason", "term"], ["accept", "", "glad"], ["", "", "sad"], ["r", "no", "mad"]]


def read(path: Path, text: str) -> tuple[list[dict[str, str]], list[str]]:
    path.write_text(text)
    problems: list[str] = []
    rows = [cells for _, cells in read_cells(path, ("decision", "term"), problems)]
    return rows, [each.removeprefix(f"{path}:") for each in problems]


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_two_stray_quotation_marks_do_not_join_rows(
    tmp_path: Path, delimiter: str, end: str
) -> None:
    text = end.join(delimiter.join(row) for row in ROWS)
    path = tmp_path / "sheet.csv"
    rows, problems = read(path, text)
    assert ([each["term"] for each in rows], problems) == (["glad", "sad", "mad"], [])
    # "accept" with the term of the last row would be wrong and look right.
    spoilt = text.replace("accept" + delimiter, f'accept{delimiter}"so').replace(
        f"no{delimiter}", f'not so"{delimiter}'
    )
    rows, problems = read(path, spoilt)
    assert rows == []
    assert problems == [
        "2: quotation marks around several rows (or a cell of several lines: make it one)"
    ]


def test_a_cell_may_have_several_lines(tmp_path: Path) -> None:
    rows, problems = read(tmp_path / "s.csv", '\ndecision,reason,term\nr,"no,\nnot\nso",sad\n')
    assert rows == [{"decision": "r", "reason": "no, not so", "term": "sad"}]
    assert problems == []
