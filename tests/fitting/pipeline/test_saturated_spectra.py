"""A saturated spectrum gives the shares that are there, and report, table and audit say why."""

import csv
from pathlib import Path

import numpy as np

from app.__main__ import main
from fitting.models.from_library import model_from_library
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

ENERGIES = np.arange(156.0, 174.0, 0.1)


def test_a_clipped_spectrum_is_masked_and_the_truth_lies_in_the_interval(tmp_path: Path) -> None:
    model = model_from_library(catalogue().default_model("S 2p"), catalogue())
    truth = {
        "PS4.area": np.array([7000.0, 7000.0]),
        "polysulfide.area": np.array([3000.0, 3000.0]),
        "sulfite.area": np.array([0.0, 0.0]),
        "sulfate.area": np.array([600.0, 600.0]),
    }
    rng = np.random.default_rng(5)
    series = simulate_series(model, truth, ENERGIES, rng, region="S 2p", smooth=300.0)
    whole, clipped = series["intensity"].values
    clipped = np.minimum(clipped, np.floor(np.quantile(clipped, 0.9)))
    folder = tmp_path / "cell"
    folder.mkdir()
    for voltage, counts in ((2.5, whole), (3.6, clipped)):
        rows = "\n".join(f"{e:.2f},{c:.0f}" for e, c in zip(ENERGIES, counts, strict=True))
        name = f"LPSC_{voltage}V_S2p.csv"
        (folder / name).write_text(f"Binding energy (eV),Counts\n{rows}\n")
    out = tmp_path / "out"
    assert main(["fit", str(folder), "--out", str(out), "--quiet", "--quick"]) == 0
    spectra = _rows(out / "spectra.csv")
    assert [row["mask_reason"] for row in spectra] == ["", "detector at its ceiling"]
    assert int(spectra[1]["masked_points"]) == np.sum(clipped == clipped.max())
    saturated = [row for row in _rows(out / "audit.csv") if row["rule"] == "saturated"]
    assert [row["spectrum"] for row in saturated] == ["1"]
    assert "Masked points at the ceiling" in (out / "report.html").read_text()
    total = sum(values[1] for values in truth.values())
    for row in _rows(out / "species.csv"):
        if row["species"] in ("PS4", "polysulfide"):
            share = 100 * truth[f"{row['species']}.area"][0] / total
            low, high = float(row["fraction_low95"]), float(row["fraction_high95"])
            assert low - 0.5 < share < high + 0.5


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
