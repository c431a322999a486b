"""Which column is what: chosen from the headings, only accepted when it is enough."""

from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from app.cell.columns_dialog import ColumnsDialog


def test_what_is_set_is_the_value(qtbot: QtBot) -> None:
    dialog = ColumnsDialog("cell.csv", ["n", "t/h", "U", ""])
    qtbot.addWidget(dialog)
    named = {"time": "t/h", "voltage": "U"}
    dialog.setValue(named)
    assert dialog.value() == named


def test_it_can_be_accepted_only_with_voltage_and_time(qtbot: QtBot) -> None:
    dialog = ColumnsDialog("cell.csv", ["n", "t/h", "U"])
    qtbot.addWidget(dialog)
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert not button.isEnabled()
    dialog.choosers["voltage"].setCurrentText("U")
    assert not button.isEnabled()
    assert "time" in button.toolTip()
    dialog.choosers["stamp"].setCurrentText("t/h")
    assert button.isEnabled()
