"""Against which electrode a record was measured."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from app.controls.number_field import NumberField
from app.theme import SPACING
from fitting.data.voltage_scale import LITHIUM, SCALES, VoltageScale, voltage_scale

_OTHER = "other"
_OFFSET_WIDTH = 60


class ScaleForm(QWidget):
    """Shows and edits a voltage scale; its potential vs Li+/Li can be changed."""

    valueChanged = Signal(object)  # noqa: N815 - as Qt's own fields name it
    """The ``VoltageScale`` after a change by hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = LITHIUM
        self.name = QComboBox()
        for name in (*SCALES, _OTHER):
            self.name.addItem(name.replace("Li+/Li", "Li⁺/Li"), name)
        self.name.setAccessibleName("Voltages of the record are against")
        self.offset = NumberField(step=0.01)
        self.offset.setAccessibleName("Potential of the electrode")
        self.offset.setFixedWidth(_OFFSET_WIDTH)
        self.offset.setToolTip("Potential of the electrode vs Li⁺/Li (V)")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addWidget(self.name, 1)
        layout.addWidget(self.offset)
        layout.addWidget(QLabel("V"))
        self.name.activated.connect(self._on_name)
        self.offset.valueChanged.connect(self._on_offset)
        self.setValue(LITHIUM)

    def value(self) -> VoltageScale:
        """The scale."""
        return self._scale

    def setValue(self, scale: VoltageScale) -> None:  # noqa: N802
        """Show another scale."""
        self._scale = scale
        shown = scale.name if scale.name in SCALES else _OTHER
        self.name.setCurrentIndex(self.name.findData(shown))
        self.name.setToolTip(scale.source)
        self.offset.setValue(scale.offset)
        self.offset.setEnabled(scale.name != LITHIUM.name)

    def _on_name(self, _: int) -> None:
        name = str(self.name.currentData())
        known = SCALES.get(name) or voltage_scale(name, self._scale.offset)
        self._take(known)

    def _on_offset(self, offset: float) -> None:
        self._take(voltage_scale(self._scale.name, offset))

    def _take(self, scale: VoltageScale) -> None:
        self.setValue(scale)
        self.valueChanged.emit(scale)
