"""An impedance series with what was asked of it and what the fit gave.

The result is a dataset beside the series, with the dimensions ``spectrum``, ``point`` and, padded
with nan, ``parameter``: the fitted parameters of each spectrum's circuit, their covariance, the
ends of their profile intervals; the fitted impedance; and what the Kramers-Kronig test left.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.series import SPECTRUM, FloatArray, get_column
from fitting.impedance.circuit_fit import CircuitFit, fit_circuit, settle_fit
from fitting.impedance.circuit_function import compile_circuit
from fitting.impedance.evidence import WeighedCircuit, choose_circuit
from fitting.impedance.kramers_kronig import check_kramers_kronig
from fitting.impedance.least_squares import weigh_sweeps
from fitting.impedance.named_circuits import find_circuit
from fitting.impedance.profile import profile_parameter
from fitting.impedance.quantities import UNKNOWN_GEOMETRY, Geometry
from fitting.impedance.series import POINT, impedances_of, sweep_of

PARAMETER, OTHER = "parameter", "other_parameter"
FITTED, FAILED = "fitted", "failed"


@dataclass(frozen=True, slots=True)
class ImpedanceRecipe:
    """What is asked of the impedance spectra."""

    circuit: str = ""
    """A text or a name; the number of arcs is chosen by evidence if empty."""
    shares_exponents: bool = False
    """Whether the exponents are common to all spectra of a sample."""
    geometry: Geometry = UNKNOWN_GEOMETRY


@dataclass(frozen=True, slots=True)
class ImpedanceAnalysis:
    """All impedance spectra of a project."""

    series: xr.Dataset
    recipe: ImpedanceRecipe = field(default_factory=ImpedanceRecipe)
    result: xr.Dataset | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SampleFit:
    """The spectra of one sample, fitted."""

    rows: NDArray[np.intp]
    """Their indices in the series."""
    fitted: CircuitFit
    low: FloatArray
    """Lower ends of the profile intervals of the fitted parameters, shape (n, p); nan where they
    were not sought."""
    high: FloatArray
    weighed: tuple[WeighedCircuit, ...] = ()


def fit_impedance(analysis: ImpedanceAnalysis) -> Iterator[SampleFit]:
    """Fit the spectra sample by sample.

    Raises
    ------
    CircuitError
        If the recipe's circuit is none.
    """
    frequency, impedance = impedances_of(analysis.series)
    samples = get_column(analysis.series, "sample").astype(str)
    for sample in dict.fromkeys(samples):
        rows = np.flatnonzero(samples == sample)
        yield _fit_sample(analysis.recipe, rows, frequency[rows], impedance[rows])


def result_of_fits(series: xr.Dataset, fits: Sequence[SampleFit]) -> xr.Dataset:
    """The result as a dataset."""
    count, width = series.sizes[SPECTRUM], max(one.fitted.theta.shape[1] for one in fits)
    theta, low, high = (np.full((count, width), np.nan) for _ in range(3))
    covariance = np.full((count, width, width), np.nan)
    at_bound = np.zeros((count, width), dtype=np.int8)
    text = {name: np.full(count, "", dtype=object) for name in ("circuit", "status", "message")}
    scatter = np.full(count, np.nan)
    curve = np.full(series["real"].shape, np.nan, dtype=complex)
    for one in fits:
        size = one.fitted.theta.shape[1]
        theta[one.rows, :size], low[one.rows, :size] = one.fitted.theta, one.low
        high[one.rows, :size] = one.high
        covariance[one.rows, :size, :size] = one.fitted.covariance
        at_bound[one.rows, :size] = one.fitted.minimum.is_at_bound
        text["circuit"][one.rows] = one.fitted.function.circuit.text
        scatter[one.rows] = np.sqrt(one.fitted.variance)
        fit = one.fitted.function.respond(one.fitted.theta, one.fitted.data.log_omega)[0]
        curve[one.rows] = np.where(one.fitted.data.weight > 0, fit, np.nan)
        text["status"][one.rows], text["message"][one.rows] = _judge_fits(one.fitted)
    tested = _test_all(series)
    shape = (SPECTRUM, POINT)
    return xr.Dataset(
        {
            "theta": ((SPECTRUM, PARAMETER), theta),
            "low": ((SPECTRUM, PARAMETER), low),
            "high": ((SPECTRUM, PARAMETER), high),
            "covariance": ((SPECTRUM, PARAMETER, OTHER), covariance),
            "at_bound": ((SPECTRUM, PARAMETER), at_bound),
            "scatter": (SPECTRUM, scatter),
            "fit_real": (shape, curve.real),
            "fit_imaginary": (shape, curve.imag),
            **{name: (SPECTRUM, values) for name, values in text.items()},
            **tested,
        },
        attrs={"weighed": json.dumps(_list_weighed(series, fits))},
    )


def _fit_sample(
    recipe: ImpedanceRecipe, rows: NDArray[np.intp], frequency: FloatArray, impedance: np.ndarray
) -> SampleFit:
    data = weigh_sweeps(frequency, impedance)
    weighed: tuple[WeighedCircuit, ...] = ()
    if recipe.circuit:
        function = compile_circuit(find_circuit(recipe.circuit)[0])
        fitted = fit_circuit(function, data, recipe.shares_exponents)
    else:
        chosen = choose_circuit(data)
        fitted, weighed = chosen.fitted, chosen.weighed
        if recipe.shares_exponents:
            fitted = fit_circuit(fitted.function, data, shares_exponents=True)
    fitted, others = settle_fit(fitted)
    low, high = (np.full(fitted.theta.shape, np.nan) for _ in range(2))
    for block in fitted.function.blocks:
        if block.kind.parameters[0].symbol == "R":
            found = profile_parameter(fitted, block.first, others)
            low[:, block.first], high[:, block.first] = found.low, found.high
    return SampleFit(rows, fitted, low, high, weighed)


def _judge_fits(fitted: CircuitFit) -> tuple[list[str], list[str]]:
    """Status and message of every spectrum."""
    status, message = [], []
    known = np.asarray(np.isfinite(fitted.covariance).all(axis=(1, 2)))
    for row, is_known in enumerate(known):
        if fitted.data.counts[row] <= fitted.theta.shape[1]:
            status.append(FAILED)
            message.append(
                f"{fitted.data.counts[row]:.0f} numbers were measured and the circuit has "
                f"{fitted.theta.shape[1]} parameters. Choose a circuit of fewer elements."
            )
        elif not np.isfinite(fitted.minimum.cost[row]) or not is_known:
            status.append(FAILED)
            message.append(
                "The spectrum does not determine the parameters of this circuit. Choose one of "
                "fewer elements."
            )
        else:
            status.append(FITTED)
            message.append("" if fitted.minimum.has_converged[row] else "The fit did not settle.")
    return status, message


def find_fitted(result: xr.Dataset) -> NDArray[np.bool_]:
    """Which spectra have a fit, shape (n,)."""
    return np.asarray(result["status"].values.astype(str) == FITTED)


def _test_all(series: xr.Dataset) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    residual = np.full(series["real"].shape, np.nan, dtype=complex)
    count = series.sizes[SPECTRUM]
    score, valid = np.full(count, np.nan), np.zeros(count, dtype=np.int8)
    for row in range(count):
        frequency, impedance = sweep_of(series, row)
        found = check_kramers_kronig(frequency, impedance)
        residual[row, : frequency.size] = found.residual
        score[row], valid[row] = found.score, found.is_valid
    return {
        "kramers_kronig_real": ((SPECTRUM, POINT), residual.real),
        "kramers_kronig_imaginary": ((SPECTRUM, POINT), residual.imag),
        "kramers_kronig_score": ((SPECTRUM,), score),
        "kramers_kronig_valid": ((SPECTRUM,), valid),
    }


def _list_weighed(series: xr.Dataset, fits: Sequence[SampleFit]) -> dict[str, list[list[object]]]:
    samples = get_column(series, "sample").astype(str)
    return {
        samples[one.rows[0]]: [[weighed.text, weighed.bic] for weighed in one.weighed]
        for one in fits
        if one.weighed
    }
