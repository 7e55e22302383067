"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that breaks a rule; as text it is one line, `Joy: tier: ...`.

    `concept` is the id of the concept, or what else is wrong; `file` and `line` are where it
    stands, None where that is not known.
    """

    concept: str
    rule: str
    message: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.concept}: {self.rule}: {self.message}"
