"""Atomic percent of every species in a sample, from the areas of all its XPS regions.

An area is divided by the relative sensitivity factor of its core level, by its counting time, and
by escape depth, transmission and angular term as far as that is chosen (``quantification``). Its
share of the sum over all regions is the atomic percent. Errors come from the covariance of the
areas within a region; regions are measured, and fitted, independently of one another. How far other
choices that could be defended move the value is a systematic error beside the standard error.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fitting.data.errors import RecipeError
from fitting.data.series import FloatArray
from fitting.electrochemistry.measurement_states import State
from fitting.projects.project import Analysis
from fitting.quantities.comparable_regions import (
    Member,
    Region,
    find_repeats,
    group_by_state,
    take_regions,
)
from fitting.quantities.composition_remarks import (
    about_angle,
    about_missing_regions,
    about_rounds,
)
from fitting.quantities.quantification import (
    AL_KA,
    Correction,
    Quantification,
    chosen_correction,
    other_corrections,
)
from fitting.quantities.quantify import shares_of_total
from libraries.errors import LibraryError


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
    """The furthest that another choice moves the value; nan if none has all factors."""
    systematic_from: str = ""
    """That choice: a set of factors, with the escape depth where it is none of theirs."""
    escape_depth: str = ""
    """How escape depths were taken into account, in words."""
    transmission: str = ""
    """Whether areas were divided by the analyser's transmission, in words."""
    round: int = 0
    """Number of the round of the sample (``measurement_states``); 0 where its voltage was given."""
    voltage_change: float = math.nan
    """Highest minus lowest voltage of the regions of the round (V); nan without rounds."""


@dataclass(frozen=True, slots=True)
class Composition:
    """The atomic percents of all samples, and why some are missing, as sentences."""

    rows: tuple[AtomicPercent, ...] = ()
    remarks: tuple[str, ...] = ()


def atomic_percent(
    analyses: Mapping[str, Analysis], chosen: Quantification | None = None
) -> Composition:
    """Atomic percent over all fitted XPS regions of every sample.

    A sample is left out, with a remark, where its regions cannot be compared: areas in counts of
    unknown counting time, normalised spectra, spectra of another photon energy than the factors,
    or several spectra of one region that no voltage, cycle, branch, depth or time tells apart. A
    region without a sensitivity factor does not count. Of a region that was measured again in one
    round, the spectrum nearest in time counts.

    Parameters
    ----------
    chosen
        How areas become amounts; the default for the photon energy if left out.
    """
    found = take_regions(analyses)
    if not found:
        return Composition()
    try:
        correction = chosen_correction(chosen or Quantification(), _photon_energy_of(found))
    except RecipeError as error:
        return Composition(remarks=(f"No atomic percent. {error}",))
    regions, remarks = _with_factors(found, correction)
    if len(regions) < 2:
        if regions:
            remarks.append(
                f"Atomic percent needs at least two core levels; only {regions[0].name} is fitted."
            )
        return Composition((), tuple(remarks))
    remarks.extend(about_angle(regions, correction))
    rows: list[AtomicPercent] = []
    choices = [_Choice.of(one, regions) for one in (correction, *other_corrections(correction))]
    for state, members in group_by_state(regions):
        made = _compose_state(state, members, choices)
        rows.extend(made.rows)
        remarks.extend(made.remarks)
        if made.rows:
            remarks.extend(about_missing_regions(state.sample, members, regions))
    remarks.extend(about_rounds(regions))
    return Composition(tuple(rows), tuple(dict.fromkeys(remarks)))


@dataclass(frozen=True, slots=True)
class _Choice:
    """One way to turn areas into amounts, worked out for all regions that it has factors of."""

    correction: Correction
    divisors: Mapping[str, tuple[FloatArray, FloatArray]]
    """Of every spectrum of a region, without the transmission and with it, shape (n,) each."""

    @classmethod
    def of(cls, correction: Correction, regions: Sequence[Region]) -> "_Choice":
        """That of a correction."""
        found = {}
        for region in regions:
            energy = region.kinetic_energy
            try:
                bare = correction.divisors(region.name, energy, None)
            except LibraryError:
                continue
            full = correction.divisors(region.name, energy, region.transmission)
            found[region.name] = (bare, full)
        return cls(correction, found)

    def scale(self, members: Sequence[Member], *, with_transmission: bool) -> FloatArray | None:
        """What turns the rates of all species into amounts, shape (k,); ``None`` if not known."""
        if any(member.region.name not in self.divisors for member in members):
            return None
        parts = []
        for member in members:
            divisor = self.divisors[member.region.name][with_transmission][member.spectrum]
            parts.append(np.full(len(member.region.areas.names), 1.0 / divisor))
        return np.concatenate(parts)


def _photon_energy_of(regions: Sequence[Region]) -> float:
    """That of most spectra that state one (eV)."""
    stated = np.concatenate([region.photon_energy for region in regions])
    stated = stated[np.isfinite(stated)]
    return float(np.median(stated)) if stated.size else AL_KA


def _with_factors(
    regions: Sequence[Region], correction: Correction
) -> tuple[list[Region], list[str]]:
    """The regions that have a factor, and what is said of the others."""
    kept, remarks = [], []
    for region in regions:
        try:
            correction.factors.factor(region.name)
        except LibraryError as error:
            remarks.append(f"{region.name} does not count in atomic percent. {error}")
        else:
            kept.append(region)
    return kept, remarks


