"""Whatever goes wrong with the files of a run: every good spectrum is in the tables, once.

Takes a few seconds: a run has to be watched and fitted to its end.
"""

from pathlib import Path

from benchmarks.watch import watch_run


def test_a_watched_run_with_faults_has_every_good_spectrum_once(tmp_path: Path) -> None:
    figures = watch_run(tmp_path, files=14, seed=2)
    assert figures["is right"], figures
    assert len(figures["faults"]) >= 5
    assert figures["good"] >= 11
