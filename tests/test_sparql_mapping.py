"""Texts inside SPARQL: mapped onto concepts, and searched for, on a live server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from live_server import BROWSER, LiveServer, live_server
from sparql_questions import DIRECT, TONE, ask
from tone_command import tone

TEXT = "I miss her so much"
SECRET = "xyzzyplugh"


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The service with the engine that starts at once."""
    with live_server(
        tmp_path_factory.mktemp("lexicon"), TONE_ENGINE="lexicon", TONE_TEXT_LIMIT="2000"
    ) as server:
        yield server


def concepts(service: LiveServer, text: str, **options: object) -> set[tuple[str, float]]:
    """Return what /v1/annotate finds in a text."""
    answer = service.post_json("/v1/annotate", {"text": text, **options}).json
    return {(each["iri"], each["score"]) for each in answer["concepts"]}


def hits(service: LiveServer, query: str) -> set[tuple[str, float]]:
    rows = ask(service, query)
    assert isinstance(rows, list)
    return {(row["e"], float(row["score"])) for row in rows}


# What a text expresses.


@pytest.mark.parametrize("engine", ["lexicon", "service"])
def test_hits_are_the_concepts_of_annotate(request: pytest.FixtureRequest, engine: str) -> None:
    service: LiveServer = request.getfixturevalue(engine)
    query = (
        f'SELECT ?e ?score {{ ?hit tone:annotates "{TEXT}" ; tone:expresses ?e ; '
        "tone:score ?score }"
    )
    assert hits(service, query) == concepts(service, TEXT)
    assert (TONE + "Longing") in {concept for concept, _ in hits(service, query)}


@pytest.mark.parametrize(
    "query",
    [
        '?hit <https://w3id.org/tone/annotates> "TEXT" ; tone:expresses ?e ; tone:score ?score',
        "?hit tone:expresses ?e ; tone:score ?score . ?hit tone:annotates 'TEXT'",
        '[] tone:annotates """TEXT""" ; tone:expresses ?e ; tone:score ?score ;.',
        "[ tone:annotates '''TEXT''' ; tone:expresses ?e ; tone:score ?score ]",
        '[ tone:expresses ?e ] tone:annotates "TEXT" ; tone:score ?score',
        '_:h tone:annotates "TEXT" . FILTER(BOUND(?e)) _:h tone:expresses ?e ; tone:score ?score',
        '$hit tone:annotates "TEXT"@en ; tone:expresses ?e, ?e ; tone:score $score',
        '?hit tone:annotates "TEXT"^^xsd:string ;; tone:expresses ?e ; tone:score ?score',
        r'?hit tone:annotates "\u0049 m\U00000069ss her so\u0020much" ; '
        "tone:expresses ?e ; tone:score ?score",
        '?hit tone:annotates "TEXT" OPTIONAL { ?hit tone:expresses ?e ; tone:score ?score }',
        '{ ?hit tone:annotates "TEXT" } ?hit tone:expresses ?e . { ?hit tone:score ?score }',
        '{ SELECT * { ?hit tone:annotates "TEXT" } } ?hit tone:expresses ?e ; tone:score ?score',
        '?hit tone:annotates "TEXT"; # tone:annotates "no"\n tone:expresses ?e;tone:score ?score',
    ],
)
def test_a_hit_can_be_asked_for_in_many_ways(lexicon: LiveServer, query: str) -> None:
    found = hits(lexicon, f"SELECT ?e ?score {{ {query.replace('TEXT', TEXT)} }}")
    assert found == concepts(lexicon, TEXT, language="en")


@pytest.mark.parametrize(
    "prologue",
    [
        "PREFIX t: <https://w3id.org/tone/> SELECT * { ?h t:annotates TEXT ; t:expresses ?e }",
        "PREFIX : <https://w3id.org/tone/> SELECT * { ?h :annotates TEXT ; :expresses ?e }",
        "BASE <https://w3id.org/tone/x> SELECT * { ?h <annotates> TEXT ; <./expresses> ?e }",
        "BASE <https://w3id.org/> PREFIX t: <tone/> "
        "SELECT * { ?h t:annotates TEXT ; <tone/expresses> ?e }",
    ],
)
def test_the_property_is_known_by_its_iri(lexicon: LiveServer, prologue: str) -> None:
    rows = ask(lexicon, prologue.replace("TEXT", f'"{TEXT}"'))
    assert isinstance(rows, list)
    assert {row["e"] for row in rows} == {concept for concept, _ in concepts(lexicon, TEXT)}


