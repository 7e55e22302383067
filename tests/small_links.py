"""The real concepts with a few links of our own, so that tests know every link there is."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from small_vocabulary import small_ontology
from tone_kg.ontology import Evidence, Link, Ontology, load
from tone_kg.ontology.links import read_link
from tone_kg.ontology.source import read_source
from tone_kg.ontology.statements import restated
from tone_kg.ontology.terms import write_terms
from tone_kg.vocab.links.proposals import LinkProposal, proposals_table

ROOT = Path(__file__).parents[1]
SOURCE = "https://doi.org/10.1511/2001.4.344"

ACCEPTED = """
Joy-isOppositeOf-Sadness 1.0 | Hope-isOppositeOf-Despair 0.7 | Hope-isOppositeOf-Boredom 0.8
Love-isComposedOf-Joy-Trust 0.9
JoyPlusTrust-leadsTo-Love 0.9 | AngerPlusJoy-leadsTo-Pride 0.8 | AngerPlusSadness-leadsTo-Envy 0.7
DisgustPlusSadness-leadsTo-Remorse 0.6 | FearPlusLove-leadsTo-Jealousy 0.5
FearPlusTrust-leadsTo-Submission 0.8 | JoyPlusSubmission-leadsTo-Awe 0.6
CheerfulnessPlusFear-leadsTo-Relief 0.4 | FearPlusJoy-leadsTo-Guilt 0.9
"""
PROPOSED = """
Boredom-isOppositeOf-Curiosity 0.6 | Boredom-isOppositeOf-Interest 0.8
Bliss-isOppositeOf-Agony 0.9
BoredomPlusFear-leadsTo-Confusion 0.3 | BoredomPlusPanic-leadsTo-Dread 0.9
BoredomPlusSadness-leadsTo-Despair 0.5 | Guilt-isComposedOf-Fear-Joy 0.5
"""


def links(rows: str, status: str) -> tuple[Link, ...]:
    """Return links from rows `LINK SCORE`; an accepted opposite is stated both ways."""
    found = []
    for row in rows.replace("\n", " | ").split(" | "):
        if row.strip():
            name, score = row.split()
            link = read_link(name, load())
            evidence = Evidence(Decimal(score), "test | other", status, ("ada",), (SOURCE,))
            found.append(replace(link, evidence=evidence))
            if link.kind == "isOppositeOf" and status == "accepted":
                turned = replace(found[-1], subject=link.targets[0], targets=(link.subject,))
                found.append(turned)
    return tuple(sorted(found, key=lambda each: each.id))


@cache
def small_linked() -> Ontology:
    """Return the installed ontology with the few links in place of its own."""
    return replace(small_ontology(), links=links(ACCEPTED, "accepted"))


@cache
def small_proposals() -> tuple[Link, ...]:
    """Return the few open proposals."""
    return links(PROPOSED, "proposed")


def write_sources(folder: Path) -> Path:
    """Write all that as a checkout's folders `ontology` and `vocab`; return the first."""
    root = folder / "ontology"
    for each in (root, folder / "vocab"):
        each.mkdir(parents=True)
    shutil.copy(ROOT / "ontology" / "mappings.sssom.tsv", root)
    triples = read_source(ROOT / "ontology" / "tone-edit.ttl")
    text = restated(triples, small_linked().links, taken_back=load().links)
    (root / "tone-edit.ttl").write_bytes(text)
    write_terms(root / "terms.tsv", small_ontology().terms)
    write_table(folder, small_proposals())
    return root


def write_table(folder: Path, proposals: Iterable[Link]) -> None:
    """Write the table of open proposals."""
    rows = [
        LinkProposal(
            link=each.id,
            score=each.evidence.score or Decimal(0),
            methods=tuple(f"{method} 0.5000" for method in each.evidence.method.split(" | ")),
            kinds="all",
            flags=(),
            source=each.evidence.sources,
            evidence=("seen",),
        )
        for each in proposals
    ]
    (folder / "vocab" / "link-proposals.tsv").write_bytes(proposals_table(rows))
