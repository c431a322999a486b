"""Rules about residuals and background: a complete model leaves noise without structure."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fitting.audit.evidence import Evidence, Remark, spectra_where
from fitting.data.grids import own_points
from fitting.data.series import FloatArray, axis_of
from fitting.models.function import series_curves
from fitting.quantities.lack_of_fit import Misfit, find_misfits

STRUCTURE_LIMIT = 4.0
"""Standard deviations from what independent residuals give, by runs or by Durbin-Watson."""
CROSSING_LIMIT = 6.0
"""Standard deviations of the mean over a stretch by which a background may exceed the data."""
_STRETCHES = 20
_BLOCK = 64
_FEWEST_POINTS = 20
_CLEAR_TREND = 0.7
"""Correlation with the order of the spectra from which a misfit is said to grow or fade."""


def structured_residuals(evidence: Evidence) -> Iterator[Remark]:
    """Residuals with too few sign changes or correlated neighbours.

    The coefficient of Durbin and Watson is 2 for independent residuals, with a standard deviation
    of 2 over the root of their number; 0 means that neighbours are equal.
    """
    for start in range(0, len(evidence.fitted), _BLOCK):
        spectra = np.arange(start, min(start + _BLOCK, len(evidence.fitted)))
        spectra = spectra[evidence.fitted[spectra]]
        if spectra.size:
            yield from _of_block(evidence, spectra)


def _of_block(evidence: Evidence, spectra: NDArray[np.int_]) -> Iterator[Remark]:
    residuals = scaled_residuals(evidence, spectra)
    runs, watson = runs_deviation(residuals), durbin_watson(residuals)
    points = np.isfinite(residuals).sum(axis=1)
    correlation = (2.0 - watson) / 2.0 * np.sqrt(points)
    has_structure = (runs < -STRUCTURE_LIMIT) | (correlation > STRUCTURE_LIMIT)
    for row in spectra_where(has_structure & (points >= _FEWEST_POINTS)):
        place = _worst_place(evidence, residuals[row], int(spectra[row]))
        signs = (
            f"sign changes {runs[row]:+.1f} standard deviations from chance"
            if np.isfinite(runs[row])
            else "hardly any sign changes"
        )
        yield Remark(
            f"The residuals have structure, most of all near {place:.5g} {evidence.unit} "
            f"(Durbin-Watson {watson[row]:.2f}, where 2 is none; {signs}): something is missing "
            "from the model there.",
            int(spectra[row]),
        )


def misfit_of_series(evidence: Evidence) -> Iterator[Remark]:
    """Stretches in which the spectra of the series differ from the model together."""
    spectra = np.flatnonzero(evidence.fitted)
    if not spectra.size:
        return
    residuals = scaled_residuals(evidence, spectra)
    grid = evidence.series[axis_of(evidence.series)].values
    grid = grid + float(np.median(evidence.series["axis_offset"].values[spectra]))
    for misfit in find_misfits(residuals, grid):
        yield Remark(describe_misfit(misfit, len(spectra), evidence.unit))


def describe_misfit(misfit: Misfit, count: int, unit: str) -> str:
    """Where the model fails a series of so many spectra, as a sentence."""
    side = "above" if misfit.deviations > 0 else "below"
    grows = misfit.grows_with * np.sign(misfit.deviations)
    along = ", growing along the series" if grows > _CLEAR_TREND else ""
    along = ", fading along the series" if grows < -_CLEAR_TREND else along
    hint = f", as of a line near {misfit.place:.5g}" if misfit.deviations > 0 else ""
    where = f"in {len(misfit.spectra)} of {count} spectra{along}"
    return (
        f"The model does not describe the series: from {misfit.low:.5g} to {misfit.high:.5g} "
        f"{unit} the spectra lie {side} it{hint}, {where} "
        f"({abs(misfit.deviations):.0f} standard deviations together). The shares depend on what "
        "is missing there: see their model errors, and try another shape, width or species."
    )


def background_crosses(evidence: Evidence) -> Iterator[Remark]:
    """Backgrounds that lie above the data over a stretch, by more than noise explains."""
    for start in range(0, len(evidence.fitted), _BLOCK):
        spectra = np.arange(start, min(start + _BLOCK, len(evidence.fitted)))
        spectra = spectra[evidence.fitted[spectra]]
        if spectra.size:
            yield from _count_crossings(evidence, spectra)


def _count_crossings(evidence: Evidence, spectra: NDArray[np.int_]) -> Iterator[Remark]:
    series = evidence.series
    curves = series_curves(series, evidence.model, evidence.value[spectra], spectra)
    sigma = series["sigma"].values[spectra]
    measured = np.isfinite(sigma) & np.isfinite(series["intensity"].values[spectra])
    excess = (curves.background - series["intensity"].values[spectra]) / sigma
    own = own_points(series)[spectra]
    for row, spectrum in enumerate(spectra):
        points = np.flatnonzero(own[row])
        width = max(3, points.size // _STRETCHES)
        over = np.where(measured[row], excess[row], 0.0)[points]
        runs = np.convolve(over, np.ones(width) / np.sqrt(width), mode="valid")
        if runs.max() > CROSSING_LIMIT:
            middle = points[int(np.argmax(runs)) + width // 2]
            place = float(series[axis_of(series)].values[middle])
            place += float(series["axis_offset"].values[spectrum])
            yield Remark(
                f"The background lies above the data near {place:.5g} {evidence.unit}, by "
                f"{runs.max():.0f} standard deviations over {width} points: move the ends of the "
                "range, or take a co-fitted background.",
                int(spectrum),
            )


def scaled_residuals(evidence: Evidence, spectra: NDArray[np.int_]) -> FloatArray:
    """(data - model) / sigma of some spectra, shape (b, m); nan where not measured."""
    series = evidence.series
    curves = series_curves(series, evidence.model, evidence.value[spectra], spectra)
    measured = np.isfinite(series["sigma"].values[spectra])
    residuals = (series["intensity"].values[spectra] - curves.total) / series["sigma"].values[
        spectra
    ]
    return np.asarray(np.where(measured, residuals, np.nan))


def runs_deviation(residuals: FloatArray) -> FloatArray:
    """Runs of equal sign against their expectation, in standard deviations, shape (n,).

    Wald and Wolfowitz, Ann. Math. Stat. 11, 147 (1940). nan where there are too few points.
    """
    result = np.full(len(residuals), np.nan)
    for row, values in enumerate(residuals):
        above = values[np.isfinite(values)] > 0
        positive, negative = int(above.sum()), int((~above).sum())
        total = positive + negative
        if total < _FEWEST_POINTS or min(positive, negative) == 0:
            continue
        runs = 1 + np.count_nonzero(above[1:] != above[:-1])
        expected = 1.0 + 2.0 * positive * negative / total
        variance = (expected - 1.0) * (expected - 2.0) / (total - 1.0)
        result[row] = (runs - expected) / np.sqrt(variance)
    return result


def durbin_watson(residuals: FloatArray) -> FloatArray:
    """Sum of squared differences of neighbours over the sum of squares, shape (n,).

    Neighbours are points that were measured one after the other.
    """
    known = [row[np.isfinite(row)] for row in residuals]
    steps = np.array([np.sum(np.diff(row) ** 2) for row in known])
    total = np.nansum(residuals**2, axis=1)
    return np.asarray(np.divide(steps, total, out=np.full(len(total), np.nan), where=total > 0))


def _worst_place(evidence: Evidence, residuals: FloatArray, spectrum: int) -> float:
    """Where the residuals, averaged over a twentieth of the range, are largest."""
    series = evidence.series
    points = np.flatnonzero(own_points(series)[spectrum])
    width = max(3, points.size // 20)
    window = np.ones(width) / width
    smooth = np.abs(np.convolve(np.nan_to_num(residuals[points]), window, mode="same"))
    grid, offset = series[axis_of(series)].values, series["axis_offset"].values[spectrum]
    return float(grid[points[int(np.argmax(smooth))]] + offset)
