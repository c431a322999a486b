"""Examines a project file in a process of its own, bounded in time and memory.

HDF5 is not made for damaged files: it may run for ever in them, or end its program. So whatever has
no whole seal (files of older versions, damaged ones) is first looked at by a process that may come
to harm; what it finds whole it can save as a project beside.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CHILD_SWITCH = "--examine-project"
"""How an installed program, which has no Python to call, is asked to be that process."""
_CHILD_MODULE = "fitting.saving.examination_child"
_LONGEST = 60.0
"""Time (s) for a process that may have to wait for others; its own work is bounded in itself."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found in a project file."""

    refusal: str = ""
    """Why it is not opened at all, as a sentence; empty if it is a project."""
    format: int = 0
    """Version of its layout."""
    whole: tuple[str, ...] = ()
    """Parts that can be opened: regions, ``record``."""
    damaged: tuple[str, ...] = ()
    """Parts that cannot, each with the reason."""


def examine_project(path: Path, rescued: Path | None = None) -> Examination:
    """Look at every part of a project file.

    Parameters
    ----------
    rescued
        Where a project of the whole parts is written, if there are any.
    """
    words = [str(path), *([str(rescued)] if rescued else [])]
    try:
        run = subprocess.run(
            [*_begin_command(), *words],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return _examination_of(error.stdout or b"")
    return _examination_of(run.stdout)


def _begin_command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_SWITCH]
    return [sys.executable, "-m", _CHILD_MODULE]


def _examination_of(output: bytes) -> Examination:
    """What the process said line by line; it may have been ended in the middle of its work."""
    found = Examination()
    has_ended = False
    for line in output.decode("utf-8", "replace").splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        found = Examination(
            said.get("refusal", found.refusal),
            said.get("format", found.format),
            (*found.whole, *said.get("whole", [])),
            (*found.damaged, *said.get("damaged", [])),
        )
        has_ended = has_ended or bool(said.get("ended"))
    if has_ended:
        return found
    rest = "the rest: reading it did not come to an end."
    return Examination(found.refusal, found.format, found.whole, (*found.damaged, rest))
