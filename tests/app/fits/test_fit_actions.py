"""What can be fitted, when, and what is said of it."""

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from pytestqt.qtbot import QtBot

from app.document import Document
from app.fits.fit_actions import FitActions
from app.fits.fitting_job import SeriesFit
from app.main_window import MainWindow
from fitting.data.result import Status, is_fitted, is_taken_over
from fitting.data.series import get_column
from fitting.fits.options import FitOptions
from fitting.pipeline.grow import grow_project
from fitting.projects.project import Project
from fitting.projects.reading import Reading
from fitting.readers.spectra.casaxps_comments import split_comment
from fitting.readers.spectra.published_fit import FIT_KEY, fit_to_json
from libraries.loader import catalogue

_LONG = 60_000


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def fits(window: MainWindow, document: Document) -> FitActions:
    fit = SeriesFit(window)
    return FitActions(document, fit, window.actions_by_name, window.status)


def test_the_next_step_leads_from_opening_to_export(
    fits: FitActions, window: MainWindow, document: Document, qtbot: QtBot
) -> None:
    assert _next(window) == "Fit series"
    _run(fits, qtbot, window, "fit_series")
    assert _next(window) == "Export…"
    document.look_at(region="S 2p")
    document.set_parameter("PS4.position", value=161.2)
    assert _next(window) == "Fit series"
    document.open(Project(), None)
    assert _next(window) == "Open files…"


def test_a_region_without_a_model_holds_nothing_up(
    fits: FitActions, window: MainWindow, document: Document, qtbot: QtBot
) -> None:
    document.look_at(region="P 2p")
    document.change_model(lambda model: replace(model, peaks=(), ties=()), "Remove all")
    _run(fits, qtbot, window, "fit_series")
    assert _next(window) == "Export…"


def test_nothing_can_be_fitted_while_nothing_is_open(
    fits: FitActions, window: MainWindow, document: Document
) -> None:
    document.open(Project(), None)
    assert not window.actions_by_name["fit_series"].isEnabled()


def test_the_spectrum_on_the_screen_is_fitted(
    fits: FitActions, window: MainWindow, document: Document, qtbot: QtBot
) -> None:
    document.look_at(region="P 2p", spectrum=3)
    _run(fits, qtbot, window, "fit_spectrum")
    result = document.project.analyses["P 2p"].result
    assert result is not None
    assert np.flatnonzero(result["status"].values).tolist() == [3]
    assert window.status.sentence.text().startswith("1 of 10 spectra are fitted")


def test_only_flagged_spectra_are_fitted_again(
    fits: FitActions, window: MainWindow, document: Document, qtbot: QtBot
) -> None:
    _run(fits, qtbot, window, "fit_region")
    analysis = document.analysis
    assert analysis is not None
    assert analysis.result is not None
    spoilt = analysis.result.copy(deep=True)
    spoilt["status"].values[:] = Status.CONVERGED
    spoilt["status"].values[[1, 3]] = Status.FAILED
    spoilt["value"].values[:] = 7.0
    document.change_analysis(replace(analysis, result=spoilt), "spoil")
    _run(fits, qtbot, window, "fit_flagged")
    again = document.analysis
    assert again is not None
    assert again.result is not None
    was_fitted = (again.result["value"].values != 7.0).any(axis=1)
    assert np.flatnonzero(was_fitted).tolist() == [1, 3]


def test_spectra_that_were_added_are_fitted_with_the_flagged_ones(
    fits: FitActions,
    window: MainWindow,
    document: Document,
    qtbot: QtBot,
    simulated: Callable[..., xr.Dataset],
) -> None:
    _run(fits, qtbot, window, "fit_region")
    before = document.analysis
    assert before is not None
    assert before.result is not None
    added = simulated(before.region, (2.75,), seed=2)
    grown = grow_project(document.project, Reading((added,)), catalogue())
    document.change(grown.project, "Add spectra")
    assert _next(window) == "Fit series"
    _run(fits, qtbot, window, "fit_flagged")
    after = document.analysis
    assert after is not None
    assert after.result is not None
    assert is_fitted(after.result).all()
    kept = after.result["value"].values[[0, 2, 3, 4, 5]]
    np.testing.assert_allclose(kept, before.result["value"].values, rtol=1e-3, atol=1e-3)


def test_start_values_from_the_neighbour_are_part_of_the_recipe(
    fits: FitActions, window: MainWindow, document: Document
) -> None:
    window.actions_by_name["seed_from_previous"].trigger()
    assert document.analysis is not None
    assert document.analysis.recipe.options.seed_from == "previous"
    document.undo_stack.undo()
    assert not window.actions_by_name["seed_from_previous"].isChecked()


def test_starts_from_neighbours_exclude_one_another_and_a_joint_fit(
    fits: FitActions, window: MainWindow, document: Document
) -> None:
    actions = window.actions_by_name
    actions["seed_from_previous"].trigger()
    actions["seed_from_neighbours"].trigger()
    assert document.analysis is not None
    assert document.analysis.recipe.options.seed_from == "neighbours"
    assert not actions["seed_from_previous"].isChecked()
    joint = FitOptions(share=("fwhm",))
    document.change_recipe(lambda recipe: replace(recipe, options=joint), "share")
    assert not actions["seed_from_neighbours"].isEnabled()
    assert not actions["seed_from_neighbours"].isChecked()


def _run(fits: FitActions, qtbot: QtBot, window: MainWindow, name: str) -> None:
    window.actions_by_name[name].setEnabled(True)
    with qtbot.waitSignal(fits._fit.ended, timeout=_LONG):
        window.actions_by_name[name].trigger()


def _next(window: MainWindow) -> str:
    bar = window.actions_by_name.toolbar
    marked = [a for a in bar.actions() if bar.widgetForAction(a).property("next")]
    assert len(marked) == 1
    return marked[0].text().replace("&", "")


def test_the_fit_that_a_file_stores_is_taken_over(
    fits: FitActions, window: MainWindow, document: Document
) -> None:
    before = document.project
    window.actions_by_name["take_fit"].trigger()
    assert document.project is before
    assert "stores a fit" in window.status.sentence.text()
    analysis = document.project.analyses["S 2p"]
    document.change_analysis(replace(analysis, series=_with_stored_fit(analysis.series)), "read")
    window.actions_by_name["take_fit"].trigger()
    taken = document.project.analyses["S 2p"]
    assert [peak.name for peak in taken.model.peaks] == ["sulfide"]
    assert taken.result is not None
    assert is_taken_over(taken.result).sum() == 1
    assert "taken over from CasaXPS" in window.status.sentence.text()
    document.undo_stack.undo()
    assert [peak.name for peak in document.project.analyses["S 2p"].model.peaks] != ["sulfide"]


def _with_stored_fit(series: xr.Dataset) -> xr.Dataset:
    fit, _ = split_comment(
        [
            "CASA region (*S 2p*) (*Shirley*) 1318 1328 0.668 2 0 0 0 -450 0 0 (*S 2p*) 32 0 0.668",
            "CASA comp (*sulfide*) (*GL(30)*) Area 500 0 1e6 -1 1 MFWHM 0.9 0.2 2 -1 1 "
            "Position 1325 1323 1326 -1 1 RSF 0.668 MASS 32 INDEX -1 (*S 2p*)",
        ],
        1486.6,
    )
    assert fit is not None
    names = {key: str(get_column(series, key)[0]) for key in ("source", "sample", "label")}
    entry = names | {FIT_KEY: fit_to_json(fit)}
    return series.assign_attrs(original_metadata=json.dumps({"spectra": [entry]}))
