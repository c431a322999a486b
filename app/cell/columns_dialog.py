"""Asks once which column of a table is what."""

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.theme import SPACING
from fitting.data.errors import VoltageError
from fitting.readers.records.column_mapping import QUANTITIES, check_mapping

_NONE = "none"


class ColumnsDialog(QDialog):
    """A chooser for every quantity; ``value()`` is what was chosen."""

    def __init__(self, file: str, headings: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Columns of the record")
        text = QLabel(
            f"{file}: which column is what? It is remembered for tables with these headings. Units "
            "are read off the headings, such as t/h or U (mV)."
        )
        text.setWordWrap(True)
        self.choosers = {quantity: _make_chooser(headings) for quantity in QUANTITIES}
        form = QFormLayout()
        form.setSpacing(SPACING)
        for quantity, words in QUANTITIES.items():
            form.addRow(words[0].upper() + words[1:], self.choosers[quantity])
            self.choosers[quantity].currentIndexChanged.connect(self._update)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[2 * SPACING] * 4)
        layout.setSpacing(2 * SPACING)
        layout.addWidget(text)
        layout.addLayout(form)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(420)
        self._update()

    def value(self) -> dict[str, str]:
        """Heading by quantity."""
        return {
            quantity: chooser.currentText()
            for quantity, chooser in self.choosers.items()
            if chooser.currentIndex() > 0
        }

    def setValue(self, named: dict[str, str]) -> None:  # noqa: N802
        """Choose these headings."""
        for quantity, chooser in self.choosers.items():
            chooser.setCurrentIndex(max(chooser.findText(named.get(quantity, _NONE)), 0))

    def _update(self) -> None:
        button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        try:
            check_mapping(self.value())
        except VoltageError as error:
            button.setEnabled(False)
            button.setToolTip(str(error))
        else:
            button.setEnabled(True)
            button.setToolTip("")


def _make_chooser(headings: Sequence[str]) -> QComboBox:
    chooser = QComboBox()
    chooser.addItems([_NONE, *(heading for heading in headings if heading)])
    return chooser
