"""The choice of how intervals are found, driven as a user would."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document import Document
from app.results import interval_bar
from app.results.interval_bar import METHODS, IntervalBar
from fitting.errors import RecipeError
from fitting.fits.each import fit
from fitting.fits.options import FitOptions
from fitting.model_from_library import model_from_library
from fitting.project import Analysis, Project
from fitting.recipe import Recipe
from fitting.simulate import simulate_series
from fitting.uncertainty.intervals import IntervalBlock

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
    analysis = Analysis(series, recipe, fit(series, model, OPTIONS), recipe)
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

    monkeypatch.setattr(interval_bar, "find_intervals", refuse)
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
    joint = fit(analysis.series, recipe.model, options)
    fitted.change_analysis(
        replace(analysis, recipe=recipe, result=joint, result_of=recipe), "Joint fit"
    )
    choose(bar, "bootstrap")
    qtbot.waitUntil(lambda: "replica" in bar.said.text(), timeout=60_000)
    bar.stop.click()
    assert not bar.is_running
    assert fitted.analysis.result is joint
    assert bar.method.value() == "covariance"
