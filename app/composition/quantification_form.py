"""The choice of sensitivity factors, escape depth and angle, as a form."""

import math
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QWidget

from app.controls.chooser import Chooser
from app.controls.number_field import NumberField
from app.settings import last_folder
from app.theme import SPACING
from fitting.quantities.escape_depth import ESCAPE_DEPTHS
from fitting.quantities.quantification import AL_KA, Quantification
from libraries.errors import LibraryError
from libraries.materials import material_names
from libraries.sensitivity_sets import load_sensitivity_set, sensitivity_set_names

_DEFAULT, _OWN, _FILE = "", "own", "file"
_IN_FACTORS = "In the factors"


class QuantificationForm(QWidget):
    """Shows and changes a ``Quantification``."""

    valueChanged = Signal(object)  # noqa: N815 - as Qt's own fields name it
    """The ``Quantification`` that was chosen."""
    refused = Signal(str)
    """Why a file of factors was not taken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = Quantification()
        self.factors = Chooser({})
        self.escape_depth = Chooser({})
        self.material = Chooser({name: name for name in material_names()})
        self.angle = NumberField(step=1, empty=math.nan)
        self._arrange()
        self._show()
        self.factors.chosen.connect(self._on_factors)
        self.escape_depth.chosen.connect(self._on_escape_depth)
        self.material.chosen.connect(self._on_material)
        self.angle.valueChanged.connect(self._on_angle)

    def value(self) -> Quantification:
        """What is chosen."""
        return self._value

    def setValue(self, value: Quantification) -> None:  # noqa: N802
        """Show another choice."""
        self._value = value
        self._show()

    def ask(self) -> None:
        """Ask for a file of factors."""
        name, _ = QFileDialog.getOpenFileName(
            self, "Sensitivity factors", str(last_folder()), "Tables (*.csv);;All files (*)"
        )
        if name:
            self.take_file(Path(name))
        self._show()

    def take_file(self, path: Path) -> None:
        """Take factors of a file, or say what is wrong with it."""
        try:
            own = load_sensitivity_set(path)
        except LibraryError as error:
            self.refused.emit(str(error))
            return
        depth = self._value.escape_depth if own.escape_depth == "separate" else _DEFAULT
        self._take(replace(self._value, own_set=own, escape_depth=depth))

    def _arrange(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(SPACING)
        for title, field, tip in (
            ("Sensitivity &factors", self.factors, "One set for all core levels"),
            ("&Escape depth", self.escape_depth, "How deep electrons of each energy come from"),
            ("&Material", self.material, "That the electrons come through"),
            (
                "&Angle (degrees)",
                self.angle,
                "Between X-rays and analyser; left empty, no angular term",
            ),
        ):
            field.setToolTip(tip)
            form.addRow(title, field)

    def _show(self) -> None:
        value = self._value
        own = {} if value.own_set is None else {_OWN: value.own_set.name}
        self.factors.offer(
            {
                _DEFAULT: "Cross sections of the photon energy (Scofield)",
                **{name: name for name in sensitivity_set_names()},
                **own,
                _FILE: "From a CSV file…",
            }
        )
        self.factors.setValue(value.sensitivity if value.own_set is None else _OWN)
        has_own_depth = value.factors_for(AL_KA).escape_depth == "included"
        words = _IN_FACTORS if has_own_depth else "TPP-2M (the default)"
        others = {} if has_own_depth else {name: name for name in ESCAPE_DEPTHS if name != "TPP-2M"}
        self.escape_depth.offer({_DEFAULT: words, **others})
        chosen = value.escape_depth if value.escape_depth in others else _DEFAULT
        self.escape_depth.setValue(chosen)
        self.escape_depth.setEnabled(not has_own_depth)
        self.material.setValue(value.material)
        self.material.setEnabled(not has_own_depth and chosen in (_DEFAULT, "S4"))
        self.angle.setValue(math.nan if value.angle is None else value.angle)

    def _take(self, value: Quantification) -> None:
        self.setValue(value)
        self.valueChanged.emit(value)

    def _on_factors(self, name: str) -> None:
        if name == _FILE:
            self.ask()
        elif name != _OWN:
            changed = replace(self._value, sensitivity=name, own_set=None)
            if changed.factors_for(AL_KA).escape_depth == "included":
                changed = replace(changed, escape_depth=_DEFAULT)
            self._take(changed)

    def _on_escape_depth(self, name: str) -> None:
        self._take(replace(self._value, escape_depth=name))

    def _on_material(self, name: str) -> None:
        self._take(replace(self._value, material=name))

    def _on_angle(self, angle: float) -> None:
        try:
            self._take(replace(self._value, angle=None if math.isnan(angle) else angle))
        except ValueError as error:
            self.refused.emit(str(error))
            self._show()
