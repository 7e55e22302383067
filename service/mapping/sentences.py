"""Where the sentences of a text begin and end."""

from __future__ import annotations

import re

from .tokens import Span

# Each run of marks or of space is tried once, from its begin: a text may be one long run.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+\s+|(?<!\s)\s*\n\s*")
_SHORT = re.compile(r"\b(?:mr|mrs|ms|dr|prof|st|vs|etc|no|e\.g|i\.e|[a-z])\.\Z", re.IGNORECASE)
"""An abbreviation or initial, whose dot ends no sentence."""
_LONGEST_SHORT = len("prof")


def sentence_spans(text: str) -> list[Span]:
    """Return begin and end of each sentence, in order, without the space around it.

    A sentence ends with `.`, `!`, `?` or `…` before a space, or with its line.
    """
    spans = []
    begin = 0
    for match in _END.finditer(text):
        mark = match.start()
        if text[mark] == "." and _SHORT.search(text, max(begin, mark - _LONGEST_SHORT), mark + 1):
            continue
        spans.append((begin, match.end()))
        begin = match.end()
    spans.append((begin, len(text)))
    return [
        (begin + len(piece) - len(piece.lstrip()), begin + len(piece.rstrip()))
        for begin, end in spans
        if (piece := text[begin:end]).strip()
    ]
