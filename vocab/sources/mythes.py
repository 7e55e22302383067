"""MyThes thesauri, the format of LibreOffice and of Debian's packages `mythes-*`.

The first line names the encoding. Then each word has a line `word|number of meanings` and as many
lines `part of speech|term|term (note)|...`; see data_layout.txt of
https://github.com/hunspell/mythes.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ...ontology.errors import SourceError
from ...ontology.term_text import LONGEST_TERM
from .base import ANTONYM, Candidate, MissingSource, Seed
from .mythes_notes import label_of, pos_of_tag, relation_of
from .text import decode, read_bytes, vocabulary_pos

FOLDERS = (
    Path("/usr/share/mythes"),
    Path("/usr/local/share/mythes"),
    Path("/usr/share/myspell/dicts"),
    Path("/usr/share/myspell"),
)
"""Where systems keep their thesauri."""

GLOSS_LENGTH = 8
"""How many terms of a meaning are given as its gloss."""

LONGEST_FIELD = 500
"""In characters: no thesaurus has a longer one. Those merely too long for terms are left out."""

_FILE_NAME = re.compile(r"th_([a-z]{2,3})(?:_([A-Z]{2}))?(?:_v\d+)?\.dat")
_ENTRY = re.compile(r"(.*)\|(\d+)")
_MISPLACED_ENTRY = re.compile(r"[^(|-][^|]*\|\d+")
_PARENTHESES = re.compile(r"\s*\(([^()]*)\)$")
_OPTIONAL = re.compile(r"\([^()]*\)")
_MAIN_REGION = {"en": "US"}
_ENDS = ("generic", ANTONYM)
"""What is under a generic term, or beside an antonym, is no longer about the seed."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning of a word: `tag` as the file has it, members as (term, relation, labels)."""

    number: int
    tag: str
    members: tuple[tuple[str, str, tuple[str, ...]], ...]

    @property
    def pos(self) -> str:
        """The part of speech in the vocabulary's words, empty where the file does not say."""
        return pos_of_tag(self.tag)


def find_mythes(lang: str, folders: Sequence[Path] = FOLDERS) -> Path:
    """Return the thesaurus of a language that the system has installed.

    Of several countries' that of the language's own (`th_es_ES`) comes first, for English `en_US`.

    Raises:
        MissingSource: there is none; the message names the package.
    """
    language, _, region = lang.replace("-", "_").partition("_")
    wanted = region.upper() or _MAIN_REGION.get(language, language.upper())

    def order(path: Path) -> tuple[bool, str]:
        name = _FILE_NAME.fullmatch(path.name)
        return (name is None or name[2] != wanted, path.name)

    for folder in folders:
        found = sorted(folder.glob(f"th_{language}_*.dat"), key=order)
        if found:
            return found[0]
    package = _package(language, wanted)
    raise MissingSource(
        f"no MyThes thesaurus for {lang!r} in {', '.join(map(str, folders))}: install Debian's"
        f" package {package}, or name a file: mythes:PATH"
    )


def language_of(path: Path) -> str | None:
    """Return the language that a thesaurus file's name tells (`th_es_ES_v2.dat`: es), if any."""
    name = _FILE_NAME.fullmatch(path.name)
    return name[1] if name else None


def _source_name(path: Path) -> str:
    """Return the name to cite: that of Debian's package where the file is named as its."""
    name = _FILE_NAME.fullmatch(path.name)
    return _package(name[1], name[2] or "") if name else f"mythes:{path.stem}"


def _package(language: str, region: str) -> str:
    """Return the name of Debian's package; most have the country only where there are several."""
    several = language in ("en", "pt") or (language, region) == ("de", "CH")
    return f"mythes-{language}-{region.lower()}" if several and region else f"mythes-{language}"


