"""Free memory goes back to the system."""

import sys
from pathlib import Path

import numpy as np
import pytest

from app.memory import return_free_memory

_STATUS = Path("/proc/self/status")


def _resident_megabytes() -> float:
    line = next(
        x for x in _STATUS.read_text(encoding="ascii").splitlines() if x.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1024


@pytest.mark.skipif(not _STATUS.is_file(), reason="only Linux says how much memory is resident")
def test_what_was_freed_between_what_is_kept_is_returned() -> None:
    # pieces small enough for the heap, where a kept one holds all below it
    pieces = [np.ones(8000) for _ in range(3000)]
    kept = pieces[-1]
    del pieces
    before = _resident_megabytes()
    return_free_memory()
    assert _resident_megabytes() < before - 50
    assert kept.sum() == 8000


def test_other_systems_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    return_free_memory()
