"""Covariances between jointly fitted spectra: against lmfit over all, and against scatter."""

import lmfit
import numpy as np
import pytest
import xarray as xr

from fitting.data.errors import RecipeError
from fitting.data.series import axis_of
from fitting.fits.each import fit_all_spectra
from fitting.fits.measured import take_measured
from fitting.fits.options import FitOptions
from fitting.fits.shared import is_shared
from fitting.models.function import compile_model
from fitting.models.model import Background, Model, Parameter, Peak
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.quantities.quantify import species_areas
from fitting.quantities.quantity import Quantity, fraction_of, ratio_of
from fitting.quantities.shared_covariance import average_of, common_errors, difference_of
from fitting.saving.project_file import open_project, save_project
from fitting.simulation.series import simulate_series

JOINT = FitOptions(share=("position", "fwhm"), weights="data")
COUNT = 5
QUANTITIES = (fraction_of("PS4"), ratio_of("polysulfide", "PS4"), Quantity("area", ("PS4",)))


def _peak(name: str, position: float) -> Peak:
    return Peak(
        name,
        name,
        "gaussian",
        {
            "area": Parameter(1000.0, 0.0),
            "position": Parameter(position, position - 0.5, position + 0.5),
            "fwhm": Parameter(1.1, 0.6, 2.0),
        },
    )


MODEL = Model(
    (_peak("PS4", 161.5), _peak("polysulfide", 162.3)),
    Background("linear", {"offset": Parameter(50.0), "slope": Parameter(0.0, vary=False)}),
)


def _series(total: float, seed: int, samples: str = "aaaaa") -> xr.Dataset:
    share = np.linspace(0.3, 0.6, COUNT)
    values = {"PS4.area": total * (1.0 - share), "polysulfide.area": total * share}
    values |= {"background.offset": np.full(COUNT, 0.05 * total)}
    return simulate_series(
        MODEL,
        values,
        np.linspace(157.0, 167.0, 81),
        np.random.default_rng(seed),
        region="S 2p",
        sample=list(samples),
    )


