"""Inflected forms of English vocabulary terms, made from the lemma when the vocabulary is loaded.

More forms may be made than English has (`sorrier` from a noun is not; `quarreled` beside
`quarrelled` is): a form that nobody writes costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ...ontology.terms import read_rows

VERB, NOUN, ADJECTIVE, PHRASE, OTHER = "verb", "noun", "adjective", "phrase", "other"

_COLUMNS = ("lemma", "forms")
_VOWELS = re.compile(r"[aeiouy]+")
_ENDS_CVC = re.compile(r"(?:[^aeiou]|qu)[aeiou][bdfglmnprt]$")
_UNGRADED = re.compile(r"(?:ed|ing|ful|less|ous|ish|ive|al|ic|ent|ant|en|some|able|ible|ary)$")


@cache
def _irregular() -> dict[str, tuple[str, ...]]:
    path = Path(__file__).with_name("irregular.tsv")
    return {lemma: tuple(forms.split()) for _, (lemma, forms) in read_rows(path, _COLUMNS)}


def part_of_speech(pos: str) -> str:
    """Return the class of a vocabulary row's `pos` that decides how the term is inflected."""
    name = pos.lower()
    if name.startswith("v"):
        return VERB
    if name.startswith("n"):
        return NOUN
    if name in ("a", "s") or name.startswith("adj"):
        return ADJECTIVE
    if name.startswith(("phr", "idiom", "mw", "multi", "expr")):
        return PHRASE
    return OTHER


def inflections(tokens: tuple[str, ...], pos: str) -> Iterator[tuple[str, ...]]:
    """Yield the inflected forms of a term, as tokens, its lemma left out.

    A verb or set phrase is inflected in its first word (`break down`: `broke down`); a noun in
    its last, plural and genitive, and in its first before `of` (`pang of guilt`: `pangs of guilt`).

    Args:
        tokens: the words of the lemma.
        pos: the term's part of speech as the vocabulary has it.
    """
    kind = part_of_speech(pos)
    first, last = tokens[0], tokens[-1]
    # What a phrase begins with may be no verb: most made-up forms harm nobody, but `is` would.
    if kind == VERB or (kind == PHRASE and len(tokens) > 1 and len(first) > 1):
        yield from ((form, *tokens[1:]) for form in verb_forms(first))
    elif kind == NOUN:
        yield from ((*tokens[:-1], form) for form in (plural(last), last + "'s"))
        if len(tokens) > 2 and tokens[1] == "of":
            yield (plural(first), *tokens[1:])
    elif kind == ADJECTIVE and len(tokens) == 1:
        yield from ((form,) for form in degrees(first))


def plural(noun: str) -> str:
    """Return a noun's regular plural; verbs take the same ending in the third person."""
    if re.search(r"(?:s|x|z|ch|sh)$", noun):
        return noun + "es"
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    if re.search(r"[^aeiou]o$", noun):
        return noun + "es"
    return noun + "s"


def verb_forms(verb: str) -> list[str]:
    """Return a verb's third person, past forms and -ing form."""
    irregular = _irregular().get(verb)
    if irregular and ("'" in verb or verb in ("be", "have", "do")):
        return list(irregular)
    stems = [verb]
    if verb.endswith("c"):
        stems = [verb + "k"]
    elif _ENDS_CVC.search(verb):
        # Stress decides (`regretted`, `entered`); it cannot be seen, so longer verbs get both.
        doubled = verb + verb[-1]
        stems = [doubled] if len(_VOWELS.findall(verb)) == 1 else [verb, doubled]
    forms = [plural(verb)]
    for stem in stems:
        if stem.endswith("ie"):
            forms.append(stem[:-2] + "ying")
        elif re.search(r"[^eoy]e$", stem):
            forms.append(stem[:-1] + "ing")
        else:
            forms.append(stem + "ing")
        if irregular:
            continue
        if stem.endswith("e"):
            forms.append(stem + "d")
        elif re.search(r"[^aeiou]y$", stem):
            forms.append(stem[:-1] + "ied")
        else:
            forms.append(stem + "ed")
    return [*forms, *(irregular or ())]


def degrees(adjective: str) -> list[str]:
    """Return an adjective's comparative and superlative where they are made by endings."""
    if adjective == "bad":
        return ["worse", "worst"]
    syllables = len(_VOWELS.findall(re.sub(r"e$", "", adjective)))
    if syllables > 2 or _UNGRADED.search(adjective) or adjective == "good":
        # `better` and `best` say too many other things to stand for `good`.
        return []
    stem = adjective
    if stem.endswith("e"):
        stem = stem[:-1]
    elif re.search(r"[^aeiou]y$", stem):
        stem = stem[:-1] + "i"
    elif syllables == 1 and _ENDS_CVC.search(stem):
        stem += stem[-1]
    return [stem + "er", stem + "est"]
