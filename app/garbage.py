"""Collects Python's garbage in the GUI thread only: a window must not die in another one."""

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL = 500
"""Between two looks at what there is to collect (ms)."""


class GuiGarbage(QObject):
    """Takes over from Python's own collection, which runs in whichever thread asks for memory.

    A fitting thread that found a widget among the garbage would delete it, which Qt forbids.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(INTERVAL)

    def collect(self) -> None:
        """Collect the youngest garbage, and older where enough has gathered, as Python would."""
        due = [
            generation
            for generation, (count, limit) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if count > limit
        ]
        if due:
            gc.collect(max(due))
