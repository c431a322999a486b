"""Plain text in columns: an axis and one or more spectra, exported by any program.

Separator, marks of decimals and thousands, headings, direction and kind of the axis are found out;
several columns are several spectra, whose headings may hold their voltage. Columns of errors become
``sigma``; background, components and envelope of somebody's fit are kept beside the spectrum.
"""

from pathlib import Path

import xarray as xr

from fitting.readers.options import ReadOptions
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.table_series import FORMAT_NAME, read_table
from fitting.readers.spectra.text import decode_text, read_text


def recognise_columns(head: bytes) -> bool:
    """Any text may hold columns; this reader comes last."""
    return decode_text(head) is not None


def read_columns(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """The spectra of all tables in the text."""
    return read_table(path, read_text(path), options)


FORMAT = SpectrumFormat(
    name=FORMAT_NAME,
    extensions=(".txt", ".csv", ".dat"),
    recognise=recognise_columns,
    read=read_columns,
    limits="what heading, header and name say, and no more",
)
