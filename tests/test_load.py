"""The service under load: what it refuses, what it never keeps waiting, and that no answer is lost.

Nothing here depends on how fast a machine is: what holds the service up holds until a test lets go.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from live_server import Answer, LiveServer, live_server
from small_models import WORDS, write_models
from tone_kg.service import Annotator
from tone_kg.service.http.app import create_app
from tone_kg.service.settings import Settings

JSON = "application/json"
BATCH = "/v1/annotate/batch"
LONG = {"texts": ["joy " * 150] * 1_000, "limit": 1}
"""A batch whose answer is larger than all that lies between a server and a client that reads none
of it, so that the service has not done with it."""


def lexicon_server(folder: Path, **settings: str) -> AbstractContextManager[LiveServer]:
    """The service with its fastest engine, since tests wait for the end of long batches."""
    return live_server(folder, TONE_ENGINE="lexicon", **settings)


def annotate(server: LiveServer, text: str) -> Answer:
    return server.post_json("/v1/annotate", {"text": text})


def until(status: int, ask: Callable[[], Answer]) -> Answer:
    """Ask again while the service is too busy, as its answer tells clients to."""
    for _ in range(600):
        answer = ask()
        if answer.status == status:
            break
        assert answer.status == 503, answer.text
        assert int(answer.headers["Retry-After"]) > 0
        time.sleep(0.05)
    assert answer.status == status
    return answer


class Client:
    """A connection on which a request is sent, and its answer read, as slowly as a test likes.

    Without a length the body is chunked.
    """

    def __init__(
        self, server: LiveServer, path: str, length: int | None, type: str = JSON, **headers: str
    ) -> None:
        address = urlsplit(server.url)
        assert address.hostname
        self.socket = socket.create_connection((address.hostname, address.port), timeout=60)
        framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        lines = [f"POST {path} HTTP/1.1", "Host: tone", f"Content-Type: {type}", framing]
        lines += [f"{name}: {headers[name]}" for name in headers]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def send(self, body: bytes) -> None:
        self.socket.sendall(body)

    def begin(self) -> HTTPResponse:
        """Return the answer as soon as its head has come."""
        response = HTTPResponse(self.socket)
        response.begin()
        return response

    def answer(self) -> Answer:
        response = self.begin()
        return Answer(response.status, response.headers, response.read())

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


@contextmanager
def unread_batch(server: LiveServer) -> Iterator[HTTPResponse]:
    """A batch that the service is at work on, until its answer is read."""
    body = json.dumps(LONG).encode()
    with Client(server, BATCH, len(body)) as client:
        client.send(body)
        response = client.begin()
        assert response.status == 200
        yield response


# Nothing is lost or mixed up.


@pytest.mark.parametrize("engine", ["lexicon", "transformer"])
def test_many_clients_at_once_each_get_their_own_answers(tmp_path: Path, engine: str) -> None:
    models = write_models(tmp_path / "models")
    words = ["happy", "heartbroken", "not afraid", "😡", *WORDS]
    texts = [f"{words[at % len(words)]}, {at} times {words[at % 5]}" for at in range(200)]
    annotator = Annotator(engine, models=models)
    expected = [json.loads(json.dumps(each.to_dict())) for each in annotator.annotate(texts)]
    options = {"TONE_MODELS": str(models), "TONE_BATCHES": "100"}

    def ask(at: int) -> None:
        if at % 20:
            assert annotate(server, texts[at]).json == expected[at]
            return
        rows = [{"id": row, "text": texts[row]} for row in range(at, at + 20)]
        results = server.post_json(BATCH, {"texts": rows}).json["results"]
        assert results == [{"id": row} | expected[row] for row in range(at, at + 20)]

    with (
        live_server(tmp_path, "--engine", engine, "--workers", "2", **options) as server,
        ThreadPoolExecutor(16) as clients,
    ):
        list(clients.map(ask, range(len(texts))))


# What is too much is refused.


def test_more_requests_than_may_wait_are_refused_and_the_others_answered(tmp_path: Path) -> None:
    body = json.dumps({"text": "joy and rage " * 1_500}).encode()
    limits = {"TONE_THREADS": "1", "TONE_WAITING": "1"}
    with lexicon_server(tmp_path, **limits) as server:
        expected = server.post("/v1/annotate", body, JSON).json
        statuses: list[int] = []
        # All but the last byte goes first, so that all requests are there at the same moment.
        for _ in range(5):
            clients = [Client(server, "/v1/annotate", len(body)) for _ in range(30)]
            for client in clients:
                client.send(body[:-1])
            for client in clients:
                client.send(body[-1:])
            assert server.get("/health/live").status == 200
            for client in clients:
                with client:
                    answer = client.answer()
                statuses.append(answer.status)
                if answer.status == 200:
                    assert answer.json == expected
                else:
                    answer.problem(503)
                    assert int(answer.headers["Retry-After"]) > 0
            if 503 in statuses:
                break
        assert {200, 503} == set(statuses)
        until(200, lambda: annotate(server, "joy"))


def test_more_batches_than_may_be_held_are_refused(tmp_path: Path) -> None:
    with lexicon_server(tmp_path, TONE_BATCHES="1") as server:
        with unread_batch(server) as held:
            for _ in range(3):
                answer = server.post_json(BATCH, {"texts": ["joy"]})
                answer.problem(503)
                assert int(answer.headers["Retry-After"]) > 0
            assert len(json.loads(held.read())["results"]) == 1_000
        until(200, lambda: server.post_json(BATCH, {"texts": ["joy"]}))


def test_a_client_that_goes_away_gives_its_place_back(tmp_path: Path) -> None:
    with lexicon_server(tmp_path, TONE_BATCHES="1") as server:
        with unread_batch(server):
            server.post_json(BATCH, {"texts": []}).problem(503)
        until(200, lambda: server.post_json(BATCH, {"texts": []}))


def test_a_client_that_does_not_read_its_answer_gives_its_place_back(tmp_path: Path) -> None:
    limits = {"TONE_BATCHES": "1", "TONE_BODY_SECONDS": "0.5"}
    with lexicon_server(tmp_path, **limits) as server, unread_batch(server):
        until(200, lambda: server.post_json(BATCH, {"texts": []}))


def test_more_large_bodies_than_may_be_held_are_refused(tmp_path: Path) -> None:
    body = json.dumps({"text": "joy"}).encode() + b" " * 100_000
    with lexicon_server(tmp_path, TONE_THREADS="1", TONE_BATCHES="1") as server:
        with (
            Client(server, "/v1/annotate", len(body), Expect="100-continue") as client,
            Client(server, BATCH, len(body), Expect="100-continue") as other,
        ):
            for each in (client, other):  # The service has begun to take the body in.
                assert each.socket.recv(100).startswith(b"HTTP/1.1 100 ")
            server.post("/v1/annotate", body, JSON).problem(503)
            assert annotate(server, "joy").status == 200
            client.send(body)
            assert client.answer().json["text"] == "joy"
        until(200, lambda: server.post("/v1/annotate", body, JSON))


# Nobody is kept waiting by others.


def test_short_requests_are_answered_while_batches_hold_all_that_they_may(tmp_path: Path) -> None:
    limits = {"TONE_THREADS": "1", "TONE_BATCHES": "2"}
    with lexicon_server(tmp_path, **limits) as server, unread_batch(server), unread_batch(server):
        server.post_json(BATCH, {"texts": []}).problem(503)
        for number in range(5):
            assert annotate(server, f"joy {number}").json["text"] == f"joy {number}"
        for path in ("/health/ready", "/v1/concepts/Joy"):
            assert server.get(path).status == 200


def test_short_requests_are_answered_while_batches_keep_coming(tmp_path: Path) -> None:
    batch = {"texts": ["joy and rage " * 50] * 200}
    enough = threading.Event()
    seen: list[int] = []

    def keep_asking() -> None:
        while not enough.is_set():
            seen.append(server.post_json(BATCH, batch).status)

    with lexicon_server(tmp_path, TONE_THREADS="2", TONE_BATCHES="3") as server:
        with ThreadPoolExecutor(6) as clients:
            done = [clients.submit(keep_asking) for _ in range(6)]
            try:
                for number in range(30):
                    assert annotate(server, f"joy {number}").json["text"] == f"joy {number}"
            finally:
                enough.set()
        for each in done:
            each.result()
    assert set(seen) <= {200, 503}
    assert 200 in seen


def test_a_short_batch_does_not_wait_for_the_end_of_a_long_one(tmp_path: Path) -> None:
    with lexicon_server(tmp_path, TONE_BATCH_THREADS="1") as server, unread_batch(server) as long:
        assert len(server.post_json(BATCH, {"texts": ["joy"] * 20}).json["results"]) == 20
        assert len(json.loads(long.read())["results"]) == 1_000


def test_clients_that_never_send_their_body_hold_nothing(tmp_path: Path) -> None:
    with lexicon_server(tmp_path, TONE_THREADS="1", TONE_WAITING="1") as server:
        clients = [Client(server, path, 99) for path in ("/v1/annotate", BATCH, "/sparql") * 20]
        for client in clients:
            client.send(b"{")
        for _ in range(5):
            assert annotate(server, "joy").status == 200
            assert server.post_json(BATCH, {"texts": ["joy"]}).status == 200
            assert server.get("/health/live").status == 200
        for client in clients:
            client.socket.close()


def test_a_body_that_takes_too_long_is_not_waited_for(tmp_path: Path) -> None:
    with lexicon_server(tmp_path, TONE_BODY_SECONDS="0.5") as server:
        for path in ("/v1/annotate", BATCH):
            with Client(server, path, 99) as client:
                client.send(b"{")
                client.answer().problem(408)


def test_a_body_shorter_than_declared_is_told(tmp_path: Path) -> None:
    with lexicon_server(tmp_path) as server, Client(server, "/v1/annotate", 99) as client:
        client.send(b"{")
        client.socket.shutdown(socket.SHUT_WR)
        client.answer().problem(400)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'6\r\n"joy"\n\r\n0\r\n\r\n', 200),
        (b'6\r\n"joy"\n\r\n', 400),
        (b'6\r\n"joy"\n\r\n6\r\n"gr', 400),
        (b'6\r\n"joy"\n\r\nx\r\n"sad"\n\r\n0\r\n\r\n', 400),
        (b'4\r\n"joy"\n\r\n0\r\n\r\n', 400),
    ],
)
def test_a_chunked_body_that_breaks_off_is_told(
    service: LiveServer, body: bytes, status: int
) -> None:
    with Client(service, BATCH, None, "application/x-ndjson") as client:
        client.send(body)
        if not body.endswith(b"\r\n0\r\n\r\n"):
            client.socket.shutdown(socket.SHUT_WR)
        assert client.answer().status == status


# What fails, fails alone.


def test_a_text_that_no_engine_could_answer_spoils_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answered = Annotator.annotate

    def annotate(self: Annotator, texts: list[str], **options: Any) -> Any:
        if "unforeseen" in texts:
            raise RuntimeError("about unforeseen")
        return answered(self, texts, **options)

    monkeypatch.setattr(Annotator, "annotate", annotate)
    client = create_app(Settings(access_log=False)).test_client()
    rows = ["joy", {"id": "u", "text": "unforeseen"}, None, "rage"]
    results = client.post(BATCH, json={"texts": rows}).get_json()["results"]
    assert [each.get("error", {}).get("status") for each in results] == [None, 500, 400, None]
    assert (results[1]["id"], results[1]["index"], results[2]["index"]) == ("u", 1, 2)
    assert [results[0]["text"], results[3]["text"]] == ["joy", "rage"]
    assert "unforeseen" not in caplog.text
