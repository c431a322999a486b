"""What was found, corrected by typing and pasting, and accepted."""

from collections.abc import Callable
from pathlib import Path

import pytest
import xarray as xr
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.opening.open_preview import OpenPreview
from app.opening.preview_table import COLUMNS
from fitting.projects.reading import Reading
from fitting.projects.unread import Unread
from fitting.readers.evidence import Evidence, Source, with_evidence

_TITLES = [column.title for column in COLUMNS]


@pytest.fixture
def preview(qtbot: QtBot, simulated: Callable[..., xr.Dataset]) -> OpenPreview:
    preview = OpenPreview()
    # the test's own reference must not be to a deleted window
    preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(preview)
    reading = Reading(
        (simulated("S 2p"), simulated("P 2p")),
        (Unread("torn.txt", "torn.txt: there are only 1 rows of numbers."),),
    )
    preview.set_reading(reading)
    preview.show()
    return preview


def test_every_spectrum_has_a_row_that_says_what_it_is(preview: OpenPreview) -> None:
    cells = {title: _cell(preview, 0, title) for title in _TITLES}
    assert cells["Technique"] == "XPS"
    assert cells["Region"] == "S 2p"
    assert cells["Sample"] == "LPSC"
    assert cells["Voltage (V)"] == "2.50"
    assert cells["Voltage from"] == "file name"
    assert cells["Range"] == "157 to 172.9 eV"
    assert preview.model.rowCount() == 10


def test_the_heading_counts_what_opens_and_what_does_not(preview: OpenPreview) -> None:
    texts = [label.text() for label in preview.findChildren(type(preview._heading))]
    assert "10 spectra of S 2p, P 2p in 10 files; 1 file not read" in texts


def test_a_voltage_is_corrected_by_typing(preview: OpenPreview, qtbot: QtBot) -> None:
    _select(preview, 0, "Voltage (V)")
    qtbot.keyClick(preview.table.viewport(), Qt.Key.Key_F2)
    editor = preview.table.viewport().findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "2,61")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _cell(preview, 0, "Voltage (V)") == "2.61")
    assert _cell(preview, 0, "Voltage from") == "manual"


