"""Library files of the analyst's own: added, used everywhere, remembered, refused, removed."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.document import Document
from app.errors import ErrorDesk
from app.export import ExportActions
from app.library.library_browser import LibraryBrowser
from app.main_window import MainWindow
from app.plots.spectrum_plot import SpectrumPlot
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.pipeline.propose import propose_recipe
from libraries.errors import LibraryError

_FILE = Path(__file__).parents[2] / "data" / "own_library.toml"
_OWN, _TABLE, _REST = _FILE.read_text(encoding="utf-8").partition("[[model]]")
_MODEL = _TABLE + _REST


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(_OWN, encoding="utf-8")
    return path


@pytest.fixture
def browser(document: Document, qtbot: QtBot) -> LibraryBrowser:
    browser = LibraryBrowser(document)
    qtbot.addWidget(browser)
    return browser


def test_a_species_of_ones_own_is_listed_and_added_with_its_label(
    browser: LibraryBrowser,
    document: Document,
    own_file: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(own_file), ""))
    _action(browser, "Add library file…").trigger()
    browser.search.setText("thiosulfate_SO3")
    assert browser.tree.rowCount() == 1
    assert "notebook 12" in browser.about.toPlainText()
    plot = SpectrumPlot(document)
    qtbot.addWidget(plot)
    browser.add.click()
    assert document.undo_stack.count() == 1
    tips = [one.tip for one in plot.markers.handles if one.peak == "thiosulfate_SO3"]
    assert tips[0].startswith("S₂O₃²⁻ (SO₃): drag")


def test_it_takes_part_in_proposals_and_comes_back_at_the_next_start(
    browser: LibraryBrowser, document: Document, own_file: Path, qtbot: QtBot
) -> None:
    text = (_OWN + _MODEL).replace("thiosulfate_SO3", "PS4")
    own_file.write_text(text, encoding="utf-8")
    browser.own.add(own_file)
    again = LibraryBrowser(other := Document())
    qtbot.addWidget(again)
    again.own.restore()
    assert again.own.paths == (own_file,)
    assert document.analysis is not None
    recipe = propose_recipe(document.analysis.series, other.catalogue)
    assert recipe is not None
    assert [peak.name for peak in recipe.model.peaks] == ["PS4"]
    assert dict(recipe.model.parameters())["PS4.position"].value == 167.9


def test_what_is_wrong_with_a_file_is_said_and_the_file_is_not_used(
    browser: LibraryBrowser, document: Document, own_file: Path, qtbot: QtBot
) -> None:
    own_file.write_text(_OWN.replace('"ours2026"\nvalue', '"nobody"\nvalue'), encoding="utf-8")
    before = document.catalogue
    with qtbot.waitSignal(browser.own.failed) as failed:
        browser.own.add(own_file)
    (error,) = failed.args
    assert isinstance(error, LibraryError)
    assert "mine.toml is not used" in str(error)
    assert "nobody" in str(error)
    assert document.catalogue is before
    assert browser.own.paths == ()
    assert QSettings().value("own_libraries", []) == []


def test_a_file_that_was_changed_is_read_again(
    browser: LibraryBrowser, document: Document, own_file: Path
) -> None:
    browser.own.add(own_file)
    own_file.write_text(_OWN.replace("167.9", "167.5"), encoding="utf-8")
    _action(browser, "Read files again").trigger()
    _, species = document.catalogue.find_species("S 2p", "thiosulfate_SO3")
    assert species.bands[0].positions[0].value == 167.5


def test_a_file_that_has_gone_is_said_and_stays_remembered(
    browser: LibraryBrowser, own_file: Path, qtbot: QtBot
) -> None:
    browser.own.add(own_file)
    own_file.unlink()
    with qtbot.waitSignal(browser.own.failed):
        browser.own.read_again()
    assert browser.own.paths == ()
    assert "could not be used" in _action(browser, "Remove mine.toml").toolTip()


def test_a_file_that_is_removed_is_not_used_any_more(
    browser: LibraryBrowser, document: Document, own_file: Path
) -> None:
    browser.own.add(own_file)
    assert browser.own.text() == "Own files (1)"
    _action(browser, "Remove mine.toml").trigger()
    assert browser.own.text() == "Own files"
    with pytest.raises(LibraryError):
        document.catalogue.find_species("S 2p", "thiosulfate_SO3")
    assert not _action(browser, "Read files again").isEnabled()


def test_what_is_exported_cites_it(
    browser: LibraryBrowser, document: Document, own_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    browser.own.add(own_file)
    document.add_species("thiosulfate_SO3")
    assert document.analysis is not None
    document.change_analysis(with_fit(document.analysis, fit_analysis(document.analysis)), "Fit")
    window = MainWindow()
    qtbot.addWidget(window)
    export = ExportActions(window, document, ErrorDesk(window), browser, lambda: False)
    with qtbot.waitSignal(export._job.ended, timeout=60_000):
        export.export_into(tmp_path / "out")
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "measured by us, notebook 12" in report


def _action(browser: LibraryBrowser, text: str) -> QAction:
    return next(one for one in browser.own.menu().actions() if one.text() == text)
