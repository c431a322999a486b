"""Name and colour of every species in figures, as a table that is edited in place."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

_HEADINGS = ("Species", "In the figure", "Colour")
_ROWS_SHOWN = 4


class SpeciesLooks(QTableWidget):
    """A name that is emptied, or a colour that is not chosen, is the usual one."""

    valueChanged = Signal()  # noqa: N815 - as Qt's own fields name it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_HEADINGS), parent)
        self.setHorizontalHeaderLabels(_HEADINGS)
        self.setAccessibleName("Names and colours of species")
        self.setToolTip("Type another name; click a colour to choose another one.")
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        self.setTabKeyNavigation(False)
        self._usual: dict[str, tuple[str, str]] = {}
        self.itemChanged.connect(self._on_changed)
        self.cellActivated.connect(self._choose_colour)
        self.cellClicked.connect(self._choose_colour)

    def show_species(
        self,
        species: Sequence[tuple[str, str, str]],
        names: Mapping[str, str],
        colours: Mapping[str, str],
    ) -> None:
        """Show species with the names and colours that are chosen for them.

        Parameters
        ----------
        species
            Id, usual name and usual colour of each.
        """
        self.blockSignals(True)
        self._usual = {one: (name, colour) for one, name, colour in species}
        self.setRowCount(len(species))
        for row, (one, name, colour) in enumerate(species):
            items = [QTableWidgetItem(text) for text in (one, names.get(one, name), "")]
            items[0].setFlags(Qt.ItemFlag.ItemIsEnabled)
            items[2].setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            _paint(items[2], colours.get(one, colour))
            for column, item in enumerate(items):
                self.setItem(row, column, item)
        height = self.verticalHeader().defaultSectionSize()
        shown = min(max(len(species), 1), _ROWS_SHOWN)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + shown * height + 4)
        self.blockSignals(False)

    def species(self) -> list[str]:
        """The ids of those shown."""
        return list(self._usual)

    def names(self) -> dict[str, str]:
        """The names that differ from the usual ones, by species."""
        written = {one: self._text(row, 1).strip() for row, one in enumerate(self._usual)}
        return {one: name for one, name in written.items() if name not in ("", self._usual[one][0])}

    def colours(self) -> dict[str, str]:
        """The colours that differ from the usual ones, by species."""
        chosen = {one: self._text(row, 2) for row, one in enumerate(self._usual)}
        return {one: colour for one, colour in chosen.items() if colour != self._usual[one][1]}

    def take_colour(self, row: int, colour: str) -> None:
        """Give a species another colour, as "#rrggbb"."""
        item = self.item(row, 2)
        if item is not None:
            _paint(item, colour)

    def _text(self, row: int, column: int) -> str:
        item = self.item(row, column)
        return "" if item is None else item.text()

    def _on_changed(self, _: QTableWidgetItem) -> None:
        self.valueChanged.emit()

    def _choose_colour(self, row: int, column: int) -> None:
        if column == 2:
            colour = QColorDialog.getColor(QColor(self._text(row, 2)), self, "Colour in figures")
            if colour.isValid():
                self.take_colour(row, colour.name())


def _paint(item: QTableWidgetItem, colour: str) -> None:
    item.setText(colour)
    item.setBackground(QColor(colour))
    item.setForeground(QColor("white" if QColor(colour).lightness() < 140 else "black"))
