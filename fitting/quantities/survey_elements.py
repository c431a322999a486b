"""Which elements a survey shows, by which lines, and how much of each.

An element is found by a line that stands out of the straight line between its flanks and that no
line of another found element explains, and only if its other lines are there as well wherever they
would have to be seen. What an element's lines should be, relative to one another, follows from the
same factors as atomic percent (``quantification``). Auger lines explain counts and name nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from fitting.data.series import FloatArray
from fitting.quantities.quantification import Correction
from fitting.quantities.survey_counts import (
    HALF_WIDTH,
    SeenLine,
    SurveySpectrum,
    find_shift,
    measure_lines,
)
from libraries.errors import LibraryError
from libraries.survey_lines import auger_lines, lines_of, survey_lines

_EXPECTED = 5.0
"""A line that should be so many times what would be seen must be seen; transmission and background
are not known, so that less says nothing."""
_EXPLAINS = 0.35
"""Part of a line's counts that other elements may explain before it says nothing."""
_MINOR, _LOSS, _SATELLITE = 0.3, 0.2, 0.15
"""Of the counts of an element's clearest line, what its minor lines, losses of energy and
satellites of X-rays without a monochromator may have."""
_LOSSES, _SATELLITES = (7.0, 35.0), (-13.0, -6.0)
"""Where those lie from the line (eV)."""
_LEAST_PARTNER = 0.3
"""Part of what a partner line should have that it must have."""
_ALONE = 12.0
"""Standard deviations from which one line alone names an element."""
_FIRST = ("C", "O", "S", "P", "Cl", "F", "N", "Si")
"""Elements of surfaces and electrolytes: lines are theirs before they are those of rarer ones."""
_ALWAYS = _FIRST[:3]
"""Those that nothing which comes later explains."""


@dataclass(frozen=True, slots=True)
class FoundElement:
    """An element that a survey shows."""

    element: str
    lines: tuple[SeenLine, ...]
    """That show it, the one it is quantified by first."""
    atomic_percent: float = np.nan
    stderr: float = np.nan
    """Statistical; nan where the factors lack the core level."""

    @property
    def evidence(self) -> str:
        """Such as "Ni 2p at 855 eV (41 standard errors), Ni 3p at 68 eV (12)"."""
        return ", ".join(
            f"{one.line.name} at {one.position:.0f} eV ({one.net / one.error:.0f} standard errors)"
            for one in self.lines
        )


def find_elements(
    energy: FloatArray,
    counts: FloatArray,
    sigma: FloatArray,
    correction: Correction,
    photon_energy: float,
) -> tuple[FoundElement, ...]:
    """The elements of one survey, those with the clearest lines first.

    Parameters
    ----------
    energy : shape (m,)
        Binding energy (eV), ascending.
    counts, sigma : shape (m,)
    """
    spectrum = SurveySpectrum.of(energy, counts, sigma)
    shift = find_shift(spectrum)
    by_element: dict[str, list[SeenLine]] = {}
    for line in survey_lines():
        if not line.is_minor:
            seen = measure_lines(spectrum, line, shift)
            by_element.setdefault(line.element, []).extend(seen)
    empty = partial(_Explained, correction, photon_energy, shift)
    found: dict[str, tuple[SeenLine, ...]] = {}
    explained = empty()
    for element in sorted(by_element, key=lambda one: _rank(one, by_element[one])):
        lines = explained.judge(by_element[element])
        if lines:
            found[element] = lines
            explained.add(lines[0], by_element[element])
    kept = _judge_again(found, by_element, empty)
    return tuple(_with_amounts([FoundElement(*one) for one in kept.items()], explained))


def _judge_again(
    found: Mapping[str, tuple[SeenLine, ...]],
    lines: Mapping[str, Sequence[SeenLine]],
    empty: Callable[[], "_Explained"],
) -> dict[str, tuple[SeenLine, ...]]:
    """Without elements that those which came later explain; the least clear are judged first."""
    kept = dict(found)
    for element in reversed(list(found)):
        if element in _ALWAYS:
            continue
        others = empty()
        for other, own in kept.items():
            if other != element:
                others.add(own[0], lines[other])
        kept[element] = others.judge(lines[element])
        if not kept[element]:
            del kept[element]
    return kept


