"""`tone combine|opposite|path`, the same over HTTP, and the graph of proposals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from live_server import BROWSER, LiveServer, live_server
from small_links import ROOT, write_sources
from tone_command import Done, tone

TONE = "https://w3id.org/tone/"
PROPOSALS = TONE + "graph/proposals"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sources with few links and, beside it, few proposals."""
    return write_sources(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module")
def small(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The service with those sources."""
    with live_server(tmp_path_factory.mktemp("small"), TONE_ROOT=str(sources)) as server:
        yield server


@pytest.fixture(scope="module")
def installed(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to import the package from, with those sources for its own."""
    folder = tmp_path_factory.mktemp("installed")
    for name in ("ontology", "vocab", "service"):
        part = folder / "tone_kg" / name
        part.mkdir(parents=True)
        given = {each.name: each for each in (ROOT / name).iterdir()}
        if name != "service":
            given |= {each.name: each for each in (sources.parent / name).iterdir()}
        for each in given.values():
            (part / each.name).symlink_to(each)
    return folder


def run(installed: Path, *arguments: str) -> Done:
    return tone(*arguments, cwd=installed, PYTHONPATH=str(installed))


def ids(concepts: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in concepts]


# The questions over HTTP.


def test_combine_gives_the_result_and_the_links_behind_it(small: LiveServer) -> None:
    answer = small.get("/v1/combine?emotions=joy,Anger").json
    assert (ids(answer["emotions"]), answer["accepted"]) == (["Joy", "Anger"], True)
    assert (answer["result"]["id"], answer["score"]) == ("Pride", 0.8)
    (edge,) = answer["edges"]
    assert {
        "id": "AngerPlusJoy-leadsTo-Pride",
        "iri": TONE + "link/AngerPlusJoy-leadsTo-Pride",
        "kind": "leadsTo",
        "score": 0.8,
        "method": "other | test",
        "status": "accepted",
        "sources": ["https://doi.org/10.1511/2001.4.344"],
        "inherited_from": None,
        "text": "anger and joy together lead to pride",
    }.items() <= edge.items()
    assert (ids(edge["operands"]), edge["result"]["id"]) == (["Anger", "Joy"], "Pride")
    assert answer["message"] == "Anger and joy together lead to pride."


def test_combine_shows_the_steps_of_three(small: LiveServer) -> None:
    answer = small.get("/v1/combine?emotions=Joy,Trust,Fear").json
    assert [each["id"] for each in answer["edges"]] == [
        "FearPlusTrust-leadsTo-Submission",
        "JoyPlusSubmission-leadsTo-Awe",
    ]
    assert (answer["result"]["id"], answer["score"]) == ("Awe", 0.48)
    part = small.get("/v1/combine?emotions=Joy,Trust,Boredom").json
    assert (part["accepted"], part["result"], part["edges"]) == (False, None, [])
    (end,) = part["dead_ends"]
    assert (end["id"], end["reason"]) == (
        "JoyPlusTrust-leadsTo-Love",
        "no accepted combination of Love and Boredom",
    )
    assert "Of two of them: joy and trust together lead to love." in part["message"]


def test_combine_inherits_only_when_asked_to(small: LiveServer) -> None:
    stated = small.get("/v1/combine?emotions=Bliss,Rage").json
    assert (stated["accepted"], stated["proposal"]) == (False, None)
    assert "ask for inherited links too" in stated["message"]
    answer = small.get("/v1/combine?emotions=Bliss,Rage&inherited=true").json
    (edge,) = answer["edges"]
    assert (ids(edge["emotions"]), edge["inherited_from"]) == (["Bliss", "Rage"], "AngerPlusJoy")
    assert edge["text"] == "bliss and rage together lead to pride, as anger and joy do"


def test_a_proposal_is_marked_as_one(small: LiveServer) -> None:
    answer = small.get("/v1/combine?emotions=Terror,Boredom").json
    assert (answer["accepted"], answer["result"], answer["edges"]) == (False, None, [])
    proposal = answer["proposal"]
    assert (proposal["id"], proposal["distance"]) == ("BoredomPlusPanic-leadsTo-Dread", 2)
    assert (proposal["status"], proposal["accepted"]) == ("proposed", False)
    assert "2 steps away in the tree" in answer["message"]
    opposite = small.get("/v1/opposite?emotion=Curiosity").json
    assert (opposite["accepted"], opposite["opposites"]) == (False, [])
    assert opposite["proposal"]["id"] == "Boredom-isOppositeOf-Curiosity"
    assert opposite["proposal"]["status"] == "proposed"


def test_opposite_gives_the_opposites_best_first(small: LiveServer) -> None:
    answer = small.get("/v1/opposite?emotion=hope").json
    assert [each["concept"]["id"] for each in answer["opposites"]] == ["Boredom", "Despair"]
    assert answer["message"] == "Hope is the opposite of boredom and despair."
    assert answer["proposal"] is None
    assert small.get("/v1/opposite?emotion=Bliss").json["opposites"] == []
    (inherited,) = small.get("/v1/opposite?emotion=Bliss&inherited=true").json["opposites"]
    listed = small.get("/v1/concepts/Bliss?inherited=true").json["opposites"]
    assert [inherited] == listed
    assert (inherited["concept"]["id"], inherited["inherited_from"]) == ("Sadness", "Joy")


def test_path_gives_each_step_in_words_with_its_link(small: LiveServer) -> None:
    answer = small.get("/v1/path?from=Grief&to=joy").json
    assert (answer["from"]["id"], answer["to"]["id"]) == ("Grief", "Joy")
    assert (answer["found"], answer["length"]) == (True, 3)
    assert [each["kind"] for each in answer["edges"]] == [
        *("subClassOf", "subClassOf", "isOppositeOf")
    ]
    assert answer["edges"][0]["link"] is None
    assert answer["edges"][2]["text"] == "sadness is the opposite of joy"
    assert answer["edges"][2]["link"]["sources"] == ["https://doi.org/10.1511/2001.4.344"]
    nothing = small.get("/v1/path?from=Joy&to=Confusion").json
    assert (nothing["found"], nothing["length"], nothing["edges"]) == (False, None, [])
    assert nothing["message"].startswith("No path joins joy and confusion")
    assert small.get("/v1/path?from=Joy&to=Joy").json["length"] == 0


@pytest.mark.parametrize(
    ("path", "field"),
    [
        *(("combine", "emotions"), ("combine?emotions=", "emotions")),
        *(("combine?emotions=Joy", "emotions"), ("combine?emotions=Joy,,Fear", "emotions")),
        *(("combine?emotions=Joy,Bliss", "emotions"), ("combine?emotions=Joy,joy", "emotions")),
        ("combine?emotions=Joy,Fear,Anger,Trust", "emotions"),
        ("combine?emotions=Joy,Fear&inherited=1", "inherited"),
        ("combine?emotions=Joy&emotions=Fear", "emotions"),
        *(("opposite", "emotion"), ("opposite?emotion=%20", "emotion")),
        *(("opposite?emotions=Joy", "emotions"), ("path?from=Joy", "to"), ("path?to=Joy", "from")),
        ("path?from=Joy&to=Fear&inherited=true", "inherited"),
    ],
)
def test_wrong_questions_are_named(small: LiveServer, path: str, field: str) -> None:
    small.get("/v1/" + path).problem(400, field=field)


@pytest.mark.parametrize(
    "path",
    ["combine?emotions=Greif,Joy", "opposite?emotion=Greif", "path?from=Joy&to=Greif"],
)
def test_unknown_emotions_are_not_found_and_the_nearest_are_offered(
    small: LiveServer, path: str
) -> None:
    assert "did you mean Grief" in small.get("/v1/" + path).problem(404)["detail"]
    for odd in ("%00", quote("日本"), "x" * 3000):
        small.get("/v1/" + path.replace("Greif", odd)).problem(404)


def test_only_json_is_given(small: LiveServer) -> None:
    small.get("/v1/combine?emotions=Anger,Joy", "text/turtle").problem(406)


# The same on the command line.


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        (["combine", "anger", "joy"], "/v1/combine?emotions=anger,joy"),
        (["combine", "Joy", "Trust", "Boredom"], "/v1/combine?emotions=Joy,Trust,Boredom"),
        (["combine", "Terror", "Boredom"], "/v1/combine?emotions=Terror,Boredom"),
        (
            ["combine", "Bliss", "Rage", "--inherited"],
            "/v1/combine?emotions=Bliss,Rage&inherited=true",
        ),
        (["opposite", "Hope"], "/v1/opposite?emotion=Hope"),
        (["opposite", "sadness", "proper"], "/v1/opposite?emotion=sadness+proper"),
        (["opposite", "Curiosity"], "/v1/opposite?emotion=Curiosity"),
        (["path", "Grief", "Joy"], "/v1/path?from=Grief&to=Joy"),
        (["path", "Joy", "Confusion"], "/v1/path?from=Joy&to=Confusion"),
    ],
)
def test_the_command_gives_the_json_of_the_service(
    installed: Path, small: LiveServer, arguments: list[str], address: str
) -> None:
    expected = small.get(address).json
    done = run(installed, *arguments, "--format", "json")
    assert json.loads(done.text) == expected
    answered = expected["found"] if arguments[0] == "path" else expected["accepted"]
    assert done.status == (0 if answered else 1)
    assert done.messages == ("" if answered else f"tone: {expected['message']}\n")


