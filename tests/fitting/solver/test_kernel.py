"""The compiled engine against the numpy engine, which is tested against lmfit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fitting.solver.minimise import solve as solve_in_numpy

pytest.importorskip("numba", reason="the compiled engine needs the extra [fast]")

CASES = (
    {"line_shape": "pseudo-voigt"},
    {"line_shape": "gaussian", "background": "none"},
    {"line_shape": "lorentzian", "doublets": True},
    {"line_shape": "pseudo-voigt", "doublets": True, "background": "shirley"},
    {"line_shape": "pseudo-voigt", "doublets": True, "ties": True, "peaks": 5},
    {"line_shape": "pseudo-voigt", "peaks": 10},
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_compiled_and_numpy_engine_agree(draw: Callable[..., Any], case: dict[str, Any]) -> None:
    from fitting.solver.kernel.solver import solve

    drawn = draw(7, count=20, absent=0.0, **case)
    found = solve(drawn.function, drawn.spectra, 200, threads=2)
    expected = solve_in_numpy(drawn.function, drawn.spectra, 200)
    assert found.converged.all()
    assert found.chi_square == pytest.approx(expected.chi_square, rel=1e-10)
    assert np.array_equal(found.at_bound, expected.at_bound)
    assert np.array_equal(found.undetermined, expected.undetermined)
    stderr = np.sqrt(np.diagonal(expected.covariance, axis1=1, axis2=2))
    moved = np.abs(found.free - expected.free)[stderr > 0] / stderr[stderr > 0]
    assert moved.max() < 1e-4
    ratio = np.sqrt(np.diagonal(found.covariance, axis1=1, axis2=2))[stderr > 0]
    ratio /= stderr[stderr > 0]
    # Rounding moves the errors of what the data can hardly tell apart.
    assert np.quantile(np.abs(ratio - 1.0), 0.9) < 1e-5
    assert np.abs(ratio - 1.0).max() < 0.1


def test_same_spectra_give_the_same_bits_in_any_number_of_threads(
    draw: Callable[..., Any],
) -> None:
    from fitting.solver.kernel.solver import solve

    drawn = draw(3, count=40)
    one = solve(drawn.function, drawn.spectra, 200, threads=1)
    four = solve(drawn.function, drawn.spectra, 200, threads=4)
    assert np.array_equal(one.free, four.free)
    assert np.array_equal(one.covariance, four.covariance)
