"""Static backgrounds against cases with an exact solution."""

import numpy as np
import pytest

from fitting.data.series import ENERGY, make_series
from fitting.models.backgrounds import level_curves, static_background
from fitting.models.backgrounds.shirley import compute_shirley, cumulative_area
from fitting.models.backgrounds.tougaard import TougaardScattering, compute_tougaard
from fitting.preprocessing.axis import CropAxis, crop_axis

GRID = np.linspace(155.0, 175.0, 401)


def bell(x: np.ndarray, position: float = 164.0, fwhm: float = 1.4) -> np.ndarray:
    return np.asarray(np.exp(-4 * np.log(2) * ((x - position) / fwhm) ** 2))


def test_shirley_of_peaks_with_shirley_background_is_that_background() -> None:
    # Data = peak + low + k * area of the peak so far solves the Shirley equation exactly.
    peaks = 1000.0 * bell(GRID) + 400.0 * bell(GRID, 167.0)
    background = 250.0 + 0.05 * cumulative_area(GRID, peaks)
    found = compute_shirley(GRID, (peaks + background)[None, :])[0]
    np.testing.assert_allclose(found, background, atol=1e-6)


def test_shirley_of_what_it_left_is_nothing() -> None:
    peaks = 1000.0 * bell(GRID)
    data = (peaks + 250.0 + 0.05 * cumulative_area(GRID, peaks))[None, :]
    rest = data - compute_shirley(GRID, data)
    np.testing.assert_allclose(compute_shirley(GRID, rest), 0.0, atol=1e-6)


def test_shirley_satisfies_its_own_equation_on_noisy_data() -> None:
    rng = np.random.default_rng(7)
    peaks = 1000.0 * bell(GRID)
    data = rng.poisson(peaks + 250.0 + 0.05 * cumulative_area(GRID, peaks), (3, GRID.size)) * 1.0
    background = compute_shirley(GRID, data)
    above = cumulative_area(GRID, data - background)
    low, high = background[:, :1], background[:, -1:]
    np.testing.assert_allclose(background, low + (high - low) * above / above[:, -1:], rtol=1e-8)


def test_shirley_of_a_falling_background_falls() -> None:
    data = (1000.0 * bell(GRID) + 300.0 - 3.0 * (GRID - 155.0))[None, :]
    background = compute_shirley(GRID, data)[0]
    assert background[0] > background[-1]
    assert np.isfinite(background).all()


def test_tougaard_meets_the_data_at_both_ends() -> None:
    peaks = 1000.0 * bell(GRID)
    scattered = TougaardScattering(GRID).spread(peaks[None, None, :], np.array([[1643.0]]))[0, 0]
    data = (peaks + 250.0 + 900.0 * scattered)[None, :]
    background = compute_tougaard(GRID, data, C=1643.0)[0]
    assert background[0] == pytest.approx(data[0, :20].mean())
    assert background[-1] == pytest.approx(data[0, -20:].mean())


def test_tougaard_of_a_single_channel_is_the_cross_section() -> None:
    grid = np.arange(0.0, 60.0, 0.5)
    data = np.zeros((1, grid.size))
    data[0, 20] = 100.0
    spread = TougaardScattering(grid).spread(data[:, None, :], np.array([[450.0]]))[0, 0]
    loss = np.maximum(grid - grid[20], 0.0)
    expected = 100.0 * 0.5 * loss / (450.0 + loss**2) ** 2
    np.testing.assert_allclose(spread, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("kind", "parameters"), [("shirley-static", {}), ("tougaard-static", {"C": 1643.0})]
)
class TestStatic:
    def test_uneven_grid_gives_the_same_background(
        self, kind: str, parameters: dict[str, float]
    ) -> None:
        fine = np.linspace(155.0, 175.0, 2001)
        uneven = fine[np.sort(np.random.default_rng(3).choice(2001, 900, replace=False))]
        evenly, unevenly = (
            static_background(kind, x, self._data(x), **parameters)[0] for x in (fine, uneven)
        )
        rise = evenly[-1] - evenly[0]
        np.testing.assert_allclose(np.interp(uneven, fine, evenly), unevenly, atol=0.01 * rise)

    def test_points_that_were_not_measured_do_not_matter(
        self, kind: str, parameters: dict[str, float]
    ) -> None:
        data = self._data(GRID)
        gappy = np.repeat(data, 2, axis=0)
        gappy[1, [100, 101, 250]] = np.nan
        whole, gapped = static_background(kind, GRID, gappy, **parameters)
        np.testing.assert_allclose(whole, gapped, atol=0.01 * np.ptp(whole))

    def test_padding_takes_the_level_of_the_nearest_end(
        self, kind: str, parameters: dict[str, float]
    ) -> None:
        data = self._data(GRID)
        alone = static_background(kind, GRID, data, **parameters)[0]
        step = GRID[1] - GRID[0]
        wide = np.concatenate([GRID[0] - step * np.arange(5, 0, -1), GRID])
        padded = np.concatenate([np.full((1, 5), np.nan), data], axis=1)
        found = static_background(kind, wide, padded, **parameters)[0]
        np.testing.assert_allclose(found[5:], alone)
        np.testing.assert_allclose(found[:5], alone[0])

    def test_data_that_do_not_rise_above_their_ends_have_none(
        self, kind: str, parameters: dict[str, float]
    ) -> None:
        dip = (500.0 - 300.0 * bell(GRID) + 2.0 * (GRID - 155.0))[None, :]
        assert np.isnan(static_background(kind, GRID, dip, **parameters)).all()

    @staticmethod
    def _data(x: np.ndarray) -> np.ndarray:
        peaks = 1000.0 * bell(x)
        return (peaks + 250.0 + 0.03 * cumulative_area(x, peaks))[None, :]


def test_spline_is_made_of_curves_that_add_up_to_a_constant_and_follow_a_smooth_one() -> None:
    grid = np.linspace(120.0, 700.0, 481)
    curves = np.array(level_curves("spline", grid))
    assert curves.sum(axis=0) == pytest.approx(1.0)
    smooth = 800.0 * np.exp((grid[0] - grid) / 150.0) + 300.0
    found, *_ = np.linalg.lstsq(curves.T, smooth, rcond=None)
    assert np.abs(found @ curves - smooth).max() < 1e-3 * np.ptp(smooth)


@pytest.mark.parametrize("kind", ["shirley-static", "tougaard-static"])
def test_setting_the_ends_of_a_range_twice_gives_the_same_background(kind: str) -> None:
    """A background computed on a range that is cropped to the same ends again does not change."""
    grid = np.round(np.arange(155.0, 175.01, 0.1), 4)
    counts = 500.0 + 4000.0 * np.exp(-(((grid - 162.0) / 0.9) ** 2))
    counts += 0.03 * np.cumsum(counts - 500.0)
    series = make_series(
        ENERGY, grid, counts, region="S 2p", sigma=np.sqrt(counts), noise="poisson"
    )
    once = crop_axis(series, CropAxis(157.0, 173.0))
    twice = crop_axis(once, CropAxis(157.0, 173.0))
    curves = [
        static_background(
            kind,
            one["energy"].values,
            one["intensity"].values,
            **({"C": 1643.0} if "tougaard" in kind else {}),
        )
        for one in (once, twice)
    ]
    assert np.array_equal(*curves)
