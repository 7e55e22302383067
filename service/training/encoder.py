"""Fine-tunes a small sentence encoder to tell GoEmotions labels and places in the ontology.

all-MiniLM-L6-v2 (Wang et al. 2020, https://arxiv.org/abs/2002.10957; Reimers and Gurevych 2019,
https://arxiv.org/abs/1908.10084) with its last layers trained. The layers below stay as they are,
so what they say of each text is worked out once. This is what needs torch; nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...ontology.errors import ToneError
from ..mapping.fusion import CLASSES, Floats
from .goemotions import Example
from .progress import Progress
from .pruning import prune
from .targets import Targets
from .texts import ConceptText

_BATCH = 32
_LOWER_BATCH = 64
_LEAST = 1e-9
_FAR = 1e4
"""Taken off what is only padding, so that no maximum is there."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train.

    `neurons` stay in each feed-forward block of the encoder, fitted on `pruning_texts` texts.
    `trained_layers` are the last ones of the encoder; `epochs` passes over the texts, each of
    ours `repeats` times; `rate` is the peak of AdamW's learning rate for the layers, `head_rate`
    for the outputs: both rise over `warm_up` of the steps, then fall to 0. `labelled_pieces` and
    `text_pieces` are the word pieces read of a text of GoEmotions and of ours. `class_weight` is
    how much the class of a labelled text counts beside its labels, `text_weight` how much one of
    our texts beside a labelled one.
    """

    neurons: int = 1024
    pruning_texts: int = 2000
    trained_layers: int = 3
    epochs: float = 3
    repeats: int = 1
    rate: float = 2e-4
    head_rate: float = 1e-3
    decay: float = 0.01
    warm_up: float = 0.06
    dropout: float = 0.1
    labelled_pieces: int = 48
    text_pieces: int = 80
    class_weight: float = 0.3
    text_weight: float = 1.2


def load_base(folder: Path) -> tuple[Any, Any]:
    """Return the tokenizer and the encoder in a sentence-transformers folder.

    Raises:
        ToneError: the folder holds no such encoder.
    """
    from tokenizers import Tokenizer
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        base = AutoModel.from_pretrained(
            str(folder), attn_implementation="eager", local_files_only=True
        )
    except Exception as error:  # the libraries have no common base of theirs
        reason = str(error).strip().partition("\n")[0][:200]
        raise ToneError(f"the encoder in {folder} cannot be loaded: {reason}") from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer, base.float().eval()


def make_network(base: Any, labels: int, nodes: int, recipe: Recipe) -> Any:
    """Return the encoder with its outputs as a torch module.

    Called with ids (1, pieces), it returns logits of the labels (1, labels) and of the nodes
    (1, nodes). Both come from the last layer's output at the first piece, and the mean and the
    maximum over the text of the layer before: worked out for one piece, the last layer costs next
    to nothing.
    """
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            width = base.config.hidden_size
            self.base = base
            self.first = len(base.encoder.layer) - recipe.trained_layers
            self.drop = nn.Dropout(recipe.dropout)
            self.labels = nn.Linear(3 * width, labels)
            self.nodes = nn.Linear(3 * width, nodes)
            nn.init.constant_(self.labels.bias, -3.0)  # most labels are rare
            nn.init.zeros_(self.nodes.weight)
            nn.init.zeros_(self.nodes.bias)

        def lower(self, ids: Any, mask: Any) -> Any:
            hidden = self.base.embeddings(ids)
            return self._layers(self.base.encoder.layer[: self.first], hidden, mask)

        def upper(self, hidden: Any, mask: Any) -> tuple[Any, Any]:
            hidden = self._layers(self.base.encoder.layer[self.first : -1], hidden, mask)
            if mask is None:
                mean, most = hidden.mean(1), hidden.max(1).values
            else:
                there = mask[..., None]
                mean = (hidden * there).sum(1) / there.sum(1)
                most = (hidden - (1 - there) * _FAR).max(1).values
            gathered = self._gathered(self.base.encoder.layer[-1], hidden, mask)
            pooled = self.drop(torch.cat([gathered, mean, most], 1))
            return self.labels(pooled), self.nodes(pooled)

        def forward(self, ids: Any) -> tuple[Any, Any]:
            return self.upper(self.lower(ids, None), None)

        @staticmethod
        def _layers(layers: Any, hidden: Any, mask: Any) -> Any:
            barred = None if mask is None else (1 - mask)[:, None, None, :] * -_FAR * _FAR
            for layer in layers:
                hidden = layer(hidden) if barred is None else layer(hidden, barred)
                if isinstance(hidden, tuple):
                    hidden = hidden[0]
            return hidden

        @staticmethod
        def _gathered(layer: Any, hidden: Any, mask: Any) -> Any:
            """Return a layer's output at the first piece alone, which reads all of them."""
            attention, first = layer.attention.self, hidden[:, :1]
            query, key, value = (
                part(each).unflatten(2, (attention.num_attention_heads, -1)).transpose(1, 2)
                for part, each in (
                    (attention.query, first),
                    (attention.key, hidden),
                    (attention.value, hidden),
                )
            )
            likeness = query @ key.transpose(2, 3) * query.shape[3] ** -0.5
            if mask is not None:
                likeness = likeness - (1 - mask)[:, None, None, :] * _FAR * _FAR
            seen = attention.dropout(torch.softmax(likeness, 3)) @ value
            seen = layer.attention.output(seen.transpose(1, 2).flatten(2), first)
            return layer.output(layer.intermediate(seen), seen)[:, 0]

    return Network()


