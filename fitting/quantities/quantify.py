"""Areas, fractions and ratios of species with their errors, for all spectra of a result at once.

Every error comes from the full covariance of the areas. An area that ended at its bound has no
standard error: it counts as fixed there, so a species at zero has area, fraction and ratio 0
without an error, and the errors of the others are those of a fit without it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import ModelError
from fitting.data.result import FREEDOM, Status, is_fitted
from fitting.data.series import FloatArray
from fitting.models.model import Model, parameter_names
from fitting.models.parameters import AffineParameters, resolve_ties
from fitting.quantities.intervals import fieller_interval, student_t

BoolArray = NDArray[np.bool_]

REFERENCE_SPECIES = "PS4"
"""The electrolyte's own species: ratios are to it where the model has it."""


@dataclass(frozen=True, slots=True)
class Areas:
    """Areas of k species, or of k peaks, in n spectra."""

    names: tuple[str, ...]
    value: FloatArray
    """Shape (n, k); nan where not fitted."""
    covariance: FloatArray
    """Shape (n, k, k)."""
    has_error: BoolArray
    """Whether anything in the area was free to vary away from its bound, shape (n, k)."""
    is_nonnegative: BoolArray
    """Whether the model keeps the area from becoming negative, shape (k,)."""
    freedom: FloatArray
    """Degrees of freedom of each fit, shape (n,)."""

    @property
    def stderr(self) -> FloatArray:
        """Standard errors, shape (n, k); nan where there is none."""
        return self._with_known(np.diagonal(self.covariance, axis1=1, axis2=2))

    def _with_known(self, variance: FloatArray) -> FloatArray:
        return np.where(self.has_error, np.sqrt(np.maximum(variance, 0.0)), np.nan)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A quantity with its standard error and 95 % interval; nan where not known.

    An end of the interval is infinite where the data do not bound the quantity on that side.
    """

    value: FloatArray
    stderr: FloatArray
    low95: FloatArray
    high95: FloatArray


def species_names(model: Model) -> tuple[str, ...]:
    """The species of a model, in the order of its peaks."""
    return tuple(dict.fromkeys(peak.species for peak in model.peaks))


def peak_areas(result: xr.Dataset, model: Model) -> Areas:
    """Area of every peak, both lines of a doublet included."""
    rows = [parameter_names(model).index(f"{peak.name}.area") for peak in model.peaks]
    names = tuple(peak.name for peak in model.peaks)
    return _selected_areas(result, model, names, rows)


def species_areas(result: xr.Dataset, model: Model) -> Areas:
    """Area of every species: the sum of its peaks."""
    peaks = peak_areas(result, model)
    groups = [
        [column for column, peak in enumerate(model.peaks) if peak.species == species]
        for species in species_names(model)
    ]
    return _sum_columns(peaks, species_names(model), groups)


def area_estimate(areas: Areas, names: str | Sequence[str]) -> Estimate:
    """Area of a species, or of several together; 95 % by Student's t."""
    group = _sum_columns(areas, ("sum",), [_find_columns(areas, names)])
    value, stderr = group.value[:, 0], group.stderr[:, 0]
    reach = student_t(areas.freedom) * stderr
    low = np.maximum(value - reach, 0.0) if group.is_nonnegative[0] else value - reach
    return Estimate(value, stderr, low, value + reach)


def fraction_estimate(areas: Areas, names: str | Sequence[str]) -> Estimate:
    """Share of a species, or of several together, in the total area, in percent."""
    share = ratio_estimate(areas, names, areas.names)
    scaled = [100.0 * part for part in (share.value, share.stderr, share.low95, share.high95)]
    if areas.is_nonnegative.all():
        scaled[3] = np.minimum(scaled[3], 100.0)
    return Estimate(*scaled)


def find_fractions(areas: Areas) -> tuple[FloatArray, FloatArray]:
    """Share of each in the total area and its covariance, in percent and percent squared.

    Returns
    -------
    value : shape (n, k)
        Sums to 100 in every spectrum; nan where the total is not positive.
    covariance : shape (n, k, k)
    """
    return shares_of_total(areas.value, areas.covariance)


