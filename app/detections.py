"""Which species are seen in the fitted spectra; found off the GUI thread where that takes long."""

from collections.abc import Iterator
from dataclasses import dataclass

import xarray as xr
from PySide6.QtCore import QObject, Signal

from app.job import Job
from fitting.errors import ThioscopeError
from fitting.project import Analysis
from fitting.quantities.detection import Detection
from fitting.series import SPECTRUM
from fitting.tables.detection_words import detection_of

AT_ONCE = 64
"""Spectra whose detection is found while one waits."""


class Detections(QObject):
    """Remembers the detection of every region while its result stays."""

    found = Signal(str)
    """A region whose detection was not there when it was asked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[str, _Known] = {}
        self._wanted: dict[str, Analysis] = {}
        self._job = Job(self)
        self._job.produced.connect(self._on_produced)
        self._job.ended.connect(self._start_next)

    @property
    def is_running(self) -> bool:
        return self._job.is_running

    def of(self, analysis: Analysis) -> Detection | None:
        """The detection of a fitted region; ``None`` while it is being found, or cannot be."""
        known = self._known.get(analysis.region)
        if known is not None and known.is_of(analysis):
            return known.detection
        if analysis.result is None:
            return None
        if analysis.series.sizes[SPECTRUM] <= AT_ONCE:
            self._known[analysis.region] = _found(analysis)
            return self._known[analysis.region].detection
        self._wanted[analysis.region] = analysis
        self._start_next()
        return None

    def _start_next(self, *_: object) -> None:
        if self._wanted and not self._job.is_running:
            region = next(iter(self._wanted))
            self._job.start(_Finding(self._wanted.pop(region)))

    def _on_produced(self, known: object) -> None:
        assert isinstance(known, _Known)
        self._known[known.region] = known
        self.found.emit(known.region)


@dataclass(frozen=True, slots=True)
class _Known:
    region: str
    series: xr.Dataset
    result: xr.Dataset | None
    selection: object
    detection: Detection | None

    def is_of(self, analysis: Analysis) -> bool:
        """Whether this is the detection of the analysis as it is now."""
        is_same = self.series is analysis.series and self.result is analysis.result
        return is_same and self.selection is analysis.selection


@dataclass(frozen=True, slots=True)
class _Finding:
    analysis: Analysis

    def __call__(self) -> Iterator[_Known]:
        yield _found(self.analysis)


def _found(analysis: Analysis) -> _Known:
    try:
        detection = detection_of(analysis)
    except ThioscopeError:
        # a step leaves nothing of the series, which the other panels say
        detection = None
    return _Known(analysis.region, analysis.series, analysis.result, analysis.selection, detection)
