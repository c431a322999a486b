"""The clock of a potentiostat record: the spectra on its voltage curve, moved until they fit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.cell.clock_form import ClockForm
from app.cell.clock_questions_list import ClockQuestionsList
from app.cell.scale_form import ScaleForm
from app.cell.voltage_plot import VoltagePlot
from app.controls.window_words import say_in_window
from app.document import Document
from app.job import Job
from app.theme import SPACING, current_colours
from fitting.data.voltage_scale import VoltageScale
from fitting.electrochemistry.clock_questions import ClockQuestion, clock_questions
from fitting.electrochemistry.potential_by_time import Clock, stated_starts
from fitting.projects.project import Project
from fitting.projects.project_record import (
    ExposureWindows,
    exposure_windows,
    with_record,
    without_record,
)
from fitting.readers.records.record import PotentialRecord
from fitting.referencing.rereference import change_charge_reference, is_regrouped
from libraries.catalogue import Catalogue

_SIZE = (980, 640)
_WHOLE_SECONDS = 60.0
"""Offsets of more than this (s) are dragged in whole seconds."""
_DAY = 86_400.0
_REFERRING = "Fitting the reference line of every round of measurement …"
_NOT_COVERED = "No spectrum lies on the record: move the bands onto the curve first."


class CellDialog(QDialog):
    """Lays a record over the spectra of the document; "Apply" is one step of undo."""

    applied = Signal(str)
    """A sentence about what was done."""

    def __init__(
        self,
        document: Document,
        record: PotentialRecord,
        clock: Clock | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Potentiostat record")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._document, self._record = document, record
        self._dragged_from: float | None = None
        self._job = Job(self)
        self._wanted: _Referred | None = None
        self.plot = VoltagePlot()
        self.form = ClockForm()
        self.scale = ScaleForm()
        self.questions = ClockQuestionsList()
        self.summary = QLabel()
        self._build()
        self.plot.show_record(record, (clock or Clock()).longest_gap)
        self._offer_fields(clock or Clock())
        self.form.setValue(clock or Clock())
        self.scale.setValue(record.scale)
        self.form.valueChanged.connect(self._show)
        self.scale.valueChanged.connect(self._on_scale)
        self.plot.dragged.connect(self._on_dragged)
        self.plot.let_go.connect(self._on_let_go)
        self.questions.answered.connect(self._on_answered)
        self._job.produced.connect(self._on_referred)
        self._job.failed.connect(self._on_not_referred)
        self._show()
        self.plot.show_everything()
        room = parent.size() if parent else None
        self.resize(*(min(wish, have - 4 * SPACING) for wish, have in zip(
            _SIZE, (room.width(), room.height()) if room else _SIZE, strict=True)))  # fmt: skip

    def apply(self) -> None:
        """Put the potentials onto the spectra."""
        project = with_record(self._document.project, self._record, self.form.value())
        done = f"{self._record.file}: {_describe_cover(self._windows())}."
        self._take(project, "Attach the potentiostat record", done)

    def remove(self) -> None:
        """Take the record off the project."""
        project = without_record(self._document.project)
        done = f"{self._record.file} was taken off the project."
        self._take(project, "Remove the record", done)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        # nothing may run on when the window closes
        self._wanted = None
        self._job.wait()
        super().hideEvent(event)

    def _take(self, project: Project, text: str, done: str) -> None:
        """Change the project; off the GUI thread where other spectra are of one state now."""
        if self._job.is_running:
            return
        before = self._document.project
        if not is_regrouped(before, project):
            self._finish(project, text, done)
            return
        self._wanted = _Referred(before, project, self._document.catalogue, text, done)
        self.apply_button.setEnabled(False)
        self.remove_button.setEnabled(False)
        self.summary.setText(_REFERRING)
        self._job.start(self._wanted)

    def _on_referred(self, project: object) -> None:
        if self._wanted is not None and isinstance(project, Project):
            self._end(self._wanted, project, "Energies were referred to the line of each round.")

    def _on_not_referred(self, error: object) -> None:
        if self._wanted is not None:
            self._end(self._wanted, self._wanted.project, f"Energies stay as they were: {error}")

    def _end(self, wanted: "_Referred", project: Project, sentence: str) -> None:
        if wanted.before is self._document.project:
            self._finish(project, wanted.text, f"{wanted.done} {sentence}")
            return
        self._wanted = None
        self.remove_button.setEnabled(True)
        self._show()
        self.summary.setText("The project changed meanwhile: apply the record again.")

    def _finish(self, project: Project, text: str, done: str) -> None:
        self._document.change(project, text)
        self.applied.emit(done)
        self.accept()

    def _build(self) -> None:
        heading = QLabel(_describe_record(self._record))
        heading.setWordWrap(True)
        hint = QLabel("Drag the bands of the spectra along the curve, or type what is known.")
        hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        hint.setWordWrap(True)
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.RichText)
        self.summary.setMinimumWidth(260)
        side = QVBoxLayout()
        side.setSpacing(2 * SPACING)
        side.addWidget(QLabel("Voltages of the record are against"))
        side.addWidget(self.scale)
        side.addWidget(self.form)
        side.addWidget(self.summary)
        side.addWidget(hint)
        side.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(2 * SPACING)
        middle.addWidget(self.plot, 1)
        middle.addLayout(side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[2 * SPACING] * 4)
        layout.setSpacing(SPACING)
        layout.addWidget(heading)
        layout.addLayout(middle, 1)
        layout.addWidget(self.questions)
        layout.addWidget(self._make_buttons())

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.apply_button = QPushButton("Apply")
        self.apply_button.setDefault(True)
        self.apply_button.clicked.connect(self.apply)
        buttons.addButton(self.apply_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.remove_button = QPushButton("Remove record")
        self.remove_button.setAutoDefault(False)
        self.remove_button.clicked.connect(self.remove)
        buttons.addButton(self.remove_button, QDialogButtonBox.ButtonRole.DestructiveRole)
        self.remove_button.setVisible(self._document.project.cell is not None)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        return buttons

    def _offer_fields(self, clock: Clock) -> None:
        series = [one.series for one in self._document.project.analyses.values()]
        bare = replace(clock, series_start=None)
        is_timeless = not any(np.isfinite(stated_starts(one, bare)).all() for one in series)
        self.form.offer_start(float(self._record.time[0]), is_timeless)
        asked = clock_questions(series, self._record, replace(clock, series_step=None))
        self.form.offer_step(any(question.kind == "nominal times" for question in asked))

    def _windows(self) -> list[ExposureWindows]:
        return exposure_windows(self._document.project, self._record, self.form.value())

    def _show(self, *_: object) -> None:
        clock, windows = self.form.value(), self._windows()
        self.plot.show_windows(windows, clock.largest_change)
        self.summary.setText(_summarise_windows(windows, clock))
        is_covered = any(np.isfinite(one.potential.mean).any() for one in windows)
        self.apply_button.setEnabled(is_covered)
        self.apply_button.setToolTip("" if is_covered else _NOT_COVERED)
        if self._dragged_from is None:
            self.questions.ask(self._asked(clock))

    def _asked(self, clock: Clock) -> list[ClockQuestion]:
        series = [one.series for one in self._document.project.analyses.values()]
        return clock_questions(series, self._record, clock)

    def _on_dragged(self, seconds: float) -> None:
        clock = self.form.value()
        if self._dragged_from is None:
            self._dragged_from = clock.offset
        digits = 0 if abs(seconds) > _WHOLE_SECONDS else 1
        offset = round(self._dragged_from + seconds, digits)
        self.form.setValue(replace(clock, offset=offset))
        self._show()

    def _on_let_go(self) -> None:
        self._dragged_from = None
        self._show()

    def _on_scale(self, scale: VoltageScale) -> None:
        self._record = replace(self._record, scale=scale)
        self.plot.show_record(self._record, self.form.value().longest_gap)
        self._show()
        self.plot.show_everything()

    def _on_answered(self, clock: Clock) -> None:
        self.form.setValue(clock)
        self._show()


@dataclass(frozen=True, slots=True)
class _Referred:
    """A project with other states, whose energies are to be referred anew."""

    before: Project
    project: Project
    known: Catalogue
    text: str
    """Of the step that can be undone."""
    done: str

    def __call__(self) -> Iterator[Project]:
        yield change_charge_reference(self.project, self.project.charge_reference, self.known)


def _describe_record(record: PotentialRecord) -> str:
    hours = (record.time[-1] - record.time[0]) / 3600
    begin = ""
    if record.has_clock:
        begin = f", from {datetime.fromtimestamp(record.time[0], UTC):%Y-%m-%d %H:%M:%S}"
    warnings = "".join(f"\n{say_in_window(warning)}" for warning in record.warnings)
    return (
        f"{record.file} ({record.format}): {record.time.size} rows over {hours:.1f} h"
        f"{begin} on its own clock.{warnings}"
    )


def _summarise_windows(windows: list[ExposureWindows], clock: Clock) -> str:
    """What becomes of the spectra, in lines with the colours of their bands."""
    if not any(np.isfinite(one.start).any() for one in windows):
        return "The spectra state no time of day. Say when the first one was begun."
    lines = [(current_colours().accent, f"{_describe_cover(windows)}.")]
    if abs(clock.offset) >= _DAY:
        words = f"The clocks are taken to differ by {abs(clock.offset) / _DAY:.1f} days."
        lines.append((current_colours().warning, words))
    for name, words in (("is_outside", "outside the record"), ("is_gap", "in a gap of it")):
        count = sum(int(getattr(one.potential, name).sum()) for one in windows)
        lines += [(current_colours().error, f"{count} lie {words}.")] if count else []
    untimed = sum(int((~np.isfinite(one.start)).sum()) for one in windows)
    lines += [(current_colours().muted, f"{untimed} state no time of day.")] if untimed else []
    change = np.concatenate([np.nan_to_num(one.potential.change) for one in windows])
    moved = int((change > clock.largest_change).sum())
    if moved:
        words = f"In {moved} the potential moves by more than {clock.largest_change:g} V"
        lines.append((current_colours().warning, f"{words}, at most {change.max():.3f} V."))
    return "<br>".join(f'<span style="color:{colour}">■</span> {text}' for colour, text in lines)


def _describe_cover(windows: list[ExposureWindows]) -> str:
    total = sum(one.start.size for one in windows)
    known = sum(int(np.isfinite(one.potential.mean).sum()) for one in windows)
    return f"{known} of {total} spectra get a potential"
