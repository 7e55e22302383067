"""NRCLex as a peer to measure against, with what NLTK data it needs given locally.

NRCLex lemmatises with TextBlob, which asks NLTK for WordNet and for a Punkt model. NLTK searches
the folders of `nltk.data.path`; here it gets one with Debian's WordNet 3.0 and a Punkt model
without learned parameters. Sentence ends after abbreviations are therefore guessed worse than
with the model that NLTK offers for download; NRCLex's words and scores hardly depend on it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path

from tone_kg.vocab.sources.wordnet import FOLDER as WORDNET
from tone_kg.vocab.sources.wordnet_files import LEXICOGRAPHER_FILES

from .goemotions import NEUTRAL

PRIMARY_OF_EMOTION = {
    "joy": "Joy",
    "surprise": "Surprise",
    "anger": "Anger",
    "disgust": "Anger",
    "sadness": "Sadness",
    "fear": "Fear",
}
"""NRC's eight emotions as TONE's primaries; trust and anticipation lie in none."""

_CATEGORY = {"noun": 1, "verb": 2, "adj": 3, "adv": 4}
_PUNKT_FILES = ("abbrev_types.txt", "collocations.tab", "sent_starters.txt", "ortho_context.tab")


class NRCLexPeer:
    """NRCLex with a single answer a text: its strongest emotion as a primary, or Neutral.

    Raises:
        SystemExit: NRCLex, NLTK or WordNet is not installed; the message says what provides it.
    """

    def __init__(self, wordnet: Path = WORDNET) -> None:
        if not (wordnet / "data.noun").exists():
            raise SystemExit(f"{wordnet} is missing; Debian's package wordnet-base provides it")
        try:
            import nltk
            from nrclex import NRCLex
        except ImportError as error:
            raise SystemExit(
                f"{error.name} is missing; pip install '.[bench]' provides it"
            ) from None
        self._data = tempfile.TemporaryDirectory()
        _write_nltk_data(Path(self._data.name), wordnet)
        nltk.data.path.insert(0, self._data.name)
        self._nrclex = NRCLex()

    def primary(self, text: str) -> str:
        """Return the primary of most words, the first in NRC's order on a tie, else Neutral."""
        self._nrclex.load_raw_text(text)
        scores: Counter[str] = Counter()
        for emotion, count in self._nrclex.raw_emotion_scores.items():
            if emotion in PRIMARY_OF_EMOTION:
                scores[PRIMARY_OF_EMOTION[emotion]] += count
        return scores.most_common(1)[0][0] if scores else NEUTRAL


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
