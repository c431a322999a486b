"""Where an export goes and what is in it, asked in one small dialog."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.theme import SPACING

_WIDTH = 560
_CURVES, _NEXUS = "export_curves", "export_nexus"
_WHAT = "Tables, a workbook, figures, the report, the recipe and the project are always in it."


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """What was chosen."""

    folder: Path
    has_curves: bool
    has_nexus: bool


class ExportDialog(QDialog):
    """Proposes a folder, which need not be there yet; Return takes it."""

    chosen = Signal(object)
    """The ``ExportChoice``."""

    def __init__(self, proposed: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.folder = QLineEdit(str(proposed))
        self.browse = QPushButton("Browse…")
        self.curves = QCheckBox("Curves: data, fit, components and residual as columns")
        self.nexus = QCheckBox("NeXus file: data and fit as HDF5")
        self._hint = QLabel()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export = QPushButton("Export")
        self._arrange()
        self.browse.clicked.connect(self._ask_folder)
        self.folder.textChanged.connect(self._describe)
        self.export.clicked.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self.curves.setChecked(_remembered(_CURVES, usual=True))
        self.nexus.setChecked(_remembered(_NEXUS, usual=False))
        self._describe()

    def value(self) -> ExportChoice:
        """What is chosen now."""
        folder = Path(self.folder.text().strip()).expanduser()
        return ExportChoice(folder, self.curves.isChecked(), self.nexus.isChecked())

    def _arrange(self) -> None:
        self.folder.setAccessibleName("Folder")
        self.export.setDefault(True)
        self.browse.setAutoDefault(False)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        self.buttons.addButton(self.export, QDialogButtonBox.ButtonRole.AcceptRole)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        what = QLabel(_WHAT)
        what.setWordWrap(True)
        label = QLabel("Into the folder")
        label.setBuddy(self.folder)
        row = QHBoxLayout()
        row.setSpacing(SPACING)
        row.addWidget(self.folder, 1)
        row.addWidget(self.browse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[2 * SPACING] * 4)
        layout.setSpacing(SPACING)
        layout.addWidget(label)
        layout.addLayout(row)
        for widget in (self._hint, what, self.curves, self.nexus, self.buttons):
            layout.addWidget(widget)
        self.resize(_WIDTH, self.sizeHint().height())

    def _describe(self, *_: object) -> None:
        """What is known of the folder as it stands in the field."""
        text = self.folder.text().strip()
        folder = self.value().folder
        self.export.setEnabled(bool(text))
        if not text:
            self._hint.setText("Name a folder.")
        elif not folder.is_dir():
            self._hint.setText("The folder is made.")
        elif any(folder.iterdir()):
            self._hint.setText("Files of an earlier export in it are replaced; others stay.")
        else:
            self._hint.setText("The folder is empty.")

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self, "Export into a folder", str(nearest_folder(self.value().folder))
        )
        if name:
            self.folder.setText(name)

    def _accept(self) -> None:
        QSettings().setValue(_CURVES, self.curves.isChecked())
        QSettings().setValue(_NEXUS, self.nexus.isChecked())
        self.accept()
        self.chosen.emit(self.value())


def nearest_folder(wanted: Path) -> Path:
    """The folder itself, or the nearest one above it that is there."""
    for path in (wanted, *wanted.absolute().parents):
        if path.is_dir():
            return path
    return Path.home()


def _remembered(key: str, *, usual: bool) -> bool:
    return str(QSettings().value(key, usual)).lower() == "true"
