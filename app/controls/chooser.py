"""A choice of one among several, which the wheel does not change by accident."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

_LEAST_LETTERS = 6


class Chooser(QComboBox):
    """Offers names, each under the text it is shown by."""

    chosen = Signal(str)
    """The user has chosen this name."""

    def __init__(self, texts: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LEAST_LETTERS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._on_activated)
        self.offer(texts)
        self.setCurrentIndex(0)

    def value(self) -> str:
        """The name that is shown."""
        return str(self.currentData() or "")

    def setValue(self, name: str) -> None:  # noqa: N802
        """Show another of the names."""
        self.setCurrentIndex(self.findData(name))

    def offer(self, texts: Mapping[str, str]) -> None:
        """Offer other names, without choosing one for the user."""
        if texts == {self.itemData(row): self.itemText(row) for row in range(self.count())}:
            return
        shown = self.value()
        with QSignalBlocker(self):
            self.clear()
            for row, (name, text) in enumerate(texts.items()):
                self.addItem(text, name)
                self.setItemData(row, text, Qt.ItemDataRole.ToolTipRole)
            self.setValue(shown)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _on_activated(self, row: int) -> None:
        self.chosen.emit(str(self.itemData(row)))
