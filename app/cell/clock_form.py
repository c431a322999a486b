"""The fields of a clock: zone, offset, drift, and what exposures may not exceed."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from app.controls.hints import Refusal
from app.controls.number_field import NumberField
from app.theme import SPACING
from fitting.data.errors import VoltageError
from fitting.electrochemistry.potential_by_time import Clock
from fitting.electrochemistry.time_zone import zone_seconds

_ZONES = (
    "",
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Kolkata",
)
_SAME = "as the spectra"
_HOUR = 3600.0
_OFFSET_STEP = 1.0
_FIELD_WIDTH = 150


class ClockForm(QWidget):
    """Shows and edits a clock."""

    valueChanged = Signal(object)  # noqa: N815 - as Qt's own fields name it
    """The ``Clock`` after a field was changed by hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = Clock()
        self._zero = 0.0
        self.zone = QComboBox()
        self.zone.setEditable(True)
        self.zone.addItems(_ZONES)
        self._zone_text = QLineEdit()
        self._zone_text.setPlaceholderText(_SAME)
        self.zone.setLineEdit(self._zone_text)
        self.offset = NumberField(step=_OFFSET_STEP)
        self.drift = NumberField(step=0.01)
        self.start = NumberField(step=0.01, empty=float("nan"))
        self.step = NumberField(step=0.1, empty=0.0)
        self.change = NumberField(step=0.005)
        self.refusal = Refusal()
        self._build()
        self.zone.activated.connect(self._on_zone)
        self._zone_text.editingFinished.connect(self._on_zone)
        for field in (self.offset, self.drift, self.start, self.step, self.change):
            field.valueChanged.connect(self._on_number)

    def value(self) -> Clock:
        """The clock as last taken."""
        return self._clock

    def setValue(self, clock: Clock) -> None:  # noqa: N802
        """Show another clock."""
        self._clock = clock
        self.zone.setEditText(clock.zone)
        self.offset.setValue(clock.offset)
        self.drift.setValue(round(clock.drift * _HOUR, 9))
        start = clock.series_start
        self.start.setValue(float("nan") if start is None else (start - self._zero) / _HOUR)
        self.step.setValue(clock.series_step or 0.0)
        self.change.setValue(clock.largest_change)

    def offer_start(self, zero: float, is_needed: bool) -> None:
        """Ask where the series begins, counted from ``zero`` (s), if the spectra do not say it."""
        self._zero = zero
        self._layout.setRowVisible(self.start, is_needed)

    def offer_step(self, is_needed: bool) -> None:
        """Ask for the time between spectra, if that in the files is nominal."""
        self._layout.setRowVisible(self.step, is_needed)

    def _build(self) -> None:
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(2 * SPACING)
        self._layout.setVerticalSpacing(SPACING)
        rows = (
            ("Time zone of the record", self.zone,
             "Only where the spectra state UTC: a place such as Europe/Berlin, or +02:00"),
            ("Offset (s)", self.offset,
             "Added to the times of the spectra; drag the bands to change it"),
            ("Drift (s/h)", self.drift, "Seconds that the clock of the spectra loses in an hour"),
            ("First spectrum at (h)", self.start, "Hours from the beginning of the record"),
            ("Between spectra (s)", self.step, "Start to start, where stated times are nominal"),
            ("Largest change (V)", self.change, "What moves more during an exposure is flagged"),
        )  # fmt: skip
        for text, field, tip in rows:
            field.setToolTip(tip)
            field.setAccessibleName(text)
            field.setFixedWidth(_FIELD_WIDTH)
            self._layout.addRow(text, field)
        self._layout.addRow(self.refusal)
        self.offer_start(0.0, False)
        self.offer_step(False)
        self.setValue(self._clock)

    def _on_zone(self, *_: object) -> None:
        zone = self.zone.currentText().strip()
        if zone == self._clock.zone:
            return
        try:
            zone_seconds(zone, 0.0)
        except VoltageError as error:
            self.refusal.say(str(error))
            return
        self.refusal.clear()
        self._take(replace(self._clock, zone=zone))

    def _on_number(self, _: float) -> None:
        start = self.start.value()
        self._take(
            replace(
                self._clock,
                offset=self.offset.value(),
                drift=self.drift.value() / _HOUR,
                series_start=None if start != start else self._zero + start * _HOUR,
                series_step=self.step.value() or None,
                largest_change=abs(self.change.value()),
            )
        )

    def _take(self, clock: Clock) -> None:
        if clock != self._clock:
            self._clock = clock
            self.valueChanged.emit(clock)
