"""How the 95 % intervals of the region on the screen are found: a choice, its progress, Stop."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import get_args

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.controls.chooser import Chooser
from app.controls.hints import Refusal
from app.document import Document, View
from app.job import Job
from app.theme import SPACING
from fitting.fits.options import Uncertainty
from fitting.project import Analysis, Project
from fitting.uncertainty.analysis import find_intervals, with_found
from fitting.uncertainty.intervals import IntervalBlock

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
    """The generator of one run, made in the thread that works."""

    analysis: Analysis
    method: Uncertainty

    def __call__(self) -> Iterator[IntervalBlock]:
        return find_intervals(self.analysis, self.method)


class IntervalBar(QWidget):
    """Offers the methods; finds the intervals of all spectra of the region with the chosen one."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._search: _Search | None = None
        self._blocks: list[IntervalBlock] = []
        self._replicas = 0
        self.method = Chooser(METHODS)
        self.method.setToolTip(_TIP)
        self.said = QLabel()
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Keep the intervals that are found, and stop")
        self._job = self._new_job()
        self.refusal = Refusal()
        row = QHBoxLayout()
        row.setSpacing(SPACING)
        row.addWidget(self.method, 1)
        row.addWidget(self.said)
        row.addWidget(self.stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, 0, SPACING, 0)
        layout.setSpacing(SPACING // 2)
        layout.addLayout(row)
        layout.addWidget(self.refusal)
        self.method.chosen.connect(self._on_chosen)
        self.stop.clicked.connect(self._give_up)
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
        job.produced.connect(self._on_block)
        job.failed.connect(self._on_failed)
        job.ended.connect(self._on_ended)
        return job

    def _on_chosen(self, name: str) -> None:
        analysis = self._document.analysis
        if analysis is None or analysis.result is None or self.is_running:
            return
        self.said.clear()
        self.refusal.clear()
        method = next(one for one in get_args(Uncertainty) if one == name)
        if method == "covariance":
            self._keep(lambda: with_found(analysis, method, ()), analysis.region)
            return
        self._search, self._blocks, self._replicas = _Search(analysis, method), [], 0
        self._show_state()
        self._job.start(self._search)

    def _on_block(self, block: object) -> None:
        assert isinstance(block, IntervalBlock)
        if self._search is None:
            return
        if not block.spectra.size:
            # nothing is known of any spectrum before all replicas of a joint fit are
            self._replicas += 1
            self.said.setText(f"replica {self._replicas}")
            return
        self._blocks.append(block)
        done = sum(one.spectra.size for one in self._blocks)
        total = self._search.analysis.series.sizes["spectrum"]
        self.said.setText(f"{done} of {total}")

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
        current = self._document.project.analyses.get(search.analysis.region)
        if self._blocks and current is not None and current.result is search.analysis.result:
            blocks, self._blocks = self._blocks, []
            self._keep(lambda: with_found(current, search.method, blocks), current.region)
        self._show_state()

    def _keep(self, found: Callable[[], Analysis], region: str) -> None:
        self.said.clear()
        self._document.change_analysis(found(), f"Intervals of {region}")

    def _on_project_changed(self, _: Project, __: Project) -> None:
        self._show_state()

    def _on_view_changed(self, old: View, new: View) -> None:
        if old.region != new.region:
            self.refusal.clear()
            self._show_state()

    def _show_state(self) -> None:
        analysis = self._document.analysis
        self.stop.setVisible(self.is_running)
        self.said.setVisible(self.is_running)
        self.method.setEnabled(not self.is_running)
        if self._search is not None:
            self.method.setValue(self._search.method)
        elif analysis is not None and analysis.result is not None:
            self.method.setValue(str(analysis.result.attrs.get("uncertainty", "covariance")))
