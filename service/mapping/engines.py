"""The engines that map text, loaded when first used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

from ...ontology.errors import UnknownName
from ...ontology.model import Ontology
from .answer import Answer

ENGINES = {
    "lexicon": "lexicon:LexiconEngine",
    "linear": "model_engine:LinearEngine",
    "transformer": "model_engine:TransformerEngine",
}
"""Name to `module:class` in this package."""

DEFAULT_ENGINE = "lexicon"

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


def load_engine(name: str, profile: str, ontology: Ontology, models: Path | None = None) -> Engine:
    """Return a new engine.

    Args:
        name: one of `ENGINES`.
        profile: one of `settings.PROFILES`.
        ontology: the knowledge to map to.
        models: the folder of the models, for engines that use any; the package's own if None.

    Raises:
        UnknownName: there is no such engine; the message lists those that exist.
        ToneError: a model is missing or broken.
    """
    if not isinstance(name, str) or name not in ENGINES:
        raise UnknownName("engine", str(name), ENGINES)
    module, _, attribute = ENGINES[name].partition(":")
    engine_class = getattr(import_module(f".{module}", __package__), attribute)
    engine: Engine = engine_class(profile, ontology, models)
    return engine
