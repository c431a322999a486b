"""Drift between scans: known shifts are found with their errors, noise alone is not told."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import xarray as xr

from fitting.audit.evidence import Evidence
from fitting.audit.measurement import scan_drift
from fitting.data.joining.scan_drift import drift_remarks, scan_drifts
from fitting.data.series import ENERGY, make_series
from fitting.pipeline.files import read_files
from fitting.readers.options import ReadOptions

GRID = np.arange(158.0, 168.0, 0.05)


def scans(shifts: np.ndarray, seed: int, counts: float = 400.0) -> xr.Dataset:
    centres = 161.5 + shifts[:, None]
    doublet = np.exp(-0.5 * ((GRID - centres) / 0.5) ** 2)
    doublet += 0.5 * np.exp(-0.5 * ((GRID - centres - 1.18) / 0.5) ** 2)
    values = np.random.default_rng(seed).poisson(counts * (0.3 + doublet)).astype(float)
    labels = [f"S2p scan {number} of {len(shifts)}" for number in range(1, len(shifts) + 1)]
    return make_series(
        ENERGY, GRID, values, region="S 2p", sigma=np.sqrt(np.maximum(values, 1)), noise="poisson",
        label=labels, sample="LPSC", source="f",
    )  # fmt: skip


@pytest.mark.parametrize("total", [0.4, -0.2])
def test_a_drift_is_found_with_its_error(total: float) -> None:
    found = [
        next(scan_drifts(scans(np.linspace(0, total, 10), seed, counts=2000))) for seed in range(30)
    ]
    assert all(drift.is_told for drift in found)
    drifts, stderr = (np.array([getattr(one, name) for one in found])
                      for name in ("drift", "drift_stderr"))  # fmt: skip
    # the slope of the mean stands for that of a scan: 2 % off where scans move by half a width
    assert np.mean(drifts) == pytest.approx(total, rel=0.03)
    assert 0.6 < np.std(drifts) / np.mean(stderr) < 1.5


def test_scans_that_do_not_move_are_not_told() -> None:
    told = [next(scan_drifts(scans(np.zeros(8), seed))).is_told for seed in range(100)]
    assert sum(told) <= 2


def test_two_scans_are_enough() -> None:
    (found,) = scan_drifts(scans(np.array([0.0, 0.3]), 3, counts=5000))
    assert found.drift == pytest.approx(0.3, abs=4 * found.drift_stderr + 0.01)


def test_the_remark_says_what_to_do_and_how_far() -> None:
    kept, drift = drift_remarks(scans(np.linspace(0, 0.4, 6), 1, counts=3000))
    assert "--sum-scans" in kept
    assert drift.startswith("S2p of LPSC: 6 scans move by +0.4")


def test_a_flat_spectrum_has_no_shift() -> None:
    series = scans(np.zeros(3), 1)
    series["intensity"][:] = 100.0
    assert list(scan_drifts(series)) == []
    assert len(drift_remarks(series)) == 1


def test_a_series_without_scans_has_nothing_to_say() -> None:
    series = scans(np.zeros(3), 1).assign_coords(label=("spectrum", ["a", "b", "c"]))
    assert drift_remarks(series) == []


@pytest.mark.parametrize(("total", "found"), [(0.4, 1), (0.0, 0)])
def test_the_audit_finds_scans_that_move(total: float, found: int) -> None:
    series = scans(np.linspace(0, total, 8), 1, counts=3000)
    evidence = cast(Evidence, SimpleNamespace(analysis=SimpleNamespace(series=series)))
    remarks = list(scan_drift(evidence))
    assert len(remarks) == found
    assert all(remark.spectrum == 0 for remark in remarks)


def test_scans_of_a_real_file_are_summed_on_request(real_data: Callable[[str], Path]) -> None:
    path = real_data("xps_specs_xml/In-situ_PBTTT_XPS_SPECS_full_d813b0d.xml")
    (apart,), (summed,) = (read_files([path], ReadOptions(sum_scans=one)) for one in (False, True))
    counts = [
        {one.attrs["region"]: one.sizes["spectrum"] for one in reading.series}
        for reading in (apart, summed)
    ]
    assert (counts[0]["S 2p"], counts[1]["S 2p"]) == (120, 3)
    # the 15 scans of the second sample move by a quarter of an eV
    assert any("S 2p of PBTTT: 15 scans move by +0.2" in note for note in apart.notes)
    assert not any("scans" in note and "kept apart" in note for note in summed.notes)
    before, after = (
        next(one for one in reading.series if one.attrs["region"] == "S 2p")
        for reading in (apart, summed)
    )
    counted = [
        float((one["intensity"] * one["seconds_per_point"]).sum()) for one in (before, after)
    ]
    assert counted[0] == pytest.approx(counted[1])
