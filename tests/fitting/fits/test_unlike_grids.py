"""Spectra on unlike grids: one series, each fitted on its own points as if it were alone."""

from dataclasses import replace

import numpy as np
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.joining.join import join_series
from fitting.data.result import Status
from fitting.data.series import ENERGY, SHIFT, get_column, make_series
from fitting.fits.each import FitOptions, fit_all_spectra
from fitting.models.from_library import model_from_library
from fitting.models.model import Model
from fitting.preprocessing.axis import CropAxis, Resample
from fitting.preprocessing.baseline import SubtractBaseline, subtract_baseline
from fitting.preprocessing.intensity import RemoveSpikes, remove_spikes
from fitting.preprocessing.saturation import saturated_points
from fitting.preprocessing.steps import Step, apply_steps

GRID = st.tuples(st.floats(0.04, 0.4), st.floats(157.0, 159.0), st.floats(167.0, 172.0))
"""Step, first and last energy (eV)."""
OPTIONS = FitOptions(engine="numpy", family=())


def _model() -> Model:
    model = model_from_library("argyrodite S 2p")
    names = {peak.species for peak in model.peaks}
    assert "PS4" in names
    return replace(
        model, peaks=tuple(peak for peak in model.peaks if peak.species == "PS4"), ties={}
    )


def _measure(number: int, step: float, low: float, high: float) -> xr.Dataset:
    """A line and its partner over a step, counted on a grid of its own."""
    random = np.random.default_rng(number)
    energy = np.arange(low, high, step)
    lines = sum(
        part * np.exp(-(((energy - place) / 0.7) ** 2))
        for part, place in ((1, 161.5), (0.5, 162.7))
    )
    counts = random.poisson(400 + 3000 * lines + 60 / (1 + np.exp(162.0 - energy))).astype(float)
    name = f"{number}.txt"
    return make_series(
        ENERGY, energy, counts, region="S 2p", sigma=np.sqrt(counts), noise="poisson",
        sources={name: name}, source=name, voltage=2.0 + number,
    )  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(st.lists(GRID, min_size=2, max_size=3))
def test_spectra_of_any_steps_and_ranges_give_the_values_that_each_gives_alone(
    grids: list[tuple[float, float, float]],
) -> None:
    parts = [_measure(number, *grid) for number, grid in enumerate(grids)]
    model = _model()
    together = fit_all_spectra(join_series(parts), model, OPTIONS)
    assert together.sizes["spectrum"] == len(parts)
    for row, part in enumerate(parts):
        alone = fit_all_spectra(part, model, OPTIONS)
        assert together["points"].values[row] == part.sizes[ENERGY]
        names = [str(n) for n in alone["parameter"].values if not str(n).startswith("background")]
        found = together.isel(spectrum=row).sel(parameter=names)
        single = alone.isel(spectrum=0).sel(parameter=names)
        error = single["stderr"].values
        free = error > 0
        moved = np.abs(found["value"].values - single["value"].values)[free] / error[free]
        # the step under a line is a sum over the points of the axis, which are closer together
        assert moved.max() < 0.1
        np.testing.assert_allclose(found["stderr"].values[free], error[free], rtol=0.05)


def test_steps_that_look_at_neighbours_see_each_grid_as_it_was_measured() -> None:
    parts = []
    for number, step in enumerate((1.0, 1.7)):
        shift = np.arange(100.0, 700.0, step)
        random = np.random.default_rng(number)
        counts = 500 + 0.5 * shift + 800 * np.exp(-(((shift - 420) / 12) ** 2))
        counts = counts + random.normal(0, 5, shift.size)
        counts[shift.size // 5] += 900.0
        counts[shift.size // 2 : shift.size // 2 + 5] = 65535.0 if number else counts.max()
        name = f"{number}.txt"
        parts.append(
            make_series(
                SHIFT, shift, counts, region="raman", sigma=5.0, noise="given",
                sources={name: name}, source=name, voltage=2.0 + number,
            )
        )  # fmt: skip
    joined = join_series(parts)
    for row, part in enumerate(parts):
        own = np.isfinite(joined["intensity"].values[row])
        for prepare in (
            lambda one: subtract_baseline(one, SubtractBaseline())["intensity"].values,
            lambda one: remove_spikes(one, RemoveSpikes())["intensity"].values,
            saturated_points,
        ):
            np.testing.assert_allclose(prepare(joined)[row, own], prepare(part)[0])
    assert get_column(joined, "source").tolist() == ["0.txt", "1.txt"]


RANGE = st.tuples(st.floats(0.7, 3.0), st.floats(50.0, 2500.0), st.floats(20.0, 900.0))
"""Step, start and length (1/cm) of a grid that need not reach the band."""


@settings(max_examples=12, deadline=None)
@given(st.lists(RANGE, min_size=1, max_size=3), st.booleans())
def test_a_spectrum_that_does_not_reach_the_range_of_the_fit_says_so_and_harms_no_other(
    grids: list[tuple[float, float, float]], is_resampled: bool
) -> None:
    parts = [_measure_band(number, *grid) for number, grid in enumerate([(1.1, 200, 600), *grids])]
    steps: list[Step] = [CropAxis(300, 560), RemoveSpikes(), SubtractBaseline()]
    if is_resampled:
        steps.append(Resample(2.0))
    series = apply_steps(join_series(parts), steps)
    model = model_from_library("argyrodite Raman")
    band = next(peak for peak in model.peaks if peak.name == "PS4 428")
    result = fit_all_spectra(series, replace(model, peaks=(band,), ties={}), OPTIONS)
    for row, measured in enumerate(np.isfinite(series["sigma"].values).any(axis=1)):
        message = str(result["message"].values[row])
        assert message.startswith("Nothing was measured") == (not measured), message
    assert result["status"].values[_row_of(series, "0.txt")] != Status.FAILED


def _measure_band(number: int, step: float, low: float, length: float) -> xr.Dataset:
    shift = np.arange(low, low + max(length, 3 * step), step)
    shape = 500 + 800 * np.exp(-(((shift - 424) / 7) ** 2))
    counts = np.random.default_rng(number).poisson(shape).astype(float)
    name = f"{number}.txt"
    return make_series(
        SHIFT, shift, counts, region="raman", sigma=np.sqrt(counts), noise="poisson",
        sources={name: name}, source=name, voltage=2.0 + number,
    )  # fmt: skip


def _row_of(series: xr.Dataset, source: str) -> int:
    return get_column(series, "source").tolist().index(source)
