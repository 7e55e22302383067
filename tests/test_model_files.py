"""The files of the models: missing, broken, or not fit for one another."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from live_server import live_server
from small_models import ENGINES, LABELS, write_fusion, write_models, write_ngrams
from small_vocabulary import small_ontology
from tone_command import tone
from tone_kg.ontology.errors import SourceError, ToneError
from tone_kg.service import Annotator


@pytest.mark.parametrize("engine", ENGINES)
def test_a_missing_model_is_told(engine: str, tmp_path: Path) -> None:
    with pytest.raises(ToneError, match=rf"engine {engine} needs linear.npz, .*tone train"):
        Annotator(engine, models=tmp_path)
    done = tone("annotate", "--engine", engine, "glorp", TONE_MODELS=str(tmp_path))
    assert (done.status, done.text) == (2, "")
    assert "needs linear.npz" in done.messages
    done = tone("serve", "--engine", engine, "--port", "0", TONE_MODELS=str(tmp_path))
    assert done.status == 2
    assert "needs linear.npz" in done.messages


def test_a_service_without_a_model_says_so_without_its_folders(tmp_path: Path) -> None:
    with live_server(
        tmp_path, TONE_MODELS=str(tmp_path / "none"), TONE_ENGINE="lexicon"
    ) as service:
        answer = service.post_json("/v1/annotate", {"text": "glorp", "engine": "linear"})
        problem = answer.problem(400, field="engine")
        assert "not installed" in problem["detail"]
        assert str(tmp_path) not in answer.text
        assert service.post_json("/v1/annotate", {"text": "happy"}).status == 200


def test_a_service_with_a_broken_model_says_so_without_its_folders(
    models: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    for each in models.iterdir():
        (folder / each.name).write_bytes(each.read_bytes())
    (folder / "fusion.json").write_text("{")
    with live_server(tmp_path, TONE_MODELS=str(folder), TONE_ENGINE="lexicon") as service:
        for path, body in (
            ("/v1/annotate", {"text": "glorp"}),
            ("/v1/annotate/batch", {"texts": ["glorp"]}),
        ):
            answer = service.post_json(path, body | {"engine": "linear"})
            problem = answer.problem(500, field="engine")
            assert problem["detail"] == "the engine linear cannot be loaded here"
            assert str(folder) not in answer.text


def test_a_service_uses_the_models_that_it_is_given(models: Path, tmp_path: Path) -> None:
    with live_server(tmp_path, TONE_MODELS=str(models), TONE_ENGINE="linear") as service:
        answer = service.post_json("/v1/annotate", {"text": "what a blick"}).json
        expected = Annotator("linear", models=models).annotate_one("what a blick")
        assert answer == json.loads(json.dumps(expected.to_dict()))


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("linear.npz", b"PK\x03\x04 no archive", "is no n-gram model"),
        ("linear.npz", b"", "is no n-gram model"),
        ("encoder.onnx", b"no model", "is no encoder"),
        ("tokenizer.json", b"{}", "is no tokenizer"),
        ("fusion.json", b"{", "is not JSON"),
        ("fusion.json", b'{"version": 2}', "version 1"),
        ("fusion.json", b'{"version": 1}', "has no 'labels'"),
    ],
)
def test_a_broken_file_is_told(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    folder = write_models(tmp_path)
    (folder / name).write_bytes(content)
    with pytest.raises(SourceError, match=problem) as raised:
        Annotator("transformer", ontology=small_ontology(), models=folder)
    assert str(raised.value).startswith(str(folder / name))


@pytest.mark.parametrize(
    "change",
    [
        {"version": np.array([1, 2])},
        {"version": np.array("one", object)},
        {"features": np.frombuffer(b"wglorp\xff", np.uint8)},
        {"idf": np.array(["high"])},
        {"scales": np.array(["high"])},
        {"scales": np.full(len(LABELS) + 8, np.nan, np.float32)},
    ],
)
def test_a_part_of_the_n_gram_model_that_is_wrong_is_told(
    tmp_path: Path, change: dict[str, object]
) -> None:
    folder = write_models(tmp_path)
    write_ngrams(folder / "linear.npz", **change)
    with pytest.raises(SourceError, match="is no n-gram model"):
        Annotator("linear", ontology=small_ontology(), models=folder)


def test_one_array_is_no_n_gram_model(tmp_path: Path) -> None:
    folder = write_models(tmp_path)
    with (folder / "linear.npz").open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(SourceError, match="is no n-gram model"):
        Annotator("linear", ontology=small_ontology(), models=folder)


def test_parameters_that_are_no_numbers_are_told(tmp_path: Path) -> None:
    folder = write_models(tmp_path, class_bias=[float("nan")] * 8)
    with pytest.raises(SourceError, match="class_bias has a value that is no finite number"):
        Annotator("linear", ontology=small_ontology(), models=folder)
    write_models(folder, label_weights={"linear": float("inf")})
    with pytest.raises(SourceError, match="label_weights has a value that is no finite number"):
        Annotator("linear", ontology=small_ontology(), models=folder)
    (folder / "fusion.json").write_text("[" * 100_000)
    with pytest.raises(SourceError, match="is not JSON"):
        Annotator("linear", ontology=small_ontology(), models=folder)


def test_a_tokenizer_that_does_not_fit_the_encoder_is_told(tmp_path: Path) -> None:
    folder = write_models(tmp_path)
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    words = tokenizer["model"]["vocab"]
    words["glorp"] = 1_000
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(SourceError, match=r"encoder.onnx: does not run on .*tokenizer.json"):
        Annotator("transformer", ontology=small_ontology(), models=folder)
    del words["[CLS]"]
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(SourceError, match=r"tokenizer.json: has no \[CLS\] and \[SEP\]"):
        Annotator("transformer", ontology=small_ontology(), models=folder)


def test_models_that_do_not_fit_together_are_told(tmp_path: Path) -> None:
    folder = write_models(tmp_path)
    write_ngrams(folder / "linear.npz", version=np.int64(2))
    with pytest.raises(SourceError, match="layout 2"):
        Annotator("linear", ontology=small_ontology(), models=folder)
    write_ngrams(folder / "linear.npz", bias=np.zeros(3, np.float32))
    with pytest.raises(SourceError, match="sizes"):
        Annotator("linear", ontology=small_ontology(), models=folder)
    write_ngrams(folder / "linear.npz")
    write_fusion(folder / "fusion.json", label_bias=[0.0])
    with pytest.raises(SourceError, match="label_bias has not 6 values"):
        Annotator("linear", ontology=small_ontology(), models=folder)


def test_models_of_different_trainings_are_told(tmp_path: Path) -> None:
    folder = write_models(tmp_path)
    write_ngrams(folder / "linear.npz", bias=np.ones(len(LABELS) + 8, np.float32))
    with pytest.raises(SourceError, match=r"fusion.json: was not fitted to the linear.npz beside"):
        Annotator("linear", ontology=small_ontology(), models=folder)


def test_serving_needs_nothing_of_training(models: Path) -> None:
    code = (
        "import sys\n"
        "for name in ('torch', 'transformers', 'sklearn', 'scipy', 'onnx', 'pandas'):\n"
        "    sys.modules[name] = None\n"
        "if sys.argv[2] == 'linear':\n"
        "    sys.modules['onnxruntime'] = sys.modules['tokenizers'] = None\n"
        "from tone_kg.service import Annotator\n"
        "print(Annotator(sys.argv[2], models=sys.argv[1]).annotate_one('the blick').primary)"
    )
    for engine in ENGINES:
        command = [sys.executable, "-c", code, models, engine]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.stdout == "Sadness\n", done.stderr
