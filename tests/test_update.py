"""Updates by the SPARQL 1.1 Protocol on a live server that was started with --writable."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from live_server import LiveServer
from sparql_questions import FORM, ask
from tone_command import tone
from writable_service import (
    BEARER,
    TOKEN,
    UPDATE,
    do,
    send,
    send_form,
    values,
    writable_service,
)

INSERT = "INSERT DATA { <http://e/s> <http://e/p> <http://e/o> }"
FIRST, SECOND, THIRD = "http://e/data1", "http://e/data2", "http://e/data3"
OUT = "http://e/out"
DOCUMENTS = f"""CLEAR ALL ;
INSERT DATA {{
  GRAPH <{FIRST}> {{ <{FIRST}> a <http://e/Document> }}
  GRAPH <{SECOND}> {{ <{SECOND}> a <http://e/Document> }}
  GRAPH <{THIRD}> {{ <{THIRD}> a <http://e/Document> }}
}} ;
"""
COPY_DEFAULT = f"INSERT {{ GRAPH <{OUT}> {{ ?s a <http://e/Copy> }} }} WHERE {{ ?s a ?c }}"
COPY_NAMED = (
    f"INSERT {{ GRAPH <{OUT}> {{ ?s a <http://e/Copy> }} }} WHERE {{ GRAPH ?g {{ ?s a ?c }} }}"
)
COPIED = f"SELECT ?x {{ GRAPH <{OUT}> {{ ?x a <http://e/Copy> }} }}"
ALL = "SELECT ?x { ?x ?p ?o }"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("writable")
    with writable_service(folder, folder / "journal") as server:
        yield server


# The ways to send an update (https://github.com/w3c/rdf-tests, sparql11/protocol).


@pytest.mark.parametrize("path", ["/update", "/sparql", "/sparql/"])
def test_an_update_comes_as_a_form_or_as_the_body(service: LiveServer, path: str) -> None:
    text = 'INSERT DATA {{ <http://e/s> <http://e/p> "a+b %41 ü😀" ; <http://e/by> "{}" }}'
    for name, answer in (
        ("direct", send(service, "CLEAR ALL ; " + text.format("direct"), path)),
        ("form", send_form(service, path, update=text.format("form"))),
        ("mark", send(service, "\ufeff" + text.format("mark"), path)),
        (
            "charset",
            service.post(path, text.format("charset"), UPDATE + '; charset="UTF-8"', **BEARER),
        ),
    ):
        assert (answer.status, answer.body) == (204, b""), answer.text
        assert name in values(service, "SELECT ?x { <http://e/s> <http://e/by> ?x }")
    assert values(service, "SELECT ?x { ?s <http://e/p> ?x }") == ["a+b %41 ü😀"]


def test_an_update_never_comes_by_get(service: LiveServer) -> None:
    do(service, "CLEAR ALL")
    update = urlencode({"update": INSERT})
    for method in ("GET", "HEAD"):
        assert service.ask(method, "/sparql?" + update, headers=BEARER).status == 400
        assert service.ask(method, "/update?" + update, headers=BEARER).status == 405
    assert service.ask("PUT", "/update?" + update, headers=BEARER).status == 405
    for path in ("/update", "/sparql"):
        service.post(f"{path}?{update}", "", FORM, **BEARER).problem(400)
        service.post(f"{path}?{update}", INSERT, UPDATE, **BEARER).problem(400)
    assert values(service, ALL) == []


@pytest.mark.parametrize("path", ["/update", "/sparql"])
def test_an_update_must_be_given_once(service: LiveServer, path: str) -> None:
    send_form(service, path, update=["CLEAR NAMED", "CLEAR DEFAULT"]).problem(400, field="update")
    send_form(service, path, update=" ").problem(400, field="update")
    send_form(service, path, update=INSERT, query="ASK {}").problem(400, field="query")
    send(service, "", path).problem(400, field="update")


def test_an_update_is_none_without_its_parameter(service: LiveServer) -> None:
    send_form(service, "/update", query="ASK {}").problem(400, field="query")
    send_form(service, "/update", x="1").problem(400, field="update")


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", ""])
@pytest.mark.parametrize("path", ["/update", "/sparql"])
def test_another_media_type_is_refused(service: LiveServer, path: str, content_type: str) -> None:
    service.post(path, INSERT, content_type, **BEARER).problem(415)
    service.post(path, urlencode({"update": INSERT}), content_type, **BEARER).problem(415)


def test_only_utf_8_is_read(service: LiveServer) -> None:
    body = INSERT.encode("utf-16")
    service.post("/update", body, UPDATE + "; charset=UTF-16", **BEARER).problem(415)
    service.post("/update", INSERT, FORM + "; charset=UTF-16", **BEARER).problem(415)
    service.post("/update", b"INSERT DATA { <a:> <b:> '\xff' }", UPDATE, **BEARER).problem(400)
    service.post("/update", b"update=%ff", FORM, **BEARER).problem(400)


@pytest.mark.parametrize(
    ("update", "line", "column"),
    [
        ("INSERT DATA {\n  <http://e/s> oops }", 2, 20),
        ("CREATE GRAPH <http://e/g> ;\n bad syntax", 2, 2),
        ("SELECT * { ?s ?p ?o }", 1, 1),
        ("INSERT DATA { ?s <http://e/p> 1 }", 1, 33),
    ],
)
def test_a_malformed_update_is_refused_with_its_place(
    service: LiveServer, update: str, line: int, column: int
) -> None:
    problem = send(service, update).problem(400, line=line)
    assert abs(problem["column"] - column) <= 1
    # So it is when graphs of parameters were put into it.
    parameters = {"using-graph-uri": "http://e/a-graph-with-a-long-name"}
    where = "DELETE WHERE {\n ?s ?p ?o } ; " + update
    placed = send(service, where, **parameters).problem(400, line=line + 1)
    if line > 1:
        assert placed["column"] == problem["column"]


def test_a_request_is_done_as_a_whole_or_not_at_all(service: LiveServer) -> None:
    do(service, "CLEAR ALL ; CREATE SILENT GRAPH <http://e/there>")
    detail = send(service, INSERT + " ; CREATE GRAPH <http://e/there>").problem(409)["detail"]
    assert "<http://e/there> already exists" in detail
    send(service, INSERT + " ; DROP GRAPH <http://e/missing>").problem(409)
    send(service, INSERT + " ; oops").problem(400)
    assert values(service, ALL) == []
    do(service, INSERT + " ; DROP SILENT GRAPH <http://e/missing> ;")
    assert values(service, ALL) == ["http://e/s"]


def test_a_graph_that_is_not_there_can_be_cleared(service: LiveServer) -> None:
    """As `update_base_uri` of W3C's tests of the protocol does, before it writes to the graph."""
    text = "CLEAR GRAPH <http://e/missing> ; INSERT DATA { GRAPH <http://e/missing> { <s> a <t> } }"
    do(service, f"DROP SILENT GRAPH <http://e/missing> ; {text}")
    do(service, "CLEAR # GRAPH\n GRAPH <http://e/missing>")
    assert values(service, "SELECT ?s { GRAPH <http://e/missing> { ?s ?p ?o } }") == []
    send(service, f"{text} ; DROP GRAPH <http://e/other>").problem(409)
    wrong = "CLEAR{} GRAPH <http://e/missing> ; INSERT DATA {{ ?s a ?o }}"
    plain, silent = (
        send(service, wrong.format(each)).problem(400)["column"] for each in ("", " SILENT")
    )
    assert silent == plain + len(" SILENT")


def test_a_write_leaves_no_process_behind(service: LiveServer) -> None:
    for _ in range(30):
        do(service, INSERT)
        send(service, "DROP GRAPH <http://e/absent>").problem(409)
    patience = time.monotonic() + 10
    while len(service.query_workers()) > 30 and time.monotonic() < patience:
        values(service, ALL)
    assert len(service.query_workers()) <= 30


# The graphs that an update reads.


@pytest.mark.parametrize("form", [False, True])
@pytest.mark.parametrize(
    ("operation", "default_graphs", "named_graphs", "copied"),
    [
        (COPY_DEFAULT, [FIRST], [], [FIRST]),
        (COPY_DEFAULT, [FIRST, SECOND], [], [FIRST, SECOND]),
        (COPY_NAMED, [], [FIRST, SECOND], [FIRST, SECOND]),
        (COPY_NAMED, [FIRST], [SECOND], [SECOND]),
        (COPY_DEFAULT, [FIRST], [SECOND], [FIRST]),
        (COPY_DEFAULT, [], [SECOND], []),
        (COPY_NAMED, [FIRST], [], []),
        (f"{COPY_DEFAULT} ;\n # WHERE\n {COPY_NAMED}", [FIRST], [THIRD], [FIRST, THIRD]),
        (COPY_DEFAULT, ["http://e/missing"], [], []),
    ],
)
def test_parameters_name_the_graphs_that_where_reads(
    service: LiveServer,
    operation: str,
    default_graphs: list[str],
    named_graphs: list[str],
    copied: list[str],
    form: bool,
) -> None:
    parameters = {"using-graph-uri": default_graphs, "using-named-graph-uri": named_graphs}
    text = DOCUMENTS + operation
    if form:
        answer = send_form(service, update=text, **parameters)
    else:
        answer = send(service, text, **parameters)
    assert answer.status == 204, answer.text
    assert values(service, COPIED) == copied


def test_delete_where_reads_the_named_graphs_too(service: LiveServer) -> None:
    do(service, "CLEAR ALL ; INSERT DATA { <http://e/1> a <http://e/C> . <http://e/2> a 2 }")
    text = "INSERT DATA { GRAPH <http://e/g> { <http://e/1> a <http://e/C> } } ; "
    do(service, text + "DELETE WHERE { ?s a ?c }", **{"using-graph-uri": "http://e/g"})
    assert values(service, ALL) == ["http://e/2"]


@pytest.mark.parametrize(
    "operation",
    [
        f"INSERT {{ GRAPH <{OUT}> {{ ?s a 1 }} }} USING <{FIRST}> WHERE {{ ?s a ?c }}",
        f"INSERT {{ GRAPH <{OUT}> {{ ?s a 1 }} }} USING NAMED <{FIRST}> WHERE {{ ?s a ?c }}",
        f"WITH <{FIRST}> INSERT {{ ?s a 1 }} WHERE {{ ?s a ?c }}",
    ],
)
def test_parameters_conflict_with_using_and_with(service: LiveServer, operation: str) -> None:
    for name in ("using-graph-uri", "using-named-graph-uri"):
        send(service, operation, **{name: FIRST}).problem(400, line=1)
        send_form(service, update=operation, **{name: FIRST}).problem(400, line=1)


@pytest.mark.parametrize("iri", ["no iri", "relative", "http://e/> <http://e/x", ""])
def test_a_parameter_names_an_absolute_iri(service: LiveServer, iri: str) -> None:
    send(service, COPY_DEFAULT, **{"using-graph-uri": iri}).problem(400)


def test_relative_iris_are_resolved_by_the_endpoint_s_address(service: LiveServer) -> None:
    do(service, "CLEAR ALL ; INSERT DATA { <x> <y> <> }")
    assert values(service, ALL) == [service.url + "/x"]
    do(service, "BASE <http://e/> CLEAR ALL ; INSERT DATA { <x> <y> <> }")
    assert values(service, ALL) == ["http://e/x"]


def test_prefixes_and_bases_may_be_declared_before_each_operation(service: LiveServer) -> None:
    do(
        service,
        r"""BASE <http://e/> PREFIX a: <http://e/a#> CLEAR ALL ; # PREFIX a: <http://e/no#>
        INSERT DATA { <1> a:p 'a:p <1>' } ;
        PREFIX a: <b#> PREFIX x.y: <c/> INSERT DATA { <2> a:p.q x.y: ; x.y:a\-b\/c%41 a:b.c:d } ;
        BASE <f/> INSERT DATA { <3> a:p <../> } ; PREFIX : <g> CREATE SILENT GRAPH :h.i ;
        PREFIX unused: <>""",
    )
    expected = {
        ("http://e/1", "http://e/a#p", "a:p <1>"),
        ("http://e/2", "http://e/b#p.q", "http://e/c/"),
        ("http://e/2", "http://e/c/a-b/c%41", "http://e/b#b.c:d"),
        ("http://e/f/3", "http://e/b#p", "http://e/"),
    }
    rows = ask(service, "SELECT * { ?s ?p ?o }")
    assert isinstance(rows, list)
    assert {(row["s"], row["p"], row["o"]) for row in rows} == expected
    assert service.get("/graph?graph=http://e/f/gh.i").status == 200
    text = "CLEAR ALL ;\nPREFIX a: <http://e/with/a/long/path#> INSERT DATA { a:b a:c ?x }"
    problem = send(service, text).problem(400, line=2)
    assert abs(problem["column"] - len(text.splitlines()[1])) <= 1
    for wrong in ("CLEAR ALL ; PREFIX a:", "CLEAR ALL ; BASE a: CLEAR ALL", "CLEAR ALL ; BASE <::"):
        send(service, wrong).problem(400, line=1)


def test_the_usual_prefixes_are_declared(service: LiveServer) -> None:
    do(service, "CLEAR ALL ; INSERT DATA { tone:Joy rdfs:label 'joy' }")
    assert values(service, ALL) == ["https://w3id.org/tone/Joy"]


# What is never done.


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <http://127.0.0.1:1/>",
        "LOAD SILENT <file:///etc/passwd> INTO GRAPH <http://e/g>",
        "load<http://127.0.0.1:1/>",
        "lo\\u0061d <http://127.0.0.1:1/>",
        "PREFIX : <http://127.0.0.1/> # '\nLOAD :",
        "PREFIX x: <http://127.0.0.1/> LOADx:y",
        r"CLEAR ALL ; PREFIX x: <http://e/> CLEAR SILENT GRAPH x:y\>\;\L\O\A\D\<x:",
        r"CLEAR ALL ; PREFIX x: <http://e/> CLEAR SILENT GRAPH x:y\ \;",
        "INSERT DATA {} ; LOAD <http://127.0.0.1:1/>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "DELETE { ?s ?p ?o } WHERE { SERVICE SILENT ?g { ?s ?p ?o } }",
    ],
)
def test_nothing_is_fetched(service: LiveServer, update: str) -> None:
    send(service, update).problem(400)


def test_words_in_strings_iris_and_comments_are_no_code(service: LiveServer) -> None:
    text = 'INSERT DATA { <http://e/download> <http://e/p> "LOAD; SERVICE }{ USING" } # WITH'
    do(service, "CLEAR ALL ; " + text, **{"using-graph-uri": FIRST})
    assert values(service, ALL) == ["http://e/download"]


def test_data_may_be_long_and_code_may_not(service: LiveServer) -> None:
    triples = "".join(f"<http://e/{i}> <http://e/p> <urn:x#{i}> .\n" for i in range(5_000))
    do(service, f"CLEAR ALL ; INSERT DATA {{ {triples} }}")
    assert len(values(service, ALL)) == 5_000
    send(service, f"INSERT {{ {triples} }} WHERE {{}}").problem(413)
    do(service, "CLEAR ALL")


@pytest.mark.parametrize("brackets", ["{" * 101, "{" * 20_000, "[" * 20_000, "<<" * 20_000])
def test_an_update_that_nests_too_deep_is_refused(service: LiveServer, brackets: str) -> None:
    send(service, f"INSERT DATA {brackets}").problem(413)
    send(service, f"DELETE {{}} WHERE {brackets}").problem(413)


def test_an_unknown_function_is_refused(service: LiveServer) -> None:
    do(service, "CLEAR ALL ; " + INSERT)
    update = "INSERT { ?s ?p ?x } WHERE { ?s ?p ?o BIND(<http://e/f>(?o) AS ?x) }"
    assert "function" in send(service, update).problem(400)["detail"]


# Who may write.


def test_writing_needs_the_token(service: LiveServer) -> None:
    do(service, "CLEAR ALL")
    requests = [
        ("POST", "/update", INSERT, UPDATE),
        ("POST", "/sparql", INSERT, UPDATE),
        ("POST", "/sparql", urlencode({"update": INSERT}), FORM),
        ("PUT", "/graph?default", "<a:> <b:> <c:> .", "text/turtle"),
        ("POST", "/graph", "<a:> <b:> <c:> .", "text/turtle"),
        ("DELETE", "/graph/links", "", ""),
    ]
    for method, path, body, content_type in requests:
        answer = service.ask(method, path, body, {"Content-Type": content_type})
        answer.problem(401)
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="TONE"'
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        for wrong in ("Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x"):
            headers = {"Content-Type": content_type, "Authorization": wrong}
            answer = service.ask(method, path, body, headers)
            answer.problem(401)
            assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert values(service, ALL) == []
    assert service.get("/sparql?query=ASK%7B%7D").status == 200
    headers = {"Content-Type": UPDATE, "Authorization": f"bearer  {TOKEN}"}
    assert service.ask("POST", "/update", INSERT, headers).status == 204
    assert TOKEN not in service.log.read_text()


@pytest.mark.parametrize("token", ["", "with space", "ü", "=x"])
def test_a_writable_service_starts_with_a_token_only(tmp_path: Path, token: str) -> None:
    journal = tmp_path / "journal"
    done = tone("serve", "--port", "0", "--writable", "--journal", journal, TONE_TOKEN=token)
    assert done.status == 2
    assert "TONE_TOKEN" in done.messages
    assert not journal.exists()


def test_every_worker_answers_by_what_was_written_before(tmp_path: Path) -> None:
    with writable_service(tmp_path, tmp_path / "journal", workers=2) as server:
        assert len(server.workers()) == 2
        for number in range(20):
            do(server, f"INSERT DATA {{ <http://e/n> <http://e/is> {number} }}")
            for _ in range(5):
                found = values(server, "SELECT ?x { <http://e/n> <http://e/is> ?x }")
                assert len(found) == number + 1


def test_an_update_that_takes_too_long_or_too_much_is_not_done(tmp_path: Path) -> None:
    product = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
    doubled = " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40))
    journal = tmp_path / "journal"
    limits = {"TONE_QUERY_SECONDS": "5", "TONE_QUERY_MEMORY": "100000000"}
    with writable_service(tmp_path, journal, **limits) as server:
        holder = server.holder()
        none = 'FILTER(CONCAT(STR(?b), STR(?k)) = "x")'
        endless = f"INSERT {{ <http://e/n> <http://e/is> ?a }} WHERE {{ {product} {none} }}"
        send(server, endless).problem(503)
        large = f'INSERT {{ ?s ?p ?v40 }} WHERE {{ BIND("x" AS ?v0) {doubled} }}'
        assert "memory" in send(server, large).problem(400)["detail"]
        do(server, "INSERT DATA { <http://e/n> <http://e/is> 1 }")
        assert values(server, "SELECT ?x { <http://e/n> <http://e/is> ?x }") == ["1"]
        assert server.holder() == holder, "the process that holds the store came to no harm"


def test_cors_names_the_methods_that_write(service: LiveServer) -> None:
    headers = service.ask("OPTIONS", "/graph").headers
    allowed = set(headers["Access-Control-Allow-Methods"].split(", "))
    assert {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} == allowed
    exposed = headers["Access-Control-Expose-Headers"].split(", ")
    assert {"Location", "WWW-Authenticate"} <= set(exposed)


def test_the_description_tells_of_updates(service: LiveServer) -> None:
    do(service, f"CLEAR ALL ; INSERT DATA {{ GRAPH <{FIRST}> {{ <a:> <b:> 1, 2 }} }}")
    text = service.get("/sparql", "application/n-triples").text
    language = "<http://www.w3.org/ns/sparql-service-description#supportedLanguage>"
    update = "<http://www.w3.org/ns/sparql-service-description#SPARQL11Update>"
    for path in ("/sparql", "/update"):
        assert f"<{service.url}{path}> {language} {update} ." in text
    assert f"<{FIRST}>" in text
    assert '<http://rdfs.org/ns/void#triples> "2"' in text
