"""Narrower feed-forward blocks: what a network said before, it says after, as far as it can."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tone_kg.service.training.pruning import prune
from transformers import BertConfig, BertModel

NEURONS = 24
TEXTS = [[2, *range(5 + at, 5 + at + at % 7), 3] for at in range(60)]


def silent(stage: str, done: int, total: int) -> None:
    pass


def network(idle: int) -> Any:
    """A network each of whose blocks has neurons that vary, and idle ones that never do."""
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=90,
        hidden_size=16,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=NEURONS + idle,
        initializer_range=0.3,
        attn_implementation="eager",
    )
    made = BertModel(config).eval()
    with torch.no_grad():
        for layer in made.encoder.layer:
            layer.intermediate.dense.weight[::2][:idle] = 0
            layer.intermediate.dense.bias[::2][:idle] = 1.5
    return made


def outputs(of: Any) -> torch.Tensor:
    with torch.no_grad():
        return torch.cat([of(torch.tensor([each])).last_hidden_state[0] for each in TEXTS])


def widths(of: Any) -> list[int]:
    return [layer.intermediate.dense.weight.shape[0] for layer in of.encoder.layer]


def test_neurons_that_never_vary_can_go_without_a_trace() -> None:
    pruned = network(idle=16)
    before = outputs(pruned)
    prune(pruned, TEXTS, NEURONS, silent)
    assert widths(pruned) == [NEURONS, NEURONS, NEURONS + 16]
    assert torch.allclose(outputs(pruned), before, atol=0.01)


def test_neurons_that_are_left_make_up_for_the_others() -> None:
    pruned, cut = network(idle=0), network(idle=0)
    before = outputs(pruned)
    prune(pruned, TEXTS, NEURONS // 2, silent)
    with torch.no_grad():
        for layer, narrow in zip(cut.encoder.layer, pruned.encoder.layer, strict=True):
            kept = [
                any(torch.equal(row, one) for one in narrow.intermediate.dense.weight)
                for row in layer.intermediate.dense.weight
            ]
            layer.output.dense.weight[:, ~torch.tensor(kept)] = 0
    lost = (outputs(pruned) - before).square().mean()
    assert float(lost) < 0.5 * float((outputs(cut) - before).square().mean())


def test_blocks_that_are_narrow_already_stay_as_they_are() -> None:
    same = network(idle=0)
    before = outputs(same)
    prune(same, TEXTS, NEURONS, silent)
    assert torch.equal(outputs(same), before)


@pytest.mark.parametrize("seen", [[[2, 3]], TEXTS[:2]])
def test_few_texts_are_enough_for_a_solution(seen: list[list[int]]) -> None:
    pruned = network(idle=0)
    prune(pruned, seen, NEURONS // 2, silent)
    assert torch.isfinite(outputs(pruned)).all()
