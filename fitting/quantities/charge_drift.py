"""The charge shift along a series: by how much every state was moved, and to which line."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.preprocessing.one_reference import references_of
from fitting.project import Project
from fitting.series import column, states_of


@dataclass(frozen=True, slots=True)
class DriftPoint:
    """The shift of one state; shapes as in a series: one spectrum each."""

    sample: str
    voltage: float
    """V vs Li+/Li; nan if unknown."""
    branch: str
    depth: float
    time: float
    """s; nan if unknown."""
    value: float
    """Added to the measured binding energies (eV); 0 where they are as measured."""
    stderr: float
    """eV; nan where they are as measured."""
    reference: str
    """The line that was put at an agreed energy, or that there is none, in words."""
    spectrum: int
    """Index into its region's series."""


def charge_drift(project: Project) -> tuple[DriftPoint, ...]:
    """Every XPS state of a project once, in the order of its regions."""
    found: dict[tuple[str, ...], DriftPoint] = {}
    for analysis in project.analyses.values():
        if analysis.series.attrs["technique"] == "xps":
            states = states_of(analysis.series)
            for state, point in zip(states, region_drift(analysis.series), strict=True):
                found.setdefault(state, point)
    return tuple(found.values())


def region_drift(series: xr.Dataset) -> Iterator[DriftPoint]:
    """Every spectrum of a region."""
    names = ("voltage", "depth", "time", "charge_shift", "charge_shift_stderr")
    voltage, depth, time, value, stderr = (column(series, name).astype(float) for name in names)
    sample, branch = (column(series, name).astype(str) for name in ("sample", "branch"))
    for spectrum, reference in enumerate(references_of(series)):
        is_shifted = bool(np.isfinite(value[spectrum]))
        yield DriftPoint(
            str(sample[spectrum]),
            float(voltage[spectrum]),
            str(branch[spectrum]),
            float(depth[spectrum]),
            float(time[spectrum]),
            float(value[spectrum]) if is_shifted else 0.0,
            float(stderr[spectrum]) if is_shifted else np.nan,
            reference,
            spectrum,
        )
