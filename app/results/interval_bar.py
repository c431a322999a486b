"""How the 95 % intervals of the region on the screen are found: a choice, its progress, Stop."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import xarray as xr
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.controls.chooser import Chooser
from app.controls.hints import Refusal
from app.document import Document, View
from app.job import Job
from app.results.uncertainty_dialog import UncertaintyDialog
from app.theme import SPACING
from fitting.data.result import QUANTITY, is_fitted
from fitting.fits.options import FitOptions, Uncertainty
from fitting.pipeline.events import Begun, ErrorsFound, Event, IntervalsFound, Noted
from fitting.pipeline.kept_project import KeptProject
from fitting.pipeline.run import find_errors
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.quantities.interval_storage import found_methods
from fitting.uncertainty.analysis import with_found
from libraries.catalogue import Catalogue

METHODS = {
    "covariance": "Intervals: covariance",
    "profile": "Intervals: profile likelihood",
    "bootstrap": "Intervals: bootstrap",
}
_TIP = (
    "How the 95 % intervals of shares and ratios are found: at once from the covariance of the "
    "fit; by fitting again with each of them held (profile likelihood); or from fits of "
    "simulated replicas (bootstrap)"
)


@dataclass(frozen=True, slots=True)
class _Search:
    """The generator of one run, made in the thread that works: intervals, then backgrounds."""

    begun: Analysis
    """As it was when the search began."""
    analysis: Analysis
    """With the options that were asked for in its recipes."""
    catalogue: Catalogue

    @property
    def options(self) -> FitOptions:
        return self.analysis.recipe.options

    def __call__(self) -> Iterator[Event]:
        return find_errors(self.analysis, self.catalogue)


class IntervalBar(QWidget):
    """Offers the methods; finds the intervals of all spectra of the region with the chosen one."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._search: _Search | None = None
        self._kept = KeptProject()
        self._done, self._replicas = 0, 0
        self.method = Chooser(METHODS)
        self.method.setToolTip(_TIP)
        self.method.setAccessibleName("How intervals are found")
        self.said = QLabel()
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Keep the intervals that are found, and stop")
        self.again = QPushButton("Find again")
        self.again.setToolTip("The spectra were fitted anew; find their intervals as before")
        self.more = QPushButton("Options…")
        self.more.setToolTip(
            "Intervals in plain words, replicas and seed of a bootstrap, and other backgrounds"
        )
        self.dialog: UncertaintyDialog | None = None
        self._job = self._new_job()
        self.refusal = Refusal()
        row = QHBoxLayout()
        row.setSpacing(SPACING)
        row.addWidget(self.method, 1)
        row.addWidget(self.said)
        row.addWidget(self.stop)
        row.addWidget(self.again)
        row.addWidget(self.more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, 0, SPACING, 0)
        layout.setSpacing(SPACING // 2)
        layout.addLayout(row)
        layout.addWidget(self.refusal)
        self.method.chosen.connect(self._on_chosen)
        self.stop.clicked.connect(self._give_up)
        self.again.clicked.connect(self._on_again)
        self.more.clicked.connect(self._open_dialog)
        document.project_changed.connect(self._on_project_changed)
        document.view_changed.connect(self._on_view_changed)
        self._show_state()

    @property
    def is_running(self) -> bool:
        return self._search is not None

    def wait(self) -> None:
        """Stop and wait for the threads to end, such as before the window closes."""
        if self.is_running:
            self._give_up()
        for job in self.findChildren(Job):
            job.wait()

    def _new_job(self) -> Job:
        job = Job(self)
        job.produced.connect(self._on_produced)
        job.failed.connect(self._on_failed)
        job.ended.connect(self._on_ended)
        return job

    def _on_chosen(self, name: str) -> None:
        analysis = self._document.analysis
        if analysis is not None:
            method = next(one for one in get_args(Uncertainty) if one == name)
            options = (analysis.result_of or analysis.recipe).options
            self._start(replace(options, uncertainty=method))

    def _on_again(self) -> None:
        if self._document.analysis is not None:
            self._start(self._document.analysis.recipe.options)

    def _open_dialog(self) -> None:
        if self._document.analysis is not None and not self.is_running:
            self.dialog = UncertaintyDialog(self._document.analysis, self)
            self.dialog.asked.connect(self._start)
            self.dialog.finished.connect(self._on_dialog_closed)
            self.dialog.open()

    def _on_dialog_closed(self, _: int) -> None:
        self.dialog = None

    def _start(self, options: FitOptions) -> None:
        """Find intervals as the options say; those of the covariance are there at once."""
        analysis = self._document.analysis
        if analysis is None or analysis.result is None or self.is_running:
            return
        self.said.clear()
        self.refusal.clear()
        asking = _with_options(analysis, options)
        if options.uncertainty == "covariance":
            asking = with_found(asking, "covariance", ())
            if not options.other_backgrounds:
                self._keep(asking)
                return
        self._search, self._done, self._replicas = (
            _Search(analysis, asking, self._document.catalogue),
            0,
            0,
        )
        self._kept = KeptProject(Project({analysis.region: asking}))
        self._show_state()
        self._job.start(self._search)

    def _on_produced(self, produced: object) -> None:
        if self._search is None:
            return
        match produced:
            case IntervalsFound():
                self._kept.take(produced)
                self._show_found(produced.block.spectra.size)
            case ErrorsFound():
                self._kept.take(produced)
            case Noted():
                self.refusal.say(produced.note)
            case Begun(total=None):
                self.said.setText("other backgrounds")
            case _:
                pass

    def _show_found(self, count: int) -> None:
        assert self._search is not None
        if not count:
            # nothing is known of any spectrum before all replicas of a joint fit are
            self._replicas += 1
            self.said.setText(f"replica {self._replicas}")
            return
        self._done += count
        self.said.setText(f"{self._done} of {self._search.analysis.series.sizes['spectrum']}")

    def _on_failed(self, error: object) -> None:
        self.refusal.say(str(error))

    def _give_up(self) -> None:
        """Stop at once: the thread ends after what it is at, and nobody listens to it any more."""
        given_up, self._job = self._job, self._new_job()
        given_up.disconnect(self)
        given_up.ended.connect(given_up.deleteLater)
        given_up.cancel()
        self._on_ended(True)

    def _on_ended(self, _: bool) -> None:
        search, self._search = self._search, None
        if search is None:
            return
        region = search.analysis.region
        found, self._kept = self._kept.project.analyses[region], KeptProject()
        current = self._document.project.analyses.get(region)
        is_same = current is not None and current.result is search.begun.result
        if current is not None and is_same and found is not search.analysis:
            self._keep(replace(_with_options(current, search.options), result=found.result))
        self._show_state()

    def _keep(self, found: Analysis) -> None:
        self.said.clear()
        self._document.change_analysis(found, f"Intervals of {found.region}")

    def _on_project_changed(self, _: Project, __: Project) -> None:
        self._show_state()

    def _on_view_changed(self, old: View, new: View) -> None:
        if old.region != new.region:
            self.refusal.clear()
            self._show_state()

    def _show_state(self) -> None:
        analysis = self._document.analysis
        is_fitted = analysis is not None and analysis.result is not None
        self.stop.setVisible(self.is_running)
        self.said.setVisible(self.is_running)
        self.method.setEnabled(not self.is_running)
        self.more.setEnabled(is_fitted and not self.is_running)
        self.again.setVisible(False)
        if self._search is not None:
            self.method.setValue(self._search.options.uncertainty)
        elif analysis is not None and analysis.result is not None:
            self.method.setValue(_method_of(analysis.result))
            self.again.setVisible(_lacks_errors(analysis.result, analysis.recipe.options))


def _method_of(result: xr.Dataset) -> str:
    """How the intervals that the result has were found; of several the most common."""
    found = [str(method) for method in found_methods(result) if method != "covariance"]
    return max(found, key=found.count) if found else "covariance"


def _lacks_errors(result: xr.Dataset, options: FitOptions) -> bool:
    """Whether the recipe asks for errors that the result does not have, as after another fit."""
    asked = ["low95"] if options.uncertainty != "covariance" else []
    asked += ["systematic"] if options.other_backgrounds else []
    if not asked or QUANTITY not in result.dims:
        return bool(asked)
    fitted = is_fitted(result)
    return any(np.isnan(result[name].values[fitted]).all(axis=1).any() for name in asked)


def _with_options(analysis: Analysis, options: FitOptions) -> Analysis:
    """The analysis whose recipes ask for errors as the options do; all else stays."""

    def asking(recipe: Recipe) -> Recipe:
        changed = replace(
            recipe.options,
            uncertainty=options.uncertainty,
            replicas=options.replicas,
            seed=options.seed,
            other_backgrounds=options.other_backgrounds,
        )
        return replace(recipe, options=changed)

    result_of = analysis.result_of and asking(analysis.result_of)
    return replace(analysis, recipe=asking(analysis.recipe), result_of=result_of)
