"""Derived heights and widths against formulas, brute force and Monte Carlo."""

import numpy as np
import pytest

from fitting.data.result import FittedBlock, Status, empty_result, with_blocks
from fitting.models.line_shapes import LINE_SHAPES
from fitting.models.model import Background, Model, Parameter, Peak, parameter_names
from fitting.quantities.peak_shapes import peak_shape

CLOSED = [name for name, shape in LINE_SHAPES.items() if shape.cost < 10.0]


def one_peak(line_shape: str, *, separation: float | None, ratio: float = 0.5) -> Model:
    line = LINE_SHAPES[line_shape]
    parameters = {
        "area": Parameter(1000.0, min=0.0),
        "position": Parameter(161.5, 160.0, 163.0),
        "fwhm": Parameter(1.2, 0.5, 3.0),
        **{name: Parameter(0.3, 0.0, 1.0) for name in line.shape_parameters},
    }
    if separation is not None:
        parameters["separation"] = Parameter(separation, 0.1, 5.0)
        parameters["area_ratio"] = Parameter(ratio, 0.1, 1.0)
    return Model((Peak("PS4", "PS4", line_shape, parameters),), Background("none", {}))


def result_of(blank_series, model: Model, value: np.ndarray, covariance: np.ndarray, status):
    count, free = value.shape[0], value.shape[1]
    block = FittedBlock(
        np.arange(count),
        value,
        np.broadcast_to(covariance, (count, free, free)).copy(),
        np.ones(count),
        np.full(count, 141),
        np.full(count, int(status)),
        ("",) * count,
    )
    return with_blocks(empty_result(blank_series(count, points=3), model, free), [block])


def start(model: Model) -> np.ndarray:
    return np.array([parameter.value for _, parameter in model.parameters()])


def brute_force(model: Model, value: np.ndarray) -> tuple[float, float]:
    """Height and full width of the drawn peak, read off a fine grid."""
    peak = model.peaks[0]
    given = dict(zip(parameter_names(model), value, strict=True))
    line = LINE_SHAPES[peak.line_shape]
    shape = [given["PS4.fwhm"], *(given[f"PS4.{name}"] for name in line.shape_parameters)]
    x = np.linspace(150.0, 180.0, 300_001)
    curve = line.profile(x, given["PS4.position"], *shape)
    if peak.is_doublet:
        partner = line.profile(x, given["PS4.position"] + given["PS4.separation"], *shape)
        curve = (curve + given["PS4.area_ratio"] * partner) / (1 + given["PS4.area_ratio"])
    top = int(np.argmax(curve))
    below = np.flatnonzero(curve < curve[top] / 2)
    left, right = below[below < top].max(), below[below > top].min()
    return given["PS4.area"] * curve[top], x[right] - x[left]


def test_gaussian_height_and_width_are_those_of_the_formula(blank_series) -> None:
    model = one_peak("gaussian", separation=None)
    value = start(model)[None]
    shape = peak_shape(
        result_of(blank_series, model, value, np.eye(3), Status.CONVERGED), model, "PS4"
    )
    assert shape.height[0] == pytest.approx(1000.0 * 2 * np.sqrt(np.log(2) / np.pi) / 1.2)
    assert shape.fwhm[0] == pytest.approx(1.2)
    assert shape.fwhm_stderr[0] == pytest.approx(1.0)


@pytest.mark.parametrize("line_shape", CLOSED)
@pytest.mark.parametrize("separation", [None, 0.4, 0.87, 1.18, 2.5])
def test_whole_peak_agrees_with_the_drawn_curve(blank_series, line_shape, separation) -> None:
    model = one_peak(line_shape, separation=separation)
    value = start(model)[None]
    result = result_of(blank_series, model, value, np.eye(value.shape[1]), Status.CONVERGED)
    shape = peak_shape(result, model, "PS4")
    height, width = brute_force(model, value[0])
    assert shape.height[0] == pytest.approx(height, rel=1e-6)
    assert shape.fwhm[0] == pytest.approx(width, abs=3e-4)


@pytest.mark.parametrize("line_shape", CLOSED)
def test_errors_equal_the_scatter_of_draws(blank_series, line_shape: str) -> None:
    rng = np.random.default_rng(3)
    model = one_peak(line_shape, separation=0.87)
    truth = start(model)
    scale = 0.004 * np.abs(truth)
    root = rng.standard_normal((truth.size, truth.size + 2)) / np.sqrt(truth.size + 2)
    covariance = np.outer(scale, scale) * (root @ root.T)
    draws = rng.multivariate_normal(truth, covariance, 10_000)
    result = result_of(blank_series, model, draws, covariance, Status.CONVERGED)
    shape = peak_shape(result, model, "PS4")
    assert shape.height.std() == pytest.approx(np.median(shape.height_stderr), rel=0.04)
    assert shape.fwhm.std() == pytest.approx(np.median(shape.fwhm_stderr), rel=0.04)


def test_peak_at_zero_has_height_zero_without_error(blank_series) -> None:
    model = one_peak("gaussian", separation=1.18)
    value = start(model)[None]
    value[0, 0] = 0.0
    covariance = np.full((5, 5), np.nan)
    result = result_of(blank_series, model, value, covariance, Status.AT_BOUND)
    shape = peak_shape(result, model, "PS4")
    assert shape.height[0] == 0.0
    assert np.isnan([shape.height_stderr[0], shape.fwhm_stderr[0]]).all()


def test_what_failed_has_no_shape(blank_series) -> None:
    model = one_peak("gaussian", separation=1.18)
    result = result_of(blank_series, model, start(model)[None], np.eye(5), Status.FAILED)
    shape = peak_shape(result, model, "PS4")
    assert np.isnan([shape.height[0], shape.height_stderr[0], shape.fwhm[0]]).all()