class _Explained:
    """What the elements that were found so far explain of a survey."""

    def __init__(self, correction: Correction, photon_energy: float, shift: float) -> None:
        self._correction, self._photon_energy, self._shift = correction, photon_energy, shift
        self._counts: list[tuple[float, float, float]] = []
        """Low, high and predicted net counts."""

    def strength(self, seen: SeenLine) -> float:
        """Relative counts of one atom in a line; nan where the factors lack the core level."""
        energy = np.array([self._photon_energy - seen.position])
        try:
            whole = self._correction.divisors(seen.line.name, energy, None)[0]
        except LibraryError:
            return np.nan
        return float(whole * seen.share)

    def judge(self, lines: Sequence[SeenLine]) -> tuple[SeenLine, ...]:
        """The lines that show an element; none where they do not."""
        free = _without_odd_partners([one for one in lines if not self._is_taken(one)])
        seen = sorted((one for one in free if one.is_seen), key=lambda one: -one.net / one.error)
        if not seen or not self._is_enough(seen, lines):
            return ()
        best = seen[0]
        # one weak line of an element that should show two says less
        is_doubtful = len(seen) == 1 and best.line.element not in _FIRST
        margin = 1.0 if is_doubtful else _EXPECTED
        is_absent = any(self._should_be_seen(best, other, margin) for other in free)
        return () if is_absent else tuple(seen)

    def _is_enough(self, seen: Sequence[SeenLine], lines: Sequence[SeenLine]) -> bool:
        """Whether these lines can name their element."""
        best = seen[0]
        if not np.isfinite(self.strength(best)):
            # nothing tells how strong other lines should be: both of a doublet must be there
            partners = {one.line for one in seen if one.is_partner}
            return any(one.line in partners for one in seen if not one.is_partner)
        if len(seen) > 1:
            return True
        is_clear = best.net > _ALONE * best.error or best.line.element in _FIRST
        return is_clear and not best.is_partner and self._is_strongest(best, lines)

    def _should_be_seen(self, best: SeenLine, other: SeenLine, margin: float) -> bool:
        """Whether a line is absent that the best one asks for."""
        predicted = self._predict(best, other)
        if not predicted > margin * max(other.limit, other.slope):
            return False
        is_partner = other.line == best.line and other is not best
        return not other.is_seen or (is_partner and other.net < _LEAST_PARTNER * predicted)

    def add(self, best: SeenLine, lines: Sequence[SeenLine]) -> None:
        """Take up an element with what its lines, losses and Auger lines explain."""
        for one in lines:
            predicted = one.net if one.is_seen else self._predict(best, one)
            if np.isfinite(predicted) and predicted > 0:
                own = one.line.separation if one.share == 1.0 else 0.0
                self._explain(one.position, (-HALF_WIDTH, own + HALF_WIDTH), predicted)
                self._explain(one.position, _LOSSES, _LOSS * predicted)
                self._explain(one.position, _SATELLITES, _SATELLITE * predicted)
        for line in lines_of(best.line.element):
            if line.is_minor:
                reach = (line.low - line.high, HALF_WIDTH)
                for place in (line.high, line.high + line.separation):
                    self._explain(place + self._shift, reach, _MINOR * best.net)
        for auger in auger_lines():
            if auger.element == best.line.element:
                top = self._photon_energy - auger.kinetic_energy + self._shift
                self._explain(top, (-25.0, auger.reach), best.net)

    def _explain(self, position: float, reach: tuple[float, float], counts: float) -> None:
        self._counts.append((position + reach[0], position + reach[1], counts))

    def _is_strongest(self, best: SeenLine, lines: Sequence[SeenLine]) -> bool:
        """Whether no other line of the element should have more counts."""
        return not any(self.strength(one) > 1.2 * self.strength(best) for one in lines)

    def _predict(self, best: SeenLine, other: SeenLine) -> float:
        """Net counts of a line by those of another one of its element; nan if not known."""
        if best.line == other.line:
            return best.net * other.share / best.share
        return best.net * self.strength(other) / self.strength(best)

    def _is_taken(self, one: SeenLine) -> bool:
        """Whether other elements explain a line."""
        there = [counts for low, high, counts in self._counts if low <= one.position <= high]
        return sum(there) > _EXPLAINS * max(one.net, one.limit)


def _without_odd_partners(lines: Sequence[SeenLine]) -> list[SeenLine]:
    """Without the weaker lines of doublets that have more counts than the main line."""
    mains = {one.line: one.net for one in lines if not one.is_partner}
    return [
        one for one in lines if not one.is_partner or one.net < 1.2 * mains.get(one.line, np.inf)
    ]


def _rank(element: str, lines: Sequence[SeenLine]) -> tuple[int, int, float]:
    """Which elements come first: those of every surface, then those with more and clearer lines."""
    ratios = [one.net / one.error for one in lines if one.is_seen]
    place = _FIRST.index(element) if element in _FIRST else len(_FIRST)
    return place, -min(len(ratios), 2), -sum(ratios)


def _with_amounts(found: Sequence[FoundElement], explained: _Explained) -> Iterator[FoundElement]:
    """The elements with their shares, each by its clearest line that has a factor."""
    lines = []
    for one in found:
        known = [line for line in one.lines if explained.strength(line) > 0]
        lines.append(known[0] if known else None)
    amounts = np.array([0.0 if x is None else x.net / explained.strength(x) for x in lines])
    total = amounts.sum()
    for one, line, amount in zip(found, lines, amounts, strict=True):
        if line is None or not total > 0:
            yield one
            continue
        share = amount / total
        relative = line.error / line.net * (1.0 - share)
        yield FoundElement(one.element, one.lines, 100.0 * share, 100.0 * share * relative)
