"""Spectra of a joint fit, each with what all the others say of the parameters they share.

Around the minimum, the chi-square of the other spectra is a parabola in the shared parameters, once
their own areas follow: the Schur complement of the joint normal equations (B. Triggs et al., in
Vision Algorithms: Theory and Practice, Springer 2000, p. 298). So one spectrum with that parabola
as a correlated measurement stands for the whole group, and what is asked of it costs no more than
of a spectrum that was fitted by itself. How well the others know the shared parameters allows for
the noise of their areas: see ``fitting.solvers.joint.errors``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.result import GROUP, is_fitted
from fitting.data.series import FloatArray
from fitting.fits.options import FitOptions
from fitting.fits.shared import is_shared
from fitting.models.function import ModelFunction
from fitting.models.model import Model
from fitting.quantities.quantify import degrees_of_freedom
from fitting.solvers.joint.errors import common_directions, taken_up
from fitting.solvers.numpy.cholesky import BoolArray, unit_diagonal
from fitting.solvers.numpy.evaluation import Condition, Evaluator, make_block, make_evaluator
from fitting.solvers.numpy.minimise import free_covariance, minimise_spectra
from fitting.solvers.numpy.parameter_layout import make_plan
from fitting.solvers.spectra import Spectra
from fitting.uncertainty.fitted import (
    MAX_EVALUATIONS,
    Fitted,
    area_rows,
    fitted_spectra,
    last_spectra,
)

_CHUNK = 64
"""Spectra of which derivatives are held at once."""
_SAID = 1e-10
"""Of a matrix with a unit diagonal: a direction with less is one of which nothing is said."""


def fitted_in_blocks(
    series: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    options: FitOptions,
    chosen: NDArray[np.int_],
    *,
    size: int,
) -> Iterator[tuple[NDArray[np.int_], Fitted]]:
    """Indices of some of the chosen spectra, and those of them that were fitted.

    Of a joint fit they come group by group, of others in their order.
    """
    if GROUP not in result:
        for first in range(0, chosen.size, size):
            rows = chosen[first : first + size]
            yield rows, fitted_spectra(series, result, model, options, rows)
        return
    for members, rows in groups_of(result, chosen):
        group = make_group(series, result, model, options, members)
        for first in range(0, rows.size, size):
            part = rows[first : first + size]
            yield part, group.fitted(part)


def groups_of(
    result: xr.Dataset, chosen: NDArray[np.int_]
) -> Iterator[tuple[NDArray[np.int_], NDArray[np.int_]]]:
    """All fitted spectra of every group, and those of its spectra that are chosen."""
    group, fitted = result[GROUP].values, is_fitted(result)
    for one in dict.fromkeys(group[chosen].tolist()):
        members = np.flatnonzero(fitted & (group == one))
        if members.size:
            yield members, chosen[group[chosen] == one]


@dataclass(frozen=True, slots=True)
class SharedGroup:
    """g spectra that share s parameters, where their joint fit ended."""

    rows: NDArray[np.int_]
    """Indices into the series, shape (g,)."""
    function: ModelFunction
    evaluator: Evaluator
    spectra: Spectra
    area_rows: tuple[int, ...]
    shared: BoolArray
    """Free parameters with one value for all, shape (f,)."""
    information: FloatArray
    """What each says of the shared ones, its own eliminated, shape (g, s, s)."""
    pull: FloatArray
    """Downhill slope of half of the chi-square of each by them, shape (g, s)."""
    bend: FloatArray
    """What the noise of areas takes from the information, shape (s, s)."""
    freedom: FloatArray
    """Of each spectrum, shape (g,)."""
    noise: float
    """Reduced chi-square of all together."""

    def fitted(self, rows: NDArray[np.int_]) -> Fitted:
        """Those of the spectra that belong to the group and were fitted."""
        places = np.flatnonzero(np.isin(self.rows, rows))
        spectra = _take_some(self.spectra, places)
        rest = self._rest(places)
        return Fitted(
            self.rows[places],
            self.function,
            self.evaluator,
            spectra,
            minimise_spectra(self.evaluator, spectra, MAX_EVALUATIONS, rest),
            self.area_rows,
            self.freedom[places],
            np.full(places.size, self.noise),
            rest,
        )

    def _rest(self, places: NDArray[np.int_]) -> Condition:
        """What all others say of the shared parameters, for some of the spectra."""
        size = int(self.shared.sum())
        slope = np.zeros((places.size, size, self.shared.size))
        target = np.zeros((places.size, size))
        others = self.bend.T @ (self.information.sum(axis=0) - self.information[places]) @ self.bend
        pull = self.pull.sum(axis=0) - self.pull[places]
        common = self.spectra.start[0, self.shared]
        for index, precision in enumerate(others):
            rows, offset = _as_measurements(precision, pull[index])
            slope[index][:, self.shared] = rows
            target[index] = rows @ common + offset
        return Condition(slope, target)


def make_group(
    series: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    options: FitOptions,
    members: NDArray[np.int_],
) -> SharedGroup:
    """Get ready to ask spectra that were fitted jointly, such as those of ``groups_of``.

    Parameters
    ----------
    series
        As it was fitted: with the steps of the recipe applied.
    """
    function, spectra = last_spectra(series, result, model, options, members)
    evaluator, shared = make_evaluator(make_plan(function)), is_shared(function, options)
    count, size = members.size, int(shared.sum())
    information, pull = np.empty((count, size, size)), np.empty((count, size))
    curvature = np.zeros((size, size))
    for first in range(0, count, _CHUNK):
        part = slice(first, first + _CHUNK)
        found = _reduce_to_shared(evaluator, _take_some(spectra, np.arange(count)[part]), shared)
        information[part], pull[part] = found[:2]
        curvature += found[2].sum(axis=0)
    freedom = degrees_of_freedom(result)[members]
    noise = float(result["chi_square"].values[members].sum() / max(freedom.sum(), 1.0))
    return SharedGroup(
        members,
        function,
        evaluator,
        spectra,
        area_rows(function, model),
        shared,
        information,
        pull,
        _bend_information(information.sum(axis=0), curvature),
        freedom,
        noise,
    )


def _take_some(spectra: Spectra, rows: NDArray[np.int_]) -> Spectra:
    return Spectra(
        spectra.intensity[rows], spectra.weight[rows], spectra.offsets[rows], spectra.start[rows]
    )


def _reduce_to_shared(
    evaluator: Evaluator, spectra: Spectra, shared: BoolArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Information (b, s, s), pull (b, s) and true Hessian (b, s, s) of the shared parameters."""
    block = make_block(spectra)
    with np.errstate(all="ignore"):
        trial = evaluator.trial(block, spectra.start)
        found = evaluator.derivatives(block, trial)
    own, common = np.flatnonzero(~shared), np.flatnonzero(shared)
    local = found.gauss_newton[:, own[:, None], own]
    border, second = (
        matrix[:, own[:, None], common] for matrix in (found.gauss_newton, found.second_order)
    )
    ours, ours_second = (
        matrix[:, common[:, None], common] for matrix in (found.gauss_newton, found.second_order)
    )
    affine = evaluator.plan.affine
    held = (trial.free <= affine.lower) | (trial.free >= affine.upper)
    inverse, _ = free_covariance(local, held[:, own])
    information = ours - taken_up(inverse, border)
    curvature = ours - ours_second - taken_up(inverse, border - second)
    return information, found.gradient[:, common], curvature


def _bend_information(information: FloatArray, curvature: FloatArray) -> FloatArray:
    """The matrix that turns information into what is left of it, shape (s, s)."""
    unsaid = np.asarray(~(np.diagonal(information) > 0))
    directions, parts = common_directions(information, curvature, unsaid)
    return np.asarray((directions * parts) @ directions.T @ information + np.diag(unsaid * 1.0))


def _as_measurements(precision: FloatArray, pull: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rows (s, s) of independent measurements with this precision, and how far their values lie
    from where the joint fit ended (s,), which the pull of the others tells."""
    scale = unit_diagonal(np.diagonal(precision)[None])[0]
    sizes, axes = np.linalg.eigh(precision * np.outer(scale, scale))
    root = np.sqrt(np.where(sizes > _SAID, sizes, 0.0))
    known = scale > 0
    unscaled = np.where(known, 1.0 / np.where(known, scale, 1.0), 0.0)
    rows = root[:, None] * axes.T * unscaled
    offset = axes.T @ (scale * pull) / np.where(root > 0, root, 1.0)
    return rows, np.where(root > 0, offset, 0.0)
