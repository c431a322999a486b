"""What the user may have to say about a file that does not say it itself."""

from dataclasses import dataclass

from fitting.data.regions import Windows
from fitting.data.techniques import TechniqueName


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
    sum_scans: bool = False
    """Whether the scans of one spectrum are added up; they are kept apart otherwise."""


DEFAULT = ReadOptions()
