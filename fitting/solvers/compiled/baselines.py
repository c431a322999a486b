"""Asymmetrically reweighted smoothers, many spectra side by side in the lanes of the processor.

The rules are those of pybaselines, which the tests hold this against: weights are found anew until
they change by less than ``_TOLERANCE``. All numbers of a point lie beside one another, a lane for
each spectrum. A lane that has settled takes the next spectrum, and no lane knows of another: a
baseline does not depend on what else is smoothed.
"""

import math

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.solvers.compiled.jit import compile_lazily

ASLS, ARPLS = 0, 1
SETTLED, UNSETTLED, FAILED = 0, 1, 2
"""How it ended: as it should, without settling, with equations that could not be solved."""

_GOES_ON = -1
_TOLERANCE = 1e-3
_FEWEST_BELOW = 2
"""arpls: with fewer points below the curve their spread is not known."""
_LEAST = float(np.finfo(float).eps)
_LANES = 32
"""Fewer are unrolled instead of vectorised; with more they leave the second-level cache."""
_IDLE = -1
_MARGIN = 2
"""Points of zeros before the first and after the last."""
_LARGEST_EXPONENT = 1000.0
_LB_E = 1.0 / math.log(2.0)
_C1, _C2, _C3, _C4, _C5, _C6, _C7, _C8, _C9, _C10, _C11, _C12 = (
    math.log(2.0) ** k / math.factorial(k) for k in range(1, 13)
)

# Unsigned, as the wrapping of negative indices would keep the loops from being vectorised.
_U = np.uint64
_FIELDS = 5
_DATA, _WEIGHT, _CURVE, _BESIDE, _PIVOT = (_U(_LANES * field) for field in range(_FIELDS))
"""What is measured, its weight, the baseline; of L D L' the first subdiagonal and 1/D."""
_NEXT = _BESIDE
"""Weights found anew take the place of what is no longer needed."""
_LANE_COUNT, _POINT, _TWO_POINTS = _U(_LANES), _U(_LANES * _FIELDS), _U(2 * _LANES * _FIELDS)


def smooth_baselines(
    intensity: FloatArray, kind: int, lam: float, p: float, most: int
) -> tuple[FloatArray, NDArray[np.int_]]:
    """Baselines, shape (n, m), and how each ended, shape (n,).

    Parameters
    ----------
    intensity : shape (n, m)
        Finite.
    kind
        ``ASLS`` or ``ARPLS``.
    lam
        Weight of the squared second differences.
    p
        asls: weight of points above the baseline.
    most
        Times that weights are found anew at most.
    """
    given = np.require(intensity, dtype=float, requirements=("C", "W"))
    found, ending = np.empty_like(given), np.zeros(len(given), dtype=np.int64)
    state = np.zeros((given.shape[1] + 2 * _MARGIN) * _LANES * _FIELDS)
    _smooth_lanes(given, kind, lam, p, most, state, found, ending)
    return found, ending


@compile_lazily
def _smooth_lanes(
    intensity: FloatArray,
    kind: int,
    lam: float,
    p: float,
    most: int,
    state: FloatArray,
    found: FloatArray,
    ending: NDArray[np.int_],
) -> None:
    count, points = intensity.shape
    spectrum = np.full(_LANES, _IDLE)
    updates = np.zeros(_LANES, dtype=np.int64)
    moved, before, below = np.empty(_LANES), np.empty(_LANES), np.full(_LANES, np.inf)
    mean, spread = np.empty(_LANES), np.empty(_LANES)
    following = 0
    for lane in range(min(_LANES, count)):
        following = _take_next_spectrum(state, lane, spectrum, following, intensity)
    while (spectrum != _IDLE).any():
        _decompose_system(state, points, lam)
        _substitute_back(state, points, lam)
        if kind == ASLS:
            _weigh_by_sign(state, points, p)
        else:
            _weigh_by_noise(state, points, below, mean, spread)
        _take_next_weights(state, points, moved, before)
        for lane in range(_LANES):
            updates[lane] += 1
            end = _find_ending(moved[lane], before[lane], below[lane], updates[lane], most)
            if spectrum[lane] == _IDLE or end == _GOES_ON:
                continue
            is_finite = _unload_lane(state, lane, found[spectrum[lane]])
            ending[spectrum[lane]] = end if is_finite else FAILED
            updates[lane] = 0
            following = _take_next_spectrum(state, lane, spectrum, following, intensity)


