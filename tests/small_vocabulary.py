"""The real concepts with a small vocabulary of our own, so that tests know every term."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

from tone_kg.ontology import load
from tone_kg.ontology.model import Ontology
from tone_kg.ontology.terms import Term
from tone_kg.service import Annotator, Answer

ROWS = """
happy adjective Happiness | sad adjective Sadness | unhappy adjective Unhappiness
angry adjective Anger | afraid adjective Fear | guilty adjective Guilt | proud adjective Pride
heartbroken adjective Grief | alone adjective Loneliness | overjoyed adjective Elation
curious adjective Curiosity | terribly adverb Distress 0.5 0.2 | bittersweet adjective Joy 0.6
bittersweet adjective Sadness 0.3 | anxious adjective Anxiety | naïve adjective Confusion
joy noun Joy | fear noun Fear | fear verb Fear | love noun Affection | love verb Love
pang of guilt noun Guilt | broken heart noun Grief | tear noun Sadness
see red phrase Rage | feel down verb Sadness | grieve verb Grief | cry verb Sadness
hug verb Fondness | agonize verb Agony | weep verb Sadness | panic verb Panic | regret verb Regret
break one's heart verb Grief | hate oneself verb Loathing | drive someone crazy verb Exasperation
cheer up verb Cheerfulness | crack up phrase Amusement | can't stand verb Loathing
be in tears phrase Sadness | over the moon phrase Elation | in love phrase Love
one's heart sinks phrase Despair | wow interjection Amazement
yay interjection Joy | haha interjection Amusement
😂 emoji Amusement | ❤️ emoji Love | 🤦 emoji Embarrassment | 👍 emoji Approval | 😮‍💨 emoji Relief
:) emoticon Happiness | :'( emoticon Sadness | <3 emoticon Love | :/ emoticon Uneasiness
:D emoticon Joy | D: emoticon Horror | T_T emoticon Sadness | ^^ emoticon Joy
"""


def term(text: str, pos: str, concept: str, score: str = "1", weight: str = "1") -> Term:
    """Return a row of the vocabulary."""
    return Term(
        term=text,
        lang="en",
        pos=pos,
        concept=concept,
        score=Decimal(score),
        margin=None,
        runner_up="",
        weight=Decimal(weight),
        source=(),
        evidence=(),
        status="accepted",
        reviewer=(),
        date="",
    )


def _terms() -> tuple[Term, ...]:
    parts_of_speech = {
        *("adjective", "adverb", "noun", "verb", "phrase"),
        *("interjection", "emoji", "emoticon"),
    }
    terms = []
    for row in ROWS.replace("\n", " | ").split(" | "):
        fields = row.split()
        if fields:
            at = next(i for i, field in enumerate(fields) if i and field in parts_of_speech)
            terms.append(term(" ".join(fields[:at]), *fields[at:]))
    return tuple(terms)


@cache
def small_ontology() -> Ontology:
    """Return the installed ontology with the small vocabulary in place of its own."""
    return replace(load(), terms=_terms())


@cache
def small_annotator() -> Annotator:
    """Return an annotator of the lexicon engine with the small vocabulary."""
    return Annotator("lexicon", ontology=small_ontology())


def annotate(text: str, **options: object) -> Answer:
    """Return the answer of that annotator for one text."""
    return small_annotator().annotate_one(text, **options)  # type: ignore[arg-type]
