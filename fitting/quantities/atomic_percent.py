"""Atomic percent of every species in a sample, from the areas of all its XPS regions.

An area is divided by the relative sensitivity factor of its core level and by its counting time.
Its share of the sum over all regions is the atomic percent. Errors come from the covariance of the
areas within a region; regions are measured, and fitted, independently of one another. Transmission
and escape depth are corrected only as far as they are in the factors or in the spectra; the choice
of factors is a systematic error of its own, beside the standard error.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.data.measurement_states import State, states_by_region
from fitting.data.result import is_fitted
from fitting.data.series import FloatArray, get_column, units_of
from fitting.data.techniques import technique_of
from fitting.electrochemistry.attach import LARGEST_CHANGE
from fitting.electrochemistry.potential_by_time import DEFAULT_CLOCK
from fitting.preprocessing.intensity import Normalise
from fitting.projects.project import Analysis
from fitting.quantities.quantify import Areas, BoolArray, shares_of_total, species_areas
from libraries.errors import LibraryError
from libraries.sensitivity_sets import SensitivitySet


@dataclass(frozen=True, slots=True)
class AtomicPercent:
    """One species in one sample."""

    sample: str
    voltage: float
    """V vs Li+/Li; nan if unknown or not the same in all regions. Of a round of measurement the
    mean over its regions."""
    region: str
    element: str
    species: str
    value: float
    stderr: float
    """Statistical; nan if the area is at its bound."""
    sensitivity_set: str
    systematic: float = math.nan
    """The furthest that another set moves the value; nan if none has all factors."""
    systematic_from: str = ""
    """That set."""
    round: int = 0
    """Number of the round of the sample (``measurement_states``); 0 where its voltage was given."""
    voltage_change: float = math.nan
    """Highest minus lowest voltage of the regions of the round (V); nan without rounds."""


@dataclass(frozen=True, slots=True)
class Composition:
    """The atomic percents of all samples, and why some are missing, as sentences."""

    rows: tuple[AtomicPercent, ...] = ()
    remarks: tuple[str, ...] = ()


def atomic_percent_by_choice(
    analyses: Mapping[str, Analysis], factors: SensitivitySet, others: Iterable[SensitivitySet]
) -> Composition:
    """Atomic percent, with what the choice among sets of factors adds as a systematic error."""
    composition = atomic_percent(analyses, factors)
    rows = composition.rows
    for other in others:
        if other.name == factors.name:
            continue
        found = {_row_key(row): row.value for row in atomic_percent(analyses, other).rows}
        if all(_row_key(row) in found for row in rows) and len(found) == len(rows):
            rows = tuple(_add_distance(row, found[_row_key(row)], other.name) for row in rows)
    return Composition(rows, composition.remarks)


def atomic_percent(analyses: Mapping[str, Analysis], factors: SensitivitySet) -> Composition:
    """Atomic percent over all fitted XPS regions of every sample.

    A sample is left out, with a remark, where its regions cannot be compared: areas in counts of
    unknown counting time, normalised spectra, or several spectra of one region that no voltage,
    cycle, branch, depth or time tells apart. A region without a sensitivity factor does not count.
    Of a region that was measured again in one round, the spectrum nearest in time counts.
    """
    regions, remarks = _usable_regions(analyses, factors)
    rows: list[AtomicPercent] = []
    if len(regions) < 2:
        if regions:
            remarks.append(
                f"Atomic percent needs at least two core levels; only {regions[0].name} is fitted."
            )
        return Composition((), tuple(remarks))
    for state, members in _group_by_state(regions):
        found = _compose_state(state, members, factors.name)
        rows.extend(found.rows)
        remarks.extend(found.remarks)
        if found.rows:
            remarks.extend(_missing_regions(state.sample, members, regions))
    remarks.extend(_about_rounds(regions))
    return Composition(tuple(rows), tuple(dict.fromkeys(remarks)))


def _row_key(row: AtomicPercent) -> tuple[str, str, int, str, str]:
    """What tells rows apart."""
    return row.sample, str(row.voltage), row.round, row.region, row.species


def _add_distance(row: AtomicPercent, value: float, other: str) -> AtomicPercent:
    """The row with the distance to another set's value, if it is the furthest so far."""
    distance = abs(value - row.value)
    if distance <= row.systematic or math.isnan(distance):
        return row
    return replace(row, systematic=distance, systematic_from=other)


