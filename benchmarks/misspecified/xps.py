"""S 2p and P 2p spectra written out from the definitions of doublets and inelastic background.

Positions are those reported for argyrodites; no library of the program is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks.misspecified.scene import FloatArray, Line, Scene, doublet, mixed


@dataclass(frozen=True)
class CoreLevel:
    """Where the species of a core level lie, and what is usual there."""

    region: str
    places: Mapping[str, float]
    separation: float
    fwhm: float
    x: FloatArray
    area: float
    """Counts times eV of all its lines together."""


SULFUR = CoreLevel(
    "S 2p",
    {"PS4": 161.5, "polysulfide": 163.0, "sulfite": 166.8, "sulfate": 168.8},
    1.18,
    1.3,
    np.arange(157.0, 172.01, 0.1),
    15_000.0,
)
PHOSPHORUS = CoreLevel(
    "P 2p",
    {"PS4": 131.7, "P2S7": 132.6, "phosphate": 134.0},
    0.84,
    1.25,
    np.arange(127.0, 138.01, 0.1),
    # a quarter of the atoms, and half the cross section, of sulfur
    0.15 * 15_000.0,
)
SHARES = {"PS4": 62.5, "polysulfide": 20.83, "sulfite": 5.9, "sulfate": 10.77}
_OFFSET = 500.0
_STEP = 0.02
"""Rise of the background (1/eV) behind a line of unit area."""


USUAL_LINE = mixed(0.3)


@dataclass(frozen=True)
class Differences:
    """In what a truth differs from what is usual."""

    lines: Mapping[str, Line] = field(default_factory=dict)
    """By species; of all others ``line``."""
    line: Line = USUAL_LINE
    widths: Mapping[str, float] = field(default_factory=dict)
    fwhm: float | None = None
    """Of all lines that have none of their own (eV)."""
    hidden: Mapping[float, float] = field(default_factory=dict)
    """Shares of lines that no species stands for, by their position (eV)."""
    separation: float | None = None
    ratio: float = 0.5
    slope: float = 0.0
    """Rise of the background over the range, in parts of the area per eV."""
    bend: float = 0.0
    """Height of an arc over the range in the same unit."""
    places: Mapping[str, float] = field(default_factory=dict)
    window: tuple[float, float] = (-np.inf, np.inf)
    """What is measured of the usual range (eV)."""
    brightness: float = 1.0
    """Counts in those that are usual."""


USUAL = Differences()


def make_scene(
    name: str,
    level: CoreLevel,
    shares: Mapping[str, float],
    differs: Differences = USUAL,
    *,
    is_control: bool = False,
) -> Scene:
    """A series of a core level with these shares in percent."""
    x = level.x
    separation = differs.separation or level.separation
    fwhm = differs.fwhm or level.fwhm
    peaks = np.zeros_like(x)
    for species, share in shares.items():
        line = doublet(differs.lines.get(species, differs.line), separation, differs.ratio)
        place = differs.places.get(species, level.places[species])
        peaks += share / 100 * line(x, place, differs.widths.get(species, fwhm))
    for place, share in differs.hidden.items():
        peaks += share / 100 * doublet(mixed(0.3), separation, differs.ratio)(x, place, fwhm)
    total = sum(shares.values()) + sum(differs.hidden.values())
    truth = {species: 100.0 * share / total for species, share in shares.items()}
    expected = _add_background(x, peaks, level.area, differs)
    seen = (x >= differs.window[0]) & (x <= differs.window[1])
    return Scene(name, level.region, x[seen], expected[seen], truth, is_control)


def _add_background(
    x: FloatArray, peaks: FloatArray, area: float, differs: Differences
) -> FloatArray:
    """Counts with an inelastic background that rises with the area at lower energies."""
    area *= differs.brightness
    below = np.cumsum(peaks) * (x[1] - x[0])
    along = (x - x[0]) / np.ptp(x)
    smooth = differs.slope * along + 4.0 * differs.bend * along * (1.0 - along)
    offset = _OFFSET * differs.brightness
    return np.asarray(offset + area * (peaks + _STEP * below + smooth))
