"""Which axis a column of plain numbers is, and its values as binding energy or Raman shift.

The heading decides, then the header, then the name of the file and the range. What stays open is
asked, not guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fitting.data.errors import UnreadableFileError
from fitting.data.regions import SURVEY, region_from_name, region_from_range, region_windows
from fitting.data.series import ENERGY, SHIFT, FloatArray
from fitting.data.techniques import TECHNIQUES
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.headings import (
    AxisKind,
    axis_kind,
    axis_kind_of_header,
    photon_energy_of,
)
from fitting.readers.spectra.raman_spectra import shift_of_wavelength

_LINES = {"Al": 1486.6, "Mg": 1253.6, "Ag": 2984.3}
"""Energies (eV) of the usual X-ray lines, to say what a kinetic axis seems to come from."""
_AXIS_KINDS: Mapping[str, AxisKind] = {ENERGY: "energy", SHIFT: "shift"}
_LOWEST_SURVEY = 100.0
"""A survey that starts below this (eV) is in binding energy: slow electrons are not measured."""


@dataclass(frozen=True, slots=True)
class SpectralAxis:
    """An axis found out."""

    name: str
    """``ENERGY`` or ``SHIFT``."""
    positions: FloatArray
    warnings: tuple[str, ...] = ()


def spectral_axis(
    path: Path,
    heading: str,
    header: tuple[str, ...],
    values: FloatArray,
    options: ReadOptions,
) -> SpectralAxis:
    """The axis that a column of a file is.

    Raises
    ------
    UnreadableFileError
        If it cannot be told, or needs the photon energy or the laser line to be given.
    """
    kind = axis_kind(heading) or axis_kind_of_header(header) or _kind_from_name(path, values)
    if kind is None and options.technique is not None:
        kind = _AXIS_KINDS[TECHNIQUES[options.technique].axis.name]
    if kind is None:
        raise UnreadableFileError(
            f"{path.name}: the file does not say whether its axis ({_format_range(values)}) is "
            "binding "
            "energy or Raman shift. Say it with --technique raman or --technique xps, or in the "
            "first line, such as: Raman shift (1/cm), counts."
        )
    if kind == "other":
        raise UnreadableFileError(
            f"{path.name}: the first column is {heading!r}, so this is not a spectrum, whose "
            "axis is an energy or a Raman shift. Give a potentiostat record with --voltage."
        )
    if kind == "shift":
        return SpectralAxis(SHIFT, values)
    if kind == "wavelength":
        return SpectralAxis(SHIFT, _shift_by_laser(path, values, options))
    return _energy_axis(path, kind, header, values, options)


def _kind_from_name(path: Path, values: FloatArray) -> AxisKind | None:
    """Energy or shift, as the file's name or the range tells."""
    if re.search(r"(?i)(?<![a-z])raman(?![a-z])", path.stem):
        return "shift"
    by_range = region_from_range(float(values.min()), float(values.max()))
    if region_from_name(path.stem) or by_range in region_windows():
        return "energy"
    return None


def _shift_by_laser(path: Path, values: FloatArray, options: ReadOptions) -> FloatArray:
    laser = options.laser_wavelength
    if laser is None:
        raise UnreadableFileError(
            f"{path.name}: the axis is in nm ({_format_range(values)}). Give the wavelength of "
            "the laser "
            "with --laser NM, or export the spectrum in 1/cm."
        )
    if values.min() <= 0:
        raise UnreadableFileError(f"{path.name}: a wavelength on its axis is not positive.")
    return shift_of_wavelength(values, laser)


def _energy_axis(
    path: Path, kind: AxisKind, header: tuple[str, ...], values: FloatArray, options: ReadOptions
) -> SpectralAxis:
    stated = photon_energy_of(header)
    photon_energy = stated or options.photon_energy
    if kind == "binding":
        return SpectralAxis(ENERGY, values)
    if kind == "kinetic" and photon_energy is None:
        raise UnreadableFileError(
            f"{path.name}: the axis is kinetic energy ({_format_range(values)}), and the file "
            "does not "
            "state the photon energy. Give it with --photon-energy, 1486.6 for Al K alpha."
        )
    if kind == "energy":
        return _unnamed_energy(path, values, stated, options.photon_energy)
    return SpectralAxis(ENERGY, _to_binding_energy(values, photon_energy or np.nan))


def _unnamed_energy(
    path: Path, values: FloatArray, stated: float | None, given: float | None
) -> SpectralAxis:
    """Energies of which nothing says whether they are binding or kinetic."""
    region = region_from_name(path.stem)
    if _fits_region(values, region):
        return SpectralAxis(ENERGY, values)
    if given is not None:
        return SpectralAxis(ENERGY, _to_binding_energy(values, given))
    if stated is not None and _fits_region(_to_binding_energy(values, stated), region):
        note = f"The axis is taken as kinetic energy, measured with {stated:g} eV."
        return SpectralAxis(ENERGY, _to_binding_energy(values, stated), (note,))
    line = next(
        (hv for hv in _LINES.values() if _fits_region(_to_binding_energy(values, hv), region)), None
    )
    is_survey = region_from_range(float(values.min()), float(values.max())) == SURVEY
    if line is not None or (is_survey and values.min() > _LOWEST_SURVEY):
        raise UnreadableFileError(
            f"{path.name}: the axis ({_format_range(values)}) seems to be kinetic energy. Give "
            "the photon "
            f"energy with --photon-energy, such as {line or _LINES['Al']:g}, or name the column "
            "Binding energy (eV)."
        )
    note = (
        f"The axis ({_format_range(values)}) is taken as binding energy; the file does not say "
        "it. If it "
        "is kinetic, give the photon energy."
    )
    return SpectralAxis(ENERGY, values, () if is_survey else (note,))


def _to_binding_energy(values: FloatArray, photon_energy: float) -> FloatArray:
    return np.asarray(photon_energy - values)


def _fits_region(values: FloatArray, region: str | None) -> bool:
    """Whether binding energies are those of the region, or of any known one if none is named."""
    by_range = region_from_range(float(values.min()), float(values.max()))
    if region is None:
        return by_range in region_windows()
    return by_range == region and region in region_windows()


def _format_range(values: FloatArray) -> str:
    return f"{values.min():g} to {values.max():g}"