@dataclass(frozen=True, slots=True)
class _Region:
    """One core level: areas of its species per unit of sensitivity and time."""

    name: str
    areas: Areas
    scale: FloatArray
    """What the areas are multiplied with, shape (n,); nan where they cannot be compared."""
    states: tuple[State, ...]
    voltage: FloatArray
    largest_change: float
    """Potential (V) that may move in one exposure unflagged."""
    fitted: BoolArray


@dataclass(frozen=True, slots=True)
class _Member:
    """One spectrum of a sample."""

    region: _Region
    spectrum: int


def _usable_regions(
    analyses: Mapping[str, Analysis], factors: SensitivitySet
) -> tuple[list[_Region], list[str]]:
    regions: list[_Region] = []
    remarks: list[str] = []
    states = states_by_region({name: one.series for name, one in analyses.items()})
    for name, analysis in analyses.items():
        if analysis.result is None or not technique_of(analysis.series).has_core_levels:
            continue
        try:
            factor = factors.factor(name)
        except LibraryError as error:
            remarks.append(f"{name} does not count in atomic percent. {error}")
            continue
        regions.append(_take_region(analysis, analysis.result, states[name], factor))
    return regions, remarks


def _take_region(
    analysis: Analysis, result: xr.Dataset, states: Sequence[State], factor: float
) -> _Region:
    return _Region(
        analysis.region,
        species_areas(result, analysis.model),
        _per_second(analysis) / factor,
        tuple(states),
        get_column(analysis.series, "voltage").astype(float),
        float(analysis.series.attrs.get(LARGEST_CHANGE, DEFAULT_CLOCK.largest_change)),
        is_fitted(result),
    )


def _per_second(analysis: Analysis) -> FloatArray:
    """What turns areas into areas of count rates, shape (n,); nan if unknown."""
    series = analysis.series
    recipe = analysis.result_of or analysis.recipe
    count = series.sizes["spectrum"]
    if any(isinstance(step, Normalise) for step in recipe.steps):
        return np.full(count, np.nan)
    units, seconds = units_of(series), get_column(series, "seconds_per_point").astype(float)
    per_count = np.where(seconds > 0, 1.0 / np.where(seconds > 0, seconds, 1.0), np.nan)
    return np.where(units == "counts/s", 1.0, np.where(units == "counts", per_count, np.nan))


def _group_by_state(regions: Sequence[_Region]) -> Iterator[tuple[State, list[_Member]]]:
    """The spectra of every sample; of every state of a sample where a region has several."""
    samples = dict.fromkeys(state.sample for region in regions for state in region.states)
    for sample in samples:
        members = [
            (state, _Member(region, spectrum))
            for region in regions
            for spectrum, state in enumerate(region.states)
            if state.sample == sample and not state.repeat
        ]
        if not _find_repeats([one for _, one in members]) and not any(s.round for s, _ in members):
            yield members[0][0], [one for _, one in members]
            continue
        together: dict[State, list[_Member]] = {}
        for state, member in members:
            together.setdefault(state, []).append(member)
        yield from together.items()


def _find_repeats(members: Sequence[_Member]) -> list[str]:
    """Regions of which there are several spectra."""
    names = [member.region.name for member in members]
    return sorted({name for name in names if names.count(name) > 1})


def _compose_state(state: State, members: Sequence[_Member], set_name: str) -> Composition:
    """The rows of one state of a sample, or the remark why there are none."""
    where = f"{state.sample or 'Sample without a name'}: no atomic percent, "
    repeated = _find_repeats(members)
    if repeated:
        return Composition(
            remarks=(
                f"{where}there are several spectra of {', '.join(repeated)}, and no voltage, "
                "cycle, branch or depth tells them apart. Give the samples names of their own, "
                "or add the scans.",
            )
        )
    members = [member for member in members if member.region.fitted[member.spectrum]]
    if len(members) < 2:
        return Composition(
            remarks=(f"{where}fewer than two of its core levels are fitted.",) if members else ()
        )
    unknown = [m.region.name for m in members if np.isnan(m.region.scale[m.spectrum])]
    if unknown:
        return Composition(
            remarks=(
                f"{where}the areas of {', '.join(unknown)} cannot be compared with those of other "
                "regions: the spectra are normalised, or in counts of unknown counting time. Use "
                "counts per second, or files that hold dwell time and number of scans.",
            )
        )
    return Composition(tuple(_iterate_rows(state, members, set_name)))


