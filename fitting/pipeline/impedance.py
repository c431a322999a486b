"""Impedance spectra on their way: into a project, onto the cell's voltage, fitted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from fitting.data.errors import SeriesError, ThioscopeError
from fitting.data.series import SPECTRUM, get_column, set_coordinates, source_names
from fitting.data.voltage_scale import VoltageScale
from fitting.electrochemistry.attach import SIDE_TABLE, attach_voltages
from fitting.electrochemistry.side_table import SideTable
from fitting.impedance.analysis import (
    ImpedanceAnalysis,
    ImpedanceRecipe,
    fit_impedance,
    result_of_fits,
)
from fitting.impedance.series import IMPEDANCE, join_sweeps
from fitting.pipeline.events import Begun, Event, ImpedanceFitted, LeftOut
from fitting.pipeline.former_files import tell_new
from fitting.pipeline.request import AnalysisRequest, VoltageFile
from fitting.projects.project import Project
from fitting.projects.unread import Unread

_FROM_FILE = "impedance file"


def grow_impedance(
    project: Project, sweeps: Sequence[xr.Dataset], request: AnalysisRequest
) -> Project:
    """Add impedance spectra to a project; those that are new have no fit yet.

    A file that is in the project as it is now is not added again; one of the same name with other
    content takes its place.
    """
    held = project.impedance
    former = () if held is None else (held.series,)
    fresh, _ = tell_new(former, sweeps)
    if not fresh:
        return project
    placed, problems = _attach(project, fresh, request.voltages)
    if held is not None:
        placed = [*_without_former(held.series, placed), *placed]
    try:
        joined = join_sweeps(placed)
    except SeriesError as error:
        names = ", ".join(name for one in fresh for name in source_names(one))
        return replace(project, unread=(*project.unread, Unread(names, str(error))))
    recipe = request.impedance if held is None or _is_asked(request.impedance) else held.recipe
    notes = tuple(dict.fromkeys((*project.notes, *problems)))
    return replace(project, notes=notes, impedance=ImpedanceAnalysis(joined, recipe))


def run_impedance(project: Project) -> Iterator[Event]:
    """Fit the impedance spectra, if there are any without a fit."""
    analysis = project.impedance
    if analysis is None or analysis.result is not None:
        return
    samples = len(set(get_column(analysis.series, "sample").astype(str)))
    yield Begun("fitting", IMPEDANCE, samples, unit="samples")
    fits = []
    try:
        for one in fit_impedance(analysis):
            fits.append(one)
            yield Begun("fitting", IMPEDANCE, samples, unit="samples")
    except ThioscopeError as error:
        names = ", ".join(source_names(analysis.series))
        yield LeftOut(IMPEDANCE, (Unread(names, str(error), IMPEDANCE),))
        return
    result = result_of_fits(analysis.series, fits)
    yield ImpedanceFitted(replace(analysis, result=result))


def _is_asked(recipe: ImpedanceRecipe) -> bool:
    return recipe != ImpedanceRecipe()


def _attach(
    project: Project, sweeps: Sequence[xr.Dataset], voltages: VoltageFile
) -> tuple[list[xr.Dataset], list[str]]:
    """With what a table, a record or names tell; the potentials of the file itself stay.

    Only a side table goes before them: it was written by hand.
    """
    scaled = [_on_scale(one, voltages.scale) for one in sweeps]
    table = voltages.source if isinstance(voltages.source, SideTable) else None
    record = None if project.cell is None else project.cell.record
    clock = voltages.clock if project.cell is None else project.cell.clock
    attached, problems = attach_voltages(scaled, table, voltages.scale, record, clock)
    return [_with_own(*pair) for pair in zip(scaled, attached, strict=True)], problems


def _with_own(own: xr.Dataset, attached: xr.Dataset) -> xr.Dataset:
    is_own = get_column(own, "voltage_from").astype(str) == _FROM_FILE
    is_own &= get_column(attached, "voltage_from").astype(str) != SIDE_TABLE
    names = ("voltage", "voltage_start", "voltage_end", "voltage_from")
    kept = {
        name: np.where(is_own, get_column(own, name), get_column(attached, name)) for name in names
    }
    return set_coordinates(attached, **kept)


def _on_scale(series: xr.Dataset, scale: VoltageScale) -> xr.Dataset:
    is_own = get_column(series, "voltage_from").astype(str) == _FROM_FILE
    moved = {
        name: get_column(series, name).astype(float) + np.where(is_own, scale.offset, 0.0)
        for name in ("voltage", "voltage_start", "voltage_end")
    }
    return set_coordinates(series, **moved)


def _without_former(series: xr.Dataset, fresh: Sequence[xr.Dataset]) -> list[xr.Dataset]:
    names = [name for one in fresh for name in source_names(one)]
    rows = np.flatnonzero(~np.isin(get_column(series, "source").astype(str), names))
    return [series.isel({SPECTRUM: rows})] if rows.size else []
