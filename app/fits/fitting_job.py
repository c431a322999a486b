"""Fits regions of a document off the GUI thread; the whole run is one step of undo."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal

from app.document import Document
from app.job import Job
from fitting.data.result import FittedBlock
from fitting.data.series import SPECTRUM
from fitting.fits.shared import fitted_together
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Analysis, Project, with_analysis

SHOWN_EVERY = 0.15
"""Shortest time between two partial results (s)."""
_DRAWING_PART = 0.2
"""Part of the time that may go into drawing them: the rest is the user's."""


@dataclass(slots=True)
class _Run:
    """What one region has given so far."""

    fitted: Analysis
    """With everything but the pending blocks in its result."""
    total: int
    started: float
    pending: list[FittedBlock] = field(default_factory=list)
    done: int = 0
    next_shown: float = 0.0

    @property
    def region(self) -> str:
        return self.fitted.region

    def take_pending(self) -> None:
        if self.pending:
            self.fitted = with_fit(self.fitted, self.pending)
            self.pending = []


class SeriesFit(QObject):
    """Fits one region after the other; stopping keeps what is done."""

    started = Signal(str, int)
    """Region and number of spectra to fit."""
    progressed = Signal(str, object, int, int, float)
    """Region, partial result, spectra done, of how many, and remaining seconds."""
    ended = Signal(str, bool)
    """Region (the last of several) and whether the fit was stopped."""
    failed = Signal(object)
    """The exception that ended the fit; what was done before it is kept."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._text = ""
        self._waiting: list[tuple[str, Sequence[int] | None]] = []
        self._run: _Run | None = None
        self._done: list[Analysis] = []
        self._job = self._new_job()

    @property
    def is_running(self) -> bool:
        return self._run is not None

    def start(self, document: Document, region: str, spectra: Sequence[int] | None = None) -> None:
        """Fit all spectra of a region, or those with these indices and what shares with them."""
        if spectra is None:
            self._start(document, [(region, None)], f"Fit {region}")
            return
        analysis = document.project.analyses[region]
        together = fitted_together(analysis.series, analysis.recipe.options, spectra)
        text = f"Fit {_count_spectra(len(together))} of {region}"
        self._start(document, [(region, together.tolist())], text)

    def start_rows(self, document: Document, rows: Mapping[str, Sequence[int]], text: str) -> None:
        """Fit these spectra of these regions, as one step of undo named ``text``."""
        self._start(document, [(region, list(some)) for region, some in rows.items()], text)

    def start_all(self, document: Document) -> None:
        """Fit all spectra of every region."""
        self._start(
            document, [(region, None) for region in document.project.analyses], "Fit series"
        )

    def stop(self) -> None:
        """Stop at once; what is done is kept, what is being fitted is given up."""
        if self._run is None:
            return
        self._waiting.clear()
        # the thread ends by itself after the block it is at, and nobody listens to it any more
        given_up, self._job = self._job, self._new_job()
        given_up.disconnect(self)
        given_up.ended.connect(given_up.deleteLater)
        given_up.cancel()
        self._on_ended(True)

    def wait(self) -> None:
        """Stop and wait for the threads to end, such as before the window closes."""
        self.stop()
        for job in self.findChildren(Job):
            job.wait()

    def _new_job(self) -> Job:
        job = Job(self)
        job.produced.connect(self._on_block)
        job.failed.connect(self.failed)
        job.ended.connect(self._on_ended)
        return job

    def _start(
        self, document: Document, waiting: list[tuple[str, Sequence[int] | None]], text: str
    ) -> None:
        if self.is_running or not waiting:
            return
        self._document, self._waiting, self._text = document, waiting, text
        self._done = []
        self._next_region()

    def _next_region(self) -> None:
        assert self._document is not None
        region, spectra = self._waiting.pop(0)
        analysis = self._document.project.analyses[region]
        total = analysis.series.sizes[SPECTRUM] if spectra is None else len(spectra)
        chosen = None if spectra is None else tuple(spectra)
        self._run = _Run(analysis, total, time.monotonic())
        self.started.emit(region, total)
        self._job.start(_Fitting(analysis, chosen))

    def _on_block(self, block: object) -> None:
        run = self._run
        if run is None:
            return
        assert isinstance(block, FittedBlock)
        if not len(block.spectra):
            return
        run.pending.append(block)
        # what is fitted a second time is not counted again
        run.done = min(run.done + len(block.spectra), run.total)
        now = time.monotonic()
        if now < run.next_shown:
            return
        run.take_pending()
        remaining = (now - run.started) * (run.total - run.done) / run.done
        self.progressed.emit(run.region, run.fitted.result, run.done, run.total, remaining)
        drawing = time.monotonic() - now
        run.next_shown = now + max(SHOWN_EVERY, drawing / _DRAWING_PART)

    def _on_ended(self, is_cancelled: bool) -> None:
        run, self._run = self._run, None
        if run is None:
            return
        run.take_pending()
        if run.done:
            self._done.append(run.fitted)
        if self._waiting and not is_cancelled:
            self._next_region()
            return
        self._keep_what_is_done()
        self.ended.emit(run.region, is_cancelled)

    def _keep_what_is_done(self) -> None:
        assert self._document is not None
        project = self._document.project
        for fitted in self._done:
            project = _with_result(project, fitted)
        self._done = []
        self._document.change(project, self._text)


@dataclass(frozen=True, slots=True)
class _Fitting:
    """The generator of one run, made in the thread that fits."""

    analysis: Analysis
    spectra: tuple[int, ...] | None

    def __call__(self) -> Iterator[FittedBlock]:
        return fit_analysis(self.analysis, self.spectra)


def _with_result(project: Project, fitted: Analysis) -> Project:
    """The project with the result put in, unless the series is another one by now."""
    current = project.analyses.get(fitted.region)
    if current is None or current.series is not fitted.series:
        return project
    return with_analysis(
        project, replace(current, result=fitted.result, result_of=fitted.result_of)
    )


def _count_spectra(count: int) -> str:
    return "1 spectrum" if count == 1 else f"{count} spectra"
