"""A number that processes share, by which they tell whether a store has changed."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

_NUMBER = struct.Struct("@Q")
_NAME = "stamp"


class Stamp:
    """The number of a holder's folder: it grows with each change of the store.

    One process may let it grow; the others see that at once.

    Args:
        folder: the holder's.
    """

    def __init__(self, folder: Path) -> None:
        with (folder / _NAME).open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), _NUMBER.size)

    @classmethod
    def make(cls, folder: Path) -> Stamp:
        """Return the stamp of a new folder."""
        (folder / _NAME).write_bytes(_NUMBER.pack(0))
        return cls(folder)

    @property
    def value(self) -> int:
        """The number at this moment."""
        number: int = _NUMBER.unpack_from(self._page)[0]
        return number

    def grow(self) -> None:
        """Add one."""
        _NUMBER.pack_into(self._page, 0, self.value + 1)
