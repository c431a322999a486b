"""The impedance series: sweeps of frequency as a plain ``xarray.Dataset``.

Dimensions are ``spectrum`` and ``point``; ``frequency`` (Hz), ``real`` and ``imaginary`` (Ohm)
carry both. Points descend in frequency; a sweep of fewer points than the longest ends in nan.
``temperature`` (°C) is nan where it is not known. Coordinates are those of every series
(``fitting.data.series.COORDINATES``), so that side tables and records give voltages to sweeps as
they do to spectra.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import SeriesError
from fitting.data.series import (
    SPECTRUM,
    FloatArray,
    get_column,
    set_coordinates,
    source_names,
    warnings_of,
)

ComplexArray = NDArray[np.complex128]

POINT = "point"
IMPEDANCE = "impedance"
"""Technique and region of the series."""
OHM = "Ohm"
FEWEST_POINTS = 5
_NUMBERS = ("voltage", "voltage_start", "voltage_end", "started", "exposure", "cycle")


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """One impedance spectrum and the state it was measured in; what is not known is nan."""

    frequency: FloatArray
    """Hz, descending; shape (m,)."""
    impedance: ComplexArray
    """Ohm, shape (m,)."""
    label: str = ""
    voltage: float = np.nan
    """V, mean over the sweep, against the reference electrode of the cell."""
    voltage_start: float = np.nan
    voltage_end: float = np.nan
    started: float = np.nan
    """Unix time on the clock of the potentiostat (s)."""
    exposure: float = np.nan
    """Duration of the sweep (s)."""
    cycle: float = np.nan
    temperature: float = np.nan
    """°C."""


def make_sweeps(
    sweeps: Sequence[Sweep],
    *,
    sample: str,
    reader: str,
    unit: str = OHM,
    warnings: Sequence[str] = (),
) -> xr.Dataset:
    """Build the series of the sweeps of one file.

    Parameters
    ----------
    unit
        Of the impedance: "Ohm", or "Ohm cm2" where the file states it by area.
    """
    frequency, real, imaginary = _pad_points(sweeps)
    series = xr.Dataset(
        {
            "frequency": ((SPECTRUM, POINT), frequency, {"units": "Hz"}),
            "real": ((SPECTRUM, POINT), real, {"units": unit}),
            "imaginary": ((SPECTRUM, POINT), imaginary, {"units": unit}),
            "temperature": (SPECTRUM, [sweep.temperature for sweep in sweeps], {"units": "°C"}),
        },
        attrs={
            "technique": IMPEDANCE,
            "region": IMPEDANCE,
            "unit": unit,
            "reader": reader,
            "sources": "{}",
            "warnings": json.dumps(list(warnings)),
        },
    )
    told = {name: [getattr(sweep, name) for sweep in sweeps] for name in _NUMBERS}
    has_voltage = np.isfinite(told["voltage"])
    return set_coordinates(
        series,
        sample=sample,
        label=[sweep.label for sweep in sweeps],
        voltage_from=np.where(has_voltage, "impedance file", ""),
        branch="",
        **told,
    )


def with_source(series: xr.Dataset, name: str, digest: str) -> xr.Dataset:
    """Return the series with the name and the hash of the file it came from."""
    sources = json.dumps({name: digest})
    return set_coordinates(series, source=name).assign_attrs(sources=sources)


def join_sweeps(parts: Sequence[xr.Dataset]) -> xr.Dataset:
    """Join series into one, ordered by voltage, then cycle, time and file name.

    Raises
    ------
    SeriesError
        If some state resistances and others resistances by area.
    """
    units = {str(part.attrs["unit"]): part for part in parts}
    if len(units) != 1:
        named = "; ".join(
            f"{', '.join(source_names(part))}: {unit}" for unit, part in units.items()
        )
        raise SeriesError(f"Impedances of different units cannot be joined ({named}).")
    width = max(part.sizes[POINT] for part in parts)
    padded = [part.pad({POINT: (0, width - part.sizes[POINT])}) for part in parts]
    joined = xr.concat(padded, SPECTRUM, join="exact", combine_attrs="drop", coords="different",
                       compat="equals", data_vars="all")  # fmt: skip
    joined.attrs = _join_attributes(parts)
    started = get_column(joined, "started").astype(float)
    if np.all(np.isfinite(started)):
        joined = set_coordinates(joined, time=started - started.min())
    keys = ("source", "time", "cycle", "voltage")
    columns = [get_column(joined, name) for name in keys]
    order = np.lexsort([columns[0].astype(str), *(column.astype(float) for column in columns[1:])])
    return joined.isel({SPECTRUM: order})


def sweep_of(series: xr.Dataset, index: int) -> tuple[FloatArray, ComplexArray]:
    """Frequencies (Hz) and impedances of one spectrum, without the padding."""
    one = series.isel({SPECTRUM: index})
    frequency = np.asarray(one["frequency"].values, dtype=float)
    known = np.isfinite(frequency)
    impedance = one["real"].values[known] + 1j * one["imaginary"].values[known]
    return frequency[known], np.asarray(impedance, dtype=complex)


def impedances_of(series: xr.Dataset) -> tuple[FloatArray, ComplexArray]:
    """Frequencies (Hz) and impedances of all spectra, shape (n, m), nan where padded."""
    impedance = series["real"].values + 1j * series["imaginary"].values
    return np.asarray(series["frequency"].values, dtype=float), np.asarray(impedance, dtype=complex)


def _pad_points(sweeps: Sequence[Sweep]) -> tuple[FloatArray, FloatArray, FloatArray]:
    width = max(sweep.frequency.size for sweep in sweeps)
    shape = (len(sweeps), width)
    frequency, real, imaginary = (np.full(shape, np.nan) for _ in range(3))
    for row, sweep in enumerate(sweeps):
        order = np.argsort(-sweep.frequency, kind="stable")
        frequency[row, : order.size] = sweep.frequency[order]
        real[row, : order.size] = sweep.impedance.real[order]
        imaginary[row, : order.size] = sweep.impedance.imag[order]
    return frequency, real, imaginary


def _join_attributes(parts: Sequence[xr.Dataset]) -> dict[str, str]:
    sources: dict[str, str] = {}
    for part in parts:
        sources |= json.loads(part.attrs["sources"])
    readers = dict.fromkeys(str(part.attrs["reader"]) for part in parts)
    sentences = [sentence for part in parts for sentence in warnings_of(part)]
    own: Mapping[str, str] = {
        "sources": json.dumps(sources),
        "reader": ", ".join(readers),
        "warnings": json.dumps(list(dict.fromkeys(sentences))),
    }
    return {**parts[0].attrs, **own}
