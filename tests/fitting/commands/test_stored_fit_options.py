"""Fits handed to CasaXPS and taken over from it on the command line."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.__main__ import main
from fitting.models.from_library import model_from_species
from fitting.models.function import compile_model
from fitting.output.vamas import VAMAS_FILE

WORDS = ("--region", "S 2p", "--charge-reference", "none", "--quiet", "--quick")


@pytest.fixture(scope="module")
def handed_back(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of results with the file for CasaXPS in it."""
    made = tmp_path_factory.mktemp("handed_back")
    spectrum, out = made / "cycled.txt", made / "out"
    _write_spectrum(spectrum)
    words = ("--species", "PS4,polysulfide", "--background", "linear", "--vamas")
    assert main(["fit", str(spectrum), "--out", str(out), *WORDS, *words]) == 0
    return out


def test_a_fit_handed_back_is_taken_over_as_it_was(handed_back: Path, tmp_path: Path) -> None:
    words = ("--take-fit", *WORDS)
    assert main(["fit", str(handed_back / VAMAS_FILE), "--out", str(tmp_path), *words]) == 0
    before, after = (_peaks(folder) for folder in (handed_back, tmp_path))
    assert set(after.index) == set(before.index)
    for column, nearness in (("position", 2e-3), ("fwhm", 2e-3), ("area", 20.0)):
        np.testing.assert_allclose(after[column], before[column].loc[after.index], atol=nearness)
    assert after["area_stderr"].isna().all()
    said = pd.read_csv(tmp_path / "spectra.csv").loc[0, "message"]
    assert "CasaXPS" in said


def test_its_model_is_fitted_where_that_is_asked_for(handed_back: Path, tmp_path: Path) -> None:
    words = ("--refit", *WORDS)
    assert main(["fit", str(handed_back / VAMAS_FILE), "--out", str(tmp_path), *words]) == 0
    before, after = (_peaks(folder) for folder in (handed_back, tmp_path))
    assert (after["area_stderr"] > 0.0).any()
    np.testing.assert_allclose(after["position"], before["position"].loc[after.index], atol=0.05)


def _peaks(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "peaks.csv").set_index("species").sort_index()


def _write_spectrum(path: Path) -> None:
    """Counts of a mixture on a straight background, as two columns."""
    grid = np.round(np.arange(158.0, 172.01, 0.1), 3)
    model = model_from_species("S 2p", ("PS4", "polysulfide"), background="linear")
    function = compile_model(model, grid)
    values = function.affine.expand(function.affine.start)[None].copy()
    names = list(function.affine.names)
    truth = {"PS4.area": 2e4, "polysulfide.area": 1e4, "background.offset": 2e3}
    for name, value in truth.items():
        values[0, names.index(name)] = value
    counts = np.random.default_rng(3).poisson(function.value(values)[0])
    rows = [f"{x:.2f}\t{n}" for x, n in zip(grid, counts, strict=True)]
    path.write_text("\n".join(["Binding energy (eV)\tcounts", *rows]) + "\n", encoding="utf-8")
