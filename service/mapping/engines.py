"""The engines that map text, loaded when first used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

from ...ontology.errors import ToneError, UnknownName
from ...ontology.model import Ontology
from .answer import Answer

ENGINES = {
    "lexicon": "lexicon:LexiconEngine",
    "linear": "model_engine:LinearEngine",
    "transformer": "model_engine:TransformerEngine",
}
"""Name to `module:class` in this package."""

MODELS = Path(__file__).with_name("models")
"""The folder of the models that this package carries."""

NGRAMS, ENCODER, TOKENIZER, FUSION = "linear.npz", "encoder.onnx", "tokenizer.json", "fusion.json"

FILES = {
    "lexicon": (),
    "linear": (NGRAMS, FUSION),
    "transformer": (NGRAMS, ENCODER, TOKENIZER, FUSION),
}
"""The files of the models' folder that each engine needs."""

DEFAULT_ENGINE = "transformer"

EXPLAIN_LIMIT = 2_000
"""Characters up to which models explain a text word by word, which takes one run a word."""


@dataclass(frozen=True, slots=True)
class Options:
    """What an answer should hold; `Annotator.annotate` says what each option means."""

    language: str = "en"
    tier: int | None = None
    limit: int = 5
    threshold: float = 0.0
    explain: bool = False
    scheme: str | None = None
    echo: bool = True
    explain_limit: int = EXPLAIN_LIMIT


class Engine(Protocol):
    """One way to map text. Instances are shared by threads: mapping changes nothing in them."""

    name: str
    model_version: str

    def annotate(self, texts: Sequence[str], options: Options) -> list[Answer]:
        """Return an answer for each text; the same one whatever the text's neighbours."""


class MissingModel(ToneError):
    """An engine's model is not there."""


def check_engine(name: str, models: Path | None = None) -> None:
    """Raise what keeps an engine from being loaded, as far as names and files tell.

    Args:
        name: of the engine.
        models: the folder of the models; the package's own if None.

    Raises:
        UnknownName: there is no such engine; the message lists those that exist.
        MissingModel: a file that it needs is not there.
    """
    if not isinstance(name, str) or name not in ENGINES:
        raise UnknownName("engine", str(name), ENGINES)
    folder = MODELS if models is None else models
    missing = [each for each in FILES[name] if not (folder / each).is_file()]
    if missing:
        raise MissingModel(
            f"the engine {name} needs {', '.join(missing)} in {folder};"
            " make the models with `tone train`, or use the engine lexicon"
        )


def load_engine(name: str, profile: str, ontology: Ontology, models: Path | None = None) -> Engine:
    """Return a new engine.

    Args:
        name: one of `ENGINES`.
        profile: one of `settings.PROFILES`.
        ontology: the knowledge to map to.
        models: the folder of the models, for engines that use any; the package's own if None.

    Raises:
        UnknownName: there is no such engine; the message lists those that exist.
        MissingModel: a file of the models is not there.
        SourceError: a file of the models is broken.
    """
    check_engine(name, models)
    module, _, attribute = ENGINES[name].partition(":")
    engine_class = getattr(import_module(f".{module}", __package__), attribute)
    engine: Engine = engine_class(profile, ontology, models)
    return engine
