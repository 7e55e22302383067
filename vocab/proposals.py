"""The review queue: what the expander proposes and nobody has decided yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ..ontology.errors import SourceError
from ..ontology.files import write_atomically
from ..ontology.terms import SEPARATOR, escape, read_rows

COLUMNS = (
    "term",
    "lang",
    "pos",
    "concept",
    "similarity",
    "margin",
    "runner_up",
    "flags",
    "source",
    "evidence",
    "contexts",
    "status",
)
STATUS = "proposed"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A term that the machine gives to a concept, for a person to decide.

    `similarity` is that of term and concept and `margin` how far it lies above the one with
    `runner_up`, both in [0, 1]. `contexts` are for the reviewer and go no further.
    """

    term: str
    lang: str
    pos: str
    concept: str
    similarity: Decimal
    margin: Decimal
    runner_up: str
    flags: tuple[str, ...]
    source: tuple[str, ...]
    evidence: tuple[str, ...]
    contexts: tuple[str, ...] = ()

    @property
    def item(self) -> tuple[str, str, str]:
        """What is decided on: one term in one language as one part of speech."""
        return (self.term, self.lang, self.pos)


def write_queue(path: Path, proposals: Iterable[Proposal]) -> None:
    """Write a review queue in the order given, replacing the file in one step."""
    rows = [
        (
            each.term,
            each.lang,
            each.pos,
            each.concept,
            f"{each.similarity:.4f}",
            f"{each.margin:.4f}",
            each.runner_up,
            SEPARATOR.join(each.flags),
            SEPARATOR.join(each.source),
            SEPARATOR.join(each.evidence),
            SEPARATOR.join(each.contexts),
            STATUS,
        )
        for each in proposals
    ]
    lines = ["\t".join(map(escape, row)) for row in (COLUMNS, *rows)]
    write_atomically(path, "\n".join([*lines, ""]).encode("utf-8"))


def read_queue(path: Path) -> tuple[Proposal, ...]:
    """Return the proposals of a review queue, in its order.

    Raises:
        SourceError: the file is missing, breaks the format, or repeats a term.
    """
    proposals = []
    seen: dict[tuple[str, str, str], int] = {}
    for line, row in read_rows(path, COLUMNS):
        fields = dict(zip(COLUMNS, row, strict=True))
        if fields["status"] != STATUS:
            raise SourceError(path, line, f"the status is not {STATUS!r}")
        try:
            similarity, margin = (Decimal(fields[name]) for name in ("similarity", "margin"))
        except ArithmeticError:
            raise SourceError(path, line, "similarity or margin is not a number") from None
        proposal = Proposal(
            fields["term"],
            fields["lang"],
            fields["pos"],
            fields["concept"],
            similarity,
            margin,
            fields["runner_up"],
            *(
                tuple(fields[name].split(SEPARATOR)) if fields[name] else ()
                for name in ("flags", "source", "evidence", "contexts")
            ),
        )
        if proposal.item in seen:
            raise SourceError(path, line, f"repeats line {seen[proposal.item]}")
        seen[proposal.item] = line
        proposals.append(proposal)
    return tuple(proposals)
