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


def assert_shown(shown: Any, actual: Any) -> None:
    """Check that all that is shown is there; an object may show some of its fields only."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert_shown(value, actual[name])
    elif isinstance(shown, list):
        assert len(shown) == len(actual)
        for one, other in zip(shown, actual, strict=True):
            assert_shown(one, other)
    else:
        assert shown == actual


def test_the_first_sentence_has_the_answer_shown() -> None:
    _, command, *arguments = shlex.split(block("console"))
    assert command == "tone"
    assert_shown(json.loads(block("json")), json.loads(tone(*arguments).text))


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
