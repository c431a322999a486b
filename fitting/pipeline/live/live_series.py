"""Spectra that come while a project is open: added to its regions, and only they are fitted."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.data.errors import SeriesError
from fitting.data.joining.join import join_series
from fitting.data.measurement_states import State, states_by_region
from fitting.data.series import SPECTRUM, get_column, source_names
from fitting.data.techniques import technique_of
from fitting.fits.shared import fitted_together
from fitting.pipeline.analyse import Reading, fit_analysis, with_fit, with_voltages
from fitting.pipeline.live.added_spectra import with_spectra_after
from fitting.pipeline.propose import Choices, propose_recipe
from fitting.projects.project import Analysis, Project, Unread, with_analysis, without_spectra
from fitting.projects.project_record import with_record
from fitting.referencing.charge_reference import ChargeReference, apply_charge_reference
from fitting.referencing.charge_shifts import ChargeShift
from libraries.catalogue import Catalogue

Rows = Mapping[str, tuple[int, ...]]
"""Indices of spectra, by region."""
_SHIFTS = ("axis_offset", "charge_shift", "charge_shift_stderr", "charge_reference")


@dataclass(frozen=True, slots=True)
class Grown:
    """A project with spectra added, and which of its spectra have no fit by its recipes yet."""

    project: Project
    to_fit: Rows


def grown_project(
    project: Project,
    reading: Reading,
    catalogue: Catalogue,
    choices: Choices | None = None,
    reference: ChargeReference | None = None,
) -> Grown:
    """Add what was read to a project; its recipes stay, and what is fitted stays fitted.

    A file that was read before is replaced by what it holds now. Spectra of a region that is new
    get a proposed recipe. The project's record gives potentials to what is new, and the charge
    reference is found anew, as the reference line may come after the others.

    Parameters
    ----------
    choices
        What recipes of new regions are proposed from.
    reference
        The charge reference; that of the project if left out.
    """
    reference = reference or project.charge_reference
    fresh = [one for one in with_voltages(reading).series if not _is_known(project, one)]
    held = {region: analysis.recipe for region, analysis in project.analyses.items()}
    wanted = choices or Choices()
    wanted = replace(wanted, recipes={**wanted.recipes, **held})
    project = _without_former(project, fresh)
    before, counts = _fitted_rows(project), _count_spectra(project)
    unread = [*project.unread, *reading.unread]
    for series in fresh:
        try:
            project = _add_series(project, series, catalogue, wanted)
        except SeriesError as error:
            unread.append(Unread(", ".join(source_names(series)), str(error)))
    notes = tuple(dict.fromkeys((*project.notes, *reading.notes)))
    project = replace(project, unread=tuple(dict.fromkeys(unread)), notes=notes)
    if project.cell is not None:
        project = with_record(project, project.cell.record, project.cell.clock)
    if reference is not None:
        project, moved = _refer_new_samples(project, reference, counts, catalogue)
        before = {name: count for name, count in before.items() if name not in moved}
    return Grown(project, _rows_to_fit(project, before))


def fit_grown(grown: Grown) -> Iterator[Project]:
    """Fit what has no fit yet, region by region; yields the project after each."""
    project = grown.project
    for region, rows in grown.to_fit.items():
        analysis = project.analyses[region]
        fitted = with_fit(analysis, fit_analysis(analysis, rows))
        project = with_analysis(project, fitted)
        yield project


def _collect_hashes(series: xr.Dataset) -> dict[str, str]:
    return dict(json.loads(series.attrs["sources"]))


def _is_known(project: Project, series: xr.Dataset) -> bool:
    """Whether the very same file is in the region already."""
    analysis = project.analyses.get(str(series.attrs["region"]))
    if analysis is None:
        return False
    held = _collect_hashes(analysis.series)
    return all(held.get(name) == digest for name, digest in _collect_hashes(series).items())


def _without_former(project: Project, fresh: Sequence[xr.Dataset]) -> Project:
    """The project without what files of the same names held before."""
    for series in fresh:
        analysis = project.analyses.get(str(series.attrs["region"]))
        if analysis is None:
            continue
        sources = get_column(analysis.series, "source").astype(str)
        former = np.flatnonzero(np.isin(sources, list(_collect_hashes(series))))
        if former.size:
            project = without_spectra(project, analysis.region, former.tolist())
    return project


def _add_series(
    project: Project, series: xr.Dataset, catalogue: Catalogue, choices: Choices
) -> Project:
    analysis = project.analyses.get(str(series.attrs["region"]))
    if analysis is not None:
        return with_analysis(project, with_spectra_after(analysis, series))
    recipe = propose_recipe(series, catalogue, choices)
    if recipe is None:
        region = series.attrs["region"]
        note = f"{region}: not fitted; it was not asked for, or the library has no model for it."
        return replace(project, notes=tuple(dict.fromkeys((*project.notes, note))))
    return with_analysis(project, Analysis(join_series([series]), recipe))


def _fitted_rows(project: Project) -> dict[str, int]:
    """How many spectra of each region have been there, and have their fit."""
    return {
        region: analysis.series.sizes[SPECTRUM]
        for region, analysis in project.analyses.items()
        if analysis.is_current
    }


def _count_spectra(project: Project) -> dict[str, int]:
    return {name: one.series.sizes[SPECTRUM] for name, one in project.analyses.items()}


def _refer_new_samples(
    project: Project, reference: ChargeReference, counts: Mapping[str, int], known: Catalogue
) -> tuple[Project, set[str]]:
    """The project with the energies of samples referred of which something new was measured.

    Returns as well the regions in which spectra moved that had been there before.
    """
    series = {
        region: analysis.series
        for region, analysis in project.analyses.items()
        if technique_of(analysis.series).has_core_levels
    }
    found = _shifts_before(series, reference, counts.get(reference.region, 0))
    shifted, findings = apply_charge_reference(list(series.values()), reference, known, found)
    moved = set()
    for region, one in zip(series, shifted, strict=True):
        count = counts.get(region, 0)
        before, after = (each["axis_offset"].values[:count] for each in (series[region], one))
        if not np.array_equal(before, after):
            moved.add(region)
        analysis = project.analyses[region]
        result = analysis.result
        if result is not None:
            result = result.assign_coords({name: one[name].variable for name in _SHIFTS})
        project = with_analysis(project, replace(analysis, series=one, result=result))
    notes = tuple(dict.fromkeys((*project.notes, *findings)))
    return replace(project, charge_reference=reference, notes=notes), moved


def _shifts_before(
    series: Mapping[str, xr.Dataset], reference: ChargeReference, count: int
) -> dict[State, ChargeShift]:
    """Shifts that were found when the reference line had been measured ``count`` times.

    Not those of states in which it has been measured again.
    """
    if reference.region not in series:
        return {}
    one, states = series[reference.region], states_by_region(series)[reference.region]
    words = get_column(one, "charge_reference").astype(str)
    value, stderr = (get_column(one, name).astype(float) for name in _SHIFTS[1:3])
    again = set(states[count:])
    return {
        state: ChargeShift(float(value[row]), float(stderr[row]))
        for row, state in enumerate(states[:count])
        if state not in again and words[row] == reference.words and np.isfinite(value[row])
    }


def _rows_to_fit(project: Project, before: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """Those without a fit, and those that share parameters with them."""
    found = {}
    for region, analysis in project.analyses.items():
        count = analysis.series.sizes[SPECTRUM]
        first = before.get(region, 0)
        if first < count:
            together = fitted_together(
                analysis.series, analysis.recipe.options, range(first, count)
            )
            found[region] = tuple(int(row) for row in together)
    return found
