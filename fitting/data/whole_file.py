"""Files written as a whole: until the new one is complete, the old one stays as it is."""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PART = ".part"
_ABANDONED = 86_400.0
"""A part that nobody wrote to for so long (s) was left by a program that was killed."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to, and move it into place if all went well.

    A link is followed, and the rights of an existing file are kept.
    """
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}{_PART}")
    try:
        yield part
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        # a share may refuse to change rights, which is no reason to lose the content
        with suppress(OSError):
            shutil.copymode(target, part)
        part.replace(target)
        _keep_name(target.parent)
    finally:
        part.unlink(missing_ok=True)
    _remove_abandoned(target)


def write_whole(path: Path, data: bytes | memoryview) -> None:
    """Write ``data`` as the whole content of ``path``."""
    with whole_file(path) as part:
        part.write_bytes(data)


def _keep_name(folder: Path) -> None:
    """Have the new name of the file survive a loss of power, where the system can."""
    with suppress(OSError):
        entry = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)


def _remove_abandoned(target: Path) -> None:
    with suppress(OSError):
        for part in target.parent.glob(f".{_escape_pattern(target.name)}.*{_PART}"):
            if time.time() - part.stat().st_mtime > _ABANDONED:
                part.unlink()


def _escape_pattern(name: str) -> str:
    """The name with nothing in it that would stand for other names."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)
