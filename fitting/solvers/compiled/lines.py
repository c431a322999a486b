"""The lines of one spectrum in reduced form, and what they add to the derivatives."""

import math

import numpy as np

from fitting.data.series import FloatArray
from fitting.solvers.compiled.jit import jit_on_given_arrays as jit

LN2 = math.log(2.0)
BELL = math.sqrt(math.log(2.0) / math.pi)
_SMALLEST_EXPONENT = -500.0
"""Products of two such numbers are numbers still."""
_WHOLE = 1.5 * 2.0**52
_ONE = 1023 << 52
"""The bits of 1.0."""
_C1, _C2, _C3, _C4, _C5, _C6, _C7, _C8, _C9, _C10, _C11, _C12 = (
    LN2**k / math.factorial(k) for k in range(1, 13)
)


@jit
def fill_line(
    positions: FloatArray, centre: float, scale: float, bell: FloatArray, tail: FloatArray
) -> None:
    """Gaussian and Lorentzian in reduced form; ``exp(-ln 2 z^2) = 2^-z^2`` from its series."""
    for n in range(positions.size):
        z = scale * (positions[n] - centre)
        square = z * z
        exponent = max(-square, _SMALLEST_EXPONENT)
        # In a number this large the last bits are the whole part; shifted, they are an exponent.
        bits = np.float64(exponent + _WHOLE).view(np.int64)
        power = np.int64((bits << 52) + _ONE).view(np.float64)
        f = exponent - np.rint(exponent)
        low = 1.0 + f * (_C1 + f * (_C2 + f * (_C3 + f * (_C4 + f * (_C5 + f * _C6)))))
        top = _C7 + f * (_C8 + f * (_C9 + f * (_C10 + f * (_C11 + f * _C12))))
        f2 = f * f
        bell[n] = BELL * power * (low + f2 * f2 * f2 * f * top)
        tail[n] = 1.0 / (math.pi * (1.0 + square))


@jit
def put_value(
    row: FloatArray,
    adds: bool,
    amount: float,
    mixing: float,
    bell: FloatArray,
    tail: FloatArray,
    weight: FloatArray,
) -> None:
    """Put ``amount`` times the line into the row, or add it to what is there."""
    a, b = amount * (1.0 - mixing), amount * mixing
    for n in range(row.size):
        before = row[n] if adds else 0.0
        row[n] = before + (a * bell[n] + b * tail[n]) * weight[n]


@jit
def put_position_slope(
    row: FloatArray,
    adds: bool,
    positions: FloatArray,
    centre: float,
    scale: float,
    amount: float,
    mixing: float,
    bell: FloatArray,
    tail: FloatArray,
    weight: FloatArray,
) -> None:
    """Put or add ``amount`` times the derivative by z."""
    a, b = -2.0 * amount * (1.0 - mixing) * LN2, -2.0 * amount * mixing * math.pi
    for n in range(row.size):
        z = scale * (positions[n] - centre)
        before = row[n] if adds else 0.0
        row[n] = before + z * (a * bell[n] + b * tail[n] * tail[n]) * weight[n]


@jit
def put_fwhm_slope(
    row: FloatArray,
    adds: bool,
    positions: FloatArray,
    centre: float,
    scale: float,
    amount: float,
    mixing: float,
    bell: FloatArray,
    tail: FloatArray,
    weight: FloatArray,
) -> None:
    """Put or add ``amount`` times (value + z times the derivative by z)."""
    a, b = amount * (1.0 - mixing), amount * mixing
    for n in range(row.size):
        z = scale * (positions[n] - centre)
        square = z * z
        g = a * bell[n] * (1.0 - 2.0 * LN2 * square)
        before = row[n] if adds else 0.0
        t = b * tail[n] * (1.0 - 2.0 * math.pi * square * tail[n])
        row[n] = before + (g + t) * weight[n]


@jit
def put_mixing_slope(
    row: FloatArray,
    adds: bool,
    amount: float,
    bell: FloatArray,
    tail: FloatArray,
    weight: FloatArray,
) -> None:
    """Put or add ``amount`` times the derivative by mixing."""
    for n in range(row.size):
        before = row[n] if adds else 0.0
        row[n] = before + amount * (tail[n] - bell[n]) * weight[n]


@jit
def sums_of_line(
    positions: FloatArray,
    centre: float,
    scale: float,
    mixing: float,
    bell: FloatArray,
    tail: FloatArray,
    pull: FloatArray,
) -> tuple[float, float, float, float, float, float, float, float, float]:
    """Sums of the pull with the line and its derivatives, in the order of ``second_order``.

    value, z, z*z, zz, z*zz, z*z*zz, shape, z shape, z*z shape. All in one loop, as each pass over
    the points costs as much as the sums.
    """
    g0 = g1 = g2 = g3 = g4 = 0.0
    t0 = t1 = t2 = t3 = t4 = t5 = 0.0
    for n in range(positions.size):
        z = scale * (positions[n] - centre)
        square = z * z
        g = pull[n] * bell[n]
        t = pull[n] * tail[n]
        u = math.pi * tail[n]
        tu = t * u
        tuu = tu * u * (6.0 * square - 2.0)
        gz = g * z
        gzz = g * square
        g0 += g
        g1 += gz
        g2 += gzz
        g3 += gzz * z
        g4 += gzz * square
        t0 += t
        t1 += tu * z
        t2 += tu * square
        t3 += tuu
        t4 += tuu * z
        t5 += tuu * square
    b = 1.0 - mixing
    c = 2.0 * LN2
    return (
        b * g0 + mixing * t0,
        -c * b * g1 - 2.0 * mixing * t1,
        -c * b * g2 - 2.0 * mixing * t2,
        c * b * (c * g2 - g0) + mixing * t3,
        c * b * (c * g3 - g1) + mixing * t4,
        c * b * (c * g4 - g2) + mixing * t5,
        t0 - g0,
        c * g1 - 2.0 * t1,
        c * g2 - 2.0 * t2,
    )


@jit
def dot_product(left: FloatArray, right: FloatArray) -> float:
    total = 0.0
    for n in range(left.size):
        total += left[n] * right[n]
    return total


@jit
def spread_profile(half_steps: FloatArray, profile: FloatArray, curve: FloatArray) -> None:
    """Cumulative area by the trapezoidal rule."""
    total = 0.0
    curve[0] = 0.0
    for n in range(half_steps.size):
        total += half_steps[n] * (profile[n] + profile[n + 1])
        curve[n + 1] = total


@jit
def gather_pull(half_steps: FloatArray, pull: FloatArray, gathered: FloatArray) -> None:
    """Adjoint of ``spread_profile``."""
    behind, before = 0.0, 0.0
    for n in range(half_steps.size - 1, -1, -1):
        behind += pull[n + 1]
        piece = half_steps[n] * behind
        gathered[n + 1] = piece + before
        before = piece
    gathered[0] = before
