"""/v1 on a live server: concepts, terms, annotate and batch, their limits and their errors."""

from __future__ import annotations

import json
import math
import re
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from live_server import BROWSER, Answer, LiveServer, live_server
from tone_kg.ontology import load
from tone_kg.ontology.model import PRIMARIES
from tone_kg.service import Annotator
from tone_kg.service.http.settings import PREFIX, Settings

JSON = "application/json"
JSON_LINES = "application/x-ndjson"
SENTENCE = "I was not happy, I felt heartbroken and utterly alone."


def annotate(service: LiveServer, text: Any, **options: Any) -> Answer:
    return service.post_json("/v1/annotate", {"text": text, **options})


# Concepts.


def test_concepts_are_listed_page_by_page(service: LiveServer) -> None:
    total = service.get("/v1/concepts").json["total"]
    assert total == len(load().concepts)
    ids = []
    for offset in range(0, total, 50):
        page = service.get(f"/v1/concepts?offset={offset}&limit=50").json
        assert (page["total"], page["offset"], page["limit"]) == (total, offset, 50)
        ids += [each["id"] for each in page["concepts"]]
    assert ids == list(load().concepts)


def test_concepts_are_filtered(service: LiveServer) -> None:
    primaries = service.get("/v1/concepts?tier=1").json["concepts"]
    assert {each["id"] for each in primaries} == set(PRIMARIES)
    assert all(each["definition"] and each["path"] == [each["id"]] for each in primaries)
    found = service.get("/v1/concepts?q=GRIEF").json["concepts"]
    assert "Grief" in {each["id"] for each in found}
    assert service.get("/v1/concepts?q=grief&tier=1&lang=en").json["total"] < len(found)
    assert service.get("/v1/concepts?q=" + quote("日本")).json == {
        "total": 0,
        "offset": 0,
        "limit": 100,
        "concepts": [],
    }


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ("tier=0", "tier"),
        ("tier=x", "tier"),
        ("tier=1.0", "tier"),
        ("tier=%D9%A3", "tier"),
        ("tier=", "tier"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("offset=-1", "offset"),
        ("offset=1&offset=2", "offset"),
        ("page=2", "page"),
    ],
)
def test_wrong_filters_are_named(service: LiveServer, parameters: str, field: str) -> None:
    service.get("/v1/concepts?" + parameters).problem(400, field=field)


def test_a_concept_with_all_that_is_known_of_it(service: LiveServer) -> None:
    joy = service.get("/v1/concepts/Joy").json
    assert (joy["id"], joy["iri"], joy["tier"]) == ("Joy", "https://w3id.org/tone/Joy", 1)
    assert (joy["parent"], joy["path"], joy["primary"]) == (None, ["Joy"], "Joy")
    assert "Cheerfulness" in [each["id"] for each in joy["children"]]
    (opposite,) = joy["opposites"]
    assert opposite["concept"]["id"] == "Sadness"
    assert opposite["id"] == "Joy-isOppositeOf-Sadness"
    assert opposite["sources"] == ["https://doi.org/10.1511/2001.4.344"]
    assert opposite["status"] == "accepted"
    love = next(each for each in joy["combinations"] if each["result"]["id"] == "Love")
    assert [each["id"] for each in love["operands"]] == ["Joy", "Trust"]
    assert {"scheme": "goemotions", "label": "joy"}.items() <= joy["mappings"][0].items()
    assert joy["term_count"] == service.get("/v1/concepts/Joy/terms").json["total"] > 0
    love = service.get("/v1/concepts/Love").json
    assert [each["id"] for each in love["compositions"][0]["parts"]] == ["Joy", "Trust"]
    assert love["results_from"][0]["operands"] == love["compositions"][0]["parts"]


