"""Columns that say which spectrum a row is of, and those of the table of spectra."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from fitting.data.depth import depth_unit
from fitting.data.result import Status
from fitting.data.series import SPECTRUM, noises_of
from fitting.output.tables.blocks import SpectraBlock
from fitting.output.tables.column import Column
from fitting.preprocessing.exclusion import ExcludeRange, excluded_points
from fitting.preprocessing.saturation import BoolArray, MaskSaturation, saturated_points
from fitting.projects.outcomes import tell_outcomes


def of_spectrum(coordinate: str) -> Callable[[SpectraBlock], ArrayLike]:
    """The cells of a column that is a coordinate of the series."""
    return lambda block: block.coordinate(coordinate)


SPECTRUM_NUMBER = Column(
    "spectrum",
    "count",
    "",
    "from 0 in the order of voltage, time, file name",
    lambda block: block.numbers,
)
SAMPLE = Column(
    "sample",
    "text",
    "",
    "ties the regions of one sample or state together",
    of_spectrum("sample"),
)
REGION = Column(
    "region",
    "text",
    "",
    'core level, such as "S 2p", or "raman"',
    lambda block: block.analysis.region,
)
VOLTAGE = Column(
    "voltage_V", "number", "V vs Li+/Li", "potential of the spectrum", of_spectrum("voltage")
)
CYCLE = Column("cycle", "number", "", "cycle number", of_spectrum("cycle"))
BRANCH = Column("branch", "text", "", "charge, discharge or empty", of_spectrum("branch"))
TIME = Column("time_s", "number", "s", "since the first spectrum", of_spectrum("time"))
DEPTH = Column(
    "depth", "number", "", "sputter depth or time; its unit is in spectra", of_spectrum("depth")
)
WHERE = (SPECTRUM_NUMBER, SAMPLE, REGION, VOLTAGE)
"""What every row of a spectrum begins with."""
STATE = (DEPTH, CYCLE, BRANCH, TIME)
"""What every row of a spectrum ends with: the rest of what tells its state."""


def _outcome(name: str) -> Callable[[SpectraBlock], ArrayLike]:
    """A variable of the result; nan without one."""

    def cells(block: SpectraBlock) -> ArrayLike:
        return np.nan if block.result is None else block.result[name].values[:, None]

    return cells


def _name_status(block: SpectraBlock) -> ArrayLike:
    if block.result is None:
        return Status.NOT_FITTED.name.lower()
    return [[Status(code).name.lower()] for code in block.result["status"].values]


def _tell_message(block: SpectraBlock) -> ArrayLike:
    return tell_outcomes(block.analysis, block.left_out)[:, None]


def _count_points(block: SpectraBlock) -> ArrayLike:
    if block.result is None:
        return np.nan
    fitted = block.result["status"].values != Status.NOT_FITTED
    return np.where(fitted, block.result["points"].values, np.nan)[:, None]


def _count_free(block: SpectraBlock) -> ArrayLike:
    return np.nan if block.result is None else float(block.result.attrs["free_parameters"])


def _find_masks(block: SpectraBlock) -> list[tuple[str, BoolArray]]:
    """What the recipe leaves out of the fit: the reason, and the points of shape (n, m)."""
    series, masks = block.analysis.series, []
    for step in block.analysis.recipe.steps:
        if isinstance(step, MaskSaturation):
            masks.append(("detector at its ceiling", saturated_points(series, step)))
        elif isinstance(step, ExcludeRange):
            reason = step.reason or f"{step.low:g} to {step.high:g} left out by hand"
            masks.append((reason, excluded_points(series, step)))
    return masks


def _count_masked(block: SpectraBlock) -> ArrayLike:
    masked = np.zeros(block.series["intensity"].shape, dtype=bool)
    for _, points in _find_masks(block):
        masked |= points
    return [[int(np.count_nonzero(of_one))] for of_one in masked]


def _tell_mask(block: SpectraBlock) -> ArrayLike:
    said = [(reason, np.asarray(np.any(points, axis=1))) for reason, points in _find_masks(block)]
    count = block.series.sizes[SPECTRUM]
    return [["; ".join(reason for reason, at in said if at[row])] for row in range(count)]


def _number_rounds(block: SpectraBlock) -> ArrayLike:
    return np.nan if block.rounds is None else block.rounds[:, None]


SPECTRUM_COLUMNS = (
    SPECTRUM_NUMBER,
    SAMPLE,
    Column(
        "source",
        "text",
        "",
        "the file: its path within the folder that was given",
        of_spectrum("source"),
    ),
    REGION,
    VOLTAGE,
    TIME,
    CYCLE,
    BRANCH,
    Column(
        "status", "text", "", "converged, at_bound, failed, not_fitted, or not_read", _name_status
    ),
    Column("message", "text", "", "how the fit ended, or why there is none", _tell_message),
    Column(
        "reduced_chi_square",
        "number",
        "1",
        "chi-square over degrees of freedom",
        _outcome("reduced_chi_square"),
    ),
    Column("points", "count", "", "measured points that were fitted", _count_points),
    Column("free_parameters", "count", "", "parameters that were varied", _count_free),
    Column("label", "text", "", "what the file calls the spectrum", of_spectrum("label")),
    Column("depth", "number", "", "sputter depth or time", of_spectrum("depth")),
    Column(
        "axis_offset",
        "number",
        "eV or 1/cm",
        "added to the axis of the file",
        of_spectrum("axis_offset"),
    ),
    Column(
        "charge_shift",
        "number",
        "eV",
        "part of axis_offset that is charge correction",
        of_spectrum("charge_shift"),
    ),
    Column(
        "charge_shift_stderr",
        "number",
        "eV",
        "standard error of charge_shift",
        of_spectrum("charge_shift_stderr"),
    ),
    Column(
        "charge_reference",
        "text",
        "",
        "line that was put at an agreed energy",
        of_spectrum("charge_reference"),
    ),
    Column(
        "noise",
        "text",
        "",
        "poisson: from counts; estimated: from scatter; given: in the file",
        lambda block: noises_of(block.series)[:, None],
    ),
    Column(
        "depth_unit",
        "text",
        "",
        "of the depth, as the file says it",
        lambda block: depth_unit(block.series),
    ),
    Column("voltage_from", "text", "", "where the voltage was found", of_spectrum("voltage_from")),
    Column(
        "voltage_start_V",
        "number",
        "V vs Li+/Li",
        "at the start of the exposure",
        of_spectrum("voltage_start"),
    ),
    Column(
        "voltage_end_V",
        "number",
        "V vs Li+/Li",
        "at the end of the exposure",
        of_spectrum("voltage_end"),
    ),
    Column(
        "voltage_change_V",
        "number",
        "V",
        "highest minus lowest during the exposure",
        of_spectrum("voltage_change"),
    ),
    Column(
        "round",
        "count",
        "",
        "of measurement of the sample, from 1; empty where its voltage was given",
        _number_rounds,
    ),
    Column("masked_points", "count", "", "points left out of the fit by a mask", _count_masked),
    Column("mask_reason", "text", "", "why points were left out", _tell_mask),
)
"""Of the table with a row for every spectrum."""
