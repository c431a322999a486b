"""The best areas, against scipy's non-negative least squares."""

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from fitting.solvers.numpy.linear import best_coefficients


@pytest.mark.parametrize("seed", range(6))
def test_coefficients_are_the_bounded_least_squares_solution(seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(20, 7, 40)) + 1.5 * rng.normal(size=(20, 1, 40))
    data = rng.normal(size=(20, 40)) + columns[:, 0] - columns[:, 3]
    nonnegative = np.array([True, True, True, True, True, False, False])
    gram = columns @ columns.transpose(0, 2, 1)
    found, _ = best_coefficients(gram, np.einsum("blm,bm->bl", columns, data), nonnegative)
    for row in range(20):
        lower = np.where(nonnegative, 0.0, -np.inf)
        best = lsq_linear(columns[row].T, data[row], (lower, np.inf), method="bvls", tol=1e-14)
        assert found[row] == pytest.approx(best.x, abs=1e-9)


def test_repeated_column_is_left_out() -> None:
    rng = np.random.default_rng(1)
    columns = rng.normal(size=(1, 3, 30))
    columns[:, 2] = columns[:, 0]
    data = 2.0 * columns[:, 0] + columns[:, 1]
    gram = columns @ columns.transpose(0, 2, 1)
    moment = np.einsum("blm,bm->bl", columns, data)
    found, free = best_coefficients(gram, moment, np.array([True] * 3))
    assert found[0] == pytest.approx([2.0, 1.0, 0.0])
    assert free[0].tolist() == [True, True, False]


def test_empty_column_gets_nothing() -> None:
    gram = np.diag([1.0, 0.0])[None]
    found, _ = best_coefficients(gram, np.array([[3.0, 0.0]]), np.array([True, True]))
    assert found[0].tolist() == [3.0, 0.0]