def test_inherited_links_are_told_only_when_asked_for(service: LiveServer) -> None:
    own = service.get("/v1/concepts/Bliss").json
    assert (own["opposites"], own["combinations"]) == ([], [])
    (opposite,) = service.get("/v1/concepts/Bliss?inherited=true").json["opposites"]
    assert opposite["concept"]["id"] == "Sadness"
    assert opposite["inherited_from"] == "Joy"
    # Its own links of a kind shadow those that it would inherit.
    for concept in ("Disgust", "Love"):
        kinds = ("opposites", "compositions", "combinations")
        stated = service.get(f"/v1/concepts/{concept}").json
        inherited = service.get(f"/v1/concepts/{concept}?inherited=true").json
        for kind in kinds:
            if stated[kind]:
                assert inherited[kind] == stated[kind]
    service.get("/v1/concepts/Bliss?inherited=yes").problem(400, field="inherited")


@pytest.mark.parametrize("name", ["Grief", "grief", "GRIEF", "tone:Grief", "surprise%20proper"])
def test_a_concept_is_found_by_id_and_label(service: LiveServer, name: str) -> None:
    assert service.get(f"/v1/concepts/{name}").status == 200


@pytest.mark.parametrize("name", ["Greif", "Nope", "%00", "%ff", "..%2f..%2fetc%2fpasswd", "'; --"])
def test_an_unknown_concept(service: LiveServer, name: str) -> None:
    for path in (
        f"/v1/concepts/{quote(name, safe='%')}",
        f"/v1/concepts/{quote(name, safe='%')}/terms",
    ):
        service.get(path).problem(404)


def test_an_unknown_concept_is_told_its_neighbours(service: LiveServer) -> None:
    assert "Grief" in service.get("/v1/concepts/Greif").problem(404)["detail"]


# Terms.


def test_the_terms_of_a_concept(service: LiveServer) -> None:
    answer = service.get("/v1/concepts/Grief/terms").json
    assert answer["concept"]["id"] == "Grief"
    heartbroken = next(each for each in answer["terms"] if each["term"] == "heartbroken")
    assert 0 < heartbroken["score"] <= 1
    assert heartbroken["source"]
    assert heartbroken["status"] == "accepted"
    scores = [each["score"] for each in answer["terms"]]
    assert scores == sorted(scores, reverse=True)
    assert service.get("/v1/concepts/Grief/terms?lang=xx").json["terms"] == []


@pytest.mark.parametrize("term", ["heartbroken", "HEARTBROKEN", "Heartbroken", " heartbroken "])
def test_a_term_is_found_whatever_its_case(service: LiveServer, term: str) -> None:
    answer = service.get("/v1/terms/" + quote(term)).json
    assert "Grief" in [each["concept"]["id"] for each in answer["concepts"]]
    assert answer["concepts"][0]["concept"]["path"][0] == "Sadness"
    assert service.get(f"/v1/terms/{quote(term)}?lang=en").status == 200


def test_inflected_forms_and_symbols_are_found(service: LiveServer) -> None:
    for term in ("grieving", "😭", ":'(", "<3", ":/"):
        answer = service.get("/v1/terms/" + quote(term, safe=""))
        assert answer.status == 200, term
        assert answer.json["concepts"]


@pytest.mark.parametrize("term", ["zyzzyva", "%ff", "a/b/c", "//", "%00", "x" * 5000, "?lang=xx"])
def test_an_unknown_term(service: LiveServer, term: str) -> None:
    document = service.get("/v1/terms/" + term).problem(404)
    assert "zyzzyva" not in document["detail"]


# Annotate.


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
    service.post(path + "?tier=1&tier=2", body, JSON_LINES).problem(400, field="tier")
    assert service.post(path, "", JSON_LINES).text == ""


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
        try:
            answer = service.ask(
                "POST", path, body, {"Content-Type": content_type}, chunked=chunked
            )
        except ConnectionError:
            continue  # it hung up before all of the body was sent, as it may
        answer.problem(413)
    assert annotate(service, "joy").status == 200


