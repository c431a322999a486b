"""The steps panel, driven by mouse and keys."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.controls.chooser import Chooser
from app.controls.number_field import NumberField
from app.document import Document
from app.steps.step_fields import STEP_KINDS, fields_of
from app.steps.steps_panel import StepsPanel
from fitting.data.series import make_series, set_coordinates
from fitting.preprocessing.axis import CropAxis, Resample
from fitting.preprocessing.baseline import SubtractBaseline
from fitting.preprocessing.intensity import Normalise, RemoveSpikes
from fitting.preprocessing.steps import STEPS, Step
from fitting.projects.project import Analysis, Project, without_spectra
from fitting.referencing.charge_reference import ChargeReference
from libraries.catalogue import Catalogue

Shown = Callable[..., Any]


@pytest.fixture
def panel(document: Document, shown: Shown) -> StepsPanel:
    return shown(StepsPanel(document), 430, 700)


@pytest.fixture
def raman_panel(document: Document, shown: Shown) -> StepsPanel:
    """A panel with a Raman series of three flat spectra with one band."""
    shift = np.arange(300.0, 600.0)
    counts = 100.0 + 500.0 * np.exp(-(((shift - 428.0) / 6.0) ** 2))
    rows = np.tile(counts, (3, 1))
    series = make_series("shift", shift, rows, region="raman", sigma=np.sqrt(rows), noise="poisson")
    recipe = replace(document.project.analyses["S 2p"].recipe, steps=())
    document.open(Project({"raman": Analysis(series, recipe)}), None)
    return shown(StepsPanel(document), 430, 700)


def test_every_kind_of_step_can_be_shown() -> None:
    assert {kind.kind for kind in STEP_KINDS} == set(STEPS.values())


def test_the_proposed_crop_is_shown_with_what_it_did(panel: StepsPanel, document: Document) -> None:
    (step,) = _steps(document)
    assert isinstance(step, CropAxis)
    assert panel.list.item(0).text() == f"1   Crop   {step.low:g} to {step.high:g} eV"
    assert panel._said.text().startswith(f"Kept {step.low:g} to")


def test_a_typed_number_changes_the_step_and_can_be_undone(
    panel: StepsPanel, document: Document, qtbot: QtBot
) -> None:
    (before,) = _steps(document)
    _type(panel, qtbot, "low", "159,5")
    (step,) = _steps(document)
    assert isinstance(step, CropAxis)
    assert step.low == 159.5
    document.undo_stack.undo()
    assert _steps(document) == (before,)
    assert _number(panel, "low").value() == before.low  # type: ignore[union-attr]


def test_ends_in_the_wrong_order_are_refused(
    panel: StepsPanel, document: Document, qtbot: QtBot
) -> None:
    before = _steps(document)
    _type(panel, qtbot, "low", "200")
    assert _steps(document) == before
    assert "less than high" in panel.refusal.text()
    assert _number(panel, "low").value() == before[0].low  # type: ignore[union-attr]


def test_a_range_without_data_is_refused(
    panel: StepsPanel, document: Document, qtbot: QtBot
) -> None:
    before = _steps(document)
    _type(panel, qtbot, "low", "10")
    _type(panel, qtbot, "high", "20")
    assert panel.refusal.isVisible()
    assert "Choose a range inside it" in panel.refusal.text()
    step = _steps(document)[0]
    assert isinstance(step, CropAxis)
    assert step.high == before[0].high  # type: ignore[union-attr]


def test_steps_are_added_moved_and_removed(
    panel: StepsPanel, document: Document, qtbot: QtBot
) -> None:
    _add(panel, "Remove spikes")
    _add(panel, "Normalise")
    assert [type(step) for step in _steps(document)] == [CropAxis, RemoveSpikes, Normalise]
    assert panel.list.currentRow() == 2
    qtbot.mouseClick(panel.up, Qt.MouseButton.LeftButton)
    assert [type(step) for step in _steps(document)] == [CropAxis, Normalise, RemoveSpikes]
    assert panel.list.currentRow() == 1
    qtbot.mouseClick(panel.remove, Qt.MouseButton.LeftButton)
    panel.list.setCurrentRow(1)
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert [type(step) for step in _steps(document)] == [CropAxis]
    assert document.undo_stack.count() == 5


def test_only_steps_that_suit_the_technique_are_offered(
    panel: StepsPanel, document: Document
) -> None:
    panel.add.menu().aboutToShow.emit()
    offered = [action.text() for action in panel.add.menu().actions()]
    assert "Subtract baseline" not in offered
    assert "Crop" in offered


def test_a_resampling_begins_with_the_step_there_is(panel: StepsPanel, document: Document) -> None:
    _add(panel, "Resample")
    assert _steps(document)[-1] == Resample(0.1)


def test_a_baseline_has_the_settings_of_its_method(
    raman_panel: StepsPanel, document: Document, qtbot: QtBot
) -> None:
    _add(raman_panel, "Subtract baseline")
    assert _steps(document) == (SubtractBaseline(),)
    chooser = raman_panel.form.field("method")
    assert isinstance(chooser, Chooser)
    chooser.chosen.emit("imodpoly")
    assert _steps(document) == (SubtractBaseline(method="imodpoly"),)
    assert [one.name for one in fields_of(_steps(document)[0])] == ["method", "order"]
    qtbot.waitUntil(raman_panel.form.field("order").isVisible)
    assert not raman_panel.form.field("lam").isVisible()


def test_a_whole_number_is_asked_for(
    raman_panel: StepsPanel, document: Document, qtbot: QtBot
) -> None:
    _add(raman_panel, "Remove spikes")
    _type(raman_panel, qtbot, "max_width", "2.5")
    assert _steps(document) == (RemoveSpikes(),)
    assert "whole number" in raman_panel.refusal.text()


def test_an_emptied_end_means_all_of_the_range(
    panel: StepsPanel, document: Document, qtbot: QtBot
) -> None:
    _add(panel, "Normalise")
    _type(panel, qtbot, "low", "160")
    assert _steps(document)[-1] == Normalise(low=160.0)
    _type(panel, qtbot, "low", "")
    assert _steps(document)[-1] == Normalise()


def test_without_steps_it_is_said(panel: StepsPanel, document: Document, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.remove, Qt.MouseButton.LeftButton)
    assert "as they were measured" in panel._said.text()
    assert not panel.form.isVisible()


def test_raman_has_no_charge_reference(raman_panel: StepsPanel) -> None:
    assert not raman_panel.reference.isVisible()


def test_a_charge_reference_moves_all_regions_in_one_step(
    panel: StepsPanel, document: Document, qtbot: QtBot
) -> None:
    _keep_pristine_spectra(document)
    _move_energies(document, 0.4)
    panel.reference.line.chosen.emit("S 2p: PS4")
    qtbot.waitUntil(lambda: document.project.charge_reference is not None, timeout=30_000)
    reference = document.project.charge_reference
    assert reference is not None
    assert (reference.region, reference.species) == ("S 2p", "PS4")
    for analysis in document.project.analyses.values():
        offset = analysis.series["axis_offset"].values
        np.testing.assert_allclose(offset, 0.0, atol=0.1)
    assert document.undo_stack.count() == 1
    assert "shifted by" in panel.reference._shift.text()


def test_the_agreed_energy_can_be_typed_and_the_reference_removed(
    panel: StepsPanel, document: Document, qtbot: QtBot
) -> None:
    _keep_pristine_spectra(document)
    panel.reference.line.chosen.emit("S 2p: PS4")
    qtbot.waitUntil(lambda: document.project.charge_reference is not None, timeout=30_000)
    before = document.project.analyses["S 2p"].series["axis_offset"].values
    field = panel.reference.position
    position = field.value()
    qtbot.waitUntil(lambda: not panel.reference._job.is_running)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, f"{position + 0.5:g}")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wanted = ChargeReference("S 2p", "PS4", float(f"{position + 0.5:g}"))
    qtbot.waitUntil(lambda: document.project.charge_reference == wanted, timeout=30_000)
    after = document.project.analyses["S 2p"].series["axis_offset"].values
    np.testing.assert_allclose(after - before, 0.5, atol=1e-6)
    qtbot.waitUntil(lambda: not panel.reference._job.is_running)
    panel.reference.line.chosen.emit("")
    qtbot.waitUntil(lambda: document.project.charge_reference is None, timeout=30_000)
    restored = document.project.analyses["S 2p"].series["axis_offset"].values
    np.testing.assert_allclose(restored, 0.0, atol=1e-9)


def test_mixed_references_are_warned_of(panel: StepsPanel, document: Document) -> None:
    assert not panel.reference.warning.isVisible()
    analysis = document.project.analyses["S 2p"]
    words = ["C-C in C 1s at 284.8 eV"] * 4
    series = set_coordinates(analysis.series, charge_reference=["", *words])
    document.change_analysis(replace(analysis, series=series), "Refer")
    assert panel.reference.warning.isVisible()
    assert "but 1 as measured" in panel.reference.warning.text()


def test_references_are_those_of_the_libraries_in_use(
    panel: StepsPanel, document: Document
) -> None:
    offered = panel.reference.line
    before = offered.count()
    assert offered.findText("S 2p: PS4") > 0
    bundled = document.catalogue
    others = tuple(one for one in bundled.libraries if one.region != "S 2p")
    document.take_catalogue(Catalogue(others, bundled.sources))
    assert offered.findText("S 2p: PS4") < 0
    assert 0 < offered.count() < before


def test_nothing_runs_on_when_the_panel_is_hidden(
    panel: StepsPanel, document: Document, qtbot: QtBot
) -> None:
    panel.reference.line.chosen.emit("S 2p: PS4")
    panel.hide()
    qtbot.waitUntil(lambda: not panel.reference._job.is_running)
    assert document.undo_stack.count() <= 1


def test_without_spectra_the_panel_says_what_to_do(shown: Shown) -> None:
    panel = shown(StepsPanel(Document()), 430, 700)
    assert not panel.list.isVisible()


def _steps(document: Document) -> tuple[Step, ...]:
    assert document.analysis is not None
    return document.analysis.recipe.steps


def _number(panel: StepsPanel, name: str) -> NumberField:
    field = panel.form.field(name)
    assert isinstance(field, NumberField)
    return field


def _type(panel: StepsPanel, qtbot: QtBot, name: str, text: str) -> None:
    field = _number(panel, name)
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def _add(panel: StepsPanel, title: str) -> None:
    panel.add.menu().aboutToShow.emit()
    actions = {action.text(): action for action in panel.add.menu().actions()}
    actions[title].trigger()


def _keep_pristine_spectra(document: Document) -> None:
    """Keep the two spectra of each region in which PS4 is the strongest line."""
    project = document.project
    for region in project.analyses:
        project = without_spectra(project, region, [2, 3, 4])
    document.open(project, None)


def _move_energies(document: Document, by: float) -> None:
    """Make a project whose files already brought a shift of all energies."""
    analyses = {}
    for region, analysis in document.project.analyses.items():
        count = analysis.series.sizes["spectrum"]
        moved = set_coordinates(
            analysis.series, axis_offset=np.full(count, by), charge_shift=np.full(count, by)
        )
        analyses[region] = replace(analysis, series=moved)
    document.open(replace(document.project, analyses=analyses), None)
