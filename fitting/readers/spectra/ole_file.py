"""OLE files: spectra of Avantage (.vgd) and workbooks of old Excel (.xls), told by their streams.

Either needs a package that is loaded when such a file is read.
"""

from pathlib import Path

import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.readers.boundary import read_whole
from fitting.readers.options import ReadOptions
from fitting.readers.spectra import thermo_vgd, workbook
from fitting.readers.spectra.spectrum_format import SpectrumFormat

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_COUNTS, _WORKBOOKS = "VGData", ("Workbook", "Book")


def recognise_ole_file(head: bytes) -> bool:
    """Whether the file begins as OLE files do."""
    return head.startswith(_MAGIC)


def read_ole_file(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """The spectra of either.

    Raises
    ------
    UnreadableFileError
        If the package is not installed, the file is damaged, or is something else.
    """
    # the directory may stand anywhere in the file; its names are in UTF-16
    content = read_whole(path)
    if _COUNTS.encode("utf-16-le") in content:
        return thermo_vgd.read_vgd(path, options)
    if any(name.encode("utf-16-le") in content for name in _WORKBOOKS):
        return workbook.read_old_workbook(path, options)
    raise UnreadableFileError(
        f"{path.name}: an OLE file that holds neither spectra of Avantage nor a workbook. Export "
        "the spectra as VAMAS or text."
    )


FORMAT = SpectrumFormat(
    name="Avantage (.vgd) or old workbook (.xls)",
    extensions=(".vgd", ".xls"),
    recognise=recognise_ole_file,
    read=read_ole_file,
    limits="photon energy and counting time of a .vgd are found by their plausible values",
)
