"""The README tells the truth: what it shows is what a user gets."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from live_server import LiveServer
from SPARQLWrapper import JSON, SPARQLWrapper
from tone_command import tone

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
QUERIES = [line for kind, text in BLOCKS if kind == "sparql" for line in text.splitlines()]


def block(kind: str) -> str:
    return next(text for each, text in BLOCKS if each == kind)


SHOWN = {
    "concepts": ("id", "tier", "path", "score"),
    "evidence": ("begin", "end", "text", "concepts", "negated", "intensity"),
}


def shown(answer: dict[str, Any]) -> str:
    """An answer as the README shows it: some of the fields, rounded, a line a concept."""
    answer = json.loads(json.dumps(answer), parse_float=lambda number: round(float(number), 2))
    rows = {
        name: ",".join(
            "\n   " + json.dumps({field: each[field] for field in fields}) for each in answer[name]
        )
        for name, fields in SHOWN.items()
    }
    names = ("other", "neutral", "detected")
    return (
        f'{{"primaries": {json.dumps(answer["primaries"])},\n '
        + ", ".join(f'"{name}": {json.dumps(answer[name])}' for name in names)
        + "".join(f',\n "{name}": [{lines}]' for name, lines in rows.items())
        + "}\n"
    )


def agree(one: Any, other: Any) -> bool:
    """Whether two answers say the same, but for the last digit of a rounded number."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(agree(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(agree, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, abs=0.011)
    return type(one) is type(other) and one == other


def test_the_first_sentence_has_the_answer_shown() -> None:
    _, command, *arguments = shlex.split(block("console"))
    assert command == "tone"
    wanted = shown(json.loads(tone(*arguments).text))
    if not agree(json.loads(block("json")), json.loads(wanted)):
        pytest.fail(f"README.md should show\n\n```json\n{wanted}```", pytrace=False)


def test_the_python_examples_run(service: LiveServer, capsys: pytest.CaptureFixture[str]) -> None:
    for kind, code in BLOCKS:
        if kind == "python":
            exec(code.replace("http://localhost:8000", service.url), {})
    printed = capsys.readouterr().out
    assert "https://w3id.org/tone/Amusement" in printed, "the SPARQL example"
    assert "Grief" in printed, "the Annotator example"


@pytest.mark.parametrize("query", QUERIES)
def test_the_queries_have_answers(service: LiveServer, query: str) -> None:
    endpoint = SPARQLWrapper(f"{service.url}/sparql", returnFormat=JSON)
    endpoint.setQuery(query)
    assert endpoint.queryAndConvert()["results"]["bindings"]


def test_the_files_it_links_to_exist() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (Path(__file__).parent.parent / target).exists(), target
