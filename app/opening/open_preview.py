"""What was found in the files, to be corrected and accepted before it is opened."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.controls.window_words import say_in_window
from app.opening.preview_table import COLUMNS, PreviewModel, PreviewTable
from app.opening.reading_fields import ReadingFields
from app.settings import last_folder
from app.spectra.series_tree import region_title
from app.theme import SPACING, current_colours
from fitting.data.errors import ThioscopeError
from fitting.data.series import SPECTRUM
from fitting.electrochemistry.voltage_source import read_voltage_source
from fitting.pipeline.voltages import with_voltages
from fitting.projects.corrections import count_spectra
from fitting.projects.reading import Reading
from fitting.readers.records import PotentialRecord

_WIDEST_COLUMN = 240
_WIDTH, _HEIGHT = 1320, 680
_REASONS_SHOWN = 6


class OpenPreview(QDialog):
    """Lists spectra and unreadable files; "Open" accepts them as they stand in the table."""

    read_again = Signal(object)
    """The files are to be read with these ``ReadOptions``."""
    open_requested = Signal(object, bool)
    """The corrected ``Reading``, and whether it is added to what is open."""
    record_read = Signal(object)
    """The ``PotentialRecord`` that gave the voltages."""

    def __init__(self, parent: QWidget | None = None, *, can_add: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open spectra")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._model = PreviewModel(self)
        self._model.refused.connect(self._show_problem)
        self._heading = QLabel()
        self._hint = QLabel("Double-click a cell to correct it, or paste from a spreadsheet.")
        self.table = PreviewTable(self._model, self)
        self.table.setAccessibleName("Spectra that were found")
        self._unread = _unread_list()
        self._problem = QLabel()
        self._problem.setWordWrap(True)
        self.fields = ReadingFields()
        self.fields.asked.connect(self.read_again)
        self.fields.refused.connect(self._show_problem)
        self.buttons = self._make_buttons(can_add)
        self._build()
        room = (parent.width() if parent else _WIDTH) - 4 * SPACING
        height = (parent.height() if parent else _HEIGHT) - 4 * SPACING
        self.resize(min(room, _WIDTH), min(height, _HEIGHT))

    @property
    def model(self) -> PreviewModel:
        """The spectra with the corrections made so far."""
        return self._model

    def set_reading(self, reading: Reading) -> None:
        """Show what was read."""
        self._model.set_reading(reading)
        self._heading.setText(_summarise_reading(reading))
        self._hint.setVisible(bool(reading.series))
        self.table.setVisible(bool(reading.series))
        self._show_unread(reading)
        self._fit_columns()
        self.open_button.setEnabled(bool(reading.series or reading.impedance))
        if self.add_button is not None:
            self.add_button.setEnabled(bool(reading.series or reading.impedance))
        notes = [say_in_window(note) for note in reading.notes]
        self._problem.setText("\n".join(notes[:_REASONS_SHOWN]))
        self._problem.setToolTip("\n".join(notes))
        self._problem.setVisible(bool(reading.notes))

    def read_voltages(self, name: str) -> None:
        """Put the voltages of a side table or a potentiostat record on the spectra."""
        try:
            source = read_voltage_source(Path(name))
        except ThioscopeError as error:
            self._show_problem(str(error))
            return
        self.set_reading(with_voltages(self._model.reading, source))
        if isinstance(source, PotentialRecord):
            self.record_read.emit(source)

    def _make_buttons(self, can_add: bool) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.open_button = QPushButton("Open")
        self.add_button: QPushButton | None = None
        role = QDialogButtonBox.ButtonRole.AcceptRole
        if can_add:
            self.open_button.setText("Open as new project")
            self.add_button = QPushButton("Add to project")
            buttons.addButton(self.add_button, role)
            self.add_button.clicked.connect(self._on_add)
        buttons.addButton(self.open_button, role)
        self.open_button.clicked.connect(self._on_open)
        voltages = buttons.addButton("Voltages from file…", QDialogButtonBox.ButtonRole.ResetRole)
        voltages.setToolTip("A table with the columns: file, voltage[, cycle, branch, time]")
        voltages.clicked.connect(self._ask_voltages)
        for button in (voltages, buttons.button(QDialogButtonBox.StandardButton.Cancel)):
            button.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        (self.add_button or self.open_button).setDefault(True)
        return buttons

    def _build(self) -> None:
        font = self._heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        self._heading.setFont(font)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._problem.setStyleSheet(f"color: {current_colours().warning}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        for widget in (self._heading, self._hint, self.table, self._unread, self._problem):
            layout.addWidget(widget)
        layout.setStretchFactor(self.table, 1)
        layout.addWidget(self.fields)
        layout.addWidget(self.buttons)

    def _show_unread(self, reading: Reading) -> None:
        self._unread.clear()
        for entry in reading.unread:
            reason = say_in_window(entry.reason)
            item = QTreeWidgetItem([entry.source, reason.removeprefix(f"{entry.source}: ")])
            item.setToolTip(1, reason)
            self._unread.addTopLevelItem(item)
        self._unread.setVisible(bool(reading.unread))
        rows = min(len(reading.unread), _REASONS_SHOWN) + 1
        height = (rows + 1) * self._unread.fontMetrics().height() * 3 // 2
        # without spectra the reasons are all that there is to read
        self._unread.setMinimumHeight(height)
        self._unread.setMaximumHeight(height if reading.series else _HEIGHT)
        self._unread.resizeColumnToContents(0)

    def _fit_columns(self) -> None:
        self.table.resizeColumnsToContents()
        for number in range(len(COLUMNS)):
            self.table.setColumnWidth(number, min(self.table.columnWidth(number), _WIDEST_COLUMN))
        labels = (str(self._model.index(row, 1).data()) for row in range(self._model.rowCount()))
        self.table.setColumnHidden(1, not any(labels))

    def _show_problem(self, sentence: str) -> None:
        self._problem.setText(say_in_window(sentence))
        self._problem.show()

    def _on_open(self) -> None:
        self._accept(is_added=False)

    def _on_add(self) -> None:
        self._accept(is_added=True)

    def _accept(self, *, is_added: bool) -> None:
        # a cell that is still being typed into counts
        self.table.setCurrentIndex(self._model.index(-1, -1))
        reading = self._model.reading
        self.accept()
        self.open_requested.emit(reading, is_added)

    def _ask_voltages(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self,
            "Voltages from file",
            str(last_folder()),
            "Tables and records (*.csv *.txt *.tsv *.mpt *.xlsx *.nda *.ndax *.res);;All files (*)",
        )
        if name:
            self.read_voltages(name)


def _unread_list() -> QTreeWidget:
    unread = QTreeWidget()
    unread.setHeaderLabels(["Not read", "Reason and what to do"])
    unread.setAccessibleName("Files that were not read")
    unread.setRootIsDecorated(False)
    unread.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    return unread


def _summarise_reading(reading: Reading) -> str:
    files = {str(name) for one in reading.series for name in one["source"].values}
    regions = dict.fromkeys(region_title(one.attrs["region"]) for one in reading.series)
    sweeps = sum(one.sizes[SPECTRUM] for one in reading.impedance)
    impedance = _count_noun(sweeps, "impedance spectrum") if sweeps else ""
    if not reading.series:
        return impedance or "Nothing that can be opened was found."
    impedance = f", and {impedance}" if impedance else ""
    unread = f"; {_count_noun(len(reading.unread), 'file')} not read" if reading.unread else ""
    return (
        f"{_count_noun(count_spectra(reading), 'spectrum')} of {', '.join(regions)} "
        f"in {_count_noun(len(files), 'file')}{impedance}{unread}"
    )


def _count_noun(count: int, noun: str) -> str:
    plural = noun.replace("spectrum", "spectra") if "spectrum" in noun else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"
