"""Preferences: kept, applied at once, taken back by Cancel; menus whose ticks keep them open."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMenu
from pytestqt.qtbot import QtBot

from app.controls.lasting_menu import LastingTicks
from app.docks import PANELS
from app.preferences import (
    Preferences,
    keep_preferences,
    preferred_folder,
    read_preferences,
    write_columns,
)
from app.preferences_dialog import PreferencesDialog
from app.theme import CONTRAST, DARK, LIGHT, Colours, apply_appearance, current_colours


def test_what_is_chosen_is_kept_and_cancel_brings_back_what_was(qtbot: QtBot) -> None:
    dialog = PreferencesDialog()
    qtbot.addWidget(dialog)
    told: list[Preferences] = []
    dialog.changed.connect(told.append)
    dialog.appearance.setValue("contrast")
    dialog.appearance.chosen.emit("contrast")
    assert read_preferences().appearance == told[-1].appearance == "contrast"
    qtbot.mouseClick(
        dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel), Qt.MouseButton.LeftButton
    )
    assert read_preferences() == told[-1] == Preferences()


@pytest.mark.parametrize(
    ("appearance", "colours"), [("light", LIGHT), ("dark", DARK), ("contrast", CONTRAST)]
)
def test_an_appearance_is_told_apart_by_what_is_on_the_screen(
    qapp: QApplication, appearance: str, colours: Colours
) -> None:
    apply_appearance(qapp, appearance)
    assert current_colours() == colours
    apply_appearance(qapp, "light")


def test_text_in_high_contrast_stands_out_as_the_guidelines_ask() -> None:
    """Seven to one is level AAA of WCAG 2.1, success criterion 1.4.6."""
    for name in ("text", "muted", "accent", "warning", "error", "good"):
        assert _contrast(getattr(CONTRAST, name), CONTRAST.surface) >= 7.0, name
    assert _contrast(CONTRAST.on_accent, CONTRAST.accent) >= 7.0


def test_numbers_are_copied_with_the_preferred_mark_and_words_stay() -> None:
    text = "V\tname\n1.5\tv1.2.txt\n-2e-05\t3.60 V\n"
    assert write_columns(text) == text
    keep_preferences(Preferences(decimal_mark=","))
    assert write_columns(text) == "V\tname\n1,5\tv1.2.txt\n-2e-05\t3.60 V\n"


def test_settings_that_say_nonsense_and_folders_that_are_gone_are_passed_over(
    tmp_path: Path,
) -> None:
    keep_preferences(Preferences("pink", ";", str(tmp_path / "gone")))
    assert (read_preferences().appearance, read_preferences().decimal_mark) == ("system", ".")
    assert preferred_folder() is None
    keep_preferences(Preferences(folder=str(tmp_path)))
    assert preferred_folder() == tmp_path


def test_a_menu_stays_open_while_its_ticks_are_set(qtbot: QtBot) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    LastingTicks(menu)
    tick, plain = menu.addAction("Trends"), menu.addAction("Reset")
    tick.setCheckable(True)
    menu.popup(QGuiApplication.primaryScreen().geometry().center())
    qtbot.mouseMove(menu, menu.actionGeometry(tick).center())
    menu.setActiveAction(tick)
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(tick).center())
    assert tick.isChecked()
    assert menu.isVisible()
    menu.setActiveAction(plain)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert not menu.isVisible()


def test_every_panel_says_what_it_is_for() -> None:
    assert all(len(panel.about) > 40 and panel.about.endswith(".") for panel in PANELS)


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
