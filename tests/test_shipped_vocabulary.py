"""The vocabulary that is shipped: what it was made from, and what it holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tone_kg.ontology import load
from tone_kg.ontology.table_rules import PARTS_OF_SPEECH
from tone_kg.vocab.decisions import read_decisions
from tone_kg.vocab.kinds import TERMS
from tone_kg.vocab.replay import replay

CHECKOUT = Path(__file__).parent.parent
ONTOLOGY = load(CHECKOUT / "ontology")
DECISIONS = read_decisions(CHECKOUT / "vocab" / "decisions.tsv", TERMS)
PARROTT = [each.id for each in ONTOLOGY.concepts.values() if "parrott" in each.schemes]


def test_the_recorded_decisions_alone_make_the_vocabulary() -> None:
    made = replay(DECISIONS, ONTOLOGY, terms=())
    assert made.terms == ONTOLOGY.terms


def test_no_term_is_there_that_nobody_reviewed() -> None:
    reviewers = {each.reviewer for each in DECISIONS}
    assert all(term.reviewer and set(term.reviewer) <= reviewers for term in ONTOLOGY.terms)


def test_the_vocabulary_is_as_rich_as_promised() -> None:
    english = [term for term in ONTOLOGY.terms if term.lang in ("en", "und")]
    assert len(english) >= 4500
    assert {term.pos for term in english} == set(PARTS_OF_SPEECH)
    assert len(PARROTT) == 137


@pytest.mark.parametrize("concept", PARROTT)
def test_every_concept_of_parrott_has_at_least_twelve_terms(concept: str) -> None:
    counts = Counter(term.concept for term in ONTOLOGY.terms)
    assert counts[concept] >= 12


def test_sources_are_named_and_no_licensed_lexicon_is_among_them() -> None:
    sources = {source for term in ONTOLOGY.terms for source in term.source}
    notice = (CHECKOUT / "NOTICE").read_text("utf-8")
    assert all(
        each == "team" or each.startswith("corpus:") or f"`{each}`" in notice for each in sources
    )
