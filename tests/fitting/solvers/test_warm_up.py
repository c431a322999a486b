"""The process that compiles the engine: alone, however many are started, and never an orphan."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock

pytest.importorskip("numba", reason="the compiled engine needs the extra [fast]")


def test_a_process_that_compiles_ends_with_the_one_that_started_it(tmp_path: Path) -> None:
    compiling = subprocess.Popen(
        [sys.executable, "-m", "fitting.solvers.compiled.warm_up"],
        stdin=subprocess.PIPE,
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
    )
    assert compiling.stdin is not None
    compiling.stdin.close()
    assert compiling.wait() == 1
    assert not list(tmp_path.rglob("complete"))


def test_a_second_process_waits_for_the_first_and_compiles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fitting.solvers.compiled import warm_up

    compiled: list[str] = []
    is_complete = threading.Event()
    monkeypatch.setattr(warm_up, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(warm_up, "is_complete", is_complete.is_set)
    monkeypatch.setattr(warm_up, "warm_up", lambda: compiled.append("again"))
    monkeypatch.setattr(warm_up, "end_with_parent", lambda: None)
    with FileLock(tmp_path / "compiling.lock"):
        second = threading.Thread(target=warm_up.compile_alone)
        second.start()
        is_complete.set()
    second.join()
    assert compiled == []
