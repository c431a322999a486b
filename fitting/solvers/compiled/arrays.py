"""What the kernel works on, as named tuples of arrays, which numba understands.

The free parameters stand in the order of the kernel: first those the model is linear in.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.solvers.compiled.arithmetic import TILE

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
    reach: IntArray
    """Of each limit to a step, the free parameter and the row of the width, shape (r, 2)."""
    reach_part: FloatArray


class StepSpace(NamedTuple):
    """Memory for the step in the box, and for the non-negative least squares."""

    scale: FloatArray
    slope: FloatArray
    bottom: FloatArray
    top: FloatArray
    found: FloatArray
    right: FloatArray
    held: BoolArray
    dropped: BoolArray
    unheld: IntArray
    matrix: FloatArray
    work: FloatArray


class SearchSpace(NamedTuple):
    """Where the search of one spectrum stands, all of shape (f,) but the matrices."""

    gradient: FloatArray
    step: FloatArray
    target: FloatArray
    damping: FloatArray
    curvature: FloatArray
    low: FloatArray
    high: FloatArray
    normal: FloatArray
    """Gauss-Newton matrix, lower triangle, shape (f, f)."""
    second: FloatArray
    """Second-order term, lower triangle, shape (f, f)."""
    hessian: FloatArray


class Workspace(NamedTuple):
    """Memory of one thread."""

    bell: FloatArray
    """Gaussian part of each line, reduced form, shape (n, m)."""
    tail: FloatArray
    """Lorentzian part of each line, reduced form, shape (n, m)."""
    rows: FloatArray
    """Derivatives by the free parameters, the residual, and what fills up to a multiple of 4."""
    is_begun: BoolArray
    """Whether a row holds something already, shape (f,)."""
    weighted: FloatArray
    base: FloatArray
    residual: FloatArray
    pull: FloatArray
    gathered: FloatArray
    peaks: FloatArray
    ones: FloatArray
    curve: FloatArray
    parameters: FloatArray
    gram: FloatArray
    pairs: FloatArray
    """Second derivatives of one line, shape (6, 6)."""
    search: SearchSpace
    step: StepSpace


class LineGeometry(NamedTuple):
    """Where and how large one line is."""

    centre: float
    scale: float
    """2 / fwhm."""
    mixing: float
    share: float
    """Of the area of its peak."""
    share_slope: float
    """By the ratio of the areas."""
    share_bend: float


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
    padded = TILE * -(-(free + 1) // TILE)
    return Workspace(
        bell=np.zeros((len(plan.lines), points)),
        tail=np.zeros((len(plan.lines), points)),
        rows=np.zeros((padded, points)),
        is_begun=np.zeros(free, dtype=bool),
        weighted=np.zeros(points),
        base=np.zeros(points),
        residual=np.zeros(points),
        pull=np.zeros(points),
        gathered=np.zeros(points),
        peaks=np.zeros(points),
        ones=np.ones(points),
        curve=np.zeros(points),
        parameters=np.zeros(plan.source.size),
        gram=np.zeros((padded, padded)),
        pairs=np.zeros((6, 6)),
        search=_search_space(free),
        step=_step_space(free),
    )


def _search_space(free: int) -> SearchSpace:
    return SearchSpace(
        gradient=np.zeros(free),
        step=np.zeros(free),
        target=np.zeros(free),
        damping=np.zeros(free),
        curvature=np.zeros(free),
        low=np.zeros(free),
        high=np.zeros(free),
        normal=np.zeros((free, free)),
        second=np.zeros((free, free)),
        hessian=np.zeros((free, free)),
    )


def _step_space(free: int) -> StepSpace:
    return StepSpace(
        scale=np.zeros(free),
        slope=np.zeros(free),
        bottom=np.zeros(free),
        top=np.zeros(free),
        found=np.zeros(free),
        right=np.zeros(free),
        held=np.zeros(free, dtype=bool),
        dropped=np.zeros(free, dtype=bool),
        unheld=np.zeros(free, dtype=np.int64),
        matrix=np.zeros((free, free)),
        work=np.zeros((free, free)),
    )
