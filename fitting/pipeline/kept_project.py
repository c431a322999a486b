"""The project as the events of a pipeline have made it so far; it is whole at any time."""

from collections.abc import Iterable
from dataclasses import replace

from fitting.data.result import FittedBlock
from fitting.fits.options import Uncertainty
from fitting.impedance.series import IMPEDANCE
from fitting.pipeline.analyse import with_fit
from fitting.pipeline.boundary import NOT_CHOSEN, NOT_FITTED, WITHOUT_ERRORS, without_reason
from fitting.pipeline.events import (
    BlockFitted,
    Chosen,
    ErrorsFound,
    Event,
    ImpedanceFitted,
    IntervalsFound,
    LeftOut,
    Noted,
    Prepared,
    RegionFitted,
)
from fitting.projects.project import Analysis, Project, with_analysis, with_left_out
from fitting.quantities.interval_storage import IntervalBlock
from fitting.uncertainty.analysis import with_found

_DOES_AWAY = {Chosen: NOT_CHOSEN, RegionFitted: NOT_FITTED, ErrorsFound: WITHOUT_ERRORS}
"""What was said of a region that holds no longer once an event has come."""


class KeptProject:
    """Takes events one after the other; what came is kept, wherever they end.

    Blocks are put in when the project is looked at, or when the whole region comes: a result is
    copied by every change.
    """

    def __init__(self, project: Project | None = None) -> None:
        self._project = project or Project()
        self._fitted: dict[str, list[FittedBlock]] = {}
        self._intervals: dict[str, tuple[Uncertainty, list[IntervalBlock]]] = {}

    @property
    def project(self) -> Project:
        """With all that has come so far."""
        for region, blocks in self._fitted.items():
            self._put_in(with_fit(self._project.analyses[region], blocks))
        for region, (method, found) in self._intervals.items():
            self._put_in(with_found(self._project.analyses[region], method, found))
        self._fitted, self._intervals = {}, {}
        return self._project

    def take(self, event: Event) -> None:
        """Change the project by what an event says."""
        match event:
            case Prepared():
                self._project = event.project
            case BlockFitted() if event.block.spectra.size:
                self._fitted.setdefault(event.region, []).append(event.block)
            case IntervalsFound() if event.block.spectra.size:
                _, blocks = self._intervals.setdefault(event.region, (event.method, []))
                blocks.append(event.block)
            case Chosen() | RegionFitted() | ErrorsFound():
                self._fitted.pop(event.analysis.region, None)
                self._intervals.pop(event.analysis.region, None)
                self._put_in(event.analysis)
                region, done = event.analysis.region, _DOES_AWAY[type(event)]
                self._project = without_reason(self._project, region, done)
            case ImpedanceFitted():
                others = tuple(one for one in self._project.unread if one.region != IMPEDANCE)
                self._project = replace(self._project, impedance=event.impedance, unread=others)
            case Noted():
                notes = dict.fromkeys((*self._project.notes, event.note))
                self._project = replace(self._project, notes=tuple(notes))
            case LeftOut():
                self._project = with_left_out(self._project, event.entries)
            case _:
                pass

    def _put_in(self, analysis: Analysis) -> None:
        self._project = with_analysis(self._project, analysis)


def keep_events(project: Project, events: Iterable[Event]) -> Project:
    """The project after all of the events."""
    kept = KeptProject(project)
    for event in events:
        kept.take(event)
    return kept.project
