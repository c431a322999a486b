"""The whole way in five steps: read, join, prepare, fit, tables.

The command line and the window call these functions and no others; what is written is in
``export``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import xarray as xr

from fitting.data.errors import SeriesError, UnreadableFileError
from fitting.data.joining.join import check_joinable, join_series
from fitting.data.joining.scan_drift import drift_remarks
from fitting.data.plain_text import escape_controls
from fitting.data.result import FittedBlock, empty_result, with_blocks
from fitting.data.series import source_names, warnings_of
from fitting.data.voltage_scale import LITHIUM, VoltageScale
from fitting.electrochemistry.attach import attach_voltages
from fitting.electrochemistry.potential_by_time import DEFAULT_CLOCK, Clock
from fitting.electrochemistry.side_table import SideTable, unmatched_rows
from fitting.fits.each import fit_series
from fitting.models.parameters import resolve_ties
from fitting.preprocessing.axis import Resample, resample_series
from fitting.preprocessing.steps import apply_steps
from fitting.projects.project import Analysis, Project, Unread
from fitting.projects.recipe import Recipe
from fitting.projects.survey import with_survey
from fitting.readers.folders import walk_files
from fitting.readers.options import DEFAULT, ReadOptions
from fitting.readers.records import PotentialRecord
from fitting.readers.spectra import read_spectra
from fitting.referencing.charge_reference import ChargeReference, apply_charge_reference
from libraries.catalogue import Catalogue

PROJECT_FILE = "project.thio"
RECIPE_FILE = "recipe.json"
FIGURES_FOLDER = "figures"
"""What a folder of results holds, beside the tables."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What files gave: series, notes about them, and what could not be read."""

    series: tuple[xr.Dataset, ...] = ()
    unread: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: "Reading") -> "Reading":
        return Reading(
            self.series + other.series, self.unread + other.unread, self.notes + other.notes
        )


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and all files in the folders named.

    Hidden files are left out, and in a folder this program wrote its results to, the results.
    """
    found: dict[Path, None] = {}
    for path in paths:
        # what cannot be asked for, such as on a drive that has gone, is said when it is read
        if _is_folder(path):
            inside = sorted(walk_files(path))
            found.update(
                dict.fromkeys(
                    entry
                    for entry in inside
                    if not _is_hidden(entry, path) and not _is_result(entry)
                )
            )
        else:
            found[path] = None
    return list(found)


def read_files(files: Iterable[Path], options: ReadOptions = DEFAULT) -> Iterator[Reading]:
    """Read the files one after the other; one that cannot be read does not stop the others."""
    for path in files:
        try:
            series = read_spectra(path, options)
        except UnreadableFileError as error:
            yield Reading(unread=(Unread(escape_controls(path.name), str(error)),))
            continue
        remarks = ((*warnings_of(one), *drift_remarks(one)) for one in series)
        notes = dict.fromkeys(
            escape_controls(f"{path.name}: {note}") for group in remarks for note in group
        )
        yield Reading(tuple(series), notes=tuple(notes))


def with_voltages(
    reading: Reading,
    source: SideTable | PotentialRecord | None = None,
    scale: VoltageScale = LITHIUM,
    clock: Clock = DEFAULT_CLOCK,
) -> Reading:
    """Put the voltages on the series that a side table, a record or their names tell of."""
    side_table = source if isinstance(source, SideTable) else None
    record = source if isinstance(source, PotentialRecord) else None
    series, problems = attach_voltages(reading.series, side_table, scale, record, clock)
    unused = unmatched_rows(side_table, series) if side_table else []
    return replace(reading, series=tuple(series), notes=(*reading.notes, *problems, *unused))


def join_regions(
    series: Sequence[xr.Dataset], step: float | None = None
) -> tuple[dict[str, xr.Dataset], tuple[Unread, ...]]:
    """Join what belongs to one region; a part that does not fit the first is left out, and said.

    ``step`` (eV or 1/cm) interpolates everything onto one grid first.
    """
    regions: dict[str, list[xr.Dataset]] = {}
    left_out: list[Unread] = []
    for part in series:
        even = resample_series(part, Resample(step)) if step else part
        kept = regions.setdefault(str(part.attrs["region"]), [])
        try:
            for first in kept[:1]:
                check_joinable(first, even)
        except SeriesError as error:
            left_out.append(Unread(", ".join(source_names(part)), str(error)))
        else:
            kept.append(even)
    return {region: join_series(parts) for region, parts in regions.items()}, tuple(left_out)


def prepare(
    reading: Reading,
    propose: Callable[[xr.Dataset], Recipe | None],
    charge_reference: ChargeReference | None = None,
    step: float | None = None,
    *,
    catalogue: Catalogue | None = None,
) -> Project:
    """Reference, join and propose a recipe: everything that comes before the fit.

    Regions for which ``propose`` has no recipe are left out, with a note.

    Parameters
    ----------
    step
        Bring unlike grids onto this one (eV or 1/cm).
    catalogue
        Libraries whose default model finds the reference line; the bundled ones if left out.
    """
    series, findings = list(reading.series), list(reading.notes)
    if charge_reference is not None:
        series, referenced = apply_charge_reference(series, charge_reference, catalogue)
        findings += referenced
    joined, left_out = join_regions(series, step)
    joined = with_survey(joined)
    analyses: dict[str, Analysis] = {}
    for region, one in joined.items():
        recipe = propose(one)
        if recipe is None:
            findings.append(
                f"{region}: not fitted; it was not asked for, or the library has no model for it."
            )
        else:
            analyses[region] = Analysis(one, recipe)
    return Project(analyses, charge_reference, (*reading.unread, *left_out), tuple(findings))


def fit_analysis(analysis: Analysis, spectra: Sequence[int] | None = None) -> Iterator[FittedBlock]:
    """Fit the spectra (or those with these indices) as the recipe says; stop to cancel.

    Raises
    ------
    SeriesError
        If a step of the recipe leaves nothing of the series.
    """
    recipe = analysis.recipe
    prepared = apply_steps(analysis.series, recipe.steps)
    yield from fit_series(prepared, recipe.model, recipe.options, spectra=spectra)


def with_fit(analysis: Analysis, blocks: Iterable[FittedBlock]) -> Analysis:
    """Return the analysis with fitted blocks put into its result.

    Blocks of the recipe that gave the result so far are added to it; of another, begin a new one.
    """
    result = analysis.result if analysis.is_current else None
    if result is None:
        free = len(resolve_ties(analysis.recipe.model).free)
        result = empty_result(analysis.series, analysis.recipe.model, free)
    return replace(analysis, result=with_blocks(result, blocks), result_of=analysis.recipe)


def fit_project(
    project: Project,
    collect: Callable[[str, Iterator[FittedBlock]], Iterable[FittedBlock]],
    fit: Callable[[Analysis], Iterator[FittedBlock]] = fit_analysis,
) -> Project:
    """Fit every region; ``collect`` gets its name and blocks, such as to show the progress."""
    analyses: dict[str, Analysis] = {}
    unfitted: list[Unread] = []
    for region, analysis in project.analyses.items():
        try:
            analyses[region] = with_fit(analysis, collect(region, fit(analysis)))
        except SeriesError as error:
            sources = ", ".join(source_names(analysis.series))
            unfitted.append(Unread(sources, str(error)))
    return replace(project, analyses=analyses, unread=(*project.unread, *unfitted))


def recipes_of(project: Project) -> Mapping[str, Recipe]:
    """The recipe of every region."""
    return {region: analysis.recipe for region, analysis in project.analyses.items()}


def _is_result(path: Path) -> bool:
    """Whether a file lies in a folder of results, or among its figures."""
    folder = path.parent.parent if path.parent.name == FIGURES_FOLDER else path.parent
    return (folder / PROJECT_FILE).is_file() and (folder / RECIPE_FILE).is_file()


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
