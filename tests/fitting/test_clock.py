"""Times of several files on one clock."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
import xarray as xr

from fitting.clock import time_origin_of, with_time_origin
from fitting.series import ENERGY, join_series, make_series

ENERGIES = np.arange(160.0, 170.0, 0.5)
NOON = datetime(2026, 3, 14, 12, 0, 0, tzinfo=UTC)


def scans(source: str, times: list[float], origin: datetime | None = None) -> xr.Dataset:
    counts = np.full((len(times), ENERGIES.size), 100.0)
    series = make_series(
        ENERGY, ENERGIES, counts, region="S 2p", sigma=10.0, noise="poisson",
        sources={source: ""}, source=source, time=times,
    )  # fmt: skip
    return with_time_origin(series, origin) if origin else series


def test_times_of_two_files_count_from_the_earlier_one() -> None:
    zone = timezone(timedelta(hours=2))
    later = scans("b", [0, 10], (NOON + timedelta(hours=1)).astimezone(zone))
    joined = join_series([later, scans("a", [0, 10], NOON)])
    np.testing.assert_allclose(joined.time, [0, 10, 3600, 3610])
    assert list(joined.source.values) == ["a", "a", "b", "b"]
    assert time_origin_of(joined) == NOON


def test_joining_again_keeps_the_clock() -> None:
    parts = [scans(name, [0], NOON + timedelta(minutes=m)) for m, name in enumerate("abc")]
    joined = join_series([parts[2], join_series([parts[1], parts[0]])])
    np.testing.assert_allclose(joined.time, [0, 60, 120])


def test_times_stay_as_they_are_where_one_file_does_not_tell_its_start() -> None:
    joined = join_series([scans("a", [5], NOON), scans("b", [3])])
    np.testing.assert_allclose(sorted(joined.time.values), [3, 5])


@pytest.mark.parametrize("text", ["", "yesterday"])
def test_an_unreadable_origin_is_none(text: str) -> None:
    assert time_origin_of(scans("a", [0]).assign_attrs(time_origin=text)) is None
