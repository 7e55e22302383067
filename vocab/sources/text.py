"""What every source file must hold to: an encoding, no control characters; signs as terms."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ...ontology.errors import SourceError
from ...ontology.term_text import control_character
from .base import MissingSource

_EMOJI_BASE = (
    r"[\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\U0001f000-\U0001faff]"
)
_EMOJI_TAIL = r"[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*"
EMOJI = rf"{_EMOJI_BASE}{_EMOJI_TAIL}(?:\u200d{_EMOJI_BASE}{_EMOJI_TAIL})*"
"""The pattern of one emoji, ZWJ sequences and skin tones included."""

_FACE = r"[>}]?[:;=]['`]?[-^o]?[)(DPO/\\|\]\[*$@3]+|\b[xX]D+\b|[(\[][-^o]?[:;=]"
_HEART = r"</?3+"
_UPRIGHT = r"\(?(?:\^[_.oO-]*\^|([TtQqOoUu;><.-])[_.-]+(?:\1|[oO<]))\)?;?"
EMOTICON = rf"(?:{_FACE}|{_HEART}|{_UPRIGHT})"
"""The pattern of the usual emoticons, those that lie on their side and those that stand."""

_EMOJI = re.compile(EMOJI)
_EMOTICON = re.compile(EMOTICON)


def read_bytes(path: Path, provided_by: str) -> bytes:
    """Return a file's bytes; `provided_by` says in the error what would provide a missing file.

    Raises:
        MissingSource: the file is not there.
        SourceError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise MissingSource(f"{path} is missing: {provided_by}") from None
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from None


def decode(path: Path, data: bytes, encoding: str = "utf-8") -> str:
    """Return the text of a file, its line ends as `\\n` and without a byte order mark.

    Raises:
        SourceError: the bytes are not in the encoding, or stand for control characters.
    """
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = (
            f"not in the encoding {encoding}: {error.reason} at byte {error.start} of the file"
        )
        raise SourceError(path, line, problem) from None
    text = text.replace("\r\n", "\n")
    control = control_character(text)
    if control is not None:
        line = text.count("\n", 0, text.index(control)) + 1
        raise SourceError(path, line, f"control character U+{ord(control):04X}; take it out")
    return text


def is_english(lang: str) -> bool:
    """Return whether a language tag is one of English."""
    return lang.partition("-")[0] == "en"


def sign_pos(term: str) -> str:
    """Return the part of speech of a term that is a sign: emoji or emoticon; else nothing."""
    if _EMOJI.fullmatch(term):
        return "emoji"
    return "emoticon" if _EMOTICON.fullmatch(term) else ""


def vocabulary_pos(term: str, pos: str) -> str:
    """Return a part of speech as the vocabulary has it: several words are a noun or a phrase."""
    return "phrase" if pos and pos != "noun" and " " in term else pos
