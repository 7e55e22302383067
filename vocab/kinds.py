"""The kinds of review: of terms, which people give to concepts, and of links between concepts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ..ontology.concepts import PRIMARIES, Link
from ..ontology.errors import ToneError
from ..ontology.links import (
    COMPOSED,
    KINDS,
    LEADS_TO,
    OPPOSITE,
    link_problems,
    make_link,
    read_link,
)
from ..ontology.model import Ontology
from ..ontology.table_rules import LANGUAGE_TAG, PARTS_OF_SPEECH, concept_problem
from ..ontology.term_text import LONGEST_TERM, invisible_character, unprintable_character
from ..ontology.terms import SEPARATOR
from .review_kind import OTHER, Item, ReviewKind

if TYPE_CHECKING:
    from .selection import Offer


class _Terms(ReviewKind):
    noun = "term"
    choice_noun = "concept"
    command = "vocab"
    file = "decisions.tsv"
    item = ("term", "lang", "pos")
    columns = (
        *item,
        "decision",
        "concept",
        "proposed",
        "score",
        "weight",
        "similarity",
        "margin",
        "runner_up",
        "source",
        "evidence",
        "reason",
        "reviewer",
        "role",
        "date",
    )
    sheet = (
        *("decision", "move_to", "score", "weight", "reason"),
        *(*item, "proposed", "path", "definition"),
        *("similarity", "margin", "runner_up"),
        *("flags", "source", "evidence", "contexts", "reviewer", "role"),
    )
    needed = (*item, "proposed", "decision")
    keys = "a123456789emn+rsud?q"
    reasons: Mapping[str, str] = {
        "1": "not a feeling",
        "2": "another sense is meant",
        "3": "judges without naming a feeling",
        "4": "a topic or cause",
        "5": "too general",
        "6": "rare or archaic",
        "7": "vulgar or insulting",
        "8": "not a term of the language",
        "9": "a feeling of no concept here",
    }
    levels = ("concept", "primary", "accepted")
    parts = (*PRIMARIES, OTHER)

    def offered(self, item: Item, proposed: str) -> str:
        return proposed

    def item_problems(self, item: Item) -> Iterator[str]:
        term, lang, pos = item
        if not term.strip():
            yield "term is empty"
        elif len(term) > LONGEST_TERM:
            yield f"a term of {len(term):,} characters; at most {LONGEST_TERM} are allowed"
        elif control := unprintable_character(term):
            yield f"a control character in the term, U+{ord(control):04X}"
        elif invisible := invisible_character(term):
            yield f"an invisible character in the term, U+{ord(invisible):04X}; take it out"
        elif term != " ".join(term.split()):
            yield "the term has blanks that say nothing"
        elif not unicodedata.is_normalized("NFC", term):
            yield "the term is not in Unicode's composed form (NFC)"
        if not LANGUAGE_TAG.fullmatch(lang):
            yield f"lang {lang!r} is no language tag"
        if pos not in PARTS_OF_SPEECH:
            yield f"pos {pos!r} is none of {', '.join(PARTS_OF_SPEECH)}"

    def read_item(self, cells: Mapping[str, str], ontology: Ontology) -> Item:
        term = unicodedata.normalize("NFC", cells["term"])
        return (term, cells["lang"], cells["pos"].casefold())

    def read_choice(self, text: str, item: Item, ontology: Ontology) -> str:
        return ontology.concept(text).id

    def choice_problems(self, choice: str, ontology: Ontology) -> Iterator[str]:
        if problem := concept_problem(choice, ontology.concepts):
            yield problem

    def missing(self, choice: str, ontology: Ontology) -> str | None:
        return None if choice in ontology.concepts else f"the concept {choice} does not exist"

    def concepts(self, choice: str, ontology: Ontology) -> list[str]:
        return [choice] if choice in ontology.concepts else []

    def part(self, choice: str, ontology: Ontology) -> str:
        if choice not in ontology.concepts:
            raise ToneError(f"the concept {choice} of a decision does not exist")
        return ontology.primary(choice) or OTHER

    def words(self, choice: str, ontology: Ontology) -> str:
        return choice

    def sheet_cells(self, offer: Offer, ontology: Ontology) -> dict[str, str]:
        concept = ontology.concepts.get(offer.proposed)
        return {
            "path": _path(concept.id, ontology) if concept else "",
            "definition": concept.definition if concept else "",
        }

    def card(self, offer: Offer, chosen: Sequence[str], ontology: Ontology) -> Iterator[str]:
        term, lang, pos = offer.item
        yield f"{term} ({pos}, {lang})"
        measured = (("similarity", offer.similarity), ("margin", offer.margin))
        numbers = ", ".join(f"{name} {value:.4f}" for name, value in measured if value is not None)
        for concept in chosen:
            own = "" if concept == offer.proposed else ", your choice"
            about = f" ({numbers})" if numbers and not own else ""
            yield f"= {_path(concept, ontology)}{own}{about}"
        if not chosen:
            yield "= no concept is proposed"
        if offer.runner_up and offer.runner_up not in chosen:
            yield f"runner-up: {_path(offer.runner_up, ontology)}"
        if offer.flags:
            yield f"flags: {', '.join(offer.flags)}"
        for concept in chosen:
            if concept in ontology.concepts:
                yield f"{concept}: {ontology.concepts[concept].definition}"
        if offer.evidence:
            yield f"evidence: {'; '.join(offer.evidence)} ({', '.join(offer.source)})"
        for concept in chosen:
            if known := _known_terms(concept, lang, ontology):
                yield f"terms of {concept}: {', '.join(known[:12])}"
        for context in offer.contexts:
            yield f"- {context}"


class _Links(ReviewKind):
    noun = "link"
    choice_noun = "link"
    command = "link"
    file = "link-decisions.tsv"
    item = ("link",)
    columns = (
        *item,
        "decision",
        "accepted",
        "proposed",
        "score",
        "combined",
        "methods",
        "source",
        "evidence",
        "reason",
        "reviewer",
        "role",
        "date",
    )
    sheet = (
        *("decision", "move_to", "score", "reason"),
        *(*item, "in_words", "proposed", "paths", "definitions"),
        *("combined", "methods", "kinds"),
        *("flags", "source", "evidence", "reviewer", "role"),
    )
    needed = (*item, "decision")
    keys = "aemrsud?q"
    reasons: Mapping[str, str] = {
        "1": "not opposed, merely different",
        "2": "one is a kind or degree of the other",
        "3": "holds for some kinds only",
        "4": "a cause or effect, not a part",
        "5": "the parts do not make the whole",
        "6": "a part adds nothing",
        "7": "the result does not follow",
        "8": "too rare or far-fetched",
        "9": "says the same as another link",
    }
    levels = ("link", "accepted")
    parts = KINDS

    def offered(self, item: Item, proposed: str) -> str:
        return item[0]

    def item_problems(self, item: Item) -> Iterator[str]:
        if not item[0].strip():
            yield "link is empty"
        elif control := unprintable_character(item[0]):
            yield f"a control character in the link, U+{ord(control):04X}"

    def read_item(self, cells: Mapping[str, str], ontology: Ontology) -> Item:
        if not cells["link"]:
            raise ToneError("link is empty")
        return (read_link(cells["link"], ontology).id,)

    def read_choice(self, text: str, item: Item, ontology: Ontology) -> str:
        names = [each.strip() for each in re.split(r"[,+]", text)]
        if len(names) < 2 or any(kind.casefold() in text.casefold() for kind in KINDS):
            return read_link(text, ontology).id
        kind = read_link(item[0], ontology).kind
        if kind == OPPOSITE and len(names) != 2:
            raise ToneError(f"{text!r} names {len(names)} concepts; a pair of opposites has two")
        ids = [ontology.concept(name).id for name in names]
        return make_link(
            kind, *((ids[:-1], ids[-1:]) if kind == LEADS_TO else (ids[:1], ids[1:]))
        ).id

    def choice_problems(self, choice: str, ontology: Ontology) -> Iterator[str]:
        if problem := self.missing(choice, ontology):
            yield problem
        else:
            link = read_link(choice, ontology)
            yield from (f"{choice}: {problem}" for problem in link_problems(link, ontology))

    def missing(self, choice: str, ontology: Ontology) -> str | None:
        try:
            link = read_link(choice, ontology)
        except ToneError as error:
            return str(error)
        return None if link.id == choice else f"the link {choice} is written {link.id}"

    def concepts(self, choice: str, ontology: Ontology) -> list[str]:
        try:
            link = read_link(choice, ontology)
        except ToneError:
            return []
        return list(dict.fromkeys([*(link.operands or [link.subject]), *link.targets]))

    def part(self, choice: str, ontology: Ontology) -> str:
        return read_link(choice, ontology).kind

    def words(self, choice: str, ontology: Ontology) -> str:
        return in_words(read_link(choice, ontology), ontology)

    def sheet_cells(self, offer: Offer, ontology: Ontology) -> dict[str, str]:
        named = self.concepts(offer.item[0], ontology)
        return {
            "in_words": self.words(offer.item[0], ontology),
            "paths": SEPARATOR.join(_path(each, ontology) for each in named),
            "definitions": SEPARATOR.join(_defined(each, ontology) for each in named),
        }

    def card(self, offer: Offer, chosen: Sequence[str], ontology: Ontology) -> Iterator[str]:
        yield self.words(offer.item[0], ontology)
        for choice in chosen:
            if choice == offer.item[0]:
                scores = "; ".join(offer.methods)
                combined = "" if offer.similarity is None else f"combined {offer.similarity:.4f}"
                about = ": ".join(filter(None, (combined, scores)))
                yield f"= {choice}{f' ({about})' if about else ''}"
            else:
                yield f"= {self.words(choice, ontology)} ({choice}), your choice"
        if offer.kinds:
            yield f"makes sense for their kinds too: {offer.kinds}"
        if offer.flags:
            yield f"flags: {', '.join(offer.flags)}"
        named = [each for choice in chosen for each in self.concepts(choice, ontology)]
        for concept in dict.fromkeys(named):
            yield f"{_path(concept, ontology)}: {ontology.concepts[concept].definition}"
        if offer.evidence:
            yield f"evidence: {'; '.join(offer.evidence)} ({', '.join(offer.source)})"
        elif offer.source:
            yield f"source: {', '.join(offer.source)}"


def in_words(link: Link, ontology: Ontology) -> str:
    """Return a link as a sentence: `delight is composed of joy and surprise`."""

    def labels(concepts: Sequence[str], last: str) -> str:
        *first, end = (ontology.concepts[each].label for each in concepts)
        return f"{', '.join(first)} {last} {end}" if first else end

    targets = labels(link.targets, "and")
    if link.kind == LEADS_TO:
        return f"{labels(link.operands, 'plus')} leads to {targets}"
    verb = "is composed of" if link.kind == COMPOSED else "is the opposite of"
    return f"{labels([link.subject], '')} {verb} {targets}"


def _path(concept: str, ontology: Ontology) -> str:
    return " > ".join(ontology.path(concept)) if concept in ontology.concepts else concept


def _defined(concept: str, ontology: Ontology) -> str:
    return f"{concept}: {ontology.concepts[concept].definition}"


def _known_terms(concept: str, lang: str, ontology: Ontology) -> list[str]:
    """Return the accepted terms of a concept in a language, the strongest first."""
    terms = [each for each in ontology.terms if (each.concept, each.lang) == (concept, lang)]
    terms.sort(key=lambda each: (-(each.score or 0), each.term))
    return list(dict.fromkeys(each.term for each in terms))


TERMS: ReviewKind = _Terms()
"""Terms, each given to one or more concepts; recorded in `decisions.tsv`."""
LINKS: ReviewKind = _Links()
"""Links between emotions, each right as it is, instead of another, or not; `link-decisions.tsv`."""
