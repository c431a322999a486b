"""The pipeline: files to results, as events that come one after the other.

Reading, voltages, referencing, joining, proposing, choosing species, fitting, intervals: nothing
else puts them together. The generators know no thread and no progress bar. Who stops iterating
cancels; what has come is kept by ``KeptProject``.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path

from fitting.data.errors import ModelError, SeriesError, ThioscopeError
from fitting.data.series import SPECTRUM
from fitting.fits.each import fit_series
from fitting.fits.options import Uncertainty
from fitting.fits.shared import fitted_together
from fitting.pipeline.analyse import Solve, fit_analysis, with_fit
from fitting.pipeline.boundary import (
    NOT_CHOSEN,
    NOT_FITTED,
    WITHOUT_ERRORS,
    contain_faults,
    leave_out,
)
from fitting.pipeline.events import (
    Begun,
    BlockFitted,
    Chosen,
    ErrorsFound,
    Event,
    IntervalsFound,
    LeftOut,
    MemberFitted,
    Noted,
    Read,
    RegionFitted,
    Rows,
    Weighed,
)
from fitting.pipeline.files import find_files, read_files
from fitting.pipeline.grow import find_rows_to_fit, grow_project
from fitting.pipeline.impedance import run_impedance
from fitting.pipeline.kept_project import KeptProject
from fitting.pipeline.propose import check_regions
from fitting.pipeline.request import AnalysisRequest
from fitting.projects.project import Analysis, Project, name_spectra
from fitting.projects.reading import Reading
from fitting.quantities.interval_storage import has_model_error
from fitting.referencing.contested import is_contested
from fitting.selection.apply import (
    describe_selection,
    has_to_choose,
    weigh_analysis,
    with_selection,
)
from fitting.selection.candidates import Selection
from fitting.uncertainty.analysis import (
    find_intervals,
    find_model_error,
    with_background_choice,
    with_found,
)
from libraries.catalogue import Catalogue
from libraries.errors import LibraryError


def run_request(
    paths: Iterable[Path], request: AnalysisRequest, catalogue: Catalogue, solve: Solve = fit_series
) -> Iterator[Event]:
    """The whole way from files and folders to results.

    Raises
    ------
    ThioscopeError
        If something that was asked for does not exist. A file that cannot be read does not stop the
        others: it is in ``project.unread`` with its reason.
    """
    kept = KeptProject()
    for event in open_files(paths, request, catalogue):
        kept.take(event)
        yield event
    # a fit that was taken over is not made again
    rows = find_rows_to_fit(kept.project) if request.choices.takes_fits else None
    yield from run_project(kept.project, catalogue, rows, solve)


def open_files(
    paths: Iterable[Path], request: AnalysisRequest, catalogue: Catalogue
) -> Iterator[Event]:
    """Read files and choose what is to be done with them: all that comes before the fit."""
    check_regions(request.choices, catalogue)
    reading = yield from read_paths(paths, request)
    yield Begun("preparing", unit="spectra")
    yield grow_project(Project(), reading, catalogue, request)


def read_paths(
    paths: Iterable[Path], request: AnalysisRequest
) -> Generator[Begun | Read, None, Reading]:
    """Read files and folders, without the file that tells the voltages; returns all of it."""
    path = request.voltages.path
    other = path.resolve() if path else None
    files = {file: name for file, name in find_files(paths).items() if file.resolve() != other}
    yield Begun("reading", total=len(files), unit="files")
    found = []
    for reading in read_files(files, request.reading):
        found.append(reading)
        yield Read(reading)
    return sum(found, Reading())


def run_project(
    project: Project,
    catalogue: Catalogue,
    rows: Rows | None = None,
    solve: Solve = fit_series,
    *,
    weighs_models: bool = True,
    fits_impedance: bool = True,
) -> Iterator[Event]:
    """Do what the recipes say: choose species, fit, find the errors.

    Parameters
    ----------
    weighs_models
        Whether to find the model errors, which are those of whole series: not after each of many
        spectra that come one by one.
    fits_impedance
        Whether impedance spectra without a fit are fitted as well.
    rows
        Only these spectra of these regions, with all that share parameters with them. Where species
        have to be chosen, the whole region is fitted.
    """
    kept = KeptProject(project)
    if fits_impedance:
        for event in contain_faults(run_impedance(project), _tell_impedance):
            kept.take(event)
            yield event
    wanted = _plan_rows(project, rows)
    for event in _choose_species(project, wanted, catalogue):
        kept.take(event)
        yield event
    for event in _fit_regions(kept.project, wanted, solve):
        kept.take(event)
        yield event
    for region, spectra in wanted.items():
        analysis = kept.project.analyses[region]
        errors = find_errors(analysis, catalogue, spectra, weighs_models=weighs_models)
        yield from contain_faults(errors, leave_out(analysis, WITHOUT_ERRORS))


def find_errors(
    analysis: Analysis,
    catalogue: Catalogue,
    spectra: Sequence[int] | None = None,
    *,
    weighs_models: bool = True,
) -> Iterator[Event]:
    """Find the intervals, systematic and model errors that a fitted region's recipe asks for.

    The model error is always that of the whole series.
    """
    options = (analysis.result_of or analysis.recipe).options
    if analysis.result is None:
        return
    try:
        if options.uncertainty != "covariance":
            analysis = yield from _find_intervals(analysis, options.uncertainty, spectra)
        if options.other_backgrounds:
            yield Begun("other backgrounds of", analysis.region)
            analysis = with_background_choice(analysis, spectra)
            yield ErrorsFound(analysis)
        if weighs_models and options.family and not _has_model_error(analysis):
            yield from _find_model_error(analysis, catalogue)
    except ThioscopeError as error:
        yield Noted(str(error))


_Plan = dict[str, Sequence[int] | None]
"""For every region what is fitted of it; ``None`` for all."""


def _plan_rows(project: Project, rows: Rows | None) -> _Plan:
    """Without spectra whose reference lines disagree: nothing of them could be trusted.

    A region without peaks is fitted only if it is asked for: then there is a sentence about it.
    """
    plan: _Plan = {}
    for region, analysis in project.analyses.items():
        wanted: Sequence[int] | None = None if rows is None else rows.get(region)
        if wanted is None and (rows is not None or not analysis.has_peaks):
            continue
        if wanted is not None:
            together = fitted_together(analysis.series, analysis.recipe.options, wanted)
            wanted = None if has_to_choose(analysis) else together.tolist()
        contested = is_contested(analysis.series)
        if contested.any():
            every = range(contested.size) if wanted is None else wanted
            wanted = [row for row in every if not contested[row]]
        if wanted is None or len(wanted):
            plan[region] = wanted
    return plan


def _choose_species(
    project: Project, regions: Iterable[str], catalogue: Catalogue
) -> Iterator[Event]:
    """Where nothing can be chosen, the model stays as it was, with a note."""
    for region in regions:
        analysis = project.analyses[region]
        if has_to_choose(analysis):
            events = _choose_of_region(analysis, catalogue)
            yield from contain_faults(events, leave_out(analysis, NOT_CHOSEN))


def _choose_of_region(analysis: Analysis, catalogue: Catalogue) -> Iterator[Event]:
    region = analysis.region
    yield Begun("weighing", region, unit="sets")
    selection: Selection | None = None
    try:
        for selection in weigh_analysis(analysis, catalogue):
            yield Weighed(region, selection)
    except (LibraryError, ModelError, SeriesError) as error:
        yield Noted(f"{region}: the species could not be chosen. {error}")
        return
    if selection is not None:
        yield Chosen(with_selection(analysis, selection))
        yield Noted(describe_selection(region, selection))


def _tell_impedance(sentence: str) -> Event:
    return Noted(f"Impedance: not fitted. {sentence}")


def _fit_regions(project: Project, plan: _Plan, solve: Solve) -> Iterator[Event]:
    for region, spectra in plan.items():
        analysis = project.analyses[region]
        events = _fit_region(analysis, spectra, solve)
        yield from contain_faults(events, leave_out(analysis, NOT_FITTED))


def _fit_region(analysis: Analysis, spectra: Sequence[int] | None, solve: Solve) -> Iterator[Event]:
    region = analysis.region
    count = analysis.series.sizes[SPECTRUM] if spectra is None else len(spectra)
    yield Begun("fitting", region, count)
    blocks = []
    try:
        for block in fit_analysis(analysis, spectra, solve):
            blocks.append(block)
            yield BlockFitted(region, block)
    except (ModelError, SeriesError) as error:
        reason = f"{region}: {NOT_FITTED}. {error}"
        yield LeftOut(region, name_spectra(analysis.series, reason))
        return
    yield RegionFitted(with_fit(analysis, blocks))


def _has_model_error(analysis: Analysis) -> bool:
    return analysis.result is not None and has_model_error(analysis.result)


def _find_model_error(analysis: Analysis, catalogue: Catalogue) -> Iterator[Event]:
    yield Begun("other models of", analysis.region, unit="models")
    steps = find_model_error(analysis, catalogue)
    while True:
        try:
            fitted = next(steps)
        except StopIteration as end:
            yield ErrorsFound(end.value)
            return
        yield MemberFitted(analysis.region, fitted.member.name)


def _find_intervals(
    analysis: Analysis, method: Uncertainty, spectra: Sequence[int] | None
) -> Generator[Event, None, Analysis]:
    count = analysis.series.sizes[SPECTRUM] if spectra is None else len(spectra)
    yield Begun("intervals of", analysis.region, count)
    blocks = []
    for block in find_intervals(analysis, method, spectra):
        blocks.append(block)
        yield IntervalsFound(analysis.region, method, block)
    found = with_found(analysis, method, blocks)
    yield ErrorsFound(found)
    return found