def test_hits_join_with_the_graph_and_with_each_other(lexicon: LiveServer) -> None:
    query = (
        'SELECT ?text ?e { { ?hit tone:annotates "I love it" BIND("love" AS ?text) } UNION '
        '{ ?hit tone:annotates "I hate it" BIND("hate" AS ?text) } '
        "?hit tone:expresses ?e . ?e tone:tier 1 } ORDER BY ?text"
    )
    assert ask(lexicon, query) == [
        {"text": "hate", "e": TONE + "Anger"},
        {"text": "love", "e": TONE + "Love"},
    ]
    both = 'ASK { ?a tone:annotates "joy" ; tone:expresses ?x . ?b tone:annotates "sad" ; '
    assert ask(lexicon, both + "tone:expresses ?y . ?x tone:isOppositeOf ?y }") is True
    assert ask(lexicon, both + "tone:expresses ?x }") is False
    known = 'ASK { [] tone:annotates "I miss you" ; tone:expresses tone:Longing }'
    assert ask(lexicon, known) is True
    assert ask(lexicon, known.replace("Longing", "Disgust")) is False


def test_a_hit_has_the_number_of_its_text(lexicon: LiveServer) -> None:
    query = (
        'CONSTRUCT { ?hit tone:expresses ?e } { { ?hit tone:annotates "joy" } UNION '
        '{ ?hit tone:annotates "fear" } ?hit tone:expresses ?e }'
    )
    answer = lexicon.post("/sparql", query, DIRECT, Accept="application/n-triples")
    assert set(answer.text.splitlines()) == {
        f"<{TONE}hit/1-Joy> <{TONE}expresses> <{TONE}Joy> .",
        f"<{TONE}hit/2-Fear> <{TONE}expresses> <{TONE}Fear> .",
    }


@pytest.mark.parametrize("text", ["", "   ", "the table", "日本語"])
def test_a_text_without_emotion_has_no_hits(lexicon: LiveServer, text: str) -> None:
    assert ask(lexicon, f'SELECT * {{ ?hit tone:annotates "{text}" }}') == []
    assert ask(lexicon, f'ASK {{ [] tone:annotates "{text}" }}') is False


def test_the_language_tag_is_the_language_of_the_text(lexicon: LiveServer) -> None:
    assert ask(lexicon, 'SELECT * { ?hit tone:annotates "joy"@en-GB }')
    assert ask(lexicon, 'SELECT * { ?hit tone:annotates "joy"@fr }') == []


# Where that cannot be done.


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("?hit tone:annotates ?text", "not a variable"),
        ('BIND("a" AS ?text) ?hit tone:annotates ?text', "not a variable"),
        ("?hit tone:annotates 1", "string"),
        ("?hit tone:annotates tone:Joy", "string"),
        ('?hit tone:annotates "1"^^xsd:integer', "string"),
        ('tone:Joy tone:annotates "a"', "subject"),
        ('?hit tone:annotates "a", "b"', "of one text"),
        ('?s (tone:annotates) "a"', "path"),
        ("?a ^tone:annotates ?b", "path"),
        ("?a (tone:score|tone:annotates) ?b", "path"),
        ('?hit tone:annotates "a" ; tone:expresses/rdfs:subClassOf ?e', "path"),
        ('?hit tone:annotates "a" . ?e ^tone:expresses ?hit', "path"),
        ('?x rdfs:seeAlso [ tone:annotates "a" ]', "variable"),
        ('[ tone:annotates "a" ; rdfs:label ?l ]', "variable"),
        ('?x rdfs:seeAlso _:h . _:h tone:annotates "a"', "variable"),
        ('GRAPH ?g { ?hit tone:annotates "a" }', "GRAPH"),
        ('OPTIONAL { ?hit tone:score ?s } ?hit tone:annotates "a"', "cannot be told"),
        ('{ ?hit tone:annotates "a" } UNION { ?e tone:tier 1 } ?hit tone:score ?s', "cannot be"),
        ('?hit tone:annotates "a" { SELECT ?s { ?hit tone:score ?s } }', "cannot be told"),
        ('?hit tone:annotates "a" ; tone:score 0.5', "must be a variable"),
        ('?hit tone:annotates "a" ; tone:expresses "Joy"', "a variable or an IRI"),
        ('?hit tone:annotates "a" FILTER(1<(2)&&3>(1))', "spaces"),
    ],
)
def test_hits_are_refused_where_they_cannot_be_given(
    lexicon: LiveServer, pattern: str, said: str
) -> None:
    document = lexicon.post("/sparql", f"SELECT * {{\n {pattern} }}", DIRECT).problem(400, line=2)
    assert said in document["detail"]
    assert f"line 2, column {document['column']}" in document["detail"]


