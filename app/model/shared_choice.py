"""What the spectra of a region have in common, and in which groups: the joint fit."""

from collections.abc import Mapping, Sequence

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

Shared = tuple[tuple[str, ...], tuple[str, ...]]
"""Kinds of parameters with one value, and the coordinates that make the groups."""

KINDS: Mapping[str, str] = {
    "position": "positions",
    "fwhm": "widths",
    "mixing": "mixing",
    "asymmetry": "asymmetry",
    "separation": "doublet separations",
    "area_ratio": "doublet area ratios",
    "factor": "background factor",
    "C": "background C",
}
_KIND_TIPS: Mapping[str, str] = {
    "position": "Each line lies at the same place in all spectra. Refer energies to one line first",
    "fwhm": "Each line is as wide in all spectra",
    "mixing": "Each line has the same Lorentzian part in all spectra",
    "asymmetry": "Each line is as asymmetric in all spectra",
    "separation": "The two lines of a doublet lie as far apart in all spectra",
    "area_ratio": "The two lines of a doublet have the same ratio of areas in all spectra",
    "factor": "All spectra scatter the same part of a peak into the background behind it",
    "C": "All spectra have the same energy losses in a Tougaard background",
}
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
        ordered = [kind for kind in KINDS if kind in kinds]
        if ordered != list(self._boxes):
            self._fill_menu(ordered)
        self.groups.offer({"": "all spectra", **{name: f"each {name}" for name in groupings}})
        self.groups.setEnabled(bool(self.value()[0]))

    def _fill_menu(self, kinds: Sequence[str]) -> None:
        checked = self.value()[0]
        menu = self.kinds.menu()
        menu.clear()
        self._boxes = {}
        for kind in kinds:
            box = QCheckBox(KINDS[kind])
            box.setChecked(kind in checked)
            box.setToolTip(_KIND_TIPS[kind])
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
        self.kinds.setText(", ".join(KINDS[kind] for kind in share) or "nothing")
        self.groups.setEnabled(bool(share))
