"""Line shapes against quadrature, their half maxima, finite differences and their limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.signal import fftconvolve

from fitting.models.line_shapes import LINE_SHAPES, LineShape
from fitting.models.line_shapes.doniach_sunjic import WINDOW

CLOSED = [name for name, shape in LINE_SHAPES.items() if shape.cost < 10.0]
"""The others have tests of their own, of fewer examples."""
FINITE = [name for name in CLOSED if LINE_SHAPES[name].has_unit_area]
SHAPED = [name for name in CLOSED if LINE_SHAPES[name].shape_parameters]

positions = st.floats(155.0, 175.0)
widths = st.floats(0.2, 4.0)
shares = st.floats(0.0, 1.0)


def shape_arguments(shape: LineShape, share: float) -> list[np.ndarray]:
    """Shape parameters at that share of the way between their bounds."""
    return [np.array([low + share * (high - low)]) for low, high in shape.shape_bounds]


@pytest.mark.parametrize("name", FINITE)
@given(fwhm=widths, share=shares)
def test_area_is_one(name: str, fwhm: float, share: float) -> None:
    shape = LINE_SHAPES[name]
    arguments = shape_arguments(shape, share)

    def at_angle(angle: float) -> float:
        x = np.array([160.0 + fwhm * np.tan(angle)])
        profile = shape.profile(x, np.array([160.0]), np.array([fwhm]), *arguments)
        return float(profile[0]) * fwhm / np.cos(angle) ** 2

    area = 2.0 * quad(at_angle, 0.0, 0.5 * np.pi - 1e-9, limit=200, epsabs=1e-9)[0]
    assert area == pytest.approx(1.0, abs=1e-7)


@pytest.mark.parametrize("asymmetry", [0.0, 1e-5, 0.05, 0.2, 0.5])
def test_doniach_sunjic_has_the_area_of_a_lorentzian_in_its_window(asymmetry: float) -> None:
    def intensity(u: float) -> float:
        phase = 0.5 * np.pi * asymmetry - (1 - asymmetry) * np.arctan(u)
        return float(np.cos(phase) / (1 + u * u) ** (0.5 * (1 - asymmetry)))

    in_window = quad(intensity, -WINDOW, WINDOW, limit=200, epsabs=1e-11)[0]
    u_top = np.tan(np.pi * asymmetry / (2 * (2 - asymmetry)))
    grid = np.linspace(-3, 9, 200_001)
    line = np.array([intensity(u) for u in grid[::100]])
    above = np.interp(grid, grid[::100], line) >= 0.5 * intensity(u_top)
    half_width = 0.5 * (grid[above][-1] - grid[above][0])
    shape = LINE_SHAPES["doniach-sunjic"]
    top = shape.reduced(np.array([0.0]), np.array([asymmetry]))[0]
    expected = intensity(u_top) * half_width / in_window * 2 / np.pi * np.arctan(WINDOW)
    assert top == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("name", CLOSED)
@given(position=positions, fwhm=widths, share=shares)
def test_maximum_is_at_the_position_and_width_is_at_half_of_it(
    name: str, position: float, fwhm: float, share: float
) -> None:
    shape = LINE_SHAPES[name]
    x = position + fwhm * np.linspace(-1.0, 2.0, 60_001)
    line = shape.profile(x, np.array([position]), np.array([fwhm]), *shape_arguments(shape, share))
    above = x[line >= 0.5 * line.max()]
    assert x[line.argmax()] == pytest.approx(position, abs=1e-3 * fwhm)
    tolerance = 4e-4 if name == "voigt" else 1.1e-4
    assert above[-1] - above[0] == pytest.approx(fwhm, rel=tolerance)


@pytest.mark.parametrize("name", CLOSED)
@given(position=positions, fwhm=widths, share=st.floats(0.01, 0.99))
def test_derivatives_are_those_of_the_profile(
    name: str, position: float, fwhm: float, share: float
) -> None:
    shape = LINE_SHAPES[name]
    x = np.linspace(150.0, 180.0, 301)
    arguments = [np.array([position]), np.array([fwhm]), *shape_arguments(shape, share)]
    value, *slopes = shape.derivatives(x, *arguments)
    np.testing.assert_allclose(value, shape.profile(x, *arguments), rtol=1e-13, atol=1e-300)
    for index, slope in enumerate(slopes):
        step = 1e-4 * (fwhm if index < 2 else 0.1)
        expected = _five_point_slope(shape, x, arguments, index, step)
        np.testing.assert_allclose(slope, expected, atol=2e-6 * np.abs(slope).max())


def _five_point_slope(
    shape: LineShape, x: np.ndarray, arguments: list[np.ndarray], index: int, step: float
) -> np.ndarray:
    def at(count: int) -> np.ndarray:
        moved = [a + count * step if i == index else a for i, a in enumerate(arguments)]
        return shape.profile(x, *moved)

    return (8.0 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12.0 * step)


@pytest.mark.parametrize("name", ["pseudo-voigt", "gl-product", "voigt"])
@pytest.mark.parametrize(("mixing", "limit"), [(0.0, "gaussian"), (1.0, "lorentzian")])
def test_mixing_ends_in_the_pure_forms(name: str, mixing: float, limit: str) -> None:
    z = np.linspace(-30, 30, 601)
    line = LINE_SHAPES[name].reduced(z, np.array([mixing]))
    np.testing.assert_allclose(line, LINE_SHAPES[limit].reduced(z), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("name", ["pseudo-voigt", "voigt"])
@pytest.mark.parametrize("mixing", [0.0, 1.0])
def test_slope_by_mixing_is_right_at_its_ends(name: str, mixing: float) -> None:
    z = np.linspace(-10, 10, 201)
    inside = mixing + 1e-6 * (1 - 2 * mixing)
    shape = LINE_SHAPES[name]
    slope = shape.reduced_derivatives(z, np.array([mixing]))[2]
    change = shape.reduced(z, np.array([inside])) - shape.reduced(z, np.array([mixing]))
    expected = change / (inside - mixing)
    np.testing.assert_allclose(slope, expected, atol=3e-5 * np.abs(slope).max())


@pytest.mark.parametrize("name", SHAPED)
def test_derivatives_are_finite_at_the_bounds_and_far_out(name: str) -> None:
    shape = LINE_SHAPES[name]
    z = np.array([-1e4, -40.0, 0.0, 40.0, 1e4])
    for share in (0.0, 1.0):
        for part in shape.reduced_derivatives(z, *shape_arguments(shape, share)):
            assert np.isfinite(part).all()


def test_doniach_sunjic_without_asymmetry_is_lorentzian() -> None:
    z = np.linspace(-30, 30, 601)
    line = LINE_SHAPES["doniach-sunjic"].reduced(z, np.array([0.0]))
    np.testing.assert_allclose(line, LINE_SHAPES["lorentzian"].reduced(z), rtol=1e-12)


def test_doniach_sunjic_tails_towards_higher_binding_energy() -> None:
    line = LINE_SHAPES["doniach-sunjic"].reduced(np.array([-5.0, 5.0]), np.array([0.1]))
    assert line[1] > 1.5 * line[0]


@pytest.mark.parametrize("mixing", [0.1, 0.5, 0.9])
def test_voigt_is_the_convolution_of_its_parts(mixing: float) -> None:
    a = 0.5346
    x = np.arange(-20_000, 20_001) * 0.01
    one, width = np.array([0.0]), np.array([2.0])
    gaussian_width = width * np.sqrt((1 - a * mixing) ** 2 - ((1 - a) * mixing) ** 2)
    parts = (
        LINE_SHAPES["gaussian"].profile(x, one, gaussian_width),
        LINE_SHAPES["lorentzian"].profile(x, one, width * mixing),
    )
    convolved = fftconvolve(*parts, mode="same") * 0.01
    line = LINE_SHAPES["voigt"].profile(x, one, width, np.array([mixing]))
    near = np.abs(x) < 10
    np.testing.assert_allclose(line[near], convolved[near], atol=2e-6)


@pytest.mark.parametrize("name", CLOSED)
def test_parameters_broadcast_over_spectra(name: str) -> None:
    shape = LINE_SHAPES[name]
    x = np.linspace(158.0, 170.0, 50)
    position, fwhm = np.array([[161.0], [163.0]]), np.array([[1.0], [1.4]])
    together = shape.derivatives(x, position, fwhm, *shape_arguments(shape, 0.3))
    for row in range(2):
        alone = shape.derivatives(x, position[row], fwhm[row], *shape_arguments(shape, 0.3))
        for both, one in zip(together, alone, strict=True):
            np.testing.assert_allclose(both[row], one, rtol=1e-12, atol=1e-16)
