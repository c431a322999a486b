"""What the analyst corrects after reading and before joining: names, voltages, the axis."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.data.errors import SeriesError, VoltageError
from fitting.data.series import AXES, SPECTRUM, axis_of, get_column, set_coordinates
from fitting.electrochemistry.attach import MANUAL
from fitting.projects.reading import Reading
from fitting.readers.spectra.voltage_from_name import LARGEST, branch_from_name


@dataclass(frozen=True, slots=True)
class Correction:
    """One value given by hand."""

    series: int
    """Number of the series in the reading."""
    spectrum: int
    """Number of the spectrum in the series."""
    name: str
    """Region (of all spectra of a series), sample, voltage, branch, cycle or axis_offset."""
    value: str | float


def parse_correction(name: str, text: str) -> str | float:
    """The value that a text typed or pasted by the user means; decimal commas are understood.

    Raises
    ------
    VoltageError
        If it is no number, or neither charge nor discharge.
    SeriesError
        If a region would be left without a name.
    """
    text = text.strip()
    if name == "sample":
        return text
    if name == "region":
        if not text:
            raise SeriesError("A region needs a name, such as S 2p.")
        return text
    if name == "branch":
        return _parse_branch(text)
    return _parse_number(name, text)


def correct_reading(reading: Reading, corrections: Iterable[Correction]) -> Reading:
    """The reading with the corrections made; a later one of the same value counts."""
    by_series: dict[int, list[Correction]] = {}
    for correction in corrections:
        by_series.setdefault(correction.series, []).append(correction)
    series = tuple(
        _corrected_series(one, by_series[index]) if index in by_series else one
        for index, one in enumerate(reading.series)
    )
    return replace(reading, series=series)


def _corrected_series(series: xr.Dataset, corrections: Iterable[Correction]) -> xr.Dataset:
    columns: dict[str, np.ndarray] = {}
    for correction in corrections:
        if correction.name == "region":
            series = series.assign_attrs(region=correction.value)
            continue
        values = columns.setdefault(correction.name, get_column(series, correction.name).copy())
        values[correction.spectrum] = correction.value
        if correction.name == "voltage":
            origins = columns.setdefault("voltage_from", get_column(series, "voltage_from").copy())
            origins[correction.spectrum] = MANUAL
    return set_coordinates(series, **columns)


def _parse_branch(text: str) -> str:
    branch = branch_from_name(text)
    if text and not branch:
        raise VoltageError(f"{text!r} is neither charge nor discharge.")
    return branch


def _parse_number(name: str, text: str) -> float:
    bare = text.removesuffix("eV").removesuffix("V").strip().replace(",", ".").replace("−", "-")
    if not bare:
        return 0.0 if name == "axis_offset" else math.nan
    try:
        number = float(bare)
    except ValueError:
        raise VoltageError(f"{text!r} is not a number. Type one such as 3.6.") from None
    if name == "voltage" and abs(number) >= LARGEST:
        raise VoltageError(f"{text} V is more than any cell has. Type volts, such as 3.6.")
    return number


def describe_range(series: xr.Dataset, spectrum: int) -> str:
    """The range one spectrum was measured over, as "157 to 172 eV"."""
    axis = AXES[axis_of(series)]
    measured = np.isfinite(series["intensity"].values[spectrum])
    positions = series[axis.name].values[measured] + float(series["axis_offset"].values[spectrum])
    if not positions.size:
        return "no points"
    return f"{positions.min():.5g} to {positions.max():.5g} {axis.unit}"


def count_spectra(reading: Reading) -> int:
    """How many spectra the reading holds."""
    return sum(one.sizes[SPECTRUM] for one in reading.series)
