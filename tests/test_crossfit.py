"""Answers by parameters that were fitted without the text: `tone evaluate --cross-fit`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tone_command import tone
from tone_kg.ontology import Ontology, load
from tone_kg.service import Annotator
from tone_kg.service.mapping.fusion import read_fusion
from tone_kg.service.training.answers import Answers, annotate
from tone_kg.service.training.cases import CLASSES, Cases, read_cases
from tone_kg.service.training.crossfit import cross_fitted_answers, fused
from tone_kg.service.training.evaluation import folds
from tone_kg.service.training.targets import Targets
from tone_kg.service.training.train import read_data, signals_of, train

LABELS = ("annoyance", "joy", "neutral", "sadness", "fear")
SAID = {
    "annoyance": (
        "this {} makes me furious",
        "how dare that {} shout at us",
        "I hate the {} so much",
    ),
    "joy": ("so happy about the {}", "what a joyful {} today", "delighted with my new {}"),
    "neutral": ("the {} opens at nine", "a {} stood by the road", "he sold the {} in March"),
    "sadness": ("I cried over the {}", "so sad about the {}", "the {} is gone and I mourn"),
    "fear": ("I am scared of the {}", "terrified when the {} moved", "the {} frightens me"),
}
CONCEPTS = {
    "annoyance": "Annoyance",
    "joy": "Delight",
    "neutral": "",
    "sadness": "Grief",
    "fear": "Fright",
}
THINGS = ("dog", "car", "poet", "boat", "hill", "phone", "river", "clown", "ghost", "lamp")


def nothing(stage: str, done: int, total: int) -> None:
    pass


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "labels.txt").write_text("\n".join(LABELS))
    rows = [
        (said.format(thing), label) for thing in THINGS for label in LABELS for said in SAID[label]
    ]
    for name, some in (("train.tsv", rows[:90]), ("dev.tsv", rows[90:])):
        lines = [f"{text}\t{LABELS.index(label)}\tid" for text, label in some]
        (folder / name).write_text("\n".join(lines))
    (folder / "texts").mkdir()
    lines = [f"{text}\t{CONCEPTS[label]}\tchat" for text, label in rows]
    (folder / "texts" / "all.tsv").write_text("\n".join(["text\tconcepts\tregister", *lines]))
    return folder


@pytest.fixture(scope="module")
def models(data: Path, ontology: Ontology, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("sklearn")
    folder = tmp_path_factory.mktemp("models")
    train(read_data(data, ontology), ontology, folder, engines=("linear",)).write(folder)
    return folder


def answers(ontology: Ontology, cases: Cases, models: Path) -> Answers:
    return cross_fitted_answers("linear", "social", ontology, cases, nothing, models)


def test_no_text_has_a_say_in_its_own_answer(data: Path, models: Path, ontology: Ontology) -> None:
    cases = read_cases(data / "dev.tsv", ontology)
    before = answers(ontology, cases, models)
    lines = (data / "dev.tsv").read_text().split("\n")
    changed = [
        line.replace("\t", "\t1,", 1) if fold == 2 else line
        for line, fold in zip(lines, folds(len(lines)), strict=True)
    ]
    (data / "changed.tsv").write_text("\n".join(changed))
    after = answers(ontology, read_cases(data / "changed.tsv", ontology), models)
    own = folds(len(lines)) == 2
    np.testing.assert_array_equal(before.shares[own], after.shares[own])
    np.testing.assert_array_equal(before.labels[own], after.labels[own])
    assert (before.shares[~own] != after.shares[~own]).any(axis=1).all()


def test_labelled_texts_fit_only_the_labels_of_the_profile_general(
    data: Path, models: Path, ontology: Ontology, tmp_path: Path
) -> None:
    cases = read_cases(data / "dev.tsv", ontology)
    fusion = json.loads((models / "fusion.json").read_text())
    for profile in ("general", "social"):
        fusion["engines"]["linear"][profile]["class_bias"] = [0, 0, 0, 0, 0, 20, 0, 0]
    shutil.copytree(models, tmp_path / "models")
    (tmp_path / "models" / "fusion.json").write_text(json.dumps(fusion))
    fear = {}
    for profile in ("general", "social"):
        found = cross_fitted_answers(
            "linear", profile, ontology, cases, nothing, tmp_path / "models"
        )
        fear[profile] = (found.ranks[:, 0] == CLASSES.index("Fear")).mean()
    assert fear["general"] == 1
    assert fear["social"] < 0.5


def test_the_fusion_answers_as_the_engine_does(
    data: Path, models: Path, ontology: Ontology
) -> None:
    cases = read_cases(data / "dev.tsv", ontology)
    engine = annotate(Annotator("linear", "social", ontology, models), cases, nothing)
    targets = Targets(ontology, LABELS)
    files = {each.name: each.read_bytes() for each in models.iterdir()}
    texts = [case.text for case in cases.cases]
    signals = signals_of(targets, ontology, "social", texts, files, nothing)
    parameters = read_fusion(models / "fusion.json", "linear", "social").parameters
    ours = fused(ontology, targets, parameters, signals, range(len(LABELS)))
    for name in ("shares", "scores", "labels"):
        np.testing.assert_allclose(getattr(ours, name), getattr(engine, name), atol=3e-6)
    np.testing.assert_array_equal(ours.detected, engine.detected)
    assert [each[3][:1] for each in ours.found] == [each[3][:1] for each in engine.found]


def test_the_command_tells_the_figures(data: Path, models: Path) -> None:
    options = ("--engine", "linear", "--models", models, "--cross-fit", "--format", "json")
    for table in (data / "dev.tsv", data / "texts"):
        done = tone("evaluate", "--data", table, *options)
        assert done.status == 0, done.messages
        report = json.loads(done.text)
        assert report["top1"]["value"] > 0.8
        assert report["cross_fitted"]


def test_what_finds_a_concept_beside_its_own_label_is_told(data: Path, models: Path) -> None:
    options = ("--engine", "linear", "--models", models, "--profile", "social", "--cross-fit")
    done = tone("evaluate", "--data", data / "dev.tsv", *options, "--format", "json")
    [tier] = json.loads(done.text)["tiers"]
    assert [row["name"] for row in tier["rows"]] == ["Annoyance"]
    assert tier["masked"] < tier["found"] == 1
    done = tone("evaluate", "--data", data / "dev.tsv", *options)
    assert "and with the text's own label hidden" in done.text


@pytest.mark.parametrize(
    ("engine", "table", "problem"),
    [
        ("lexicon", "text\tconcepts\nfine\tJoy\n", "has no parameters that are fitted"),
        ("linear", "text\texpected\nfine\tJoy\n", "too few texts for 5 folds"),
        ("linear", "text\texpected\n" + "fine\tJoy\n" * 20, "names classes and no concepts"),
    ],
)
def test_what_cannot_be_fitted_is_told(
    tmp_path: Path, models: Path, engine: str, table: str, problem: str
) -> None:
    path = tmp_path / "data.tsv"
    path.write_text(table)
    done = tone("evaluate", "--data", path, "--engine", engine, "--models", models, "--cross-fit")
    assert (done.status, done.text) == (2, "")
    assert problem in done.messages


def test_the_models_may_be_named_by_the_environment(data: Path, models: Path) -> None:
    given = ("evaluate", "--data", data / "dev.tsv", "--engine", "linear")
    for options in ((), ("--cross-fit",)):
        done = tone(*given, *options, TONE_MODELS=str(models))
        assert done.status == 0, done.messages
        assert done.text == tone(*given, *options, "--models", models).text


def test_a_missing_library_is_told(data: Path, models: Path, tmp_path: Path) -> None:
    (tmp_path / "scipy.py").write_text("raise ImportError(name='scipy')")
    done = tone(
        *("evaluate", "--data", data / "dev.tsv", "--engine", "linear", "--models", models),
        "--cross-fit",
        PYTHONPATH=str(tmp_path),
    )
    assert (done.status, done.text) == (2, "")
    assert "--cross-fit needs scipy: pip install 'tone-kg[train]'" in done.messages
