"""HDF5 and netCDF files (.h5, .nc, .nxs): series as this program writes them, and NeXus.

A netCDF file holds a series, or several in groups, in the layout of ``fitting.data.series``:
such as ``series.to_netcdf`` writes. A NeXus file holds entries (NXxps, NXmpes, NXraman), read by
``nexus_entries``. A project of this program is opened as one, not read here.
"""

from pathlib import Path

import xarray as xr

from fitting.readers.options import ReadOptions
from fitting.readers.spectra.spectrum_format import SpectrumFormat

_MAGIC = b"\x89HDF\r\n\x1a\n"


def recognise_hdf5(head: bytes) -> bool:
    """Whether the file begins as HDF5 does."""
    return head.startswith(_MAGIC)


def read_hdf5(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """Every series or NeXus entry of the file; see ``read_hdf5_content``."""
    # loads the library of HDF5, which few folders need
    from fitting.readers.spectra.hdf5_content import read_hdf5_content

    return read_hdf5_content(path, options)


FORMAT = SpectrumFormat(
    name="HDF5: NeXus or netCDF series",
    extensions=(".nxs", ".h5", ".nc"),
    recognise=recognise_hdf5,
    read=read_hdf5,
)