def _compose_state(
    state: State,
    members: Sequence[Member],
    choices: Sequence[_Choice],
) -> Composition:
    """The rows of one state of a sample, or the remark why there are none."""
    correction = choices[0].correction
    where = f"{state.sample or 'Sample without a name'}: no atomic percent, "
    repeated = find_repeats(members)
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
    unknown = [m.region.name for m in members if np.isnan(m.region.per_second[m.spectrum])]
    if unknown:
        return Composition(
            remarks=(
                f"{where}the areas of {', '.join(unknown)} cannot be compared with those of other "
                "regions: the spectra are normalised, or in counts of unknown counting time. Use "
                "counts per second, or files that hold dwell time and number of scans.",
            )
        )
    alien = [m for m in members if not correction.factors.is_for(_stated_energy(m))]
    if alien:
        return Composition(
            remarks=(
                f"{where}{alien[0].region.name} was measured at {_stated_energy(alien[0]):g} eV, "
                f"and the factors of {correction.factors.name} are of "
                f"{correction.factors.photon_energy:g} eV. Choose factors of that photon energy.",
            )
        )
    is_divided, remarks = _can_divide(state, members, correction)
    rows = _iterate_rows(state, members, choices, with_transmission=is_divided)
    return Composition(tuple(rows), remarks)


def _stated_energy(member: Member) -> float:
    """Photon energy (eV) of a spectrum; nan where it is not stated."""
    return float(member.region.photon_energy[member.spectrum])


def _can_divide(
    state: State, members: Sequence[Member], correction: Correction
) -> tuple[bool, tuple[str, ...]]:
    """Whether every member states a transmission, with a remark where only some do."""
    stated = np.array([m.region.transmission[m.spectrum] for m in members], dtype=float)
    is_known = np.isfinite(stated) & (stated > 0)
    if is_known.all() or not is_known.any() or correction.factors.transmission == "included":
        return bool(is_known.all()), ()
    lacking = [m.region.name for m, known in zip(members, is_known, strict=True) if not known]
    return False, (
        f"{state.sample or 'Sample without a name'}: the files of {', '.join(lacking)} state no "
        "transmission of the analyser and those of its other core levels do, so that atomic "
        "percent are without it. Take all core levels of a sample from files of one kind.",
    )


def _iterate_rows(
    state: State, members: Sequence[Member], choices: Sequence[_Choice], *, with_transmission: bool
) -> Iterator[AtomicPercent]:
    correction = choices[0].correction
    rates, covariance = _find_rates(members)
    scales = [one.scale(members, with_transmission=with_transmission) for one in choices]
    scale = scales[0]
    assert scale is not None
    share, spread = shares_of_total(
        (scale * rates)[None], (np.outer(scale, scale) * covariance)[None]
    )
    known = np.concatenate([m.region.areas.has_error[m.spectrum] for m in members])
    stderr = np.where(known, np.sqrt(np.maximum(np.diagonal(spread[0]), 0.0)), np.nan)
    distance, furthest = _furthest_choice(share[0], rates, choices, scales)
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
            correction.factors.name,
            float(distance[place]),
            furthest[place],
            correction.depth_words,
            _transmission_words(correction, divided=with_transmission),
            round=state.round,
            voltage_change=state.voltage_change if state.round else math.nan,
        )


def _transmission_words(correction: Correction, *, divided: bool) -> str:
    if correction.factors.transmission == "included":
        return "in the factors"
    return "divided out" if divided else "not stated by the files"


def _common_voltage(members: Sequence[Member]) -> float:
    """The voltage of all spectra that have one; nan if they differ."""
    voltages = {float(m.region.voltage[m.spectrum]) for m in members}
    voltages = {voltage for voltage in voltages if np.isfinite(voltage)}
    return voltages.pop() if len(voltages) == 1 else math.nan


def _find_rates(members: Sequence[Member]) -> tuple[FloatArray, FloatArray]:
    """Areas per second of all species (k,) and their covariance (k, k), zero between regions."""
    rates = [m.region.areas.value[m.spectrum] * m.region.per_second[m.spectrum] for m in members]
    covariance = np.zeros((sum(map(len, rates)),) * 2)
    start = 0
    for member, values in zip(members, rates, strict=True):
        stop = start + len(values)
        scale = member.region.per_second[member.spectrum]
        block = member.region.areas.covariance[member.spectrum]
        covariance[start:stop, start:stop] = scale**2 * block
        start = stop
    return np.concatenate(rates), covariance


def _furthest_choice(
    share: FloatArray,
    rates: FloatArray,
    choices: Sequence[_Choice],
    scales: Sequence[FloatArray | None],
) -> tuple[FloatArray, list[str]]:
    """How far other choices move each share (percent), and which one does so the furthest."""
    distance, furthest = np.full(share.size, np.nan), [""] * share.size
    for choice, scale in zip(choices[1:], scales[1:], strict=True):
        if scale is None:
            continue
        gap = np.abs(100.0 * scale * rates / np.sum(scale * rates) - share)
        further = np.isfinite(gap) & ~(gap <= np.nan_to_num(distance, nan=-1.0))
        for place in np.flatnonzero(further):
            distance[place] = gap[place]
            furthest[place] = choice.correction.name if gap[place] else ""
    return distance, furthest
