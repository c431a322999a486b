"""Atomic percent of the fitted samples, as they follow from the factors that are chosen."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions
from app.composition.quantification_form import QuantificationForm
from app.controls.hints import Hint, Refusal
from app.controls.number_text import number_text, stderr_text, value_text
from app.document import Document
from app.theme import SPACING
from fitting.projects.project import Project
from fitting.quantities.atomic_percent import AtomicPercent, atomic_percent
from fitting.quantities.quantification import Quantification

_HEADINGS = ("sample", "V", "region", "species", "at%", "± statistical", "± choice", "most by")
_SIZE = (820, 560)


class CompositionActions(QObject):
    """Opens the dialog."""

    def __init__(self, window: QWidget, document: Document, actions: Actions) -> None:
        super().__init__(window)
        self._window, self._document, self._action = window, document, actions["atomic_percent"]
        self.dialog: CompositionDialog | None = None
        self._action.triggered.connect(self.show)
        document.project_changed.connect(self._update)
        self._update()

    def show(self) -> None:
        """Show the composition of what is open."""
        self.dialog = CompositionDialog(self._document, self._window)
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    def _on_closed(self, _: int) -> None:
        self.dialog = None

    def _update(self, *_: object) -> None:
        analyses = self._document.project.analyses.values()
        self._action.setEnabled(any(one.result is not None for one in analyses))


class CompositionDialog(QDialog):
    """The choice above, the atomic percent below; a change is one step that can be undone."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.form = QuantificationForm()
        self.table = QTableWidget(0, len(_HEADINGS))
        self.remarks = Hint("")
        self.refusal = Refusal()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.setWindowTitle("Atomic percent")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._arrange()
        self.form.valueChanged.connect(self._on_chosen)
        self.form.refused.connect(self.refusal.say)
        self.buttons.rejected.connect(self.reject)
        document.project_changed.connect(self._on_project_changed)
        self._show()

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[2 * SPACING] * 4)
        layout.setSpacing(SPACING)
        self.table.setHorizontalHeaderLabels(_HEADINGS)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        for widget in (self.form, self.refusal, self.table, self.remarks, self.buttons):
            layout.addWidget(widget)
        layout.setStretchFactor(self.table, 1)
        self.resize(*_SIZE)

    def _on_chosen(self, value: Quantification) -> None:
        self.refusal.clear()
        changed = replace(self._document.project, quantification=value)
        self._document.change(changed, "Choose what gives atomic percent")

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if old is not new:
            self._show()

    def _show(self) -> None:
        project = self._document.project
        self.form.setValue(project.quantification)
        found = atomic_percent(project.analyses, project.quantification)
        self._show_rows(found.rows)
        said = found.remarks
        if found.rows:
            first = found.rows[0]
            said = (
                f"{first.sensitivity_set}. Escape depth: {first.escape_depth}. "
                f"Transmission: {first.transmission}. The second error is how far the other "
                "choices that could be defended move the value.",
                *said,
            )
        self.remarks.setText("\n".join(said))

    def _show_rows(self, rows: Sequence[AtomicPercent]) -> None:
        self.table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            for column, text in enumerate(_cells_of(row)):
                item = QTableWidgetItem(text)
                if column in (1, 4, 5, 6):
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self.table.setItem(place, column, item)
        self.table.resizeColumnsToContents()


def _cells_of(row: AtomicPercent) -> tuple[str, ...]:
    return (
        row.sample,
        number_text(row.voltage),
        row.region,
        row.species,
        value_text(row.value, row.stderr),
        stderr_text(row.stderr),
        stderr_text(row.systematic),
        row.systematic_from,
    )
