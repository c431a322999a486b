"""Units of what was fitted: the only place that says them, for tables, panels and figures."""

from collections.abc import Sequence

import xarray as xr

from fitting.data.series import AXES, MIXED, SPECTRUM, axis_of, units_of
from fitting.preprocessing.intensity import Normalise
from fitting.preprocessing.steps import Step
from fitting.projects.project import Analysis


def intensity_unit(analysis: Analysis) -> str:
    """Unit of the intensity as it was fitted: "counts", "counts/s", "arbitrary" or "mixed"."""
    return unit_after_steps(analysis.series, (analysis.result_of or analysis.recipe).steps)


def unit_after_steps(series: xr.Dataset, steps: Sequence[Step]) -> str:
    """Unit of the intensity of a measured series once steps are applied.

    What a step has divided by one number is in no unit of counts any more.
    """
    is_normalised = any(isinstance(step, Normalise) for step in steps)
    return "arbitrary" if is_normalised else str(series.attrs["unit"])


def area_units(analysis: Analysis) -> list[str]:
    """Unit of an area in every spectrum, in the order of the series."""
    unit, axis = intensity_unit(analysis), axis_unit(analysis.series)
    units = units_of(analysis.series) if unit == MIXED else [unit] * analysis.series.sizes[SPECTRUM]
    return [f"{one} x {axis}" for one in units]


def axis_unit(series: xr.Dataset) -> str:
    """Unit of the spectral axis: "eV" or "1/cm"."""
    return AXES[axis_of(series)].unit


def area_unit(analysis: Analysis) -> str:
    """Unit of an area, such as "counts x eV"."""
    return f"{intensity_unit(analysis)} x {axis_unit(analysis.series)}"


def unit_of_kind(analysis: Analysis, kind: str) -> str:
    """Unit of a kind of quantity; "1" for what has none."""
    if kind in ("area", "peak_area"):
        return area_unit(analysis)
    if kind == "height":
        return intensity_unit(analysis)
    if kind in ("position", "fwhm", "whole_fwhm", "separation"):
        return axis_unit(analysis.series)
    return "%" if kind == "fraction" else "1"
