"""Files written as a whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from .errors import ToneError


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file's content in one step: a reader sees the old bytes or the new, never less.

    The file keeps its mode; a link stays a link to the file that is replaced.

    Raises:
        ToneError: the file cannot be written; the message names it.
    """
    try:
        _replace(Path(os.path.realpath(path)), data)
    except OSError as error:
        raise ToneError(f"{path}: cannot be written ({error.strerror})") from None


def _replace(path: Path, data: bytes) -> None:
    try:
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        mode = 0o666 & ~_umask()
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
