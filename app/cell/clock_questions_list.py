"""Questions about the clocks, each with a button that takes what is proposed."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.controls.window_words import say_in_window
from app.theme import SPACING, current_colours
from fitting.electrochemistry.clock_questions import ClockQuestion

_ANSWERS = {
    "time zone": "Use this offset",
    "nominal times": "They are right",
    "no overlap": "First spectrum at its start",
}


class ClockQuestionsList(QWidget):
    """Shows what only the analyst can know; takes no room where nothing is asked."""

    answered = Signal(object)
    """The ``Clock`` that was proposed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._questions: Sequence[ClockQuestion] = ()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACING)
        self._rows: list[QWidget] = []
        self.buttons: list[QPushButton] = []
        self.hide()

    def ask(self, questions: Sequence[ClockQuestion]) -> None:
        """Ask these instead of those before."""
        if list(questions) == list(self._questions):
            return
        self._questions = tuple(questions)
        for row in self._rows:
            self._layout.removeWidget(row)
            row.deleteLater()
        self.buttons = []
        self._rows = [self._row(question) for question in questions]
        for row in self._rows:
            self._layout.addWidget(row)
        self.setVisible(bool(questions))

    def _row(self, question: ClockQuestion) -> QWidget:
        row = QWidget()
        text = QLabel(say_in_window(question.sentence))
        text.setWordWrap(True)
        text.setStyleSheet(f"color: {current_colours().warning}")
        text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        order = question.proposal.date_order.capitalize()
        button = QPushButton(_ANSWERS.get(question.kind, order))
        button.setAutoDefault(False)
        button.clicked.connect(partial(self._on_answered, question))
        self.buttons.append(button)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * SPACING)
        layout.addWidget(text, 1)
        layout.addWidget(button)
        return row

    def _on_answered(self, question: ClockQuestion, _: bool = False) -> None:
        self.answered.emit(question.proposal)
