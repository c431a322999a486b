"""What the species of a figure are drawn along: voltage, depth, time, samples, or the number."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.depth import depth_label
from fitting.data.order import Order, order_drawn
from fitting.data.series import FloatArray, get_column
from fitting.output.figures.style import escape_formula, sample_names
from fitting.projects.project import Analysis

MOST_LEVEL_NAMES = 4
"""Names of samples that stand level beside one another; more are slanted."""
_LABELS = {"voltage": "Voltage (V vs Li⁺/Li)", "depth": "", "time": "Time (h)"}
_FEWEST_PLACES = 4
_KNOWN_SHARE = 0.8
_MOST_NAMES = 12
_LONGEST_NAME = 16
"""Letters of the name of a sample."""


@dataclass(frozen=True, slots=True)
class Along:
    """What the species are drawn along."""

    kind: str
    place: FloatArray
    """Shape (n,)."""
    label: str
    names: tuple[str, ...] = ()
    """Names of the places 0, 1, 2 ..., where they are samples."""


def choose_axis(analysis: Analysis, kind: str = "", order: Order = "") -> Along | None:
    """The voltage where most spectra have one, else the samples, depth, time, or the number.

    Parameters
    ----------
    kind
        Just this one; ``None`` if the spectra do not have it.
    order
        Of the spectra where they stand beside one another.
    """
    series = analysis.series
    if kind:
        return _find_places(series, kind)
    samples = np.unique(get_column(series, "sample").astype(str))
    are_samples = 1 < samples.size == series.sizes["spectrum"] <= _MOST_NAMES
    for name in _LABELS:
        if are_samples and name != "voltage":
            break
        found = _find_places(series, name)
        if found is not None:
            return found
    drawn = order_drawn(series, order)
    place = np.empty(drawn.size)
    place[drawn] = np.arange(drawn.size)
    if drawn.size > _MOST_NAMES:
        return Along("spectrum", place, "Spectrum")
    return Along("sample", place, "", _name_spectra(series, drawn))


def _find_places(series: xr.Dataset, kind: str) -> Along | None:
    """The places along a coordinate, if enough spectra have different ones."""
    place = get_column(series, kind).astype(float)
    known = np.isfinite(place)
    if known.mean() < _KNOWN_SHARE or np.unique(place[known]).size < _FEWEST_PLACES:
        return None
    label = depth_label(series) if kind == "depth" else _LABELS[kind]
    return Along(kind, place / 3600.0 if kind == "time" else place, label)


def _name_spectra(series: xr.Dataset, order: NDArray[np.int_]) -> tuple[str, ...]:
    """Sample and voltage of every spectrum, on two lines where there is room."""
    slanted = order.size > MOST_LEVEL_NAMES
    samples = sample_names(series, _LONGEST_NAME)
    voltage = get_column(series, "voltage").astype(float)
    names = []
    for spectrum in order:
        known = np.isfinite(voltage[spectrum])
        parts = [samples[spectrum], f"{voltage[spectrum]:.2f} V" if known else ""]
        name = (", " if slanted else "\n").join(part for part in parts if part)
        names.append(escape_formula(name) or str(spectrum))
    return tuple(names)
