"""The open proposals of links, `link-proposals.tsv`: what nobody has decided yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ...ontology.concepts import Evidence, Link
from ...ontology.errors import SourceError, ToneError
from ...ontology.links import KINDS, read_link
from ...ontology.model import Ontology
from ...ontology.terms import SEPARATOR, escape, keyed_table, read_rows

FILE = "link-proposals.tsv"
COLUMNS = ("link", "score", "methods", "kinds", "flags", "source", "evidence", "status")
STATUS = "proposed"

_LINK = re.compile(rf"\w+-(?:{'|'.join(KINDS)})(?:-\w+)+")


@dataclass(frozen=True, slots=True)
class LinkProposal:
    """A link that the machine proposes, for people to decide.

    Attributes:
        link: the link's id; a pair of opposites is in alphabetical order.
        score: what all methods say together, in [0, 1], four places.
        methods: each method that speaks for it, with its own score: `antonyms 0.6120`.
        kinds: whether it makes sense for the concepts' kinds too, as people read it: `all`, or
            `4 of 6`; empty where there are none.
        flags: what a reviewer should know.
        source: where the evidence is from: thesauri, publications (IRIs), `machine`.
        evidence: what the methods saw, for people.
    """

    link: str
    score: Decimal
    methods: tuple[str, ...]
    kinds: str
    flags: tuple[str, ...]
    source: tuple[str, ...]
    evidence: tuple[str, ...]


def proposals_table(proposals: Iterable[LinkProposal]) -> bytes:
    """Return proposals as the bytes of a `link-proposals.tsv`, sorted by link."""
    rows = []
    for each in proposals:
        cells = (
            each.link,
            f"{each.score:.4f}",
            SEPARATOR.join(each.methods),
            each.kinds,
            SEPARATOR.join(each.flags),
            SEPARATOR.join(each.source),
            SEPARATOR.join(each.evidence),
            STATUS,
        )
        rows.append(((each.link,), "\t".join(map(escape, cells))))
    return keyed_table(COLUMNS, rows, "proposals")


def read_proposals(path: Path) -> tuple[LinkProposal, ...]:
    """Return the proposals of a `link-proposals.tsv`; none where there is no file.

    Raises:
        SourceError: the file breaks the format or repeats a link.
    """
    proposals: list[LinkProposal] = []
    seen: dict[str, int] = {}
    for line, row in read_rows(path, COLUMNS) if path.exists() else ():
        fields = dict(zip(COLUMNS, row, strict=True))
        if fields["status"] != STATUS:
            raise SourceError(path, line, f"the status is not {STATUS!r}")
        if not _LINK.fullmatch(fields["link"]):
            raise SourceError(path, line, f"{fields['link']!r} is no link's id")
        if fields["link"] in seen:
            raise SourceError(path, line, f"repeats line {seen[fields['link']]}")
        seen[fields["link"]] = line
        try:
            score = Decimal(fields["score"])
        except ArithmeticError:
            raise SourceError(path, line, "score is not a number") from None
        if not 0 <= score <= 1:
            raise SourceError(path, line, f"score {score} is not between 0 and 1")
        lists = (
            tuple(fields[name].split(SEPARATOR)) if fields[name] else ()
            for name in ("methods", "flags", "source", "evidence")
        )
        methods, flags, source, evidence = lists
        proposals.append(
            LinkProposal(fields["link"], score, methods, fields["kinds"], flags, source, evidence)
        )
    return tuple(proposals)


def read_with_links(path: Path, ontology: Ontology) -> Iterator[tuple[LinkProposal, Link]]:
    """Yield the proposals of a `link-proposals.tsv`, each with the link that it names.

    Raises:
        SourceError: the file breaks the format, or names a concept that does not exist.
    """
    for line, each in enumerate(read_proposals(path), start=2):
        try:
            yield each, read_link(each.link, ontology)
        except ToneError as error:
            raise SourceError(path, line, str(error)) from None


def proposed_links(path: Path, ontology: Ontology) -> tuple[Link, ...]:
    """Return the open proposals as links of status `proposed`, to be served apart from the rest.

    Raises what `read_with_links` raises.
    """
    links = []
    for each, link in read_with_links(path, ontology):
        names = " | ".join(method.rpartition(" ")[0] for method in each.methods)
        evidence = Evidence(each.score, names, STATUS, (), each.source)
        links.append(Link(link.kind, link.subject, link.targets, evidence, link.operands))
    return tuple(sorted(links, key=lambda link: link.id))


def open_proposals(ontology: Ontology) -> tuple[Link, ...]:
    """Return the proposals that belong to an ontology: `../vocab` beside the folder of its sources.

    There are none where there is no such file. Raises what `proposed_links` raises.
    """
    return proposed_links(ontology.root.parent / "vocab" / FILE, ontology)
