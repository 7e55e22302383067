"""Where `tone build` writes its products: as a whole, and never among the sources."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tone_kg.ontology import ToneError
from tone_kg.ontology.build import PRODUCTS, build

SMALL = Path(__file__).parent / "data" / "small"


@pytest.fixture
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    shutil.copytree(SMALL, folder, dirs_exist_ok=True)
    return folder


def test_building_again_replaces_the_products(sources: Path, tmp_path: Path) -> None:
    (tmp_path / "tone.owl").write_text("old")
    (tmp_path / "mine.txt").write_text("mine")
    build(sources, tmp_path)
    assert (tmp_path / "tone.owl").read_bytes().startswith(b"<?xml")
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([*PRODUCTS, "mine.txt"])


def test_a_broken_source_leaves_the_old_products(sources: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(sources, broken)
    (broken / "tone-edit.ttl").write_text("nonsense")
    out = tmp_path / "out"
    out.mkdir()
    (out / "tone.owl").write_text("old")
    with pytest.raises(ToneError, match=r"tone-edit\.ttl:1: "):
        build(broken, out)
    assert [each.name for each in out.iterdir()] == ["tone.owl"]
    assert (out / "tone.owl").read_text() == "old"


def test_products_never_go_among_the_sources(sources: Path) -> None:
    before = sorted(each.name for each in sources.iterdir())
    for folder in (sources, sources / "sub"):
        with pytest.raises(ToneError, match="holds sources; name another folder"):
            build(sources, folder)
    assert sorted(each.name for each in sources.iterdir()) == before


@pytest.mark.parametrize("name", ["ontology", "vocab", "service", "service/http"])
def test_products_never_go_into_the_folders_of_a_checkout(
    sources: Path, tmp_path: Path, name: str
) -> None:
    shutil.copytree(sources, tmp_path / "ontology")
    folder = tmp_path / name
    folder.mkdir(parents=True, exist_ok=True)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ToneError, match="holds sources; name another folder"):
        build(tmp_path / "ontology", folder)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_cannot_be_written_is_named(sources: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(ToneError, match="file: cannot be written"):
        build(sources, file)
