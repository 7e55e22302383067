"""What a hostile client can do to the service: none of it stops the others, and nothing stays.

One client is 127.0.0.1; another, the neighbour, is 127.0.0.2. Every question is answered in full
or with a problem; the neighbour is answered meanwhile and afterwards; then no process works any
more, and memory and sockets are as they were.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from hostile import DEEP, ENDLESS, GREEDY, LARGE, LONGEST, OUTWARD, PATHS, SLOW
from live_server import Answer, LiveServer, live_server

DIRECT = "application/sparql-query"
NEIGHBOUR = "127.0.0.2"
PATIENCE = 30.0
"""Seconds in which the service must have come to rest, or a condition must have come true."""

LIMITS = {
    "TONE_ENGINE": "lexicon",
    "TONE_QUERY_SECONDS": "1",
    "TONE_QUERY_MEMORY": "100000000",
    "TONE_QUERY_BYTES": "200000",
}
SLACK = 150_000_000
"""Bytes by which the service may have grown: its workers keep some for the next query."""

IDLE = 16
"""Workers that may wait for the next query: as many as there may be queries, in each of the two
ways that these take."""


@pytest.fixture(scope="module")
def rest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiveServer, int]]:
    """The service with small limits, and the bytes that it held before it was harmed."""
    with live_server(tmp_path_factory.mktemp("hostile"), **LIMITS) as server:
        with ThreadPoolExecutor(16) as clients:
            list(clients.map(lambda _: ask(server, "ASK { ?s ?p ?o }"), range(64)))
        yield server, memory(server)


@pytest.fixture
def server(rest: tuple[LiveServer, int]) -> Iterator[LiveServer]:
    """The service; at the end of the test it must have come to rest."""
    server, before = rest
    workers, holder = server.workers(), server.holder()
    yield server
    neighbour_is_served(server)
    until(lambda: busy(server) == [])
    assert (server.workers(), server.holder()) == (workers, holder)
    assert len(server.query_workers()) <= IDLE
    until(lambda: memory(server) < before + SLACK)
    until(lambda: sockets(server) <= 2 * IDLE)


def ask(server: LiveServer, query: str) -> Answer:
    return server.ask("POST", "/sparql", query, {"Content-Type": DIRECT})


def neighbour_is_served(server: LiveServer) -> None:
    path = "/sparql?query=" + quote("ASK { tone:Joy a owl:Class }")
    answer = server.ask("GET", path, source=NEIGHBOUR)
    assert answer.status == 200, answer.text
    assert answer.json["boolean"] is True


def suffer(server: LiveServer, query: str) -> Answer:
    """Ask what is hostile, and have the neighbour ask meanwhile; return the hostile's answer."""
    with ThreadPoolExecutor(1) as hostile:
        answer = hostile.submit(ask, server, query)
        neighbour_is_served(server)
        while not answer.done():
            neighbour_is_served(server)
            time.sleep(0.1)
    return answer.result()


def is_told(answer: Answer, *statuses: int) -> None:
    """Check that an answer is 200, or a problem document, with one of these statuses."""
    assert answer.status in statuses, answer.text[:500]
    if answer.status != 200:
        answer.problem(answer.status)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "this has not come true"
        time.sleep(0.05)


def processes(server: LiveServer) -> list[int]:
    """Return the service's processes."""
    holder = server.holder()
    keeper = int(stat(holder)[1])
    return [server.process.pid, keeper, holder, *server.workers(), *server.query_workers()]


def memory(server: LiveServer) -> int:
    """Return the bytes that the service holds, what its processes share counted once."""
    total = 0
    for each in processes(server):
        try:
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue  # it has just ended
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024


def stat(process: int, task: str = "") -> list[str]:
    """Return a process's or thread's state, the number of its parent, and so on."""
    path = Path(f"/proc/{process}/{task}/stat")
    return path.read_text().rpartition(")")[2].split()


def busy(server: LiveServer) -> list[int]:
    """Return the query workers that are at work, or that have ended and are still there."""
    found = []
    for worker in server.query_workers():
        try:
            tasks = os.listdir(f"/proc/{worker}/task")
            states = {stat(worker, f"task/{each}")[0] for each in tasks}
        except OSError:
            continue  # it has just ended
        if states & {"R", "D", "Z"}:
            found.append(worker)
    return found


def sockets(server: LiveServer) -> int:
    """Return how many files and sockets the HTTP workers have open besides their own few."""
    return sum(len(os.listdir(f"/proc/{each}/fd")) - 20 for each in server.workers())


# Queries.


@pytest.mark.parametrize("query", ENDLESS.values(), ids=ENDLESS)
def test_a_query_without_end_is_cut(server: LiveServer, query: str) -> None:
    is_told(suffer(server, query), 400, 503)


def test_a_query_that_needs_time_alone_is_cut_by_time(server: LiveServer) -> None:
    answer = suffer(server, SLOW)
    assert "(1 s)" in answer.problem(503)["detail"]
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("query", PATHS.values(), ids=PATHS)
def test_a_path_over_everything_is_answered_or_cut(server: LiveServer, query: str) -> None:
    is_told(suffer(server, query), 200, 400, 503)


@pytest.mark.parametrize("query", GREEDY.values(), ids=GREEDY)
def test_a_query_that_needs_all_the_memory_is_cut(server: LiveServer, query: str) -> None:
    is_told(suffer(server, query), 400, 503)