def _lmfit_over_all(series: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Areas of PS4 and polysulfide in every spectrum, (n, 2), and their covariance (2n, 2n)."""
    function = compile_model(MODEL, series[axis_of(series)].values)
    affine, data = function.affine, take_measured(series, MODEL)
    shared = is_shared(function, JOINT)
    keys = [
        [name.replace(".", "_") + ("" if common else f"_{row}") for name, common in pairs]
        for row, pairs in enumerate([list(zip(affine.free, shared, strict=True))] * COUNT)
    ]
    parameters = lmfit.Parameters()
    for row in keys:
        for key, start in zip(row, affine.start, strict=True):
            if key not in parameters:
                parameters.add(key, start)

    def residual(given: lmfit.Parameters) -> np.ndarray:
        free = np.array([[given[key].value for key in row] for row in keys])
        return ((data.intensity - function.value(affine.expand(free))) / data.sigma).ravel()

    found = lmfit.minimize(residual, parameters, xtol=1e-10, ftol=1e-10)
    names = [f"{one}_area_{row}" for row in range(COUNT) for one in ("PS4", "polysulfide")]
    places = [found.var_names.index(name) for name in names]
    values = np.array([found.params[name].value for name in names]).reshape(COUNT, 2)
    return values, found.covar[np.ix_(places, places)]


def _slopes(areas: np.ndarray, quantity: Quantity) -> np.ndarray:
    """Of the quantity by both areas of its spectrum, by differences, shape (n, 2)."""

    def value(a: np.ndarray) -> np.ndarray:
        if quantity.kind == "fraction":
            return 100.0 * a[:, 0] / a.sum(axis=1)
        return a[:, 1] / a[:, 0] if quantity.kind == "ratio" else a[:, 0]

    step = np.diag([0.01, 0.01])
    return np.stack([(value(areas + one) - value(areas - one)) / 0.02 for one in step], axis=1)


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda one: one.kind)
def test_covariance_between_spectra_is_that_of_lmfit_over_all(quantity: Quantity) -> None:
    series = _series(3e5, 1)
    result = fit_all_spectra(series, MODEL, JOINT)
    areas, covariance = _lmfit_over_all(series)
    slopes = _slopes(areas, quantity)
    blocks = covariance.reshape(COUNT, 2, COUNT, 2)
    expected = np.einsum("bi,bicj,cj->bc", slopes, blocks, slopes)
    common = common_errors(result, MODEL, quantity)
    found = common @ common.T
    deviation = np.sqrt(np.diagonal(expected))
    apart = ~np.eye(COUNT, dtype=bool)
    off = (found - expected) / np.outer(deviation, deviation)
    assert np.abs(off[apart]).max() < 0.01
    assert np.abs(expected[apart] / np.outer(deviation, deviation)[apart]).max() > 0.3
    stderr = quantity.estimate(species_areas(result, MODEL)).stderr
    assert stderr == pytest.approx(deviation, rel=0.01)


def test_average_and_difference_scatter_as_their_errors_say() -> None:
    truth, quantity = 100.0 * (1.0 - np.linspace(0.3, 0.6, COUNT)), fraction_of("PS4")
    everything = range(COUNT)
    pulls, independent = [], []
    for seed in range(150):
        result = fit_all_spectra(_series(2e3, 50 + seed), MODEL, JOINT)
        mean = average_of(result, MODEL, quantity, everything)
        apart = difference_of(result, MODEL, quantity, 0, 1)
        errors = mean.value - truth.mean(), apart.value - (truth[0] - truth[1])
        stderr = quantity.estimate(species_areas(result, MODEL)).stderr
        pulls.append((errors[0] / mean.stderr, errors[1] / apart.stderr))
        alone = np.sqrt(np.sum(stderr**2)) / COUNT, np.hypot(*stderr[:2])
        independent.append((errors[0] / alone[0], errors[1] / alone[1]))
    # 150 pulls know their standard deviation within 6 %
    assert np.std(pulls, axis=0) == pytest.approx(1.0, abs=0.18)
    assert np.std(independent, axis=0)[0] > 1.3
    assert np.std(independent, axis=0)[1] < 0.9


def test_spectra_of_other_groups_have_nothing_in_common() -> None:
    series = _series(3e4, 2, "aaabb")
    options = FitOptions(share=("position",), share_by=("sample",))
    common = common_errors(fit_all_spectra(series, MODEL, options), MODEL, QUANTITIES[0])
    between = common @ common.T
    assert np.all(between[:3, 3:] == 0.0)
    assert np.all(between[:3, :3] != 0.0)


def test_spectra_fitted_by_themselves_have_nothing_in_common() -> None:
    result = fit_all_spectra(_series(3e4, 3), MODEL, FitOptions())
    assert common_errors(result, MODEL, QUANTITIES[0]).shape == (COUNT, 0)
    stderr = QUANTITIES[0].estimate(species_areas(result, MODEL)).stderr
    mean = average_of(result, MODEL, QUANTITIES[0], range(COUNT))
    assert mean.stderr == pytest.approx(np.sqrt(np.sum(stderr**2)) / COUNT)


def test_common_errors_survive_the_project_file(tmp_path) -> None:
    series = _series(3e4, 4)
    recipe = Recipe(MODEL, (), JOINT)
    analysis = Analysis(series, recipe, fit_all_spectra(series, MODEL, JOINT), recipe)
    save_project(Project({"S 2p": analysis}), tmp_path / "a.thio")
    kept = open_project(tmp_path / "a.thio").analyses["S 2p"].result
    for quantity in QUANTITIES:
        made = common_errors(analysis.result, MODEL, quantity)
        assert np.array_equal(common_errors(kept, MODEL, quantity), made)


def test_average_over_a_spectrum_without_an_error_is_refused() -> None:
    series = _series(3e4, 5)
    series["intensity"].values[2] = 0.0
    result = fit_all_spectra(series, MODEL, JOINT)
    with pytest.raises(RecipeError, match="spectrum 2 has no standard error"):
        average_of(result, MODEL, QUANTITIES[0], [1, 2])
