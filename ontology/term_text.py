"""What the text of a term, and of what is said about it, may hold."""

from __future__ import annotations

import re

LONGEST_TERM = 100
"""In characters; what is longer is a sentence or an accident."""

# Control characters, line and paragraph separators, lone surrogates, what is no character; and
# the marks that turn around what follows them, which hide what is written. Joiners and the marks
# that only say how Arabic or Hebrew letters join or face (U+200C to U+200F) are spelling.
_CONTROLS = (
    "\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufffe\uffff"
)
_CONTROL = re.compile(f"[{_CONTROLS}]")
_UNPRINTABLE = re.compile(f"[\t\n\r{_CONTROLS}]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")


def control_character(text: str) -> str | None:
    """Return the first control character of a text other than tabs and line ends, if any."""
    found = _CONTROL.search(text)
    return found[0] if found else None


def without_controls(text: str) -> str:
    """Return a text with blanks for its control characters other than tabs and line ends."""
    return _CONTROL.sub(" ", text)


def unprintable_character(text: str) -> str | None:
    """Return the first control character of a text, tabs and line ends included, if any."""
    found = _UNPRINTABLE.search(text)
    return found[0] if found else None


def printable(text: str) -> str:
    """Return a text with what could steer a terminal replaced by U+FFFD."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def invisible_character(text: str) -> str | None:
    """Return the first character of a text that shows nothing and says nothing, if any."""
    found = _INVISIBLE.search(text)
    return found[0] if found else None


def without_invisible(text: str) -> str:
    """Return a text without the characters that show nothing and say nothing."""
    return _INVISIBLE.sub("", text)
