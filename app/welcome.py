"""What the window shows while nothing is open: how to begin."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.theme import SPACING

_RECENT_SHOWN = 5
_WIDTH = 460


class Welcome(QWidget):
    """Says that files can be dropped, and offers files, a folder, the example and recent ones."""

    recent_chosen = Signal(object)
    """A ``Path``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = QLabel("Drop spectra here")
        font = self._heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.8)
        self._heading.setFont(font)
        self._hint = QLabel(
            "Files or folders of XPS and Raman spectra, or a project. Then accept the proposed "
            "model, fit the series and export the tables."
        )
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._hint.setFixedSize(_WIDTH, self._hint.heightForWidth(_WIDTH))
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACING)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setSpacing(2 * SPACING)
        layout.addStretch(2)
        layout.addWidget(self._heading, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._hint, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(self._buttons)
        layout.addSpacing(SPACING)
        layout.addLayout(self._recent)
        layout.addStretch(3)

    def show_actions(self, actions: list[QAction]) -> None:
        """Offer these as buttons, the first as the usual one."""
        self._buttons.addStretch(1)
        for number, action in enumerate(actions):
            button = QPushButton(action.text().replace("&", ""))
            button.setToolTip(action.toolTip())
            button.setObjectName("primary" if number == 0 else "")
            button.clicked.connect(action.trigger)
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)

    def show_recent(self, paths: list[Path]) -> None:
        """Offer what was open lately."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for path in paths[:_RECENT_SHOWN]:
            button = QPushButton()
            button.setFlat(True)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            metrics = QFontMetrics(button.font())
            button.setText(
                metrics.elidedText(str(path), Qt.TextElideMode.ElideMiddle, _WIDTH - 4 * SPACING)
            )
            button.setToolTip(str(path))
            button.setStyleSheet("border: none; background: transparent")
            button.clicked.connect(partial(self._choose, path))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def _choose(self, path: Path, _: bool = False) -> None:
        self.recent_chosen.emit(path)