def test_the_command_shows_the_evidence_as_text(installed: Path) -> None:
    assert run(installed, "combine", "anger", "joy").text.splitlines() == [
        "anger and joy together lead to pride",
        "  AngerPlusJoy-leadsTo-Pride (score 0.8000, other | test, accepted,"
        " https://doi.org/10.1511/2001.4.344)",
    ]
    opposite = run(installed, "opposite", "bliss", "--inherited")
    assert opposite.text.splitlines()[0] == "sadness, inherited from Joy"
    assert run(installed, "path", "Grief", "Joy").text.splitlines()[:3] == [
        "grief is a kind of sadness proper",
        "sadness proper is a kind of sadness",
        "sadness is the opposite of joy",
    ]


def test_the_command_marks_proposals_and_fails(installed: Path) -> None:
    done = run(installed, "combine", "Fear", "Boredom")
    assert done.status == 1
    assert done.text.startswith("proposed only: boredom and fear together lead to confusion\n")
    assert "No accepted combination of fear and boredom is known." in done.messages


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["combine", "Joy"], "tone: one emotion given; two or three can be combined\n"),
        (["combine", "Joy", "Bliss"], "tone: Bliss is a kind of Joy: who feels it"),
        (["combine", "Greif", "Joy"], "tone: unknown concept 'Greif'; did you mean Grief"),
        (["opposite", "Greif"], "tone: unknown concept 'Greif'; did you mean Grief"),
        (["path", "Joy", "Greif"], "tone: unknown concept 'Greif'; did you mean Grief"),
    ],
)
def test_wrong_use_of_the_command(installed: Path, arguments: list[str], message: str) -> None:
    done = run(installed, *arguments)
    assert (done.status, done.text) == (2, "")
    assert done.messages.startswith(message)


