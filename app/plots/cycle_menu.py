"""Which branches and cycles of a cell are shown: a button with a menu of what there is."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.plots.trend_curves import TrendCurve, without_points

_BRANCHES = {"charge": "Charge", "discharge": "Discharge"}


class CycleMenu(QToolButton):
    """Hidden where there is nothing to choose from."""

    chosen = Signal()
    """A branch or cycle was shown or hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("Cycles")
        self.setToolTip("Branches and cycles that are shown")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))
        self._hidden: set[str | float] = set()
        self.setVisible(False)

    def offer(self, curves: Sequence[TrendCurve]) -> None:
        """Offer the branches and cycles of these trends."""
        branches = {branch for one in curves for branch in one.branch.tolist() if branch}
        cycles = np.unique(np.concatenate([one.all_cycles for one in curves] or [np.empty(0)]))
        known = [name for name in _BRANCHES if name in branches]
        numbers = [float(cycle) for cycle in cycles if np.isfinite(cycle)]
        choices: list[str | float] = [*(known if len(known) > 1 else [])]
        choices += numbers if len(numbers) > 1 else []
        menu = self.menu()
        if [action.data() for action in menu.actions()] != choices:
            menu.clear()
            for choice in choices:
                menu.addAction(self._action(choice, menu))
        self.setVisible(bool(choices))

    def keeps(self, curve: TrendCurve) -> TrendCurve:
        """The trend with the points that are hidden left out."""
        if not self._hidden:
            return curve
        gone = np.isin(curve.branch.astype(str), [one for one in self._hidden if _is_branch(one)])
        gone |= np.isin(curve.all_cycles, [one for one in self._hidden if not _is_branch(one)])
        return without_points(curve, gone)

    def keeps_curve(self, branch: str, cycle: float) -> bool:
        """Whether a curve of the cell is shown."""
        return branch not in self._hidden and cycle not in self._hidden

    def _action(self, choice: str | float, menu: QMenu) -> QAction:
        text = _BRANCHES[choice] if isinstance(choice, str) else f"Cycle {choice:g}"
        action = QAction(text, menu, checkable=True)
        action.setData(choice)
        action.setChecked(choice not in self._hidden)
        action.triggered.connect(self._on_triggered)
        return action

    def _on_triggered(self) -> None:
        self._hidden = {action.data() for action in self.menu().actions() if not action.isChecked()}
        self.chosen.emit()


def _is_branch(choice: str | float) -> bool:
    return isinstance(choice, str)
