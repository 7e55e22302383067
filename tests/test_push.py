"""`tone push`: the served graphs in a store of another make."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from small_store import SmallStore, small_store
from sparql_questions import GRAPH
from tone_command import Done, tone
from tone_kg.ontology.model import load
from tone_kg.ontology.served_graph import quads
from tone_kg.vocab.links.proposals import open_proposals
from virtuoso import CREDENTIALS, Virtuoso
from writable_service import SMALL

SERVED = {GRAPH + each for each in ("ontology", "links", "vocabulary", "mappings")}
"""The graphs of the small sources, which have no proposals."""

RECORD = GRAPH + "release"
WAYS = {
    "update and graph store": ("--update-url", "/update", "--graph-url", "/data"),
    "update": ("--update-url", "/update"),
    "graph store": ("--graph-url", "/data"),
}


@pytest.fixture(scope="module")
def expected() -> dict[str, ox.Dataset]:
    """The graphs as the embedded store holds them."""
    ontology = load(SMALL)
    small = SmallStore("")
    small.store.bulk_extend(quads(ontology, open_proposals(ontology)))
    return small.graphs()


@pytest.fixture
def small() -> Iterator[SmallStore]:
    with small_store() as store:
        yield store


def push(small: SmallStore, way: str = "update and graph store", *more: str) -> Done:
    options = [small.url + each if each.startswith("/") else each for each in WAYS[way]]
    return tone("push", small.url + "/query", *options, "--root", SMALL, *more)


def check(small: SmallStore, expected: dict[str, ox.Dataset]) -> None:
    held = small.graphs()
    assert len(held.pop(RECORD)) > 5
    assert held.keys() == expected.keys() == SERVED
    assert all(held[name] == expected[name] for name in held)


@pytest.mark.parametrize("way", WAYS)
def test_every_graph_arrives_whole_with_its_blank_nodes(
    small: SmallStore, expected: dict[str, ox.Dataset], way: str
) -> None:
    done = push(small, way)
    assert (done.status, done.data) == (0, b""), done.messages
    assert done.messages.startswith("tone: pushed ")
    check(small, expected)


def test_what_is_there_is_not_loaded_again(small: SmallStore) -> None:
    push(small)
    before = len(small.writes)
    done = push(small)
    assert (done.status, len(small.writes)) == (0, before)
    assert "already there" in done.messages
    assert "pushed" in push(small, "update and graph store", "--force").messages
    assert len(small.writes) == 2 * before


@pytest.mark.parametrize("way", WAYS)
def test_a_push_that_broke_off_is_completed_by_the_next(
    small: SmallStore, expected: dict[str, ox.Dataset], way: str
) -> None:
    small.fails_after = 4
    done = push(small, way)
    assert (done.status, len(done.messages.splitlines())) == (2, 1), done.messages
    assert "status 500" in done.messages
    small.fails_after = None
    assert push(small, way).status == 0
    check(small, expected)


def test_readers_see_the_old_graphs_until_all_new_ones_are_there(small: SmallStore) -> None:
    old = ox.Quad(*[ox.NamedNode("x:old")] * 3, ox.NamedNode(GRAPH + "links"))
    small.store.add(old)
    seen = []
    small.changed = lambda: seen.append(  # type: ignore[assignment]
        (old in small.store, {each.value for each in small.store.named_graphs()} >= SERVED)
    )
    assert push(small, "update").status == 0
    assert set(seen) == {(True, False), (False, True)}
    assert seen == sorted(seen, reverse=True)


def test_a_store_that_was_changed_is_repaired(
    small: SmallStore, expected: dict[str, ox.Dataset]
) -> None:
    push(small)
    small.store.update(f"CLEAR GRAPH <{GRAPH}links>")
    other = ox.Quad(*[ox.NamedNode("x:mine")] * 4)
    small.store.add(other)
    assert "pushed" in push(small).messages
    assert other in small.store
    small.store.remove_graph(ox.NamedNode("x:mine"))
    check(small, expected)


def test_the_record_says_what_was_pushed(small: SmallStore) -> None:
    done = push(small)
    query = (
        "PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX void: <http://rdfs.org/ns/void#> "
        f"SELECT ?digest (SUM(?triples) AS ?all) {{ GRAPH <{RECORD}> {{ <{RECORD}> "
        "dcterms:identifier ?digest ; void:subset/void:triples ?triples } } GROUP BY ?digest"
    )
    results = small.store.query(query)
    assert isinstance(results, ox.QuerySolutions)
    [row] = results
    assert f"{int(row['all'].value):,} triples, {row['digest'].value[:16]}" in done.messages


def test_a_store_that_takes_nothing_in_is_told_with_status_1(small: SmallStore) -> None:
    small.changed = lambda: small.store.clear()
    done = push(small, "update")
    assert (done.status, len(done.messages.splitlines())) == (1, 1), done.messages
    assert "does not hold" in done.messages


def test_wrong_use_is_told_in_one_line() -> None:
    done = tone("push", "http://127.0.0.1:1/")
    assert (done.status, len(done.messages.splitlines())) == (2, 1)
    assert "--update-url" in done.messages
    done = tone("push", "http://127.0.0.1:1/", "--update-url", "http://127.0.0.1:1/")
    assert (done.status, len(done.messages.splitlines())) == (2, 1)
    assert "cannot be reached" in done.messages


def test_virtuoso_holds_what_was_pushed(virtuoso_server: Virtuoso) -> None:
    done = tone("push", virtuoso_server.query_url, *virtuoso_server.writing, **CREDENTIALS)
    assert done.status == 0
    assert "already there" in done.messages


def test_virtuoso_refuses_other_credentials(virtuoso_server: Virtuoso) -> None:
    wrong = {"TONE_STORE_USER": "dba", "TONE_STORE_PASSWORD": "sesame"}
    done = tone("push", virtuoso_server.query_url, *virtuoso_server.writing, "--force", **wrong)
    assert done.status == 2
    assert "TONE_STORE_PASSWORD" in done.messages
    assert "sesame" not in done.messages
