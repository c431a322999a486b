"""Two cells are two samples; lines of one sample that contradict each other are never averaged."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.__main__ import main
from fitting.models.from_library import model_from_library
from fitting.referencing.charge_shifts import ChargeShift
from fitting.referencing.contested import disagree
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

GRIDS = {"C 1s": np.arange(278.0, 296.0, 0.1), "S 2p": np.arange(156.0, 174.0, 0.1)}
AREAS = {"C 1s": {"C-C.area": 6000.0}, "S 2p": {"PS4.area": 9000.0}}


def write_spectrum(path: Path, region: str, charging: float, seed: int) -> None:
    """A spectrum of PS4 or of carbon, moved by charging (eV)."""
    model = model_from_library(catalogue().default_model(region), catalogue())
    areas = {f"{peak.name}.area": 0.0 for peak in model.peaks} | AREAS[region]
    if region == "C 1s":
        areas["C-C.position"] = 284.8
    rng = np.random.default_rng(seed)
    series = simulate_series(model, areas, GRIDS[region], rng, region=region, smooth=300.0)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = zip(GRIDS[region] + charging, series["intensity"].values[0], strict=True)
    lines = "\n".join(f"{energy:.2f},{counts:.0f}" for energy, counts in rows)
    path.write_text(f"Binding Energy (eV),Counts\n{lines}\n", encoding="utf-8")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_two_cells_that_avantage_calls_scan_are_two_samples(tmp_path: Path) -> None:
    for seed, (cell, charging) in enumerate({"Cell A": 0.0, "Cell B": 3.0}.items()):
        for region, name in (("C 1s", "C1s Scan.csv"), ("S 2p", "S2p Scan.csv")):
            write_spectrum(tmp_path / "run" / f"{cell}.DATA" / name, region, charging, seed)
    out = tmp_path / "out"
    options = ["--charge-reference", "C 1s=284.8", "--out", str(out), "--quiet", "--quick"]
    assert main(["fit", str(tmp_path / "run"), *options]) == 0
    shifts = {row["sample"]: float(row["charge_shift"]) for row in rows_of(out / "spectra.csv")}
    assert shifts == {"Cell A": pytest.approx(0, abs=0.03), "Cell B": pytest.approx(-3, abs=0.03)}
    shares = {
        row["sample"]: float(row["fraction_percent"])
        for row in rows_of(out / "species.csv")
        if row["species"] == "PS4"
    }
    assert shares.keys() == shifts.keys()
    assert min(shares.values()) > 97


def test_a_sample_whose_references_disagree_is_left_out_and_others_are_fitted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    for number, charging in ((1, 0.0), (2, 3.0)):
        write_spectrum(folder / f"x_C1s_{number}.csv", "C 1s", charging, number)
    write_spectrum(folder / "x_S2p_1.csv", "S 2p", 0.0, 3)
    write_spectrum(folder / "y_C1s.csv", "C 1s", 1.0, 4)
    write_spectrum(folder / "y_S2p.csv", "S 2p", 1.0, 5)
    out = tmp_path / "out"
    assert main(["fit", str(folder), "--out", str(out), "--quiet", "--quick"]) == 1
    rows = {row["source"]: row for row in rows_of(out / "spectra.csv")}
    assert {source for source, row in rows.items() if row["status"] == "not_fitted"} == {
        "x_C1s_1.csv", "x_C1s_2.csv", "x_S2p_1.csv",
    }  # fmt: skip
    assert float(rows["y_S2p.csv"]["charge_shift"]) == pytest.approx(-1, abs=0.03)
    assert "disagree beyond their errors" in capsys.readouterr().err


@given(
    values=st.lists(st.floats(-5, 5), min_size=1, max_size=6),
    errors=st.lists(st.floats(0.002, 0.3), min_size=6, max_size=6),
)
def test_lines_disagree_by_what_neither_errors_nor_drift_explain(
    values: list[float], errors: list[float]
) -> None:
    shifts = [ChargeShift(value, error) for value, error in zip(values, errors, strict=False)]
    spread = max(values) - min(values)
    if spread <= 0.2:
        assert not disagree(shifts)
    if spread > 0.2 + 4 * np.sqrt(2) * max(errors):
        assert disagree(shifts)
