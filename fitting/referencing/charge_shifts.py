"""Charge shifts: which of those that were found a spectrum gets.

That of its own state; else that of its round of measurement; else that of its sample, if there is
only one. Along a run that was timed, a round without the line takes the shift of the nearest in
time. Its error has a drift in it: the typical change from one line to the next, times the way to
the nearest over the typical one between them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fitting.electrochemistry.measurement_states import State


@dataclass(frozen=True, slots=True)
class ChargeShift:
    """What the energies of one sample are moved by."""

    value: float
    """eV, added to the measured binding energies."""
    stderr: float
    """eV."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The shift that the spectra of one state get."""

    shift: ChargeShift
    is_nearest: bool = False
    """It is that of another round."""


def assign_shifts(
    states: Iterable[State], shifts: Mapping[State, ChargeShift]
) -> dict[State, Assignment]:
    """The shift of every state that gets one."""
    by_sample: dict[str, dict[State, ChargeShift]] = {}
    for state, shift in shifts.items():
        by_sample.setdefault(state.sample, {})[state] = shift
    found = {
        state: _assign_shift(state, by_sample.get(state.sample, {}))
        for state in dict.fromkeys(states)
    }
    return {state: one for state, one in found.items() if one is not None}


def mean_shift(shifts: Sequence[ChargeShift]) -> ChargeShift:
    """Weighted mean; the error grows by how much the shifts scatter more than their errors."""
    values = np.array([shift.value for shift in shifts])
    weights = np.array([shift.stderr for shift in shifts]) ** -2.0
    mean = float(np.sum(weights * values) / weights.sum())
    excess = 1.0
    if values.size > 1:
        excess = max(1.0, float(np.sum(weights * (values - mean) ** 2)) / (values.size - 1))
    return ChargeShift(mean, float(np.sqrt(excess / weights.sum())))


def _assign_shift(state: State, of_sample: Mapping[State, ChargeShift]) -> Assignment | None:
    if state in of_sample:
        return Assignment(of_sample[state])
    of_round = [shift for other, shift in of_sample.items() if _can_give(other, state)]
    if of_round or len(of_sample) == 1:
        return Assignment((of_round or list(of_sample.values()))[0])
    return _nearest_shift(state, of_sample)


def _can_give(other: State, state: State) -> bool:
    """Whether another state is the round of this one, and not a repeat within it."""
    return other.is_of_round(state) and not other.repeat


def _nearest_shift(state: State, of_sample: Mapping[State, ChargeShift]) -> Assignment | None:
    """The shift of the nearest round; ``None`` for less than two, which tell no change."""
    timed = [one for one in of_sample if one.round and not one.repeat and one.depth == state.depth]
    if not state.round or len(timed) < 2:
        return None
    nearest = min(timed, key=lambda one: abs(one.time - state.time))
    in_order = sorted(timed, key=lambda one: one.time)
    change = np.sqrt(np.mean(np.diff([of_sample[one].value for one in in_order]) ** 2))
    spacing = np.median(np.diff([one.time for one in in_order]))
    drift = change * abs(nearest.time - state.time) / spacing
    shift = of_sample[nearest]
    return Assignment(ChargeShift(shift.value, float(np.hypot(shift.stderr, drift))), True)
