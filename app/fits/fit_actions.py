"""What the user can have fitted, connected to the document and the status line."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject

from app.actions import Actions
from app.document import Document, View
from app.fits.fitting_job import SeriesFit
from app.spectra.series_tree import find_flagged, region_title
from app.status_line import StatusLine
from fitting.data.result import Status, is_fitted
from fitting.data.series import SPECTRUM
from fitting.exchange.taken_project import take_over_fits
from fitting.fits.options import FitOptions, Seed
from fitting.projects.project import Project
from fitting.projects.recipe import Recipe

_SEEDS: tuple[Seed, ...] = ("previous", "neighbours")
_FITS = ("fit_spectrum", "fit_series", "fit_region", "fit_flagged", "take_fit")


class FitActions(QObject):
    """Starts and stops fits, and says what came out."""

    def __init__(
        self, document: Document, fit: SeriesFit, actions: Actions, status: StatusLine
    ) -> None:
        super().__init__(document)
        self._document, self._fit, self._actions, self._status = document, fit, actions, status
        self._doing = ""
        actions["fit_spectrum"].triggered.connect(self.fit_spectrum)
        actions["fit_series"].triggered.connect(self.fit_series)
        actions["fit_region"].triggered.connect(self.fit_region)
        actions["fit_flagged"].triggered.connect(self.fit_flagged)
        actions["stop"].triggered.connect(fit.stop)
        actions["take_fit"].triggered.connect(self.take_fit)
        for seed in _SEEDS:
            actions[f"seed_from_{seed}"].setCheckable(True)
        actions["seed_from_previous"].triggered.connect(self.seed_from_previous)
        actions["seed_from_neighbours"].triggered.connect(self.seed_from_neighbours)
        fit.started.connect(self._on_started)
        fit.progressed.connect(self._on_progressed)
        fit.ended.connect(self._on_ended)
        document.project_changed.connect(self._on_project_changed)
        document.view_changed.connect(self._on_view_changed)
        self._update()

    def fit_spectrum(self) -> None:
        """Fit the spectrum on the screen."""
        view = self._document.view
        if view.region:
            self._fit.start(self._document, view.region, (view.spectrum,))

    def fit_series(self) -> None:
        """Fit all spectra of all regions."""
        self._fit.start_all(self._document)

    def fit_region(self) -> None:
        """Fit all spectra of the region on the screen."""
        if self._document.view.region:
            self._fit.start(self._document, self._document.view.region)

    def fit_flagged(self) -> None:
        """Fit those again that failed or ended at a bound."""
        analysis = self._document.analysis
        if analysis is not None and (spectra := find_flagged(analysis)):
            self._fit.start(self._document, analysis.region, spectra)

    def fit_some(self, region: str, spectra: Sequence[int] | None) -> None:
        """Fit these spectra of a region."""
        self._fit.start(self._document, region, spectra)

    def take_fit(self) -> None:
        """Take over the fits that the files store; one step of undo."""
        taken = take_over_fits(self._document.project)
        if not taken.regions:
            self._status.say("No file of these regions stores a fit.")
            return
        said = [note for note in taken.project.notes if note not in self._document.project.notes]
        self._document.change(taken.project, "Take over stored fits")
        self._status.say(" ".join(said))

    def seed_from_previous(self, is_on: bool) -> None:
        """Take start values from the spectrum before, or from the library."""
        self._seed_from("previous" if is_on else "library")

    def seed_from_neighbours(self, is_on: bool) -> None:
        """Try start values from the spectra on both sides, or only those from the library."""
        self._seed_from("neighbours" if is_on else "library")

    def _seed_from(self, seed: Seed) -> None:
        def changed(recipe: Recipe) -> Recipe:
            return replace(recipe, options=replace(recipe.options, seed_from=seed))

        self._document.change_recipe(changed, f"Start values from the {seed}")

    def _on_started(self, doing: str, region: str, total: int) -> None:
        self._doing = f"{doing.capitalize()} {region_title(region)}"
        self._status.begin(self._doing, total)
        self._update()

    def _on_progressed(self, _: str, __: object, done: int, total: int, remaining: float) -> None:
        self._status.advance(self._doing, done, total, remaining)

    def _on_ended(self, region: str, is_cancelled: bool) -> None:
        self._update()
        self._status.finish(_describe_outcome(self._document.project, region, is_cancelled))

    def _on_project_changed(self, old: Project, new: Project) -> None:
        if old.analyses is not new.analyses:
            self._update()

    def _on_view_changed(self, old: View, new: View) -> None:
        if old.region != new.region:
            self._update()

    def _update(self) -> None:
        analysis = self._document.analysis
        is_running = self._fit.is_running
        self._actions.set_enabled(_FITS, analysis is not None and not is_running)
        self._actions.set_busy("fitting", is_running)
        options = FitOptions() if analysis is None else analysis.recipe.options
        for seed in _SEEDS:
            action = self._actions[f"seed_from_{seed}"]
            # a joint fit has no neighbours
            action.setEnabled(analysis is not None and not is_running and not options.share)
            action.setChecked(options.seed_from == seed)
        if analysis is not None and not find_flagged(analysis):
            self._actions["fit_flagged"].setEnabled(False)
        self._actions.mark_next(_next_step(self._document.project))


def _next_step(project: Project) -> str:
    """The action that leads on from here; none where no region has a model yet."""
    if not project.analyses:
        return "open_files"
    modelled = [analysis for analysis in project.analyses.values() if analysis.has_peaks]
    if not modelled:
        return ""
    is_done = all(
        analysis.result is not None
        and analysis.is_current
        and (analysis.result["status"].values != Status.NOT_FITTED).all()
        for analysis in modelled
    )
    return "export" if is_done else "fit_series"


def _describe_outcome(project: Project, region: str, is_cancelled: bool) -> str:
    """What the fit gave, in plain words."""
    results = [one.result for one in project.analyses.values() if one.result is not None]
    fitted = sum(int(is_fitted(result).sum()) for result in results)
    total = sum(one.series.sizes[SPECTRUM] for one in project.analyses.values())
    bound = sum(int((result["status"].values == Status.AT_BOUND).sum()) for result in results)
    failed = sum(int((result["status"].values == Status.FAILED).sum()) for result in results)
    words = [f"{fitted} of {total} spectra are fitted"]
    words += [f"{bound} with a parameter at its bound"] if bound else []
    words += [f"{failed} failed"] if failed else []
    begin = f"Stopped {region_title(region)}: " if is_cancelled else ""
    return f"{begin}{', '.join(words)}."