def test_the_short_form_of_construct_has_no_hits(lexicon: LiveServer) -> None:
    query = 'CONSTRUCT WHERE { ?hit tone:annotates "a" ; tone:expresses ?e }'
    assert "template" in lexicon.post("/sparql", query, DIRECT).problem(400, line=1)["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "DESCRIBE tone:annotates",
        "SELECT * { tone:annotates ?p ?o }",
        "ASK { ?property rdfs:seeAlso tone:annotates . }",
        "ASK { ?s ?p ?o FILTER(?p = tone:annotates) }",
        "ASK { VALUES ?p { tone:annotates } ?s ?p ?o }",
        'ASK { ?s rdfs:label "tone:annotates" } # tone:annotates "a"',
        'PREFIX tone: <https://example.org/> ASK { ?hit tone:annotates "a" }',
        "CONSTRUCT { ?c tone:annotates ?l } WHERE { ?c rdfs:label ?l ; tone:tier 1 }",
    ],
)
def test_the_name_of_the_property_is_no_harm_by_itself(lexicon: LiveServer, query: str) -> None:
    assert lexicon.post("/sparql", query, DIRECT).status == 200


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * {\n\n ?hit tone:annotates "joy" ; tone:expresses ?e . FILTER(?e = ) }',
        'SELECT * {\n\n ?hit tone:annotates "joy"\n\t; tone:expresses ?e } LIMIT ?e',
        'SELECT * {\n ?hit tone:annotates "joy" ; tone:expresses ?e . ?e nowhere:x ?y }',
        'SELECT ?e ?e {\n ?hit tone:annotates """joy\n\r\n""" ; tone:expresses ?e }',
    ],
)
def test_what_else_is_wrong_is_told_at_its_place(lexicon: LiveServer, query: str) -> None:
    plain = query.replace("tone:annotates", "tone:annotated")
    expected = lexicon.post("/sparql", plain, DIRECT).problem(400)
    assert lexicon.post("/sparql", query, DIRECT).problem(400) == expected
    assert expected["column"] >= 1


def test_a_query_that_is_no_sparql_is_malformed(lexicon: LiveServer) -> None:
    for wrong in (
        'SELECT * { ?hit tone:annotates "joy" ?a ?b ?c }',
        'SELECT * { ?hit tone:annotates "joy" ; tone:expresses }',
        'SELECT * { ?hit tone:annotates "joy" ',
        'SELECT * { ; ?hit tone:annotates "joy" }',
        'SELECT * { [ tone:annotates "joy" ) }',
    ):
        document = lexicon.post("/sparql", wrong, DIRECT).problem(400, line=1)
        assert "malformed" in document["detail"]


# Limits, and what is kept to itself.


def test_texts_are_limited(lexicon: LiveServer) -> None:
    def asking(*texts: str) -> str:
        unions = " UNION ".join(f'{{ ?hit tone:annotates "{each}" }}' for each in texts)
        return f"SELECT * {{ {unions} }}"

    assert ask(lexicon, asking(*(f"joy {n}" for n in range(10))))
    assert ask(lexicon, asking(*["joy"] * 30))
    many = lexicon.post("/sparql", asking(*(f"joy {n}" for n in range(11))), DIRECT)
    assert "10 texts" in many.problem(413)["detail"]
    long = lexicon.post("/sparql", asking("joy", "joy " * 501), DIRECT)
    assert "2,000 are allowed" in long.problem(413, line=1)["detail"]


