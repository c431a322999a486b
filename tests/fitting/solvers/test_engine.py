"""Which engine is chosen."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fitting.data.errors import RecipeError
from fitting.solvers import engine
from fitting.solvers.engine import can_compile, prepare_compiled, solver_of


@pytest.mark.parametrize(
    ("line_shape", "background", "expected"),
    [
        ("pseudo-voigt", "linear", True),
        ("gaussian", "shirley", True),
        ("voigt", "linear", False),
        ("gaussian", "tougaard", False),
    ],
)
def test_models_the_kernel_knows_are_told_from_others(
    draw: Callable[..., Any], line_shape: str, background: str, expected: bool
) -> None:
    assert can_compile(draw(1, line_shape=line_shape, background=background).function) is expected


@pytest.mark.parametrize("name", ["numpy", "lmfit", "auto"])
def test_every_engine_finds_the_same_minimum(draw: Callable[..., Any], name: Any) -> None:
    drawn = draw(2, absent=0.0)
    found = solver_of(name, drawn.function)(drawn.function, drawn.spectra, 500)
    expected = solver_of("numpy", drawn.function)(drawn.function, drawn.spectra, 500)
    assert found.chi_square == pytest.approx(expected.chi_square, rel=1e-8)


def test_asking_for_the_compiled_engine_with_another_line_shape_says_what_it_has(
    draw: Callable[..., Any],
) -> None:
    with pytest.raises(RecipeError, match=r"gaussian, lorentzian and pseudo-voigt"):
        solver_of("compiled", draw(1, line_shape="voigt").function)


def test_without_numba_numpy_fits(
    draw: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_compiled.cache_clear()
    monkeypatch.setattr(engine.importlib.util, "find_spec", lambda _: None)
    try:
        drawn = draw(2)
        assert np.isfinite(
            solver_of("auto", drawn.function)(drawn.function, drawn.spectra, 500).chi_square
        ).all()
        with pytest.raises(RecipeError, match="install numba"):
            solver_of("compiled", drawn.function)
    finally:
        prepare_compiled.cache_clear()


def test_compiled_engine_gets_ready_in_the_background(draw: Callable[..., Any]) -> None:
    pytest.importorskip("numba", reason="the compiled engine needs the extra [fast]")
    drawn = draw(2)
    found = solver_of("compiled", drawn.function, threads=2)(drawn.function, drawn.spectra, 500)
    expected = solver_of("numpy", drawn.function)(drawn.function, drawn.spectra, 500)
    assert found.chi_square == pytest.approx(expected.chi_square, rel=1e-8)
