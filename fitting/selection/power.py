"""How often a species of a given share is chosen for a series, drawn at random.

What a fit gains by a species is that of areas about their truth with the errors that the data give
them, not negative, plus what free positions, widths and shapes gain by noise. It is drawn, because
there is no formula for areas that cannot be negative and spectra that may be left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.fits.block import IndexArray
from fitting.quantities.quantify import BoolArray
from fitting.selection.presence import which_charge

_DRAWS = 1000
_SEED = 1978
_LOWEST, _HIGHEST = 1e-6, 1e3
_HALVINGS = 20
_SAME = 0.05


@dataclass(frozen=True, slots=True)
class Weighing:
    """One species with j bands in r spectra, and what the criterion charges for it."""

    covariance: FloatArray
    """Of its areas, shape (r, j, j)."""
    unit: FloatArray
    """Areas of as much of it as there is of all others together, shape (r, j)."""
    log_points: FloatArray
    """Shape (r,)."""
    own_shapes: NDArray[np.int_]
    """Free positions, widths and shapes that each band has in each spectrum, shape (j,)."""
    shared_shapes: int
    """Those that spectra have in common."""
    spectra: int
    """Of the series, which the r stand for."""

    def take(self, rows: IndexArray) -> "Weighing":
        """Some of the r spectra."""
        return replace(
            self,
            covariance=self.covariance[rows],
            unit=self.unit[rows],
            log_points=self.log_points[rows],
        )

    def stretched(self, factor: float) -> "Weighing":
        """The same with larger variances."""
        return replace(self, covariance=factor * self.covariance)

    def is_like(self, other: "Weighing") -> bool:
        """Whether the variances of the two are the same to a few percent."""
        return bool(np.allclose(self.covariance, other.covariance, rtol=_SAME))

    def gains(self, ratio: float) -> FloatArray:
        """What a fit gains by it without noise, shape (r,).

        Parameters
        ----------
        ratio
            Of its area to that of all others.
        """
        precision = np.linalg.inv(self.covariance)
        return ratio**2 * np.asarray(np.einsum("ri,rij,rj->r", self.unit, precision, self.unit))


def chosen_from(weighing: Weighing, present: int, power: float) -> float:
    """The ratio to all others from which on it is chosen so often; nan if there is none.

    Parameters
    ----------
    present
        Spectra of the series that have it.
    power
        Part of series.
    """
    low, high = np.log(_LOWEST), np.log(_HIGHEST)
    draws = _make_draws(weighing)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if _estimate_power(weighing, present, float(np.exp(middle)), draws) < power:
            low = middle
        else:
            high = middle
    return float(np.exp(high)) if high < np.log(_HIGHEST) else np.nan


Draws = tuple[FloatArray, FloatArray, FloatArray]


def _make_draws(weighing: Weighing) -> Draws:
    """Normal deviates (d, r, j), and what own (d, r, j) and shared shapes (d,) gain by noise."""
    rng = np.random.default_rng(_SEED)
    normal = rng.standard_normal((_DRAWS, *weighing.unit.shape))
    own = rng.gamma(np.maximum(0.5 * weighing.own_shapes, 1e-9), 2.0, normal.shape)
    shared = rng.gamma(max(0.5 * weighing.shared_shapes, 1e-9), 2.0, _DRAWS)
    return normal, own, shared


def _estimate_power(weighing: Weighing, present: int, ratio: float, draws: Draws) -> float:
    """How often a species is chosen that has this ratio to all others."""
    normal, by_shapes, by_shared = draws
    root = np.linalg.cholesky(weighing.covariance)
    areas = ratio * weighing.unit + np.einsum("rij,drj->dri", root, normal)
    precision = np.asarray(np.linalg.inv(weighing.covariance), dtype=float)
    gain, bands = _gain_of_areas(areas, precision)
    gain += np.where(bands, by_shapes, 0.0).sum(axis=2)
    charge = (bands * (1 + weighing.own_shapes)).sum(axis=2) * weighing.log_points
    supported = np.maximum(gain - charge, 0.0)
    times = present / len(weighing.unit)
    count = np.maximum(times * (supported > 0).sum(axis=1), 1.0)
    points = weighing.log_points.mean() + np.log(weighing.spectra)
    balance = times * supported.sum(axis=1) + by_shared - weighing.shared_shapes * points
    return float(np.mean(balance > which_charge(weighing.spectra, count)))


def _gain_of_areas(areas: FloatArray, precision: FloatArray) -> tuple[FloatArray, BoolArray]:
    """What areas that are not negative gain (d, r), and which of the bands are above zero.

    Parameters
    ----------
    areas : shape (d, r, j)
        As they would be if they could be negative.
    """
    best = np.zeros(areas.shape[:2])
    bands = np.zeros(areas.shape, dtype=bool)
    pull = np.einsum("rij,drj->dri", precision, areas)
    for subset in _iterate_subsets(areas.shape[2]):
        part = precision[:, subset][:, :, subset]
        alone = np.einsum("rij,drj->dri", np.linalg.inv(part), pull[:, :, subset])
        gain = np.einsum("dri,dri->dr", alone, pull[:, :, subset])
        better = (alone >= 0).all(axis=2) & (gain > best)
        best = np.where(better, gain, best)
        is_in = np.isin(np.arange(areas.shape[2]), subset)
        bands = np.where(better[:, :, None], is_in, bands)
    return best, bands


def _iterate_subsets(size: int) -> Iterator[list[int]]:
    every = chain.from_iterable(combinations(range(size), k) for k in range(1, size + 1))
    return (list(one) for one in every)
