"""Files written as a whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from .errors import ToneError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_atomically(path: Path | str, data: bytes) -> None:
    """Replace a file's content in one step: a reader sees the old bytes or the new, never less.

    Raises:
        ToneError: as `replacing` does.
    """
    with replacing(path) as file:
        file.write(data)


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Replace the content of several files; where one cannot be written, none is changed.

    Raises:
        ToneError: as `replacing` does.
    """
    with ExitStack() as stack:
        for path, data in contents.items():
            file = stack.enter_context(replacing(path))
            file.write(data)
            file.flush()


@contextmanager
def replacing(path: Path | str, temporary: Path | None = None) -> Iterator[BinaryIO]:
    """Give a stream whose bytes replace a file's content in one step when the block ends.

    On an error in the block the file stays as it was. It keeps its mode; a link stays a link to
    the file that is replaced. Until then the bytes are in the file `temporary`, on the same file
    system; by default in one of a new name beside the file.

    Raises:
        ToneError: the file cannot be written; the message names it.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = _mode(target)
        if temporary is None:
            descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
            temporary = Path(name)
        else:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), mode)
        try:
            os.replace(temporary, target)
        except OSError as error:
            raise _unwritable(path, error) from None
    except BaseException as error:
        os.unlink(temporary)
        if isinstance(error, OSError) and error.errno in _FULL:
            raise _unwritable(path, error) from None
        raise


def _unwritable(path: Path | str, error: OSError) -> ToneError:
    return ToneError(f"{path}: cannot be written ({error.strerror})")


def _mode(target: Path) -> int:
    try:
        return target.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
