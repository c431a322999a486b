"""A record laid over an open project: its potentials come and go, nothing measured changes."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from fitting.data.errors import VoltageError
from fitting.data.series import SHIFT, get_column, make_series
from fitting.data.voltage_scale import LITHIUM_INDIUM
from fitting.electrochemistry.attach import BY_TIME, MANUAL
from fitting.electrochemistry.potential_by_time import Clock
from fitting.models.model import Background, Model, Parameter, Peak
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Analysis, Project
from fitting.projects.project_record import (
    exposure_windows,
    start_of_time,
    with_record,
    without_record,
)
from fitting.projects.recipe import Recipe
from fitting.quantities.estimates import find_estimates
from fitting.quantities.quantity import Quantity
from fitting.quantities.trends import make_trend
from fitting.readers.records.record import PotentialRecord, make_record
from fitting.saving.project_file import open_project, save_project

NOON = 1_700_000_000.0
STARTS = NOON + np.array([0.0, 601.0, 1199.0, 1802.0])


def _record(start: float = NOON - 600) -> PotentialRecord:
    """1 mV in 10 s, from 2 V at its start."""
    time = start + np.arange(0, 7200.0, 10.0)
    others = {"current": np.full(time.size, 1e-4), "cycle": np.ones(time.size)}
    return make_record(
        "cell.mpt", "test", time, 2 + 1e-4 * (time - start), has_clock=True, others=others
    )


def _project() -> Project:
    shift = np.linspace(380, 460, 81)
    counts = 500 * np.exp(-0.5 * ((shift - 421) / 4) ** 2) + 50
    series = make_series(
        SHIFT,
        shift,
        np.random.default_rng(1).poisson(np.tile(counts, (4, 1))).astype(float),
        region="raman",
        sigma=np.sqrt(counts),
        noise="poisson",
        started=STARTS,
        time=STARTS - NOON,
        exposure=100.0,
        label=["OCV", "2.55V", "x", "y"],
        voltage=[np.nan, np.nan, np.nan, 1.5],
        voltage_from=["", "", "", MANUAL],
    )
    peak = Peak(
        "PS4",
        "PS4",
        "gaussian",
        {
            "area": Parameter(1.0, min=0),
            "position": Parameter(421.0, min=410, max=430),
            "fwhm": Parameter(9.0, min=3, max=20),
        },
    )
    line = Background("linear", {"offset": Parameter(0.0), "slope": Parameter(0.0)})
    analysis = Analysis(series, Recipe(Model((peak,), line)))
    return Project({"raman": with_fit(analysis, fit_analysis(analysis))}, notes=("a note",))


def test_potentials_reach_series_and_result_without_a_new_fit() -> None:
    before = _project()
    after = with_record(before, _record(), Clock())
    analysis = after.analyses["raman"]
    expected = 2 + 1e-4 * (STARTS[:3] + 650 - NOON)
    np.testing.assert_allclose(analysis.series["voltage"][:3], expected)
    assert get_column(analysis.series, "voltage_from").tolist() == [BY_TIME] * 3 + [MANUAL]
    assert analysis.is_current
    trend = make_trend(find_estimates(analysis, [Quantity("area", ("PS4",))]), "area PS4")
    np.testing.assert_allclose(np.sort(trend["along"].values), np.sort([1.5, *expected]))
    xr.testing.assert_identical(
        analysis.series["intensity"].drop_vars(list(analysis.series.coords)),
        before.analyses["raman"]
        .series["intensity"]
        .drop_vars(list(before.analyses["raman"].series.coords)),
    )


def test_the_times_of_the_files_stay_as_they_are() -> None:
    after = with_record(_project(), _record(), Clock(offset=37.0, drift=1e-3, zone="+01:00"))
    np.testing.assert_array_equal(after.analyses["raman"].series["started"], STARTS)


def test_another_offset_replaces_the_potentials_and_what_was_said_about_them() -> None:
    first = with_record(_project(), _record(), Clock(offset=-3600))
    assert any("outside" in note for note in first.notes)
    again = with_record(first, _record(), Clock())
    assert again.notes == ("a note",)
    assert np.isfinite(again.analyses["raman"].series["voltage"]).all()


def test_without_its_record_a_project_has_the_voltages_of_the_names() -> None:
    bare = without_record(with_record(_project(), _record(), Clock()))
    voltage = bare.analyses["raman"].series["voltage"].values
    np.testing.assert_array_equal(voltage, [np.nan, 2.55, np.nan, 1.5])
    assert bare.cell is None
    assert bare.notes == ("a note",)
    assert bare.analyses["raman"].is_current


def test_windows_are_where_the_clock_puts_them() -> None:
    (windows,) = exposure_windows(_project(), _record(), Clock(offset=10))
    np.testing.assert_allclose(windows.start, STARTS + 10)
    np.testing.assert_allclose(windows.end, STARTS + 110)
    assert not windows.potential.is_outside.any()
    assert start_of_time(_project(), "raman", Clock(offset=10)) == pytest.approx(NOON + 10)


def test_a_zone_that_is_none_is_refused_before_anything_changes() -> None:
    with pytest.raises(VoltageError, match="time zone"):
        with_record(_project(), _record(), Clock(zone="Middle Earth"))


def test_record_and_clock_are_kept_in_the_project_file(tmp_path: Path) -> None:
    time = NOON + np.array([0.0, 600.0, 1200.0])
    record = make_record(
        "Zelle Ω.mpt",
        "EC-Lab text",
        time,
        np.array([1.93, 2.0, 2.1]),
        has_clock=True,
        others={"current": np.array([1e-4, np.nan, -1e-4])},
        warnings=("the clock was set",),
    )
    clock = Clock(offset=-1.5, drift=2e-5, zone="Europe/Berlin", series_step=61.7)
    scaled = PotentialRecord(
        **{name: getattr(record, name) for name in record.__slots__ if name != "scale"},
        scale=LITHIUM_INDIUM,
    )
    project = with_record(_project(), scaled, clock)
    save_project(project, tmp_path / "cell.thio")
    again = open_project(tmp_path / "cell.thio").cell
    assert again is not None
    assert again.clock == clock
    for name in record.__slots__:
        np.testing.assert_array_equal(getattr(again.record, name), getattr(scaled, name))


def test_a_project_of_the_first_format_has_no_record() -> None:
    folder = Path(__file__).parents[2] / "data" / "projects"
    assert open_project(folder / "format_1.thio").cell is None
    kept = open_project(folder / "format_2.thio")
    assert kept.cell is not None
    assert kept.cell.clock == Clock(zone="+02:00", offset=5.0)
    again = with_record(kept, kept.cell.record, kept.cell.clock)
    for region, analysis in kept.analyses.items():
        np.testing.assert_allclose(
            again.analyses[region].series["voltage"], analysis.series["voltage"]
        )
