"""What two core levels of one sample must have in common, reported and never fitted.

Energies: the distance of two lines of one compound does not depend on charging, so that it checks
the assignment, and a charge reference, without one. Amounts: the thiophosphate of S 2p and that of
P 2p are one species, four sulfur to one phosphorus; Li6PS5Cl has a fifth, as free sulfide, that
S 2p does not tell apart, and one chlorine. Amounts are areas over sensitivity factors; the errors
stated are statistical, and the verdict allows for the accuracy of such factors.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from fitting.data.techniques import technique_of
from fitting.electrochemistry.measurement_states import State, states_by_region
from fitting.models.model import Model
from fitting.projects.project import Analysis
from fitting.quantities.atomic_percent import AtomicPercent, atomic_percent
from fitting.quantities.quantification import Quantification
from fitting.quantities.quantify import parameter_estimates, species_areas
from libraries.catalogue import Catalogue
from libraries.species import Species

Verdict = Literal["agrees", "off", "not known"]
States = Mapping[str, Sequence[State]]
"""Of the spectra of every region."""
_Place = tuple[str, str, int]
"""Sample, voltage as text, and round."""

FACTOR_ACCURACY = 0.1
"""Relative accuracy of a ratio from tabulated factors and an uncalibrated transmission; the choice
between two sets alone moves S:P by 2.4 %."""
ENERGY_ACCURACY = 0.15
"""Of a difference of two tabulated energies, given to 0.1 eV each (eV)."""
_DEVIATIONS = 2.0


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """One relation between two core levels of one sample."""

    sample: str
    voltage: float
    """V vs Li+/Li; nan if unknown. Of a round of measurement the mean over its regions."""
    check: str
    """Such as "S:P of PS4" or "S 2p - P 2p of PS4"."""
    value: float
    stderr: float
    """Statistical."""
    unit: str
    low: float
    high: float
    """What is expected; nan where no source says."""
    accuracy: float
    """How far off it may be without saying anything."""
    round: int = 0
    """Number of the round of the sample (``measurement_states``); 0 where its voltage was given."""
    voltage_change: float = math.nan
    """Highest minus lowest voltage of the regions of the round (V); nan without rounds."""
    spectra: tuple[tuple[str, int], ...] = ()
    """Regions with the index of the spectrum that was compared, the one named first first."""

    @property
    def verdict(self) -> Verdict:
        if not (np.isfinite(self.low) and np.isfinite(self.value)):
            return "not known"
        reach = self.accuracy + _DEVIATIONS * float(np.nan_to_num(self.stderr))
        is_inside = self.low - reach <= self.value <= self.high + reach
        return "agrees" if is_inside else "off"

    @property
    def sentence(self) -> str:
        """The check in words, with what to do if it is off."""
        digits = 5 if self.unit == "eV" else 3
        sample = self.sample or "Sample without a name"
        sample += f", round {self.round}" if self.round else ""
        name = f"{sample}: {self.check} is {self.value:.{digits}g}"
        error = f" ± {self.stderr:.2g}" if np.isfinite(self.stderr) else ""
        unit = f" {self.unit}" if self.unit != "1" else ""
        if self.verdict == "not known":
            return f"{name}{error}{unit}; no source of the library says what to expect."
        span = f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"
        ending = (
            "." if self.verdict == "agrees" else ": check the assignment, background and factors."
        )
        return f"{name}{error}{unit}, expected {span}{unit} within {self.accuracy:.2g}{ending}"


@dataclass(frozen=True, slots=True)
class _Ratio:
    """A ratio of amounts that stoichiometry fixes."""

    check: str
    above: tuple[str, str]
    below: tuple[str, str]
    """Region and species."""
    low: float
    high: float


_RATIOS = (
    _Ratio("S:P of PS4", ("S 2p", "PS4"), ("P 2p", "PS4"), 4.0, 5.0),
    _Ratio("P of PS4 : Cl", ("P 2p", "PS4"), ("Cl 2p", "chloride"), 1.0, 1.0),
    _Ratio("S of PS4 : Cl", ("S 2p", "PS4"), ("Cl 2p", "chloride"), 4.0, 5.0),
)
_DIFFERENCES = (
    (("S 2p", "PS4"), ("P 2p", "PS4")),
    (("Cl 2p", "chloride"), ("S 2p", "PS4")),
)


def cross_checks(
    analyses: Mapping[str, Analysis], chosen: Quantification | None, catalogue: Catalogue
) -> tuple[CrossCheck, ...]:
    """All relations that the fitted XPS regions of each sample allow to check."""
    fitted = {
        region: analysis
        for region, analysis in analyses.items()
        if analysis.result is not None and technique_of(analysis.series).has_core_levels
    }
    states = states_by_region({name: one.series for name, one in analyses.items()})
    places = {region: _spectra_by_place(states[region]) for region in fitted}
    checks = (
        *_energy_checks(fitted, states, catalogue),
        *_amount_checks(fitted, states, atomic_percent(analyses, chosen).rows),
    )
    return tuple(_locate_check(check, places) for check in checks)


def _energy_checks(
    analyses: Mapping[str, Analysis], states: States, catalogue: Catalogue
) -> Iterator[CrossCheck]:
    for above, below in _DIFFERENCES:
        if above[0] not in analyses or below[0] not in analyses:
            continue
        check = _difference_name(above, below)
        low, high = _expected_difference(above, below, catalogue)
        upper, lower = (
            _find_positions(analyses[region], species, states[region])
            for region, species in (above, below)
        )
        for state in upper:
            if state in lower:
                value = upper[state][0] - lower[state][0]
                error = float(np.hypot(upper[state][1], lower[state][1]))
                yield CrossCheck(
                    state.sample, float(state.voltage), check, value, error, "eV",
                    low, high, ENERGY_ACCURACY,
                    state.round, state.voltage_change if state.round else math.nan,
                )  # fmt: skip


def _spectra_by_place(states: Sequence[State]) -> dict[tuple[str, ...], int]:
    """The first spectrum of each sample, voltage and round, and of each sample and round."""
    found: dict[tuple[str, ...], int] = {}
    for spectrum, state in enumerate(states):
        if not state.repeat:
            found.setdefault((state.sample, str(state.round), state.voltage), spectrum)
            found.setdefault((state.sample, str(state.round)), spectrum)
    return found


def _locate_check(
    check: CrossCheck, places: Mapping[str, Mapping[tuple[str, ...], int]]
) -> CrossCheck:
    """The check with the spectra it is about."""
    sample = (check.sample, str(check.round))
    found = [
        (region, places[region].get((*sample, str(check.voltage)), places[region].get(sample)))
        for region in _regions_of(check.check)
    ]
    return replace(check, spectra=tuple((name, one) for name, one in found if one is not None))


def _regions_of(check: str) -> tuple[str, str]:
    """The core levels that a check compares, in its order."""
    for ratio in _RATIOS:
        if ratio.check == check:
            return ratio.above[0], ratio.below[0]
    return next((a[0], b[0]) for a, b in _DIFFERENCES if _difference_name(a, b) == check)


def _difference_name(above: tuple[str, str], below: tuple[str, str]) -> str:
    return f"{above[0]} - {below[0]} of {below[1]}"


def _find_positions(
    analysis: Analysis, species: str, states: Sequence[State]
) -> dict[State, tuple[float, float]]:
    """Position of a species' line and its error in every state that has one spectrum."""
    peak = next((one.name for one in analysis.model.peaks if one.species == species), "")
    if not peak or analysis.result is None:
        return {}
    row = _row_of_parameter(analysis.model, f"{peak}.position")
    value, stderr = parameter_estimates(analysis.result, analysis.model)
    count = Counter(states)
    return {
        state: (float(value[index, row]), float(stderr[index, row]))
        for index, state in enumerate(states)
        if count[state] == 1 and np.isfinite(stderr[index, row])
    }


