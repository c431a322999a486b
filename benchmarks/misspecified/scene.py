"""What a scene is, and lines in numpy alone: nothing of the fit is used here.

Lines are sums of a Gaussian and a Lorentzian of equal width; what they may differ by from those is
written out from its definition.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Line = Callable[[FloatArray, float, float], FloatArray]
"""A line of unit area of (x, position, fwhm)."""


@dataclass(frozen=True)
class Scene:
    """One truth, and what differs in it from the model that will be fitted."""

    name: str
    region: str
    x: FloatArray
    expected: FloatArray
    """Counts that are expected at each point in the first spectrum."""
    truth: Mapping[str, float]
    """Share of each species in percent in the first spectrum; of all others zero."""
    is_control: bool = False
    """Whether the fitted model describes it."""
    last: "Scene | None" = None
    """The last spectrum, with as many counts in lines; those between change evenly."""
    scatter: Callable[[FloatArray, np.random.Generator], FloatArray] = field(
        default=lambda expected, generator: generator.poisson(expected).astype(float)
    )

    def draw(self, count: int, seed: int) -> FloatArray:
        """So many spectra of the scene, shape (count, m)."""
        generator = np.random.default_rng(seed)
        last = self if self.last is None else self.last
        return np.stack(
            [
                self.scatter((1 - part) * self.expected + part * last.expected, generator)
                for part in _find_parts(count)
            ]
        )

    def find_truth(self, species: str, count: int) -> FloatArray:
        """Share of a species in so many spectra, in percent, shape (count,)."""
        last = self if self.last is None else self.last
        ends = (one.truth.get(species, 0.0) for one in (self, last))
        first, end = ends
        return np.asarray(first + (end - first) * _find_parts(count))


def changing(first: Scene, last: Scene) -> Scene:
    """The series that goes from one scene to another."""
    return replace(first, last=last)


def _find_parts(count: int) -> FloatArray:
    """How far each of so many spectra is on the way to the last."""
    return np.linspace(0.0, 1.0, count) if count > 1 else np.zeros(1)


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


def spread(line: Line, reach: float) -> Line:
    """A line of a sample whose potential is evenly spread over so many eV."""

    def smeared(x: FloatArray, position: float, fwhm: float) -> FloatArray:
        shifts = reach * ((np.arange(20) + 0.5) / 20)
        return np.asarray(np.mean([line(x, position + one, fwhm) for one in shifts], axis=0))

    return smeared


def doublet(line: Line, separation: float, ratio: float) -> Line:
    """Both lines of a spin-orbit doublet, of unit area together."""

    def both(x: FloatArray, position: float, fwhm: float) -> FloatArray:
        first, second = line(x, position, fwhm), line(x, position + separation, fwhm)
        return np.asarray((first + ratio * second) / (1 + ratio))

    return both


def smoothed(expected: FloatArray, generator: np.random.Generator) -> FloatArray:
    """Counts smoothed over seven points, as some programs store them."""
    counts = generator.poisson(expected).astype(float)
    padded = np.pad(counts, 3, mode="edge")
    return np.asarray(np.round(np.convolve(padded, np.ones(7) / 7, mode="valid")))
