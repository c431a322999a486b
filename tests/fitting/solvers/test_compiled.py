"""The compiled engine against the numpy engine, which is tested against lmfit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fitting.models.function import ModelFunction, compile_model
from fitting.models.model import Background, Model, Parameter, Peak
from fitting.solvers.numpy.minimise import solve_numpy as solve_in_numpy
from fitting.solvers.spectra import Spectra

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
    from fitting.solvers.compiled.solver import solve_compiled

    drawn = draw(7, count=20, absent=0.0, **case)
    found = solve_compiled(drawn.function, drawn.spectra, 200, threads=2)
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


@pytest.mark.parametrize("background", ["none", "linear", "shirley"])
def test_both_engines_agree_where_nothing_is_fixed_and_all_is_bounded(background: str) -> None:
    from fitting.solvers.compiled.solver import solve_compiled

    function = _bounded(background)
    rng = np.random.default_rng(4)
    truth = function.affine.start * rng.uniform(0.97, 1.03, (12, function.affine.start.size))
    truth[:, [name.endswith("position") for name in function.affine.free]] = [161.5, 166.0]
    counts = rng.poisson(function.value(function.affine.expand(truth))).astype(float)
    start = np.tile(function.affine.start, (12, 1))
    spectra = Spectra(counts, 1.0 / np.sqrt(np.maximum(counts, 1.0)), np.zeros(12), start)
    found = solve_compiled(function, spectra, 300, threads=1)
    expected = solve_in_numpy(function, spectra, 300)
    assert found.converged.all()
    assert found.chi_square == pytest.approx(expected.chi_square, rel=1e-9)
    assert np.array_equal(found.at_bound, expected.at_bound)
    stderr = np.sqrt(np.diagonal(expected.covariance, axis1=1, axis2=2))
    assert np.abs(found.free - expected.free).max(axis=0) == pytest.approx(
        np.zeros(stderr.shape[1]), abs=1e-3 * stderr.max()
    )


def _bounded(background: str) -> ModelFunction:
    """Doublets with separation and ratio free, every area and the level bounded on both sides."""
    peaks = tuple(
        Peak(
            f"p{index}",
            "",
            "pseudo-voigt",
            {
                "area": Parameter(2000.0, 0.0, 9000.0),
                "position": Parameter(place, place - 1.0, place + 1.0),
                "fwhm": Parameter(1.1, 0.4, 3.0),
                "mixing": Parameter(0.4, 0.0, 1.0),
                "separation": Parameter(1.2, 0.8, 1.6),
                "area_ratio": Parameter(0.5, 0.3, 0.7),
            },
        )
        for index, place in enumerate((161.5, 166.0))
    )
    level = {"offset": Parameter(400.0, 10.0, 2000.0), "slope": Parameter(0.0, vary=False)}
    kinds = {
        "none": {},
        "linear": level,
        "shirley": {**level, "factor": Parameter(0.02, 0.0, 1.0)},
    }
    model = Model(peaks, Background(background, kinds[background]))
    return compile_model(model, np.linspace(158.0, 172.0, 241))


def test_same_spectra_give_the_same_bits_in_any_number_of_threads(
    draw: Callable[..., Any],
) -> None:
    from fitting.solvers.compiled.solver import solve_compiled

    drawn = draw(3, count=40)
    one = solve_compiled(drawn.function, drawn.spectra, 200, threads=1)
    four = solve_compiled(drawn.function, drawn.spectra, 200, threads=4)
    assert np.array_equal(one.free, four.free)
    assert np.array_equal(one.covariance, four.covariance)
