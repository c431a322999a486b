"""Samples of one name in several folders, where nothing but the folder tells them apart."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import numpy as np
import xarray as xr

from fitting.data.regions import without_region
from fitting.data.series import get_column, set_coordinates, states_of

Folder = tuple[str, ...]


def split_samples(series: Sequence[xr.Dataset], fresh: Sequence[xr.Dataset]) -> list[xr.Dataset]:
    """Name samples by their folders as well, where files of several folders would be one state.

    Two spectra of a region that agree in sample, voltage, cycle, branch and depth, state no start
    and lie in folders of other names are of two samples: what refers or averages over a sample
    must not take them for one. All files of such a sample are named so; those of a folder that is
    named by a region only are of the folder above it.

    Parameters
    ----------
    series
        All of them, which are given back in their order.
    fresh
        Those of them that may be named anew together with the others of their sample.
    """
    new = {str(sample) for one in fresh for sample in get_column(one, "sample")}
    folders = {name: places for name, places in _find_split(series).items() if name in new}
    return [_name_samples(one, folders) for one in series] if folders else list(series)


def _find_split(series: Sequence[xr.Dataset]) -> dict[str, set[Folder]]:
    """The folders of every sample that is in several of them and told apart by nothing else."""
    places: dict[tuple[str, ...], set[Folder]] = defaultdict(set)
    for one in series:
        starts = np.isfinite(get_column(one, "started").astype(float))
        for state, folder, is_dated in zip(states_of(one), _folders_of(one), starts, strict=True):
            if not is_dated:
                places[str(one.attrs["region"]), *state].add(folder)
    split: dict[str, set[Folder]] = defaultdict(set)
    for (_, sample, *_), found in places.items():
        if len(found) > 1:
            split[sample] |= found
    return split


def _folders_of(series: xr.Dataset) -> Iterator[Folder]:
    """The folder of every spectrum, without parts that name a region and nothing else."""
    for source in get_column(series, "source").astype(str):
        parts = PurePosixPath(source).parts[:-1]
        yield tuple(part for part in parts if without_region(part).strip(" _-.,"))


def _name_samples(series: xr.Dataset, split: dict[str, set[Folder]]) -> xr.Dataset:
    named = [
        _add_folder(str(sample), folder, split)
        for sample, folder in zip(get_column(series, "sample"), _folders_of(series), strict=True)
    ]
    return set_coordinates(series, sample=named) if "sample" in series.coords else series


def _add_folder(sample: str, folder: Folder, split: dict[str, set[Folder]]) -> str:
    if sample not in split:
        return sample
    common = set.intersection(*(set(one) for one in split[sample]))
    own = "/".join(part for part in folder if part not in common and part != sample)
    return f"{sample}, {own}" if own else sample
