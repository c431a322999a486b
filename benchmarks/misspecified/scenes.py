"""Spectra whose truth differs from what is fitted, in numpy alone: nothing of the fit is used here.

A scene is a series of one sample: the same truth, other noise. Counts are Poisson. Lines are sums
of a Gaussian and a Lorentzian of equal width; doublets and the inelastic background are written out
from their definitions. Positions are those reported for argyrodites; no library of the program is
read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Line = Callable[[FloatArray, float, float], FloatArray]
"""A line of unit area of (x, position, fwhm)."""

SULFUR = np.arange(157.0, 172.01, 0.1)
PHOSPHORUS = np.arange(127.0, 138.01, 0.1)
_SHARES = {"PS4": 62.5, "polysulfide": 20.83, "sulfite": 5.9, "sulfate": 10.77}
_PLACES = {"PS4": 161.5, "polysulfide": 163.0, "sulfite": 166.8, "sulfate": 168.8}
_WIDTH = 1.3


@dataclass(frozen=True)
class Scene:
    """One truth, and what differs in it from the model that will be fitted."""

    name: str
    region: str
    x: FloatArray
    expected: FloatArray
    """Counts that are expected at each point."""
    truth: Mapping[str, float]
    """Share of each species in percent."""
    is_control: bool = False
    """Whether the fitted model describes it."""
    scatter: Callable[[FloatArray, np.random.Generator], FloatArray] = field(
        default=lambda expected, generator: generator.poisson(expected).astype(float)
    )

    def draw(self, count: int, seed: int) -> FloatArray:
        """So many spectra of the scene, shape (count, m)."""
        generator = np.random.default_rng(seed)
        return np.stack([self.scatter(self.expected, generator) for _ in range(count)])


def mixed(mixing: float) -> Line:
    """A sum of a Gaussian and a Lorentzian of one width, by area."""

    def line(x: FloatArray, position: float, fwhm: float) -> FloatArray:
        t = (x - position) / fwhm
        gaussian = np.exp(-4 * np.log(2) * t**2) * np.sqrt(4 * np.log(2) / np.pi) / fwhm
        lorentzian = 2 / np.pi / fwhm / (1 + 4 * t**2)
        return np.asarray((1 - mixing) * gaussian + mixing * lorentzian)

    return line


def tailed(line: Line, decay: float, part: float) -> Line:
    """A line of which a part is smeared towards larger x by an exponential of this decay."""

    def asymmetric(x: FloatArray, position: float, fwhm: float) -> FloatArray:
        steps = (np.arange(40) + 0.5) / 40
        delays = -decay * np.log(1 - steps)
        smeared = np.mean([line(x, position + delay, fwhm) for delay in delays], axis=0)
        return np.asarray((1 - part) * line(x, position, fwhm) + part * smeared)

    return asymmetric


def charged(line: Line, shift: float, part: float) -> Line:
    """A line of which a part stands at another potential."""

    def doubled(x: FloatArray, position: float, fwhm: float) -> FloatArray:
        return np.asarray(
            (1 - part) * line(x, position, fwhm) + part * line(x, position + shift, fwhm)
        )

    return doubled


def doublet(line: Line, separation: float, ratio: float) -> Line:
    """Both lines of a spin-orbit doublet, of unit area together."""

    def both(x: FloatArray, position: float, fwhm: float) -> FloatArray:
        first, second = line(x, position, fwhm), line(x, position + separation, fwhm)
        return np.asarray((first + ratio * second) / (1 + ratio))

    return both


def sulfur(
    name: str,
    *,
    lines: Mapping[str, Line] | None = None,
    widths: Mapping[str, float] | None = None,
    shares: Mapping[str, float] = _SHARES,
    hidden: Mapping[float, float] | None = None,
    slope: float = 0.0,
    separation: float = 1.18,
    **more: bool,
) -> Scene:
    """An S 2p series; ``hidden`` has shares of lines that no species stands for, by position."""
    usual = mixed(0.3)
    peaks = np.zeros_like(SULFUR)
    for species, share in shares.items():
        line = doublet((lines or {}).get(species, usual), separation, 0.5)
        width = (widths or {}).get(species, _WIDTH)
        peaks += share / 100 * line(SULFUR, _PLACES[species], width)
    for place, share in (hidden or {}).items():
        peaks += share / 100 * doublet(usual, separation, 0.5)(SULFUR, place, _WIDTH)
    total = sum(shares.values()) + sum((hidden or {}).values())
    truth = {species: 100.0 * share / total for species, share in shares.items()}
    return _with_background(name, "S 2p", SULFUR, peaks, truth, slope, **more)


def phosphorus(
    name: str, shares: Mapping[str, float], hidden: Mapping[float, float], **more: bool
) -> Scene:
    """A P 2p series of PS4 and phosphate, with lines that the default model lacks."""
    places = {"PS4": 131.7, "phosphate": 134.0}
    line = doublet(mixed(0.3), 0.84, 0.5)
    peaks = np.zeros_like(PHOSPHORUS)
    for species, share in shares.items():
        peaks += share / 100 * line(PHOSPHORUS, places[species], 1.25)
    for place, share in hidden.items():
        peaks += share / 100 * line(PHOSPHORUS, place, 1.25)
    # a quarter of the atoms, and half the cross section, of sulfur
    peaks *= 0.15
    return _with_background(name, "P 2p", PHOSPHORUS, peaks, dict(shares), 0.0, **more)


def smoothed(expected: FloatArray, generator: np.random.Generator) -> FloatArray:
    """Counts smoothed over seven points, as some programs store them."""
    counts = generator.poisson(expected).astype(float)
    padded = np.pad(counts, 3, mode="edge")
    return np.asarray(np.round(np.convolve(padded, np.ones(7) / 7, mode="valid")))


def make_scenes() -> tuple[Scene, ...]:
    """All of them, the control first."""
    tail = tailed(mixed(0.3), 1.2, 0.35)
    every = dict.fromkeys(_SHARES, tail)
    apart = charged(mixed(0.3), 0.7, 0.3)
    return (
        sulfur("control", is_control=True),
        sulfur("polysulfide 1.9 eV wide", widths={"polysulfide": 1.9}),
        sulfur("polysulfide 1.0 eV wide", widths={"polysulfide": 1.0}),
        sulfur("every species its own width", widths={"polysulfide": 1.6, "sulfate": 1.7}),
        sulfur("tail on all lines", lines=every),
        sulfur("tail on PS4", lines={"PS4": tail}),
        sulfur("30 % of PS4 charged by 0.7 eV", lines={"PS4": apart}),
        sulfur("30 % of all charged by 0.7 eV", lines=dict.fromkeys(_SHARES, apart)),
        sulfur("Gaussian lines", lines=dict.fromkeys(_SHARES, mixed(0.0))),
        sulfur("mixing 0.6", lines=dict.fromkeys(_SHARES, mixed(0.6))),
        sulfur("hidden line at 167.6 eV", hidden={167.6: 5.0}),
        sulfur("hidden line at 164.4 eV", hidden={164.4: 8.0}),
        sulfur("hidden line at 160.2 eV", hidden={160.2: 5.0}),
        sulfur("pure PS4 with a tail", lines={"PS4": tail}, shares={"PS4": 100.0}),
        sulfur("separation 1.24 eV", separation=1.24),
        sulfur("sloping background", slope=0.02),
        phosphorus("P 2p control", {"PS4": 70.0, "phosphate": 30.0}, {}, is_control=True),
        phosphorus("P 2p with a bridged species", {"PS4": 60.0, "phosphate": 10.0}, {132.6: 30.0}),
        phosphorus("P 2p with a reduced species", {"PS4": 80.0, "phosphate": 12.0}, {130.4: 8.0}),
    )


def _with_background(
    name: str,
    region: str,
    x: FloatArray,
    peaks: FloatArray,
    truth: Mapping[str, float],
    slope: float,
    is_control: bool = False,
) -> Scene:
    """The scene with an inelastic background that rises with the area at lower energies."""
    step = x[1] - x[0]
    area = 15_000.0 * 0.1 / step
    below = np.cumsum(peaks) * step
    expected = 500.0 + area * (peaks + 0.02 * below)
    expected += slope * area * (x - x[0]) / np.ptp(x)
    return Scene(name, region, x, expected, truth, is_control)
