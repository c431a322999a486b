"""The Raman baseline, fluorescence and offset: estimated and subtracted.

pybaselines defines every method; long series get arpls and asls, where it is ready, from the
compiled engine, which follows the same rules for many spectra at once.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import RecipeError, SeriesError
from fitting.data.grids import iterate_grids, own_points
from fitting.data.series import BASELINE, SPECTRUM, FloatArray, axis_of, with_history
from fitting.data.techniques import technique_of
from fitting.preprocessing.baseline_bulk import bulk_baselines, is_bulk_ready
from fitting.preprocessing.gaps import bridge_gaps

BASELINES = ("arpls", "asls", "airpls", "imodpoly", "linear")
"""Methods: asymmetrically reweighted smoothers, a polynomial, the line through both ends."""

_MAX_ITERATIONS = 200
_BLOCK = 32
"""Spectra between two looks at whether the compiled engine has become ready."""
_END_POINTS = 5
_FEWEST_POINTS = 20


@dataclass(frozen=True, slots=True)
class SubtractBaseline:
    """Subtract a smooth baseline from each Raman spectrum; sigma stays as it is.

    The error of the baseline is not in sigma, and every estimate takes a part of broad wings
    along. A model whose background follows a baseline itself, a polynomial or a spline, is
    therefore fitted to what was measured; what is subtracted serves the eye only.
    """

    method: str = "arpls"
    """One of ``BASELINES``."""
    lam: float = 1e6
    """arpls, airpls, asls: stiffness for points 1/cm apart; on another grid it is scaled by the
    fourth power of the step, so that the baseline is as stiff. Half of a wave of the length
    2 pi lam**0.25 (199 1/cm) is followed."""
    p: float = 0.01
    """asls: weight of points above the baseline; those below weigh 1 - p."""
    order: int = 3
    """imodpoly: order of the polynomial."""

    def __post_init__(self) -> None:
        if self.method not in BASELINES:
            raise RecipeError(
                f"There is no baseline {self.method!r}. Choose one of: {', '.join(BASELINES)}."
            )
        if not 0 < self.lam < np.inf:
            raise RecipeError(f"SubtractBaseline: lam must be more than 0, not {self.lam:g}.")
        if not 0 < self.p < 1:
            raise RecipeError(f"SubtractBaseline: p must lie between 0 and 1, not {self.p:g}.")
        if not 0 <= self.order <= 12:
            raise RecipeError(f"SubtractBaseline: order must be 0 to 12, not {self.order}.")


def subtract_baseline(series: xr.Dataset, step: SubtractBaseline) -> xr.Dataset:
    """Subtract a baseline from each spectrum; the variable ``BASELINE`` keeps it.

    A spectrum of another grid that has too few points has none left (nan at infinite sigma).

    Raises
    ------
    SeriesError
        If these are no Raman spectra, or they have too few points.
    """
    axis = axis_of(series)
    region, size = series.attrs["region"], int(own_points(series).sum(axis=1).max())
    if not technique_of(series).has_baseline:
        raise SeriesError(
            f"{region}: a baseline is subtracted from Raman spectra only. In XPS the background "
            "is part of the model: choose one there (shirley, tougaard, linear)."
        )
    if size < _FEWEST_POINTS:
        raise SeriesError(
            f"{region}: {size} points are too few to tell a baseline; {_FEWEST_POINTS} are needed."
        )
    intensity = np.asarray(series["intensity"].values, dtype=float)
    grid, baseline, troubled = series[axis].values, np.full_like(intensity, np.nan), 0
    for rows, columns in iterate_grids(series, _FEWEST_POINTS):
        found, count = baselines_of(grid[columns], intensity[np.ix_(rows, columns)], step)
        # between the points of its own grid nothing was measured: there the curve is only drawn
        baseline[rows] = [np.interp(grid, grid[columns], curve) for curve in found]
        troubled += count
    total = xr.DataArray(baseline, dims=(SPECTRUM, axis))
    if BASELINE in series:
        total = total + series[BASELINE]
    sigma = series["sigma"].where(np.isfinite(baseline), np.inf)
    return with_history(
        series.assign(
            {"intensity": series["intensity"] - baseline, "sigma": sigma, BASELINE: total}
        ),
        _write_sentence(step, baseline, troubled),
    )


def baselines_of(
    grid: FloatArray, intensity: FloatArray, step: SubtractBaseline
) -> tuple[FloatArray, int]:
    """The baseline of every spectrum, and how many did not settle; gaps are bridged for it only.

    Parameters
    ----------
    grid : shape (m,)
        Raman shifts (1/cm).
    intensity : shape (n, m)
    """
    lam = step.lam / float(np.median(np.diff(grid))) ** 4
    bridged = bridge_gaps(intensity)
    baseline, is_settled = np.empty_like(bridged), np.zeros(len(bridged), dtype=bool)
    first = 0
    while first < len(bridged) and not is_bulk_ready(step.method, len(bridged)):
        rows = np.arange(first, min(first + _BLOCK, len(bridged)))
        baseline[rows], is_settled[rows] = _one_by_one(grid, bridged[rows], step, lam)
        first += _BLOCK
    rest = np.arange(first, len(bridged))
    if rest.size:
        baseline[rest], is_settled[rest], has_failed = bulk_baselines(
            bridged[rest], step.method, lam, step.p, _MAX_ITERATIONS
        )
        if has_failed.any():
            again = rest[has_failed]
            baseline[again], is_settled[again] = _one_by_one(grid, bridged[again], step, lam)
    return baseline, int((~is_settled).sum())


def _one_by_one(
    grid: FloatArray, intensity: FloatArray, step: SubtractBaseline, lam: float
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Baselines by pybaselines, shape (n, m), and which of them settled, shape (n,)."""
    # Takes longer to import than everything else here together, and few runs need it.
    from pybaselines import Baseline

    fitter = Baseline(x_data=grid)
    baseline, is_settled = np.empty_like(intensity), np.empty(len(intensity), dtype=bool)
    for index, counts in enumerate(intensity):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            baseline[index], details = _estimate_baseline(fitter, counts, step, lam)
        history = details.get("tol_history", np.zeros(1))
        is_settled[index] = not caught and len(history) < _MAX_ITERATIONS
    return baseline, is_settled


