"""A checkout with TONE's concepts and a small vocabulary, for the commands of `tone vocab`."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from small_vocabulary import small_ontology
from tone_kg.ontology.terms import Term, read_terms, write_terms
from tone_kg.vocab.decisions import Decision, read_decisions
from tone_kg.vocab.kinds import TERMS
from tone_kg.vocab.proposals import Proposal, write_queue

ROOT = Path(__file__).parents[1]
DATE = "2026-01-02T03:04:05Z"


class Checkout:
    """The files of a checkout that review and apply work on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.decisions = folder / "vocab" / "decisions.tsv"
        self.queue = folder / "vocab" / "queue.tsv"
        self.terms = folder / "ontology" / "terms.tsv"

    def recorded(self) -> list[tuple[str, str, str, str]]:
        """What is on record: term, decision, concept and reviewer of each row."""
        rows = read_decisions(self.decisions, TERMS)
        return [(each.item[0], each.decision, each.choice, each.reviewer) for each in rows]

    def vocabulary(self) -> dict[str, list[str]]:
        """The concepts of each accepted term."""
        found: dict[str, list[str]] = {}
        for term in read_terms(self.terms):
            found.setdefault(term.term, []).append(term.concept)
        return found

    def term(self, text: str) -> Term:
        """The only row of a term."""
        [found] = [each for each in read_terms(self.terms) if each.term == text]
        return found

    def bytes(self) -> dict[str, bytes]:
        """All files, to see that nothing was written."""
        files = sorted(each for each in self.folder.rglob("*") if each.is_file())
        return {str(each.relative_to(self.folder)): each.read_bytes() for each in files}


def make_checkout(folder: Path, proposals: Iterable[Proposal] = ()) -> Checkout:
    """Make a checkout whose vocabulary is the small one, with nothing decided."""
    for name in ("ontology", "vocab"):
        (folder / name).mkdir(parents=True)
    shutil.copy(ROOT / "setup.cfg", folder)
    for name in ("tone-edit.ttl", "mappings.sssom.tsv"):
        shutil.copy(ROOT / "ontology" / name, folder / "ontology")
    checkout = Checkout(folder)
    rows = (
        replace(each, source=("team",), reviewer=("team-a",), date=DATE)
        for each in small_ontology().terms
    )
    write_terms(checkout.terms, rows)
    write_queue(checkout.queue, proposals)
    return checkout


def proposal(
    term: str, concept: str, margin: str = "0.05", pos: str = "adjective", **more: object
) -> Proposal:
    """Return a proposal of the machine."""
    fields: dict[str, object] = {
        "lang": "en",
        "similarity": Decimal("0.6"),
        "runner_up": "Joy",
        "flags": (),
        "source": ("wordnet-3.0",),
        "evidence": (f"a:00000001 similar to {concept.lower()}",),
        "contexts": (),
        **more,
    }
    return Proposal(term=term, pos=pos, concept=concept, margin=Decimal(margin), **fields)  # type: ignore[arg-type]


def decision(term: str, concept: str, reviewer: str = "ada", **more: object) -> Decision:
    """Return an accept of what the machine proposed; a reject where the concept is empty."""
    item = (term, more.pop("lang", "en"), more.pop("pos", "adjective"))
    fields: dict[str, object] = {
        "decision": "accept" if concept else "reject",
        "proposed": concept or "Joy",
        "score": Decimal("0.8") if concept else None,
        "weight": Decimal(1) if concept else None,
        "similarity": Decimal("0.6"),
        "margin": Decimal("0.05"),
        "runner_up": "Surprise",
        "source": ("wordnet-3.0",),
        "evidence": ("a:00000001 similar",),
        "reason": "" if concept else "not a feeling",
        "role": "reviewer",
        "date": DATE,
        **more,
    }
    return Decision(item=item, choice=concept, reviewer=reviewer, **fields)  # type: ignore[arg-type]


def sheet(*rows: dict[str, str], delimiter: str = "\t") -> str:
    """Return the text of a filled sheet; what a row leaves out is the usual."""
    usual = {"lang": "en", "pos": "adjective", "proposed": "Joy", "decision": "accept"}
    names = list(dict.fromkeys(["term", *usual, *(name for row in rows for name in row)]))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**usual, **row} for row in rows)
    return stream.getvalue()
