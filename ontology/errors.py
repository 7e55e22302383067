"""The exceptions that TONE raises on purpose; each message is written for people."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ToneError(Exception):
    """Base of every error that TONE explains: the command line prints it in one line."""


class SourceError(ToneError):
    """A source file that cannot be read or breaks its format; the message begins `file:line:`.

    `line` counts from 1 and is None where it is not known; `problem` is the message without place.
    """

    def __init__(self, path: object, line: int | None, problem: str) -> None:
        where = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{where}: {problem}")
        self.line = line
        self.problem = problem


LONGEST_NAME = 80
"""Characters of an unknown name that a message repeats; no name of TONE has as many."""


class UnknownName(ToneError):
    """A name that is not among those known; the message offers the nearest ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        known = list(known)
        cut = name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…"
        message = f"unknown {kind} {cut!r}"
        if len(known) <= 12:
            message += f"; known: {', '.join(known)}"
        else:
            folded = {each.casefold(): each for each in known}
            near = get_close_matches(name.casefold(), folded, n=3)
            if near:
                message += f"; did you mean {', '.join(folded[each] for each in near)}?"
        super().__init__(message)
