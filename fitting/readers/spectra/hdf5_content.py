"""What an HDF5 file holds: entries of NeXus, or series as this program writes them."""

from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

from fitting.data.errors import SeriesError, UnreadableFileError
from fitting.data.series import AXES, SPECTRUM, check_series, make_series
from fitting.readers.budget import begin_meter
from fitting.readers.hdf5_soundness import check_soundness
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.nexus_entries import entries_of
from fitting.readers.spectra.nexus_series import series_of_entries

_DAMAGE = (OSError, KeyError, ValueError, TypeError, RuntimeError, AttributeError, IndexError,
           NotImplementedError, OverflowError, MemoryError)  # fmt: skip


def read_hdf5_content(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """Every series or NeXus entry of the file.

    Raises
    ------
    UnreadableFileError
        If there is none, or the file is damaged.
    """
    try:
        with h5py.File(path, "r") as file:
            check_soundness(file, begin_meter(path), soft_links=True)
            entries = entries_of(file)
            if entries:
                return series_of_entries(path, entries, options)
            groups = list(_series_groups(file))
            is_project = "recipes" in file.attrs
        if is_project:
            raise UnreadableFileError(f"{path.name}: this is a project. Open it as one.")
        if groups:
            return [_netcdf_series(path, group) for group in groups]
    except UnreadableFileError:
        raise
    except SeriesError as error:
        raise UnreadableFileError(f"{path.name}: {error}") from error
    except _DAMAGE as error:
        raise UnreadableFileError(
            f"{path.name}: the file is damaged ({error}). Copy or export it again."
        ) from error
    raise UnreadableFileError(
        f"{path.name}: this HDF5 file holds neither a series of this program (intensity over "
        "spectrum and energy or shift) nor a NeXus entry. Export the spectra as text."
    )


def _series_groups(file: h5py.File) -> Iterator[str]:
    """Names of the groups laid out as a series."""
    names = ["/"]
    file.visititems(
        lambda name, item: names.append(f"/{name}") if isinstance(item, h5py.Group) else None
    )
    for name in names:
        group = file[name]
        if isinstance(group.get("intensity"), h5py.Dataset) and any(axis in group for axis in AXES):
            yield name


def _netcdf_series(path: Path, group: str) -> xr.Dataset:
    with xr.open_dataset(path, engine="h5netcdf", group=group, decode_timedelta=False) as opened:
        stored = opened.load()
    axis = next(name for name in AXES if name in stored.dims)
    if "sigma" in stored and "noise" in stored.attrs and "warnings" in stored.attrs:
        check_series(stored)
        return stored
    if SPECTRUM not in stored["intensity"].dims or "sigma" not in stored:
        raise UnreadableFileError(
            f"{path.name}: intensity needs the dimensions ({SPECTRUM}, {axis}) and a sigma beside "
            "it. Write the series with to_netcdf."
        )
    order = (SPECTRUM, axis)
    return make_series(
        axis,
        stored[axis].values,
        stored["intensity"].transpose(*order).values,
        region=str(stored.attrs.get("region", "") or path.stem),
        sigma=np.where(np.isfinite(sigma := stored["sigma"].transpose(*order).values), sigma,
                       np.inf),
        noise="given",
        unit=str(stored.attrs.get("unit", "arbitrary")),
    )  # fmt: skip
