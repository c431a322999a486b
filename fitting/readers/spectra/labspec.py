"""LabSpec text of Horiba: a single spectrum, a series or a map.

Lines ``#Key=<TAB>value`` may stand above. A single spectrum is two columns; in a series the first
line holds the shifts behind one empty cell and each further line a position and a spectrum; in a
map there are two empty cells and two positions, of which no line says which is x. The position of a
series is what ``AxisType[2]`` and ``AxisUnit[2]`` say, a time (s) where they say nothing.

What real files taught: a scan that was stopped is filled up with zeros; ``#Base:Sub=`` and
``#Base:Fit Sub=`` say that a baseline was subtracted; times may be nominal, evenly spaced to the
last digit.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.noise import is_counts
from fitting.data.series import FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.number_blocks import NumberBlock, NumberLayout, number_blocks
from fitting.readers.spectra.raman_spectra import raman_series, shift_of_wavelength
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.text import decode_text, read_text

_KEY = re.compile(r"#(?P<key>[^=\t]+)=\t?(?P<value>.*)")
_HEADER = re.compile(r"(?m)^#(?:Acq\.|Acquired|Accumulation|AxisType|AxisUnit|Exposition|Laser).*=")
_SHIFTS = re.compile(r"\t{1,2}-?\d+(?:[.,]\d+)?(?:\t-?\d+(?:[.,]\d+)?){3}")
_SUBTRACTED = re.compile(r"Base:.*\bSub", re.IGNORECASE)
_TIME = re.compile(r"t$|time|temps|zeit", re.IGNORECASE)
_SECONDS = {"s": 1.0, "sec": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0, "hours": 3600.0}
_STAMPS = ("%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M")
_COUNT_UNITS = {"cnt", "cnts", "counts"}
_NOMINAL = 1e-6
"""Steps in time that agree within this part are not measured."""


def recognise_labspec_text(head: bytes) -> bool:
    """Whether there are LabSpec's header lines, or the shifts of a series or map come first."""
    text = decode_text(head)
    if text is None:
        return False
    first = next((line for line in text.split("\n") if line.strip()), "")
    return bool(_SHIFTS.match(first) or (first.startswith("#") and _HEADER.search(text[:8000])))