def test_every_setting_is_documented_with_its_default() -> None:
    text = (Path(__file__).parents[1] / "docs" / "http.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE))
    for setting in fields(Settings):
        default = f"`{setting.default}`" if setting.default != "" else ""
        documented = rows.pop(PREFIX + setting.name.upper())
        assert documented == f"{default} | {setting.metadata['help']}"
    assert not rows


def test_limits_are_settings(tmp_path: Path) -> None:
    settings = {"TEXT_LIMIT": "5", "BATCH_LIMIT": "1", "BODY_LIMIT": "200", "PAGE_LIMIT": "2"}
    environment = {PREFIX + name: value for name, value in settings.items()}
    with live_server(tmp_path, **environment) as server:
        annotate(server, "too long").problem(413, field="text")
        server.post_json("/v1/annotate/batch", {"texts": ["", ""]}).problem(413, field="texts")
        annotate(server, "x" * 300).problem(413)
        server.get("/v1/concepts?limit=3").problem(400, field="limit")


# The rule on user text.


def test_user_text_reaches_no_log_and_no_error(tmp_path: Path) -> None:
    secret = "Zyzzyva told me joyfully of Xanthippe"
    with live_server(tmp_path) as server:
        answers = [
            annotate(server, secret),
            annotate(server, secret * 1000),
            annotate(server, secret, tier=9),
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
        batch = answers[6].json["results"]
        assert "Zyzzyva" not in json.dumps(batch[1:])
        log = server.log.read_text()
        assert "POST /v1/annotate 200" in log
        for word in ("Zyzzyva", "Xanthippe", quote(secret)):
            assert word not in log


# The service about itself.


def test_health(service: LiveServer) -> None:
    assert service.get("/health/live").json == {"status": "live"}
    ready = service.get("/health/ready").json
    assert ready["status"] == "ready"
    assert ready["concepts"] == len(load().concepts)
    assert ready["triples"] > 10_000


def _routes() -> set[tuple[str, str]]:
    from tone_kg.service.http.app import create_app

    found = set()
    for rule in create_app(Settings(access_log=False)).url_map.iter_rules():
        if rule.endpoint == "static" or rule.rule.startswith("/ontology<"):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule).replace("{name}", "{concept}")
        found |= {
            (path, method.lower()) for method in (rule.methods or ()) if method in ("GET", "POST")
        }
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
        ("/health/ready", "/health/ready", None),
        ("/v1/annotate", "/v1/annotate", {"text": SENTENCE, "explain": True}),
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
    detail = annotate(service, "joy", nonsense=1).problem(400)["detail"]
    assert set(detail.partition("known: ")[2].split(", ")) == known


# Starting and stopping.


def test_a_port_that_is_taken_is_told_in_one_line(service: LiveServer) -> None:
    from tone_command import tone

    done = tone("serve", "--port", service.url.rpartition(":")[2])
    assert done.status == 2
    assert len(done.messages.splitlines()) == 1
    assert "--port" in done.messages


@pytest.mark.parametrize(
    ("arguments", "environment", "word"),
    [
        (["--store", "http://127.0.0.1:3030/"], {}, "embedded"),
        (["--engine", "oracle"], {}, "lexicon"),
        (["--host", "192.0.2.1"], {}, "192.0.2.1"),
        (["--host", "no such host"], {}, "no such host"),
        ([], {"TONE_TEXT_LIMIT": "many"}, "TONE_TEXT_LIMIT"),
        ([], {"TONE_QUERY_SECONDS": "-1"}, "TONE_QUERY_SECONDS"),
        ([], {"TONE_ROOT": "/nowhere"}, "/nowhere"),
    ],
)
def test_what_keeps_the_service_from_starting_is_told_in_one_line(
    arguments: list[str], environment: dict[str, str], word: str
) -> None:
    from tone_command import tone

    done = tone("serve", "--port", "0", *arguments, **environment)
    assert (done.status, done.data) == (2, b"")
    assert len(done.messages.splitlines()) == 1, done.messages
    assert word in done.messages


def test_serving_on_a_public_address_warns(tmp_path: Path) -> None:
    with live_server(tmp_path, "--host", "0.0.0.0") as server:
        assert "other machines" in server.log.read_text()


def test_several_workers_share_the_port(tmp_path: Path) -> None:
    with live_server(tmp_path, "--workers", "2") as server:
        assert len(server.workers()) == 2
        assert all(annotate(server, "joy").status == 200 for _ in range(20))