def _write_sentence(step: SubtractBaseline, baseline: FloatArray, troubled: int) -> str:
    setting = {
        "arpls": f", lam {step.lam:g}",
        "airpls": f", lam {step.lam:g}",
        "asls": f", lam {step.lam:g}, p {step.p:g}",
        "imodpoly": f", order {step.order}",
    }.get(step.method, "")
    text = (
        f"Subtracted a baseline ({step.method}{setting}; {np.nanmin(baseline):.4g} to "
        f"{np.nanmax(baseline):.4g}); its error is not in sigma."
    )
    if troubled:
        text += f" It did not settle for {troubled} of {len(baseline)} spectra: look at those."
    return text


def _estimate_baseline(fitter: Any, counts: FloatArray, step: SubtractBaseline, lam: float) -> Any:
    """The baseline of one spectrum, shape (m,), and what pybaselines tells about it."""
    match step.method:
        case "linear":
            return _line_through_ends(np.asarray(fitter.x, dtype=float), counts), {}
        case "imodpoly":
            return fitter.imodpoly(counts, poly_order=step.order, max_iter=_MAX_ITERATIONS)
        case "asls":
            return fitter.asls(counts, lam=lam, p=step.p, max_iter=_MAX_ITERATIONS)
        case "airpls":
            return fitter.airpls(counts, lam=lam, max_iter=_MAX_ITERATIONS)
        case _:
            return fitter.arpls(counts, lam=lam, max_iter=_MAX_ITERATIONS)


def _line_through_ends(x: FloatArray, counts: FloatArray) -> FloatArray:
    """The straight line through the means of the outermost points on both sides."""
    first, last = slice(0, _END_POINTS), slice(-_END_POINTS, None)
    slope = (counts[last].mean() - counts[first].mean()) / (x[last].mean() - x[first].mean())
    return np.asarray(counts[first].mean() + slope * (x - x[first].mean()))
