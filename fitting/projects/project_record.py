"""A potentiostat record laid over the spectra of a project that is open, and taken off again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.data.series import FloatArray, get_column
from fitting.electrochemistry.attach import BY_RECORD, attach_voltages, without_time_match
from fitting.electrochemistry.attached_record import AttachedRecord
from fitting.electrochemistry.cell_curves import LaidRecord
from fitting.electrochemistry.potential_by_time import (
    Clock,
    ExposurePotential,
    exposure_potential,
    first_start,
    starts_on_record,
)
from fitting.electrochemistry.record_clock import settle_record
from fitting.projects.project import Analysis, Project
from fitting.readers.records.record import PotentialRecord


@dataclass(frozen=True, slots=True, eq=False)
class ExposureWindows:
    """When the spectra of one region were exposed, on the clock of the record; shapes (n,)."""

    region: str
    start: FloatArray
    """s; nan where it is not known."""
    end: FloatArray
    potential: ExposurePotential


def with_record(project: Project, record: PotentialRecord, clock: Clock) -> Project:
    """Return the project with the record's potentials on its spectra.

    Potentials of a former record or clock are replaced; those from a side table or entered by hand
    stay, and so do the times that the files state, the counts and the fits.

    Raises
    ------
    VoltageError
        If there is no time zone of the name in the clock.
    """
    series = [analysis.series for analysis in project.analyses.values()]
    settled = settle_record(record, series, clock).record
    attached, problems = attach_voltages(series, record=record, clock=clock)
    notes = (*notes_without_record(project), *problems)
    return replace(
        _with_series(project, attached),
        cell=AttachedRecord(settled, clock),
        notes=tuple(dict.fromkeys(notes)),
    )


def without_record(project: Project) -> Project:
    """Return the project without its record; voltages that names tell come back."""
    bare = [without_time_match(analysis.series) for analysis in project.analyses.values()]
    named, _ = attach_voltages(bare)
    notes = tuple(notes_without_record(project))
    return replace(_with_series(project, named), cell=None, notes=notes)


def notes_without_record(project: Project) -> list[str]:
    """The notes of a project but those that its record gave."""
    if project.cell is None:
        return list(project.notes)
    series = [analysis.series for analysis in project.analyses.values()]
    _, former = attach_voltages(series, record=project.cell.record, clock=project.cell.clock)
    return [note for note in project.notes if note not in former]


def exposure_windows(
    project: Project, record: PotentialRecord, clock: Clock
) -> list[ExposureWindows]:
    """The exposures of every region as this clock lays them over this record.

    Raises
    ------
    VoltageError
        If there is no time zone of the name in the clock.
    """
    series = {region: analysis.series for region, analysis in project.analyses.items()}
    first = first_start(list(series.values()), clock)
    record = settle_record(record, list(series.values()), clock).record
    found = []
    for region, one in series.items():
        start = starts_on_record(one, clock, first)
        exposure = np.asarray(get_column(one, "exposure"), dtype=float)
        end = start + np.where(exposure > 0, exposure, 0.0)
        potential = exposure_potential(record, start, exposure, clock.longest_gap)
        found.append(ExposureWindows(region, start, end, potential))
    return found


def start_of_time(project: Project, region: str, clock: Clock) -> float:
    """Time of the region's ``time = 0`` on the clock of the record (s); nan if not known."""
    series = {name: analysis.series for name, analysis in project.analyses.items()}
    first = first_start(list(series.values()), clock)
    start = starts_on_record(series[region], clock, first)
    since = np.asarray(get_column(series[region], "time"), dtype=float)
    known = np.isfinite(start) & np.isfinite(since)
    return float(np.median(start[known] - since[known])) if known.any() else float("nan")


def laid_record(project: Project, region: str) -> LaidRecord | None:
    """The record of the project as it lies under the spectra of a region, if there is one."""
    if project.cell is None:
        return None
    every = [analysis.series for analysis in project.analyses.values()]
    record = settle_record(project.cell.record, every, project.cell.clock).record
    cell = replace(project.cell, record=record)
    return LaidRecord(cell, start_of_time(project, region, project.cell.clock))


def _with_series(project: Project, series: Sequence[xr.Dataset]) -> Project:
    analyses = {
        region: _with_coordinates(analysis, one)
        for (region, analysis), one in zip(project.analyses.items(), series, strict=True)
    }
    return replace(project, analyses=analyses)


def _with_coordinates(analysis: Analysis, series: xr.Dataset) -> Analysis:
    """The analysis with the cell's coordinates of another series; a fit does not depend on them."""
    result = analysis.result
    if result is not None:
        known = [name for name in BY_RECORD if name in series.coords]
        result = result.assign_coords({name: series[name].variable for name in known})
    return replace(analysis, series=series, result=result)
