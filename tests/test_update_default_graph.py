"""The default graph of a writable service: the public graphs and what was written to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from live_server import LiveServer
from sparql_questions import GRAPH, ask
from writable_service import SMALL, do, send, values, writable_service

INSERT = "INSERT DATA { <http://e/s> <http://e/p> <http://e/o> }"
ALL = "SELECT ?x { ?x ?p ?o }"


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A service whose public graphs no test changes for long."""
    folder = tmp_path_factory.mktemp("untouched")
    with writable_service(folder, folder / "journal") as server:
        yield server


LINK = "<https://w3id.org/tone/Joy> <https://w3id.org/tone/isOppositeOf>"
OPPOSITES = "SELECT ?x { tone:Joy tone:isOppositeOf ?x }"
LINKS = f"SELECT ?x {{ GRAPH <{GRAPH}links> {{ tone:Joy tone:isOppositeOf ?x }} }}"
SADNESS = "https://w3id.org/tone/Sadness"
VOCABULARY_SIZE = f"SELECT (COUNT(*) AS ?x) {{ GRAPH <{GRAPH}vocabulary> {{ ?s ?p ?o }} }}"


def _name(spelling: str) -> str:
    return spelling.replace("LINKS", GRAPH + "links")


@pytest.mark.parametrize(
    "spelling",
    [
        "GRAPH <LINKS>",
        "GRAPH<LINKS>",
        f"GRAPH <{GRAPH}%s>" % "\\u006Cinks",
    ],
)
def test_what_a_public_graph_holds_the_default_graph_does(
    untouched: LiveServer, spelling: str
) -> None:
    where = _name(spelling)
    do(untouched, f"INSERT DATA {{ {where} {{ {LINK} <http://e/x> }} }}")
    assert values(untouched, OPPOSITES) == values(untouched, LINKS) == ["http://e/x", SADNESS]
    do(untouched, f"DELETE DATA {{ {where} {{ {LINK} <http://e/x> }} }}")
    assert values(untouched, OPPOSITES) == values(untouched, LINKS) == [SADNESS]


@pytest.mark.parametrize(
    ("prefixes", "name"),
    [
        (f"BASE <{GRAPH}>", "<links>"),
        (f"PREFIX g: <{GRAPH}>", "g:links"),
        ("", "tone:graph\\/links"),
    ],
)
def test_so_it_does_however_the_graph_is_named(
    untouched: LiveServer, prefixes: str, name: str
) -> None:
    insert = f"INSERT DATA {{ GRAPH {name} {{ {LINK} <http://e/x> }} }}"
    do(untouched, f"{prefixes} {insert}")
    assert values(untouched, OPPOSITES) == ["http://e/x", SADNESS]
    remove = "DELETE { ?s ?p <http://e/x> } WHERE { ?s ?p <http://e/x> }"
    do(untouched, f"{prefixes} WITH {name} {remove}")
    assert values(untouched, OPPOSITES) == [SADNESS]
    variable = "INSERT { GRAPH ?g { tone:Joy tone:isOppositeOf <http://e/x> } }"
    do(untouched, f"{variable} WHERE {{ BIND(<{GRAPH}links> AS ?g) }}")
    assert values(untouched, OPPOSITES) == ["http://e/x", SADNESS]
    do(untouched, f"{prefixes} DELETE DATA {{ GRAPH {name} {{ {LINK} <http://e/x> }} }}")


def test_what_was_written_to_the_default_graph_stays_its_own(untouched: LiveServer) -> None:
    do(untouched, f"INSERT DATA {{ {LINK} <http://e/own> }}")
    assert values(untouched, LINKS) == [SADNESS]
    do(untouched, f"COPY <{GRAPH}links> TO <http://e/kept> ; DROP GRAPH <{GRAPH}links>")
    assert values(untouched, OPPOSITES) == ["http://e/own"]
    do(untouched, f"MOVE <http://e/kept> TO <{GRAPH}links>")
    assert values(untouched, OPPOSITES) == ["http://e/own", SADNESS]
    do(untouched, f"DELETE DATA {{ {LINK} <http://e/own>, <{SADNESS}> }}")
    # What it has from a public graph goes with that alone.
    assert values(untouched, OPPOSITES) == [SADNESS]
    do(untouched, f"{INSERT} ; CLEAR DEFAULT")
    assert values(untouched, "SELECT ?x { ?x <http://e/p> ?o }") == []
    assert values(untouched, OPPOSITES) == [SADNESS]
    assert int(values(untouched, VOCABULARY_SIZE)[0]) > 0


def test_the_sources_stay_as_they_are(untouched: LiveServer) -> None:
    before = {each: each.read_bytes() for each in SMALL.iterdir()}
    do(untouched, INSERT)
    assert {each: each.read_bytes() for each in SMALL.iterdir()} == before


def test_clear_all_leaves_nothing(untouched: LiveServer) -> None:
    do(untouched, "CLEAR ALL")
    assert ask(untouched, "ASK { ?s ?p ?o }") is False
    assert ask(untouched, "ASK { GRAPH ?g { ?s ?p ?o } }") is False
    do(untouched, INSERT + " ; COPY DEFAULT TO <http://e/g> ; MOVE <http://e/g> TO <http://e/h>")
    do(untouched, "DELETE WHERE { ?s ?p ?o } ; ADD <http://e/h> TO DEFAULT")
    assert values(untouched, ALL) == ["http://e/s"]
    assert values(untouched, "SELECT ?x { GRAPH ?x { ?s ?p ?o } }") == ["http://e/h"]
    do(untouched, "DROP ALL")
    assert untouched.get("/graph?graph=" + quote("http://e/h")).status == 404


def test_queries_are_answered_while_a_write_is_tried(tmp_path: Path) -> None:
    """Those too that need a worker forked anew, as each does after a write."""
    endless = "INSERT { <a:> <b:> ?x } WHERE { SELECT (COUNT(*) AS ?x) { ?a ?b ?c . %s } }"
    endless %= " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(4))
    with writable_service(tmp_path, tmp_path / "journal", TONE_QUERY_SECONDS="4") as service:
        do(service, INSERT)
        writer = threading.Thread(target=send, args=(service, endless))
        known = set(service.query_workers())
        writer.start()
        while set(service.query_workers()) <= known:
            time.sleep(0.01)
        assert values(service, ALL)
        assert writer.is_alive()
        writer.join()
        do(service, INSERT)
