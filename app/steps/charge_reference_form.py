"""The charge reference of the project: which line is put at which energy."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.controls.chooser import Chooser
from app.controls.hints import Caution
from app.controls.number_field import NumberField
from app.controls.number_text import estimate_text
from app.controls.spoken_names import name_widgets
from app.document import Document, View
from app.job import Job
from app.theme import SPACING
from fitting.data.series import get_column
from fitting.data.techniques import technique_of
from fitting.projects.project import Project
from fitting.referencing.charge_reference import ChargeReference
from fitting.referencing.mixed_references import mixed_references, references_of
from fitting.referencing.rereference import change_charge_reference, possible_references
from libraries.catalogue import Catalogue

_NONE = ""
_STEP = 0.1
"""eV a press of an arrow key."""


class ChargeReferenceForm(QWidget):
    """Shows and changes the charge reference; the line is fitted off the GUI thread."""

    refused = Signal(str)
    """Why a reference was not taken."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._offered: dict[str, ChargeReference] = {}
        self._wanted: _Change | None = None
        self._job = Job(self)
        self.line = Chooser({_NONE: "None"})
        self.position = NumberField(step=_STEP)
        self._shift = QLabel()
        self.warning = Caution()
        self._arrange()
        self.line.chosen.connect(self._on_line_chosen)
        self.position.valueChanged.connect(self._on_position_changed)
        self._job.produced.connect(self._on_changed)
        self._job.failed.connect(self._on_failed)
        document.project_changed.connect(self._on_project_changed)
        document.view_changed.connect(self._on_view_changed)
        document.catalogue_changed.connect(self._show)
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        # nothing may run on when the window closes
        self._job.wait()
        super().hideEvent(event)

    def _arrange(self) -> None:
        name_widgets({"Reference line": self.line, "Its energy": self.position})
        self.line.setToolTip("The line that is put at an agreed energy, to take charging away")
        self.position.setToolTip("Agreed binding energy of the line (eV)")
        self._shift.setWordWrap(True)
        self._shift.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACING)
        heading = QLabel("Charge reference of all regions")
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        grid.addWidget(heading, 0, 0, 1, 3)
        grid.addWidget(self.line, 1, 0)
        grid.addWidget(QLabel("at (eV)"), 1, 1)
        grid.addWidget(self.position, 1, 2)
        grid.addWidget(self._shift, 2, 0, 1, 3)
        grid.addWidget(self.warning, 3, 0, 1, 3)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(2, 1)

    def _show(self) -> None:
        project = self._document.project
        offered = {
            _name_reference(one): one
            for one in possible_references(project, self._document.catalogue)
        }
        reference = project.charge_reference
        if reference is not None:
            offered.setdefault(_name_reference(reference), reference)
        self._offered = offered
        self.line.offer({_NONE: "None: as measured", **{name: name for name in offered}})
        self.line.setValue(_NONE if reference is None else _name_reference(reference))
        self.position.setEnabled(reference is not None)
        self.position.setValue(0.0 if reference is None else reference.position)
        if reference is None:
            self.position.clear()
        self._show_shift()

    def _show_shift(self) -> None:
        self._shift.setText(_shift_text(self._document))
        self._shift.setVisible(bool(self._shift.text()))
        analysis = self._document.analysis
        references = [] if analysis is None else references_of(analysis.series)
        self.warning.say(mixed_references(references))

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if old is not new:
            self._show()

    def _on_view_changed(self, old: View, new: View) -> None:
        if (old.region, old.spectrum) != (new.region, new.spectrum):
            self._show_shift()

    def _on_line_chosen(self, name: str) -> None:
        self._begin(self._offered.get(name))

    def _on_position_changed(self, position: float) -> None:
        reference = self._document.project.charge_reference
        if reference is not None:
            try:
                self._begin(replace(reference, position=position))
            except ValueError as error:
                self._on_failed(error)

    def _begin(self, reference: ChargeReference | None) -> None:
        project = self._document.project
        if reference != project.charge_reference and not self._job.is_running:
            self._wanted = _Change(project, reference, self._document.catalogue)
            self._shift.setText("Fitting the reference line …")
            self._shift.show()
            self._job.start(self._wanted)

    def _on_changed(self, project: object) -> None:
        if self._wanted is None or not isinstance(project, Project):
            return
        if self._wanted.project is not self._document.project:
            self._show()
            self.refused.emit("The project changed meanwhile; choose the reference again.")
            return
        reference = project.charge_reference
        text = (
            f"Refer to {_name_reference(reference)}" if reference else "Remove the charge reference"
        )
        self._document.change(project, text)

    def _on_failed(self, error: object) -> None:
        self._show()
        self.refused.emit(str(error))


@dataclass(frozen=True, slots=True)
class _Change:
    project: Project
    reference: ChargeReference | None
    known: Catalogue

    def __call__(self) -> Iterator[Project]:
        yield change_charge_reference(self.project, self.reference, self.known)


def _name_reference(reference: ChargeReference) -> str:
    return f"{reference.region}: {reference.species}"


def _shift_text(document: Document) -> str:
    """By how much the spectrum on the screen is shifted."""
    analysis, spectrum = document.analysis, document.view.spectrum
    if analysis is None or not technique_of(analysis.series).has_core_levels:
        return ""
    shift, stderr = (
        float(get_column(analysis.series, name)[spectrum])
        for name in ("charge_shift", "charge_shift_stderr")
    )
    if np.isfinite(shift):
        return (
            f"This spectrum is shifted by {estimate_text(shift, stderr)} eV. "
            "Trends, Charge shift: those of all spectra."
        )
    if document.project.charge_reference is not None:
        return "This spectrum's sample has no reference line: its energies are as measured."
    return "Energies are as measured."
