"""Text of Scienta SES (.txt): regions in the manner of an INI file.

``[Region n]`` names the axes and lists their positions, ``[Info n]`` describes the measurement,
``[Data n]`` holds a row per energy: the energy, then one number per slice (angle or place), which
are summed here. A detector read as ADC gives numbers in proportion to counts, of unknown gain, so
its noise is estimated; in pulse counting the numbers are counts, collected for the stated time per
channel. The file has one local time for all of its regions.
"""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.series import FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.text import decode_text, read_text
from fitting.readers.spectra.xps_spectra import (
    NotASpectrumError,
    XpsSpectrum,
    known_photon_energy,
    name_region,
    require_spectrum,
    series_of,
)

_SECTION = re.compile(r"\[(.+?) *(\d*)\]\s*$")


def recognise_scienta_text(head: bytes) -> bool:
    """Whether a file that begins with these bytes was written by SES."""
    text = decode_text(head)
    return text is not None and re.match(r"\s*\[Info\]\s*\n+Number of Regions *=", text) is not None


def read_scienta_text(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """Read every region.

    Raises
    ------
    UnreadableFileError
        If there is none.
    """
    sections = _split_sections(read_text(path))
    spectra: list[XpsSpectrum] = []
    dropped: list[str] = []
    for number in dict.fromkeys(number for name, number in sections if name == "Region"):
        try:
            spectra.append(_make_spectrum(sections, number, options))
        except NotASpectrumError as reason:
            dropped.append(f"region {number}: {reason}")
    return series_of(path, spectra, dropped=dropped)


FORMAT = SpectrumFormat(
    name="Scienta text (.txt)",
    extensions=(".txt",),
    recognise=recognise_scienta_text,
    read=read_scienta_text,
    limits="one time for all regions of a file",
)


def _split_sections(text: str) -> dict[tuple[str, str], list[str]]:
    """The lines of every section, by its name and number."""
    sections: dict[tuple[str, str], list[str]] = {}
    lines: list[str] = []
    for line in text.split("\n"):
        found = _SECTION.match(line)
        if found:
            lines = sections.setdefault((found[1], found[2]), [])
        elif line.strip():
            lines.append(line)
    return sections


def _make_spectrum(
    sections: Mapping[tuple[str, str], Sequence[str]], number: str, options: ReadOptions
) -> XpsSpectrum:
    region = _parse_fields(sections.get(("Region", number), []))
    info = _parse_fields(sections.get(("Info", number), []))
    table = _parse_table(sections.get(("Data", number), []))
    energy = binding_energy(table[:, 0], region.get("Dimension 1 name", ""), info, options)
    return scienta_spectrum(energy, table[:, 1:], region.get("Region Name", ""), info)


def scienta_spectrum(
    energy: FloatArray, slices: FloatArray, name: str, info: Mapping[str, str]
) -> XpsSpectrum:
    """The spectrum of a region, its slices summed.

    Parameters
    ----------
    energy : shape (m,)
        Binding energies (eV) in any order.
    slices : shape (m, s)
    info
        What SES writes about a region, in text as in waves.

    Raises
    ------
    NotASpectrumError
        If it holds no intensities.
    """
    order = np.argsort(energy, kind="stable")
    energy, values = energy[order], slices[order].sum(axis=1)
    require_spectrum(energy, values)
    is_counting = "pulse" in info.get("DetectorMode", "").lower()
    return XpsSpectrum(
        region=name_region([name], energy),
        energy=energy,
        values=values,
        kind="counts" if is_counting else "arbitrary",
        sample=info.get("Sample", ""),
        label=name or info.get("Spectrum Name", ""),
        seconds=_parse_number(info, "Time per Spectrum Channel") if is_counting else math.nan,
        started=_parse_start(info),
        pass_energy=_parse_number(info, "Pass Energy"),
        photon_energy=_parse_number(info, "Excitation Energy"),
        metadata={**info, "slices": slices.shape[1]},
    )


def _parse_fields(lines: Sequence[str]) -> dict[str, str]:
    pairs = (line.partition("=") for line in lines)
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def _parse_table(lines: Sequence[str]) -> FloatArray:
    """The numbers of a data section, shape (m, 1 + slices); only the last row may be cut off."""
    try:
        rows = [[float(text) for text in line.split()] for line in lines]
    except ValueError:
        raise NotASpectrumError("its data are not all numbers") from None
    if not rows or len(rows[0]) < 2:
        raise NotASpectrumError("it holds no data")
    width = len(rows[0])
    if len(rows[-1]) < width:
        rows.pop()
    if any(len(row) != width for row in rows):
        raise NotASpectrumError("its rows differ in length")
    return np.array(rows, dtype=float)


def binding_energy(
    axis: FloatArray, name: str, info: Mapping[str, str], options: ReadOptions
) -> FloatArray:
    """Binding energies (eV) of an axis of that name; shape (m,).

    Raises
    ------
    NotASpectrumError
        If it is no energy, or the photon energy is not known.
    """
    if "binding" in name.lower():
        return axis
    if "kinetic" not in name.lower():
        raise NotASpectrumError(f"its axis is {name or 'not named'}, not an energy")
    stated = _parse_number(info, "Excitation Energy")
    return np.asarray(known_photon_energy(stated, options.photon_energy) - axis, dtype=float)


def _parse_start(info: Mapping[str, str]) -> datetime | None:
    """The local time the file states; it names no zone."""
    text = f"{info.get('Date', '')} {info.get('Time', '')}"
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _parse_number(fields: Mapping[str, str], name: str) -> float:
    try:
        return float(fields.get(name, ""))
    except ValueError:
        return math.nan
