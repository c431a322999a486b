"""Numbers and texts in the bytes of a file, where what is not there is an error with its name."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.boundary import read_whole


@dataclass(frozen=True, slots=True)
class FileBytes:
    """The content of a binary file."""

    name: str
    data: bytes

    def unpack(self, layout: str, start: int) -> tuple[Any, ...]:
        """The values of a ``struct`` layout that begins at a byte."""
        if start < 0 or start + struct.calcsize(layout) > len(self.data):
            raise self.damaged("it ends too early")
        return struct.unpack_from(layout, self.data, start)

    def numbers(self, kind: str, count: int, start: int) -> FloatArray:
        """An array of numbers of a numpy type, such as "<f4", as floats; shape (count,)."""
        size = np.dtype(kind).itemsize
        if count < 0 or start < 0 or start + count * size > len(self.data):
            raise self.damaged("it ends too early")
        with np.errstate(invalid="ignore", over="ignore"):
            return np.frombuffer(self.data, kind, count, start).astype(float)

    def text(self, start: int, size: int) -> str:
        """Text up to the first zero byte, without blanks around it."""
        return self.data[start : start + size].split(b"\0")[0].decode("cp1252", "replace").strip()

    def damaged(self, reason: str) -> UnreadableFileError:
        """The error that says what is wrong with the file and what to do."""
        return UnreadableFileError(
            f"{self.name}: the file is damaged ({reason}). Copy it again from the instrument, or "
            "export the spectra as text."
        )


def file_bytes(path: Path) -> FileBytes:
    """The whole file."""
    return FileBytes(path.name, read_whole(path))
