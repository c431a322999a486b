"""The status line speaks plainly."""

import pytest
from pytestqt.qtbot import QtBot

from app.status_line import StatusLine, format_duration


def test_progress_says_what_and_how_far(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.begin("Fitting S 2p", 500)
    line.advance("Fitting S 2p", 120, 500)
    assert line.sentence.text() == "Fitting S 2p: 120 of 500"
    assert (line.bar.value(), line.bar.maximum()) == (120, 500)
    line.finish("500 of 500 spectra are fitted.")
    assert line.bar.isHidden()


def test_a_long_sentence_does_not_widen_the_window(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    width = line.minimumSizeHint().width()
    line.say("a very long path " * 50)
    assert line.minimumSizeHint().width() == width


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.3, "less than 1 s"), (8.4, "8 s"), (130.0, "2 min")]
)
def test_times_are_in_words(seconds: float, words: str) -> None:
    assert format_duration(seconds) == words
