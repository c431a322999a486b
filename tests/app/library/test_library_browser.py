"""The library browser, driven by mouse and keys."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from app.document import Document
from app.library.library_browser import LibraryBrowser
from app.library.library_nodes import Spread
from app.library.library_tree import MIME_TYPE, SPREAD, SPREAD_ROLE

Shown = Callable[..., Any]


@pytest.fixture
def browser(document: Document, shown: Shown) -> LibraryBrowser:
    return shown(LibraryBrowser(document), 430, 640)


def test_the_region_on_the_screen_is_listed(browser: LibraryBrowser, document: Document) -> None:
    assert "sulfate" in _species(browser)
    document.look_at(region="P 2p")
    assert "Li3P" in _species(browser)
    assert "sulfate" not in _species(browser)


def test_typing_searches_by_name(browser: LibraryBrowser, qtbot: QtBot) -> None:
    qtbot.keyClicks(browser.search, "sulfate")
    assert _species(browser) == ["sulfate", "thiosulfate"]


def test_typing_a_position_finds_what_may_lie_there(browser: LibraryBrowser, qtbot: QtBot) -> None:
    qtbot.keyClicks(browser.search, "161,4")
    assert _species(browser)[0] == "PS4"
    assert "sulfate" not in _species(browser)


def test_all_regions_can_be_searched(browser: LibraryBrowser, qtbot: QtBot) -> None:
    qtbot.keyClicks(browser.search, "reduced_P")
    assert _species(browser) == []
    browser.regions.setValue("")
    browser.regions.chosen.emit("")
    assert "reduced_P" in _species(browser)


def test_a_double_click_adds_the_species(
    browser: LibraryBrowser, document: Document, qtbot: QtBot
) -> None:
    place = browser.view.visualRect(_row(browser, "Li2S")).center()
    viewport = browser.view.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert "Li2S" in _peaks(document)
    assert document.undo_stack.undoText() == "Add Li2S"
    assert document.view.peak == "Li2S"
    assert _row(browser, "Li2S").data().endswith("✓")


def test_the_button_and_return_add_the_species(
    browser: LibraryBrowser, document: Document, qtbot: QtBot
) -> None:
    browser.view.setCurrentIndex(_row(browser, "Li2S"))
    qtbot.mouseClick(browser.add, Qt.MouseButton.LeftButton)
    browser.view.setCurrentIndex(_row(browser, "P2S5"))
    qtbot.keyClick(browser.view, Qt.Key.Key_Return)
    assert {"Li2S", "P2S5"} <= set(_peaks(document))


def test_a_species_that_is_there_is_refused_with_a_reason(
    browser: LibraryBrowser, document: Document, qtbot: QtBot
) -> None:
    browser.view.setCurrentIndex(_row(browser, "PS4"))
    qtbot.keyClick(browser.view, Qt.Key.Key_Return)
    assert document.undo_stack.count() == 0
    assert "already" in browser.refusal.text()


def test_a_species_of_a_region_without_spectra_is_refused(
    browser: LibraryBrowser, document: Document, qtbot: QtBot
) -> None:
    browser.regions.setValue("C 1s")
    browser.regions.chosen.emit("C 1s")
    browser.view.setCurrentIndex(_row(browser, "C-C"))
    qtbot.keyClick(browser.view, Qt.Key.Key_Return)
    assert "C 1s" in browser.refusal.text()
    assert document.view.region == "S 2p"


def test_a_species_of_another_open_region_is_added_there(
    browser: LibraryBrowser, document: Document, qtbot: QtBot
) -> None:
    browser.regions.setValue("P 2p")
    browser.regions.chosen.emit("P 2p")
    browser.view.setCurrentIndex(_row(browser, "P-O-S"))
    qtbot.keyClick(browser.view, Qt.Key.Key_Return)
    assert document.view.region == "P 2p"
    assert "P-O-S" in _peaks(document)


def test_all_regions_stay_chosen_and_the_species_too(
    browser: LibraryBrowser, document: Document, qtbot: QtBot
) -> None:
    browser.regions.setValue("")
    browser.regions.chosen.emit("")
    browser.view.setCurrentIndex(_row(browser, "P-O-S"))
    qtbot.keyClick(browser.view, Qt.Key.Key_Return)
    assert document.view.region == "P 2p"
    assert browser.regions.value() == ""
    entry = browser.tree.entry_at(browser.view.currentIndex())
    assert entry is not None
    assert entry.species.id == "P-O-S"


def test_a_drag_carries_region_and_species(browser: LibraryBrowser) -> None:
    row = _row(browser, "Li2S")
    source = browser.tree.index(0, 0, row)
    for index in (row, source):
        data = browser.tree.mimeData([index])
        assert bytes(data.data(MIME_TYPE).data()).decode() == "S 2p\tLi2S"
        assert browser.tree.flags(index) & Qt.ItemFlag.ItemIsDragEnabled


def test_a_species_without_a_position_cannot_be_added_or_dragged(
    browser: LibraryBrowser,
) -> None:
    browser.regions.setValue("P 2p")
    browser.regions.chosen.emit("P 2p")
    row = _row(browser, "reduced_P")
    browser.view.setCurrentIndex(row)
    assert not browser.add.isEnabled()
    assert not browser.tree.flags(row) & Qt.ItemFlag.ItemIsDragEnabled
    assert "No source gives a position" in browser.about.toPlainText()


def test_every_source_is_shown_with_its_position(browser: LibraryBrowser) -> None:
    row = _row(browser, "Li2S")
    shown = [
        (browser.tree.index(n, 0, row).data(), browser.tree.index(n, 1, row).data())
        for n in range(browser.tree.rowCount(row))
    ]
    assert ("su2025  bare Li6PS5Cl powder", "160") in shown
    assert any(name.startswith("zeng2022") and text == "–" for name, text in shown)


def test_the_spread_holds_what_counts_and_what_is_left_out(browser: LibraryBrowser) -> None:
    spread = _row(browser, "Li2S").siblingAtColumn(SPREAD).data(SPREAD_ROLE)
    assert isinstance(spread, Spread)
    assert {160.0, 160.3, 160.8} <= set(spread.values)
    assert {166.1, 164.8} <= set(spread.left_out)
    low, high = spread.scale
    assert low <= 160.0 < 166.1 <= high


def test_the_sources_of_the_chosen_species_are_cited(browser: LibraryBrowser) -> None:
    browser.view.setCurrentIndex(_row(browser, "PS4"))
    text = browser.about.toPlainText()
    assert "median of 13 positions" in text
    assert "wang2021" in text
    assert "10." in text


def test_hovering_tells_where_a_start_value_comes_from(browser: LibraryBrowser) -> None:
    tip = _row(browser, "PS4").data(Qt.ItemDataRole.ToolTipRole)
    assert "median of 13 positions" in tip


def test_nothing_found_is_said(browser: LibraryBrowser, qtbot: QtBot) -> None:
    qtbot.keyClicks(browser.search, "kryptonite")
    assert not browser.view.isVisible()
    assert not browser.add.isEnabled()
    browser.search.clear()
    assert browser.view.isVisible()


def test_without_a_project_the_whole_library_is_shown(qtbot: QtBot) -> None:
    browser = LibraryBrowser(Document())
    qtbot.addWidget(browser)
    assert browser.regions.value() == ""
    assert browser.tree.rowCount() > 20


def _species(browser: LibraryBrowser) -> list[str]:
    rows = [browser.tree.index(row, 0) for row in range(browser.tree.rowCount())]
    entries = [browser.tree.entry_at(row) for row in rows]
    return [entry.species.id for entry in entries if entry is not None]


def _row(browser: LibraryBrowser, species: str) -> QModelIndex:
    return browser.tree.index(_species(browser).index(species), 0)


def _peaks(document: Document) -> list[str]:
    assert document.analysis is not None
    return [peak.name for peak in document.analysis.recipe.model.peaks]
