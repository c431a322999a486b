"""The preferences, changed at once: what is seen can be judged before the dialog is closed."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.controls.chooser import Chooser
from app.controls.hints import Hint
from app.preferences import (
    APPEARANCES,
    DECIMAL_MARKS,
    Preferences,
    keep_preferences,
    read_preferences,
)
from app.theme import SPACING

_WIDTH = 460
_ABOUT = (
    "These hold for every project on this computer. How spectra are fitted, and how errors are "
    "found, belongs to each project and is chosen in its panels."
)


class PreferencesDialog(QDialog):
    """Keeps what is chosen; Cancel brings back what was there before."""

    changed = Signal(object)
    """The ``Preferences`` from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._former = read_preferences()
        self.appearance = Chooser(APPEARANCES)
        self.decimal_mark = Chooser(DECIMAL_MARKS)
        self.folder = QLineEdit()
        self.browse = QPushButton("Browse…")
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._arrange()
        self.setValue(self._former)
        for chooser in (self.appearance, self.decimal_mark):
            chooser.chosen.connect(self._take)
        self.folder.editingFinished.connect(self._take)
        self.browse.clicked.connect(self._ask_folder)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.rejected.connect(partial(self._keep, self._former))

    def value(self) -> Preferences:
        """What is chosen now."""
        return replace(
            self._former,
            appearance=self.appearance.value(),
            decimal_mark=self.decimal_mark.value(),
            folder=self.folder.text().strip(),
        )

    def setValue(self, value: Preferences) -> None:  # noqa: N802
        """Show other preferences."""
        self.appearance.setValue(value.appearance)
        self.decimal_mark.setValue(value.decimal_mark)
        self.folder.setText(value.folder)

    def _arrange(self) -> None:
        self.folder.setPlaceholderText("the one used last")
        self.browse.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.folder, 1)
        row.addWidget(self.browse)
        form = QFormLayout()
        form.setSpacing(SPACING)
        form.addRow("Appearance", self.appearance)
        form.addRow("Decimal mark of what is copied", self.decimal_mark)
        form.addRow("File dialogs begin in", row)
        self.appearance.setAccessibleName("Appearance")
        self.decimal_mark.setAccessibleName("Decimal mark of what is copied")
        self.folder.setAccessibleName("Folder in which file dialogs begin")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[2 * SPACING] * 4)
        layout.setSpacing(2 * SPACING)
        layout.addLayout(form)
        layout.addWidget(Hint(_ABOUT))
        layout.addWidget(self.buttons)
        self.setMinimumWidth(_WIDTH)

    def _take(self, *_: object) -> None:
        self._keep(self.value())

    def _keep(self, preferences: Preferences) -> None:
        keep_preferences(preferences)
        self.changed.emit(preferences)

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "File dialogs begin in", self.folder.text())
        if name:
            self.folder.setText(name)
            self._take()
