"""What is gathered from sources: the part of speech of terms for which a source tells none."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_wordnet import write_wordnet
from tone_kg.ontology.model import load
from tone_kg.vocab.offers import gather
from tone_kg.vocab.sources import open_sources, wordnet

WORDS = ("sorrowing", "grieve", "sorrowful", "broken up", "sadly", "meh", "so what")


@pytest.fixture
def corpus(tmp_path: Path) -> str:
    path = tmp_path / "own.txt"
    path.write_text("\n".join(WORDS * 5))
    return f"corpus:{path}"


def parts_of_speech(*sources: str, lang: str = "en") -> dict[str, str]:
    ontology = load()
    opened = open_sources(sources, lang, ontology=ontology)
    items = gather(ontology, opened, lang, depth=1).items
    return {term: pos for term, _, pos in items if term in WORDS}


def test_wordnet_tells_the_part_of_speech_of_a_corpus_s_words(
    corpus: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wordnet, "FOLDER", write_wordnet(tmp_path))
    assert parts_of_speech(corpus) == {
        "sorrowing": "verb",
        "grieve": "verb",
        "sorrowful": "adjective",
        "broken up": "phrase",
        "sadly": "adverb",
        "meh": "noun",
        "so what": "phrase",
    }


def test_without_wordnet_the_form_of_an_english_word_tells(
    corpus: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wordnet, "FOLDER", tmp_path / "nowhere")
    assert parts_of_speech(corpus) == {
        "sorrowing": "noun",
        "grieve": "noun",
        "sorrowful": "noun",
        "broken up": "phrase",
        "sadly": "adverb",
        "meh": "noun",
        "so what": "phrase",
    }
