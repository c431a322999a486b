"""How the spectral axis is written and which way it runs, the same on every plot."""

import xarray as xr

from fitting.data.series import AXES, axis_of


def axis_label(series: xr.Dataset) -> str:
    """Name and unit of the spectral axis, such as "Binding energy (eV)"."""
    return f"{AXES[axis_of(series)].label} ({axis_unit(series)})"


def axis_unit(series: xr.Dataset) -> str:
    """Unit of the spectral axis as it is written."""
    return written_unit(AXES[axis_of(series)].unit)


def written_unit(unit: str) -> str:
    """A unit with superscripts instead of slashes."""
    return unit.replace("1/cm", "cm⁻¹").replace(" x ", " · ")


def runs_left(series: xr.Dataset) -> bool:
    """Whether the axis is drawn from right to left, as binding energies are."""
    return AXES[axis_of(series)].runs_left
