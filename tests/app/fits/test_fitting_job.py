"""Fitting off the GUI thread: progress, stopping, one step of undo."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document import Document
from app.fits.fitting_job import SeriesFit
from fitting.data.result import Status, is_fitted
from fitting.pipeline import run
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Project, with_analysis, without_spectra


@pytest.fixture
def fit(qtbot: QtBot) -> Iterator[SeriesFit]:
    fit = SeriesFit()
    yield fit
    fit.wait()


def test_a_fit_of_all_regions_is_one_step_of_undo(
    fit: SeriesFit, document: Document, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(fit.ended, timeout=60_000):
        fit.start_all(document)
    results = [analysis.result for analysis in document.project.analyses.values()]
    assert all(result is not None and is_fitted(result).all() for result in results)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert all(one.result is None for one in document.project.analyses.values())


def test_the_window_gets_the_numbers_of_the_script(
    fit: SeriesFit, document: Document, qtbot: QtBot
) -> None:
    analysis = document.project.analyses["S 2p"]
    expected = with_fit(analysis, fit_analysis(analysis)).result
    with qtbot.waitSignal(fit.ended, timeout=60_000):
        fit.start(document, "S 2p")
    found = document.project.analyses["S 2p"].result
    assert expected is not None
    assert found is not None
    np.testing.assert_array_equal(found["value"].values, expected["value"].values)


def test_one_spectrum_is_fitted_alone(fit: SeriesFit, document: Document, qtbot: QtBot) -> None:
    with qtbot.waitSignal(fit.ended, timeout=60_000):
        fit.start(document, "S 2p", (2,))
    result = document.project.analyses["S 2p"].result
    assert result is not None
    assert is_fitted(result).tolist() == [False, False, True, False, False]
    assert document.undo_stack.undoText() == "Fit 1 spectrum of S 2p"


def test_stopping_keeps_what_is_done(fit: SeriesFit, document: Document, qtbot: QtBot) -> None:
    _one_at_a_time(document)
    fit.progressed.connect(fit.stop)
    with qtbot.waitSignal(fit.ended, timeout=60_000) as ended:
        fit.start_all(document)
    assert ended.args == ["S 2p", True]
    result = document.project.analyses["S 2p"].result
    assert result is not None
    fitted = is_fitted(result)
    assert fitted[0]
    assert not fitted.all()
    assert (result["status"].values[~fitted] == Status.NOT_FITTED).all()
    assert document.project.analyses["P 2p"].result is None


def test_progress_carries_the_partial_result(
    fit: SeriesFit, document: Document, qtbot: QtBot
) -> None:
    _one_at_a_time(document)
    with qtbot.waitSignal(fit.progressed, timeout=60_000) as progressed:
        fit.start(document, "S 2p")
    region, partial, done, total, remaining = progressed.args
    assert (region, total) == ("S 2p", 5)
    assert is_fitted(partial).sum() == done
    assert remaining >= 0


def test_a_model_changed_meanwhile_keeps_the_change_and_shows_the_result_as_old(
    fit: SeriesFit, document: Document, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(fit.ended, timeout=60_000):
        fit.start(document, "S 2p")
        document.set_parameter("PS4.position", value=161.2)
    analysis = document.project.analyses["S 2p"]
    assert analysis.result is not None
    assert not analysis.is_current
    assert analysis.recipe.model.peak("PS4").parameters["position"].value == 161.2


def test_spectra_removed_meanwhile_stay_removed(
    fit: SeriesFit, document: Document, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(fit.ended, timeout=60_000):
        fit.start(document, "S 2p")
        document.change(without_spectra(document.project, "S 2p", [0]), "Remove")
    analysis = document.project.analyses["S 2p"]
    assert analysis.series.sizes["spectrum"] == 4
    assert analysis.result is None


def test_what_a_run_leaves_out_is_in_the_project_until_it_is_fitted(
    fit: SeriesFit, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trip(*_: object) -> Iterator[object]:
        raise IndexError("odd")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(run, "fit_analysis", trip)
        with qtbot.waitSignals([fit.failed, fit.ended], timeout=60_000):
            fit.start(document, "S 2p", (2,))
    entries = document.project.unread
    assert len(entries) == document.project.analyses["S 2p"].series.sizes["spectrum"]
    assert all("IndexError: odd" in entry.reason for entry in entries)
    with qtbot.waitSignal(fit.ended, timeout=60_000):
        fit.start(document, "S 2p", (2,))
    assert document.project.unread == ()


def _one_at_a_time(document: Document) -> None:
    project: Project = document.project
    for analysis in project.analyses.values():
        options = replace(analysis.recipe.options, block_size=1)
        recipe = replace(analysis.recipe, options=options)
        project = with_analysis(project, replace(analysis, recipe=recipe))
    document.open(project, None)


def test_one_spectrum_of_a_joint_fit_is_fitted_with_those_it_shares_with(
    fit: SeriesFit, document: Document, qtbot: QtBot
) -> None:
    analysis = document.project.analyses["S 2p"]
    options = replace(analysis.recipe.options, share=("fwhm",))
    shared = replace(analysis, recipe=replace(analysis.recipe, options=options))
    document.change_analysis(shared, "share")
    totals: list[int] = []
    fit.started.connect(lambda *told: totals.append(told[2]))
    with qtbot.waitSignal(fit.ended, timeout=60_000):
        fit.start(document, "S 2p", [1])
    result = document.project.analyses["S 2p"].result
    assert result is not None
    count = result.sizes["spectrum"]
    assert totals == [count]
    assert is_fitted(result).all()
    assert document.undo_stack.undoText() == f"Fit {count} spectra of S 2p"
