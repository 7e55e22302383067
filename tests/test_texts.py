"""The texts written for TONE: those that engines are trained on, and the challenge set."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from tone_kg.ontology import load
from tone_kg.ontology.concepts import PRIMARIES
from tone_kg.ontology.terms import SEPARATOR, read_rows
from tone_kg.service.training.texts import is_held_out

CHECKOUT = Path(__file__).parent.parent
ONTOLOGY = load(CHECKOUT / "ontology")
TEXTS = sorted((CHECKOUT / "service" / "training" / "texts").glob("*.tsv"))
BLIND = sorted((CHECKOUT / "tests" / "challenge" / "blind").glob("*.tsv"))
OPEN = sorted((CHECKOUT / "tests" / "challenge" / "open").glob("*.tsv"))

GROUPS = {
    *("double_negation", "emoji", "events", "idioms", "intensity", "lookalikes"),
    *("mixed_feelings", "negation", "neutral_news", "others_emotions", "questions"),
    *("sarcasm", "spelling_slang"),
}
REGISTERS = {
    *("chat", "dialogue", "diary", "event", "instruction", "letter", "news", "other", "post"),
    *("question", "review", "story"),
}
RUN = 5
"""So many words in a row, in two texts, and one may be made from the other."""
HELD_OUT_RUN = 6
"""The same between texts of one corpus, whose writers have phrases in common."""
LIKENESS = 0.4
"""The share of common words (Jaccard) from which two texts are too like."""


@cache
def rows(path: Path) -> list[list[str]]:
    columns = ("text", "expected", "concept")
    if path in TEXTS:
        columns = ("text", "concepts", "register")
    return [row for _, row in read_rows(path, columns)]


def texts(paths: list[Path]) -> list[str]:
    return [row[0] for path in paths for row in rows(path)]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower()) or [text]


def runs(text: str, length: int = RUN) -> set[tuple[str, ...]]:
    all_words = words(text)
    several = range(len(all_words) - length + 1)
    return {tuple(all_words[at : at + length]) for at in several} or {tuple(all_words)}


def too_like(some: list[str], others: list[str]) -> list[tuple[str, str]]:
    """Return pairs of a text of each side of which one may be made from the other."""
    where: dict[tuple[str, ...], str] = {run: text for text in others for run in runs(text)}
    bags = [(frozenset(words(text)), text) for text in others]
    found = []
    for text in some:
        found += [(text, where[run]) for run in runs(text) if run in where]
        bag = frozenset(words(text))
        for other, written in bags:
            common = len(bag & other)
            if common >= LIKENESS * (len(bag) + len(other) - common):
                found.append((text, written))
    return found


def concepts(field: str) -> list[str]:
    return field.split(SEPARATOR) if field else []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_training_texts_have_their_form(path: Path) -> None:
    for text, named, register in rows(path):
        assert text.strip() == text != ""
        listed = concepts(named)
        assert len(set(listed)) == len(listed) <= 3, text
        assert all(each in ONTOLOGY.concepts for each in listed), text
        assert register in REGISTERS, text


@pytest.mark.parametrize(
    "path", [*BLIND, *OPEN], ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_challenge_texts_have_their_form(path: Path) -> None:
    for number, (text, named, narrower) in enumerate(rows(path), start=2):
        assert text.strip() == text != "", number
        expected = named.split(SEPARATOR)
        if path.stem == "mixed_feelings":
            assert len(set(expected)) == 2, number
            assert set(expected) <= set(PRIMARIES), number
        else:
            assert expected == ["Neutral"] or (len(expected) == 1 and expected[0] in PRIMARIES)
        holders = [ONTOLOGY.primary(each) or "Neutral" for each in concepts(narrower)]
        assert not holders or sorted(holders) == sorted(expected), number


def test_the_challenge_set_is_as_large_as_promised() -> None:
    for half in (BLIND, OPEN):
        assert {path.stem for path in half} == GROUPS
        assert all(len(rows(path)) >= 9 for path in half)
    assert len(texts(BLIND)) >= 200
    assert len(texts(BLIND + OPEN)) >= 400


def test_training_texts_show_every_concept_and_none() -> None:
    seen = Counter(each for path in TEXTS for row in rows(path) for each in concepts(row[1]))
    kinds = {each.id for each in ONTOLOGY.concepts.values() if not each.deprecated}
    missing = {each for each in kinds if seen[each] < 10}
    assert not missing
    neutral = sum(not row[1] for path in TEXTS for row in rows(path))
    assert neutral >= 600


def test_no_text_is_there_twice() -> None:
    seen = Counter(" ".join(words(text)) for text in texts(TEXTS + BLIND + OPEN))
    assert [text for text, count in seen.items() if count > 1] == []


@pytest.mark.parametrize(
    ("some", "others"),
    [(TEXTS, BLIND + OPEN), (OPEN, BLIND)],
    ids=["training and challenge", "open and blind"],
)
def test_what_is_measured_on_is_not_like_what_may_be_looked_at(
    some: list[Path], others: list[Path]
) -> None:
    assert too_like(texts(some), texts(others)) == []


def test_texts_held_out_share_no_phrase_with_those_trained_on() -> None:
    trained = {
        run for text in texts(TEXTS) if not is_held_out(text) for run in runs(text, HELD_OUT_RUN)
    }
    held_out = [text for text in texts(TEXTS) if is_held_out(text)]
    assert [text for text in held_out if runs(text, HELD_OUT_RUN) & trained] == []
