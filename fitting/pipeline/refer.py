"""The charge reference on the way into a project: which one, and the energies referred to it."""

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from fitting.data.series import get_column
from fitting.electrochemistry.measurement_states import State, common_states
from fitting.pipeline.propose import propose_charge_reference
from fitting.pipeline.request import AnalysisRequest
from fitting.projects.project import Project
from fitting.referencing.charge_reference import (
    ChargeReference,
    apply_charge_reference,
    parse_charge_reference,
    speaks_of_missing_line,
)
from fitting.referencing.charge_shifts import ChargeShift
from libraries.catalogue import Catalogue


def refer_energies(
    project: Project, series: Sequence[xr.Dataset], request: AnalysisRequest, catalogue: Catalogue
) -> tuple[list[xr.Dataset], ChargeReference | None, tuple[str, ...]]:
    """Refer all series to the line that was asked for, or that of the project, or the usual one.

    Shifts that were found before stand, but in states where the line was measured again.

    Parameters
    ----------
    series
        Those of the project, and what comes to it.

    Returns
    -------
    The series in their order, the reference, and the notes of the project with what was found.
    """
    reference = _find_reference(project, series, request, catalogue)
    if reference is None:
        return list(series), None, project.notes
    found = _shifts_before(series, reference)
    shifted, findings = apply_charge_reference(series, reference, catalogue, found)
    notes = [note for note in project.notes if not speaks_of_missing_line(note, reference.region)]
    return shifted, reference, tuple(dict.fromkeys((*notes, *findings)))


def _find_reference(
    project: Project, series: Sequence[xr.Dataset], request: AnalysisRequest, catalogue: Catalogue
) -> ChargeReference | None:
    if request.charge_reference is not None:
        return parse_charge_reference(request.charge_reference, catalogue)
    if request.choices.takes_fits:
        # positions are on the axis of the program that fitted
        return project.charge_reference
    if request.book is not None:
        return request.book.charge_reference
    # a project with the line in it has the reference that its analyst chose, or none
    if project.charge_reference is not None or ChargeReference().region in project.analyses:
        return project.charge_reference
    return propose_charge_reference(series)


def _shifts_before(
    series: Sequence[xr.Dataset], reference: ChargeReference
) -> Mapping[State, ChargeShift]:
    """Shifts of states whose line has been measured and read, and not again since."""
    found: dict[State, ChargeShift] = {}
    again: set[State] = set()
    for one, states in zip(series, common_states(series), strict=True):
        if one.attrs["region"] != reference.region:
            continue
        words = get_column(one, "charge_reference").astype(str)
        value = get_column(one, "charge_shift").astype(float)
        stderr = get_column(one, "charge_shift_stderr").astype(float)
        for row, state in enumerate(states):
            if words[row] == reference.words and np.isfinite(value[row]):
                found[state] = ChargeShift(float(value[row]), float(stderr[row]))
            else:
                again.add(state)
    return {state: shift for state, shift in found.items() if state not in again}
