"""A query with the hits of its texts in it answers as one over a store that holds their triples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import pyoxigraph as ox
from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st
from tone_kg.ontology.iris import PREFIXES, TONE
from tone_kg.service.store import QueryRefused
from tone_kg.service.store.hit_plan import Text
from tone_kg.service.store.hits import Hit, rewrite

DATA = """
tone:Joy tone:tier 1 . tone:Bliss rdfs:subClassOf tone:Joy ; tone:tier 2 .
tone:Fear tone:tier 1 . tone:Dread rdfs:subClassOf tone:Fear ; tone:tier 2 .
tone:x tone:score 0.5 ; tone:expresses tone:Joy ; tone:tier 2 .
tone:y tone:score 0.25 ; tone:expresses tone:Dread .
"""
"""What is in the store itself: scores and even concepts of other things than hits, too."""

HITS = {
    "a": [Hit("Joy", TONE + "Joy", "0.75"), Hit("Bliss", TONE + "Bliss", "0.5")],
    "b": [Hit("Fear", TONE + "Fear", "0.5"), Hit("Joy", TONE + "Joy", "0.25")],
    "c": [Hit("Dread", TONE + "Dread", "0.25")],
    "": [],
}
STATED = "\n".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items())


def store(*triples: str) -> ox.Store:
    held = ox.Store()
    held.update(f"{STATED} INSERT DATA {{ {DATA} {' '.join(triples)} }}")
    return held


BARE = store()


def solutions(held: ox.Store, query: str) -> Counter[frozenset[tuple[str, str]]]:
    """Return how often each solution is there; blank nodes and their order do not matter."""
    found = held.query(query, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    names = [each.value for each in found.variables]
    return Counter(
        frozenset((name, str(row[name])) for name in names if row[name] is not None)
        for row in found
    )


TEXTS = ['"a"', "'b'", '''"""c"""''', '""']
TOLD = [
    "tone:expresses ?e", "tone:expresses ?f", "tone:expresses tone:Joy", "tone:expresses []",
    "tone:score ?s", "tone:score ?r", "tone:score []",
]  # fmt: skip
OTHERS = [
    "?e rdfs:subClassOf ?f .",
    "?e tone:tier ?t .",
    "?f rdfs:subClassOf+ ?e .",
    "?h tone:tier ?t .",
    "_:b rdfs:subClassOf ?e . FILTER(BOUND(?e)) _:b tone:tier ?t .",
    "FILTER(?s > 0.3)",
    "FILTER(BOUND(?h))",
    "FILTER(?t < 2)",
    "FILTER(!BOUND(?e))",
]
NESTED = [
    "OPTIONAL {0}", "OPTIONAL {0}", "MINUS {0}", "{0}", "{0} UNION {1}", "{0} UNION {1}",
    "FILTER EXISTS {0}", "FILTER NOT EXISTS {0}", "BIND(EXISTS {0} AS ?b{2})",
    "{{ SELECT ?h ?s {0} }}", "{{ SELECT DISTINCT ?e {0} }}", "{{ SELECT * {0} }}",
]  # fmt: skip


@st.composite
def sentences(draw: st.DrawFn) -> str:
    """What is said of one hit."""
    hit = draw(st.sampled_from(["?h", "?h", "?h", "?g", "[]", "["]))
    said = draw(st.lists(st.sampled_from(TOLD), max_size=2))
    if not said or hit[0] == "[" or draw(st.booleans()):
        text = "tone:annotates " + draw(st.sampled_from(TEXTS))
        said.insert(draw(st.integers(0, len(said))), text)
    return f"{hit} {' ; '.join(said)} {']' if hit == '[' else ''}."


@st.composite
def groups(draw: st.DrawFn, depth: int = 2) -> str:
    """A group of up to four parts, groups among them."""
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["hit", "hit", "other", "nested", "nested"]))
        if kind == "hit":
            parts.append(draw(sentences()))
        elif kind == "other" or not depth:
            parts.append(draw(st.sampled_from(OTHERS)))
        else:
            pair = draw(groups(depth - 1)), draw(groups(depth - 1))
            number = draw(st.integers(0, 10**6))
            parts.append(draw(st.sampled_from(NESTED)).format(*pair, number))
    return "{ " + " ".join(parts) + " }"


@settings(max_examples=300, deadline=None)
@given(groups())
# Where it would be wrong to take for hits of "a" all that the store says is expressed.
@example('{ ?e tone:tier ?t . OPTIONAL { ?h tone:expresses ?e . } ?h tone:annotates "a" . }')
@example('{ ?e tone:tier ?t . MINUS { ?h tone:expresses ?e . } ?h tone:annotates "a" . }')
@example('{ ?h tone:annotates "a" . { ?e tone:tier ?t . OPTIONAL { ?h tone:expresses ?e . } } }')
@example('{ ?h tone:annotates "a" . { ?e tone:tier ?t . MINUS { ?h tone:expresses ?e . } } }')
@example('{ ?h tone:annotates "a" . { ?e tone:tier ?t FILTER EXISTS { ?h tone:expresses ?e . } } }')
@example('{ { ?h tone:annotates "a" . } UNION { ?e tone:tier ?t . } ?h tone:expresses ?e . }')
@example('{ { SELECT ?e { ?h tone:annotates "a" . ?e tone:tier ?t } } ?h tone:expresses ?e . }')
@example('{ OPTIONAL { ?h tone:annotates "" . } ?h tone:expresses ?e . }')
def test_hits_in_a_query_are_as_if_their_triples_were_in_the_store(pattern: str) -> None:
    query = f"SELECT * {pattern}"
    triples = []

    def find(texts: Sequence[Text]) -> list[list[Hit]]:
        for number, text in enumerate(texts, start=1):
            for hit in HITS[text.value]:
                name = f"<{TONE}hit/{number}-{hit.name}>"
                triples.append(
                    f'{name} tone:annotates "{text.value}" ; tone:expresses <{hit.concept}> ; '
                    f"tone:score {hit.score} ."
                )
        return [HITS[each.value] for each in texts]

    try:
        rewritten = rewrite(query, None, find, 10, 50_000)
    except QueryRefused:
        event("refused")
        return
    # Of what is never said to be a hit, nothing is known but what the store holds.
    asking = set(re.findall(r"(\?[hg]) tone:(?:[^.]* tone:)?annotates", query))
    assume(asking.issuperset(re.findall(r"\?[hg](?= tone:[es])", query)))
    try:
        expected = solutions(store(*triples), query)
    except SyntaxError:
        assume(False)
    event("rewritten" if rewritten else "left alone")
    text = rewritten.text if rewritten else query
    assert solutions(BARE, text) == expected, text
