"""The step in the box, against the conditions of a minimum."""

import numpy as np
import pytest

from fitting.solvers.numpy.step import box_step


@pytest.mark.parametrize("seed", range(6))
def test_step_meets_the_conditions_of_a_minimum_in_the_box(seed: int) -> None:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(30, 8, 12))
    hessian = root @ root.transpose(0, 2, 1)
    gradient = 5.0 * rng.normal(size=(30, 8))
    low, high = -rng.random((30, 8)), rng.random((30, 8))
    low[rng.random((30, 8)) < 0.2] = 0.0
    curvature = np.diagonal(hessian, axis1=1, axis2=2)
    damping = np.full((30, 8), 0.1)
    step, is_definite = box_step(hessian, gradient, damping, curvature, (low, high))
    assert is_definite.all()
    pull = gradient - np.einsum("bij,bj->bi", hessian, step) - damping * curvature * step
    at_low, at_high = step <= low + 1e-12, step >= high - 1e-12
    assert np.all(step >= low - 1e-12)
    assert np.all(step <= high + 1e-12)
    assert np.all(np.abs(pull[~at_low & ~at_high]) < 1e-9)
    # A variable that begins at its bound and points outward waits for the next step.
    assert np.all(pull[at_low & (low < 0)] < 1e-9)
    assert np.all(pull[at_high & (high > 0)] > -1e-9)


def test_indefinite_matrix_is_reported() -> None:
    hessian = np.array([np.diag([1.0, -1.0]), np.eye(2)])
    curvature, room = np.ones((2, 2)), (np.full((2, 2), -9.0), np.full((2, 2), 9.0))
    _, is_definite = box_step(hessian, np.ones((2, 2)), np.zeros((2, 2)), curvature, room)
    assert is_definite.tolist() == [False, True]


def test_variable_without_curvature_stays() -> None:
    hessian, curvature = np.diag([2.0, 0.0])[None], np.array([[2.0, 0.0]])
    room = (np.full((1, 2), -9.0), np.full((1, 2), 9.0))
    step, _ = box_step(hessian, np.array([[4.0, 1.0]]), np.zeros((1, 2)), curvature, room)
    assert step[0] == pytest.approx([2.0, 0.0])
