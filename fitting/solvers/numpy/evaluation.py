"""The model and its derivatives at trial positions and widths of many spectra, areas solved for.

Variable projection: G. H. Golub and V. Pereyra, SIAM J. Numer. Anal. 10, 413 (1973).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.solvers.numpy.cholesky import BoolArray
from fitting.solvers.numpy.line_terms import LineTerms, add_slopes, line_terms
from fitting.solvers.numpy.linear import best_coefficients
from fitting.solvers.numpy.parameter_layout import Plan
from fitting.solvers.numpy.products import combine_rows, compute_gram, project_rows
from fitting.solvers.numpy.scatter import Scatter, make_scatter
from fitting.solvers.numpy.second_order import add_second_order
from fitting.solvers.spectra import Spectra

IndexArray = NDArray[np.int_]


@dataclass(frozen=True, slots=True)
class Condition:
    """Linear conditions on the free parameters of b spectra: c more points of data for each."""

    slope: FloatArray
    """Shape (b, c, f)."""
    target: FloatArray
    """What ``slope @ free`` is to be, in standard deviations; shape (b, c)."""

    def take(self, rows: BoolArray | IndexArray | slice) -> "Condition":
        """Those of some of the spectra."""
        return Condition(self.slope[rows], self.target[rows])

    def joined(self, other: "Condition") -> "Condition":
        """Both at once."""
        return Condition(
            np.concatenate([self.slope, other.slope], axis=1),
            np.concatenate([self.target, other.target], axis=1),
        )


@dataclass(frozen=True, slots=True)
class Block:
    """Data of the b spectra that are solved together, on a grid of m points."""

    weighted: FloatArray
    """Intensity over sigma, static background subtracted; 0 where masked; shape (b, m)."""
    weights: FloatArray
    """1 / sigma; 0 where masked; shape (b, m)."""
    offsets: FloatArray
    """What is added to the grid for each spectrum, shape (b,)."""
    condition: Condition | None = None

    def take(self, rows: BoolArray | IndexArray | slice) -> "Block":
        """Some of the spectra."""
        condition = None if self.condition is None else self.condition.take(rows)
        return Block(self.weighted[rows], self.weights[rows], self.offsets[rows], condition)


@dataclass(frozen=True, slots=True)
class Trial:
    """The model at trial values."""

    free: FloatArray
    """Free parameters, the linear ones solved for, shape (b, f)."""
    parameters: FloatArray
    """All parameters, shape (b, p)."""
    lines: tuple[tuple[LineTerms, ...], ...]
    """Of each peak, its one or two lines."""
    residual: FloatArray
    """(intensity - model) / sigma, then that of conditions if there are any; shape (b, m)."""
    chi_square: FloatArray
    """Shape (b,)."""

    def take(self, rows: BoolArray) -> "Trial":
        """Some of the spectra."""
        if rows.all():
            return self
        return Trial(
            self.free[rows],
            self.parameters[rows],
            tuple(tuple(line.take(rows) for line in peak) for peak in self.lines),
            self.residual[rows],
            self.chi_square[rows],
        )


@dataclass(frozen=True, slots=True)
class Derivatives:
    """What the next step is made of."""

    gradient: FloatArray
    """Of minus half of chi-square: downhill, shape (b, f)."""
    gauss_newton: FloatArray
    """J J', shape (b, f, f)."""
    second_order: FloatArray
    """What J J' exceeds the true Hessian by, shape (b, f, f); zero where it is not known."""


