"""The service about itself: health, contract, settings, start and stop."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from live_server import TONE, LiveServer, live_server
from tone_command import tone
from tone_kg.ontology import load
from tone_kg.service.http.app import create_app
from tone_kg.service.settings import PREFIX, Settings

JSON = "application/json"
SENTENCE = "I was not happy, I felt heartbroken and utterly alone."


def test_health(service: LiveServer) -> None:
    assert service.get("/health/live").json == {"status": "live"}
    ready = service.get("/health/ready").json
    assert ready["status"] == "ready"
    assert ready["concepts"] == len(load().concepts)
    assert ready["triples"] > 10_000


def test_a_header_with_an_underscore_is_not_taken_for_one_with_a_hyphen(
    service: LiveServer,
) -> None:
    answer = service.post("/v1/annotate", '{"text": "joy"}', JSON, Content_Length="joyous")
    assert answer.json["text"] == "joy"


def test_the_address_asked_for_stands_above_the_host(service: LiveServer) -> None:
    headers = {"Host": "other.example", "Accept": "text/turtle"}
    description = service.ask("GET", "http://tone.example/sparql", headers=headers).text
    assert "<http://tone.example/sparql>" in description
    assert "<http://other.example/sparql>" in service.ask("GET", "/sparql", headers=headers).text


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("/sparql?query=SELECT(%22ü%E2%82%AC€%22AS?x){}", "ü€€"),
        ("/sparql?format=json&query=SELECT(%22ü€%22AS?x){}", "ü€"),
        ("/v1/concepts?q=ü€", '"total": 0'),
    ],
)
def test_characters_of_an_address_need_not_be_escaped(
    service: LiveServer, target: str, found: str
) -> None:
    """RFC 3986 has them escaped, but curl and others send what they are given."""
    address = urlsplit(service.url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(
            f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
        )
        received = connection.makefile("rb").read().decode()
    assert received.startswith("HTTP/1.1 200 ")
    assert found in received


def test_http_2_tells_the_end_of_a_body_without_its_length(service: LiveServer) -> None:
    """The frames are those of RFC 9113, the headers literals of RFC 7541, section 6.2.2."""

    def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
        head = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
        return head + payload

    headers = {
        ":method": "POST",
        ":scheme": "http",
        ":authority": "tone",
        ":path": "/v1/annotate",
        "content-type": JSON,
    }
    block = b"".join(
        b"\0" + b"".join(bytes([len(each)]) + each.encode() for each in pair)
        for pair in headers.items()
    )
    address = urlsplit(service.url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b""))
        connection.sendall(frame(1, 4, 1, block) + frame(0, 1, 1, b'{"text": "joy"}'))
        received = connection.makefile("rb")
        body, kind, flags = b"", -1, 0
        while kind != 0 or not flags & 1:
            head = received.read(9)
            kind, flags = head[3], head[4]
            payload = received.read(int.from_bytes(head[:3], "big"))
            body += payload if kind == 0 else b""
    assert json.loads(body)["text"] == "joy"


METHODS = ("GET", "POST", "PUT", "DELETE")


def _routes() -> set[tuple[str, str]]:
    found = set()
    for rule in create_app(Settings(access_log=False)).url_map.iter_rules():
        # File endings and a slash at the end are no routes of their own.
        endings = ("/ontology<", "/sparql<", "/sparql/")
        if rule.endpoint == "static" or rule.rule.startswith(endings):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule).replace("{name}", "{concept}")
        found |= {(path, method.lower()) for method in (rule.methods or ()) if method in METHODS}
    return found


def test_the_contract_lists_every_route_and_no_other(service: LiveServer) -> None:
    contract = service.get("/openapi.json").json
    assert contract["openapi"].startswith("3.1")
    listed = {
        (path, method)
        for path, methods in contract["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert listed == _routes()


def _resolve(contract: Any, schema: Any) -> Any:
    while "$ref" in schema:
        found = contract
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        schema = found
    return schema


def _check(contract: Any, schema: Any, value: Any, where: str) -> None:
    """Check a value against the part of JSON Schema that the contract uses."""
    schema = _resolve(contract, schema)
    for each in schema.get("allOf", ()):
        _check(contract, each, value, where)
    if "oneOf" in schema:
        (other, nothing) = schema["oneOf"]
        assert nothing == {"type": "null"}, where
        if value is not None:
            _check(contract, other, value, where)
    if "enum" in schema:
        assert value in schema["enum"], where
    if "const" in schema:
        assert value == schema["const"], where
    types = schema.get("type", [])
    kinds = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "null": type(None),
    }
    if types:
        names = [types] if isinstance(types, str) else types
        assert any(isinstance(value, kinds[name]) for name in names), f"{where}: {value!r}"
    if isinstance(value, dict):
        assert set(schema.get("required", ())) <= set(value), where
        for name, each in schema.get("properties", {}).items():
            if name in value:
                _check(contract, each, value[name], f"{where}.{name}")
    if isinstance(value, list) and "items" in schema:
        for each in value:
            _check(contract, schema["items"], each, where + "[]")


@pytest.mark.parametrize(
    ("path", "listed", "body"),
    [
        ("/v1/concepts", "/v1/concepts", None),
        ("/v1/concepts/Love?inherited=true", "/v1/concepts/{concept}", None),
        ("/v1/concepts/Trust", "/v1/concepts/{concept}", None),
        ("/v1/concepts/Grief/terms", "/v1/concepts/{concept}/terms", None),
        ("/v1/terms/heartbroken", "/v1/terms/{term}", None),
        ("/v1/search?q=grie", "/v1/search", None),
        ("/v1/combine?emotions=Anger,Joy", "/v1/combine", None),
        ("/v1/combine?emotions=Joy,Trust,Boredom", "/v1/combine", None),
        ("/v1/opposite?emotion=Bliss&inherited=true", "/v1/opposite", None),
        ("/v1/opposite?emotion=Bliss", "/v1/opposite", None),
        ("/v1/path?from=Grief&to=Joy", "/v1/path", None),
        ("/v1/path?from=Joy&to=Joy", "/v1/path", None),
        ("/health/ready", "/health/ready", None),
        ("/v1/annotate", "/v1/annotate", {"text": SENTENCE, "explain": True}),
        ("/v1/annotate", "/v1/annotate", {"text": "She was disgusted and sad."}),
        ("/v1/annotate/batch", "/v1/annotate/batch", {"texts": [SENTENCE]}),
    ],
)
def test_answers_are_as_the_contract_says(
    service: LiveServer, path: str, listed: str, body: Any
) -> None:
    contract = service.get("/openapi.json").json
    answer = service.get(path) if body is None else service.post_json(path, body)
    operation = contract["paths"][listed]["get" if body is None else "post"]
    schema = operation["responses"]["200"]["content"][JSON]["schema"]
    _check(contract, schema, answer.json, path)


def test_the_contract_names_the_fields_that_are_read(service: LiveServer) -> None:
    contract = service.get("/openapi.json").json
    known = set(contract["components"]["schemas"]["AnnotateRequest"]["properties"])
    detail = service.post_json("/v1/annotate", {"text": "joy", "nonsense": 1}).problem(400)[
        "detail"
    ]
    assert set(detail.partition("known: ")[2].split(", ")) == known


# Settings.


def test_every_setting_is_documented_with_its_default() -> None:
    text = (Path(__file__).parents[1] / "docs" / "http.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE))
    for setting in fields(Settings):
        default = f"`{setting.default}`" if setting.default != "" else ""
        documented = rows.pop(PREFIX + setting.name.upper())
        assert documented == f"{default} | {setting.metadata['help']}"
    assert not rows


def test_the_public_address_is_a_setting(tmp_path: Path) -> None:
    with live_server(tmp_path, TONE_URL="https://tone.example/", TONE_ENGINE="lexicon") as server:
        endpoint = "https://tone.example/sparql"
        forwarded = {"X-Forwarded-Host": "other.example", "Accept": "text/turtle"}
        description = server.ask("GET", "/sparql", headers=forwarded).text
        assert f"<{endpoint}>" in description
        assert "other.example" not in description + server.url
        assert server.url not in description
        rows = server.post("/sparql", "SELECT (<> AS ?x) {}", "application/sparql-query").json
        assert rows["results"]["bindings"][0]["x"]["value"] == endpoint
        links = ", ".join(server.get("/concepts/Joy").headers.get_all("Link") or [])
        assert '<https://tone.example/concepts/Joy.ttl>; rel="alternate"' in links


def test_limits_are_settings(tmp_path: Path) -> None:
    settings = {"TEXT_LIMIT": "5", "BATCH_LIMIT": "1", "BODY_LIMIT": "200", "PAGE_LIMIT": "2"}
    environment = {PREFIX + name: value for name, value in settings.items()}
    with live_server(tmp_path, **environment) as server:
        server.post_json("/v1/annotate", {"text": "too long"}).problem(413, field="text")
        server.post_json("/v1/annotate/batch", {"texts": ["", ""]}).problem(413, field="texts")
        server.post_json("/v1/annotate", {"text": "x" * 300}).problem(413)
        server.get("/v1/concepts?limit=3").problem(400, field="limit")


# Starting and stopping.


def test_a_port_that_is_taken_is_told_in_one_line(service: LiveServer) -> None:
    done = tone("serve", "--port", service.url.rpartition(":")[2])
    assert done.status == 2
    assert len(done.messages.splitlines()) == 1
    assert "--port" in done.messages


@pytest.mark.parametrize(
    ("arguments", "environment", "word"),
    [
        (["--store", "127.0.0.1:3030"], {}, "http://"),
        (["--engine", "oracle"], {}, "lexicon"),
        (["--host", "192.0.2.1"], {}, "192.0.2.1"),
        (["--host", "no such host"], {}, "no such host"),
        ([], {"TONE_TEXT_LIMIT": "many"}, "TONE_TEXT_LIMIT"),
        ([], {"TONE_QUERY_SECONDS": "-1"}, "TONE_QUERY_SECONDS"),
        ([], {"TONE_ROOT": "/nowhere"}, "/nowhere"),
        ([], {"TONE_URL": "tone.example"}, "TONE_URL"),
        ([], {"TONE_URL": "https://tone.example/path"}, "TONE_URL"),
        ([], {"TONE_URL": "http://[:]"}, "TONE_URL"),
        ([], {"TONE_URL": "http://[1.2.3.4]"}, "TONE_URL"),
        ([], {"TONE_URL": "https://tone.example:99999"}, "TONE_URL"),
    ],
)
def test_what_keeps_the_service_from_starting_is_told_in_one_line(
    arguments: list[str], environment: dict[str, str], word: str
) -> None:
    done = tone("serve", "--port", "0", *arguments, **environment)
    assert (done.status, done.data) == (2, b"")
    assert len(done.messages.splitlines()) == 1, done.messages
    assert word in done.messages


def test_a_broken_file_beside_the_sources_is_told_in_one_line(tmp_path: Path) -> None:
    shutil.copytree(load().root, tmp_path / "ontology")
    (tmp_path / "vocab").mkdir()
    (tmp_path / "vocab" / "link-proposals.tsv").write_text("nonsense\n")
    done = tone("serve", "--port", "0", TONE_ROOT=str(tmp_path / "ontology"))
    assert done.status == 2
    assert len(done.messages.splitlines()) == 1, done.messages
    assert "link-proposals.tsv:1" in done.messages


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_stopped_while_it_starts_it_leaves_nothing_behind(
    tmp_path: Path, stop: signal.Signals
) -> None:
    command = [TONE, "serve", "--port", "0"]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "TONE_ENGINE": "lexicon"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment) as service:
        while not list(tmp_path.glob("tone-*/store")):
            assert service.poll() is None
            time.sleep(0.01)
        service.send_signal(stop)
        # Each process of the service holds the pipe open.
        _, messages = service.communicate(timeout=60)
    assert service.returncode in (0, 128 + stop)
    assert b"Traceback" not in messages
    assert list(tmp_path.iterdir()) == []


def test_all_processes_end_with_the_first(tmp_path: Path) -> None:
    command = [TONE, "serve", "--port", "0", "--workers", "2"]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "TONE_ENGINE": "lexicon"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment) as service:
        assert service.stderr is not None
        while b"TONE is ready" not in service.stderr.readline():
            assert service.poll() is None
        service.kill()
        # Each process of the service holds the pipe open.
        service.communicate(timeout=60)


def test_serving_on_a_public_address_warns(tmp_path: Path) -> None:
    with live_server(tmp_path, "--host", "0.0.0.0") as server:
        assert "other machines" in server.log.read_text()


def test_several_workers_share_the_port(tmp_path: Path) -> None:
    with live_server(tmp_path, "--workers", "2") as server:
        assert len(server.workers()) == 2
        assert all(server.get("/v1/concepts/Joy").status == 200 for _ in range(20))