def ratio_estimate(
    areas: Areas, numerator: str | Sequence[str], denominator: str | Sequence[str]
) -> Estimate:
    """Ratio of the areas of two species, or of two sums of species.

    The standard error is by propagation, the 95 % interval by Fieller's theorem. Where the
    denominator does not differ from zero at that level, the interval has no upper end (inf). Where
    either side ended at its bound, or the denominator is zero, there is no error.
    """
    above, below = _find_columns(areas, numerator), _find_columns(areas, denominator)
    involved = sorted({*above, *below})
    weights = np.array([[float(column in side) for column in involved] for side in (above, below)])
    value = areas.value[:, involved] @ weights.T
    covariance = (
        weights @ areas.covariance[np.ix_(range(len(value)), involved, involved)] @ weights.T
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(value[:, 1] > 0, value[:, 0] / value[:, 1], np.nan)
    is_nonnegative = bool(areas.is_nonnegative[involved].all())
    stderr = _ratio_stderr(ratio, value[:, 1], covariance)
    low, high = fieller_interval(
        value, covariance, student_t(areas.freedom), is_nonnegative=is_nonnegative
    )
    known = areas.has_error[:, above].any(axis=1) & areas.has_error[:, below].any(axis=1)
    known &= np.isfinite(ratio)
    return Estimate(ratio, *(np.where(known, part, np.nan) for part in (stderr, low, high)))


def default_ratios(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The ratios that are tabulated: every pair of species once, as (numerator, denominator).

    The electrolyte's own species is the denominator of its pairs; in other pairs the species that
    comes first in the model is the numerator.
    """
    ordered = list(names)
    ordered.sort(key=lambda name: name == REFERENCE_SPECIES)
    pairs = [(a, b) for place, a in enumerate(ordered) for b in ordered[place + 1 :]]
    return tuple(sorted(pairs, key=lambda pair: pair[1] != REFERENCE_SPECIES))


def shares_of_total(value: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Shares of each value in the sum, in percent, with their covariance by propagation.

    Parameters
    ----------
    value : shape (n, k)
    covariance : shape (n, k, k)
    """
    total = value.sum(axis=1)
    total = np.where(total > 0, total, np.nan)
    share = value / total[:, None]
    jacobian = (np.eye(value.shape[1]) - share[:, :, None]) / total[:, None, None]
    spread = jacobian @ covariance @ jacobian.transpose(0, 2, 1)
    return 100.0 * share, 1e4 * spread


def degrees_of_freedom(result: xr.Dataset) -> FloatArray:
    """Points minus free parameters of every fit, of shared ones a part; shape (n,)."""
    if FREEDOM in result:
        return np.asarray(result[FREEDOM].values)
    points = result["points"].values.astype(float)
    return points - float(result.attrs["free_parameters"])


def parameter_estimates(result: xr.Dataset, model: Model) -> tuple[FloatArray, FloatArray]:
    """Value and standard error of every parameter, each of shape (n, p).

    nan where not fitted; fixed parameters and those at a bound have no error.
    """
    fitted = is_fitted(result)[:, None]
    varies = (resolve_ties(model).matrix != 0).any(axis=1)
    stderr = result["stderr"].values
    value = np.where(fitted, result["value"].values, np.nan)
    return value, np.where(fitted & varies & (stderr > 0), stderr, np.nan)


def _selected_areas(
    result: xr.Dataset, model: Model, names: tuple[str, ...], rows: Sequence[int]
) -> Areas:
    resolved = resolve_ties(model)
    fitted = is_fitted(result)
    value = np.where(fitted[:, None], result["value"].values[:, rows], np.nan)
    covariance = result["covariance"].values[np.ix_(range(len(fitted)), rows, rows)]
    varies = (resolved.matrix[rows] != 0).any(axis=1)
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    is_at_bound = (result["status"].values == Status.AT_BOUND)[:, None] & varies & ~(variance > 0)
    covariance = np.where(is_at_bound[:, :, None] | is_at_bound[:, None, :], 0.0, covariance)
    return Areas(
        names,
        value,
        covariance,
        has_error=fitted[:, None] & varies & ~is_at_bound,
        is_nonnegative=_lower_limits(resolved)[list(rows)] >= 0,
        freedom=degrees_of_freedom(result),
    )


def _lower_limits(resolved: AffineParameters) -> FloatArray:
    """The least value each parameter can take, shape (p,)."""
    limits = resolved.constant.copy()
    for row, column in zip(*np.nonzero(resolved.matrix), strict=True):
        factor = resolved.matrix[row, column]
        bound = resolved.lower[column] if factor > 0 else resolved.upper[column]
        limits[row] += factor * bound
    return limits


def _sum_columns(areas: Areas, names: tuple[str, ...], groups: Sequence[Sequence[int]]) -> Areas:
    """Areas of groups of columns."""
    count = len(areas.value)
    value = np.empty((count, len(groups)))
    has_error = np.empty((count, len(groups)), dtype=bool)
    for column, group in enumerate(groups):
        value[:, column] = areas.value[:, group].sum(axis=1)
        has_error[:, column] = areas.has_error[:, group].any(axis=1)
    covariance = np.empty((count, len(groups), len(groups)))
    for row, group in enumerate(groups):
        for column, other in enumerate(groups):
            block = areas.covariance[np.ix_(range(count), group, other)]
            covariance[:, row, column] = block.sum(axis=(1, 2))
    return Areas(
        names,
        value,
        covariance,
        has_error=has_error,
        is_nonnegative=np.array([areas.is_nonnegative[group].all() for group in groups], bool),
        freedom=areas.freedom,
    )


def _find_columns(areas: Areas, names: str | Sequence[str]) -> list[int]:
    wanted = [names] if isinstance(names, str) else list(names)
    missing = [name for name in wanted if name not in areas.names]
    if missing or not wanted:
        raise ModelError(
            f"The model has no {', '.join(missing) or 'species of an empty list'}. "
            f"It has: {', '.join(areas.names)}."
        )
    return sorted({areas.names.index(name) for name in wanted})


def _ratio_stderr(ratio: FloatArray, below: FloatArray, covariance: FloatArray) -> FloatArray:
    variance = (
        covariance[:, 0, 0]
        - 2.0 * ratio * covariance[:, 0, 1]
        + ratio * ratio * covariance[:, 1, 1]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)) / np.abs(below))
