"""Where along a series every species appears or fades, branch by branch."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.series import FloatArray, get_column
from fitting.models.model import Model
from fitting.quantities.detection import LIMIT
from fitting.quantities.interval_storage import model_error_of
from fitting.quantities.onset import Onset
from fitting.quantities.onset_choice import BranchOnset, Limited, choose_onset
from fitting.quantities.quantify import BoolArray, Estimate, fraction_estimate, species_areas
from fitting.quantities.quantity import fraction_of
from fitting.quantities.shared_covariance import common_errors

_SHARE_BOUNDS = (0.0, 100.0)
_SLACK = 0.25
"""Median errors by which a constant may lie outside the bounds: what areas may be biased by."""
_DISCHARGE = "discharge"


@dataclass(frozen=True, slots=True)
class SpeciesOnset:
    """The onset of one species along one branch of one cycle."""

    species: str
    cycle: float
    """nan if unknown."""
    branch: str
    spectra: int
    found: BranchOnset

    @property
    def onset(self) -> Onset:
        """The one that is stated."""
        return self.found.stated


def species_onsets(result: xr.Dataset, model: Model) -> list[SpeciesOnset]:
    """The onsets of all species' shares of the area, where the data support one."""
    areas = species_areas(result, model)
    voltage = get_column(result, "voltage").astype(float)
    found: list[SpeciesOnset] = []
    for cycle, branch, chosen in iterate_branches(result):
        is_falling = branch == _DISCHARGE or (not branch and _falls_with_time(result, chosen))
        for species in areas.names:
            share = _with_model_error(result, model, species, fraction_estimate(areas, species))
            usable = chosen & np.isfinite(share.value) & np.isfinite(voltage)
            own = sum(peak.species == species for peak in model.peaks)
            value, stderr, beyond = _with_limits(
                share.value[usable], share.stderr[usable], own, len(model.peaks) - own
            )
            one = choose_onset(
                voltage[usable],
                share.value[usable],
                stderr,
                share.common[usable],
                Limited(value, beyond, _constant_levels(stderr)),
                is_falling=is_falling,
            )
            if one is not None:
                found.append(SpeciesOnset(species, cycle, branch, int(usable.sum()), one))
    return found


def iterate_branches(result: xr.Dataset) -> Iterator[tuple[float, str, BoolArray]]:
    """Cycle, branch and the spectra (n,) of every branch of a series.

    Spectra without a branch, such as the first one at rest, belong to the only branch there is;
    where there are several, they are one of their own.
    """
    cycle = get_column(result, "cycle").astype(float)
    branch = get_column(result, "branch").astype(str)
    named = {name for name in branch if name}
    if len(named) == 1:
        branch = np.full(branch.size, named.pop())
    keys = [(str(number), name) for number, name in zip(cycle, branch, strict=True)]
    for key in dict.fromkeys(keys):
        chosen = np.array([other == key for other in keys])
        yield float(key[0]), key[1], chosen


@dataclass(frozen=True, slots=True)
class _Share:
    """Share of a species with its total error, each of shape (n,)."""

    value: FloatArray
    stderr: FloatArray
    common: FloatArray
    """What the errors have in common, shape (n, r)."""


def _with_model_error(result: xr.Dataset, model: Model, species: str, share: Estimate) -> _Share:
    """The share with what the model may be wrong by, which is the same model all along."""
    quantity = fraction_of(species)
    common = common_errors(result, model, quantity)
    model_error = np.nan_to_num(model_error_of(result, quantity))
    stderr = np.sqrt(share.stderr**2 + model_error**2)
    if model_error.any():
        common = np.column_stack([common, model_error])
    return _Share(share.value, stderr, common)


def _with_limits(
    value: FloatArray, stderr: FloatArray, own: int, others: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Shares with limits in place of what is not detected, and where they are limits.

    A peak that is not there still finds an area, at the place within its bounds where noise is
    highest: that is no measurement of zero, and would put the onset too late. All it says is that
    the share lies below its detection limit, or above that of all others. No error is less than
    the median of the branch: a weak band that turned out narrow by chance has less of both. Of
    several bands each finds its noise, so that the limit grows with the root of their number.

    Parameters
    ----------
    own, others
        Numbers of peaks of the species, and of all others.
    """
    known = np.isfinite(stderr) & (stderr > 0)
    typical = float(np.median(stderr[known])) if known.any() else 0.0
    sigma = np.maximum(np.where(known, stderr, typical), typical)
    low, high = _SHARE_BOUNDS
    least, most = low + LIMIT * np.sqrt(own) * sigma, high - LIMIT * np.sqrt(others) * sigma
    is_low, is_high = value < least, value > most
    limited = np.where(is_low, least, np.where(is_high, most, value))
    return limited, sigma, is_high.astype(float) - is_low


def _constant_levels(sigma: FloatArray) -> tuple[float, float]:
    """What a constant share may be: no share is determined better than part of its error."""
    slack = _SLACK * float(np.median(sigma)) if sigma.size else 0.0
    return _SHARE_BOUNDS[0] - slack, _SHARE_BOUNDS[1] + slack


def _falls_with_time(result: xr.Dataset, chosen: BoolArray) -> bool:
    time, voltage = (get_column(result, name).astype(float) for name in ("time", "voltage"))
    known = chosen & np.isfinite(time) & np.isfinite(voltage)
    return bool(known.sum() > 2 and _covariance_of_columns(time[known], voltage[known]) < 0)


def _covariance_of_columns(x: FloatArray, y: FloatArray) -> float:
    return float(np.mean((x - x.mean()) * (y - y.mean())))
