"""Other people's emotion mappers, to be measured on the same texts: each gives one answer a text.

Each runs as it is installed and as it is documented; only its own emotions are counted as TONE's
primaries. Where it finds none of these the answer is Neutral.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from ...ontology.concepts import PRIMARIES
from ...ontology.errors import ToneError, UnknownName
from ...vocab.sources.wordnet import FOLDER as WORDNET
from ...vocab.sources.wordnet_files import LEXICOGRAPHER_FILES
from ..mapping.answer import NEUTRAL

NRC_EMOTIONS = {
    "joy": "Joy",
    "surprise": "Surprise",
    "anger": "Anger",
    "disgust": "Anger",
    "sadness": "Sadness",
    "fear": "Fear",
}
"""NRC's eight emotions as TONE's primaries; trust and anticipation lie in none."""

EMPATH_CATEGORIES = {
    "love": "Love",
    "affection": "Love",
    "lust": "Love",
    "joy": "Joy",
    "cheerfulness": "Joy",
    "contentment": "Joy",
    "optimism": "Joy",
    "pride": "Joy",
    "zest": "Joy",
    "surprise": "Surprise",
    "anger": "Anger",
    "rage": "Anger",
    "hate": "Anger",
    "disgust": "Anger",
    "exasperation": "Anger",
    "irritability": "Anger",
    "envy": "Anger",
    "torment": "Anger",
    "sadness": "Sadness",
    "disappointment": "Sadness",
    "suffering": "Sadness",
    "shame": "Sadness",
    "neglect": "Sadness",
    "sympathy": "Sadness",
    "fear": "Fear",
    "horror": "Fear",
    "nervousness": "Fear",
}
"""Those of Empath's 194 categories that carry the name of an emotion within a primary."""

_CATEGORY = {"noun": 1, "verb": 2, "adj": 3, "adv": 4}
_PUNKT_FILES = ("abbrev_types.txt", "collocations.tab", "sent_starters.txt", "ortho_context.tab")


class Peer(Protocol):
    """A mapper to measure against. `name` and `version` are its distribution's."""

    name: str
    version: str

    def primary(self, text: str) -> str:
        """Return a primary, or Neutral."""


class NRCLexPeer:
    """NRCLex: the emotion of most words; on a tie the first in NRC's order.

    NRCLex lemmatises with TextBlob, which asks NLTK for WordNet and for a Punkt model. It gets
    Debian's WordNet 3.0 and a Punkt model without learned parameters. Sentence ends after
    abbreviations are therefore guessed worse than with the model that NLTK offers for download;
    NRCLex's words and scores hardly depend on it.

    Raises:
        ToneError: NRCLex, NLTK or WordNet is not installed; the message says what provides it.
    """

    name = "nrclex"

    def __init__(self, wordnet: Path = WORDNET) -> None:
        if not (wordnet / "data.noun").exists():
            raise ToneError(f"{wordnet} is missing; Debian's package wordnet-base provides it")
        try:
            import nltk  # type: ignore[import-untyped]
            from nrclex import NRCLex  # type: ignore[import-untyped]
        except ImportError as error:
            raise _missing(error) from None
        self.version = version("NRCLex")
        self._data = tempfile.TemporaryDirectory()
        _write_nltk_data(Path(self._data.name), wordnet)
        nltk.data.path.insert(0, self._data.name)
        self._nrclex = NRCLex()

    def primary(self, text: str) -> str:
        """Return a primary, or Neutral."""
        self._nrclex.load_raw_text(text)
        scores: Counter[str] = Counter()
        for emotion, count in self._nrclex.raw_emotion_scores.items():
            if emotion in NRC_EMOTIONS:
                scores[NRC_EMOTIONS[emotion]] += count
        return scores.most_common(1)[0][0] if scores else NEUTRAL


class EmpathPeer:
    """Empath: the primary whose categories count most words; on a tie the first in our order.

    Raises:
        ToneError: Empath is not installed; the message says what provides it.
    """

    name = "empath"

    def __init__(self) -> None:
        try:
            empath = import_module("empath")
        except ImportError as error:
            raise _missing(error) from None
        self.version = version("empath")
        self._empath = empath.Empath()

    def primary(self, text: str) -> str:
        """Return a primary, or Neutral."""
        counts: Mapping[str, float] = self._empath.analyze(text, [*EMPATH_CATEGORIES])
        scores = dict.fromkeys(PRIMARIES, 0.0)
        for category, counted in counts.items():
            scores[EMPATH_CATEGORIES[category]] += counted
        best = max(scores, key=lambda primary: scores[primary])
        return best if scores[best] else NEUTRAL


PEERS = {each.name: each for each in (NRCLexPeer, EmpathPeer)}
"""The peers by name."""

NOT_RUN = {
    "text2emotion": "it fetches data from the network whenever it is imported, and its release"
    " 0.0.5 fails with emoji 2, which it allows"
}
"""Why there is no peer of that name."""


def open_peer(name: str) -> Peer:
    """Return a peer.

    Raises:
        ToneError: it cannot be run or is not installed; the message says why or what provides it.
        UnknownName: there is none of that name; the message lists those there are.
    """
    if name in NOT_RUN:
        raise ToneError(f"{name} cannot be measured: {NOT_RUN[name]}")
    if name not in PEERS:
        raise UnknownName("peer", name, PEERS)
    return PEERS[name]()


def _missing(error: ImportError) -> ToneError:
    return ToneError(f"{error.name} is missing; pip install 'tone-kg[bench]' provides it")


def _write_nltk_data(folder: Path, wordnet: Path) -> None:
    corpus = folder / "corpora" / "wordnet"
    corpus.mkdir(parents=True)
    for file in wordnet.iterdir():
        if file.is_file():
            shutil.copy(file, corpus)
    (corpus / "lexnames").write_text(
        "".join(
            f"{number:02}\t{name}\t{_CATEGORY[name.partition('.')[0]]}\n"
            for number, name in enumerate(LEXICOGRAPHER_FILES)
        )
    )
    # Read at start for other versions' sense numbers, which a lemmatiser does not use.
    (corpus / "index.sense").touch()
    punkt = folder / "tokenizers" / "punkt_tab" / "english"
    punkt.mkdir(parents=True)
    for name in _PUNKT_FILES:
        (punkt / name).touch()
