"""What of the cell is shown beside the species: its curve, its branches, its cycles."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.plots.trend_curves import TrendCurve, without_points
from fitting.electrochemistry.cell_curves import LABELS

_BRANCHES = {"charge": "Charge", "discharge": "Discharge"}
_NOTHING = ""


class CellMenu(QToolButton):
    """A button with a menu; hidden where there is nothing to choose from."""

    chosen = Signal()
    """Something else is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("Cell")
        self.setToolTip("What the cell did: its curve below, and which branches and cycles")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))
        self._quantities: Sequence[str] = ()
        self._points: Sequence[str | float] = ()
        self._wanted: str | None = None
        self._hidden: set[str | float] = set()
        self.setVisible(False)

    @property
    def quantity(self) -> str:
        """What is shown below the trends; empty for nothing."""
        if self._wanted is None or self._wanted not in (*self._quantities, _NOTHING):
            return self._quantities[0] if self._quantities else _NOTHING
        return self._wanted

    def offer_quantities(self, quantities: Sequence[str]) -> None:
        """Offer what the record can show along this axis."""
        if list(quantities) != list(self._quantities):
            self._quantities = tuple(quantities)
            self._fill()

    def offer_points(self, curves: Sequence[TrendCurve]) -> None:
        """Offer the branches and cycles of these trends."""
        branches = {branch for one in curves for branch in one.branch.tolist() if branch}
        cycles = np.unique(np.concatenate([one.all_cycles for one in curves] or [np.empty(0)]))
        known = [name for name in _BRANCHES if name in branches]
        numbers = [float(cycle) for cycle in cycles if np.isfinite(cycle)]
        points: list[str | float] = [*(known if len(known) > 1 else [])]
        points += numbers if len(numbers) > 1 else []
        if points != list(self._points):
            self._points = points
            self._fill()

    def action(self, choice: str | float) -> QAction:
        """The entry of a quantity, a branch or a cycle."""
        return next(one for one in self.menu().actions() if one.data() == choice)

    def keeps(self, curve: TrendCurve) -> TrendCurve:
        """The trend with the points that are hidden left out."""
        if not self._hidden:
            return curve
        branches = [one for one in self._hidden if isinstance(one, str)]
        cycles = [one for one in self._hidden if not isinstance(one, str)]
        gone = np.isin(curve.branch.astype(str), branches) | np.isin(curve.all_cycles, cycles)
        return without_points(curve, gone)

    def keeps_curve(self, branch: str, cycle: float) -> bool:
        """Whether a curve of the cell is shown."""
        return branch not in self._hidden and cycle not in self._hidden

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        if self._quantities:
            menu.addSection("Below the trends")
            group = QActionGroup(menu)
            for name in (*self._quantities, _NOTHING):
                action = self._entry(LABELS.get(name, "Nothing"), name, name == self.quantity)
                group.addAction(action)
                action.triggered.connect(self._on_quantity)
        if self._points:
            menu.addSection("Branches and cycles")
        for point in self._points:
            text = _BRANCHES[point] if isinstance(point, str) else f"Cycle {point:g}"
            action = self._entry(text, point, point not in self._hidden)
            action.triggered.connect(self._on_point)
        self.setVisible(bool(self._quantities or self._points))

    def _entry(self, text: str, choice: str | float, is_checked: bool) -> QAction:
        action = self.menu().addAction(text)
        action.setCheckable(True)
        action.setChecked(is_checked)
        action.setData(choice)
        return action

    def _on_quantity(self) -> None:
        names = (*self._quantities, _NOTHING)
        self._wanted = next(name for name in names if self.action(name).isChecked())
        self.chosen.emit()

    def _on_point(self) -> None:
        self._hidden = {point for point in self._points if not self.action(point).isChecked()}
        self.chosen.emit()
