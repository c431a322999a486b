"""XPS spectra of one file, gathered into series: one per region and step.

Readers of XPS formats describe each spectrum as an ``XpsSpectrum`` and leave the rest to
``series_of``: the axis, the unit and its noise, charge shifts, and what is kept as metadata.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from fitting.data.errors import ThioscopeError, UnreadableFileError
from fitting.data.joining.join import join_series
from fitting.data.regions import region_from_name, region_from_range
from fitting.data.series import ENERGY, FloatArray, get_column, make_series, set_coordinates
from fitting.readers.spectra.counting import UnitKind, rates_of
from fitting.readers.spectra.samples import sample_from_field
from fitting.readers.spectra.unnamed_regions import UNNAMED, name_by_energy

_REASONS = 5
"""How many of the things that were left out are named."""
_SAME_STEP = 0.01
"""Grids have one step if they stay together within this part of the step."""


class NotASpectrumError(ThioscopeError):
    """Why a part of a file is left out, as the end of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class XpsSpectrum:
    """One spectrum as a file holds it."""

    region: str
    energy: FloatArray
    """Binding energy (eV), ascending, without any charge shift; shape (m,)."""
    values: FloatArray
    """In the unit of the file, shape (m,)."""
    kind: UnitKind
    sample: str
    label: str
    seconds: float = math.nan
    """Counting time of one point, all scans added (s)."""
    started: datetime | None = None
    """When it was begun, with a zone; UTC where the file states none."""
    depth: float = math.nan
    depth_unit: str = ""
    charge_shift: float | None = None
    """Added to the binding energy as the file says (eV)."""
    shift_origin: str = ""
    """Who says so, as in "CasaXPS calibration"."""
    pass_energy: float = math.nan
    photon_energy: float = math.nan
    """eV."""
    transmission: FloatArray | None = None
    """Of the analyser, relative, as the file states it, shape (m,); values are as measured."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """What else the file says of this spectrum; JSON."""


def series_of(
    path: Path,
    spectra: Sequence[XpsSpectrum],
    *,
    dropped: Sequence[str] = (),
    metadata: Mapping[str, Any] | None = None,
    warnings: Sequence[str] = (),
) -> list[xr.Dataset]:
    """One series per region and step, in the order of the file.

    Parameters
    ----------
    dropped
        What was left out and why, as in "block 3 ('C 1s'): all of its intensities are zero".
    metadata
        What holds for the whole file.
    warnings
        Sentences that go to every series of the file.

    Raises
    ------
    UnreadableFileError
        If there is no spectrum; it gives the reasons.
    """
    left_out = "; ".join(dropped[:_REASONS])
    if len(dropped) > _REASONS:
        left_out += f"; and {len(dropped) - _REASONS} more"
    if not spectra:
        raise UnreadableFileError(
            f"{path.name}: there is no XPS spectrum in this file "
            f"({left_out or 'nothing with intensities was found'}). "
            "Export the spectra again, or leave the file out."
        )
    sentences = [*warnings, *([f"Left out: {left_out}."] if left_out else [])]
    named = [replace(one, sample=sample_from_field(one.sample, path)) for one in spectra]
    regions = name_by_energy([(one.region, one.energy) for one in named])
    named = [replace(one, region=name) for one, name in zip(named, regions, strict=True)]
    origin = min((spectrum.started for spectrum in named if spectrum.started), default=None)
    file = _File(path.name, dict(metadata or {}), tuple(sentences), origin)
    return [_series_of_group(file, group) for group in _group_spectra(named)]


def known_numbers(values: FloatArray) -> list[float | None]:
    """Numbers for metadata, ``None`` where one is not known."""
    return [float(value) if math.isfinite(value) else None for value in values]


def known_photon_energy(stated: float, given: float | None) -> float:
    """The photon energy that kinetic energies are taken from (eV).

    Parameters
    ----------
    stated
        What the file says (eV); not positive or nan where it says nothing.
    given
        What the user says (eV).

    Raises
    ------
    NotASpectrumError
        If neither is known.
    """
    if stated > 0:
        return stated
    if not given:
        raise NotASpectrumError(
            "its energies are kinetic and the file does not tell the photon energy; give it "
            "(command line: --photon-energy)"
        )
    return given


def require_spectrum(energy: FloatArray, values: FloatArray) -> None:
    """Raise ``NotASpectrumError`` unless the energies ascend and there are intensities."""
    if energy.size < 2:
        raise NotASpectrumError(f"it has {energy.size} point(s)")
    if not np.all(np.isfinite(energy)):
        raise NotASpectrumError("its energies are not all numbers")
    if not np.all(np.diff(energy) > 0):
        raise NotASpectrumError("several of its points have the same energy")
    if not np.any(np.isfinite(values)):
        raise NotASpectrumError("it holds no intensities")
    if not np.any(values[np.isfinite(values)]):
        raise NotASpectrumError("all of its intensities are zero")


def name_region(names: Sequence[str], energy: FloatArray) -> str:
    """The region, told by the names in their order, else by the range, else the first name."""
    told = [region for name in names if (region := region_from_name(name))]
    if not told and energy.size:
        measured = region_from_range(float(np.min(energy)), float(np.max(energy)))
        told = [measured] if measured else []
    return next((text.strip() for text in [*told, *names] if text.strip()), UNNAMED)


def spectrum_metadata(series: xr.Dataset) -> list[Mapping[str, Any]]:
    """What the file says of each spectrum, in the order of the series, joined or not.

    Empty where the reader kept nothing, or where several spectra of one name and sample are no
    longer all there, so that they cannot be told apart.
    """
    entries: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for entry in _iterate_entries(json.loads(series.attrs.get("original_metadata", "{}"))):
        entries.setdefault(_key_of_entry(entry), []).append(entry)
    names = [get_column(series, name) for name in ("source", "sample", "label")]
    keys = [tuple(str(values[index]) for values in names) for index in range(len(names[0]))]
    found: list[Mapping[str, Any]] = []
    for index, key in enumerate(keys):
        same = entries.get((key[0], key[1], key[2]), [])
        is_complete = len(same) == keys.count(key)
        found.append(same[keys[:index].count(key)] if is_complete else {})
    return found


@dataclass(frozen=True, slots=True)
class _File:
    """What all spectra of a file have in common."""

    name: str
    metadata: Mapping[str, Any]
    warnings: tuple[str, ...]
    origin: datetime | None
    """When the first of its spectra was begun."""


def _iterate_entries(metadata: Any) -> Iterator[Mapping[str, Any]]:
    """The entries of all files: joining series nests their metadata in lists."""
    if isinstance(metadata, list):
        for part in metadata:
            yield from _iterate_entries(part)
    elif isinstance(metadata, dict):
        yield from metadata.get("spectra", [])


def _key_of_entry(entry: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(entry["source"]), str(entry["sample"]), str(entry["label"])


def _group_spectra(spectra: Sequence[XpsSpectrum]) -> list[list[XpsSpectrum]]:
    """Spectra of one region, one unit and one step."""
    groups: list[list[XpsSpectrum]] = []
    for spectrum in spectra:
        fitting = [group for group in groups if _belongs_to(spectrum, group[0])]
        if fitting:
            fitting[0].append(spectrum)
        else:
            groups.append([spectrum])
    return groups


def _belongs_to(spectrum: XpsSpectrum, first: XpsSpectrum) -> bool:
    if (spectrum.region, spectrum.kind) != (first.region, first.kind):
        return False
    if spectrum.kind != "arbitrary" and (spectrum.seconds > 0) != (first.seconds > 0):
        return False
    return _is_same_grid(spectrum.energy, first.energy) or _has_same_step(spectrum, first)


def _is_same_grid(one: FloatArray, other: FloatArray) -> bool:
    if one.size != other.size:
        return False
    return bool(np.all(np.abs(one - other) <= _SAME_STEP * np.min(np.diff(other))))


def _has_same_step(one: XpsSpectrum, other: XpsSpectrum) -> bool:
    step = float(np.median(np.diff(other.energy)))
    return all(_is_uniform(spectrum.energy, step) for spectrum in (one, other))


def _is_uniform(grid: FloatArray, step: float) -> bool:
    ideal = grid[0] + step * np.arange(grid.size)
    return bool(np.all(np.abs(grid - ideal) <= 0.5 * _SAME_STEP * step))


def _series_of_group(file: _File, group: Sequence[XpsSpectrum]) -> xr.Dataset:
    parts: list[list[XpsSpectrum]] = []
    for spectrum in group:
        same = [part for part in parts if _is_same_grid(spectrum.energy, part[0].energy)]
        if same:
            same[0].append(spectrum)
        else:
            parts.append([spectrum])
    series = [_series_on_one_grid(file, part) for part in parts]
    return series[0] if len(series) == 1 else join_series(series)


def _series_on_one_grid(file: _File, spectra: Sequence[XpsSpectrum]) -> xr.Dataset:
    first = spectra[0]
    seconds = np.array([spectrum.seconds for spectrum in spectra])
    rates = rates_of(np.array([spectrum.values for spectrum in spectra]), first.kind, seconds)
    series = make_series(
        ENERGY,
        first.energy,
        rates.intensity,
        region=first.region,
        sigma=rates.sigma,
        noise=rates.noise,
        unit=rates.unit,
        sources={file.name: ""},
        metadata={
            "file": file.metadata,
            "spectra": [_make_entry(file.name, spectrum) for spectrum in spectra],
        },
        warnings=[
            *file.warnings,
            *rates.warnings,
            *_shift_warning(spectra),
            *_pass_warning(spectra),
        ],
        sample=[spectrum.sample for spectrum in spectra],
        label=[spectrum.label for spectrum in spectra],
        source=file.name,
        seconds_per_point=seconds,
    )
    series = set_coordinates(series, **_known_coordinates(spectra, file.origin))
    if "depth" in series.coords:
        series["depth"].attrs["units"] = first.depth_unit
    return series


def _make_entry(file_name: str, spectrum: XpsSpectrum) -> dict[str, Any]:
    started = spectrum.started.isoformat() if spectrum.started else ""
    names = {"source": file_name, "sample": spectrum.sample, "label": spectrum.label}
    return {**names, "started": started, **spectrum.metadata}


def _known_coordinates(
    spectra: Sequence[XpsSpectrum], origin: datetime | None
) -> dict[str, ArrayLike]:
    """Times, depth and charge shift, where at least one spectrum has them."""
    known: dict[str, ArrayLike] = {}
    if origin and any(spectrum.started for spectrum in spectra):
        started = np.array([_unix_time(spectrum.started) for spectrum in spectra])
        known.update(started=started, time=started - origin.timestamp())
    exposure = [spectrum.seconds * spectrum.energy.size for spectrum in spectra]
    if np.any(np.isfinite(exposure)):
        known["exposure"] = exposure
    depth = [spectrum.depth for spectrum in spectra]
    if np.any(np.isfinite(depth)):
        known["depth"] = depth
    energies = [s.photon_energy if s.photon_energy > 0 else math.nan for s in spectra]
    passed = [_middle_transmission(spectrum) for spectrum in spectra]
    stated = {"photon_energy": energies, "transmission": passed}
    known |= {name: each for name, each in stated.items() if np.any(np.isfinite(each))}
    if any(spectrum.charge_shift is not None for spectrum in spectra):
        shifts = [spectrum.charge_shift or 0.0 for spectrum in spectra]
        known.update(axis_offset=shifts, charge_shift=shifts)
    return known


def _middle_transmission(spectrum: XpsSpectrum) -> float:
    """Of the analyser in the middle of the range; nan where it is not a positive number."""
    passed = spectrum.transmission
    if passed is None or passed.size != spectrum.energy.size:
        return math.nan
    middle = float(np.median(passed))
    return middle if middle > 0 else math.nan


def _unix_time(started: datetime | None) -> float:
    return started.timestamp() if started else math.nan


def _shift_warning(spectra: Sequence[XpsSpectrum]) -> list[str]:
    shifted = [spectrum for spectrum in spectra if spectrum.charge_shift]
    if not shifted:
        return []
    shifts = [spectrum.charge_shift or 0.0 for spectrum in shifted]
    low, high = min(shifts), max(shifts)
    size = f"{low:+.2f} eV" if high - low < 0.005 else f"{low:+.2f} to {high:+.2f} eV"
    which = "" if len(shifted) == len(spectra) else f" of {len(shifted)} of {len(spectra)} spectra"
    return [
        f"The energies{which} are shifted by {size}, as the {shifted[0].shift_origin} in the file "
        "says. A charge reference replaces this shift."
    ]


def _pass_warning(spectra: Sequence[XpsSpectrum]) -> list[str]:
    energies = sorted({s.pass_energy for s in spectra if math.isfinite(s.pass_energy)})
    if len(energies) < 2:
        return []
    listed = ", ".join(f"{energy:g}" for energy in energies)
    return [f"The spectra differ in pass energy ({listed} eV), so in line width."]
