"""How a fit ended, or why there was none: decided and put into sentences in one place."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fitting.data.result import Status
from fitting.data.series import FloatArray
from fitting.models.function import ModelFunction
from fitting.solvers.spectra import Solution

_MOST_NAMES = 6
_WIDE = "Widen the range, fix parameters or take fewer peaks."


def why_not_fitted(
    intensity: FloatArray, measured: NDArray[np.bool_], static: FloatArray, free_count: int
) -> str:
    """A sentence that says why one spectrum cannot be fitted; empty if it can.

    Parameters
    ----------
    intensity, measured, static : shape (m,)
        The data, where there are any, and the static background.
    """
    values = intensity[measured]
    if not values.size:
        return "Nothing was measured in the range of the fit: every point is empty or has no error."
    if not values.any():
        return "Every intensity is zero: nothing was counted. Leave the spectrum out."
    if np.ptp(values) == 0:
        return f"The intensity is {values[0]:g} at every point: these are no data."
    if values.size <= free_count:
        return f"{values.size} points are too few for {free_count} free parameters. {_WIDE}"
    if not np.isfinite(static[measured]).all():
        return (
            "The data do not rise above the line between their ends, so there is no such static "
            "background. Take a co-fitted background or another range."
        )
    return ""


def why_not_fitted_jointly(points: int, free_count: int) -> str:
    """A sentence that says why spectra cannot be fitted together; empty if they can."""
    if points > free_count:
        return ""
    return (
        f"{points} points of all spectra together are too few for their {free_count} free "
        f"parameters. {_WIDE}"
    )


def status_of(function: ModelFunction, solution: Solution, index: int) -> tuple[Status, str]:
    """Status and sentence of one spectrum that was fitted."""
    names = np.array(function.affine.free)
    if not solution.converged[index]:
        return Status.FAILED, (
            f"Stopped after {solution.evaluations[index]} evaluations before it converged; the "
            "values are where it stopped. Start closer, or fix or tie parameters."
        )
    if solution.entangled[index].any():
        return Status.FAILED, (
            f"The data cannot tell {_list_names(names[solution.entangled[index]])} from one "
            "another. "
            "Tie or fix some of them, or leave a peak out."
        )
    bound, unknown = solution.at_bound[index], solution.undetermined[index]
    if not (bound | unknown).any():
        return Status.CONVERGED, Status.CONVERGED.sentence
    parts = []
    if bound.any():
        ends = [f"{names[i]} = {solution.free[index, i]:.6g}" for i in np.flatnonzero(bound)]
        parts.append(f"at a bound: {_list_names(ends)}")
    if unknown.any():
        parts.append(f"not determined by the data: {_list_names(names[unknown])}")
    return Status.AT_BOUND, f"Converged; no standard error for what is {'; '.join(parts)}."


def _list_names(names: Sequence[str] | NDArray[np.str_]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    rest = len(names) - _MOST_NAMES
    return f"{shown} and {rest} more" if rest > 0 else shown