@pytest.mark.parametrize("query", LARGE.values(), ids=LARGE)
def test_a_result_that_is_too_large_is_refused_whole(server: LiveServer, query: str) -> None:
    is_told(suffer(server, query), 400, 503)


@pytest.mark.parametrize("query", DEEP.values(), ids=DEEP)
def test_a_query_that_is_too_long_or_too_deep_is_refused(server: LiveServer, query: str) -> None:
    suffer(server, query).problem(413)


@pytest.mark.parametrize("query", LONGEST.values(), ids=LONGEST)
def test_the_longest_query_is_answered_or_told_why_not(server: LiveServer, query: str) -> None:
    is_told(suffer(server, query), 200, 400, 413, 503)


@pytest.mark.parametrize("query", OUTWARD.values(), ids=OUTWARD)
def test_no_query_reaches_the_network_or_a_file(server: LiveServer, query: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        answer = suffer(server, query.replace("URL", url))
        is_told(answer, 200, 400)
        assert b"root:" not in answer.body
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_hostile_queries_at_once_are_each_answered(server: LiveServer) -> None:
    queries = [*ENDLESS.values(), *GREEDY.values(), *LARGE.values()]
    with ThreadPoolExecutor(len(queries)) as clients:
        answers = [clients.submit(ask, server, query) for query in queries]
        neighbour_is_served(server)
        for each in answers:
            is_told(each.result(), 400, 429, 503)


# Clients.


@contextmanager
def connection(server: LiveServer, data: bytes) -> Iterator[socket.socket]:
    """A connection on which so much has been sent."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as client:
        client.sendall(data)
        yield client


def request(query: str, **headers: str) -> bytes:
    lines = [f"GET /sparql?query={quote(query)} HTTP/1.1", "Host: tone"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


WAYS = {"plain": {}, "by way of the routes": {"Accept_Encoding": "identity"}}


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A service whose queries practically never end by themselves."""
    settings = {**LIMITS, "TONE_QUERY_SECONDS": "600", "TONE_QUERY_THREADS": "2"}
    settings |= {"TONE_CLIENT_QUERIES": "1", "TONE_CLIENT_WAITING": "3"}
    with live_server(tmp_path_factory.mktemp("patient"), **settings) as server:
        yield server


@pytest.mark.parametrize("headers", WAYS.values(), ids=WAYS)
def test_a_client_has_no_more_than_its_share(patient: LiveServer, headers: dict[str, str]) -> None:
    """One query of it runs, three wait, the others are refused; the neighbour has its own place."""
    with ExitStack() as stack:
        clients = [
            stack.enter_context(connection(patient, request(SLOW, **headers))) for _ in range(10)
        ]
        refused = 0
        for client in clients:
            client.settimeout(2)
            try:
                head = client.recv(65_536)
            except TimeoutError:
                continue
            assert b" 429 " in head
            assert b"retry-after" in head.lower()
            refused += 1
        assert refused == 6
        for _ in range(5):
            neighbour_is_served(patient)
        assert len(busy(patient)) == 1
    until(lambda: busy(patient) == [])
    assert ask(patient, "ASK {}").status == 200


@pytest.mark.parametrize("headers", WAYS.values(), ids=WAYS)
def test_a_query_ends_when_its_client_leaves(patient: LiveServer, headers: dict[str, str]) -> None:
    workers = patient.workers()
    for _ in range(3):
        with connection(patient, request(SLOW, **headers)):
            until(lambda: busy(patient) != [])
        until(lambda: busy(patient) == [])
    assert ask(patient, "ASK {}").status == 200
    assert patient.workers() == workers


def test_a_query_ends_in_time_though_nobody_is_left_to_end_it(tmp_path: Path) -> None:
    with live_server(tmp_path, **LIMITS) as server:
        with connection(server, request(SLOW)):
            until(lambda: busy(server) != [])
            [worker] = server.workers()
            os.kill(worker, signal.SIGKILL)
            until(lambda: busy(server) == [])
        until(lambda: server.workers() not in ([], [worker]))


def test_clients_that_leave_take_nothing_with_them(server: LiveServer) -> None:
    for query in [*ENDLESS.values(), *LARGE.values()]:
        for headers in WAYS.values():
            with connection(server, request(query, **headers)):
                pass


def test_slow_clients_keep_nobody_waiting(server: LiveServer) -> None:
    """Three thousand connections, on each of which a request comes a byte at a time."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    data = request("ASK {}")
    try:
        with ExitStack() as stack:
            number = min(3_000, hard - 200)
            clients = [stack.enter_context(connection(server, b"G")) for _ in range(number)]
            for at in range(1, 5):
                for client in clients:
                    with suppress(OSError):  # one that is too slow is hung up on
                        client.send(data[at : at + 1])
                neighbour_is_served(server)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_answers_that_nobody_reads_take_a_limited_part_of_the_memory(tmp_path: Path) -> None:
    query = f'SELECT ?v {{ ?s ?p ?o BIND("{"x" * 1_000}" AS ?v) }} LIMIT 2000'
    settings = {"TONE_ANSWER_BYTES": "20000000", "TONE_BODY_SECONDS": "2"}
    with live_server(tmp_path, TONE_ENGINE="lexicon", **settings) as server, ExitStack() as stack:
        for _ in range(60):
            client = stack.enter_context(connection(server, request(query)))
            client.recv(1)
        until(lambda: busy(server) == [])
        neighbour_is_served(server)
        before = memory(server)
        is_told(ask(server, query), 200, 503)
        until(lambda: ask(server, query).status == 200)  # the others have been given up
        assert memory(server) < before + SLACK