def train_encoder(
    tokenizer: Any,
    base: Any,
    targets: Targets,
    examples: Sequence[Example],
    texts: Sequence[ConceptText],
    seed: int,
    recipe: Recipe,
    progress: Progress = lambda stage, done, total: None,
) -> Any:
    """Return the trained network; the same seed gives the same one on the same machine.

    The labels learn by binary cross-entropy. The nodes are one softmax, whose sums over a concept
    and its kinds, and over classes, are what is made likely.

    Args:
        tokenizer: of the encoder.
        base: the encoder, whose last layers are changed.
        targets: what the outputs stand for.
        examples: labelled texts; their classes teach the nodes a little.
        texts: texts with concepts.
        seed: of the order of texts, the dropout and the first weights.
        recipe: how to train.
        progress: called with a stage's name, how much of it is done and how much there is.
    """
    import torch

    pieces = [
        *_pieces(tokenizer, [each.text for each in examples], recipe.labelled_pieces),
        *_pieces(tokenizer, [each.text for each in texts], recipe.text_pieces),
    ]
    prune(
        base, pieces[:: max(1, -(-len(pieces) // recipe.pruning_texts))], recipe.neurons, progress
    )
    torch.manual_seed(seed)
    network = make_network(base, len(targets.labels), len(targets.nodes), recipe)
    hidden = _lower(network, pieces, progress)
    labels = _tensor(targets.label_matrix(examples))
    classes = _tensor(
        np.concatenate([targets.classes_of_examples(examples), targets.classes_of_texts(texts)])
    )
    nodes = _tensor(targets.nodes_of_texts(texts))
    kinds, members = _tensor(targets.within), _tensor(np.eye(len(CLASSES))[targets.node_class])

    network.train()
    heads = [*network.labels.parameters(), *network.nodes.parameters()]
    layers = network.base.encoder.layer[network.first :].parameters()
    groups = [{"params": layers, "lr": recipe.rate}, {"params": heads, "lr": recipe.head_rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=recipe.decay)
    peaks = [group["lr"] for group in optimiser.param_groups]
    trained = [each for group in optimiser.param_groups for each in group["params"]]
    count = len(examples)
    pool = np.concatenate(
        [np.arange(count), np.tile(count + np.arange(len(texts)), recipe.repeats)]
    )
    steps = max(1, round(recipe.epochs * len(pool) / _BATCH))
    batches = _batches(pool, [len(each) for each in pieces], np.random.default_rng(seed))
    for step in range(steps):
        progress("encoder", step, steps)
        batch = next(batches)
        label_logits, node_logits = network.upper(*_padded(hidden, batch))
        shares = torch.softmax(node_logits, 1)
        class_loss = -(classes[batch] * torch.log(shares @ members + _LEAST)).sum(1)
        labelled = torch.tensor(batch < count)
        loss = torch.where(labelled, recipe.class_weight, recipe.text_weight) @ class_loss
        if labelled.any():
            loss = loss + torch.nn.functional.binary_cross_entropy_with_logits(
                label_logits[labelled], labels[batch[batch < count]], reduction="sum"
            )
        if not labelled.all():
            wanted = nodes[batch[batch >= count] - count]
            likely = torch.log(shares[~labelled] @ kinds + _LEAST)
            loss = loss - recipe.text_weight * (wanted * likely).sum()
        optimiser.zero_grad()
        (loss / len(batch)).backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        pace = min(1.0, (step + 1) / (recipe.warm_up * steps)) * (steps - step) / steps
        for group, peak in zip(optimiser.param_groups, peaks, strict=True):
            group["lr"] = peak * pace
        optimiser.step()
    return network.eval()


def _pieces(tokenizer: Any, texts: Sequence[str], most: int) -> list[list[int]]:
    tokenizer.enable_truncation(most)
    found = [each.ids for each in tokenizer.encode_batch(list(texts))]
    tokenizer.no_truncation()
    return found


def _lower(network: Any, pieces: Sequence[list[int]], progress: Progress) -> list[Any]:
    """Return what the frozen layers say of each text, (pieces, width) in half precision."""
    import torch

    network.eval()
    found: list[Any] = [None] * len(pieces)
    order = sorted(range(len(pieces)), key=lambda place: len(pieces[place]))
    with torch.no_grad():
        for start in range(0, len(order), _LOWER_BATCH):
            progress("lower layers", start, len(order))
            batch = order[start : start + _LOWER_BATCH]
            ids, mask = _blank(batch, [len(each) for each in pieces])
            ids = ids.long()
            for row, place in enumerate(batch):
                ids[row, : len(pieces[place])] = torch.tensor(pieces[place])
            hidden = network.lower(ids, mask)
            for row, place in enumerate(batch):
                found[place] = hidden[row, : len(pieces[place])].half().clone()
    return found


def _padded(hidden: Sequence[Any], batch: Sequence[int]) -> tuple[Any, Any]:
    import torch

    lengths = [len(hidden[place]) for place in batch]
    _, mask = _blank(range(len(batch)), lengths)
    padded = torch.zeros(*mask.shape, hidden[batch[0]].shape[1])
    for row, place in enumerate(batch):
        padded[row, : lengths[row]] = hidden[place].float()
    return padded, mask


def _blank(batch: Sequence[int], lengths: Sequence[int]) -> tuple[Any, Any]:
    """Return zeros (texts, pieces), and a mask of that shape, 1 where a text has a piece."""
    import torch

    mask = torch.zeros(len(batch), max(lengths[place] for place in batch))
    for row, place in enumerate(batch):
        mask[row, : lengths[place]] = 1
    return torch.zeros_like(mask), mask


def _batches(pool: Any, lengths: Sequence[int], random: np.random.Generator) -> Iterator[Any]:
    """Yield batches without end: all of the pool in a new order each time, alike in length."""
    while True:
        shuffled = random.permutation(pool)
        for start in range(0, len(shuffled), 100 * _BATCH):
            near = sorted(shuffled[start : start + 100 * _BATCH], key=lambda place: lengths[place])
            batches = [near[at : at + _BATCH] for at in range(0, len(near), _BATCH)]
            for place in random.permutation(len(batches)):
                yield np.array(batches[place])


def _tensor(matrix: Floats) -> Any:
    import torch

    return torch.tensor(matrix, dtype=torch.float32)
