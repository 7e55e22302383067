"""A small WordNet of our own, written in the format of WordNet's database files (wndb(5WN))."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tone_kg.vocab.sources.wordnet_files import LEXICOGRAPHER_FILES

NOTICE = "  1 WordNet 3.0 Copyright: a small net in WordNet's format, written for TONE's tests.  \n"
PARTS = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}


@dataclass(frozen=True)
class Synset:
    """One synset. A pointer is a symbol of wninput(5WN) and the first word of its target, or,
    between words, a symbol, the number of the own word and that of the target's."""

    type: str
    file: str
    words: str
    gloss: str
    pointers: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return self.words.split()

    @property
    def part(self) -> str:
        return "a" if self.type == "s" else self.type


SYNSETS = {
    "sorrow": Synset(
        "n",
        "noun.feeling",
        "sorrow grief",
        'a feeling of great sadness; "he tried to express his sorrow"; - a poet',
        ("~ heartbreak", "+ sorrowful 1 1", "+ sorrowing 1 1", "= joyless", "! gladness 1 1"),
    ),
    "heartbreak": Synset(
        "n", "noun.feeling", "heartbreak", "intense sorrow", ("~ woe", "~ ruth", "~ rue", "~ dole")
    ),
    "woe": Synset("n", "noun.feeling", "woe", "misery resulting from affliction"),
    "ruth": Synset("n", "noun.feeling", "ruth", "sorrow for another"),
    "rue": Synset("n", "noun.feeling", "rue", "sorrow for what one did"),
    "dole": Synset("n", "noun.feeling", "dole", "sorrow, as poets call it"),
    "gladness": Synset("n", "noun.feeling", "gladness", "experiencing joy", ("! sorrow 1 1",)),
    "sorrowing": Synset("v", "verb.emotion", "grieve sorrow", "feel grief", ("+ sorrow 1 1",)),
    "sorrowful": Synset(
        "a",
        "adj.all",
        "sorrowful",
        "experiencing sorrow",
        ("+ sorrow 1 1", "& woebegone", "^ mournful"),
    ),
    "woebegone": Synset(
        "s", "adj.all", "woebegone broken_up", "affected by grief", ("& sorrowful",)
    ),
    "mournful": Synset("a", "adj.all", "mournful", "expressing grief"),
    "joyless": Synset("a", "adj.all", "joyless", "not experiencing joy", ("= sorrow",)),
    "sorrowfully": Synset(
        "r", "adv.all", "sorrowfully", "in a sorrowful manner", ("\\ sorrowful 1 1",)
    ),
    "blue mood": Synset("a", "adj.all", "blue", "filled with melancholy"),
    "blue colour": Synset("a", "adj.all", "blue", "of the color of the clear sky"),
    "blue clothing": Synset("n", "noun.artifact", "blue", "blue clothing"),
    "shit": Synset("n", "noun.artifact", "shit", "obscene word for a bad thing", (";u slang",)),
    "woful": Synset("a", "adj.all", "woful", "(archaic) full of woe"),
    "slang": Synset("n", "noun.communication", "slang", "informal language"),
}

COUNTS = {"blue%3:00:02::": 48, "blue%3:00:00::": 7, "blue%1:06:00::": 9}
"""By sense key; the last number tells words apart that are spelled alike in one file."""
_SENSE_NUMBERS = {"blue colour": 2}


def write_wordnet(folder: Path) -> Path:
    """Write the database's files into a folder and return it."""
    offsets = {
        name: at
        for part in PARTS
        for name, at in _lines(part, dict.fromkeys(SYNSETS, 0))[1].items()
    }
    for part, suffix in PARTS.items():
        (folder / f"data.{suffix}").write_text(_lines(part, offsets)[0])
        words: dict[str, list[int]] = {}
        for name, synset in SYNSETS.items():
            if synset.part == part:
                for word in synset.names:
                    words.setdefault(word, []).append(offsets[name])
        index = [
            f"{word} {part} {len(found)} 0 {len(found)} 0 {' '.join(f'{n:08}' for n in found)}  \n"
            for word, found in sorted(words.items())
        ]
        (folder / f"index.{suffix}").write_text(NOTICE + "".join(index))
    (folder / "noun.exc").write_text("griefs grief\n")
    counts = [f"{key} 1 {count}\n" for key, count in sorted(COUNTS.items())]
    (folder / "cntlist.rev").write_text("".join(counts))
    return folder


def _lines(part: str, offsets: dict[str, int]) -> tuple[str, dict[str, int]]:
    """Return a data file and where its synsets begin, which their pointers' numbers don't move."""
    text, begins = NOTICE, {}
    for name, synset in SYNSETS.items():
        if synset.part != part:
            continue
        begins[name] = len(text)
        number = _SENSE_NUMBERS.get(name, 0)
        fields = [f"{len(text):08}", f"{LEXICOGRAPHER_FILES.index(synset.file):02}", synset.type]
        fields += [f"{len(synset.names):02x}", *(f"{word} {number:x}" for word in synset.names)]
        fields += [f"{len(synset.pointers):03}"]
        for pointer in synset.pointers:
            symbol, target, *words = pointer.split()
            between = "".join(f"{int(word):02x}" for word in words) or "0000"
            fields.append(f"{symbol} {offsets[target]:08} {SYNSETS[target].part} {between}")
        if part == "v":
            fields.append("00")
        text += f"{' '.join(fields)} | {synset.gloss}  \n"
    return text, begins
