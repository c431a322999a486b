"""Asymmetric and convolved lines against quadrature, differences, lmfit and CasaXPS' own curves."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import lmfit
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq, curve_fit
from scipy.special import voigt_profile

from fitting.fits.each import fit_all_spectra
from fitting.models.line_shapes import LINE_SHAPES, LineShape
from fitting.models.line_shapes.doniach_sunjic import WINDOW
from fitting.models.model import Background, Model, Parameter, Peak, parameter_names
from fitting.output.tables.columns import TABLE_COLUMNS
from fitting.simulation.series import simulate_series

CASES = [
    ("sgl-sum", (0.3,)),
    ("doniach-sunjic-gauss", (0.12, 0.8)),
    ("doniach-sunjic-gauss", (0.0, 2.0)),
    ("doniach-sunjic-gauss", (0.4, 0.0)),
    ("la", (1.53, 1.6, 1.2)),
    ("la", (1.3, 2.5, 0.3)),
    ("la", (0.9, 6.0, 2.5)),
    ("la", (12.0, 12.0, 2.0)),
    ("lf", (0.54, 10.0, 43.0, 1.73)),
    ("lf", (1.2, 0.7, 12.0, 0.4)),
    ("double-lorentzian", (2.5, 1.0)),
    ("double-lorentzian", (0.4, 0.0)),
    ("exponential-tail", (0.3, 0.5)),
    ("exponential-tail", (0.0, 4.0)),
    ("exponential-tail", (0.8, 0.03)),
]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)


def shape_and_arguments(case: tuple[str, tuple[float, ...]]) -> tuple[LineShape, list[np.ndarray]]:
    name, numbers = case
    return LINE_SHAPES[name], [np.array([number]) for number in numbers]


def values_at(shape: LineShape, arguments: list[np.ndarray], z: float) -> float:
    return float(shape.reduced(np.array([z]), *arguments)[0])


@pytest.mark.parametrize("case", [case for case in CASES if LINE_SHAPES[case[0]].has_unit_area])
def test_area_is_one(case: tuple[str, tuple[float, ...]]) -> None:
    shape, arguments = shape_and_arguments(case)
    area = 0.0
    # by parts in log |z|, so that tails of any power are integrated as well as the middle
    ends = np.log([1e-9, 1e-3, 0.1, 0.5, 1.0, 2.0, 5.0, 20.0, 100.0, 1e3, 1e5, 1e8, 1e12, 1e18])
    for low, high in pairwise(ends):
        z = np.exp(0.5 * (high + low) + 0.5 * (high - low) * NODES)
        both = shape.reduced(z, *arguments) + shape.reduced(-z, *arguments)
        area += 0.5 * (high - low) * float(np.sum(WEIGHTS * z * both))
    assert area == pytest.approx(1.0, abs=1e-8)


@pytest.mark.parametrize("case", CASES)
def test_maximum_is_at_zero_and_the_full_width_is_two(case: tuple[str, tuple[float, ...]]) -> None:
    shape, arguments = shape_and_arguments(case)
    value, slope, *_ = shape.reduced_derivatives(np.array([0.0]), *arguments)
    assert abs(slope[0]) < 1e-9 * value[0]

    def above_half(z: float) -> float:
        return values_at(shape, arguments, z) - 0.5 * float(value[0])

    width = brentq(above_half, 0.0, 4.0, xtol=1e-12) - brentq(above_half, -4.0, 0.0, xtol=1e-12)
    assert width == pytest.approx(2.0, abs=1e-8)


@pytest.mark.parametrize("case", CASES)
def test_slopes_are_those_of_the_values(case: tuple[str, tuple[float, ...]]) -> None:
    """By central differences of the fourth order: a complex step does not pass the two sides."""
    shape, arguments = shape_and_arguments(case)
    z = np.linspace(-4.013, 7.0, 57)
    _, *slopes = shape.reduced_derivatives(z, *arguments)
    for index, slope in enumerate(slopes):
        given = [z, *arguments]
        step = 1e-4 * (1.0 if index == 0 else max(float(arguments[index - 1][0]), 0.01))
        if index and arguments[index - 1][0] == 0.0:
            continue

        def at(count: int, index: int = index, step: float = step) -> np.ndarray:
            moved = [a + count * step * (i == index) for i, a in enumerate(given)]  # noqa: B023
            return shape.reduced(*moved)

        expected = (8.0 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12.0 * step)
        np.testing.assert_allclose(slope, expected, atol=1e-9 + 1e-8 * np.abs(expected).max())


@pytest.mark.parametrize(
    ("case", "core"),
    [
        (("la", (1.3, 2.5, 0.7)), lambda v: (1.0 + v * v) ** -(1.3 if v > 0 else 2.5)),
        (
            ("double-lorentzian", (3.0, 1.5)),
            lambda v: 1 / (1 + (v / (3.0 if v > 0 else 1)) ** 2),
        ),
        (
            ("doniach-sunjic-gauss", (0.15, 1.1)),
            lambda v: np.cos(0.075 * np.pi - 0.85 * np.arctan(v)) / (1 + v * v) ** 0.425,
        ),
        (
            ("lf", (0.54, 10.0, 40.0, 1.7)),
            lambda v: (1 + v * v) ** -((0.54 if v > 0 else 10.0) * (1 + (v / 40.0) ** 2)),
        ),
    ],
)
def test_a_broadened_line_is_the_convolution_of_its_core(
    case: tuple[str, tuple[float, ...]], core: Callable[[float], float]
) -> None:
    shape, arguments = shape_and_arguments(case)
    sigma = case[1][-1] / np.sqrt(2.0 * np.log(2.0))

    def convolved(u: float) -> float:
        def product(v: float) -> float:
            return core(v) * np.exp(-0.5 * ((u - v) / sigma) ** 2)

        parts = [quad(product, a, b, limit=200, epsabs=1e-13)[0] for a, b in _parts(u, sigma)]
        return float(sum(parts) / (sigma * np.sqrt(2.0 * np.pi)))

    top = _maximum(convolved)
    half = 0.5 * convolved(top)
    right = brentq(lambda u: convolved(u) - half, top, top + 12.0, xtol=1e-12)
    left = brentq(lambda u: convolved(u) - half, top - 12.0, top, xtol=1e-12)
    width = 0.5 * (right - left)
    for z in (-2.0, 0.7, 4.0):
        ratio = values_at(shape, arguments, z) / values_at(shape, arguments, 0.0)
        assert ratio == pytest.approx(convolved(top + width * z) / convolved(top), rel=2e-7)


def _parts(u: float, sigma: float) -> list[tuple[float, float]]:
    ends = sorted({u - 9 * sigma, u - 2 * sigma, u, u + 2 * sigma, u + 9 * sigma, 0.0, -1.0, 1.0})
    return list(pairwise(ends))


def _maximum(function: Callable[[float], float]) -> float:
    step = 1e-3
    return float(brentq(lambda u: function(u + step) - function(u - step), -3.0, 6.0, xtol=1e-9))


def test_la_with_exponents_of_one_is_the_voigt_line() -> None:
    shape, arguments = shape_and_arguments(("la", (1.0, 1.0, 0.9)))
    sigma = 0.9 / np.sqrt(2.0 * np.log(2.0))
    top = voigt_profile(0.0, sigma, 1.0)
    width = brentq(lambda u: voigt_profile(u, sigma, 1.0) - 0.5 * top, 0.0, 9.0, xtol=1e-13)
    z = np.linspace(-9.0, 9.0, 61)
    expected = width * voigt_profile(width * z, sigma, 1.0)
    np.testing.assert_allclose(shape.reduced(z, *arguments), expected, rtol=1e-8)


def test_without_broadening_a_double_lorentzian_is_that_of_lmfit() -> None:
    shape, arguments = shape_and_arguments(("double-lorentzian", (2.5, 0.0)))
    x = np.linspace(-12.0, 12.0, 61)
    expected = lmfit.lineshapes.split_lorentzian(x, 1.0, 0.0, 1.0, 2.5)
    width = np.array([3.5])
    found = shape.profile(x, np.array([0.0]), width, *arguments)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_without_broadening_a_doniach_sunjic_line_is_the_bare_one() -> None:
    z = np.linspace(-15.0, 30.0, 91)
    bare = LINE_SHAPES["doniach-sunjic"].reduced(z, np.array([0.2]))
    shape, arguments = shape_and_arguments(("doniach-sunjic-gauss", (0.2, 0.0)))
    np.testing.assert_allclose(shape.reduced(z, *arguments), bare, rtol=1e-10)
    assert WINDOW == 20.0


def test_sgl_mixes_heights_and_pseudo_voigt_areas() -> None:
    z = np.linspace(-9.0, 9.0, 61)
    sgl = LINE_SHAPES["sgl-sum"].reduced(z, np.array([0.3]))
    pseudo_voigt = LINE_SHAPES["pseudo-voigt"].reduced(z, np.array([0.387422]))
    np.testing.assert_allclose(sgl, pseudo_voigt, atol=1e-5)
    heights = 0.7 * np.exp(-np.log(2.0) * z * z) + 0.3 / (1.0 + z * z)
    np.testing.assert_allclose(sgl / sgl.max(), heights, rtol=1e-12)


@pytest.mark.parametrize("case", [CASES[0], CASES[1], CASES[6], CASES[8], CASES[10], CASES[12]])
def test_a_fit_finds_the_shape_again(case: tuple[str, tuple[float, ...]]) -> None:
    shape, _ = shape_and_arguments(case)
    numbers = dict(zip(shape.shape_parameters, case[1], strict=True))
    free = shape.shape_parameters[0]
    parameters = {
        "area": Parameter(1.0, 0.0),
        "position": Parameter(285.3, 284.0, 286.0),
        "fwhm": Parameter(1.0, 0.3, 3.0),
        **{name: Parameter(value, vary=False) for name, value in numbers.items()},
    }
    kind = shape.parameters[0]
    parameters[free] = Parameter(kind.start, kind.low, kind.high)
    level = Background("linear", {"offset": Parameter(0.0), "slope": Parameter(0.0, vary=False)})
    model = Model((Peak("one", "one", case[0], parameters),), level)
    truth = {"one.area": 3e4, "one.position": 284.9, "one.fwhm": 1.2, f"one.{free}": numbers[free]}
    truth["background.offset"] = 500.0
    grid = np.arange(278.0, 300.0, 0.1)
    series = simulate_series(model, truth, grid, np.random.default_rng(5), region="C 1s")
    result = fit_all_spectra(series, model)
    names = parameter_names(model)
    for name, true in truth.items():
        value, error = (result[part].values[0, names.index(name)] for part in ("value", "stderr"))
        assert abs(value - true) < 4.0 * error, name


@pytest.fixture(scope="module")
def exported(real_data: Callable[[str], Path]) -> tuple[np.ndarray, np.ndarray]:
    """Binding energies and the four components of Fe 2p over their background, (m,), (m, 4)."""
    path = real_data("xps_vamas_casaxps_text/FeO_analyzed_lineshapes_cols.txt")
    if not path.is_file():
        pytest.skip("no exported curves here")
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    rows = [[float(cell) for cell in line.split("\t") if cell.strip()] for line in lines[8:]]
    table = np.array([row for row in rows if len(row) == 16])[::-1]
    return table[:, 8], table[:, 10:14] - table[:, 14:15]


@pytest.mark.parametrize("component", [1, 3])
def test_curves_of_sgl_are_those_that_casaxps_exports(
    exported: tuple[np.ndarray, np.ndarray], component: int
) -> None:
    energy, curves = exported
    curve = curves[:, component]

    def line(x: np.ndarray, area: float, position: float, fwhm: float, mixing: float) -> np.ndarray:
        given = [np.array([one]) for one in (position, fwhm, mixing)]
        return area * LINE_SHAPES["sgl-sum"].profile(x, *given)

    start = (curve.max() * 9.0, energy[curve.argmax()], 8.0, 0.4)
    found, _ = curve_fit(line, energy, curve, p0=start)
    assert found[3] == pytest.approx(0.3, abs=3e-4)
    assert np.std(line(energy, *found) - curve) < 1e-4 * curve.max()


@pytest.mark.parametrize(("component", "nominal"), [(0, 3.8576238), (2, 4.8730051)])
def test_curves_of_lf_are_those_that_casaxps_exports(
    exported: tuple[np.ndarray, np.ndarray], component: int, nominal: float
) -> None:
    """With the widths of the page on line shapes: see there what could be told of them."""
    energy, curves = exported
    curve = curves[:, component]
    lorentzian, gaussian = 0.472 * nominal, 0.817 * nominal
    numbers = (0.54, 10.0, 39.5, gaussian / lorentzian)
    shape, arguments = shape_and_arguments(("lf", numbers))

    def line(x: np.ndarray, area: float, position: float, fwhm: float) -> np.ndarray:
        return area * shape.profile(x, np.array([position]), np.array([fwhm]), *arguments)

    start = (curve.max() * 5.0, energy[curve.argmax()], 1.2 * nominal)
    found, _ = curve_fit(line, energy, curve, p0=start)
    assert np.std(line(energy, *found) - curve) < 1e-3 * curve.max()
    assert found[2] == pytest.approx(1.2 * nominal, rel=0.02)


def test_every_shape_parameter_has_a_column_with_its_error() -> None:
    columns = {column.name for column in TABLE_COLUMNS["peaks"]}
    for shape in LINE_SHAPES.built_in.values():
        for name in shape.shape_parameters:
            assert {name, f"{name}_stderr"} <= columns