def _row_of_parameter(model: Model, name: str) -> int:
    return [one for one, _ in model.parameters()].index(name)


def _expected_difference(
    above: tuple[str, str], below: tuple[str, str], catalogue: Catalogue
) -> tuple[float, float]:
    """Least and largest difference that one source gives on one sample; nan if none does."""
    upper, lower = (_by_sample(*one, catalogue) for one in (above, below))
    found = [upper[key] - lower[key] for key in upper if key in lower]
    if not found:
        return np.nan, np.nan
    return round(min(found), 4), round(max(found), 4)


def _by_sample(
    region: str, species: str, catalogue: Catalogue
) -> dict[tuple[str, str, str], float]:
    known: Species = catalogue.find_species(region, species)[1]
    return {
        (one.source, one.sample, one.condition): one.value
        for one in known.bands[0].positions
        if one.value is not None and not one.conflicts
    }


def _amount_checks(
    analyses: Mapping[str, Analysis], states: States, rows: Sequence[AtomicPercent]
) -> Iterator[CrossCheck]:
    """Ratios of atomic percents; regions are fitted independently of one another."""
    for ratio in _RATIOS:
        above, below = (_by_place(rows, one) for one in (ratio.above, ratio.below))
        errors = [_relative_errors(analyses, states, one) for one in (ratio.above, ratio.below)]
        for place, row in above.items():
            if place not in below or not below[place].value > 0:
                continue
            value = row.value / below[place].value
            relative = np.hypot(errors[0].get(place, np.nan), errors[1].get(place, np.nan))
            yield CrossCheck(
                row.sample, row.voltage, ratio.check, value, value * float(relative), "1",
                ratio.low, ratio.high, FACTOR_ACCURACY * ratio.high,
                row.round, row.voltage_change,
            )  # fmt: skip


def _by_place(
    rows: Sequence[AtomicPercent], wanted: tuple[str, str]
) -> dict[_Place, AtomicPercent]:
    """Atomic percent of a region's species by where it is from, where that is there once."""
    found = [row for row in rows if (row.region, row.species) == wanted]
    count = Counter(map(_place_of_row, found))
    return {_place_of_row(row): row for row in found if count[_place_of_row(row)] == 1}


def _place_of_row(row: AtomicPercent) -> _Place:
    return row.sample, str(row.voltage), row.round


def _relative_errors(
    analyses: Mapping[str, Analysis], states: States, wanted: tuple[str, str]
) -> dict[_Place, float]:
    """Standard error over value of the species' area, by sample, voltage and round."""
    region, species = wanted
    if region not in analyses:
        return {}
    analysis = analyses[region]
    assert analysis.result is not None
    areas = species_areas(analysis.result, analysis.model)
    if species not in areas.names:
        return {}
    place = areas.names.index(species)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = areas.stderr[:, place] / areas.value[:, place]
    return {
        (state.sample, state.voltage, state.round): float(one)
        for state, one in zip(states[region], relative, strict=True)
        if not state.repeat
    }
