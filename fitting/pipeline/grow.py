"""What was read becomes part of a project: voltages, energies referred, joined, recipes proposed.

A project grows from nothing in the same way as one that is open: nothing else opens files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.data.joining.join import tell_differences
from fitting.data.result import Status
from fitting.data.series import SPECTRUM
from fitting.electrochemistry.attach import attach_voltages
from fitting.electrochemistry.attached_record import AttachedRecord
from fitting.electrochemistry.side_table import SideTable, unmatched_rows
from fitting.exchange.taken_project import describe_taken
from fitting.exchange.taken_series import TakenSeries, take_series
from fitting.fits.shared import fitted_together
from fitting.pipeline.added_spectra import with_moved_series, with_spectra
from fitting.pipeline.analyse import join_regions
from fitting.pipeline.events import Prepared, Rows
from fitting.pipeline.former_files import tell_new, without_former, without_renamed
from fitting.pipeline.impedance import grow_impedance
from fitting.pipeline.propose import (
    Choices,
    begin_without_peaks,
    check_regions,
    check_species,
    propose_recipe,
)
from fitting.pipeline.refer import refer_energies
from fitting.pipeline.request import AnalysisRequest, VoltageFile
from fitting.pipeline.samples_by_folder import split_samples
from fitting.preprocessing.axis import Resample, resample_series
from fitting.projects.figure_style import FigureStyle
from fitting.projects.project import Analysis, Project, with_analysis, with_left_out
from fitting.projects.project_record import notes_without_record
from fitting.projects.reading import Reading
from fitting.projects.survey import with_survey
from fitting.projects.unread import Unread
from fitting.quantities.quantification import Quantification
from fitting.readers.records import PotentialRecord
from fitting.selection.apply import has_to_choose
from fitting.solvers.engine import FEW_SPECTRA, prepare_compiled
from libraries.catalogue import Catalogue


def grow_project(
    project: Project,
    reading: Reading,
    catalogue: Catalogue,
    request: AnalysisRequest | None = None,
) -> Prepared:
    """Add what was read to a project; its recipes stay, and what is fitted stays fitted.

    A file that is in the project as it is now is not added again. Spectra of a region that is new
    get a proposed recipe; a region that was not asked for, or that no library has a model for, is
    in the project without peaks, and is not fitted until it is given some. The project's record
    gives potentials to what is new, and energies are referred anew, as the reference line may come
    after the others: what moves by that has no fit.

    Raises
    ------
    ThioscopeError
        If something that was asked for does not exist.
    """
    wanted = request or AnalysisRequest()
    check_regions(wanted.choices, catalogue)
    check_species(wanted.choices, catalogue)
    fresh, known = tell_new(_series_of(project), reading.series)
    choices = _with_held_recipes(wanted.choices, project)
    if wanted.replaces:
        project = without_renamed(without_former(project, fresh), fresh, reading.gone)
    project = replace(
        project,
        quantification=_find_quantification(project, wanted),
        comparisons=_find_comparisons(project, wanted),
        figure_style=_find_figure_style(project, wanted),
    )
    project = _with_notes(with_left_out(project, reading.unread), (*project.notes, *reading.notes))
    _get_ready([*_series_of(project), *fresh])
    parts = _Parts(_series_of(project), fresh)
    project, parts = _with_voltages(project, parts, wanted.voltages)
    parts = parts.take(split_samples(parts.all, parts.fresh))
    project, parts = _with_reference(project, parts, wanted, catalogue)
    project, others = _join_parts(project, parts, wanted.step)
    project = _propose_recipes(project, others, choices, catalogue)
    project = _tell_unused(project, others, choices)
    project = grow_impedance(project, reading.impedance, wanted)
    return Prepared(project, find_rows_to_fit(project), known)


def find_rows_to_fit(project: Project) -> Rows:
    """Spectra without a fit by their recipe, and those that share parameters with them."""
    found = {}
    for region, analysis in project.analyses.items():
        rows = np.arange(analysis.series.sizes[SPECTRUM])
        if analysis.result is not None and analysis.is_current and not has_to_choose(analysis):
            rows = np.flatnonzero(analysis.result["status"].values == Status.NOT_FITTED)
        if rows.size and analysis.has_peaks:
            together = fitted_together(analysis.series, analysis.recipe.options, rows)
            found[region] = tuple(int(row) for row in together)
    return found


@dataclass(frozen=True, slots=True)
class _Parts:
    """Series on their way into a project."""

    held: tuple[xr.Dataset, ...]
    """One of each of its regions, in their order."""
    fresh: tuple[xr.Dataset, ...]

    @property
    def all(self) -> list[xr.Dataset]:
        return [*self.held, *self.fresh]

    def take(self, series: Sequence[xr.Dataset]) -> "_Parts":
        """The same parts with other series in the order of ``all``."""
        count = len(self.held)
        return _Parts(tuple(series[:count]), tuple(series[count:]))


def _series_of(project: Project) -> tuple[xr.Dataset, ...]:
    return tuple(analysis.series for analysis in project.analyses.values())


def _with_held_recipes(choices: Choices, project: Project) -> Choices:
    """The choices with the recipes of the project, for a region whose only file is replaced."""
    held = {region: analysis.recipe for region, analysis in project.analyses.items()}
    return replace(choices, recipes={**choices.recipes, **held})


def _get_ready(series: Sequence[xr.Dataset]) -> None:
    if sum(one.sizes[SPECTRUM] for one in series) >= FEW_SPECTRA:
        # gets ready while the series are referred and joined
        prepare_compiled()


def _with_voltages(
    project: Project, parts: _Parts, voltages: VoltageFile
) -> tuple[Project, _Parts]:
    """With the voltages that a side table, a record or names tell of what is new.

    A record gives them anew to all, as their times are reckoned from the first of them.
    """
    source, cell = voltages.source, project.cell
    if isinstance(source, PotentialRecord):
        cell = AttachedRecord(source, voltages.clock)
    if cell is not None:
        attached, problems = attach_voltages(
            parts.all, scale=voltages.scale, record=cell.record, clock=cell.clock
        )
        notes = [*notes_without_record(project), *problems]
        return _with_notes(replace(project, cell=cell), notes), parts.take(attached)
    table = source if isinstance(source, SideTable) else None
    attached, problems = attach_voltages(parts.fresh, table, voltages.scale)
    parts = replace(parts, fresh=tuple(attached))
    former = unmatched_rows(table, parts.held) if table else []
    notes = [note for note in project.notes if note not in former] + problems
    notes += unmatched_rows(table, parts.all) if table else []
    return _with_notes(project, notes), parts


def _with_reference(
    project: Project, parts: _Parts, request: AnalysisRequest, catalogue: Catalogue
) -> tuple[Project, _Parts]:
    """With energies referred as asked for; a fit is dropped where its energies have moved."""
    shifted, reference, notes = refer_energies(project, parts.all, request, catalogue)
    parts = parts.take(shifted)
    for analysis, series in zip(project.analyses.values(), parts.held, strict=True):
        project = with_analysis(project, with_moved_series(analysis, series))
    return replace(project, charge_reference=reference, notes=notes), parts


def _find_quantification(project: Project, request: AnalysisRequest) -> Quantification:
    """What is asked for, else what the recipes say, else what the project has."""
    if request.quantification is not None:
        return request.quantification
    return project.quantification if request.book is None else request.book.quantification


def _find_figure_style(project: Project, request: AnalysisRequest) -> FigureStyle:
    """What was asked for, else what the recipe says, else what the project has."""
    if request.figure_style is not None:
        return request.figure_style
    usual = FigureStyle()
    in_book = usual if request.book is None else request.book.figure_style
    return project.figure_style if in_book == usual else in_book


def _find_comparisons(project: Project, request: AnalysisRequest) -> tuple[str, ...]:
    """What is asked for beside what the recipes and the project say."""
    in_book = () if request.book is None else request.book.comparisons
    return tuple(dict.fromkeys((*project.comparisons, *in_book, *request.comparisons)))


def _join_parts(
    project: Project, parts: _Parts, step: float | None
) -> tuple[Project, dict[str, xr.Dataset]]:
    """The project with what is new of its regions, and the joined series of other regions."""
    fresh = [resample_series(one, Resample(step)) if step else one for one in parts.fresh]
    held = {region: analysis.series for region, analysis in project.analyses.items()}
    joined, left_out = join_regions(fresh, held)
    project = with_left_out(project, left_out)
    for region in held:
        if region in joined:
            grown = with_spectra(project.analyses[region], joined.pop(region))
            project = with_analysis(project, grown)
    every = [*_series_of(project), *joined.values()]
    told = [sentence for one in every for sentence in tell_differences(one)]
    project = _with_notes(project, [*project.notes, *told])
    return _with_survey_seen(project, joined)


def _with_survey_seen(
    project: Project, others: dict[str, xr.Dataset]
) -> tuple[Project, dict[str, xr.Dataset]]:
    """Every region with the elements that a survey shows of its samples."""
    held = {region: analysis.series for region, analysis in project.analyses.items()}
    seen = with_survey({**held, **others})
    for region, analysis in project.analyses.items():
        project = with_analysis(project, replace(analysis, series=seen[region]))
    return project, {region: seen[region] for region in others}


def _propose_recipes(
    project: Project, others: Mapping[str, xr.Dataset], choices: Choices, catalogue: Catalogue
) -> Project:
    """The project with the regions that are new; what has no model has no peaks yet."""
    without, notes = [], list(project.notes)
    for series in others.values():
        if (taken := _take_stored_fit(series, choices)) is not None:
            notes.extend(describe_taken(taken))
            analysis = taken.analysis
            kept = replace(analysis, result=None, result_of=None) if choices.refits else analysis
            project = with_analysis(project, kept)
            continue
        recipe = propose_recipe(series, catalogue, choices)
        if recipe is None:
            without.append(Analysis(series, begin_without_peaks(series, choices)))
        else:
            project = with_analysis(project, Analysis(series, recipe))
    for analysis in without:
        project = with_analysis(project, analysis)
    return _with_notes(project, notes)


def _tell_unused(project: Project, others: Mapping[str, xr.Dataset], choices: Choices) -> Project:
    """The project with an entry for every component that no new region has taken."""
    missing = []
    for component in choices.components:
        regions = [str(one.attrs["region"]) for one in component.series]
        if not any(r in others and project.analyses[r].has_peaks for r in regions):
            reason = (
                f"The component {component.species} is of {', '.join(regions)}; no such region "
                "was fitted. Name spectra of that region too."
            )
            missing.append(Unread(component.species, reason))
    return with_left_out(project, missing)


def _take_stored_fit(series: xr.Dataset, choices: Choices) -> TakenSeries | None:
    is_asked = not choices.regions or str(series.attrs["region"]) in choices.regions
    return take_series(series) if choices.takes_fits and is_asked else None


def _with_notes(project: Project, notes: Sequence[str]) -> Project:
    return replace(project, notes=tuple(dict.fromkeys(notes)))
