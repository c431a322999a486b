"""What the audit found in every fit; a click shows the spectrum it is about."""

from collections.abc import Iterator
from dataclasses import dataclass

import xarray as xr
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QHideEvent, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QStackedLayout,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.controls.chooser import Chooser
from app.controls.hints import Hint, Refusal
from app.controls.spoken_names import name_widgets
from app.document import Document, View
from app.job import Job
from app.results.audit_tree import AuditTree, count_findings, group_findings
from app.theme import DENSE, SPACING
from fitting.audit.findings import Finding, audit_analysis, audit_samples
from fitting.data.errors import ThioscopeError
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.quantities.quantification import Quantification
from libraries.catalogue import Catalogue

_SCOPES = {"all": "All regions", "region": "This region", "spectrum": "This spectrum"}
_ABOUT_LINES = 5
_MARK_WIDTH = 5 * SPACING


class AuditPanel(QWidget):
    """Checks what is fitted, off the GUI thread and while it can be seen."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._audited: dict[str, _Audited] = {}
        self._samples: _AuditedSamples | None = None
        self._job = Job(self)
        self.scope = Chooser(_SCOPES)
        self.tree = AuditTree(self)
        self.view = _View(self.tree)
        self.about = QLabel()
        self.refusal = Refusal()
        self._count = QLabel()
        self._arrange()
        self._connect()
        self._show()

    def findings(self) -> list[Finding]:
        """What was found in what is chosen."""
        view, scope = self._document.view, self.scope.value()
        regions = self._document.project.analyses
        found = [
            finding
            for region in regions
            if region in self._audited
            for finding in self._audited[region].findings
        ]
        found += self._samples.findings if self._samples is not None else ()
        return [finding for finding in found if scope == "all" or _is_about(finding, view, scope)]

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._audit_what_changed()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        # nothing may run on when the window closes
        self._job.wait()
        super().hideEvent(event)

    def _arrange(self) -> None:
        name_widgets({"Findings about": self.scope, "Findings of the audit": self.view})
        self.about.setWordWrap(True)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.about.setContentsMargins(SPACING, 0, SPACING, SPACING)
        self.about.setMinimumHeight(_ABOUT_LINES * self.fontMetrics().lineSpacing())
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        top = QHBoxLayout()
        top.setContentsMargins(SPACING, SPACING, SPACING, 0)
        top.addWidget(self._count, 2)
        top.addWidget(self.scope, 1)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.refusal)
        layout.addWidget(self.about)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(Hint("Every fit is checked here. Fit the series (F6) to begin."))
        self._pages.addWidget(page)

    def _connect(self) -> None:
        self.scope.chosen.connect(self._show)
        self.view.clicked.connect(self._look_at)
        self.view.activated.connect(self._look_at)
        self.view.selectionModel().currentChanged.connect(self._show_about)
        self._job.produced.connect(self._on_audited)
        self._job.failed.connect(self._on_failed)
        self._job.ended.connect(self._on_ended)
        self._document.project_changed.connect(self._on_project_changed)
        self._document.view_changed.connect(self._on_view_changed)
        self._document.catalogue_changed.connect(self._audit_what_changed)

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if old.analyses is not new.analyses:
            self.refusal.clear()
            self._audit_what_changed()

    def _on_view_changed(self, old: View, new: View) -> None:
        if self.scope.value() != "all" and (old.region, old.spectrum) != (new.region, new.spectrum):
            self._show()

    def _audit_what_changed(self) -> None:
        analyses = self._document.project.analyses
        kept = {name: one for name, one in self._audited.items() if name in analyses}
        known, chosen = self._document.catalogue, self._document.project.quantification
        self._audited = {
            name: one for name, one in kept.items() if one.is_of(analyses[name], known)
        }
        fitted = tuple(one for one in analyses.values() if one.result is not None)
        if self._samples is not None and not self._samples.is_of(fitted, known, chosen):
            self._samples = None
        self._show()
        missing = tuple(one for one in fitted if one.region not in self._audited)
        has_all = not missing and self._samples is not None
        if fitted and not has_all and self.isVisible() and not self._job.is_running:
            self._count.setText("Checking …")
            self._job.start(_Audit(missing, fitted, known, chosen))

    def _on_audited(self, audited: object) -> None:
        if isinstance(audited, _Audited):
            self._audited[audited.region] = audited
        elif isinstance(audited, _AuditedSamples):
            self._samples = audited

    def _on_ended(self, _: bool) -> None:
        # once more: the project may have changed meanwhile, or the panel come back
        if self.refusal.isHidden():
            self._audit_what_changed()

    def _on_failed(self, error: Exception) -> None:
        self._show()
        self.refusal.say(f"The audit could not be made: {error}")
        if not isinstance(error, ThioscopeError):
            raise error

    def _show(self, *_: object) -> None:
        project = self._document.project
        has_result = any(one.result is not None for one in project.analyses.values())
        self._pages.setCurrentIndex(1 if has_result else 0)
        findings = self.findings()
        self._count.setText(count_findings(findings))
        if self.tree.show_groups(group_findings(findings), project):
            self._show_about()

    def _show_about(self, *_: object) -> None:
        index = self.view.currentIndex()
        self.about.setText(
            self.tree.said_at(index) if index.isValid() else "Choose a finding to see its spectrum."
        )

    def _look_at(self, index: QModelIndex) -> None:
        finding = self.tree.finding_at(index)
        if finding is None or not finding.region:
            return
        view = self._document.view
        here = view.spectrum if view.region == finding.region else 0
        spectrum = here if finding.spectrum is None else finding.spectrum
        self._document.look_at(region=finding.region, spectrum=spectrum)


@dataclass(frozen=True, slots=True)
class _Audited:
    """What was found in one region, and in which state of it."""

    region: str
    series: xr.Dataset
    result: xr.Dataset | None
    result_of: Recipe | None
    known: Catalogue
    findings: tuple[Finding, ...]

    def is_of(self, analysis: Analysis, catalogue: Catalogue) -> bool:
        """Whether the analysis still is what was audited, and by the libraries in use."""
        is_same = self.series is analysis.series and self.result is analysis.result
        return is_same and self.known is catalogue and self.result_of is analysis.result_of


@dataclass(frozen=True, slots=True)
class _AuditedSamples:
    """What was found between core levels, and for which fits."""

    fitted: tuple[Analysis, ...]
    known: Catalogue
    chosen: Quantification
    findings: tuple[Finding, ...]

    def is_of(
        self, fitted: tuple[Analysis, ...], catalogue: Catalogue, chosen: Quantification
    ) -> bool:
        """Whether these fits still are those that were compared, by the same factors."""
        return (
            self.known is catalogue
            and self.chosen == chosen
            and len(self.fitted) == len(fitted)
            and all(map(_is_same_fit, self.fitted, fitted))
        )


@dataclass(frozen=True, slots=True)
class _Audit:
    """Checks the regions that were not, then all fitted ones against one another."""

    analyses: tuple[Analysis, ...]
    fitted: tuple[Analysis, ...]
    known: Catalogue
    chosen: Quantification

    def __call__(self) -> Iterator[_Audited | _AuditedSamples]:
        for one in self.analyses:
            findings = tuple(audit_analysis(one, self.known))
            yield _Audited(one.region, one.series, one.result, one.result_of, self.known, findings)
        analyses = {one.region: one for one in self.fitted}
        together = tuple(audit_samples(analyses, self.known, self.chosen))
        yield _AuditedSamples(self.fitted, self.known, self.chosen, together)


def _is_same_fit(one: Analysis, other: Analysis) -> bool:
    is_same = one.series is other.series and one.result is other.result
    return is_same and one.result_of is other.result_of


def _is_about(finding: Finding, view: View, scope: str) -> bool:
    """Whether it is about what is on the screen; what names no region is about all."""
    places = ((finding.region, finding.spectrum), *finding.also)
    return any(
        region in ("", view.region) and (scope == "region" or spectrum in (None, view.spectrum))
        for region, spectrum in places
    )


class _View(QTreeView):
    """The findings as they look."""

    def __init__(self, tree: AuditTree, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(tree)
        self.setStyleSheet(DENSE)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(2 * SPACING)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.header().setMinimumSectionSize(0)
        self.setColumnWidth(0, _MARK_WIDTH)
