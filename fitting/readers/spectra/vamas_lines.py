"""The lines of a VAMAS file, taken one after the other, with messages that say where one is."""

import math
import re

import numpy as np

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray

TERMINATOR = "end of experiment"

_NOT_KNOWN = 1e36
"""Numbers beyond this stand for "not known"; the standard's own is 1E+37."""


class Lines:
    """A cursor over the lines of one file.

    Tolerates what real files hold: blank lines before the first, NUL bytes, any line ending,
    UTF-8 or Latin-1, decimal commas.
    """

    def __init__(self, file_name: str, content: bytes) -> None:
        text = _decode_line(content).replace("\0", "").lstrip("\ufeff")
        self._lines = re.split(r"\r*\n|\r", text.lstrip())
        self._blank = text[: len(text) - len(text.lstrip())].count("\n")
        self._file_name = file_name
        self._next = 0
        self.place = "header"

    def text(self, what: str) -> str:
        """The next line, without blanks around it."""
        if self._next >= len(self._lines):
            raise self.error(f"the file ends where {what} should be. It was cut off")
        self._next += 1
        return self._lines[self._next - 1].strip()

    def texts(self, count: int, what: str) -> tuple[str, ...]:
        """The next ``count`` lines."""
        return tuple(self.text(what) for _ in range(count))

    def number(self, what: str) -> float:
        """A number; nan for "not known", which some programs write as an empty line."""
        text = self.text(what)
        value = _as_number(text) if text else math.nan
        if value is None:
            raise self._unexpected(what, text)
        return value

    def count(self, what: str, lowest: int = 0) -> int:
        """A whole number that counts lines, so that it cannot exceed what is left."""
        text = self.text(what)
        value = _as_number(text)
        if value is None or not value >= lowest or not value.is_integer():
            raise self._unexpected(what, text)
        left = len(self._lines) - self._next
        if value > left:
            raise self.error(
                f"{what} is {text}, but only {left} lines follow. The file was cut off"
            )
        return int(value)

    def numbers(self, count: int, what: str) -> FloatArray:
        """The next ``count`` numbers; nan where one is not known."""
        texts = self._lines[self._next : self._next + count]
        if len(texts) < count:
            self._next = len(self._lines)
            self.text(what)
        try:
            values = np.array([float(text) for text in texts])
        except ValueError:
            return np.array([self.number(what) for _ in texts])
        self._next += count
        values[~(np.abs(values) < _NOT_KNOWN)] = np.nan
        return values

    def at_terminator(self) -> bool:
        """Whether the next line says that the experiment ends."""
        following = self._lines[self._next : self._next + 1]
        return bool(following) and following[0].strip().lower() == TERMINATOR

    def error(self, problem: str) -> UnreadableFileError:
        """An error that names file, block and line, and says what to do."""
        line = self._blank + self._next
        return UnreadableFileError(
            f"{self._file_name}: {self.place}, line {line}: {problem}. "
            "Copy the file anew or export it again."
        )

    def _unexpected(self, what: str, text: str) -> UnreadableFileError:
        found = text if len(text) <= 40 else text[:40] + "..."
        return self.error(f"expected {what}, found {found!r}. The file is damaged from here on")


def _decode_line(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _as_number(text: str) -> float | None:
    """The number a line holds: nan for "not known", ``None`` if it is none."""
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        return None
    return value if abs(value) < _NOT_KNOWN else math.nan