def read_labspec_text(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """The spectra of the file as one series."""
    text = read_text(path)
    header = {match["key"].strip(): match["value"].strip() for match in _KEY.finditer(text)}
    scan = _scan_lines(path, text)
    along = _Along(header.get("AxisType[2]", ""), header.get("AxisUnit[2]", ""))
    series = [
        raman_series(
            path,
            _find_shift(path, scan.axis, header, options),
            scan.intensity,
            unit="counts" if _is_counts(scan.intensity, header) else "arbitrary",
            labels=_make_labels(scan.positions, along),
            metadata={"file": {**header, "clock": "local"}},
            warnings=_list_warnings(scan, along, header),
            **_find_times(scan.positions, along, header),
            **_find_depths(scan.positions, along),
        )
    ]
    if "depth" in series[0].coords:
        series[0]["depth"].attrs["units"] = along.unit
    return series


FORMAT = SpectrumFormat(
    name="LabSpec text",
    extensions=(".txt",),
    recognise=recognise_labspec_text,
    read=read_labspec_text,
    limits="a local time, without its zone",
)


@dataclass(frozen=True, slots=True)
class _Scan:
    """The numbers of a file."""

    axis: FloatArray
    """Shape (m,)."""
    intensity: FloatArray
    """Shape (n, m)."""
    positions: FloatArray
    """What stands before each spectrum; shape (n, 0), (n, 1: time) or (n, 2: map)."""


@dataclass(frozen=True, slots=True)
class _Along:
    """What a series was measured along."""

    kind: str
    """Such as "Time", "Z", "Points"; empty if the file does not say it."""
    unit: str

    @property
    def seconds(self) -> float:
        """Seconds in the unit of a time; 0 if it is no time."""
        if self.kind and not _TIME.match(self.kind):
            return 0.0
        return _SECONDS.get(self.unit.lower(), 1.0 if self.kind or not self.unit else 0.0)

    @property
    def is_depth(self) -> bool:
        """Whether it is the way into the sample."""
        return self.kind.lower() in {"z", "depth"}


def _scan_lines(path: Path, text: str) -> _Scan:
    body = "\n".join(line for line in text.split("\n") if not line.startswith("#"))
    decimal = "," if "," in body and "." not in body else "."
    blocks = number_blocks(body, NumberLayout("\t", decimal))
    if not blocks:
        raise UnreadableFileError(
            f"{path.name}: there are no columns of numbers below the header of LabSpec. Save the "
            "spectra as text again."
        )
    block = max(blocks, key=lambda block: block.values.size)
    before = _cells_before_shifts(block)
    if before == 0:
        scan = _Scan(block.values[:, 0], block.values[:, 1:].T, np.empty((1, 0)))
    else:
        axis = [_parse_number(heading) for heading in block.headings[before:]]
        scan = _Scan(np.array(axis), block.values[:, before:], block.values[:, :before])
    _check_scan(path, scan)
    return scan


def _cells_before_shifts(block: NumberBlock) -> int:
    """Empty cells at the start of the line of shifts; 0 if there is no such line."""
    filled = [bool(heading) for heading in block.headings]
    return filled.index(True) if any(filled) else 0


def _parse_number(cell: str) -> float:
    text = cell.replace(",", ".")
    return float(text) if re.fullmatch(r"-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?", text) else math.nan


def _check_scan(path: Path, scan: _Scan) -> None:
    if scan.positions.shape[1] > 2 or scan.intensity.shape[1] != scan.axis.size:
        raise UnreadableFileError(
            f"{path.name}: the line of Raman shifts does not fit the spectra below it. Save the "
            "spectra as text from LabSpec again."
        )
    if not np.isfinite(scan.positions).all() or len(scan.positions) != len(scan.intensity):
        raise UnreadableFileError(
            f"{path.name}: a spectrum has no time or position in front of it. Save the spectra as "
            "text from LabSpec again."
        )


def _find_shift(
    path: Path, axis: FloatArray, header: Mapping[str, str], options: ReadOptions
) -> FloatArray:
    """Raman shifts (1/cm), from wavelengths where the header says nm."""
    if header.get("AxisUnit[1]", "1/cm") != "nm" and "Range (nm)" not in header:
        return axis
    laser = options.laser_wavelength or _find_laser(header)
    if not laser or axis.min() <= 0:
        raise UnreadableFileError(
            f"{path.name}: the axis is in nm. Give the wavelength of the laser with --laser NM, or "
            "save the spectra in 1/cm."
        )
    return shift_of_wavelength(axis, laser)


def _find_laser(header: Mapping[str, str]) -> float | None:
    """Wavelength of the laser (nm), from "532nm_Edge" or from the key that holds the unit."""
    for key, value in header.items():
        match = re.match(r"(\d+(?:[.,]\d+)?)\s*(nm)?", value)
        if key.startswith("Laser") and match and (match[2] or "nm" in key):
            return _parse_number(match[1])
    return None


def _is_counts(intensity: FloatArray, header: Mapping[str, str]) -> bool:
    unit = header.get("AxisUnit[0]", "").lower()
    return unit in _COUNT_UNITS or (not unit and is_counts(intensity))


def _list_warnings(scan: _Scan, along: _Along, header: Mapping[str, str]) -> list[str]:
    sentences = []
    if any(_SUBTRACTED.match(key) for key in header):
        sentences.append("A baseline was subtracted in LabSpec before the spectra were saved.")
    if scan.positions.shape[1] == 1 and along.seconds and _is_nominal(scan.positions[:, 0]):
        sentences.append(
            "The times are evenly spaced to the last digit, so planned and not measured. Check "
            "them before potentials are attached by time."
        )
    return sentences


def _is_nominal(times: FloatArray) -> bool:
    steps = np.diff(times)
    return bool(steps.size > 3 and np.ptp(steps) <= _NOMINAL * abs(float(np.median(steps))))


def _make_labels(positions: FloatArray, along: _Along) -> list[str]:
    """Names of positions; times need none."""
    if positions.shape[1] == 1 and not along.seconds:
        return [f"{along.kind} {value:.8g} {along.unit}".strip() for value in positions[:, 0]]
    if positions.shape[1] != 2:
        return [""] * len(positions)
    return [f"slow={slow:.8g} fast={fast:.8g}" for slow, fast in positions]


def _find_depths(positions: FloatArray, along: _Along) -> dict[str, FloatArray]:
    """Depths of a series into the sample, as its coordinate."""
    is_depth = positions.shape[1] == 1 and along.is_depth
    return {"depth": positions[:, 0]} if is_depth else {}


def _find_times(positions: FloatArray, along: _Along, header: Mapping[str, str]) -> dict[str, Any]:
    """Time, start and exposure of each spectrum, as far as the file tells them.

    ``Acquired`` is taken as the start of the first spectrum, on a clock without time zone.
    """
    known: dict[str, Any] = {}
    is_timed = positions.shape[1] == 1 and along.seconds > 0
    since = positions[:, 0] * along.seconds if is_timed else None
    acquired = _parse_stamp(header.get("Acquired", ""))
    exposure = _find_exposure(header)
    if since is not None:
        known["time"] = since - since[0]
    if acquired is not None and (since is not None or not positions.shape[1]):
        known["started"] = acquired + (0.0 if since is None else since)
    if exposure is not None:
        known["exposure"] = exposure
    return known


def _parse_stamp(text: str) -> float | None:
    for pattern in _STAMPS:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    return None


def _find_exposure(header: Mapping[str, str]) -> float | None:
    """Time of one accumulation times their number (s)."""
    seconds = _first_number(header, ("Acq. time (s)", "Exposition", "Exposure (s)"))
    number = _first_number(header, ("Accumulations", "Accumulation"))
    return seconds * (number or 1.0) if seconds else None


def _first_number(header: Mapping[str, str], keys: Sequence[str]) -> float | None:
    values = (_parse_number(header[key]) for key in keys if key in header)
    return next((value for value in values if value > 0), None)
