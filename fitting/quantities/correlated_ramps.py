"""``fit_ramps`` for values whose errors have a part in common, such as those of a joint fit.

The common part of each value is a row of n values times r standard normal deviates that are the
same for all of them. Minimised over these too, the sum of squares is that of generalised least
squares with their covariance (R. Sherman and W. J. Morrison, Ann. Math. Stat. 21, 124 (1950)), and
values that only say "below" or "above" keep their place in it.
"""

import numpy as np

from fitting.data.series import FloatArray
from fitting.quantities.ramp_likelihood import (
    NEGLIGIBLE_FALL,
    NEWTON_STEPS,
    Observations,
    RampPart,
    expected_square,
    log_probability,
    normal_hazard,
    part_of,
)


def fit_correlated_ramps(
    observed: Observations, ramps: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Least deviance, and the chi-square expected there, of every ramp; see ``fit_ramps``.

    Parameters
    ----------
    ramps : shape (k, n)

    Returns
    -------
    deviance, chi_square : shape (k,)
    """
    measured, bounded = part_of(observed, ramps, 0), part_of(observed, ramps, 1)
    level = np.zeros((len(ramps), 2 + observed.common.shape[1]))
    prior = np.eye(level.shape[1])
    prior[:2] = 0.0
    design = _design_matrix(measured, observed.common[observed.beyond == 0])
    limits = _design_matrix(bounded, observed.common[observed.beyond != 0])
    weighted = design / measured.sigma[:, None] ** 2
    square = np.matmul(weighted.transpose(0, 2, 1), design) + prior
    pull = measured.value @ weighted
    for _ in range(NEWTON_STEPS if bounded.value.size else 1):
        gradient, curvature = np.einsum("kij,kj->ki", square, level) - pull, square
        if bounded.value.size:
            slope, bend = _bounded_derivatives(bounded, limits, level)
            gradient, curvature = gradient + slope, curvature + bend
        moved = _limit_step(level, gradient, curvature, observed)
        step = moved - level
        level = moved
        if np.einsum("ki,kij,kj->k", step, curvature, step).max(initial=0.0) < NEGLIGIBLE_FALL:
            break
    residual = (np.einsum("knd,kd->kn", design, level) - measured.value) / measured.sigma
    chi_square = np.sum(residual**2, axis=1) + np.sum(level[:, 2:] ** 2, axis=1)
    deviance = chi_square
    if bounded.value.size:
        z = _distance_beyond_bound(bounded, limits, level)
        deviance = deviance - 2.0 * log_probability(z).sum(axis=1)
        chi_square = chi_square + expected_square(z).sum(axis=1)
    return deviance, chi_square


def _design_matrix(part: RampPart, common: FloatArray) -> FloatArray:
    """What constant, slope and common deviates are multiplied with, shape (k, n, 2 + r)."""
    count = len(part.ramps)
    both = np.stack([np.ones_like(part.ramps), part.ramps], axis=2)
    return np.concatenate([both, np.broadcast_to(common, (count, *common.shape))], axis=2)


def _distance_beyond_bound(part: RampPart, design: FloatArray, level: FloatArray) -> FloatArray:
    """How far the mean lies beyond the bound, in standard deviations, shape (k, n)."""
    mean = np.einsum("knd,kd->kn", design, level)
    return np.asarray(part.beyond * (mean - part.value) / part.sigma)


def _bounded_derivatives(
    part: RampPart, design: FloatArray, level: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Gradient (k, d) and curvature (k, d, d) of half the deviance of values at a bound."""
    z = _distance_beyond_bound(part, design, level)
    rate = normal_hazard(z)
    slope = -part.beyond * rate / part.sigma
    bend = rate * (rate + z) / part.sigma**2
    gradient = np.einsum("kn,knd->kd", slope, design)
    return gradient, np.matmul((design * bend[:, :, None]).transpose(0, 2, 1), design)


def _limit_step(
    level: FloatArray, gradient: FloatArray, curvature: FloatArray, observed: Observations
) -> FloatArray:
    """Newton's step, with the constant within its limits and the rest as suits it best."""
    moved = level - _solve_steps(curvature, gradient)
    constant = np.clip(moved[:, 0], observed.lowest, observed.highest)
    beyond = np.flatnonzero(constant != moved[:, 0])
    if beyond.size:
        shift = constant[beyond] - level[beyond, 0]
        held, pull = curvature[beyond].copy(), gradient[beyond].copy()
        pull += held[:, :, 0] * shift[:, None]
        held[:, 0], held[:, :, 0] = 0.0, 0.0
        pull[:, 0], held[:, 0, 0] = -shift, 1.0
        moved[beyond] = level[beyond] - _solve_steps(held, pull)
    return np.asarray(moved)


def _solve_steps(curvature: FloatArray, gradient: FloatArray) -> FloatArray:
    """Newton steps; the slope stays where the ramp says nothing, shape (k, d)."""
    determinant = curvature[:, 0, 0] * curvature[:, 1, 1] - curvature[:, 0, 1] ** 2
    is_flat = determinant <= 1e-12 * curvature[:, 0, 0] * curvature[:, 1, 1]
    if is_flat.any():
        curvature, gradient = curvature.copy(), gradient.copy()
        curvature[is_flat, 1], curvature[is_flat, :, 1] = 0.0, 0.0
        curvature[is_flat, 1, 1], gradient[is_flat, 1] = 1.0, 0.0
    return np.asarray(np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0])
