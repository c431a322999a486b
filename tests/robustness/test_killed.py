"""Killed at any moment, the program leaves the old state or the new one, never a torn file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).parents[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.parametrize(
    ("kind", "kills"), [("save", 12), ("autosave", 12), ("fit", 8), ("export", 3)]
)
def test_a_killed_program_leaves_the_old_state_or_the_new_one(kind: str, kills: int) -> None:
    words = ["--kills", str(kills), "--only", kind, "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.kill", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=_CHECKOUT,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures[kind]["lost"] == 0
    assert sum(figures[kind][name] for name in ("between", "old", "new")) == kills
