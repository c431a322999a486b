"""Text of B&W Tek spectrometers (BWSpec): ``key;value`` lines, then all that was measured.

Columns are pixel, wavelength, wavenumber, Raman shift, dark, reference and, per spectrum, raw data
and dark subtracted; the latter is read. Pixels outside the range have no shift.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.number_blocks import NumberBlock, number_blocks
from fitting.readers.spectra.raman_spectra import raman_series
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.text import decode_text, read_text

_SHIFT_HEADING = "raman shift"
_SPECTRUM_HEADING = re.compile(r"dark subtracted.*", re.IGNORECASE)


def recognise_bwtek_text(head: bytes) -> bool:
    """Whether the first line names a version of BWRam or BWSpec."""
    text = decode_text(head)
    return text is not None and re.match(r"\s*File Version;BW", text) is not None


def read_bwtek_text(path: Path, options: ReadOptions) -> list[xr.Dataset]:  # noqa: ARG001
    """The dark-subtracted spectra as one series."""
    block = max(number_blocks(read_text(path)), key=lambda block: block.values.size, default=None)
    headings = [heading.lower() for heading in block.headings] if block else []
    columns = [i for i, heading in enumerate(headings) if _SPECTRUM_HEADING.fullmatch(heading)]
    if block is None or _SHIFT_HEADING not in headings or not columns:
        raise UnreadableFileError(
            f"{path.name}: the columns Raman Shift and Dark Subtracted are missing. Save the "
            "spectrum with all of its data from BWSpec."
        )
    shift = block.values[:, headings.index(_SHIFT_HEADING)]
    inside = np.isfinite(shift)
    header = _read_header(block)
    series = raman_series(
        path,
        shift[inside],
        block.values[inside][:, columns].T,
        unit="arbitrary",
        labels=[block.headings[index] for index in columns],
        metadata={"file": {**header, "clock": "local"}},
        **_read_times(header),
    )
    return [series]


FORMAT = SpectrumFormat(
    name="B&W Tek text",
    extensions=(".txt",),
    recognise=recognise_bwtek_text,
    read=read_bwtek_text,
)


def _read_header(block: NumberBlock) -> dict[str, str]:
    pairs = (line.partition(";") for line in block.header)
    return {key.strip(): value.strip() for key, _, value in pairs if value}


def _read_times(header: dict[str, str]) -> dict[str, Any]:
    """Start and exposure; ``Date`` is when the spectrum was taken, on the computer's clock."""
    known: dict[str, float] = {}
    milliseconds = _parse_number(header.get("intigration times(ms)", ""))
    if milliseconds > 0:
        known["exposure"] = (
            milliseconds / 1000 * max(_parse_number(header.get("average number", "")), 1)
        )
    if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", header.get("Date", "")):
        known |= _parse_start(header["Date"])
    return known


def _parse_start(date: str) -> dict[str, float]:
    try:
        return {"started": datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp()}
    except ValueError:
        return {}


def _parse_number(text: str) -> float:
    match = re.fullmatch(r"\d{1,9}(?:[.,]\d+)?", text)
    return float(text.replace(",", ".")) if match else 0.0
