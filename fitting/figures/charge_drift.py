"""The charge shift of every sample along the series: whether the reference drifts."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from fitting.figures.style import SINGLE_COLUMN, new_figure, plain
from fitting.preprocessing.charge_reference import ChargeShift, State
from fitting.project import Project
from fitting.series import column, states_of

_HEIGHT = 52.0
"""mm."""
_FEWEST = 2
_MOST_NAMES = 12


def charge_shifts(project: Project) -> Mapping[State, ChargeShift]:
    """The shift of every sample and state of a project, in the order of its first region."""
    found: dict[State, ChargeShift] = {}
    for analysis in project.analyses.values():
        series = analysis.series
        if series.attrs["technique"] != "xps":
            continue
        values, errors = (
            column(series, name).astype(float) for name in ("charge_shift", "charge_shift_stderr")
        )
        for state, value, error in zip(states_of(series), values, errors, strict=True):
            if np.isfinite(value):
                found.setdefault(state, ChargeShift(float(value), float(error)))
    return found


def charge_drift_figure(project: Project) -> Figure | None:
    """Shifts with their errors along the voltage, else by sample; ``None`` for less than two."""
    shifts = charge_shifts(project)
    if len(shifts) < _FEWEST:
        return None
    voltage = np.array([float(state[1]) for state in shifts])
    by_voltage = bool(np.isfinite(voltage).all()) and np.unique(voltage).size == voltage.size
    place = voltage if by_voltage else np.arange(len(shifts), dtype=float)
    order = np.argsort(place, kind="stable")
    values = np.array([shift.value for shift in shifts.values()])[order]
    errors = np.nan_to_num([shift.stderr for shift in shifts.values()])[order]
    figure = new_figure(SINGLE_COLUMN, _HEIGHT)
    axes = figure.add_axes((0.19, 0.24, 0.77, 0.70))
    axes.errorbar(
        place[order], values, yerr=errors, fmt="o-", ms=3.0, lw=0.7, mew=0.7, color="black",
        elinewidth=0.7, capsize=1.2, capthick=0.7,
    )  # fmt: skip
    axes.axhline(0.0, color="#bbbbbb", lw=0.5, zorder=0)
    axes.set_ylabel("Charge shift (eV)")
    if by_voltage:
        axes.set_xlabel("Voltage (V vs Li⁺/Li)")
    elif len(shifts) <= _MOST_NAMES:
        axes.set_xticks(range(len(shifts)), [plain(state[0]) for state in shifts], rotation=20)
    else:
        axes.set_xlabel("Sample")
    return figure
