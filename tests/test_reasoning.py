"""Inherited links: what the service answers, and what HermiT infers from the same ontology."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, permutations
from pathlib import Path
from random import Random

import pytest
from tone_kg.ontology import Ontology, ToneError, combine, load
from tone_kg.ontology.concepts import Evidence, Link
from tone_kg.ontology.links import COMPOSED, LEADS_TO, NO_EVIDENCE, OPPOSITE, make_link, read_link
from tone_kg.ontology.model import INSTALLED
from tone_kg.ontology.normal_form import read_rdf
from tone_kg.ontology.reasoning import entailed_links
from tone_kg.ontology.statements import restated
from tone_kg.service.records import full
from tone_kg.service.term_index import TermIndex

MORE = (
    "Cheerfulness isOppositeOf SadnessProper",
    "Amusement isOppositeOf Boredom",
    "Optimism isOppositeOf Despair",
    "Amusement isComposedOf Joy + Disbelief",
    "Delight isComposedOf Contentment + Surprise",
    "Grief isComposedOf Longing + Shock",
    "Amusement + Trust leadsTo Affection",
    "Cheerfulness + Nostalgia leadsTo Longing",
)
"""Links low in the tree, so that more is shadowed and more can be climbed to."""

Question = tuple[str, Link]
"""Whether a link holds for a concept: said of it, or with it as an operand."""


def with_more_links(folder: Path) -> Ontology:
    evidence = Evidence(Decimal("0.8"), "test", "accepted", ("ada",), ("team",))
    links = (replace(read_link(each, load()), evidence=evidence) for each in MORE)
    text = restated(read_rdf(INSTALLED / "tone-edit.ttl"), stated=links)
    (folder / "tone-edit.ttl").write_bytes(text)
    for name in ("terms.tsv", "mappings.sssom.tsv"):
        shutil.copy(INSTALLED / name, folder)
    return load(folder)


@pytest.fixture(scope="module", params=["as it is", "with more links"])
def ontology(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    more = request.param == "with more links"
    return with_more_links(tmp_path_factory.mktemp("ontology")) if more else load()


def questions(ontology: Ontology) -> Iterator[Question]:
    """Every target that is stated of some concept, asked of all.

    Of combinations, whose pairs are too many, those with a kind of an operand, and some at random.
    """
    for kind, targets in sorted({(link.kind, link.targets) for link in ontology.links}):
        if kind != LEADS_TO:
            for concept in ontology.concepts:
                yield concept, Link(kind, concept, targets, NO_EVIDENCE)
    stated = [link for link in ontology.links if link.kind == LEADS_TO]
    for link in stated:
        for operand, other in permutations(link.operands):
            for concept in (operand, *ontology.descendants(operand)):
                yield concept, make_link(LEADS_TO, [concept, other], link.targets)
    chance = Random(1)
    for _ in range(2000):
        concept, other = chance.sample(sorted(ontology.concepts), 2)
        yield concept, make_link(LEADS_TO, [concept, other], chance.choice(stated).targets)


def answers(ontology: Ontology, concept: str) -> Iterator[tuple[Link, str]]:
    """What the service answers for a concept, and the concept that it was stated of."""
    terms = TermIndex(replace(ontology, terms=()))
    found = full(ontology, terms, ontology.concepts[concept], inherited=True)
    for each in found["opposites"]:
        link = Link(OPPOSITE, concept, (each["concept"]["id"],), NO_EVIDENCE)
        yield link, each["inherited_from"] or concept
    for each in found["compositions"]:
        parts = tuple(part["id"] for part in each["parts"])
        yield Link(COMPOSED, concept, parts, NO_EVIDENCE), each["inherited_from"] or concept
    for each in found["combinations"]:
        level = each["inherited_from"] or concept
        [other] = [operand["id"] for operand in each["operands"] if operand["id"] != level]
        yield make_link(LEADS_TO, [concept, other], [each["result"]["id"]]), level


def levels(ontology: Ontology, concept: str, asked: Link) -> list[str]:
    """The concept and those above it of which a link with these very targets is stated."""
    others = [each for each in asked.operands if each != concept]
    ids = {link.id for link in ontology.links}

    def stated_of(level: str) -> Link:
        if asked.operands:
            return make_link(LEADS_TO, [level, *others], asked.targets)
        return replace(asked, subject=level)

    return [each for each in ontology.path(concept) if stated_of(each).id in ids]


def follows(ontology: Ontology, asked: Link) -> bool:
    """Whether a link follows from those stated of broader concepts with narrower targets."""

    def below(lows: Iterable[str], highs: Iterable[str]) -> bool:
        return all(high in ontology.path(low) for low, high in zip(lows, highs, strict=True))

    links = [link for link in ontology.links if link.kind == asked.kind]
    if asked.kind == LEADS_TO:
        return any(
            below(link.targets, asked.targets)
            and (below(asked.operands, link.operands) or below(asked.operands[::-1], link.operands))
            for link in links
        )
    own = [
        each for link in links if below([asked.subject], [link.subject]) for each in link.targets
    ]
    return all(any(below([each], [target]) for each in own) for target in asked.targets)


def test_what_is_answered_as_inherited_is_inferred_and_the_rest_is_shadowed_or_climbed(
    ontology: Ontology,
) -> None:
    asked = list(questions(ontology))
    triples = read_rdf(ontology.root / "tone-edit.ttl")
    inferred = {link.id for link in entailed_links(triples, (link for _, link in asked))}
    answered = {
        (concept, link.id): level
        for concept in ontology.concepts
        for link, level in answers(ontology, concept)
    }
    assert {link for _, link in answered} <= inferred
    assert set(answered) <= {(concept, link.id) for concept, link in asked}
    nearest = {
        (concept, link.kind): answered[concept, link.id]
        for concept, link in asked
        if (concept, link.id) in answered
    }
    shadowed = 0
    for concept, link in asked:
        assert (link.id in inferred) == follows(ontology, link), link.id
        if link.id in inferred and (concept, link.id) not in answered:
            for level in levels(ontology, concept, link):
                shadowed += 1
                shadow = nearest[concept, link.kind]
                assert level in ontology.path(shadow)[:-1], f"{link.id} at {level}"
    assert shadowed


def test_two_emotions_lead_where_hermit_infers_and_else_nowhere(ontology: Ontology) -> None:
    pairs = [
        pair
        for pair in combinations(sorted(ontology.concepts), 2)
        if not any(one in ontology.path(other) for one, other in permutations(pair))
    ]
    results = sorted({link.targets[0] for link in ontology.links if link.kind == LEADS_TO})
    answered, unanswered = [], []
    for pair in Random(1).sample(pairs, 300):
        if result := combine(ontology, pair, inherited=True).result:
            answered.append(make_link(LEADS_TO, pair, [result]))
        else:
            unanswered += [make_link(LEADS_TO, pair, [each]) for each in results]
    assert answered
    assert unanswered
    triples = read_rdf(ontology.root / "tone-edit.ttl")
    inferred = entailed_links(triples, [*answered, *unanswered])
    assert [link.id for link in inferred] == [link.id for link in answered]


def test_nothing_is_asked_of_an_ontology_that_contradicts_itself() -> None:
    text = (Path(__file__).parent / "data" / "small" / "tone-edit.ttl").read_text("utf-8")
    triples = read_rdf(f"{text}\ntone:mine a tone:Joy, tone:Sadness .\n".encode(), "ttl")
    with pytest.raises(ToneError, match="contradicts itself"):
        entailed_links(triples, [Link(OPPOSITE, "Joy", ("Sadness",), NO_EVIDENCE)])
