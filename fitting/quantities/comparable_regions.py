"""The core levels of samples, state by state, with what makes their areas comparable."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.result import is_fitted
from fitting.data.series import FloatArray, axis_values, get_column, units_of
from fitting.data.techniques import technique_of
from fitting.electrochemistry.attach import LARGEST_CHANGE
from fitting.electrochemistry.measurement_states import State, states_by_region
from fitting.electrochemistry.potential_by_time import DEFAULT_CLOCK
from fitting.preprocessing.intensity import Normalise
from fitting.projects.project import Analysis
from fitting.quantities.quantification import AL_KA
from fitting.quantities.quantify import Areas, BoolArray, species_areas


@dataclass(frozen=True, slots=True)
class Region:
    """One fitted core level of n spectra."""

    name: str
    areas: Areas
    per_second: FloatArray
    """What turns areas into areas of count rates, shape (n,); nan where that is not known."""
    photon_energy: FloatArray
    """As the files state it (eV), shape (n,); nan where they do not."""
    binding_energy: FloatArray
    """Of the middle of the measured range (eV), shape (n,)."""
    transmission: FloatArray
    """Of the analyser there, as the files state it, shape (n,); nan where they do not."""
    states: tuple[State, ...]
    voltage: FloatArray
    largest_change: float
    """Potential (V) that may move in one exposure unflagged."""
    fitted: BoolArray

    @property
    def kinetic_energy(self) -> FloatArray:
        """eV, shape (n,); Al Ka is taken where no photon energy is stated."""
        known = np.isfinite(self.photon_energy)
        return np.where(known, self.photon_energy, AL_KA) - self.binding_energy


@dataclass(frozen=True, slots=True)
class Member:
    """One spectrum of a sample."""

    region: Region
    spectrum: int


def take_regions(analyses: Mapping[str, Analysis]) -> list[Region]:
    """Every fitted region that has core levels."""
    states = states_by_region({name: one.series for name, one in analyses.items()})
    return [
        _take_region(analysis, states[name])
        for name, analysis in analyses.items()
        if analysis.result is not None and technique_of(analysis.series).has_core_levels
    ]


def group_by_state(regions: Sequence[Region]) -> Iterator[tuple[State, list[Member]]]:
    """The spectra of every sample; of every state of a sample where a region has several."""
    samples = dict.fromkeys(state.sample for region in regions for state in region.states)
    for sample in samples:
        members = [
            (state, Member(region, spectrum))
            for region in regions
            for spectrum, state in enumerate(region.states)
            if state.sample == sample and not state.repeat
        ]
        if not find_repeats([one for _, one in members]) and not any(s.round for s, _ in members):
            yield members[0][0], [one for _, one in members]
            continue
        together: dict[State, list[Member]] = {}
        for state, member in members:
            together.setdefault(state, []).append(member)
        yield from together.items()


def find_repeats(members: Sequence[Member]) -> list[str]:
    """Regions of which there are several spectra."""
    names = [member.region.name for member in members]
    return sorted({name for name in names if names.count(name) > 1})


def _take_region(analysis: Analysis, states: Sequence[State]) -> Region:
    series, result = analysis.series, analysis.result
    assert result is not None
    return Region(
        analysis.region,
        species_areas(result, analysis.model),
        _per_second(analysis),
        get_column(series, "photon_energy").astype(float),
        _middle_energy(series),
        get_column(series, "transmission").astype(float),
        tuple(states),
        get_column(series, "voltage").astype(float),
        float(series.attrs.get(LARGEST_CHANGE, DEFAULT_CLOCK.largest_change)),
        is_fitted(result),
    )


def _middle_energy(series: xr.Dataset) -> FloatArray:
    """Mean binding energy of the points that were measured (eV), shape (n,)."""
    measured = np.isfinite(series["intensity"].values)
    count = np.maximum(measured.sum(axis=1), 1)
    return np.asarray(np.where(measured, axis_values(series), 0.0).sum(axis=1) / count)


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
