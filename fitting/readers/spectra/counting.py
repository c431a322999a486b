"""Counts per second and their standard deviation, from what a file says about its numbers.

XPS series are in counts per second wherever the counting time is known: spectra of one region
differ in dwell time and number of scans, so that their counts cannot be compared, and areas come
out in the counts/s x eV that other XPS programs state. Nothing is lost: with ``seconds`` of
counting per point (dwell time x scans), ``counts = rate * seconds`` and
``sigma = sqrt(counts) / seconds``. The unit a file states decides, never the label of a column.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from fitting.data.noise import estimated_sigma, poisson_sigma
from fitting.data.series import FloatArray, NoiseModel

UnitKind = Literal["counts", "rate", "arbitrary"]

_COUNTS = frozenset({"d", "c", "count", "counts", "cts"})
_RATES = frozenset(
    {"c/s", "cps", "count/s", "counts/s", "cts/s", "counts/sec", "countspersecond", "counts/second"}
)
_SCATTER_EXPECTED = (0.15, 3.0)
"""Variance of real counters over that of counting: resampling halves it, gains raise it."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Spectra on one grid in their final unit."""

    intensity: FloatArray
    """Shape (n, m)."""
    sigma: FloatArray
    """Shape (n, m)."""
    unit: str
    noise: NoiseModel
    warnings: tuple[str, ...] = ()


def unit_kind(unit: str) -> UnitKind:
    """Whether a unit means counts, counts per second, or neither."""
    plain = unit.strip().lower().replace(" ", "").replace(".", "")
    if plain in _RATES:
        return "rate"
    return "counts" if plain in _COUNTS else "arbitrary"


def rates_of(values: FloatArray, kind: UnitKind, seconds: ArrayLike) -> Rates:
    """Spectra as counts per second where the counting time allows, with their sigma.

    Parameters
    ----------
    values : shape (n, m)
        In the unit of the file.
    seconds : shape (n,)
        Counting time of one point, all scans added (s); nan where it is not known.
    """
    time = np.asarray(seconds, dtype=float)[:, None]
    is_timed = bool(np.all(time > 0))
    if kind == "arbitrary":
        return _estimate_rates(values, "arbitrary", "the file does not say that these are counts")
    if np.nanmin(values, initial=0.0) < 0:
        return _estimate_rates(
            values, _unit_of_kind(kind), "some intensities are negative, so not counts"
        )
    if kind == "rate" and not is_timed:
        return _estimate_rates(values, "counts/s", "the file does not tell the counting time")
    if not is_timed:
        sigma = poisson_sigma(values)
        return Rates(values, sigma, "counts", "poisson", _list_doubts(values, sigma))
    rate = values / time if kind == "counts" else values
    sigma = poisson_sigma(rate, time)
    return Rates(rate, sigma, "counts/s", "poisson", _list_doubts(rate, sigma))


def scatter_over_counting(intensity: FloatArray, sigma: FloatArray) -> float:
    """Variance of the scatter between neighbouring points over ``sigma ** 2``; nan for few points.

    1 for counts; ``1 / seconds`` where counts were taken for a rate.

    Parameters
    ----------
    intensity, sigma : shape (n, m)
    """
    weights = (1.0, -3.0, 3.0, -1.0)
    points = intensity.shape[1] - 3
    difference = np.zeros((len(intensity), max(points, 0)))
    expected = np.zeros_like(difference)
    for start, weight in enumerate(weights):
        difference += weight * intensity[:, start : start + difference.shape[1]]
        expected += weight**2 * sigma[:, start : start + difference.shape[1]] ** 2
    is_measured = np.isfinite(difference) & np.isfinite(expected)
    if is_measured.sum() < 30:
        return math.nan
    scaled = np.abs(difference[is_measured]) / np.sqrt(expected[is_measured])
    # 1.4826 turns a median absolute value into a standard deviation
    return float((1.4826 * np.median(scaled)) ** 2)


def _unit_of_kind(kind: UnitKind) -> str:
    return {"counts": "counts", "rate": "counts/s", "arbitrary": "arbitrary"}[kind]


def _estimate_rates(values: FloatArray, unit: str, reason: str) -> Rates:
    warning = f"The noise is estimated from the scatter of the points: {reason}."
    return Rates(values, estimated_sigma(values), unit, "estimated", (warning,))


def _list_doubts(intensity: FloatArray, sigma: FloatArray) -> tuple[str, ...]:
    """A sentence if the scatter speaks against counting statistics."""
    ratio = scatter_over_counting(intensity, sigma)
    low, high = _SCATTER_EXPECTED
    if math.isnan(ratio) or low <= ratio <= high:
        return ()
    return (
        f"The points scatter with {ratio:.2g} times the variance that counting gives: the numbers "
        "may be rates or averages, or the detector has a gain. Errors of the fit take their size "
        "from its residual.",
    )
