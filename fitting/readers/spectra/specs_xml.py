"""SpecsLab XML (SPECS, "CORBA XML"): every scan with its time.

Groups hold regions, a region holds cycles with a start (unix seconds) and their scans, each scan
one number per point and detector channel. The channels of a multi-channel detector see energies
apart by ``shift * pass energy``, so a scan has points to spare at both ends (``mcd_head``,
``mcd_tail``). Channels are summed on the grid of the region, each displaced by the nearest whole
number of steps: the sums stay counts, and a channel is at most half a step off.

The name of the group is the sample (it often holds the potential), every scan a spectrum. The file
gives a start per cycle only; later scans are taken to follow by their counting time, which is a
lower bound. Kinetic energies refer to the Fermi level: the work function is not added.
"""

import math
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.xps_spectra import (
    NotASpectrumError,
    XpsSpectrum,
    known_numbers,
    name_region,
    require_spectrum,
    series_of,
)

_MARK = b"specs.de/Serializer"
_AXIS_MODES = frozenset({"FixedAnalyzerTransmission", "FixedRetardingRatio"})
_FAR_FUTURE = 4e9
"""Unix seconds that no spectrum has yet."""


@dataclass(frozen=True, slots=True)
class _Region:
    """The definition of a region: what holds for all of its scans."""

    group: str
    name: str
    energy: FloatArray
    """Binding energy, descending (eV), shape (m,)."""
    first: tuple[int, ...]
    """For every channel the index of the point that has the first energy."""
    seconds: float
    """Counting time of one point of one scan."""
    scan_seconds: float
    """Counting time of a whole scan, spare points included."""
    pass_energy: float
    photon_energy: float
    transmission: FloatArray
    """Of the analyser at every point, binding energies ascending, shape (m,) or empty."""
    metadata: dict[str, Any]


def recognise_specs_xml(head: bytes) -> bool:
    """Whether a file that begins with these bytes is SpecsLab XML."""
    return b"<?xml" in head[:200] and (_MARK in head or b"CORBA XML document" in head)


