"""Errors of shared parameters: against a dense Hessian by differences, and against scatter."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from fitting.models.function import ModelFunction
from fitting.solvers.joint.errors import with_own_noise
from fitting.solvers.joint.fit import solve_jointly
from fitting.solvers.spectra import Solution, Spectra

SHARED = (".position", ".fwhm", ".mixing", ".factor")


@dataclass
class _Case:
    """Spectra with one truth for what they share, in normal noise."""

    function: ModelFunction
    spectra: Spectra
    truth: np.ndarray
    shared: np.ndarray


def _case(draw: Callable[..., Any], background: str, count: int, seen: float, seed: int) -> _Case:
    """Lines with areas of about ``seen`` standard errors each."""
    function = draw(25, count=1, background=background, absent=0.0, points=121).function
    affine = function.affine
    shared = np.array([name.endswith(SHARED) for name in affine.free])
    is_area = np.array([name.endswith(".area") for name in affine.free])
    rng = np.random.default_rng(seed)
    truth = np.repeat(affine.start[None], count, axis=0)
    truth[:, is_area] *= rng.uniform(0.7, 1.3, (count, int(is_area.sum())))
    _, rows = function.value_and_jacobian(affine.expand(truth[:1]))
    slopes = function.free_jacobian(rows)[0, ~shared]
    error = np.sqrt(np.diagonal(np.linalg.inv(slopes @ slopes.T)))[is_area[~shared]].max()
    sigma = affine.start[is_area].mean() / error / seen
    value = function.value(affine.expand(truth))
    noisy = value + sigma * rng.standard_normal(value.shape)
    weight = np.full_like(value, 1.0 / sigma)
    return _Case(function, Spectra(noisy, weight, np.zeros(count), truth), truth, shared)


def _with_own_noise(case: _Case, found: Solution) -> Solution:
    steps = with_own_noise(case.function, case.spectra, case.shared, found)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def _half_chi_square(case: _Case, free: np.ndarray) -> float:
    function, spectra = case.function, case.spectra
    value = function.value(function.affine.expand(free), spectra.offsets)
    return 0.5 * float((((spectra.intensity - value) * spectra.weight) ** 2).sum())


def _dense(case: _Case, found: Solution) -> tuple[np.ndarray, np.ndarray]:
    """J J' and the Hessian by central differences, own parameters first."""
    function, spectra, shared = case.function, case.spectra, case.shared
    count, own = len(found.free), int((~shared).sum())
    size = count * own + int(shared.sum())

    def spread(q: np.ndarray) -> np.ndarray:
        free = np.empty_like(found.free)
        free[:, ~shared], free[:, shared] = q[: count * own].reshape(count, own), q[count * own :]
        return free

    at = np.concatenate([found.free[:, ~shared].ravel(), found.free[0, shared]])
    _, rows = function.value_and_jacobian(function.affine.expand(found.free), spectra.offsets)
    slopes = function.free_jacobian(rows) * spectra.weight[:, None]
    dense = np.zeros((size, *spectra.weight.shape))
    for index in range(count):
        dense[index * own : (index + 1) * own, index] = slopes[index][~shared]
        dense[count * own :, index] = slopes[index][shared]
    jacobian = dense.reshape(size, -1)
    normal = jacobian @ jacobian.T
    step = 0.02 / np.sqrt(np.diagonal(normal))
    hessian = np.empty((size, size))
    for one in range(size):
        for two in range(one, size):
            total = 0.0
            for sign in (1.0, -1.0):
                for other in (1.0, -1.0):
                    q = at.copy()
                    q[one] += sign * step[one]
                    q[two] += other * step[two]
                    total += sign * other * _half_chi_square(case, spread(q))
            hessian[one, two] = hessian[two, one] = total / (4.0 * step[one] * step[two])
    return normal, hessian


def _reduced(whole: np.ndarray, own: np.ndarray, border: np.ndarray, start: int) -> np.ndarray:
    return whole[start:, start:] - border.T @ np.linalg.solve(own, border)


@pytest.mark.parametrize("background", ["linear", "shirley"])
def test_covariance_of_what_is_shared_is_that_of_a_dense_hessian(
    draw: Callable[..., Any], background: str
) -> None:
    case = _case(draw, background, 4, 30.0, 1)
    shared = case.shared
    found = solve_jointly(case.function, case.spectra, shared, 200)
    mended = _with_own_noise(case, found)
    normal, hessian = _dense(case, found)
    start = 4 * int((~shared).sum())
    own = normal[:start, :start]
    scatter = _reduced(normal, own, normal[:start, start:], start)
    curvature = _reduced(hessian, own, hessian[:start, start:], start)
    root = np.linalg.inv(np.linalg.cholesky(scatter))
    sizes, turns = np.linalg.eigh(root @ curvature @ root.T)
    part = root.T @ turns / np.minimum(sizes, 1.0)
    noise = found.chi_square.sum() / (case.spectra.weight.size - len(normal))
    expected = part @ part.T * noise
    deviation = np.sqrt(np.diagonal(expected))
    actual = mended.covariance[0][np.ix_(shared, shared)]
    assert not found.at_bound.any()
    assert sizes.min() > 0.25
    assert np.abs((actual - expected) / np.outer(deviation, deviation)).max() < 2e-3


def test_no_error_becomes_smaller(draw: Callable[..., Any]) -> None:
    case = _case(draw, "shirley", 6, 4.0, 2)
    found = solve_jointly(case.function, case.spectra, case.shared, 200)
    before = np.diagonal(found.covariance, axis1=1, axis2=2)
    after = np.diagonal(_with_own_noise(case, found).covariance, axis1=1, axis2=2)
    assert np.all(after[:, case.shared] >= before[:, case.shared] * (1.0 - 1e-6))
    assert np.array_equal(after == 0.0, before == 0.0)


def test_nothing_shared_changes_nothing(draw: Callable[..., Any]) -> None:
    case = _case(draw, "linear", 2, 30.0, 3)
    nothing = replace(case, shared=np.zeros_like(case.shared))
    found = solve_jointly(case.function, case.spectra, nothing.shared, 200)
    assert _with_own_noise(nothing, found) is found


def test_positions_common_to_many_weak_lines_scatter_as_their_errors_say(
    draw: Callable[..., Any],
) -> None:
    before, after = [], []
    for seed in range(80):
        case = _case(draw, "linear", 20, 2.0, 100 + seed)
        places = [index for index, name in enumerate(case.function.affine.free) if ".pos" in name]
        found = solve_jointly(case.function, case.spectra, case.shared, 200)
        error = (found.free - case.truth)[0, places]
        for pulls, one in ((before, found), (after, _with_own_noise(case, found))):
            variance = np.diagonal(one.covariance[0])[places]
            pulls.append(error / np.sqrt(np.where(variance > 0, variance, np.nan)))
    # 240 pulls: the scatter of their standard deviation is 0.05
    assert np.nanstd(before) > 1.15
    assert 0.85 < np.nanstd(after) < 1.15
