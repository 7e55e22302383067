"""Links made up by Hypothesis, right and wrong ones."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st
from tone_kg.ontology.concepts import Evidence, Link
from tone_kg.ontology.links import KINDS, LEADS_TO, OPPOSITE, make_link
from tone_kg.ontology.terms import SEPARATOR

WORDS = st.text("abc-é\"\\ '", min_size=1, max_size=6).filter(lambda text: text == text.strip())
SOURCES = st.sampled_from(
    ("https://doi.org/10.1/x", "urn:isbn:9780060452353", "wordnet-3.0", "team", 'a "name"')
)


def _several(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    some = st.lists(values, min_size=1, max_size=3, unique=True)
    return some.map(lambda found: tuple(sorted(found)))


EVIDENCE = st.builds(
    Evidence,
    score=st.integers(0, 10000).map(lambda number: Decimal(number) / 10000),
    method=_several(WORDS).map(SEPARATOR.join),
    status=st.just("accepted"),
    reviewer=_several(WORDS),
    sources=_several(SOURCES),
)


@st.composite
def links(draw: st.DrawFn, concepts: list[str], distinct: bool = True) -> Link:
    """A link between some of the concepts; unless `distinct`, it may name one of them twice."""
    kind = draw(st.sampled_from(KINDS))
    size = {OPPOSITE: 2}.get(kind, 3)
    named = st.lists(st.sampled_from(concepts), min_size=size, max_size=size, unique=distinct)
    first, second, *third = draw(named)
    if kind == LEADS_TO:
        link = make_link(kind, [first, second], third)
    else:
        link = make_link(kind, [first], [second, *third])
    return replace(link, evidence=draw(EVIDENCE))
