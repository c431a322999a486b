"""What a right click on a peak's marker offers: hold what the fit must not vary, or remove it."""

from functools import partial
from typing import cast

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.document import Document
from app.plots.spectrum_curves import ShownSpectrum
from fitting.models.drag_edits import is_held, starting_where_fitted, with_freed, with_held
from fitting.models.model import Model, without_peak

_HELD = (("position", "Hold position"), ("fwhm", "Hold width"), ("area", "Hold area"))


class PeakMenu(QObject):
    """Opens the menu of a peak; what is held is held at the value on the screen."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document

    def open(self, shown: ShownSpectrum, peak: str, place: QPoint) -> QMenu:
        """Show the menu; it goes when it is closed."""
        # asked for here: to remember the plot would keep it alive after its window has gone
        menu = QMenu(cast(QWidget, self.parent()))
        menu.aboutToHide.connect(menu.deleteLater)
        for short, text in _HELD:
            name = f"{peak}.{short}"
            action = QAction(text, menu, checkable=True)
            action.setChecked(is_held(shown.model, name))
            action.toggled.connect(partial(self._hold, shown, name))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction("Remove peak").triggered.connect(partial(self._remove, peak))
        menu.popup(place)
        return menu

    def _hold(self, shown: ShownSpectrum, name: str, is_on: bool) -> None:
        model = shown.model
        if shown.is_fitted:
            model = starting_where_fitted(model, shown.parameters)
        changed = with_held(model, name, shown.value_of(name)) if is_on else with_freed(model, name)
        text = f"Hold {name}" if is_on else f"Let {name} vary"
        self._document.change_model(partial(_replace_model, changed), text)

    def _remove(self, peak: str, _: bool = False) -> None:
        self._document.look_at(peak="")
        self._document.change_model(partial(_remove_from_model, peak), f"Remove {peak}")


def _replace_model(model: Model, _: Model) -> Model:
    return model


def _remove_from_model(peak: str, model: Model) -> Model:
    return without_peak(model, peak)
