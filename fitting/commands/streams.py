"""Standard output that may close or be full in the middle of a command, which goes on."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO


class Output:
    """A stream whose reader may go: what cannot be written any more is dropped."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.fault: OSError | None = None
        """Why nothing could be written any more."""

    def write(self, text: str) -> int:
        """Write, or drop the text."""
        if self.fault is None:
            try:
                return self._stream.write(text)
            except OSError as error:
                self._give_up(error)
        return len(text)

    def flush(self) -> None:
        """Flush, or drop what is left."""
        if self.fault is None:
            try:
                self._stream.flush()
            except OSError as error:
                self._give_up(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _give_up(self, error: OSError) -> None:
        self.fault = error
        # what is in the buffer would show as a traceback when Python ends
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, self._stream.fileno())
        os.close(nothing)


@contextmanager
def robust_output() -> Iterator[Output]:
    """Standard output and error that end quietly; also where there are none."""
    before = sys.stdout, sys.stderr
    output, errors = (Output(one or _open_nothing()) for one in before)
    for one in (output, errors):
        # a console that lacks a character, such as a superscript, must not end the program
        if hasattr(one, "reconfigure"):
            one.reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = output, errors
    try:
        yield output
    finally:
        output.flush()
        errors.flush()
        sys.stdout, sys.stderr = before


def _open_nothing() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - as long as the program
