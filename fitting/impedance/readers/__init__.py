"""Impedance spectra from files: ``read_impedance(path)`` tells a file by its content.

A format is the ``FORMAT`` of one module (an ``ImpedanceFormat``), listed below.
"""

import hashlib
from pathlib import Path

import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.plain_text import escape_controls
from fitting.impedance.readers import ec_lab, elins, gamry, named_columns, zplot
from fitting.impedance.readers.impedance_format import ImpedanceFormat
from fitting.impedance.readers.sweeps import sweeps_of_table
from fitting.impedance.series import OHM, make_sweeps, with_source
from fitting.readers.boundary import check_regular, contain_faults
from fitting.readers.decoding import decode_text
from fitting.readers.records.mpr_modules import MAGIC
from fitting.readers.records.record_format import HEAD_SIZE, open_record_file
from fitting.readers.spectra.samples import sample_of

__all__ = ["IMPEDANCE_FORMATS", "ImpedanceFormat", "may_hold_impedance", "read_impedance"]

IMPEDANCE_FORMATS: tuple[ImpedanceFormat, ...] = (
    ec_lab.BINARY,
    ec_lab.TEXT,
    gamry.FORMAT,
    zplot.FORMAT,
    elins.FORMAT,
    named_columns.FORMAT,
)
"""Most specific first."""
_WORDS = ("freq", "hz", "omega", "ω", "rad/s", "频率", "zplot")
"""One of these stands in the head of every text that is recognised by its words."""
_LARGEST_TABLE = 200 << 20
"""Larger text (bytes) is a map of spectra, not a table of impedances."""


def may_hold_impedance(path: Path) -> bool:
    """Whether the beginning of a file lets it be one of impedances, before it is read whole.

    What cannot be opened is left to the readers of spectra, which say why.
    """
    try:
        size = check_regular(path)
        with path.open("rb") as file:
            head = file.read(HEAD_SIZE)
    except (OSError, UnreadableFileError):
        return False
    if head.startswith(MAGIC):
        return True
    text = decode_text(head) if size < _LARGEST_TABLE else None
    if text is None:
        return False
    return path.suffix.lower() == elins.ENDING or any(word in text.lower() for word in _WORDS)


def read_impedance(path: Path, name: str = "") -> xr.Dataset | None:
    """The impedance spectra in a file; ``None`` if it holds none, but something else.

    Parameters
    ----------
    name
        Under which the file is kept as a source; its bare name if left out.

    Raises
    ------
    UnreadableFileError
        If it holds impedances that cannot be read. The message names the file and says what to do.
    """
    with contain_faults(path):
        file = open_record_file(path)
        for known in IMPEDANCE_FORMATS:
            if not known.recognise_file(file):
                continue
            table = known.read_table(file)
            if table is None or not table.rows:
                raise UnreadableFileError(
                    f"{path.name}: the impedance spectrum is cut off. Export or copy it again."
                )
            found = sweeps_of_table(path.name, table)
            series = make_sweeps(
                found.sweeps,
                sample=sample_of(path),
                reader=known.name,
                unit=f"{OHM} cm2" if found.is_by_area else OHM,
                warnings=found.notes,
            )
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            return with_source(series, escape_controls(name or path.name), digest)
        return None
