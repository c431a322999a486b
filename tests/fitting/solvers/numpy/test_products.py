"""Sums over the points, against the same in one piece."""

import numpy as np
import pytest

from fitting.solvers.numpy.products import combine_rows, compute_gram, multiply_rows, project_rows


@pytest.mark.parametrize("shape", [(2, 5, 40), (3, 40, 1015), (1, 0, 9)])
def test_pieces_add_up_to_the_whole(shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(0)
    rows, curve = rng.normal(size=shape), rng.normal(size=(shape[0], shape[2]))
    coefficients = rng.normal(size=shape[:2])
    assert compute_gram(rows) == pytest.approx(np.einsum("bnm,bkm->bnk", rows, rows), abs=1e-11)
    assert project_rows(rows, curve) == pytest.approx(
        np.sum(rows * curve[:, None], axis=2), abs=1e-11
    )
    expected = np.sum(coefficients[:, :, None] * rows, axis=1)
    assert combine_rows(coefficients, rows) == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize(("n", "m", "k"), [(1, 5, 3), (40, 241, 61), (3, 250_000, 2), (4, 7, 0)])
def test_product_in_pieces_is_the_product(n: int, m: int, k: int) -> None:
    rng = np.random.default_rng(1)
    left, rows = rng.normal(size=(n, m)), rng.normal(size=(k, m))
    assert multiply_rows(left, rows) == pytest.approx(left @ rows.T, rel=1e-9, abs=1e-9)
