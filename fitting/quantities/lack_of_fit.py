"""Where a model fails a whole series: what the standardised residuals of its spectra share.

A misfit that no single spectrum shows stands out in all of them together. Two things are looked
at: the mean of the residuals over the spectra, which is the same misfit everywhere, and the leading
singular vector of their matrix, which is a misfit that grows or changes sign along the series. Of
either, the largest mean over a window of neighbouring points is compared with independent noise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray

BoolArray = NDArray[np.bool_]

MISFIT_LIMIT = 5.0
"""Standard deviations of a mean over points and spectra from which the model fails there."""
FEWEST_SPECTRA = 3
"""Of fewer, each says for itself what is to be said."""
_WINDOWS = (3, 5, 9, 15, 25)
"""Points; a line of a width of 1.3 eV covers 13 of 0.1 eV."""
_SMOOTHING = 5
_FEWEST_FOR_TREND = 5
_OWN_DEVIATIONS = 1.0
"""Standard deviations of the mean over the window in one spectrum, from which it is counted."""
_DRAWS = 20
"""Of noise, to see what its largest singular value is."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A stretch of the axis in which the spectra of a series differ from the model together."""

    low: float
    high: float
    """Ends of the stretch (unit of the axis)."""
    place: float
    """Where it is worst."""
    deviations: float
    """Standard deviations; positive where the spectra lie above the model."""
    spectra: NDArray[np.int_]
    """Those that show it, by their index."""
    grows_with: float
    """Correlation of its size with the order of the spectra, -1 to 1; nan for less than five."""


def find_misfits(residuals: FloatArray, positions: FloatArray) -> tuple[Misfit, ...]:
    """The stretches in which the model fails the series; none where it is noise.

    Parameters
    ----------
    residuals : shape (n, m)
        (data - model) / sigma, in the order of the series; nan where not measured.
    positions : shape (m,)

    Returns
    -------
    The worst first; one of the mean, and one of the leading singular vector where that is another.
    """
    known = np.isfinite(residuals)
    if known.any(axis=1).sum() < FEWEST_SPECTRA:
        return ()
    filled = np.where(known, residuals, 0.0)
    found = (
        _find_worst(filled, known, positions, np.ones(len(filled))),
        _find_changing(filled, known, positions),
    )
    distinct: list[Misfit] = []
    for one in sorted((f for f in found if f is not None), key=lambda f: -abs(f.deviations)):
        if not any(other.low <= one.place <= other.high for other in distinct):
            distinct.append(one)
    return tuple(distinct)


def _find_changing(residuals: FloatArray, known: BoolArray, positions: FloatArray) -> Misfit | None:
    """Of the leading singular vector: each spectrum weighs as it has part in it."""
    # smoothed, so that a pattern outweighs single points
    smooth = _window_means(residuals, known, _SMOOTHING)
    left, strength, _ = np.linalg.svd(smooth, full_matrices=False)
    if strength[0] <= _largest_of_noise(known) * _noise_scale(residuals, known):
        return None
    weights = left[:, 0] * np.sqrt(len(residuals))
    # the side of the spectra that have most part in it
    weights = weights if weights.sum() >= 0 else -weights
    return _find_worst(residuals, known, positions, weights)


def _largest_of_noise(known: BoolArray) -> float:
    """The largest singular value that smoothed noise of unit size does not exceed."""
    generator = np.random.default_rng(0)
    largest = []
    for _ in range(_DRAWS):
        noise = np.where(known, generator.standard_normal(known.shape), 0.0)
        largest.append(np.linalg.norm(_window_means(noise, known, _SMOOTHING), 2))
    return float(np.mean(largest) + MISFIT_LIMIT * np.std(largest))


def _find_worst(
    residuals: FloatArray, known: BoolArray, positions: FloatArray, weights: FloatArray
) -> Misfit | None:
    """The worst stretch of the weighted sum of the residuals, over windows of several widths."""
    together, variance = weights @ residuals, (weights**2) @ known
    best: tuple[float, int, int, FloatArray] | None = None
    for width in _windows_for(len(positions)):
        kernel = np.ones(width)
        size = np.sqrt(np.convolve(variance, kernel, mode="same"))
        total = np.convolve(together, kernel, mode="same")
        score = np.divide(total, size, out=np.zeros_like(total), where=size > 0)
        place = int(np.argmax(np.abs(score)))
        if best is None or abs(score[place]) > abs(best[0]):
            best = (float(score[place]), place, width, score)
    if best is None or abs(best[0]) < MISFIT_LIMIT * _noise_scale(residuals, known):
        return None
    _, place, width, score = best
    own = _window_means(residuals, known, width)[:, place]
    return _describe_misfit(positions, place, score, own)


def _noise_scale(residuals: FloatArray, known: BoolArray) -> float:
    """How large the noise is where sigma is too small; by a median, which a misfit moves little."""
    return max(1.0, float(1.4826 * np.median(np.abs(residuals[known]))))


def _describe_misfit(
    positions: FloatArray, place: int, score: FloatArray, own: FloatArray
) -> Misfit:
    """The stretch around the worst place in which the score is half as large, or larger.

    Parameters
    ----------
    own : shape (n,)
        Deviations of each spectrum at the place.
    """
    deviations = float(score[place])
    inside = score * np.sign(deviations) > 0.5 * abs(deviations)
    outside = np.flatnonzero(~inside)
    first = int(outside[outside < place].max(initial=-1)) + 1
    last = int(outside[outside > place].min(initial=len(score))) - 1
    low, high = sorted((float(positions[first]), float(positions[last])))
    has_trend = len(own) >= _FEWEST_FOR_TREND and float(np.ptp(own)) > 0
    grows = float(np.corrcoef(np.arange(len(own)), own)[0, 1]) if has_trend else np.nan
    shows = np.flatnonzero(np.abs(own) > _OWN_DEVIATIONS)
    return Misfit(low, high, float(positions[place]), deviations, shows, grows)


def _window_means(residuals: FloatArray, known: BoolArray, width: int) -> FloatArray:
    """Sums over a window in standard deviations of independent points, shape (n, m)."""
    kernel = np.ones(width)
    sums = np.stack([np.convolve(row, kernel, mode="same") for row in residuals])
    counts = np.stack([np.convolve(row, kernel, mode="same") for row in known.astype(float)])
    return np.asarray(sums / np.sqrt(np.maximum(counts, 1.0)))


def _windows_for(points: int) -> Sequence[int]:
    return [width for width in _WINDOWS if width <= max(points // 4, _WINDOWS[0])]
