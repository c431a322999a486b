"""Linear Kramers-Kronig test: can any sum of relaxations be what was measured?

A row of arcs at fixed time constants, with a resistance, an inductance and a capacitance in series,
obeys the Kramers-Kronig relations whatever its amounts (Boukamp, J. Electrochem. Soc. 1995, 142,
1885). What it cannot follow beyond the scatter, the cell has not shown by a linear, steady
response. Whether it follows is told by the residuals of neighbouring frequencies: scatter changes
its sign from point to point, a misfit does not (von Neumann, Ann. Math. Stat. 1941, 12, 367).
"""

from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray
from fitting.impedance.series import ComplexArray

_PER_DECADE = 3.0
_MOST_SHARE = 0.6
"""Number of arcs over number of points at most."""
_IN_SERIES = 3
"""A resistance, an inductance and a capacitance."""
_RIDGE = 1e-9
_NEIGHBOURS = 4
_LIMIT = 2.0
"""Standard deviations above which a spectrum is not valid; the fit itself makes neighbours unlike,
so that of valid spectra fewer than 1 in 100 reach it."""
_SMALL = 0.002
"""Residuals (of the modulus) that no analyser is better than: smaller misfits are not told."""


@dataclass(frozen=True, slots=True, eq=False)
class KramersKronigTest:
    """What the test of one spectrum gave."""

    residual: ComplexArray
    """Measured minus possible, over the modulus; shape (m,)."""
    score: float
    """Standard deviations by which neighbouring residuals are too alike."""
    is_valid: bool


def check_kramers_kronig(frequency: FloatArray, impedance: ComplexArray) -> KramersKronigTest:
    """Test one spectrum.

    Parameters
    ----------
    frequency : shape (m,)
        Hz, in any order.
    impedance : shape (m,)
    """
    order = np.argsort(frequency, kind="stable")
    omega, measured = 2 * np.pi * frequency[order], impedance[order]
    weight = 1 / np.abs(measured)
    columns = _make_columns(omega) * weight[:, None]
    stacked = np.concatenate([columns.real, columns.imag])
    target = np.concatenate([(measured * weight).real, (measured * weight).imag])
    scale = np.linalg.norm(stacked, axis=0)
    scale[scale == 0] = 1.0
    scaled = stacked / scale
    # a little ridge: neighbouring arcs are nearly one
    left = np.concatenate([scaled, np.sqrt(_RIDGE) * np.eye(scaled.shape[1])])
    right = np.concatenate([target, np.zeros(scaled.shape[1])])
    amounts = np.linalg.lstsq(left, right, rcond=None)[0]
    rest = target - scaled @ amounts
    half = rest.size // 2
    score = score_likeness(rest[:half], rest[half:])
    size = float(np.sqrt(np.mean(rest**2)))
    residual = np.empty(half, dtype=complex)
    residual[order] = rest[:half] + 1j * rest[half:]
    return KramersKronigTest(residual, score, score < _LIMIT or size < _SMALL)


def score_likeness(real: FloatArray, imaginary: FloatArray) -> float:
    """Standard deviations by which residuals are more like their neighbours than scatter is."""
    squares = float(real @ real + imaginary @ imaginary)
    if squares <= 0:
        return 0.0
    lags = range(1, min(_NEIGHBOURS, real.size - 1) + 1)
    products = sum(float(part[:-lag] @ part[lag:]) for lag in lags for part in (real, imaginary))
    return products / squares * float(np.sqrt(2 * real.size / len(lags)))


def count_amounts(frequency: FloatArray) -> int:
    """How many amounts the test of a spectrum fits, shape (m,) of frequencies (Hz)."""
    return _count_arcs(frequency) + _IN_SERIES


def _count_arcs(frequency: FloatArray) -> int:
    decades = float(np.log10(frequency.max() / frequency.min()))
    most = max(3, _MOST_SHARE * frequency.size)
    return int(np.clip(round(_PER_DECADE * decades) + 1, 3, most))


def _make_columns(omega: FloatArray) -> ComplexArray:
    low, high = -np.log(omega.max()), -np.log(omega.min())
    times = np.exp(np.linspace(low, high, _count_arcs(omega)))
    arcs = 1 / (1 + 1j * omega[:, None] * times)
    one = np.ones((omega.size, 1), dtype=complex)
    return np.concatenate(
        [one, 1j * omega[:, None] / omega.max(), omega.min() / (1j * omega[:, None]), arcs], axis=1
    )
