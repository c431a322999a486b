"""Which reading of a carbon line agrees with the neighbouring spectra of its sample."""

from collections.abc import Iterator, Sequence

import numpy as np

from fitting.electrochemistry.measurement_states import State
from fitting.referencing.charge_shifts import ChargeShift
from fitting.referencing.reference_line import LineReading

LARGEST_JUMP = 1.2
"""Neighbouring spectra of a sample charge alike within this (eV); C-C and C-O lie 1.5 eV apart."""
_NEIGHBOURS, _FEWEST_NEIGHBOURS = 6, 4
"""Nearest spectra of the sample that say what is usual; with fewer, each speaks for itself."""


def read_as_neighbours_do(
    readings: Sequence[tuple[State, LineReading]],
) -> Iterator[tuple[State, ChargeShift]]:
    """The shift of each spectrum; the first reading where only that agrees with its neighbours.

    Along a profile or a series, the charge of one sample changes by less from spectrum to spectrum
    than the lines of carbon lie apart.
    """
    for place, (state, reading) in enumerate(readings):
        same = [k for k, (other, _) in enumerate(readings) if other[0] == state[0] and k != place]
        nearest = sorted(same, key=lambda k: abs(k - place))[:_NEIGHBOURS]
        usual = float(np.median([readings[k][1].chosen.shift for k in nearest] or [np.nan]))
        is_odd = len(nearest) >= _FEWEST_NEIGHBOURS and (
            abs(reading.chosen.shift - usual) > LARGEST_JUMP > abs(reading.first.shift - usual)
        )
        taken = reading.first if is_odd else reading.chosen
        yield state, ChargeShift(taken.shift, taken.stderr)
