"""Turns a trained encoder into the ONNX model of 8-bit integers that the engine runs."""

from __future__ import annotations

import logging
import tempfile
import warnings
from pathlib import Path
from typing import Any

OPSET = 17
"""The ONNX operators used: old enough for every ONNX Runtime of the last years."""


def to_onnx(network: Any) -> bytes:
    """Return a network of `encoder.make_network` as an ONNX model.

    Input `ids` (1, pieces) int64; outputs `goemotions` and `concepts`, logits. Weights are 8-bit
    integers, one scale a column; activations become 8-bit at run time. Of the 8 bits 7 are used,
    since sums of full products overflow 16 bits on processors without VNNI.
    """
    import torch
    from onnxruntime.quantization import (  # type: ignore[import-untyped]
        QuantType,
        quantize_dynamic,
    )

    network = _of_one_text(network)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exact, small = str(Path(folder, "exact.onnx")), Path(folder, "small.onnx")
        torch.onnx.export(
            network,
            (torch.arange(1000, 1012)[None],),
            exact,
            input_names=["ids"],
            output_names=["goemotions", "concepts"],
            dynamic_axes={"ids": {1: "pieces"}},
            opset_version=OPSET,
            dynamo=False,
        )
        level = logging.root.level
        logging.root.setLevel(logging.ERROR)  # it advises a preprocessing that changes nothing
        try:
            quantize_dynamic(
                exact, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8
            )
        finally:
            logging.root.setLevel(level)
        return small.read_bytes()


def _of_one_text(network: Any) -> Any:
    """Return the same network for one text at a time, with fewer and larger steps.

    Without the dimension of texts, and with query, key and value of a layer worked out in one
    product: the same sums, in less time.
    """
    import torch
    from torch import nn

    class OfOneText(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            embeddings = network.base.embeddings
            kind = embeddings.token_type_embeddings.weight[0]
            self.words = embeddings.word_embeddings
            self.places = nn.Parameter(embeddings.position_embeddings.weight + kind)
            self.norm = embeddings.LayerNorm
            layers = network.base.encoder.layer
            self.layers, self.last = layers[:-1], layers[-1]
            self.products = nn.ModuleList(
                _joined(each.query, each.key, each.value)
                for each in (layer.attention.self for layer in self.layers)
            )
            last = self.last.attention.self
            self.query, self.last_product = last.query, _joined(last.key, last.value)
            self.heads = network.base.config.num_attention_heads
            self.labels, self.nodes = network.labels, network.nodes

        def forward(self, ids: Any) -> tuple[Any, Any]:
            pieces = ids[0]
            hidden = self.norm(self.words(pieces) + self.places[: pieces.shape[0]])
            for layer, product in zip(self.layers, self.products, strict=True):
                query, key, value = product(hidden).chunk(3, 1)
                hidden = self._read(layer, query, key, value, hidden)
            first, (key, value) = hidden[:1], self.last_product(hidden).chunk(2, 1)
            gathered = self._read(self.last, self.query(first), key, value, first)
            pooled = torch.cat([gathered[0], hidden.mean(0), hidden.max(0).values])[None]
            return self.labels(pooled), self.nodes(pooled)

        def _read(self, layer: Any, query: Any, key: Any, value: Any, hidden: Any) -> Any:
            query, value = self._by_head(query), self._by_head(value)
            key = key.reshape(-1, self.heads, key.shape[1] // self.heads).permute(1, 2, 0)
            likeness = torch.softmax(query @ key * query.shape[2] ** -0.5, 2)
            seen = (likeness @ value).transpose(0, 1).reshape(-1, hidden.shape[1])
            hidden = layer.attention.output(seen, hidden)
            return layer.output(layer.intermediate(hidden), hidden)

        def _by_head(self, hidden: Any) -> Any:
            width = hidden.shape[1] // self.heads
            return hidden.reshape(-1, self.heads, width).transpose(0, 1)

    def _joined(*parts: Any) -> Any:
        joined = nn.Linear(parts[0].in_features, sum(each.out_features for each in parts))
        joined.weight = nn.Parameter(torch.cat([each.weight for each in parts]))
        joined.bias = nn.Parameter(torch.cat([each.bias for each in parts]))
        return joined

    return OfOneText().eval()
