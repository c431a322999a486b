"""What the user may have to say about a file that does not say it itself."""

from dataclasses import dataclass
from typing import Literal

from fitting.data.regions import Windows
from fitting.data.techniques import TechniqueName

EnergyScale = Literal["binding", "kinetic", "negative"]
"""Binding energies, kinetic ones, or binding energies with a minus sign."""
IntensityUnit = Literal["counts", "rate", "arbitrary"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Answers to what a file leaves open; a file that says it itself is believed."""

    technique: TechniqueName | None = None
    """What the axis of plain text is: binding energies or Raman shifts."""
    photon_energy: float | None = None
    """Energy of the X-rays (eV), to turn kinetic into binding energies."""
    laser_wavelength: float | None = None
    """Wavelength of the laser (nm), to turn wavelengths into Raman shifts."""
    windows: Windows | None = None
    """Where core levels are measured, with those of the user's own libraries: see ``windows_of``;
    left out, those of the bundled ones."""
    energy_scale: EnergyScale | None = None
    """What the energies of plain text are."""
    intensity_unit: IntensityUnit | None = None
    """What the intensities of plain text are: counts, counts per second, or neither."""
    region: str | None = None
    """The region of plain text that names none, such as "S 2p"."""
    sum_scans: bool = False
    """Whether the scans of one spectrum are added up; they are kept apart otherwise."""


DEFAULT = ReadOptions()
