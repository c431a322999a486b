"""Runs the pipeline over a document off the GUI thread; the whole run is one step of undo."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from app.document import Document
from app.job import Job
from fitting.data.errors import SeriesError
from fitting.data.series import SPECTRUM
from fitting.fits.shared import fitted_together
from fitting.pipeline.events import (
    Begun,
    BlockFitted,
    Event,
    IntervalsFound,
    LeftOut,
    Rows,
)
from fitting.pipeline.kept_project import KeptProject
from fitting.pipeline.run import run_project
from fitting.projects.project import Project, with_analysis
from fitting.projects.unread import Unread
from libraries.catalogue import Catalogue

SHOWN_EVERY = 0.15
"""Shortest time between two partial results (s)."""
_DRAWING_PART = 0.2
"""Part of the time that may go into drawing them: the rest is the user's."""


@dataclass(slots=True)
class _Run:
    """How far the fit of one region is."""

    region: str
    total: int
    started: float
    done: int = 0
    next_shown: float = 0.0


class SeriesFit(QObject):
    """Does what the recipes say, one region after the other; stopping keeps what is done."""

    started = Signal(str, str, int)
    """What is being done, such as "fitting", the region, and the number of spectra."""
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
        self._begun = Project()
        self._kept: KeptProject | None = None
        self._run: _Run | None = None
        self._job = self._new_job()

    @property
    def is_running(self) -> bool:
        return self._kept is not None

    def start(self, document: Document, region: str, spectra: Sequence[int] | None = None) -> None:
        """Fit all spectra of a region, or those with these indices and what shares with them."""
        if spectra is None:
            count = document.project.analyses[region].series.sizes[SPECTRUM]
            self._start(document, {region: range(count)}, f"Fit {region}")
            return
        analysis = document.project.analyses[region]
        together = fitted_together(analysis.series, analysis.recipe.options, spectra)
        text = f"Fit {_count_spectra(len(together))} of {region}"
        self._start(document, {region: together.tolist()}, text)

    def start_rows(self, document: Document, rows: Mapping[str, Sequence[int]], text: str) -> None:
        """Fit these spectra of these regions, as one step of undo named ``text``."""
        self._start(document, rows, text)

    def start_all(self, document: Document) -> None:
        """Fit all spectra of every region."""
        if document.project.analyses:
            self._start(document, None, "Fit series")

    def stop(self) -> None:
        """Stop at once; what is done is kept, what is being fitted is given up."""
        if not self.is_running:
            return
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
        job.produced.connect(self._on_event)
        job.failed.connect(self.failed)
        job.ended.connect(self._on_ended)
        return job

    def _start(
        self, document: Document, rows: Mapping[str, Sequence[int]] | None, text: str
    ) -> None:
        if self.is_running or (rows is not None and not rows):
            return
        self._document, self._text, self._begun = document, text, document.project
        self._kept, self._run = KeptProject(document.project), None
        wanted = None if rows is None else {name: tuple(some) for name, some in rows.items()}
        self._job.start(_Fitting(document.project, document.catalogue, wanted))

    def _on_event(self, event: object) -> None:
        kept = self._kept
        if kept is None:
            return
        match event:
            case Begun():
                self._begin_stage(event)
            case LeftOut():
                kept.take(event)
                said = dict.fromkeys(entry.reason for entry in event.entries)
                self.failed.emit(SeriesError(" ".join(said)))
            case _:
                kept.take(event)  # type: ignore[arg-type]
        if isinstance(event, BlockFitted | IntervalsFound) and self._run is not None:
            self._count(self._run, len(event.block.spectra))

    def _begin_stage(self, begun: Begun) -> None:
        if begun.total is None and self._run is not None:
            # what takes a moment after the fit, such as other models, has no bar of its own
            return
        self._run = _Run(begun.region, begun.total or 0, time.monotonic())
        self.started.emit(begun.doing, begun.region, begun.total or 0)

    def _count(self, run: _Run, spectra: int) -> None:
        """Show how far it is, as often as drawing it leaves time for."""
        if not spectra:
            return
        # what is fitted a second time is not counted again
        run.done = min(run.done + spectra, run.total)
        now = time.monotonic()
        if now < run.next_shown:
            return
        assert self._kept is not None
        analysis = self._kept.project.analyses[run.region]
        remaining = (now - run.started) * (run.total - run.done) / run.done
        self.progressed.emit(run.region, analysis.result, run.done, run.total, remaining)
        drawing = time.monotonic() - now
        run.next_shown = now + max(SHOWN_EVERY, drawing / _DRAWING_PART)

    def _on_ended(self, is_cancelled: bool) -> None:
        kept, self._kept = self._kept, None
        run, self._run = self._run, None
        if kept is None:
            return
        assert self._document is not None
        project = with_what_came(self._document.project, self._begun, kept.project)
        self._begun = Project()
        self._document.change(project, self._text)
        self.ended.emit("" if run is None else run.region, is_cancelled)


@dataclass(frozen=True, slots=True)
class _Fitting:
    """The generator of one run, made in the thread that fits."""

    project: Project
    catalogue: Catalogue
    rows: Rows | None

    def __call__(self) -> Iterator[Event]:
        # impedance spectra have a panel and a button of their own
        return run_project(self.project, self.catalogue, self.rows, fits_impedance=False)


def with_what_came(current: Project, begun: Project, kept: Project) -> Project:
    """The project as it is by now, with what a run gave that began from it as it was.

    What was changed meanwhile stays: a recipe keeps its change, and a result is put to the series
    it is of only.
    """
    project = current
    for region, found in kept.analyses.items():
        before, now = begun.analyses[region], current.analyses.get(region)
        if found is before or now is None or now.series is not before.series:
            continue
        recipe = found.recipe if now.recipe == before.recipe else now.recipe
        project = with_analysis(project, replace(found, recipe=recipe))
    said = dict.fromkeys((*current.notes, *(one for one in kept.notes if one not in begun.notes)))
    unread = _list_left_out(current, begun, kept)
    if (tuple(said), unread) == (project.notes, project.unread):
        return project
    return replace(project, notes=tuple(said), unread=unread)


def _list_left_out(current: Project, begun: Project, kept: Project) -> tuple[Unread, ...]:
    """What is left out by now; of the run, what is of regions with the spectra it began with."""
    held = [one for one in current.unread if one in kept.unread or one not in begun.unread]
    for entry in kept.unread:
        before, now = (some.analyses.get(entry.region) for some in (begun, current))
        is_same = before is not None and now is not None and now.series is before.series
        if is_same and entry not in begun.unread and entry not in held:
            held.append(entry)
    return tuple(held)


def _count_spectra(count: int) -> str:
    return "1 spectrum" if count == 1 else f"{count} spectra"
