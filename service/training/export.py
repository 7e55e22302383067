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

    network.eval()
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
