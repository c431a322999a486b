"""Spectra added to a project."""

from dataclasses import replace

import numpy as np
import xarray as xr

from fitting.data.joining.common_grid import MOST_GRIDS
from fitting.data.result import FREEDOM, GROUP, Status, is_fitted, shared_parameters
from fitting.data.series import ENERGY, make_series, set_coordinates
from fitting.electrochemistry.potential_by_time import Clock
from fitting.fits.options import FitOptions
from fitting.models.from_library import model_from_library
from fitting.pipeline.added_spectra import with_spectra
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.pipeline.events import Prepared
from fitting.pipeline.grow import grow_project
from fitting.projects.project import Analysis, Project, with_analysis, without_spectra
from fitting.projects.project_record import with_record
from fitting.projects.reading import Reading
from fitting.projects.recipe import Recipe
from fitting.quantities.interval_storage import found_methods
from fitting.readers.records.record import make_record
from fitting.uncertainty.analysis import find_intervals, with_found
from libraries.loader import catalogue


def _series(voltages: list[float], file: str, step: float = 0.1) -> xr.Dataset:
    energy = np.arange(158.0, 172.0, step)
    counts = np.full((len(voltages), energy.size), 100.0)
    return make_series(
        ENERGY, energy, counts, region="S 2p", sigma=10.0, noise="poisson",
        voltage=voltages, sources={file: file},
    )  # fmt: skip


def _project(series: xr.Dataset) -> Project:
    return Project({"S 2p": Analysis(series, Recipe(model_from_library("argyrodite S 2p")))})


def _grow(project: Project, series: xr.Dataset) -> Prepared:
    return grow_project(project, Reading((series,)), catalogue())


def test_a_region_grows_in_the_order_of_voltage_and_keeps_its_recipe() -> None:
    project = _project(_series([2.5, 3.5], "a"))
    grown = _grow(project, _series([3.0], "b")).project.analyses["S 2p"]
    assert grown.series["voltage"].values.tolist() == [2.5, 3.0, 3.5]
    assert grown.recipe is project.analyses["S 2p"].recipe


def test_a_file_that_is_open_already_is_left_out_and_said() -> None:
    project = _project(_series([2.5], "a"))
    again = _grow(project, _series([2.5], "a"))
    assert again.project.analyses["S 2p"].series is project.analyses["S 2p"].series
    assert again.known == ("a",)


def test_another_step_is_taken_in_and_said() -> None:
    project = _project(_series([2.5], "a"))
    other = _grow(project, _series([3.0], "b", step=0.15)).project
    assert other.analyses["S 2p"].series.sizes["spectrum"] == 2
    assert any("2 different grids" in note for note in other.notes)


def test_more_grids_than_a_fit_can_take_are_left_out_and_said() -> None:
    project = _project(_series([2.5], "a"))
    series = tuple(
        _series([3.0 + 0.01 * number], f"{number}", step=0.11 + 0.003 * number)
        for number in range(MOST_GRIDS)
    )
    grown = grow_project(project, Reading(series), catalogue()).project
    assert grown.analyses["S 2p"].series.sizes["spectrum"] == MOST_GRIDS
    assert "--resample" in grown.unread[0].reason


def test_a_fit_whose_background_refers_to_other_ends_is_done_again() -> None:
    model = model_from_library("argyrodite S 2p", background="linear")
    series = _series([2.5], "a")
    begun = Analysis(series, Recipe(model))
    analysis = with_fit(begun, fit_analysis(begun))
    wider = _series([3.0], "b").assign_coords({ENERGY: series[ENERGY].values + 1.0})
    same = with_spectra(analysis, _series([3.0], "b"))
    other = with_spectra(analysis, wider)
    assert (same.result["status"].values != Status.NOT_FITTED).tolist() == [True, False]
    assert (other.result["status"].values == Status.NOT_FITTED).all()


def test_a_region_goes_with_its_last_spectrum() -> None:
    project = _project(_series([2.5, 3.5], "a"))
    one = without_spectra(project, "S 2p", [0])
    assert one.analyses["S 2p"].series["voltage"].values.tolist() == [3.5]
    assert without_spectra(one, "S 2p", [0]).analyses == {}


def test_added_spectra_get_their_potential_from_the_record_of_the_project() -> None:
    start = 1_700_000_000.0
    time = start + np.arange(0, 3600, 10.0)
    record = make_record(
        "cell.mpt", "test", time, 3 + 1e-4 * (time - start), has_clock=True, others={}
    )
    first, second = (
        set_coordinates(_series([np.nan], file), started=start + at, exposure=10.0)
        for file, at in (("a", 100), ("b", 1100))
    )
    project = with_record(_project(first), record, Clock())
    grown = _grow(project, second).project
    np.testing.assert_allclose(grown.analyses["S 2p"].series["voltage"], [3.0105, 3.1105])
    assert grown.cell is not None
    assert grown.cell.record is record


def test_what_is_fitted_keeps_its_result_among_what_is_added() -> None:
    fitted = _fitted(_series([3.5, 2.5], "a"))
    before = fitted.analyses["S 2p"].result
    after = _grow(fitted, _series([3.0], "b")).project.analyses["S 2p"]
    assert before is not None
    assert after.result is not None
    assert after.is_current
    assert after.result["voltage"].values.tolist() == [2.5, 3.0, 3.5]
    assert is_fitted(after.result).tolist() == [True, False, True]
    for name in before.data_vars:
        kept = after.result[name].values[[2, 0]]
        np.testing.assert_array_equal(kept, before[name].values)
    assert after.result["status"].values[1] == Status.NOT_FITTED


def test_groups_of_a_joint_fit_are_named_by_where_their_spectra_stand_now() -> None:
    fitted = _fitted(_series([3.0, 3.5], "a"), FitOptions(share=("position",)))
    after = _grow(fitted, _series([2.5], "b")).project.analyses["S 2p"].result
    assert after is not None
    assert after[GROUP].values.tolist() == [-1, 1, 1]
    assert np.isnan(after[FREEDOM].values).tolist() == [True, False, False]
    assert shared_parameters(after)


def test_intervals_of_some_spectra_do_not_pass_for_those_of_all() -> None:
    fitted = _fitted(_series([3.0, 3.5], "a"))
    analysis = fitted.analyses["S 2p"]
    blocks = find_intervals(analysis, "profile")
    known = with_analysis(fitted, with_found(analysis, "profile", blocks))
    after = _grow(known, _series([2.5], "b")).project.analyses["S 2p"].result
    assert after is not None
    assert found_methods(after).tolist() == ["covariance", "profile", "profile"]


def _fitted(series: xr.Dataset, options: FitOptions | None = None) -> Project:
    """The project with a fit of noise on a flat background."""
    noise = np.random.default_rng(3).normal(0, 10, series["intensity"].shape)
    analysis = _project(series.assign(intensity=series["intensity"] + noise)).analyses["S 2p"]
    recipe = replace(analysis.recipe, options=options or FitOptions())
    analysis = replace(analysis, recipe=recipe)
    return Project({"S 2p": with_fit(analysis, fit_analysis(analysis))})
