"""Common columns give the equations that are gathered spectrum by spectrum."""

from collections.abc import Callable, Generator
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from fitting.data.series import FloatArray
from fitting.solvers.joint.columns import has_common_columns, make_common_columns
from fitting.solvers.joint.equations import AnyModel, Equations
from fitting.solvers.numpy.evaluation import make_evaluator
from fitting.solvers.numpy.parameter_layout import make_plan


@pytest.mark.parametrize("line_shape", ["pseudo-voigt", "gaussian", "voigt", "gl-product"])
@pytest.mark.parametrize("background", ["linear", "shirley", "tougaard"])
@pytest.mark.parametrize("ties", [False, True])
def test_both_ways_give_the_same_equations(
    draw: Callable[..., Any], line_shape: str, background: str, ties: bool
) -> None:
    drawn = draw(
        31, count=16, doublets=True, line_shape=line_shape, background=background, ties=ties
    )
    offsets = np.repeat([0.0, 0.3], 8)
    spectra = replace(drawn.spectra, offsets=offsets)
    shared = ~drawn.function.linear_free
    evaluator = make_evaluator(make_plan(drawn.function))
    assert has_common_columns(evaluator, spectra, shared)
    at = drawn.truth.copy()
    at[:, shared] = at[0, shared]
    common = _run(make_common_columns(evaluator, spectra, shared).equations(at))
    single = _run(AnyModel(evaluator, spectra, shared).equations(at))
    _assert_equal(common.free, single.free)
    _assert_equal(common.chi_square, single.chi_square)
    for name in ("own", "shared"):
        _assert_equal(getattr(common.gradient, name), getattr(single.gradient, name))
    for part in ("gauss_newton", "second_order"):
        for field in fields(common.gauss_newton):
            found, expected = getattr(common, part), getattr(single, part)
            _assert_equal(getattr(found, field.name), getattr(expected, field.name))


def test_spectra_with_widths_of_their_own_or_with_many_axes_have_no_columns_in_common(
    draw: Callable[..., Any],
) -> None:
    drawn = draw(32, count=16)
    evaluator = make_evaluator(make_plan(drawn.function))
    shared = ~drawn.function.linear_free
    assert not has_common_columns(evaluator, drawn.spectra, shared)
    one_axis = replace(drawn.spectra, offsets=np.zeros(16))
    assert has_common_columns(evaluator, one_axis, shared)
    shared[np.flatnonzero(shared)[0]] = False
    assert not has_common_columns(evaluator, one_axis, shared)


def _run(steps: Generator[None, None, Equations]) -> Equations:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Equations = end.value
            return found


def _assert_equal(found: FloatArray, expected: FloatArray) -> None:
    # areas solve the linear equations to rounding only: small numbers are left over of large ones
    scale = np.abs(expected).max(initial=0.0)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-9 * scale + 1e-6)
