"""The series schema: making, checking and joining."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.errors import SeriesError
from fitting.data.grids import own_points, split_grids
from fitting.data.joining.join import join_series, tell_differences
from fitting.data.series import (
    ENERGY,
    MIXED,
    SHIFT,
    SPECTRUM,
    axis_values,
    check_series,
    get_column,
    make_series,
    set_coordinates,
    source_names,
    units_of,
)


def _series(
    low: float = 155.0,
    size: int = 20,
    step: float = 0.1,
    name: str = "a.txt",
    **coordinates: object,
) -> xr.Dataset:
    positions = low + step * np.arange(size)
    return make_series(
        ENERGY,
        positions,
        np.round(positions * 10),
        region=str(coordinates.pop("region", "S 2p")),
        sigma=1.0,
        noise="given",
        sources={name: "0" * 64},
        source=name,
        **coordinates,  # type: ignore[arg-type]
    )


def test_a_descending_axis_is_turned_with_its_counts() -> None:
    series = make_series(
        ENERGY, [3.0, 2.0, 1.0], [[30, 20, 10]], region="S 2p", sigma=1.0, noise="given"
    )
    assert series.energy.values.tolist() == [1.0, 2.0, 3.0]
    assert series.intensity.values.tolist() == [[10, 20, 30]]


def test_a_point_without_counts_gets_infinite_sigma() -> None:
    series = make_series(SHIFT, [1, 2, 3], [[1, np.nan, 3]], region="raman", sigma=1, noise="given")
    assert np.isinf(series.sigma.values[0, 1])


def test_the_offset_moves_the_axis_and_not_the_counts() -> None:
    series = set_coordinates(_series(), axis_offset=-1.5)
    np.testing.assert_allclose(axis_values(series)[0], series.energy.values - 1.5)
    np.testing.assert_array_equal(series.intensity.values, _series().intensity.values)


@pytest.mark.parametrize("positions", [[1.0, 1.0, 2.0], [1.0, np.nan, 2.0], [2.0, 1.0, 3.0], [1.0]])
def test_a_bad_axis_is_refused_with_the_region_named(positions: list[float]) -> None:
    with pytest.raises(SeriesError, match="S 2p"):
        make_series(
            ENERGY, positions, np.ones(len(positions)), region="S 2p", sigma=1.0, noise="given"
        )


def test_an_unknown_coordinate_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SeriesError, match="voltage"):
        set_coordinates(_series(), potential=3.0)


@pytest.mark.parametrize("sigma", [0.0, -1.0, np.nan])
def test_a_sigma_that_is_no_deviation_is_refused(sigma: float) -> None:
    with pytest.raises(SeriesError, match="sigma"):
        make_series(ENERGY, [1, 2, 3], [1, 2, 3], region="S 2p", sigma=sigma, noise="given")


def test_joined_spectra_are_ordered_by_voltage_then_time_then_file() -> None:
    parts = [
        _series(name="d.txt", voltage=3.0, time=5.0),
        _series(name="c.txt", voltage=3.0, time=1.0),
        _series(name="b.txt", voltage=2.5),
        _series(name="e.txt"),
        _series(name="a.txt"),
    ]
    joined = join_series(parts)
    assert get_column(joined, "source").tolist() == ["b.txt", "c.txt", "d.txt", "a.txt", "e.txt"]
    assert set(source_names(joined)) == {"a.txt", "b.txt", "c.txt", "d.txt", "e.txt"}
    assert joined.voltage.attrs["reference"] == "Li/Li+"


def test_different_ranges_are_padded_with_unknown_points() -> None:
    joined = join_series([_series(155.0), _series(154.0, name="b.txt")])
    assert joined.sizes == {SPECTRUM: 2, ENERGY: 30}
    missing = np.isnan(joined.intensity.values)
    assert missing.sum() == 20
    assert np.isinf(joined.sigma.values[missing]).all()


@given(
    lows=st.lists(st.floats(150.0, 160.0), min_size=1, max_size=5),
    size=st.integers(2, 30),
)
def test_joining_keeps_every_count_at_its_own_energy(lows: list[float], size: int) -> None:
    joined = join_series([_series(low, size, name=f"{low}.txt") for low in lows])
    check_series(joined)
    axis = axis_values(joined)
    for row, low in enumerate(float(name[:-4]) for name in get_column(joined, "source")):
        measured = np.isfinite(joined.intensity.values[row])
        expected = low + 0.1 * np.arange(size)
        np.testing.assert_allclose(axis[row, measured], expected, atol=2.1e-3)
        np.testing.assert_array_equal(
            joined.intensity.values[row, measured], np.round(expected * 10)
        )


@settings(max_examples=25)
@given(
    steps=st.lists(st.sampled_from([0.05, 0.1, 0.13, 0.2, 0.0625]), min_size=2, max_size=4),
    lows=st.lists(st.floats(150.0, 160.0), min_size=4, max_size=4),
    size=st.integers(2, 30),
)
def test_unlike_grids_stand_side_by_side_with_every_count_at_its_own_energy(
    steps: list[float], lows: list[float], size: int
) -> None:
    parts = [
        _series(low, size, step, name=f"{number}.txt")
        for number, (low, step) in enumerate(zip(lows, steps, strict=False))
    ]
    joined = join_series(parts)
    axis = axis_values(joined)
    for row, name in enumerate(get_column(joined, "source")):
        part, own = parts[int(name[:-4])], own_points(joined)[row]
        measured = np.isfinite(joined.intensity.values[row])
        assert own[measured].all()
        np.testing.assert_allclose(
            axis[row, measured], part[ENERGY].values, atol=0.021 * max(steps)
        )
        np.testing.assert_array_equal(
            joined.intensity.values[row, measured], part.intensity.values[0]
        )


def test_what_was_joined_can_be_joined_again_and_taken_apart() -> None:
    parts = [_series(step=step, name=f"{step}.txt") for step in (0.1, 0.05, 0.13)]
    whole = join_series([join_series(parts[:2]), parts[2]])
    again = list(split_grids(whole))
    assert sorted(one.sizes[ENERGY] for one in again) == [20, 20, 20]
    for part in again:
        before = next(one for one in parts if source_names(one) == [part.source.item()])
        np.testing.assert_allclose(part[ENERGY], before[ENERGY])
        np.testing.assert_array_equal(part.intensity, before.intensity)


def test_units_that_differ_stay_with_their_spectra() -> None:
    parts = [_series(name="a.txt"), _series(name="b.txt").assign_attrs(unit="arbitrary")]
    joined = join_series(parts)
    assert joined.attrs["unit"] == MIXED
    assert units_of(joined).tolist() == ["counts", "arbitrary"]
    assert any("areas" in sentence for sentence in tell_differences(joined))
    alone = join_series([joined.isel({SPECTRUM: [1]})])
    assert alone.attrs["unit"] == "arbitrary"


def test_different_regions_are_not_joined() -> None:
    with pytest.raises(SeriesError, match=r"b\.txt.*region"):
        join_series([_series(), _series(name="b.txt", region="P 2p")])


def test_raman_grids_need_not_be_uniform_to_be_joined() -> None:
    grid = np.array([100.0, 101.5, 103.2, 105.1])
    parts = [
        make_series(SHIFT, grid, np.ones(4), region="raman", sigma=1.0, noise="given", voltage=v)
        for v in (3.0, 2.5)
    ]
    assert join_series(parts).voltage.values.tolist() == [2.5, 3.0]
