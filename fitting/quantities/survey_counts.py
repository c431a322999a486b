"""Net counts of core levels in a survey, each at its highest point within its range."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from fitting.data.series import FloatArray
from libraries.survey_lines import SurveyLine

HALF_WIDTH = 4.0
"""Half the width in which counts are added (eV)."""
_FLANK = 4.0
"""Width of each flank (eV)."""
_DEVIATIONS = 8.0
"""Standard deviations of the net counts from which a line is seen."""
_LEAST_PART = 0.02
"""Net counts must be at least this part of those under them: a step is no line."""
_STEP = 0.6
"""Of the difference between the flanks: a step has half of it as net counts."""
_FEWEST_POINTS = 3
_APART = 5.0
"""A partner line that lies farther off (eV) is a line of its own."""
_LARGEST_SHIFT = 8.0
_JOINT = 25.0
"""Farther apart (eV), the two lines of a doublet have backgrounds of their own."""
_MAIN_SHARE: Mapping[str, float] = {"s": 1.0, "p": 2 / 3, "d": 3 / 5, "f": 4 / 7}
"""Of a core level in its main line."""


@dataclass(frozen=True, slots=True)
class SeenLine:
    """One line of an element in one survey."""

    line: SurveyLine
    position: float
    """Of its highest point (eV)."""
    net: float
    """Counts (or counts per second) times eV above its background."""
    error: float
    limit: float
    """Net counts from which it would be seen."""
    slope: float
    """Difference between its flanks, as counts under the line: another line may be beside it."""
    share: float
    """Of the core level that is in the counts: less than 1 where its partner lies apart."""
    is_partner: bool = False
    """Whether it is the weaker line of a doublet."""

    @property
    def is_seen(self) -> bool:
        return self.net > self.limit


@dataclass(frozen=True, slots=True)
class SurveySpectrum:
    energy: FloatArray
    counts: FloatArray
    sigma: FloatArray

    @classmethod
    def of(cls, energy: FloatArray, counts: FloatArray, sigma: FloatArray) -> "SurveySpectrum":
        known = np.isfinite(counts) & np.isfinite(sigma)
        return cls(energy[known], counts[known], sigma[known])

    def within(self, low: float, high: float) -> slice:
        """The points of a range, both ends included."""
        first, last = np.searchsorted(self.energy, (low, np.nextafter(high, np.inf)))
        return slice(int(first), int(last))


def find_shift(spectrum: SurveySpectrum) -> float:
    """How far C 1s lies from where it should (eV), by charging; 0 where it is not seen."""
    around = spectrum.within(285.0 - _LARGEST_SHIFT, 285.0 + _LARGEST_SHIFT)
    counts, energy = spectrum.counts[around], spectrum.energy[around]
    if counts.size < 2 * _FEWEST_POINTS:
        return 0.0
    level = np.linspace(counts[:2].mean(), counts[-2:].mean(), counts.size)
    top = int(np.argmax(counts - level))
    is_line = counts[top] - level[top] > _DEVIATIONS * spectrum.sigma[around][top]
    return float(energy[top] - 285.0) if is_line else 0.0


def measure_lines(spectrum: SurveySpectrum, line: SurveyLine, shift: float) -> Iterator[SeenLine]:
    """A core level as one line, or as two where they lie apart; nothing where it is not covered."""
    is_apart = line.separation > _APART
    reach = HALF_WIDTH + (0.0 if is_apart else line.separation)
    inside = spectrum.within(line.low + shift, line.high + shift)
    end = line.high + shift + reach + _FLANK
    if inside.stop - inside.start < 2 or not _covers(spectrum, line.low + shift, end):
        return
    position = _find_top(spectrum, line.low + shift - HALF_WIDTH, end - _FLANK, inside)
    if not is_apart:
        ends = (position - HALF_WIDTH, position + reach)
        yield from _measure_line(spectrum, line, ends, ends, 1.0)
        return
    share = _MAIN_SHARE[line.core_level[-1]]
    half = min(HALF_WIDTH, 0.45 * line.separation)
    main, partner = (
        (place - half, place + half) for place in (position, position + line.separation)
    )
    # the two lines of a doublet that a survey shows side by side stand on one background
    is_joint = line.separation <= _JOINT
    around = (main[0], partner[1])
    yield from _measure_line(spectrum, line, main, around if is_joint else main, share)
    for one in _measure_line(spectrum, line, partner, around if is_joint else partner, 1.0 - share):
        yield replace(one, is_partner=True)


def _measure_line(
    spectrum: SurveySpectrum,
    line: SurveyLine,
    ends: tuple[float, float],
    around: tuple[float, float],
    share: float,
) -> Iterator[SeenLine]:
    """Net counts between two ends (eV); nothing where there are too few points.

    Parameters
    ----------
    around
        Outside of these lie the flanks of its background (eV).
    """
    parts = (
        spectrum.within(*ends),
        spectrum.within(around[0] - _FLANK, around[0] - 1e-9),
        spectrum.within(around[1] + 1e-9, around[1] + _FLANK),
    )
    if min(part.stop - part.start for part in parts) < _FEWEST_POINTS:
        return
    inner, below, above = (spectrum.counts[part] for part in parts)
    places = [spectrum.energy[part].mean() for part in parts]
    part_above = (places[0] - places[1]) / (places[2] - places[1])
    weights = (1.0 - part_above, part_above)
    under = (weights[0] * below.mean() + weights[1] * above.mean()) * inner.size
    spread = [np.sum(spectrum.sigma[part] ** 2) for part in parts]
    flanks = weights[0] ** 2 * spread[1] / below.size**2
    flanks += weights[1] ** 2 * spread[2] / above.size**2
    error = float(np.sqrt(spread[0] + inner.size**2 * flanks))
    slope = float(abs(below.mean() - above.mean()) * inner.size)
    limit = max(_DEVIATIONS * error, _LEAST_PART * under, _STEP * slope)
    net, step = float(inner.sum() - under), float(np.median(np.diff(spectrum.energy[parts[0]])))
    top = float(spectrum.energy[parts[0]][np.argmax(inner)])
    yield SeenLine(line, top, net * step, error * step, limit * step, slope * step, share)


def _covers(spectrum: SurveySpectrum, low: float, high: float) -> bool:
    if not spectrum.energy.size:
        return False
    return bool(spectrum.energy[0] <= low - HALF_WIDTH - _FLANK and spectrum.energy[-1] >= high)


def _find_top(spectrum: SurveySpectrum, low: float, high: float, inside: slice) -> float:
    """The highest point of a range above the straight line between the ends of a wider one."""
    wide = spectrum.within(low, high)
    ends = (spectrum.counts[wide][0], spectrum.counts[wide][-1])
    span = spectrum.energy[wide][[0, -1]]
    level = np.interp(spectrum.energy[inside], span, ends)
    return float(spectrum.energy[inside][np.argmax(spectrum.counts[inside] - level)])