def test_cells_pasted_from_a_spreadsheet_fill_rows_and_columns(
    preview: OpenPreview, qtbot: QtBot
) -> None:
    _select(preview, 0, "Sample")
    QGuiApplication.clipboard().setText("A\t2.60\nA\t3.10\nB\t3.60\n")
    qtbot.keyClick(preview.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [_cell(preview, row, "Sample") for row in range(4)] == ["A", "A", "B", "LPSC"]
    assert [_cell(preview, row, "Voltage (V)") for row in range(3)] == ["2.60", "3.10", "3.60"]


def test_one_value_pasted_onto_many_cells_fills_them_all(
    preview: OpenPreview, qtbot: QtBot
) -> None:
    _select(preview, 0, "Branch", rows=3)
    QGuiApplication.clipboard().setText("discharge")
    qtbot.keyClick(preview.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    branches = [_cell(preview, row, "Branch") for row in range(4)]
    assert branches == ["discharge", "discharge", "discharge", "charge"]


def test_a_paste_with_one_wrong_cell_changes_nothing_and_says_why(preview: OpenPreview) -> None:
    _select(preview, 0, "Voltage (V)")
    preview.table.paste("2.6\nhigh\n")
    assert _cell(preview, 0, "Voltage (V)") == "2.50"
    assert "'high' is not a number" in preview._problem.text()


def test_a_region_is_corrected_for_all_spectra_of_its_series(preview: OpenPreview) -> None:
    _select(preview, 0, "Region")
    preview.table.paste("S 2p surface")
    assert {_cell(preview, row, "Region") for row in range(5)} == {"S 2p surface"}
    assert _cell(preview, 5, "Region") == "P 2p"


def test_accepting_hands_over_the_corrected_spectra(preview: OpenPreview, qtbot: QtBot) -> None:
    _select(preview, 1, "Voltage (V)")
    preview.table.paste("3.05")
    with qtbot.waitSignal(preview.open_requested) as opened:
        qtbot.mouseClick(preview.open_button, Qt.MouseButton.LeftButton)
    reading, is_added = opened.args
    assert reading.series[0]["voltage"].values[1] == 3.05
    assert not is_added


def test_return_accepts(preview: OpenPreview, qtbot: QtBot) -> None:
    with qtbot.waitSignal(preview.open_requested):
        qtbot.keyClick(preview, Qt.Key.Key_Return)


def test_a_side_table_sets_the_voltages(preview: OpenPreview, tmp_path: Path) -> None:
    table = tmp_path / "voltages.csv"
    table.write_text("file;voltage\nS2p_2.50V.txt;2,62\n")
    preview.read_voltages(str(table))
    assert _cell(preview, 0, "Voltage (V)") == "2.62"
    assert _cell(preview, 0, "Voltage from") == "side table"


def test_files_are_read_again_with_what_they_do_not_say(preview: OpenPreview, qtbot: QtBot) -> None:
    fields = preview.fields
    fields.technique.setCurrentText("Raman")
    fields.energies.setCurrentText("kinetic energies")
    qtbot.keyClicks(fields.region, "S 2p")
    qtbot.keyClicks(fields.laser, "532")
    with qtbot.waitSignal(preview.read_again) as again:
        qtbot.mouseClick(fields.again, Qt.MouseButton.LeftButton)
    options = again.args[0]
    assert (options.technique, options.laser_wavelength) == ("raman", 532.0)
    assert (options.energy_scale, options.region) == ("kinetic", "S 2p")
    assert options.intensity_unit is None


def test_nothing_readable_cannot_be_opened(preview: OpenPreview) -> None:
    preview.set_reading(Reading(unread=(Unread("a.bin", "a.bin: not a format."),)))
    assert not preview.open_button.isEnabled()


def test_what_the_numbers_alone_tell_is_marked_until_it_is_answered(
    preview: OpenPreview, simulated: Callable[..., xr.Dataset]
) -> None:
    guess = Evidence(Source.NUMBERS, "S 2p", "the range of its energies")
    told = Evidence(Source.FILE, "counts", "the headings of the columns")
    found = {"region": guess, "unit of the intensity": told}
    preview.set_reading(Reading((with_evidence(simulated("S 2p"), found),)))
    assert _tip(preview, "Region") == "A guess from the range of its energies."
    assert _tip(preview, "Intensity") == "counts"
    preview.model.set_texts([(0, _TITLES.index("Region"), "P 2p")])
    assert _tip(preview, "Region") == "P 2p"


def _tip(preview: OpenPreview, title: str) -> str:
    index = preview.model.index(0, _TITLES.index(title))
    is_marked = index.data(Qt.ItemDataRole.FontRole) is not None
    tip = str(index.data(Qt.ItemDataRole.ToolTipRole))
    assert is_marked == tip.startswith("A guess")
    return tip


def _cell(preview: OpenPreview, row: int, title: str) -> str:
    return str(preview.model.index(row, _TITLES.index(title)).data())


def _select(preview: OpenPreview, row: int, title: str, rows: int = 1) -> None:
    number = _TITLES.index(title)
    preview.table.setFocus()
    preview.table.setCurrentIndex(preview.model.index(row, number))
    for below in range(row, row + rows):
        preview.table.selectionModel().select(
            preview.model.index(below, number), QItemSelectionModel.SelectionFlag.Select
        )


def test_a_record_that_gives_the_voltages_is_passed_on(
    preview: OpenPreview, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "cell.csv"
    path.write_text("unix time,voltage\n" + "".join(f"{17e8 + i},3.1\n" for i in range(9)))
    with qtbot.waitSignal(preview.record_read) as read:
        preview.read_voltages(str(path))
    assert read.args[0].voltage.tolist() == [3.1] * 9
