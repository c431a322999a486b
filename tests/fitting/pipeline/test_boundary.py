"""What the program trips over in one region is said, and harms no other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fitting.pipeline.run as run
from fitting.commands.main import run_command


@pytest.fixture
def spectra(tmp_path: Path) -> Path:
    """A region S 2p and a region P 2p."""
    folder = tmp_path / "spectra"
    folder.mkdir()
    for region, place in {"S2p": 161.5, "P2p": 132.0}.items():
        energy = np.arange(place - 6, place + 9, 0.1)
        counts = 200 + 2000 * np.exp(-(((energy - place) / 0.6) ** 2))
        counts = np.random.default_rng(1).poisson(counts)
        rows = "\n".join(f"{one:.2f}\t{count}" for one, count in zip(energy, counts, strict=True))
        text = f"Binding energy (eV)\tCounts\n{rows}\n"
        (folder / f"{region}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("fit_analysis", "S 2p: not fitted. The program tripped over it (ZeroDivisionError"),
        ("find_model_error", "S 2p: the search for its errors ended"),
    ],
)
def test_a_fault_in_one_region_is_said_and_the_others_are_written(
    step: str, words: str, spectra: Path, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    whole = getattr(run, step)

    def trip(analysis: Any, *rest: Any) -> Iterator[Any]:
        if analysis.region == "S 2p":
            raise ZeroDivisionError("division by zero")
        return whole(analysis, *rest)

    monkeypatch.setattr(run, step, trip)
    out = tmp_path / "out"
    quick = ["--quick"] if step == "fit_analysis" else []
    assert run_command(["fit", str(spectra), "--out", str(out), "--quiet", *quick]) == 1
    told = capsys.readouterr()
    assert words in told.err
    assert "P 2p" in (out / "species.csv").read_text(encoding="utf-8")
    assert (out / "project.thio").exists()
