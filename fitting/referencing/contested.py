"""Reference lines of one state that contradict each other: its spectra are of no one sample.

The mean of two such lines is right for neither, and an error that says so does not make it useful:
cells that were taken for one sample stand at the mean of their charging.
"""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.series import get_column
from fitting.electrochemistry.measurement_states import State
from fitting.referencing.charge_shifts import ChargeShift

CONTESTED = "contested: its reference lines disagree"
"""What stands in place of the reference of spectra whose lines disagree."""
LARGEST_SPREAD = 0.2
"""Repeated lines of one sample agree within this (eV), whatever their errors: charging drifts."""
_ERRORS = 4.0
"""Standard errors of a difference that are beyond chance."""


def is_contested(series: xr.Dataset) -> NDArray[np.bool_]:
    """Which spectra have no reference because its lines disagree, shape (n,)."""
    return np.asarray(get_column(series, "charge_reference").astype(str) == CONTESTED)


def disagree(shifts: Sequence[ChargeShift]) -> bool:
    """Whether shifts of one state differ by more than their errors and charging explain."""
    low = min(shifts, key=lambda shift: shift.value)
    high = max(shifts, key=lambda shift: shift.value)
    error = float(np.hypot(low.stderr, high.stderr))
    return high.value - low.value > max(LARGEST_SPREAD, _ERRORS * error)


def describe_contest(state: State, region: str, shifts: Sequence[ChargeShift]) -> str:
    """What the lines of a state ask for, and what to do."""
    values = sorted(shift.value for shift in shifts)
    return (
        f"{state.words}: its {len(values)} {region} spectra ask for charge shifts from "
        f"{values[0]:+.2f} to {values[-1]:+.2f} eV, which disagree beyond their errors, so they "
        "are not of one sample. They are not fitted. Put the files of each sample into a folder "
        "of its own or name them, or choose another charge reference."
    )
