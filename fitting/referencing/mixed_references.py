"""Energies of one table are referred to one line: which spectra of a series are not."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.series import get_column
from fitting.data.techniques import technique_of

AS_MEASURED = "as measured"
OF_FILE = "the shift its file brought along"


def references_of(series: xr.Dataset) -> list[str]:
    """What the energies of every spectrum are referred to, in words."""
    names = get_column(series, "charge_reference").astype(str)
    shifts = np.nan_to_num(get_column(series, "charge_shift").astype(float))
    return [
        str(name) or (OF_FILE if shift else AS_MEASURED)
        for name, shift in zip(names, shifts, strict=True)
    ]


def refused_positions(series: xr.Dataset) -> NDArray[np.bool_]:
    """Spectra whose energies are referred to another line than those of most, shape (n,).

    Their positions cannot stand in one table with the others. Of two references that are equally
    common the one that names a line is kept.
    """
    if not technique_of(series).has_core_levels:
        return np.zeros(series.sizes["spectrum"], dtype=bool)
    references = references_of(series)
    kept = kept_reference(references)
    return np.array([one != kept for one in references])


def kept_reference(references: Sequence[str]) -> str:
    """What most of them are; of two that are equally common the one that names a line."""
    counts = Counter(references)
    return max(counts, key=lambda one: (counts[one], one not in (OF_FILE, AS_MEASURED)))


def mixed_references(references: Sequence[str]) -> str:
    """That spectra are referred to different lines, as a sentence; empty if they are not."""
    counts = Counter(references)
    if len(counts) < 2:
        return ""
    kept = kept_reference(references)
    others = [f"{count} {one}" for one, count in counts.items() if one != kept]
    return f"Mixed charge references: {counts[kept]} spectra {kept}, but {', '.join(others)}."
