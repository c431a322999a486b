"""The choice of how intervals are found, driven as a user would."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.controls.number_field import NumberField
from app.document import Document
from app.results import interval_bar
from app.results.interval_bar import METHODS, IntervalBar
from app.results.uncertainty_dialog import UncertaintyDialog
from fitting.data.errors import RecipeError
from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FitOptions
from fitting.models.from_library import model_from_library
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.quantities.interval_storage import IntervalBlock
from fitting.simulation.series import simulate_series

OPTIONS = FitOptions(engine="numpy", replicas=30)


@pytest.fixture
def fitted(qtbot: QtBot) -> Document:
    """Three simulated S 2p spectra, fitted."""
    model = model_from_library("argyrodite S 2p")
    values = {"PS4.area": np.full(3, 6000.0), "polysulfide.area": np.full(3, 3000.0)}
    values |= {"sulfite.area": np.full(3, 0.0), "sulfate.area": np.full(3, 1000.0)}
    values |= {"background.offset": np.full(3, 800.0)}
    series = simulate_series(
        model,
        values,
        np.arange(157.0, 173.01, 0.1),
        np.random.default_rng(1),
        region="S 2p",
        sample=["a", "b", "c"],
        source=["a.txt", "b.txt", "c.txt"],
    )
    recipe = Recipe(model, (), OPTIONS)
    analysis = Analysis(series, recipe, fit_all_spectra(series, model, OPTIONS), recipe)
    document = Document()
    document.open(Project({"S 2p": analysis}), None)
    document.look_at(region="S 2p", spectrum=0)
    return document


@pytest.fixture
def bar(fitted: Document, qtbot: QtBot) -> Iterator[IntervalBar]:
    bar = IntervalBar(fitted)
    qtbot.addWidget(bar)
    bar.show()
    yield bar
    bar.wait()


def choose(bar: IntervalBar, name: str) -> None:
    bar.method.setValue(name)
    bar.method.chosen.emit(name)


def test_chosen_method_is_run_and_its_intervals_are_one_step_of_undo(
    bar: IntervalBar, fitted: Document, qtbot: QtBot
) -> None:
    choose(bar, "profile")
    qtbot.waitUntil(lambda: not bar.is_running, timeout=60_000)
    analysis = fitted.analysis
    assert analysis is not None
    assert analysis.result is not None
    assert analysis.result.attrs["uncertainty"] == "profile"
    assert np.isfinite(analysis.result["low95"].values).all()
    assert analysis.is_current
    fitted.undo_stack.undo()
    assert bar.method.value() == "covariance"


def test_stop_keeps_what_is_found(bar: IntervalBar, fitted: Document, qtbot: QtBot) -> None:
    choose(bar, "bootstrap")
    assert bar.stop.isVisible()
    qtbot.waitUntil(lambda: bool(bar.said.text()), timeout=60_000)
    bar.stop.click()
    assert not bar.is_running
    result = fitted.analysis.result
    assert np.isfinite(result["spread"].values[0]).any()
    assert not bar.stop.isVisible()


def test_what_was_found_is_dropped_if_the_fit_is_another_by_then(
    bar: IntervalBar, fitted: Document, qtbot: QtBot
) -> None:
    choose(bar, "profile")
    analysis = fitted.analysis
    fitted.change_analysis(replace(analysis, result=analysis.result.copy()), "Another fit")
    qtbot.waitUntil(lambda: not bar.is_running, timeout=60_000)
    assert "quantity" not in fitted.analysis.result.dims


def test_every_method_of_a_recipe_can_be_chosen(bar: IntervalBar) -> None:
    for name in METHODS:
        bar.method.setValue(name)
        assert bar.method.value() == name


def test_why_there_are_no_intervals_is_said_in_full(
    bar: IntervalBar, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Iterator[IntervalBlock]:
        raise RecipeError("S 2p: fit it first; intervals are those of a fit.")

    monkeypatch.setattr(interval_bar, "find_errors", refuse)
    choose(bar, "profile")
    qtbot.waitUntil(bar.refusal.isVisible, timeout=60_000)
    assert "fit it first" in bar.refusal.text()
    qtbot.waitUntil(lambda: bar.method.value() == "covariance")
    choose(bar, "covariance")
    assert not bar.refusal.isVisible()


def test_bootstrap_of_a_joint_fit_shows_its_replicas_and_keeps_nothing_when_stopped(
    bar: IntervalBar, fitted: Document, qtbot: QtBot
) -> None:
    analysis = fitted.analysis
    options = replace(OPTIONS, share=("fwhm",), replicas=2000)
    recipe = replace(analysis.recipe, options=options)
    joint = fit_all_spectra(analysis.series, recipe.model, options)
    fitted.change_analysis(
        replace(analysis, recipe=recipe, result=joint, result_of=recipe), "Joint fit"
    )
    choose(bar, "bootstrap")
    qtbot.waitUntil(lambda: "replica" in bar.said.text(), timeout=60_000)
    bar.stop.click()
    assert not bar.is_running
    assert fitted.analysis.result is joint
    assert bar.method.value() == "covariance"


def _open(bar: IntervalBar, qtbot: QtBot) -> UncertaintyDialog:
    qtbot.mouseClick(bar.more, Qt.MouseButton.LeftButton)
    assert bar.dialog is not None
    qtbot.waitExposed(bar.dialog)
    return bar.dialog


def _type(qtbot: QtBot, field: NumberField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_replicas_and_seed_of_a_bootstrap_are_asked_for(
    bar: IntervalBar, fitted: Document, qtbot: QtBot
) -> None:
    dialog = _open(bar, qtbot)
    assert not dialog.replicas.isEnabled()
    dialog.methods["bootstrap"].click()
    assert dialog.replicas.isEnabled()
    _type(qtbot, dialog.replicas, "25")
    _type(qtbot, dialog.seed, "7")
    qtbot.mouseClick(dialog.find_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not bar.is_running, timeout=60_000)
    analysis = fitted.analysis
    options = analysis.recipe.options
    assert (options.uncertainty, options.replicas, options.seed) == ("bootstrap", 25, 7)
    assert analysis.is_current
    assert np.isfinite(analysis.result["spread"].values).any()
    assert fitted.undo_stack.count() == 1


def test_other_backgrounds_give_a_systematic_error(
    bar: IntervalBar, fitted: Document, qtbot: QtBot
) -> None:
    dialog = _open(bar, qtbot)
    assert fitted.analysis.model.background.kind not in dialog.others
    dialog.others["linear"].click()
    qtbot.mouseClick(dialog.find_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not bar.is_running, timeout=60_000)
    analysis = fitted.analysis
    assert analysis.recipe.options.other_backgrounds == ("linear",)
    assert np.isfinite(analysis.result["systematic"].values).any()
    assert analysis.is_current


def test_too_few_replicas_are_refused_in_the_dialog(
    bar: IntervalBar, fitted: Document, qtbot: QtBot
) -> None:
    dialog = _open(bar, qtbot)
    dialog.methods["bootstrap"].click()
    _type(qtbot, dialog.replicas, "3")
    qtbot.mouseClick(dialog.find_button, Qt.MouseButton.LeftButton)
    assert "20 or more" in dialog.refusal.text()
    _type(qtbot, dialog.replicas, "30.5")
    qtbot.mouseClick(dialog.find_button, Qt.MouseButton.LeftButton)
    assert "whole number" in dialog.refusal.text()
    assert fitted.undo_stack.count() == 0
    dialog.reject()


def test_after_another_fit_the_same_intervals_can_be_found_again(
    bar: IntervalBar, fitted: Document, qtbot: QtBot
) -> None:
    assert not bar.again.isVisible()
    choose(bar, "profile")
    qtbot.waitUntil(lambda: not bar.is_running, timeout=60_000)
    assert not bar.again.isVisible()
    analysis = fitted.analysis
    fitted.change_analysis(
        replace(analysis, result=fit_all_spectra(analysis.series, analysis.model, OPTIONS)), "Fit"
    )
    assert bar.again.isVisible()
    qtbot.mouseClick(bar.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not bar.is_running, timeout=60_000)
    assert fitted.analysis.result.attrs["uncertainty"] == "profile"
    assert not bar.again.isVisible()


def test_every_choice_of_the_dialog_is_explained(bar: IntervalBar, qtbot: QtBot) -> None:
    dialog = _open(bar, qtbot)
    assert set(dialog.methods) == set(METHODS)
    for field in (dialog.replicas, dialog.seed, *dialog.others.values()):
        assert field.toolTip()
    dialog.reject()
