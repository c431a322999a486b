"""The model's values against the sums they stand for, its derivatives against differences."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitting.data.errors import ModelError
from fitting.data.series import ENERGY, SHIFT, make_series
from fitting.models.backgrounds import BACKGROUNDS, static_background
from fitting.models.backgrounds.shirley import cumulative_area
from fitting.models.function import compile_model, series_curves, static_background_of
from fitting.models.line_shapes import LINE_SHAPES
from fitting.models.model import Background, Model, Parameter, Peak, Tie, parameter_names
from fitting.preprocessing.baseline import SubtractBaseline, subtract_baseline

CLOSED = [name for name, shape in LINE_SHAPES.items() if shape.cost < 10.0]

GRID = np.linspace(157.0, 171.0, 113)
CO_FITTED = [name for name, kind in BACKGROUNDS.items() if not kind.is_static]
BENDS = dict.fromkeys(
    one.name
    for name in ("polynomial-8", "spline")
    for one in BACKGROUNDS[name].level
    if one.name not in ("offset", "slope")
)
BACKGROUND_VALUES = {"offset": 500.0, "slope": -12.0, "factor": 0.04, "C": 900.0} | {
    name: 20.0 * order for order, name in enumerate(BENDS, start=2)
}


def make_peak(name: str, line_shape: str, *, doublet: bool = True, **values: float) -> Peak:
    numbers = {"area": 1000.0, "position": 162.0, "fwhm": 1.3} | values
    for shape in LINE_SHAPES[line_shape].shape_parameters:
        numbers.setdefault(shape, 0.3)
    if doublet:
        numbers |= {"separation": 1.18, "area_ratio": 0.51}
    return Peak(name, name, line_shape, {key: Parameter(value) for key, value in numbers.items()})


def make_background(kind: str, **values: float) -> Background:
    numbers = BACKGROUND_VALUES | values
    names = BACKGROUNDS[kind].parameters
    return Background(kind, {name: Parameter(numbers[name]) for name in names})


def make_model(line_shape: str, background: str) -> Model:
    return Model(
        (
            make_peak("PS4", line_shape),
            make_peak("sulfate", line_shape, doublet=False, area=300.0, position=168.1),
        ),
        make_background(background),
    )


def start_of(model: Model) -> np.ndarray:
    return np.array([[parameter.value for _, parameter in model.parameters()]])


@pytest.mark.parametrize("background", CO_FITTED)
@pytest.mark.parametrize("line_shape", CLOSED)
def test_jacobian_is_the_derivative_of_the_value(line_shape: str, background: str) -> None:
    model = make_model(line_shape, background)
    if background == "tougaard":
        model = replace(model, background=make_background(background, factor=100.0))
    function = compile_model(model, GRID)
    parameters = np.repeat(start_of(model), 3, axis=0)
    parameters[1] *= 1.01
    parameters[2] *= 0.995
    offsets = np.array([0.0, 0.4, -0.7])
    value, jacobian = function.value_and_jacobian(parameters, offsets)
    np.testing.assert_allclose(value, function.value(parameters, offsets), rtol=1e-13)
    for row, name in enumerate(parameter_names(model)):
        step = np.zeros(parameters.shape[1])
        step[row] = 1e-5 * max(1.0, abs(parameters[0, row])) if "C" in name else 1e-5
        change = function.value(parameters + step, offsets) - function.value(
            parameters - step, offsets
        )
        expected = change / (2 * step[row])
        scale = np.abs(jacobian[:, row]).max()
        np.testing.assert_allclose(jacobian[:, row], expected, atol=3e-6 * scale, err_msg=name)


@given(ratio=st.floats(0.1, 1.0), separation=st.floats(0.3, 3.0), offset=st.floats(-2.0, 2.0))
def test_doublet_is_two_lines_that_share_one_area(
    ratio: float, separation: float, offset: float
) -> None:
    pair = make_peak("pair", "pseudo-voigt", separation=separation, area_ratio=ratio)
    parameters = dict(pair.parameters)
    parameters |= {"separation": Parameter(separation), "area_ratio": Parameter(ratio)}
    model = Model((replace(pair, parameters=parameters),), make_background("none"))
    lines = [
        make_peak("main", "pseudo-voigt", doublet=False, area=1000.0 / (1 + ratio)),
        make_peak(
            "partner",
            "pseudo-voigt",
            doublet=False,
            area=1000.0 * ratio / (1 + ratio),
            position=162.0 + separation,
        ),
    ]
    apart = Model(tuple(lines), make_background("none"))
    together = compile_model(model, GRID).value(start_of(model), offset)
    np.testing.assert_allclose(
        together, compile_model(apart, GRID).value(start_of(apart), offset), rtol=1e-12
    )


def test_axis_offset_shifts_the_grid_and_not_the_straight_line() -> None:
    model = make_model("voigt", "linear")
    function = compile_model(model, GRID)
    shifted = function.curves(start_of(model), np.array([0.5]))
    on_true_axis = compile_model(model, GRID + 0.5).curves(start_of(model))
    np.testing.assert_allclose(shifted.total, on_true_axis.total, rtol=1e-12)


def test_curves_add_up_and_areas_are_integrals() -> None:
    model = make_model("gaussian", "shirley")
    grid = np.linspace(150.0, 180.0, 1201)
    curves = compile_model(model, grid).curves(start_of(model))
    np.testing.assert_allclose(curves.components.sum(axis=1) + curves.background, curves.total)
    areas = np.trapezoid(curves.components[0], grid)
    np.testing.assert_allclose(areas, [1000.0, 300.0], rtol=1e-9)


def test_shirley_rises_by_factor_times_area_towards_higher_binding_energy() -> None:
    model = make_model("gaussian", "shirley")
    grid = np.linspace(150.0, 180.0, 1201)
    curves = compile_model(model, grid).curves(start_of(model))
    line = 500.0 - 12.0 * (grid - 165.0)
    rise = curves.background[0] - line
    assert rise[0] == 0.0
    assert rise[-1] == pytest.approx(0.04 * 1300.0, rel=1e-9)
    assert np.all(np.diff(rise) >= -1e-9)


def test_tougaard_of_a_narrow_line_is_its_cross_section() -> None:
    grid = np.linspace(150.0, 220.0, 2801)
    peak = make_peak("line", "gaussian", doublet=False, area=1000.0, position=155.0, fwhm=0.2)
    model = Model((peak,), make_background("tougaard"))
    background = compile_model(model, grid).curves(start_of(model)).background[0]
    line = 500.0 - 12.0 * (grid - 185.0)
    loss = grid - 155.0
    expected = 0.04 * 1000.0 * loss / (900.0 + loss**2) ** 2
    far = loss > 1.0
    np.testing.assert_allclose((background - line)[far], expected[far], rtol=1e-3)


def test_each_spectrum_may_have_its_own_cross_section() -> None:
    model = make_model("gaussian", "tougaard")
    function = compile_model(model, GRID)
    parameters = np.repeat(start_of(model), 2, axis=0)
    parameters[1, -1] = 1643.0
    both = function.value_and_jacobian(parameters)
    for row in range(2):
        alone = function.value_and_jacobian(parameters[row : row + 1])
        np.testing.assert_allclose(both[0][row], alone[0][0], rtol=1e-12)
        np.testing.assert_allclose(both[1][row], alone[1][0], rtol=1e-10, atol=1e-9)


def test_free_jacobian_follows_the_ties() -> None:
    model = make_model("pseudo-voigt", "shirley")
    tied = replace(model, ties=(Tie("sulfate.fwhm", "PS4.fwhm", 1.2, 0.1),))
    function = compile_model(tied, GRID)
    free = function.affine.start[None, :]
    _, jacobian = function.value_and_jacobian(function.affine.expand(free))
    chained = function.free_jacobian(jacobian)
    column = function.affine.free.index("PS4.fwhm")
    step = np.zeros_like(free)
    step[0, column] = 1e-5
    change = function.value(function.affine.expand(free + step)) - function.value(
        function.affine.expand(free - step)
    )
    np.testing.assert_allclose(chained[:, column], change / 2e-5, rtol=1e-6, atol=1e-3)


def test_linear_parameters_are_known() -> None:
    model = make_model("pseudo-voigt", "shirley")
    function = compile_model(model, GRID)
    linear = np.array(function.affine.free)[function.linear_free]
    assert set(linear) == {"PS4.area", "sulfate.area", "background.offset", "background.slope"}


def test_order_of_the_background_parameters_does_not_matter() -> None:
    model = make_model("gaussian", "shirley")
    turned = dict(reversed(list(model.background.parameters.items())))
    other = replace(model, background=Background("shirley", turned))
    value, jacobian = compile_model(model, GRID).value_and_jacobian(start_of(model))
    value_2, jacobian_2 = compile_model(other, GRID).value_and_jacobian(start_of(other))
    np.testing.assert_allclose(value, value_2)
    order = [parameter_names(other).index(name) for name in parameter_names(model)]
    np.testing.assert_allclose(jacobian, jacobian_2[:, order])


def test_static_background_cannot_vary() -> None:
    model = make_model("gaussian", "linear")
    static = replace(model, background=Background("tougaard-static", {"C": Parameter(1643.0)}))
    with pytest.raises(ModelError, match="fix its parameters"):
        compile_model(static, GRID)


def test_series_curves_include_the_static_background_and_the_offset() -> None:
    model = make_model("gaussian", "shirley-static")
    function = compile_model(model, GRID)
    peaks = function.value(start_of(model), 0.2)
    counts = 400.0 + peaks + 0.03 * cumulative_area(GRID, peaks)
    series = make_series(
        ENERGY, GRID, counts, region="S 2p", sigma=np.sqrt(counts), noise="poisson", axis_offset=0.2
    )
    curves = series_curves(series, model, start_of(model), np.array([0]))
    expected = static_background("shirley-static", GRID, counts)
    np.testing.assert_allclose(curves.background, expected)
    np.testing.assert_allclose(curves.total, counts, rtol=1e-2)


def test_other_backgrounds_subtract_nothing() -> None:
    series = make_series(
        ENERGY, GRID, np.ones((2, GRID.size)), region="S 2p", sigma=1.0, noise="given"
    )
    assert not static_background_of(make_model("gaussian", "shirley"), series).any()


@pytest.mark.parametrize("kind", ["polynomial", "polynomial-8", "spline"])
def test_a_background_that_follows_a_baseline_gets_back_what_was_subtracted(kind: str) -> None:
    shift = np.linspace(120.0, 700.0, 200)
    counts = 50.0 + 400.0 * np.exp(-shift / 200.0)
    series = make_series(
        SHIFT, shift, counts, region="raman", sigma=np.sqrt(counts), noise="poisson"
    )
    flat = subtract_baseline(series, SubtractBaseline())
    under = static_background_of(make_model("lorentzian", kind), flat)
    np.testing.assert_allclose(flat["intensity"].values - under, counts[None])
    assert not static_background_of(make_model("lorentzian", "linear"), flat).any()


def test_a_baseline_stays_subtracted_over_a_range_too_wide_to_follow() -> None:
    shift = np.linspace(100.0, 2000.0, 400)
    counts = 50.0 + 400.0 * np.exp(-shift / 200.0)
    sigma = np.sqrt(counts)
    series = make_series(SHIFT, shift, counts, region="raman", sigma=sigma, noise="poisson")
    flat = subtract_baseline(series, SubtractBaseline())
    assert not static_background_of(make_model("lorentzian", "polynomial-8"), flat).any()
