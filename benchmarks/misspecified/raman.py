"""Raman spectra of PS4 and polysulfide over fluorescence, written out from their definitions.

Bands lie where they are reported for argyrodite in composites; their strengths are of our choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks.misspecified.scene import FloatArray, Line, Scene, mixed

SHIFT = np.arange(110.0, 720.0, 1.2)
_AREA = 3.0e5
"""Counts times 1/cm of all bands together."""
_BANDS: Mapping[str, Mapping[float, tuple[float, float]]] = {
    "PS4": {
        203.0: (0.20, 13.0),
        270.0: (0.14, 14.0),
        426.0: (1.0, 11.5),
        575.0: (0.16, 15.0),
        600.0: (0.09, 14.0),
    },
    "polysulfide": {155.0: (0.40, 17.0), 221.0: (0.35, 18.0), 474.0: (1.0, 20.0)},
}
"""Area relative to the strongest band, and full width at half maximum (1/cm), by position."""


USUAL_BAND = mixed(0.5)


@dataclass(frozen=True)
class BandDifferences:
    """In what a truth differs from what is usual."""

    lines: Mapping[str, Line] = field(default_factory=dict)
    """By species; of all others ``line``."""
    line: Line = USUAL_BAND
    widths: Mapping[str, float] = field(default_factory=dict)
    """Widths of the bands of a species in those that are usual."""
    hidden: Mapping[float, tuple[float, float]] = field(default_factory=dict)
    """Share in percent and width (1/cm) of bands that no species stands for, by position."""
    hump: tuple[float, float, float] | None = None
    """Position, width (1/cm) and area in percent of the bands of a broad Gaussian below them."""
    ripple: tuple[float, float] = (0.0, 1.0)
    """Part of the intensity by which it swings, and over what distance (1/cm)."""
    edge: float = 0.0
    """Height at the low end, in those of the fluorescence, of light that falls off in 25 1/cm."""
    window: tuple[float, float] = (-np.inf, np.inf)
    brightness: float = 1.0


USUAL_BANDS = BandDifferences()


def make_raman_scene(
    name: str,
    polysulfide: float,
    differs: BandDifferences = USUAL_BANDS,
    *,
    is_control: bool = False,
) -> Scene:
    """A Raman series with this share of the area of all bands of the two species (percent)."""
    x, shares = SHIFT, {"PS4": 100.0 - polysulfide, "polysulfide": polysulfide}
    area = _AREA * differs.brightness / 100.0
    bands = sum(share * _draw_species(x, species, differs) for species, share in shares.items())
    for place, (share, width) in differs.hidden.items():
        bands = bands + share * differs.line(x, place, width)
    if differs.hump is not None:
        place, width, share = differs.hump
        bands = bands + share * mixed(0.0)(x, place, width)
    fluorescence = 3000.0 + 5000.0 * np.exp(-(((x - 1500.0) / 900.0) ** 2))
    edge = 1.0 + differs.edge * np.exp(-(x - x[0]) / 25.0)
    part, distance = differs.ripple
    swings = 1.0 + part * np.sin(2 * np.pi * x / distance)
    expected = (area * bands + differs.brightness * fluorescence * edge) * swings
    seen = (x >= differs.window[0]) & (x <= differs.window[1])
    inside = [float(_draw_inside(species, differs)) for species in shares]
    weights = [share * part for share, part in zip(shares.values(), inside, strict=True)]
    truth = {
        species: 100.0 * weight / sum(weights)
        for species, weight in zip(shares, weights, strict=True)
    }
    return Scene(name, "Raman", x[seen], np.asarray(expected[seen]), truth, is_control)


def _draw_species(x: FloatArray, species: str, differs: BandDifferences) -> FloatArray:
    """All bands of a species, of unit area together."""
    line, wider = differs.lines.get(species, differs.line), differs.widths.get(species, 1.0)
    bands = _BANDS[species]
    total = sum(part for part, _ in bands.values())
    return np.asarray(
        sum(part / total * line(x, place, wider * width) for place, (part, width) in bands.items())
    )


def _draw_inside(species: str, differs: BandDifferences) -> float:
    """Part of a species' bands that lie in what is measured."""
    bands = _BANDS[species]
    low, high = differs.window
    seen = sum(part for place, (part, _) in bands.items() if low < place < high)
    return seen / sum(part for part, _ in bands.values())