@compile_lazily
def _find_ending(moved: float, before: float, below: float, updates: int, most: int) -> int:
    """Whether and how a spectrum ends with this update of its weights."""
    if below < _FEWEST_BELOW:
        return UNSETTLED
    if math.sqrt(moved) < _TOLERANCE * max(math.sqrt(before), _LEAST):
        return SETTLED if updates < most else UNSETTLED
    return UNSETTLED if updates > most else _GOES_ON


@compile_lazily
def _take_next_spectrum(
    state: FloatArray,
    lane: int,
    spectrum: NDArray[np.int_],
    following: int,
    intensity: FloatArray,
) -> int:
    """Put the next spectrum, if there is one, into the lane; the index of the one after it."""
    if following >= len(intensity):
        spectrum[lane] = _IDLE
        return following
    spectrum[lane] = following
    _load_lane(state, lane, intensity[following])
    return following + 1


@compile_lazily
def _load_lane(state: FloatArray, lane: int, intensity: FloatArray) -> None:
    for n in range(intensity.size):
        at = _U(n + _MARGIN) * _POINT + _U(lane)
        state[at + _DATA] = intensity[n]
        state[at + _WEIGHT] = 1.0


@compile_lazily
def _unload_lane(state: FloatArray, lane: int, found: FloatArray) -> bool:
    """Take the curve out of the lane; whether it is finite."""
    for n in range(found.size):
        found[n] = state[_U(n + _MARGIN) * _POINT + _U(lane) + _CURVE]
    return bool(np.isfinite(found).all())


@compile_lazily
def _decompose_system(state: FloatArray, points: int, lam: float) -> None:
    """L D L' of ``W + lam D2' D2``, and the forward substitution with ``W y`` as it goes."""
    for n in range(points):
        edge = min(n, points - 1 - n)
        diagonal = lam if edge == 0 else (5.0 * lam if edge == 1 else 6.0 * lam)
        beside = 0.0 if n == 0 else (-2.0 * lam if n == 1 or edge == 0 else -4.0 * lam)
        far = lam if n > 1 else 0.0
        at = _U(n + _MARGIN) * _POINT
        for lane in range(_LANE_COUNT):
            here = at + lane
            weight = state[here + _WEIGHT]
            second = far * state[here - _TWO_POINTS + _PIVOT]
            left = beside - far * state[here - _POINT + _BESIDE]
            first = left * state[here - _POINT + _PIVOT]
            pivot = weight + diagonal - second * far - first * left
            state[here + _CURVE] = (
                weight * state[here + _DATA]
                - first * state[here - _POINT + _CURVE]
                - second * state[here - _TWO_POINTS + _CURVE]
            )
            state[here + _BESIDE] = first
            state[here + _PIVOT] = 1.0 / pivot


@compile_lazily
def _substitute_back(state: FloatArray, points: int, lam: float) -> None:
    """Back substitution; it leaves the smooth curve."""
    for n in range(points - 1, -1, -1):
        far = lam if n < points - 2 else 0.0
        at = _U(n + _MARGIN) * _POINT
        for lane in range(_LANE_COUNT):
            here = at + lane
            state[here + _CURVE] = (
                state[here + _PIVOT]
                * (state[here + _CURVE] - far * state[here + _TWO_POINTS + _CURVE])
                - state[here + _POINT + _BESIDE] * state[here + _POINT + _CURVE]
            )


