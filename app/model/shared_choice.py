"""What the spectra of a region have in common, and in which groups: the joint fit."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from app.controls.chooser import Chooser
from app.theme import SPACING
from fitting.models.parameter_kinds import shared_kinds

Shared = tuple[tuple[str, ...], tuple[str, ...]]
"""Kinds of parameters with one value, and the coordinates that make the groups."""

_TIP = (
    "Joint fit: what is checked has one value for all spectra, which tells overlapping species "
    "apart. Areas and the level of the background stay each spectrum's own."
)
_BY_TIP = "Spectra that have the checked parameters in common"


class SharedChoice(QWidget):
    """Kinds of parameters to check, and the groups of spectra that share them."""

    chosen = Signal(object)
    """The user has chosen other ones: a ``Shared``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kinds = QToolButton()
        self.kinds.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.kinds.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.kinds.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.kinds.setToolTip(_TIP)
        self.kinds.setAccessibleName("Shared parameters")
        self.kinds.setMenu(QMenu(self.kinds))
        self.groups = Chooser({})
        self.groups.setToolTip(_BY_TIP)
        self.groups.setAccessibleName("Spectra that share them")
        self._boxes: dict[str, QCheckBox] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.kinds, 3)
        layout.addWidget(QLabel("in"))
        layout.addWidget(self.groups, 2)
        self.groups.chosen.connect(self._on_chosen)
        self.offer((), ())
        self.setValue(((), ()))

    def value(self) -> Shared:
        """What is checked and chosen."""
        share = tuple(kind for kind, box in self._boxes.items() if box.isChecked())
        by = self.groups.value()
        return share, tuple(by.split(",")) if by else ()

    def setValue(self, shared: Shared) -> None:  # noqa: N802
        """Show others; what is not offered is added."""
        share, by = shared
        self.offer(
            [*self._boxes, *(kind for kind in share if kind not in self._boxes)],
            [name for row in range(self.groups.count()) if (name := self.groups.itemData(row))]
            + [",".join(by)] * bool(by and self.groups.findData(",".join(by)) < 0),
        )
        for kind, box in self._boxes.items():
            with QSignalBlocker(box):
                box.setChecked(kind in share)
        self.groups.setValue(",".join(by))
        self._show_text()

    def offer(self, kinds: Sequence[str], groupings: Sequence[str]) -> None:
        """Offer these kinds, and groups by these coordinates."""
        ordered = [name for name in shared_kinds() if name in kinds]
        if ordered != list(self._boxes):
            self._fill_menu(ordered)
        self.groups.offer({"": "all spectra", **{name: f"each {name}" for name in groupings}})
        self.groups.setEnabled(bool(self.value()[0]))

    def _fill_menu(self, kinds: Sequence[str]) -> None:
        checked, known = self.value()[0], shared_kinds()
        menu = self.kinds.menu()
        menu.clear()
        self._boxes = {}
        for kind in kinds:
            box = QCheckBox(known[kind].plural)
            box.setChecked(kind in checked)
            box.setToolTip(known[kind].words_of_sharing)
            box.toggled.connect(self._on_chosen)
            # a widget, and not a checkable action: the menu stays open to check another one
            action = QWidgetAction(menu)
            action.setDefaultWidget(box)
            menu.addAction(action)
            self._boxes[kind] = box

    def _on_chosen(self, *_: object) -> None:
        self._show_text()
        self.chosen.emit(self.value())

    def _show_text(self) -> None:
        share, _ = self.value()
        known = shared_kinds()
        self.kinds.setText(", ".join(known[kind].plural for kind in share) or "nothing")
        self.groups.setEnabled(bool(share))