def read_specs_xml(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """Read every scan of every region.

    Raises
    ------
    UnreadableFileError
        If the file is damaged before its first region ends, or holds no spectrum.
    """
    spectra: list[XpsSpectrum] = []
    dropped: list[str] = []
    damage: list[str] = []
    try:
        for group, region in _iterate_regions(path):
            _collect_scans(group, region, options, spectra, dropped)
    except (ET.ParseError, LookupError) as error:
        if not spectra:
            raise UnreadableFileError(
                f"{path.name}: not complete XML ({error}). Copy or export it again."
            ) from error
        damage.append(
            f"{path.name} is damaged or was cut off ({error}); the {len(spectra)} scan(s) before "
            "were read."
        )
    return series_of(path, spectra, dropped=dropped, warnings=damage)


FORMAT = SpectrumFormat(
    name="SpecsLab XML",
    extensions=(".xml",),
    recognise=recognise_specs_xml,
    read=read_specs_xml,
)


def _iterate_regions(path: Path) -> Iterator[tuple[str, ET.Element]]:
    """Every complete region with the name of its group."""
    group = ""
    depth = 0
    for event, element in ET.iterparse(path, events=("start", "end")):
        kind = element.get("type_name")
        if kind == "RegionData":
            depth += 1 if event == "start" else -1
            if event == "end":
                yield group, element
                element.clear()
        elif event == "end" and not depth and element.get("name") == "name":
            group = (element.text or "").strip()


def _collect_scans(
    group: str,
    element: ET.Element,
    options: ReadOptions,
    spectra: list[XpsSpectrum],
    dropped: list[str],
) -> None:
    """Add the scans of a region to the spectra, or what is wrong with it to the others."""
    name = _find_text(element, "name")
    try:
        region = _read_definition(group, element, options)
    except NotASpectrumError as reason:
        dropped.append(f"{name!r} of {group!r}: {reason}")
        return
    scans = list(_iterate_scans(element, region))
    if not scans:
        dropped.append(f"{name!r} of {group!r}: it was never measured")
    for label, time, scan in scans:
        try:
            spectra.append(_make_spectrum(region, label, time, _sum_channels(scan, region)))
        except NotASpectrumError as reason:
            dropped.append(f"{label!r} of {group!r}: {reason}")


def _read_definition(group: str, element: ET.Element, options: ReadOptions) -> _Region:
    definition = _find_child(element, "region")
    mode = _find_text(_find_child(definition, "scan_mode"), "name")
    if mode not in _AXIS_MODES:
        raise NotASpectrumError(f"its scan mode is {mode or 'not stated'}, not one over energies")
    points = _find_number(definition, "values_per_curve")
    step = _find_number(definition, "scan_delta")
    start = _find_number(definition, "kinetic_energy")
    pass_energy = _find_number(definition, "pass_energy")
    dwell = _find_number(definition, "dwell_time")
    head, tail = (_find_number(element, name) for name in ("mcd_head", "mcd_tail"))
    photon_energy = _find_number(definition, "excitation_energy")
    if not photon_energy > 0:
        photon_energy = options.photon_energy or math.nan
    if not (0 < points < 1e6 and step > 0 and 0 <= head < 1e6 and 0 <= tail < 1e6):
        raise NotASpectrumError("its number of points or its step is not stated")
    shifts = [_find_number(detector, "shift") for detector in _find_detectors(element)] or [0.0]
    displaced = [head - shift * pass_energy / step for shift in shifts]
    if not np.all(np.isfinite(displaced)):
        raise NotASpectrumError("the energies of its detector channels are not stated")
    return _Region(
        group=group,
        name=_find_text(element, "name"),
        energy=np.asarray(photon_energy - start - step * np.arange(int(points)), dtype=float),
        first=tuple(round(place) for place in displaced),
        seconds=dwell,
        scan_seconds=dwell * (points + head + tail),
        pass_energy=pass_energy,
        photon_energy=photon_energy,
        transmission=_read_transmission(element),
        metadata=_collect_metadata(element, definition),
    )


def _iterate_scans(element: ET.Element, region: _Region) -> Iterator[tuple[str, float, ET.Element]]:
    """Label, start (unix seconds) and data of every scan."""
    scans = [
        (_find_number(cycle, "time") + earlier * region.scan_seconds, scan)
        for cycle in _find_child(element, "cycles")
        for earlier, scan in enumerate(_find_child(cycle, "scans"))
    ]
    for number, (time, scan) in enumerate(scans, start=1):
        numbered = f"{region.name} scan {number} of {len(scans)}"
        yield region.name if len(scans) == 1 else numbered, time, scan


def _make_spectrum(region: _Region, label: str, time: float, counts: FloatArray) -> XpsSpectrum:
    energy, values = region.energy[::-1], counts[::-1]
    require_spectrum(energy, values)
    return XpsSpectrum(
        region=name_region([region.name], energy),
        energy=energy,
        values=values,
        kind="counts",
        sample=region.group,
        label=label,
        seconds=region.seconds,
        started=datetime.fromtimestamp(time, UTC) if 0 < time < _FAR_FUTURE else None,
        pass_energy=region.pass_energy,
        photon_energy=region.photon_energy,
        transmission=region.transmission,
        metadata=region.metadata,
    )


def _sum_channels(scan: ET.Element, region: _Region) -> FloatArray:
    """Counts of all channels on the grid of the region, shape (m,)."""
    numbers = " ".join(part.text or "" for part in _find_child(scan, "counts")).split()
    channels, points = len(region.first), region.energy.size
    if not numbers or len(numbers) % channels:
        raise NotASpectrumError(f"{len(numbers)} counts do not fit {channels} detector channels")
    try:
        table = np.array(numbers, dtype=float).reshape(-1, channels)
    except ValueError:
        raise NotASpectrumError("its counts are not all numbers") from None
    if min(region.first) < 0 or max(region.first) + points > len(table):
        raise NotASpectrumError("a scan is incomplete")
    total = np.zeros(points)
    for channel, first in enumerate(region.first):
        total += table[first : first + points, channel]
    return total


def _collect_metadata(element: ET.Element, definition: ET.Element) -> dict[str, Any]:
    stated = {part.get("name", ""): (part.text or "").strip() for part in definition}
    return {
        **{name: text for name, text in stated.items() if name and text},
        "analyser": _find_text(_find_child(element, "analyzer_info"), "name"),
        "other columns": {"transmission": known_numbers(_read_transmission(element))},
    }


def _read_transmission(element: ET.Element) -> FloatArray:
    """Of the analyser at every point, binding energies ascending; empty where it is not stated."""
    words = " ".join(part.text or "" for part in _find_child(element, "transmission")).split()
    try:
        return np.array(words, dtype=float)[::-1]
    except ValueError:
        return np.array([])


def _find_detectors(element: ET.Element) -> list[ET.Element]:
    return list(_find_child(_find_child(element, "analyzer_info"), "detectors"))


_NOTHING = ET.Element("nothing")


def _find_child(element: ET.Element, name: str) -> ET.Element:
    """The part with a name; an empty one where there is none."""
    return next((part for part in element if part.get("name") == name), _NOTHING)


def _find_text(element: ET.Element, name: str) -> str:
    return (_find_child(element, name).text or "").strip()


def _find_number(element: ET.Element, name: str) -> float:
    """A number; nan where it is not stated."""
    try:
        return float(_find_text(element, name))
    except ValueError:
        return math.nan
