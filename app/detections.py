"""Which species are seen in the fitted spectra; found off the GUI thread where that takes long."""

import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from fitting.data.errors import ThioscopeError
from fitting.data.series import SPECTRUM
from fitting.projects.project import Analysis
from fitting.quantities.detection import Detection
from fitting.quantities.region_detection import find_detection

AT_ONCE = 6
"""Spectra whose detection is found while one waits."""


class Detections(QObject):
    """Remembers the detection of every region while its result stays."""

    found = Signal(str)
    """A region whose detection was not there when it was asked for."""
    _made = Signal(object)
    _failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[str, _Known] = {}
        self._wanted: dict[str, Analysis] = {}
        # not a QThread: nobody may be there any more to wait for its end
        self._worker = ThreadPoolExecutor(1, "detection")
        self._is_over = False
        self._made.connect(self._on_made)
        self._failed.connect(self._on_failed)

    @property
    def is_running(self) -> bool:
        return bool(self._wanted)

    def of(self, analysis: Analysis) -> Detection | None:
        """The detection of a fitted region; ``None`` while it is being found, or cannot be."""
        region = analysis.region
        if region in self._known and self._known[region].is_of(analysis):
            return self._known[region].detection
        if analysis.result is None:
            return None
        if analysis.series.sizes[SPECTRUM] <= AT_ONCE:
            self._known[region] = _look_up(analysis)
            return self._known[region].detection
        is_wanted = region in self._wanted and _is_same(self._wanted[region], analysis)
        if not is_wanted and not self._is_over:
            self._wanted[region] = analysis
            done = self._worker.submit(_look_up, analysis)
            done.add_done_callback(partial(_tell_result, weakref.ref(self)))
        return None

    def wait(self) -> None:
        """Begin nothing more, and wait for what is being found: the window closes."""
        self._is_over = True
        self._worker.shutdown(cancel_futures=True)

    def _on_made(self, known: object) -> None:
        assert isinstance(known, _Known)
        region = known.analysis.region
        wanted = self._wanted.get(region)
        # what was asked for since may be another result
        if wanted is not None and known.is_of(wanted):
            del self._wanted[region]
            self._known[region] = known
            self.found.emit(region)

    def _on_failed(self, error: Exception) -> None:
        # to the one place that shows errors
        raise error


@dataclass(frozen=True, slots=True)
class _Known:
    analysis: Analysis
    detection: Detection | None

    def is_of(self, analysis: Analysis) -> bool:
        """Whether this is the detection of the analysis as it is now."""
        return _is_same(self.analysis, analysis)


def _tell_result(asking: "weakref.ref[Detections]", done: "Future[_Known]") -> None:
    """Say what came out, in the thread that worked, if anybody is there to hear it."""
    detections = asking()
    if done.cancelled() or detections is None or not isValid(detections):
        return
    if (error := done.exception()) is not None:
        detections._failed.emit(error)
    else:
        detections._made.emit(done.result())


def _look_up(analysis: Analysis) -> _Known:
    try:
        detection = find_detection(analysis)
    except ThioscopeError:
        # a step leaves nothing of the series, which the other panels say
        detection = None
    return _Known(analysis, detection)


def _is_same(one: Analysis, other: Analysis) -> bool:
    is_same = one.series is other.series and one.result is other.result
    return is_same and one.selection is other.selection
