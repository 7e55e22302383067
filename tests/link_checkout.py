"""A checkout with TONE's concepts and links and a few proposals, for `tone link`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from tone_kg.ontology import load
from tone_kg.ontology.concepts import Evidence, Link
from tone_kg.ontology.links import read_link
from tone_kg.ontology.normal_form import read_rdf
from tone_kg.ontology.source import SourceGraph
from tone_kg.ontology.statements import restated
from tone_kg.vocab.decisions import Decision, read_decisions, write_decisions
from tone_kg.vocab.kinds import LINKS
from tone_kg.vocab.links.proposals import LinkProposal, proposals_table, read_proposals
from vocabulary_checkout import DATE, ROOT, make_checkout

OPPOSITE = "Cheerfulness-isOppositeOf-SadnessProper"
COMPOSITION = "Grief-isComposedOf-Longing-Shock"
COMBINATION = "AngerPlusAnxiety-leadsTo-Jealousy"

BY_HAND = (
    "Joy-isOppositeOf-Sadness",
    "Love-isComposedOf-Joy-Trust",
    "JoyPlusTrust-leadsTo-Love",
    "AngerPlusTrust-leadsTo-Dominance",
)
"""The links that a curator wrote into the source; no decision says anything of them."""
CURATOR = Evidence(
    score=Decimal(1),
    method="literature",
    status="accepted",
    reviewer=("team-a",),
    sources=("https://doi.org/10.1511/2001.4.344",),
)


class LinkCheckout:
    """The files of a checkout that review and apply of links work on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.decisions = folder / "vocab" / "link-decisions.tsv"
        self.proposals = folder / "vocab" / "link-proposals.tsv"
        self.source = folder / "ontology" / "tone-edit.ttl"

    def link(self, link: str) -> Link:
        """A link that the source states."""
        return self.links()[link]

    def links(self) -> dict[str, Link]:
        """The links that the source states."""
        return {each.id: each for each in SourceGraph(read_rdf(self.source)).links()}

    def open(self) -> list[str]:
        """The links that are proposed."""
        return [each.link for each in read_proposals(self.proposals)]

    def recorded(self) -> list[tuple[str, str, str, str]]:
        """What is on record: link, decision, what is right, and reviewer of each row."""
        rows = read_decisions(self.decisions, LINKS)
        return [(each.item[0], each.decision, each.choice, each.reviewer) for each in rows]

    def record(self, *decisions: Decision) -> None:
        """Put decisions on record, as the terminal does."""
        write_decisions(self.decisions, decisions, LINKS)

    def sheet(self, text: str, name: str = "mine.tsv") -> Path:
        """Write a sheet whose cells are parted by semicolons and return its path."""
        file = self.folder / name
        lines = (line.split(";") for line in text.strip().split("\n"))
        rows = ("\t".join(cell.strip() for cell in cells) for cells in lines)
        file.write_text("".join(f"{row}\n" for row in rows), "utf-8")
        return file

    def bytes(self) -> dict[str, bytes]:
        """All files, to see that nothing was written."""
        files = sorted(each for each in self.folder.rglob("*") if each.is_file())
        return {str(each.relative_to(self.folder)): each.read_bytes() for each in files}


def link_proposal(link: str, score: str = "0.6", **more: object) -> LinkProposal:
    """Return a proposal of the machine."""
    fields: dict[str, object] = {
        "methods": ("antonyms 0.5000", "polarity 0.7000"),
        "kinds": "",
        "flags": (),
        "source": ("wordnet-3.0", "https://doi.org/10.1/1"),
        "evidence": ("seen",),
        **more,
    }
    return LinkProposal(link, Decimal(score), **fields)  # type: ignore[arg-type]


PROPOSALS = tuple(link_proposal(each) for each in (OPPOSITE, COMPOSITION, COMBINATION))


def make_link_checkout(folder: Path, proposals: Iterable[LinkProposal] = PROPOSALS) -> LinkCheckout:
    """Make a checkout with the few links that a curator wrote by hand and some proposals."""
    make_checkout(folder)
    checkout = LinkCheckout(folder)
    checkout.source.write_bytes(_written_by_hand())
    checkout.proposals.write_bytes(proposals_table(proposals))
    return checkout


@cache
def _written_by_hand() -> bytes:
    """Return TONE's source with the links of `BY_HAND` in place of its own."""
    triples = read_rdf(ROOT / "ontology" / "tone-edit.ttl")
    by_hand = [replace(read_link(each, load()), evidence=CURATOR) for each in BY_HAND]
    return restated(triples, stated=by_hand, taken_back=SourceGraph(triples).links())


def link_decision(link: str, choice: str, reviewer: str = "ada", **more: object) -> Decision:
    """Return an accept of a proposed link, a move to another one, or a reject where it is empty."""
    kind = "reject" if not choice else "accept" if choice == link else "move"
    fields: dict[str, object] = {
        "decision": kind,
        "proposed": link,
        "similarity": Decimal("0.6"),
        "methods": ("antonyms 0.5000", "polarity 0.7000"),
        "source": ("wordnet-3.0", "https://doi.org/10.1/1"),
        "evidence": ("seen",),
        "reason": "" if choice else "not opposed",
        "role": "reviewer",
        "date": DATE,
        **more,
    }
    return Decision(item=(link,), choice=choice, reviewer=reviewer, **fields)  # type: ignore[arg-type]


def link_sheet(*rows: dict[str, str]) -> str:
    """Return the text of a filled sheet; a row is accepted unless it says something else."""
    names = list(dict.fromkeys(["link", "decision", *(name for row in rows for name in row)]))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows({"decision": "accept", **row} for row in rows)
    return stream.getvalue()