# Proposals as data.


def rows(service: LiveServer, query: str) -> list[dict[str, str]]:
    answer = service.get("/sparql?" + urlencode({"query": query, "format": "json"})).json
    return [
        {name: value["value"].removeprefix(TONE) for name, value in row.items()}
        for row in answer["results"]["bindings"]
    ]


def test_proposals_are_link_nodes_in_a_graph_of_their_own(small: LiveServer) -> None:
    (row,) = rows(
        small,
        "SELECT ?score ?status (GROUP_CONCAT(?m; separator=' ') AS ?methods) ?source"
        f" FROM <{PROPOSALS}>"
        " { ?l a tone:Link ; rdf:subject tone:Boredom ; rdf:predicate tone:isOppositeOf ;"
        " rdf:object tone:Interest ; tone:score ?score ; tone:status ?status ; tone:method ?m ;"
        " dcterms:source ?source } GROUP BY ?score ?status ?source",
    )
    assert sorted(row.pop("methods").split()) == ["other", "test"]
    assert row == {
        "score": "0.8",
        "status": "proposed",
        "source": "https://doi.org/10.1511/2001.4.344",
    }
    parts = rows(small, f"SELECT ?p FROM <{PROPOSALS}> {{ ?l tone:hasPart ?p }} ORDER BY ?p")
    assert parts == [{"p": "Fear"}, {"p": "Joy"}]
    operands = f"SELECT ?o FROM <{PROPOSALS}> {{ <{TONE}link/BoredomPlusFear-leadsTo-Confusion>"
    assert rows(small, operands + " tone:hasOperand ?o } ORDER BY ?o") == [
        {"o": "Boredom"},
        {"o": "Fear"},
    ]


