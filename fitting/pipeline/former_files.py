"""Files that come a second time: as they were, or with something else in them."""

import json
from collections.abc import Container, Iterable, Sequence

import numpy as np
import xarray as xr

from fitting.data.series import get_column
from fitting.projects.project import Project, without_spectra


def tell_new(
    held: Iterable[xr.Dataset], series: Iterable[xr.Dataset]
) -> tuple[tuple[xr.Dataset, ...], tuple[str, ...]]:
    """What is not held yet, and the names of the files that are, as they are now."""
    known = {
        (str(one.attrs["region"]), *entry) for one in held for entry in _collect_held(one).items()
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


def without_renamed(project: Project, fresh: Iterable[xr.Dataset], gone: Container[str]) -> Project:
    """The project without what files held that have gone and come again by another name.

    Parameters
    ----------
    gone
        Names of the files that are no longer there.
    """
    contents = {digest for series in fresh for digest in _collect_hashes(series).values()}
    for region, analysis in project.analyses.items():
        held = _collect_hashes(analysis.series).items()
        names = [name for name, digest in held if name in gone and digest in contents]
        rows = np.flatnonzero(_is_of_files(analysis.series, names))
        if rows.size:
            project = without_spectra(project, region, rows.tolist())
    return project


def _collect_held(series: xr.Dataset) -> dict[str, str]:
    """Without files of which all spectra were removed: they may come again."""
    told = set(get_column(series, "source").astype(str))
    hashes = _collect_hashes(series)
    return {name: one for name, one in hashes.items() if name in told or not any(told)}


def _collect_hashes(series: xr.Dataset) -> dict[str, str]:
    return dict(json.loads(series.attrs["sources"]))


def _is_of_files(series: xr.Dataset, names: Sequence[str]) -> np.ndarray:
    return np.isin(get_column(series, "source").astype(str), names)
