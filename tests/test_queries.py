"""The queries of docs/queries.md, run as they stand there against the service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from live_server import LiveServer, live_server
from small_links import write_sources
from tone_kg.ontology.iris import PREFIXES

PAGE = (Path(__file__).parents[1] / "docs" / "queries.md").read_text("utf-8")
SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
PROPOSALS = "https://w3id.org/tone/graph/proposals"

Rows = list[dict[str, str]]


def block(section: str, kind: str) -> str:
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    return dict(blocks).get(kind, "")


def ask(service: LiveServer, section: str) -> Rows:
    query = block(section, "sparql")
    answer = service.get("/sparql?" + urlencode({"query": query, "format": "json"}))
    assert answer.status == 200, answer.text
    return [
        {name: _short(value["value"]) for name, value in row.items()}
        for row in answer.json["results"]["bindings"]
    ]


def _short(value: str) -> str:
    return value.replace(PREFIXES["tone"], "tone:")


def shown(section: str) -> Rows:
    """The rows that the page shows below a query; cells are two blanks apart."""
    head, *lines = (re.split(r"\s\s+", each) for each in block(section, "").splitlines())
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_there_are_twelve() -> None:
    assert [each.partition(".")[0] for each in SECTIONS] == [str(n) for n in range(1, 13)]
    assert all(block(each, "sparql") for each in SECTIONS)


@pytest.mark.parametrize("section", [each for each in SECTIONS if PROPOSALS not in each])
def test_a_query_gives_the_rows_shown(service: LiveServer, section: str) -> None:
    rows = ask(service, section)
    expected = shown(section)
    assert expected
    for row in expected:
        assert any(row.items() <= each.items() for each in rows), (row, rows[:20])
    assert len(rows) < 2000


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The service with a few links of our own, some of them proposed."""
    folder = tmp_path_factory.mktemp("small")
    root = write_sources(folder / "checkout")
    with live_server(folder, TONE_ROOT=str(root)) as server:
        yield server


def test_the_query_for_proposals_gives_them_best_first(small: LiveServer) -> None:
    (section,) = (each for each in SECTIONS if PROPOSALS in each)
    rows = ask(small, section)
    assert rows[0] == {
        "link": "tone:link/Agony-isOppositeOf-Bliss",
        "score": "0.9",
        "methods": rows[0]["methods"],
    }
    assert set(rows[0]["methods"].split(", ")) == {"test", "other"}
    assert len(rows) == 7


def test_inherited_opposites_are_the_nearest_ones(small: LiveServer) -> None:
    rows = ask(small, SECTIONS[1])
    bliss = [row for row in rows if row["kind"] == "tone:Bliss"]
    assert bliss == [{"kind": "tone:Bliss", "from": "tone:Joy", "opposite": "tone:Sadness"}]
    hope = {(row["from"], row["opposite"]) for row in rows if row["kind"] == "tone:Hope"}
    assert hope == {("tone:Hope", "tone:Boredom"), ("tone:Hope", "tone:Despair")}
