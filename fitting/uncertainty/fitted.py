"""Fitted spectra as the engine saw them last: data, weights, minimum and noise."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.result import is_fitted
from fitting.data.series import SPECTRUM, FloatArray, axis_of
from fitting.fits.measured import take_measured
from fitting.fits.options import FitOptions
from fitting.models.function import ModelFunction, compile_model
from fitting.models.model import Model
from fitting.quantities.intervals import student_t
from fitting.solvers.numpy.evaluation import Condition, Evaluator, make_block, make_evaluator
from fitting.solvers.numpy.minimise import free_covariance, minimise_spectra
from fitting.solvers.numpy.parameter_layout import make_plan
from fitting.solvers.numpy.products import compute_gram
from fitting.solvers.spectra import Solution, Spectra

MAX_EVALUATIONS = 200


@dataclass(frozen=True, slots=True)
class Fitted:
    """Some fitted spectra of a series, with the weights their fit ended with."""

    rows: NDArray[np.int_]
    """Indices into the series, shape (b,)."""
    function: ModelFunction
    evaluator: Evaluator
    spectra: Spectra
    minimum: Solution
    area_rows: tuple[int, ...]
    """Where the areas of the peaks stand among all parameters."""
    freedom: FloatArray
    """Points minus free parameters, of shared ones a part; shape (b,)."""
    noise: FloatArray
    """Reduced chi-square that errors are scaled with, shape (b,)."""
    rest: Condition | None = None
    """What the other spectra of a joint fit say of the shared parameters."""

    @property
    def areas(self) -> FloatArray:
        """Of the peaks, shape (b, k)."""
        return self.function.affine.expand(self.minimum.free)[:, self.area_rows]

    @property
    def area_slopes(self) -> FloatArray:
        """How the areas follow the free parameters, shape (k, f)."""
        return self.function.affine.matrix[list(self.area_rows)]

    @property
    def threshold(self) -> FloatArray:
        """Rise of chi-square that bounds a 95 % interval, shape (b,).

        3.84 for known noise; here times the reduced chi-square, with Student's t for the normal
        quantile, because the scale of the noise is taken from the fit as it is in the covariance.
        """
        return np.asarray(student_t(self.freedom) ** 2 * self.noise)

    def released_covariance(self) -> FloatArray:
        """Covariance of the areas of the peaks as if none of them had a bound, shape (b, k, k)."""
        block = make_block(self.spectra, self.rest)
        jacobian = self.evaluator.jacobian(block, self.evaluator.trial(block, self.minimum.free))
        is_area = self.area_slopes.any(axis=0)
        held = (self.minimum.at_bound & ~is_area) | self.minimum.undetermined
        covariance, _ = free_covariance(compute_gram(jacobian), held)
        slopes = self.area_slopes
        return np.asarray(slopes @ covariance @ slopes.T * self.noise[:, None, None])


def fitted_spectra(
    series: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    options: FitOptions,
    rows: NDArray[np.int_],
) -> Fitted:
    """Those of the spectra that were fitted, minimised once more with the last weights.

    Parameters
    ----------
    series
        As it was fitted: with the steps of the recipe applied.
    rows
        Indices of the spectra; what was not fitted is left out.
    """
    rows = rows[is_fitted(result)[rows]]
    function, spectra = last_spectra(series, result, model, options, rows)
    evaluator = make_evaluator(make_plan(function))
    minimum = minimise_spectra(evaluator, spectra, MAX_EVALUATIONS)
    points = np.count_nonzero(spectra.weight, axis=1).astype(float)
    freedom = np.asarray(points - minimum.free.shape[1])
    return Fitted(
        rows,
        function,
        evaluator,
        spectra,
        minimum,
        area_rows(function, model),
        freedom,
        np.asarray(minimum.chi_square / np.maximum(freedom, 1.0)),
    )


def last_spectra(
    series: xr.Dataset,
    result: xr.Dataset,
    model: Model,
    options: FitOptions,
    rows: NDArray[np.int_],
) -> tuple[ModelFunction, Spectra]:
    """Fitted spectra with the weights that their fit ended with, started where it ended."""
    function = compile_model(model, series[axis_of(series)].values)
    data = take_measured(series.isel({SPECTRUM: rows}), model)
    parameters = np.asarray(result["value"].values[rows])
    sigma = data.sigma
    if options.weights == "model" and data.is_counted:
        sigma = data.modelled_sigma(function, parameters)
    columns = [function.affine.names.index(name) for name in function.affine.free]
    return function, data.spectra(sigma, parameters[:, columns])


def area_rows(function: ModelFunction, model: Model) -> tuple[int, ...]:
    """Where the areas of the peaks stand among all parameters."""
    return tuple(function.affine.names.index(f"{peak.name}.area") for peak in model.peaks)
