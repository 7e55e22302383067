"""/v1/annotate and its batch on a live server: answers, errors, limits, the rule on texts."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from live_server import BROWSER, Answer, LiveServer, live_server
from tone_kg.service import Annotator

JSON = "application/json"
JSON_LINES = "application/x-ndjson"
SENTENCE = "I was not happy, I felt heartbroken and utterly alone."


def annotate(service: LiveServer, text: Any, **options: Any) -> Answer:
    return service.post_json("/v1/annotate", {"text": text, **options})


def test_the_sentence_of_the_readme(service: LiveServer) -> None:
    answer = annotate(service, SENTENCE, explain=True).json
    assert answer["concepts"][0]["id"] == "Sadness"
    assert max(answer["primaries"], key=answer["primaries"].get) == "Sadness"
    evidence = {each["text"]: each for each in answer["evidence"]}
    assert evidence["happy"]["negated"]
    assert not evidence["heartbroken"]["negated"]
    assert not evidence["alone"]["negated"]
    for each in answer["evidence"]:
        assert SENTENCE[each["begin"] : each["end"]] == each["text"]


@pytest.mark.parametrize(
    "text", [SENTENCE, "", "😭 e\u0301clat \u202e\u0000", '<b>joy</b> & "rage"', "\n\t", "𝒥oy!"]
)
def test_http_answers_as_python_does(service: LiveServer, text: str) -> None:
    for options in ({}, {"tier": 3, "limit": 1, "threshold": 0.1, "scheme": "goemotions"}):
        expected = Annotator().annotate([text], **options)[0].to_dict()
        answer = annotate(service, text, **options)
        assert list(answer.json) == list(expected)
        assert answer.json == json.loads(json.dumps(expected))
        shares = [*answer.json["primaries"].values(), answer.json["other"], answer.json["neutral"]]
        assert math.isclose(sum(shares), 1, abs_tol=1e-5)


def test_options_that_are_null_are_as_if_left_out(service: LiveServer) -> None:
    names = ("engine", "profile", "language", "tier", "limit", "threshold", "explain", "scheme")
    answer = annotate(service, SENTENCE, **dict.fromkeys((*names, "echo")))
    assert answer.json == annotate(service, SENTENCE).json


def test_the_text_is_left_out_on_demand(service: LiveServer) -> None:
    answer = annotate(service, "Joy, said zyzzyva.", echo=False)
    assert "text" not in answer.json
    assert "zyzzyva" not in answer.text


def test_the_answer_is_kept_nowhere(service: LiveServer) -> None:
    assert annotate(service, SENTENCE).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": None}, "text"),
        ({"text": 1}, "text"),
        ({"text": ["joy"]}, "text"),
        ({"text": "a \ud800 b"}, "text"),
        ({"text": "joy", "tekst": "joy"}, "tekst"),
        ({"text": "joy", "tier": "3"}, "tier"),
        ({"text": "joy", "tier": 4}, "tier"),
        ({"text": "joy", "tier": True}, "tier"),
        ({"text": "joy", "limit": -1}, "limit"),
        ({"text": "joy", "limit": 1.5}, "limit"),
        ({"text": "joy", "threshold": 2}, "threshold"),
        ({"text": "joy", "threshold": "0.5"}, "threshold"),
        ({"text": "joy", "explain": 1}, "explain"),
        ({"text": "joy", "echo": "false"}, "echo"),
        ({"text": "joy", "engine": "oracle"}, "engine"),
        ({"text": "joy", "engine": ["lexicon"]}, "engine"),
        ({"text": "joy", "profile": "loud"}, "profile"),
        ({"text": "joy", "scheme": "zodiac"}, "scheme"),
        ({"text": "joy", "scheme": 1}, "scheme"),
        ({"text": "joy", "language": 7}, "language"),
        ({"text": "joy", "language": "not a tag"}, "language"),
    ],
)
def test_wrong_fields_are_named(service: LiveServer, body: Any, field: str) -> None:
    service.post_json("/v1/annotate", body).problem(400, field=field)


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        (b'{"text": "joy"', 1, 15),
        (b'{\n "text": joy}', 2, 10),
        (b"", 1, 1),
        (b'{"text": "a\nb"}', 1, 12),
        (b"{'text': 1}", 1, 2),
        (b'{"text": "joy"} x', 1, 17),
    ],
)
def test_broken_json_is_told_with_its_place(
    service: LiveServer, body: bytes, line: int, column: int
) -> None:
    service.post("/v1/annotate", body, JSON).problem(400, line=line, column=column)


@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "\xff"}',
        b'{"text": "joy", "threshold": NaN}',
        b'{"text": "joy", "threshold": 1e999}',
        b'{"text": "joy", "text": "rage"}',
        b'{"text": "joy", "limit": ' + b"9" * 5000 + b"}",
        b'{"text": "joy", "\\ud800": 1}',
        b"[" * 100_000,
        b'["joy"]',
        b'"joy"',
        b"null",
        '{"text": "joy"}'.encode("utf-16"),
    ],
    ids=lambda body: repr(body[:20]),
)
def test_json_that_is_no_request(service: LiveServer, body: bytes) -> None:
    service.post("/v1/annotate", body, JSON).problem(400)


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/x-www-form-urlencoded"])
def test_another_media_type_is_refused(service: LiveServer, content_type: str) -> None:
    service.post("/v1/annotate", '{"text": "joy"}', content_type).problem(415)
    service.post("/v1/annotate/batch", '{"texts": []}', content_type).problem(415)


def test_json_is_utf_8(service: LiveServer) -> None:
    body = '\ufeff{"text": "joy 😀"}'
    assert service.post("/v1/annotate", body, JSON + "; charset=UTF-8").json["text"] == "joy 😀"
    service.post("/v1/annotate", body, JSON + "; charset=latin-1").problem(415)
    chunked = service.ask("POST", "/v1/annotate", body, {"Content-Type": JSON}, chunked=True)
    assert chunked.json["text"] == "joy 😀"


def test_a_compressed_body_is_refused(service: LiveServer) -> None:
    body = gzip.compress(b'{"text": "joy"}')
    for path in ("/v1/annotate", "/v1/annotate/batch"):
        service.post(path, body, JSON, **{"Content-Encoding": "gzip"}).problem(415)
    plain = service.post(
        "/v1/annotate", '{"text": "joy"}', JSON, **{"Content-Encoding": "identity"}
    )
    assert plain.status == 200


def test_options_in_the_address_of_a_json_request_are_not_passed_over(service: LiveServer) -> None:
    service.post_json("/v1/annotate?tier=1", {"text": "joy"}).problem(400, field="tier")
    service.post_json("/v1/annotate/batch?tier=1", {"texts": []}).problem(400, field="tier")


def test_what_cannot_be_had(service: LiveServer) -> None:
    body = json.dumps({"text": "joy"})
    service.post("/v1/annotate", body, JSON, Accept="text/csv").problem(406)
    service.get("/v1/concepts", "text/turtle").problem(406)
    answer = service.get("/v1/annotate")
    answer.problem(405)
    assert "POST" in answer.headers["Allow"]
    service.ask("DELETE", "/v1/concepts/Joy").problem(405)
    service.get("/v2/concepts").problem(404)
    assert service.get("/v2/concepts", BROWSER).type == "text/html"


# Batch.


def test_a_batch_keeps_its_order_and_answers_as_single_texts(service: LiveServer) -> None:
    texts = ["Yay!", {"id": "b", "text": "I miss you."}, {"id": 3, "text": ""}, {"text": "Ugh."}]
    answer = service.post_json("/v1/annotate/batch", {"texts": texts, "limit": 2})
    assert answer.status == 200
    for text, result in zip(texts, answer.json["results"], strict=True):
        plain = text["text"] if isinstance(text, dict) else text
        expected = annotate(service, plain, limit=2).json
        if isinstance(text, dict) and "id" in text:
            expected = {"id": text["id"], **expected}
        assert result == expected


def test_bad_rows_of_a_batch_do_not_spoil_the_others(service: LiveServer) -> None:
    rows = [
        "joy",
        None,
        {"id": "long", "text": "x" * 20_001},
        7,
        {"id": "odd", "text": "joy", "mood": 1},
        {"id": True, "text": "joy"},
        {"id": "none"},
        "\ud800",
        ["joy"],
        "rage",
    ]
    results = service.post_json("/v1/annotate/batch", {"texts": rows}).json["results"]
    assert [each.get("error", {}).get("status") for each in results] == [
        *(None, 400, 413, 400, 400, 400, 400, 400, 400, None)
    ]
    assert results[2]["id"] == "long"
    assert [each["index"] for each in results[1:-1]] == list(range(1, 9))
    assert results[4] | {"error": None} == {"id": "odd", "index": 4, "error": None}
    assert results[4]["error"]["field"] == "mood"
    assert results[0]["text"] == "joy"
    assert results[-1]["concepts"][0]["id"] == "Anger"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "texts"),
        ({"texts": "joy"}, "texts"),
        ({"texts": None}, "texts"),
        ({"texts": ["joy"], "text": "joy"}, "text"),
        ({"texts": ["joy"], "tier": 9}, "tier"),
        ({"texts": [], "tier": 9}, "tier"),
        ({"texts": [None], "scheme": "zodiac"}, "scheme"),
    ],
)
def test_a_broken_envelope(service: LiveServer, body: Any, field: str) -> None:
    service.post_json("/v1/annotate/batch", body).problem(400, field=field)


def test_json_lines_in_json_lines_out(service: LiveServer) -> None:
    body = '"Yay!"\n{"id": "b", "text": "I miss you.😀"}\r\n\n{"text": \nnull\n'
    answer = service.post("/v1/annotate/batch?limit=1&echo=false&explain=true", body, JSON_LINES)
    assert (answer.status, answer.type) == (200, JSON_LINES)
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row.get("error", {}).get("status") for row in rows] == [None, None, 400, 400]
    assert rows[1]["id"] == "b"
    assert "text" not in rows[1]
    assert [row.get("index") for row in rows[2:]] == [2, 3]
    path = "/v1/annotate/batch"
    service.post(path + "?limit=x", body, JSON_LINES).problem(400, field="limit")
    service.post(path + "?colour=x", body, JSON_LINES).problem(400, field="colour")
    service.post(path + "?tier=" + "[" * 5000, body, JSON_LINES).problem(400, field="tier")
    service.post(path + "?tier=1&tier=2", body, JSON_LINES).problem(400, field="tier")
    assert service.post(path, "", JSON_LINES).text == ""


def test_a_large_batch_does_not_need_many_times_its_size(tmp_path: Path) -> None:
    with live_server(tmp_path, TONE_ENGINE="lexicon") as server:
        answer = server.post_json("/v1/annotate/batch", {"texts": ["joy " * 300] * 1000})
        assert len(answer.json["results"]) == 1000
        status = Path(f"/proc/{server.workers()[0]}/status").read_text()
        peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
        assert int(peak) < 300_000  # kB; the answers as Python objects take more by themselves


# Limits.


def test_limits(service: LiveServer) -> None:
    assert annotate(service, "x" * 20_000).status == 200
    annotate(service, "x" * 20_001).problem(413, field="text")
    # Characters count, not bytes.
    assert annotate(service, "😀" * 20_000).status == 200
    batch = "/v1/annotate/batch"
    assert len(service.post_json(batch, {"texts": [""] * 1000}).json["results"]) == 1000
    service.post_json(batch, {"texts": [""] * 1001}).problem(413, field="texts")
    service.post(batch, '""\n' * 1001, JSON_LINES).problem(413)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large(service: LiveServer, chunked: bool) -> None:
    body = b'{"texts": ["' + b"x" * 8_000_000 + b'"]}'
    for path in ("/v1/annotate/batch", "/v1/annotate", "/sparql", "/"):
        content_type = "application/x-www-form-urlencoded" if len(path) < 8 else JSON
        # This client, like most, reads nothing before it has sent all.
        headers = {"Content-Type": content_type}
        service.ask("POST", path, body, headers, chunked=chunked).problem(413)
    assert annotate(service, "joy").status == 200


# The rule on user text.


def test_user_text_reaches_no_log_and_no_error(tmp_path: Path) -> None:
    secret = "Zyzzyva told me joyfully of Xanthippe"
    with live_server(tmp_path) as server:
        answers = [
            annotate(server, secret),
            annotate(server, secret * 1000),
            annotate(server, secret, tier=9),
            annotate(server, "joy", scheme=secret),
            annotate(server, secret + "\ud800"),
            server.post("/v1/annotate", '{"text": "' + secret, JSON),
            server.post("/v1/annotate", secret, JSON),
            server.post_json("/v1/annotate/batch", {"texts": [secret, [secret], {"id": [secret]}]}),
            server.post("/v1/annotate/batch", secret, JSON_LINES),
            server.get("/v1/terms/" + quote(secret)),
            server.post("/", "text=" + quote(secret), "application/x-www-form-urlencoded"),
            server.post("/", "text=" + quote(secret * 1000), "application/x-www-form-urlencoded"),
            server.get("/?text=" + quote(secret)),
            server.post("/sparql", f'SELECT "{secret}"', "application/sparql-query"),
        ]
        for answer in answers:
            assert answer.status != 500
            if answer.status >= 400:
                assert "Zyzzyva" not in answer.text
        batch = answers[7].json["results"]
        assert "Zyzzyva" not in json.dumps(batch[1:])
        log = server.log.read_text()
        assert "POST /v1/annotate 200" in log
        for word in ("Zyzzyva", "Xanthippe", quote(secret)):
            assert word not in log