def _missing_regions(
    sample: str, members: Sequence[_Member], regions: Sequence[_Region]
) -> Iterator[str]:
    """A remark if other samples have core levels that this one lacks."""
    there = {m.region.name for m in members if m.region.fitted[m.spectrum]}
    missing = [region.name for region in regions if region.name not in there]
    if missing:
        yield (
            f"{sample or 'Sample without a name'}: atomic percent without {', '.join(missing)}; "
            "do not compare it with that of samples that have it."
        )


def _about_rounds(regions: Sequence[_Region]) -> Iterator[str]:
    """Remarks about samples whose regions were put together by their start times."""
    for region in regions:
        for sample in dict.fromkeys(state.sample for state in region.states if state.repeat):
            yield (
                f"{sample or 'Sample without a name'}: {region.name} came several times in a round "
                "of measurement; the spectrum nearest in time to the other core levels counts in "
                "atomic percent and cross-checks."
            )
    rounds = {state for region in regions for state in region.states if state.round}
    for sample in dict.fromkeys(state.sample for state in sorted(rounds, key=lambda s: s.time)):
        changes = [state.voltage_change for state in rounds if state.sample == sample]
        limit = max(region.largest_change for region in regions)
        moved = [change for change in changes if change > limit]
        if moved:
            yield (
                f"{sample or 'Sample without a name'}: from core level to core level of a round "
                f"the potential moved by up to {max(moved):.3f} V in {len(moved)} of "
                f"{len(changes)} rounds: their atomic percent and cross-checks are of no one "
                "state of the cell. Hold the potential during a round, or measure fewer regions."
            )


def _iterate_rows(
    state: State, members: Sequence[_Member], set_name: str
) -> Iterator[AtomicPercent]:
    amounts, covariance = _find_amounts(members)
    share, spread = shares_of_total(amounts[None], covariance[None])
    known = np.concatenate([m.region.areas.has_error[m.spectrum] for m in members])
    stderr = np.where(known, np.sqrt(np.maximum(np.diagonal(spread[0]), 0.0)), np.nan)
    voltage = float(state.voltage) if state.round else _common_voltage(members)
    species = [(m.region.name, name) for m in members for name in m.region.areas.names]
    for place, (region, name) in enumerate(species):
        yield AtomicPercent(
            state.sample,
            voltage,
            region,
            region.split()[0],
            name,
            float(share[0, place]),
            float(stderr[place]),
            set_name,
            round=state.round,
            voltage_change=state.voltage_change if state.round else math.nan,
        )


def _common_voltage(members: Sequence[_Member]) -> float:
    """The voltage of all spectra that have one; nan if they differ."""
    voltages = {float(m.region.voltage[m.spectrum]) for m in members}
    voltages = {voltage for voltage in voltages if np.isfinite(voltage)}
    return voltages.pop() if len(voltages) == 1 else math.nan


def _find_amounts(members: Sequence[_Member]) -> tuple[FloatArray, FloatArray]:
    """Comparable amounts of all species (k,) and their covariance (k, k), zero between regions."""
    amounts = [m.region.areas.value[m.spectrum] * m.region.scale[m.spectrum] for m in members]
    covariance = np.zeros((sum(map(len, amounts)),) * 2)
    start = 0
    for member, values in zip(members, amounts, strict=True):
        stop = start + len(values)
        scale = member.region.scale[member.spectrum]
        block = member.region.areas.covariance[member.spectrum]
        covariance[start:stop, start:stop] = scale**2 * block
        start = stop
    return np.concatenate(amounts), covariance
