"""Parrott's table is in the ontology cell by cell, each word where he puts it."""

from __future__ import annotations

from tone_kg.ontology.model import load

TABLE = {
    "love": {
        "affection": "adoration fondness liking attraction caring tenderness compassion "
        "sentimentality",
        "lust": "arousal desire passion infatuation",
        "longing": "",
    },
    "joy": {
        "cheerfulness": "amusement bliss gaiety glee jolliness joviality delight enjoyment "
        "gladness happiness jubilation elation satisfaction ecstasy euphoria",
        "zest": "enthusiasm zeal excitement thrill exhilaration",
        "contentment": "pleasure",
        "pride": "triumph",
        "optimism": "eagerness hope",
        "enthrallment": "rapture",
        "relief": "",
    },
    "surprise": {"surprise proper": "amazement astonishment"},
    "anger": {
        "irritation": "aggravation agitation annoyance grouchiness grumpiness",
        "exasperation": "frustration",
        "rage": "outrage fury wrath hostility ferocity bitterness hate loathing scorn spite "
        "vengefulness dislike resentment",
        "disgust": "revulsion contempt",
        "envy": "jealousy",
        "torment": "",
    },
    "sadness": {
        "suffering": "agony hurt anguish",
        "sadness proper": "depression despair hopelessness gloom glumness unhappiness grief "
        "sorrow woe misery melancholy",
        "disappointment": "dismay displeasure",
        "shame": "guilt regret remorse",
        "neglect": "alienation isolation loneliness rejection homesickness defeat dejection "
        "insecurity embarrassment humiliation insult",
        "sympathy": "pity",
    },
    "fear": {
        "horror": "alarm shock fright terror panic hysteria mortification",
        "nervousness": "anxiety tenseness uneasiness apprehension worry distress dread",
    },
}


def test_every_cell_of_the_table_has_its_place() -> None:
    wanted = {
        path
        for primary, secondaries in TABLE.items()
        for secondary, tertiaries in secondaries.items()
        for path in (
            (primary,),
            (primary, secondary),
            *((primary, secondary, tertiary) for tertiary in tertiaries.split()),
        )
    }
    ontology = load()
    stated = {
        tuple(ontology.concepts[each].label for each in ontology.path(concept.id))
        for concept in ontology.concepts.values()
        if "parrott" in concept.schemes
    }
    assert stated == wanted
    assert len(wanted) == 6 + 25 + 106
