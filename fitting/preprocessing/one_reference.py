"""Energies of one table are referred to one line: which spectra of a series are not."""

from collections import Counter

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.series import column

AS_MEASURED = "as measured"
OF_FILE = "the shift its file brought along"


def references_of(series: xr.Dataset) -> list[str]:
    """What the energies of every spectrum are referred to, in words."""
    names = column(series, "charge_reference").astype(str)
    shifts = np.nan_to_num(column(series, "charge_shift").astype(float))
    return [
        str(name) or (OF_FILE if shift else AS_MEASURED)
        for name, shift in zip(names, shifts, strict=True)
    ]


def refused_positions(series: xr.Dataset) -> NDArray[np.bool_]:
    """Spectra whose energies are referred to another line than those of most, shape (n,).

    Their positions cannot stand in one table with the others. Of two references that are equally
    common the one that names a line is kept.
    """
    if series.attrs["technique"] != "xps":
        return np.zeros(series.sizes["spectrum"], dtype=bool)
    references = references_of(series)
    counts = Counter(references)
    kept = max(counts, key=lambda one: (counts[one], one not in (OF_FILE, AS_MEASURED)))
    return np.array([one != kept for one in references])
