"""WordNet's database files, read by NLTK.

The format: https://wordnet.princeton.edu/documentation/wndb5wn.
"""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path
from typing import IO, Any

from ...ontology.errors import SourceError, ToneError
from .base import MissingSource

_FILES = """
adj.all adj.pert adv.all noun.Tops noun.act noun.animal noun.artifact noun.attribute noun.body
noun.cognition noun.communication noun.event noun.feeling noun.food noun.group noun.location
noun.motive noun.object noun.person noun.phenomenon noun.plant noun.possession noun.process
noun.quantity noun.relation noun.shape noun.state noun.substance noun.time verb.body verb.change
verb.cognition verb.communication verb.competition verb.consumption verb.contact verb.creation
verb.emotion verb.motion verb.perception verb.possession verb.social verb.stative verb.weather
adj.ppl
"""
LEXICOGRAPHER_FILES = tuple(_FILES.split())
"""In the order of their numbers (lexnames(5WN)); Debian's package leaves WordNet's list out."""

_PARTS = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
_NEEDED = [
    f"{kind}.{part}" for kind in ("index", "data") for part in dict.fromkeys(_PARTS.values())
]
_OPTIONAL = [f"{part}.exc" for part in dict.fromkeys(_PARTS.values())] + ["cntlist.rev"]
_INDEX_LINE = re.compile(r"(\S+) [nvar] (\d+) (\d+)(?: \S+)* \2 \d+(?: \d{8})+ *\r?\n?")
_VERSION = re.compile(r"WordNet (\d+(?:\.\d+)*)")


def open_reader(folder: Path) -> Any:
    """Return an NLTK `WordNetCorpusReader` of a folder of database files.

    Its methods raise `SourceError` where a synset cannot be read.

    Raises:
        MissingSource: a file is not there.
        SourceError: a file is truncated or breaks the format.
        ToneError: NLTK is not installed.
    """
    try:
        from nltk.corpus.reader.wordnet import (  # type: ignore[import-untyped]
            WordNetCorpusReader,
            WordNetError,
        )
        from nltk.data import PathPointer  # type: ignore[import-untyped]
    except ImportError:
        raise ToneError("WordNet is read by nltk: pip install 'tone-kg[vocab]'") from None
    for name in _NEEDED:
        _check_file(folder / name)

    class Folder(PathPointer):
        """The root that NLTK asks for. As a string it would have to lie in NLTK's data path."""

        def open(self, encoding: str | None = None) -> IO[Any]:
            raise NotImplementedError

        def join(self, fileid: str) -> PathPointer:
            raise NotImplementedError

        def file_size(self) -> int:
            raise NotImplementedError

    class Reader(WordNetCorpusReader):
        """The reader, given what Debian's package lacks and told to say where a file is broken."""

        def open(self, file: str) -> IO[str]:
            if file == "lexnames":
                names = enumerate(LEXICOGRAPHER_FILES)
                return io.StringIO("".join(f"{number:02} {name} 0\n" for number, name in names))
            if file in _OPTIONAL and not (folder / file).exists():
                return io.StringIO()
            return open(folder / file, encoding="utf-8", newline="\n")

        def map_wn(self, version: str = "wordnet") -> None:
            """Map no other version's synsets: NLTK would look for its own copy of WordNet."""

        def synset_from_pos_and_offset(self, pos: str, offset: int) -> Any:
            try:
                with warnings.catch_warnings():
                    # NLTK only warns of an offset where no synset begins.
                    warnings.simplefilter("error", UserWarning)
                    return super().synset_from_pos_and_offset(pos, offset)
            except (WordNetError, UserWarning, *_BROKEN):
                path, line = line_of(folder, pos, offset)
                problem = f"no synset can be read at byte {offset}; is the file truncated?"
                raise SourceError(path, line, problem) from None

    try:
        return Reader(Folder(), False)
    except (WordNetError, StopIteration, *_BROKEN) as error:
        raise _index_error(folder, error) from None


_BROKEN = (AssertionError, AttributeError, LookupError, StopIteration, TypeError, ValueError)
"""What NLTK's reader may stumble with over lines it does not expect."""


def line_of(folder: Path, pos: str, offset: int) -> tuple[Path, int]:
    """Return the file and line where the synset of an offset stands, or should."""
    path = folder / f"data.{_PARTS[pos]}"
    return path, path.read_bytes()[:offset].count(b"\n") + 1


def version_of(folder: Path) -> str:
    """Return the version that the database files state (`3.0`), empty where they state none."""
    with open(folder / "data.adj", encoding="utf-8", errors="replace") as file:
        for line in file:
            if not line.startswith(" "):
                return ""
            found = _VERSION.search(line)
            if found:
                return found[1]
    return ""


def _check_file(path: Path) -> None:
    try:
        with open(path, "rb") as file:
            if file.seek(0, io.SEEK_END):
                file.seek(-1, io.SEEK_END)
            whole = file.read(1) == b"\n"
    except FileNotFoundError:
        raise MissingSource(
            f"{path} is missing: install Debian's package wordnet-base, or name the folder of"
            " another copy of WordNet's database: wordnet:DIR"
        ) from None
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from None
    if not whole:
        lines = path.read_bytes().count(b"\n") + 1
        raise SourceError(path, lines, "the file ends within a line: it seems to be truncated")


def _index_error(folder: Path, error: Exception) -> SourceError:
    """Return the error for database files that NLTK cannot load, with its place if it is found."""
    for name in _NEEDED:
        with open(folder / name, "rb") as file:
            for number, raw in enumerate(file, start=1):
                try:
                    line = raw.decode("utf-8")
                except UnicodeDecodeError as wrong:
                    return SourceError(folder / name, number, f"not UTF-8 at byte {wrong.start}")
                bad = not _INDEX_LINE.fullmatch(line) and not line.startswith(" ")
                if name.startswith("index.") and bad:
                    return SourceError(folder / name, number, "is no line of a WordNet index")
    return SourceError(folder, None, f"is no WordNet database that can be read ({error})")
