"""The journal of a writable service: what was acknowledged is there after any crash."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live_server import TONE, LiveServer, live_server
from tone_command import tone
from tone_kg.ontology.errors import ToneError
from tone_kg.ontology.iris import DEFAULT_GRAPHS
from tone_kg.service.store import (
    GraphWrite,
    Operation,
    QueryFailed,
    WritableStore,
    check,
    check_update,
)
from writable_service import SMALL, TOKEN, do, put, send, values, writable_service

NUMBERS = "SELECT ?x { <http://e/s> <http://e/number> ?x }"
INSERT = "INSERT DATA { <http://e/s> <http://e/number> %d }"


def _log(journal: Path) -> Path:
    [log] = journal.glob("journal-*.log")
    return log


def _refusal(journal: Path, root: Path = SMALL) -> str:
    """Return what a service says that does not start with this journal."""
    done = tone(
        *("serve", "--port", "0", "--writable", "--journal", journal, "--engine", "lexicon"),
        TONE_TOKEN=TOKEN,
        TONE_ROOT=str(root),
    )
    assert done.status == 2, done.messages
    return done.messages


# Over a live server.


def _kill(service: LiveServer) -> None:
    """End a service as a power cut would, workers first so that none is left."""
    workers = service.workers()
    os.kill(service.process.pid, signal.SIGKILL)
    for each in workers:
        os.kill(each, signal.SIGKILL)
    service.process.wait()


def test_a_crash_loses_nothing_acknowledged(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    chance = random.Random(7)
    acknowledged: list[int] = []
    sent: list[int] = []

    def write(service: LiveServer) -> None:
        try:
            while True:
                sent.append(len(sent))
                assert send(service, INSERT % sent[-1]).status == 204
                acknowledged.append(sent[-1])
        except (OSError, HTTPException):
            pass  # it was killed

    for _ in range(3):
        with writable_service(tmp_path, journal) as service:
            before = len(acknowledged)
            client = threading.Thread(target=write, args=(service,))
            client.start()
            while len(acknowledged) < before + chance.randrange(1, 40):
                time.sleep(0.001)
            _kill(service)
            client.join()
        with writable_service(tmp_path, journal) as service:
            kept = {int(each) for each in values(service, NUMBERS)}
            assert set(acknowledged) <= kept <= set(sent)
            # Only what was under way when the service was killed may be there besides.
            assert len(kept - set(acknowledged)) <= 1
            acknowledged[:] = sorted(kept)


def test_everything_written_is_there_after_a_restart(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    query = "SELECT ?x { GRAPH ?g { ?s ?p ?x } }"
    with writable_service(tmp_path, journal) as service:
        do(service, INSERT % 1 + " ; CREATE GRAPH <http://e/empty>")
        put(service, "/graph?graph=http://e/put", "<a> <b> [ <c> 'ü' ] .")
        do(service, "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?o = 1) }")
        do(service, "INSERT { <http://e/s> <http://e/number> ?x } WHERE { BIND(NOW() AS ?x) }")
        do(service, "CREATE GRAPH <http://e/also-empty>")
        do(service, "DROP GRAPH <https://w3id.org/tone/graph/mappings>")
        number, size = values(service, NUMBERS), len(values(service, query))
        total = service.get("/health/ready").json["triples"]
    assert len(list(journal.glob("snapshot-*.nq"))) == 1
    with writable_service(tmp_path, journal) as service:
        assert values(service, NUMBERS) == number
        assert len(values(service, query)) == size
        assert service.get("/health/ready").json["triples"] == total
        for name in ("empty", "also-empty"):
            assert service.get(f"/graph?graph=http://e/{name}").status == 200
        assert service.get("/graph/mappings").status == 404
        assert "ü" in service.get("/graph?graph=http://e/put").text


def test_the_journal_is_in_the_user_s_state_folder_by_default(tmp_path: Path) -> None:
    settings = {"TONE_ROOT": str(SMALL), "TONE_TOKEN": TOKEN, "XDG_STATE_HOME": str(tmp_path)}
    with live_server(tmp_path, "--writable", "--engine", "lexicon", **settings) as service:
        do(service, INSERT % 1)
        journal = tmp_path / "tone" / "journal"
        assert f"kept in {journal}\n" in service.log.read_text()
        assert b"INSERT DATA" in _log(journal).read_bytes()
        assert journal.stat().st_mode & 0o077 == 0


def test_two_services_do_not_share_a_journal(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    with writable_service(tmp_path, journal) as service:
        assert f"{journal}: another service" in _refusal(journal)
        do(service, INSERT % 1)


def test_a_journal_keeps_to_its_sources(tmp_path: Path) -> None:
    journal, other = tmp_path / "journal", tmp_path / "other"
    with writable_service(tmp_path, journal) as service:
        do(service, INSERT % 1)
    shutil.copytree(SMALL, other)
    ontology = other / "tone-edit.ttl"
    ontology.write_text(ontology.read_text("utf-8").replace("joy", "mirth"), "utf-8")
    before = {each: each.read_bytes() for each in journal.iterdir()}
    message = _refusal(journal, other)
    assert "other sources" in message
    assert "--journal" in message
    assert {each: each.read_bytes() for each in journal.iterdir()} == before
    shutil.rmtree(other)
    shutil.copytree(SMALL, other)
    with writable_service(tmp_path, journal, other) as service:
        assert values(service, NUMBERS) == ["1"]


def test_a_journal_that_cannot_be_written_ends_the_process(tmp_path: Path) -> None:
    """The limit on the size of files stands for a disk that is full."""
    journal, log = tmp_path / "journal", tmp_path / "log"
    command = (
        f"ulimit -f 4; exec {TONE} serve --port 0 --engine lexicon --writable --journal {journal}"
    )
    environment = {**os.environ, "TONE_ROOT": str(SMALL), "TONE_TOKEN": TOKEN}
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["bash", "-c", command], stderr=output, stdout=output, env=environment
        )
    try:
        while "ready at" not in log.read_text():
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
        service = LiveServer(
            log.read_text().partition("ready at ")[2].split()[0][:-1], process, log
        )
        holder = service.holder()
        acknowledged = []
        for number in range(100):
            text = INSERT % number + f" # {'x' * 200}"
            answer = send(service, text)
            if answer.status != 204:
                break
            acknowledged.append(str(number))
        answer.problem(500)
        assert 5 < len(acknowledged) < 30
        until = time.monotonic() + 60
        while service.holder() == holder:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert values(service, NUMBERS) == sorted(acknowledged), "nothing else was written"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    with writable_service(tmp_path, journal) as service:
        assert values(service, NUMBERS) == sorted(acknowledged)


# What may befall the files.

SOURCES = [
    ox.Quad(
        ox.NamedNode(f"http://e/{number}"),
        ox.NamedNode("http://e/p"),
        ox.BlankNode("b") if number == 3 else ox.Literal(number),
        ox.NamedNode(graph),
    )
    for graph in DEFAULT_GRAPHS[:2]
    for number in (1, 3, len(graph))
]


@contextmanager
def _store(journal: Path, journal_bytes: int = 10_000_000) -> Iterator[WritableStore]:
    store = WritableStore(journal, journal_bytes=journal_bytes)
    store.load(SOURCES)
    try:
        yield store
    finally:
        store.close()


def _dump(store: WritableStore) -> tuple[str, list[str]]:
    """Return all that a store holds, whatever its blank nodes are called."""
    everything = ox.Dataset()
    for where, graph in (("?s ?p ?o", None), ("GRAPH ?g { ?s ?p ?o }", "g")):
        query = check(f"SELECT * {{ {where} }}")
        answer = store.query(query, "application/sparql-results+json")
        for row in ox.parse_query_results(answer, format=ox.QueryResultsFormat.JSON):
            quad = ox.Quad(row["s"], row["p"], row["o"], row[graph] if graph else None)
            everything.add(quad)
    everything.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, everything))), sorted(store.description().graphs)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """The journal of a store to which 1 to 5 were written."""
    with _store(tmp_path / "journal") as store:
        for number in range(1, 6):
            store.write(check_update(INSERT % number))
    return tmp_path / "journal"


def _numbers(journal: Path) -> list[int]:
    with _store(journal) as store:
        answer = store.query(check(NUMBERS), "text/csv").decode()
    return sorted(map(int, answer.split()[1:]))


def test_what_a_crash_cut_off_is_dropped(journal: Path) -> None:
    log = _log(journal)
    whole = log.read_bytes()
    last = whole.rstrip(b"\n").rindex(b"\n") + 1
    for end in range(last, len(whole)):
        log.write_bytes(whole[:end])
        assert _numbers(journal) == [1, 2, 3, 4]
        assert log.read_bytes() == whole[:last]
    # Blocks that the file system has not written hold zeros.
    for end in (last, last + 1, last + 20):
        for tail in (b"\0" * (len(whole) - end), b"\0" * (len(whole) - end - 1) + b"\n"):
            log.write_bytes(whole[:end] + tail)
            assert _numbers(journal) == [1, 2, 3, 4]
    with _store(journal) as store:
        store.write(check_update(INSERT % 6))
    assert _numbers(journal) == [1, 2, 3, 4, 6]


def test_any_other_damage_is_refused(journal: Path) -> None:
    log = _log(journal)
    whole = log.read_bytes()
    begins = [0, *(place + 1 for place, each in enumerate(whole) if each == 10)]
    for place in range(len(whole)):
        log.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        begin = max(each for each in begins if each <= place)
        with pytest.raises(ToneError, match=f"{log.name}: damaged at byte {begin}") as refusal:
            _store(journal).__enter__()
        assert str(journal) in str(refusal.value)
    for empty in (b"", whole[:5]):
        log.write_bytes(empty)
        with pytest.raises(ToneError, match="damaged at byte 0"):
            _store(journal).__enter__()
    log.write_bytes(whole)
    assert _numbers(journal) == [1, 2, 3, 4, 5]


def test_a_damaged_snapshot_is_refused(journal: Path) -> None:
    with _store(journal) as store:
        text = "INSERT { <http://e/s> <http://e/p> ?x } WHERE { BIND(RAND() AS ?x) }"
        store.write(check_update(text))
    [snapshot] = journal.glob("snapshot-*.nq")
    snapshot.write_bytes(snapshot.read_bytes().replace(b"http://e/1", b"http://e/9", 1))
    with pytest.raises(ToneError, match=f"{snapshot.name}: the snapshot is damaged"):
        _store(journal).__enter__()
    snapshot.unlink()
    with pytest.raises(ToneError, match=snapshot.name):
        _store(journal).__enter__()


def test_what_a_snapshot_left_unfinished_is_cleared_away(journal: Path) -> None:
    for name in ("snapshot-000002.nq", "snapshot-000002.nq.new", "journal-000002.log.new"):
        (journal / name).write_bytes(b"unfinished")
    (journal / "notes.txt").write_text("ours")
    assert _numbers(journal) == [1, 2, 3, 4, 5]
    assert {each.name for each in journal.iterdir()} == {
        "lock",
        "journal-000001.log",
        "notes.txt",
    }


def test_the_generation_counts_every_write(journal: Path) -> None:
    states = set()
    for journal_bytes in (10_000_000, 1):
        with _store(journal, journal_bytes) as store:
            before = store.generation
            states.add(store.state())
            with pytest.raises(QueryFailed):
                store.write(check_update("DROP GRAPH <http://e/missing>"))
            assert store.generation == before
            store.write(check_update(INSERT % 9))
            assert store.generation == before + 1
            states.add(store.state())
    assert len(states) == 4
    with _store(journal) as store:
        assert store.generation == 7


# Any updates.

TERMS = st.sampled_from(["<http://e/1>", "<http://e/3>", "<http://e/p>"])
VALUES = st.sampled_from(["1", "3", '"a\\nb"', "[]", "<http://e/3>"])
NAMES = st.sampled_from(["http://e/g", "http://e/h", DEFAULT_GRAPHS[0], DEFAULT_GRAPHS[1]])
TRIPLES = st.builds("{} <http://e/p> {} . ".format, TERMS, VALUES)
QUADS = TRIPLES | st.builds("GRAPH <{}> {{ {} }} ".format, NAMES, TRIPLES)
PLAIN = QUADS.map(lambda each: each.replace("[]", "2"))
TARGETS = st.sampled_from(["DEFAULT", "NAMED", "ALL"]) | NAMES.map("GRAPH <{}>".format)
PLACES = st.just("DEFAULT") | NAMES.map("<{}>".format)
OPERATIONS = (
    st.builds("INSERT DATA {{ {} {} }}".format, QUADS, QUADS)
    | st.builds("DELETE DATA {{ {} }}".format, PLAIN)
    | st.builds("{} SILENT {}".format, st.sampled_from(["CLEAR", "DROP"]), TARGETS)
    | st.builds("CREATE SILENT GRAPH <{}>".format, NAMES)
    | st.builds(
        "{} SILENT {} TO {}".format, st.sampled_from(["ADD", "COPY", "MOVE"]), PLACES, PLACES
    )
    | st.builds("DELETE WHERE {{ {} <http://e/p> ?o }}".format, TERMS)
    | st.builds(
        "WITH <{}> DELETE {{ ?s ?p ?o }} INSERT {{ ?o ?p ?s . ?s ?p [] }} "
        "WHERE {{ ?s ?p ?o }}".format,
        NAMES,
    )
    | st.just("INSERT { GRAPH ?g { ?s ?p 7 } } WHERE { GRAPH ?g { ?s ?p ?o } }")
    | st.just("INSERT { ?s ?p ?x } WHERE { ?s ?p ?o BIND(STRUUID() AS ?x) }")
    | st.just("INSERT { ?s ?p 8 } WHERE { SELECT * { ?s ?p ?o } LIMIT 1 }")
)
UPDATES = st.lists(OPERATIONS, min_size=1, max_size=3).map(" ; ".join).map(check_update)
WRITES = st.builds(
    lambda method, graph, text: GraphWrite(method, graph, None, (("text/turtle", text),)),
    st.sampled_from(["PUT", "POST"]),
    st.none() | NAMES,
    TRIPLES | st.just(""),
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(UPDATES | WRITES, min_size=1, max_size=8), st.sampled_from([1, 200_000, 10_000_000])
)
def test_a_journal_gives_back_what_was_there(
    operations: list[Operation], journal_bytes: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with _store(Path(folder), journal_bytes) as store:
            for operation in operations:
                store.write(operation)
            before, generation = _dump(store), store.generation
            query = check("SELECT * { ?s ?p ?o }")
            united = store.query(query, "text/tab-separated-values", DEFAULT_GRAPHS)
            default = store.query(query, "text/tab-separated-values")
            assert set(united.splitlines()) <= set(default.splitlines())
        with _store(Path(folder)) as store:
            assert (_dump(store), store.generation) == (before, generation)


def test_a_rehearsal_is_not_written_down(tmp_path: Path) -> None:
    with _store(tmp_path) as store:
        store.rehearse(check_update(INSERT % 1))
    assert _numbers(tmp_path) == []
