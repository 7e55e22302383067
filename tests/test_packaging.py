"""What is installed: all data, nothing that shadows or is shadowed by other people's names."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TONE = Path(sys.executable).with_name("tone")
SOURCES = ("ontology", "vocab", "service")
DATA = {
    *(".py", ".tsv", ".ttl", ".rq", ".typed", ".html", ".css", ".js", ".svg", ".json", ".txt"),
    *(".npz", ".onnx"),
}


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds TONE as pip installs it, built from a copy of the checkout."""
    folder = tmp_path_factory.mktemp("packaging")
    copy = folder / "checkout"
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for name in SOURCES:
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copy(path, copy)
    target = folder / "site"
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--target", target]
    done = run(sys.executable, "-m", "pip", "install", *options, ".", cwd=copy)
    assert done.returncode == 0, done.stderr
    return target


def test_an_install_holds_every_file_of_the_sources(installed: Path) -> None:
    for name in SOURCES:
        wanted = {
            path.relative_to(ROOT / name)
            for path in (ROOT / name).rglob("*")
            if path.suffix in DATA or path.name == "py.typed"
        }
        if name == "vocab":  # the record of a checkout and its working files
            wanted = {path for path in wanted if path.suffix != ".tsv"}
        missing = [p for p in sorted(wanted) if not (installed / "tone_kg" / name / p).is_file()]
        assert not missing, f"setup.cfg does not install these files of {name}/"


def test_an_install_adds_only_its_own_names(installed: Path) -> None:
    names = {path.name for path in installed.iterdir() if path.suffix != ".dist-info"}
    assert names <= {"tone_kg", "bin"}


def test_an_install_annotates_by_itself(installed: Path, tmp_path: Path) -> None:
    code = (
        "import tone_kg.ontology, tone_kg.service\n"
        "from tone_kg.service import Annotator\n"
        "answer = Annotator().annotate(['I felt heartbroken.'])[0]\n"
        "print(tone_kg.ontology.__file__, answer.primary)"
    )
    done = run(sys.executable, "-c", code, cwd=tmp_path, PYTHONPATH=str(installed))
    assert done.returncode == 0, done.stderr
    file, primary = done.stdout.split()
    assert Path(file).is_relative_to(installed)
    assert primary == "Sadness"


def test_an_install_is_not_written_into(installed: Path, tmp_path: Path) -> None:
    source = installed / "tone_kg" / "ontology" / "tone-edit.ttl"
    before = source.read_bytes()
    command = [sys.executable, "-c", "from tone_kg.service.cli.main import main; main()"]
    for arguments, problem in (
        (["format"], "no checkout of TONE"),
        (["format", source], "installed package"),
        (["build", "-o", source.parent], "holds sources"),
        (["build", "-o", source.parents[1] / "new"], "installed package"),
    ):
        done = run(*command, *arguments, cwd=tmp_path, PYTHONPATH=str(installed))
        assert (done.returncode, done.stdout) == (2, "")
        assert problem in done.stderr
    assert source.read_bytes() == before


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """A folder of somebody's own project, with the names that TONE's folders have."""
    poison = "raise ImportError('this module belongs to another project')\n"
    for name in SOURCES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(poison)
    for name in ("ontology.py", "vocab.py", "service.py", "errors.py", "tables.py", "model.py"):
        (tmp_path / name).write_text(poison)
    return tmp_path


def test_the_command_runs_beside_foreign_modules_of_the_same_names(crowded: Path) -> None:
    done = run(TONE, "annotate", "I felt heartbroken.", cwd=crowded)
    assert done.returncode == 0, done.stderr
    assert '"Sadness"' in done.stdout


def test_python_imports_tone_beside_foreign_modules_of_the_same_names(crowded: Path) -> None:
    code = (
        "from tone_kg.service import Annotator\n"
        "print(Annotator().annotate(['I felt heartbroken.'])[0].primary)"
    )
    done = run(sys.executable, "-c", code, cwd=crowded)
    assert (done.returncode, done.stdout.strip()) == (0, "Sadness"), done.stderr


SERVICE = ["flask", "granian", "rdflib", "owlready2", "networkx", "SPARQLWrapper", "jpype"]
MODELS = ["numpy", "onnxruntime", "tokenizers"]


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], [*SERVICE, *MODELS]),
        (["annotate", "--engine", "lexicon", "sad"], [*SERVICE, *MODELS]),
        (["annotate", "sad"], SERVICE),
    ],
)
def test_the_command_loads_only_what_it_needs(
    arguments: list[str], unwanted: list[str], tmp_path: Path
) -> None:
    code = (
        "import sys\n"
        "from tone_kg.service.cli.main import main\n"
        "try:\n    main()\n"
        "except SystemExit as stop:\n    assert not stop.code, stop.code\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = run(sys.executable, "-c", code, *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    loaded = {each.partition(".")[0] for each in done.stderr.split()}
    heavy = {"torch", "transformers", "sentence_transformers", "pandas", "pyarrow"}
    assert not loaded & {*unwanted, *heavy}


def test_a_wheel_names_its_licences(installed: Path) -> None:
    (info,) = installed.glob("tone_kg-*.dist-info")
    files = {path.name for path in info.rglob("*") if path.is_file()}
    assert {"LICENSE", "LICENSE-CC-BY-4.0", "NOTICE"} <= files
