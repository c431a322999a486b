"""The equations of a joint fit whose spectra differ in nothing but areas and background level.

Then the columns that the areas multiply, and their derivatives by the shared parameters, are the
same for all spectra on one grid. Every sum over the points that needs the weights of a spectrum is
its row of weights times a product of two columns: one matrix product for all spectra and all pairs.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray
from fitting.solvers.joint.arrowhead_matrix import Sides, empty_arrow
from fitting.solvers.joint.equations import Equations
from fitting.solvers.joint.layout import (
    Columns,
    IndexArray,
    JointLayout,
    columns_at,
    make_layout,
    second_derivatives,
)
from fitting.solvers.numpy.cholesky import BoolArray
from fitting.solvers.numpy.evaluation import Evaluator
from fitting.solvers.numpy.linear import best_coefficients
from fitting.solvers.numpy.products import multiply_rows
from fitting.solvers.spectra import Spectra

_FEWEST_ON_A_GRID = 8
"""With fewer spectra on each grid, one by one is as fast."""


def has_common_columns(evaluator: Evaluator, spectra: Spectra, shared: BoolArray) -> bool:
    """Whether spectra on few grids have no more of their own than areas and background level."""
    if not np.array_equal(evaluator.plan.is_linear, ~shared):
        return False
    grids = np.unique(spectra.offsets).size
    is_few = grids == 1 or len(spectra.offsets) >= _FEWEST_ON_A_GRID * grids
    return is_few and evaluator.is_second_order_known


def make_common_columns(
    evaluator: Evaluator, spectra: Spectra, shared: BoolArray
) -> "CommonColumns":
    """Get ready to evaluate spectra of which ``has_common_columns`` is true."""
    offsets, grid = np.unique(spectra.offsets, return_inverse=True)
    grids = []
    for index in range(offsets.size):
        rows = np.flatnonzero(grid == index)
        weights = spectra.weight[rows] ** 2
        grids.append(_Grid(rows, float(offsets[index]), spectra.intensity[rows], weights))
    return CommonColumns(evaluator, make_layout(evaluator.plan, shared), tuple(grids))


@dataclass(frozen=True, slots=True)
class _Grid:
    """The spectra with one offset of their axis."""

    rows: IndexArray
    offset: float
    intensity: FloatArray
    """Shape (c, m)."""
    weights: FloatArray
    """1 / sigma^2, 0 where masked, shape (c, m)."""


@dataclass(frozen=True, slots=True)
class CommonColumns:
    """A joint model whose spectra have all columns in common."""

    evaluator: Evaluator
    layout: JointLayout
    grids: tuple[_Grid, ...]

    def equations(self, free: FloatArray) -> Generator[None, None, Equations]:
        """The equations at free parameters of shape (b, f)."""
        at, plan, count = self.layout, self.evaluator.plan, len(free)
        sums = Equations(
            free.copy(),
            np.empty(count),
            Sides(np.empty((count, at.linear.size)), np.zeros(at.shared.size)),
            empty_arrow(count, at.linear.size, at.shared.size),
            empty_arrow(count, at.linear.size, at.shared.size),
        )
        for grid in self.grids:
            start = np.where(plan.is_linear, 0.0, free[:1])
            columns = columns_at(self.evaluator, at, start, grid.offset)
            pull = self._solve_linear(columns, grid, sums)
            areas = plan.affine.expand(sums.free[grid.rows])[:, at.area_rows]
            self._add_slopes(columns, grid, (areas, pull), sums)
            self._add_bends(columns, multiply_rows(areas.T, pull.T), sums)
            yield
        return sums

    def _solve_linear(self, columns: Columns, grid: _Grid, sums: Equations) -> FloatArray:
        """Find areas and level, and put what follows from them into the sums.

        Returns the residual over sigma^2, shape (c, m).
        """
        rows, linear = grid.rows, columns.linear
        gram = _weigh_pairs(grid.weights, linear)
        target = grid.intensity - columns.base
        moment = multiply_rows(grid.weights * target, linear)
        found, _ = best_coefficients(gram, moment, self.evaluator.plan.nonnegative)
        residual = target - multiply_rows(found, linear.T)
        pull = grid.weights * residual
        sums.free[np.ix_(rows, self.layout.linear)] = found
        sums.chi_square[rows] = np.einsum("cm,cm->c", pull, residual)
        sums.gradient.own[rows] = multiply_rows(pull, linear)
        sums.gauss_newton.local[rows] = gram
        return pull

    def _add_slopes(
        self, columns: Columns, grid: _Grid, found: tuple[FloatArray, FloatArray], sums: Equations
    ) -> None:
        """Add what is made of first derivatives; ``found`` are areas (c, k) and pull (c, m)."""
        at, (areas, pull) = self.layout, found
        of_slopes = areas[:, at.slope_peak]
        along = multiply_rows(pull, columns.slopes)
        sums.gradient.shared[:] += np.einsum("cr,cr->r", of_slopes, along) @ at.by_shared
        crossed = columns.linear[:, None] * columns.slopes
        border = multiply_rows(grid.weights, crossed.reshape(-1, crossed.shape[2]))
        border = border.reshape(len(areas), *crossed.shape[:2]) * of_slopes[:, None]
        sums.gauss_newton.border[grid.rows] = border @ at.by_shared
        by_linear = along[:, None] * at.by_linear.T
        sums.second_order.border[grid.rows] = by_linear @ at.by_shared
        sums.gauss_newton.shared[:] += (
            at.by_shared.T @ self._slopes_with_slopes(columns, grid, areas) @ at.by_shared
        )

    def _slopes_with_slopes(self, columns: Columns, grid: _Grid, areas: FloatArray) -> FloatArray:
        """Sum over spectra and points of the products of slopes, shape (r, r)."""
        peaks, slopes = self.layout.slope_peak, columns.slopes
        total = np.empty((len(slopes), len(slopes)))
        for index in range(areas.shape[1]):
            # what all spectra together weigh a pair of peaks by, shape (k, m)
            weight = multiply_rows((areas * areas[:, index, None]).T, grid.weights.T)
            mine = peaks == index
            total[mine] = slopes[mine] @ (weight[peaks] * slopes).T
        return total

    def _add_bends(self, columns: Columns, pull: FloatArray, sums: Equations) -> None:
        """Add what is made of second derivatives, by the pull on each peak, shape (k, m)."""
        at, plan, scatter = self.layout, self.evaluator.plan, self.evaluator.scatter
        if scatter is not None:
            gathered, row = scatter.gather(pull), scatter.factor_row
            pull = pull + columns.parameters[0, row] * gathered
            along = np.einsum("rm,rm->r", gathered[at.slope_peak], columns.bare_slopes)
            cross = np.outer(along @ at.by_shared, plan.affine.matrix[row, at.shared])
            sums.second_order.shared[:] += cross + cross.T
        sums.second_order.shared[:] += second_derivatives(at, columns, pull)


def _weigh_pairs(weights: FloatArray, rows: FloatArray) -> FloatArray:
    """Weighted products of rows with rows, shape (c, l, l), for weights (c, m) and rows (l, m)."""
    one, other = np.triu_indices(len(rows))
    found = multiply_rows(weights, rows[one] * rows[other])
    gram = np.empty((len(weights), len(rows), len(rows)))
    gram[:, one, other] = gram[:, other, one] = found
    return gram
