"""The fields of a figure style."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QPushButton, QWidget

from app.controls.chooser import Chooser
from app.controls.number_field import NumberField
from app.figures.species_looks import SpeciesLooks
from app.theme import SPACING
from fitting.data.errors import RecipeError
from fitting.data.order import ORDERS
from fitting.projects.figure_style import COLUMN_WIDTHS, FURTHER_FORMATS, FigureStyle

_USUAL_FONT = "Arial or like it"
_OWN = "own"
_PARTS = {
    "has_legend": "Legend",
    "has_labels": "Voltage or sample in each panel",
    "has_residual": "Residuals",
}


class StyleForm(QWidget):
    """Shows a style of one region; ``valueChanged`` after each change."""

    valueChanged = Signal()  # noqa: N815 - as Qt's own fields name it

    def __init__(self, fonts: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style, self._region = FigureStyle(), ""
        self.width_of = Chooser({f"{mm:g}": _describe_width(mm) for mm in COLUMN_WIDTHS.values()})
        self.own_width = NumberField(step=1.0)
        self.family = Chooser({"": _USUAL_FONT, **{name: name for name in fonts}})
        self.font_size = NumberField(step=0.5)
        self.spectra = QLineEdit()
        self.selected = QPushButton("Those selected in the list")
        self.most = NumberField(step=1.0)
        self.order = Chooser({"": "that of the project", **{one: one for one in ORDERS}})
        self.parts = {name: QCheckBox(text) for name, text in _PARTS.items()}
        self.formats = {name: QCheckBox(name.upper()) for name in FURTHER_FORMATS}
        self.looks = SpeciesLooks()
        self._arrange()
        self._connect()

    def value(self) -> FigureStyle:
        """The style as it stands in the fields.

        Raises
        ------
        RecipeError
            If a field says what cannot be drawn.
        """
        numbers = _parse_numbers(self.spectra.text())
        others = {name: one for name, one in self._style.spectra.items() if name != self._region}
        species = set(self.looks.species())
        return FigureStyle(
            width=self.own_width.value(),
            font=self.family.value(),
            font_size=self.font_size.value(),
            colours=_merge(self._style.colours, species, self.looks.colours()),
            names=_merge(self._style.names, species, self.looks.names()),
            spectra={**others, **({self._region: numbers} if numbers else {})},
            most_spectra=round(self.most.value()),
            order=next((one for one in ORDERS if one == self.order.value()), ""),
            formats=tuple(name for name, box in self.formats.items() if box.isChecked()),
            dots_per_inch=self._style.dots_per_inch,
            **{name: box.isChecked() for name, box in self.parts.items()},
        )

    def show_style(
        self, style: FigureStyle, region: str, species: Sequence[tuple[str, str, str]]
    ) -> None:
        """Show a style; ``species`` are those of the region, see ``SpeciesLooks``."""
        self._style, self._region = style, region
        self.blockSignals(True)
        self._show_width(style.width)
        self.family.setValue(style.font)
        self.font_size.setValue(style.font_size)
        self.spectra.setText(", ".join(map(str, style.spectra.get(region, ()))))
        self.most.setValue(style.most_spectra)
        self.order.setValue(style.order)
        for name, box in self.parts.items():
            box.setChecked(getattr(style, name))
        for name, box in self.formats.items():
            box.setChecked(name in style.formats)
        self.looks.show_species(species, style.names, style.colours)
        self.blockSignals(False)

    def _arrange(self) -> None:
        # Return takes what the dialog offers
        self.selected.setAutoDefault(False)
        self.spectra.setPlaceholderText("first, last and some between")
        self.spectra.setToolTip("Numbers as in the tables, from the top, such as 0, 6, 12")
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(SPACING)
        for text, widget in (
            ("Size", self.width_of),
            ("Width (mm)", self.own_width),
            ("Font", self.family),
            ("Font size (pt)", self.font_size),
            ("Spectra", self.spectra),
            ("", self.selected),
            ("Number of fits", self.most),
            ("Order", self.order),
        ):
            widget.setAccessibleName(text or "Take the spectra that are selected in the list")
            form.addRow(text, widget)
        for box in self.parts.values():
            form.addRow("", box)
        for name, box in self.formats.items():
            box.setToolTip(f"Export writes figures as {name.upper()} too, beside SVG and PNG")
            form.addRow("Also as" if name == FURTHER_FORMATS[0] else "", box)
        form.addRow(self.looks)

    def _connect(self) -> None:
        self.width_of.chosen.connect(self._take_width)
        self.own_width.valueChanged.connect(self._show_width)
        for field in (self.own_width, self.font_size, self.most):
            field.valueChanged.connect(self._on_changed)
        for chooser in (self.family, self.order):
            chooser.chosen.connect(self._on_changed)
        self.spectra.editingFinished.connect(self._on_changed)
        for box in (*self.parts.values(), *self.formats.values()):
            box.toggled.connect(self._on_changed)
        self.looks.valueChanged.connect(self._on_changed)

    def _take_width(self, name: str) -> None:
        if name != _OWN:
            self.own_width.setValue(float(name))
            self._on_changed()

    def _show_width(self, width: float) -> None:
        self.own_width.setValue(width)
        names = {f"{mm:g}": _describe_width(mm) for mm in COLUMN_WIDTHS.values()}
        is_own = f"{width:g}" not in names
        self.width_of.offer({**names, **({_OWN: "own width"} if is_own else {})})
        self.width_of.setValue(_OWN if is_own else f"{width:g}")

    def _on_changed(self, *_: object) -> None:
        self.valueChanged.emit()


def _describe_width(width: float) -> str:
    name = next(name for name, mm in COLUMN_WIDTHS.items() if mm == width)
    return f"{name[:1].upper()}{name[1:]}, {width:g} mm"


def _parse_numbers(text: str) -> tuple[int, ...]:
    words = text.replace(",", " ").replace(";", " ").split()
    if not all(word.isdecimal() and len(word) < 9 for word in words):
        raise RecipeError(f"Spectra are numbers such as 0, 6, 12, not {text!r}.")
    return tuple(map(int, words))


def _merge(
    former: Mapping[str, str], species: set[str], chosen: Mapping[str, str]
) -> dict[str, str]:
    """What was chosen for species of other regions, and for these."""
    return {**{one: text for one, text in former.items() if one not in species}, **chosen}
