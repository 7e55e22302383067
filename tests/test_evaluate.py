"""`tone evaluate`: an engine measured on texts whose right answers are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tone_command import Done, tone
from tone_kg.ontology import SourceError, load
from tone_kg.service.training.cases import read_cases
from tone_kg.service.training.peers import WORDNET, EmpathPeer

GOEMOTIONS = Path(__file__).parent / "data" / "goemotions" / "small.tsv"
ROWS = [
    ("text", "expected", "concept"),
    ("I felt heartbroken.", "Sadness", "Grief"),
    ("I am so happy!", "Joy", "Happiness"),
    ("The bus leaves at nine.", "Neutral", ""),
    ("I am happy, and I am scared.", "Joy | Fear", ""),
    ("I hate this.", "Love", ""),
]


def evaluate(data: Path, *options: str | Path) -> Done:
    return tone("evaluate", "--engine", "lexicon", "--data", data, *options)


def figures(data: Path, *options: str) -> dict[str, Any]:
    done = evaluate(data, "--format", "json", *options)
    assert done.status == 0, done.messages
    report: dict[str, Any] = json.loads(done.text)
    return report


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "small.tsv"
    path.write_text("".join("\t".join(row) + "\n" for row in ROWS))
    return path


def test_figures_are_those_counted_by_hand(table: Path) -> None:
    report = figures(table)
    assert (report["data"], report["texts"], report["engine"]) == ("small.tsv", 5, "lexicon")
    assert not report["cross_fitted"]
    rows = {row["name"]: row for row in report["classes"]}
    assert [rows[each]["texts"] for each in ("Love", "Joy", "Fear", "Neutral")] == [1, 2, 1, 1]
    assert rows["Sadness"]["f1"]["value"] == 1.0
    assert rows["Anger"] | {"f1": None} == {
        "name": "Anger",
        "texts": 0,
        "answered": 1,
        "precision": 0.0,
        "recall": 0.0,
        "f1": None,
        "threshold_f1": rows["Anger"]["threshold_f1"],
    }
    assert report["top1"]["value"] == 0.8
    assert report["top1"]["low"] < 0.8 <= report["top1"]["high"]
    love = dict(zip(rows, report["confusion"][0], strict=True))
    assert love["Anger"] == 1.0
    assert sum(map(sum, report["confusion"])) == 5
    assert sum(each["texts"] for each in report["calibration"]["bins"]) == 5


def test_the_same_texts_give_the_same_figures(table: Path) -> None:
    assert figures(table) == figures(table)


def test_a_folder_prints_one_line_a_group(table: Path) -> None:
    (table.parent / "calm.tsv").write_text(
        "text\texpected\tconcept\nThe door is open.\tNeutral\t\n"
    )
    done = evaluate(table.parent)
    assert done.status == 0, done.messages
    lines = done.text.splitlines()
    groups = [line.split() for line in lines[lines.index(next(filter(_is_groups, lines))) + 2 :]]
    assert [group[:3] for group in groups] == [["calm", "1", "100.0"], ["small", "5", "80.0"]]


def _is_groups(line: str) -> bool:
    return line.startswith("Groups")


def test_mixed_feelings_are_right_only_if_both_come_first(tmp_path: Path) -> None:
    path = tmp_path / "mixed.tsv"
    path.write_text(
        "text\texpected\nI am happy, and I am scared.\tFear | Joy\nI am so happy!\tJoy | Sadness\n"
    )
    [group] = figures(path)["groups"]
    assert (group["texts"], group["right"]["value"]) == (2, 0.5)


def test_labels_and_concepts_of_goemotions_are_measured() -> None:
    report = figures(GOEMOTIONS)
    assert report["top1"]["value"] == 1.0
    rows = {row["name"]: row for row in report["labels"]["rows"]}
    assert len(rows) == 28
    assert rows["grief"]["texts"] == 1
    assert rows["grief"]["engine_f1"] in (0.0, 1.0)
    [tertiary] = [each for each in report["tiers"] if each["tier"] == 3]
    assert [row["name"] for row in tertiary["rows"]] == ["Grief"]


def test_concepts_stand_for_their_primary(tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    path.write_text(
        "text\tconcepts\tregister\n"
        "I felt heartbroken.\tGrief\tdiary\n"
        "I am so happy!\tHappiness\tdiary\n"
        "What is that?\tCuriosity\tchat\n"
        "The bus leaves at nine.\t\tnews\n"
    )
    rows = {row["name"]: row["texts"] for row in figures(path)["classes"]}
    assert (rows["Sadness"], rows["Joy"], rows["Neutral"]) == (1, 1, 2)


def test_wrong_data_ends_the_command_without_figures(tmp_path: Path) -> None:
    path = tmp_path / "data.tsv"
    path.write_text("text\texpected\nodd\tHappy\n")
    done = evaluate(path)
    assert (done.status, done.text) == (2, "")
    assert "data.tsv:2: expected is none of Love" in done.messages


def test_only_texts_that_are_held_out_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "many.tsv"
    path.write_text("text\texpected\n" + "".join(f"Bus {n}.\tNeutral\n" for n in range(200)))
    report = figures(path, "--held-out")
    assert 20 < report["texts"] < 60
    assert report["data"] == "many.tsv, held out"


def test_the_picture_shows_all_classes(table: Path, tmp_path: Path) -> None:
    picture = tmp_path / "figures.svg"
    assert evaluate(table, "--picture", picture).status == 0
    texts = [each.text for each in ElementTree.parse(picture).iter() if each.text]
    assert {"Love", "Neutral", "F1 by class; mean 0.600"} <= set(texts)


@pytest.mark.skipif(not WORDNET.exists(), reason="needs Debian's wordnet-base")
def test_a_peer_is_measured_on_the_same_texts() -> None:
    report = figures(GOEMOTIONS, "--against", "nrclex")
    [peer] = report["peers"]
    assert peer["name"].startswith("nrclex ")
    assert peer["top1_gain"]["value"] == report["top1"]["value"] - peer["top1"]["value"]
    assert len(peer["f1"]) == 7


def test_empath_answers_with_primaries() -> None:
    pytest.importorskip("empath")
    peer = EmpathPeer()
    assert peer.primary("he was afraid and scared of the dark") == "Fear"
    assert peer.primary("the bus leaves at nine") == "Neutral"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("text\texpected\nfine\tNeutral\nodd\tHappy\n", "data.tsv:3: expected is none of Love"),
        ("text\texpected\nodd\t\n", "data.tsv:2: expected is none of"),
        ("text\tconcepts\nodd\tJoyy\n", "data.tsv:2: there is no concept 'Joyy'"),
        ("text\texpected\nodd\n", "data.tsv:2: 1 columns, not 2"),
        ("text\texpected\n", "data.tsv: holds no texts"),
        ("I am happy\t17\ta1\n", "data.tsv:1: neither columns named text and expected"),
        ("", "data.tsv:1: neither columns"),
    ],
)
def test_wrong_data_is_told_by_file_and_line(tmp_path: Path, content: str, problem: str) -> None:
    path = tmp_path / "data.tsv"
    path.write_text(content)
    with pytest.raises(SourceError) as error:
        read_cases(path, load())
    assert problem in str(error.value)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--against", "text2emotion"], "text2emotion cannot be measured: it fetches data"),
        (["--against", "nrclex,nobody"], "unknown peer 'nobody'; known: nrclex, empath"),
        (["--picture", "figures.png"], "--picture takes a file that ends in .svg"),
        (["--picture", "none/figures.svg"], "there is no folder none"),
    ],
)
def test_wrong_use_is_told(table: Path, options: list[str], problem: str) -> None:
    done = evaluate(table, *options)
    assert (done.status, done.text) == (2, "")
    assert problem in done.messages
