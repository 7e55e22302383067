"""Makes an encoder faster: fewer neurons in its feed-forward blocks, the rest fitted to the whole.

After channel pruning (Y. He, X. Zhang, J. Sun, "Channel pruning for accelerating very deep neural
networks", ICCV 2017, https://arxiv.org/abs/1707.06168): the neurons that matter least are left out,
and least squares fit what the others add up to, to what the block gave before, on real texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .progress import Progress

_RIDGE = 1e-4
"""Of the mean variance of the neurons, added to all of them, so that a solution is there."""


def prune(base: Any, pieces: Sequence[list[int]], neurons: int, progress: Progress) -> None:
    """Leave so many neurons in each feed-forward block of an encoder, except in its last layer.

    Layers are changed one after the other, so that each makes up for the ones before.

    Args:
        base: a BERT of `transformers`, which is changed.
        pieces: ids of the word pieces of some texts like those that it will read.
        neurons: of a block; blocks that have no more stay as they are.
        progress: called with a stage's name, how much of it is done and how much there is.
    """
    import torch

    with torch.no_grad():
        texts = [base.embeddings(torch.tensor([each])) for each in pieces]
        layers = base.encoder.layer[:-1]
        for place, layer in enumerate(layers):
            progress("pruning", place, len(layers))
            seen = [_first(layer.attention(each)) for each in texts]
            if layer.intermediate.dense.out_features > neurons:
                _prune_block(layer, seen, neurons)
            texts = [layer.output(layer.intermediate(each), each) for each in seen]


def _prune_block(layer: Any, seen: Sequence[Any], neurons: int) -> None:
    import torch
    from torch import nn

    inner, outer = layer.intermediate.dense, layer.output.dense
    total = torch.zeros(inner.out_features, dtype=torch.float64)
    squares = torch.zeros(inner.out_features, inner.out_features, dtype=torch.float64)
    for each in seen:
        active = layer.intermediate(each)[0].double()
        total += active.sum(0)
        squares += active.T @ active
    count = sum(each.shape[1] for each in seen)
    mean = total / count
    covariance = squares / count - torch.outer(mean, mean)
    weight = outer.weight.double()
    effect = covariance.diagonal() * weight.square().sum(0)
    kept = effect.argsort(descending=True, stable=True)[:neurons].sort().values
    among = covariance[kept][:, kept]
    among += _RIDGE * among.diagonal().mean() * torch.eye(neurons, dtype=torch.float64)
    fitted = torch.linalg.solve(among, covariance[kept] @ weight.T).T
    bias = outer.bias.double() + weight @ mean - fitted @ mean[kept]
    inner.weight, inner.bias = nn.Parameter(inner.weight[kept]), nn.Parameter(inner.bias[kept])
    outer.weight, outer.bias = nn.Parameter(fitted.float()), nn.Parameter(bias.float())
    inner.out_features = outer.in_features = neurons


def _first(output: Any) -> Any:
    return output[0] if isinstance(output, tuple) else output
