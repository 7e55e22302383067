"""The engines that map text, loaded when first used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from ...ontology.errors import UnknownName
from ...ontology.model import Ontology
from .answer import Answer

ENGINES = {"lexicon": "lexicon:LexiconEngine"}
"""Name to `module:class` in this package."""

DEFAULT_ENGINE = "lexicon"


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


class Engine(Protocol):
    """One way to map text. Instances are shared by threads: mapping changes nothing in them."""

    name: str
    model_version: str

    def annotate(self, texts: Sequence[str], options: Options) -> list[Answer]:
        """Return an answer for each text; the same one whatever the text's neighbours."""


def load_engine(name: str, profile: str, ontology: Ontology) -> Engine:
    """Return a new engine.

    Args:
        name: one of `ENGINES`.
        profile: one of `settings.PROFILES`.
        ontology: the knowledge to map to.

    Raises:
        UnknownName: there is no such engine; the message lists those that exist.
    """
    if not isinstance(name, str) or name not in ENGINES:
        raise UnknownName("engine", str(name), ENGINES)
    module, _, attribute = ENGINES[name].partition(":")
    engine: Engine = getattr(import_module(f".{module}", __package__), attribute)(profile, ontology)
    return engine
