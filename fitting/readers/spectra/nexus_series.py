"""Series of the entries of a NeXus file: their axis is in eV, 1/cm, or nm with a laser line."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.grids import GRID, split_grids
from fitting.data.series import (
    ENERGY,
    MIXED,
    SPECTRUM,
    FloatArray,
    axis_of,
    make_series,
    noises_of,
    units_of,
)
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.counting import UnitKind, unit_kind
from fitting.readers.spectra.nexus_entries import OURS, Entry
from fitting.readers.spectra.raman_spectra import raman_series, shift_of_wavelength
from fitting.readers.spectra.xps_spectra import (
    NotASpectrumError,
    XpsSpectrum,
    known_photon_energy,
    name_region,
    require_spectrum,
    series_of,
)

_UNITS: Mapping[UnitKind, str] = {
    "counts": "counts",
    "rate": "counts/s",
    "arbitrary": "arbitrary",
}


def series_of_entries(
    path: Path, entries: Sequence[Entry], options: ReadOptions
) -> list[xr.Dataset]:
    """One series per region of the XPS entries, and one for each other.

    Raises
    ------
    UnreadableFileError
        If none of them is an XPS or Raman spectrum.
    """
    made: list[xr.Dataset] = []
    spectra: list[XpsSpectrum] = []
    dropped: list[str] = []
    for entry in entries:
        try:
            if OURS in entry.about:
                made += _own_series(path, entry)
            elif not _is_energy(entry):
                made.append(_make_raman_series(path, entry, options))
            else:
                spectra += _xps_spectra(entry, options)
        except NotASpectrumError as reason:
            dropped.append(f"entry {entry.name!r}: {reason}")
    if spectra or not made:
        made = series_of(path, spectra, dropped=dropped) + made
    return made


def _is_energy(entry: Entry) -> bool:
    return entry.axis_unit == "eV" or entry.axis_type in ("binding", "kinetic")


def _kind_of_unit(entry: Entry) -> UnitKind:
    return unit_kind(entry.unit)


def _own_series(path: Path, entry: Entry) -> list[xr.Dataset]:
    """What this program wrote: spectra of each grid, unit and noise as a series of their own."""
    errors, about = entry.errors, entry.about
    if errors is None:
        raise NotASpectrumError("it has no errors")
    series = make_series(
        ENERGY if _is_energy(entry) else "shift",
        entry.axis,
        entry.intensity,
        region=about["region"],
        sigma=np.where(errors > 0, errors, np.inf),
        noise=about[OURS] if about[OURS] in ("poisson", "estimated", MIXED) else "given",
        unit=about.get("unit") or _UNITS[_kind_of_unit(entry)],
        sources={path.name: ""},
        metadata={"file": {"definition": about["definition"], **about.get("settings", {})}},
        **entry.known,
    )
    if "depth" in series.coords:
        series["depth"].attrs["units"] = about.get("depth_unit")
    grid = about.get(GRID)
    if grid is not None and grid.shape == entry.intensity.shape:
        series[GRID] = ((SPECTRUM, axis_of(series)), grid.astype(bool))
    return [part for one in split_grids(series) for part in _split_units(one)]


def _split_units(series: xr.Dataset) -> Iterator[xr.Dataset]:
    """Spectra of one unit and noise, each with its own in place of ``MIXED``."""
    kinds = list(zip(units_of(series), noises_of(series), strict=True))
    for unit, noise in dict.fromkeys(kinds):
        rows = [row for row, kind in enumerate(kinds) if kind == (unit, noise)]
        part = series.isel({SPECTRUM: rows}).assign_attrs(unit=unit, noise=noise)
        yield part.drop_vars(["own_unit", "own_noise"], errors="ignore")


def _make_raman_series(path: Path, entry: Entry, options: ReadOptions) -> xr.Dataset:
    return raman_series(
        path,
        _find_shift(path, entry, options),
        entry.intensity,
        unit=_UNITS[_kind_of_unit(entry)],
        labels=[label or entry.about["title"] for label in entry.labels],
        metadata={"file": {name: value for name, value in entry.about.items() if value == value}},
    )


def _find_shift(path: Path, entry: Entry, options: ReadOptions) -> FloatArray:
    unit = entry.axis_unit.replace(" ", "")
    if unit in ("1/cm", "cm^-1", "cm-1"):
        return entry.axis
    laser = options.laser_wavelength or entry.about["laser"]
    if unit == "nm" and laser > 0 and np.all(entry.axis > 0):
        return shift_of_wavelength(entry.axis, laser)
    raise UnreadableFileError(
        f"{path.name}: the axis {entry.axis_name} of {entry.name} is in {unit or 'no unit'}. Give "
        "the wavelength of the laser with --laser NM if it is nm; a spectrum needs eV or 1/cm."
    )


def _xps_spectra(entry: Entry, options: ReadOptions) -> list[XpsSpectrum]:
    energy = _binding_energy(entry, options)
    order = np.argsort(energy, kind="stable")
    energy = energy[order]
    count_time = entry.about["count_time"] if entry.is_every_scan else math.nan
    name = entry.name.split("__")[-1]
    region = name_region([name, entry.about["title"], entry.name], energy)
    made = []
    for label, values in zip(entry.labels, entry.intensity[:, order], strict=True):
        require_spectrum(energy, values)
        made.append(
            XpsSpectrum(
                region=region,
                energy=energy,
                values=values,
                kind=_kind_of_unit(entry),
                sample=entry.about["sample"],
                label=f"{name} {label}".strip(),
                seconds=count_time if count_time > 0 else math.nan,
                started=_parse_start(entry.about["started"]),
                pass_energy=entry.about["pass_energy"],
                photon_energy=entry.about["photon_energy"],
                metadata={"definition": entry.about["definition"], "entry": entry.name},
            )
        )
    return made


def _binding_energy(entry: Entry, options: ReadOptions) -> FloatArray:
    if "kinetic" not in entry.axis_type:
        return entry.axis
    energy = known_photon_energy(entry.about["photon_energy"], options.photon_energy)
    return np.asarray(energy - entry.axis)


def _parse_start(text: str) -> datetime | None:
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)
