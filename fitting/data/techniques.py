"""What a technique is: its axis, and which questions make sense for its spectra.

Nothing else asks whether a spectrum is of XPS or of Raman: it asks what it wants to know.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import xarray as xr

TechniqueName = Literal["xps", "raman"]

ENERGY = "energy"
SHIFT = "shift"


@dataclass(frozen=True, slots=True)
class Axis:
    """One kind of spectral axis."""

    name: str
    unit: str
    label: str
    technique: TechniqueName
    runs_left: bool
    """Whether it is drawn from right to left."""


@dataclass(frozen=True, slots=True)
class Technique:
    """What holds for all spectra of one technique."""

    name: TechniqueName
    label: str
    axis: Axis
    usual_widths: tuple[float, float]
    """Full widths, in the unit of the axis, outside which a line is hardly one species."""
    position_step: float
    """What one press of an arrow key moves a position by, in the unit of the axis."""
    width_step: float
    has_core_levels: bool = False
    """Regions are core levels: doublets with tabulated constants, widths alike, atomic percent by
    sensitivity factors, and charge that shifts energies and is referred to a line."""
    has_bands: bool = False
    """A species has bands whose cross sections are not known: ratios tell trends, and bands of
    different species may lie in one place."""
    has_baseline: bool = False
    """A fluorescence lies under the lines: it is subtracted as a step, or followed by the fit."""


XPS = Technique(
    name="xps",
    label="XPS",
    axis=Axis(ENERGY, "eV", "Binding energy", "xps", runs_left=True),
    usual_widths=(0.4, 3.0),
    position_step=0.05,
    width_step=0.05,
    has_core_levels=True,
)
RAMAN = Technique(
    name="raman",
    label="Raman",
    axis=Axis(SHIFT, "1/cm", "Raman shift", "raman", runs_left=False),
    usual_widths=(3.0, 120.0),
    position_step=1.0,
    width_step=1.0,
    has_bands=True,
    has_baseline=True,
)
TECHNIQUES: Mapping[str, Technique] = {one.name: one for one in (XPS, RAMAN)}
AXES: Mapping[str, Axis] = {one.axis.name: one.axis for one in TECHNIQUES.values()}


def technique_of(dataset: xr.Dataset) -> Technique:
    """The technique of a series or of a result."""
    return TECHNIQUES[str(dataset.attrs["technique"])]
