"""Columns that follow from others beside them: sums, means and normalised copies of spectra.

The heading says so and the numbers agree; where they do not, the column is a spectrum of its own.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from fitting.data.series import FloatArray
from fitting.readers.spectra.headings import Role

_TOTAL = re.compile(
    r"(?i:(?<![a-z])(?:sum(?:me|med|ma)?|total|average[ds]?|avg|ave|mean|mittel(?:wert)?|moyenne"
    r"|media|promedio)(?![a-z]))|平均|合計|合计|总和|求和|평균"
)
_COPY = re.compile(
    r"(?i:(?<![a-z])(?:norm(?:ali[sz]ed|iert)?|offset|scaled|shifted|stacked)(?![a-z]))|归一|規格化"
)
_AGREES = 2e-3
"""Part of the largest number within which two columns are the same: numbers are rounded."""


def leave_out_derived(
    headings: Sequence[str], roles: Sequence[Role], values: FloatArray
) -> tuple[Role, ...]:
    """The roles with what follows from other columns left out.

    Parameters
    ----------
    values : shape (m, columns)
    """
    derived = set(_iterate_derived(headings, roles, values))
    return tuple("left out" if index in derived else role for index, role in enumerate(roles))


def _iterate_derived(
    headings: Sequence[str], roles: Sequence[Role], values: FloatArray
) -> Iterator[int]:
    measured = [
        index
        for index, role in enumerate(roles)
        if role == "intensity"
        and not (_TOTAL.search(headings[index]) or _COPY.search(headings[index]))
    ]
    for index, heading in enumerate(headings):
        if roles[index] not in ("intensity", "fit"):
            continue
        column, others = values[:, index], values[:, measured]
        is_total = bool(_TOTAL.search(heading)) and len(measured) > 1 and _is_total(column, others)
        if is_total or (_COPY.search(heading) and any(_is_copy(column, one) for one in others.T)):
            yield index


def _names_derived(heading: str) -> bool:
    return bool(_TOTAL.search(heading) or _COPY.search(heading))


def _is_total(column: FloatArray, others: FloatArray) -> bool:
    return any(_is_same(column, total) for total in (others.sum(axis=1), others.mean(axis=1)))


def _is_copy(column: FloatArray, other: FloatArray) -> bool:
    """Whether a column is another one times a number, plus one."""
    both = np.isfinite(column) & np.isfinite(other)
    if np.count_nonzero(both) < 3 or np.ptp(other[both]) == 0:
        return False
    slope, level = np.polyfit(other[both], column[both], 1)
    return bool(slope > 0) and _is_same(column - level, slope * other)


def _is_same(one: FloatArray, other: FloatArray) -> bool:
    both = np.isfinite(one) & np.isfinite(other)
    if not both.any():
        return False
    limit = _AGREES * float(np.abs(other[both]).max())
    return bool(np.abs(one - other)[both].max() <= limit)
