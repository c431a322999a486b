"""How close the compiled engine comes to what the processor could do at best.

The least work of a fit is counted in multiply-adds: at every evaluation each line at each point
once (an exponential, a division, 12 operations) and the products of the linear columns; for every
set of derivatives each line at each point again (a division, 45 operations), the products of all
slopes and the factor of their matrix. How many multiply-adds a core does is measured here.
"""

import time

import numba
import numpy as np

from benchmarks.workloads import Workload

_EXPONENTIAL, _DIVISION = 46.0, 26.0
"""What they take, in the time of so many of the operations below."""
_CHAIN, _POINTS = 8, 512
_SLOPES_PER_EVALUATION = {"W1p": 6.1 / 6.2, "W1": 10.4 / 13.1, "W2": 7.4 / 7.8}
"""Some evaluations are of steps that are not taken."""


def operations_per_second(rounds: int = 7) -> float:
    """Multiplications and additions of doubles, the fastest of some rounds, one core."""
    x, out, times = np.linspace(0.1, 0.9, _POINTS), np.zeros(_POINTS), 2000
    _multiply_add(x, out, 1)
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        _multiply_add(x, out, times)
        spent.append(time.perf_counter() - began)
    return 2.0 * _CHAIN * _POINTS * times / min(spent)


def least_operations(workload: Workload, evaluations: float) -> float:
    """Of the fit of one spectrum."""
    function = workload.function
    points = function.positions.size
    lines = sum(1 if peak.doublet is None else 2 for peak in function.peaks)
    free, linear = len(function.affine.free), int(function.linear_free.sum())
    evaluation = points * lines * (_EXPONENTIAL + _DIVISION + 12.0)
    evaluation += points * (linear + 1) * (linear + 2)
    slopes = points * lines * (_DIVISION + 45.0) + points * (free + 1) * (free + 2) + free**3 / 3.0
    return evaluations * (evaluation + _SLOPES_PER_EVALUATION[workload.name] * slopes)


@numba.njit(fastmath={"contract"})
def _multiply_add(x, out, times):  # type: ignore[no-untyped-def]
    """A long polynomial at points that are in the nearest cache."""
    for _ in range(times):
        for n in range(x.size):
            value = out[n]
            for _ in range(_CHAIN):
                value = value * x[n] + 0.01
            out[n] = value
