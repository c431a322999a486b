"""The About box: what this is, its licence, and the versions of everything."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from app.errors import list_versions
from fitting.data.program import citation, program_version


def show_about(parent: QWidget) -> QMessageBox:
    """Open the box; it deletes itself when closed."""
    numbers = list_versions()
    listed = "\n".join(f"{name} {number}" for name, number in numbers.items())
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About Thioscope")
    box.setText(program_version())
    box.setInformativeText(
        "XPS and Raman spectra of sulfide solid electrolytes: fitted, put on the cell's voltage, "
        f"quantified.\n\nLicence: BSD-3-Clause. Qt and PySide6: LGPL-3.0.\n\n"
        f"How to cite: {citation()}\n\n{listed}"
    )
    box.addButton(QMessageBox.StandardButton.Close)
    copy = box.addButton("Copy versions", QMessageBox.ButtonRole.ActionRole)
    # copying must not close the box
    copy.clicked.disconnect()
    copy.clicked.connect(partial(_copy_versions, listed))
    box.open()
    return box


def _copy_versions(text: str, _: bool = False) -> None:
    QGuiApplication.clipboard().setText(text)
