"""The dialog that chooses species for a series: sets of them, weighed by BIC; one is taken."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.controls.hints import Refusal
from app.document import Document
from app.job import Job
from app.plots.species_labels import species_label
from app.theme import DENSE, SPACING
from fitting.data.errors import ThioscopeError
from fitting.projects.project import Analysis
from fitting.selection.apply import possible_species, weigh_analysis, with_selection
from fitting.selection.candidates import Selection, SpeciesChoice
from libraries.catalogue import Catalogue
from libraries.errors import LibraryError

_COLUMNS = {
    "Species": "A set of species that all spectra were fitted with",
    "ΔBIC": "How much worse the set is than the best: misfit, and 7 or so for every parameter",
    "χ²": "Misfit, in units of the noise that the set with all species leaves",
    "Parameters": "Free parameters over all spectra that are determined",
}
_IN_A_ROW = 4
"""Species to tick side by side: a Raman library has more than fit into one row."""
_WIDTH, _HEIGHT = 680, 420


class SpeciesChoiceDialog(QDialog):
    """Weighs sets of species for the region on the screen; Apply is one step of undo."""

    def __init__(
        self, document: Document, catalogue: Catalogue, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        analysis = document.analysis
        assert analysis is not None
        self._document, self._known, self._analysis = document, catalogue, analysis
        self._selection: Selection | None = analysis.selection
        self._job = Job(self)
        self.species = {name: QCheckBox(self._text_of(name)) for name in self._offered()}
        self.weigh = QPushButton("Weigh")
        self.table = QTableWidget(0, len(_COLUMNS))
        self.said = QLabel()
        self.refusal = Refusal()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Apply | QDialogButtonBox.StandardButton.Cancel
        )
        self._arrange()
        self._connect()
        self._show()

    def value(self) -> tuple[str, ...]:
        """The set that Apply takes; empty before anything is weighed."""
        row = self.table.currentRow()
        if self._selection is None or row < 0:
            return ()
        return self._selection.candidates[row].species

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self._job.wait()
        super().closeEvent(event)

    def done(self, code: int) -> None:
        self._job.wait()
        super().done(code)

    def _offered(self) -> tuple[str, ...]:
        choice = self._analysis.recipe.choice
        among = choice.among if choice else ()
        return tuple(dict.fromkeys((*possible_species(self._analysis, self._known), *among)))

    def _text_of(self, name: str) -> str:
        label = species_label(self._known, self._analysis.region, name)
        return name if label == name else f"{name}   {label}"

    def _arrange(self) -> None:
        self.setWindowTitle(f"Choose species of {self._analysis.region}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ticks = QGridLayout()
        ticks.setSpacing(SPACING)
        for number, box in enumerate(self.species.values()):
            box.setChecked(True)
            ticks.addWidget(box, number // _IN_A_ROW, number % _IN_A_ROW)
        row = QHBoxLayout()
        row.setSpacing(2 * SPACING)
        row.addLayout(ticks)
        row.addStretch()
        row.addWidget(self.weigh, alignment=Qt.AlignmentFlag.AlignTop)
        self._arrange_table()
        self.said.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[2 * SPACING] * 4)
        layout.setSpacing(SPACING)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.said)
        layout.addWidget(self.refusal)
        layout.addWidget(self.buttons)
        self.resize(_WIDTH, _HEIGHT)

    def _arrange_table(self) -> None:
        self.table.setStyleSheet(DENSE)
        self.table.setAccessibleName("Sets of species")
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, (title, tip) in enumerate(_COLUMNS.items()):
            item = QTableWidgetItem(title)
            item.setToolTip(tip)
            if not column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            self.table.setHorizontalHeaderItem(column, item)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + SPACING)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def _connect(self) -> None:
        self.weigh.clicked.connect(self._start)
        self.table.currentCellChanged.connect(self._show_buttons)
        self.buttons.button(QDialogButtonBox.StandardButton.Apply).clicked.connect(self._apply)
        self.buttons.rejected.connect(self.reject)
        self._job.produced.connect(self._on_weighed)
        self._job.failed.connect(self._on_failed)
        self._job.ended.connect(self._show_buttons)

    def _asked(self) -> Analysis:
        """The analysis with the choice among the ticked species in its recipe."""
        ticked = tuple(name for name, box in self.species.items() if box.isChecked())
        choice = SpeciesChoice(among=ticked)
        return replace(self._analysis, recipe=replace(self._analysis.recipe, choice=choice))

    def _start(self) -> None:
        self.refusal.clear()
        self.said.setText("Fitting the series with sets of species …")
        self._job.start(_Weighing(self._asked(), self._known))
        self._show_buttons()

    def _on_weighed(self, selection: object) -> None:
        if isinstance(selection, Selection):
            self._selection = selection
            self._show()

    def _on_failed(self, error: object) -> None:
        self.said.clear()
        self.refusal.say(str(error))
        if not isinstance(error, ThioscopeError | LibraryError):
            raise error  # type: ignore[misc]

    def _show(self) -> None:
        selection = self._selection
        rows = () if selection is None else selection.candidates
        self.table.setRowCount(len(rows))
        for row, one in enumerate(rows):
            assert selection is not None
            texts = (
                ", ".join(one.species),
                f"{selection.delta(one):.1f}",
                f"{one.chi_square:.0f}",
                str(one.parameters),
            )
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self.table.setItem(row, column, item)
        if rows:
            self.table.selectRow(0)
        self.said.setText(_describe_selection(selection))
        self._show_buttons()

    def _show_buttons(self, *_: object) -> None:
        is_running = self._job.is_running
        self.weigh.setEnabled(not is_running)
        apply = self.buttons.button(QDialogButtonBox.StandardButton.Apply)
        apply.setEnabled(bool(self.value()) and not is_running)
        # what Return does, and what stands out: the next step
        self.weigh.setDefault(not apply.isEnabled())
        apply.setDefault(apply.isEnabled())

    def _apply(self) -> None:
        if self._document.analysis is not self._analysis:
            self.refusal.say("The model changed meanwhile; close this window and open it again.")
            return
        assert self._selection is not None
        chosen = with_selection(self._asked(), self._selection, self.value())
        self._document.change_analysis(chosen, "Choose species")
        self.accept()


@dataclass(frozen=True, slots=True)
class _Weighing:
    analysis: Analysis
    known: Catalogue

    def __call__(self) -> Iterator[Selection]:
        return weigh_analysis(self.analysis, self.known)


def _describe_selection(selection: Selection | None) -> str:
    if selection is None:
        return "Tick the species to weigh. The series is fitted with sets of them."
    return (
        f"{selection.spectrum_count} spectra, {selection.points} points. The first set has the "
        "lowest BIC; a difference above 10 is very strong evidence."
    )