@dataclass(frozen=True, slots=True)
class Evaluator:
    """A plan, ready to be evaluated."""

    plan: Plan
    scatter: Scatter | None

    def trial(self, block: Block, free: FloatArray) -> Trial:
        """The model at free parameters of shape (b, f); the linear ones are not read."""
        plan = self.plan
        start = np.where(plan.is_linear, 0.0, free)
        parameters = plan.affine.expand(start)
        lines = tuple(
            line_terms(peak, self.plan.positions, block.offsets, parameters) for peak in plan.peaks
        )
        columns, base = self._columns(lines, parameters)
        columns *= block.weights[:, None]
        target = block.weighted - base * block.weights
        if block.condition is not None:
            columns, target = _with_condition(block.condition, plan, start, (columns, target))
        coefficients, _ = best_coefficients(
            compute_gram(columns),
            project_rows(columns, target),
            plan.nonnegative,
        )
        residual = target - combine_rows(coefficients, columns)
        start[:, plan.is_linear] = coefficients
        return Trial(
            free=start,
            parameters=plan.affine.expand(start),
            lines=lines,
            residual=residual,
            chi_square=np.einsum("bm,bm->b", residual, residual),
        )

    def jacobian(self, block: Block, trial: Trial) -> FloatArray:
        """Derivatives of the scaled model by the free parameters, shape (b, f, m)."""
        jacobian = self._peak_slopes(trial)
        return self._completed(jacobian, block, trial)

    def derivatives(self, block: Block, trial: Trial) -> Derivatives:
        """Gradient, Gauss-Newton matrix and second-order term at a trial."""
        jacobian = self._peak_slopes(trial)
        second = np.zeros((len(jacobian), self.plan.free_count, self.plan.free_count))
        if self.is_second_order_known:
            self._second_order(second, jacobian, block, trial)
        jacobian = self._completed(jacobian, block, trial)
        return Derivatives(
            gradient=project_rows(jacobian, trial.residual),
            gauss_newton=compute_gram(jacobian),
            second_order=second,
        )

    @property
    def is_second_order_known(self) -> bool:
        """False where the shape of the scattering varies: Gauss-Newton has to do."""
        return self.scatter is None or self.scatter.is_fixed

    def _columns(
        self, lines: tuple[tuple[LineTerms, ...], ...], parameters: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """What the linear parameters multiply, shape (b, l, m), and the rest of the model."""
        plan = self.plan
        columns = np.zeros((len(parameters), int(plan.is_linear.sum()), self.plan.positions.size))
        base = np.zeros((len(parameters), self.plan.positions.size))
        index = np.cumsum(plan.is_linear) - 1
        rows = [peak.area for peak in plan.peaks]
        for row, peak in zip(rows, lines, strict=True):
            profile = sum_of_lines(peak)
            if plan.varies(row) and plan.is_linear[plan.source[row]]:
                columns[:, index[plan.source[row]]] += plan.factor[row] * profile
            if parameters[:, row].any():
                base += parameters[:, row, None] * profile
        if self.scatter is not None:
            factor = parameters[:, self.scatter.factor_row, None]
            columns += factor[:, :, None] * self.scatter.spread(columns, parameters)
            base += factor * self.scatter.spread(base[:, None], parameters)[:, 0]
        for row, curve in zip(self.plan.level_rows, self.plan.level, strict=True):
            if plan.varies(row) and plan.is_linear[plan.source[row]]:
                columns[:, index[plan.source[row]]] += plan.factor[row] * curve
            base += parameters[:, row, None] * curve
        return columns, base

    def _peak_slopes(self, trial: Trial) -> FloatArray:
        """Derivatives of the sum of the peaks alone by the free parameters."""
        shape = (len(trial.free), self.plan.free_count, self.plan.positions.size)
        jacobian = np.zeros(shape)
        for peak, lines in zip(self.plan.peaks, trial.lines, strict=True):
            add_slopes(jacobian, self.plan, peak, lines, trial.parameters)
        return jacobian

    def _completed(self, jacobian: FloatArray, block: Block, trial: Trial) -> FloatArray:
        """The derivatives with the background's part, the weights and the conditions."""
        parameters = trial.parameters
        if self.scatter is not None:
            factor = parameters[:, self.scatter.factor_row, None]
            jacobian += factor[:, :, None] * self.scatter.spread(jacobian, parameters)
            peaks = self._sum_of_peaks(trial)
            curve = self.scatter.spread(peaks[:, None], parameters)[:, 0]
            self._add(jacobian, self.scatter.factor_row, curve)
            if not self.scatter.is_fixed:
                slopes = self.scatter.spread_slopes(peaks, parameters)
                for row, slope in zip(self.scatter.shape_rows, slopes.swapaxes(0, 1), strict=True):
                    self._add(jacobian, row, factor * slope)
        for row, curve in zip(self.plan.level_rows, self.plan.level, strict=True):
            self._add(jacobian, row, curve)
        jacobian *= block.weights[:, None]
        if block.condition is None:
            return jacobian
        return np.concatenate([jacobian, block.condition.slope.transpose(0, 2, 1)], axis=2)

    def _add(self, jacobian: FloatArray, row: int, slope: FloatArray) -> None:
        if self.plan.varies(row):
            jacobian[:, self.plan.source[row]] += self.plan.factor[row] * slope

    def _sum_of_peaks(self, trial: Trial) -> FloatArray:
        total = np.zeros((len(trial.free), self.plan.positions.size))
        for peak, lines in zip(self.plan.peaks, trial.lines, strict=True):
            total += trial.parameters[:, peak.area, None] * sum_of_lines(lines)
        return total

    def _second_order(
        self, second: FloatArray, peak_slopes: FloatArray, block: Block, trial: Trial
    ) -> None:
        """Residual times second derivatives; through a scattered background by its adjoint."""
        plan = self.plan
        pull = trial.residual[:, : plan.positions.size] * block.weights
        if self.scatter is not None:
            gathered = self.scatter.gather(pull)
            row = self.scatter.factor_row
            pull = pull + trial.parameters[:, row, None] * gathered
            if plan.varies(row):
                cross = project_rows(peak_slopes, gathered) * plan.factor[row]
                second[:, plan.source[row]] += cross
                second[:, :, plan.source[row]] += cross
        for peak, lines in zip(plan.peaks, trial.lines, strict=True):
            add_second_order(second, plan, peak, lines, trial.parameters, pull)


def make_block(spectra: Spectra, condition: Condition | None = None) -> Block:
    """The data of some spectra in units of sigma."""
    return Block(spectra.intensity * spectra.weight, spectra.weight, spectra.offsets, condition)


def make_evaluator(plan: Plan) -> Evaluator:
    """Get ready to evaluate a plan."""
    return Evaluator(plan, make_scatter(plan))


def sum_of_lines(lines: tuple[LineTerms, ...]) -> FloatArray:
    """The peak at unit area, shape (b, m)."""
    profile = lines[0].profile()
    for line in lines[1:]:
        profile += line.profile()
    return profile


def _with_condition(
    condition: Condition, plan: Plan, start: FloatArray, points: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Columns (b, l, m) and target (b, m) with more points: the conditions."""
    columns, target = points
    rest = condition.target - np.einsum("bcf,bf->bc", condition.slope, start)
    of_linear = condition.slope[:, :, plan.is_linear].transpose(0, 2, 1)
    return np.concatenate([columns, of_linear], axis=2), np.concatenate([target, rest], axis=1)
