"""A Raman axis in 1/cm, whatever unit its heading states; wavelengths and lines need the laser."""

import re
from dataclasses import dataclass

import numpy as np

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.readers.evidence import Evidence, Source
from fitting.readers.spectra.headings import AxisKind, laser_of
from fitting.readers.spectra.raman_spectra import shift_of_wavelength
from fitting.readers.spectra.table_words import TableWords

_PER_UNIT = {
    "mev": 8.065544,
    "ev": 8065.544,
    "thz": 33.35641,
    "ghz": 0.03335641,
    "m-1": 0.01,
    "1/m": 0.01,
    "mm-1": 10.0,
    "1/mm": 10.0,
}
"""1/cm per unit (CODATA 2018: 1 eV = h c 8065.544 1/cm, 1 THz = 33.35641 1/cm)."""
_NANOMETRES = {"nm": 1.0, "µm": 1e3, "um": 1e3, "å": 0.1, "angstrom": 0.1}
_UNIT = re.compile(
    r"(?i:(?<![a-z])(?P<unit>me?v|ev|[tg]hz|m?m\s?\^?[-−–⁻][1¹]|1/m?m|nm|[µμu]m|å|angstrom)(?![a-z0-9]))"
)
_LARGEST_SHIFT = 5000.0
"""No vibration lies above the stretching of H-H, 4161 1/cm: beyond it are lines, not shifts."""


@dataclass(frozen=True, slots=True)
class RamanAxis:
    """Raman shifts, and how they came about where they are not as written."""

    shifts: FloatArray
    """1/cm, shape (m,)."""
    evidence: Evidence[str] | None = None
    note: str = ""


def find_shifts(words: TableWords, kind: AxisKind) -> RamanAxis:
    """The Raman shifts that a column states.

    Raises
    ------
    UnreadableFileError
        If they take the line of the laser, and neither the file nor the user states it.
    """
    values, unit = words.positions, _unit_in(words.axis_heading)
    if kind == "wavelength":
        return _from_wavelength(words, values * _NANOMETRES.get(unit, 1.0))
    if unit in _NANOMETRES:
        laser = _need_laser(words, "holds Raman shifts as wavelengths")
        return _from_wavelength(words, values * _NANOMETRES[unit] + laser.value)
    if unit in _PER_UNIT:
        note = f"The Raman shifts are stated in {unit} and were turned into 1/cm."
        return RamanAxis(values * _PER_UNIT[unit], note=note)
    if values.min() > _LARGEST_SHIFT:
        return _from_line(words, values)
    if values.max() > _LARGEST_SHIFT:
        raise UnreadableFileError(
            f"{words.path.name}: an axis from {values.min():g} to {values.max():g} is not one of "
            f"Raman shifts in 1/cm, none of which lies above {_LARGEST_SHIFT:g}. Export the "
            "spectrum in 1/cm."
        )
    return RamanAxis(values)


def _unit_in(heading: str) -> str:
    """The unit that a heading states, ``""`` if none but 1/cm; small letters."""
    if re.search(r"(?i:[cс][mм]\s*\^?\(?[-−–⁻]|1\s*/\s*cm)", heading):
        return ""
    match = _UNIT.search(heading)
    if match is None:
        return ""
    plain = match["unit"].lower().replace("μ", "µ")
    return re.sub(r"\s?\^?[-−–⁻][1¹]", "-1", plain)


def _from_wavelength(words: TableWords, wavelength: FloatArray) -> RamanAxis:
    laser = _need_laser(words, f"is in {_unit_in(words.axis_heading) or 'nm'}")
    if wavelength.min() <= 0:
        raise UnreadableFileError(f"{words.path.name}: a wavelength on its axis is not positive.")
    return _by_laser(shift_of_wavelength(wavelength, laser.value), laser)


def _from_line(words: TableWords, wavenumber: FloatArray) -> RamanAxis:
    """Absolute wavenumbers: those of the light, not of the shift."""
    laser = _need_laser(words, "holds wavenumbers of the light, not shifts")
    return _by_laser(np.asarray(1e7 / laser.value - wavenumber), laser)


def _by_laser(shifts: FloatArray, laser: Evidence[float]) -> RamanAxis:
    note = f"The Raman shifts are taken from a laser line at {laser.value:g} nm ({laser.words})."
    return RamanAxis(shifts, Evidence(laser.source, f"{laser.value:g} nm", laser.words), note)


def _need_laser(words: TableWords, what: str) -> Evidence[float]:
    """The laser line (nm): what the user says corrects what the file states."""
    given, stated = words.options.laser_wavelength, laser_of(words.header)
    if given is not None:
        return Evidence(Source.ANSWER, given, "your answer (--laser)")
    if stated is not None:
        return Evidence(Source.FILE, stated, "the lines above the numbers")
    values = words.positions
    raise UnreadableFileError(
        f"{words.path.name}: the axis {what} ({values.min():g} to {values.max():g}). Give the "
        "wavelength of the laser with --laser NM, or export the spectrum in 1/cm."
    )
