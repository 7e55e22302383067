"""Models small enough to know every weight, in the files that the engines read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers
from tone_kg.ontology import load
from tone_kg.service.mapping.fusion import CLASSES, NEUTRAL_NODE
from tone_kg.service.mapping.ngrams import pairs_of, parts_of

ENGINES = ("linear", "transformer")
"""The engines that use models."""

LABELS = ("anger", "curiosity", "grief", "joy", "neutral", "sadness")

WORDS = {
    "glorp": {"joy": 6.0, "Joy": 8.0, "Bliss": 12.0},
    "blick": {"grief": 6.0, "Sadness": 8.0, "Grief": 12.0},
    "wug": {"anger": 6.0, "Anger": 8.0, "Rage": 12.0},
    "dax": {"curiosity": 6.0, "other": 8.0, "Curiosity": 12.0},
    "fromp": {"joy": 6.0, "Joy": 12.0},
    "zix": {"sadness": 6.0, "Sadness": 12.0},
    "chair": {"neutral": 1.0, NEUTRAL_NODE: 1.0},
}
"""What words that no vocabulary holds add to the logits of labels, classes and nodes."""

PAIRS = {
    "not glorp": {"joy": -12.0, "Joy": -12.0},
    "$ ^": {"anger": 12.0, "Anger": 12.0},  # written so; the end and begin of texts are no pair
}

SCALE = 0.1


def nodes() -> list[str]:
    """The nodes, as training orders them."""
    return [*sorted(load().concepts), NEUTRAL_NODE]


def write_models(folder: Path, **changes: Any) -> Path:
    """Write all files; `changes` are parameters that differ from those of `parameters`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_ngrams(folder / "linear.npz")
    (folder / "encoder.onnx").write_bytes(_encoder())
    (folder / "tokenizer.json").write_text(_tokenizer().to_str())
    write_fusion(folder / "fusion.json", **changes)
    return folder


def write_ngrams(path: Path, **changes: Any) -> None:
    """Write the n-gram model; `changes` replace its arrays."""
    outputs = (*LABELS, *CLASSES)
    features = {f"w{word}": added for word, added in WORDS.items()}
    for pair, added in PAIRS.items():
        [_, feature, _] = pairs_of(pair.split())
        features[feature] = added
    features |= {part: {} for part in parts_of("glorp")[1:]}
    names = sorted(features)
    weights = np.zeros((len(names), len(outputs)), np.int8)
    for at, name in enumerate(names):
        for output, value in features[name].items():
            if output in outputs:
                weights[at, outputs.index(output)] = round(value / SCALE)
    arrays: dict[str, Any] = {
        "version": np.int64(1),
        "features": np.frombuffer("\n".join(names).encode(), np.uint8),
        "idf": np.full(len(names), 2, np.float32),
        "weights": weights,
        "scales": np.full(len(outputs), SCALE, np.float32),
        "bias": np.array([-2.0] * len(LABELS) + [0.0] * len(CLASSES), np.float32),
    }
    np.savez(path, **(arrays | changes))


def parameters(encoder: bool) -> dict[str, Any]:
    """The parameters of one engine and profile."""
    concepts = {"concepts": 0.5} if encoder else {}
    return {
        "label_weights": {"linear": 1.0} | ({"encoder": 0.5} if encoder else {}),
        "label_bias": [0.0] * len(LABELS),
        "label_thresholds": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
        "label_factors": [1.0] * len(LABELS),
        "class_weights": {"labels": 0.5, "ngrams": 1.0, "lexicon": 0.4} | concepts,
        "class_bias": [0.0] * 8,
        "primary_weights": {"labels": 0.5, "ngrams": 0.7, "lexicon": 0.3} | concepts,
        "primary_bias": [3.0] * 6,
        "primary_thresholds": [0.5] * 6,
        "within_weights": {"labels": 0.3, "lexicon": 1.0} | concepts,
    }


def write_fusion(path: Path, **changes: Any) -> None:
    """Write the parameters, the same ones for both profiles."""
    ontology = load()
    models = [path.with_name(name) for name in ("linear.npz", "encoder.onnx", "tokenizer.json")]
    content = {
        "version": 1,
        "models": {each.name: sha256(each.read_bytes()).hexdigest() for each in models},
        "labels": LABELS,
        "concepts": nodes(),
        "paths": {node: ontology.path(node) for node in ontology.concepts}
        | {NEUTRAL_NODE: [NEUTRAL_NODE]},
        "engines": {
            engine: dict.fromkeys(
                ("general", "social"), parameters(engine == "transformer") | changes
            )
            for engine in ("linear", "transformer")
        },
    }
    path.write_text(json.dumps(content))


_SPECIAL = ("[UNK]", "[CLS]", "[SEP]")


@cache
def _tokenizer() -> Tokenizer:
    words = {word: at for at, word in enumerate((*_SPECIAL, *WORDS, *"abcdefg"))}
    tokenizer = Tokenizer(models.WordLevel(words, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


@cache
def _encoder() -> bytes:
    """A model that adds up what its words say: Gather and ReduceSum."""

    def table(outputs: list[str]) -> np.ndarray[Any, Any]:
        rows: list[Mapping[str, float]] = [{}] * len(_SPECIAL)
        rows += [*WORDS.values(), *[{}] * 7]
        return np.array([[row.get(each, 0.0) for each in outputs] for row in rows], np.float32)

    graph = helper.make_graph(
        [
            node
            for name in ("goemotions", "concepts")
            for node in (
                helper.make_node("Gather", [f"{name}_table", "ids"], [f"{name}_words"]),
                helper.make_node("ReduceSum", [f"{name}_words", "axis"], [name], keepdims=0),
            )
        ],
        "small",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "n"])],
        [
            helper.make_tensor_value_info("goemotions", TensorProto.FLOAT, [1, len(LABELS)]),
            helper.make_tensor_value_info("concepts", TensorProto.FLOAT, [1, len(nodes())]),
        ],
        [
            numpy_helper.from_array(table(list(LABELS)), "goemotions_table"),
            numpy_helper.from_array(table(nodes()), "concepts_table"),
            numpy_helper.from_array(np.array([1], np.int64), "axis"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data
