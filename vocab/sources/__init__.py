"""Sources of vocabulary: thesauri, word lists, corpora."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...ontology.errors import ToneError, UnknownName
from .base import ANTONYM, Candidate, MissingSource, Seed, Source
from .corpus import Corpus, CorpusLayout
from .mythes import MyThes, find_mythes, language_of
from .table import Table, TableLayout
from .text import is_english
from .wordnet import FOLDER, Sense, WordNet, installed_wordnet

if TYPE_CHECKING:
    from ...ontology.model import Ontology

__all__ = [
    "ANTONYM",
    "KINDS",
    "Candidate",
    "Corpus",
    "CorpusLayout",
    "MissingSource",
    "MyThes",
    "Seed",
    "Sense",
    "Source",
    "Table",
    "TableLayout",
    "WordNet",
    "default_specs",
    "installed_wordnet",
    "open_sources",
]

KINDS = ("mythes", "wordnet", "table", "corpus")
"""The kinds of source; each may be followed by a path: `mythes:PATH`, `wordnet:DIR`."""


def default_specs(lang: str) -> tuple[str, ...]:
    """Return the sources that are asked where none is named."""
    return ("mythes", "wordnet") if is_english(lang) else ("mythes",)


def open_sources(
    specs: Sequence[str],
    lang: str,
    *,
    ontology: Ontology | None = None,
    table: TableLayout | None = None,
    corpus: CorpusLayout | None = None,
) -> list[Source]:
    """Return the sources that are named, in that order; without names those of the language.

    Args:
        specs: `mythes`, `mythes:PATH`, `wordnet`, `wordnet:DIR`, `table:FILE` or `corpus:FILE`.
        lang: the language of the terms wanted.
        ontology: whose concepts a table's categories name; the installed one by default.
        table: which column of the tables holds what.
        corpus: what to count in the corpora.

    Raises:
        UnknownName: there is no such kind of source.
        MissingSource: a source's file is not there; the message says what would provide it.
        SourceError: a source's file is broken.
        ToneError: a source does not speak the language, or lacks its path.
    """
    names = dict.fromkeys(specs or default_specs(lang))
    return [_open(spec, lang, ontology, table, corpus) for spec in names]


def _open(
    spec: str,
    lang: str,
    ontology: Ontology | None,
    table: TableLayout | None,
    corpus: CorpusLayout | None,
) -> Source:
    kind, _, place = spec.partition(":")
    if kind not in KINDS:
        raise UnknownName("source", kind, KINDS)
    path = Path(place).expanduser() if place else None
    if kind == "wordnet":
        return WordNet(path or FOLDER, lang)
    if kind == "mythes":
        path = path or find_mythes(lang)
        own = language_of(path)
        if own is not None and own != lang.split("-")[0]:
            raise ToneError(f"{path} is of the language {own!r}, not {lang!r}: give that one")
        return MyThes(path, lang)
    if path is None:
        raise ToneError(f"the source {kind} needs a file: {kind}:FILE")
    if kind == "corpus":
        return Corpus(path, lang, corpus or CorpusLayout())
    if ontology is None:
        from ...ontology.model import load

        ontology = load()
    return Table(path, lang, table or TableLayout(), ontology)
