"""Files that come a second time: as they were, or with something else in them."""

import json
from collections.abc import Iterable, Sequence

import numpy as np
import xarray as xr

from fitting.data.series import get_column
from fitting.projects.project import Project, without_spectra


def tell_new(
    held: Iterable[xr.Dataset], series: Iterable[xr.Dataset]
) -> tuple[tuple[xr.Dataset, ...], tuple[str, ...]]:
    """What is not held yet, and the names of the files that are, as they are now."""
    known = {
        (str(one.attrs["region"]), *entry) for one in held for entry in _collect_hashes(one).items()
    }
    fresh: list[xr.Dataset] = []
    again: dict[str, None] = {}
    for one in series:
        entries = _collect_hashes(one).items()
        if entries and all((str(one.attrs["region"]), *entry) in known for entry in entries):
            again.update(dict.fromkeys(name for name, _ in entries))
        else:
            fresh.append(one)
    return tuple(fresh), tuple(again)


def without_former(project: Project, fresh: Iterable[xr.Dataset]) -> Project:
    """The project without what files of the same names held before."""
    for series in fresh:
        names, region = list(_collect_hashes(series)), str(series.attrs["region"])
        if region in project.analyses:
            rows = np.flatnonzero(_is_of_files(project.analyses[region].series, names))
            if rows.size:
                project = without_spectra(project, region, rows.tolist())
    return project


def _collect_hashes(series: xr.Dataset) -> dict[str, str]:
    return dict(json.loads(series.attrs["sources"]))


def _is_of_files(series: xr.Dataset, names: Sequence[str]) -> np.ndarray:
    return np.isin(get_column(series, "source").astype(str), names)
