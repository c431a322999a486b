"""What a right click on a peak's marker offers: name, species, what is held, tied, left out."""

from collections.abc import Callable
from functools import partial
from typing import cast

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from app.document import Document
from app.plots.spectrum_curves import ShownSpectrum
from fitting.data.errors import ThioscopeError
from fitting.models.model import Model, without_peak
from fitting.models.peak_edits import (
    is_switched_off,
    with_distance_kept,
    with_peak_copied,
    with_peak_of_species,
    with_peak_renamed,
    with_peak_switched_off,
    with_peak_switched_on,
    with_same,
)
from fitting.projects.drag_edits import is_held, starting_where_fitted, with_freed, with_held
from libraries.nearby import Nearby, species_near

_HELD = (("position", "Hold position"), ("fwhm", "Hold width"), ("area", "Hold area"))
_MOST_SPECIES = 8
"""Species that are offered for a peak: the nearest ones."""

_Change = Callable[[Model], Model]


class PeakMenu(QObject):
    """Opens the menu of a peak; what is held is held at the value on the screen."""

    failed = Signal(object)
    """The exception that says why something was not done."""

    def __init__(self, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._document = document

    def open(self, shown: ShownSpectrum, peak: str, place: QPoint) -> QMenu:
        """Show the menu; it goes when it is closed."""
        # asked for here: to remember the plot would keep it alive after its window has gone
        menu = QMenu(cast(QWidget, self.parent()))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction("Rename…").triggered.connect(partial(self._ask_name, peak))
        self._offer_species(menu.addMenu("Which species is this?"), shown, peak)
        menu.addAction("Copy peak").triggered.connect(partial(self._copy, shown, peak))
        menu.addSeparator()
        for short, text in _HELD:
            name = f"{peak}.{short}"
            action = QAction(text, menu, checkable=True)
            action.setChecked(is_held(shown.model, name))
            action.toggled.connect(partial(self._hold, shown, name))
            menu.addAction(action)
        self._offer_ties(menu, shown, peak)
        menu.addSeparator()
        is_off = is_switched_off(shown.model.peak(peak))
        off = menu.addAction("Leave out of the fit")
        off.setCheckable(True)
        off.setChecked(is_off)
        off.triggered.connect(partial(self._switch, peak, is_off))
        menu.addAction("Remove peak").triggered.connect(partial(self._remove, peak))
        menu.popup(place)
        return menu

    def _offer_species(self, menu: QMenu, shown: ShownSpectrum, peak: str) -> None:
        position = shown.value_of(f"{peak}.position")
        own = shown.model.peak(peak).species
        near = species_near(self._document.catalogue, shown.region, position)[:_MOST_SPECIES]
        for one in near:
            action = menu.addAction(_describe_nearby(one, shown.unit))
            action.setCheckable(True)
            action.setChecked(one.species.id == own)
            action.triggered.connect(partial(self._assign, peak, one.species.id))
        menu.setEnabled(bool(near))

    def _offer_ties(self, menu: QMenu, shown: ShownSpectrum, peak: str) -> None:
        others = [one.name for one in shown.model.peaks if one.name != peak]
        same, apart = menu.addMenu("Same width as"), menu.addMenu("Keep distance to")
        for other in others:
            tied = partial(with_same, name=peak, short="fwhm", other=other)
            text = f"Give {peak} the width of {other}"
            same.addAction(other).triggered.connect(partial(self._change, tied, text))
            here, there = (shown.value_of(f"{name}.position") for name in (peak, other))
            kept = partial(
                with_distance_kept, name=peak, other=other, distance=round(here - there, 4)
            )
            text = f"Keep {peak} at its distance to {other}"
            apart.addAction(other).triggered.connect(partial(self._change, kept, text))
        for one in (same, apart):
            one.setEnabled(bool(others))

    def _hold(self, shown: ShownSpectrum, name: str, is_on: bool) -> None:
        model = _started(shown)
        changed = with_held(model, name, shown.value_of(name)) if is_on else with_freed(model, name)
        text = f"Hold {name}" if is_on else f"Let {name} vary"
        self._document.change_model(partial(_replace_model, changed), text)

    def _ask_name(self, peak: str, _: bool = False) -> None:
        dialog = QInputDialog(cast(QWidget, self.parent()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Rename")
        dialog.setLabelText("Name of the peak")
        dialog.setTextValue(peak)
        dialog.textValueSelected.connect(partial(self._rename, peak))
        dialog.open()

    def _rename(self, peak: str, name: str) -> None:
        name = name.strip()
        is_other = bool(name) and name != peak
        if is_other and self._change(
            partial(with_peak_renamed, old=peak, new=name), f"Rename {peak}"
        ):
            self._document.look_at(peak=name)

    def _assign(self, peak: str, species: str, _: bool = False) -> None:
        self._change(
            partial(with_peak_of_species, name=peak, species=species), f"Call it {species}"
        )

    def _copy(self, shown: ShownSpectrum, peak: str, _: bool = False) -> None:
        model, name = with_peak_copied(_started(shown), peak)
        self._document.change_model(partial(_replace_model, model), f"Copy {peak}")
        self._document.look_at(peak=name)

    def _switch(self, peak: str, is_off: bool, _: bool = False) -> None:
        change = with_peak_switched_on if is_off else with_peak_switched_off
        self._change(partial(change, name=peak), f"{'Fit' if is_off else 'Leave out'} {peak}")

    def _remove(self, peak: str, _: bool = False) -> None:
        self._document.look_at(peak="")
        self._change(partial(without_peak, name=peak), f"Remove {peak}")

    def _change(self, change: _Change, text: str, _: bool = False) -> bool:
        """Do it, or say why it cannot be done; whether it was done."""
        try:
            self._document.change_model(change, text)
        except ThioscopeError as error:
            self.failed.emit(error)
            return False
        return True


def _started(shown: ShownSpectrum) -> Model:
    """The model that starts where the spectrum on the screen was fitted."""
    return starting_where_fitted(shown.model, shown.parameters) if shown.is_fitted else shown.model


def _replace_model(model: Model, _: Model) -> Model:
    return model


def _describe_nearby(one: Nearby, unit: str) -> str:
    span = f"{one.low:g}" if one.low == one.high else f"{one.low:g} to {one.high:g}"
    return f"{one.species.label}   {one.species.name}, {span} {unit}"
