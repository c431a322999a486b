"""The charge shift along a series: by how much every state was moved, and to which line."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.data.series import get_column
from fitting.data.techniques import technique_of
from fitting.electrochemistry.measurement_states import State, states_by_region
from fitting.projects.project import Project
from fitting.referencing.mixed_references import references_of


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
    """Every XPS state of a project once, in the order of its regions.

    Regions that were measured in one round are one point, at the mean of their voltages.
    """
    found: dict[State, DriftPoint] = {}
    states = states_by_region({name: one.series for name, one in project.analyses.items()})
    for region, analysis in project.analyses.items():
        if technique_of(analysis.series).has_core_levels:
            for state, point in zip(states[region], region_drift(analysis.series), strict=True):
                if not state.repeat:
                    found.setdefault(state, replace(point, voltage=float(state.voltage)))
    return tuple(found.values())


def region_drift(series: xr.Dataset) -> Iterator[DriftPoint]:
    """Every spectrum of a region."""
    names = ("voltage", "depth", "time", "charge_shift", "charge_shift_stderr")
    voltage, depth, time, value, stderr = (get_column(series, name).astype(float) for name in names)
    sample, branch = (get_column(series, name).astype(str) for name in ("sample", "branch"))
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