@compile_lazily
def _weigh_by_sign(state: FloatArray, points: int, p: float) -> None:
    """asls: ``p`` above the curve, ``1 - p`` elsewhere."""
    for n in range(points):
        at = _U(n + _MARGIN) * _POINT
        for lane in range(_LANE_COUNT):
            here = at + lane
            is_above = state[here + _DATA] > state[here + _CURVE]
            state[here + _NEXT] = p if is_above else 1.0 - p


@compile_lazily
def _weigh_by_noise(
    state: FloatArray, points: int, below: FloatArray, mean: FloatArray, spread: FloatArray
) -> None:
    """arpls: a logistic step between what lies below the curve and what is far above it."""
    _average_below(state, points, below, mean)
    _spread_below(state, points, mean, spread)
    for lane in range(_LANES):
        deviation = math.sqrt(spread[lane] / max(below[lane] - 1.0, 1.0))
        deviation = deviation if deviation > 0.0 else _LEAST
        spread[lane] = 2.0 / deviation * _LB_E
        mean[lane] = 2.0 * deviation - mean[lane]
    _weigh_by_step(state, points, spread, mean)


@compile_lazily
def _average_below(state: FloatArray, points: int, below: FloatArray, mean: FloatArray) -> None:
    """How many points lie below the curve, and how far on average."""
    below[:] = 0.0
    mean[:] = 0.0
    for n in range(points):
        at = _U(n + _MARGIN) * _POINT
        for lane in range(_LANE_COUNT):
            residual = state[at + lane + _DATA] - state[at + lane + _CURVE]
            below[lane] += 1.0 if residual < 0.0 else 0.0
            mean[lane] += residual if residual < 0.0 else 0.0
    for lane in range(_LANES):
        mean[lane] /= max(below[lane], 1.0)


@compile_lazily
def _spread_below(state: FloatArray, points: int, mean: FloatArray, spread: FloatArray) -> None:
    """Squared distances from that average."""
    spread[:] = 0.0
    for n in range(points):
        at = _U(n + _MARGIN) * _POINT
        for lane in range(_LANE_COUNT):
            residual = state[at + lane + _DATA] - state[at + lane + _CURVE]
            off = residual - mean[lane]
            spread[lane] += off * off if residual < 0.0 else 0.0


@compile_lazily
def _weigh_by_step(state: FloatArray, points: int, steep: FloatArray, middle: FloatArray) -> None:
    """``1 / (1 + 2^(steep (residual - middle)))``, the power from its series."""
    for n in range(points):
        at = _U(n + _MARGIN) * _POINT
        for lane in range(_LANE_COUNT):
            here = at + lane
            residual = state[here + _DATA] - state[here + _CURVE]
            exponent = steep[lane] * (residual - middle[lane])
            exponent = min(max(exponent, -_LARGEST_EXPONENT), _LARGEST_EXPONENT)
            whole = np.floor(exponent + 0.5)
            f = exponent - whole
            low = 1.0 + f * (_C1 + f * (_C2 + f * (_C3 + f * (_C4 + f * (_C5 + f * _C6)))))
            top = _C7 + f * (_C8 + f * (_C9 + f * (_C10 + f * (_C11 + f * _C12))))
            f2 = f * f
            power = np.int64((np.int64(whole) + 1023) << 52).view(np.float64)
            state[here + _NEXT] = 1.0 / (1.0 + power * (low + f2 * f2 * f2 * f * top))


@compile_lazily
def _take_next_weights(
    state: FloatArray, points: int, moved: FloatArray, before: FloatArray
) -> None:
    """Squares of the weights and of what they are changed by."""
    moved[:] = 0.0
    before[:] = 0.0
    for n in range(points):
        at = _U(n + _MARGIN) * _POINT
        for lane in range(_LANE_COUNT):
            here = at + lane
            old, new = state[here + _WEIGHT], state[here + _NEXT]
            moved[lane] += (new - old) * (new - old)
            before[lane] += old * old
            state[here + _WEIGHT] = new
