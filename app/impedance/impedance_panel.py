"""The panel of the impedance spectra: which one, its plots, the circuit, and what came out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.document import Document
from app.impedance.impedance_plots import ImpedancePlots
from app.job import Job
from app.theme import SPACING
from fitting.data.errors import ThioscopeError
from fitting.data.series import SPECTRUM, get_column
from fitting.impedance.analysis import ImpedanceAnalysis
from fitting.impedance.estimates import ImpedanceEstimate, list_estimates
from fitting.impedance.named_circuits import NAMED_CIRCUITS, find_circuit
from fitting.pipeline.events import ImpedanceFitted, LeftOut
from fitting.pipeline.impedance import run_impedance
from fitting.pipeline.kept_project import keep_events
from fitting.projects.project import Project

_BY_EVIDENCE = "arcs by evidence"
_COLUMNS = ("Quantity", "Value", "95 % interval", "Unit", "Assignment")


class ImpedancePanel(QWidget):
    """Shows one spectrum at a time; a fit is one step of undo."""

    failed = Signal(object)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._estimates: dict[int, list[ImpedanceEstimate]] = {}
        self.spectrum, self.circuit = QComboBox(), QComboBox()
        self.fit = QPushButton("Fit")
        self.plots, self.table = ImpedancePlots(), QTableWidget(0, len(_COLUMNS))
        self._job = Job(self)
        self._arrange()
        self.spectrum.currentIndexChanged.connect(self._show_spectrum)
        self.fit.clicked.connect(self.start_fit)
        self._job.produced.connect(self._on_produced)
        self._job.failed.connect(self.failed)
        self._job.ended.connect(lambda _: self.fit.setEnabled(True))
        document.project_changed.connect(self._on_project_changed)
        self._on_project_changed(Project(), document.project)

    @property
    def analysis(self) -> ImpedanceAnalysis | None:
        """What is shown."""
        return self._document.project.impedance

    def start_fit(self) -> None:
        """Fit all spectra with the circuit that is entered."""
        analysis = self.analysis
        if analysis is None or self._job.is_running:
            return
        text = self.circuit.currentText().strip()
        circuit = "" if text == _BY_EVIDENCE else text
        try:
            if circuit:
                find_circuit(circuit)
        except ThioscopeError as error:
            self.failed.emit(error)
            return
        recipe = replace(analysis.recipe, circuit=circuit)
        self.fit.setEnabled(False)
        wanted = replace(analysis, recipe=recipe, result=None)
        self._job.start(_Fit(replace(self._document.project, impedance=wanted)))

    def wait(self) -> None:
        """Stop and wait for the thread to end, such as before the window closes."""
        self._job.wait()

    def _arrange(self) -> None:
        self.circuit.setEditable(True)
        self.circuit.addItems([_BY_EVIDENCE, *NAMED_CIRCUITS, "R-(R|Q)-(R|Q)-W"])
        self.circuit.setToolTip("Elements with - in series and | in parallel, or a name")
        for widget in (self.circuit, self.circuit.lineEdit()):
            if widget is not None:
                widget.setAccessibleName("Circuit")
        self.table.setAccessibleName("Fitted quantities of the impedance spectrum")
        self.spectrum.setAccessibleName("Impedance spectrum")
        self.table.setHorizontalHeaderLabels(list(_COLUMNS))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        line = QHBoxLayout()
        line.setContentsMargins(SPACING, SPACING, SPACING, 0)
        line.addWidget(self.spectrum, 1)
        line.addWidget(self.circuit, 1)
        line.addWidget(self.fit)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.plots)
        split.addWidget(self.table)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(line)
        layout.addWidget(split, 1)

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if old.impedance is new.impedance:
            return
        kept = max(self.spectrum.currentIndex(), 0)
        self._estimates = {}
        self.spectrum.blockSignals(True)
        self.spectrum.clear()
        if new.impedance is not None:
            for one in list_estimates(new.impedance):
                self._estimates.setdefault(one.spectrum, []).append(one)
            self.spectrum.addItems(_name_spectra(new.impedance))
            self.spectrum.setCurrentIndex(min(kept, self.spectrum.count() - 1))
            self.circuit.setCurrentText(new.impedance.recipe.circuit or _BY_EVIDENCE)
        self.spectrum.blockSignals(False)
        self._show_spectrum()

    def _show_spectrum(self, *_: object) -> None:
        spectrum = max(self.spectrum.currentIndex(), 0)
        self.plots.show_spectrum(self.analysis, spectrum)
        rows = [_write_row(one) for one in self._estimates.get(spectrum, [])]
        self.table.setRowCount(len(rows))
        for number, cells in enumerate(rows):
            for place, text in enumerate(cells):
                self.table.setItem(number, place, QTableWidgetItem(text))

    def _on_produced(self, event: object) -> None:
        project = self._document.project
        if isinstance(event, LeftOut):
            self._document.change(keep_events(project, [event]), "Fit impedance")
            self.failed.emit(ThioscopeError(event.entries[0].reason))
        elif isinstance(event, ImpedanceFitted):
            held = project.impedance
            # what was measured may have changed meanwhile
            if held is not None and held.series is event.impedance.series:
                self._document.change(keep_events(project, [event]), "Fit impedance")


@dataclass(frozen=True, slots=True)
class _Fit:
    project: Project

    def __call__(self) -> Iterator[object]:
        return run_impedance(self.project)


def _name_spectra(analysis: ImpedanceAnalysis) -> Sequence[str]:
    columns = [
        get_column(analysis.series, name) for name in ("sample", "voltage", "cycle", "label")
    ]
    names = []
    for row in range(analysis.series.sizes[SPECTRUM]):
        sample, voltage, cycle, label = (column[row] for column in columns)
        parts = [str(sample)]
        parts += [f"{voltage:.3f} V"] if np.isfinite(voltage) else []
        parts += [f"cycle {cycle:.0f}"] if np.isfinite(cycle) else []
        names.append(", ".join([*parts, *([str(label)] if label else [])]))
    return names


def _write_row(one: ImpedanceEstimate) -> tuple[str, ...]:
    ends = f"{one.low:.4g} to {one.high:.4g}" if np.isfinite(one.high) else "no upper end"
    shown = one.assignment if one.status == "fitted" else f"{one.status}. {one.assignment}"
    return one.quantity, f"{one.value:.4g}", ends, one.unit.replace("Ohm", "Ω"), shown
