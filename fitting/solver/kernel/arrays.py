"""What the kernel works on, as named tuples of arrays, which numba understands.

The free parameters stand in the order of the kernel: first those the model is linear in.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fitting.series import FloatArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

GAUSSIAN, LORENTZIAN, PSEUDO_VOIGT = 0, 1, 2
KIND, AREA, POSITION, FWHM, MIXING, SEPARATION, AREA_RATIO = range(7)
"""Columns of ``KernelPlan.peaks``."""


class KernelPlan(NamedTuple):
    """A model on a grid of m points, with p parameters, f free ones, l of them linear."""

    positions: FloatArray
    half_steps: FloatArray
    """Half the distances between the positions, shape (m - 1,)."""
    peaks: IntArray
    """For each peak its kind and the rows of its parameters, -1 if absent; shape (k, 7)."""
    lines: IntArray
    """For each line its peak, and whether it is the partner; shape (n, 2)."""
    level_rows: IntArray
    """Rows of the parameters of the background's level."""
    level: FloatArray
    """What they multiply, one curve for each."""
    factor_row: int
    """Row of the scattering factor, -1 if absent."""
    source: IntArray
    factor: FloatArray
    constant: FloatArray
    lower: FloatArray
    upper: FloatArray
    nonnegative: BoolArray
    """Shape (l,)."""


class Workspace(NamedTuple):
    """Memory of one thread."""

    bell: FloatArray
    """Gaussian part of each line, reduced form, shape (n, m)."""
    tail: FloatArray
    """Lorentzian part of each line, reduced form, shape (n, m)."""
    bits: IntArray
    power: FloatArray
    """The same memory as ``bits``: powers of two by their exponent."""
    rows: FloatArray
    """Derivatives by the free parameters, the residual, and what fills up to a multiple of 4."""
    base: FloatArray
    residual: FloatArray
    pull: FloatArray
    gathered: FloatArray
    peaks: FloatArray
    weight: FloatArray
    curve: FloatArray
    parameters: FloatArray
    gram: FloatArray
    work: FloatArray
    gradient: FloatArray
    normal: FloatArray
    second: FloatArray
    hessian: FloatArray
    pairs: FloatArray
    """Second derivatives of one line, shape (6, 6)."""


class KernelResult(NamedTuple):
    """What the kernel fills in for b spectra."""

    free: FloatArray
    chi_square: FloatArray
    covariance: FloatArray
    at_bound: BoolArray
    undetermined: BoolArray
    entangled: BoolArray
    converged: BoolArray
    evaluations: IntArray


def make_workspace(plan: KernelPlan) -> Workspace:
    """Memory for one thread."""
    points, free = plan.positions.size, plan.lower.size
    padded = 4 * ((free + 1 + 3) // 4)
    bits = np.zeros(points, dtype=np.int64)
    return Workspace(
        bell=np.zeros((len(plan.lines), points)),
        tail=np.zeros((len(plan.lines), points)),
        bits=bits,
        power=bits.view(np.float64),
        rows=np.zeros((padded, points)),
        base=np.zeros(points),
        residual=np.zeros(points),
        pull=np.zeros(points),
        gathered=np.zeros(points),
        peaks=np.zeros(points),
        weight=np.zeros(points),
        curve=np.zeros(points),
        parameters=np.zeros(plan.source.size),
        gram=np.zeros((padded, padded)),
        work=np.zeros((padded, padded)),
        gradient=np.zeros(free),
        normal=np.zeros((free, free)),
        second=np.zeros((free, free)),
        hessian=np.zeros((free, free)),
        pairs=np.zeros((6, 6)),
    )