def test_texts_reach_no_log_and_no_message(lexicon: LiveServer) -> None:
    text = f"{SECRET} joy"
    for query in (
        f'SELECT * {{ ?hit tone:annotates "{text}" }}',
        f'SELECT * {{ ?hit tone:annotates "{text}", "{text}2" }}',
        f'SELECT * {{ ?hit tone:annotates "{text}" FILTER( }}',
        f'SELECT * {{ ?hit tone:annotates "{text}" FILTER(nowhere:x()) }}',
        f'SELECT * {{ ?hit tone:annotates "{text * 400}" }}',
        f'SELECT * {{ ?hit tone:annotates "{text}"@abcdefghijk }}',
    ):
        answer = lexicon.get("/sparql?" + urlencode({"query": query}))
        assert SECRET not in answer.text
    assert SECRET not in lexicon.log.read_text()


def test_a_text_cannot_become_code(lexicon: LiveServer) -> None:
    for text in (r"joy\" } UNION { ?a ?b ?c } #", r"joy\\", r"joy\n}", "joy > <x> . ?a ?b ?c"):
        rows = ask(lexicon, f'SELECT * {{ ?hit tone:annotates "{text}" ; tone:expresses ?e }}')
        assert rows == [{"hit": TONE + "hit/1-Joy", "e": TONE + "Joy"}]


# Search.


def test_labels_and_terms_are_searched(lexicon: LiveServer) -> None:
    query = (
        'SELECT ?found ?e ?score { ?hit tone:matches "heartbr" ; tone:found ?found ; '
        "tone:expresses ?e ; tone:score ?score } ORDER BY DESC(?score) LIMIT 2"
    )
    assert ask(lexicon, query) == [
        {"found": TONE + f"lexicon/en/{each}-Grief", "e": TONE + "Grief", "score": score}
        for each, score in (("heartbreak-noun", "0.925"), ("heartbroken-adjective", "0.9091"))
    ]
    rest = lexicon.get("/v1/search?q=heartbr&limit=2").json["results"]
    assert [each["term"]["iri"] for each in rest] == [
        TONE + "lexicon/en/heartbreak-noun-Grief",
        TONE + "lexicon/en/heartbroken-adjective-Grief",
    ]


def test_what_is_found_joins_with_the_vocabulary(lexicon: LiveServer) -> None:
    term = (
        'SELECT DISTINCT ?term { [ tone:matches "brokenhearted" ; tone:found ?sense ] . '
        "?entry ontolex:sense ?sense ; ontolex:canonicalForm/ontolex:writtenRep ?term }"
    )
    rows = ask(lexicon, term)
    assert isinstance(rows, list)
    assert {"term": "brokenhearted"} in rows
    label = 'SELECT ?l { [ tone:matches "grief" ; tone:found ?c ] . ?c skos:prefLabel ?l }'
    assert {"l": "grief"} in ask(lexicon, label)  # type: ignore[operator]
    assert ask(lexicon, 'SELECT * { ?hit tone:matches "grief"@xx }') == []
    assert ask(lexicon, 'SELECT * { ?hit tone:annotates "grief" ; tone:found ?c }') == []


# Other doors.


def test_the_page_for_people_maps_texts_too(lexicon: LiveServer) -> None:
    query = f'SELECT ?e {{ ?hit tone:annotates "{TEXT}" ; tone:expresses ?e }}'
    page = lexicon.get("/sparql?query=" + quote(query), BROWSER)
    assert (page.status, page.type) == (200, "text/html")
    assert "tone:Longing" in page.text
    wrong = lexicon.get("/sparql?query=" + quote(query.replace(f'"{TEXT}"', "?text")), BROWSER)
    assert (wrong.status, wrong.type) == (400, "text/html")
    assert "not a variable" in wrong.text


def test_the_command_maps_texts_too(tmp_path: Path) -> None:
    query = f'SELECT ?e {{ ?hit tone:annotates "{TEXT}" ; tone:expresses ?e }}'
    done = tone("query", "--format", "csv", query, cwd=tmp_path, TONE_ENGINE="lexicon")
    assert (done.status, done.text.split()[0]) == (0, "e")
    assert TONE + "Longing" in done.text.split()
    wrong = tone("query", query.replace(f'"{TEXT}"', "?text"), cwd=tmp_path)
    assert wrong.status == 2
    assert "not a variable" in wrong.messages
