"""The sentence encoder: scores of a text by a small transformer, run by ONNX Runtime.

One text a call and one thread a call: with the dynamic 8-bit arithmetic of the model, a text's
scores would depend on the texts beside it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from ...ontology.errors import SourceError, ToneError
from .fusion import Floats, sigmoid, softmax
from .sentences import sentence_spans
from .tokens import Span

LONGEST = 126
"""Word pieces that are scored at once; the model's own limit is higher, its training was not."""


class Scores(NamedTuple):
    """Of one text: logits of the labels, and of the nodes; whether it was scored in pieces."""

    labels: Floats
    concepts: Floats
    cut: bool


Pieces = tuple[int, ...]
Known = dict[Pieces, tuple[Floats, Floats]]
"""Scores by word pieces, for texts that share most of them."""


class Encoder:
    """Scores texts. Instances may be shared by threads.

    Args:
        model: an ONNX model with the input `ids` (1, pieces) and the outputs `goemotions`
            (1, labels) and `concepts` (1, nodes).
        tokenizer: its word pieces, in the form of the `tokenizers` library.

    Raises:
        SourceError: a file is missing or not of that form.
        ToneError: ONNX Runtime or tokenizers is not installed.
    """

    def __init__(self, model: Path, tokenizer: Path) -> None:
        try:
            import onnxruntime  # type: ignore[import-untyped]
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ToneError(
                f"the engine transformer needs {error.name}: pip install {error.name}"
            ) from None
        for path in (model, tokenizer):
            if not path.is_file():
                raise SourceError(path, None, "cannot be read (no such file)")
        try:
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception:  # the library raises nothing narrower
            raise SourceError(tokenizer, None, "is no tokenizer") from None
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._begin = self._tokenizer.token_to_id("[CLS]")
        self._end = self._tokenizer.token_to_id("[SEP]")
        if self._begin is None or self._end is None:
            raise SourceError(tokenizer, None, "has no [CLS] and [SEP]")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4  # what fails is raised, and need not be logged as well
        try:
            self._session = onnxruntime.InferenceSession(
                str(model), options, providers=["CPUExecutionProvider"]
            )
            sizes = {each.name: each.shape[-1] for each in self._session.get_outputs()}
            self.labels, self.concepts = sizes["goemotions"], sizes["concepts"]
        except Exception:  # the library's exceptions have no common base that it makes public
            raise SourceError(model, None, "is no encoder") from None
        last = max(self._tokenizer.get_vocab().values())
        try:
            self._run((last,), None)
        except Exception:
            raise SourceError(model, None, f"does not run on the pieces of {tokenizer}") from None

    def scores(self, text: str, known: Known | None = None) -> Scores:
        """Return the scores of a text; the same ones whatever else is scored meanwhile.

        A text of more than `LONGEST` word pieces is scored sentence by sentence; its
        probabilities are the means of theirs, by length.

        Args:
            text: any string.
            known: scores to use and to add to.
        """
        return self._scores(self._chunks(text), known)

    def scores_of(self, texts: Sequence[str], known: Known | None = None) -> list[Scores]:
        """Return the scores of each text, several at a time if there are processors for it."""
        return _each(lambda text: self.scores(text, known), texts)

    def scores_without(self, text: str, spans: Sequence[Span], known: Known) -> list[Scores]:
        """Return the scores of a text without each of some spans.

        What remains is cut where the whole text is, so that only the piece of text that a span
        stands in is scored anew.

        Args:
            text: any string.
            spans: begin and end of what to leave out.
            known: scores to use and to add to.
        """
        chunks, places = self._chunks(text), self._places(text)

        def without(span: Span) -> list[Pieces]:
            begin, end = span
            rest = [
                chunk
                if not of_chunk or of_chunk[-1][1] <= begin or of_chunk[0][0] >= end
                else tuple(
                    piece
                    for piece, (first, last) in zip(chunk, of_chunk, strict=True)
                    if last <= begin or first >= end
                )
                for chunk, of_chunk in zip(chunks, places, strict=True)
            ]
            return [each for each in rest if each] or [()]

        return _each(lambda span: self._scores(without(span), known), spans)

    def _scores(self, chunks: Sequence[Pieces], known: Known | None) -> Scores:
        scored = [self._run(chunk, known) for chunk in chunks]
        if len(scored) == 1:
            return Scores(*scored[0], False)
        lengths = [len(chunk) for chunk in chunks]
        labels = _mean([sigmoid(each) for each, _ in scored], lengths)
        nodes = _mean([softmax(each) for _, each in scored], lengths)
        return Scores(np.log(labels / (1 - labels)), np.log(nodes), True)

    def _run(self, pieces: Pieces, known: Known | None) -> tuple[Floats, Floats]:
        if known is not None and pieces in known:
            return known[pieces]
        ids = np.array([[self._begin, *pieces, self._end]], np.int64)
        labels, nodes = self._session.run(["goemotions", "concepts"], {"ids": ids})
        scores = labels[0].astype(np.float64), nodes[0].astype(np.float64)
        if known is not None:
            known[pieces] = scores
        return scores

    def _chunks(self, text: str) -> list[Pieces]:
        """Return the word pieces of a text, cut where they are too many."""
        return [
            tuple(ids[at : at + LONGEST])
            for _, encoding in self._read(text)
            for ids in [encoding.ids]
            for at in range(0, len(ids), LONGEST)
        ] or [()]

    def _places(self, text: str) -> list[list[Span]]:
        """Return where the word pieces of `_chunks` stand in the text."""
        return [
            [(begin + first, begin + last) for first, last in offsets[at : at + LONGEST]]
            for begin, encoding in self._read(text)
            for offsets in [encoding.offsets]
            for at in range(0, len(offsets), LONGEST)
        ] or [[]]

    def _read(self, text: str) -> list[tuple[int, Any]]:
        """Return the encodings of a text, or of its sentences if it is long, and their begins."""
        whole = self._encode(text)
        if len(whole) <= LONGEST:
            return [(0, whole)]
        return [(begin, self._encode(text[begin:end])) for begin, end in sentence_spans(text)]

    def _encode(self, text: str) -> Any:
        # A lone surrogate is no Unicode text, which the tokenizer insists on.
        if not text.isascii():
            text = text.encode(errors="replace").decode()
        return self._tokenizer.encode(text, add_special_tokens=False)


Given = TypeVar("Given")


def _each(score: Callable[[Given], Scores], given: Sequence[Given]) -> list[Scores]:
    """Return the scores of each, several at a time if there are processors for it."""
    threads = min(len(given), _processors())
    if threads < 2:
        return [score(each) for each in given]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(score, given))


def _mean(rows: Sequence[Floats], lengths: Sequence[int]) -> Floats:
    total = np.zeros_like(rows[0])
    for row, length in zip(rows, lengths, strict=True):
        total += row * length
    return np.clip(total / sum(lengths), 1e-12, 1 - 1e-12)


def _processors() -> int:
    """Return how many processors this process may use: at most what OMP_NUM_THREADS says.

    Spark sets that to the processors of a task:
    https://spark.apache.org/docs/latest/configuration.html
    """
    if hasattr(os, "sched_getaffinity"):
        there = len(os.sched_getaffinity(0))
    else:
        there = os.cpu_count() or 1
    wanted = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return min(there, int(wanted)) if wanted.isdecimal() and int(wanted) else there
