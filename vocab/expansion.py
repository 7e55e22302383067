"""From the known terms of each concept to new ones, through sources of vocabulary, for review."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..ontology.errors import ToneError
from ..ontology.model import Ontology
from ..ontology.terms import SEPARATOR
from .antonyms import antonym_rows
from .assignment import Assigned, Profiles, assign, live_concepts
from .embedding import Embedder
from .flags import (
    AMBIGUOUS,
    DECIDED,
    FLAGS,
    GENERAL,
    NOT_EMOTION,
    Forms,
    label_flags,
)
from .offers import Item, Offers, Progress, gather
from .proposals import Proposal
from .senses import SenseJudge, unread
from .sources import Candidate, Source, WordNet
from .sources.text import is_english

LEAST = 0.40
"""Terms that are less similar to their concept are not proposed."""
FILED = 0.30
"""The same for terms with a sense that the source itself files under feelings."""
DOUBTFUL = 0.45
"""Those below are flagged as perhaps no emotion."""
GENERIC = 0.5
"""The same for terms that are only wider than a known one."""
FREQUENT = 0.55
"""The same for terms that are merely frequent in a corpus."""
PRIMARIES_OF_A_GENERAL_TERM = 4

EVIDENCE = 4
"""How many pieces of evidence a row has at most."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """What an expansion found.

    Attributes:
        proposals: the review queue, smallest margin first.
        antonyms: rows of `antonyms.COLUMNS`.
        offered: how many terms each source offered.
        decided: how many of the offered terms are decided already.
        dropped: how many of the others are not about feeling.
    """

    proposals: tuple[Proposal, ...]
    antonyms: tuple[tuple[str, ...], ...]
    offered: dict[str, int]
    decided: int
    dropped: int


def expand(
    ontology: Ontology,
    sources: Sequence[Source],
    embedder: Embedder,
    *,
    lang: str = "en",
    concepts: Sequence[str] = (),
    depth: int = 1,
    decided: Collection[Item] = (),
    progress: Progress | None = None,
) -> Expansion:
    """Return the terms that sources offer and nobody has decided, each given to one concept.

    A term goes to the concept of the highest score (`assignment.scores`): its similarity, and
    how much of the term's evidence comes from the concept's terms. Evidence of senses that are
    not about feeling does not count (`senses`). All concepts compete.

    Args:
        ontology: concepts and accepted terms.
        sources: who is asked, see `sources.open_sources`.
        embedder: the model.
        lang: language of the terms wanted.
        concepts: ids, IRIs or labels; only what they or their descendants lead to is kept. All
            by default.
        depth: relation steps from a known term.
        decided: what is not to come back, beside the accepted terms.
        progress: called as the work goes on.

    Raises:
        UnknownName: there is no such concept.
        ToneError: a concept is deprecated, the language has no terms, a source or the model fails.
    """
    scope = _scope(ontology, concepts)
    profiles = Profiles(ontology, embedder, lang)
    offers = gather(ontology, sources, lang, depth, progress)
    return _Run(profiles, embedder, sources, progress or (lambda *_: None)).expand(
        offers, scope, decided
    )


def _scope(ontology: Ontology, concepts: Sequence[str]) -> frozenset[str]:
    """Return the ids of concepts and all below them, of all live ones if none is named."""
    chosen: set[str] = set()
    for name in concepts:
        concept = ontology.concept(name)
        if concept.deprecated:
            successor = " or ".join(concept.replaced_by) or "no other concept"
            raise ToneError(f"the concept {concept.id} is deprecated: use {successor}")
        chosen.update((concept.id, *ontology.descendants(concept.id)))
    live = {each.id for each in live_concepts(ontology)}
    return frozenset(live & chosen if concepts else live)


class _Run:
    def __init__(
        self,
        profiles: Profiles,
        embedder: Embedder,
        sources: Sequence[Source],
        progress: Progress,
    ) -> None:
        self.profiles, self.ontology, self.lang = profiles, profiles.ontology, profiles.lang
        self.embedder, self.progress = embedder, progress
        self.judge = SenseJudge(profiles, embedder)
        # The least similarities were measured in English; a model may read no other language.
        self.measured = is_english(profiles.lang)
        self.wordnet = next((each for each in sources if isinstance(each, WordNet)), None)

    def expand(self, offers: Offers, scope: frozenset[str], decided: Collection[Item]) -> Expansion:
        known = {
            *((each.term, each.lang, each.pos) for each in self.ontology.terms),
            *((label, self.lang, "noun") for label in self._labels()),
            *decided,
        }
        new = _undecided(offers, known)
        reached = {item: found for item, found in new.items() if _in_scope(found, scope)}
        felt, chosen = self._choose(reached)
        dropped = len(reached) - len(chosen)
        chosen = {
            item: assigned
            for item, assigned in chosen.items()
            if any(each.seed for each in felt[item]) or assigned.concept in scope
        }
        flagged = self._flags(
            chosen,
            reached,
            felt,
            Forms((term for term, lang, _ in known if lang in (self.lang, "und")), self.lang),
        )
        rows = [
            _proposal(item, felt[item], assigned, flagged[item])
            for item, assigned in chosen.items()
        ]
        return Expansion(
            proposals=tuple(sorted(rows, key=lambda row: (row.margin, row.item))),
            antonyms=antonym_rows(self.ontology, self.lang, offers.antonyms, self.judge, scope),
            offered=_offered(offers),
            decided=len(offers.items) - len(new),
            dropped=dropped,
        )

    def _labels(self) -> list[str]:
        concepts = self.ontology.concepts.values()
        return [each.labels[self.lang] for each in concepts if self.lang in each.labels]

    def _choose(
        self, reached: dict[Item, list[Candidate]]
    ) -> tuple[dict[Item, list[Candidate]], dict[Item, Assigned]]:
        """Return what is about feeling of the candidates, and the concept of each item left."""
        items = sorted(reached)
        vectors = self.embedder.embed(
            [spoken(term, pos) for term, _, pos in items],
            lambda done, total: self.progress("embedding terms", done, total),
        )
        similarities = self.profiles.similarities(vectors)
        # Glosses take longest: those of words that are like no concept are not read.
        near = [
            row
            for row, item in enumerate(items)
            if similarities[row].max() >= self._least(reached[item])
        ]
        self.judge.read(
            (gloss for row in near for gloss in unread(reached[items[row]])),
            lambda done, total: self.progress("reading glosses", done, total),
        )
        felt = {items[row]: self.judge.about_feeling(reached[items[row]]) for row in near}
        rows = [row for row in near if felt[items[row]]]
        supports = self.profiles.supports([felt[items[row]] for row in rows])
        assigned = assign(self.profiles.concepts, similarities[rows], supports)
        chosen = {
            items[row]: each
            for row, each in zip(rows, assigned, strict=True)
            if each.similarity >= self._least(felt[items[row]])
        }
        return felt, chosen

    def _least(self, found: Collection[Candidate]) -> float:
        """Return the least similarity of a term to be proposed."""
        if any(each.pos == "emoticon" or each.relation == "listed" for each in found):
            return -1.0  # a model cannot read the one, and the user chose the other
        relations = {each.relation for each in found}
        if relations == {"frequent"}:
            return FREQUENT
        if not self.measured and relations != {"generic"}:
            return -1.0
        if any(each.feeling for each in found):
            return FILED
        return GENERIC if relations == {"generic"} else LEAST

    def _flags(
        self,
        chosen: dict[Item, Assigned],
        reached: dict[Item, list[Candidate]],
        felt: dict[Item, list[Candidate]],
        forms: Forms,
    ) -> dict[Item, set[str]]:
        usual = {item: self._usual_sense(item) for item in chosen}
        self.judge.read(gloss for gloss, feeling in usual.values() if feeling is None)
        flags = {}
        for item, assigned in chosen.items():
            found = label_flags(label for each in felt[item] for label in each.labels)
            other_sense = len({each.gloss for each in felt[item]}) < len(
                {each.gloss for each in reached[item]}
            )
            if self.judge.is_feeling(*usual[item]) is False or (not usual[item][0] and other_sense):
                found.add(AMBIGUOUS)
            if self.measured and assigned.similarity < DOUBTFUL:
                found.add(NOT_EMOTION)
            roots = {self.ontology.path(each.seed.concept)[0] for each in felt[item] if each.seed}
            if len(roots) >= PRIMARIES_OF_A_GENERAL_TERM or all(
                each.relation == "generic" for each in felt[item]
            ):
                found.add(GENERAL)
            if item[0] in forms:
                found.add(DECIDED)
            flags[item] = found
        return flags

    def _usual_sense(self, item: Item) -> tuple[str, bool | None]:
        """Return gloss and filing of a term's most usual sense, empty and None if not known."""
        term, _, pos = item
        senses = self.wordnet.senses(term) if self.wordnet else []
        sense = next((each for each in senses if each.pos == pos or pos == "phrase"), None)
        return (sense.gloss, sense.feeling) if sense else ("", None)


