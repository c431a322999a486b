"""The joint fit against one large lmfit-style least squares over all spectra at once."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.optimize import least_squares

from fitting.solvers.joint.arrowhead_matrix import Arrow, eliminate_local
from fitting.solvers.joint.fit import solve_jointly
from fitting.solvers.numpy.minimise import solve_numpy


def _all_at_once(drawn: Any, shared: np.ndarray, start: np.ndarray) -> Any:
    """Dense least squares over shared parameters once and the others of every spectrum."""
    function, spectra = drawn.function, drawn.spectra
    affine, count = function.affine, len(spectra.start)
    own = ~shared
    size = int(own.sum())

    def spread(q: np.ndarray) -> np.ndarray:
        free = np.empty((count, shared.size))
        free[:, own], free[:, shared] = q[: count * size].reshape(count, size), q[count * size :]
        return free

    def residual(q: np.ndarray) -> np.ndarray:
        value = function.value(affine.expand(spread(q)), spectra.offsets)
        return ((spectra.intensity - value) * spectra.weight).ravel()

    def jacobian(q: np.ndarray) -> np.ndarray:
        _, rows = function.value_and_jacobian(affine.expand(spread(q)), spectra.offsets)
        one = -(function.free_jacobian(rows) * spectra.weight[:, None]).transpose(0, 2, 1)
        full = np.zeros((count, one.shape[1], q.size))
        for index in range(count):
            full[index, :, index * size : (index + 1) * size] = one[index][:, own]
            full[index, :, count * size :] = one[index][:, shared]
        return full.reshape(-1, q.size)

    def pack(values: np.ndarray) -> np.ndarray:
        return np.concatenate([np.tile(values[own], count), values[shared]])

    q = np.concatenate([start[:, own].ravel(), start[0, shared]])
    bounds = (pack(affine.lower), pack(affine.upper))
    found = least_squares(
        residual, np.clip(q, *bounds), jacobian, bounds, x_scale="jac", xtol=1e-14, ftol=1e-14
    )
    return found, spread(found.x)


@pytest.mark.parametrize("background", ["linear", "shirley"])
def test_joint_fit_is_the_least_squares_over_all_spectra(
    draw: Callable[..., Any], background: str
) -> None:
    drawn = draw(21, count=6, doublets=True, background=background, absent=0.0, points=121)
    names = drawn.function.affine.free
    shared = np.array([name.endswith((".fwhm", ".mixing", ".factor")) for name in names])
    found = solve_jointly(drawn.function, drawn.spectra, shared, 200)
    dense, free = _all_at_once(drawn, shared, found.free)
    assert found.converged.all()
    assert 2.0 * dense.cost >= found.chi_square.sum() * (1.0 - 1e-7)
    inverse = np.linalg.inv(dense.jac.T @ dense.jac)
    points = np.count_nonzero(drawn.spectra.weight)
    inverse *= 2.0 * dense.cost / (points - dense.x.size)
    size = int((~shared).sum())
    stderr = np.empty_like(free)
    stderr[:, ~shared] = np.sqrt(np.diagonal(inverse))[: 6 * size].reshape(6, size)
    stderr[:, shared] = np.sqrt(np.diagonal(inverse))[6 * size :]
    assert np.sqrt(np.diagonal(found.covariance, axis1=1, axis2=2)) == pytest.approx(
        stderr, rel=1e-3
    )
    assert np.abs((free - found.free) / stderr).max() < 0.01


def test_nothing_shared_is_each_for_itself(draw: Callable[..., Any]) -> None:
    drawn = draw(22, count=4, absent=0.0)
    shared = np.zeros(len(drawn.function.affine.free), dtype=bool)
    found = solve_jointly(drawn.function, drawn.spectra, shared, 200)
    expected = solve_numpy(drawn.function, drawn.spectra, 200)
    assert found.chi_square == pytest.approx(expected.chi_square, rel=1e-6)


def test_elimination_is_the_inverse_of_the_whole_arrow() -> None:
    rng = np.random.default_rng(0)
    root = rng.normal(size=(11, 40))
    whole = root @ root.T
    whole[:4, 4:8] = whole[4:8, :4] = 0.0
    arrow = Arrow(
        local=np.stack([whole[:4, :4], whole[4:8, 4:8]]),
        border=np.stack([whole[:4, 8:], whole[4:8, 8:]]),
        shared=whole[8:, 8:],
    )
    rest = eliminate_local(arrow, np.zeros((2, 4), dtype=bool))
    assert rest.is_definite
    assert np.linalg.inv(rest.reduced) == pytest.approx(np.linalg.inv(whole)[8:, 8:])
