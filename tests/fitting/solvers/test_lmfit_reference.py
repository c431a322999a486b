"""The reference solver against stock lmfit, and against the conditions of a minimum."""

import lmfit
import numpy as np
import pytest

from fitting.models.function import ModelFunction, compile_model
from fitting.models.model import Background, Model, Parameter, Peak, Tie
from fitting.solvers.lmfit_reference import solve_with_lmfit
from fitting.solvers.numpy.least_squares import LeastSquares, minimise_function
from fitting.solvers.spectra import Solution, Spectra

GRID = np.linspace(157.0, 172.0, 201)
POSITIONS = (160.2, 161.5, 163.3, 166.4, 168.6)


def overlapping_doublets() -> Model:
    """Five S 2p doublets with one mixing, on a co-fitted Shirley background."""
    peaks = tuple(
        Peak(
            f"p{index}",
            "x",
            "pseudo-voigt",
            {
                "area": Parameter(100.0, 0.0),
                "position": Parameter(position, position - 0.4, position + 0.4),
                "fwhm": Parameter(1.2, 0.6, 2.0),
                "mixing": Parameter(0.3, 0.0, 1.0),
                "separation": Parameter(1.18, vary=False),
                "area_ratio": Parameter(0.511, vary=False),
            },
        )
        for index, position in enumerate(POSITIONS)
    )
    background = {
        "offset": Parameter(0.0),
        "slope": Parameter(0.0),
        "factor": Parameter(0.02, 0.0, 0.3),
    }
    ties = tuple(Tie(f"p{index}.mixing", "p0.mixing") for index in range(1, len(POSITIONS)))
    return Model(peaks, Background("shirley", background), ties)


def simulated(areas: np.ndarray, seed: int) -> tuple[ModelFunction, Spectra]:
    """Spectra with these areas, shape (b, 5), at positions and widths near the start."""
    rng = np.random.default_rng(seed)
    function = compile_model(overlapping_doublets(), GRID)
    free = np.tile(function.affine.start, (len(areas), 1))
    for column, name in enumerate(function.affine.free):
        peak, _, short = name.partition(".")
        if short == "area":
            free[:, column] = areas[:, int(peak[1])]
        elif short == "position":
            free[:, column] += rng.uniform(-0.1, 0.1, len(areas))
        elif short == "offset":
            free[:, column] = 300.0
    expected = function.value(function.affine.expand(free))
    counts = rng.poisson(expected).astype(float)
    start = np.tile(function.affine.start, (len(areas), 1))
    return function, Spectra(counts, 1 / np.sqrt(counts), np.zeros(len(areas)), start)


def problem_of(function: ModelFunction, spectra: Spectra, index: int) -> LeastSquares:
    def residual(free: np.ndarray) -> np.ndarray:
        value = function.value(function.affine.expand(free[None, :]))[0]
        return (spectra.intensity[index] - value) * spectra.weight[index]

    def jacobian(free: np.ndarray) -> np.ndarray:
        _, rows = function.value_and_jacobian(function.affine.expand(free[None, :]))
        return -(function.free_jacobian(rows)[0] * spectra.weight[index]).T

    return LeastSquares(residual, jacobian, function.affine.lower, function.affine.upper)


@pytest.fixture(scope="module")
def strong() -> tuple[ModelFunction, Spectra, Solution]:
    """All species present."""
    function, spectra = simulated(np.full((4, 5), 3000.0), seed=3)
    return function, spectra, solve_with_lmfit(function, spectra, 2000)


@pytest.fixture(scope="module")
def weak() -> tuple[ModelFunction, Spectra, Solution]:
    """Some species absent or nearly so: bounds are active."""
    areas = np.random.default_rng(5).choice([0.0, 0.0, 60.0, 2000.0], (25, 5))
    function, spectra = simulated(areas, seed=6)
    return function, spectra, solve_with_lmfit(function, spectra, 2000)


def test_stock_lmfit_finds_the_same_values_and_errors(
    strong: tuple[ModelFunction, Spectra, Solution],
) -> None:
    function, spectra, solution = strong
    for index in range(len(solution.free)):
        problem = problem_of(function, spectra, index)
        parameters = lmfit.Parameters()
        for number, value in enumerate(solution.free[index]):
            parameters.add(f"p{number}", value=value * 1.0005 + 1e-4)
        stock = lmfit.minimize(
            lambda given, problem=problem: problem.residual(
                np.array(list(given.valuesdict().values()))
            ),
            parameters,
        )
        errors = np.sqrt(np.diag(solution.covariance[index]))
        values = np.array([stock.params[name].value for name in parameters])
        assert stock.chisqr == pytest.approx(solution.chi_square[index], rel=1e-6)
        np.testing.assert_allclose((values - solution.free[index]) / errors, 0.0, atol=0.01)
        stock_errors = np.array([stock.params[name].stderr for name in parameters])
        np.testing.assert_allclose(errors, stock_errors, rtol=0.01)


def test_restart_neither_lowers_chi_square_nor_moves(
    weak: tuple[ModelFunction, Spectra, Solution],
) -> None:
    function, spectra, solution = weak
    assert solution.converged.all()
    for index in range(len(solution.free)):
        problem = problem_of(function, spectra, index)
        again = minimise_function(problem, solution.free[index], tolerance=1e-15)
        chi_square = np.sum(problem.residual(again.free) ** 2)
        assert chi_square > solution.chi_square[index] * (1 - 1e-9)
        errors = np.sqrt(np.diag(solution.covariance[index]))
        known = errors > 0
        moved = np.abs(again.free - solution.free[index])[known] / errors[known]
        assert moved.max() < 1e-3


def test_active_bounds_are_exact_and_pressed_from_inside(
    weak: tuple[ModelFunction, Spectra, Solution],
) -> None:
    function, spectra, solution = weak
    lower, upper = function.affine.lower, function.affine.upper
    assert np.all((solution.free >= lower) & (solution.free <= upper))
    assert solution.at_bound.sum() > 20
    for index in range(len(solution.free)):
        problem, free = problem_of(function, spectra, index), solution.free[index]
        gradient = problem.jacobian(free).T @ problem.residual(free)
        bound = solution.at_bound[index]
        assert np.all(np.isin(free[bound], np.concatenate([lower, upper])))
        is_low = free == lower
        assert np.all(gradient[bound & is_low] > 0)
        assert np.all(gradient[bound & ~is_low] < 0)


def test_absent_peak_leaves_its_position_and_width_undetermined(
    weak: tuple[ModelFunction, Spectra, Solution],
) -> None:
    function, _, solution = weak
    names = list(function.affine.free)
    for peak in range(5):
        absent = solution.free[:, names.index(f"p{peak}.area")] == 0.0
        column = names.index(f"p{peak}.fwhm")
        assert np.array_equal(
            solution.undetermined[:, column] | solution.at_bound[:, column] & absent, absent
        )


def test_points_that_were_not_measured_do_not_count() -> None:
    function, spectra = simulated(np.full((1, 5), 2000.0), seed=8)
    intensity, weight = spectra.intensity.copy(), spectra.weight.copy()
    intensity[0, 20:25], weight[0, 20:25] = 0.0, 0.0
    masked = Spectra(intensity, weight, spectra.offsets, spectra.start)
    garbage = Spectra(np.where(weight > 0, intensity, 1e9), weight, spectra.offsets, spectra.start)
    one, other = (solve_with_lmfit(function, given, 2000) for given in (masked, garbage))
    np.testing.assert_array_equal(one.free, other.free)
    np.testing.assert_array_equal(one.covariance, other.covariance)
