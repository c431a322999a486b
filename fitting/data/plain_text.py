"""Text from elsewhere made fit to be shown: nothing in it steers a terminal, a page or a file.

File names and texts in files may hold escape codes, line breaks, marks that turn the direction of
writing, and bytes that are no text at all. They are shown as what they are, such as ``\\x1b``.
"""

import re
import traceback
from pathlib import Path

LONGEST_MESSAGE = 1000
"""Characters of a message that are shown."""
_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff]"
)
_FIRST_BYTE, _LAST_BYTE = 0xDC80, 0xDCFF
"""What Python puts in the place of a byte of a file name that is no text."""


def escape_controls(text: str) -> str:
    """The text with every character that is no mark on paper written as its code."""
    return _STEERING.sub(_write_code, text)


def cut_message(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """The text as one line of sensible length, its end kept, since that says what to do."""
    plain = escape_controls(text)
    if len(plain) <= longest:
        return plain
    tail = longest // 3
    return f"{plain[: longest - tail - 5]} ... {plain[-tail:]}"


def locate_fault(error: BaseException) -> str:
    """What an unexpected exception says and where it was raised, in brackets of a sentence."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {cut_message(str(error), 200)}{place}"


def _write_code(found: re.Match[str]) -> str:
    code = ord(found.group())
    if _FIRST_BYTE <= code <= _LAST_BYTE:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