def spoken(term: str, pos: str) -> str:
    """Return what a model should read for a term: for an emoji the names of its characters."""
    if pos != "emoji":
        return term
    names = [unicodedata.name(each, "").lower() for each in term]
    return ", ".join(name for name in names if name and "selector" not in name) or term


def _undecided(offers: Offers, known: Iterable[Item]) -> dict[Item, list[Candidate]]:
    """Return the items that are not known; without a part of speech of its own, as any."""
    items = {(term.casefold(), lang, pos) for term, lang, pos in known}
    words = {(term, lang) for term, lang, _ in items}
    return {
        (term, lang, pos): found
        for (term, lang, pos), found in offers.items.items()
        if (term.casefold(), lang, pos) not in items
        and not ((term, lang, pos) in offers.guessed and (term.casefold(), lang) in words)
    }


def _in_scope(found: Iterable[Candidate], scope: frozenset[str]) -> bool:
    return any(each.seed is None or each.seed.concept in scope for each in found)


def _offered(offers: Offers) -> dict[str, int]:
    counts = Counter(
        source
        for found in offers.items.values()
        for source in sorted({each.source for each in found})
    )
    return dict(sorted(counts.items()))


def _proposal(
    item: Item, found: Sequence[Candidate], assigned: Assigned, flags: set[str]
) -> Proposal:
    # What speaks for the concept comes first, then what is nearest to a known term.
    ordered = sorted(
        found,
        key=lambda each: (
            each.seed is None or each.seed.concept != assigned.concept,
            each.distance,
            each.evidence,
        ),
    )
    evidence = dict.fromkeys(each.evidence.replace(SEPARATOR, ", ") for each in ordered)
    contexts = dict.fromkeys(
        context.replace(SEPARATOR, " / ") for each in found for context in each.contexts
    )
    return Proposal(
        *item,
        concept=assigned.concept,
        similarity=_places(assigned.similarity),
        margin=_places(assigned.margin),
        runner_up=assigned.runner_up,
        flags=tuple(flag for flag in FLAGS if flag in flags),
        source=tuple(sorted({each.source for each in found})),
        evidence=tuple(list(evidence)[:EVIDENCE]),
        contexts=tuple(contexts),
    )


def _places(number: float) -> Decimal:
    return min(max(Decimal(f"{number:.4f}"), Decimal(0)), Decimal(1))
