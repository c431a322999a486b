"""Minimising within bounds against problems whose answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import lsq_linear

from fitting.solvers.numpy.least_squares import LeastSquares, covariance_of, minimise_function

INFINITE = np.full(2, np.inf)


def rosenbrock(lower: np.ndarray = -INFINITE, upper: np.ndarray = INFINITE) -> LeastSquares:
    return LeastSquares(
        lambda q: np.array([10 * (q[1] - q[0] ** 2), 1 - q[0]]),
        lambda q: np.array([[-20 * q[0], 10.0], [-1.0, 0.0]]),
        lower,
        upper,
    )


def test_valley_is_followed_to_its_end() -> None:
    found = minimise_function(rosenbrock(), np.array([-1.2, 1.0]))
    np.testing.assert_allclose(found.free, [1.0, 1.0], atol=1e-9)
    assert found.converged
    assert not found.at_bound.any()


def test_active_bound_is_met_exactly() -> None:
    found = minimise_function(rosenbrock(upper=np.array([0.5, np.inf])), np.array([-1.2, 1.0]))
    assert found.free[0] == 0.5
    assert found.free[1] == pytest.approx(0.25, abs=1e-9)
    assert list(found.at_bound) == [True, False]


def test_bound_that_the_minimum_only_touches_is_not_active() -> None:
    found = minimise_function(rosenbrock(lower=np.array([0.0, 0.5])), np.array([0.0, 0.5]))
    np.testing.assert_allclose(found.free, [1.0, 1.0], atol=1e-8)
    assert not found.at_bound.any()


@given(seed=st.integers(0, 10_000), size=st.integers(2, 8))
def test_linear_problem_ends_where_bounded_linear_least_squares_does(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    matrix, target = rng.normal(size=(30, size)), rng.normal(size=30)
    lower, upper = np.full(size, -0.05), np.full(size, 0.1)
    problem = LeastSquares(lambda q: matrix @ q - target, lambda _: matrix, lower, upper)
    found = minimise_function(problem, rng.uniform(lower, upper))
    expected = lsq_linear(matrix, target, (lower, upper), method="bvls", tol=1e-14)
    np.testing.assert_allclose(found.free, expected.x, atol=1e-7)
    assert np.array_equal(found.at_bound, np.isin(found.free, (-0.05, 0.1)))


def test_start_outside_the_bounds_begins_at_them() -> None:
    found = minimise_function(rosenbrock(np.zeros(2), np.array([2.0, 2.0])), np.array([9.0, -9.0]))
    np.testing.assert_allclose(found.free, [1.0, 1.0], atol=1e-8)


def test_too_few_evaluations_do_not_converge() -> None:
    found = minimise_function(rosenbrock(), np.array([-1.2, 1.0]), max_evaluations=3)
    assert not found.converged


def test_parameter_without_effect_stays_where_it_was() -> None:
    problem = LeastSquares(
        lambda q: np.array([q[0] - 3.0, 2 * q[0] - 6.0, 0.1]),
        lambda _: np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 0.0]]),
        -INFINITE,
        INFINITE,
    )
    found = minimise_function(problem, np.array([0.0, 7.0]))
    np.testing.assert_allclose(found.free, [3.0, 7.0])


class TestCovariance:
    JACOBIAN = np.random.default_rng(1).normal(size=(50, 4))

    def test_is_the_scaled_inverse_of_the_normal_matrix(self) -> None:
        covariance, *none = covariance_of(self.JACOBIAN, 92.0, np.zeros(4, dtype=bool))
        expected = np.linalg.inv(self.JACOBIAN.T @ self.JACOBIAN) * 92.0 / 46
        np.testing.assert_allclose(covariance, expected, rtol=1e-10)
        assert not np.any(none)

    def test_holds_what_is_at_a_bound(self) -> None:
        held = np.array([False, True, False, False])
        covariance, *_ = covariance_of(self.JACOBIAN, 92.0, held)
        others = self.JACOBIAN[:, ~held]
        expected = np.linalg.inv(others.T @ others) * 92.0 / 46
        np.testing.assert_allclose(covariance[np.ix_(~held, ~held)], expected, rtol=1e-10)
        assert not covariance[1].any()

    def test_names_what_has_no_effect_and_what_cannot_be_told_apart(self) -> None:
        jacobian = np.column_stack(
            [self.JACOBIAN, np.zeros(50), 2 * self.JACOBIAN[:, 1] - self.JACOBIAN[:, 2]]
        )
        covariance, undetermined, entangled = covariance_of(jacobian, 1.0, np.zeros(6, dtype=bool))
        assert list(np.flatnonzero(undetermined)) == [4]
        assert list(np.flatnonzero(entangled)) == [1, 2, 5]
        assert np.isfinite(covariance).all()
        assert list(np.flatnonzero(np.diag(covariance))) == [0, 3]
