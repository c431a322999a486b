"""Sentences in panels: what to do where nothing is shown yet, and why something was not done."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from app.controls.window_words import say_in_window
from app.theme import SPACING, current_colours


class Hint(QLabel):
    """Says in a panel without content what to do next."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)


class Caution(QLabel):
    """Says what must not be overlooked; takes no room otherwise."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show the sentence; nothing if it is empty."""
        self.setText(
            f'<span style="color:{current_colours().warning}">▲ {say_in_window(sentence)}</span>'
        )
        self.setVisible(bool(sentence))


class Refusal(QLabel):
    """Says why something was not done; takes no room otherwise."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show the sentence."""
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(current_colours().error))
        self.setPalette(palette)
        self.setText(say_in_window(sentence))
        self.show()

    def clear(self) -> None:
        """Show nothing."""
        super().clear()
        self.hide()
