"""The status bar: what the program does and did, in plain words, with a bar while it works."""

from collections.abc import Sequence
from itertools import zip_longest

from PySide6.QtCore import QElapsedTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QStatusBar, QToolButton, QWidget

from app.controls.window_words import say_in_window
from app.theme import SPACING

_MINUTE = 60
_SETTLED_AFTER = 500
"""Time (ms) after which the remaining time is worth showing."""


class StatusLine(QStatusBar):
    """A sentence on the left; what is under the pointer and a progress bar on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = QLabel()
        # a long sentence must not widen the window
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.sentence.setContentsMargins(SPACING, 0, SPACING, 0)
        self.readout = QLabel()
        self.readout.setContentsMargins(SPACING, 0, SPACING, 0)
        self.bar = QProgressBar()
        self.bar.setFixedWidth(180)
        self.bar.setMaximumHeight(12)
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.notes = QToolButton()
        self.notes.setAutoRaise(True)
        self.notes.setAccessibleName("What is left out")
        self.notes.setToolTip("Show what is left out and why, and the notes of the project")
        self.notes.hide()
        self.addWidget(self.sentence, 1)
        self.offers = [QToolButton(), QToolButton()]
        for button in self.offers:
            button.setAccessibleName("What can be done next")
            button.hide()
            self.addPermanentWidget(button)
        self.addPermanentWidget(self.notes)
        self.addPermanentWidget(self.readout)
        self.addPermanentWidget(self.bar)
        self._since = QElapsedTimer()

    def say(self, sentence: str) -> None:
        """Show a sentence until the next one."""
        sentence = say_in_window(sentence)
        self.sentence.setText(sentence)
        self.offer(())
        self.sentence.setToolTip(sentence)

    def offer(self, actions: Sequence[QAction]) -> None:
        """Offer what can be done next as buttons, until the next sentence."""
        for button, action in zip_longest(self.offers, actions[: len(self.offers)]):
            if action is not None:
                button.setDefaultAction(action)
                button.setText(action.text().replace("&", ""))
            button.setVisible(action is not None)

    def count_notes(self, words: str, *, is_warning: bool) -> None:
        """Show how much is left out and noted; nothing if there is nothing."""
        self.notes.setText(f"▲ {words}" if is_warning else words)
        self.notes.setAccessibleName(words or "What is left out")
        self.notes.setVisible(bool(words))

    def begin(self, sentence: str, total: int = 0) -> None:
        """Something begins; without a total its end cannot be foreseen."""
        self._since.start()
        self.bar.setRange(0, total)
        self.bar.setValue(0)
        self.bar.show()
        self.say(sentence)

    def advance(self, sentence: str, done: int, total: int, remaining: float | None = None) -> None:
        """So much is done; ``remaining`` is in seconds."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        is_known = remaining is not None and self._since.elapsed() > _SETTLED_AFTER
        left = f", {format_duration(remaining)} left" if is_known and remaining is not None else ""
        self.say(f"{sentence}: {done} of {total}{left}")

    def finish(self, sentence: str) -> None:
        """It is over."""
        self.bar.hide()
        self.say(sentence)


def format_duration(seconds: float) -> str:
    """A length of time in words, such as "8 s" or "2 min"."""
    if seconds < 1:
        return "less than 1 s"
    return f"{seconds:.0f} s" if seconds < _MINUTE else f"{seconds / _MINUTE:.0f} min"
