"""Trains what the engines `linear` and `transformer` need, from labelled texts to files."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

import numpy as np

from ...ontology.errors import SourceError, ToneError
from ...ontology.files import write_together
from ...ontology.model import Ontology
from ..mapping.encoder import Encoder
from ..mapping.engines import ENCODER, FUSION, NGRAMS, TOKENIZER
from ..mapping.fusion import CLASSES, Parameters, read_fusion
from ..mapping.ngrams import NgramModel
from ..mapping.settings import PROFILES
from . import fusion
from .evaluation import FOLDS
from .figures import Figures, cross_fitted
from .fusion import Gold, Signals
from .goemotions import Example, read_examples, read_labels
from .lexicon_signals import lexicon_signals
from .progress import Progress
from .targets import Targets
from .texts import OWN, ConceptText, is_held_out, read_texts

LINEAR, TRANSFORMER = "linear", "transformer"

LIBRARIES = {
    LINEAR: ("scipy", "sklearn"),
    TRANSFORMER: ("scipy", "torch", "transformers", "onnx", "onnxscript"),
}
"""What the base install lacks and training the model of an engine needs."""


@dataclass(frozen=True, slots=True)
class Data:
    """The texts to train on and those to fit on, which are never trained on.

    `train` and `dev` have labels; `texts` and `held_out` have concepts.
    """

    targets: Targets
    train: list[Example]
    dev: list[Example]
    texts: list[ConceptText]
    held_out: list[ConceptText]


def read_data(folder: Path, ontology: Ontology) -> Data:
    """Return the data of a folder.

    Args:
        folder: holds `labels.txt`, `train.tsv` and `dev.tsv` in GoEmotions' layout, and may hold
            `texts/*.tsv` in the layout of our own texts, which are used otherwise.
        ontology: whose concepts the texts name, and whose mappings place the labels.

    Raises:
        SourceError: a file is missing or wrong; the message says which line.
    """
    if not folder.is_dir():
        raise SourceError(folder, None, "is no folder")
    targets = Targets(ontology, read_labels(folder, ontology))
    train, dev = (read_examples(folder / name, ontology) for name in ("train.tsv", "dev.tsv"))
    for name, examples in (("train.tsv", train), ("dev.tsv", dev)):
        if len(examples) < FOLDS:
            few = "too few" if examples else "no"
            raise SourceError(folder / name, None, f"holds {few} texts")
    own = folder / "texts"
    texts = read_texts(own if own.exists() else OWN, ontology)
    trained = [each for each in texts if not is_held_out(each.text)]
    held_out = [each for each in texts if is_held_out(each.text)]
    if not trained or len(held_out) < FOLDS:
        raise SourceError(own, None, "holds too few texts: a fifth of them is held out")
    return Data(targets, train, dev, trained, held_out)


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training made: the content of files by name, and how well it maps, by `Figures`."""

    files: Mapping[str, bytes]
    figures: Sequence[Figures]

    def write(self, folder: Path) -> None:
        """Write the files into a folder, which is made if need be: all of them, or none.

        Raises:
            ToneError: they cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ToneError(f"{folder}: cannot be made ({error.strerror})") from None
        write_together({folder / name: content for name, content in self.files.items()})


def train(
    data: Data,
    ontology: Ontology,
    output: Path,
    *,
    engines: Sequence[str] = (LINEAR, TRANSFORMER),
    seed: int = 1,
    epochs: float | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Trained:
    """Train models, and fit their fusion for each engine and profile.

    Args:
        data: of `read_data`.
        ontology: the one it was read with.
        output: where models stand that are not trained anew; nothing is written.
        engines: whose own models to train: the n-gram model, the encoder.
        seed: of all that is random.
        epochs: passes over the texts by the encoder; the usual number if None.
        progress: called with a stage's name, how much of it is done and how much there is.

    Raises:
        ToneError: a library is missing, or a model that is neither trained nor there.
        SourceError: a model that is not trained is broken, or of other labels or concepts.
    """
    for engine in engines:
        need(LIBRARIES[engine], "training")
    files = _kept(data.targets, output, engines)
    if LINEAR in engines:
        from .ngrams import fit_ngrams

        files[NGRAMS] = fit_ngrams(data.targets, data.train, data.texts, progress).to_bytes()
    if TRANSFORMER in engines:
        files |= _train_encoder(data, seed, epochs, progress)
    parameters, figures = fit_fusion(data, ontology, files, progress)
    files[FUSION] = fusion.to_bytes(data.targets, parameters, files)
    return Trained(files, figures)


def need(libraries: Sequence[str], what: str) -> None:
    """Raise ToneError if a library cannot be imported, and say what for and what provides it."""
    for library in libraries:
        try:
            import_module(library)
        except ImportError as error:
            name = error.name or library
            raise ToneError(f"{what} needs {name}: pip install 'tone-kg[train]'") from None


def _kept(targets: Targets, output: Path, engines: Sequence[str]) -> dict[str, bytes]:
    """Return by name the files of models that are not trained anew, once sure that they fit."""
    names: list[str] = []
    if LINEAR not in engines:
        if not (output / NGRAMS).is_file():
            raise ToneError(f"{output / NGRAMS} is not there yet: train the engine linear first")
        outputs = NgramModel(output / NGRAMS).outputs
        _check_size(output / NGRAMS, outputs, len(targets.labels) + len(CLASSES))
        names += [NGRAMS]
    if TRANSFORMER not in engines and (output / ENCODER).is_file():
        encoder = Encoder(output / ENCODER, output / TOKENIZER)
        outputs = encoder.labels + encoder.concepts
        _check_size(output / ENCODER, outputs, len(targets.labels) + len(targets.nodes))
        names += [ENCODER, TOKENIZER]
    if names and (output / FUSION).is_file():  # the only file that names the outputs
        named = read_fusion(output / FUSION, LINEAR, "social")
        if named.labels != targets.labels or (ENCODER in names and named.nodes != targets.nodes):
            problem = f"is of other labels or concepts than the data, and so is {names[0]}"
            raise SourceError(output / FUSION, None, f"{problem}: train all or use another folder")
    return {name: (output / name).read_bytes() for name in names}


def _check_size(path: Path, outputs: int, wanted: int) -> None:
    if outputs != wanted:
        problem = f"has {outputs} outputs, not {wanted} as labels and concepts ask for"
        raise SourceError(path, None, f"{problem}: train all or use another folder")


def _train_encoder(
    data: Data, seed: int, epochs: float | None, progress: Progress
) -> dict[str, bytes]:
    from ...vocab.embedding import Embedder
    from .encoder import Recipe, load_base, train_encoder
    from .export import to_onnx

    tokenizer, base = load_base(Embedder(use_cache=False).path)
    recipe = Recipe() if epochs is None else replace(Recipe(), epochs=epochs)
    network = train_encoder(
        tokenizer, base, data.targets, data.train, data.texts, seed, recipe, progress
    )
    return {ENCODER: to_onnx(network), TOKENIZER: tokenizer.to_str().encode()}


def fit_fusion(
    data: Data,
    ontology: Ontology,
    files: Mapping[str, bytes],
    progress: Progress = lambda stage, done, total: None,
) -> tuple[dict[str, dict[str, Parameters]], list[Figures]]:
    """Fit the fusion of models, `social` on the labelled texts and `general` on ours.

    Args:
        data: whose `dev` and `held_out` are used.
        ontology: the one it was read with.
        files: the content of the models' files by name.
        progress: called with a stage's name, how much of it is done and how much there is.

    Returns:
        The parameters by engine and profile, and figures for each, fitted on other folds than
        those they are of.

    Raises:
        SourceError: a file is not what it should be.
    """
    targets = data.targets
    golds = {
        "social": Gold(
            targets.classes_of_examples(data.dev),
            tuple(tuple(targets.label_node[list(each.labels)]) for each in data.dev),
            targets.label_matrix(data.dev),
        ),
        "general": Gold(
            targets.classes_of_texts(data.held_out),
            tuple(tuple(targets.nodes_of(each)) for each in data.held_out),
            None,
        ),
    }
    texts = {
        "social": [each.text for each in data.dev],
        "general": [each.text for each in data.held_out],
    }
    signals = {
        profile: signals_of(targets, ontology, profile, texts[profile], files, progress)
        for profile in PROFILES
    }
    engines = [LINEAR, TRANSFORMER] if ENCODER in files else [LINEAR]
    fitted: dict[str, dict[str, Parameters]] = {}
    figures: list[Figures] = []
    for engine in engines:
        seen = {
            profile: each if engine == TRANSFORMER else each.without_encoder()
            for profile, each in signals.items()
        }
        labels = fusion.fit(targets, seen["social"], golds["social"])
        fitted[engine] = {}
        for profile in PROFILES:
            progress("fusion", len(figures), len(engines) * len(PROFILES))
            fitted[engine][profile] = (
                labels
                if profile == "social"
                else fusion.fit(targets, seen[profile], golds[profile], labels)
            )
            figures.append(
                cross_fitted(engine, profile, targets, seen[profile], golds[profile], labels)
            )
    return fitted, figures


def signals_of(
    targets: Targets,
    ontology: Ontology,
    profile: str,
    texts: Sequence[str],
    files: Mapping[str, bytes],
    progress: Progress,
) -> Signals:
    """Return what models and the lexicon say of texts.

    Args:
        targets: what the models' outputs stand for.
        ontology: of the lexicon.
        profile: whose settings of the lexicon to use.
        texts: any texts.
        files: the content of the models' files by name; without an encoder nothing is its.
        progress: called with a stage's name, how much of it is done and how much there is.

    Raises:
        SourceError: a file is not what it should be.
    """
    lexicon, nodes, denied = lexicon_signals(ontology, targets, profile, texts)
    labels = concepts = None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        ngrams = NgramModel(folder / NGRAMS).scores(texts)
        if ENCODER in files:
            encoder = Encoder(folder / ENCODER, folder / TOKENIZER)
            rows = []
            for done, text in enumerate(texts):
                progress(f"encoder on {profile}", done, len(texts))
                rows.append(encoder.scores(text))
            labels = np.array([each.labels for each in rows])
            concepts = np.array([each.concepts for each in rows])
    return Signals(labels, concepts, ngrams, lexicon, nodes, denied)
