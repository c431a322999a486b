"""XPS spectra gathered into series."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fitting.data.errors import UnreadableFileError
from fitting.data.joining.join import join_series
from fitting.data.series import warnings_of
from fitting.readers.spectra.xps_spectra import (
    NotASpectrumError,
    XpsSpectrum,
    name_region,
    require_spectrum,
    series_of,
    spectrum_metadata,
)

NOON = datetime(2026, 3, 14, 12, 0, 0, tzinfo=UTC)
ENERGY = np.arange(160.0, 170.0, 0.1)
COUNTS = np.random.default_rng(5).poisson(500.0, ENERGY.size).astype(float)


def spectrum(**changes: Any) -> XpsSpectrum:
    plain: dict[str, Any] = {
        "region": "S 2p",
        "energy": ENERGY,
        "values": COUNTS,
        "kind": "counts",
        "sample": "a",
        "label": "S 2p",
        "seconds": 2.0,
        **changes,
    }
    return XpsSpectrum(**plain)


def test_times_of_two_files_count_from_the_earlier_one() -> None:
    starts = [NOON + timedelta(minutes=minutes) for minutes in (0, 10, 60, 70)]
    first, second = (
        series_of(Path(name), [spectrum(started=start) for start in pair])[0]
        for name, pair in (("a.vms", starts[:2]), ("b.vms", starts[2:]))
    )
    np.testing.assert_allclose(second.time, [0, 600])
    joined = join_series([second, first])
    np.testing.assert_allclose(joined.time, [0, 600, 3600, 4200])
    assert list(joined.source.values) == ["a.vms", "a.vms", "b.vms", "b.vms"]
    np.testing.assert_allclose(joined.exposure, 200.0)


def test_regions_of_one_file_share_its_clock() -> None:
    later = spectrum(region="C 1s", started=NOON + timedelta(seconds=90))
    sulfur, carbon = series_of(Path("a.vms"), [spectrum(started=NOON), later])
    assert (sulfur.time.item(), carbon.time.item()) == (0, 90)


def test_rates_and_counts_of_one_region_are_not_mixed_without_times() -> None:
    parts = [spectrum(seconds=np.nan), spectrum(seconds=np.nan, kind="rate")]
    counts, rates = series_of(Path("a.vms"), parts)
    assert (counts.attrs["unit"], rates.attrs["unit"]) == ("counts", "counts/s")


def test_different_pass_energies_are_remarked() -> None:
    parts = [spectrum(pass_energy=20.0), spectrum(pass_energy=80.0)]
    assert "pass energy (20, 80 eV)" in warnings_of(series_of(Path("a.vms"), parts)[0])[0]


def test_metadata_of_spectra_that_cannot_be_told_apart_is_not_guessed() -> None:
    parts = [spectrum(metadata={"cycle": number}) for number in range(3)]
    (series,) = series_of(Path("a.vms"), parts)
    assert [entry["cycle"] for entry in spectrum_metadata(series)] == [0, 1, 2]
    assert spectrum_metadata(series.isel(spectrum=[1, 2])) == [{}, {}]


def test_the_name_of_the_file_is_the_sample_without_its_region_and_state() -> None:
    for name in ("LPSC 3.6 V S2p.txt", "LPSC 3.6 V_C1s.vms", "LPSC 3.6 V.npl"):
        (series,) = series_of(Path(name), [spectrum(sample="")])
        assert series["sample"].item() == "LPSC"


def test_many_reasons_are_shortened() -> None:
    dropped = [f"block {number}: it has 1 point(s)" for number in range(9)]
    (series,) = series_of(Path("a.vms"), [spectrum()], dropped=dropped)
    assert warnings_of(series)[0].endswith("block 4: it has 1 point(s); and 4 more.")
    with pytest.raises(UnreadableFileError, match=r"a\.vms: there is no XPS spectrum .*and 4 more"):
        series_of(Path("a.vms"), [], dropped=dropped)


@pytest.mark.parametrize(
    ("names", "low", "high", "region"),
    [
        (["S 2p", "x"], 0, 1, "S 2p"),
        (["Block 1", "C1s Scan"], 0, 1, "C 1s"),
        (["Block 1"], 157, 172, "S 2p"),
        (["Block 1"], 0, 1200, "survey"),
        (["", "Block 1"], 900, 910, "Block 1"),
        (["", " "], 900, 910, "unnamed"),
    ],
)
def test_regions_are_named_by_name_then_by_range(
    names: list[str], low: float, high: float, region: str
) -> None:
    assert name_region(names, np.array([low, high], dtype=float)) == region


@pytest.mark.parametrize(
    ("energy", "values", "reason"),
    [
        ([1.0], [1.0], r"1 point\(s\)"),
        ([1.0, np.nan], [1.0, 1.0], "not all numbers"),
        ([1.0, 1.0, 2.0], [1.0, 1.0, 1.0], "the same energy"),
        ([1.0, 2.0], [np.nan, np.nan], "no intensities"),
        ([1.0, 2.0], [0.0, 0.0], "are zero"),
    ],
)
def test_what_is_no_spectrum_says_why(
    energy: list[float], values: list[float], reason: str
) -> None:
    with pytest.raises(NotASpectrumError, match=reason):
        require_spectrum(np.array(energy), np.array(values))