class MyThes:
    """A MyThes thesaurus.

    The format ties terms to words, not to meanings, so a second step goes on from those meanings
    of a term that mention the word it was reached from, or from all of them if none does. A word's
    own meanings are all walked; which of them are feelings is for the reader to judge by `gloss`,
    which holds the first members of the meaning, all that the format has to tell it apart.

    Args:
        path: the `.dat` file; its `.idx` is not needed.
        lang: the language of its terms.

    Raises:
        MissingSource: the file is not there.
        SourceError: the file is truncated, not in its encoding, or breaks the format.
    """

    def __init__(self, path: Path, lang: str) -> None:
        self.name = _source_name(path)
        self.lang = lang
        self._path = path
        provided_by = "Debian's packages mythes-* provide thesauri in this format"
        self._lines = _lines(path, read_bytes(path, provided_by))
        self._entries = _index(path, self._lines)
        self.meanings = lru_cache(maxsize=20_000)(self._meanings)

    def __contains__(self, term: str) -> bool:
        return term.lower() in self._entries

    def _meanings(self, term: str) -> tuple[Meaning, ...]:
        """Return the meanings of a term, none if it is not in the thesaurus."""
        meanings = [
            _meaning(number, self._lines[line])
            for number, line in enumerate(self._entries.get(term.lower(), ()), start=1)
        ]
        return tuple(meanings)

    def candidates(self, seeds: Sequence[Seed], depth: int) -> Iterator[Candidate]:
        """Yield the terms of the seeds' meanings, nearest first; see `Source`.

        Generic terms and antonyms are offered but not walked on from.
        """
        for seed in seeds:
            yield from self._around(seed, depth)

    def _around(self, seed: Seed, depth: int) -> Iterator[Candidate]:
        seen: set[tuple[str, str]] = set()
        queue = deque([(seed.term, "", "", 1)])
        while queue:
            term, came_from, path, distance = queue.popleft()
            walked = self._walked(term, came_from or None, seed.pos)
            for meaning, (member, relation, labels) in walked:
                pos = self._pos(member, meaning.pos)
                if (member.lower(), pos) in seen or member.lower() == seed.term.lower():
                    continue
                seen.add((member.lower(), pos))
                place = f"{meaning.pos}, " if meaning.pos else ""
                evidence = f"{path}{term} ({place}sense {meaning.number}) > {relation}"
                yield Candidate(
                    term=member,
                    lang=self.lang,
                    pos=vocabulary_pos(member, pos),
                    relation=relation,
                    seed=seed,
                    source=self.name,
                    evidence=evidence,
                    distance=distance,
                    gloss=_gloss(term, meaning),
                    labels=labels,
                )
                if distance < depth and relation not in _ENDS:
                    queue.append((member, term, f"{evidence} > ", distance + 1))

    def _walked(
        self, term: str, came_from: str | None, pos: str
    ) -> list[tuple[Meaning, tuple[str, str, tuple[str, ...]]]]:
        """Return the members of the meanings to walk, those of the closest relation first."""
        meanings: Sequence[Meaning] = self.meanings(term)
        if came_from is None:
            # A seed of a known part of speech means nothing else.
            preferred = [each for each in meanings if not pos or each.pos in ("", pos)]
        else:
            back = came_from.lower()
            preferred = [
                each
                for each in meanings
                if any(back == term.lower() for term, _, _ in each.members)
            ]
        members = [
            (meaning, member) for meaning in preferred or meanings for member in meaning.members
        ]
        return sorted(members, key=lambda each: each[1][1] in _ENDS)

    def _pos(self, term: str, pos: str) -> str:
        """Return the part of speech of a member of a meaning: a related term may have another."""
        own = {meaning.pos for meaning in self.meanings(term)}
        return pos if "" in own or pos in own or len(own) != 1 else own.pop()


def _lines(path: Path, data: bytes) -> list[str]:
    first, _, _ = data.partition(b"\n")
    declared = first.strip().decode("ascii", "replace")
    encoding = declared.removeprefix("microsoft-")
    try:
        "".encode(encoding)
    except (LookupError, ValueError):
        raise SourceError(
            path, 1, f"the first line must name an encoding, such as UTF-8, not {declared[:40]!r}"
        ) from None
    if not data.endswith(b"\n"):
        line = data.count(b"\n") + 1
        raise SourceError(path, line, "the file ends within a line: it seems to be truncated")
    text = decode(path, data, encoding)
    if not text.isascii() and "utf" not in encoding.lower() and _is_utf8(data):
        raise SourceError(path, 1, f"the first line says {declared}, but the file is UTF-8")
    return text.split("\n")[:-1]


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _index(path: Path, lines: list[str]) -> dict[str, tuple[int, ...]]:
    """Return where each word's meanings stand; a word may have several entries."""
    entries: dict[str, tuple[int, ...]] = {}
    at = 1
    while at < len(lines):
        entry = _ENTRY.fullmatch(lines[at])
        if entry is None:
            if not lines[at].strip():
                at += 1
                continue
            raise SourceError(
                path, at + 1, "expected a word and its number of meanings, as in happy|2"
            )
        word, count = entry[1], int(entry[2])
        following = range(at + 1, at + 1 + count)
        if following.stop > len(lines):
            raise SourceError(
                path, at + 1, f"{word!r} should have {count} meanings, but the file ends before"
            )
        for line in following:
            if "|" not in lines[line] or _MISPLACED_ENTRY.fullmatch(lines[line]):
                raise SourceError(
                    path, line + 1, f"expected a meaning of {word!r}, which should have {count}"
                )
            if len(lines[line]) > LONGEST_FIELD < max(map(len, lines[line].split("|"))):
                problem = f"a term of more than {LONGEST_FIELD} characters; is the file damaged?"
                raise SourceError(path, line + 1, problem)
        entries[word.lower()] = entries.get(word.lower(), ()) + tuple(following)
        at = following.stop
    if not entries:
        raise SourceError(path, len(lines), "holds no words")
    return entries


def _meaning(number: int, line: str) -> Meaning:
    tag, *members = line.split("|")
    parsed = [each for each in map(_member, members) if each[0]]
    return Meaning(number, tag.strip(), tuple(parsed))


def _member(written: str) -> tuple[str, str, tuple[str, ...]]:
    """Return term, relation and usage labels of what is written, as `Wut (ugs.) (Oberbegriff)`."""
    term, notes = written.strip(), []
    while found := _PARENTHESES.search(term):
        notes += [note.strip() for note in found[1].split(",")]
        term = term[: found.start()]
    relation = next(filter(None, map(relation_of, notes)), "synonym")
    labels = sorted({label for note in notes if (label := label_of(note))})
    # What stands in parentheses within a term may be left out: (sich) freuen, Anwandlung(en).
    term = " ".join(_OPTIONAL.sub("", term).split())
    return term if len(term) <= LONGEST_TERM else "", relation, tuple(labels)


def _gloss(term: str, meaning: Meaning) -> str:
    members = [member for member, relation, _ in meaning.members if relation not in _ENDS]
    return ", ".join(list(dict.fromkeys([term, *members]))[:GLOSS_LENGTH])
