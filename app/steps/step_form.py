"""The settings of one step, each in a field of its own."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from app.controls.chooser import Chooser
from app.controls.number_field import NumberField
from app.steps.step_fields import UNIT, Field, fields_of, kind_of
from app.theme import SPACING
from fitting.data.errors import ThioscopeError
from fitting.preprocessing.steps import Step

_EMPTY = math.nan
"""What an empty field holds; stands for ``None``."""


class StepForm(QWidget):
    """Shows a step and says what it becomes."""

    valueChanged = Signal(object)  # noqa: N815 - as Qt's own fields name it
    """The changed ``Step``."""
    refused = Signal(str)
    """Why a setting was not taken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step: Step | None = None
        self._unit = ""
        self._fields: dict[str, NumberField | Chooser] = {}
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACING)

    def value(self) -> Step | None:
        """The step as it is set."""
        return self._step

    def setValue(self, step: Step | None, unit: str = "") -> None:  # noqa: N802
        """Show another step, or none."""
        if step == self._step and unit == self._unit:
            return
        if type(step) is not type(self._step) or unit != self._unit:
            self._build(() if step is None else kind_of(step).fields, unit)
        self._step, self._unit = step, unit
        self._show()

    def restore(self) -> None:
        """Show the step again as it is set, such as after a change that was not taken."""
        self._show()

    def field(self, name: str) -> NumberField | Chooser:
        """The field of a setting."""
        return self._fields[name]

    def _build(self, wanted: Sequence[Field], unit: str) -> None:
        while self._layout.rowCount():
            self._layout.removeRow(0)
        self._fields = {}
        for one in wanted:
            field: NumberField | Chooser
            if one.choices is None:
                field = NumberField(empty=_EMPTY if one.may_be_empty else None)
                field.valueChanged.connect(partial(self._on_number, one))
            else:
                field = Chooser(one.choices)
                field.chosen.connect(partial(self._take, one.name))
            field.setToolTip(one.tip)
            self._fields[one.name] = field
            self._layout.addRow(one.label.replace(UNIT, unit), field)

    def _show(self) -> None:
        shown = [] if self._step is None else [one.name for one in fields_of(self._step)]
        for name, field in self._fields.items():
            self._layout.setRowVisible(field, name in shown)
            value = getattr(self._step, name)
            if isinstance(field, Chooser):
                field.setValue(str(value))
            else:
                field.setValue(_EMPTY if value is None else float(value))

    def _on_number(self, one: Field, number: float) -> None:
        if math.isnan(number):
            self._take(one.name, None)
        elif one.is_whole and number != round(number):
            self._show()
            self.refused.emit(f"{one.label} is a whole number.")
        else:
            self._take(one.name, int(number) if one.is_whole else number)

    def _take(self, name: str, value: object) -> None:
        if self._step is None:
            return
        try:
            changed = replace(self._step, **{name: value})  # type: ignore[arg-type]
        except ThioscopeError as error:
            self._show()
            self.refused.emit(str(error))
            return
        self.valueChanged.emit(changed)
