"""A simulated cell under the spectrometer: rounds of regions on a ramp, with a known truth."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from fitting.data.series import ENERGY, set_coordinates
from fitting.models.from_library import model_from_library
from fitting.readers.records.record import PotentialRecord, make_record
from fitting.simulation.series import simulate_series
from libraries.sensitivity_sets import sensitivity_set

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()
STEP, PAUSE = 130.0, 900.0
"""s from region to region, and at a hold before each round."""
MODELS = {
    "S 2p": ("argyrodite S 2p", np.arange(156.0, 174.0, 0.1), 0.5),
    "P 2p": ("argyrodite P 2p", np.arange(126.0, 140.0, 0.1), 0.7),
    "C 1s": ("adventitious C 1s", np.arange(278.0, 294.0, 0.1), 0.3),
}
"""Model, grid (eV) and seconds a point of each region."""
_RATE = 6000.0
"""Counts x eV a second of one atom, at a sensitivity factor of 1."""


@dataclass(frozen=True)
class Cell:
    """What was simulated."""

    spectra: Sequence[xr.Dataset]
    """One of each region and round, in order of time, in counts."""
    rounds: Sequence[int]
    """The round of each spectrum, from 0."""
    shifts: Mapping[int, float]
    """By round: charging that a reference has to take back (eV)."""
    sulfur: Mapping[int, float] = field(default_factory=dict)
    """By round: S over P."""

    def potential(self, seconds: float) -> float:
        """V vs Li+/Li so many seconds after the beginning."""
        return 2.2 + 2e-5 * seconds

    def record(self) -> PotentialRecord:
        time = NOON - 600 + np.arange(0.0, 40_000.0, 20.0)
        voltage = np.array([self.potential(one - NOON) for one in time])
        return make_record("cell.csv", "test", time, voltage, has_clock=True, others={})

    def mean_voltage(self, number: int) -> float:
        """Of the exposures of a round."""
        middles = [
            float(one["started"][0]) - NOON + 0.5 * float(one["exposure"][0])
            for one, its in zip(self.spectra, self.rounds, strict=True)
            if its == number
        ]
        return float(np.mean([self.potential(one) for one in middles]))


MakeCell = Callable[..., Cell]


@pytest.fixture(scope="session")
def operando_cell() -> MakeCell:
    """A cell measured by a plan, such as "SPC SPC SP": a letter a region, a blank a hold."""

    def make(plan: str, *, off: Sequence[int] = (), pause: float = PAUSE, seed: int = 7) -> Cell:
        rng = np.random.default_rng(seed)
        parts = plan.split(" ")
        shifts = {k: 0.5 + 0.15 * k + 0.4 * np.sin(k) for k in range(len(parts))}
        sulfur = {k: 2.6 if k in off else 4.0 for k in range(len(parts))}
        spectra, rounds, time = [], [], 0.0
        for number, letters in enumerate(parts):
            for letter in letters:
                region = next(name for name in MODELS if name.startswith(letter))
                amount = sulfur[number] if letter == "S" else 1.0
                spectra.append(_spectrum(region, amount, shifts[number], time, rng))
                rounds.append(number)
                time += STEP
            time += pause
        return Cell(spectra, rounds, shifts, sulfur)

    return make


def _spectrum(
    region: str, amount: float, shift: float, time: float, rng: np.random.Generator
) -> xr.Dataset:
    name, grid, seconds = MODELS[region]
    model = model_from_library(name)
    factor = sensitivity_set().factor(region)
    values = {f"{peak.name}.area": 0.0 for peak in model.peaks}
    values[f"{model.peaks[0].name}.area"] = _RATE * seconds * amount * factor
    series = simulate_series(
        model,
        {**values, "background.offset": 300.0},
        grid,
        rng,
        region=region,
        axis_offset=shift,
        sample="cell 7",
        label=region,
        source=f"{time:.0f}.xy",
        sources={f"{time:.0f}.xy": f"{time:.0f}"},
        seconds_per_point=seconds,
        started=NOON + time,
        time=time,
        exposure=grid.size * seconds,
    )
    return set_coordinates(series, axis_offset=0.0)


@pytest.fixture(scope="session")
def write_rounds() -> Callable[[Cell, Path], None]:
    """Writes every round as one file of an instrument, and the record as a table."""

    def write(cell: Cell, folder: Path) -> None:
        for number in sorted(set(cell.rounds)):
            blocks = [
                _block(one)
                for one, its in zip(cell.spectra, cell.rounds, strict=True)
                if its == number
            ]
            text = "# Created by:        SpecsLab Prodigy\n" + "\n".join(blocks)
            (folder / f"scan_{number:02d}.xy").write_text(text, encoding="utf-8")
        record = cell.record()
        rows = [
            f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M:%S},{voltage:.6f}"
            for time, voltage in zip(record.time, record.voltage, strict=True)
        ]
        lines = "\n".join(["time,voltage/V", *rows])
        (folder.parent / "record.csv").write_text(lines + "\n", encoding="utf-8")

    return write


def _block(series: xr.Dataset) -> str:
    seconds = float(series["seconds_per_point"][0])
    started = datetime.fromtimestamp(float(series["started"][0]), UTC)
    rates = series["intensity"].values[0] / seconds
    rows = "\n".join(
        f"{energy:.2f}  {rate:.9g}"
        for energy, rate in zip(series[ENERGY].values, rates, strict=True)
    )
    return (
        f"# Group: {series['sample'].values[0]}\n"
        f"# Region: {series.attrs['region'].replace(' ', '')}\n"
        "# Energy Axis: Binding Energy\n# Count Rate: Counts per Second\n"
        f"# Excitation Energy: 1486.6\n# Dwell Time: {seconds:g}\n# Number of Scans: 1\n\n"
        "# Cycle: 0, Curve: 0, Scan: 0\n"
        f"# Acquisition Date: {started:%m/%d/%y %H:%M:%S} UTC\n"
        f"# ColumnLabels: energy counts/s\n{rows}\n"
    )
