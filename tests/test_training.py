"""`tone train`, on few texts: what it writes, that engines run on it, and how it reports faults."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tone_command import Done, tone
from tone_kg.ontology import Ontology, SourceError, load
from tone_kg.service.mapping.engines import Options
from tone_kg.service.mapping.model_engine import LinearEngine, ModelEngine, TransformerEngine
from tone_kg.service.mapping.ngrams import NgramModel
from tone_kg.service.training.fusion import Gold, Model, Signals, fit
from tone_kg.service.training.ngrams import Vectors
from tone_kg.service.training.targets import Targets
from tone_kg.service.training.texts import is_held_out
from tone_kg.service.training.train import read_data

LABELS = ("admiration", "amusement", "anger", "curiosity", "fear", "joy", "neutral", "sadness")
SAID = {
    "admiration": ["what a {} she is", "he is a hero to every {}", "so impressed by this {}"],
    "amusement": ["lol that {} cracked me up", "haha the {} fell over", "funniest {} ever"],
    "anger": ["this {} makes me furious", "how dare that {} shout at us", "I hate the {} rage"],
    "curiosity": ["I wonder what the {} does", "why would a {} do that?", "how did the {} work?"],
    "fear": ["I am scared of the {}", "terrified when the {} moved", "the {} frightens me"],
    "joy": ["so happy about the {}", "what a joyful {} today", "delighted with my new {}"],
    "neutral": ["the {} opens at nine", "a {} stood by the road", "he sold the {} in March"],
    "sadness": ["I cried over the {}", "so sad about the {}", "the {} is gone and I mourn"],
}
CONCEPTS = {
    "admiration": "Admiration",
    "amusement": "Amusement",
    "anger": "Fury",
    "curiosity": "Curiosity",
    "fear": "Fright",
    "joy": "Delight",
    "neutral": "",
    "sadness": "Grief",
}
THINGS = [
    "dog",
    "car",
    "poet",
    "boat",
    "hill",
    "phone",
    "river",
    "clown",
    "ghost",
    "lamp",
    "bus",
    "book",
]


def rows(things: list[str]) -> list[tuple[str, str]]:
    return [
        (phrase.format(thing), label)
        for thing in things
        for label in LABELS
        for phrase in SAID[label]
    ]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "labels.txt").write_text("\n".join(LABELS))
    for name, things in (("train.tsv", THINGS[:7]), ("dev.tsv", THINGS[7:])):
        lines = [
            f"{text}\t{LABELS.index(label)}\tid{number}"
            for number, (text, label) in enumerate(rows(things))
        ]
        (folder / name).write_text("\n".join(lines) + "\n")
    (folder / "texts").mkdir()
    lines = [f"{text}\t{CONCEPTS[label]}\tchat" for text, label in rows(THINGS)]
    (folder / "texts" / "all.tsv").write_text(
        "\n".join(["text\tconcepts\tregister", *lines]) + "\n"
    )
    return folder


def train(data: Path, output: Path, *arguments: str) -> Done:
    return tone("train", "--data", data, "--output", output, *arguments)


@pytest.fixture(scope="module")
def linear(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("models") / "new"
    done = train(data, output, "--engine", "linear")
    assert done.status == 0, done.messages
    assert "linear, social, 120 texts: labels " in done.text
    assert "linear, general, " in done.text
    return output


@pytest.fixture(scope="module")
def both(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("models")
    done = train(data, output, "--epochs", "2")
    assert done.status == 0, done.messages
    assert "transformer, general, " in done.text
    return output


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load()


def primaries(engine: ModelEngine) -> list[str]:
    return [answer.primary for answer in engine.annotate(list(PLAIN), Options())]


PLAIN = {
    "how dare that goat shout at us": "Anger",
    "I cried over the goat": "Sadness",
    "the goat opens at nine": "Neutral",
}


def test_the_engine_linear_runs_on_what_was_trained(linear: Path, ontology: Ontology) -> None:
    assert {each.name for each in linear.iterdir()} == {"linear.npz", "fusion.json"}
    assert primaries(LinearEngine("general", ontology, linear)) == list(PLAIN.values())


def test_the_engine_transformer_runs_on_what_was_trained(both: Path, ontology: Ontology) -> None:
    names = {"linear.npz", "encoder.onnx", "tokenizer.json", "fusion.json"}
    assert {each.name for each in both.iterdir()} == names
    assert primaries(TransformerEngine("general", ontology, both)) == list(PLAIN.values())
    assert primaries(LinearEngine("general", ontology, both)) == list(PLAIN.values())


def test_the_same_seed_gives_the_same_bytes(data: Path, linear: Path, tmp_path: Path) -> None:
    again = tone("train", "--data", data, "-o", tmp_path, "--engine", "linear", PYTHONHASHSEED="7")
    assert again.status == 0, again.messages
    for name in ("linear.npz", "fusion.json"):
        assert (tmp_path / name).read_bytes() == (linear / name).read_bytes(), name


def test_what_is_not_trained_is_taken_from_the_output(
    data: Path, both: Path, tmp_path: Path
) -> None:
    shutil.copytree(both, tmp_path / "models")
    (tmp_path / "models" / "fusion.json").unlink()
    done = train(data, tmp_path / "models", "--engine", "linear")
    assert done.status == 0, done.messages
    fusion = json.loads((tmp_path / "models" / "fusion.json").read_text())
    assert fusion["engines"].keys() == {"linear", "transformer"}
    for name in ("encoder.onnx", "tokenizer.json", "fusion.json"):
        assert (tmp_path / "models" / name).read_bytes() == (both / name).read_bytes(), name


def test_held_out_texts_are_fitted_to_but_not_trained_on(
    data: Path, linear: Path, tmp_path: Path
) -> None:
    shutil.copytree(data, tmp_path / "data")
    table = tmp_path / "data" / "texts" / "all.tsv"
    header, *lines = table.read_text().splitlines()
    texts = [line.split("\t")[0] for line in lines]
    changed = [
        f"{text}\tGrief\tchat" if is_held_out(text) else line
        for text, line in zip(texts, lines, strict=True)
    ]
    assert 0.1 < sum(map(is_held_out, texts)) / len(texts) < 0.3
    table.write_text("\n".join([header, *changed]))
    done = train(tmp_path / "data", tmp_path / "new", "--engine", "linear")
    assert done.status == 0, done.messages
    assert (tmp_path / "new" / "linear.npz").read_bytes() == (linear / "linear.npz").read_bytes()
    before, after = (
        json.loads((folder / "fusion.json").read_text())["engines"]["linear"]
        for folder in (linear, tmp_path / "new")
    )
    assert before["social"] == after["social"]
    assert before["general"] != after["general"]


def test_a_text_has_the_same_scores_in_training_and_in_the_engine(linear: Path) -> None:
    texts = [
        *PLAIN,
        "Why would a GHOST do that?! I'm so, so sad",
        "ghost " * 30,
        "zzz qqq",
        "",
        "é",
    ]
    with np.load(linear / "linear.npz") as file:
        features = file["features"].tobytes().decode().split("\n")
        coefficients = file["weights"] * file["scales"].astype(float)
        trained = Vectors(features, file["idf"]).matrix(texts) @ coefficients + file["bias"]
    assert features == sorted(features)
    scores = NgramModel(linear / "linear.npz").scores(texts)
    np.testing.assert_allclose(scores, trained, rtol=1e-4, atol=1e-4)


def test_the_fit_finds_the_weights_that_made_the_texts(ontology: Ontology) -> None:
    targets = Targets(ontology, LABELS)
    chance = np.random.default_rng(3)
    count, labels, nodes = 6000, len(LABELS), len(targets.nodes)
    signals = Signals(
        labels=chance.normal(-2, 2, (count, labels)),
        nodes=chance.normal(0, 3, (count, nodes)),
        ngrams=chance.normal(-1, 2, (count, labels + 8)),
        lexicon=chance.dirichlet(np.full(8, 0.2), count),
        lexicon_nodes=np.zeros((count, nodes)),
        denied=chance.uniform(0.05, 0.5, (count, 8)),
    )
    chances = 1 / (1 + np.exp(-(0.7 * signals.labels + 0.4 * signals.ngrams[:, :labels] + 0.5)))
    drawn = (chance.random((count, labels)) < chances).astype(float)
    guess = fit(targets, signals, Gold(np.eye(8)[np.zeros(count, int)], ((),) * count, drawn))
    assert guess.label_weights == pytest.approx({"encoder": 0.7, "linear": 0.4}, abs=0.03)
    assert guess.label_bias == pytest.approx(np.full(labels, 0.5), abs=0.2)

    sources = Model(targets, guess).class_sources(signals)
    logits = 0.8 * np.log(sources["concepts"]) + 0.5 * np.log(sources["ngrams"])
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    classes = np.eye(8)[[chance.choice(8, p=each) for each in shares]]
    found = fit(targets, signals, Gold(classes, ((),) * count, drawn))
    expected = {"concepts": 0.8, "ngrams": 0.5, "labels": 0.0, "lexicon": 0.0, "denied": 0.0}
    assert found.class_weights == pytest.approx(expected, abs=0.07)
    sums = Model(targets, found).classes(signals).mean(0)
    np.testing.assert_allclose(sums, classes.mean(0), atol=1e-3)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("labels.txt", None, "labels.txt: cannot be read"),
        ("labels.txt", "joy\nschadenfreude", "labels.txt: no mapping holds schadenfreude"),
        ("labels.txt", "joy\njoy", "labels.txt: repeats a label"),
        ("train.tsv", "fine\t0\tx\nno label\n", "train.tsv:2: not a row"),
        ("train.tsv", "fine\t8\tx\n", "train.tsv:1: not a row"),
        ("train.tsv", "", "train.tsv: holds no texts"),
        ("dev.tsv", b"\xff\t0\tx\n", "dev.tsv: is not UTF-8"),
        ("dev.tsv", "fine\t0\tx\n" * 4, "dev.tsv: holds too few texts"),
        ("texts/all.tsv", "text\tconcept\nhm\tJoy", "all.tsv:1: the columns must be"),
        ("texts/all.tsv", "text\tconcepts\tregister\nhm\tMirth\tchat", "all.tsv:2: there is no"),
        ("texts/all.tsv", "text\tconcepts\tregister\nhm\tJoy", "all.tsv:2: 2 columns"),
        ("texts/all.tsv", None, "texts: holds no tables"),
        ("texts/all.tsv", "text\tconcepts\tregister\nhm\tJoy\tchat", "texts: holds too few"),
    ],
)
def test_a_fault_of_the_data_is_told_with_its_place(
    data: Path,
    tmp_path: Path,
    ontology: Ontology,
    name: str,
    content: str | bytes | None,
    problem: str,
) -> None:
    shutil.copytree(data, tmp_path / "data")
    path = tmp_path / "data" / name
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SourceError) as error:
        read_data(tmp_path / "data", ontology)
    assert problem in str(error.value)


def test_nothing_is_written_where_a_model_is_missing(data: Path, tmp_path: Path) -> None:
    done = train(data, tmp_path / "new", "--engine", "transformer")
    assert (done.status, done.text) == (2, "")
    assert "linear.npz is not there yet: train the engine linear first" in done.messages
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        (LABELS[::-1], "is of other labels or concepts than the data"),
        (LABELS[1:], "linear.npz: has 16 outputs, not 15"),
    ],
)
def test_a_model_of_other_labels_is_not_taken_from_the_output(
    data: Path, linear: Path, tmp_path: Path, labels: tuple[str, ...], problem: str
) -> None:
    shutil.copytree(data, tmp_path / "data")
    (tmp_path / "data" / "labels.txt").write_text("\n".join(labels))
    for name in ("train.tsv", "dev.tsv"):
        (tmp_path / "data" / name).write_text("fine\t0\tid\n" * 5)
    shutil.copytree(linear, tmp_path / "models")
    done = train(tmp_path / "data", tmp_path / "models", "--engine", "transformer")
    assert (done.status, done.text) == (2, "")
    assert problem in done.messages


def test_a_broken_model_is_named_before_the_training(
    data: Path, linear: Path, tmp_path: Path
) -> None:
    shutil.copytree(linear, tmp_path / "models")
    broken = tmp_path / "models" / "linear.npz"
    broken.write_text("no model")
    done = train(data, broken.parent, "--engine", "transformer")
    assert done.status == 2
    assert f"{broken}: is no n-gram model" in done.messages


@pytest.mark.parametrize(
    ("engine", "library"), [("linear", "sklearn"), ("linear", "scipy"), ("all", "torch")]
)
def test_a_missing_library_is_told_before_the_training(
    data: Path, tmp_path: Path, engine: str, library: str
) -> None:
    (tmp_path / f"{library}.py").write_text(f"raise ImportError(name={library!r})")
    done = tone(
        *("train", "--data", data, "-o", tmp_path / "new", "--engine", engine),
        PYTHONPATH=str(tmp_path),
    )
    assert (done.status, done.text) == (2, "")
    assert f"training needs {library}: pip install 'tone-kg[train]'" in done.messages
    assert not (tmp_path / "new").exists()


def test_wrong_use_is_told(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for arguments, problem in [
        (("--data", tmp_path / "none", "-o", tmp_path), "none: is no folder"),
        (("--data", data, "-o", tmp_path / "file"), "file is no folder"),
        (("--data", data, "-o", tmp_path / "file" / "new"), "file is no folder"),
        (("--data", data, "--engine", "linear", "--epochs", "1"), "--epochs is for the encoder"),
        (("--data", data, "--epochs", "0"), "--epochs"),
        (("--data", data, "--epochs", "nan"), "--epochs"),
        (("--data", data, "--seed", str(2**64)), "--seed"),
        (("--data", data, "--engine", "lexicon"), "--engine"),
        (("--data", data), "outside of a checkout of TONE, --output must say where to write"),
        ((), "--data"),
    ]:
        done = tone("train", *arguments, cwd=tmp_path)
        assert (done.status, done.text) == (2, "")
        assert problem in done.messages