def test_nothing_proposed_is_stated_or_in_the_default_graph(small: LiveServer) -> None:
    for query in (
        'SELECT * { ?l tone:status "proposed" }',
        "SELECT * { tone:Boredom tone:isOppositeOf tone:Interest }",
        f"SELECT * {{ GRAPH <{PROPOSALS}> {{ ?s tone:isOppositeOf|tone:isComposedOf ?o }} }}",
        f"SELECT * {{ GRAPH <{PROPOSALS}> {{ ?s tone:leadsTo|tone:plus ?o }} }}",
        f"SELECT * {{ GRAPH <{PROPOSALS}> {{ ?s a tone:Combination }} }}",
    ):
        assert rows(small, query) == [], query


def test_a_method_is_a_triple_each(small: LiveServer) -> None:
    link = f"<{TONE}link/AngerPlusJoy-leadsTo-Pride>"
    found = rows(small, f"SELECT ?m {{ {link} tone:method ?m }} ORDER BY ?m")
    assert found == [{"m": "other"}, {"m": "test"}]


def test_a_proposed_link_has_its_page_and_data(small: LiveServer) -> None:
    address = "/link/Boredom-isOppositeOf-Interest"
    assert "proposed" in small.get(address, BROWSER).text
    assert '"proposed"' in small.get(address, "text/turtle").text
    graph = small.get("/graph/proposals", "application/n-triples").text
    assert f"<{TONE}link/BoredomPlusFear-leadsTo-Confusion>" in graph
    assert "leadsTo-Pride" not in graph
    small.get("/link/Boredom-isOppositeOf-Joy").problem(404)


def test_the_product_has_the_graph_of_proposals(installed: Path, tmp_path: Path) -> None:
    done = run(installed, "build", "-o", str(tmp_path))
    assert done.status == 0, done.messages
    store = ox.Store()
    store.bulk_load(path=str(tmp_path / "tone-full.nq"), format=ox.RdfFormat.N_QUADS)
    graph = ox.NamedNode(PROPOSALS)
    proposed = {each.subject.value for each in store.quads_for_pattern(None, None, None, graph)}
    assert TONE + "link/Boredom-isOppositeOf-Interest" in proposed
    assert len(proposed) == 7
    for name in ("tone.ttl", "tone.graphml"):
        assert "isOppositeOf-Interest" not in (tmp_path / name).read_text("utf-8")


def test_a_missing_table_means_no_proposals_and_a_broken_one_is_told(tmp_path: Path) -> None:
    table = write_sources(tmp_path).parent / "vocab" / "link-proposals.tsv"
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = tone-kg\n")
    good = table.read_text("utf-8")
    for broken, place, problem in (
        (
            good.replace("Boredom-isOppositeOf-Interest", "Boredom-isOppositeOf-Intrest"),
            4,
            "Intrest",
        ),
        (good.replace("0.8000", "x"), 4, "score is not a number"),
        ("nonsense\n", 1, ""),
    ):
        table.write_text(broken, "utf-8")
        done = tone("build", "-o", tmp_path / "out", cwd=tmp_path)
        assert done.status == 2
        assert f"link-proposals.tsv:{place}: " in done.messages
        assert problem in done.messages
        assert not (tmp_path / "out").exists()
    table.unlink()
    assert tone("build", "-o", tmp_path / "out", cwd=tmp_path).status == 0
    assert PROPOSALS not in (tmp_path / "out" / "tone-full.nq").read_text("utf-8")
