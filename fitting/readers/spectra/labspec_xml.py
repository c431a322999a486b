"""LabSpec XML of Horiba (.xml): a spectrum, a series or a map.

``LSX_Tree`` holds parameters as groups of ``LSX`` elements, whose numeric identities name them;
``LSX_Matrix`` holds a row of intensities per spectrum. The axes are listed in the order in which
they vary: the intensities themselves, the spectral axis (``Spectr``), then those of a map.
"""

import math
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.raman_spectra import raman_series, shift_of_wavelength
from fitting.readers.spectra.sheet import as_number
from fitting.readers.spectra.spectrum_format import SpectrumFormat

_NAME, _VALUE = "0x6D6D616E", "0x7D6C61DB"
_AXES, _AXIS_NAME, _AXIS_UNIT, _AXIS_VALUES = "0x7B697861", "0x6D707974", "0x7C696E75", "0x7D6CD4DB"
_SPECTRAL = "Spectr"
_UNITS = {"cnt": "counts", "cnts": "counts", "cnt/sec": "counts/s"}


@dataclass(frozen=True, slots=True)
class _Axis:
    name: str
    unit: str
    values: FloatArray


def recognise_labspec_xml(head: bytes) -> bool:
    """Whether the file begins with the element of LabSpec."""
    return b"<LSX_Data" in head[:1000]


def read_labspec_xml(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """The spectra of the file as one series.

    Raises
    ------
    UnreadableFileError
        If the file is damaged or holds no spectrum.
    """
    try:
        root = ET.parse(path).getroot()
    except (ET.ParseError, LookupError, ValueError) as error:
        raise _damage_error(path, f"not complete XML ({error})") from error
    axes = _read_axes(root)
    spectral = next((axis for axis in axes if axis.name == _SPECTRAL), None)
    rows = [_parse_numbers(row.text) for row in root.iter("LSX_Row")]
    if spectral is None or not rows or any(row.size != spectral.values.size for row in rows):
        raise _damage_error(path, "its spectra do not have as many points as their axis")
    header = _read_header(root)
    intensity = next((axis.unit for axis in axes if axis.name == "Intens"), "")
    others = [axis for axis in axes if axis.name not in (_SPECTRAL, "Intens")]
    return [
        raman_series(
            path,
            _find_shift(path, spectral, header, options),
            np.array(rows),
            unit=_UNITS.get(intensity.lower(), "arbitrary"),
            labels=_make_labels(others, len(rows)),
            metadata={"file": {**header, "clock": "local"}},
            **_find_times(others, header, len(rows)),
        )
    ]


FORMAT = SpectrumFormat(
    name="LabSpec XML",
    extensions=(".xml",),
    recognise=recognise_labspec_xml,
    read=read_labspec_xml,
)


def _damage_error(path: Path, reason: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name}: the file is damaged: {reason}. Save the spectra from LabSpec again."
    )


def _read_axes(root: ET.Element) -> list[_Axis]:
    group = next((element for element in root.iter("LSX") if element.get("ID") == _AXES), None)
    if group is None:
        return []
    parts = [{part.get("ID", ""): part.text for part in axis} for axis in group]
    return [
        _Axis(
            (part.get(_AXIS_NAME) or "").strip(),
            (part.get(_AXIS_UNIT) or "").strip(),
            _parse_numbers(part.get(_AXIS_VALUES)),
        )
        for part in parts
    ]


def _parse_numbers(text: str | None) -> FloatArray:
    """Numbers between blanks, nan where one is none; shape (n,)."""
    return np.array([as_number(word) for word in (text or "").split()], dtype=float)


def _read_header(root: ET.Element) -> dict[str, str]:
    """Parameters by their names."""
    found: dict[str, str] = {}
    for element in root.iter("LSX"):
        parts = {part.get("ID"): (part.text or "").strip() for part in element}
        if parts.get(_NAME) and _VALUE in parts:
            found.setdefault(parts[_NAME], parts[_VALUE])
    return found


def _find_shift(
    path: Path, axis: _Axis, header: Mapping[str, str], options: ReadOptions
) -> FloatArray:
    """Raman shifts (1/cm), from wavelengths by the stated laser line."""
    if axis.unit == "1/cm":
        return axis.values
    laser = options.laser_wavelength or as_number(header.get("Laser (nm)", ""))
    if axis.unit != "nm" or not laser > 0 or not np.all(axis.values > 0):
        raise UnreadableFileError(
            f"{path.name}: the axis is in {axis.unit or 'no unit'}. Give the wavelength of the "
            "laser with --laser NM if it is nm, or save the spectra in 1/cm."
        )
    return shift_of_wavelength(axis.values, laser)


def _make_labels(others: Sequence[_Axis], count: int) -> list[str]:
    """Positions on a map; the first axis varies fastest. Times need none."""
    sizes = [axis.values.size for axis in others]
    if count == 1 or _is_time(others):
        return [""] * count
    if not sizes or math.prod(sizes) != count:
        return [f"spectrum {number}" for number in range(1, count + 1)]
    grid = np.indices(sizes[::-1]).reshape(len(sizes), -1)
    return [
        " ".join(
            f"{axis.name}={axis.values[index]:.8g}"
            for axis, index in zip(others, reversed(place), strict=True)
        )
        for place in grid.T.tolist()
    ]


def _is_time(others: Sequence[_Axis]) -> bool:
    return len(others) == 1 and others[0].unit in ("s", "sec")


def _find_times(others: Sequence[_Axis], header: Mapping[str, str], count: int) -> dict[str, Any]:
    """Time, start and exposure, as far as the file tells them."""
    known: dict[str, Any] = {}
    seconds = as_number(header.get("Acq. time (s)", ""))
    accumulations = as_number(header.get("Accumulations", ""))
    if seconds > 0:
        known["exposure"] = seconds * (accumulations if accumulations > 0 else 1.0)
    since = others[0].values if _is_time(others) and others[0].values.size == count else None
    if since is not None:
        known["time"] = since - since[0]
    acquired = _parse_stamp(header.get("Acquired", ""))
    if acquired is not None and (count == 1 or since is not None):
        known["started"] = acquired + (0.0 if since is None else since)
    return known


def _parse_stamp(text: str) -> float | None:
    try:
        return datetime.strptime(text, "%d.%m.%Y %H:%M:%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
